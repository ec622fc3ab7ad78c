"""Commits from before the package had a descriptor that can be used -> states, read with that of a later commit.

A city had its data before it had this portal: its first commits have CSVs and no `datapackage.json`, or one that does
not fit them. Such a commit is read with the descriptor of the nearest later commit that fits: the file of the projects
is there, with all required columns, and each cell of a type can be read. Columns that the descriptor does not have are
not read, since nobody said that they may be public; no file is published as it stood, and the state has no version.

Once a commit has a package of its own, a later one that the check refuses was never published: it is passed over.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal.core.cache import Cache
from portal.core.models import KEYS, UnreadCause, UnreadCommits
from portal.history.git import Commit, Repository
from portal.history.state_changes import StateComparer, explain, short_digest
from portal.history.states import PackageState, StateReader, printable_tags
from portal.history.stored_states import UnreadablePackage
from portal.history.tables import OTHER_COLUMNS, TableVersion, check_table, rows_of
from portal.history.values import is_unreadable

PROJECTS = "projects"

REQUIRED: Mapping[str, tuple[str, ...]] = {PROJECTS: ("project_id", "title"), "agencies": ("agency_id", "name")}
"""The columns that a table must have beside those of its key and those that its schema requires."""


_CAUSES = frozenset(cause.value for cause in UnreadCause)


class _Unfit(Exception):
    """A descriptor does not fit the files of a commit. The message says why."""

    def __init__(self, cause: UnreadCause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class BroughtHistory:
    """What was read of the commits before the first that has a package of its own."""

    own: int
    """The number of that first commit; 0 where it is the first known one."""
    states: tuple[PackageState, ...] = ()
    """Of the commits before, the oldest first; one for each time that the files changed."""
    unread: tuple[UnreadCommits, ...] = ()
    """Those that cannot be read, by cause."""


def read_brought(repository: Repository, reader: StateReader, cache: Cache) -> BroughtHistory:
    """The states of the commits before the first that has a package of its own.

    None in a shallow clone: there may be such a commit before the first that is known.
    """
    fits = _Fits(repository, cache)
    own = next((n for n, commit in enumerate(repository.commits) if _has_package(commit, reader, fits)), 0)
    if own == 0 or not repository.complete:
        return BroughtHistory(0)
    descriptors = _later_descriptors(repository.commits[own:], reader)
    states: list[PackageState] = []
    unread: dict[UnreadCause, list[tuple[Commit, str]]] = {}
    for commit in repository.commits[:own]:
        try:
            state = _nearest_that_fits(commit, descriptors, reader, fits)
        except _Unfit as problem:
            unread.setdefault(problem.cause, []).append((commit, str(problem)))
            continue
        if state and states and state.blobs == states[-1].blobs:
            states[-1] = replace(states[-1], tags=(*states[-1].tags, *state.tags))
        elif state:
            states.append(state)
    return BroughtHistory(own, tuple(states), tuple(_group(cause, unread[cause]) for cause in sorted(unread)))


def _has_package(commit: Commit, reader: StateReader, fits: _Fits) -> bool:
    try:
        state = reader.at(commit)
        return state is not None and fits.check(state) is None
    except UnreadablePackage:
        return False


def _later_descriptors(commits: Sequence[Commit], reader: StateReader) -> list[PackageState]:
    """A state with each descriptor that the commits have, the first one first."""
    by_descriptor: dict[str, PackageState] = {}
    for commit in commits:
        try:
            state = reader.at(commit)
        except UnreadablePackage:
            continue
        if state is not None:
            by_descriptor.setdefault(state.descriptor, state)
    return list(by_descriptor.values())


def _nearest_that_fits(
    commit: Commit, descriptors: Sequence[PackageState], reader: StateReader, fits: _Fits
) -> PackageState | None:
    """The state of a commit by the first of the descriptors that fits; None where it has no data.

    Raises _Unfit where none fits, with what is wrong by the first.
    """
    problems = []
    for described in descriptors:
        state = reader.described_by(commit, described)
        if state is None:
            path = str(described.resources[PROJECTS]["path"])
            if fits.has_elsewhere(commit, path):
                problems.append(_Unfit(UnreadCause.ELSEWHERE, f"{path}: this file is not in the commit"))
        elif problem := fits.check(state):
            problems.append(problem)
        else:
            return state
    if problems:
        raise problems[0]
    return None


def _group(cause: UnreadCause, commits: Sequence[tuple[Commit, str]]) -> UnreadCommits:
    days = [commit.time for commit, _ in commits]
    tags = tuple(tag for commit, _ in commits for tag in printable_tags(commit.tags))
    return UnreadCommits(cause, tuple(commit.id for commit, _ in commits), min(days), max(days), commits[0][1], tags)


class _Fits:
    """Says whether the files of a commit are those that a descriptor describes; cached by both."""

    def __init__(self, repository: Repository, cache: Cache) -> None:
        self._repository, self._cache = repository, cache
        self._comparer = StateComparer(repository)
        self._known: dict[str, _Unfit | None] = {}
        self._names: dict[str, frozenset[str]] = {}
        """By the id of a folder: the names of all files in it and below."""

    def check(self, state: PackageState) -> _Unfit | None:
        """What is wrong; None where the descriptor fits. One of the commit itself need only be readable."""
        name = f"fit/{short_digest(repr((state.descriptor, state.borrowed, sorted(state.blobs.items()))))}"
        if name not in self._known:
            cached = self._cache.get(name)
            match cached:
                case [str(cause), str(reason)] if cause in _CAUSES:
                    self._known[name] = _Unfit(UnreadCause(cause), reason)
                case []:
                    self._known[name] = None
                case _:
                    self._known[name] = problem = self._check(state)
                    self._cache.put(name, [problem.cause, str(problem)] if problem else [])
        return self._known[name]

    def _check(self, state: PackageState) -> _Unfit | None:
        try:
            for name, table in self._comparer.tables(state):
                with explain(state.resources[name]):
                    if state.borrowed:
                        _check_columns(table, state.resources[name])
                    check_table(table)
                    if state.borrowed:
                        _check_cells(table, state.resources[name])
        except UnreadablePackage as error:
            cause = UnreadCause.COLUMNS if OTHER_COLUMNS in str(error) else UnreadCause.UNREADABLE
            return _Unfit(cause, str(error).rstrip("."))
        except _Unfit as problem:
            return problem
        return None

    def has_elsewhere(self, commit: Commit, path: str) -> bool:
        """Whether a commit has a file of that name in any folder."""
        return posixpath.basename(path) in self._names_below(commit.tree)

    def _names_below(self, tree: str) -> frozenset[str]:
        if tree not in self._names:
            names: set[str] = set()
            for name, entry in self._repository.folder(tree).items():
                names |= self._names_below(entry.id) if entry.is_folder else {name}
            self._names[tree] = frozenset(names)
        return self._names[tree]


def _check_columns(table: TableVersion, resource: Mapping[str, Any]) -> None:
    """Raise _Unfit if the table lacks a column that it must have."""
    for name in (*KEYS.get(table.name, ()), *REQUIRED.get(table.name, ()), *_required(resource)):
        if name in table.columns and name not in table.header:
            raise _Unfit(UnreadCause.COLUMNS, f"{resource['path']}: there is no column {name}")


def _required(resource: Mapping[str, Any]) -> Iterator[str]:
    """The columns that a schema requires, which need not be valid; the outlines of areas have none."""
    for field in resource["schema"]["fields"] if "schema" in resource else ():
        constraints = field.get("constraints")
        if isinstance(constraints, dict) and constraints.get("required") is True:
            yield str(field["name"])


def _check_cells(table: TableVersion, resource: Mapping[str, Any]) -> None:
    """Raise _Unfit if a cell is not of the type of its column."""
    columns = [(index, name, table.columns[name]) for index, name in enumerate(table.header) if name in table.columns]
    for row in rows_of(table, sorted(table.records)):
        for index, name, column in columns:
            if is_unreadable(column, row[index]):
                reason = f"{resource['path']}, {name}: a cell is not of the type {column.type}"
                raise _Unfit(UnreadCause.CELLS, reason)
