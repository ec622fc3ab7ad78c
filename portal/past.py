"""The releases -> what they say of each project: what changed, which rules began to concern it, how it began."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from portal.changes import Entry, entries_of, typed
from portal.fiscal import BUDDHIST_YEARS
from portal.models import (
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
from portal.moves import ReleaseMoves, release_moves
from portal.signals import Outcome, signals


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
        for project_id, entry in entries_of(release, portal.package).items():
            grouped[project_id].append(entry)
    projects = {project.project_id: project for project in portal.projects}
    entries = {
        project_id: tuple(_with_signals(projects.get(project_id), found, portal, thresholds, told))
        for project_id, found in grouped.items()
    }
    return Past(
        history,
        entries,
        _originals(entries, portal.package),
        tuple(release_moves(portal, history, entries)),
    )


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
        if any(change.withheld and _is_read_by_rules(change) for change in entry.changes):
            began, ended = (), ()
        yield replace(entry, began=tuple(began), ended=tuple(ended))


def _is_read_by_rules(change: Change) -> bool:
    """Whether a rule may read the cell: where one is withheld, nobody can say what began or ended with it."""
    return change.resource != "projects" or change.field in (*_READ_BY_RULES, "agency_id")


def _name(entry: Entry) -> str:
    return entry.release.commit


def _concerned(project: Project | None, thresholds: Thresholds) -> frozenset[str]:
    if project is None:
        return frozenset()
    return frozenset(one.rule for one in signals(project, thresholds) if one.outcome is Outcome.CONCERNED)


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


_ORIGINAL_TYPES: Mapping[str, type] = {"budget_received": Decimal, "finish_date": date}
"""Fields whose first published value stays visible."""


def _originals(entries: Mapping[str, Sequence[Entry]], package: Package) -> dict[str, dict[str, Original]]:
    """Of each field that moved: also where the project was away in between; none where a value is withheld."""
    fields = package.resources["projects"].fields
    found: dict[str, dict[str, Original]] = {}
    for project_id, newest_first in entries.items():
        hidden = {change.field for entry in newest_first for change in entry.changes if change.withheld}
        for name, kind in _ORIGINAL_TYPES.items():
            if name in hidden:
                continue
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
