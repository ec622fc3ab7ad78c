"""What may be said of a project, what a set of projects adds up to, and the geometry of its chart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portal.core.models import MonthlyResult, ProgressReport, Project, Status, brief
from portal.core.totals import summarise
from portal.rules.status import Spending, Timing, project_status
from portal.site.charts import monthly_chart

FINISH = date(2023, 9, 30)
REFERENCE = Project(
    "04160000-6961",
    "เมืองพี่เมืองน้อง",
    fiscal_year=2566,
    budget_received=Decimal(1500000),
    budget_spent=Decimal(1500000),
    progress_percent=Decimal(45),
    finish_date=FINISH,
    target_value=Decimal(100),
    monthly_results=tuple(MonthlyResult(m, Decimal(45) if m <= 5 else None) for m in range(1, 13)),
)


def test_without_an_as_of_date_lateness_cannot_be_checked() -> None:
    assert project_status(REFERENCE).timing is Timing.CANNOT_BE_CHECKED


def test_lateness_is_judged_at_the_as_of_date() -> None:
    after = project_status(replace(REFERENCE, as_of_date=date(2023, 10, 10)))
    assert (after.timing, after.days_late) == (Timing.LATE, 10)
    on_the_day = project_status(replace(REFERENCE, as_of_date=FINISH))
    assert (on_the_day.timing, on_the_day.days_late) == (Timing.ON_TIME, 0)


@pytest.mark.parametrize(
    ("changes", "timing"),
    [
        ({"progress_percent": Decimal(100)}, Timing.FINISHED),
        ({"progress_reports": (ProgressReport(FINISH, status="ดำเนินการแล้วเสร็จ"),)}, Timing.FINISHED),
        ({"progress_reports": (ProgressReport(FINISH, status="ยกเลิก"),)}, Timing.CANCELLED),
        ({"finish_date": None}, Timing.NO_FINISH_DATE),
    ],
)
def test_what_is_over_or_has_no_end_is_never_late(changes: dict[str, object], timing: Timing) -> None:
    assert project_status(replace(REFERENCE, as_of_date=date(2026, 1, 1), **changes)).timing is timing  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("as_of", "share"),
    [
        (None, None),
        (date(2022, 9, 30), Decimal(0)),
        (date(2022, 10, 1), Decimal(100) / 365),
        (date(2023, 9, 30), Decimal(100)),
        (date(2025, 1, 1), Decimal(100)),
    ],
)
def test_time_passes_from_the_first_day_to_the_last_and_only_at_a_known_date(
    as_of: date | None, share: Decimal | None
) -> None:
    project = replace(REFERENCE, start_date=date(2022, 10, 1), as_of_date=as_of)
    assert project_status(project).share_elapsed == share
    assert project_status(replace(project, start_date=None)).share_elapsed is None


def test_the_newest_reported_month_counts_not_the_last_of_the_year() -> None:
    found = project_status(REFERENCE)
    assert found.last_result is not None
    assert (found.last_result.month, found.share_of_target) == (5, Decimal(45))


@pytest.mark.parametrize(
    ("received", "spent", "spending"),
    [
        (None, None, Spending.NO_DATA),
        (None, 5, Spending.NO_BUDGET),
        (0, 0, Spending.NO_BUDGET),
        (10, None, Spending.NOT_RECORDED),
        (10, 0, Spending.NOTHING),
        (10, 5, Spending.PART),
        (10, 10, Spending.ALL),
        (10, 11, Spending.MORE),
    ],
)
def test_zero_and_missing_money_are_told_apart(received: int | None, spent: int | None, spending: Spending) -> None:
    amounts = [None if value is None else Decimal(value) for value in (received, spent)]
    project = replace(REFERENCE, budget_received=amounts[0], budget_spent=amounts[1])
    assert project_status(project).spending is spending


def test_a_figure_below_100_is_not_called_in_progress() -> None:
    assert REFERENCE.status is Status.PARTIAL_FIGURE
    assert replace(REFERENCE, progress_percent=Decimal(100)).status is Status.FULL_FIGURE
    assert replace(REFERENCE, progress_percent=None).status is Status.NO_FIGURE


def test_totals_leave_out_what_is_missing_and_count_what_is_there() -> None:
    blank = Project("x", "x")
    summary = summarise(map(brief, [REFERENCE, blank, replace(blank, budget_received=Decimal(7))]))
    assert summary.projects == 3
    assert (summary.received.value, summary.received.projects) == (Decimal(1500007), 2)
    assert (summary.spent.value, summary.spent.projects) == (Decimal(1500000), 1)
    assert (summary.received_where_spent.value, summary.progress.mean) == (Decimal(1500000), Decimal(45))
    assert summarise([brief(blank)]).progress.mean is None
    assert sum(summary.share(status) for status in summary.statuses) == pytest.approx(Decimal(100))
    parts = summary.received_by_status
    assert list(parts) == list(summary.statuses)
    assert sum(part.value for part in parts.values()) == summary.received.value
    assert sum(part.projects for part in parts.values()) == summary.received.projects


def test_a_month_without_report_has_no_column_and_zero_has_one() -> None:
    results = [MonthlyResult(1, Decimal(0)), MonthlyResult(2, None), MonthlyResult(3, Decimal(50))]
    chart = monthly_chart(results, Decimal(100))
    assert chart is not None
    assert [column.value for column in chart.columns[:4]] == [Decimal(0), None, Decimal(50), None]
    assert chart.columns[0].height == 0
    assert chart.columns[2].height == pytest.approx((chart.baseline - chart.grid[-1].y) / 2, abs=0.02)
    assert chart.target_y == chart.grid[-1].y


def test_no_report_makes_no_chart() -> None:
    assert monthly_chart([MonthlyResult(1, None)], Decimal(100)) is None


@pytest.mark.parametrize("highest", ["0", "0.5", "1", "7", "45", "99", "101", "2999", "123456789"])
def test_the_scale_holds_every_value_on_at_most_six_lines(highest: str) -> None:
    chart = monthly_chart([MonthlyResult(1, Decimal(highest))], None)
    assert chart is not None
    assert 2 <= len(chart.grid) <= 7
    assert chart.grid[-1].value >= Decimal(highest)


def test_values_too_wide_for_their_columns_are_written_once() -> None:
    chart = monthly_chart([MonthlyResult(m, Decimal(1000 * m)) for m in range(1, 13)], None)
    assert chart is not None
    assert [column.month for column in chart.columns if column.label] == [12]
