"""Values of projects and texts that are published as they are though they are odd. One rule, one function.

An odd value need not be wrong: the meaning of each rule gives possible explanations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from functools import lru_cache

from portal.core.memory import CACHED_NAMES
from portal.core.messages import Message
from portal.core.models import Conventions, Portal, Project, Text, Thresholds, project_summary
from portal.core.totals import group
from portal.rules import contract_anomalies as contract_anomalies
from portal.rules import observations
from portal.rules.double_counts import counterparts, possible_duplicates
from portal.rules.needs import is_mentioned, names_of, package_columns, unmet
from portal.rules.registry import Anomaly, AnomalyRule, Judge, ObservationRule, anomaly, register, registered
from portal.rules.text_anomalies import TEXT_RULES, find_in_texts
from portal.rules.wording import in_words_of
from portal.search import fold


@dataclass(frozen=True, slots=True)
class AnomalyReport:
    """What was found odd by one rule."""

    rule: str
    title: Text
    meaning: Text
    covered: int
    """The projects, or the text cells, that have what the rule looks at."""
    values: tuple[Anomaly, ...]
    """By file and row."""
    absent: tuple[str, ...] = ()
    """The columns that the package lacks, so that the rule can be checked of nothing, as `portal.rules.needs` names
    them.
    """


def anomaly_reports(portal: Portal) -> Iterator[AnomalyReport]:
    """What each rule found, also where it found nothing: first of projects, then of texts."""
    columns = package_columns(portal.package)
    rules = [rule for rule in PROJECT_RULES if is_mentioned(rule.requires, portal.package.resources)]
    needs = sorted({name for rule in rules for name in names_of(rule.needs)})
    # Most projects have values of the same columns, so the needs of a rule are looked at a few times only.
    having = Counter(frozenset(name for name in needs if _has(project, name)) for project in portal.projects)
    for rule in rules:
        covered = sum(count for has, count in having.items() if not unmet(rule.needs, has.__contains__))
        yield _report(rule, portal.projects, columns, covered, portal.package.conventions)
    covered, anomalies = find_in_texts(portal)
    for text_rule in TEXT_RULES:
        values = tuple(anomalies[text_rule.name])
        title, meaning = (
            words.text(portal.package.conventions.languages) for words in (text_rule.title, text_rule.meaning)
        )
        yield AnomalyReport(text_rule.name, title, meaning, covered, values)


def _report(
    rule: AnomalyRule, projects: Sequence[Project], columns: Container[str], covered: int, conventions: Conventions
) -> AnomalyReport:
    title, meaning = (
        rule.title.text(conventions.languages),
        in_words_of(rule.meaning, conventions, None, rule.explanation),
    )
    absent = unmet(rule.requires, columns.__contains__)
    if absent:
        return AnomalyReport(rule.name, title, meaning, 0, (), absent)
    values = tuple(_shown(value, columns) for value in sorted(rule.find(projects), key=lambda value: value.row))
    return AnomalyReport(rule.name, title, meaning, covered, values)


def _shown(value: Anomaly, columns: Container[str]) -> Anomaly:
    """The value, beside it only what the package has a column for."""
    beside = {name: other for name, other in value.beside.items() if _column(value.resource, name) in columns}
    return value if len(beside) == len(value.beside) else replace(value, beside=beside)


def _column(resource: str, name: str) -> str:
    """The column of a resource, or of another one that the name begins with, as needs are written."""
    return name if resource == "projects" or "." in name else f"{resource}.{name}"


def _has(project: Project, name: str) -> bool:
    """Whether a project has a value of what a need names: of a table of reports, in any of its reports."""
    resource, _, field = name.rpartition(".")
    if resource:
        return any(getattr(record, field) is not None for record in getattr(project, resource))
    return getattr(project, _ATTRIBUTES.get(name, name)) is not None


_ATTRIBUTES = {"agency_id": "agency", "source_id": "source"}


def _value(project: Project, name: str, *beside: str) -> Anomaly:
    """A value of a project, and others that make it odd, all by the names of their columns."""
    others = {other: getattr(project, other) for other in beside}
    return Anomaly("projects", project.row, name, getattr(project, name), project.project_id, others)


def _show_as_anomaly(judge: Judge, name: str, fields: str, beside: str) -> None:
    """Register what an observation finds as an anomaly too: one rule, with one meaning, for both.

    `name` is its name in quality.json. `fields` are the columns with the odd values: all of them, or only those that it
    finds where it judges them one by one; `beside` are the columns that make them odd. Raises ValueError for a rule
    that depends on the city's thresholds: the quality page has none.
    """
    rule = next(rule for rule in observations.OBSERVATIONS if rule.judge is judge)
    if any(f"{{{limit.name}}}" in rule.meaning.source for limit in dataclass_fields(Thresholds)):
        raise ValueError(f"{rule.name} depends on thresholds.")

    def find(projects: Sequence[Project]) -> Iterator[Anomaly]:
        for project in projects:
            for field in fields.split():
                if _finds(rule, field, project):
                    yield _value(project, field, *beside.split())

    register(AnomalyRule(name, rule.title, rule.meaning, find, rule.requires, rule.requires, rule.explanation))


def _finds(rule: ObservationRule, field: str, project: Project) -> bool:
    """Whether an observation finds a project, by this field alone where it judges fields one by one."""
    verdict = rule.judge_each((field,), project, Thresholds()) if rule.judge_each else rule.judge(project, Thresholds())
    return verdict is True


_show_as_anomaly(
    observations.budget_spent_but_unfinished,
    "whole-budget-spent-before-the-end",
    fields="budget_spent",
    beside="budget_received progress_percent",
)


@anomaly(
    Message("Progress above zero, nothing spent"),
    needs="budget_received budget_spent progress_percent",
)
def progress_without_spending(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """Spending is recorded as zero, and progress is above zero.

    Work may begin before it is paid for, or be paid for from elsewhere. Projects with a budget of zero, or
    with none in the data, are left out.
    """
    for p in projects:
        if p.budget_spent == 0 and p.progress_percent and p.budget_received:
            yield _value(p, "budget_spent", "budget_received", "progress_percent")


_show_as_anomaly(
    observations.more_spent_than_received,
    "more-spent-than-received",
    fields="budget_spent",
    beside="budget_received",
)


@anomaly(
    Message("Money spent from a budget of zero"),
    needs="budget_received budget_spent",
)
def spending_from_a_budget_of_zero(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The budget received is recorded as zero, and money was spent.

    The money may come from elsewhere, or zero may have been entered for an amount that was not known.
    """
    for p in projects:
        if p.budget_received == 0 and p.budget_spent:
            yield _value(p, "budget_spent", "budget_received")


@anomaly(
    Message("Result above target"),
    needs="target_value result_value",
)
def result_above_target(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The result is above the project's target.

    More may have been done than was planned, or the two may be counted in different units.
    """
    for p in projects:
        if p.target_value is not None and p.result_value is not None and p.result_value > p.target_value:
            yield _value(p, "result_value", "target_value", "unit")


@anomaly(
    Message("No fiscal year"),
    requires="fiscal_year",
)
def no_fiscal_year(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The fiscal year is blank; the source may not have shown it.

    The project counts towards the totals of no year.
    """
    return (_value(p, "fiscal_year") for p in projects if p.fiscal_year is None)


_show_as_anomaly(
    observations.dates_outside_fiscal_year,
    "dates-outside-the-fiscal-year",
    fields="start_date finish_date",
    beside="fiscal_year",
)


@anomaly(
    Message("Possibly counted twice, from two sources"),
    needs="agency_id fiscal_year source_id",
)
def possible_double_count(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """Projects of one agency in one fiscal year that come from different sources have the same title.

    Spaces are left aside, and so are words such as “expenses of the project” and codes in brackets before the title,
    and the year after it. They may be one project, which totals count twice, or parts of the work under one name.
    """
    groups = possible_duplicates(map(project_summary, projects))
    for p in projects:
        if others := counterparts(p.project_id, groups):
            yield _title(p, project_id=", ".join(other.project_id for other in others))


@anomaly(
    Message("The same title in one agency and fiscal year"),
    needs="agency_id fiscal_year",
)
def same_title_in_an_agency_and_year(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """Projects of one agency in one fiscal year have the same title, spaces aside.

    They may be one project from two sources, which totals would count twice, or parts of the work under one name.
    """
    complete = [p for p in projects if p.agency and p.fiscal_year]
    for members in group(complete, lambda p: (_letters(p.title), p.agency, p.fiscal_year)).values():
        if len(members) > 1:
            yield from (_title(p, project_id=_others(p, members)) for p in members)


@anomaly(
    Message("The same title with other spaces"),
)
def title_with_other_spaces(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The title differs from that of other projects in its spaces only, and is the rarer form.

    Of two as common it is the later one in the file. Whoever counts by title would take them for different projects.
    """
    for members in group(projects, lambda p: _letters(p.title)).values():
        forms = Counter(" ".join(fold(p.title).split()) for p in members) if len(members) > 1 else {}
        if len(forms) > 1:
            usual = max(forms, key=lambda form: forms[form])
            yield from (_title(p, title=usual) for p in members if " ".join(fold(p.title).split()) != usual)


@anomaly(
    Message("The same title in another agency or fiscal year"),
    needs="agency_id|fiscal_year",
)
def same_title_elsewhere(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """Another agency, or another fiscal year, has a project of the same title, spaces aside.

    That is usual for work that every district does, or that is done every year: tell projects apart by their ID, not
    by their title.
    """
    for members in group(projects, lambda p: _letters(p.title)).values():
        agencies = {p.agency.agency_id for p in members if p.agency}
        years = {p.fiscal_year for p in members if p.fiscal_year}
        for p in members:
            if (p.agency and len(agencies) > 1) or (p.fiscal_year and len(years) > 1):
                yield _title(p, project_id=_others(p, members))


def _title(project: Project, **others: str) -> Anomaly:
    """A title, and what of other projects makes it odd."""
    return Anomaly("projects", project.row, "title", project.title, project.project_id, others)


def _others(project: Project, members: Sequence[Project]) -> str:
    """The ids of up to three other projects of a group."""
    ids = [p.project_id for p in members if p is not project]
    return ", ".join(ids[:3]) + (" …" if len(ids) > 3 else "")


@lru_cache(CACHED_NAMES)
def _letters(title: str) -> str:
    """A title without its spaces, in one spelling."""
    return "".join(fold(title).split())


_OF_CONTRACTS = contract_anomalies.__name__

PROJECT_RULES: tuple[AnomalyRule, ...] = tuple(
    sorted(registered(AnomalyRule), key=lambda rule: rule.find.__module__ == _OF_CONTRACTS)
)
"""In the order in which they are shown: those of contracts, which another module registers, come last."""
