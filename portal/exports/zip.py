"""Files -> one zip, the same bytes for the same files; and sums that `sha256sum --check` reads."""

from __future__ import annotations

import io
import os
import shutil
import stat
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from portal.core.compression import ZipArchive
from portal.core.files import new_file

FIRST, LAST = date(1980, 1, 1), date(2107, 12, 31)
"""The days that a zip knows."""


def write_zip(file: Path, inside: str, day: date, contents: Mapping[str, Path | bytes]) -> None:
    """Write `contents` (by name) to the zip `file`, all of them in a folder `inside` and dated `day`, or as near."""
    nearest = min(max(day, FIRST), LAST)
    with new_file(file) as new, ZipArchive(new, "w") as archive:
        for name, content in contents.items():
            # What ZipFile.write says of a file is its time here: in some places some days have no midnight.
            entry = zipfile.ZipInfo(f"{inside}/{name}", (nearest.year, nearest.month, nearest.day, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, (stat.S_IFREG | 0o644) << 16
            with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as source:
                entry.file_size = source.seek(0, os.SEEK_END)
                source.seek(0)
                with archive.open(entry, "w") as target:
                    shutil.copyfileobj(source, target, 1 << 20)


def sums(files: Iterable[tuple[str, str]]) -> bytes:
    """`SHA256SUMS` of files (name, sum), by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files)).encode()
