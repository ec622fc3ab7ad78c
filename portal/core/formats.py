"""Values -> text for readers: numbers, percentages, dates in both calendars, and long texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from itertools import groupby
from typing import Any, Literal

from babel import Locale
from babel.dates import format_date, get_month_names

from portal.core.calendars import BE_OFFSET, Calendar, FiscalCalendar
from portal.core.messages import SOURCE, Message
from portal.core.models import MAX_DIGITS, Conventions, Language
from portal.core.numbers import NBSP as NBSP
from portal.core.numbers import around_percent, in_signs_of

Width = Literal["wide", "abbreviated", "narrow"]

_WORDS = {
    "fiscal_year": Message("FY", "number"),
    "quarter": Message("quarter", "number"),
    "month": Message("month", "number"),
}
"""What stands before a number of each."""


_WIDE = Context(prec=MAX_DIGITS * 4)
"""Enough digits for the quotient of any two amounts; with fewer, rounding raises an error."""


def number(value: Decimal | int, language: Language = SOURCE) -> str:
    """`1,500,000` or `12.5`: separators every three digits, no trailing zeros after the point, and never `-0`."""
    text = f"{value or abs(value):,f}" if isinstance(value, Decimal) else f"{value:,}"
    return in_signs_of(text.rstrip("0").rstrip(".") if "." in text else text, language)


def percent(value: Decimal, language: Language = SOURCE) -> str:
    """`45%` or `33.3%`: at most one digit after the point. What only rounds to 0 or 100 is `>0%` or `<100%`."""
    rounded = value.quantize(Decimal("0.1"), ROUND_HALF_UP, _WIDE)
    before, after = around_percent(language)
    sign = "" if rounded not in (0, 100) or rounded == value else ">" if value > rounded else "<"
    return f"{sign}{before}{number(rounded, language)}{after}"


_PERCENT = frozenset({"ร้อยละ", "%", "เปอร์เซ็นต์", "percent"})


def is_percent(unit: str | None) -> bool:
    """Whether a unit of measure means percent."""
    return unit is not None and unit.strip() in _PERCENT


def quantity(value: Decimal, unit: str | None, language: Language) -> str:
    """A number with its unit, if there is one: `100 คน`; a percentage as `100%`, in Thai `ร้อยละ 100`."""
    text = number(value, language)
    if is_percent(unit):
        return f"ร้อยละ{NBSP}{text}" if language == "th" else text.join(around_percent(language))
    return f"{text} {unit}" if unit else text


def share(part: Decimal, whole: Decimal) -> Decimal:
    """The percentage of `part` in `whole`, which must be above zero."""
    return part * 100 / whole


def year(value: date, language: Language, calendar: Calendar) -> int:
    """The year of a date: B.E. in Thai where that is the city's calendar, otherwise C.E."""
    return value.year + BE_OFFSET if calendar == "buddhist" and language == "th" else value.year


def locale_of_days(language: Language, calendar: Calendar) -> str:
    """The tag of BCP 47 with which scripts write days as pages do: `th-u-ca-buddhist-nu-latn`."""
    era = "buddhist" if calendar == "buddhist" and language == "th" else "gregory"
    return f"{'en-GB' if language == 'en' else language}-u-ca-{era}-nu-latn"


_DAY_FIRST: frozenset[Language] = frozenset({"en", "th"})
"""The languages in which a date is written as day, name of the month and year: other ones write it as CLDR does.

That of English there is the order of the United States, and that of Thai has the name of its era.
"""


@cache
def _month_names(width: Width, language: Language) -> tuple[str, ...]:
    """The names of the months, from January on."""
    names = get_month_names(width, locale=language)
    return tuple(names[month] for month in range(1, 13))


@cache
def _by_cldr(day: date, form: str, language: Language) -> str:
    """A date in a form of CLDR: "long", "medium", or the letters of what it shows, such as `yMMMM`."""
    locale = Locale.parse(language)
    pattern = locale.date_formats.get(form) or locale.datetime_skeletons[form]
    return format_date(day, str(pattern), locale)


def long_date(value: date, language: Language, calendar: Calendar) -> str:
    """`30 กันยายน 2566` or `30 September 2023`."""
    return _date(value, "wide", language, calendar)


def short_date(value: date, language: Language, calendar: Calendar) -> str:
    """`30 ก.ย. 2566` or `30 Sep 2023`."""
    return _date(value, "abbreviated", language, calendar)


def _date(value: date, width: Width, language: Language, calendar: Calendar) -> str:
    if language not in _DAY_FIRST:
        return _by_cldr(value, "long" if width == "wide" else "medium", language).replace(" ", NBSP)
    month = _month_names(width, language)[value.month - 1]
    return f"{value.day}{NBSP}{month}{NBSP}{year(value, language, calendar)}"


def period(days: tuple[date, date], language: Language, calendar: Calendar) -> str:
    """A period from its first to its last day: `1 กันยายน 2566 – 30 กันยายน 2566`; one date where both are the same."""
    return " \N{EN DASH} ".join(dict.fromkeys(long_date(day, language, calendar) for day in days))


def date_time(value: datetime, language: Language, calendar: Calendar) -> str:
    """A date and its time of day: `30 ก.ย. 2566 14:05`."""
    return f"{short_date(value, language, calendar)} {value:%H:%M}"


def day_of_year(month: int, day: int, language: Language) -> str:
    """A day of any year: `1 กรกฎาคม` or `1 July`."""
    if language not in _DAY_FIRST:
        return _by_cldr(date(2000, month, day), "MMMMd", language)
    return f"{day} {_month_names('wide', language)[month - 1]}"


def month_name(
    fiscal_year: int | None,
    month: int,
    language: Language,
    calendar: Calendar,
    fiscal: FiscalCalendar,
    width: Width = "wide",
) -> str:
    """The calendar name of a fiscal month: `กุมภาพันธ์ 2566`. The year only if it is given, and for the width "wide"."""
    if fiscal_year is None or width != "wide":
        return _month_names(width, language)[fiscal.month_of(month) - 1]
    return calendar_month(fiscal.month_start(fiscal_year, month), language, calendar)


def calendar_month(value: date, language: Language, calendar: Calendar) -> str:
    """The calendar month of a date: `กุมภาพันธ์ 2566` or `February 2023`."""
    if language not in _DAY_FIRST:
        return _by_cldr(value, "yMMMM", language).replace(" ", NBSP)
    return f"{_month_names('wide', language)[value.month - 1]}{NBSP}{year(value, language, calendar)}"


def fiscal_year(value: int, language: Language, fiscal: FiscalCalendar) -> str:
    """`ปีงบประมาณ 2566`; in other languages than Thai with the years of the common era, `FY 2566 (2022/23)`.

    Not so where these say the same.
    """
    text = f"{_WORDS['fiscal_year'][language]}{NBSP}{value}"
    if language == "th":
        return text
    first = fiscal.first_year(value)
    years = f"{first}/{(first + 1) % 100:02}" if fiscal.spans_two_years else str(first)
    return text if years == str(value) else f"{text} ({years})"


def key_part(name: str, value: Any, language: Language, conventions: Conventions) -> str:
    """A value of a record's key for readers, by the name of its field: a date, a fiscal year, `ไตรมาส 1`."""
    if name == "fiscal_year" and isinstance(value, int):
        return fiscal_year(value, language, conventions.fiscal)
    if isinstance(value, date):
        return long_date(value, language, conventions.calendar)
    return f"{_WORDS[name][language]}{NBSP}{value}" if name in ("month", "quarter") else str(value)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list in a published text: its one line, or its items."""

    lines: tuple[str, ...]
    numbered: bool


_NUMBERED = re.compile(r"\s*(\(?[0-9๐-๙]{1,2}[.)]|[•●▪-])\s*\S")


def text_blocks(text: str) -> tuple[Block, ...]:
    """A long text split at its line breaks. Consecutive lines with a number or bullet become one list."""
    blocks: list[Block] = []
    lines = filter(None, map(str.strip, text.split("\n")))
    for numbered, run in groupby(lines, key=lambda line: _NUMBERED.match(line) is not None):
        items = tuple(run)
        blocks += [Block(items, numbered=True)] if numbered else [Block((line,), numbered=False) for line in items]
    return tuple(blocks)


def folded(text: str, limit: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The blocks of a long text that are shown at once, of about `limit` characters, and those that unfold.

    A paragraph or a list that goes on beyond the limit is cut between two phrases or items. A rest shorter than a
    quarter of the limit is not worth a fold.
    """
    blocks = text_blocks(text)
    room = limit
    for at, block in enumerate(blocks):
        length = _length(block)
        if length > room:
            if sum(map(_length, blocks[at:])) - room < limit // 4:
                break
            shown, hidden = _cut(block, room, whole=at > 0)
            if not (hidden or blocks[at + 1 :]):
                break
            return (*blocks[:at], *shown), (*hidden, *blocks[at + 1 :])
        room -= length
    return blocks, ()


def _length(block: Block) -> int:
    return sum(map(len, block.lines))


def _cut(block: Block, room: int, *, whole: bool) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The part of a block that has room, and the rest of it. If not `whole`, the first part is never empty."""
    first: tuple[str, ...]
    if block.numbered:
        count = 0 if whole else 1
        while sum(map(len, block.lines[: count + 1])) <= room:
            count += 1
        first, rest = block.lines[:count], block.lines[count:]
    else:
        # Thai has a space between phrases, not between words.
        line = block.lines[0]
        at = line.rfind(" ", 0, room + 1)
        if at < 0:
            at = 0 if whole else line.find(" ", room) % (len(line) + 1)
        first, rest = (line[:at],) if at else (), (line[at:].strip(),) if line[at:].strip() else ()
    shown, hidden = ((Block(lines, block.numbered),) if lines else () for lines in (first, rest))
    return shown, hidden


def size(value: int, language: Language = SOURCE) -> str:
    """A number of bytes in decimal units: `999 B`, `45 kB`, `1.2 MB`."""
    amount, unit = Decimal(value), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < Decimal("999.5"):
            break
        amount, unit = amount / 1000, larger
    places = Decimal("0.1") if amount < 10 and unit != "B" else Decimal(1)
    return f"{number(amount.quantize(places, ROUND_HALF_UP), language)}{NBSP}{unit}"
