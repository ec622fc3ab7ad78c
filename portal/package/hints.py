"""The next step for a cell whose right value cannot be guessed: an example that its field accepts."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.core.cells import LOCAL_TIME
from portal.core.problems import shorten
from portal.core.text import unseen_name

Complaint = tuple[str, str, str]
"""Rule, message and hint of a Problem."""

UNSEEN_CHARACTER = "unseen-character"
"""The rule of a cell that looks right, but is not what it looks like."""

_EXAMPLES = {
    "number": ("1500000", "45.5", "0.5"),
    "integer": ("12", "3", "1"),
    "boolean": ("true",),
    "year": ("2023",),
    "yearmonth": ("2023-01",),
    "time": ("09:30:00",),
    "duration": ("P1Y6M",),
    "geopoint": ("100.5, 13.75",),
    "list": ("a,b",),
    "array": ('["a", "b"]',),
    "object": ('{"a": 1}',),
    "geojson": ('{"type": "Point", "coordinates": [100.5, 13.75]}',),
    "uri": ("https://example.org/",),
    "email": ("office@example.org",),
    "uuid": ("6f1c2b1e-8f0e-4a58-9c2f-0d5b7a3e9c11",),
}
"""Cells of each type or format; of numbers the first that is within the limits of the field is shown."""

_EXAMPLES_BY_NAME = {
    "fiscal_year": ("2566", "2023"),
    "month": ("3",),
    "quarter": ("2",),
    "progress_percent": ("45.5", "45"),
    "score": ("45.5", "45"),
}
"""Cells of the columns that the portal knows, whose numbers are of one kind only."""

_DAY, _MOMENT = date(2022, 10, 1), datetime(2022, 10, 1, 9, 30)


def form_hint(described: Mapping[str, Any]) -> str:
    """The next step for a cell that is not in the form of its field."""
    example = _example(described)
    if not example:
        return "Write it as datapackage.json describes this field, or leave the cell blank if it is not known."
    return f"Write it in this form, for example {example}, or leave the cell blank if it is not known."


def formatted(described: Mapping[str, Any], moment: date) -> str:
    """A day or a time in the form of its field."""
    form = described.get("format", "default")
    return moment.isoformat() if form in ("default", LOCAL_TIME) else moment.strftime(form)


def _example(described: Mapping[str, Any]) -> str:
    """A cell that the field accepts, or two such; "" where none is known."""
    kind, form = described["type"], described.get("format", "default")
    if kind in ("date", "datetime"):
        return formatted(described, _DAY if kind == "date" else _MOMENT)
    if kind == "time" and form != "default":
        return _MOMENT.strftime(form)
    if kind not in ("number", "integer"):
        return _EXAMPLES.get(form, _EXAMPLES.get(kind, ("",)))[0]
    constraints = described.get("constraints", {})
    if words := constraints.get("enum"):
        return str(words[0])
    examples = (*_EXAMPLES_BY_NAME.get(described["name"], ()), *_EXAMPLES[kind])
    accepted = [example for example in examples if kind == "number" or example.isdigit()]
    accepted = [example for example in accepted if not beyond_limits(described, example)]
    if accepted[:2] == ["1500000", "45.5"]:
        return "1500000 or 45.5"
    limits = [str(constraints[name]) for name in ("minimum", "maximum") if name in constraints]
    return (accepted or limits or [""])[0]


_LIMITS: Mapping[str, tuple[Callable[[Decimal, Decimal], bool], str]] = {
    "minimum": (operator.lt, "below the lowest value allowed, {}"),
    "exclusiveMinimum": (operator.le, "not more than {}, as it must be"),
    "maximum": (operator.gt, "above the highest value allowed, {}"),
    "exclusiveMaximum": (operator.ge, "not less than {}, as it must be"),
}
"""The limits of a number: when one is passed, and the words for it."""


def beyond_limits(described: Mapping[str, Any], number: str) -> str:
    """Which limit of its field a number passes, in words; "" where none."""
    constraints = described.get("constraints", {})
    for name, (is_beyond, words) in _LIMITS.items():
        if name in constraints and is_beyond(Decimal(number), Decimal(str(constraints[name]))):
            return words.format(constraints[name])
    return ""


def unseen(cell: str, meant: str) -> Complaint:
    """What is wrong with a cell that looks like `meant`, which is right, but has other characters."""
    name = unseen_name(cell)
    message = f'"{shorten(meant)}" holds {name}, which cannot be seen.'
    if not name:
        message = f'"{shorten(meant)}" looks right, but has other characters that look the same.'
    return UNSEEN_CHARACTER, message, f"Write {meant}."
