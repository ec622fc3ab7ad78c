"""Files -> one zip, the same bytes for the same files; and sums that `sha256sum --check` reads."""

from __future__ import annotations

import os
import stat
import time
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from portal.models import Download

LEVEL = 4
"""Of deflate: 6, the usual one, takes twice as long for a tenth less."""

FIRST, LAST = date(1980, 1, 1), date(2107, 12, 31)
"""The days that a zip knows."""


def write_zip(file: Path, inside: str, day: date, contents: Mapping[str, Path | bytes], *, packed: bool = True) -> None:
    """Write `contents` (by name) to the zip `file`, all of them in a folder `inside` and dated `day`, or as near.

    The files themselves get that date too, and the mode 644: an archive says both.
    """
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    nearest = min(max(day, FIRST), LAST)
    moment = (nearest.year, nearest.month, nearest.day, 0, 0, 0)
    with zipfile.ZipFile(file, "w", method, compresslevel=LEVEL) as archive:
        for name, content in contents.items():
            if isinstance(content, bytes):
                entry = zipfile.ZipInfo(f"{inside}/{name}", moment)
                entry.compress_type, entry.external_attr = method, (stat.S_IFREG | 0o644) << 16
                archive.writestr(entry, content, compresslevel=LEVEL)
            else:
                content.chmod(0o644)
                os.utime(content, times=(time.mktime((*moment, 0, 0, -1)),) * 2)
                archive.write(content, f"{inside}/{name}")


def sums(files: Iterable[tuple[str, str]]) -> bytes:
    """`SHA256SUMS` of files (name, sum), by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files)).encode()


def sums_of(downloads: Iterable[Download]) -> bytes:
    """`SHA256SUMS` of published files."""
    return sums((download.name, download.sha256) for download in downloads)
