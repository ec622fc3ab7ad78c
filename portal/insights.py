"""What is found out about the projects of a portal: what concerns them, what changed, how regularly they report."""

from __future__ import annotations

import hashlib
import inspect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import changes, fiscal, models
from portal import past as earlier
from portal import signals as rules
from portal.changes import Entry
from portal.formats import json_text
from portal.league import League, league
from portal.models import Agency, Bilingual, History, Portal, Project, Release, Thresholds
from portal.past import Past, Told, past
from portal.signals import DERIVED, RULES, Outcome, Rule, Signal, signals
from portal.totals import Total, largest_first, total

MISSING = "key_value_missing"
"""The rule that concerns nearly every project of a package with many blanks: it is counted apart."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a rule says of a project, with its words."""

    rule: Rule
    meaning: Bilingual
    """With the thresholds that it was judged by."""
    signal: Signal
    inputs: tuple[tuple[str, Bilingual, Any], ...]
    """What it was judged on: each with its name, its title and its value."""
    missing: tuple[Bilingual, ...]
    """The titles of what it lacks to be checked."""
    since: Release | None
    """The release in which it began to concern the project; None where that was before all that is known."""

    @property
    def concerns(self) -> bool:
        """Whether the rule concerns the project."""
        return self.signal.outcome is Outcome.CONCERNED


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule over all projects."""

    rule: Rule
    meaning: Bilingual
    concerned: tuple[Project, ...]
    """Those that received most first."""
    not_concerned: int
    cannot_be_checked: int
    lacking: tuple[tuple[Bilingual, int], ...]
    """What is missing where it cannot be checked, with the number of projects that lack it, the most frequent first."""
    received: Total
    """Baht, of the projects that it concerns."""

    @property
    def covered(self) -> int:
        """The projects that it could be checked for."""
        return len(self.concerned) + self.not_concerned


@dataclass(frozen=True, slots=True)
class Insights:
    """What is found out about a portal."""

    observations: Mapping[str, tuple[Observation, ...]]
    """Of each project, one for each rule in the order of the rules."""
    rules: tuple[RuleResult, ...]
    past: Past
    league: League

    def concerned(self, project_id: str) -> tuple[str, ...]:
        """The rules that concern a project."""
        found = self.observations[project_id]
        return tuple(one.rule.name for one in found if one.concerns)

    def questions(self, project_id: str) -> tuple[Observation, ...]:
        """The observations that concern a project, missing values aside."""
        found = self.observations[project_id]
        return tuple(one for one in found if one.concerns and one.rule.name != MISSING)


def version(portal: Portal, thresholds: Thresholds) -> str:
    """Names what rules say of a state: by the code that says it, the thresholds, and the types of the columns."""
    types = [(name, one.type, one.format) for name, one in portal.package.resources["projects"].fields.items()]
    code = "".join(inspect.getsource(module) for module in (rules, earlier, changes, fiscal, models))
    text = code + repr(thresholds) + repr(types)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def find(portal: Portal, history: History, thresholds: Thresholds, told: Told) -> Insights:
    """The insights into `portal`, which knows its published progress. `told` is as in `past.past`."""
    known = past(portal, history, thresholds, told)
    meanings = {rule.name: rule.meaning_with(thresholds) for rule in RULES}
    titles = {name: title_of(name, portal) for rule in RULES for name in rule.needs}
    observations = {
        project.project_id: tuple(_observations(project, thresholds, meanings, titles, known))
        for project in portal.projects
    }
    return Insights(observations, tuple(_results(portal, observations, meanings)), known, league(portal))


def _observations(
    project: Project,
    thresholds: Thresholds,
    meanings: Mapping[str, Bilingual],
    titles: Mapping[str, Bilingual],
    known: Past,
) -> Iterator[Observation]:
    entries = known.entries.get(project.project_id, ())
    for rule, signal in zip(RULES, signals(project, thresholds), strict=True):
        yield Observation(
            rule,
            meanings[rule.name],
            signal,
            tuple((name, titles[name], value) for name, value in signal.inputs.items()),
            tuple(titles[name] for name in signal.missing),
            _since(rule, entries) if signal.outcome is Outcome.CONCERNED else None,
        )


def _since(rule: Rule, entries: Sequence[Entry]) -> Release | None:
    return next((entry.release for entry in entries if rule.name in entry.began), None)


def title_of(name: str, portal: Portal) -> Bilingual:
    """What an input of a rule is called: as its column is, or as the rules say of what is no column."""
    field = portal.package.resources["projects"].fields.get("agency_id" if name == "agency" else name)
    return field.title if field else DERIVED[name].title if name in DERIVED else Bilingual(name)


def _results(
    portal: Portal, observations: Mapping[str, Sequence[Observation]], meanings: Mapping[str, Bilingual]
) -> Iterator[RuleResult]:
    for number, rule in enumerate(RULES):
        found = [(project, observations[project.project_id][number]) for project in portal.projects]
        concerned = [project for project, one in found if one.concerns]
        unclear = [one for _, one in found if one.signal.outcome is Outcome.CANNOT_BE_CHECKED]
        lacking = Counter(title for one in unclear for title in one.missing)
        yield RuleResult(
            rule,
            meanings[rule.name],
            tuple(largest_first(concerned)),
            len(found) - len(concerned) - len(unclear),
            len(unclear),
            tuple(sorted(lacking.items(), key=lambda pair: -pair[1])),
            total(project.budget_received for project in concerned),
        )


SIGNAL_COLUMNS = ("project_id", "signal", "outcome", "since", "inputs", "missing")
"""Of `signals.csv`."""


def signal_rows(portal: Portal, insights: Insights) -> Iterator[tuple[str, ...]]:
    """What each rule says of each project. `inputs` is an object of JSON; `since` the release in which it began."""
    for project in portal.projects:
        for one in insights.observations[project.project_id]:
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
