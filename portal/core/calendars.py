"""The fiscal calendar: years in the Buddhist Era, months from October."""

from __future__ import annotations

from datetime import date, timedelta

BE_OFFSET = 543
"""Years to add to a year of the common era (C.E.) for that of the Buddhist Era (B.E.), in Thailand since 1941."""

FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2399, 12, 31)
"""The first and the last day that data may contain. Both calendars can show these days and compute with them."""

BUDDHIST_YEARS = range(2400, 3000)
"""A year in this range is B.E.; as a year of the common era it would be too far ahead."""


def month_start(fiscal_year: int, month: int) -> date:
    """The first day of fiscal month 1 to 12 of a fiscal year (B.E.): month 1 is October of the year before."""
    calendar_year = fiscal_year - BE_OFFSET - (1 if month <= 3 else 0)
    return date(calendar_year, (month + 8) % 12 + 1, 1)


def month_end(fiscal_year: int, month: int) -> date:
    """The last day of a fiscal month."""
    following = (fiscal_year, month + 1) if month < 12 else (fiscal_year + 1, 1)
    return month_start(*following) - timedelta(days=1)


def fiscal_year_of(day: date) -> int:
    """The fiscal year (B.E.) in which a day is."""
    return day.year + BE_OFFSET + (day.month >= 10)


def months_before(day: date, months: int) -> date:
    """The first day of the month that is `months` months before that of `day`; at the earliest January of year 1."""
    year, month = divmod(max(12, day.year * 12 + day.month - 1 - months), 12)
    return date(year, month + 1, 1)
