"""Numbers, years and days as other people write them."""

from __future__ import annotations

import pytest

from portal.core.calendars import Calendar
from portal.imports.csv_cells import CellFormat, read_cell

COMMAS = CellFormat(decimal_comma=True)
AMERICAN = CellFormat(month_first=True)
BUDDHIST = CellFormat(buddhist_era=True)


@pytest.mark.parametrize(
    ("cell", "form", "number"),
    [
        ("1,234,567.50", CellFormat(), "1234567.5"),
        ("$1,234", CellFormat(), "1234"),
        ("US$ 1,234.00", CellFormat(), "1234"),
        ("฿1,234", CellFormat(), "1234"),
        ("1 234 567", CellFormat(), "1234567"),
        ("1'234.5", CellFormat(), "1234.5"),
        ("1.234.567,5 €", COMMAS, "1234567.5"),
        ("EUR 1.234", COMMAS, "1234"),
        (".5", CellFormat(), "0.5"),
        ("007", CellFormat(), "7"),
        ("0.00", CellFormat(), "0"),
        ("N/A", CellFormat(blank=("N/A",)), ""),
        ("", CellFormat(), ""),
    ],
)
def test_amounts_lose_their_marks_and_keep_their_value(cell: str, form: CellFormat, number: str) -> None:
    assert read_cell(cell, "budget_received", "number", form, "gregorian") == number


@pytest.mark.parametrize("cell", ["1,23", "12 34", "1.234,5", "five", "1e6", "1-2", "--5", "(5", "=1+1", "5;6"])
def test_what_is_no_number_is_none(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        read_cell(cell, "budget_received", "number", CellFormat(), "gregorian")


@pytest.mark.parametrize("cell", ["-5", "(5)", "$-5", "-$5"])
def test_an_amount_below_zero_is_below_zero(cell: str) -> None:
    assert read_cell(cell, "own", "number", CellFormat(), "gregorian") == "-5"
    with pytest.raises(ValueError, match="is not from 0"):
        read_cell(cell, "budget_received", "number", CellFormat(), "gregorian")


def test_a_place_outside_of_the_earth_is_none() -> None:
    assert read_cell("-34,567", "latitude", "number", COMMAS, "gregorian") == "-34.567"
    with pytest.raises(ValueError, match="is not from -90 to 90"):
        read_cell("-34567", "latitude", "number", CellFormat(), "gregorian")


@pytest.mark.parametrize(
    ("cell", "form", "day"),
    [
        ("2025-02-01", CellFormat(), "2025-02-01"),
        ("2025/2/1", CellFormat(), "2025-02-01"),
        ("1/2/2025", CellFormat(), "2025-02-01"),
        ("1/2/2025", AMERICAN, "2025-01-02"),
        ("1.2.2025", CellFormat(), "2025-02-01"),
        ("1/2/2568", BUDDHIST, "2025-02-01"),
        ("2025-02-01T13:45:10.000", CellFormat(), "2025-02-01"),
        ("1/2/2025 1:30 PM", AMERICAN, "2025-01-02"),
        ("2025-02-01T00:00:00Z", CellFormat(), "2025-02-01"),
    ],
)
def test_days_become_those_of_iso_8601(cell: str, form: CellFormat, day: str) -> None:
    assert read_cell(cell, "start_date", "date", form, "gregorian") == day


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("31/2/2025", CellFormat()),
        ("13/1/2025", AMERICAN),
        ("1/2/25", CellFormat()),
        ("1/2/2568", CellFormat()),
        ("1/2/2025", BUDDHIST),
        ("0999-01-01", CellFormat()),
        # In the city it may be another day.
        ("2025-02-01T23:30:00Z", CellFormat()),
        ("Feb 2025", CellFormat()),
    ],
)
def test_what_is_no_certain_day_is_none(cell: str, form: CellFormat) -> None:
    with pytest.raises(ValueError, match="is not"):
        read_cell(cell, "start_date", "date", form, "gregorian")


@pytest.mark.parametrize(
    ("cell", "calendar", "year"),
    [
        ("2025", "gregorian", "2025"),
        ("FY2025", "gregorian", "2025"),
        ("2025.0", "gregorian", "2025"),
        ("2568", "gregorian", "2025"),
        ("2025", "buddhist", "2568"),
        ("2568", "buddhist", "2568"),
    ],
)
def test_fiscal_years_are_those_of_the_package(cell: str, calendar: Calendar, year: str) -> None:
    assert read_cell(cell, "fiscal_year", "integer", CellFormat(), calendar) == year


@pytest.mark.parametrize("cell", ["25", "2025/26", "12345", "year"])
def test_what_is_no_year_is_none(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a year"):
        read_cell(cell, "fiscal_year", "integer", CellFormat(), "gregorian")
