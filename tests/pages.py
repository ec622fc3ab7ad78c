"""Published pages, read from the files of a site."""

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
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


def folders(site: Path) -> tuple[str, ...]:
    """The beginnings of the addresses of a site's languages, the first language first."""
    return ("", "en/") if (site / "en").is_dir() else ("",)


def provenance(site: Path, project_id: str) -> dict[str, Any]:
    """Which release the record of a project is of, as the record says."""
    provenance: dict[str, Any] = read_records(site / "data")[project_id]["provenance"]
    return provenance


def read_records(data: Path) -> dict[str, dict[str, Any]]:
    """The records of all projects by id, from the files of all fiscal years in the folder of the open data."""
    texts = [gzip.decompress(file.read_bytes()) for file in data.glob("projects-*.jsonl.gz")]
    records = [json.loads(line, parse_float=Decimal) for text in texts for line in text.splitlines()]
    by_id = {record["project_id"]: record for record in records}
    assert len(by_id) == len(records)
    return by_id
