"""The cell of a CSV, of any commit -> its value. Nothing is assumed to be valid."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.core.cells import type_reader
from portal.core.models import MAX_DIGITS, Field, PastColumn

_READ_TYPES = ("integer", "year", "number", "date")
"""The types whose cells are read; those of all other types are texts."""


def cell_value(field: Field | None, cell: str) -> Any:
    """The value of a cell by today's field: int, Decimal, date or str; None if it is blank.

    `field` is None for a column that the package does not have today. A cell that is not of the field's type is a text.
    """
    if field is None:
        return printable(cell) or None
    value = value_or_text(field, cell)
    return printable(value) if isinstance(value, str) else value


def past_value(cell: str, past: PastColumn | None, today: Field | None) -> Any:
    """The value of a cell of an earlier release: by its column as it was then, or, if that makes it a text, as today.

    Both are None for a column that neither describes; then the value is a text. See `cell_value`.
    """
    value: Any = value_or_text(past, cell) if past else cell if cell.strip() else None
    if isinstance(value, str) and today:
        value_of_today = value_or_text(today, cell)
        # A text that no longer stands for a value did so then.
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
