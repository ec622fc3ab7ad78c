"""The public observations on a project. One rule, one function; its docstring is public, up to the first blank line.

A rule takes a project and the city's thresholds. It accuses nobody: each gives a possible explanation of what it finds,
and none stops a build. What depends on a date is judged at the project's `as_of_date`, the date of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from operator import ge, gt

from portal.core.calendars import months_before
from portal.core.messages import Message
from portal.core.models import Project, Status, Thresholds
from portal.rules import procurement_observations as procurement_observations
from portal.rules.needs import AGENCY_REPORTS, FINISHED, REPORTS
from portal.rules.registry import ObservationRule, observation, registered
from portal.rules.rule_inputs import column_of, newest_report, read_input, reported_progress
from portal.rules.verdicts import Verdict, all_of, any_of, holds, is_finished, is_positive, negation


@observation(
    Message("Past its finish date and unfinished"),
    Message(
        "The finish date may have been moved without the data saying so, or the last report may not be entered yet."
    ),
    needs="as_of_date finish_date progress_percent status",
    requires=f"as_of_date finish_date {FINISHED}",
)
def past_finish_date(project: Project, _: Thresholds) -> Verdict:
    """On the date of the data, the project was past its planned finish and was not at 100%, completed or cancelled."""
    return all_of(
        negation(is_finished(project)),
        project.status is not Status.CANCELLED,
        holds(project, "as_of_date finish_date", gt),
    )


@observation(
    Message("Spending ahead of progress"),
    Message(
        "Materials or an advance may be paid for before the work is done, or the two figures may be of different days."
    ),
    needs="budget_received budget_spent progress_percent",
)
def spending_ahead_of_progress(project: Project, limits: Thresholds) -> Verdict:
    """The share of the budget spent is more than {spending_ahead_points} percentage points above the progress.

    Nothing spent, or no larger share than the limit, excludes it at any progress.
    """
    points = limits.spending_ahead_points
    return all_of(
        is_positive(project, "budget_received"),
        is_positive(project, "budget_spent"),
        holds(project, "budget_received budget_spent", lambda received, spent: spent * 100 > points * received),
        holds(
            project,
            "budget_received budget_spent progress_percent",
            lambda received, spent, progress: spent * 100 > (progress + points) * received,
        ),
    )


@observation(
    Message("Budget fully spent, project unfinished"),
    Message("Payment may come before the work is done, or the budget may have been entered as the money spent."),
    needs="budget_received budget_spent progress_percent status",
    requires=f"budget_received budget_spent {FINISHED}",
)
def budget_spent_but_unfinished(project: Project, _: Thresholds) -> Verdict:
    """The money spent has reached the budget received, and the project is neither at 100% nor reported as completed."""
    return all_of(
        negation(is_finished(project)),
        is_positive(project, "budget_received"),
        is_positive(project, "budget_spent"),
        holds(project, "budget_spent budget_received", ge),
    )


@observation(
    Message("More spent than received"),
    Message("The budget may have been raised later or partly come from elsewhere, or a figure may be mistyped."),
    needs="budget_received budget_spent",
)
def more_spent_than_received(project: Project, _: Thresholds) -> Verdict:
    """The money spent is above the budget received."""
    return all_of(is_positive(project, "budget_spent"), holds(project, "budget_spent budget_received", gt))


@observation(
    Message("Finished with money unspent"),
    Message("The work may have cost less than planned, or the last payments may not be recorded yet."),
    needs="budget_received budget_spent progress_percent status",
    requires=f"budget_received budget_spent {FINISHED}",
)
def finished_with_money_unspent(project: Project, limits: Thresholds) -> Verdict:
    """The project is at 100% or reported as completed, with more than {unspent_percent}% of its budget unspent."""
    return all_of(
        is_finished(project),
        project.status is not Status.CANCELLED,
        is_positive(project, "budget_received"),
        holds(
            project,
            "budget_received budget_spent",
            lambda received, spent: (received - spent) * 100 > limits.unspent_percent * received,
        ),
    )


@observation(
    Message("Progress fell"),
    Message("A mistyped figure may have been corrected, or the target of the project may have been raised."),
    needs="reported_progress published_progress as_of_date progress_percent",
    requires="progress_percent|progress_reports.progress_percent",
)
def progress_fell(project: Project, _: Thresholds) -> Verdict:
    """In order of time, a progress figure is lower than one before it: in dated reports, in the current figure, or
    between releases.

    The current figure counts at its as-of date. Figures of one day have no order. The current figure without its day
    may be older than a report, so where it differs from one, nothing can be said; a fall between dated reports stands
    all the same.
    """  # noqa: D205 - the first sentence is longer than a line
    figures: list[tuple[date | None, Decimal]] = [*reported_progress(project)]
    if any(after < before for before, after in pairwise(project.published_progress)):
        return True
    if not figures and project.published_progress:
        return False
    if not figures:
        return frozenset({"reported_progress"})
    if project.progress_percent is not None:
        figures.append((project.as_of_date, project.progress_percent))
    elif len(figures) == 1:
        return frozenset({"progress_percent"})
    return any_of(*(_is_fall(*pair) for pair in combinations(figures, 2)))


def _is_fall(figure: tuple[date | None, Decimal], other: tuple[date | None, Decimal]) -> Verdict:
    """Whether the later of two figures, each with its day, is the smaller."""
    (day, percent), (other_day, other_percent) = figure, other
    if percent == other_percent or day == other_day:
        return False
    if day is None or other_day is None:
        return frozenset({"as_of_date"})
    return (day < other_day) == (percent > other_percent)


@observation(
    Message("No recent report while running"),
    Message("The work may wait for a season, a contract or an approval, or reports may have been made elsewhere."),
    needs="as_of_date start_date progress_percent status last_reported last_month fiscal_year",
    requires=f"as_of_date start_date {FINISHED} {REPORTS}",
    of_agency=(AGENCY_REPORTS,),
)
def silent_while_running(project: Project, limits: Thresholds) -> Verdict:
    """On the date of the data, the project had run for at least {silent_months} whole calendar months without a report.

    It runs from its start date until it is at 100%, completed or cancelled, also beyond its finish date. The months are
    those before the month of the as-of date; a report of that month itself counts too.
    """
    months = limits.silent_months
    return all_of(
        negation(is_finished(project)),
        project.status is not Status.CANCELLED,
        holds(project, "as_of_date start_date", lambda as_of, start: start <= months_before(as_of, months)),
        _is_silent(project, months),
    )


def _is_silent(project: Project, months: int) -> Verdict:
    """Whether there is no report since the whole months before the as-of date began."""
    if project.as_of_date is None:
        return frozenset({"as_of_date"})
    last = project.last_reported
    if last is not None and last >= months_before(project.as_of_date, months):
        return False
    if project.last_result is not None and project.fiscal_year is None:
        return frozenset({"fiscal_year"})  # A month without its year may be any.
    if last is None and project.progress_percent is not None and project.progress_percent > 0:
        return frozenset({"last_reported"})  # Somebody reported the figure, nobody knows when.
    return True


@observation(
    Message("No result or report"),
    Message("The project may have begun only days before, or its reports may be kept in another system."),
    needs="as_of_date start_date last_month newest_report progress_percent",
    requires=f"as_of_date start_date progress_percent {REPORTS}",
    of_agency=(AGENCY_REPORTS,),
)
def never_reported(project: Project, _: Thresholds) -> Verdict:
    """On the date of the data, the project had started, but has no monthly result, dated report or progress above zero.

    Whoever shows progress above zero has reported, though nobody knows when; zero may be what the form began with.
    """
    return all_of(
        project.last_result is None,
        not any(report.reports for report in project.progress_reports),
        project.progress_percent is None or project.progress_percent == 0,
        holds(project, "as_of_date start_date", ge),
    )


@observation(
    Message("A report dated after the date of the data"),
    Message("The date may be mistyped, or the report may have been added after the other figures were recorded."),
    needs="newest_report as_of_date",
    requires="progress_reports.report_date as_of_date",
)
def report_in_the_future(project: Project, _: Thresholds) -> Verdict:
    """A report is dated after the date of the data."""
    newest = newest_report(project)
    return newest is not None and holds(project, "as_of_date", lambda as_of: newest > as_of)


@observation(
    Message("100% in one jump"),
    Message("A purchase or an event can be done in one day, and the steps before may have been reported elsewhere."),
    needs="reported_progress progress_percent status",
    requires="progress_reports.progress_percent",
)
def finished_in_one_jump(project: Project, limits: Thresholds) -> Verdict:
    """A dated report gives 100%, and the one before it less than {jump_from_percent}%, or there is none before it.

    Reports without a figure are passed over. A project that is known to be unfinished and has no dated figure is none.
    """
    figures = [percent for _, percent in reported_progress(project)]
    if not figures:
        return False if is_finished(project) is False else frozenset({"reported_progress"})
    jumps = (after == 100 and before < limits.jump_from_percent for before, after in pairwise(figures))
    return figures[0] == 100 or any(jumps)


DATES = ("start_date", "finish_date")
"""The dates that are to be within the fiscal year, judged one by one."""


def _are_outside(names: Sequence[str], project: Project, _: Thresholds) -> Verdict:
    """Whether one of these dates is outside the fiscal year."""
    fiscal = project.fiscal_calendar

    def outside(year: int, day: date) -> bool:
        return not fiscal.month_start(year, 1) <= day <= fiscal.month_end(year, 12)

    return any_of(*(holds(project, f"fiscal_year {name}", outside) for name in names))


@observation(
    Message("Dates outside the fiscal year"),
    Message("The project may run for several years, or its money may be carried over."),
    needs="fiscal_year start_date finish_date",
    requires="fiscal_year start_date|finish_date",
    each=DATES,
    judge_each=_are_outside,
)
def dates_outside_fiscal_year(project: Project, _: Thresholds) -> Verdict:
    """The planned start or finish is outside the fiscal year, {fiscal_year}."""
    return _are_outside(DATES, project, _)


KEY_VALUES = ("agency", "fiscal_year", "budget_received", "progress_percent", "start_date", "finish_date")
"""What a reader asks for first."""


def _is_blank(names: Sequence[str], project: Project, _: Thresholds) -> Verdict:
    return any(read_input(project, name) is None for name in names)


@observation(
    Message("A key value is missing that others have"),
    Message("The source may not show the value, which says nothing of the work itself."),
    needs=" ".join(KEY_VALUES),
    requires="|".join(map(column_of, KEY_VALUES)),
    each=KEY_VALUES,
    judge_each=_is_blank,
    of_agency=KEY_VALUES,
)
def key_value_missing(project: Project, _: Thresholds) -> Verdict:
    """A value is blank that the agency's other projects have: fiscal year, budget received, progress, planned start
    or finish; or there is no agency.

    A value that an agency gives for none of its projects is no gap of one of them. The projects without an agency lack
    every value of these that the package has a column for.
    """  # noqa: D205 - the first sentence is longer than a line
    return _is_blank(KEY_VALUES, project, _)


_OF_PROCUREMENT = procurement_observations.__name__

OBSERVATIONS: tuple[ObservationRule, ...] = tuple(
    sorted(registered(ObservationRule), key=lambda rule: rule.judge.__module__ == _OF_PROCUREMENT)
)
"""In the order in which they are shown: those on procurement, which another module registers, come last."""
