"""The cells of one column of a CSV: each read with Frictionless, and explained where it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from frictionless import Field

from portal.core.cells import FORMS, missing_values
from portal.core.text import as_seen, is_blank, unseen_name
from portal.core.urls import is_safe_id
from portal.package import cells, dates
from portal.package.columns import COLUMNS, IDS, range_of
from portal.package.fiscal_years import fiscal_years
from portal.package.hints import Complaint, unseen
from portal.package.patterns import matcher

SHORT = 16
"""Characters of a cell that is read once for all equal cells: dates, amounts and codes are often repeated."""


class ColumnReader:
    """Reads the cells of one column.

    Equal short cells are read once, and their value is one and the same object: it takes less time and less memory.
    """

    def __init__(
        self, resource: str, described: Mapping[str, Any], field: Field, schema: Mapping[str, Any], *, required: bool
    ) -> None:
        """`described` is the field as the descriptor has it, `field` as Frictionless reads it."""
        self.described = _with_range(described, resource)
        self._read = field.create_cell_reader()
        self._missing = missing_values(described, schema)
        self._required = required
        self._is_id = resource in COLUMNS and described["name"] in IDS
        pattern = described.get("constraints", {}).get("pattern")
        self._matches: Callable[[str], bool] = matcher(pattern) if pattern is not None else lambda _: True
        self._validator: Callable[[str], bool] | None = None
        """What says whether a cell is valid; made where a cell is wrong."""
        self._months_first: set[bool | None] = set()
        """Whether the month comes before the day, in each wrong cell, where that is certain."""
        self.known: dict[str, Any] = {}
        """The values of the short cells that were read, none of which is wrong."""

    def read(self, cell: str) -> tuple[Any, Complaint | None]:
        """The value of a cell that is not `known`, and what is wrong with it; a wrong cell has no value."""
        value, notes = self._read(cell)
        complaint = self._complaint(cell) or (cells.explain(self.described, cell, notes) if notes else None)
        if complaint:
            return None, self._as_unseen(cell) or complaint
        value = cells.clean(value)
        if len(cell) <= SHORT:
            self.known[cell] = value
        return value, None

    @property
    def has_month_first(self) -> bool:
        """Whether the wrong dates of the column show that their month comes before their day."""
        return self._months_first - {None} == {True}

    def _complaint(self, cell: str) -> Complaint | None:
        """What is wrong with a cell by the rules of the portal and the pattern of its field."""
        is_missing = cell in self._missing
        if self._required and (is_missing or is_blank(cell)):
            return cells.BLANK
        if is_missing:
            return None
        if self._is_id and unseen_name(cell) and is_safe_id(as_seen(cell)):
            return unseen(cell, as_seen(cell))
        if complaint := cells.not_plain(self.described, cell):
            return complaint
        return None if self._matches(cell) else cells.wrong_form(self.described, cell)

    def _as_unseen(self, cell: str) -> Complaint | None:
        """What is wrong with a cell that would be right without its invisible characters."""
        seen, kind = as_seen(cell), self.described["type"]
        if kind in ("date", "datetime"):
            self._months_first.add(dates.has_month_first(self.described, cell))
        # A space beside a number or a date has a rule of its own.
        if seen == cell or not seen or (kind in FORMS and seen == cell.strip()):
            return None
        self._validator = self._validator or cells.validator(self.described)
        return unseen(cell, seen) if self._validator(seen) and self._matches(seen) else None


def _with_range(described: Mapping[str, Any], resource: str) -> Mapping[str, Any]:
    """A field with the limits that the portal has for it, where it has none of its own, so that messages know them."""
    limits = range_of(resource, described["name"], fiscal_years(described))
    if resource not in COLUMNS or limits is None or described["type"] not in ("number", "integer"):
        return described
    bounds = dict(zip(("minimum", "maximum"), limits, strict=True))
    return {**described, "constraints": bounds | described.get("constraints", {})}
