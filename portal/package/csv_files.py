"""The bytes of a CSV file: their encoding, their records, and characters that no table may hold."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from portal.core.csv_reader import csv_reader, is_lfs_pointer
from portal.core.encodings import GARBLED, GARBLED_MARKS, is_thai, is_western, may_be_garbled, restored
from portal.core.problems import Problem, shorten
from portal.core.text import FORBIDDEN, forbidden_name, has_forbidden, is_blank

if TYPE_CHECKING:
    from _csv import Reader

BOM = b"\xef\xbb\xbf"
"""The byte-order mark with which a file in UTF-8 may begin."""

MAX_CELL = 100_000
"""Characters in a cell, at most. The longest text of the real data has 3,671. A much longer cell comes from a missing
quotation mark, and a browser needs seconds to lay out so much Thai without a space."""

MAX_PROBLEMS = 1_000
"""Problems of one rule in one column that are listed. Further ones have the same cause, and are only counted."""

MAX_IN_FILE = 100_000
"""Problems in a file after which it is not read further: to explain one takes a third of a millisecond."""

MAX_COLUMNS = 8_192
"""Columns of a CSV, at most. A sheet of Excel has twice as many, and a column of codes becomes two in the workbook."""

FEWER = "Restore the last good version, or publish fewer columns or years."

RESAVE = "Open it in the program that made it and save it again as CSV UTF-8 (in Excel: Save As, CSV UTF-8)."

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}

_SIGNATURES = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "an Excel workbook (XLSX) or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (XLS)",
    b"\x1f\x8b": "a compressed file (gzip)",
    b"%PDF": "a PDF",
}


@dataclass(slots=True)
class Problems:
    """Collects the problems of one file: the first MAX_PROBLEMS of each rule and column, and the number of all."""

    listed: list[Problem] = field(default_factory=list)
    counts: dict[tuple[str, str, str | None], int] = field(default_factory=dict)
    not_listed: dict[tuple[str, str, str | None], Problem] = field(default_factory=dict)
    """The first problem of each rule and column that is not in `listed`."""

    def add(self, problems: Iterable[Problem]) -> None:
        """Add problems; each is listed, or only counted where MAX_PROBLEMS of its rule and column are listed."""
        for problem in problems:
            kind = (problem.place, problem.rule, problem.field)
            self.counts[kind] = self.counts.get(kind, 0) + 1
            if self.counts[kind] <= MAX_PROBLEMS:
                self.listed.append(problem)
            else:
                self.not_listed.setdefault(kind, problem)

    def too_many(self, place: str, row: int) -> list[Problem]:
        """The last problem of a file that has MAX_IN_FILE problems at `row`, where reading must end; else none."""
        if sum(self.counts.values()) < MAX_IN_FILE:
            return []
        message = f"more than {MAX_IN_FILE:,} problems in this file; the rows after this one were not checked."
        return [Problem(place, "too-many-problems", message, "Correct the common cause first.", row=row)]

    def all(self) -> list[Problem]:
        """The listed problems, and one for all further ones of each rule and column, with their number as `count`."""
        return self.listed + [
            replace(problem, count=self.counts[kind] - MAX_PROBLEMS) for kind, problem in self.not_listed.items()
        ]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """The header of a CSV that can be read as a table."""

    header: tuple[str, ...]
    bom: bool
    """Whether the file begins with a byte-order mark."""


def read_limited(place: str, path: Path, limit: int, problems: list[Problem], hint: str = FEWER) -> bytes | None:
    """The bytes of a file. Where it has more than `limit`, it is not read: adds a problem, and returns None.

    Raises OSError where it cannot be read.
    """
    size = path.stat().st_size
    if size <= limit:
        return path.read_bytes()
    message = f"this file has {size:,} bytes; at most {limit:,} can be read."
    problems.append(Problem(place, "file-too-large", message, hint))
    return None


def unreadable_file(place: str, error: OSError) -> Problem:
    """The problem of a file that the system does not let the program read."""
    message, hint = f"this file cannot be read: {error.strerror}.", "Give all users permission to read it."
    return Problem(place, "unreadable", message, hint)


def read_csv_file(place: str, data: bytes) -> tuple[CsvFile | None, list[Problem]]:
    """Check the bytes of the CSV `place`.

    Returns its header and every problem; None instead of the header where the rows cannot be read (not UTF-8, empty,
    quotation marks that do not match, other separators than commas).
    """
    problems: list[Problem] = []
    text = decode(place, data, problems)
    if text is None:
        return None, problems
    if broken := _lone_return(place, data):
        return None, [broken]
    is_forbidden = has_forbidden(text)
    is_suspicious = may_be_garbled(text) or text.startswith(tuple(GARBLED_MARKS))
    # A text takes more memory than its bytes, and is not needed below.
    del text
    header: tuple[str, ...] = ()
    cell_problems = Problems()
    try:
        if is_suspicious and (broken := _garbled(place, data)):
            return None, [broken]
        for number, record in enumerate(records(data), start=1):
            if number == 1:
                header = tuple(record)
                if broken := _broken_header(place, header):
                    return None, [broken]
            if is_forbidden:
                cell_problems.add(_bad_characters(place, number, record, header, is_suspicious))
    except csv.Error as error:
        return None, [*cell_problems.all(), _broken(place, data, error)]
    problems += [*cell_problems.all(), *_stray_marks(place, data)]
    return CsvFile(header, data.startswith(BOM)), problems


_LONE_RETURN = re.compile(rb"\r(?!\n)")


def _lone_return(place: str, data: bytes) -> Problem | None:
    """A problem at the first carriage return (CR) without a line feed (LF) after it.

    Records end with CR LF (RFC 4180, section 2), and every program also accepts LF. CR alone ends a record in some
    programs and is text in others.
    """
    match = _LONE_RETURN.search(data) if b"\r" in data else None
    if match is None:
        return None
    line = data.count(b"\n", 0, match.start()) + 1
    message = (
        "this line holds a carriage return (CR) without a line feed (LF), and programs differ in where a row ends."
    )
    if b"\n" not in data:
        message = "the lines end with CR alone, as in old Macintosh programs, and most programs read them as one line."
    hint = f"{RESAVE[:-1]}; or replace each CR by an LF."
    return Problem(place, "wrong-line-end", message, hint, line=line)


_CELL = rb'(?:"(?:[^"]++|"")*+"|[^,"\r\n]*+)'
"""A cell: in quotation marks, or without any."""

_CELLS = re.compile(rb"(?:%b(?:,|\r?\n))*+" % _CELL)

_LAST_CELL = re.compile(_CELL)


def _stray_marks(place: str, data: bytes) -> Iterator[Problem]:
    """A problem at the first quotation mark in a cell that does not begin with one.

    RFC 4180, section 2, rule 5, does not allow it, and programs differ in how they read what follows.
    """
    cells = _CELLS.match(data, len(BOM) if data.startswith(BOM) else 0)
    if cells is not None and not _LAST_CELL.fullmatch(data, cells.end()):
        message = "there is a quotation mark in a cell that does not begin with one."
        hint = 'Put the whole cell in quotation marks, and write this one twice: "5"" pipe".'
        line = data.count(b"\n", 0, cells.end()) + 1
        yield Problem(place, "stray-quotation-mark", message, hint, line=line)


MANY_GARBLED = 10
"""From this number on, garbled cells are one problem of the whole file, if they are a tenth of its texts."""


def _garbled(place: str, data: bytes) -> Problem | None:
    """A problem of a table in which many texts were read in a wrong encoding before they were saved as UTF-8."""
    garbled = others = 0
    example = None
    is_first, has_mark = True, False
    for record in records(data):
        for cell in record:
            original = None if cell.isascii() else restored(cell)
            if is_first and (mark := next((mark for mark in GARBLED_MARKS if cell.startswith(mark)), "")):
                original, has_mark = (cell.removeprefix(mark), GARBLED_MARKS[mark]), True
            is_first = False
            if original:
                garbled += 1
                example = example or (cell, *original)
            else:
                others += not cell.isascii()
    is_many = garbled > others or (garbled >= MANY_GARBLED and garbled * 10 >= garbled + others)
    if example is None or not (is_many or has_mark):
        return None
    cell, meant, encoding = example
    message = f"this file was opened in the wrong encoding, {encoding}, and saved: its texts are garbled"
    message += f', {garbled:,} in all ("{shorten(cell, 24)}" was "{shorten(meant, 24)}").'
    hint = "Restore the last good version and open that as UTF-8: in Excel with Data, From Text/CSV, File Origin 65001:"
    hint += " Unicode (UTF-8). Save it as CSV UTF-8."
    return Problem(place, "garbled-text", message, hint)


def _broken_header(place: str, header: Sequence[str]) -> Problem | None:
    if all(map(is_blank, header)):
        message, hint = "the first row must name the columns.", "Restore it from the last good version."
        return Problem(place, "missing-header", message, hint, row=1)
    if len(header) > MAX_COLUMNS:
        message = f"this row has {len(header):,} columns; at most {MAX_COLUMNS:,} can be published."
        return Problem(place, "too-many-columns", message, "Delete those that are not needed.", row=1)
    if len(header) == 1 and (sign := re.search(r"[;\t|]", header[0])):
        message = f"the columns are separated by {_SEPARATORS[sign[0]]}, not by commas."
        return Problem(place, "wrong-separator", message, RESAVE, row=1)
    return None


def records(data: bytes) -> Reader:
    """The records of a CSV as lists of cells. Raises csv.Error at a wrong quotation mark or a cell that is too long."""
    return csv_reader(_text(data, ""), MAX_CELL)


def _text(data: bytes, newline: str | None) -> io.TextIOWrapper:
    """The lines of a text in UTF-8, with or without a byte-order mark; bytes that are not UTF-8 are replaced."""
    return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", errors="replace", newline=newline)


def row_lines(data: bytes, rows: Sequence[int]) -> dict[int, int]:
    """The number of the line at which each of the records `rows` begins; both are counted from 1."""
    wanted = set(rows)
    return {number: line for number, line in enumerate(_first_lines(data), start=1) if number in wanted}


def _first_lines(data: bytes) -> Iterator[int]:
    """The number of the line at which each record begins, up to the first record that cannot be read."""
    reader = records(data)
    with suppress(csv.Error, StopIteration):
        while True:
            yield reader.line_num + 1
            next(reader)


_NOTHING = re.compile(rb"[\xef\xbb\xbf \t\r\n]*+")


def decode(place: str, data: bytes, problems: list[Problem]) -> str | None:
    """The text of a UTF-8 file without its byte-order mark.

    Where it is not UTF-8, returns None and adds a problem that says which encoding it seems to be.
    """
    if is_lfs_pointer(data):
        message = "this is a pointer of Git LFS, which says where the file is, and not the file itself."
        hint = "Run `git lfs pull`, and then check again; in GitHub Actions, give actions/checkout `lfs: true`."
        problems.append(Problem(place, "lfs-pointer", message, hint))
        return None
    if _NOTHING.fullmatch(data):
        problems.append(Problem(place, "empty-file", "this file is empty.", "Restore it from the last good version."))
        return None
    hint, line, looks_like = RESAVE if place.endswith(".csv") else "Save it again as UTF-8.", 1, _other_encoding(data)
    if looks_like is None:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            looks_like = f"{_single_byte_encoding(data)} (byte 0x{data[error.start]:02x})"
    message = f"this file is not UTF-8: it looks like {looks_like}."
    problems.append(Problem(place, "wrong-encoding", message, hint, line=line))
    return None


def _other_encoding(data: bytes) -> str | None:
    for begin, name in _SIGNATURES.items():
        if data.startswith(begin):
            return name
    # A table begins with ASCII characters. In UTF-16 each of them has a NUL byte, in UTF-8 none has.
    head = data[:256]
    for nuls, others in ((head[::2], head[1::2]), (head[1::2], head[::2])):
        if nuls.count(0) * 2 > len(nuls) and not others.count(0):
            return "UTF-16"
    return "a program's own format, or a damaged file" if head.count(0) * 4 > len(head) else None


def _single_byte_encoding(data: bytes) -> str:
    if is_thai(data):
        return "TIS-620 (CP874, Windows-874)"
    return "Windows-1252 (Western European)" if is_western(data) else "another encoding, or a damaged file"


MAX_WRITTEN = 200
"""Characters of the longest text that a hint writes out; for a longer one it says to restore the cell."""


def _bad_characters(
    place: str, row: int, record: Sequence[str], header: Sequence[str], is_suspicious: bool
) -> Iterator[Problem]:
    """The problems of the cells of a row that hold a character which no text needs, or garbled text.

    Garbled text without such a character is possible, and then no problem of its own. In a file that has such
    characters it is named with them, so that it is not left when they are corrected.
    """
    whole = "".join(record)
    if not FORBIDDEN.search(whole) and not (is_suspicious and GARBLED.search(whole)):
        return
    for index, cell in enumerate(record):
        match, garbled = FORBIDDEN.search(cell), restored(cell) if is_suspicious else None
        if garbled:
            rule, message = "garbled-text", f"this text was opened in the wrong encoding, {garbled[1]}, and saved."
            hint = "Restore the cell from the last good version."
            if shorten(garbled[0], MAX_WRITTEN) == garbled[0] and "\N{REPLACEMENT CHARACTER}" not in garbled[0]:
                hint = f'Write "{garbled[0]}".'
        elif match:
            rule, message = "control-character", f"this cell holds {forbidden_name(match[0])}, which no text needs."
            hint = "Delete it; retype the cell if you cannot see it."
        else:
            continue
        field = header[index] if index < len(header) and row > 1 else None
        yield Problem(place, rule, message, hint, row=row, field=field, column=index + 1)


def _broken(place: str, data: bytes, error: csv.Error) -> Problem:
    *_, begin = _first_lines(data)
    if "field larger" in str(error):
        rule, message = "cell-too-long", f"the record that begins here has a cell of more than {MAX_CELL:,} characters."
        hint = "Look for a quotation mark that is not closed, or shorten the text."
    else:
        rule = "broken-quotes"
        message = f"the record that begins here has a quotation mark that is not closed or not doubled ({error})."
        hint = 'Quote the whole cell, and write a quotation mark inside it twice: "".'
    return Problem(place, rule, message, hint, line=begin)
