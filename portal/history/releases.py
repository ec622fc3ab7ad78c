"""The commits that altered the package -> its releases, and what each changed. The only reader of git.

A release is a commit on the way of first parents whose package differs from that of the commit before. Its tables are
read as they stood there, by the paths that its own descriptor names, so that a moved file changes nothing. A commit
whose package no check would have let pass was never published: it is passed over and named, and what it changed is part
of the next release.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import Any

from portal.core.cache import Cache
from portal.core.models import Change, ChangeKind, History, Package, PassedOver, Release
from portal.history.diff import Version, check_version, compare_tables, read_version
from portal.history.git import Repository, blob_id, repository_of
from portal.history.states import State, States, Unreadable, read_states


def read_history(descriptor: Path, package: Package, cache: Cache) -> History:
    """The releases of the package whose descriptor is at `descriptor`, which has been validated as `package`.

    What each commit changed is kept in `cache` by the commit's hash. Where there is no repository, or the descriptor is
    in no commit, nothing is known. Raises UsageError where there is a repository that cannot be read. Files that differ
    from the last commit are a release of their own, dated by the package.
    """
    cache = cache.by_code("history", "portal/core", "portal/history")
    with repository_of(descriptor) as repository:
        if repository is None:
            return History()
        releases: list[Release] = []
        last: State | None = None
        states, passed = read_states(repository)
        with _Tables(repository) as tables:
            for state, following in zip_longest(states, states[1:]):
                try:
                    changes = _kept(cache, last, state, following, tables)
                except Unreadable as error:
                    passed.append(PassedOver(state.commit.id, state.tags, str(error)))
                    continue
                commit, last = state.commit, state
                releases.append(Release(commit.id, commit.time, state.version, state.tags, changes))
            try:
                releases += _uncommitted(descriptor, package, last, tables)
            except Unreadable as error:
                passed.append(PassedOver("", (), str(error)))
        places = {commit.id: place for place, commit in enumerate(repository.commits)}
        passed.sort(key=lambda one: places.get(one.commit, len(places)))
        return History(tuple(releases), repository.complete, _identity(states), tuple(passed))


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
        state = States(repository).at(next(one for one in repository.commits if one.id == release.commit))
        assert state is not None
        files = {"datapackage.json": state.descriptor} | {f"{name}.csv": blob for name, blob in state.blobs.items()}
        return {name: repository.blob(blob) for name, blob in files.items()}


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

    def compare(self, before: State | None, after: State, following: State | None = None) -> list[Change]:
        """What differs between two states; nothing where there is none before. Raises Unreadable for what is no table.

        `following` is the state that is likely to be compared next.
        """
        former = {} if before is None else before.blobs
        kept, self._read = self._read, {}
        for state in filter(None, (before, after)):
            for name, blob in state.blobs.items():
                schema, known = state.resources[name].get("schema"), kept.get((name, blob))
                # Another schema may give the same bytes another meaning.
                if known and known[0] == schema:
                    self._read[name, blob] = known
                elif former.get(name) != after.blobs.get(name):
                    self._read[name, blob] = schema, self._version(state, name)
        self._coming.clear()
        for name, blob in following.blobs.items() if following else ():
            if after.blobs.get(name) != blob:
                self._coming[blob] = self._reader.submit(self._repository.blob, blob)
        found: list[Change] = []
        for name in sorted(former.keys() | after.blobs.keys()):
            if former.get(name) != after.blobs.get(name):
                there = (self._read.get((name, blobs.get(name, ""))) for blobs in (former, after.blobs))
                one, other = (known and known[1] for known in there)
                resource = after.resources.get(name) or {"path": name}
                with _explained(resource):
                    if before is None and other:
                        check_version(other)
                    else:
                        found += compare_tables(one or _nothing(other), other or _nothing(one))
        return found

    def _version(self, state: State, name: str) -> Version:
        with _explained(state.resources[name]):
            return read_version(name, self._bytes(state.blobs[name]), state.resources[name])

    def put(self, state: State, files: Mapping[str, bytes]) -> None:
        """Know the tables of a state that is in no commit."""
        for name, data in files.items():
            described = state.resources[name]
            with _explained(described):
                self._read[name, state.blobs[name]] = described.get("schema"), read_version(name, data, described)

    def _bytes(self, blob: str) -> bytes:
        if blob not in self._coming:
            self._coming[blob] = self._reader.submit(self._repository.blob, blob)
        return self._coming.pop(blob).result()


@contextmanager
def _explained(resource: Mapping[str, Any]) -> Iterator[None]:
    """Raises Unreadable, in words, where the table of `resource` is none."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise Unreadable(f"{resource['path']}: this file is not UTF-8.") from error
    except (ValueError, csv.Error) as error:
        raise Unreadable(f"{resource['path']}: {error}.") from error


def _nothing(version: Version | None) -> Version:
    """The same table without a record: what a resource was before it came, or is after it went."""
    assert version is not None
    return replace(version, records=frozenset(), repeated={})


def _kept(
    cache: Cache, before: State | None, after: State, following: State | None, tables: _Tables
) -> tuple[Change, ...]:
    """What `after` changed, from the cache where it is known. Raises Unreadable where its tables cannot be read."""
    place = _short(after.commit.descriptor, before.commit.descriptor if before else "")
    name = f"{place}/{after.commit.id}-{before.commit.id[:16] if before else 'first'}"
    kept = cache.get(name)
    if isinstance(kept, str):
        raise Unreadable(kept)
    if isinstance(kept, list):
        try:
            return tuple(_change(one) for one in kept)
        except (TypeError, ValueError):
            pass  # It was damaged, and is made anew.
    try:
        found = tuple(tables.compare(before, after, following))
    except Unreadable as error:
        cache.put(name, str(error))
        raise
    cache.put(name, [[c.resource, c.record, c.project_id, c.field, c.kind, c.before, c.after] for c in found])
    return found


def _identity(states: Sequence[State]) -> str:
    return _short(states[0].commit.id, states[-1].commit.descriptor) if states else ""


def _short(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _change(values: list[Any]) -> Change:
    resource, record, project_id, field, kind, before, after = values
    texts = (resource, field, before, after, *record, *(() if project_id is None else (project_id,)))
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("not a kept change")
    return Change(resource, tuple(record), project_id, field, ChangeKind(kind), before, after)


def _uncommitted(descriptor: Path, package: Package, last: State | None, tables: _Tables) -> Iterator[Release]:
    """The files as they are, where they differ from the last release. Raises Unreadable for what cannot be compared."""
    if last is None:
        return
    content = json.loads(descriptor.read_text("utf-8-sig"))
    resources = {one["name"]: one for one in content["resources"]}
    files = {name: (descriptor.parent / str(one["path"])).read_bytes() for name, one in resources.items()}
    blobs = {name: blob_id(data, like=last.descriptor) for name, data in files.items()}
    if blobs == dict(last.blobs):
        return
    now = State(replace(last.commit, id="", tags=()), package.version, resources, "", blobs)
    tables.put(now, files)
    published = datetime.combine(package.created, time.min, UTC)
    yield Release("", published, package.version, (), tuple(tables.compare(last, now)))
