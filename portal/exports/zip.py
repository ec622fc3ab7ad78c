"""Files -> one zip, the same bytes for the same files; and sums that `sha256sum --check` reads."""

from __future__ import annotations

import io
import os
import shutil
import stat
import struct
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.core.files import new_file

LEVEL = 4
"""Of deflate: 6, the usual one, takes twice as long for a tenth less."""

FIRST, LAST = date(1980, 1, 1), date(2107, 12, 31)
"""The days that a zip knows."""


def write_zip(file: Path, inside: str, day: date, contents: Mapping[str, Path | bytes], *, packed: bool = True) -> None:
    """Write `contents` (by name) to the zip `file`, all of them in a folder `inside` and dated `day`, or as near."""
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    nearest = min(max(day, FIRST), LAST)
    with new_file(file) as new, zipfile.ZipFile(new, "w", method) as archive:
        for name, content in contents.items():
            # What ZipFile.write says of a file is its time here: in some places some days have no midnight.
            entry = zipfile.ZipInfo(f"{inside}/{name}", (nearest.year, nearest.month, nearest.day, 0, 0, 0))
            entry.compress_type, entry.external_attr = method, (stat.S_IFREG | 0o644) << 16
            entry._compresslevel = LEVEL  # type: ignore[attr-defined] # writestr takes it, open does not
            with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as source:
                entry.file_size = source.seek(0, os.SEEK_END)
                source.seek(0)
                with archive.open(entry, "w") as target:
                    shutil.copyfileobj(source, target, 1 << 20)


@dataclass(frozen=True, slots=True)
class Packed:
    """An entry of a zip, which stands in another one as it was packed."""

    source: Path
    entry: zipfile.ZipInfo
    name: str
    """In the new zip."""


def write_packed(file: Path, contents: Iterable[Packed]) -> None:
    """Write a zip of entries of other zips without unpacking them, which takes most of the time of a large one.

    The layout is that of APPNOTE.TXT 6.3.10, 4.3.7 and 4.3.12, without zip64: no entry is of 4 GB or more.
    """
    with new_file(file) as new, new.open("wb") as archive:
        directory: list[bytes] = []
        for part in contents:
            offset, entry, name = archive.tell(), part.entry, part.name.encode("ascii")
            year, month, day, hour, minute, second = entry.date_time
            day_and_time = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
            sizes = entry.CRC, entry.compress_size, entry.file_size, len(name)
            common = struct.pack("<HHHHHLLLHH", 20, entry.flag_bits, entry.compress_type, *day_and_time, *sizes, 0)
            archive.write(b"PK\3\4" + common + name)
            with part.source.open("rb") as packed:
                packed.seek(entry.header_offset)
                lengths = struct.unpack("<26xHH", packed.read(30))
                packed.seek(sum(lengths), os.SEEK_CUR)
                left = entry.compress_size
                while left:
                    left -= archive.write(packed.read(min(left, 1 << 20)))
            rest = struct.pack("<HHHLL", 0, 0, 0, entry.external_attr, offset)
            directory.append(b"PK\1\2" + struct.pack("<BB", 20, entry.create_system) + common + rest + name)
        begin, count = archive.tell(), len(directory)
        size = archive.write(b"".join(directory))
        archive.write(b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, count, count, size, begin, 0))


def sums(files: Iterable[tuple[str, str]]) -> bytes:
    """`SHA256SUMS` of files (name, sum), by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files)).encode()
