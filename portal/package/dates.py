"""What is wrong with a cell that is no date, or no date with a time, and how it should probably be written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.core.cells import FORMS
from portal.core.problems import shorten
from portal.core.text import as_seen
from portal.package.days import WrittenDay, day_of_serial, with_latin_digits, written_day
from portal.package.hints import Complaint, form_hint, formatted, unseen

WORDS = {"date": "a date", "datetime": "a date with a time"}
"""The types of this module in words."""


def in_buddhist_era(described: Mapping[str, Any], cell: str) -> Complaint:
    """What is wrong with a date in the form of its type whose year is of the Buddhist Era."""
    written, shown = written_day(cell), f'"{shorten(cell)}"'
    if written is not None and written.missing:
        return "wrong-type", f"{shown} is not a date: there is no {written.missing}.", form_hint(described)
    hint = form_hint(described)
    if written is not None and written.date is not None:
        hint = f"Write {written.date.isoformat()}{cell[10:]}."
    return "buddhist-era-date", f"{shown} is in the Buddhist Era; dates are in the common era.", hint


def not_a_date(described: Mapping[str, Any], cell: str, *, month_first: bool = False) -> Complaint:
    """What is wrong with a cell that is no date, or no date with a time, in the form of its field."""
    kind, shown, form = described["type"], f'"{shorten(cell)}"', form_hint(described)
    message = f"{shown} is not {WORDS[kind]}."
    if kind == "date" and (serial := day_of_serial(cell)):
        message, hint = f"{shown} is a date in the internal form of Excel.", f"Write {formatted(described, serial)}."
        return _wrong_date(cell, message, hint)
    written = written_day(cell, month_first=month_first)
    if written is None:
        return _wrong_date(cell, message, form)
    if written.missing:
        return "wrong-type", f"{shown} is not a date: there is no {written.missing}.", form
    if written.date is None:
        return _wrong_date(cell, message, form)
    if written.rest and written.time is None:
        return _wrong_date(cell, f"{shown} has other text behind the day.", _without_rest(described, written, form))
    if kind == "datetime":
        return _wrong_date(cell, *_not_a_time(described, shown, written))
    return _wrong_date(cell, *_not_a_day(described, shown, written))


def _wrong_date(cell: str, message: str, hint: str) -> Complaint:
    """The complaint about a date: Thai digits, spaces or invisible characters if it has any, otherwise `message`."""
    if with_latin_digits(cell) != cell:
        return "thai-digits", f'"{shorten(cell)}" has Thai digits.', hint
    if FORMS["date"].fullmatch(as_seen(cell)) or FORMS["datetime"].fullmatch(as_seen(cell)):
        if as_seen(cell) == cell.strip() != cell:
            return "outer-space", f'there is a space before or after "{shorten(cell)}".', hint
        if cell.strip() != as_seen(cell):
            return unseen(cell, as_seen(cell))[0], unseen(cell, as_seen(cell))[1], hint
    return "wrong-type", message, hint


def _without_rest(described: Mapping[str, Any], written: WrittenDay, form: str) -> str:
    """The next step for a day with a text behind it that is no time."""
    if described["type"] == "datetime" or written.date is None:
        return form
    day = f"{formatted(described, written.date)}{_condition(written)}"
    if re.search("[0-9]", written.rest):
        return f"Only one day belongs here, for example {day}."
    return f"Only the day belongs here: write {day}, and the other text in another column."


def _condition(written: WrittenDay) -> str:
    """On what it depends that a day is read as it is."""
    return f", if {written.day} is the day" if written.first == "day?" else ""


def _not_a_day(described: Mapping[str, Any], shown: str, written: WrittenDay) -> tuple[str, str]:
    """Message and hint of a day in a wrong form, alone or with a time behind it, in a column of dates."""
    assert written.date is not None
    meant, time = formatted(described, written.date), written.time
    if time:
        message = f"{shown} has a time of day, but this column holds dates only."
        if time.text != "00:00:00" and time.zone in ("Z", "z", "+00:00", "-00:00", "+0000"):
            # Where it is another day in the city at that time, only the officer knows which one is meant.
            return message, f"Write the day that it was in the city at this time of UTC, for example {meant}."
        return message, f"Write {meant}{_condition(written)}."
    message = f"{shown} is not a date."
    if described.get("format", "default") != "default":
        message = f"{shown} is not a date in the form of this column, {described['format']}."
        return message, f"Write {meant}{_condition(written)}."
    return _other_order(shown, written, message, meant)


def _other_order(shown: str, written: WrittenDay, message: str, meant: str) -> tuple[str, str]:
    """Message and hint of a cell that has all of `meant`, with the year first in `meant` alone."""
    if written.first == "month":
        return f"{shown} has the month first.", f"Write the year first, in the common era: {meant}."
    if written.first in ("day", "day?"):
        return message, f"Write the year first, in the common era: {meant}{_condition(written)}."
    return message, f"Write {meant}."


def _not_a_time(described: Mapping[str, Any], shown: str, written: WrittenDay) -> tuple[str, str]:
    """Message and hint of a day in a wrong form, alone or with a time behind it, in a column of times."""
    assert written.date is not None
    time = written.time
    moment = datetime.fromisoformat(f"{written.date}T{time.text if time and time.text < '24' else '09:30:00'}")
    meant = formatted(described, moment)
    if time is None or time.text >= "24":
        message = f"{shown} has no time of day." if time is None else f"{shown} has no time that a clock shows."
        hint = f"Write the time too, for example {meant}{_condition(written)}, or leave the cell blank if it is not"
        return message, f"{hint} known."
    if time.zone:
        message = f"{shown} has a time zone; a time here is that of the city, without a zone."
        return message, f"Write it so, for example {meant}{_condition(written)}."
    return _other_order(shown, written, f"{shown} is not a date with a time.", meant)


def has_month_first(described: Mapping[str, Any], cell: str) -> bool | None:
    """Whether a day in numbers has the month before the day; None where that is not certain, or there is no day."""
    written = written_day(cell) if described["type"] in ("date", "datetime") else None
    return written.first == "month" if written and written.date and written.first in ("day", "month") else None


def with_month_first(described: Mapping[str, Any], cell: str) -> Complaint | None:
    """What is wrong with a date in a column whose dates have the month first; None where that changes nothing."""
    written = written_day(cell) if described["type"] in ("date", "datetime") else None
    if written is None or written.first != "day?":
        return None
    return not_a_date(described, cell, month_first=True)
