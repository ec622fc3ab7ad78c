"""The projects as a table for people: one CSV with Thai headings, names beside ids, and the address of each page."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from portal import urls
from portal.downloads.cells import labels, text_rows
from portal.models import Package, Resource

ADDRESS = "ที่อยู่หน้าเว็บ"
"""The heading of the last column."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What Excel and others read as the beginning of a formula, or cut off before they look (OWASP, "CSV Injection")."""


def write_people(package: Package, folder: Path, base_url: str, plain: Path, excel: Path) -> None:
    """Write the projects to `plain` (UTF-8) and to `excel`, the same with a byte-order mark and nothing Excel changes.

    `folder` holds every CSV under its resource's name. Cells are as in the package.
    """
    with plain.open("w", encoding="utf-8", newline="") as one, excel.open("w", encoding="utf-8-sig", newline="") as two:
        write = csv.writer(one, lineterminator="\n").writerow
        write_safe = csv.writer(two, lineterminator="\r\n").writerow
        numbers, rows = _table(package, folder, base_url)
        for row in rows:
            write(row)
            write_safe([cell if number else _safe(cell) for cell, number in zip(row, numbers, strict=True)])


def _table(package: Package, folder: Path, base_url: str) -> tuple[list[bool], Iterator[Sequence[str]]]:
    """Which columns hold numbers or dates, and the rows, headings first."""
    resource = package.resources["projects"]
    words = [labels(package.resources, name, resource, folder) for name in resource.fields]
    numbers = []
    for field, names in zip(resource.fields.values(), words, strict=True):
        numbers += [field.type in ("number", "integer", "date")] + [False] * (names is not None)
    return [*numbers, False], _rows(resource, words, folder, base_url)


def _rows(
    resource: Resource, words: Sequence[Mapping[str, str] | None], folder: Path, base_url: str
) -> Iterator[Sequence[str]]:
    titles = Counter(field.title.th for field in resource.fields.values())
    heads: list[str] = []
    for field, names in zip(resource.fields.values(), words, strict=True):
        title = field.title.th if titles[field.title.th] == 1 else f"{field.title.th} ({field.name})"
        heads += [f"รหัส{title}", title] if names is not None else [title]
    yield [*heads, ADDRESS]
    key = list(resource.fields).index("project_id")
    for row in text_rows(folder / "projects.csv"):
        found: list[str] = []
        for cell, names in zip(row, words, strict=True):
            found += [cell] if names is None else [cell, names.get(cell, "")]
        yield [*found, base_url + urls.href(urls.project(row[key]), "th")[1:]]


def _safe(text: str) -> str:
    """A text that a spreadsheet shows as it is.

    An apostrophe stands before what would be a formula; a tab before digits, which would lose zeros at their beginning
    or, from the twelfth on, their end.
    """
    if text.isdigit() and (text.startswith("0") or len(text) > 11):
        return f"\t{text}"
    return f"'{text}" if text.startswith(_FORMULA) else text
