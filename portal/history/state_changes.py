"""Two states of a package -> what differs in all of their tables."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from portal.core.cache import Cache
from portal.core.models import Change, ChangeKind, ChangeScope
from portal.history.diff import compare_tables
from portal.history.git import Repository, file_pieces
from portal.history.states import PackageState
from portal.history.stored_states import UnreadablePackage
from portal.history.table_records import RecordReader, share_records
from portal.history.tables import TableVersion, check_table, projects_of_contracts, records_of, table_of

CONTRACTS, PAYMENTS = "contracts", "payments"


class StateComparer:
    """Compares states one after the other. It remembers the tables of the last two, so each is read once.

    Where git must read the tables of the next state, it begins while this process compares those of the present one.
    """

    def __init__(self, repository: Repository) -> None:
        """`repository` must stay open while this is used."""
        self._reader = RecordReader(repository)
        self._tables: dict[tuple[str, str], tuple[Any, TableVersion]] = {}
        """By resource and blob: the schema with which a table was read, and the table."""

    def compare(
        self, before: PackageState | None, after: PackageState, following: PackageState | None = None
    ) -> list[Change]:
        """What differs between two states; nothing if `before` is None: then `after` is only checked.

        `following` is the state that is probably compared next. Raises UnreadablePackage if a table cannot be read.
        """
        old_blobs = {} if before is None else before.blobs
        changed = [
            name
            for name in sorted(old_blobs.keys() | after.blobs.keys())
            if old_blobs.get(name) != after.blobs.get(name)
        ]
        # A payment names its contract, and that its project.
        needed = [*changed, CONTRACTS] if PAYMENTS in changed else changed
        self._load(needed, *filter(None, (before, after)))
        self._read_ahead(after, following)
        changes: list[Change] = []
        for name in changed:
            old_table, new_table = self._table(name, old_blobs), self._table(name, after.blobs)
            if name == PAYMENTS and before is not None:
                old_table = self._with_projects(old_table, old_blobs)
                new_table = self._with_projects(new_table, after.blobs)
            with explain(after.resources.get(name) or {"path": name}):
                if before is None and new_table:
                    check_table(new_table)
                else:
                    changes += _compare(old_table, new_table)
        return only_described(changes, before, after)

    def read(self, state: PackageState) -> None:
        """Read every table of a state. Raises UnreadablePackage if one cannot be read."""
        self._load(list(state.blobs), state)

    def tables(self, state: PackageState) -> Iterator[tuple[str, TableVersion]]:
        """Every table of a state, with its name. Raises UnreadablePackage if one cannot be read."""
        self.read(state)
        for name in sorted(state.blobs):
            yield name, self._tables[name, state.blobs[name]][1]

    def add_files(self, state: PackageState, files: Mapping[str, Path]) -> None:
        """Read some tables of a state that is in no commit from their files. Raises UnreadablePackage."""
        for name, file in files.items():
            resource = state.resources[name]
            others = (table for (other, _), (_, table) in self._tables.items() if other == name)
            with explain(resource):
                records = share_records(records_of(name, file_pieces(file)), next(others, None))
                self._tables[name, state.blobs[name]] = resource.get("schema"), table_of(name, records, resource)

    def _load(self, changed: list[str], *states: PackageState) -> None:
        """Read the tables named `changed` of the states, and forget those of all other states."""
        remembered, self._tables = self._tables, {}
        for state in states:
            for name, blob in state.blobs.items():
                schema, known_table = state.resources[name].get("schema"), remembered.get((name, blob))
                # Another schema may give the same bytes another meaning.
                if known_table and known_table[0] == schema:
                    self._tables[name, blob] = known_table
                elif name in changed:
                    others = (table for (other, _), (_, table) in remembered.items() if other == name)
                    self._tables[name, blob] = schema, self._read_table(state, name, next(others, None))

    def _read_ahead(self, state: PackageState, following: PackageState | None) -> None:
        """Begin to read the files of the state that is compared next."""
        for name, blob in sorted(following.blobs.items()) if following else ():
            if state.blobs.get(name) != blob:
                self._reader.request(blob)

    def _table(self, name: str, blobs: Mapping[str, str]) -> TableVersion | None:
        schema_and_table = self._tables.get((name, blobs.get(name, "")))
        return schema_and_table and schema_and_table[1]

    def _with_projects(self, payments: TableVersion | None, blobs: Mapping[str, str]) -> TableVersion | None:
        """The payments of a state, with the projects of its contracts."""
        if payments is None or "contract_id" not in payments.header:
            return payments
        with explain({"path": CONTRACTS}):
            return replace(payments, projects=projects_of_contracts(self._table(CONTRACTS, blobs)))

    def _read_table(self, state: PackageState, name: str, other: TableVersion | None) -> TableVersion:
        with explain(state.resources[name]):
            return table_of(name, self._reader.read(name, state.blobs[name], other), state.resources[name])


@contextmanager
def explain(resource: Mapping[str, Any]) -> Iterator[None]:
    """Turn the errors of reading a table into UnreadablePackage, with the path of its file."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise UnreadablePackage(f"{resource['path']}: this file is not UTF-8.") from error
    except (ValueError, csv.Error) as error:
        raise UnreadablePackage(f"{resource['path']}: {error}.") from error


def _compare(before: TableVersion | None, after: TableVersion | None) -> list[Change]:
    """What differs; None is a table that the package did not have, which is as one without records."""
    if before is not None and after is not None:
        return compare_tables(before, after)
    table = before or after
    assert table is not None
    changes = compare_tables(before or table.without_records(), after or table.without_records())
    return [replace(change, scope=ChangeScope.TABLE) for change in changes]


def cached_changes(
    cache: Cache,
    before: PackageState | None,
    after: PackageState,
    following: PackageState | None,
    comparer: StateComparer,
) -> tuple[Change, ...]:
    """What `after` changed, from `cache` if it was found out before; else it is compared, and cached.

    Raises UnreadablePackage, from the cache too, if a table of `after` cannot be read.
    """
    paths = f"{after.commit.descriptor}\n{before.commit.descriptor if before else ''}"
    # What a commit changed depends on the commit alone, unless it has no descriptor of its own.
    borrowed = (state for state in (before, after) if state and state.borrowed)
    paths += "".join(f"\n{state.descriptor} {sorted(state.blobs)}" for state in borrowed)
    name = f"{short_digest(paths)}/{after.commit.id}-{before.commit.id[:16] if before else 'first'}"
    cached = cache.get(name)
    if isinstance(cached, str):
        raise UnreadablePackage(cached)
    if isinstance(cached, list):
        try:
            return tuple(_change_from_json(values) for values in cached)
        except (TypeError, ValueError):
            pass  # The cached file is damaged: it is made again.
    try:
        changes = tuple(comparer.compare(before, after, following))
    except UnreadablePackage as error:
        cache.put(name, str(error))
        raise
    cache.put(
        name, [[c.resource, c.record, c.project_id, c.field, c.kind, c.before, c.after, c.scope] for c in changes]
    )
    return changes


def only_described(changes: list[Change], before: PackageState | None, after: PackageState) -> list[Change]:
    """The changes without those of columns that no descriptor has; all where neither descriptor is borrowed."""
    states = [state for state in (before, after) if state]
    if not any(state.borrowed for state in states):
        return changes
    described = {(name, column) for state in states for name, table in state.tables.items() for column in table.columns}
    return [c for c in changes if c.kind is ChangeKind.RENAMED or (c.resource, c.field) in described]


def short_digest(text: str) -> str:
    """16 letters that stand for a text, such as the path of a file in a repository."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _change_from_json(values: list[Any]) -> Change:
    """A change from the cache. Raises TypeError or ValueError if it is damaged."""
    resource, record, project_id, field, kind, before, after, scope = values
    texts = (resource, field, before, after, *record, *(() if project_id is None else (project_id,)))
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("not a cached change")
    return Change(resource, tuple(record), project_id, field, ChangeKind(kind), before, after, (), ChangeScope(scope))
