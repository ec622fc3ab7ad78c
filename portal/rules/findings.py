"""Projects and their history -> what the observations find, since when, and how regularly agencies report."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from portal.core.csv_reader import csv_reader
from portal.core.json_values import json_text, json_value
from portal.core.messages import Message
from portal.core.models import Agency, Conventions, Package, Portal, Project, Release, Text, Thresholds
from portal.core.totals import Total, total
from portal.history import ProjectChanges, Timeline
from portal.rules.agencies import AgencyRules, AgencyValues, agency_id_of, values_of
from portal.rules.needs import TITLES, package_columns
from portal.rules.observations import OBSERVATIONS, key_value_missing, past_finish_date
from portal.rules.outcomes import Outcome, absent_columns, checkable_rules, judge_project, mentioned_rules
from portal.rules.registry import ObservationRule
from portal.rules.reporting_rates import ReportingRates, find_reporting_rates
from portal.rules.rule_inputs import DERIVED, column_of, read_inputs
from portal.rules.wording import in_words_of

MISSING = key_value_missing.__name__
"""The rule that finds nearly every project of a package with many blanks: it is counted apart."""

LATE = past_finish_date.__name__
"""The rule that finds what is late."""


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


def meanings(thresholds: Thresholds, conventions: Conventions) -> dict[str, Text]:
    """What each rule whose limits the city has means, by its name, with these thresholds, in the words of the city."""
    return {
        rule.name: rule.meaning_with(thresholds, conventions) for rule in OBSERVATIONS if rule.has_limits(thresholds)
    }


def rule_titles(package: Package, thresholds: Thresholds) -> dict[str, Text]:
    """The title of each rule that `package` has anything to do with, by its name."""
    languages = package.conventions.languages
    return {rule.name: rule.title.text(languages) for rule in mentioned_rules(package.resources, thresholds)}


def input_titles(package: Package) -> dict[str, Text]:
    """The title of each value that a rule reads and of each column that may be missing, by its name."""
    return {name: _title(name, package) for name in (*TITLES, *(name for rule in OBSERVATIONS for name in rule.needs))}


def _title(name: str, package: Package) -> Text:
    """What an input of a rule is called: as its column is, or in the portal's own words.

    The title of one column is a label before a date, not the name of what it holds.
    """
    column = column_of(name)
    described = package.resources["projects"].fields.get(column)
    if described and name == "as_of_date":
        return DATE_OF_THE_DATA.text(package.conventions.languages)
    if described:
        return described.title
    return in_words_of(DERIVED[name].title if name in DERIVED else TITLES[column], package.conventions)


DATE_OF_THE_DATA = Message("Date of the data")


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
    """Money, of the projects that it finds."""
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
    checked_for_lateness: frozenset[str]
    """The ids of the projects of which could be checked whether they are late, by the rule `LATE`."""

    @property
    def has_checked(self) -> bool:
        """Whether any rule could be checked of any project, that of missing values aside."""
        return any(result.covered for result in self.rules if result.rule.name != MISSING)

    def questions(self, project_id: str) -> tuple[Finding, ...]:
        """The observations on a project, missing values aside."""
        return tuple(finding for finding in self.observations[project_id] if finding.rule.name != MISSING)


@dataclass(frozen=True)
class ProjectJudge:
    """Judges projects by the rules that a package can be judged by."""

    columns: tuple[str, ...]
    """Those that the package has, as `portal.rules.needs` names them."""
    thresholds: Thresholds

    @cached_property
    def _rules(self) -> AgencyRules:
        return AgencyRules(checkable_rules(frozenset(self.columns), self.thresholds))

    def judge(
        self, project: Project, agency_values: tuple[str, ...], changes: Sequence[ProjectChanges]
    ) -> tuple[Finding, ...]:
        """What each rule that can be checked says of a project, in their order.

        `agency_values` is what the data have of its agency; `changes` are those of the project, the newest first, by
        which it is known since when a rule finds it.
        """
        rules = self._rules.by_values(agency_values)
        outcomes = judge_project(project, self.thresholds, rules)
        return tuple(
            Finding(
                rule,
                outcome.outcome,
                outcome.inputs,
                outcome.missing,
                _since(rule, changes) if outcome.outcome is Outcome.FOUND else None,
            )
            for rule, outcome in zip(rules, outcomes, strict=True)
        )

    def found(
        self,
        project: Project,
        agency_values: tuple[str, ...],
        changes: Sequence[ProjectChanges],
        names: Container[str],
    ) -> tuple[Finding, ...]:
        """What the rules of these `names` say, which are known to find a project."""
        return tuple(
            Finding(rule, Outcome.FOUND, read_inputs(project, rule.needs), (), _since(rule, changes))
            for rule in self._rules.by_values(agency_values)
            if rule.name in names
        )


def project_judge(package: Package, thresholds: Thresholds) -> ProjectJudge:
    """What judges the projects of a package."""
    return ProjectJudge(tuple(sorted(package_columns(package))), thresholds)


def _since(rule: ObservationRule, changes: Sequence[ProjectChanges]) -> Release | None:
    """The release in which a rule that finds a project began to; None where that was before the first known one."""
    return next((change.release for change in changes if rule.name in change.began), None)


class FindingRow(NamedTuple):
    """A row of `signals.csv`: what a rule says of a project."""

    project_id: str
    signal: str
    """The name of the rule."""
    outcome: str
    since: str
    """The day of the release in which the rule began to find the project; empty where that is not known."""
    inputs: str
    """The values that it was judged on, an object of JSON."""
    missing: str
    """The names of the inputs that are blank where it therefore cannot be checked, with spaces between them."""

    @property
    def found(self) -> bool:
        """Whether the rule finds the project."""
        return self.outcome == Outcome.FOUND


FINDING_COLUMNS = FindingRow._fields

_RuleOutcome = tuple[str, str, str]
"""The name of a rule, its outcome, and the names of what is missing, with spaces between them."""


class RuleRunner:
    """Judges the projects of a portal, one after the other, and remembers of each only the rules that find it."""

    def __init__(self, portal: Portal, thresholds: Thresholds, timeline: Timeline, agency_values: AgencyValues) -> None:
        """The projects of `portal` have their published progress; `timeline` is what the releases say of them."""
        self.judge = project_judge(portal.package, thresholds)
        self._rules = mentioned_rules(portal.package.resources, thresholds)
        self._agency_values = agency_values
        self._timeline = timeline
        self._reporting_rates = find_reporting_rates(portal)
        self._observations: dict[str, tuple[Finding, ...]] = {}
        self._received: dict[str, list[Decimal | None]] = {rule.name: [] for rule in OBSERVATIONS}
        self._outcomes: Counter[tuple[_RuleOutcome, ...]] = Counter()
        """How many projects have the same outcomes, of which there are a few hundred."""
        self._checked_agencies: set[str] = set()
        self._checked_for_lateness: set[str] = set()

    def agency_values(self, project: Project) -> tuple[str, ...]:
        """What the data have of the agency of a project, as `ProjectJudge` takes it."""
        return values_of(self._agency_values, agency_id_of(project))

    def observe(self, project: Project) -> tuple[Finding, ...]:
        """What each rule that can be checked says of a project that has not been observed yet, in their order."""
        findings = self.judge.judge(project, self.agency_values(project), self._changes(project))
        outcomes = ((finding.rule.name, finding.outcome.value, " ".join(finding.missing)) for finding in findings)
        self._add(project, tuple(outcomes), tuple(finding for finding in findings if finding.found))
        return findings

    def reuse(self, project: Project, rows: Sequence[FindingRow]) -> tuple[Finding, ...]:
        """Take the rows of a project that an earlier build wrote, nothing of which has changed since.

        Returns the findings of the rules that find it.
        """
        names = {row.signal for row in rows if row.found}
        findings = self.judge.found(project, self.agency_values(project), self._changes(project), names)
        self._add(project, tuple((row.signal, row.outcome, row.missing) for row in rows), findings)
        return findings

    def _changes(self, project: Project) -> Sequence[ProjectChanges]:
        return self._timeline.project_changes.get(project.project_id, ())

    def _add(self, project: Project, outcomes: tuple[_RuleOutcome, ...], found: tuple[Finding, ...]) -> None:
        """Add the outcome of each rule, and the rules that find the project."""
        self._outcomes[outcomes] += 1
        checked = {name for name, outcome, _ in outcomes if outcome != Outcome.CANNOT_BE_CHECKED}
        if project.agency and checked - {MISSING}:
            self._checked_agencies.add(project.agency.agency_id)
        if LATE in checked:
            self._checked_for_lateness.add(project.project_id)
        for finding in found:
            self._received[finding.rule.name].append(project.budget_received)
        self._observations[project.project_id] = found

    def findings(self) -> Findings:
        """What was found out about the portal, all projects of which have been observed."""
        counts, lacking = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for outcomes, projects in self._outcomes.items():
            for name, outcome, missing in outcomes:
                counts[name, outcome] += projects
                lacking.update(dict.fromkeys(((name, value) for value in missing.split()), projects))
        return Findings(
            self._observations,
            tuple(self._result(rule, counts, lacking) for rule in self._rules),
            self._timeline,
            self._reporting_rates,
            frozenset(self._checked_agencies),
            frozenset(self._checked_for_lateness),
        )

    def _result(
        self, rule: ObservationRule, counts: Mapping[tuple[str, str], int], lacking: Mapping[tuple[str, str], int]
    ) -> RuleResult:
        name = rule.name
        of_rule = [(value, projects) for (other, value), projects in lacking.items() if other == name]
        return RuleResult(
            rule,
            counts[name, Outcome.FOUND],
            counts[name, Outcome.NOT_FOUND],
            counts[name, Outcome.CANNOT_BE_CHECKED],
            tuple(sorted(of_rule, key=lambda item: (-item[1], item[0]))),
            total(self._received[name]),
            absent_columns(rule, self.judge.columns),
        )


def finding_rows(project: Project, findings: Iterable[Finding]) -> Iterator[FindingRow]:
    """What each rule says of a project, as `signals.csv` has it."""
    for finding in findings:
        inputs = json_text({name: _input(value) for name, value in finding.inputs.items()})
        since = finding.since.published.isoformat() if finding.since else ""
        outcome, missing = finding.outcome.value, " ".join(finding.missing)
        yield FindingRow(project.project_id, finding.rule.name, outcome, since, inputs, missing)


def read_finding_rows(lines: str) -> list[FindingRow]:
    """The rows of `finding_rows` from lines of CSV."""
    return [FindingRow(*row) for row in csv_reader(io.StringIO(lines, newline=""))]


def _input(value: Any) -> Any:
    """An input as JSON has it: an agency by its id, a row of procurement as an object."""
    if isinstance(value, tuple):
        return [json_value(row._asdict() if hasattr(row, "_asdict") else row) for row in value]
    return json_value(value.agency_id if isinstance(value, Agency) else value)
