"""Changes -> moves: what a release did to a project, as people ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.changes import HIDDEN, NAMELESS, Entry, between, entries_of, printable
from portal.models import Bilingual, Brief, Change, ChangeKind, History, Overview, Package, Portal, Project, Release


class MoveKind(StrEnum):
    """What a release did to a project, in the order in which it is told."""

    ADDED = "added"
    REMOVED = "removed"
    FINISHED = "finished"
    SILENT = "silent"
    MONEY = "money"
    DATES = "dates"
    PROGRESS = "progress"
    RETROACTIVE = "retroactive"
    REPORTED = "reported"
    OTHER = "other"


_FIELDS: Mapping[str, MoveKind] = {
    "budget_received": MoveKind.MONEY,
    "budget_spent": MoveKind.MONEY,
    "start_date": MoveKind.DATES,
    "finish_date": MoveKind.DATES,
    "progress_percent": MoveKind.PROGRESS,
}


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that a release did to one project: a sentence for people."""

    kind: MoveKind
    project_id: str
    title: str
    agency_id: str | None
    published: bool
    """Whether the project is still in the package, and so has a page."""
    field: str | None = None
    """Of `projects`; of a retroactive edit of its own resource."""
    before: Any = None
    """Typed as the field is; None is blank, and `Withheld` is not published."""
    after: Any = None
    size: Decimal | None = None
    """How far it moved: baht, days or percentage points, with its sign; None where one side is blank."""
    count: int = 1
    """Reports, months or cells, where it is about several."""
    record: tuple[str, ...] = ()
    """Of a retroactive edit the cells of the record's key, as `Change.record` has them."""
    record_name: Bilingual = NAMELESS
    """Of a retroactive edit what the record is called: a month, a day, or a fiscal year and quarter."""
    resource: str = "projects"


@dataclass(frozen=True, slots=True)
class ReleaseMoves:
    """A release as people read it."""

    release: Release
    moves: tuple[Move, ...]
    """By kind, and within a kind the farthest first."""
    projects: int
    """How many projects it altered, those added and removed among them; those of which nothing is published are not."""
    withheld: int = 0
    """How many changed cells, names, versions and tags are withheld, wholly or on one side."""

    def count(self, kind: MoveKind) -> int:
        """How many moves of a kind there are."""
        return sum(move.kind is kind for move in self.moves)


def release_moves(portal: Portal, history: History, entries: Mapping[str, Sequence[Entry]]) -> Iterator[ReleaseMoves]:
    """Each release that changed something, the newest first; `entries` are what releases changed, by project."""
    by_release: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
    for project_id, found in entries.items():
        for entry in found:
            by_release[entry.release.commit][project_id] = entry
    projects = {project.project_id: project for project in portal.projects}
    for release in reversed(history.releases):
        if any(change.kind not in HIDDEN for change in release.changes):
            yield _told(release, by_release.get(release.commit, {}), projects, portal.package)


def _told(
    release: Release, entries: Mapping[str, Entry], projects: Mapping[str, Project | Brief], package: Package
) -> ReleaseMoves:
    found = [move for key, entry in entries.items() for move in moves_of(key, entry, projects.get(key), package)]
    withheld = len(release.withheld) + sum(bool(change.withheld) for change in release.changes)
    return ReleaseMoves(release, tuple(sorted(found, key=_order)), len(entries), withheld)


def compared(portal: Overview, history: History, older: Release, newer: Release) -> ReleaseMoves:
    """What differs between two releases, as people read it."""
    whole = between(older, newer, history)
    projects = {project.project_id: project for project in portal.projects}
    return _told(whole, entries_of(whole, portal.package), projects, portal.package)


_KINDS = list(MoveKind)


def _order(move: Move) -> tuple[Any, ...]:
    return _KINDS.index(move.kind), -abs(move.size or Decimal(0)), move.project_id, move.field or "", move.record


def moves_of(project_id: str, entry: Entry, project: Project | Brief | None, package: Package) -> Iterator[Move]:
    """What an entry did to a project; `project` is it as it is today, None where it is gone."""
    pairs = [one for one in zip(entry.changes, entry.values, strict=True) if one[0].resource == "projects"]
    own = [change for change, _ in pairs]
    cells = {change.field: change.after or change.before for change in own}
    title = project.title if project else printable(cells.get("title") or project_id)
    agency_id = project.agency.agency_id if project and project.agency else cells.get("agency_id") or None

    def move(kind: MoveKind, **facts: Any) -> Move:
        return Move(kind, project_id, title, agency_id, project is not None, **facts)

    kinds = {change.kind for change in own}
    if whole := kinds & {ChangeKind.ADDED, ChangeKind.REMOVED}:
        earlier, later = next((values for one, values in pairs if one.field == "budget_received"), (None, None))
        budget = earlier if later is None else later
        yield move(MoveKind(max(whole).value), after=budget)
        return
    if "silent_while_running" in entry.began:
        yield move(MoveKind.SILENT)
    told, fresh, others = _reporting(entry)
    for kind, facts in _own_moves(entry):
        if kind is MoveKind.OTHER:
            others += 1
        else:
            yield move(kind, **facts)
    for facts in told:
        yield move(MoveKind.RETROACTIVE, **facts)
    if fresh:
        yield move(MoveKind.REPORTED, count=fresh)
    if others:
        yield move(MoveKind.OTHER, count=others)


def _own_moves(entry: Entry) -> Iterator[tuple[MoveKind, dict[str, Any]]]:
    """What became of the cells of the project itself."""
    for change, (earlier, later) in zip(entry.changes, entry.values, strict=True):
        if change.resource == "projects":
            kind = _FIELDS.get(change.field, MoveKind.OTHER)
            if change.field == "progress_percent" and later == 100:
                kind = MoveKind.FINISHED
            yield kind, {"field": change.field, "before": earlier, "after": later, "size": _size(earlier, later)}


def _size(earlier: Any, later: Any) -> Decimal | None:
    if isinstance(earlier, Decimal) and isinstance(later, Decimal):
        return later - earlier
    if isinstance(earlier, date) and isinstance(later, date):
        return Decimal((later - earlier).days)
    return None


def _reporting(entry: Entry) -> tuple[list[dict[str, Any]], int, int]:
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
