"""A repository -> its commits and the files that they hold, through git itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from portal.problems import UsageError


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on the way of first parents."""

    id: str
    time: datetime
    """When it was committed, with its zone."""
    tags: tuple[str, ...]
    descriptor: str
    """Where it has the descriptor, relative to the top of the repository."""


@dataclass(frozen=True, slots=True)
class Repository:
    """Answers what stands where in a commit, from two processes of git."""

    commits: tuple[Commit, ...]
    """From the first one that is known to HEAD, each the first parent of the next."""
    complete: bool
    """Whether the first one has no parent; in a shallow clone it has."""
    _ids: subprocess.Popen[bytes]
    _contents: subprocess.Popen[bytes]

    def ids(self, commit: Commit, paths: Sequence[str]) -> list[str | None]:
        """The id of the file at each path of a commit; None where there is none."""
        asked = [path for path in paths if "\n" not in path]
        to, answers = _pipes(self._ids)
        with _missing_objects():
            to.write(b"".join(f"{commit.id}:{path}\n".encode("utf-8", "surrogateescape") for path in asked))
            to.flush()
            lines = [answers.readline() for _ in asked]
            if not all(lines):
                raise ValueError("git has ended")
        words = [line.split() for line in lines]
        found = {path: w[0].decode() for path, w in zip(asked, words, strict=True) if len(w) == 3 and w[1] == b"blob"}
        return [found.get(path) for path in paths]

    def blob(self, name: str) -> bytes:
        """The bytes of the file with the id `name`."""
        to, answers = _pipes(self._contents)
        with _missing_objects():
            to.write(f"{name}\n".encode())
            to.flush()
            size = int(answers.readline().split()[2])
            data = answers.read(size)
            answers.read(1)
        return data


@contextmanager
def _missing_objects() -> Iterator[None]:
    """Says what to do where git has gone or has not what a commit names, as in a clone that left out the files."""
    try:
        yield
    except (BrokenPipeError, IndexError, ValueError) as error:
        message = "The repository of the data lacks files of its own history. Fetch all of it, without --filter."
        raise UsageError(message) from error


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


@contextmanager
def repository_of(descriptor: Path) -> Iterator[Repository | None]:
    """The repository that holds `descriptor`, until the block ends.

    None where there is none, or no git, or the last commit does not have the descriptor.
    """
    folder = descriptor.resolve().parent
    try:
        path = git(folder, "rev-parse", "--show-prefix").decode().rstrip("\n") + descriptor.name
        git(folder, "cat-file", "-e", f"HEAD:{path}")
        shallow = git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
        commits = tuple(_commits(folder, path))
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
        yield None
        return
    with ExitStack() as stack:
        ids, contents = (
            _ended(
                stack,
                subprocess.Popen(
                    [*_command(folder), "cat-file", kind],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                    pipesize=1 << 20,
                ),
            )
            for kind in ("--batch-check", "--batch")
        )
        yield Repository(commits, not shallow, ids, contents)


def _ended(stack: ExitStack, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """A process that ends when the stack does, also where it has died before."""

    def end() -> None:
        for pipe in _pipes(process):
            with suppress(BrokenPipeError):
                pipe.close()
        process.wait()

    stack.callback(end)
    return process


def _commits(folder: Path, descriptor: str) -> list[Commit]:
    """From the first to HEAD; `descriptor` is where HEAD has it."""
    tags, moves = _tags(folder), _moves(folder, descriptor)
    found = []
    for line in git(folder, "log", "--first-parent", "--format=%H %ct %cI").decode().splitlines():
        name, seconds, moment = line.split(" ")
        found.append(Commit(name, _moment(moment, int(seconds)), tuple(sorted(tags.get(name, ()))), descriptor))
        descriptor = moves.get(name, descriptor)
    return found[::-1]


def _moment(text: str, seconds: int) -> datetime:
    """A commit may claim any zone and any year; what no calendar has becomes UTC, and the nearest year that has."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(min(max(seconds, 0), _LAST), UTC)


_LAST = 253_370_764_800
"""Seconds from 1970 to 9999."""


def _tags(folder: Path) -> Mapping[str, list[str]]:
    """The names of the tags of each commit."""
    form = "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)"
    tags: dict[str, list[str]] = {}
    for line in git(folder, "for-each-ref", form, "refs/tags").decode("utf-8", "replace").splitlines():
        name, direct, peeled = line.split("\0")
        tags.setdefault(peeled or direct, []).append(name)
    return tags


def _moves(folder: Path, descriptor: str) -> Mapping[str, str]:
    """Where the descriptor stood before each commit that moved it."""
    form = ("--first-parent", "-m", "--follow", "-M25%", "--diff-filter=R", "--name-status", "-z", "--format=%H")
    text = git(folder, "log", *form, "--", f":(top,literal){descriptor}").decode("utf-8", "surrogateescape")
    # For each: the commit, R and how alike they are, the path before, the path after.
    words = [word.strip("\n") for word in text.split("\0") if word.strip("\n")]
    return {words[i]: words[i + 2] for i in range(0, len(words) - 3, 4)}


def _command(folder: Path) -> list[str]:
    """Git, in `folder`. Whoever owns the files may read their history: a clone of CI often belongs to somebody else."""
    return [
        *("git", "-c", "safe.directory=*", "-c", "core.deltaBaseCacheLimit=512m"),
        *(word for setting in _HARMLESS for word in ("-c", setting)),
        *("-C", str(folder)),
    ]


_HARMLESS = ("log.showSignature=false", "core.fsmonitor=false", "core.pager=cat", "diff.external=")
"""A package that somebody sent may bring a repository, whose own settings name programs for git to run, such as one
that checks a signature: see git-config(1)."""


def git(folder: Path, *arguments: str) -> bytes:
    """What git prints of the repository that holds `folder`, none of whose settings runs another program.

    Raises subprocess.CalledProcessError where git refuses.
    """
    return subprocess.run([*_command(folder), *arguments], check=True, capture_output=True, env=_environment()).stdout


def _environment() -> dict[str, str]:
    """A hook or another program may point git to another repository; only the one of the package counts.

    What a partial clone left out is not fetched: by no protocol, whatever the settings of the repository allow.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "none",
    }
