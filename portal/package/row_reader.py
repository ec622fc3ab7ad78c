"""The rows of one CSV: read once with Frictionless, and every cell that is wrong explained."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from frictionless import FrictionlessException
from frictionless import errors as kinds
from frictionless.resources import TableResource

from portal.core.problems import Problem, shorten
from portal.core.text import is_blank
from portal.package import cells
from portal.package.columns import NEEDED, UNIQUE_KEYS
from portal.package.csv_files import Problems
from portal.package.patterns import matcher
from portal.package.schemas import key_fields
from portal.package.tables import Row, Table, cells_of_line

EXAMPLE_LENGTH = 80
"""Characters that an example of a column has at most; of a longer value, the first ones are shown."""

SHORT = 16
"""Characters of a cell whose value is stored once for all equal cells: dates, amounts and codes are often repeated."""


class RowReader:
    """Reads the rows of one table, and explains every cell that is wrong."""

    def __init__(self, table: Table, schema: Mapping[str, Any]) -> None:
        """`table` gets the rows; `schema` is the Table Schema of its resource."""
        self.table = table
        self.fields = {f["name"]: f for f in table.fields}
        self.missing = {name: cells.missing_values(f, schema) for name, f in self.fields.items()}
        self.patterns = {
            name: matcher(f["constraints"]["pattern"])
            for name, f in self.fields.items()
            if "pattern" in f.get("constraints", {})
        }
        primary = key_fields(schema.get("primaryKey", [])) or []
        required = [name for name, f in self.fields.items() if f.get("constraints", {}).get("required")]
        self.required = {*primary, *required, *NEEDED.get(table.name, ())}
        keys = [primary, list(UNIQUE_KEYS.get(table.name, ())), *map(key_fields, schema.get("uniqueKeys", []))]
        keys += [[name] for name, f in self.fields.items() if f.get("constraints", {}).get("unique")]
        self.first_rows: dict[tuple[str, ...], dict[tuple[Any, ...], int]] = {
            tuple(key): {} for key in keys if key and self.fields.keys() >= set(key)
        }
        """The number of the first row with each value of a key, by the fields of the key."""
        self.values: dict[tuple[str, type], Any] = {}
        """The values of short cells, by cell and type."""
        self.without_example = dict(enumerate(self.fields))
        """The columns that have no example yet, by their position from 0."""

    def read(self, resource: TableResource) -> list[Problem]:
        """Read all rows of `resource` into the table; returns the problems of its rows and cells."""
        problems = Problems()
        try:
            with resource:
                for row in resource.row_stream:
                    self._read_row(row, problems)
                    if last := problems.too_many(self.table.path, row.row_number):
                        self.table.complete = False
                        return [*problems.all(), *last]
        except FrictionlessException as error:
            self.table.complete = False
            hint = "Restore the file from the last good version."
            problems.add([Problem(self.table.path, "unreadable", f"{error.error.note}.", hint)])
        return problems.all()

    def _read_row(self, row: Any, problems: Problems) -> None:
        """Add one row to the table; adds to `problems`."""
        number: int = row.row_number
        if broken := self._broken_row(number, row.cells):
            problems.add([broken])
            self.table.broken_rows.append(dict(zip_longest(self.fields, row.cells[: len(self.fields)])))
            return
        bad_cells = self._bad_cells(number, row)
        values = {
            name: None if name in bad_cells else self._stored_once(cell, cells.clean(row[name]))
            for name, cell in zip(self.fields, row.cells, strict=True)
        }
        self.table.rows.append((number, values))
        self._collect_examples(values, row.cells)
        problems.add([*bad_cells.values(), *self._repeated_keys(number, values, bad_cells)])

    def _stored_once(self, cell: str, value: Any) -> Any:
        """The value; of equal short cells always the same object, which saves memory in a large table."""
        return self.values.setdefault((cell, type(value)), value) if len(cell) <= SHORT else value

    def _collect_examples(self, values: Row, row: Sequence[str]) -> None:
        for index, name in list(self.without_example.items()):
            if values[name] is None:
                continue
            cell = row[index]
            if len(cell) <= EXAMPLE_LENGTH and not re.search(r"[\r\n]", cell):
                self.table.examples[name] = cell
                del self.without_example[index]
            elif name not in self.table.examples:
                self.table.examples[name] = shorten(cell, EXAMPLE_LENGTH)

    def _broken_row(self, number: int, row: Sequence[str]) -> Problem | None:
        """The problem of a row that has not one cell for each column; its cells are not checked."""
        place, wanted = self.table.path, len(self.fields)
        if all(map(is_blank, row)):
            return Problem(place, "blank-row", "this row is blank.", "Delete it.", row=number)
        if len(row) == wanted:
            return None
        message = f"this row has {len(row)} cell{'' if len(row) == 1 else 's'}, the header has {wanted}."
        if len(cells_of_line(row)) == wanted:
            message = "the whole row is in quotation marks, so that it is read as one cell."
            hint = "Delete the first and the last quotation mark, and write the doubled ones within the row once."
            return Problem(place, "line-in-quotes", message, hint, row=number)
        if len(row) < wanted:
            hint = "Look for a missing comma or quotation mark, or an unfinished row."
            return Problem(place, "too-few-cells", message, hint, row=number)
        hint = "Put a text that holds a comma in quotation marks, or delete the extra cells."
        return Problem(place, "too-many-cells", message, hint, row=number, value=shorten(row[wanted], 200))

    def _bad_cells(self, number: int, row: Any) -> dict[str, Problem]:
        """The problems of the cells of a row by column; the first one of each cell, which is the most specific."""
        problems: dict[str, Problem] = {}
        for (name, described), cell in zip(self.fields.items(), row.cells, strict=True):
            if complaint := self._complaint(name, described, cell):
                problems[name] = self._of_cell(number, name, cell, complaint)
        for error in row.errors:
            # Frictionless has an error of the whole row where all its cells are missing values.
            if isinstance(error, kinds.CellError) and (name := error.field_name) not in problems:
                problems[name] = self._of_cell(number, name, error.cell, cells.explain(self.fields[name], error))
        return problems

    def _complaint(self, name: str, described: Mapping[str, Any], cell: str) -> cells.Complaint | None:
        """What is wrong with a cell by the rules of the portal and the pattern of its field."""
        is_missing = cell in self.missing[name]
        if name in self.required and (is_missing or is_blank(cell)):
            return cells.BLANK
        if is_missing:
            return None
        if complaint := cells.not_plain(described, cell):
            return complaint
        matches = self.patterns.get(name)
        return cells.wrong_form(described, cell) if matches and not matches(cell) else None

    def _of_cell(self, number: int, name: str, cell: str, complaint: cells.Complaint) -> Problem:
        rule, message, hint = complaint
        value, column = shorten(cell, 200), self.table.column(name)
        return Problem(self.table.path, rule, message, hint, row=number, field=name, value=value, column=column)

    def _repeated_keys(self, number: int, row: Row, bad_cells: Container[str]) -> Iterator[Problem]:
        """A problem for each key that an earlier row has. Blank is a value here, but a key of blanks is no key."""
        for names, first_rows in self.first_rows.items():
            key = tuple(row[name] for name in names)
            if set(key) == {None} or any(name in bad_cells for name in names):
                continue
            if (first := first_rows.setdefault(key, number)) != number:
                value = ", ".join("" if part is None else str(part) for part in key)
                message = f'"{shorten(value)}" ({", ".join(names)}) is also in row {first}.'
                hint = self._compare_rows(first, row)
                yield self._of_cell(number, names[-1], value, ("duplicate-key", message, hint))

    def _compare_rows(self, first: int, row: Row) -> str:
        """The next step for two rows with the same key, so that no value of either is lost."""
        _, other = self.table.rows[bisect_left(self.table.rows, first, key=lambda numbered: numbered[0])]
        differing = [name for name in self.fields if row[name] != other[name]]
        if not differing:
            return "The two rows say the same: delete one of them."
        names = ", ".join(shorten(name) for name in differing[:3]) + (", …" if len(differing) > 3 else "")
        if self.table.name != "projects":
            return f"They differ in {names}: correct the key of the wrong one, or bring both into one row."
        return (
            f"They differ in {names}. If they are parts or places of one project, keep one row here and put these"
            " columns in a table of their own: a CSV with project_id and those, as a resource of datapackage.json."
            " If they are several projects, give each an id of its own."
        )
