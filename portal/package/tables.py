"""A table of the package: the columns and the rows of one CSV, typed by its schema."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.core.models import Language
from portal.package.columns import columns_of

Row = dict[str, Any]


@dataclass(slots=True)
class Table:
    """The columns and the rows of one resource."""

    name: str
    path: str
    fields: list[Mapping[str, Any]]
    """The fields of the schema, in the order of the file; a column that the schema does not have is a string."""
    rows: list[tuple[int, Row]] = field(default_factory=list)
    """The number and the values of each row, by column; the header is row 1. A cell with a problem is None."""
    broken_rows: list[Row] = field(default_factory=list)
    """The texts of rows with too few or too many cells; they are not in `rows`."""
    examples: dict[str, str] = field(default_factory=dict)
    """By column, the first short cell that has a value, as in the file; without one, the first cell, shortened."""
    complete: bool = True
    """Whether every row was read."""
    undeclared: tuple[str, ...] = ()
    """The columns that the schema does not have, except those that may be new names of missing columns."""
    ignored: frozenset[str] = frozenset()
    """The columns of the file that are not read."""
    unusual: frozenset[int] = frozenset()
    """The numbers of the rows with a text that `is_unusual`."""

    def has(self, columns: Iterable[str]) -> bool:
        """Whether the file has these columns."""
        return {f["name"] for f in self.fields}.issuperset(columns)

    def column(self, name: str) -> int:
        """The position of a column in the file, from 1."""
        return next(i for i, f in enumerate(self.fields, start=1) if f["name"] == name)


_NO_EXTRA: dict[str, Any] = {}
"""The same object for all records without other columns, which saves memory."""


def extra_values(row: Row, resource: str, languages: tuple[Language, ...] = ()) -> dict[str, Any]:
    """The values of the columns of a row that the portal does not know; `languages` are those of the city."""
    known = columns_of(resource, languages)
    if row.keys() <= known.keys():
        return _NO_EXTRA
    return {name: value for name, value in row.items() if name not in known}


def cells_of_line(row: Sequence[str]) -> Sequence[str]:
    """The cells of a row that is in quotation marks as a whole; none for any other row."""
    return next(csv.reader(row), ()) if len(row) == 1 and "," in row[0] else ()
