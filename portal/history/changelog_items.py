"""What a release changed of a project -> the items of its changelog, each of which a page shows as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.core.models import NO_TEXT, Change, ChangeKind, Package, Project, ProjectSummary, Release, Text
from portal.history.changes import DescribedChange, ProjectChanges, is_news
from portal.history.values import printable


class ChangelogKind(StrEnum):
    """What a release did, in the order in which pages show it: to tables or columns, or to a project."""

    STRUCTURE = "structure"
    """A table or a column came or went, which is about no project: a changelog has it in its summary alone."""
    ADDED = "added"
    RETURNED = "returned"
    REMOVED = "removed"
    FINISHED = "finished"
    SILENT = "silent"
    MONEY = "money"
    DATES = "dates"
    PROGRESS = "progress"
    RETROACTIVE = "retroactive"
    REPORTED = "reported"
    CONTRACTS = "contracts"
    """Tenders, contracts or payments are new."""
    OTHER = "other"


FIELD_KINDS: Mapping[str, ChangelogKind] = {
    "budget_received": ChangelogKind.MONEY,
    "budget_spent": ChangelogKind.MONEY,
    "start_date": ChangelogKind.DATES,
    "finish_date": ChangelogKind.DATES,
    "progress_percent": ChangelogKind.PROGRESS,
}
"""The kind of a change of these fields; of all others it is `OTHER`."""

CONTRACT_FIELD_KINDS: Mapping[str, ChangelogKind] = {"amount": ChangelogKind.MONEY}
"""The kind of a change of these fields of a contract; of all others it is `OTHER`."""

ONE_FIELD_KINDS = frozenset(FIELD_KINDS.values())
"""The kinds whose items are about one field each, and have a direction."""


@dataclass(frozen=True, slots=True)
class ChangelogItem:
    """One thing that a release did to one project, which a page shows as a sentence."""

    kind: ChangelogKind
    project_id: str
    title: str
    agency_id: str | None
    has_page: bool
    """Whether the project has a page; only a few removed ones have none, see `removed_ids`."""
    field: str | None = None
    """The changed field, of `resource`; None if the item is not about one field."""
    before: Any = None
    """The value of the field, as `cell_value` reads it: None is blank, and `Withheld` is not published."""
    after: Any = None
    size: Decimal | None = None
    """By how much the field changed: in money, days or percentage points, below 0 if it fell.

    For an amount or a percentage that was or became blank, the whole value; for a project that was added or removed,
    its budget; None if there is no such number, as for a date that became blank.
    """
    count: int = 1
    """Of how many reports, months, records of contracts, or cells."""
    record: tuple[str, ...] = ()
    """Of an edit of another table than `projects`: the cells of the record's key, as in `Change.record`."""
    record_name: Text = NO_TEXT
    """Likewise: the name of the record, such as a month, a date, a fiscal year and quarter, or a contract's number."""
    resource: str = "projects"
    column_title: Text = NO_TEXT
    """Of `field`."""
    table_title: Text = NO_TEXT
    """Of `resource`."""
    last_published: Release | None = None
    """Of a project that came back: the last release that had it before."""

    @property
    def direction(self) -> Direction | None:
        """Which way the field changed; None if the item is not about one field, or the values are withheld."""
        if self.kind not in ONE_FIELD_KINDS:
            return None
        if self.before is None or self.after is None:
            return Direction.VANISHED if self.after is None else Direction.NEW
        return None if self.size is None else Direction.UP if self.size > 0 else Direction.DOWN


class Direction(StrEnum):
    """Which way a field of a project changed, in the order in which pages show it."""

    VANISHED = "vanished"
    NEW = "new"
    UP = "up"
    DOWN = "down"


def changelog_of(
    project_id: str,
    changes: ProjectChanges,
    project: Project | ProjectSummary | None,
    package: Package,
    *,
    has_page: bool = True,
) -> Iterator[ChangelogItem]:
    """The changelog of one project and one release.

    `project` is the project as it is today, None if it left the data; `has_page` as `ChangelogItem.has_page`.
    """
    cells = {c.field: c.after or c.before for c in changes.changes if c.resource == "projects"}
    if project:
        title, agency_id = project.title, project.agency.agency_id if project.agency else None
    else:
        title = printable(changes.title or cells.get("title") or project_id)
        agency_id = changes.agency_id or cells.get("agency_id") or None
    for kind, facts in _items(changes):
        yield ChangelogItem(kind, project_id, title, agency_id, has_page, **facts)


_Item = tuple[ChangelogKind, dict[str, Any]]
"""The kind of an item, and those of its attributes that are not about the project."""


def _items(changes: ProjectChanges) -> Iterator[_Item]:
    if changes.added_or_removed:
        yield _added_or_removed(changes)
        return
    if "silent_while_running" in changes.began and not changes.brings_columns:
        yield ChangelogKind.SILENT, {}
    retroactive, new_reports, new_contracts, others = _reporting(changes)
    for kind, facts in (*_field_items(changes), *_contract_items(changes)):
        if kind is ChangelogKind.OTHER:
            others += 1
        else:
            yield kind, facts
    for facts in retroactive:
        yield ChangelogKind.RETROACTIVE, facts
    if new_reports:
        yield ChangelogKind.REPORTED, {"count": new_reports}
    if new_contracts:
        yield ChangelogKind.CONTRACTS, {"count": new_contracts}
    if others:
        yield ChangelogKind.OTHER, {"count": others}


def _added_or_removed(changes: ProjectChanges) -> _Item:
    """The item of a project that was added, came back or was removed, with its budget."""
    budgets = (
        (described.before, described.after)
        for described in changes.described
        if (described.change.resource, described.change.field) == ("projects", "budget_received")
    )
    before, after = next(budgets, (None, None))
    if changes.added_or_removed is ChangeKind.REMOVED:
        return ChangelogKind.REMOVED, {"after": before, "size": _size(None, before)}
    kind = ChangelogKind.RETURNED if changes.last_published else ChangelogKind.ADDED
    return kind, {"after": after, "size": _size(None, after), "last_published": changes.last_published}


def _field_items(changes: ProjectChanges) -> Iterator[_Item]:
    """An item for each changed cell of the table `projects`."""
    for described in changes.described:
        change = described.change
        if change.resource == "projects" and is_news(change):
            kind = FIELD_KINDS.get(change.field, ChangelogKind.OTHER)
            if change.field == "progress_percent" and described.after == 100:
                kind = ChangelogKind.FINISHED
            yield kind, _cell(described) | {"size": _size(described.before, described.after)}


def _contract_items(changes: ProjectChanges) -> Iterator[_Item]:
    """An item for each cell of a contract that has a kind of its own."""
    for described in changes.described:
        if _is_contract_edit(described.change):
            size = _size(described.before, described.after)
            facts = _record(described) | _cell(described) | {"size": size}
            yield CONTRACT_FIELD_KINDS[described.change.field], facts


def _is_contract_edit(change: Change) -> bool:
    """Whether a change of a contract has a kind of its own."""
    is_edit = change.resource == "contracts" and change.kind is ChangeKind.CHANGED
    return is_edit and change.field in CONTRACT_FIELD_KINDS and is_news(change)


def _record(described: DescribedChange) -> dict[str, Any]:
    """The record of another table than `projects`."""
    return {
        "resource": described.change.resource,
        "record": described.change.record,
        "record_name": described.record_name,
        "table_title": described.table_title,
    }


def _cell(described: DescribedChange) -> dict[str, Any]:
    return {
        "field": described.change.field,
        "column_title": described.column_title,
        "before": described.before,
        "after": described.after,
    }


def _size(before: Any, after: Any) -> Decimal | None:
    """By how much a value changed, None being 0: a number, or days between two dates. None for all else."""
    if all(value is None or isinstance(value, (int, Decimal)) for value in (before, after)) and before != after:
        return Decimal(after or 0) - Decimal(before or 0)
    if isinstance(before, date) and isinstance(after, date):
        return Decimal((after - before).days)
    return None


def _reporting(changes: ProjectChanges) -> tuple[list[dict[str, Any]], int, int, int]:
    """The retroactive edits, and three numbers: of new reports, of new contracts and of other records or cells.

    Tenders and payments count as contracts do.
    """
    edits: list[dict[str, Any]] = []
    new: set[tuple[str, ...]] = set()
    contracts: set[tuple[str, ...]] = set()
    removed: set[tuple[str, ...]] = set()
    others: set[tuple[str, ...]] = set()
    for described in changes.described:
        change = described.change
        record = change.resource, *change.record
        facts = _record(described)
        if change.resource == "projects" or _is_contract_edit(change):
            continue
        if change.retroactive and change.kind is ChangeKind.REMOVED:
            if record not in removed:
                edits.append(facts)
            removed.add(record)
        elif change.retroactive:
            edits.append(facts | _cell(described))
        elif _is_new_report(change):
            new.add(record)
        elif change.kind is ChangeKind.ADDED and change.resource in ("tenders", "contracts", "payments"):
            contracts.add(record)
        else:
            others.add(record if change.kind is ChangeKind.ADDED else (*record, change.field))
    # The other cells of a new or removed report are part of it.
    remaining = {key for key in others if not {key, key[:-1]} & (new | removed)}
    return edits, len(new), len(contracts), len(remaining)


def _is_new_report(change: Change) -> bool:
    """Whether a change adds a report: a dated one, an evaluation, or a month's result."""
    if change.resource == "monthly_results":
        return change.field == "result" and change.is_filled("after")
    return change.kind is ChangeKind.ADDED and change.resource in ("progress_reports", "evaluations")
