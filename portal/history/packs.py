"""A repository's packs -> versions of a file as they are stored: a whole text, or what differs from another version.

To hand out a version, git builds the whole file. The history needs only what differs between the versions, and a pack
mostly stores just that. Its format is that of gitformat-pack(5). Nothing in it is trusted: of an object that cannot be
read here there is no answer, and git itself is asked, which says what is wrong.
"""

from __future__ import annotations

import os
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

from portal.core.files import open_plain


class PackEntry(NamedTuple):
    """Where an object is stored: the number of the pack, and the place in its file."""

    pack: int
    offset: int


class Segment(NamedTuple):
    """Successive bytes of a version."""

    literal: bytes | None
    """What they are a part of; None is the whole text that all versions of a `StoredVersion.root` differ from."""
    start: int
    end: int


class StoredVersion(NamedTuple):
    """A version of a file, as segments of its root and of what other versions have instead."""

    root: PackEntry
    """The object that is stored whole."""
    segments: Sequence[Segment]
    ends: Sequence[int]
    """Where each segment ends in this version; as many as there are segments."""

    @property
    def size(self) -> int:
        """In bytes."""
        return self.ends[-1] if self.ends else 0


class _Damaged(ValueError):
    """A pack is not as the format says, or is stored in a way that this module does not read."""


_BLOB, _OFFSET_DELTA, _ID_DELTA = 3, 6, 7
"""Types of stored objects: a file, and what differs from the object at a place, or with an id."""

PIECE = 1 << 18
"""Bytes that are read or unpacked at a time."""

MAX_SEGMENTS = 1 << 18
"""A version of more segments is read through git: it has little in common with its root."""

_MAX_REMEMBERED = 1 << 26
"""Bytes of remembered versions in memory, about; then all are forgotten."""

_SEGMENT_SIZE = 150
"""Bytes of a segment in memory, with its numbers."""

_IDS = 1032
"""Where the ids of an index begin: after its version and 256 numbers."""


class Packs:
    """The packs in the folder `objects` of a repository, until they are closed."""

    def __init__(self, objects: Path) -> None:
        """Nothing is opened yet. Packs of alternates are not read."""
        self._folder = objects / "pack"
        self._opened, self._is_open = ExitStack(), False
        self._packs: list[_Pack] = []
        self._versions: dict[PackEntry, StoredVersion] = {}
        self._remembered = 0
        """Bytes that the versions take in memory, about."""

    def close(self) -> None:
        """Close all files."""
        self._opened.close()

    def version(self, object_id: str) -> StoredVersion | None:
        """The file with this id, if it is in a pack and can be read."""
        try:
            if not self._is_open:
                self._open(len(bytes.fromhex(object_id)))
            entry = self._find(bytes.fromhex(object_id))
            return entry and self._version(entry)
        except (OSError, ValueError, zlib.error):
            return None

    def root_pieces(self, root: PackEntry) -> Iterator[bytes]:
        """The bytes of an object that is stored whole, a piece at a time. Raises OSError, ValueError or zlib.error."""
        pack = self._packs[root.pack]
        return pack.unpack(pack.header(root.offset))

    def _open(self, id_size: int) -> None:
        self._is_open = True
        for index in sorted(self._folder.glob("*.idx")):
            with suppress(OSError, ValueError):
                self._packs.append(_Pack(index, id_size, self._opened))

    def _find(self, object_id: bytes) -> PackEntry | None:
        offsets = ((number, pack.find(object_id)) for number, pack in enumerate(self._packs))
        return next((PackEntry(number, offset) for number, offset in offsets if offset is not None), None)

    def _version(self, entry: PackEntry) -> StoredVersion:
        """Follow the differences to the object that is stored whole, then apply them on the way back."""
        differences: dict[PackEntry, _Header] = {}
        while entry not in self._versions:
            header = self._packs[entry.pack].header(entry.offset)
            if header.type == _BLOB:
                whole = Segment(None, 0, header.size)
                self._remember(entry, StoredVersion(entry, (whole,), (header.size,)), 0)
                break
            differences[entry] = header
            base = PackEntry(entry.pack, header.base) if isinstance(header.base, int) else self._find(header.base)
            if base is None or base in differences:
                raise _Damaged("the differences lead to no whole object")
            entry = base
        version = self._versions[entry]
        for entry, header in reversed(differences.items()):
            difference = b"".join(self._packs[entry.pack].unpack(header))
            version = _apply(version, difference)
            if len(version.segments) > MAX_SEGMENTS:
                raise _Damaged("too many segments")
            self._remember(entry, version, len(difference))
        return version

    def _remember(self, entry: PackEntry, version: StoredVersion, literals: int) -> None:
        """Keep a version for those that differ from it; `literals` is how many bytes it has that no other has."""
        if self._remembered > _MAX_REMEMBERED:
            self._versions.clear()
            self._remembered = 0
        self._versions[entry] = version
        self._remembered += literals + _SEGMENT_SIZE * len(version.segments)


class _Header(NamedTuple):
    """What a pack says of an object before its content."""

    type: int
    size: int
    """Bytes of the unpacked content: of the difference, if it is one."""
    base: int | bytes
    """The place or the id of the object from which this one differs; 0 if it is stored whole."""
    start: int
    """Where the packed content begins."""


class _Pack:
    """A pack and its index, version 2 of both."""

    def __init__(self, index: Path, id_size: int, opened: ExitStack) -> None:
        """`id_size` is that of the ids in bytes; `opened` closes the files. Raises OSError or ValueError."""
        self._id_size = id_size
        self._index = opened.enter_context(open_plain(index)).fileno()
        self._data = opened.enter_context(open_plain(index.with_suffix(".pack"))).fileno()
        if os.pread(self._index, 8, 0) != b"\xfftOc\0\0\0\2" or os.pread(self._data, 8, 0) != b"PACK\0\0\0\2":
            raise _Damaged("not version 2")
        self._counts = tuple(self._number_at(8 + 4 * byte, 4) for byte in range(256))
        """How many ids begin with a byte up to each of the 256."""

    def _number_at(self, place: int, size: int) -> int:
        """A number in the index."""
        data = os.pread(self._index, size, place)
        if len(data) < size:
            raise _Damaged("the index ends early")
        return int.from_bytes(data, "big")

    def find(self, object_id: bytes) -> int | None:
        """The place of an object; None if this pack does not have it."""
        if len(object_id) != self._id_size:
            raise _Damaged("not an id of this repository")
        low, high = self._counts[object_id[0] - 1] if object_id[0] else 0, self._counts[object_id[0]]
        while low < high:
            middle = (low + high) // 2
            candidate = os.pread(self._index, self._id_size, _IDS + middle * self._id_size)
            if candidate == object_id:
                return self._offset(middle)
            low, high = (middle + 1, high) if candidate < object_id else (low, middle)
        return None

    def _offset(self, number: int) -> int:
        """Where an object is."""
        # After the ids: a checksum and a place of four bytes each for every object, then places of eight bytes of those
        # for which four do not suffice.
        count = self._counts[-1]
        places = _IDS + count * (self._id_size + 4)
        offset = self._number_at(places + 4 * number, 4)
        if offset & 0x8000_0000:
            offset = self._number_at(places + 4 * count + 8 * (offset & 0x7FFF_FFFF), 8)
        return offset

    def header(self, offset: int) -> _Header:
        """The header of the object at a place."""
        data = os.pread(self._data, 64, offset)
        try:
            object_type, size, place = data[0] >> 4 & 7, data[0] & 15, 1
            if data[0] & 0x80:
                higher, place = _number(data, 1)
                size |= higher << 4
            if object_type == _BLOB:
                return _Header(object_type, size, 0, offset + place)
            if object_type == _ID_DELTA:
                end = place + self._id_size
                return _Header(object_type, size, data[place:end], offset + end)
            if object_type == _OFFSET_DELTA:
                distance = data[place] & 0x7F
                while data[place] & 0x80:
                    place += 1
                    distance = (distance + 1) << 7 | data[place] & 0x7F
                return _Header(object_type, size, offset - distance, offset + place + 1)
        except IndexError as error:
            raise _Damaged("the pack ends early") from error
        raise _Damaged("not a file")

    def unpack(self, header: _Header) -> Iterator[bytes]:
        """The content of an object, a piece at a time."""
        unpacker, start, left = zlib.decompressobj(), header.start, header.size
        packed = b""
        while not unpacker.eof:
            if not packed:
                packed = os.pread(self._data, PIECE, start)
                start += len(packed)
            if not packed:
                raise _Damaged("the pack ends early")
            piece = unpacker.decompress(packed, PIECE)
            packed = unpacker.unconsumed_tail
            left -= len(piece)
            if left < 0:
                raise _Damaged("more than the header says")
            if piece:
                yield piece
        if left:
            raise _Damaged("less than the header says")


def _number(data: bytes, place: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and the place after it."""
    number = shift = 0
    while True:
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return number, place


def _apply(base: StoredVersion, difference: bytes) -> StoredVersion:
    """The version that differs from `base` as git writes it: copies of parts of `base`, and new bytes."""
    segments: list[Segment] = []
    try:
        base_size, place = _number(difference, 0)
        size, place = _number(difference, place)
        while place < len(difference):
            operation = difference[place]
            place += 1
            if operation & 0x80:
                start, length, place = _copy(difference, operation, place)
                _add_copy(segments, base, start, length)
            else:
                place = _add_literal(segments, difference, place - 1)
    except IndexError as error:
        raise _Damaged("the difference ends early") from error
    ends: list[int] = []
    total = 0
    for segment in segments:
        total += segment.end - segment.start
        ends.append(total)
    if base_size != base.size or total != size:
        raise _Damaged("not the size that the difference says")
    return StoredVersion(base.root, segments, ends)


def _copy(difference: bytes, operation: int, place: int) -> tuple[int, int, int]:
    """From where and how much is copied, and the place after it: each bit says which bytes of both follow."""
    values = [0] * 7
    for bit in range(7):
        if operation & 1 << bit:
            values[bit] = difference[place]
            place += 1
    start = int.from_bytes(bytes(values[:4]), "little")
    return start, int.from_bytes(bytes(values[4:]), "little") or 0x10000, place


def _add_copy(segments: list[Segment], base: StoredVersion, start: int, length: int) -> None:
    """Add the segments of `base` from `start` on."""
    if start + length > base.size:
        raise _Damaged("a copy of what is not there")
    number = bisect_right(base.ends, start)
    while length:
        segment, end = base.segments[number], base.ends[number]
        part = min(length, end - start)
        begin = segment.end - (end - start)
        last = segments[-1] if segments else None
        if last and last.literal is segment.literal and last.end == begin:
            segments[-1] = Segment(last.literal, last.start, begin + part)
        else:
            segments.append(Segment(segment.literal, begin, begin + part))
        start, length, number = start + part, length - part, number + 1


def _add_literal(segments: list[Segment], difference: bytes, place: int) -> int:
    """Add the new bytes from `place` on, of which each operation has at most 127; returns the place after them."""
    parts = []
    while place < len(difference) and (count := difference[place]) < 0x80:
        if not count or place + 1 + count > len(difference):
            raise _Damaged("not an operation")
        parts.append(difference[place + 1 : place + 1 + count])
        place += 1 + count
    literal = b"".join(parts)
    segments.append(Segment(literal, 0, len(literal)))
    return place
