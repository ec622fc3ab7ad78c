"""Years of the Buddhist Era and of the common era, and the fiscal calendar of a city."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, get_args

Calendar = Literal["buddhist", "gregorian"]
"""How years are counted: in the Buddhist Era (B.E.), or in the common era (C.E.)."""

CALENDARS: tuple[Calendar, ...] = get_args(Calendar)

BE_OFFSET = 543
"""Years to add to a year of the common era (C.E.) for that of the Buddhist Era (B.E.), in Thailand since 1941."""

FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2399, 12, 31)
"""The first and the last day that data may contain. Both calendars can show these days and compute with them."""

BUDDHIST_YEARS = range(2400, 3000)
"""A year in this range is B.E.; as a year of the common era it would be too far ahead."""

COMMON_YEARS = range(FIRST_DAY.year, LAST_DAY.year + 1)
"""A year in this range is C.E."""


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """How a city counts its fiscal years. Without arguments, they are the years of the common era."""

    calendar: Calendar = "gregorian"
    """In which the data write the number of a fiscal year."""
    month: int = 1
    """The month in which a fiscal year begins."""
    day: int = 1
    """The day of it, 1 to 28. Every fiscal month begins with this day."""
    named_by_end: bool = True
    """Whether a fiscal year has the number of the year in which it ends; False: in which it begins."""

    @property
    def years(self) -> range:
        """The numbers that a fiscal year may have."""
        return BUDDHIST_YEARS if self.calendar == "buddhist" else COMMON_YEARS

    @property
    def spans_two_years(self) -> bool:
        """Whether a fiscal year begins in another year than it ends."""
        return (self.month, self.day) != (1, 1)

    def first_year(self, fiscal_year: int) -> int:
        """The year (C.E.) in which a fiscal year begins."""
        year = fiscal_year - (BE_OFFSET if self.calendar == "buddhist" else 0)
        return year - 1 if self.named_by_end and self.spans_two_years else year

    def year_of(self, day: date) -> int:
        """The number of the fiscal year in which a day is."""
        year = day.year + (BE_OFFSET if self.calendar == "buddhist" else 0)
        has_begun = (day.month, day.day) >= (self.month, self.day)
        return year + has_begun - (not (self.named_by_end and self.spans_two_years))

    def month_start(self, fiscal_year: int, month: int) -> date:
        """The first day of fiscal month 1 to 12 of a fiscal year."""
        later, index = divmod(self.month + month - 2, 12)
        return date(self.first_year(fiscal_year) + later, index + 1, self.day)

    def month_end(self, fiscal_year: int, month: int) -> date:
        """The last day of a fiscal month."""
        return _month_end(self, fiscal_year, month)

    def month_of(self, month: int) -> int:
        """The calendar month, 1 to 12, in which fiscal month 1 to 12 begins."""
        return (self.month + month - 2) % 12 + 1

    @property
    def last_day(self) -> tuple[int, int]:
        """The month and the day with which a fiscal year ends; of a year that is no leap year."""
        last = self.month_end(2002 + (BE_OFFSET if self.calendar == "buddhist" else 0), 12)
        return (last.month, last.day)


@lru_cache(4096)
def _month_end(fiscal: FiscalCalendar, fiscal_year: int, month: int) -> date:
    """A package has a few dozen fiscal months, each of which is asked for a thousand times."""
    following = (fiscal_year, month + 1) if month < 12 else (fiscal_year + 1, 1)
    return fiscal.month_start(*following) - timedelta(days=1)


COMMON_ERA = FiscalCalendar()
"""Fiscal years that are those of the common era."""


def whole_year(text: str, calendar: Calendar) -> str:
    """The year that two digits probably stand for; "" for any other text."""
    pattern, century = ("[4-9][0-9]", "25") if calendar == "buddhist" else ("[0-9]{2}", "20")
    return century + text if re.fullmatch(pattern, text) else ""


def months_before(day: date, months: int) -> date:
    """The first day of the month that is `months` months before that of `day`; at the earliest January of year 1."""
    year, month = divmod(max(12, day.year * 12 + day.month - 1 - months), 12)
    return date(year, month + 1, 1)
