"""The pages of the observations: all rules, each rule, how they work, and how regularly agencies report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from portal import urls
from portal.insights import MISSING, Insights, Observation, RuleResult
from portal.league import League
from portal.models import Agency, Brief, Overview
from portal.pages.changes import Planned
from portal.pages.lists import Pagination, paginate
from portal.totals import group, largest_first, total

MOST = 20
"""Projects in the list by money."""


@dataclass(frozen=True, slots=True)
class AgencySignals:
    """How many projects of an agency are concerned."""

    agency: Agency
    projects: int
    concerned: int
    """By at least one rule other than that of missing values."""
    received: Decimal
    """Baht, of those."""
    missing: int
    """Projects that lack a key value."""


@dataclass(frozen=True, slots=True)
class SignalsContext:
    """The overview of the observations."""

    rules: tuple[RuleResult, ...]
    agencies: tuple[AgencySignals, ...]
    """Those with projects, the most concerned first."""
    largest: tuple[tuple[Brief, tuple[Observation, ...]], ...]
    """The concerned projects that received most, with what concerns them; missing values aside."""
    concerned: int | None
    """Projects; None where no rule can be checked but that of missing values."""
    projects: int
    has_league: bool
    """Whether there is a page of how regularly agencies report."""


@dataclass(frozen=True, slots=True)
class SignalContext:
    """A page of the projects that a rule concerns."""

    result: RuleResult
    projects: tuple[tuple[Brief, Observation], ...]
    pagination: Pagination


@dataclass(frozen=True, slots=True)
class MethodologyContext:
    """How the rules work."""

    rules: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class ReportingContext:
    """How regularly agencies report."""

    league: League


def plan_signals(portal: Overview, insights: Insights, per_page: int) -> Iterator[Planned]:
    """The overview, the pages of each rule, the methodology and the league."""
    yield urls.SIGNALS, "pages/signals.html", _overview(portal, insights), True
    yield urls.METHODOLOGY, "pages/signals_methodology.html", MethodologyContext(insights.rules), True
    if insights.league:
        yield urls.REPORTING, "pages/reporting.html", ReportingContext(insights.league), True
    concerned: dict[str, list[tuple[Brief, Observation]]] = {result.rule.name: [] for result in insights.rules}
    for project in largest_first(portal.projects):
        for one in insights.observations[project.project_id]:
            concerned[one.rule.name].append((project, one))
    for result in insights.rules:
        path = urls.signal(result.rule.name)
        for part, pagination in paginate(concerned[result.rule.name], path, per_page):
            context = SignalContext(result, part, pagination)
            yield urls.page_of(path, pagination.number), "pages/signal.html", context, True


def _overview(portal: Overview, insights: Insights) -> SignalsContext:
    concerned = {project.project_id: insights.questions(project.project_id) for project in portal.projects}
    largest = largest_first(project for project in portal.projects if concerned[project.project_id])
    agencies = []
    for agency, members in group((p for p in portal.projects if p.agency), lambda p: p.agency).items():
        assert agency is not None
        mine = [p for p in members if concerned[p.project_id]]
        received = total(p.budget_received for p in mine).value
        missing = sum(one.rule.name == MISSING for p in members for one in insights.observations[p.project_id])
        agencies.append(AgencySignals(agency, len(members), len(mine), received, missing))
    return SignalsContext(
        insights.rules,
        tuple(sorted(agencies, key=lambda a: (-a.concerned, -a.received, a.agency.agency_id))),
        tuple((project, concerned[project.project_id]) for project in largest[:MOST]),
        len(largest) if insights.has_checked else None,
        len(portal.projects),
        insights.league is not None,
    )
