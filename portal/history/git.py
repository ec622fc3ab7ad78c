"""A repository -> its commits and the files that they hold, through git itself."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import IO, NamedTuple

from portal.core.problems import UsageError
from portal.history.git_command import Place, failure, place_of, run, start


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on the way of first parents."""

    id: str
    time: datetime
    """When it was committed, with its zone."""
    tags: tuple[str, ...]
    descriptor: str
    """Where it has the descriptor, relative to the top of the repository."""
    tree: str
    """The id of its uppermost folder."""


class TreeEntry(NamedTuple):
    """What a folder of a commit has under a name."""

    mode: str
    """In octal digits: 40000 is a folder, 100644 a file, 120000 a symbolic link, 160000 another repository's commit."""
    id: str

    @property
    def is_folder(self) -> bool:
        """Whether it holds entries itself."""
        return self.mode == "40000"

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.mode.startswith("100")


@dataclass(frozen=True, slots=True)
class Repository:
    """Answers what stands where in a commit."""

    top: Path
    """The uppermost folder of the work tree."""
    commits: tuple[Commit, ...]
    """From the first one that is known to HEAD, each the first parent of the next."""
    complete: bool
    """Whether the first one has no parent; in a shallow clone it has."""
    _objects: _Objects

    def entry(self, commit: Commit, path: str) -> TreeEntry | None:
        """What stands at a path of a commit; None where nothing does."""
        found: TreeEntry | None = TreeEntry("40000", commit.tree)
        for name in path.split("/"):
            found = self._objects.folder(found.id).get(name) if found and found.is_folder else None
        return found

    def below(self, commit: Commit, path: str) -> Iterator[tuple[str, TreeEntry]]:
        """What stands at a path of a commit, or all that is within that folder: each path and its entry."""
        found = self.entry(commit, path)
        if found and found.is_folder:
            for name in self._objects.folder(found.id):
                yield from self.below(commit, f"{path}/{name}")
        elif found:
            yield path, found

    def blob(self, name: str) -> bytes:
        """The bytes of the file with the id `name`."""
        return self._objects.read(name)[1]

    def find(self, revision: str) -> Commit | None:
        """The commit that a user calls `revision`, with the descriptor where HEAD has it; None where there is none."""
        found = None if "\n" in revision else self._objects.ask(f"{revision}^{{commit}}")
        if found is None:
            return None
        name, _, data = found
        known = next((one for one in self.commits if one.id == name), None)
        return known or Commit(name, _time(data), (), self.commits[-1].descriptor, _tree(data))


@contextmanager
def repository_of(descriptor: Path) -> Iterator[Repository | None]:
    """The repository that holds `descriptor`, until the block ends.

    None where there is none, or it has no commit, or the last one does not have the descriptor. Raises UsageError where
    there is one that cannot be read: what is published without its history breaks the addresses of its releases.
    """
    folder = descriptor.parent.resolve()
    place = place_of(folder)
    if place is None or not _has_commit(place):
        yield None
        return
    path = (folder.relative_to(place.top) / descriptor.name).as_posix()
    with _objects(place) as objects:
        commits = tuple(_commits(place, objects, path))
        shallow = run(place, "rev-parse", "--is-shallow-repository").strip() == b"true"
        repository = Repository(place.top, commits, not shallow, objects)
        yield repository if repository.entry(commits[-1], path) else None


def blob_id(data: bytes, like: str) -> str:
    """What git calls a file of these bytes in the repository that calls another one `like`."""
    kind = "sha1" if len(like) == len("da39a3ee5e6b4b0d3255bfef95601890afd80709") else "sha256"
    return hashlib.new(kind, b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()


def _has_commit(place: Place) -> bool:
    """Whether HEAD names a commit: that of a new repository names a branch that is not there yet."""
    if run(place, "rev-parse", "--verify", "--quiet", "HEAD", nothing=True):
        return True
    branch = run(place, "symbolic-ref", "--quiet", "HEAD", nothing=True).decode("utf-8", "surrogateescape").strip()
    if not branch or (place.common / branch).exists():
        raise failure(place, "HEAD names no commit")
    return False


class _Objects:
    """What git has by name, from one process of it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.process = start(place, "cat-file", "--batch")
        self._folders: dict[str, Mapping[str, TreeEntry]] = {}

    def ask(self, name: str) -> tuple[str, str, bytes] | None:
        """The id, the kind and the bytes of the object that is called `name`; None where there is none."""
        to, answers = _pipes(self.process)
        with suppress(BrokenPipeError):
            to.write(name.encode("utf-8", "surrogateescape") + b"\n")
            to.flush()
        line = answers.readline()
        if line.endswith((b" missing\n", b" ambiguous\n")):
            return None
        try:
            found, kind, size = line.decode().split()
            data = answers.read(int(size))
        except ValueError as error:
            raise self._lost(name) from error
        if answers.read(1) != b"\n":
            raise self._lost(name)
        return found, kind, data

    def read(self, name: str) -> tuple[str, bytes]:
        """The kind and the bytes of an object that a commit, a folder or a tag names. Raises UsageError without it."""
        found = self.ask(name)
        if found is None:
            raise self._lost(name)
        return found[1:]

    def folder(self, name: str) -> Mapping[str, TreeEntry]:
        """The entries of a folder by their names."""
        if name not in self._folders:
            if len(self._folders) >= _FOLDERS:
                self._folders.clear()
            entries = re.finditer(rb"([0-7]+) ([^\0]+)\0(.{%d})" % (len(name) // 2), self.read(name)[1], re.DOTALL)
            self._folders[name] = {
                one[2].decode("utf-8", "surrogateescape"): TreeEntry(one[1].decode(), one[3].hex()) for one in entries
            }
        return self._folders[name]

    def _lost(self, name: str) -> UsageError:
        _, said = self.process.communicate()
        words = said.decode("utf-8", "replace").strip() or f"{name} is missing"
        return failure(self._place, f"it lacks files of its own history, as a clone with --filter does ({words})")


_FOLDERS = 256
"""Folders that are remembered: most commits leave most of them as they were."""


@contextmanager
def _objects(place: Place) -> Iterator[_Objects]:
    objects = _Objects(place)
    try:
        yield objects
    finally:
        for pipe in (*_pipes(objects.process), objects.process.stderr):
            with suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
        objects.process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _commits(place: Place, objects: _Objects, descriptor: str) -> list[Commit]:
    """From the first to HEAD; `descriptor` is where HEAD has it."""
    names = run(place, "rev-list", "--first-parent", "HEAD", "--").decode().split()
    tags, moves = _tags(place, objects, frozenset(names)), _moves(place, descriptor)
    found = []
    for name in names:
        data = objects.read(name)[1]
        found.append(Commit(name, _time(data), tuple(sorted(tags.get(name, ()))), descriptor, _tree(data)))
        descriptor = moves.get(name, descriptor)
    return found[::-1]


def _tree(commit: bytes) -> str:
    return commit.split(b"\n", 1)[0].removeprefix(b"tree ").decode("ascii", "replace")


_COMMITTER = re.compile(rb"^committer .*> *(-?[0-9]{1,18})[0-9]*(?: ([+-])([0-9]{2})([0-9]{2}))?", re.MULTILINE)


def _time(commit: bytes) -> datetime:
    """When it was committed. A commit may claim any year and any zone, or be damaged.

    What no calendar has becomes UTC, and the nearest year that has, from 1970; what is no date at all becomes 1970.
    """
    found = _COMMITTER.search(commit.partition(b"\n\n")[0])
    if found is None:
        return datetime.fromtimestamp(0, UTC)
    seconds, sign, hours, minutes = found.groups()
    east = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == b"-" else 1)
    zone = timezone(east) if east and abs(east) < timedelta(days=1) else UTC
    return datetime.fromtimestamp(min(max(int(seconds), 0), _LAST), zone)


_LAST = 253_370_764_800
"""Seconds from 1970 to 9999."""


def _tags(place: Place, objects: _Objects, commits: frozenset[str]) -> Mapping[str, list[str]]:
    """The names of the tags of each of the `commits`; a tag may name another tag."""
    tags: dict[str, list[str]] = {}
    lines = run(place, "for-each-ref", "--format=%(objectname) %(refname)", "refs/tags").decode("utf-8", "replace")
    for line in lines.split("\n")[:-1]:
        name, _, reference = line.partition(" ")
        while name not in commits:
            kind, data = objects.read(name)
            if kind != "tag":
                break
            name = data.split(b"\n", 1)[0].removeprefix(b"object ").decode("ascii", "replace")
        tags.setdefault(name, []).append(reference.removeprefix("refs/tags/"))
    return tags


def _moves(place: Place, descriptor: str) -> Mapping[str, str]:
    """Where the descriptor stood before each commit that moved it."""
    form = ("--first-parent", "-m", "--follow", "-M25%", "--diff-filter=R", "--name-status", "-z", "--format=%H")
    plain = ("--no-ext-diff", "--no-textconv", "--no-relative", f"-O{os.devnull}")
    text = run(place, "log", *form, *plain, "HEAD", "--", f":(top,literal){descriptor}")
    # For each: the commit, R and how alike they are, the path before, the path after.
    words = [word.strip("\n") for word in text.decode("utf-8", "surrogateescape").split("\0") if word.strip("\n")]
    return {words[i]: words[i + 2] for i in range(0, len(words) - 3, 4)}
