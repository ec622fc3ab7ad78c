"""Days that are not written as ISO 8601 has them: which day of the calendar is meant, and what stands behind it."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from babel.dates import get_month_names

from portal.core.calendars import BE_OFFSET, BUDDHIST_YEARS
from portal.core.text import as_seen

_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?![0-9])")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})(?![0-9])")
_COMPACT = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])(?![0-9])")
_DAY_AND_NAME = re.compile(r"(?:วันที่\s*)?([0-9]{1,2})[\s-]*([^\d\s-]+)[\s-]*(?:[พค]\.ศ\.\s*)?([0-9]{4})(?![0-9])")
_NAME_AND_DAY = re.compile(r"([^\d\s-]+)[\s-]*([0-9]{1,2}),?\s+([0-9]{4})(?![0-9])")
_SERIAL = re.compile(r"([2-7][0-9]{4})(\.[0-9]+)?")
"""A day as the number that a spreadsheet stores, from 1954 to 2119; behind the point is the time of day."""
_FIRST_SERIAL = date(1899, 12, 30)
_TIME = re.compile(
    r"(?:เวลา\s*)?([01]?[0-9]|2[0-4])[:.]([0-5][0-9])(?:[:.]([0-5][0-9])(?:[.,][0-9]+)?)?\s*(?:([ap])\.?m\.?|น\.?)?"
    r"\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\uff0d", "-"))
_LATIN = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def with_latin_digits(text: str) -> str:
    """The text with its Thai digits as 0 to 9."""
    return text.translate(_LATIN)


class WrittenDay(NamedTuple):
    """A day as it is written in a cell. The calendar may not have it: see `date`."""

    year: int
    """As written: of the Buddhist Era or of the common era."""
    month: int
    day: int
    rest: str
    """The text behind the day."""
    first: str
    """What is written first: `year`, `name` (of a month), `day`, `month`; `day?` where it may be the month as well."""

    @property
    def common_year(self) -> int:
        """The year in the common era."""
        return self.year - BE_OFFSET if self.year in BUDDHIST_YEARS else self.year

    @property
    def date(self) -> date | None:
        """The day; None where the calendar does not have it."""
        try:
            return date(self.common_year, self.month, self.day)
        except ValueError:
            return None

    @property
    def missing(self) -> str:
        """What the calendar does not have, such as `29 February 2566` or `month 13`; "" where it has the day."""
        if self.date or not self.common_year:
            return ""
        if not 1 <= self.month <= 12:
            return f"month {self.month}"
        days = monthrange(self.common_year, self.month)[1]
        name = get_month_names("wide", locale="en")[self.month]
        return f"{self.day} {name} {self.year}" if self.day > days else ""

    @property
    def time(self) -> WrittenTime | None:
        """The time of day behind the day; None where there is another text or nothing."""
        match = _TIME.fullmatch(self.rest)
        if match is None:
            return None
        hour = int(match[1]) % 12 + 12 * (match[4].lower() == "p") if match[4] else int(match[1])
        return WrittenTime(f"{hour:02}:{match[2]}:{match[3] or '00'}", match[5] or "")


class WrittenTime(NamedTuple):
    """A time of day."""

    text: str
    """In ISO 8601, without a zone."""
    zone: str
    """`Z`, `+07:00`, or "" where none is written."""


def written_day(cell: str, *, month_first: bool = False) -> WrittenDay | None:
    """The day with which a cell begins; None where it begins with none that is known.

    Where the day and the month could change places, the day is taken to come first, or the month if `month_first`.
    """
    text = as_seen(with_latin_digits(cell)).translate(_DASHES)
    if match := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        return WrittenDay(int(match[1]), int(match[2]), int(match[3]), _rest(text, match), "year")
    if match := _DAY_FIRST.match(text):
        day, month = int(match[1]), int(match[2])
        first = "day" if day > 12 or day == month else "day?"
        if day <= 12 < month or (first == "day?" and month_first):
            day, month, first = month, day, "month"
        return WrittenDay(int(match[3]), month, day, _rest(text, match), first)
    for form, day_at, name_at in ((_DAY_AND_NAME, 1, 2), (_NAME_AND_DAY, 2, 1)):
        if (match := form.match(text)) and (named := _months().get(_key(match[name_at]))):
            return WrittenDay(int(match[3]), named, int(match[day_at]), _rest(text, match), "name")
    return None


def _rest(text: str, match: re.Match[str]) -> str:
    return re.sub(r"^[T,]", "", text[match.end() :]).strip()


def day_of_serial(cell: str) -> date | None:
    """The day that a spreadsheet stores as the number in a cell; None for any other text."""
    match = _SERIAL.fullmatch(as_seen(with_latin_digits(cell)))
    return _FIRST_SERIAL + timedelta(int(match[1])) if match else None


def _key(name: str) -> str:
    return name.casefold().replace(".", "")


@cache
def _months() -> dict[str, int]:
    """The number of each month, by its names and abbreviations in Thai and English."""
    return {
        _key(name): number
        for locale in ("th", "en")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    }
