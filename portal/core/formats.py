"""Values -> text for readers: numbers, money, percentages, dates in both calendars, and the order of Thai names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, Literal

from babel.dates import get_month_names

from portal.core.calendars import BE_OFFSET, month_start
from portal.core.models import MAX_DIGITS, Language
from portal.core.text import with_sara_am

Width = Literal["wide", "abbreviated", "narrow"]

CURRENCY = "THB"
"""The currency of all amounts, in ISO 4217."""

NBSP = "\N{NO-BREAK SPACE}"

_WORDS: dict[Language, dict[str, str]] = {
    "th": {"baht": "บาท", "million": "ล้านบาท", "fiscal_year": "ปีงบประมาณ", "quarter": "ไตรมาส", "month": "เดือนที่"},
    "en": {"baht": "baht", "million": "million baht", "fiscal_year": "FY", "quarter": "quarter", "month": "month"},
}


_WIDE = Context(prec=MAX_DIGITS * 4)
"""Enough digits for the quotient of any two amounts; with fewer, rounding raises an error."""


def number(value: Decimal | int) -> str:
    """`1,500,000` or `12.5`: separators every three digits, no trailing zeros after the point, and never `-0`."""
    text = f"{value or abs(value):,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def baht(value: Decimal, language: Language) -> str:
    """An exact amount: `1,500,000 บาท`."""
    return f"{number(value)}{NBSP}{_WORDS[language]['baht']}"


def short_baht(value: Decimal, language: Language) -> str:
    """A short amount: from one million on in millions with at most two digits after the point, below that exact."""
    if abs(value) < 1_000_000:
        return baht(value, language)
    millions = (value / 1_000_000).quantize(Decimal("0.01"), ROUND_HALF_UP, _WIDE)
    return f"{number(millions)} {_WORDS[language]['million']}"


def percent(value: Decimal) -> str:
    """`45%` or `33.3%`: at most one digit after the point. What only rounds to 0 or 100 is `>0%` or `<100%`."""
    rounded = value.quantize(Decimal("0.1"), ROUND_HALF_UP, _WIDE)
    if rounded in (0, 100) and rounded != value:
        return f"{'>' if value > rounded else '<'}{number(rounded)}%"
    return f"{number(rounded)}%"


_PERCENT = frozenset({"ร้อยละ", "%", "เปอร์เซ็นต์"})


def is_percent(unit: str | None) -> bool:
    """Whether a unit of measure means percent."""
    return unit is not None and unit.strip() in _PERCENT


def quantity(value: Decimal, unit: str | None, language: Language) -> str:
    """A number with its unit, if there is one: `100 คน`; a percentage as `ร้อยละ 100`, in English `100%`."""
    text = number(value)
    if is_percent(unit):
        return f"ร้อยละ{NBSP}{text}" if language == "th" else f"{text}%"
    return f"{text} {unit}" if unit else text


def share(part: Decimal, whole: Decimal) -> Decimal:
    """The percentage of `part` in `whole`, which must be above zero."""
    return part * 100 / whole


def year(value: date, language: Language) -> int:
    """The year of a date: B.E. in Thai, C.E. in English."""
    return value.year + BE_OFFSET if language == "th" else value.year


@cache
def _month_names(width: Width, language: Language) -> tuple[str, ...]:
    """The names of the months, from January on."""
    names = get_month_names(width, locale=language)
    return tuple(names[month] for month in range(1, 13))


def long_date(value: date, language: Language) -> str:
    """`30 กันยายน 2566` or `30 September 2023`."""
    return _date(value, "wide", language)


def short_date(value: date, language: Language) -> str:
    """`30 ก.ย. 2566` or `30 Sep 2023`."""
    return _date(value, "abbreviated", language)


def _date(value: date, width: Width, language: Language) -> str:
    month = _month_names(width, language)[value.month - 1]
    return f"{value.day}{NBSP}{month}{NBSP}{year(value, language)}"


def period(days: tuple[date, date], language: Language) -> str:
    """A period from its first to its last day: `1 กันยายน 2566 – 30 กันยายน 2566`; one date where both are the same."""
    return " \N{EN DASH} ".join(dict.fromkeys(long_date(day, language) for day in days))


def date_time(value: datetime, language: Language) -> str:
    """A date and its time of day: `30 ก.ย. 2566 14:05`."""
    return f"{short_date(value, language)} {value:%H:%M}"


def month_name(fiscal_year: int | None, month: int, language: Language, width: Width = "wide") -> str:
    """The calendar name of a fiscal month: `กุมภาพันธ์ 2566`. The year only if it is given, and for the width "wide"."""
    if fiscal_year is None or width != "wide":
        return _month_names(width, language)[(month + 8) % 12]
    return calendar_month(month_start(fiscal_year, month), language)


def calendar_month(value: date, language: Language) -> str:
    """The calendar month of a date: `กุมภาพันธ์ 2566` or `February 2023`."""
    return f"{_month_names('wide', language)[value.month - 1]}{NBSP}{year(value, language)}"


def fiscal_year(value: int, language: Language) -> str:
    """`ปีงบประมาณ 2566`, or in English with both calendars: `FY 2566 (2022/23)`."""
    text = f"{_WORDS[language]['fiscal_year']}{NBSP}{value}"
    ends = value - BE_OFFSET
    return text if language == "th" else f"{text} ({ends - 1}/{ends % 100:02})"


def key_part(name: str, value: Any, language: Language) -> str:
    """A value of a record's key for readers, by the name of its field: a date, a fiscal year, `ไตรมาส 1`."""
    if name == "fiscal_year" and isinstance(value, int):
        return fiscal_year(value, language)
    if isinstance(value, date):
        return long_date(value, language)
    return f"{_WORDS[language][name]}{NBSP}{value}" if name in ("month", "quarter") else str(value)


_LEADING_VOWEL = re.compile(r"([\u0e40-\u0e44])([\u0e01-\u0e2e])")
_MARKS = re.compile(r"[\u0e47-\u0e4e]")


@lru_cache(maxsize=1 << 14)
def thai_sort_key(text: str) -> tuple[str, str]:
    """The sort key of a name, for the order of the Royal Institute Dictionary.

    A vowel that is written before its consonant sorts after it. Tone marks and other marks above only decide between
    words that are equal without them. Latin sorts before Thai. Cached: the same names are sorted in each language and
    for each way to group projects.
    """
    folded = with_sara_am(text).casefold()
    reordered = _LEADING_VOWEL.sub(r"\2\1", folded)
    return _MARKS.sub("", reordered), reordered


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


def size(value: int) -> str:
    """A number of bytes in decimal units: `999 B`, `45 kB`, `1.2 MB`."""
    amount, unit = Decimal(value), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < Decimal("999.5"):
            break
        amount, unit = amount / 1000, larger
    places = Decimal("0.1") if amount < 10 and unit != "B" else Decimal(1)
    return f"{number(amount.quantize(places, ROUND_HALF_UP))}{NBSP}{unit}"
