"""Project -> the facts of its status: results, spending and lateness, at its `as_of_date`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portal.core.formats import share
from portal.core.models import MonthlyResult, ProgressReport, Project, Status
from portal.rules.verdicts import is_finished


class Spending(StrEnum):
    """How the money spent compares with the money received."""

    NO_DATA = "no_data"
    NO_BUDGET = "no_budget"
    """Received is zero, or blank while something was spent or recorded."""
    NOT_RECORDED = "not_recorded"
    """Received is known, spent is not."""
    NOTHING = "nothing"
    PART = "part"
    ALL = "all"
    MORE = "more"


class Timing(StrEnum):
    """Whether a project is late. It is judged at the record's `as_of_date`, and not at all without one."""

    NO_FINISH_DATE = "no_finish_date"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    CANNOT_BE_CHECKED = "cannot_be_checked"
    ON_TIME = "on_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class ProjectStatus:
    """The facts behind the plain sentence of a project's page."""

    last_result: MonthlyResult | None
    """The newest fiscal month that was reported."""
    share_of_target: Decimal | None
    """Percent of the target that `last_result` amounts to; None without a target above zero."""
    report: ProgressReport | None
    """The newest dated report that gives a progress figure."""
    spending: Spending
    share_spent: Decimal | None
    """Percent of the money received; None without both amounts and a budget above zero."""
    share_elapsed: Decimal | None
    """Percent of the days from start to finish that had passed on the as-of date, at most 100; None where a date is
    unknown.
    """
    timing: Timing
    days_late: int
    """Days from the finish date to the as-of date where `timing` is LATE, else 0."""


def project_status(project: Project) -> ProjectStatus:
    """The facts about `project`."""
    last, target = project.last_result, project.target_value
    received, spent = project.budget_received, project.budget_spent
    timing = _timing(project)
    late = timing is Timing.LATE and project.as_of_date is not None and project.finish_date is not None
    return ProjectStatus(
        last,
        share(last.result, target) if last and last.result is not None and target else None,
        next((r for r in project.progress_reports if r.progress_percent is not None), None),
        _spending(received, spent),
        share(spent, received) if received and spent is not None else None,
        _share_elapsed(project),
        timing,
        (project.as_of_date - project.finish_date).days if late else 0,  # type: ignore[operator]
    )


def _share_elapsed(project: Project) -> Decimal | None:
    start, finish, as_of = project.start_date, project.finish_date, project.as_of_date
    if start is None or finish is None or as_of is None or finish < start:
        return None
    passed = (min(as_of, finish) - start).days + 1
    return share(Decimal(max(0, passed)), Decimal((finish - start).days + 1))


def _spending(received: Decimal | None, spent: Decimal | None) -> Spending:
    if received is None and spent is None:
        return Spending.NO_DATA
    if not received:
        return Spending.NO_BUDGET
    if spent is None:
        return Spending.NOT_RECORDED
    if spent == 0:
        return Spending.NOTHING
    if spent == received:
        return Spending.ALL
    return Spending.MORE if spent > received else Spending.PART


def _timing(project: Project) -> Timing:
    if project.status is Status.CANCELLED:
        return Timing.CANCELLED
    if is_finished(project) is True:
        return Timing.FINISHED
    if project.finish_date is None:
        return Timing.NO_FINISH_DATE
    if project.as_of_date is None:
        return Timing.CANNOT_BE_CHECKED
    return Timing.LATE if project.finish_date < project.as_of_date else Timing.ON_TIME
