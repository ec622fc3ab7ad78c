"""The rows of a sheet of a workbook: records of a CSV as SpreadsheetML, in blocks that stay where their rows do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from portal.core.cells import has_value, value_reader
from portal.core.compression import Block, WrittenBlocks, pack_block
from portal.core.models import Field

CHARACTERS = 32_767
"""Of a cell, at most. Microsoft, "Excel specifications and limits"."""

_EPOCH = date(1899, 12, 30).toordinal()
_FIRST = date(1900, 3, 1)
"""Excel counts days from 1899-12-30, rightly only from this day on: it takes 1900 for a leap year."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a resource in a sheet."""

    field: Field
    labels: Mapping[str, str] | None
    """What people call its codes, which stands in a column beside it."""


@dataclass(frozen=True, slots=True)
class CellStyle:
    """What cells look like, and what ends a text that is cut."""

    attributes: Mapping[str, str]
    """The attribute of the cells of a field that look otherwise than others, by the type of the field."""
    end_of_cut: str

    def of(self, field: Field) -> str:
        """The attribute of the cells of a field; "" where they look as usual."""
        return self.attributes.get(field.type, "")


Rows = Iterable[tuple[str, Block]]
"""The rows of a sheet as blocks, each with what names its content."""

BLOCK = 1 << 17
"""Characters of the rows of a block, about."""


def row_blocks(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], style: CellStyle, written_blocks: WrittenBlocks
) -> Rows:
    """The rows of a sheet below its head, as SpreadsheetML in blocks, of which those of `written_blocks` are copied."""
    row_xml = _row_writer(columns, style)
    shape = repr((style.end_of_cut, [(column.field.described, column.labels) for column in columns])).encode()
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


def _row_writer(columns: Sequence[Column], style: CellStyle) -> Callable[[Sequence[str]], str]:
    """What makes a row of SpreadsheetML of the texts of a record.

    No cell says where it stands, so a row is the same wherever it is: each follows the one before (ECMA-376, 18.3.1.4
    and 18.3.1.73, where `r` is optional). An empty cell is written before one that is not.
    """
    writers: list[tuple[Callable[[str], bool], _Writer, str, Mapping[str, str] | None]] = []
    for column in columns:
        words = column.labels and {
            code: f"<c{_text(cut(label, style.end_of_cut))}" for code, label in column.labels.items()
        }
        empty = f"<c{style.of(column.field)}/>"
        writers.append((has_value(column.field), _writer(column.field, style), empty, words))

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


def _writer(field: Field, style: CellStyle) -> _Writer:
    """What makes a cell of `field` what it stands for."""
    read: Callable[[str], Any] = value_reader(field)
    match field.type:
        case "number" | "integer" | "year":
            return _number
        case "boolean":
            return lambda cell: f' t="b"><v>{int(read(cell))}</v></c>'
        case "date" | "datetime":
            attribute = style.of(field)
            return lambda cell: f"{attribute}{_day(read(cell))}"
    return lambda cell: _text(cut(cell, style.end_of_cut))


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


def cut(text: str, end: str) -> str:
    """A text that a cell can hold; one that is cut has this `end`.

    Excel counts in units of UTF-16, of which an emoji has two.
    """
    if len(text) * 2 <= CHARACTERS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= CHARACTERS * 2:
        return text
    return units[: (CHARACTERS - len(end)) * 2].decode("utf-16-le", "ignore") + end
