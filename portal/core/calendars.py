"""The fiscal calendar: years in the Buddhist Era, months from October."""

from __future__ import annotations

from datetime import date, timedelta

BE_OFFSET = 543
"""Years from the common era to the Buddhist Era, as Thailand counts since 1941."""

FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2399, 12, 31)
"""Days that data can be of. They are shown and counted from in both calendars, of which neither goes on for ever."""

BUDDHIST_YEARS = range(2400, 3000)
"""A year of these is B.E.: in the common era they are too far ahead to be planned for."""


def month_start(fiscal_year: int, month: int) -> date:
    """The first day of fiscal month 1 to 12 of a fiscal year (B.E.): month 1 is October of the year before."""
    calendar_year = fiscal_year - BE_OFFSET - (1 if month <= 3 else 0)
    return date(calendar_year, (month + 8) % 12 + 1, 1)


def month_end(fiscal_year: int, month: int) -> date:
    """The last day of a fiscal month."""
    following = (fiscal_year, month + 1) if month < 12 else (fiscal_year + 1, 1)
    return month_start(*following) - timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """The first day of the month that many before the month of `day`, but not before the calendar begins."""
    year, month = divmod(max(12, day.year * 12 + day.month - 1 - months), 12)
    return date(year, month + 1, 1)
