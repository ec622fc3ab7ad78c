"""The field `fiscal_year`, whose calendar its property `calendar` names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from portal.core.calendars import BE_OFFSET, BUDDHIST_YEARS, COMMON_YEARS, Calendar, FiscalCalendar

NAME = "fiscal_year"

CALENDAR = "calendar"
"""The property of the field that names its calendar. Where the descriptor has none, reading adds that of the city."""

_YEAR = re.compile(r"[0-9]{4}")


def calendar_of(described: Mapping[str, Any]) -> Calendar | None:
    """The calendar of a field; None of one that is no fiscal year."""
    return described.get(CALENDAR) if described["name"] == NAME else None


def fiscal_years(described: Mapping[str, Any]) -> range:
    """The numbers that a fiscal year of a field may have."""
    return FiscalCalendar(calendar_of(described) or "gregorian").years


def in_other_calendar(described: Mapping[str, Any], cell: str) -> str:
    """The fiscal year of a field that was written in the other calendar, in its own; "" where it was not."""
    calendar = calendar_of(described)
    if calendar is None or _YEAR.fullmatch(cell) is None:
        return ""
    if calendar == "buddhist":
        meant = int(cell) + BE_OFFSET
        return str(meant) if meant in BUDDHIST_YEARS else ""
    meant = int(cell) - BE_OFFSET
    return str(meant) if int(cell) in BUDDHIST_YEARS and meant in COMMON_YEARS else ""
