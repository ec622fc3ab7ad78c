"""The projects as a table for people: one CSV with Thai headings, names beside ids, and the address of each page."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from portal.core import urls
from portal.core.files import new_file
from portal.core.formats import month_name
from portal.core.models import LANGUAGES, Package, Resource
from portal.exports.cells import free, labels, text_rows

ADDRESS = "ที่อยู่หน้าเว็บ"
"""The heading of the last column."""

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What Excel and others read as the beginning of a formula, or cut off before they look (OWASP, "CSV Injection")."""


def write_readable_csv(package: Package, folder: Path, base_url: str, plain: Path, excel: Path) -> None:
    """Write the projects to `plain` (UTF-8), with cells as in the package, and to `excel`, for a double click.

    That one has a byte-order mark, and a sign before each text that Excel would run as a formula or read as a number,
    a day or a time. `folder` holds every CSV under its resource's name.
    """
    with (
        new_file(plain) as new,
        new_file(excel) as new_excel,
        new.open("w", encoding="utf-8", newline="") as plain_file,
        new_excel.open("w", encoding="utf-8-sig", newline="") as excel_file,
    ):
        # The writer quotes a carriage return in a cell only where it ends lines too.
        write = csv.writer(plain_file, lineterminator="\r\n").writerow
        write_safe = csv.writer(excel_file, lineterminator="\r\n").writerow
        numbers, rows = _table(package, folder, base_url)
        for row in rows:
            write(row)
            write_safe([_shown(cell) if number else _safe(cell) for cell, number in zip(row, numbers, strict=True)])


def _table(package: Package, folder: Path, base_url: str) -> tuple[list[bool], Iterator[Sequence[str]]]:
    """Which columns hold numbers or dates, and the rows, headings first."""
    resource = package.resources["projects"]
    words = [labels(package.resources, name, resource, folder) for name in resource.fields]
    numbers = []
    for field, names in zip(resource.fields.values(), words, strict=True):
        numbers += [field.type in _PLAIN] + [False] * (names is not None)
    return [*numbers, False], _rows(resource, words, folder, base_url)


def _rows(
    resource: Resource, words: Sequence[Mapping[str, str] | None], folder: Path, base_url: str
) -> Iterator[Sequence[str]]:
    yield _headings(resource, words)
    key = list(resource.fields).index("project_id")
    for row in text_rows(folder / "projects.csv"):
        cells: list[str] = []
        for cell, names in zip(row, words, strict=True):
            cells += [cell] if names is None else [cell, names.get(cell, "")]
        yield [*cells, base_url + urls.href(urls.project(row[key]), "th")[1:]]


def _headings(resource: Resource, words: Sequence[Mapping[str, str] | None]) -> list[str]:
    """The titles of the fields, each made different from all others by the name of its field."""
    heads: list[tuple[str, str]] = []
    for field, names in zip(resource.fields.values(), words, strict=True):
        title = field.title.th
        if names is None:
            heads.append((title, field.name))
        else:
            stem = title.removeprefix("รหัส").strip() or "ชื่อ"
            heads += [(title if title.startswith("รหัส") else f"รหัส{title}", field.name), (stem, f"{field.name}_label")]
    times = Counter([ADDRESS, *(head for head, _ in heads)])
    taken = {ADDRESS, *(head for head, _ in heads if times[head] == 1)}
    headings: list[str] = []
    for head, name in heads:
        headings.append(head if times[head] == 1 else free(f"{head} ({name})", taken))
        taken.add(headings[-1])
    return [*headings, ADDRESS]


_PLAIN = ("number", "integer", "year", "date")
"""Types whose cells Excel reads as what they are."""

_MONTHS = "|".join(
    re.escape(month_name(None, month, language, width))
    for language in LANGUAGES
    for width in ("wide", "abbreviated")
    for month in range(1, 13)
)
_OTHERWISE = re.compile(
    # Zeros would be lost at the beginning or after the point; so would be digits from the twelfth on.
    r"0[0-9]*|[0-9]{12,}|0[0-9]+\.[0-9]*|[0-9]*\.[0-9]*0|[0-9]+(\.[0-9]*)?e[+-]?[0-9]+"
    # Days, times and fractions.
    r"|[0-9]{1,2}[-/:][0-9]{1,4}([-/: ][0-9]{1,4})*|[0-9]{4}[-/][0-9]{1,2}([-/: ][0-9]{1,2})*"
    r"|[0-9]+ [0-9]+/[0-9]+|[0-9]{1,2}(:[0-9]{2})* ?[ap]m?"
    rf"|([0-9]{{1,4}}[- /]?)?({_MONTHS})[- /,]*[0-9]{{1,4}}(, ?[0-9]{{4}})?|[0-9]{{1,4}}[- /]?({_MONTHS})",
    re.IGNORECASE,
)
"""What Excel, in Thai or in English, reads as something else than the text that it is."""


def _shown(cell: str) -> str:
    """A cell of a column of numbers or days. Its heading, and a word that stands for no number, is still a text."""
    return cell if re.fullmatch(r"[+-][0-9]+(\.[0-9]+)?", cell) else _escaped(cell)


def _safe(text: str) -> str:
    """A text that a spreadsheet shows as it is.

    An apostrophe stands before what would be a formula; a tab before what would become a number, a day or a time.
    """
    if len(text) < 40 and _OTHERWISE.fullmatch(text):
        return f"\t{text}"
    return _escaped(text)


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
