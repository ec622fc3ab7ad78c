"""Project + observations -> what each of them says of it, and which of them a package can be judged by."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from portal.core.models import Project, Thresholds
from portal.rules.needs import is_mentioned, unmet
from portal.rules.observations import OBSERVATIONS
from portal.rules.registry import ObservationRule
from portal.rules.rule_inputs import needs_of, read_inputs


class Outcome(StrEnum):
    """What a rule says of a project, in the words of `signals.csv`."""

    FOUND = "concerned"
    NOT_FOUND = "not_concerned"
    CANNOT_BE_CHECKED = "cannot_be_checked"


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule says of one project, and on what grounds."""

    rule: str
    outcome: Outcome
    inputs: Mapping[str, Any] = field(hash=False)
    """The values that it was judged on, by the names in the rule's `needs` and in their order."""
    missing: tuple[str, ...]
    """The inputs that are blank where it therefore cannot be checked; none otherwise."""


def judge_project(
    project: Project, thresholds: Thresholds, rules: Sequence[ObservationRule] | None = None
) -> tuple[RuleOutcome, ...]:
    """What each of `rules` says of `project`, in their order; None: all whose limits the city has."""
    chosen = _with_limits(thresholds) if rules is None else rules
    return tuple(_judge(rule, project, thresholds) for rule in chosen)


def _judge(rule: ObservationRule, project: Project, thresholds: Thresholds) -> RuleOutcome:
    inputs = read_inputs(project, rule.needs)
    verdict = rule.judge(project, thresholds)
    if isinstance(verdict, frozenset):
        # A value that the package has no column for is no input, and yet it is missing.
        others = sorted(verdict.difference(rule.needs))
        missing = (*(name for name in rule.needs if name in verdict), *others)
        return RuleOutcome(rule.name, Outcome.CANNOT_BE_CHECKED, inputs, missing)
    return RuleOutcome(rule.name, Outcome.FOUND if verdict else Outcome.NOT_FOUND, inputs, ())


def absent_columns(rule: ObservationRule, columns: Container[str]) -> tuple[str, ...]:
    """The columns that a package lacks, so that `rule` can be checked of no project; none where it can be checked.

    `columns` are those that the package has, as `portal.rules.needs` names them.
    """
    return unmet(rule.requires, columns.__contains__)


def mentioned_rules(tables: Container[str], thresholds: Thresholds) -> tuple[ObservationRule, ...]:
    """The rules that a package with these tables has anything to do with, in the order of OBSERVATIONS.

    A rule without a limit of the city is not among them.
    """
    return tuple(rule for rule in _with_limits(thresholds) if is_mentioned(rule.requires, tables))


def checkable_rules(columns: Container[str], thresholds: Thresholds) -> tuple[ObservationRule, ...]:
    """The rules that a package with these columns can be judged by, in the order of OBSERVATIONS."""
    return tuple(_within(rule, columns) for rule in _with_limits(thresholds) if not absent_columns(rule, columns))


def _with_limits(thresholds: Thresholds) -> tuple[ObservationRule, ...]:
    return tuple(rule for rule in OBSERVATIONS if rule.has_limits(thresholds))


def _within(rule: ObservationRule, columns: Container[str]) -> ObservationRule:
    """The rule, without what the package has no column for: values that it judges one by one, and inputs."""
    absent = {name for name in rule.needs if unmet(needs_of(name), columns.__contains__)}
    rule = rule.without(absent)
    return replace(rule, needs=tuple(name for name in rule.needs if name not in absent)) if absent else rule
