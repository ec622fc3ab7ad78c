"""Changes -> moves: what a release did to a project, as people ask for it."""

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
    HIDDEN,
    NAMELESS,
    ProjectChanges,
    between,
    entries_of,
    gone_by,
    is_news,
    printable,
    removed_ids,
)


class ChangelogKind(StrEnum):
    """What a release did to a project, in the order in which it is told."""

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


_FIELDS: Mapping[str, ChangelogKind] = {
    "budget_received": ChangelogKind.MONEY,
    "budget_spent": ChangelogKind.MONEY,
    "start_date": ChangelogKind.DATES,
    "finish_date": ChangelogKind.DATES,
    "progress_percent": ChangelogKind.PROGRESS,
}


@dataclass(frozen=True, slots=True)
class ChangelogItem:
    """One thing that a release did to one project: a sentence for people."""

    kind: ChangelogKind
    project_id: str
    title: str
    agency_id: str | None
    has_page: bool
    """Whether the project has a page, as nearly every one does that is in the package or left it."""
    field: str | None = None
    """Of `projects`; of a retroactive edit of its own resource."""
    before: Any = None
    """Typed as the field is; None is blank, and `Withheld` is not published."""
    after: Any = None
    size: Decimal | None = None
    """How far it moved: baht, days or percentage points, with its sign.

    Of an amount or a percentage that is new or vanished it is the value, and of a project that came or went its budget;
    None where no number says it, as of a date that vanished.
    """
    count: int = 1
    """Reports, months or cells, where it is about several."""
    record: tuple[str, ...] = ()
    """Of a retroactive edit the cells of the record's key, as `Change.record` has them."""
    record_name: Bilingual = NAMELESS
    """Of a retroactive edit what the record is called: a month, a day, or a fiscal year and quarter."""
    resource: str = "projects"
    last_published: Release | None = None
    """Of a project that came back the last release that had it."""

    @property
    def direction(self) -> Direction | None:
        """Which way a field of the project moved; None where nothing did, or nobody may know."""
        if self.kind not in (ChangelogKind.MONEY, ChangelogKind.DATES, ChangelogKind.PROGRESS):
            return None
        if self.before is None or self.after is None:
            return Direction.VANISHED if self.after is None else Direction.NEW
        return None if self.size is None else Direction.UP if self.size > 0 else Direction.DOWN


class Direction(StrEnum):
    """Which way a field of a project moved, in the order in which it is told."""

    VANISHED = "vanished"
    NEW = "new"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class ChangelogSummary:
    """All moves of a release that are of one kind, field and direction: one sentence."""

    kind: ChangelogKind
    field: str | None
    """Of `projects`, where the kind is about one."""
    direction: Direction | None
    projects: int
    count: int
    """Reports, months or cells, where it is about several."""
    amount: Decimal | None
    """Baht that came, went or moved, without a sign; None where it is not about money, or no project gives any."""
    with_amount: int
    """Projects that the amount is of."""


@dataclass(frozen=True, slots=True)
class ReleaseChangelog:
    """A release as people read it."""

    release: Release
    moves: tuple[ChangelogItem, ...]
    """By kind, and within a kind the largest first."""
    summary: tuple[ChangelogSummary, ...]
    """All of them in a few sentences, in the same order of kinds, and within a kind the largest amount first."""
    projects: int
    """How many projects it altered, those added and removed among them; those of which nothing is published are not."""
    listed: bool = True
    """Whether it changed more than the form of cells and the days of values."""
    withheld: int = 0
    """How many changed cells, names, versions and tags are withheld, wholly or on one side."""
    tables: tuple[tuple[str, int], ...] = ()
    """The tables that are about no project, with how many records of each changed."""

    def count(self, kind: ChangelogKind) -> int:
        """How many moves of a kind there are."""
        return sum(move.kind is kind for move in self.moves)

    def first_of_each_kind(self, limit: int) -> dict[ChangelogKind, tuple[ChangelogItem, ...]]:
        """The first `limit` moves of each kind that there is."""
        by_kind: dict[ChangelogKind, list[ChangelogItem]] = {}
        for move in self.moves:
            if len(part := by_kind.setdefault(move.kind, [])) < limit:
                part.append(move)
        return {kind: tuple(part) for kind, part in by_kind.items()}


def release_changelogs(
    portal: Portal, history: History, entries: Mapping[str, Sequence[ProjectChanges]]
) -> Iterator[ReleaseChangelog]:
    """Each release that changed something, the newest first; `entries` are what releases changed, by project."""
    by_release: defaultdict[str, dict[str, ProjectChanges]] = defaultdict(dict)
    for project_id, found in entries.items():
        for entry in found:
            by_release[entry.release.commit][project_id] = entry
    about = _About(portal, history)
    for release in reversed(history.releases):
        if any(change.kind not in HIDDEN for change in release.changes):
            yield _told(release, by_release.get(release.commit, {}), about)


class _About:
    """What moves say of projects beside what changed."""

    def __init__(self, portal: Portal | ProjectIndex, history: History) -> None:
        self.package = portal.package
        self.projects: Mapping[str, Project | ProjectSummary] = {
            project.project_id: project for project in portal.projects
        }
        self.removed = removed_ids(history.releases, self.projects)

    def moves(self, project_id: str, entry: ProjectChanges) -> Iterator[ChangelogItem]:
        has_page = project_id in self.projects or project_id in self.removed
        return changelog_of(project_id, entry, self.projects.get(project_id), self.package, has_page=has_page)


def _told(release: Release, entries: Mapping[str, ProjectChanges], about: _About) -> ReleaseChangelog:
    found = [move for key, entry in entries.items() for move in about.moves(key, entry)]
    withheld = len(release.withheld) + sum(bool(change.withheld) for change in release.changes)
    moves = tuple(sorted(found, key=_order))
    listed = bool(moves) or any(map(is_news, release.changes))
    projects = len({one.project_id for one in moves})
    others = {(one.resource, one.record) for one in release.changes if one.project_id is None and is_news(one)}
    tables = tuple(sorted(Counter(resource for resource, _ in others).items()))
    return ReleaseChangelog(release, moves, _summary(moves), projects, listed, withheld, tables)


def _summary(moves: Sequence[ChangelogItem]) -> tuple[ChangelogSummary, ...]:
    groups: defaultdict[tuple[ChangelogKind, str | None, Direction | None], list[ChangelogItem]] = defaultdict(list)
    for move in moves:
        is_field = move.kind in (ChangelogKind.MONEY, ChangelogKind.DATES, ChangelogKind.PROGRESS)
        groups[move.kind, move.field if is_field else None, move.direction].append(move)
    found = []
    for (kind, field, direction), part in groups.items():
        amounts = [abs(one.size) for one in part if one.size is not None and kind in _BY_AMOUNT]
        projects, count = len({one.project_id for one in part}), sum(one.count for one in part)
        amount = sum(amounts, Decimal(0)) if amounts else None
        found.append(ChangelogSummary(kind, field, direction, projects, count, amount, len(amounts)))
    return tuple(sorted(found, key=_summary_order))


_BY_AMOUNT = (ChangelogKind.ADDED, ChangelogKind.RETURNED, ChangelogKind.REMOVED, ChangelogKind.MONEY)
"""The kinds whose size is an amount of baht."""


def _summary_order(one: ChangelogSummary) -> tuple[Any, ...]:
    direction = list(Direction).index(one.direction) if one.direction else len(Direction)
    return _KINDS.index(one.kind), -(one.amount or Decimal(0)), one.field or "", direction


def compared(portal: ProjectIndex, history: History, older: Release, newer: Release) -> ReleaseChangelog:
    """What differs between two releases, as people read it."""
    whole = between(older, newer, history)
    gone = gone_by(history.releases[: history.releases.index(older) + 1])
    entries = {
        project_id: replace(entry, last_published=gone.get(project_id)) if entry.whole is ChangeKind.ADDED else entry
        for project_id, entry in entries_of(whole, portal.package).items()
    }
    return _told(whole, entries, _About(portal, history))


_KINDS = list(ChangelogKind)


def _order(move: ChangelogItem) -> tuple[Any, ...]:
    return _KINDS.index(move.kind), -_weight(move), move.project_id, move.field or "", move.record


def _weight(move: ChangelogItem) -> Decimal:
    """What moves of one kind are ordered by. A date that vanished or is new is farther than any that moved."""
    if move.kind in (ChangelogKind.REPORTED, ChangelogKind.OTHER):
        return Decimal(move.count)
    if move.kind is ChangelogKind.DATES and (move.before is None or move.after is None):
        return Decimal("Infinity")
    return abs(move.size or Decimal(0))


def changelog_of(
    project_id: str,
    entry: ProjectChanges,
    project: Project | ProjectSummary | None,
    package: Package,
    *,
    has_page: bool = True,
) -> Iterator[ChangelogItem]:
    """What an entry did to a project; `project` is it as it is today, None where it is gone."""
    pairs = [one for one in zip(entry.changes, entry.values, strict=True) if one[0].resource == "projects"]
    own = [change for change, _ in pairs]
    cells = {change.field: change.after or change.before for change in own}
    title = project.title if project else printable(cells.get("title") or project_id)
    agency_id = project.agency.agency_id if project and project.agency else cells.get("agency_id") or None

    def move(kind: ChangelogKind, **facts: Any) -> ChangelogItem:
        return ChangelogItem(kind, project_id, title, agency_id, has_page, **facts)

    if whole := entry.whole:
        earlier, later = next((values for one, values in pairs if one.field == "budget_received"), (None, None))
        budget = earlier if whole is ChangeKind.REMOVED else later
        back = entry.last_published if whole is ChangeKind.ADDED else None
        kind = ChangelogKind.RETURNED if back else ChangelogKind(whole.value)
        yield move(kind, after=budget, size=_size(None, budget), last_published=back)
        return
    if "silent_while_running" in entry.began:
        yield move(ChangelogKind.SILENT)
    told, fresh, others = _reporting(entry)
    for kind, facts in _own_moves(entry):
        if kind is ChangelogKind.OTHER:
            others += 1
        else:
            yield move(kind, **facts)
    for facts in told:
        yield move(ChangelogKind.RETROACTIVE, **facts)
    if fresh:
        yield move(ChangelogKind.REPORTED, count=fresh)
    if others:
        yield move(ChangelogKind.OTHER, count=others)


def _own_moves(entry: ProjectChanges) -> Iterator[tuple[ChangelogKind, dict[str, Any]]]:
    """What became of the cells of the project itself."""
    for change, (earlier, later) in zip(entry.changes, entry.values, strict=True):
        if change.resource == "projects" and is_news(change):
            kind = _FIELDS.get(change.field, ChangelogKind.OTHER)
            if change.field == "progress_percent" and later == 100:
                kind = ChangelogKind.FINISHED
            yield kind, {"field": change.field, "before": earlier, "after": later, "size": _size(earlier, later)}


def _size(earlier: Any, later: Any) -> Decimal | None:
    if all(one is None or isinstance(one, (int, Decimal)) for one in (earlier, later)) and earlier != later:
        return Decimal(later or 0) - Decimal(earlier or 0)
    if isinstance(earlier, date) and isinstance(later, date):
        return Decimal((later - earlier).days)
    return None


def _reporting(entry: ProjectChanges) -> tuple[list[dict[str, Any]], int, int]:
    """The edits of what had been reported, how many reports are new, and how many other records or cells changed."""
    told: list[dict[str, Any]] = []
    fresh: set[tuple[str, ...]] = set()
    lost: set[tuple[str, ...]] = set()
    others: set[tuple[str, ...]] = set()
    for change, (earlier, later), name in zip(entry.changes, entry.values, entry.names, strict=True):
        record = change.resource, *change.record
        of = {"resource": change.resource, "record": change.record, "record_name": name}
        if change.resource == "projects":
            continue
        if change.retroactive and change.kind is ChangeKind.REMOVED:
            if record not in lost:
                told.append(of)
            lost.add(record)
        elif change.retroactive:
            told.append(of | {"field": change.field, "before": earlier, "after": later})
        elif _is_report(change):
            fresh.add(record)
        else:
            others.add(record if change.kind is ChangeKind.ADDED else (*record, change.field))
    # The other cells of a new or lost record belong to it.
    rest = {one for one in others if not {one, one[:-1]} & (fresh | lost)}
    return told, len(fresh), len(rest)


def _is_report(change: Change) -> bool:
    """Whether a change brings a report: a dated one, an evaluation, or a month's result."""
    if change.resource == "monthly_results":
        return change.field == "result" and change.is_filled("after")
    return change.kind is ChangeKind.ADDED and change.resource in ("progress_reports", "evaluations")
