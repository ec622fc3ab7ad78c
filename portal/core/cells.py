"""What a cell of a CSV means: its value, by the type and the format of its field.

The rules are those of Table Schema (https://datapackage.org/standard/table-schema/), in the one form of each type that
the portal accepts. Values of types that exist only there (duration, list, geopoint, object …) stay texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.core.models import MAX_DIGITS, Field
from portal.core.text import is_blank

Value = str | int | Decimal | bool | date | datetime | None

LOCAL_TIME = "%Y-%m-%dT%H:%M:%S"
"""How a date with a time is written, where the field has no format of its own: without a time zone."""

FORMS: Mapping[str, re.Pattern[str]] = {
    "number": re.compile(r"[+-]?[0-9]+(\.[0-9]+)?"),
    "integer": re.compile(r"[+-]?[0-9]+"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datetime": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"),
}
"""The accepted form of each type. Python also reads others: 1_000, 1e3, NaN, Thai digits, 2023-1-1."""

TEXT_TYPES = ("string", "any")
"""Types in which a blank cell (see `is_blank`) is valid and has no value; in other types it is a mistake."""


def missing_values(described: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The cells of a field that stand for no value, in order: its `missingValues`, otherwise those of its schema."""
    values = described.get("missingValues", schema.get("missingValues", [""]))
    return tuple(sorted({str(value["value"]) if isinstance(value, dict) else str(value) for value in values}))


def has_value(field: Field) -> Callable[[str], bool]:
    """A function that says of a valid cell of `field` whether it has a value."""
    missing = field.missing
    if field.type in TEXT_TYPES:
        return lambda cell: cell not in missing and not is_blank(cell)
    return lambda cell: cell not in missing


def value_reader(field: Field) -> Callable[[str], Value]:
    """A function that reads a valid cell of `field` which has a value."""
    return field.booleans.__getitem__ if field.type == "boolean" else type_reader(field.type, field.format)


def type_reader(kind: str, form: str) -> Callable[[str], Value]:
    """A function that reads a valid cell of a type other than boolean; `form` is the `format` of its field."""
    match kind:
        case "integer" | "year":
            return int
        case "number":
            return Decimal
        case "date" if form == "default":
            return date.fromisoformat
        case "datetime" if form == "default":
            return datetime.fromisoformat
        case "date":
            return lambda cell: datetime.strptime(cell, form).date()
        case "datetime":
            return lambda cell: datetime.strptime(cell, form).replace(tzinfo=None)
    return str


def has_too_many_digits(kind: str, cell: str) -> bool:
    """Whether a number (`kind` is its type) has more digits than MAX_DIGITS."""
    if len(cell) <= MAX_DIGITS or kind not in ("number", "integer", "year"):
        return False
    return sum(sign.isdigit() for sign in cell) > MAX_DIGITS
