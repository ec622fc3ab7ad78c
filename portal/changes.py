"""What differs between releases of the package, as readers ask for it: by project, by release, between two releases."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from portal.fiscal import BUDDHIST_YEARS
from portal.models import (
    MAX_DIGITS,
    REPORTED_STATUSES,
    Agency,
    Bilingual,
    Change,
    ChangeKind,
    Field,
    History,
    MonthlyResult,
    Package,
    Portal,
    ProgressReport,
    Project,
    Release,
    Thresholds,
)
from portal.signals import Outcome, signals

HIDDEN = (ChangeKind.REWRITTEN, ChangeKind.RENAMED)
"""Changes of the files that say nothing new of a project."""


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
    """Typed as the field is; None is blank."""
    after: Any = None
    size: Decimal | None = None
    """How far it moved: baht, days or percentage points, with its sign; None where one side is blank."""
    count: int = 1
    """Reports, months or cells, where it is about several."""
    record: str = ""
    """Of a retroactive edit what the record is called in its resource: a month, a day, or a year and quarter."""
    resource: str = "projects"


@dataclass(frozen=True, slots=True)
class ReleaseMoves:
    """A release as people read it."""

    release: Release
    moves: tuple[Move, ...]
    """By kind, and within a kind the farthest first."""
    projects: int
    """How many projects it altered, those added and removed among them."""

    def count(self, kind: MoveKind) -> int:
        """How many moves of a kind there are."""
        return sum(move.kind is kind for move in self.moves)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one release changed of one project."""

    release: Release
    changes: tuple[Change, ...]
    values: tuple[tuple[Any, Any], ...] = ()
    """Of each change the cell before and after, as `typed` has it."""
    began: tuple[str, ...] = ()
    """The rules of `signals` that came to concern the project."""
    ended: tuple[str, ...] = ()
    """Those that do so no more."""


@dataclass(frozen=True, slots=True)
class Original:
    """The first published value of a field that has moved since."""

    value: Any
    release: Release
    moves: int
    """How often it moved."""


@dataclass(frozen=True, slots=True)
class Past:
    """All that the releases say."""

    history: History
    entries: Mapping[str, tuple[Entry, ...]]
    """Of each project that changed, the newest first; also of those that are no longer in the package."""
    originals: Mapping[str, Mapping[str, Original]]
    """By project and field."""
    releases: tuple[ReleaseMoves, ...]
    """Those that changed something, the newest first."""

    @property
    def known_since(self) -> Release | None:
        """The first release that is known."""
        return self.history.releases[0] if self.history.releases else None


Told = dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]]
"""By release and project the rules that began and that ended: what is dear to find, and never changes."""


def as_told(kept: Any) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """What was kept of a release; nothing where it was damaged."""
    try:
        return {str(name): (tuple(began), tuple(ended)) for name, (began, ended) in dict(kept or {}).items()}
    except (TypeError, ValueError):
        return {}


def with_published_progress(portal: Portal, history: History) -> Portal:
    """The portal, its projects knowing the progress figures that earlier releases gave them."""
    field = portal.package.resources["projects"].fields.get("progress_percent")
    figures: defaultdict[str, list[Decimal]] = defaultdict(list)
    for release in history.releases:
        for change in release.changes:
            if field and change.field == field.name and change.resource == "projects" and change.project_id:
                figures[change.project_id] += _figures(field, change, first=not figures[change.project_id])
    if not any(len(values) > 1 for values in figures.values()):
        return portal
    projects = (
        replace(p, published_progress=tuple(figures[p.project_id])) if len(figures[p.project_id]) > 1 else p
        for p in portal.projects
    )
    return replace(portal, projects=tuple(projects))


def _figures(field: Field, change: Change, *, first: bool) -> list[Decimal]:
    if change.kind is not ChangeKind.CHANGED:
        return []
    values = (typed(field, change.before) if first else None, typed(field, change.after))
    return [value for value in values if value is not None]


def past(portal: Portal, history: History, thresholds: Thresholds, told: Told) -> Past:
    """What the releases say of `portal`, which knows its published progress.

    `told` holds what is known of the rules that began and ended; what was not known is added to it, by the commit.
    """
    grouped: defaultdict[str, list[Entry]] = defaultdict(list)
    for release in reversed(history.releases):
        by_project: defaultdict[str, list[Change]] = defaultdict(list)
        for change in release.changes:
            if change.project_id is not None and change.kind not in HIDDEN:
                by_project[change.project_id].append(change)
        for project_id, changes in by_project.items():
            grouped[project_id].append(entry_of(release, changes, portal.package))
    projects = {project.project_id: project for project in portal.projects}
    entries = {
        project_id: tuple(_with_signals(projects.get(project_id), found, portal, thresholds, told))
        for project_id, found in grouped.items()
    }
    return Past(
        history,
        entries,
        _originals(entries, portal.package),
        tuple(_release_moves(portal, history, entries)),
    )


def entry_of(release: Release, changes: Sequence[Change], package: Package) -> Entry:
    """What a release changed of one project, its cells as values too."""
    values = []
    for one in changes:
        field = package.resources[one.resource].fields.get(one.field) if one.resource in package.resources else None
        values.append((typed(field, one.before), typed(field, one.after)))
    return Entry(release, tuple(changes), tuple(values))


def _with_signals(
    project: Project | None, entries: Sequence[Entry], portal: Portal, thresholds: Thresholds, told: Told
) -> Iterator[Entry]:
    """The entries of a project with the rules that began and ended in each, from the newest to the oldest."""
    unknown = [i for i, entry in enumerate(entries) if project and project.project_id not in told.get(_name(entry), {})]
    state, concerned = project, None
    for i, entry in enumerate(entries):
        if project is None:
            yield entry
            continue
        if unknown and i <= unknown[-1]:
            earlier = None if state is None else before(state, entry.changes, portal)
            if i in unknown:
                concerned = _concerned(state, thresholds) if concerned is None else concerned
                then = _concerned(earlier, thresholds)
                began, ended = (tuple(sorted(one)) for one in (concerned - then, then - concerned))
                told.setdefault(_name(entry), {})[project.project_id] = began, ended
                concerned = then
            else:
                concerned = None
            state = earlier
        began, ended = told[_name(entry)][project.project_id]
        yield replace(entry, began=tuple(began), ended=tuple(ended))


def _name(entry: Entry) -> str:
    return entry.release.commit


def _concerned(project: Project | None, thresholds: Thresholds) -> frozenset[str]:
    if project is None:
        return frozenset()
    return frozenset(one.rule for one in signals(project, thresholds) if one.outcome is Outcome.CONCERNED)


# ---- Cells as values, and a project as it was


def typed(field: Field | None, cell: str) -> Any:
    """A cell of any release as a value of today's field; None where it is blank, a text where it is of no such type.

    So is a number of more digits than validation lets pass today: a commit that never passed may hold one.
    """
    if field is None:
        return _text(cell) or None
    if cell in field.missing or not cell.strip():
        return None
    try:
        match field.type:
            case "integer" | "year" if len(cell) <= MAX_DIGITS:
                return int(cell)
            case "number":
                number = Decimal(cell)
                if number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS:
                    return number
            case "date" if field.format == "default":
                return date.fromisoformat(cell)
            case "date":
                return datetime.strptime(cell, field.format).date()
    except (ValueError, InvalidOperation):
        pass
    return _text(cell)


_CONTROLS = dict.fromkeys([*(i for i in range(32) if i not in (9, 10, 13)), 0xFFFE, 0xFFFF])


def _text(cell: str) -> str:
    """A cell of a commit that may never have been validated, without the characters that no XML can hold."""
    return cell.translate(_CONTROLS)


def before(project: Project, changes: Sequence[Change], portal: Portal) -> Project | None:
    """The project as it was before `changes`; None where they added it. Cells that no rule reads stay as they are."""
    resources = portal.package.resources
    values: dict[str, Any] = {}
    months = {result.month: result for result in project.monthly_results}
    reports = {str(report.report_date): report for report in project.progress_reports}
    for change in changes:
        fields = resources[change.resource].fields if change.resource in resources else {}
        earlier = typed(fields.get(change.field), change.before)
        if change.resource == "projects":
            if change.kind is ChangeKind.ADDED:
                return None
            values |= _attribute(change.field, earlier, portal)
        elif change.resource == "monthly_results" and change.field == "result" and change.record[-1].isdigit():
            month = int(change.record[-1])
            months[month] = replace(months.get(month) or MonthlyResult(month, None), result=_number(earlier))
        elif change.resource == "progress_reports" and len(change.record) == 2:
            _undo_report(reports, change, earlier)
    figure = next((c.after for c in changes if (c.resource, c.field) == ("projects", "progress_percent")), "")
    if "progress_percent" in values and project.published_progress and figure.strip():
        values["published_progress"] = project.published_progress[:-1]
    return replace(
        project,
        **values,
        monthly_results=tuple(months[month] for month in sorted(months)),
        progress_reports=tuple(sorted(reports.values(), key=lambda r: str(r.report_date), reverse=True)),
    )


_READ_BY_RULES: Mapping[str, type] = {
    "budget_received": Decimal,
    "budget_spent": Decimal,
    "progress_percent": Decimal,
    "start_date": date,
    "finish_date": date,
    "as_of_date": date,
    "fiscal_year": int,
}


def _attribute(name: str, value: Any, portal: Portal) -> dict[str, Any]:
    if name == "agency_id":
        known = {agency.agency_id: agency for agency in portal.agencies}
        return {"agency": None if value is None else known.get(value) or Agency(value, Bilingual(value))}
    kind = _READ_BY_RULES.get(name)
    if kind is None:
        return {}
    sound = isinstance(value, kind) and (name != "fiscal_year" or value in BUDDHIST_YEARS)
    return {name: value if sound else None}


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, (int, Decimal)) else None


def _undo_report(reports: dict[str, ProgressReport], change: Change, earlier: Any) -> None:
    """Take back what a change did to a dated report: its record is (project, day)."""
    day = change.record[1]
    if change.kind is ChangeKind.ADDED:
        reports.pop(day, None)
        return
    if day not in reports:
        try:
            reports[day] = ProgressReport(date.fromisoformat(day))
        except ValueError:
            return
    if change.field == "progress_percent":
        reports[day] = replace(reports[day], progress_percent=_number(earlier))
    elif change.field == "status":
        reports[day] = replace(reports[day], status=earlier if earlier in REPORTED_STATUSES else None)


# ---- First and today's values


_ORIGINAL_TYPES: Mapping[str, type] = {"budget_received": Decimal, "finish_date": date}
"""Fields whose first published value stays visible."""


def _originals(entries: Mapping[str, Sequence[Entry]], package: Package) -> dict[str, dict[str, Original]]:
    """Of each field that moved: also where the project was away in between."""
    fields = package.resources["projects"].fields
    found: dict[str, dict[str, Original]] = {}
    for project_id, newest_first in entries.items():
        for name, kind in _ORIGINAL_TYPES.items():
            values: list[tuple[Any, Release]] = []
            for entry in reversed(newest_first):
                for change in entry.changes:
                    if (change.resource, change.field) == ("projects", name):
                        cells = {ChangeKind.ADDED: (change.after,), ChangeKind.REMOVED: (change.before,)}
                        for cell in cells.get(change.kind, (change.before, change.after)):
                            value = typed(fields.get(name), cell)
                            if isinstance(value, kind) and (not values or values[-1][0] != value):
                                values.append((value, entry.release))
            if len(values) > 1:
                found.setdefault(project_id, {})[name] = Original(values[0][0], values[1][1], len(values) - 1)
    return found


# ---- Moves


def _release_moves(portal: Portal, history: History, entries: Mapping[str, Sequence[Entry]]) -> Iterator[ReleaseMoves]:
    by_release: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
    for project_id, found in entries.items():
        for entry in found:
            by_release[entry.release.commit][project_id] = entry
    projects = {project.project_id: project for project in portal.projects}
    for release in reversed(history.releases):
        if any(change.kind not in HIDDEN for change in release.changes):
            changed = by_release.get(release.commit, {})
            yield ReleaseMoves(release, _moves(changed, projects, portal.package), len(changed))


def _moves(entries: Mapping[str, Entry], projects: Mapping[str, Project], package: Package) -> tuple[Move, ...]:
    found = [move for key, entry in entries.items() for move in moves_of(key, entry, projects.get(key), package)]
    return tuple(sorted(found, key=_order))


def compared(portal: Portal, history: History, older: Release, newer: Release) -> ReleaseMoves:
    """What differs between two releases, as people read it."""
    whole = between(older, newer, history)
    by_project: defaultdict[str, list[Change]] = defaultdict(list)
    for change in whole.changes:
        if change.project_id is not None:
            by_project[change.project_id].append(change)
    entries = {key: entry_of(whole, changes, portal.package) for key, changes in by_project.items()}
    projects = {project.project_id: project for project in portal.projects}
    return ReleaseMoves(whole, _moves(entries, projects, portal.package), len(entries))


_KINDS = list(MoveKind)


def _order(move: Move) -> tuple[Any, ...]:
    return _KINDS.index(move.kind), -abs(move.size or Decimal(0)), move.project_id, move.field or "", move.record


def moves_of(project_id: str, entry: Entry, project: Project | None, package: Package) -> Iterator[Move]:
    """What an entry did to a project; `project` is it as it is today, None where it is gone."""
    own = [change for change in entry.changes if change.resource == "projects"]
    cells = {change.field: change.after or change.before for change in own}
    title = project.title if project else _text(cells.get("title", project_id))
    agency_id = project.agency.agency_id if project and project.agency else cells.get("agency_id")

    def move(kind: MoveKind, **facts: Any) -> Move:
        return Move(kind, project_id, title, agency_id, project is not None, **facts)

    kinds = {change.kind for change in own}
    if whole := kinds & {ChangeKind.ADDED, ChangeKind.REMOVED}:
        budget = typed(package.resources["projects"].fields.get("budget_received"), cells.get("budget_received", ""))
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
    for change, (earlier, later) in zip(entry.changes, entry.values, strict=True):
        record = change.resource, *change.record
        if change.resource == "projects":
            continue
        if change.retroactive and change.kind is ChangeKind.REMOVED:
            if record not in lost:
                told.append({"resource": change.resource, "record": ", ".join(change.record[1:])})
            lost.add(record)
        elif change.retroactive:
            facts = {"field": change.field, "record": ", ".join(change.record[1:]), "before": earlier, "after": later}
            told.append({"resource": change.resource} | facts)
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
        return change.field == "result" and bool(change.after.strip())
    return change.kind is ChangeKind.ADDED and change.resource in ("progress_reports", "evaluations")


def between(older: Release, newer: Release, history: History) -> Release:
    """A release with all that changed from `older` to `newer`, as if nothing had been in between."""
    steps = history.releases[history.releases.index(older) + 1 : history.releases.index(newer) + 1]
    first: dict[tuple[str, ...], str] = {}
    last: dict[tuple[str, ...], Change] = {}
    came: dict[tuple[str, ...], ChangeKind] = {}
    went: dict[tuple[str, ...], ChangeKind] = {}
    for step in steps:
        for change in step.changes:
            if change.kind in HIDDEN:
                continue
            record = _record(change, step)
            first.setdefault((*record, change.field), change.before)
            last[*record, change.field] = change
            came.setdefault(record, change.kind)
            went[record] = change.kind
    found = []
    for place, change in last.items():
        added, removed = came[place[:-1]] is ChangeKind.ADDED, went[place[:-1]] is ChangeKind.REMOVED
        kind = ChangeKind.ADDED if added else ChangeKind.REMOVED if removed else ChangeKind.CHANGED
        if not _is_same(first[place], change.after) and not (added and removed):
            found.append(replace(change, kind=kind, before=first[place]))
    return replace(newer, changes=tuple(sorted(found, key=lambda c: (c.resource, c.record, c.field))))


def _record(change: Change, step: Release) -> tuple[str, ...]:
    """What a change is about; a record without a key is told by its number, which is of its release alone."""
    return change.resource, *change.record, step.commit if change.record[0].startswith("#") else ""


def _is_same(one: str, other: str) -> bool:
    try:
        return one == other or Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


CHANGE_COLUMNS = (
    *("release", "published", "resource", "record", "project_id", "field"),
    *("kind", "retroactive", "before", "after"),
)
"""Of `changes.csv`."""


def change_rows(history: History) -> Iterator[tuple[str, ...]]:
    """Every change, the oldest release first: taken back from the newest, they make any earlier state.

    `release` is the commit ("" for files not committed), `record` the cells of the record's key as a list of JSON.
    """
    for release in history.releases:
        about = release.commit, release.published.isoformat()
        for one in release.changes:
            record = json.dumps(one.record, ensure_ascii=False, separators=(",", ":"))
            retroactive = "true" if one.retroactive else "false"
            facts = one.resource, record, one.project_id or "", one.field, one.kind.value, retroactive
            yield *about, *facts, one.before, one.after
