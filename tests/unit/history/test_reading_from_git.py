"""The history is the same however git stores it, and a file of a commit is read a piece at a time."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.core.problems import UsageError
from portal.history.git import file_ids, open_repository
from portal.history.packs import PIECE

from tests.repository import Repository

FIRST = "91000000-3001"
LETTER = "ก"


def edit(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, progress_percent="3", remarks='a "quotation",\nand a line')


def sort(repository: Repository) -> None:
    repository.write("projects", sorted(repository.rows("projects"), key=lambda row: row["title"]))


def end_lines_as_windows(repository: Repository) -> None:
    file = repository.file("projects")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))


def add(repository: Repository) -> None:
    rows = repository.rows("projects")
    repository.write("projects", [rows[0] | {"project_id": "91000000-9999"}, *rows])


def repeat(repository: Repository) -> None:
    file = repository.file("revisions")
    file.write_bytes(file.read_bytes() + file.read_bytes().splitlines()[-1] + b"\n")


def open_a_quotation(repository: Repository) -> None:
    file = repository.file("projects")
    file.write_bytes(file.read_bytes() + b'"')


def empty(repository: Repository) -> None:
    repository.file("monthly_results").write_bytes(b"")


def point(repository: Repository) -> None:
    repository.file("projects").write_text("version https://git-lfs.github.com/spec/v1\noid 0\n")


def break_a_letter(repository: Repository) -> None:
    file = repository.file("projects")
    file.write_bytes(file.read_bytes().replace(LETTER.encode(), LETTER.encode()[:2], 1))


STEPS = (edit, open_a_quotation, sort, end_lines_as_windows, empty, add, point, repeat, break_a_letter)
"""Edits, one after the other; each is undone before the next if no check would accept it."""

REFUSED = (open_a_quotation, empty, point, break_a_letter)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with releases, and commits between them that are passed over."""
    repository = Repository(tmp_path / "repository")
    for step in STEPS:
        good = repository.git("rev-parse", "HEAD")
        step(repository)
        repository.commit(step.__name__)
        if step in REFUSED:
            repository.git("checkout", "-q", good, "--", "portal")
    edit(repository)
    repository.commit("Go on")
    return repository


def repack(repository: Repository) -> None:
    repository.git("repack", "-adfq", "--depth=50", "--window=50")


def repack_in_two(repository: Repository) -> None:
    objects = repository.git("rev-list", "--objects", "HEAD~5").split("\n")
    ids = "\n".join(line.split(" ")[0] for line in objects) + "\n"
    pack = ["git", "-C", str(repository.root), "pack-objects", "-q", ".git/objects/pack/pack"]
    subprocess.run(pack, check=True, input=ids.encode(), capture_output=True)
    repository.git("prune-packed")
    repository.git("repack", "-dq")


def repack_without_differences(repository: Repository) -> None:
    repository.git("repack", "-adfq", "--depth=0", "--window=0")


def move_to_another(repository: Repository) -> None:
    """Have all objects in another repository, which git alone follows."""
    repack(repository)
    objects, other = repository.root / ".git" / "objects", repository.root.parent / "other"
    shutil.copytree(objects, other)
    shutil.rmtree(objects / "pack")
    (objects / "info").mkdir(exist_ok=True)
    (objects / "info" / "alternates").write_text(f"{other}\n")


WAYS: dict[str, Callable[[Repository], None]] = {
    "one pack": repack,
    "two packs": repack_in_two,
    "a pack of whole files": repack_without_differences,
    "a pack of another repository": move_to_another,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_history_is_the_same_however_it_is_stored(repository: Repository, way: str) -> None:
    loose = repository.history()
    assert [len(loose.releases), len(loose.passed_over)] == [7, len(REFUSED)]
    WAYS[way](repository)
    assert repository.history("another") == loose


def test_a_packed_table_is_not_asked_from_git(repository: Repository) -> None:
    history = repository.history()
    repack(repository)
    table = repository.git("rev-parse", "HEAD:portal/data/projects.csv")
    with open_repository(repository.folder / "datapackage.json") as opened:
        assert opened is not None
        version = opened.stored_version(table)
        assert version is not None
        assert any(segment.literal is None for segment in version.segments)
    assert history.releases


def test_a_damaged_pack_is_what_git_says_it_is(repository: Repository) -> None:
    repack_without_differences(repository)
    (pack,) = (repository.root / ".git" / "objects" / "pack").glob("*.pack")
    offsets = [
        int(line.split()[4]) for line in repository.git("verify-pack", "-v", str(pack)).split("\n") if " blob" in line
    ]
    content = bytearray(pack.read_bytes())
    for offset in offsets:
        content[offset + 20 : offset + 24] = b"\0\0\0\0"
    pack.chmod(0o644)
    pack.write_bytes(content)
    with pytest.raises(UsageError, match=r"git cannot read the repository of .*: .*clone it again"):
        repository.history()


LARGE = bytes(range(256)) * (16 * PIECE // 256) + b"\nend"


@pytest.fixture
def large(tmp_path: Path) -> tuple[Repository, str, str]:
    """A repository with a large and a small file, and their ids."""
    repository = Repository(tmp_path / "repository")
    (repository.root / "large").write_bytes(LARGE)
    (repository.root / "small").write_bytes(b"")
    repository.commit("Add files")
    return repository, *(repository.git("rev-parse", f"HEAD:{name}") for name in ("large", "small"))  # type: ignore[return-value]


def test_a_file_comes_in_pieces_and_may_be_left_unread(large: tuple[Repository, str, str]) -> None:
    repository, large_id, small_id = large
    with open_repository(repository.folder / "datapackage.json") as opened:
        assert opened is not None
        pieces = opened.pieces(large_id)
        assert next(pieces) == LARGE[:PIECE]
        assert b"".join(opened.pieces(small_id)) == b""
        whole = list(opened.pieces(large_id))
        assert b"".join(whole) == LARGE
        assert max(map(len, whole)) <= PIECE
        assert opened.blob(small_id) == b""


def test_what_was_asked_for_may_be_wanted_in_another_order_or_not_at_all(large: tuple[Repository, str, str]) -> None:
    repository, large_id, small_id = large
    with open_repository(repository.folder / "datapackage.json") as opened:
        assert opened is not None
        for object_id in (large_id, "0" * 40, small_id, large_id):
            opened.request(object_id)
        assert opened.blob(small_id) == b""
        assert opened.blob(small_id) == b""
        assert b"".join(opened.pieces(large_id)) == LARGE
        with pytest.raises(UsageError, match="0000 is missing"):
            list(opened.pieces("0" * 40))


def child_processes() -> list[int]:
    return [
        int(child) for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()
    ]


@pytest.mark.parametrize("has_begun", [False, True])
def test_a_git_that_dies_midway_is_a_repository_that_cannot_be_read(
    large: tuple[Repository, str, str], has_begun: bool
) -> None:
    repository, large_id, _ = large
    before = child_processes()
    with open_repository(repository.folder / "datapackage.json") as opened:
        assert opened is not None
        pieces = opened.pieces(large_id)
        if has_begun:
            next(pieces)
        (process,) = set(child_processes()) - set(before)
        os.kill(process, signal.SIGKILL)
        with pytest.raises(UsageError, match=r"git cannot read the repository of .*: .*clone it again"):
            list(pieces)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1])
@pytest.mark.parametrize("text", [b"a\r\n", b"\r", b"\r\r\n", b"a\n"])
def test_a_file_has_the_id_that_git_gives_it_with_either_line_end(tmp_path: Path, size: int, text: bytes) -> None:
    repository, file = Repository(tmp_path / "repository"), tmp_path / "file"
    data = b"x" * (size - 1) + text * 3
    ids = []
    for written in (data, data.replace(b"\r\n", b"\n")):
        file.write_bytes(written)
        ids.append(repository.git("hash-object", "--no-filters", str(file)))
    file.write_bytes(data)
    assert list(dict.fromkeys(file_ids(file, like=ids[0]))) == list(dict.fromkeys(ids))
