"""What may be said of a project: whether it is late, and what it spent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portal.core.models import ProgressReport, Status
from portal.rules.status import Spending, Timing, project_status

from tests.reference_project import FINISH, REFERENCE


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
