"""The import rule of the design, read from the code itself."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GROUPS = {
    "core": {
        "problems",
        "addresses",
        "characters",
        "encodings",
        "columns",
        "fiscal",
        "models",
        "formats",
        "pagefind",
        "processes",
        "urls",
        "terms",
        "structured",
        "citation",
        "cache",
        "files",
        "manifest",
        "descriptors",
    },
    "readers": {"config", "datapackage", "content", "history", "inputs"},
    "thinkers": {
        "catalogues",
        "changes",
        "charts",
        "checks",
        "insights",
        "league",
        "links",
        "moves",
        "needs",
        "pages",
        "past",
        "quality",
        "releases",
        "removed",
        "signals",
        "standing",
        "totals",
        "transitions",
        "withheld",
    },
    "writers": {"rendering", "downloads", "search", "output", "reporting", "server"},
    "assembly": {"kept", "opendata", "shards", "tasks", "work"},
}
SOLE_IMPORTERS = {
    "distributed": "tasks",
    "frictionless": "datapackage",
    "markdown_it": "content",
    "jinja2": "rendering",
    "numpy": "terms",
    "pagefind_bin": "pagefind",
    "phonenumbers": "datapackage",
    "polars": "downloads",
    "pydantic_core": "datapackage",
    "rich": "reporting",
    "segno": "rendering",
    "stdnum": "datapackage",
    "watchfiles": "server",
    "xlsxwriter": "downloads",
}


def modules() -> dict[str, list[Path]]:
    """The files of each module or package directly below portal/."""
    found: dict[str, list[Path]] = {}
    for path in sorted((ROOT / "portal").rglob("*.py")):
        parts = path.relative_to(ROOT / "portal").with_suffix("").parts
        if parts != ("__init__",):
            found.setdefault(parts[0], []).append(path)
    return found


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def project_imports(path: Path) -> set[str]:
    parts = [name.split(".") for name in imports(path)]
    return {p[1] for p in parts if p[0] == "portal" and len(p) > 1}


def test_every_module_belongs_to_one_group() -> None:
    assert set(modules()) == set().union(*GROUPS.values())


def test_only_the_program_itself_uses_what_puts_the_groups_together() -> None:
    for group in GROUPS.keys() - {"assembly"}:
        for name in GROUPS[group]:
            assert not any(project_imports(path) & GROUPS["assembly"] for path in modules()[name]), name


@pytest.mark.parametrize("group", [group for group in GROUPS if group != "assembly"])
def test_a_group_imports_only_the_core_and_itself(group: str) -> None:
    allowed = GROUPS["core"] | (GROUPS[group] if group in ("core", "thinkers") else set())
    for name in GROUPS[group]:
        for path in modules()[name]:
            foreign = project_imports(path) - allowed - {name}
            assert not foreign, f"{path.relative_to(ROOT)} imports {sorted(foreign)}"


@pytest.mark.parametrize(("library", "module"), SOLE_IMPORTERS.items())
def test_a_library_has_one_importer(library: str, module: str) -> None:
    users = {
        name
        for name, paths in modules().items()
        if any(i.split(".")[0] == library for path in paths for i in imports(path))
    }
    assert users == {module}


def test_no_template_marks_data_as_safe() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert "|safe" not in text.replace(" ", ""), path
        assert "<script>" not in text, path
        assert "<style" not in text, path
        assert " style=" not in text, path
        assert "|html" not in text or path.name in ("document.html", "note.html"), path


def test_the_pattern_page_shows_every_component() -> None:
    """Directly, or within another one that it shows."""
    templates = ROOT / "templates"
    found = re.compile(r'from "components/(\w+)\.html"')
    shown, more = set(), set(found.findall((templates / "pages" / "patterns.html").read_text("utf-8")))
    while more:
        shown |= more
        texts = [(templates / "components" / f"{name}.html").read_text("utf-8") for name in more]
        more = {name for text in texts for name in found.findall(text)} - shown
    # What describes a page to programs has nothing to look at.
    assert {path.stem for path in (templates / "components").glob("*.html")} - shown == {"described"}
