"""Validated CSVs -> workbooks (XLSX) for Excel and LibreOffice. The only importer of XlsxWriter."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO, cast

import xlsxwriter
from babel import Locale
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from portal.core import formats as written
from portal.core.cells import has_value, value_reader
from portal.core.compression import ZipArchive
from portal.core.files import new_file
from portal.core.messages import Message
from portal.core.models import NO_TEXT, Field, Language, Package, Resource, Text
from portal.exports.cells import free, labels, text_rows

ROWS = 1_048_576
"""Of a sheet, at most; so for the characters of a cell. Microsoft, "Excel specifications and limits"."""

CHARACTERS = 32_767

CUT = Message("cut at {n} characters, whole in the CSV")
"""What is said of a text that is longer than a cell of Excel can be."""

HEAD = 2
"""Rows above the data: the titles in the first language, and the names of the fields. They stay in view."""

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


class _Sheet(Worksheet):
    """A sheet whose rows are texts of SpreadsheetML: XlsxWriter's own way to write a cell takes three times as long."""

    def add_rows(self, rows: Iterable[str], count: int) -> None:
        """Have `count` rows follow those that were written; they are made when the workbook is closed."""
        last: Any = HEAD - 1 + count
        self._rows, self.dim_rowmax = rows, last

    def _write_optimized_sheet_data(self) -> None:
        # XlsxWriter says of its files that they are None. The one of rows holds those that were written.
        written, file, path = cast("tuple[TextIO, TextIO, str]", (self.row_data_fh, self.fh, self.row_data_filename))
        self._xml_start_tag("sheetData")
        written.seek(0)
        file.write(written.read())
        written.close()
        os.unlink(path)
        file.writelines(self._rows)
        self._xml_end_tag("sheetData")


class _Workbook(xlsxwriter.Workbook):
    """Packed as other archives are: XlsxWriter has no setting for it."""

    def _store_workbook(self) -> None:
        # It calls its module's ZipFile, and nothing else runs meanwhile in a process that writes one workbook.
        module: Any = xlsxwriter.workbook
        usual, module.ZipFile = module.ZipFile, ZipArchive
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
        book.set_properties(
            {"title": package.title.first, "subject": "; ".join([*package.title][1:]), "created": created}
        )
        formats = _Formats(
            book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            book.add_format({"bold": True, "font_color": "#555555", "bottom": 1}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
            end_of_cut(package.conventions.languages),
            package.conventions.languages,
        )
        taken = {"dictionary", "about", *_TAKEN}
        parts = [(resource, count) for resource in resources.values() for count in _rows_by_sheet(resource.rows)]
        sheets = [book.add_worksheet(_sheet_name(resource.name, taken), _Sheet) for resource, _ in parts]
        _write_texts(book.add_worksheet("dictionary"), _dictionary(resources.values(), formats.languages), formats)
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


def end_of_cut(languages: Sequence[Language]) -> str:
    """What ends a text that is cut, in each language."""
    said = (CUT[language].format(n=written.number(CHARACTERS, language)) for language in languages)
    return f" … [{' / '.join(said)}]"


class _Formats(NamedTuple):
    """What cells look like, and the words in them that are the program's."""

    title: Format
    name: Format
    date: Format
    datetime: Format
    prose: Format
    cut: str
    """Ends a text that is cut."""
    languages: Sequence[Language]
    """Of the city."""


NAME = Message("name", "of a code")


def _write_sheet(
    sheet: _Sheet, columns: Sequence[_Column], rows: Iterable[Sequence[str]], count: int, formats: _Formats
) -> None:
    sheet.freeze_panes(HEAD, 1)
    heads: list[tuple[str, str, int, Format | None]] = []
    titles = {column.field.title.first for column in columns}
    names = {column.field.name for column in columns}
    for column in columns:
        field = column.field
        cells = {"date": formats.date, "datetime": formats.datetime}.get(field.type)
        heads.append((field.title.first, field.name, _WIDTHS.get(field.type, 24), cells))
        if column.labels is not None:
            title, name = (
                free(f"{field.title.first} ({NAME[formats.languages[0]]})", titles),
                free(f"{field.name}_label", names),
            )
            titles.add(title)
            names.add(name)
            heads.append((title, name, 32, None))
    for index, (title, _, width, cells) in enumerate(heads):
        sheet.set_column(index, index, width, cells)
        sheet.write_string(0, index, title, formats.title)
    for index, (_, name, _, _) in enumerate(heads):
        sheet.write_string(1, index, name, formats.name)
    sheet.add_rows(_xml_rows(columns, rows, formats), count)
    sheet.autofilter(1, 0, max(HEAD - 1 + count, 1), len(heads) - 1)


def _xml_rows(columns: Sequence[_Column], rows: Iterable[Sequence[str]], formats: _Formats) -> Iterator[str]:
    """The rows of a sheet below its head, as SpreadsheetML; an empty cell is left out."""
    writers: list[tuple[Callable[[str], bool], _Writer, str, Mapping[str, str] | None]] = []
    index = 0
    for column in columns:
        write = _writer(column.field, _column_name(index), formats)
        words = column.labels and {code: _text(_cut(label, formats.cut)) for code, label in column.labels.items()}
        writers.append((has_value(column.field), write, _column_name(index + 1), words))
        index += 1 if words is None else 2
    for number, row in enumerate(rows, start=HEAD + 1):
        cells = []
        for cell, (stands_for_value, write, next_column, words) in zip(row, writers, strict=True):
            if stands_for_value(cell):
                cells.append(write(number, cell))
                if words is not None and cell in words:
                    cells.append(f'<c r="{next_column}{number}"{words[cell]}')
        if cells:
            yield f'<row r="{number}">{"".join(cells)}</row>'


def _column_name(index: int) -> str:
    """What Excel calls the column `index`, which counts from 0: column 26 is AA."""
    return str(xl_col_to_name(index))


_Writer = Callable[[int, str], str]
"""Makes the cell of a row, whose number counts from 1, of a text of the CSV."""


def _writer(field: Field, column: str, formats: _Formats) -> _Writer:
    """What makes a cell of `field` what it stands for."""
    read: Callable[[str], Any] = value_reader(field)
    match field.type:
        case "number" | "integer" | "year":
            return lambda row, cell: f'<c r="{column}{row}"{_number(cell)}'
        case "boolean":
            return lambda row, cell: f'<c r="{column}{row}" t="b"><v>{int(read(cell))}</v></c>'
        case "date" | "datetime":
            form = formats.date if field.type == "date" else formats.datetime
            # The public way to the number of a format is to write a cell with it.
            style = f' s="{form._get_xf_index()}"'  # type: ignore[no-untyped-call]
            return lambda row, cell: f'<c r="{column}{row}"{style}{_day(read(cell))}'
    return lambda row, cell: f'<c r="{column}{row}"{_text(_cut(cell, formats.cut))}'


DIGITS = 15
"""Of any number that a cell keeps; Excel's are doubles."""


def _number(cell: str) -> str:
    """The end of a cell that holds a number, or a text where it has more digits than Excel keeps."""
    if len(cell) <= DIGITS or len(cell.strip("+-0").replace(".", "")) <= DIGITS:
        return f"><v>{float(cell):.16G}</v></c>"
    return _text(cell)


def _day(value: Any) -> str:
    """The end of a cell that holds a day or a time, or a text where Excel does not know that day."""
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST:
        return _text(value.isoformat())
    number: float = day.toordinal() - _EPOCH
    if isinstance(value, datetime):
        number += (value - datetime.combine(day, time())).total_seconds() / 86_400
    return f"><v>{number:.16G}</v></c>"


_UNUSUAL = re.compile("[&<>_\x00-\x1f\ufffe\uffff]")
"""What is not written as it is, or begins it."""

_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f]")
"""Characters that XML has no place for, and the underscore of what would be read as one: `_x000D_`."""

_NONCHARACTERS = {0xFFFE: "_xFFFE_", 0xFFFF: "_xFFFF_"}


def _text(text: str) -> str:
    """The end of a cell that holds a text; ECMA-376, 18.3.1.53 and 22.9.2.19."""
    space = "" if text == text.strip() else ' xml:space="preserve"'
    if _UNUSUAL.search(text):
        text = _ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text).translate(_NONCHARACTERS)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _cut(text: str, end: str) -> str:
    """A text that a cell can hold; one that is cut has this `end`.

    Excel counts in units of UTF-16, of which an emoji has two.
    """
    if len(text) * 2 <= CHARACTERS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= CHARACTERS * 2:
        return text
    return units[: (CHARACTERS - len(end)) * 2].decode("utf-16-le", "ignore") + end


def _write_texts(sheet: Worksheet, rows: Iterable[Sequence[str]], formats: _Formats) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 20, 28, formats.prose)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, _cut(text, formats.cut), formats.title if number == 0 else formats.prose)


_TITLE, _UNIT = Message("Title", "dictionary"), Message("Unit", "dictionary")
_MEANING, _CODES = Message("Meaning", "dictionary"), Message("Codes", "dictionary")
_RESOURCE, _FIELD = Message("resource", "dictionary"), Message("field", "dictionary")
_TYPE, _CONSTRAINTS = Message("type", "dictionary"), Message("constraints", "dictionary")
_FILLED, _ROWS = Message("filled", "dictionary"), Message("rows", "dictionary")


def _dictionary(resources: Iterable[Resource], languages: Sequence[Language]) -> Iterator[Sequence[str]]:
    def head(message: Message) -> str:
        """A heading in the first language, with the English word by which programs know it."""
        return " / ".join(dict.fromkeys((message[languages[0]], message.source)))

    def each(message: Message) -> Iterator[str]:
        return (message[language] for language in languages)

    def given(text: Text) -> Iterator[str]:
        return (text.given(language, languages[0]) for language in languages)

    yield (
        *(head(_RESOURCE), head(_FIELD), *each(_TITLE), head(_TYPE), *each(_UNIT), head(_CONSTRAINTS)),
        *(*each(_MEANING), *each(_CODES), head(_FILLED), head(_ROWS)),
    )
    for resource in resources:
        for field in resource.fields.values():
            rules = "; ".join(f"{name}: {_words(value)}" for name, value in field.constraints.items())
            codes = [
                "\n".join(f"{code} = {label[language]}" for code, label in field.labels.items())
                for language in languages
            ]
            yield (
                *(resource.name, field.name, *given(field.title), field.type, *given(field.unit or NO_TEXT), rules),
                *(*given(field.description), *codes, str(field.filled), str(resource.rows)),
            )


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _about(package: Package) -> Iterator[Sequence[str]]:
    languages = package.conventions.languages

    def row(name: str, text: Text) -> Sequence[str]:
        return (name, *(text.given(language, languages[0]) for language in languages))

    yield ("", *(Locale.parse(language).get_display_name() or language for language in languages))
    yield row("title", package.title)
    if package.notice:
        yield row("notice", package.notice)
    for name, value in {
        "version": package.version,
        "created": package.created.isoformat(),
        "sha256": package.sha256,
    }.items():
        yield (name, *[value] * len(languages))
    for licence in package.licences:
        yield row("licence", licence.title)
    yield row("description", package.description)
