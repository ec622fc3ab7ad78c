"""The commits that altered the package -> its releases, and what each changed. The only reader of git.

A release is a commit on the way of first parents whose package differs from that of the commit before. Its tables are
read as they stood there, by the paths that its own descriptor names, so that a moved file changes nothing. A commit
whose package cannot be read as tables was never published and is passed over.
"""

from __future__ import annotations

import csv
import hashlib
import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import Any

from portal.cache import Cache
from portal.characters import UNFIT
from portal.history.git import Commit, Repository, repository_of
from portal.history.tables import Version, compare, read_version
from portal.models import Change, ChangeKind, History, Package, Release

__all__ = ["archive", "history_sum", "read_history"]

FORMAT = "4"
"""Of the kept results: another number makes them all anew."""

UNREADABLE = "unreadable"
"""What is kept of a commit whose tables cannot be read."""


_Resources = Mapping[str, Mapping[str, Any]]
"""As the descriptor has them, by name."""


@dataclass(frozen=True, slots=True)
class _State:
    """The package at a commit: what the descriptor says, and which blob holds each table."""

    commit: Commit
    version: str
    resources: _Resources
    blobs: Mapping[str, str]
    """By the resource's name."""
    tags: tuple[str, ...] = ()
    """Of the commit, and of those after it that left the package as it is."""


def read_history(descriptor: Path, package: Package, cache: Cache) -> History:
    """The releases of the package whose descriptor is at `descriptor`, which has been validated as `package`.

    What each commit changed is kept in `cache` by the commit's hash. Where there is no repository, or git is
    not installed, or the descriptor is in no commit, nothing is known. Files that differ from the last commit are a
    release of their own, dated by the package.
    """
    with repository_of(descriptor) as repository:
        if repository is None:
            return History()
        releases: list[Release] = []
        last: _State | None = None
        states = _states(repository)
        with _Tables(repository) as tables:
            for state, following in zip_longest(states, states[1:]):
                changes = () if last is None else _kept(cache, last, state, following, tables)
                if changes is not None:
                    commit, last = state.commit, state
                    releases.append(Release(commit.id, commit.time, state.version, state.tags, changes))
            if last is not None:
                releases += _uncommitted(descriptor, package, last, tables)
        return History(tuple(releases), repository.complete, _identity(states))


def history_sum(descriptor: Path) -> str:
    """Names what `read_history` would read: every commit with its time and tags; "" where there is no repository."""
    with repository_of(descriptor) as repository:
        if repository is None:
            return ""
        told = [(one.id, one.time.isoformat(), one.tags, one.descriptor) for one in repository.commits]
        return hashlib.sha256(repr((told, repository.complete)).encode("utf-8", "surrogateescape")).hexdigest()


def archive(descriptor: Path, release: Release) -> dict[str, bytes]:
    """The files of a committed release by name, as they stood: the descriptor, and the CSV of each resource."""
    with repository_of(descriptor) as repository:
        assert repository is not None
        commit = next(one for one in repository.commits if one.id == release.commit)
        text = repository.blob(repository.ids(commit, [commit.descriptor])[0] or "")
        described = _described(text)
        assert described is not None
        blobs = _blobs(repository, commit, described[1])
        return {"datapackage.json": text} | {f"{name}.csv": repository.blob(blob) for name, blob in blobs.items()}


def _states(repository: Repository) -> list[_State]:
    """The package at every commit that altered it, the oldest first, each with the tags up to the next."""
    descriptions: dict[str, tuple[str, _Resources] | None] = {}
    states: list[_State] = []
    last: tuple[str, ...] | None = None
    for commit in repository.commits:
        found = repository.ids(commit, [commit.descriptor])[0]
        if found is not None and found not in descriptions:
            descriptions[found] = _described(repository.blob(found))
        description = descriptions[found] if found is not None else None
        if found is None or description is None:
            continue
        version, resources = description
        blobs = _blobs(repository, commit, resources)
        # A descriptor without one of its files was never published.
        if len(blobs) < len(resources):
            continue
        state = (found, *blobs.values())
        if state != last:
            last = state
            states.append(_State(commit, version, resources, blobs, commit.tags))
        elif commit.tags:
            states[-1] = replace(states[-1], tags=(*states[-1].tags, *commit.tags))
    return states


def _blobs(repository: Repository, commit: Commit, resources: _Resources) -> dict[str, str]:
    """Which file holds each resource in a commit."""
    folder = posixpath.dirname(commit.descriptor)
    paths = [posixpath.normpath(posixpath.join(folder, str(one["path"]))) for one in resources.values()]
    found = repository.ids(commit, paths)
    return {name: blob for name, blob in zip(resources, found, strict=True) if blob is not None}


def _described(text: bytes) -> tuple[str, _Resources] | None:
    """The version, and the resources that are tables in files of their own; None for what is no descriptor."""
    try:
        content = json.loads(text)
        resources = {one["name"]: one for one in content["resources"] if isinstance(one["path"], str)}
        return (str(content.get("version", "")), resources) if "projects" in resources else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


class _Tables(AbstractContextManager["_Tables"]):
    """The tables that were read last, so that one which does not change is read once.

    Git unpacks those of the next state while this process compares those of the present one.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._read: dict[tuple[str, str], tuple[Any, Version]] = {}
        """By resource and blob: the schema by which a table was read, and what was read."""
        self._coming: dict[str, Future[bytes]] = {}
        self._reader = ThreadPoolExecutor(1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is being read."""
        self._reader.shutdown()

    def compare(self, before: _State, after: _State, following: _State | None = None) -> list[Change]:
        """What differs between two states. ValueError where a table of one of them is none.

        `following` is the state that is likely to be compared next.
        """
        kept, self._read = self._read, {}
        for state in (before, after):
            for name, blob in state.blobs.items():
                described = state.resources[name]
                known = kept.get((name, blob))
                # Another schema may give the same bytes another meaning.
                if known and known[0] == described.get("schema"):
                    self._read[name, blob] = known
                elif before.blobs.get(name) != after.blobs.get(name):
                    read = read_version(name, self._bytes(blob), described)
                    self._read[name, blob] = described["schema"], read
        self._coming.clear()
        for name, blob in following.blobs.items() if following else ():
            if after.blobs.get(name) != blob:
                self._coming[blob] = self._reader.submit(self._repository.blob, blob)
        found: list[Change] = []
        for name in sorted(before.blobs.keys() | after.blobs.keys()):
            if before.blobs.get(name) != after.blobs.get(name):
                there = (self._read.get((name, state.blobs.get(name, ""))) for state in (before, after))
                one, other = (known and known[1] for known in there)
                found += map(_fit, compare(one or _nothing(other), other or _nothing(one)))
        return found

    def put(self, state: _State, files: Mapping[str, bytes]) -> None:
        """Know the tables of a state that is in no commit."""
        for name, data in files.items():
            described = state.resources[name]
            self._read[name, state.blobs[name]] = described["schema"], read_version(name, data, described)

    def _bytes(self, blob: str) -> bytes:
        if blob not in self._coming:
            self._coming[blob] = self._reader.submit(self._repository.blob, blob)
        return self._coming.pop(blob).result()


def _fit(change: Change) -> Change:
    """A change as it can be published: what stood in a commit was perhaps never checked."""
    texts = (change.field, change.before, change.after, *change.record, change.project_id or "")
    if not any(map(UNFIT.search, texts)):
        return change
    field, before, after, *record = (UNFIT.sub("\N{REPLACEMENT CHARACTER}", text) for text in texts[:-1])
    return replace(change, field=field, before=before, after=after, record=tuple(record))


def _nothing(version: Version | None) -> Version:
    """The same table without a record: what a resource was before it came, or is after it went."""
    assert version is not None
    return replace(version, records=frozenset(), repeated={})


def _kept(
    cache: Cache, before: _State, after: _State, following: _State | None, tables: _Tables
) -> tuple[Change, ...] | None:
    """What `after` changed, from the cache where it is known; None where its tables cannot be read."""
    place = _short(after.commit.descriptor, before.commit.descriptor)
    name = f"history/{FORMAT}/{place}/{after.commit.id}-{before.commit.id[:16]}"
    kept = cache.get(name)
    if kept == UNREADABLE:
        return None
    if isinstance(kept, list):
        try:
            return tuple(_change(one) for one in kept)
        except (TypeError, ValueError):
            pass  # It was damaged, and is made anew.
    try:
        found = tuple(tables.compare(before, after, following))
    except (ValueError, csv.Error):
        cache.put(name, UNREADABLE)
        return None
    cache.put(name, [[c.resource, c.record, c.project_id, c.field, c.kind, c.before, c.after] for c in found])
    return found


def _identity(states: Sequence[_State]) -> str:
    return _short(states[0].commit.id, states[-1].commit.descriptor) if states else ""


def _short(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _change(values: list[Any]) -> Change:
    resource, record, project_id, field, kind, before, after = values
    if not all(isinstance(text, str) for text in (resource, field, before, after, *record)):
        raise TypeError("not a kept change")
    return Change(resource, tuple(record), project_id, field, ChangeKind(kind), before, after)


def _uncommitted(descriptor: Path, package: Package, last: _State, tables: _Tables) -> Iterator[Release]:
    """The files as they are, where they differ from the last release."""
    content = json.loads(descriptor.read_text("utf-8-sig"))
    resources = {one["name"]: one for one in content["resources"]}
    files = {name: (descriptor.parent / str(one["path"])).read_bytes() for name, one in resources.items()}
    blobs = {name: _blob_id(data) for name, data in files.items()}
    if blobs == dict(last.blobs):
        return
    now = _State(Commit("", last.commit.time, (), ""), package.version, resources, blobs)
    tables.put(now, files)
    published = datetime.combine(package.created, time.min, UTC)
    yield Release("", published, package.version, (), tuple(tables.compare(last, now)))


def _blob_id(data: bytes) -> str:
    """What git calls a file of these bytes."""
    return hashlib.sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()
