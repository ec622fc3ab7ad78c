"""The commits that changed the package -> its releases, and what each changed.

A release is a commit in the line of first parents whose package differs from that of the commit before. Its tables are
read as they were in that commit, at the paths that its own descriptor names, so moving a file changes nothing; those of
commits before the first descriptor, as `brought` says. A commit
whose package the check would have refused was never published: it is passed over and reported, and what it changed is
part of the next release.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from itertools import zip_longest
from pathlib import Path

from portal.core.cache import Cache
from portal.core.models import Change, History, Package, PassedOver, PastTable, Release, file_name
from portal.core.problems import UsageError
from portal.history.brought import BroughtHistory, read_brought
from portal.history.git import Commit, Repository, file_ids, open_repository
from portal.history.record_splitter import LFS_POINTER
from portal.history.state_changes import StateComparer, cached_changes, short_digest
from portal.history.states import (
    SYMBOLIC_LINK,
    PackageState,
    StateReader,
    read_states,
    unprintable_tags,
)
from portal.history.stored_states import UnreadablePackage
from portal.history.tables import described_tables
from portal.history.working_files import changed_files


def read_history(descriptor: Path, package: Package, cache: Cache) -> History:
    """The releases of the package whose descriptor is the file `descriptor`; it has been validated as `package`.

    What each commit changed is cached by the commit's id. The history is empty if there is no repository, or no commit
    has the descriptor. Files that differ from the last commit are a release of their own, dated by the package. Raises
    UsageError if there is a repository that cannot be read.
    """
    cache = _cache_of_changes(cache)
    with open_repository(descriptor) as repository:
        if repository is None:
            return History()
        releases: list[Release] = []
        last: PackageState | None = None
        states, passed_over, brought = _states(repository, cache)
        comparer = StateComparer(repository)
        for state, changes in _changes(states, cache, comparer):
            if isinstance(changes, str):
                passed_over.append(PassedOver(state.commit.id, state.tags, changes))
                continue
            commit, last = state.commit, state
            release = Release(
                commit.id,
                commit.time,
                state.version,
                state.tags,
                changes,
                tables=state.tables,
                is_package=not state.borrowed,
            )
            releases.append(release)
        committed = False
        try:
            uncommitted = list(_uncommitted_release(descriptor, package, last, comparer))
            committed = last is not None and not uncommitted and _is_committed(descriptor, last)
            releases += uncommitted
        except UnreadablePackage as error:
            passed_over.append(PassedOver("", (), str(error)))
        order = {commit.id: number for number, commit in enumerate(repository.commits)}
        passed_over.sort(key=lambda commit: order.get(commit.commit, len(order)))
        newest = max((order[release.commit] for release in releases if release.commit), default=-1)
        passed_over = [
            replace(commit, next_step=_next_step(commit)) if order.get(commit.commit, -1) > newest else commit
            for commit in passed_over
        ]
        identity = _identity(states)
        return History(
            tuple(releases),
            repository.complete,
            identity,
            tuple(passed_over),
            committed=committed,
            unread=brought.unread,
        )


def _states(repository: Repository, cache: Cache) -> tuple[list[PackageState], list[PassedOver], BroughtHistory]:
    """The package at every commit that changed it, the oldest first, what is passed over, and what was brought."""
    reader = StateReader(repository, cache)
    brought = read_brought(repository, reader, cache)
    states, passed_over = read_states(repository.commits[brought.own :], reader, brought.states)
    reader.save()
    return states, [*unprintable_tags(repository.commits), *passed_over], brought


def cache_history(descriptor: Path, cache: Cache) -> None:
    """Find out what each commit changed, so that `read_history` finds it in `cache`; it may run beside the validation.

    Does nothing where the repository cannot be read.
    """
    cache = _cache_of_changes(cache)
    with suppress(UsageError), open_repository(descriptor) as repository:
        if repository is not None:
            states, _, _ = _states(repository, cache)
            for _ in _changes(states, cache, StateComparer(repository)):
                pass


def _cache_of_changes(cache: Cache) -> Cache:
    return cache.by_code("history", "portal/core", "portal/history")


def _changes(
    states: Sequence[PackageState], cache: Cache, comparer: StateComparer
) -> Iterator[tuple[PackageState, tuple[Change, ...] | str]]:
    """What each state changed since the last that can be read; a text says why it cannot be read itself."""
    last: PackageState | None = None
    for state, following in zip_longest(states, states[1:]):
        try:
            yield state, cached_changes(cache, last, state, following, comparer)
            last = state
        except UnreadablePackage as error:
            yield state, str(error)


def _next_step(commit: PassedOver) -> str:
    """What to do about a commit that cannot be read and that no readable release follows."""
    file = commit.reason.partition(":")[0]
    if LFS_POINTER in commit.reason:
        command = f'"git lfs migrate export --include={posixpath.basename(file)} --everything"'
        return f"Take the file out of Git LFS: {command}, which gives all commits new ids."
    if SYMBOLIC_LINK in commit.reason:
        return "Replace the link by the file itself, and commit it."
    return "Correct it and commit the corrected file: until then no release has what this commit changed."


def history_digest(descriptor: Path) -> str:
    """A digest of all that `read_history` would read: every commit with its time and tags; "" without a repository."""
    with open_repository(descriptor) as repository:
        if repository is None:
            return ""
        commits = [
            (commit.id, commit.time.isoformat(), commit.tags, commit.descriptor) for commit in repository.commits
        ]
        text = repr((commits, repository.complete))
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def release_files(descriptor: Path, release: Release) -> dict[str, bytes]:
    """The files of a committed release as they were, by name: the descriptor, and the file of each resource."""
    with open_repository(descriptor) as repository:
        assert repository is not None
        commit = next(commit for commit in repository.commits if commit.id == release.commit)
        state = StateReader(repository).at(commit)
        assert state is not None
        blobs = {"datapackage.json": state.descriptor} | {file_name(name): blob for name, blob in state.blobs.items()}
        return {name: repository.blob(blob) for name, blob in blobs.items()}


def _identity(states: Sequence[PackageState]) -> str:
    """See `History.identity`."""
    return short_digest(f"{states[0].commit.id}\n{states[-1].commit.descriptor}") if states else ""


def _uncommitted_release(
    descriptor: Path, package: Package, last: PackageState | None, comparer: StateComparer
) -> Iterator[Release]:
    """The files as they are, if they differ from the last release. Raises UnreadablePackage."""
    if last is None:
        return
    state, files = _working_state(descriptor, package, last)
    if state.blobs == dict(last.blobs):
        return
    comparer.add_files(state, files)
    published = datetime.combine(package.created, time.min, UTC)
    changes = tuple(comparer.compare(last, state))
    yield Release("", published, package.version, (), changes, tables=state.tables)


def _is_committed(descriptor: Path, last: PackageState) -> bool:
    """Whether the descriptor is that of the last release."""
    return _blob_id(descriptor, last.descriptor, last) == last.descriptor


def _working_state(
    descriptor: Path, package: Package, earlier: PackageState
) -> tuple[PackageState, Mapping[str, Path]]:
    """The package as its files are now, and the files of those tables that are not those of `earlier`.

    `earlier` is a committed state of the package.
    """
    content = json.loads(descriptor.read_text("utf-8-sig"))
    resources = {resource["name"]: resource for resource in content["resources"]}
    files = {name: descriptor.parent / str(about["path"]) for name, about in resources.items()}
    blobs = {name: _blob_id(file, earlier.blobs.get(name), earlier) for name, file in files.items()}
    commit = replace(earlier.commit, id="", tags=())
    state = PackageState(commit, package.version, resources, "", blobs, described_tables(resources))
    return state, {name: file for name, file in files.items() if blobs[name] != earlier.blobs.get(name)}


def _blob_id(file: Path, committed: str | None, earlier: PackageState) -> str:
    """The id of a file: `committed` if only line ends differ."""
    ids = file_ids(file, like=earlier.descriptor)
    first = next(ids)
    return first if committed is None or (first != committed and committed not in ids) else committed


@dataclass(frozen=True, slots=True)
class WorkingChanges:
    """What differs between a commit and the files as they are now."""

    commit: str
    """The id of the commit."""
    commits: frozenset[str]
    """It and all commits before it; none if it is not in the history of the files."""
    version: str
    """Of the package in that commit."""
    changes: tuple[Change, ...]
    """Of the tables."""
    tables: tuple[Mapping[str, PastTable], Mapping[str, PastTable]]
    """The tables as the descriptors describe them, then and now."""
    files: tuple[str, ...]
    """The paths of other files that differ, relative to the top of the repository."""


def changes_since(
    descriptor: Path, package: Package, revision: str, other_paths: Sequence[str]
) -> WorkingChanges | None:
    """What differs between the commit that a user calls `revision` and the files as they are now.

    None if there is no repository, or the commit has no package. `descriptor` has been validated as `package`;
    `other_paths` are files and folders to compare too, relative to the top of the repository. Raises UnreadablePackage
    if there is no such commit, or its package cannot be read; UsageError if the repository cannot be read.
    """
    with open_repository(descriptor) as repository:
        if repository is None:
            return None
        commit = repository.find(revision)
        if commit is None:
            raise UnreadablePackage(f"the commit {revision} is not in this clone")
        comparer = StateComparer(repository)
        try:
            earlier = StateReader(repository).at(commit)
            if earlier is None:
                return None
            comparer.read(earlier)
        except UnreadablePackage as error:
            raise UnreadablePackage(f"the package of {revision} cannot be read: {error}") from error
        try:
            state, tables = _working_state(descriptor, package, earlier)
            comparer.add_files(state, tables)
            changes = tuple(comparer.compare(earlier, state))
        except UnreadablePackage as error:
            message = f"the tables of {commit.id[:8]} cannot be compared with these"
            raise UnreadablePackage(message) from error
        return WorkingChanges(
            commit.id,
            _up_to(commit, repository),
            earlier.version,
            changes,
            (earlier.tables, state.tables),
            tuple(changed_files(repository, commit, other_paths)),
        )


def _up_to(commit: Commit, repository: Repository) -> frozenset[str]:
    """The ids of the listed commits up to `commit`; none if it is not listed."""
    ids = [listed.id for listed in repository.commits]
    return frozenset(ids[: ids.index(commit.id) + 1]) if commit.id in ids else frozenset()
