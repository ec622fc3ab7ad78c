"""Stored versions of a CSV -> the records of each; what a version has in common with others is read once."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping

from portal.history.packs import StoredVersion
from portal.history.record_splitter import RecordSplitter


class SplitText:
    """A whole CSV as its records, with their places, so that any part of its bytes can be put together again."""

    def __init__(self, pieces: Iterable[bytes], shared: Mapping[bytes, bytes]) -> None:
        """Read a CSV from its pieces; a record that is in `shared` is taken from there, which saves memory.

        Raises ValueError as `RecordSplitter` does.
        """
        self.records: list[bytes] = []
        self._starts = array("Q")
        """Where each record begins, and the text ends."""
        self._others: dict[int, bytearray] = {}
        """The bytes from a record to the next where these are not the record and a line end as most have; by number.

        Of number -1: what stands before the first record.
        """
        self._line_end = b""
        self._other_records: dict[bytes, bytes] = {}
        """The records of the last version that are not in this text."""
        splitter, size = RecordSplitter(), 0
        for piece in pieces:
            for record, data in splitter.feed(piece):
                self._add(shared.get(record, record), data, size)
                size += len(data)
        for record, data in splitter.finish():
            self._add(shared.get(record, record), data, size)
            size += len(data)
        self._starts.append(size)
        last = len(self.records) - 1
        self._whole = last + 1 if self._bytes(last).endswith((b"\n", b"\r")) else last
        """How many records have a line end."""

    def _add(self, record: bytes, data: bytes, start: int) -> None:
        number = len(self.records) - 1
        if not record:
            if number not in self._others:
                self._others[number] = bytearray(self._bytes(number) if number >= 0 else b"")
            self._others[number] += data
            return
        self._line_end = self._line_end or (b"\r\n" if data.endswith(b"\r\n") else b"\n")
        self.records.append(record)
        self._starts.append(start)
        if not data.startswith(record) or data[len(record) :] != self._line_end:
            self._others[number + 1] = bytearray(data)

    def _bytes(self, number: int) -> bytes:
        """What stands from the beginning of a record to the next."""
        other = self._others.get(number)
        return self.records[number] + self._line_end if other is None else bytes(other)

    def _part(self, start: int, end: int) -> bytes:
        """The bytes from `start` on: up to `end`, or to where the next record begins."""
        number = bisect_right(self._starts, start) - 1
        begin = self._starts[number] if number >= 0 else 0
        return self._bytes(number)[start - begin : end - begin]

    def records_of(self, version: StoredVersion) -> list[bytes]:
        """The records of a version of this text. Raises ValueError as `RecordSplitter` does.

        A record that this text or the version before has too is the same object.
        """
        splitter, records, others = RecordSplitter(), list[bytes](), dict[bytes, bytes]()

        def feed(ended: Iterable[tuple[bytes, bytes]]) -> None:
            for record, _ in ended:
                if record:
                    records.append(others.setdefault(record, self._other_records.get(record, record)))

        position = 0
        for literal, start, end in version.segments:
            if literal is not None:
                feed(splitter.feed(literal[start:end]))
                position += end - start
            while literal is None and start < end:
                # A byte-order mark is no part of a record only at the beginning of a file.
                is_alike = splitter.is_between_records and (position == 0) == (start == 0)
                first, last = (self._whole_records(start, end)) if is_alike else (0, 0)
                if first < last:
                    records += self.records[first:last]
                    splitter.pass_over()
                    length = self._starts[last] - start
                else:
                    part = self._part(start, end)
                    feed(splitter.feed(part))
                    length = len(part)
                start, position = start + length, position + length
        feed(splitter.finish())
        self._other_records = others
        return records

    def _whole_records(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last record, exclusive, of those that fill the text from `start` on; none if they differ.

        They end, each with its line end, at or before `end`.
        """
        first = bisect_left(self._starts, start)
        if first >= len(self.records) or self._starts[first] != start:
            return 0, 0
        return first, min(bisect_right(self._starts, end) - 1, self._whole)
