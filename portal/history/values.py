"""The cell of a CSV, of any commit -> its value. Nothing is assumed to be valid."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.core.cells import type_reader
from portal.core.models import MAX_DIGITS, Field, PastColumn

_READ_TYPES = ("integer", "year", "number", "date")
"""The types whose cells are read; those of all other types are texts."""


def cell_value(today: Field | None, cell: str, past: PastColumn | None = None) -> Any:
    """The value of a cell of any release: int, Decimal, date or str; None if it is blank.

    It is read by its column as it was then (`past`), or, if that makes it a text, as it is today. Where neither
    describes the column, and where the cell is not of its type, the value is a text.
    """
    value: Any = value_or_text(past, cell) if past else cell if cell.strip() else None
    if isinstance(value, str) and today:
        value_of_today = value_or_text(today, cell)
        # What today is a missing value (`missingValues`) was a text then.
        value = value if value_of_today is None and past else value_of_today
    return printable(value) or None if isinstance(value, str) else value


def value_or_text(column: Field | PastColumn, cell: str) -> Any:
    """The value of a cell by the type and the format of its column; None if it is blank or stands for no value.

    A cell that is not of the type is returned as it is. So is a number with more digits than the check accepts: a
    commit that was never checked may have one.
    """
    if cell in column.missing or not cell.strip():
        return None
    if column.type not in _READ_TYPES or (column.type in ("integer", "year") and len(cell) > MAX_DIGITS):
        return cell
    try:
        value = type_reader(column.type, column.format)(cell)
    except (ValueError, InvalidOperation, re.error):
        # re.error: strptime makes a pattern of the format, which an unchecked descriptor may have wrong.
        return cell
    is_too_long = isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) <= MAX_DIGITS)
    return cell if is_too_long else value


def is_unreadable(column: PastColumn, cell: str) -> bool:
    """Whether a cell is not of the type of its column."""
    return column.type in _READ_TYPES and isinstance(value_or_text(column, cell), str)


def is_same_value(cell: str, other: str) -> bool:
    """Whether two cells are the same text or the same number, whatever their field is."""
    try:
        return cell == other or Decimal(cell) == Decimal(other)
    except InvalidOperation:
        return False


_CONTROLS = dict.fromkeys([*(i for i in range(32) if i not in (9, 10, 13)), 0xFFFE, 0xFFFF])


def printable(cell: str) -> str:
    """A cell without the characters that XML does not allow; a commit that was never checked may have them."""
    return cell.translate(_CONTROLS)
