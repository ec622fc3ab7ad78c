"""The bytes of a CSV, a piece at a time -> its records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from portal.core.csv_reader import is_lfs_pointer

LFS_POINTER = "this is a pointer of Git LFS, not the table itself"

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")
"""Not a CR at the end of a piece: an LF that belongs to it may follow."""


class RecordSplitter:
    """Splits a CSV into records: a line that opens a quotation goes on until the quotation is closed.

    Each record comes with the bytes that it is made from, line ends and a byte-order mark included; in the record
    itself each line end is LF. A blank line comes as a record of no bytes.
    """

    def __init__(self) -> None:
        self._line: list[bytes] = []
        """The parts of the line that has not ended."""
        self._open_lines: list[bytes] = []
        """The lines of the record whose quotation is open."""
        self._open_bytes: list[bytes] = []
        """The bytes that these lines are made from."""
        self._has_begun = False
        self._is_empty = True

    @property
    def is_between_records(self) -> bool:
        """Whether the next byte begins a record."""
        return not self._line and not self._open_lines

    def pass_over(self) -> None:
        """Say that whole records were left out here, which the caller has from elsewhere."""
        assert self.is_between_records
        self._has_begun, self._is_empty = True, False

    def feed(self, piece: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The records that end in the next piece of the file. Raises ValueError if it is a pointer of Git LFS."""
        if self._line:
            # A line may be long: it is put together only once it has ended.
            if b"\n" not in piece and b"\r" not in piece and not self._line[-1].endswith(b"\r"):
                self._line.append(piece)
                return
            piece = b"".join([*self._line, piece])
        start = 0
        for end, following in _line_ends(piece):
            yield from self._end_line(piece[start:end], piece[start:following])
            start = following
        self._line = [piece[start:]] if start < len(piece) else []

    def finish(self) -> Iterator[tuple[bytes, bytes]]:
        """The last record, if no line end follows it.

        Raises ValueError if a quotation has no end, or there is no record.
        """
        if self._line:
            data, self._line = b"".join(self._line), []
            yield from self._end_line(data.removesuffix(b"\r"), data)
        if self._open_lines or self._is_empty:
            raise ValueError("a quotation has no end")

    def _end_line(self, line: bytes, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        if not self._has_begun:
            self._has_begun = True
            if is_lfs_pointer(line):
                raise ValueError(LFS_POINTER)
            line = line.removeprefix(_BYTE_ORDER_MARK)
        self._is_empty = self._is_empty and not line
        if self._open_lines:
            self._open_lines.append(line)
            self._open_bytes.append(data)
            if not _ends_in_quotation(line, starts_in_quotation=True):
                yield b"\n".join(self._open_lines), b"".join(self._open_bytes)
                self._open_lines, self._open_bytes = [], []
        elif b'"' in line and _ends_in_quotation(line, starts_in_quotation=False):
            self._open_lines, self._open_bytes = [line], [data]
        else:
            yield line, data


def split_records(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The records of a CSV, the header first; see `RecordSplitter`. Raises ValueError."""
    splitter = RecordSplitter()
    for piece in pieces:
        yield from (record for record, _ in splitter.feed(piece) if record)
    yield from (record for record, _ in splitter.finish() if record)


def _line_ends(piece: bytes) -> Iterator[tuple[int, int]]:
    """Where each line ends, and where the next begins."""
    if b"\r" in piece:
        yield from (match.span() for match in _LINE_END.finditer(piece))
        return
    end = piece.find(b"\n")
    while end >= 0:
        yield end, end + 1
        end = piece.find(b"\n", end + 1)


def _ends_in_quotation(line: bytes, *, starts_in_quotation: bool) -> bool:
    """Whether a quotation is open at the end of a line. A quotation mark in the middle of a cell opens none."""
    in_quotation, position = starts_in_quotation, 0
    while True:
        if in_quotation:
            position = line.find(b'"', position)
            if position < 0:
                return True
            if line[position + 1 : position + 2] == b'"':
                position += 2
                continue
            in_quotation = False
        elif line[position : position + 1] == b'"':
            in_quotation, position = True, position + 1
            continue
        # Skip the rest of a cell without quotation marks, or what follows a quotation.
        position = line.find(b",", position) + 1
        if position == 0:
            return False
