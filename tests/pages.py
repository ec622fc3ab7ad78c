"""Published pages, read from the files of a site."""

from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser as Html


def page(site: Path, name: str) -> Html:
    return Html((site / name).read_text("utf-8"))


def text(node: object) -> str:
    return " ".join(node.text(separator=" ").replace("\N{NO-BREAK SPACE}", " ").split())  # type: ignore[attr-defined]


def address(site: Path) -> str:
    """Where the site is published, with the last slash."""
    return (site / "robots.txt").read_text("utf-8").split("Sitemap: ")[1].split("sitemap.xml")[0]


def pages(site: Path) -> Iterator[tuple[str, Html]]:
    for path in sorted(site.rglob("*.html")):
        yield path.relative_to(site).as_posix(), Html(path.read_text("utf-8"))
