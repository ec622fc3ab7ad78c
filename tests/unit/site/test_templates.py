"""What no linter holds of the templates."""

import importlib
import pkgutil
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

from jinja2 import Environment, meta, nodes

import portal.site
from portal.core.config import read_config
from portal.core.models import project_index
from portal.package.reading import read_portal
from portal.pipeline.context import shared_by_pages
from portal.site.renderer import Renderer

from tests.conventions import CITY

ROOT = Path(__file__).parents[3]
FILES = [path for path in sorted((ROOT / "templates").rglob("*.*")) if path.suffix in (".html", ".svg", ".txt", ".xml")]


def test_no_template_marks_data_as_safe() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert "|safe" not in text.replace(" ", ""), path
        assert "<script>" not in text, path
        assert "<style" not in text, path
        assert " style=" not in text, path
        assert "|html" not in text or path.name in ("additions.html", "document.html", "note.html"), path


def test_the_pattern_page_shows_every_component() -> None:
    """Directly, or within another one that it shows."""
    templates = ROOT / "templates"
    found = re.compile(r'from "components/(\w+)\.html"')
    shown, more = set(), set(found.findall((templates / "pages" / "patterns.html").read_text("utf-8")))
    while more:
        shown |= more
        texts = [(templates / "components" / f"{name}.html").read_text("utf-8") for name in more]
        more = {name for text in texts for name in found.findall(text)} - shown
    # What describes a page to programs, or its picture to the blind, has nothing to look at.
    unseen = {"described", "progress_tens"}
    assert {path.stem for path in (templates / "components").glob("*.html")} - shown == unseen


def environment() -> Environment:
    """That of the English pages of the sample."""
    found = read_portal(ROOT / "tests" / "sample", CITY).portal
    assert found is not None
    site = shared_by_pages(read_config(ROOT / "pyproject.toml"), project_index(found), (), ())
    return Renderer(site, ROOT / "templates").environments["en"]


def names_of_contexts() -> set[str]:
    """What pages are given: the fields of every context, `page` and `project`."""
    modules = (
        importlib.import_module(module.name) for module in pkgutil.walk_packages(portal.site.__path__, "portal.site.")
    )
    found = (value for module in modules for name, value in vars(module).items() if name.endswith("Context"))
    contexts = {value for value in found if isinstance(value, type) and is_dataclass(value)}
    return {"page", "project"} | {field.name for context in contexts for field in fields(context)}


def made_within(tree: nodes.Template) -> set[str]:
    """The names that a template sets, imports or has macros of."""
    imported = (name for one in tree.find_all(nodes.FromImport) for name in one.names)
    return {
        *(name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"),
        *(macro.name for macro in tree.find_all(nodes.Macro)),
        *(one.target for one in tree.find_all(nodes.Import)),
        *(name if isinstance(name, str) else name[1] for name in imported),
    }


def test_a_template_reads_no_name_that_nothing_gives() -> None:
    """Also where no page of a test comes by: what is undefined there would end the build of a city that does."""
    templates, given = environment(), names_of_contexts()
    texts = {path.relative_to(ROOT / "templates").as_posix(): path.read_text("utf-8") for path in FILES}
    trees = {name: templates.parse(text) for name, text in texts.items()}
    with_context = {
        getattr(one.template, "value", None)
        for tree in trees.values()
        for one in tree.find_all(nodes.FromImport)
        if one.with_context
    }
    unknown = {}
    for name, tree in trees.items():
        known = {*templates.globals, *made_within(tree)}
        known |= given if not name.startswith("components/") or name in with_context else set()
        unknown[name] = meta.find_undeclared_variables(tree) - known
    assert len(trees) > 50
    assert {name: names for name, names in unknown.items() if names} == {}
