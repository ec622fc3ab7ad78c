"""The cells of a CSV of another system -> those of the package: numbers, years and days in the forms people write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from portal.core.calendars import BE_OFFSET, BUDDHIST_YEARS, COMMON_YEARS, Calendar
from portal.package import range_of


@dataclass(frozen=True, slots=True)
class CellFormat:
    """How the cells of a CSV are written."""

    buddhist_era: bool = False
    """Whether the years of dates are B.E."""
    month_first: bool = False
    """Whether 2/8/2017 is 8 February; it is 2 August otherwise."""
    decimal_comma: bool = False
    """Whether 1.234,50 is written for 1,234.50."""
    blank: tuple[str, ...] = ()
    """What is written where no value is known, such as N/A."""


AS_IN_PACKAGE = CellFormat()


def read_cell(cell: str, column: str, kind: str, form: CellFormat, calendar: Calendar, table: str = "projects") -> str:
    """The cell of a `column` of a `table` as the package writes it; `kind` is its type in the schema.

    `calendar` is that of the fiscal years of the package. Raises ValueError, whose text follows the cell in a sentence.
    """
    cell = cell.strip()
    if cell in form.blank:
        return ""
    if not cell or kind not in ("number", "integer", "date"):
        return cell
    if kind == "date":
        return _day(cell, form)
    if column == "fiscal_year":
        return _fiscal_year(cell, form, calendar)
    number = _number(cell, form.decimal_comma)
    if kind == "integer" and "." in number:
        raise ValueError("is not a whole number")
    limits = range_of(table, column, range(1, 10_000))
    if limits and not limits[0] <= float(number) <= limits[1]:
        raise ValueError(f"is not from {limits[0]:,} to {limits[1]:,}")
    return number


_SIGN = r"[$\u00a2-\u00a5\u0e3f\u20a0-\u20cf]"
"""The signs of currencies in Unicode."""


@cache
def _number_pattern(decimal_comma: bool) -> re.Pattern[str]:
    """A number with the sign or the code of a currency, marks between thousands, or a percent sign.

    An amount in parentheses is below zero, as accountants write it.
    """
    thousands, point = (r"[.'’ \u00a0\u202f]", ",") if decimal_comma else (r"[,'’ \u00a0\u202f]", r"\.")
    digits = rf"(?:[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+|[0-9]+)(?:{point}[0-9]+)?|{point}[0-9]+"
    money = rf"(?:[A-Z]{{1,3}} ?)?{_SIGN}?\s?"
    return re.compile(
        rf"(?P<open>\()?(?P<minus>[-−])?{money}(?P<after>[-−])?(?P<digits>{digits})\s?(?:%|{_SIGN}|[A-Z]{{3}})?(?(open)\))"
    )


def _number(cell: str, decimal_comma: bool) -> str:
    match = _number_pattern(decimal_comma).fullmatch(cell)
    if match is None or sum(map(bool, (match["open"], match["minus"], match["after"]))) > 1:
        raise ValueError("is not a number")
    text = re.sub(r"[^0-9,]" if decimal_comma else r"[^0-9.]", "", match["digits"]).replace(",", ".")
    whole, _, parts = text.partition(".")
    number = f"{whole.lstrip('0') or '0'}.{parts}".rstrip("0").rstrip(".")
    is_negative = (match["open"] or match["minus"] or match["after"]) and number != "0"
    return f"-{number}" if is_negative else number


_YEAR = re.compile(r"(?:FY ?)?([0-9]{4})(?:[.]0+)?", re.IGNORECASE)


def _fiscal_year(cell: str, form: CellFormat, calendar: Calendar) -> str:
    """A fiscal year in the calendar of the package."""
    match = _YEAR.fullmatch(cell)
    if match is None:
        raise ValueError("is not a year")
    year, is_buddhist = int(match[1]), int(match[1]) in BUDDHIST_YEARS
    if not is_buddhist and year not in COMMON_YEARS and not form.buddhist_era:
        raise ValueError("is not a year that data may contain")
    if calendar == "buddhist":
        return str(year if form.buddhist_era or is_buddhist else year + BE_OFFSET)
    return str(year - BE_OFFSET if is_buddhist else year)


_TIME = (
    r"(?:[T ]+(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?"
    r"|0{1,2}:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)))?"
)
"""A time of day behind a day, which is not read. One of another time zone may be on another day in the city."""

DATE = re.compile(
    r"(?:(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})"
    rf"|(?P<first>[0-9]{{1,2}})[-/.](?P<second>[0-9]{{1,2}})[-/.](?P<year>[0-9]{{4}})){_TIME}"
)


def _day(cell: str, form: CellFormat) -> str:
    match = DATE.fullmatch(cell)
    if match is None:
        raise ValueError("is not a day, such as 2025-10-01 or 1/10/2568")
    if match["y"]:
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    else:
        year, day, month = int(match["year"]), int(match["first"]), int(match["second"])
        if form.month_first:
            month, day = day, month
    is_buddhist = year in BUDDHIST_YEARS
    if is_buddhist != form.buddhist_era:
        raise ValueError(f"is not in the {'Buddhist' if form.buddhist_era else 'common'} era, as the mapping says")
    if not is_buddhist and year not in COMMON_YEARS:
        raise ValueError("is not a day that data may contain")
    try:
        return date(year - (BE_OFFSET if is_buddhist else 0), month, day).isoformat()
    except ValueError:
        raise ValueError("is not a day of the calendar") from None
