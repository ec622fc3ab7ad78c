"""The registry of rules: each rule is one function, registered once by the decorator of its kind.

- `constraint`: what a package must satisfy. A problem that it finds stops the build.
- `anomaly` and `text_anomaly`: values that are published as they are though they are odd.
- `observation`: what the public is shown of a project, in three values, with a possible explanation.

The name of the function is the name of the rule, its docstring the meaning of the rule in English, which is published
and translated by the catalogues as all messages are.
What a rule needs is written as in `portal.rules.needs`. The site lists rules in the order of their functions.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from portal.core.messages import Message
from portal.core.models import Conventions, Language, Portal, Project, Text, Thresholds, names_in
from portal.core.problems import Problem
from portal.rules.verdicts import Verdict
from portal.rules.wording import in_words_of


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A value that is published as it is though it is odd, and where it stands."""

    resource: str
    row: int
    """The record's number in the file, the header being 1."""
    field: str
    value: Any
    """Of a text the part around the place, with what cannot be seen made visible: `‹U+200B›`, `␣`."""
    project_id: str | None
    beside: Mapping[str, Any] = dataclasses.field(default_factory=dict, hash=False)
    """The other fields of the record that make it odd; those of another table as `contracts.signed_date`."""


FindProblems = Callable[[Portal], Iterator[Problem]]
Count = Callable[[Portal], int]
FindAnomalies = Callable[[Sequence[Project]], Iterator[Anomaly]]
FindInText = Callable[[str], re.Match[str] | None]
Judge = Callable[[Project, Thresholds], Verdict]
JudgeEach = Callable[[Sequence[str], Project, Thresholds], Verdict]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule of the portal's own that a package must satisfy, beside those of its schemas."""

    name: str
    title: Message
    """What is so where the constraint is satisfied."""
    resource: str
    """The one that it is mainly about."""
    find: FindProblems
    count: Count
    """The records or cells that have what it looks at."""


@dataclass(frozen=True, slots=True)
class AnomalyRule:
    """A rule that finds odd values of projects."""

    name: str
    title: Message
    meaning: Message
    """With possible explanations: an odd value need not be wrong. Words of the city are names in braces."""
    find: FindAnomalies
    needs: str
    """What a project must have for the rule to say anything of it."""
    requires: str
    """What the package must have for that."""
    explanation: Message | None = None
    """Possible explanations, of a rule whose meaning has none."""


@dataclass(frozen=True, slots=True)
class TextRule:
    """A rule that finds a place in a text that is odd."""

    name: str
    title: Message
    meaning: Message
    find: FindInText


@dataclass(frozen=True, slots=True)
class IndicatorSource:
    """A publication that an observation is taken from."""

    title: Message
    """With the number and the name of the indicator there."""
    url: str


@dataclass(frozen=True, slots=True)
class ObservationRule:
    """A rule of the public observations on projects."""

    name: str
    title: Message
    meaning: Message
    """With names in braces, those of thresholds among them; `meaning_with` puts the words and the numbers in."""
    explanation: Message
    """Why a project that it finds may have done nothing amiss."""
    needs: tuple[str, ...]
    """What it reads: attributes of Project, or names in `portal.rules.rule_inputs.DERIVED`."""
    judge: Judge = field(compare=False)
    requires: str
    """The columns without which it could find no project."""
    each: tuple[str, ...] = ()
    """Of its `needs` those that it judges one by one: one that there is no column for is left out."""
    judge_each: JudgeEach | None = field(default=None, compare=False)
    """Judges some of `each`."""
    of_agency: tuple[str, ...] = ()
    """What the data must have of any project of the agency: without it nobody can be said not to have given it. Those
    that it judges one by one are left out, without the others it can find no project.
    """
    sources: tuple[IndicatorSource, ...] = ()
    """Where the rule and its preset limit come from; none of a rule that is the portal's own."""
    compares_projects: bool = False
    """Whether it depends on other projects. What it found of a project in earlier releases is not known then: each of
    them would have to be put back whole.
    """

    def without(self, names: Container[str]) -> ObservationRule:
        """The rule, without those of the values that it judges one by one that are among `names`."""
        left_out = {name for name in self.each if name in names}
        if not left_out or self.judge_each is None:
            return self
        each = tuple(name for name in self.each if name not in left_out)
        needs = tuple(name for name in self.needs if name not in left_out)
        of_agency = tuple(name for name in self.of_agency if name not in left_out)
        judge = partial(self.judge_each, each)
        return dataclasses.replace(self, needs=needs, each=each, of_agency=of_agency, judge=judge)

    def has_limits(self, thresholds: Thresholds) -> bool:
        """Whether the city has every limit that the rule compares with, which are those that its meaning names."""
        unset = [limit.name for limit in dataclasses.fields(thresholds) if getattr(thresholds, limit.name) is None]
        return not any(f"{{{name}}}" in self.meaning.source for name in unset)

    def meaning_with(self, thresholds: Thresholds, conventions: Conventions) -> Text:
        """The meaning with the numbers that it is judged by, in the words of the city."""
        return in_words_of(self.meaning, conventions, thresholds)


Kind = TypeVar("Kind", Constraint, AnomalyRule, TextRule, ObservationRule)
Function = TypeVar("Function", bound=Callable[..., Any])

_RULES: dict[type, dict[str, Any]] = {kind: {} for kind in (Constraint, AnomalyRule, TextRule, ObservationRule)}
"""By kind and name, in the order of registration."""


def register(rule: Kind) -> None:
    """Add a rule. Raises ValueError where its kind has a rule of that name."""
    rules = _RULES[type(rule)]
    if rule.name in rules:
        raise ValueError(f"The rule {rule.name} is registered twice.")
    rules[rule.name] = rule


def registered(kind: type[Kind]) -> tuple[Kind, ...]:
    """The rules of a kind that are registered so far. Their module has all of them, as a constant at its end."""
    return tuple(_RULES[kind].values())


def constraint(
    title: Message, resource: str, *, cells: str = "", count: Count | None = None
) -> Callable[[FindProblems], FindProblems]:
    """Register a constraint.

    `cells` are the columns with the values that it looks at, bare names being those of `projects`; an asterisk stands
    for the columns of the other languages too. `count` counts what it looks at where that is not cells with a value.
    """
    return _registering(lambda find: Constraint(_published_name(find), title, resource, find, count or _filled(cells)))


def anomaly(
    title: Message, *, needs: str = "project_id", requires: str = ""
) -> Callable[[FindAnomalies], FindAnomalies]:
    """Register a rule that finds odd values of projects; the docstring is its meaning.

    `requires` is what the package must have where that is not what a project `needs`.
    """
    return _registering(
        lambda find: AnomalyRule(_published_name(find), title, _meaning(find), find, needs, requires or needs)
    )


def text_anomaly(title: Message) -> Callable[[FindInText], FindInText]:
    """Register a rule that finds what is odd in a text; the docstring is its meaning."""
    return _registering(lambda find: TextRule(_published_name(find), title, _meaning(find), find))


def observation(
    title: Message,
    explanation: Message,
    *,
    needs: str,
    requires: str = "",
    each: tuple[str, ...] = (),
    judge_each: JudgeEach | None = None,
    of_agency: tuple[str, ...] = (),
    sources: tuple[IndicatorSource, ...] = (),
    compares_projects: bool = False,
) -> Callable[[Judge], Judge]:
    """Register an observation; the first paragraph of the docstring is its meaning.

    It requires every column that it `needs`, where `requires` does not say otherwise.
    """
    return _registering(
        lambda judge: ObservationRule(
            judge.__name__,
            title,
            _meaning(judge, paragraphs=1),
            explanation,
            tuple(needs.split()),
            judge,
            requires or needs,
            each,
            judge_each,
            of_agency,
            sources,
            compares_projects,
        )
    )


def _registering(make_rule: Callable[[Function], Any]) -> Callable[[Function], Function]:
    """A decorator that registers the rule which `make_rule` makes of a function. The function stays as it is."""

    def decorate(function: Function) -> Function:
        register(make_rule(function))
        return function

    return decorate


def _published_name(function: Callable[..., Any]) -> str:
    """A rule's name in quality.json and as a place on the quality page."""
    return function.__name__.replace("_", "-")


def _meaning(function: Callable[..., Any], paragraphs: int | None = None) -> Message:
    """The first paragraphs of a docstring, or all of it, as one line."""
    return Message(" ".join(" ".join((function.__doc__ or "").split("\n\n")[:paragraphs]).split()))


def _columns(name: str, languages: Sequence[Language]) -> Iterable[str]:
    """The columns of a name: with an asterisk at its end one for each language."""
    return names_in(name.removesuffix("*"), languages) if name.endswith("*") else [name]


def _filled(cells: str) -> Count:
    """Counts the cells with a value of some columns."""
    columns = [name.split(".") if "." in name else ["projects", name] for name in cells.split()]

    def count(portal: Portal) -> int:
        resources = portal.package.resources
        return sum(
            resources[resource].fields[column].filled
            for resource, name in columns
            if resource in resources
            for column in _columns(name, portal.package.conventions.languages)
            if column in resources[resource].fields
        )

    return count
