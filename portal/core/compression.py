"""Files packed by deflate, the same bytes on every machine.

Python's own zlib is that of the machine, and packs otherwise from one to the next. zlib-ng comes with its pinned
package; it packs a CSV three times as fast as zlib 1.3 at the same level, and to a tenth less.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from gzip import GzipFile
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

from zlib_ng import gzip_ng, zlib_ng

LEVEL = 4
"""Of deflate: 6, the usual one, takes twice as long for a sixth less."""


def pack(data: bytes) -> bytes:
    """`data` as a file of gzip, without a time or a name."""
    packed: bytes = gzip_ng.compress(data, LEVEL, mtime=0)  # type: ignore[no-untyped-call]
    return packed


def packed_file(file: IO[bytes]) -> GzipFile:
    """A file of gzip to be written into `file`, without a time or a name; to be closed before that."""
    return gzip_ng.GzipNGFile("", "wb", LEVEL, file, mtime=0)  # type: ignore[no-untyped-call]


class Block(NamedTuple):
    """A part of an entry of a zip, packed so that it can be copied into another zip."""

    packed: bytes
    crc: int
    """The CRC-32 of what is packed."""
    size: int
    """The bytes of what is packed."""


def pack_block(data: bytes) -> Block:
    """`data` as a block: it ends with a whole byte, and refers to nothing before it."""
    compressor: Any = _compressor()
    packed = compressor.compress(data) + compressor.flush(zlib_ng.Z_FULL_FLUSH)
    return Block(packed, zlib_ng.crc32(data), len(data))


Places = dict[str, list[int]]
"""Where blocks are in a zip, by what names their content: the first byte, the bytes there, the CRC-32 and the size."""


class WrittenBlocks(ExitStack):
    """The blocks of a zip that was written before, within a `with` block."""

    def __init__(self, file: Path | None = None, places: Mapping[str, Sequence[int]] | None = None) -> None:
        """`file` must be as it was when `write_blocks` returned these `places`; None: there are no blocks."""
        super().__init__()
        self._path, self._places = file, places or {}

    def __enter__(self) -> Self:
        """Open the file."""
        if self._path:
            self._file = self.enter_context(self._path.open("rb"))
        return self

    def get(self, name: str) -> Block | None:
        """The block of the content that is called `name`; None where it is not there."""
        if (place := self._places.get(name)) is None:
            return None
        start, length, crc, size = place
        self._file.seek(start)
        return Block(self._file.read(length), crc, size)


def _compressor() -> Any:
    return zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)


class _End:
    """In place of what packs an entry, where its blocks are packed already."""

    def flush(self) -> bytes:
        """The last block of deflate, which holds nothing; RFC 1951, section 3.2."""
        return b"\x03\x00"


class ZipArchive(zipfile.ZipFile):
    """A zip to be written, whose entries are packed."""

    def _open_to_write(self, *arguments: Any, **named: Any) -> Any:
        # `zipfile` has no setting for what packs an entry, and `open` none for how tightly.
        entry: Any = super()._open_to_write(*arguments, **named)  # type: ignore[misc]
        if entry._compressor is not None:
            entry._compressor = _compressor()
        return entry

    def write_blocks(self, entry: zipfile.ZipInfo, blocks: Iterable[tuple[str, Block]]) -> Places:
        """Write an entry of blocks, each with what names its content; returns where they are.

        Raises RuntimeError where the entry gets larger than 2 GiB.
        """
        places: Places = {}
        with self.open(entry, "w") as opened:
            file: Any = opened
            file._compressor = _End()
            for name, block in blocks:
                places[name] = [file._fileobj.tell(), len(block.packed), block.crc, block.size]
                file._fileobj.write(block.packed)
                file._crc = zlib_ng.crc32_combine(file._crc, block.crc, block.size)
                file._file_size += block.size
                file._compress_size += len(block.packed)
        return places
