"""The line of time of a project."""

from datetime import date

import pytest

from portal.core.models import ProgressReport, Project
from portal.site.schedule import schedule

START, MIDDLE, FINISH = date(2022, 10, 1), date(2023, 4, 1), date(2023, 9, 30)


def report(day: date | None) -> ProgressReport:
    return ProgressReport(day, None, None, None, None)


def test_dates_stand_on_the_line_in_proportion() -> None:
    reports = (report(MIDDLE), report(None), report(MIDDLE))
    line = schedule(Project("1", "ก", start_date=START, finish_date=FINISH, progress_reports=reports))
    assert line is not None
    assert line.start is not None
    assert line.finish is not None
    assert 0 < line.start < line.finish < line.width
    (x,) = line.reports
    assert x == pytest.approx((line.start + line.finish) / 2, abs=0.1)
    assert (line.last_report, line.as_of) == (MIDDLE, None)


def test_data_later_than_the_planned_finish_stand_beyond_it() -> None:
    line = schedule(Project("1", "ก", finish_date=MIDDLE, as_of_date=FINISH))
    assert line is not None
    assert line.finish is not None
    assert line.as_of is not None
    assert line.finish < line.as_of


def test_one_date_makes_no_line() -> None:
    assert schedule(Project("1", "ก", start_date=START, as_of_date=START)) is None
