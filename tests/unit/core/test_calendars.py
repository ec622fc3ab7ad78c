"""The days of fiscal years and months, however a city counts them."""

from datetime import date, timedelta

import pytest

from portal.core.calendars import BE_OFFSET, FiscalCalendar, whole_year

THAI = FiscalCalendar("buddhist", 10)


@pytest.mark.parametrize(
    ("month", "first"), [(1, date(2022, 10, 1)), (3, date(2022, 12, 1)), (4, date(2023, 1, 1)), (12, date(2023, 9, 1))]
)
def test_fiscal_month_1_is_october_of_the_year_before(month: int, first: date) -> None:
    assert THAI.month_start(2566, month) == first


def test_a_fiscal_month_ends_before_the_next_begins() -> None:
    assert (THAI.month_end(2566, 5), THAI.month_end(2567, 5), THAI.month_end(2566, 12)) == (
        date(2023, 2, 28),
        date(2024, 2, 29),
        date(2023, 9, 30),
    )


@pytest.mark.parametrize(
    ("fiscal", "first", "last"),
    [
        (FiscalCalendar("gregorian", 7), date(2025, 7, 1), date(2026, 6, 30)),
        (FiscalCalendar("gregorian", 7, named_by_end=False), date(2026, 7, 1), date(2027, 6, 30)),
        (FiscalCalendar("gregorian"), date(2026, 1, 1), date(2026, 12, 31)),
        (FiscalCalendar("gregorian", named_by_end=False), date(2026, 1, 1), date(2026, 12, 31)),
        (FiscalCalendar("gregorian", 4, 6), date(2025, 4, 6), date(2026, 4, 5)),
        (FiscalCalendar("gregorian", 1, 15), date(2025, 1, 15), date(2026, 1, 14)),
        (FiscalCalendar("gregorian", 3), date(2025, 3, 1), date(2026, 2, 28)),
    ],
)
def test_a_fiscal_year_has_the_number_of_its_end_or_of_its_start(
    fiscal: FiscalCalendar, first: date, last: date
) -> None:
    assert (fiscal.month_start(2026, 1), fiscal.month_end(2026, 12)) == (first, last)
    assert fiscal.last_day == (last.month, last.day)
    same = FiscalCalendar("buddhist", fiscal.month, fiscal.day, fiscal.named_by_end)
    assert same.month_start(2026 + BE_OFFSET, 1) == first


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("day", [1, 6, 28])
def test_twelve_months_fill_a_fiscal_year_without_a_gap(month: int, day: int) -> None:
    fiscal = FiscalCalendar("gregorian", month, day)
    for number in range(1, 13):
        first, last = fiscal.month_start(2024, number), fiscal.month_end(2024, number)
        assert first.month == fiscal.month_of(number)
        after = fiscal.month_start(2024, number + 1) if number < 12 else fiscal.month_start(2025, 1)
        assert (first.day, last + timedelta(1)) == (day, after)


@pytest.mark.parametrize(
    ("fiscal", "day", "year"),
    [
        (FiscalCalendar(), date(2025, 12, 31), 2025),
        (FiscalCalendar(), date(2026, 1, 1), 2026),
        (FiscalCalendar(named_by_end=False), date(2026, 1, 1), 2026),
        (FiscalCalendar("gregorian", 7), date(2026, 6, 30), 2026),
        (FiscalCalendar("gregorian", 7), date(2026, 7, 1), 2027),
        (FiscalCalendar("gregorian", 7, named_by_end=False), date(2026, 6, 30), 2025),
        (FiscalCalendar("gregorian", 7, named_by_end=False), date(2026, 7, 1), 2026),
        (FiscalCalendar("gregorian", 4, 6), date(2026, 4, 5), 2026),
        (FiscalCalendar("gregorian", 4, 6), date(2026, 4, 6), 2027),
        (FiscalCalendar("gregorian", 1, 15), date(2026, 1, 14), 2026),
        (FiscalCalendar("gregorian", 1, 15), date(2026, 1, 15), 2027),
        (FiscalCalendar("gregorian", 3), date(2024, 2, 29), 2024),
    ],
)
def test_a_day_is_in_the_fiscal_year_that_has_begun(fiscal: FiscalCalendar, day: date, year: int) -> None:
    assert fiscal.year_of(day) == year
    same = FiscalCalendar("buddhist", fiscal.month, fiscal.day, fiscal.named_by_end)
    assert same.year_of(day) == year + BE_OFFSET
    assert fiscal.month_start(year, 1) <= day <= fiscal.month_end(year, 12)


def test_years_of_one_calendar_are_not_those_of_the_other() -> None:
    assert 2566 in THAI.years
    assert 2566 not in FiscalCalendar().years
    assert 2026 in FiscalCalendar().years
    assert 2026 not in THAI.years


def test_two_digits_stand_for_a_year_of_the_calendar() -> None:
    assert [whole_year(text, "buddhist") for text in ("68", "12", "2568", "x")] == ["2568", "", "", ""]
    assert [whole_year(text, "gregorian") for text in ("26", "2026", "")] == ["2026", "", ""]
