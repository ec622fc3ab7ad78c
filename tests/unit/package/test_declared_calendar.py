"""The calendar of fiscal years: that which the field declares, or else the city's."""

from dataclasses import replace
from datetime import date

import pytest

from portal.core.models import Portal
from portal.package.reading import Reading, read_portal
from portal.rules import check_portal

from tests.conventions import CITY, DOLLARS
from tests.sample_package import SamplePackage


def read(package: SamplePackage, conventions: object = DOLLARS) -> Reading:
    return read_portal(package.root, conventions=conventions)  # type: ignore[arg-type]


def declare(package: SamplePackage, **calendars: object) -> None:
    """Give the fields `fiscal_year` of resources a calendar."""
    for number, resource in enumerate(package.described()["resources"]):
        for index, field in enumerate(resource["schema"]["fields"]):
            if field["name"] == "fiscal_year" and resource["name"] in calendars:
                path = f"resources.{number}.schema.fields.{index}"
                package.describe(path, field | {"calendar": calendars[resource["name"]]})


def common_years(package: SamplePackage) -> None:
    """Write all fiscal years in the common era, without the limits of those of the Buddhist Era."""
    package.demand_nothing()
    for resource in ("projects", "evaluations"):
        header, *rows = package.table(resource)
        at = header.index("fiscal_year")
        cells = [[*row[:at], str(int(row[at]) - 543) if row[at] else "", *row[at + 1 :]] for row in rows]
        package.write(resource, [header, *cells])


@pytest.fixture
def july(whole: SamplePackage) -> Portal:
    common_years(whole)
    reading = read(whole)
    assert reading.portal is not None
    assert [p for p in reading.problems if p.field == "fiscal_year"] == []
    return reading.portal


def test_undeclared_fiscal_years_are_in_the_calendar_of_the_city(july: Portal) -> None:
    assert july.package.conventions == DOLLARS
    years = {project.fiscal_year for project in july.projects} - {None}
    assert years
    assert all(2020 < year < 2030 for year in years if year)
    assert {project.fiscal_calendar for project in july.projects} == {DOLLARS.fiscal}


def test_last_reported_is_by_the_months_of_the_city(july: Portal) -> None:
    days = {project.last_reported for project in july.projects if project.last_reported and project.last_result}
    assert days
    for project in july.projects:
        if project.last_result and project.fiscal_year and not project.progress_reports:
            month = project.last_result.month
            assert project.last_reported == DOLLARS.fiscal.month_end(project.fiscal_year, month)


def test_declared_fiscal_years_are_in_their_calendar_and_begin_as_the_city_says(whole: SamplePackage) -> None:
    declare(whole, projects="buddhist", evaluations="buddhist")
    portal = read(whole).portal
    assert portal is not None
    assert portal.package.conventions == replace(DOLLARS, fiscal=replace(DOLLARS.fiscal, calendar="buddhist"))
    assert portal.projects[0].fiscal_calendar.month_start(2566, 1) == date(2022, 7, 1)


@pytest.mark.parametrize("value", ["thai", "", 5, None, ["buddhist"], {"a": 1}])
def test_an_unknown_calendar_is_a_problem_with_its_place(whole: SamplePackage, value: object) -> None:
    declare(whole, projects=value)
    (problem,) = [p for p in read(whole, CITY).problems if p.rule == "not-in-list"]
    assert (problem.place, problem.hint) == ("datapackage.json", "Write one of: buddhist, gregorian.")
    assert problem.field is not None
    assert problem.field.endswith(".calendar")


def test_the_fiscal_years_of_a_package_are_all_in_one_calendar(whole: SamplePackage) -> None:
    declare(whole, projects="buddhist", evaluations="gregorian")
    assert [p.rule for p in read(whole, CITY).problems if p.place == "datapackage.json"] == ["two-calendars"]


@pytest.mark.parametrize(
    ("cell", "rule", "hint"),
    [
        ("2566", "buddhist-era-year", "Write 2023."),
        ("FY 2566", "wrong-type", "Write 2023."),
        ("23", "out-of-range", "Write 2023, if that is the year."),
        ("9999", "out-of-range", "Correct the value."),
    ],
)
def test_a_fiscal_year_in_the_other_calendar_says_how_to_write_it(
    whole: SamplePackage, cell: str, rule: str, hint: str
) -> None:
    common_years(whole)
    whole.set("projects", "fiscal_year", cell)
    reading = read(whole)
    assert reading.portal is not None
    found = [*reading.problems, *check_portal(reading.portal)]
    problem = next(p for p in found if p.field == "fiscal_year")
    assert (problem.rule, problem.hint) == (rule, hint)
