"""Published pages, read from the files of a site."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


def provenance(site: Path, project_id: str) -> dict[str, Any]:
    """Which release the record of a project is of, as the record says."""
    record = json.loads((site / "projects" / project_id / "project.json").read_text("utf-8"))
    provenance: dict[str, Any] = record["provenance"]
    return provenance
