"""Archives and sums: the same bytes for the same files, and read by other programs."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from datetime import date
from pathlib import Path

from portal.exports.zip import sums, write_zip

DAY = date(2026, 1, 2)


def test_an_archive_holds_its_files_in_one_folder_of_one_day(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a\n" * 1000)
    write_zip(tmp_path / "a.zip", "in", DAY, {"b.txt": b"b", "a.csv": tmp_path / "a.csv"})
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["in/b.txt", "in/a.csv"]
        assert archive.read("in/a.csv") == b"a\n" * 1000
        assert {info.date_time for info in archive.infolist()} == {(2026, 1, 2, 0, 0, 0)}
        assert archive.getinfo("in/a.csv").compress_size < 2000


def test_an_archive_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        write_zip(tmp_path / name, "in", DAY, {"a": b"x" * 5000})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_sums_are_read_by_sha256sum(tmp_path: Path) -> None:
    contents = {"b.csv": b"b", "a.csv": b"a"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    text = sums((name, hashlib.sha256(content).hexdigest()) for name, content in contents.items())
    (tmp_path / "SHA256SUMS").write_bytes(text)
    assert [line.split()[1] for line in text.decode().splitlines()] == ["a.csv", "b.csv"]
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "a.csv").write_bytes(b"altered")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode != 0


def test_archiving_a_file_leaves_its_time_and_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a", "utf-8")
    file.chmod(0o640)
    before = file.stat()
    write_zip(tmp_path / "a.zip", "in", date(2018, 11, 4), {"a.csv": file})
    assert file.stat()[:9] == before[:9]
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.getinfo("in/a.csv").external_attr >> 16 == 0o100644
