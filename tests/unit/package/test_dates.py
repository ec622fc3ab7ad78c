"""A cell that is not a day or a time in the form of its field."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.core.problems import grouped

from tests.sample_package import SamplePackage, hints


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("29/2/2566", "29 February 2566"),
        ("2023-02-30", "30 February 2023"),
        ("31.4.2567", "31 April 2567"),
        ("02/30/2023", "30 February 2023"),
        ("2568-02-29", "29 February 2568"),
    ],
)
def test_day_that_the_calendar_does_not_have_is_named(package: SamplePackage, cell: str, day: str) -> None:
    package.set("projects", "start_date", cell)
    (problem,) = package.problems()
    assert problem.message == f'"{cell}" is not a date: there is no {day}.'


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31 เมษายน 2566", "31 April 2566"),
        ("29 ก.พ. 2566", "29 February 2566"),
        ("29 February 2566", "29 February 2566"),
        ("Feb 29, 2023", "29 February 2023"),
        ("30/2/2566 0:00:00", "30 February 2566"),
        ("๒๙/๒/๒๕๖๖", "29 February 2566"),
        ("2566-13-01", "month 13"),
    ],
)
def test_day_with_the_name_of_its_month_or_a_time_is_looked_up_in_the_calendar(
    package: SamplePackage, cell: str, day: str
) -> None:
    package.set("projects", "start_date", cell)
    (problem,) = package.problems()
    assert problem.message == f'"{cell}" is not a date: there is no {day}.'


def test_days_that_the_calendar_does_not_have_are_one_problem_of_their_column(package: SamplePackage) -> None:
    package.set("projects", "start_date", "29/2/2566", "31/4/2566", "30/2/2566", "31/9/2566", "2566-13-01")
    (problem,) = grouped(package.problems())
    assert (problem.count, problem.rows) == (5, (2, 3, 4))
    assert problem.message == 'in row 2, "29/2/2566" is not a date: there is no 29 February 2566.'


def test_dates_with_the_day_first_are_one_problem_whether_or_not_that_is_certain(package: SamplePackage) -> None:
    package.set("projects", "start_date", "13/2/2566", "1/2/2566", "2/2/2566")
    (problem,) = grouped(package.problems())
    assert (problem.count, problem.hint) == (3, "Write the year first, in the common era: 2023-02-13.")


TIME_BEHIND = "has a time of day, but this column holds dates only."


TEXT_BEHIND = "has other text behind the day."


@pytest.mark.parametrize(
    ("cell", "message", "hint"),
    [
        ("2023-12-31 17:00", TIME_BEHIND, "Write 2023-12-31."),
        ("31/12/2566 17:00", TIME_BEHIND, "Write 2023-12-31."),
        ("2566-12-31T17:00", TIME_BEHIND, "Write 2023-12-31."),
        ("31/12/2566 08:00 น.", TIME_BEHIND, "Write 2023-12-31."),
        ("2023-12-31T23:00:00+07:00", TIME_BEHIND, "Write 2023-12-31."),
        *(
            (
                f"2013-12-31T17:00:00{zone}",
                TIME_BEHIND,
                "Write the day that it was in the city at this time of UTC, for example 2013-12-31.",
            )
            for zone in ("Z", ".000Z", "+00:00")
        ),
        ("3/4/2023 0:00:00", TIME_BEHIND, "Write 2023-04-03, if 3 is the day."),
        (
            "30/9/2566 หมดสัญญา",
            TEXT_BEHIND,
            "Only the day belongs here: write 2023-09-30, and the other text in another column.",
        ),
        ("31/12/2566-31/1/2567", TEXT_BEHIND, "Only one day belongs here, for example 2023-12-31."),
        ("2023-01-31/2023-03-31", TEXT_BEHIND, "Only one day belongs here, for example 2023-01-31."),
    ],
)
def test_day_of_the_calendar_is_never_called_missing_for_what_stands_behind_it(
    package: SamplePackage, cell: str, message: str, hint: str
) -> None:
    package.set("projects", "start_date", cell)
    (problem,) = package.problems()
    assert (problem.message, problem.hint) == (f'"{cell}" {message}', hint)


def test_every_day_of_two_years_is_there_and_no_other(package: SamplePackage) -> None:
    days = {(date(2023, 1, 1) + timedelta(n)).isoformat() for n in range(365 + 366)}
    cells = [f"{year}-{month:02}-{day:02}" for year in (2023, 2024) for month in range(1, 13) for day in range(1, 32)]
    for era, offset in (("C.E.", 0), ("B.E.", 543)):
        header, first, *_ = package.table("projects")
        table = [[f"91000000-{1000 + i}", *first[1:]] for i in range(len(cells))]
        package.write("projects", [header, *table])
        package.write("evaluations", package.table("evaluations")[:1])
        package.set("projects", "finish_date", *[""] * len(cells))
        package.set("projects", "start_date", *(f"{int(c[8:])}/{c[5:7]}/{int(c[:4]) + offset} 17:00" for c in cells))
        missing = {p.row for p in package.problems() if "there is no" in p.message}
        assert missing == {row for row, cell in enumerate(cells, start=2) if cell not in days}, era


def test_dates_have_the_month_first_where_another_of_their_column_shows_it(package: SamplePackage) -> None:
    package.set("projects", "start_date", "3/4/2023 0:00:00", "12/31/2023", "3/4/2023", row=2)
    package.set("projects", "finish_date", "", "", "", row=2)
    assert [p.hint for p in package.problems()] == [
        "Write 2023-03-04.",
        "Write the year first, in the common era: 2023-12-31.",
        "Write the year first, in the common era: 2023-03-04.",
    ]
    package.set("projects", "start_date", "31/12/2023", row=5)
    assert [p.hint for p in package.problems()][:1] == ["Write 2023-04-03, if 3 is the day."]


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S", "default"])
def test_time_is_local_and_in_iso_form(whole: SamplePackage, form: str) -> None:
    whole.describe("resources.4.schema.fields.1.format", form)
    cells = ("2569-10-20T11:00:00", "20/10/2569 11:00:00", "2025-10-20 11:00:00", "2025-10-20T11:00:00Z", "2025-10-20")
    whole.set("revisions", "revised_at", *cells)
    assert hints(whole.problems()) == [
        ("buddhist-era-date", "Write 2026-10-20T11:00:00."),
        ("wrong-type", "Write the year first, in the common era: 2026-10-20T11:00:00."),
        ("wrong-type", "Write 2025-10-20T11:00:00."),
        ("wrong-type", "Write it so, for example 2025-10-20T11:00:00."),
        (
            "wrong-type",
            "Write the time too, for example 2025-10-20T09:30:00, or leave the cell blank if it is not known.",
        ),
    ]
