"""How regularly agencies report."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.core.models import Agency, MonthlyResult, Package, Portal, ProgressReport, Project
from portal.package.reading import read_portal
from portal.rules.reporting_rates import ReportingRates, find_reporting_rates

from tests.conventions import CITY, FISCAL
from tests.texts import both

ONE, OTHER, SMALL = (Agency(name, both(name)) for name in ("1", "2", "3"))
YEAR = {"fiscal_year": 2568, "start_date": date(2024, 10, 1), "finish_date": date(2025, 9, 30)}
AS_OF = date(2025, 9, 30)


@pytest.fixture(scope="module")
def package() -> Package:
    portal = read_portal(Path(__file__).parents[2] / "sample", CITY).portal
    assert portal is not None
    return portal.package


def project(name: str, agency: Agency | None, reported: range = range(0), **facts: object) -> Project:
    results = tuple(MonthlyResult(month, Decimal(0) if month in reported else None) for month in range(1, 13))
    known = {**YEAR, "as_of_date": AS_OF, "fiscal_calendar": FISCAL} | facts
    return Project(name, name, agency=agency, monthly_results=results, **known)  # type: ignore[arg-type]


def of(package: Package, *projects: Project) -> ReportingRates:
    found = find_reporting_rates(Portal(package, projects, (), ()))
    assert found is not None
    return found


def test_a_month_with_a_result_counts_zero_too(package: Package) -> None:
    (row,) = of(package, project("a", ONE, range(1, 7))).rows
    assert (row.reported, row.running, row.ranked) == (6, 12, True)
    assert [month.reported for month in row.months] == [1] * 6 + [0] * 6
    assert (row.months[0].first, row.months[-1].first) == (date(2024, 10, 1), date(2025, 9, 1))


def test_a_report_dated_in_a_month_counts_for_it(package: Package) -> None:
    report = ProgressReport(date(2025, 2, 28))
    (row,) = of(package, project("a", ONE, progress_reports=(report,))).rows
    assert [month.first for month in row.months if month.reported] == [date(2025, 2, 1)]


def test_only_months_of_the_planned_time_and_before_the_figures_count(package: Package) -> None:
    short = project("a", ONE, start_date=date(2025, 1, 15), finish_date=date(2025, 3, 1))
    old = project("b", ONE, as_of_date=date(2024, 11, 29))
    (row,) = of(package, short, old, project("c", OTHER)).rows[1:]
    assert [month.running for month in row.months] == [1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]


def test_an_agency_with_little_to_count_is_listed_but_not_ranked(package: Package) -> None:
    few = project("a", SMALL, range(1, 13), finish_date=date(2025, 8, 31))
    rows = of(package, project("b", OTHER, range(1, 4)), few, project("c", ONE, range(1, 7))).rows
    assert [(row.agency, row.ranked) for row in rows] == [(ONE, True), (OTHER, True), (SMALL, False)]
    assert (rows[2].reported, rows[2].running) == (11, 11)


def test_what_cannot_be_told_is_counted_and_never_held_against_anybody(package: Package) -> None:
    (row,) = of(package, project("a", ONE, range(1, 13)), project("b", ONE, finish_date=None)).rows
    assert (row.unknown, row.reported, row.running) == (1, 12, 12)
    nothing = of(package, project("a", ONE, as_of_date=None))
    assert (nothing.months, nothing.rows[0].months, nothing.rows[0].unknown) == ((), (), 1)


def test_a_month_is_whole_before_it_counts(package: Package) -> None:
    assert of(package, project("a", ONE, as_of_date=date(2025, 3, 30))).months[-1] == date(2025, 2, 1)
    assert of(package, project("a", ONE, as_of_date=date(2025, 3, 31))).months[-1] == date(2025, 3, 1)


def test_an_agency_without_any_report_in_the_data_is_listed_but_not_ranked_last(package: Package) -> None:
    rows = of(package, project("a", ONE, range(1, 2)), project("b", OTHER)).rows
    assert [(row.agency, row.has_reports, row.ranked) for row in rows] == [(ONE, True, True), (OTHER, False, False)]
    old = ProgressReport(date(2023, 1, 1), Decimal(1))
    (row,) = of(package, project("a", ONE, progress_reports=(old,))).rows
    assert (row.has_reports, row.ranked, row.reported) == (True, True, 0)


def test_months_that_belong_to_no_year_are_not_held_against_a_project(package: Package) -> None:
    (row,) = of(package, project("a", ONE, range(1, 13), fiscal_year=None)).rows
    assert (row.unknown, row.running) == (1, 0)
