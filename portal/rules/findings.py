"""What is found out about the projects of a portal: what concerns them, what changed, how regularly they report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.json_values import json_text
from portal.core.models import Agency, Bilingual, Package, Portal, Project, Release, Thresholds
from portal.core.totals import Total, total
from portal.history import ProjectChanges, Timeline
from portal.rules.needs import TITLES, package_columns
from portal.rules.observations import DERIVED, RULES, Outcome, Rule, RuleOutcome, absent, rules_of, signals
from portal.rules.reporting import ReportingRates, reporting_rates

MISSING = "key_value_missing"
"""The rule that concerns nearly every project of a package with many blanks: it is counted apart."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a project. The words that are the same for all projects are the site's."""

    rule: Rule
    signal: RuleOutcome
    since: Release | None
    """The release in which it began to concern the project; None where that was before all that is known."""

    @property
    def concerns(self) -> bool:
        """Whether the rule concerns the project."""
        return self.signal.outcome is Outcome.FOUND


def meanings(thresholds: Thresholds) -> dict[str, Bilingual]:
    """What each rule means, by its name, with the thresholds that it judges by."""
    return {rule.name: rule.meaning_with(thresholds) for rule in RULES}


def input_titles(package: Package) -> dict[str, Bilingual]:
    """The title of each value that a rule reads and of each column that may be missing, by its name."""
    return {name: _title(name, package) for name in (*TITLES, *(name for rule in RULES for name in rule.needs))}


def _title(name: str, package: Package) -> Bilingual:
    """What an input of a rule is called: as its column is, or in the portal's own words.

    The title of one column is a label before a date, not the name of what it holds.
    """
    if name == "as_of_date":
        return Bilingual("วันที่ของข้อมูล", "Date of the data")
    column = "agency_id" if name == "agency" else name
    field = package.resources["projects"].fields.get(column)
    return field.title if field else DERIVED[name].title if name in DERIVED else TITLES[column]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule over all projects."""

    rule: Rule
    concerned: int
    not_found: int
    cannot_be_checked: int
    lacking: tuple[tuple[str, int], ...]
    """The names of what is missing where it cannot be checked, each with the number of projects that lack it, the most
    frequent first."""
    received: Total
    """Baht, of the projects that it concerns."""
    absent: tuple[str, ...]
    """The columns for want of which it can be checked of no project; then nothing is counted."""

    @property
    def covered(self) -> int:
        """The projects that it could be checked for."""
        return self.concerned + self.not_found


@dataclass(frozen=True, slots=True)
class Findings:
    """What is found out about a portal."""

    observations: Mapping[str, tuple[Finding, ...]]
    """Of each project those that concern it, in the order of the rules."""
    rules: tuple[RuleResult, ...]
    past: Timeline
    reporting_rates: ReportingRates | None
    """None where the data have nothing that could say when anybody reported."""

    @property
    def has_checked(self) -> bool:
        """Whether any rule could be checked of any project, that of missing values aside."""
        return any(one.covered for one in self.rules if one.rule.name != MISSING)

    def questions(self, project_id: str) -> tuple[Finding, ...]:
        """The observations that concern a project, missing values aside."""
        return tuple(one for one in self.observations[project_id] if one.rule.name != MISSING)


class RuleRunner:
    """Judges the projects of a portal, one after the other, and remembers of each only what concerns it."""

    def __init__(self, portal: Portal, thresholds: Thresholds, known: Timeline) -> None:
        """`portal` knows its published progress; `known` is what the releases say of it."""
        self._thresholds = thresholds
        self._columns = package_columns(portal.package)
        self._rules = rules_of(self._columns)
        self._past = known
        self._league = reporting_rates(portal)
        self._observations: dict[str, tuple[Finding, ...]] = {}
        self._received: dict[str, list[Decimal | None]] = {rule.name: [] for rule in RULES}
        self._clear: Counter[str] = Counter()
        self._unclear: Counter[str] = Counter()
        self._lacking: dict[str, Counter[str]] = {rule.name: Counter() for rule in RULES}

    def observe(self, project: Project) -> tuple[Finding, ...]:
        """What each rule that can be checked says of a project that has not been observed yet, in their order."""
        found = tuple(self._observe(project))
        for one in found:
            name = one.rule.name
            if one.concerns:
                self._received[name].append(project.budget_received)
            elif one.signal.outcome is Outcome.CANNOT_BE_CHECKED:
                self._unclear[name] += 1
                self._lacking[name].update(one.signal.missing)
            else:
                self._clear[name] += 1
        self._observations[project.project_id] = tuple(one for one in found if one.concerns)
        return found

    def _observe(self, project: Project) -> Iterator[Finding]:
        entries = self._past.entries.get(project.project_id, ())
        for rule, signal in zip(self._rules, signals(project, self._thresholds, self._rules), strict=True):
            since = _since(rule, entries) if signal.outcome is Outcome.FOUND else None
            yield Finding(rule, signal, since)

    def findings(self) -> Findings:
        """The insights into the portal, all projects of which have been observed."""
        return Findings(self._observations, tuple(map(self._result, RULES)), self._past, self._league)

    def _result(self, rule: Rule) -> RuleResult:
        name = rule.name
        return RuleResult(
            rule,
            len(self._received[name]),
            self._clear[name],
            self._unclear[name],
            tuple(self._lacking[name].most_common()),
            total(self._received[name]),
            absent(rule, self._columns),
        )


def _since(rule: Rule, entries: Sequence[ProjectChanges]) -> Release | None:
    return next((entry.release for entry in entries if rule.name in entry.began), None)


FINDING_COLUMNS = ("project_id", "signal", "outcome", "since", "inputs", "missing")
"""Of `signals.csv`."""


def finding_rows(project: Project, observations: Iterable[Finding]) -> Iterator[tuple[str, ...]]:
    """What each rule says of a project. `inputs` is an object of JSON; `since` the release in which it began."""
    for one in observations:
        inputs = json_text({name: _plain(value) for name, value in one.signal.inputs.items()})
        since = one.since.published.isoformat() if one.since else ""
        outcome, missing = one.signal.outcome.value, " ".join(one.signal.missing)
        yield project.project_id, one.rule.name, outcome, since, inputs, missing


def _plain(value: Any) -> Any:
    if isinstance(value, Agency):
        return value.agency_id
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
