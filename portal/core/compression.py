"""Files packed by deflate, the same bytes on every machine.

Python's own zlib is that of the machine, and packs otherwise from one to the next. zlib-ng comes with its pinned
package; it packs a CSV three times as fast as zlib 1.3 at the same level, and to a tenth less.
"""

from __future__ import annotations

import zipfile
from gzip import GzipFile
from typing import IO, Any

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


class ZipArchive(zipfile.ZipFile):
    """A zip to be written, whose entries are packed."""

    def _open_to_write(self, *arguments: Any, **named: Any) -> Any:
        # `zipfile` has no setting for what packs an entry, and `open` none for how tightly.
        entry: Any = super()._open_to_write(*arguments, **named)  # type: ignore[misc]
        if entry._compressor is not None:
            entry._compressor = zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)
        return entry
