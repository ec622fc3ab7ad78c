"""A repository -> its commits and the files that they contain, read through git itself."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import IO, NamedTuple

from portal.core.problems import UsageError
from portal.history.git_command import RepositoryFolders, failure, find_repository, run, start
from portal.history.packs import PIECE, PackEntry, Packs, StoredVersion


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the line of first parents, which `git log --first-parent` shows."""

    id: str
    time: datetime
    """When it was committed, with its time zone."""
    tags: tuple[str, ...]
    descriptor: str
    """The path of the descriptor in this commit, relative to the top of the repository."""
    tree: str
    """The id of its top folder."""


class TreeEntry(NamedTuple):
    """An entry of a folder (a "tree" of git): a file, a folder, a link or another repository's commit."""

    mode: str
    """In octal digits: 40000 is a folder, 100644 a file, 120000 a symbolic link, 160000 another repository's commit."""
    id: str

    @property
    def is_folder(self) -> bool:
        """Whether it has entries itself."""
        return self.mode == "40000"

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.mode.startswith("100")


@dataclass(frozen=True, slots=True)
class Repository:
    """The commits of a repository, and access to their files."""

    work_tree: Path
    """The top folder of the work tree."""
    commits: tuple[Commit, ...]
    """From the first known commit to HEAD, each the first parent of the next."""
    complete: bool
    """Whether the first known commit has no parent; False in a shallow clone."""
    _objects: _ObjectReader
    _packs: Packs

    def entry(self, commit: Commit, path: str) -> TreeEntry | None:
        """The entry at `path` in `commit`; None if there is none."""
        entry: TreeEntry | None = TreeEntry("40000", commit.tree)
        for name in path.split("/"):
            entry = self._objects.folder(entry.id).get(name) if entry and entry.is_folder else None
        return entry

    def folder(self, tree: str) -> Mapping[str, TreeEntry]:
        """The entries of the folder with this id, by their names."""
        return self._objects.folder(tree)

    def files_below(self, commit: Commit, path: str) -> Iterator[tuple[str, TreeEntry]]:
        """Every file at or below `path` in `commit`, with its own path."""
        entry = self.entry(commit, path)
        if entry and entry.is_folder:
            for name in self._objects.folder(entry.id):
                yield from self.files_below(commit, f"{path}/{name}")
        elif entry:
            yield path, entry

    def blob(self, blob_id: str) -> bytes:
        """The bytes of the file with this id."""
        return self._objects.read(blob_id)[1]

    def stored_version(self, blob_id: str) -> StoredVersion | None:
        """The file with this id as its pack stores it; None if it must be read through git."""
        return self._packs.version(blob_id)

    def root_pieces(self, root: PackEntry) -> Iterator[bytes]:
        """The bytes of what stored versions differ from. Raises OSError, ValueError or zlib.error if it is damaged."""
        return self._packs.root_pieces(root)

    def pieces(self, blob_id: str) -> Iterator[bytes]:
        """The bytes of the file with this id, a piece at a time, until another object is asked for."""
        return self._objects.pieces(blob_id)

    def request(self, blob_id: str) -> None:
        """Let git begin to read the file with this id, for which `pieces` is going to ask."""
        self._objects.request(blob_id)

    def find(self, revision: str) -> Commit | None:
        """The commit that a user names: by a tag, a branch, `HEAD^` or an id. None if there is none.

        Of a commit that is not in `commits`, the descriptor is looked for where HEAD has it.
        """
        answer = None if "\n" in revision else self._objects.ask(f"{revision}^{{commit}}")
        if answer is None:
            return None
        commit_id, _, data = answer
        listed = next((commit for commit in self.commits if commit.id == commit_id), None)
        return listed or Commit(commit_id, _commit_time(data), (), self.commits[-1].descriptor, _tree_id(data))


@contextmanager
def open_repository(descriptor: Path) -> Iterator[Repository | None]:
    """The repository that contains the file `descriptor`, until the block ends.

    None if there is no repository, or it has no commit, or HEAD does not have the descriptor. Raises UsageError if
    there is a repository that cannot be read: a site published without its history loses the addresses of its
    releases.
    """
    folder = descriptor.parent.resolve()
    folders = find_repository(folder)
    if folders is None or not _has_commit(folders):
        yield None
        return
    path = (folder.relative_to(folders.work_tree) / descriptor.name).as_posix()
    with _open_objects(folders) as objects, closing(Packs(folders.common / "objects")) as packs:
        commits = tuple(_read_commits(folders, objects, path))
        is_shallow = run(folders, "rev-parse", "--is-shallow-repository").strip() == b"true"
        repository = Repository(folders.work_tree, commits, not is_shallow, objects, packs)
        yield repository if repository.entry(commits[-1], path) else None


def blob_id(data: bytes, like: str) -> str:
    """The id that git gives a file of these bytes, by the hash that made the id `like`: SHA-1 or SHA-256."""
    return _hash_pieces(len(data), [data], like)


def file_ids(file: Path, like: str) -> Iterator[str]:
    """The id that git gives a file, then that of the same file with other line ends: LF in place of CR LF.

    Git for Windows writes line ends into the work tree that are in no commit. Raises OSError.
    """
    size = file.stat().st_size
    yield _hash_pieces(size, file_pieces(file), like)
    if line_ends := sum(piece.count(b"\r\n") for piece in file_pieces(file)):
        yield _hash_pieces(size - line_ends, (piece.replace(b"\r\n", b"\n") for piece in file_pieces(file)), like)


def file_pieces(file: Path) -> Iterator[bytes]:
    """The bytes of a file, a piece at a time; none ends between a CR and its LF."""
    following = b""
    with file.open("rb") as opened:
        while piece := following + opened.read(PIECE):
            following = opened.read(1) if piece.endswith(b"\r") else b""
            if following == b"\n":
                piece, following = piece + following, b""
            yield piece


def _hash_pieces(size: int, pieces: Iterable[bytes], like: str) -> str:
    algorithm = "sha1" if len(like) == len("da39a3ee5e6b4b0d3255bfef95601890afd80709") else "sha256"
    digest = hashlib.new(algorithm, b"blob %d\0" % size, usedforsecurity=False)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _has_commit(folders: RepositoryFolders) -> bool:
    """Whether HEAD names a commit. In a new repository it names a branch that does not exist yet."""
    if run(folders, "rev-parse", "--verify", "--quiet", "HEAD", allow_no_answer=True):
        return True
    output = run(folders, "symbolic-ref", "--quiet", "HEAD", allow_no_answer=True)
    branch = output.decode("utf-8", "surrogateescape").strip()
    if not branch or (folders.common / branch).exists():
        raise failure(folders, "HEAD names no commit")
    return False


class _ObjectReader:
    """Reads git's objects by their names, through one `git cat-file` process."""

    def __init__(self, folders: RepositoryFolders) -> None:
        self._folders = folders
        self.process = start(folders, "cat-file", "--batch")
        self._trees: dict[str, Mapping[str, TreeEntry]] = {}
        self._requested: deque[str] = deque()
        """The objects for which git has been asked, and whose answers have not been read."""
        self._unread = 0
        """Bytes of the present answer that have not been read."""

    def request(self, name: str) -> None:
        """Ask git for an object; it works on the answer until a pipe is full."""
        requests, _ = _pipes(self.process)
        with suppress(BrokenPipeError):
            requests.write(name.encode("utf-8", "surrogateescape") + b"\n")
            requests.flush()
        self._requested.append(name)

    def ask(self, name: str) -> tuple[str, str, bytes] | None:
        """The id, the type and the bytes of the object that is called `name`; None if there is none."""
        answer = self._begin(name)
        return answer and (*answer, b"".join(self._rest(name)))

    def pieces(self, object_id: str) -> Iterator[bytes]:
        """The bytes of an object that another object refers to. Raises UsageError if it is missing."""
        if self._begin(object_id) is None:
            raise self._missing(object_id)
        yield from self._rest(object_id)

    def _begin(self, name: str) -> tuple[str, str] | None:
        """The id and the type of an object, whose bytes are the next to be read; None if there is none."""
        for _ in self._rest(name):
            pass
        if name not in self._requested:
            self.request(name)
        while (requested := self._requested.popleft()) != name:
            # What was asked for and is not wanted.
            if self._read_header(requested) is not None:
                for _ in self._rest(requested):
                    pass
        return self._read_header(name)

    def _read_header(self, name: str) -> tuple[str, str] | None:
        line = _pipes(self.process)[1].readline()
        if line.endswith((b" missing\n", b" ambiguous\n")):
            return None
        try:
            object_id, object_type, size = line.decode().split()
            self._unread = int(size) + len(b"\n")
        except ValueError as error:
            raise self._missing(name) from error
        return object_id, object_type

    def _rest(self, name: str) -> Iterator[bytes]:
        """What has not been read of the answer on `name`, without the line end after it."""
        answers = _pipes(self.process)[1]
        while self._unread:
            piece = answers.read(min(self._unread, PIECE))
            self._unread -= len(piece)
            if not piece or (not self._unread and not piece.endswith(b"\n")):
                raise self._missing(name)
            yield piece if self._unread else piece[:-1]

    def read(self, object_id: str) -> tuple[str, bytes]:
        """The type and the bytes of an object that another object refers to. Raises UsageError if it is missing."""
        answer = self.ask(object_id)
        if answer is None:
            raise self._missing(object_id)
        return answer[1:]

    def folder(self, tree_id: str) -> Mapping[str, TreeEntry]:
        """The entries of a folder by their names."""
        if tree_id not in self._trees:
            if len(self._trees) >= _CACHED_TREES:
                self._trees.clear()
            # Each entry: the mode, a space, the name, a zero byte, the id in binary.
            pattern = rb"([0-7]+) ([^\0]+)\0(.{%d})" % (len(tree_id) // 2)
            matches = re.finditer(pattern, self.read(tree_id)[1], re.DOTALL)
            self._trees[tree_id] = {
                match[2].decode("utf-8", "surrogateescape"): TreeEntry(match[1].decode(), match[3].hex())
                for match in matches
            }
        return self._trees[tree_id]

    def _missing(self, name: str) -> UsageError:
        _, error_output = self.process.communicate()
        reason = error_output.decode("utf-8", "replace").strip() or f"{name} is missing"
        return failure(self._folders, f"it lacks files of its own history, as a clone with --filter does ({reason})")


_CACHED_TREES = 256
"""How many folders stay in memory: most commits leave most folders unchanged."""


@contextmanager
def _open_objects(folders: RepositoryFolders) -> Iterator[_ObjectReader]:
    objects = _ObjectReader(folders)
    try:
        yield objects
    finally:
        for pipe in (*_pipes(objects.process), objects.process.stderr):
            with suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
        objects.process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """The pipe to a process and the pipe from it."""
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _read_commits(folders: RepositoryFolders, objects: _ObjectReader, descriptor: str) -> list[Commit]:
    """The commits from the first to HEAD; `descriptor` is the path of the descriptor at HEAD."""
    ids = run(folders, "rev-list", "--first-parent", "HEAD", "--").decode().split()
    tags, earlier_paths = _read_tags(folders, objects, frozenset(ids)), _descriptor_renames(folders, descriptor)
    newest_first = []
    for commit_id in ids:
        data = objects.read(commit_id)[1]
        names = tuple(sorted(tags.get(commit_id, ())))
        newest_first.append(Commit(commit_id, _commit_time(data), names, descriptor, _tree_id(data)))
        descriptor = earlier_paths.get(commit_id, descriptor)
    return newest_first[::-1]


def _tree_id(commit: bytes) -> str:
    return commit.split(b"\n", 1)[0].removeprefix(b"tree ").decode("ascii", "replace")


_COMMITTER = re.compile(rb"^committer .*> *(-?[0-9]{1,18})[0-9]*(?: ([+-])([0-9]{2})([0-9]{2}))?", re.MULTILINE)


def _commit_time(commit: bytes) -> datetime:
    """When a commit was made. A commit may claim any year and any zone, or be damaged.

    A zone that does not exist becomes UTC; a year outside 1970 to 9999 the nearest of these; no date at all 1970.
    """
    match = _COMMITTER.search(commit.partition(b"\n\n")[0])
    if match is None:
        return datetime.fromtimestamp(0, UTC)
    seconds, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == b"-" else 1)
    zone = timezone(offset) if offset and abs(offset) < timedelta(days=1) else UTC
    return datetime.fromtimestamp(min(max(int(seconds), 0), _LATEST), zone)


_LATEST = 253_370_764_800
"""Seconds from the start of 1970 to the start of 9999."""


def _read_tags(folders: RepositoryFolders, objects: _ObjectReader, commits: frozenset[str]) -> Mapping[str, list[str]]:
    """The names of the tags of each of `commits`, by the commit's id; a tag may point to another tag."""
    tags: dict[str, list[str]] = {}
    output = run(folders, "for-each-ref", "--format=%(objectname) %(refname)", "refs/tags").decode("utf-8", "replace")
    for line in output.split("\n")[:-1]:
        target, _, reference = line.partition(" ")
        while target not in commits:
            object_type, data = objects.read(target)
            if object_type != "tag":
                break
            target = data.split(b"\n", 1)[0].removeprefix(b"object ").decode("ascii", "replace")
        tags.setdefault(target, []).append(reference.removeprefix("refs/tags/"))
    return tags


def _descriptor_renames(folders: RepositoryFolders, descriptor: str) -> Mapping[str, str]:
    """The path of the descriptor before each commit that moved it, by the commit's id."""
    follow = ("--first-parent", "-m", "--follow", "-M25%", "--diff-filter=R", "--name-status", "-z", "--format=%H")
    plain = ("--no-ext-diff", "--no-textconv", "--no-relative", f"-O{os.devnull}")
    output = run(folders, "log", *follow, *plain, "HEAD", "--", f":(top,literal){descriptor}")
    # Four words for each rename: the commit, R with the similarity, the path before, the path after.
    words = [word.strip("\n") for word in output.decode("utf-8", "surrogateescape").split("\0") if word.strip("\n")]
    return {words[i]: words[i + 2] for i in range(0, len(words) - 3, 4)}
