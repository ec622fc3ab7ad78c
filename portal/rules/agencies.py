"""What the data have of each agency: of an agency of which they never have a value, no project is said to lack it.

A value that is blank for one project, one that an agency gives for none of its projects, and one that the package has
no column for are three different things. Only the first says something of the project.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial

from portal.core.models import Project, Thresholds
from portal.core.totals import group
from portal.rules.needs import AGENCY_REPORTS
from portal.rules.observations import OBSERVATIONS
from portal.rules.registry import Judge, ObservationRule
from portal.rules.rule_inputs import has_reports, read_input
from portal.rules.verdicts import Verdict, all_of

AgencyValues = Mapping[str, frozenset[str]]
"""By the id of each agency the names in the rules' `of_agency` of which the data have a value for any of its projects.

Projects without an agency are of no office that gives a value or does not: for them the data have every value.
"""

_ALL = tuple(sorted({name for rule in OBSERVATIONS for name in rule.of_agency}))


def agency_values(projects: Iterable[Project]) -> AgencyValues:
    """What the data have of the agencies of these projects."""
    by_agency = group((project for project in projects if project.agency), agency_id_of)
    return {
        agency_id: frozenset(name for name in _ALL if _have_value(members, name))
        for agency_id, members in by_agency.items()
    }


def values_of(agency_values: AgencyValues | None, agency_id: str) -> tuple[str, ...]:
    """What the data have of an agency: nothing where it has no project today, everything where the id is "".

    `agency_values` is what they have of each; None: every value of every agency.
    """
    if agency_values is None or not agency_id:
        return _ALL
    return tuple(sorted(agency_values.get(agency_id, ())))


def agency_id_of(project: Project) -> str:
    """The id of a project's agency; "" for a project without one."""
    return project.agency.agency_id if project.agency else ""


def _have_value(projects: Sequence[Project], name: str) -> bool:
    """Whether the data have a value of this name for any of these projects."""
    if name == AGENCY_REPORTS:
        return any(map(has_reports, projects))
    return any(read_input(project, name) is not None for project in projects)


class AgencyRules:
    """Rules, as the projects of each agency can be judged by them."""

    def __init__(self, rules: Sequence[ObservationRule], agency_values: AgencyValues | None = None) -> None:
        """`agency_values` is what the data have of each agency; None: every value of every agency."""
        self._rules = tuple(rules)
        self._agency_values = agency_values
        self._by_values: dict[tuple[str, ...], tuple[ObservationRule, ...]] = {}

    def of(self, project: Project) -> tuple[ObservationRule, ...]:
        """The rules that a project can be judged by, in their order."""
        return self.by_values(self.values(agency_id_of(project)))

    def by_values(self, values: tuple[str, ...]) -> tuple[ObservationRule, ...]:
        """The rules that a project can be judged by whose agency has these `values`, in their order."""
        if values not in self._by_values:
            lacking = {*_ALL}.difference(values)
            self._by_values[values] = tuple(_without(rule, lacking) for rule in self._rules)
        return self._by_values[values]

    def values(self, agency_id: str) -> tuple[str, ...]:
        """What the data have of an agency, as `values_of` says it."""
        return values_of(self._agency_values, agency_id)


def _without(rule: ObservationRule, lacking: Set[str]) -> ObservationRule:
    """The rule, for an agency of which the data never have these values."""
    missing = frozenset(rule.of_agency) & lacking
    each = rule.each
    rule = rule.without(missing)
    unknown = missing.difference(each)
    return replace(rule, judge=partial(_unless_excluded, rule.judge, unknown)) if unknown else rule


def _unless_excluded(judge: Judge, unknown: frozenset[str], project: Project, thresholds: Thresholds) -> Verdict:
    """What `judge` says where that is no; nobody can say yes without `unknown`."""
    return all_of(judge(project, thresholds), unknown)
