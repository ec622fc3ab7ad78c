"""Validated CSVs -> workbooks (XLSX) for Excel and LibreOffice. The only importer of XlsxWriter."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO, cast

import xlsxwriter
from babel import Locale
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.core import formats as written
from portal.core.compression import Places, WrittenBlocks, ZipArchive, pack_block
from portal.core.files import new_file
from portal.core.messages import Message
from portal.core.models import NO_TEXT, Language, Package, Resource, Text
from portal.exports.cells import free, labels, text_rows
from portal.exports.sheet_rows import CHARACTERS, CellStyle, Column, Rows, cut, row_blocks

ROWS = 1_048_576
"""Of a sheet, at most. Microsoft, "Excel specifications and limits"."""

CUT = Message("cut at {n} characters, whole in the CSV")
"""What is said of a text that is longer than a cell of Excel can be."""

HEAD = 2
"""Rows above the data: the titles in the first language, and the names of the fields. They stay in view."""

_TAKEN = ("history",)
"""Names that Excel keeps for sheets of its own."""

_WIDTHS = {"number": 16, "integer": 10, "year": 10, "date": 12, "datetime": 18, "boolean": 8}


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
                Column(field, labels(resources, name, resource, folder)) for name, field in resource.fields.items()
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

    @property
    def by_type(self) -> Mapping[str, Format]:
        """What the cells of a field look like, by its type, where they look otherwise than others."""
        return {"date": self.date, "datetime": self.datetime}

    @property
    def style(self) -> CellStyle:
        """The same for rows as texts."""
        # The public way to the number of a format is to write a cell with it.
        numbers = {kind: form._get_xf_index() for kind, form in self.by_type.items()}  # type: ignore[no-untyped-call]
        return CellStyle({kind: f' s="{number}"' for kind, number in numbers.items()}, self.cut)


NAME = Message("name", "of a code")


def _write_sheet(
    sheet: _Sheet,
    columns: Sequence[Column],
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
        heads.append((field.title.first, field.name, _WIDTHS.get(field.type, 24), formats.by_type.get(field.type)))
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
    sheet.add_rows(row_blocks(columns, rows, formats.style, blocks), count)
    sheet.autofilter(1, 0, max(HEAD - 1 + count, 1), len(heads) - 1)


def _write_texts(sheet: Worksheet, rows: Iterable[Sequence[str]], formats: _Formats) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 20, 28, formats.prose)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, cut(text, formats.cut), formats.title if number == 0 else formats.prose)


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
