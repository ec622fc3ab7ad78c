"""What the observations read of a project: its columns, and values derived from its reports and releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from portal.core.messages import Message
from portal.core.models import Project
from portal.rules.needs import DATED_REPORTS
from portal.rules.procurement_inputs import INPUTS


@dataclass(frozen=True, slots=True)
class Derived:
    """An input that is no column of `projects.csv`."""

    title: Message
    read: Callable[[Project], Any]
    needs: str
    """What the package must have for it, as `portal.rules.needs` writes that."""


def reported_progress(project: Project) -> tuple[tuple[date, Decimal], ...]:
    """The dated reports that give a figure, oldest first: date and percent."""
    reports = ((r.report_date, r.progress_percent) for r in reversed(project.progress_reports))
    return tuple((day, percent) for day, percent in reports if day is not None and percent is not None)


def newest_report(project: Project) -> date | None:
    """The newest date of a report that reports anything."""
    return max((r.report_date for r in project.progress_reports if r.report_date and r.reports), default=None)


def has_reports(project: Project) -> bool:
    """Whether the data have any report of a project, dated or not, however old."""
    return project.last_result is not None or any(report.reports for report in project.progress_reports)


def _last_month(project: Project) -> int | None:
    return None if project.last_result is None else project.last_result.month


DERIVED: Mapping[str, Derived] = {
    "status": Derived(Message("Project status"), attrgetter("status"), "progress_reports.status"),
    "last_reported": Derived(Message("Last reported"), attrgetter("last_reported"), DATED_REPORTS),
    "newest_report": Derived(Message("Date of the newest report"), newest_report, "progress_reports.report_date"),
    "last_month": Derived(Message("Newest month with a result"), _last_month, "monthly_results.result"),
    "reported_progress": Derived(
        Message("Progress in dated reports"),
        reported_progress,
        "progress_reports.report_date progress_reports.progress_percent",
    ),
    "published_progress": Derived(
        Message("Progress as published in each release"),
        attrgetter("published_progress"),
        "progress_percent",
    ),
    **{name: Derived(*described) for name, described in INPUTS.items()},
}
"""`status` is a Status; `last_reported` and `newest_report` are dates; `last_month` is a fiscal month of 1 to 12;
`reported_progress` is a tuple of dates with their percentages, `published_progress` one of percentages, oldest first.
Where there is none, the tuples are empty and all others None. Those of procurement are tuples of records."""


def read_input(project: Project, name: str) -> Any:
    """The value of an input by its name: an attribute of the project, or one that is derived."""
    return DERIVED[name].read(project) if name in DERIVED else getattr(project, name)


def read_inputs(project: Project, names: Iterable[str]) -> dict[str, Any]:
    """The values of inputs by their names, in their order."""
    return {name: read_input(project, name) for name in names}


def column_of(name: str) -> str:
    """The column of `projects` from which an attribute of a project is read."""
    return "agency_id" if name == "agency" else name


def needs_of(name: str) -> str:
    """What a package must have for an input, as `portal.rules.needs` writes it."""
    return DERIVED[name].needs if name in DERIVED else column_of(name)
