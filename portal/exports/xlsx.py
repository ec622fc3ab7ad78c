"""Validated CSVs -> workbooks (XLSX) for Excel and LibreOffice. The only importer of XlsxWriter."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO, cast

import xlsxwriter
from babel import Locale
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.core import formats as written
from portal.core.cells import has_value, value_reader
from portal.core.compression import Block, Places, WrittenBlocks, ZipArchive, pack_block
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


Rows = Iterable[tuple[str, Block]]
"""The rows of a sheet as blocks, each with what names its content."""

_MARK = "<!--rows-->"
"""Stands in the XML of a sheet where its rows belong."""


class _Sheet(Worksheet):
    """A sheet whose rows are texts of SpreadsheetML: XlsxWriter's own way to write a cell takes three times as long."""

    def add_rows(self, rows: Rows, count: int) -> None:
        """Have `count` rows follow those that were written; they are made when the workbook is closed."""
        last: Any = HEAD - 1 + count
        self.rows, self.dim_rowmax = rows, last

    def _write_optimized_sheet_data(self) -> None:
        # XlsxWriter says of its files that they are None. The one of rows holds those that were written.
        written, file, path = cast("tuple[TextIO, TextIO, str]", (self.row_data_fh, self.fh, self.row_data_filename))
        self._xml_start_tag("sheetData")
        written.seek(0)
        file.write(written.read())
        written.close()
        os.unlink(path)
        file.write(_MARK)
        self._xml_end_tag("sheetData")


class _Archive(ZipArchive):
    """The zip of a workbook, whose rows are blocks."""

    sheets: Mapping[str, Rows]
    """The rows of each sheet, by the name of its entry."""
    places: Places
    """Where these blocks are."""

    def write(self, filename: Any, arcname: Any = None, *arguments: Any, **named: Any) -> None:
        """Write a file; of a sheet its rows too, which the file does not hold."""
        if arcname not in self.sheets:
            super().write(filename, arcname, *arguments, **named)
            return
        entry = zipfile.ZipInfo.from_file(filename, arcname)
        entry.compress_type = self.compression
        before, _, after = Path(filename).read_bytes().partition(_MARK.encode())
        ends = [("", pack_block(part)) for part in (before, after)]
        places = self.write_blocks(entry, chain(ends[:1], self.sheets[arcname], ends[1:]))
        del places[""]
        self.places |= places


class _Workbook(xlsxwriter.Workbook):
    """Packed as other archives are: XlsxWriter has no setting for it."""

    def _store_workbook(self) -> None:
        self.places: Places = {}
        sheets = {
            f"xl/worksheets/sheet{number}.xml": sheet.rows
            for number, sheet in enumerate(self.worksheets(), start=1)
            if isinstance(sheet, _Sheet)
        }

        def archive(*arguments: Any, **named: Any) -> _Archive:
            opened = _Archive(*arguments, **named)
            opened.sheets, opened.places = sheets, self.places
            return opened

        # It calls its module's ZipFile, and nothing else runs meanwhile in a process that writes one workbook.
        module: Any = xlsxwriter.workbook
        usual, module.ZipFile = module.ZipFile, archive
        try:
            super()._store_workbook()
        finally:
            module.ZipFile = usual


def write_workbook(package: Package, folder: Path, file: Path, last: WrittenBlocks | None = None) -> Places:
    """Write all resources to the workbook `file`: a sheet for each, the dictionary of their fields, and what they are.

    `folder` holds every CSV under its resource's name. Numbers and days are cells of their kind, every text is a text,
    whatever it begins with. A resource of more rows than a sheet has goes on in the next. Rows that the `last` workbook
    has are copied from it, packed as they are. Returns where the rows are in this one.
    """
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    resources = package.resources
    with last or WrittenBlocks() as blocks, new_file(file) as new, _Workbook(str(new), options) as book:
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
            _write_sheet(sheet, columns, islice(unwritten[resource.name], count), count, formats, blocks)
    places: Places = book.places
    return places


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

    def of(self, field: Field) -> Format | None:
        """What the cells of a field look like, where they look otherwise than others."""
        return {"date": self.date, "datetime": self.datetime}.get(field.type)

    def style(self, field: Field) -> str:
        """The attribute of a cell of a field that says what it looks like."""
        # The public way to the number of a format is to write a cell with it.
        return f' s="{form._get_xf_index()}"' if (form := self.of(field)) else ""  # type: ignore[no-untyped-call]


NAME = Message("name", "of a code")


def _write_sheet(
    sheet: _Sheet,
    columns: Sequence[_Column],
    rows: Iterable[Sequence[str]],
    count: int,
    formats: _Formats,
    blocks: WrittenBlocks,
) -> None:
    sheet.freeze_panes(HEAD, 1)
    heads: list[tuple[str, str, int, Format | None]] = []
    titles = {column.field.title.first for column in columns}
    names = {column.field.name for column in columns}
    for column in columns:
        field = column.field
        heads.append((field.title.first, field.name, _WIDTHS.get(field.type, 24), formats.of(field)))
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
    sheet.add_rows(_blocks(columns, rows, formats, blocks), count)
    sheet.autofilter(1, 0, max(HEAD - 1 + count, 1), len(heads) - 1)


BLOCK = 1 << 17
"""Characters of the rows of a block, about."""


def _blocks(
    columns: Sequence[_Column], rows: Iterable[Sequence[str]], formats: _Formats, written_blocks: WrittenBlocks
) -> Rows:
    """The rows of a sheet below its head, as SpreadsheetML in blocks, of which those of `written_blocks` are copied."""
    row_xml = _row_writer(columns, formats)
    shape = repr((formats.cut, [(column.field.described, column.labels) for column in columns])).encode()
    for name, part in _parts(rows, shape):
        yield name, written_blocks.get(name) or pack_block("".join(map(row_xml, part)).encode())


def _parts(rows: Iterable[Sequence[str]], shape: bytes) -> Iterator[tuple[str, list[Sequence[str]]]]:
    """Rows one after the other in parts, each with what names its cells and the `shape` of the table.

    A part ends with a row whose digest says so, rarely or often as the row is short or long. So a row that is new
    changes the part in which it stands, and those after it begin and end where they did.
    """
    part: list[Sequence[str]] = []
    size, digest = 0, hashlib.blake2b(shape, digest_size=16)
    for row in rows:
        cells = "\0".join(row).encode()
        of_row = hashlib.blake2b(cells, digest_size=16).digest()
        digest.update(of_row)
        part.append(row)
        size += len(cells)
        if int.from_bytes(of_row[:4]) * BLOCK < len(cells) << 32 or size > 8 * BLOCK:
            yield digest.hexdigest(), part
            part, size, digest = [], 0, hashlib.blake2b(shape, digest_size=16)
    if part:
        yield digest.hexdigest(), part


def _row_writer(columns: Sequence[_Column], formats: _Formats) -> Callable[[Sequence[str]], str]:
    """What makes a row of SpreadsheetML of the texts of a record.

    No cell says where it stands, so a row is the same wherever it is: each follows the one before (ECMA-376, 18.3.1.4
    and 18.3.1.73, where `r` is optional). An empty cell is written before one that is not.
    """
    writers: list[tuple[Callable[[str], bool], _Writer, str, Mapping[str, str] | None]] = []
    for column in columns:
        words = column.labels and {
            code: f"<c{_text(_cut(label, formats.cut))}" for code, label in column.labels.items()
        }
        empty = f"<c{formats.style(column.field)}/>"
        writers.append((has_value(column.field), _writer(column.field, formats), empty, words))

    def row_xml(row: Sequence[str]) -> str:
        cells: list[str] = []
        filled = 0
        for cell, (stands_for_value, write, empty, words) in zip(row, writers, strict=True):
            is_filled = stands_for_value(cell)
            cells.append(f"<c{write(cell)}" if is_filled else empty)
            filled = len(cells) if is_filled else filled
            if words is not None:
                is_known = is_filled and cell in words
                cells.append(words[cell] if is_known else "<c/>")
                filled = len(cells) if is_known else filled
        return f"<row>{''.join(cells[:filled])}</row>"

    return row_xml


_Writer = Callable[[str], str]
"""Makes the end of a cell, all but `<c`, of a text of the CSV that stands for a value."""


def _writer(field: Field, formats: _Formats) -> _Writer:
    """What makes a cell of `field` what it stands for."""
    read: Callable[[str], Any] = value_reader(field)
    match field.type:
        case "number" | "integer" | "year":
            return _number
        case "boolean":
            return lambda cell: f' t="b"><v>{int(read(cell))}</v></c>'
        case "date" | "datetime":
            style = formats.style(field)
            return lambda cell: f"{style}{_day(read(cell))}"
    return lambda cell: _text(_cut(cell, formats.cut))


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
