"""The dates of a project -> where they stand on one line of time, in the units of its viewBox. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.core.models import Project

WIDTH = 340
_MARGIN = 8
"""Room at both ends for the signs of the first and the last day."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A project's start, planned finish, reports and date of its data on one line of time."""

    width: int
    start: float | None
    finish: float | None
    reports: tuple[float, ...]
    """Each once, the first report first."""
    as_of: float | None
    last_report: date | None


def schedule(project: Project) -> Schedule | None:
    """The line of time of a project, from its first date to its last; None with fewer than two different dates."""
    days = sorted({r.report_date for r in project.progress_reports if r.report_date})
    others = (project.start_date, project.finish_date, project.as_of_date)
    dates = {*days, *(day for day in others if day)}
    if len(dates) < 2:
        return None
    first, last = min(dates), max(dates)

    def x(day: date) -> float:
        return round(_MARGIN + (day - first) / (last - first) * (WIDTH - 2 * _MARGIN), 1)

    start, finish, as_of = (x(day) if day else None for day in others)
    # Reports of days close together stand on one spot.
    reports = tuple(sorted({x(day) for day in days}))
    return Schedule(WIDTH, start, finish, reports, as_of, days[-1] if days else None)
