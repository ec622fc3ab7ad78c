"""The changes of a release -> its changelog: what it did to each project, as items that a page shows as sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from portal.core.models import (
    NO_TEXT,
    Change,
    ChangeKind,
    ChangeScope,
    History,
    Portal,
    Project,
    ProjectIndex,
    ProjectSummary,
    Release,
    Text,
)
from portal.history.changelog_items import (
    FIELD_KINDS,
    ONE_FIELD_KINDS,
    ChangelogItem,
    ChangelogKind,
    Direction,
    changelog_of,
)
from portal.history.changes import (
    SAME_VALUE_KINDS,
    Descriptions,
    ProjectChanges,
    changes_between,
    changes_by_project,
    is_news,
    last_titles,
    only_news,
    removed_by,
    removed_ids,
    with_last_title,
)


@dataclass(frozen=True, slots=True)
class ChangelogSummary:
    """All items of a changelog with the same kind, field and direction, which a page shows as one sentence."""

    kind: ChangelogKind
    field: str | None
    """None if the kind is not about one field; of a table that came or went."""
    direction: Direction | None
    projects: int
    count: int
    """Of how many reports, months or cells; of a table or a column that came or went, of how many records."""
    amount: Decimal | None
    """The sum of the changes in money, without signs; None if the kind is not about money, or no amount is known."""
    with_amount: int
    """How many projects the amount is the sum of."""
    title: Text = NO_TEXT
    """The title of the field; of a table or column that came or went, its own."""
    table: Text = NO_TEXT
    """Of a column that came or went: the title of its table."""


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
    tables: tuple[tuple[Text, int], ...] = ()
    """The tables that are not about projects, each by its title, with the number of its records that changed."""

    def count(self, kind: ChangelogKind) -> int:
        """How many items of a kind there are."""
        return sum(item.kind is kind for item in self.items)

    def first_of_each_kind(self, limit: int) -> dict[ChangelogKind, tuple[ChangelogItem, ...]]:
        """The first `limit` items of each kind that there is."""
        return first_of_each_kind(self.items, limit)


def first_of_each_kind(items: Iterable[ChangelogItem], limit: int) -> dict[ChangelogKind, tuple[ChangelogItem, ...]]:
    """The first `limit` of the items of each kind that there is."""
    by_kind: dict[ChangelogKind, list[ChangelogItem]] = {}
    for item in items:
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
    for earlier, release in reversed(list(pairwise(history.releases))):
        if any(change.kind not in SAME_VALUE_KINDS for change in release.changes):
            descriptions = Descriptions(portal.package, earlier.tables, release.tables)
            yield _release_changelog(release, by_release.get(release.commit, {}), projects, descriptions)


def compare_releases(portal: ProjectIndex, history: History, older: Release, newer: Release) -> ReleaseChangelog:
    """The changelog of what differs between two releases of `history`."""
    release = changes_between(older, newer, history)
    removed = removed_by(history.releases[: history.releases.index(older) + 1])
    titles, present = last_titles(history.releases), {project.project_id for project in portal.projects}
    descriptions = Descriptions(portal.package, older.tables, newer.tables)
    project_changes: dict[str, ProjectChanges] = {}
    for project_id, all_changes in changes_by_project(release, descriptions).items():
        changes = only_news(all_changes)
        if changes.added_or_removed is ChangeKind.ADDED:
            changes = replace(changes, last_published=removed.get(project_id))
        if project_id not in present:
            changes = with_last_title(changes, titles.get(project_id, {}))
        project_changes[project_id] = changes
    return _release_changelog(release, project_changes, _Projects(portal, history), descriptions)


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
    release: Release,
    project_changes: Mapping[str, ProjectChanges],
    projects: _Projects,
    descriptions: Descriptions,
) -> ReleaseChangelog:
    """`project_changes` are what the release changed of each project, by its id."""
    unsorted = (
        item for project_id, changes in project_changes.items() for item in projects.changelog(project_id, changes)
    )
    items = tuple(sorted(unsorted, key=item_order))
    withheld = len(release.withheld) + sum(bool(change.withheld) for change in release.changes)
    summary = (*_structure(release, descriptions), *summarise_items(items))
    is_listed = bool(summary) or any(map(is_news, release.changes))
    project_count = len({item.project_id for item in items})
    others = {(c.resource, c.record) for c in release.changes if c.project_id is None and is_news(c)}
    counts = sorted(Counter(resource for resource, _ in others).items())
    tables = tuple((descriptions.table_title(resource), count) for resource, count in counts)
    return ReleaseChangelog(release, items, summary, project_count, is_listed, withheld, tables)


def _structure(release: Release, descriptions: Descriptions) -> Iterator[ChangelogSummary]:
    """A sentence on each table and column that came or went: those that went first, then by name."""
    groups: defaultdict[tuple[Direction, str, str], list[Change]] = defaultdict(list)
    for change in release.changes:
        if change.scope is not ChangeScope.CELL:
            direction = Direction.VANISHED if change.is_filled("before") else Direction.NEW
            field = "" if change.scope is ChangeScope.TABLE else change.field
            groups[direction, change.resource, field].append(change)
    for (direction, resource, field), changes in sorted(groups.items(), key=lambda group: _structure_order(*group[0])):
        # Records without a key are removed and added whole, with the columns that stay.
        if {(Direction.VANISHED, resource, field), (Direction.NEW, resource, field)} <= groups.keys():
            continue
        title = descriptions.column_title(resource, field) if field else descriptions.table_title(resource)
        is_money = resource == "projects" and FIELD_KINDS.get(field) is ChangelogKind.MONEY
        side: Literal["before", "after"] = "before" if direction is Direction.VANISHED else "after"
        values = [descriptions.value(change, side) for change in changes] if is_money else []
        amounts = [Decimal(value) for value in values if isinstance(value, int | Decimal)]
        yield ChangelogSummary(
            ChangelogKind.STRUCTURE,
            field or None,
            direction,
            len({change.project_id for change in changes if change.project_id is not None}),
            len({change.record for change in changes}),
            sum(amounts, Decimal(0)) if amounts else None,
            len(amounts),
            title,
            descriptions.table_title(resource) if field else NO_TEXT,
        )


def _structure_order(direction: Direction, resource: str, field: str) -> tuple[int, str, str]:
    return list(Direction).index(direction), resource, field


def summarise_items(items: Sequence[ChangelogItem]) -> tuple[ChangelogSummary, ...]:
    """All items in a few sentences: by kind, and within a kind the largest amount first."""
    groups: defaultdict[tuple[ChangelogKind, str | None, Direction | None], list[ChangelogItem]] = defaultdict(list)
    for item in items:
        groups[item.kind, item.field if item.kind in ONE_FIELD_KINDS else None, item.direction].append(item)
    sentences = []
    for (kind, field, direction), group in groups.items():
        amounts = [abs(item.size) for item in group if item.size is not None and kind in _MONEY_KINDS]
        projects, count = len({item.project_id for item in group}), sum(item.count for item in group)
        amount = sum(amounts, Decimal(0)) if amounts else None
        title = group[0].column_title if field else NO_TEXT
        sentences.append(ChangelogSummary(kind, field, direction, projects, count, amount, len(amounts), title))
    return tuple(sorted(sentences, key=_summary_order))


_MONEY_KINDS = (ChangelogKind.ADDED, ChangelogKind.RETURNED, ChangelogKind.REMOVED, ChangelogKind.MONEY)
"""The kinds whose size is an amount of money."""

_KINDS = list(ChangelogKind)


def _summary_order(sentence: ChangelogSummary) -> tuple[Any, ...]:
    direction = list(Direction).index(sentence.direction) if sentence.direction else len(Direction)
    return _KINDS.index(sentence.kind), -(sentence.amount or Decimal(0)), sentence.field or "", direction


def item_order(item: ChangelogItem) -> tuple[Any, ...]:
    """What items are sorted by: their kind, and within a kind the largest first."""
    return _KINDS.index(item.kind), -_weight(item), item.project_id, item.field or "", item.record


def _weight(item: ChangelogItem) -> Decimal:
    """The size by which items of one kind are ordered. A date that was or became blank comes before all others."""
    if item.kind in (ChangelogKind.REPORTED, ChangelogKind.CONTRACTS, ChangelogKind.OTHER):
        return Decimal(item.count)
    if item.kind is ChangelogKind.DATES and (item.before is None or item.after is None):
        return Decimal("Infinity")
    return abs(item.size or Decimal(0))
