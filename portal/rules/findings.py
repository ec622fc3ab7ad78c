"""Projects and their history -> what the observations find, since when, and how regularly agencies report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.core.json_values import json_text, json_value
from portal.core.models import Agency, Bilingual, Package, Portal, Project, Release, Thresholds
from portal.core.totals import Total, total
from portal.history import Timeline
from portal.rules.agencies import AgencyRules, AgencyValues
from portal.rules.needs import TITLES, package_columns
from portal.rules.observations import OBSERVATIONS, key_value_missing
from portal.rules.outcomes import Outcome, absent_columns, checkable_rules, judge_project
from portal.rules.registry import ObservationRule
from portal.rules.reporting_rates import ReportingRates, find_reporting_rates
from portal.rules.rule_inputs import DERIVED, column_of

MISSING = key_value_missing.__name__
"""The rule that finds nearly every project of a package with many blanks: it is counted apart."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a project. The words that are the same for all projects are the site's."""

    rule: ObservationRule
    outcome: Outcome
    inputs: Mapping[str, Any] = field(hash=False)
    """The values that it was judged on, by the names in the rule's `needs` and in their order."""
    missing: tuple[str, ...]
    """The inputs that are blank where it therefore cannot be checked; none otherwise."""
    since: Release | None
    """The release since which it finds the project; None where that began before the first release in the history."""

    @property
    def found(self) -> bool:
        """Whether the rule finds the project."""
        return self.outcome is Outcome.FOUND


def meanings(thresholds: Thresholds) -> dict[str, Bilingual]:
    """What each rule means, by its name, with the thresholds that it judges by."""
    return {rule.name: rule.meaning_with(thresholds) for rule in OBSERVATIONS}


def input_titles(package: Package) -> dict[str, Bilingual]:
    """The title of each value that a rule reads and of each column that may be missing, by its name."""
    return {name: _title(name, package) for name in (*TITLES, *(name for rule in OBSERVATIONS for name in rule.needs))}


def _title(name: str, package: Package) -> Bilingual:
    """What an input of a rule is called: as its column is, or in the portal's own words.

    The title of one column is a label before a date, not the name of what it holds.
    """
    column = column_of(name)
    described = package.resources["projects"].fields.get(column)
    if described and name == "as_of_date":
        return Bilingual("วันที่ของข้อมูล", "Date of the data")
    return described.title if described else DERIVED[name].title if name in DERIVED else TITLES[column]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule over all projects."""

    rule: ObservationRule
    found: int
    not_found: int
    cannot_be_checked: int
    lacking: tuple[tuple[str, int], ...]
    """The names of what is missing where it cannot be checked, each with the number of projects that lack it, the most
    frequent first.
    """
    received: Total
    """Baht, of the projects that it finds."""
    absent: tuple[str, ...]
    """The columns that the package lacks, so that it can be checked of no project; then nothing is counted."""

    @property
    def covered(self) -> int:
        """The projects that it could be checked for."""
        return self.found + self.not_found


@dataclass(frozen=True, slots=True)
class Findings:
    """What is found out about a portal."""

    observations: Mapping[str, tuple[Finding, ...]]
    """Of each project, by its id, the rules that find it, in their order."""
    rules: tuple[RuleResult, ...]
    timeline: Timeline
    reporting_rates: ReportingRates | None
    """None where the data have nothing that could say when anybody reported."""
    checked_agencies: frozenset[str]
    """The ids of the agencies for a project of which any rule could be checked, that of missing values aside."""

    @property
    def has_checked(self) -> bool:
        """Whether any rule could be checked of any project, that of missing values aside."""
        return any(result.covered for result in self.rules if result.rule.name != MISSING)

    def questions(self, project_id: str) -> tuple[Finding, ...]:
        """The observations on a project, missing values aside."""
        return tuple(finding for finding in self.observations[project_id] if finding.rule.name != MISSING)


class RuleRunner:
    """Judges the projects of a portal, one after the other, and remembers of each only the rules that find it."""

    def __init__(self, portal: Portal, thresholds: Thresholds, timeline: Timeline, agency_values: AgencyValues) -> None:
        """The projects of `portal` have their published progress; `timeline` is what the releases say of them."""
        self._thresholds = thresholds
        self._columns = package_columns(portal.package)
        self._rules = AgencyRules(checkable_rules(self._columns), agency_values)
        self._timeline = timeline
        self._reporting_rates = find_reporting_rates(portal)
        self._observations: dict[str, tuple[Finding, ...]] = {}
        self._received: dict[str, list[Decimal | None]] = {rule.name: [] for rule in OBSERVATIONS}
        self._counts: Counter[tuple[str, Outcome]] = Counter()
        self._checked_agencies: set[str] = set()
        self._lacking: dict[str, Counter[str]] = {rule.name: Counter() for rule in OBSERVATIONS}

    def observe(self, project: Project) -> tuple[Finding, ...]:
        """What each rule that can be checked says of a project that has not been observed yet, in their order."""
        findings = tuple(self._observe(project))
        for finding in findings:
            name = finding.rule.name
            self._counts[name, finding.outcome] += 1
            self._lacking[name].update(finding.missing)
            if finding.found:
                self._received[name].append(project.budget_received)
            if project.agency and name != MISSING and finding.outcome is not Outcome.CANNOT_BE_CHECKED:
                self._checked_agencies.add(project.agency.agency_id)
        self._observations[project.project_id] = tuple(finding for finding in findings if finding.found)
        return findings

    def _observe(self, project: Project) -> Iterator[Finding]:
        changes = self._timeline.project_changes.get(project.project_id, ())
        rules = self._rules.of(project)
        outcomes = judge_project(project, self._thresholds, rules)
        for rule, outcome in zip(rules, outcomes, strict=True):
            began = (change.release for change in changes if rule.name in change.began)
            since = next(began, None) if outcome.outcome is Outcome.FOUND else None
            yield Finding(rule, outcome.outcome, outcome.inputs, outcome.missing, since)

    def findings(self) -> Findings:
        """What was found out about the portal, all projects of which have been observed."""
        return Findings(
            self._observations,
            tuple(map(self._result, OBSERVATIONS)),
            self._timeline,
            self._reporting_rates,
            frozenset(self._checked_agencies),
        )

    def _result(self, rule: ObservationRule) -> RuleResult:
        name = rule.name
        return RuleResult(
            rule,
            self._counts[name, Outcome.FOUND],
            self._counts[name, Outcome.NOT_FOUND],
            self._counts[name, Outcome.CANNOT_BE_CHECKED],
            tuple(self._lacking[name].most_common()),
            total(self._received[name]),
            absent_columns(rule, self._columns),
        )


FINDING_COLUMNS = ("project_id", "signal", "outcome", "since", "inputs", "missing")
"""Of `signals.csv`."""


def finding_rows(project: Project, findings: Iterable[Finding]) -> Iterator[tuple[str, ...]]:
    """What each rule says of a project. `inputs` is an object of JSON; `since` the release in which it began."""
    for finding in findings:
        inputs = json_text({name: _input(value) for name, value in finding.inputs.items()})
        since = finding.since.published.isoformat() if finding.since else ""
        outcome, missing = finding.outcome.value, " ".join(finding.missing)
        yield project.project_id, finding.rule.name, outcome, since, inputs, missing


def _input(value: Any) -> Any:
    """An input as JSON has it: an agency by its id."""
    return json_value(value.agency_id if isinstance(value, Agency) else value)
