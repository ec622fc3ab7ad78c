"""The pages of the observations: all rules, each rule, how they work, and how regularly agencies report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.core import urls
from portal.core.models import Agency, ProjectIndex, ProjectSummary
from portal.core.totals import Total, group, largest_first, total
from portal.rules import MISSING, Finding, Findings, ReportingRates, RuleResult
from portal.site.pages.lists import Pagination, paginate
from portal.site.pages.planned import Planned

MOST = 20
"""Projects in the list by money."""


@dataclass(frozen=True, slots=True)
class AgencyObservations:
    """How many projects of an agency the rules find."""

    agency: Agency
    projects: int
    found: int | None
    """By at least one rule other than that of missing values; None where no such rule could be checked for any."""
    received: Total
    """Money, of those."""
    missing: int
    """Projects that lack a key value."""


@dataclass(frozen=True, slots=True)
class ObservationsContext:
    """The overview of the observations."""

    rules: tuple[RuleResult, ...]
    agencies: tuple[AgencyObservations, ...]
    """Those with projects, the one with the most found projects first."""
    largest: tuple[tuple[ProjectSummary, tuple[Finding, ...]], ...]
    """The found projects that received most, with the rules that find them; missing values aside."""
    projects_found: int | None
    """Projects; None where no rule can be checked but that of missing values."""
    projects: int
    has_reporting_rates: bool
    """Whether there is a page of how regularly agencies report."""


@dataclass(frozen=True, slots=True)
class ObservationContext:
    """A page of the projects that a rule finds."""

    result: RuleResult
    projects: tuple[tuple[ProjectSummary, Finding], ...]
    pagination: Pagination


@dataclass(frozen=True, slots=True)
class MethodologyContext:
    """How the rules work."""

    rules: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class ReportingContext:
    """How regularly agencies report."""

    reporting_rates: ReportingRates


def plan_observations(portal: ProjectIndex, findings: Findings, per_page: int) -> Iterator[Planned]:
    """The overview, the pages of each rule, the methodology and the reporting rates."""
    yield urls.SIGNALS, "pages/observations.html", _overview(portal, findings), True
    yield urls.METHODOLOGY, "pages/observations_methodology.html", MethodologyContext(findings.rules), True
    if findings.reporting_rates:
        yield urls.REPORTING, "pages/reporting.html", ReportingContext(findings.reporting_rates), True
    by_rule: dict[str, list[tuple[ProjectSummary, Finding]]] = {result.rule.name: [] for result in findings.rules}
    for project in largest_first(portal.projects):
        for finding in findings.observations[project.project_id]:
            by_rule[finding.rule.name].append((project, finding))
    for result in findings.rules:
        path = urls.signal(result.rule.name)
        for part, pagination in paginate(by_rule[result.rule.name], path, per_page):
            context = ObservationContext(result, part, pagination)
            yield urls.page_of(path, pagination.number), "pages/observation.html", context, True


def _overview(portal: ProjectIndex, findings: Findings) -> ObservationsContext:
    questions = {project.project_id: findings.questions(project.project_id) for project in portal.projects}
    largest = largest_first(project for project in portal.projects if questions[project.project_id])
    agencies = []
    for agency, members in group((p for p in portal.projects if p.agency), lambda p: p.agency).items():
        assert agency is not None
        with_questions = [p for p in members if questions[p.project_id]]
        received = total(p.budget_received for p in with_questions)
        missing = sum(finding.rule.name == MISSING for p in members for finding in findings.observations[p.project_id])
        count = len(with_questions) if agency.agency_id in findings.checked_agencies else None
        agencies.append(AgencyObservations(agency, len(members), count, received, missing))
    return ObservationsContext(
        findings.rules,
        tuple(sorted(agencies, key=lambda a: (-(a.found or 0), -a.received.value, a.agency.agency_id))),
        tuple((project, questions[project.project_id]) for project in largest[:MOST]),
        len(largest) if findings.has_checked else None,
        len(portal.projects),
        findings.reporting_rates is not None,
    )
