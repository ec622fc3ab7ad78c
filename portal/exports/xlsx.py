"""Validated CSVs -> workbooks (XLSX) for Excel and LibreOffice. The only importer of XlsxWriter."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.core.cells import has_value, value_reader
from portal.core.files import new_file
from portal.core.models import LANGUAGES, Field, Package, Resource
from portal.exports.cells import free, labels, text_rows
from portal.exports.zip import LEVEL

ROWS = 1_048_576
"""Of a sheet, at most; so for the characters of a cell. Microsoft, "Excel specifications and limits"."""

CHARACTERS = 32_767

CUT = " … [ตัดที่ 32,767 ตัวอักษร ฉบับเต็มอยู่ใน CSV / cut at 32,767 characters, whole in the CSV]"
"""Ends a text that is longer than a cell of Excel can be."""

HEAD = 2
"""Rows above the data: the Thai titles, and the names of the fields. They stay in view."""

_TAKEN = ("history",)
"""Names that Excel keeps for sheets of its own."""

_EPOCH = date(1899, 12, 30).toordinal()
_FIRST = date(1900, 3, 1)
"""Excel counts days from 1899-12-30, rightly only from this day on: it takes 1900 for a leap year."""

_WIDTHS = {"number": 16, "integer": 10, "year": 10, "date": 12, "datetime": 18, "boolean": 8}


@dataclass(frozen=True, slots=True)
class _Column:
    field: Field
    labels: Mapping[str, str] | None
    """What people call its codes, which stands in a column beside it."""


class _Workbook(xlsxwriter.Workbook):
    """Packed as other archives are: XlsxWriter has no setting for how tightly."""

    def _store_workbook(self) -> None:
        # It calls its module's ZipFile, and nothing else runs meanwhile in a process that writes one workbook.
        module: Any = xlsxwriter.workbook
        usual, module.ZipFile = module.ZipFile, partial(zipfile.ZipFile, compresslevel=LEVEL)
        try:
            super()._store_workbook()
        finally:
            module.ZipFile = usual


def write_workbook(package: Package, folder: Path, file: Path) -> None:
    """Write all resources to the workbook `file`: a sheet for each, the dictionary of their fields, and what they are.

    `folder` holds every CSV under its resource's name. Numbers and days are cells of their kind, every text is a text,
    whatever it begins with. A resource of more rows than a sheet has goes on in the next.
    """
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    resources = package.resources
    with new_file(file) as new, _Workbook(str(new), options) as book:
        # Without a date of its own a workbook carries the clock's.
        created = datetime.combine(package.created, time())
        book.set_properties({"title": package.title.th, "subject": package.title.en, "created": created})
        formats = _Formats(
            book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            book.add_format({"bold": True, "font_color": "#555555", "bottom": 1}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        taken = {"dictionary", "about", *_TAKEN}
        parts = [(resource, count) for resource in resources.values() for count in _rows_by_sheet(resource.rows)]
        sheets = [book.add_worksheet(_sheet_name(resource.name, taken)) for resource, _ in parts]
        _write_texts(book.add_worksheet("dictionary"), _dictionary(resources.values()), formats)
        _write_texts(book.add_worksheet("about"), _about(package), formats)
        unwritten = {name: text_rows(folder / f"{name}.csv") for name in resources}
        for sheet, (resource, count) in zip(sheets, parts, strict=True):
            columns = [
                _Column(field, labels(resources, name, resource, folder)) for name, field in resource.fields.items()
            ]
            _write_sheet(sheet, columns, islice(unwritten[resource.name], count), count, formats)


def _rows_by_sheet(rows: int) -> list[int]:
    """How many rows go into each of the sheets that a resource needs: one at least."""
    room = ROWS - HEAD
    return [min(room, rows - begin) for begin in range(0, rows, room)] or [0]


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name of at most 31 characters that no other sheet has; Excel does not tell capitals from small letters."""
    number, unused = 1, name[:31]
    while unused in taken:
        number += 1
        unused = f"{name[: 31 - len(str(number)) - 1]}~{number}"
    taken.add(unused)
    return unused


class _Formats(NamedTuple):
    """What cells look like."""

    title: Format
    name: Format
    date: Format
    datetime: Format
    prose: Format


def _write_sheet(
    sheet: Worksheet, columns: Sequence[_Column], rows: Iterable[Sequence[str]], count: int, formats: _Formats
) -> None:
    sheet.freeze_panes(HEAD, 1)
    heads: list[tuple[str, str, int, Format | None]] = []
    titles = {column.field.title.th for column in columns}
    names = {column.field.name for column in columns}
    for column in columns:
        field = column.field
        cells = {"date": formats.date, "datetime": formats.datetime}.get(field.type)
        heads.append((field.title.th, field.name, _WIDTHS.get(field.type, 24), cells))
        if column.labels is not None:
            title, name = free(f"{field.title.th} (ชื่อ)", titles), free(f"{field.name}_label", names)
            titles.add(title)
            names.add(name)
            heads.append((title, name, 32, None))
    # Rows are on disk as soon as the next one begins.
    for index, (title, _, width, cells) in enumerate(heads):
        sheet.set_column(index, index, width, cells)
        sheet.write_string(0, index, title, formats.title)
    for index, (_, name, _, _) in enumerate(heads):
        sheet.write_string(1, index, name, formats.name)
    writers = [(_writer(sheet, column.field, formats), has_value(column.field), column.labels) for column in columns]
    for last, row in enumerate(rows, start=HEAD):
        at = 0
        for cell, (write, stands_for_value, words) in zip(row, writers, strict=True):
            has_cell_value = stands_for_value(cell)
            if has_cell_value:
                write(last, at, cell)
            at += 1
            if words is not None:
                if has_cell_value and cell in words:
                    sheet.write_string(last, at, _cut(words[cell]))
                at += 1
    sheet.autofilter(1, 0, max(HEAD - 1 + count, 1), len(heads) - 1)


def _writer(sheet: Worksheet, field: Field, formats: _Formats) -> Callable[[int, int, str], object]:
    """What writes a cell of `field` as what it stands for."""
    read: Callable[[str], Any] = value_reader(field)
    match field.type:
        case "number" | "integer" | "year":
            return lambda row, column, cell: _write_number(sheet, row, column, cell)
        case "boolean":
            return lambda row, column, cell: sheet.write_boolean(row, column, read(cell))
        case "date":
            return lambda row, column, cell: _write_day(sheet, row, column, read(cell), formats.date)
        case "datetime":
            return lambda row, column, cell: _write_day(sheet, row, column, read(cell), formats.datetime)
    return lambda row, column, cell: sheet.write_string(row, column, _cut(cell))


DIGITS = 15
"""Of any number that a cell keeps; Excel's are doubles."""


def _write_number(sheet: Worksheet, row: int, column: int, cell: str) -> object:
    if len(cell) <= DIGITS or len(cell.strip("+-0").replace(".", "")) <= DIGITS:
        return sheet.write_number(row, column, float(cell))
    return sheet.write_string(row, column, cell)


def _write_day(sheet: Worksheet, row: int, column: int, value: Any, form: Format) -> object:
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST:
        return sheet.write_string(row, column, value.isoformat())
    number: float = day.toordinal() - _EPOCH
    if isinstance(value, datetime):
        number += (value - datetime.combine(day, time())).total_seconds() / 86_400
    return sheet.write_number(row, column, number, form)


def _cut(text: str) -> str:
    """A text that a cell can hold. Excel counts in units of UTF-16, of which an emoji has two."""
    if len(text) * 2 <= CHARACTERS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= CHARACTERS * 2:
        return text
    return units[: (CHARACTERS - len(CUT)) * 2].decode("utf-16-le", "ignore") + CUT


def _write_texts(sheet: Worksheet, rows: Iterable[Sequence[str]], formats: _Formats) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 20, 28, formats.prose)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, _cut(text), formats.title if number == 0 else formats.prose)


def _dictionary(resources: Iterable[Resource]) -> Iterator[Sequence[str]]:
    yield (
        *("ไฟล์ / resource", "ช่อง / field", "ชื่อ", "Title", "ชนิด / type", "หน่วย", "Unit", "เงื่อนไข / constraints"),
        *("ความหมาย", "Meaning", "รหัส / codes", "Codes", "มีค่า / filled", "แถว / rows"),
    )
    for resource in resources:
        for field in resource.fields.values():
            unit = (field.unit.th, field.unit.en) if field.unit else ("", "")
            rules = "; ".join(f"{name}: {_words(value)}" for name, value in field.constraints.items())
            codes = [
                "\n".join(f"{code} = {label[language]}" for code, label in field.labels.items())
                for language in LANGUAGES
            ]
            yield (
                *(resource.name, field.name, field.title.th, field.title.en, field.type, *unit, rules),
                *(field.description.th, field.description.en, *codes, str(field.filled), str(resource.rows)),
            )


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _about(package: Package) -> Iterator[Sequence[str]]:
    yield ("", "ไทย", "English")
    yield ("title", package.title.th, package.title.en)
    if package.notice:
        yield ("notice", package.notice.th, package.notice.en)
    yield ("version", package.version, package.version)
    yield ("created", package.created.isoformat(), package.created.isoformat())
    yield ("sha256", package.sha256, package.sha256)
    for licence in package.licences:
        yield ("licence", licence.title.th, licence.title.en)
    yield ("description", package.description.th, package.description.en)
