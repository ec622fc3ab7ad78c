"""A record and one of its fields -> the problem of its cell, with the place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.core.models import Portal
from portal.core.problems import Problem, shorten
from portal.package import range_of

MAX_NAME = 500
"""Characters. The longest title of the real data has 199. A browser needs half a minute for a page that has 20,000
letters without a space in its title and in every place that repeats it."""


def cell_problem(
    portal: Portal, resource: str, record: Any, field: str, rule: str, message: str, hint: str, value: object = None
) -> Problem:
    """The problem of a field of a record; `value` is what its cell holds where no attribute of the record does."""
    described = portal.package.resources[resource]
    column = list(described.fields).index(field) + 1 if field in described.fields else None
    text = str(getattr(record, field) if value is None else value)
    return Problem(described.path, rule, message, hint, row=record.row, field=field, value=text, column=column)


def unsafe_id_problem(portal: Portal, resource: str, record: Any, field: str, value: str) -> Problem:
    """The problem of an id that cannot be part of an address."""
    message = f'"{shorten(value)}" cannot be part of a web address.'
    hint = "Use the letters a to z, digits and single hyphens, at most 100 characters, and no word that is"
    hint += " taken, such as page or con."
    return cell_problem(portal, resource, record, field, "unsafe-id", message, hint, value)


def same_but_for_case_problem(
    portal: Portal, resource: str, record: Any, field: str, value: str, first_row: int, hint: str = ""
) -> Problem:
    """The problem of an id that is that of `first_row` but for upper and lower case."""
    message = f'"{shorten(value)}" differs from row {first_row} only in upper and lower case.'
    hint = hint or f"Give each {field.removesuffix('_id')} an id of its own."
    return cell_problem(portal, resource, record, field, "duplicate-key", message, hint, value)


def range_problem(portal: Portal, resource: str, record: Any, field: str, hint: str) -> Problem:
    """The problem of a number that is not in the range of its field."""
    limits = range_of(resource, field, portal.package.conventions.fiscal.years)
    assert limits is not None
    low, high = limits
    message = f'"{shorten(getattr(record, field))}" is not from {low} to {high}.'
    return cell_problem(portal, resource, record, field, "out-of-range", message, hint)


def date_order_problems(
    portal: Portal, resource: str, record: Any, first: str, last: str, rule: str
) -> Iterator[Problem]:
    """The problem of a record whose date in the field `last` is before that in `first`; none where one is not known."""
    begin, end = getattr(record, first), getattr(record, last)
    if begin is not None and end is not None and end < begin:
        message = f'"{end}" is before the {first} of this row, {begin}.'
        yield cell_problem(portal, resource, record, last, rule, message, "Correct one of the two dates.")
