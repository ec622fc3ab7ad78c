"""The cell of a CSV, of any commit -> its value. Nothing is assumed to be valid."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from portal.core.models import MAX_DIGITS, Field


class CellFormat(Protocol):
    """What must be known of a column to read its cells. `Field` has it of today's columns."""

    @property
    def type(self) -> str:
        """The type, as Table Schema names it."""

    @property
    def format(self) -> str:
        """The `format` of Table Schema: "default", or the pattern in which a date is written."""

    @property
    def missing(self) -> frozenset[str]:
        """The cells that mean "no value"."""


def cell_value(field: Field | None, cell: str) -> Any:
    """The value of a cell by today's field: int, Decimal, date or str; None if it is blank.

    `field` is None for a column that the package does not have today. A cell that is not of the field's type is a text.
    """
    if field is None:
        return printable(cell) or None
    value = parse_cell(field, cell)
    return printable(value) if isinstance(value, str) else value


def parse_cell(field: CellFormat, cell: str) -> Any:
    """The value of a cell by the type and the format of its column; None if it is blank or stands for no value.

    A cell that is not of the type is returned as it is. So is a number with more digits than the check accepts: a
    commit that was never checked may have one.
    """
    if cell in field.missing or not cell.strip():
        return None
    try:
        match field.type:
            case "integer" | "year" if len(cell) <= MAX_DIGITS:
                return int(cell)
            case "number":
                number = Decimal(cell)
                if number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS:
                    return number
            case "date" if field.format == "default":
                return date.fromisoformat(cell)
            case "date":
                return datetime.strptime(cell, field.format).date()
    except (ValueError, InvalidOperation, re.error):
        # re.error: strptime makes a pattern of the format, which an unchecked descriptor may have wrong.
        pass
    return cell


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
