"""A project, and what each release changed of it -> the observations that began and that ended with each release.

A project is put back step by step to what it was before each release, the newest first, and judged again. The result
depends on the project as it is, on what the releases changed of it, on the descriptor and on the rules: it is cached
under a digest of all of these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.calendars import FiscalCalendar
from portal.core.models import (
    REPORTED_STATUSES,
    Agency,
    Change,
    ChangeKind,
    Field,
    MonthlyResult,
    Package,
    ProgressReport,
    Project,
    Text,
    Thresholds,
)
from portal.history import ProjectChanges, cell_value, first_amounts, published_figures
from portal.rules import procurement_states
from portal.rules.agencies import AgencyRules, AgencyValues, agency_id_of
from portal.rules.needs import columns
from portal.rules.observations import OBSERVATIONS
from portal.rules.outcomes import checkable_rules
from portal.rules.rule_inputs import DERIVED

Names = tuple[str, ...]
Transition = tuple[Names, Names]
"""The rules that began to find a project with a release, and those that ended, each by name."""

Fields = Mapping[str, Mapping[str, Field]]
"""The columns of each resource, as the descriptor of today has them."""

_AMOUNTS = ("budget_received", "budget_spent", "progress_percent")
_DATES = ("start_date", "finish_date", "as_of_date")
_READ: Mapping[str, frozenset[str]] = {
    "projects": frozenset({*_AMOUNTS, *_DATES, "fiscal_year", "agency_id"}),
    "monthly_results": frozenset({"result"}),
    "progress_reports": frozenset({"report_date", "progress_percent", "status"}),
    **procurement_states.READ,
}
"""The columns that rules read, by resource."""

_INPUTS = tuple(sorted({name for rule in OBSERVATIONS for name in rule.needs} - DERIVED.keys() - {"agency"}))


@dataclass(slots=True)
class RuleTransitions:
    """Finds the transitions of projects, or takes them from the cache of an earlier build."""

    thresholds: Thresholds
    fields: Fields
    fiscal: FiscalCalendar
    """That of the city."""
    cached: Mapping[str, Any] = field(default_factory=dict)
    """Those of an earlier build, by the digest of all that they depend on; a value of JSON, which may be damaged."""
    requested: dict[str, list[tuple[int, Names, Names]]] = field(default_factory=dict)
    """Those that were asked for, by the same digest: the number of an entry, the rules that began, and that ended."""
    agency_values: AgencyValues | None = None
    """What the data of today have of each agency; None: every value of every agency."""
    rules: AgencyRules = field(init=False)
    """Those that the columns of today can be judged by, but for those that compare projects."""

    def __post_init__(self) -> None:
        """Choose the rules."""
        checkable = checkable_rules(columns(self.fields), self.thresholds)
        rules = [rule for rule in checkable if not rule.compares_projects]
        self.rules = AgencyRules(rules, self.agency_values)

    def of(self, project: Project | None, entries: Sequence[ProjectChanges]) -> Iterator[Transition]:
        """The transition of each of the `entries` of a project, the newest first.

        `project` is as it is today and knows its published progress; None: it is no longer in the package.
        """
        relevant = [tuple(filter(_is_read, entry.changes)) for entry in entries]
        digest = self._digest(project, relevant)
        transitions = _from_cache(self.cached.get(digest))
        if transitions is None:
            steps = enumerate(_walk(project, relevant, self))
            transitions = [(number, began, ended) for number, (began, ended) in steps if began or ended]
        self.requested[digest] = transitions
        # Where what a rule reads is withheld, nobody can say what began or ended with it.
        hidden = {number for number, changes in enumerate(relevant) if any(change.withheld for change in changes)}
        by_number = {number: (began, ended) for number, began, ended in transitions if number not in hidden}
        return (by_number.get(number, ((), ())) for number in range(len(entries)))

    def _digest(self, project: Project | None, relevant: Sequence[Sequence[Change]]) -> str:
        """The digest of all that the transitions of a project depend on beside the rules and the descriptor."""
        state = project and (
            [getattr(project, name) for name in _INPUTS],
            project.agency is None,
            self.rules.values(agency_id_of(project)),
            [(result.month, result.result) for result in project.monthly_results],
            [(report.report_date, report.progress_percent, report.status) for report in project.progress_reports],
            procurement_states.procurement_of(project),
        )
        steps = [
            [(c.resource, c.record, c.field, c.kind.value, c.before, c.after) for c in changes] for changes in relevant
        ]
        # What the data have of the agencies that it had, the newest first; of that of today, `state` has it.
        earlier_agencies = [c.before for changes in relevant for c in changes if c.field == "agency_id"]
        agency_values = [self.rules.values(agency_id) for agency_id in ("", *earlier_agencies)]
        text = repr((state, steps, agency_values))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def fields_of(package: Package) -> Fields:
    """The columns of the resources that rules read."""
    return {name: package.resources[name].fields for name in _READ if name in package.resources}


def judged_by(package: Package, thresholds: Thresholds) -> str:
    """The digest of what transitions depend on beside a project and the code.

    That is the thresholds, the rules that the package can be judged by, how its cells become values, and the days of
    fiscal years.
    """
    cells = [
        (resource, name, field.type, field.format, list(field.missing))
        for resource, fields in fields_of(package).items()
        for name, field in fields.items()
        if name in _READ[resource]
    ]
    rules = [(rule.name, rule.needs) for rule in checkable_rules(columns(fields_of(package)), thresholds)]
    judged = (thresholds, cells, rules, package.conventions.fiscal)
    return hashlib.sha256(repr(judged).encode()).hexdigest()[:16]


def _from_cache(cached: Any) -> list[tuple[int, Names, Names]] | None:
    """What an earlier build wrote into the cache; None where it wrote nothing, or what it wrote is damaged."""
    if not isinstance(cached, list):
        return None
    transitions: list[tuple[int, Names, Names]] = []
    for item in cached:
        match item:
            case [int(number), [*began], [*ended]] if all(isinstance(name, str) for name in (*began, *ended)):
                transitions.append((number, tuple(began), tuple(ended)))
            case _:
                return None
    return transitions


def _is_read(change: Change) -> bool:
    """Whether a change may change what the rules say of a project."""
    fields = _READ.get(change.resource, frozenset())
    return change.field in fields or (change.resource == "projects" and change.kind is not ChangeKind.CHANGED)


def _walk(
    state: Project | None, entries: Sequence[Sequence[Change]], transitions: RuleTransitions
) -> Iterator[Transition]:
    """What began and ended with each of the `entries`, the newest first; `state` is after the newest."""
    fields = transitions.fields
    figures = published_figures(entries[::-1], fields["projects"].get("progress_percent"))
    contracts = fields.get("contracts")
    oldest_first = (change for entry in entries[::-1] for change in entry)
    first = first_amounts(oldest_first, contracts.get("amount")) if contracts else {}
    state = _with_first_amounts(state, first)
    after = _rules_that_find(state, transitions)
    for number, entry in enumerate(entries, start=1):
        if not entry:
            yield (), ()
            continue
        state = before(state, entry, fields, transitions.fiscal)
        if state is not None:
            published = figures[len(entries) - number]
            state = replace(state, published_progress=published if len(published) > 1 else ())
            state = _with_first_amounts(state, first)
        earlier = _rules_that_find(state, transitions)
        yield tuple(sorted(after - earlier)), tuple(sorted(earlier - after))
        after = earlier


def _with_first_amounts(project: Project | None, first: Mapping[str, Decimal]) -> Project | None:
    """The project, its contracts whose amount changed with their first one."""
    if project is None or not first:
        return project
    contracts = (replace(c, first_amount=first.get(c.contract_id, c.first_amount)) for c in project.contracts)
    return replace(project, contracts=tuple(contracts))


def _rules_that_find(project: Project | None, transitions: RuleTransitions) -> frozenset[str]:
    """The names of the rules that find a project; none where it is not in the package."""
    if project is None:
        return frozenset()
    thresholds = transitions.thresholds
    return frozenset(rule.name for rule in transitions.rules.of(project) if rule.judge(project, thresholds) is True)


def before(
    project: Project | None, changes: Sequence[Change], fields: Fields, fiscal: FiscalCalendar
) -> Project | None:
    """The project as it was before `changes`; None where it was not in the package.

    Cells that no rule reads stay as they are; of a project that was removed they are blank.
    """
    own = [change for change in changes if change.resource == "projects"]
    if any(change.kind is ChangeKind.ADDED for change in own):
        return None
    if project is None and any(change.kind is ChangeKind.REMOVED for change in own):
        project = Project(own[0].record[0], own[0].record[0], fiscal_calendar=fiscal)
    if project is None:
        return None
    values: dict[str, Any] = {}
    months = {result.month: result for result in project.monthly_results}
    reports = {report.report_date: report for report in project.progress_reports}
    for change in changes:
        described = fields.get(change.resource, {})
        earlier = cell_value(described.get(change.field), change.before)
        if change.resource == "projects":
            values |= _attribute(change.field, earlier, fiscal)
        elif change.resource == "monthly_results":
            if change.field == "result" and change.record[-1] in _MONTHS:
                month = _MONTHS[change.record[-1]]
                months[month] = replace(months.get(month) or MonthlyResult(month, None), result=_number(earlier))
        elif change.resource == "progress_reports" and len(change.record) == 2:
            day = cell_value(described.get("report_date"), change.record[1])
            if isinstance(day, date):
                _undo_report(reports, day, change, earlier)
    return replace(
        procurement_states.undo_procurement(project, changes, fields),
        **values,
        monthly_results=tuple(months[month] for month in sorted(months)),
        progress_reports=tuple(sorted(reports.values(), key=lambda r: r.report_date or date.min, reverse=True)),
    )


_MONTHS = {str(month): month for month in range(1, 13)}


def _attribute(name: str, value: Any, fiscal: FiscalCalendar) -> dict[str, Any]:
    """The attribute of a project that a column fills. Of an agency, rules read only whether there is one."""
    if name == "agency_id":
        return {"agency": None if value is None else Agency(str(value), Text(str(value)))}
    if name in _AMOUNTS:
        return {name: _number(value)}
    if name in _DATES:
        return {name: value if isinstance(value, date) else None}
    if name == "fiscal_year":
        return {name: value if isinstance(value, int) and value in fiscal.years else None}
    return {}


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, (int, Decimal)) else None


def _undo_report(reports: dict[date | None, ProgressReport], day: date, change: Change, earlier: Any) -> None:
    """Take back what a change did to a dated report."""
    if change.kind is ChangeKind.ADDED:
        reports.pop(day, None)
        return
    report = reports.setdefault(day, ProgressReport(day))
    if change.field == "progress_percent":
        reports[day] = replace(report, progress_percent=_number(earlier))
    elif change.field == "status":
        reports[day] = replace(report, status=earlier if earlier in REPORTED_STATUSES else None)
