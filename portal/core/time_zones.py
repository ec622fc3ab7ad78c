"""Moments with an offset from UTC, and the days on which they are in a city."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_WHOLE_DAY = (time(0, 0, 0), time(23, 59, 59))
"""The times that stand for a day of which no time is known, as OCDS advises: its first and its last second."""


def civil_day(text: str, zone: ZoneInfo) -> date:
    """The day in `zone` of a date, or of a date and time, of ISO 8601. Raises ValueError or OverflowError.

    The first and the last second of a day stand for that day, whatever their offset: who writes 23:59:59Z means the
    day. A time without an offset is that of the city.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment.time().replace(microsecond=0) in _WHOLE_DAY:
        return moment.date()
    return moment.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> str:
    """The first second of a day in `zone`, as RFC 3339 has it."""
    return _moment(datetime.combine(day, _WHOLE_DAY[0], zone))


def day_end(day: date, zone: ZoneInfo) -> str:
    """The last second of a day in `zone`, as RFC 3339 has it."""
    return _moment(datetime.combine(day, _WHOLE_DAY[1], zone))


def _moment(moment: datetime) -> str:
    """A moment with its offset in whole minutes: before there were time zones, cities had seconds too."""
    offset = moment.utcoffset()
    assert offset is not None
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
