"""How files of a site are written, and what a published one is known by."""

import os
from pathlib import Path

import pytest

from portal.core.files import difference, is_unmodified, new_file, open_plain, plain_file_digest, write_file

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""The SHA-256 of no bytes (FIPS 180-4)."""


def test_a_file_is_replaced_and_its_other_name_keeps_the_old_bytes(tmp_path: Path) -> None:
    write_file(tmp_path, "stage/page.html", b"old")
    os.link(tmp_path / "stage" / "page.html", tmp_path / "published.html")
    write_file(tmp_path, "stage/page.html", b"new")
    assert (tmp_path / "stage" / "page.html").read_bytes() == b"new"
    assert (tmp_path / "published.html").read_bytes() == b"old"


def test_a_block_that_raises_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    write_file(tmp_path, "a", b"old")

    def write_half() -> None:
        with new_file(tmp_path / "a") as path:
            path.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"a": b"old"}


def test_everybody_may_read_what_is_written_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_file(tmp_path, "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def test_a_difference_is_said_in_words(tmp_path: Path) -> None:
    write_file(tmp_path, "a", b"")
    assert difference(tmp_path / "a", EMPTY) is None
    assert is_unmodified(tmp_path / "a", EMPTY)
    assert difference(tmp_path / "a", "0" * 64) == "differs"
    assert difference(tmp_path / "b", EMPTY) == "is missing"
    (tmp_path / "a").chmod(0o600)
    assert difference(tmp_path / "a", EMPTY) == "has the mode 600, not 644"
    assert not is_unmodified(tmp_path / "a", EMPTY)
    (tmp_path / "link").symlink_to("a")
    assert difference(tmp_path / "link", EMPTY) == "is not a plain file that can be read"


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_plain_file_is_not_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    {"pipe": os.mkfifo, "link": lambda path: path.symlink_to("/dev/null"), "folder": os.mkdir}[kind](path)
    with pytest.raises(OSError, match=rf"{kind}|directory"):
        plain_file_digest(path)


def test_a_plain_file_is_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    with open_plain(tmp_path / "a") as file:
        assert file.read() == b"abc"
