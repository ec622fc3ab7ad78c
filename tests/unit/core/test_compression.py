"""Packed files, read by Python's own zlib."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

from portal.core.compression import ZipArchive, pack, packed_file

TEXT = "ขุดลอกคลอง ".encode() * 10_000


def test_what_is_packed_is_read_by_another_library_and_has_no_time_or_name() -> None:
    file = io.BytesIO()
    with packed_file(file) as packed:
        packed.write(TEXT)
    assert gzip.decompress(file.getvalue()) == gzip.decompress(pack(TEXT)) == TEXT
    # RFC 1952, 2.3: no flags (so no name), then the time.
    assert file.getvalue()[3:8] == pack(TEXT)[3:8] == bytes(5)


def test_a_zip_is_read_by_another_library_and_stores_what_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with ZipArchive(path, "w") as archive:
        archive.writestr("packed", TEXT, zipfile.ZIP_DEFLATED)
        archive.writestr("stored", TEXT, zipfile.ZIP_STORED)
    with zipfile.ZipFile(path) as read:
        assert read.testzip() is None
        assert [read.read(name) for name in ("packed", "stored")] == [TEXT, TEXT]
        assert read.getinfo("packed").compress_size * 100 < read.getinfo("stored").compress_size == len(TEXT)
