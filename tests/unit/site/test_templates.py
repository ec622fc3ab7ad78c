"""What no linter holds of the templates."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


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
