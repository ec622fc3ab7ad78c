"""The changes of a release -> its changelog: what it did to each project, as items that a page shows as sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.core.models import (
    Bilingual,
    Change,
    ChangeKind,
    History,
    Package,
    Portal,
    Project,
    ProjectIndex,
    ProjectSummary,
    Release,
)
from portal.history.changes import (
    NO_NAME,
    SAME_VALUE_KINDS,
    ProjectChanges,
    changes_between,
    changes_by_project,
    is_news,
    removed_by,
    removed_ids,
)
from portal.history.values import printable


class ChangelogKind(StrEnum):
    """What a release did to a project, in the order in which pages show it."""

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
    OTHER = "other"


_FIELD_KINDS: Mapping[str, ChangelogKind] = {
    "budget_received": ChangelogKind.MONEY,
    "budget_spent": ChangelogKind.MONEY,
    "start_date": ChangelogKind.DATES,
    "finish_date": ChangelogKind.DATES,
    "progress_percent": ChangelogKind.PROGRESS,
}
"""The kind of a change of these fields; of all others it is `OTHER`."""

_ONE_FIELD_KINDS = frozenset(_FIELD_KINDS.values())
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
    """By how much the field changed: in baht, days or percentage points, below 0 if it fell.

    For an amount or a percentage that was or became blank, the whole value; for a project that was added or removed,
    its budget; None if there is no such number, as for a date that became blank.
    """
    count: int = 1
    """Of how many reports, months or cells."""
    record: tuple[str, ...] = ()
    """Of a retroactive edit: the cells of the record's key, as in `Change.record`."""
    record_name: Bilingual = NO_NAME
    """Of a retroactive edit: the name of the record, which is a month, a date, or a fiscal year and quarter."""
    resource: str = "projects"
    last_published: Release | None = None
    """Of a project that came back: the last release that had it before."""

    @property
    def direction(self) -> Direction | None:
        """Which way the field changed; None if the item is not about one field, or the values are withheld."""
        if self.kind not in _ONE_FIELD_KINDS:
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


@dataclass(frozen=True, slots=True)
class ChangelogSummary:
    """All items of a changelog with the same kind, field and direction, which a page shows as one sentence."""

    kind: ChangelogKind
    field: str | None
    """Of `projects`; None if the kind is not about one field."""
    direction: Direction | None
    projects: int
    count: int
    """Of how many reports, months or cells."""
    amount: Decimal | None
    """The sum of the changes in baht, without signs; None if the kind is not about money, or no amount is known."""
    with_amount: int
    """How many projects the amount is the sum of."""


@dataclass(frozen=True, slots=True)
class ReleaseChangelog:
    """The changelog of a release."""

    release: Release
    items: tuple[ChangelogItem, ...]
    """Sorted by kind, and within a kind the largest first."""
    summary: tuple[ChangelogSummary, ...]
    """All of the items in a few sentences, in the same order of kinds; within a kind the largest amount first."""
    projects: int
    """How many projects it changed, added or removed, without those of which nothing is published."""
    is_listed: bool = True
    """Whether it changed more than the spelling of cells and the dates of values: then it is listed on `/changes/`."""
    withheld: int = 0
    """How many of its changes, and of its version and tags, have a text that is not published."""
    tables: tuple[tuple[str, int], ...] = ()
    """The tables that are not about projects, each with the number of its records that changed."""

    def count(self, kind: ChangelogKind) -> int:
        """How many items of a kind there are."""
        return sum(item.kind is kind for item in self.items)

    def first_of_each_kind(self, limit: int) -> dict[ChangelogKind, tuple[ChangelogItem, ...]]:
        """The first `limit` items of each kind that there is."""
        by_kind: dict[ChangelogKind, list[ChangelogItem]] = {}
        for item in self.items:
            if len(first := by_kind.setdefault(item.kind, [])) < limit:
                first.append(item)
        return {kind: tuple(first) for kind, first in by_kind.items()}


def release_changelogs(
    portal: Portal, history: History, project_changes: Mapping[str, Sequence[ProjectChanges]]
) -> Iterator[ReleaseChangelog]:
    """The changelog of each release that changed something, the newest first.

    `project_changes` are what releases changed of each project, by its id.
    """
    by_release: defaultdict[str, dict[str, ProjectChanges]] = defaultdict(dict)
    for project_id, of_project in project_changes.items():
        for changes in of_project:
            by_release[changes.release.commit][project_id] = changes
    projects = _Projects(portal, history)
    for release in reversed(history.releases):
        if any(change.kind not in SAME_VALUE_KINDS for change in release.changes):
            yield _release_changelog(release, by_release.get(release.commit, {}), projects)


def compare_releases(portal: ProjectIndex, history: History, older: Release, newer: Release) -> ReleaseChangelog:
    """The changelog of what differs between two releases of `history`."""
    release = changes_between(older, newer, history)
    removed = removed_by(history.releases[: history.releases.index(older) + 1])
    project_changes = {
        project_id: replace(changes, last_published=removed.get(project_id))
        if changes.added_or_removed is ChangeKind.ADDED
        else changes
        for project_id, changes in changes_by_project(release, portal.package).items()
    }
    return _release_changelog(release, project_changes, _Projects(portal, history))


class _Projects:
    """The projects of today and those that left the data, as changelogs need them."""

    def __init__(self, portal: Portal | ProjectIndex, history: History) -> None:
        self.package = portal.package
        self.projects: Mapping[str, Project | ProjectSummary] = {
            project.project_id: project for project in portal.projects
        }
        self.removed_ids = removed_ids(history.releases, self.projects)

    def changelog(self, project_id: str, changes: ProjectChanges) -> Iterator[ChangelogItem]:
        has_page = project_id in self.projects or project_id in self.removed_ids
        return changelog_of(project_id, changes, self.projects.get(project_id), self.package, has_page=has_page)


def _release_changelog(
    release: Release, project_changes: Mapping[str, ProjectChanges], projects: _Projects
) -> ReleaseChangelog:
    """`project_changes` are what the release changed of each project, by its id."""
    unsorted = (
        item for project_id, changes in project_changes.items() for item in projects.changelog(project_id, changes)
    )
    items = tuple(sorted(unsorted, key=item_order))
    withheld = len(release.withheld) + sum(bool(change.withheld) for change in release.changes)
    is_listed = bool(items) or any(map(is_news, release.changes))
    project_count = len({item.project_id for item in items})
    others = {(c.resource, c.record) for c in release.changes if c.project_id is None and is_news(c)}
    tables = tuple(sorted(Counter(resource for resource, _ in others).items()))
    return ReleaseChangelog(release, items, summarise_items(items), project_count, is_listed, withheld, tables)


def summarise_items(items: Sequence[ChangelogItem]) -> tuple[ChangelogSummary, ...]:
    """All items in a few sentences: by kind, and within a kind the largest amount first."""
    groups: defaultdict[tuple[ChangelogKind, str | None, Direction | None], list[ChangelogItem]] = defaultdict(list)
    for item in items:
        groups[item.kind, item.field if item.kind in _ONE_FIELD_KINDS else None, item.direction].append(item)
    sentences = []
    for (kind, field, direction), group in groups.items():
        amounts = [abs(item.size) for item in group if item.size is not None and kind in _MONEY_KINDS]
        projects, count = len({item.project_id for item in group}), sum(item.count for item in group)
        amount = sum(amounts, Decimal(0)) if amounts else None
        sentences.append(ChangelogSummary(kind, field, direction, projects, count, amount, len(amounts)))
    return tuple(sorted(sentences, key=_summary_order))


_MONEY_KINDS = (ChangelogKind.ADDED, ChangelogKind.RETURNED, ChangelogKind.REMOVED, ChangelogKind.MONEY)
"""The kinds whose size is an amount of baht."""

_KINDS = list(ChangelogKind)


def _summary_order(sentence: ChangelogSummary) -> tuple[Any, ...]:
    direction = list(Direction).index(sentence.direction) if sentence.direction else len(Direction)
    return _KINDS.index(sentence.kind), -(sentence.amount or Decimal(0)), sentence.field or "", direction


def item_order(item: ChangelogItem) -> tuple[Any, ...]:
    """What items are sorted by: their kind, and within a kind the largest first."""
    return _KINDS.index(item.kind), -_weight(item), item.project_id, item.field or "", item.record


def _weight(item: ChangelogItem) -> Decimal:
    """The size by which items of one kind are ordered. A date that was or became blank comes before all others."""
    if item.kind in (ChangelogKind.REPORTED, ChangelogKind.OTHER):
        return Decimal(item.count)
    if item.kind is ChangelogKind.DATES and (item.before is None or item.after is None):
        return Decimal("Infinity")
    return abs(item.size or Decimal(0))


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
    title = project.title if project else printable(cells.get("title") or project_id)
    agency_id = project.agency.agency_id if project and project.agency else cells.get("agency_id") or None
    for kind, facts in _items(changes):
        yield ChangelogItem(kind, project_id, title, agency_id, has_page, **facts)


_Item = tuple[ChangelogKind, dict[str, Any]]
"""The kind of an item, and those of its attributes that are not about the project."""


def _items(changes: ProjectChanges) -> Iterator[_Item]:
    if changes.added_or_removed:
        yield _added_or_removed(changes)
        return
    if "silent_while_running" in changes.began:
        yield ChangelogKind.SILENT, {}
    retroactive, new_reports, others = _reporting(changes)
    for kind, facts in _field_items(changes):
        if kind is ChangelogKind.OTHER:
            others += 1
        else:
            yield kind, facts
    for facts in retroactive:
        yield ChangelogKind.RETROACTIVE, facts
    if new_reports:
        yield ChangelogKind.REPORTED, {"count": new_reports}
    if others:
        yield ChangelogKind.OTHER, {"count": others}


def _added_or_removed(changes: ProjectChanges) -> _Item:
    """The item of a project that was added, came back or was removed, with its budget."""
    pairs = zip(changes.changes, changes.values, strict=True)
    budgets = (values for change, values in pairs if (change.resource, change.field) == ("projects", "budget_received"))
    before, after = next(budgets, (None, None))
    if changes.added_or_removed is ChangeKind.REMOVED:
        return ChangelogKind.REMOVED, {"after": before, "size": _size(None, before)}
    kind = ChangelogKind.RETURNED if changes.last_published else ChangelogKind.ADDED
    return kind, {"after": after, "size": _size(None, after), "last_published": changes.last_published}


def _field_items(changes: ProjectChanges) -> Iterator[_Item]:
    """An item for each changed cell of the table `projects`."""
    for change, (before, after) in zip(changes.changes, changes.values, strict=True):
        if change.resource == "projects" and is_news(change):
            kind = _FIELD_KINDS.get(change.field, ChangelogKind.OTHER)
            if change.field == "progress_percent" and after == 100:
                kind = ChangelogKind.FINISHED
            yield kind, {"field": change.field, "before": before, "after": after, "size": _size(before, after)}


def _size(before: Any, after: Any) -> Decimal | None:
    """By how much a value changed, None being 0: a number, or days between two dates. None for all else."""
    if all(value is None or isinstance(value, (int, Decimal)) for value in (before, after)) and before != after:
        return Decimal(after or 0) - Decimal(before or 0)
    if isinstance(before, date) and isinstance(after, date):
        return Decimal((after - before).days)
    return None


def _reporting(changes: ProjectChanges) -> tuple[list[dict[str, Any]], int, int]:
    """The retroactive edits, the number of new reports, and the number of other records or cells that changed."""
    edits: list[dict[str, Any]] = []
    new: set[tuple[str, ...]] = set()
    removed: set[tuple[str, ...]] = set()
    others: set[tuple[str, ...]] = set()
    for change, (before, after), name in zip(changes.changes, changes.values, changes.names, strict=True):
        record = change.resource, *change.record
        facts = {"resource": change.resource, "record": change.record, "record_name": name}
        if change.resource == "projects":
            continue
        if change.retroactive and change.kind is ChangeKind.REMOVED:
            if record not in removed:
                edits.append(facts)
            removed.add(record)
        elif change.retroactive:
            edits.append(facts | {"field": change.field, "before": before, "after": after})
        elif _is_new_report(change):
            new.add(record)
        else:
            others.add(record if change.kind is ChangeKind.ADDED else (*record, change.field))
    # The other cells of a new or removed report are part of it.
    remaining = {key for key in others if not {key, key[:-1]} & (new | removed)}
    return edits, len(new), len(remaining)


def _is_new_report(change: Change) -> bool:
    """Whether a change adds a report: a dated one, an evaluation, or a month's result."""
    if change.resource == "monthly_results":
        return change.field == "result" and change.is_filled("after")
    return change.kind is ChangeKind.ADDED and change.resource in ("progress_reports", "evaluations")
