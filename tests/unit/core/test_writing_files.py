"""How files of the site are written."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.core.files import UNFINISHED, new_file, write_file


@pytest.fixture(params=[0o022, 0o077, 0o000])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.usefixtures("umask")
def test_a_written_file_has_its_bytes_and_the_mode_644(tmp_path: Path) -> None:
    write_file(tmp_path, "a/b/index.html", b"text")
    with new_file(tmp_path / "c" / "d.csv") as path:
        path.write_bytes(b"rows")
    assert (tmp_path / "a/b/index.html").read_bytes() == b"text"
    assert (tmp_path / "c/d.csv").read_bytes() == b"rows"
    assert names(tmp_path) == ["a/b/index.html", "c/d.csv"]
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names(tmp_path)} == {0o644}


def test_an_empty_file_and_a_large_one_are_written_whole(tmp_path: Path) -> None:
    for data in (b"", b"x" * 5_000_000):
        write_file(tmp_path, "file", data)
        assert (tmp_path / "file").read_bytes() == data


def test_a_write_of_a_part_goes_on_with_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:3]))
    write_file(tmp_path, "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


@pytest.mark.parametrize("call", ["write", "fchmod", "replace"])
def test_a_write_that_fails_leaves_the_last_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space")

    write_file(tmp_path, "file", b"old")
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="no space"):
        write_file(tmp_path, "file", b"new")
    assert names(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_block_that_raises_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with new_file(tmp_path / "file") as path:
            assert path.name.startswith(UNFINISHED)
            path.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert names(tmp_path) == []


def test_a_file_with_a_second_name_keeps_its_bytes_under_that_name(tmp_path: Path) -> None:
    (tmp_path / "published.html").write_bytes(b"old")
    os.link(tmp_path / "published.html", tmp_path / "index.html")
    write_file(tmp_path, "index.html", b"new")
    assert (tmp_path / "published.html").read_bytes() == b"old"


def test_a_file_in_place_of_a_folder_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(OSError, match="a"):
        write_file(tmp_path, "a/index.html", b"new")
    with pytest.raises(OSError, match="a"), new_file(tmp_path / "a" / "index.html") as path:
        path.write_bytes(b"new")
