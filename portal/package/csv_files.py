"""The bytes of a CSV file: their encoding, their records, and what in them no table may hold."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from portal.core.csv_reader import csv_reader
from portal.core.encodings import GARBLED, is_thai, is_western, restored
from portal.core.problems import Problem, shorten
from portal.core.text import FORBIDDEN, forbidden_name, has_forbidden, is_blank

if TYPE_CHECKING:
    from _csv import Reader

MAX_CELL = 100_000
"""Characters. The longest text of the real data has 3,671; a cell of many more is a lost quotation mark, and a browser
needs seconds to lay out so much Thai without a space."""

MAX_PROBLEMS = 1_000
"""Of one kind in one column of a file. Of more, which have one cause, only the number is known."""

MAX_IN_FILE = 100_000
"""Problems of a file, of all kinds: to say why a cell cannot be read takes a third of a millisecond."""

MAX_COLUMNS = 8_192
"""A sheet of Excel has room for twice as many, and beside a column of codes stands one of names."""

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
    """The problems of one file as they are found: of each kind the first MAX_PROBLEMS, and how many there are."""

    found: list[Problem] = field(default_factory=list)
    counts: dict[tuple[str, str, str | None], int] = field(default_factory=dict)
    beyond: dict[tuple[str, str, str | None], Problem] = field(default_factory=dict)
    """The first of each kind that was not listed any more."""

    def add(self, problems: Iterable[Problem]) -> None:
        """List the problems, or count them where enough of their kind are listed."""
        for problem in problems:
            kind = (problem.place, problem.rule, problem.field)
            self.counts[kind] = self.counts.get(kind, 0) + 1
            if self.counts[kind] <= MAX_PROBLEMS:
                self.found.append(problem)
            else:
                self.beyond.setdefault(kind, problem)

    def too_many(self, place: str, row: int) -> list[Problem]:
        """The last problem of a file that has more than MAX_IN_FILE and was read no further than `row`."""
        if sum(self.counts.values()) < MAX_IN_FILE:
            return []
        message = f"more than {MAX_IN_FILE:,} problems in this file; the rows after this one were not checked."
        return [Problem(place, "too-many-problems", message, "Correct the common cause first.", row=row)]

    def all(self) -> list[Problem]:
        """The listed problems, and one for all further ones of a kind, with their number as its count."""
        return self.found + [replace(one, count=self.counts[kind] - MAX_PROBLEMS) for kind, one in self.beyond.items()]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV that can be read as a table."""

    header: tuple[str, ...]
    bom: bool
    """Whether a byte-order mark stands before the header."""


def read_limited(place: str, path: Path, limit: int, problems: list[Problem]) -> bytes | None:
    """The bytes of a file; None and a problem where there are more than `limit`, of which none is read then.

    OSError where it cannot be read.
    """
    size = path.stat().st_size
    if size <= limit:
        return path.read_bytes()
    message = f"this file has {size:,} bytes; at most {limit:,} can be read."
    hint = "Restore the last good version, or publish fewer columns or years."
    problems.append(Problem(place, "file-too-large", message, hint))
    return None


def unreadable_file(place: str, error: OSError) -> Problem:
    """The problem of a file that the system does not let the program read."""
    message, hint = f"this file cannot be read: {error.strerror}.", "Give all users permission to read it."
    return Problem(place, "unreadable", message, hint)


def read_csv_file(place: str, data: bytes) -> tuple[CsvFile | None, list[Problem]]:
    """Look at the bytes of the CSV `place`.

    Returns its header, or None where the rows cannot be trusted (not UTF-8, empty, broken quotation marks, other
    separators), and every problem found.
    """
    problems: list[Problem] = []
    text = decode(place, data, problems)
    if text is None:
        return None, problems
    if broken := _lone_return(place, data):
        return None, [broken]
    unfit, suspect = has_forbidden(text), GARBLED.search(text) is not None
    # A text takes more room than its bytes, and a large table is read more than once.
    del text
    header: tuple[str, ...] = ()
    found = Problems()
    try:
        if suspect and (broken := _garbled(place, data)):
            return None, [broken]
        for number, record in enumerate(records(data), start=1):
            if number == 1:
                header = tuple(record)
                if broken := _broken_header(place, header):
                    return None, [broken]
            if unfit:
                found.add(_control_characters(place, number, record, header))
    except csv.Error as error:
        return None, [*found.all(), _broken(place, data, error)]
    problems += [*found.all(), *_stray_marks(place, data)]
    return CsvFile(header, data.startswith(b"\xef\xbb\xbf")), problems


_LONE_RETURN = re.compile(rb"\r(?!\n)")


def _lone_return(place: str, data: bytes) -> Problem | None:
    """The first carriage return that no line feed follows.

    RFC 4180, section 2, ends records with CR LF, and every reader takes LF too; CR alone ends one for some readers, is
    a part of the text for others, and within quotation marks even the copies of one table differ.
    """
    match = _LONE_RETURN.search(data) if b"\r" in data else None
    if match is None:
        return None
    line = data.count(b"\n", 0, match.start()) + 1
    message = (
        "this line holds a carriage return (CR) without a line feed (LF), and programs differ in where a row ends."
    )
    if b"\n" not in data:
        message = "the lines end with CR alone, as old Macintosh programs wrote them, and most programs see one line."
    hint = f"{RESAVE[:-1]}; or replace each CR by an LF."
    return Problem(place, "wrong-line-end", message, hint, line=line)


def _stray_marks(place: str, data: bytes) -> Iterator[Problem]:
    """The first quotation mark within a cell that does not begin with one: not every program reads what follows alike.

    RFC 4180, section 2, rule 5, has none there.
    """
    inside = False
    for number, line in enumerate(_text(data, None) if b'"' in data else (), start=1):
        at = 0
        while inside or '"' in line[at:]:
            if not inside and line[at : at + 1] != '"':
                end = line.find(",", at)
                if '"' in (line[at:] if end < 0 else line[at:end]):
                    message = "a quotation mark stands in a cell that does not begin with one."
                    hint = 'Put the whole cell in quotation marks, and write the mark twice: "5"" pipe".'
                    yield Problem(place, "stray-quotation-mark", message, hint, line=number)
                    return
                at = end + 1
                continue
            at = at if inside else at + 1
            end = line.find('"', at)
            while end >= 0 and line[end + 1 : end + 2] == '"':
                end = line.find('"', end + 2)
            inside = end < 0
            if inside:
                break
            at = line.find(",", end) + 1
            if at == 0:
                break


def _garbled(place: str, data: bytes) -> Problem | None:
    """One problem for a table most of whose texts were read in a wrong encoding before they were saved as UTF-8."""
    garbled = others = 0
    example = None
    for record in records(data):
        for cell in record:
            if cell.isascii():
                continue
            if found := restored(cell):
                garbled += 1
                example = example or (cell, *found)
            else:
                others += 1
    if example is None or garbled <= others:
        return None
    cell, meant, encoding = example
    message = f"this file was opened in the wrong encoding, {encoding}, and saved: its texts are garbled"
    message += f' ("{shorten(cell, 24)}" was "{shorten(meant, 24)}").'
    hint = "Restore the last good version and open that as UTF-8: in Excel with Data, From Text/CSV, File Origin 65001:"
    hint += " Unicode (UTF-8). Save it as CSV UTF-8."
    return Problem(place, "garbled-text", message, hint)


def _broken_header(place: str, header: Sequence[str]) -> Problem | None:
    if all(map(is_blank, header)):
        return Problem(place, "missing-header", "the first row must name the columns.", "Restore it.", row=1)
    if len(header) > MAX_COLUMNS:
        message = f"this row has {len(header):,} columns; at most {MAX_COLUMNS:,} can be published."
        return Problem(place, "too-many-columns", message, "Delete those that are not needed.", row=1)
    if len(header) == 1 and (sign := re.search(r"[;\t|]", header[0])):
        message = f"the columns are separated by {_SEPARATORS[sign[0]]}, not by commas."
        return Problem(place, "wrong-separator", message, RESAVE, row=1)
    return None


def records(data: bytes) -> Reader:
    """The records of a CSV, strictly: an unclosed quotation mark raises csv.Error."""
    return csv_reader(_text(data, ""), MAX_CELL)


def _text(data: bytes, newline: str | None) -> io.TextIOWrapper:
    """The lines of UTF-8, with or without a byte-order mark, a few at a time; what is none is replaced."""
    return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", errors="replace", newline=newline)


def row_lines(data: bytes, rows: Sequence[int]) -> dict[int, int]:
    """The line of a CSV at which each record of `rows` begins; records and lines count from 1."""
    wanted, lines, begin = set(rows), {}, 1
    reader = records(data)
    try:
        for number, _ in enumerate(reader, start=1):
            if number in wanted:
                lines[number] = begin
            begin = reader.line_num + 1
    except csv.Error:
        pass
    return lines


def decode(place: str, data: bytes, problems: list[Problem]) -> str | None:
    """The text of a UTF-8 file without its byte-order mark, or None and a problem that names what it looks like."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
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
    # In UTF-16 every ASCII character, and a table begins with many, brings a NUL; in UTF-8 none does.
    head = data[:256]
    for nuls, others in ((head[::2], head[1::2]), (head[1::2], head[::2])):
        if nuls.count(0) * 2 > len(nuls) and not others.count(0):
            return "UTF-16"
    return "a program's own format, or a damaged file" if head.count(0) * 4 > len(head) else None


def _single_byte_encoding(data: bytes) -> str:
    if is_thai(data):
        return "TIS-620 (CP874, Windows-874)"
    return "Windows-1252 (Western European)" if is_western(data) else "another encoding, or a damaged file"


def _control_characters(place: str, row: int, record: Sequence[str], header: Sequence[str]) -> list[Problem]:
    if not FORBIDDEN.search("".join(record)):
        return []
    found = []
    for index, cell in enumerate(record):
        if match := FORBIDDEN.search(cell):
            rule, message = "control-character", f"this cell holds {forbidden_name(match[0])}, which no text needs."
            hint = "Delete it; retype the cell if you cannot see it."
            if garbled := restored(cell):
                rule, message = "garbled-text", f"this text was read as {garbled[1]}, which it is not."
                hint = f'Write "{shorten(garbled[0], 200)}".' if "\ufffd" not in garbled[0] else "Type it anew."
            found.append(
                Problem(
                    place,
                    rule,
                    message,
                    hint,
                    row=row,
                    field=header[index] if index < len(header) and row > 1 else None,
                    column=index + 1,
                )
            )
    return found


def _broken(place: str, data: bytes, error: csv.Error) -> Problem:
    reader = records(data)
    begin = 1
    try:
        for _ in reader:
            begin = reader.line_num + 1
    except csv.Error:
        pass
    if "field larger" in str(error):
        rule, message = "cell-too-long", f"the record that begins here has a cell of more than {MAX_CELL:,} characters."
        hint = "Look for a quotation mark that is not closed, or shorten the text."
    else:
        rule = "broken-quotes"
        message = f"the record that begins here has a quotation mark that is not closed or not doubled ({error})."
        hint = 'Quote the whole cell, and write a quotation mark inside it twice: "".'
    return Problem(place, rule, message, hint, line=begin)
