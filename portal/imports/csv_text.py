"""The bytes of a CSV of another system -> its records, in whatever encoding and with whatever separator it has."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from portal.core.csv_reader import csv_reader
from portal.core.encodings import is_thai, is_western
from portal.core.problems import BuildError, Problem
from portal.package import read_csv_file

ENCODINGS: Mapping[str, str] = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-874": "cp874",
    "windows-1252": "cp1252",
    "macintosh": "mac_roman",
}
"""The encodings that are read, with their names in Python. UTF-16 must begin with a byte-order mark."""

SEPARATORS: Mapping[str, str] = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
"""The signs between the cells of a row, with their names."""


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How a CSV is written."""

    encoding: str = "utf-8"
    """A key of ENCODINGS."""
    separator: str = ","
    """A key of SEPARATORS."""


PLAIN = CsvFormat()
"""As the package writes its own tables."""

_SAMPLE = 1 << 16
"""Characters at the beginning of a file by which its separator is found."""

_SAMPLE_RECORDS = 50


def find_format(data: bytes) -> CsvFormat:
    """The format that a CSV seems to have; where its encoding is none of ENCODINGS, it is taken for UTF-8."""
    encoding = _find_encoding(data)
    text = data.decode(ENCODINGS[encoding], "replace")[:_SAMPLE]
    return CsvFormat(encoding, max(SEPARATORS, key=lambda separator: _columns(text, separator)))


def _find_encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and not data.startswith(b"\xff\xfe\x00\x00"):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # No text in an encoding of one byte has NUL; what has it is a file of some program.
        if b"\0" not in data:
            return _one_byte_encoding(data)
    return "utf-8"


_SIGNS = re.compile(rb"[\x85\x91-\x97\xa0\xa3\xa7\xa9\xab\xae\xb0-\xb4\xb7\xb9-\xbe]")
"""Quotation marks, dashes, spaces and signs of Windows-1252, which English files have too."""

_MAC_LETTER = re.compile(rb"(?<=[A-Za-z])[\x87-\x9f](?=[A-Za-z])")


def _one_byte_encoding(data: bytes) -> str:
    """The encoding that a file seems to have, which is not UTF-8; "utf-8" where it is none that is read."""
    if is_thai(data):
        return "windows-874"
    high = len(re.findall(rb"[\x80-\xff]", data))
    if len(_MAC_LETTER.findall(data)) * 2 > high:
        return "macintosh"
    return "windows-1252" if is_western(data) or len(_SIGNS.findall(data)) == high else "utf-8"


_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
"""Bytes that Windows-1252 has no sign for. Excel and browsers show nothing in their place (WHATWG Encoding, index
windows-1252: control characters)."""

FEW = 0.01
"""The share of such bytes among those above ASCII from which on a file is in another encoding."""


def undefined_lines(data: bytes, form: CsvFormat) -> list[int]:
    """The lines of the bytes that the encoding of a CSV has no sign for, where they are so few that they are left out.

    Such bytes stand in files that somebody saved in a wrong encoding once.
    """
    if form.encoding != "windows-1252":
        return []
    lines = [number for number, line in enumerate(data.split(b"\n"), start=1) for _ in _UNDEFINED.findall(line)]
    return lines if len(lines) <= FEW * len(re.findall(rb"[\x80-\xff]", data)) else []


def _columns(text: str, separator: str) -> tuple[int, int]:
    """The records at the beginning that have as many cells as the header, if these are several; and the cells."""
    try:
        records = [*islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), _SAMPLE_RECORDS)]
    except csv.Error:
        return 0, 0
    columns = len(records[0]) if records else 0
    return (sum(len(record) == columns for record in records) if columns > 1 else 0), columns


def read_records(
    place: str, data: bytes, form: CsvFormat, strict: Collection[str] = ()
) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    """The header of the CSV `place`, and its rows with their numbers, the header being row 1; blank rows are left out.

    Raises BuildError with every problem of the file as a whole, and of characters in cells below the headings `strict`;
    and while rows are read, at one with too few or too many cells.
    """
    plain = _as_utf8_with_commas(place, data, form)
    file, problems = read_csv_file(place, plain)
    problems = [one for one in problems if one.field is None or one.row == 1 or one.field in strict]
    if file is None or problems:
        raise BuildError(problems)
    return file.header, _rows(place, plain, len(file.header))


def _rows(place: str, plain: bytes, columns: int) -> Iterator[tuple[int, list[str]]]:
    records = csv_reader(io.StringIO(plain.decode("utf-8-sig"), newline=""))
    next(records)
    for number, record in enumerate(records, start=2):
        if not any(map(str.strip, record)):
            continue
        if len(record) != columns:
            message = f"this row has {len(record)} cells, and the header has {columns}."
            hint = "Quote cells that hold the sign between cells, and delete rows above the header."
            raise BuildError([Problem(place, "broken-row", message, hint, row=number)])
        yield number, record


def _as_utf8_with_commas(place: str, data: bytes, form: CsvFormat) -> bytes:
    """The same table as the package writes tables. Raises BuildError where it is not in the format."""
    if form == PLAIN:
        return data
    if undefined_lines(data, form):
        data = _UNDEFINED.sub(b"", data)
    try:
        text = data.decode(ENCODINGS[form.encoding])
    except UnicodeDecodeError as error:
        if form.encoding == PLAIN.encoding:
            # What the file may be instead is said by the reader of the package's own tables.
            return data
        message = f"this file is not {form.encoding}: byte 0x{data[error.start]:02x} cannot be read."
        hint = "Correct the encoding in the mapping, or save the file as CSV UTF-8."
        line = data.count(b"\n", 0, error.start) + 1
        raise BuildError([Problem(place, "wrong-encoding", message, hint, line=line)]) from None
    written = io.StringIO()
    reader = csv_reader(io.StringIO(text, newline=""), separator=form.separator)
    try:
        csv.writer(written, lineterminator="\n").writerows(reader)
    except csv.Error as error:
        message = f"there is a quotation mark that is not closed or not doubled ({error})."
        hint = 'Quote the whole cell, and write a quotation mark inside it twice: "".'
        raise BuildError([Problem(place, "broken-quotes", message, hint, line=reader.line_num)]) from None
    return written.getvalue().encode()
