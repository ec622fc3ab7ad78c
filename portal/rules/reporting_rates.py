"""How regularly agencies report: of the projects that ran in a month, how many reported in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.core.calendars import months_before
from portal.core.models import Agency, Portal, Project, Status
from portal.core.totals import group
from portal.rules.needs import DATED_REPORTS, package_columns, unmet
from portal.rules.rule_inputs import has_reports
from portal.rules.verdicts import is_finished

MONTHS = 12
"""How many months the rates are of."""

NEEDS = f"start_date finish_date as_of_date {DATED_REPORTS}"
"""What a package must have for the rates, as `portal.rules.needs` writes it."""

LEAST = 12
"""Project-months from which an agency is ranked. Of fewer, one report more or less would change its rank by much."""


@dataclass(frozen=True, slots=True)
class MonthReports:
    """What the projects of an agency reported in one month."""

    first: date
    """The first day of the month."""
    running: int
    """Projects whose planned time includes the month, whose figures are of a day after it, and that had not ended."""
    reported: int
    """Those with a result for the month, or a report dated in it."""


@dataclass(frozen=True, slots=True)
class AgencyReports:
    """How regularly the projects of an agency report."""

    agency: Agency | None
    months: tuple[MonthReports, ...]
    """The oldest first."""
    unknown: int
    """Projects that cannot be judged: without a start, a finish or an as-of date, or with results of months that belong
    to no fiscal year.
    """
    has_reports: bool
    """Whether the data have any report of its projects, however old. Where they have none, nobody knows whether the
    agency never reported or reports elsewhere.
    """

    @property
    def running(self) -> int:
        """Project-months."""
        return sum(month.running for month in self.months)

    @property
    def reported(self) -> int:
        """Project-months with a report."""
        return sum(month.reported for month in self.months)

    @property
    def ranked(self) -> bool:
        """Whether there is a report at all, and enough project-months to compare."""
        return self.has_reports and self.running >= LEAST


@dataclass(frozen=True, slots=True)
class ReportingRates:
    """All agencies, those that report most regularly first; after them those that cannot be ranked, by their id."""

    rows: tuple[AgencyReports, ...]
    months: tuple[date, ...]
    """The first days of the months; none where no project has an as-of date."""


def find_reporting_rates(portal: Portal) -> ReportingRates | None:
    """The rates of the last twelve months that had ended on the newest as-of date of any project.

    None where the package cannot say of any project when it was reported on: it has no such tables, or they are empty.
    """
    if unmet(NEEDS, package_columns(portal.package).__contains__):
        return None
    months = _months(portal.as_of[1]) if portal.as_of else ()
    by_agency = group(portal.projects, lambda project: project.agency)
    rows = [_row(agency, projects, months) for agency, projects in by_agency.items()]
    return ReportingRates(tuple(sorted(rows, key=_order)), months)


def _months(day: date) -> tuple[date, ...]:
    """The first days of the last `MONTHS` whole months before `day`; a month whose last day it is counts."""
    following = day + timedelta(days=1)
    return tuple(months_before(following, months) for months in range(MONTHS, 0, -1))


def _row(agency: Agency | None, projects: Sequence[Project], months: Iterable[date]) -> AgencyReports:
    dated = [p for p in projects if p.start_date and p.finish_date and p.as_of_date and not _has_undated_months(p)]
    reported = any(map(has_reports, projects))
    reports = tuple(_month(dated, first) for first in months)
    return AgencyReports(agency, reports, len(projects) - len(dated), reported)


def _has_undated_months(project: Project) -> bool:
    return project.fiscal_year is None and project.last_result is not None


def _month(projects: Iterable[Project], first: date) -> MonthReports:
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    running = [
        p
        for p in projects
        if p.start_date and p.finish_date and p.as_of_date
        if p.start_date <= last and p.finish_date >= first and p.as_of_date >= last and not _is_over(p, first)
    ]
    return MonthReports(first, len(running), sum(_has_reported(p, first, last) for p in running))


def _is_over(project: Project, first: date) -> bool:
    """Whether a project is finished or cancelled, and its last report was before a month."""
    ended = is_finished(project) is True or project.status is Status.CANCELLED
    return ended and project.last_reported is not None and project.last_reported < first


def _has_reported(project: Project, first: date, last: date) -> bool:
    year, fiscal = project.fiscal_year, project.fiscal_calendar
    if year is not None and any(
        month.result is not None and first <= fiscal.month_end(year, month.month) <= last
        for month in project.monthly_results
    ):
        return True
    return any(
        report.report_date and report.reports and first <= report.report_date <= last
        for report in project.progress_reports
    )


def _order(row: AgencyReports) -> tuple[bool, float, int, str]:
    share = row.reported / row.running if row.ranked else 0
    return not row.ranked, -share, -row.running, row.agency.agency_id if row.agency else ""
