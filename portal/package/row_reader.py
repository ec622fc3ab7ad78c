"""The rows of one CSV: each read once, and every cell that is wrong explained."""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from operator import itemgetter
from typing import Any

from frictionless import Field

from portal.core.models import UNIQUE_KEYS
from portal.core.problems import Problem, shorten
from portal.core.text import is_blank
from portal.package import dates
from portal.package.column_reader import ColumnReader
from portal.package.columns import NEEDED
from portal.package.csv_files import Problems
from portal.package.hints import UNSEEN_CHARACTER, Complaint
from portal.package.schemas import key_fields
from portal.package.searched_rows import row_digest
from portal.package.tables import Row, Table, cells_of_line

EXAMPLE_LENGTH = 80
"""Characters that an example of a column has at most; of a longer value, the first ones are shown."""


class RowReader:
    """Reads the rows of one table, and explains every cell that is wrong."""

    def __init__(self, table: Table, schema: Mapping[str, Any], fields: Sequence[Field]) -> None:
        """`table` gets the rows; `schema` is the Table Schema of its resource, `fields` are those of Frictionless."""
        self.table = table
        names = [described["name"] for described in table.fields]
        unique = [f["name"] for f in table.fields if f.get("constraints", {}).get("unique")]
        primary = key_fields(schema.get("primaryKey", [])) or []
        required = {f["name"] for f in table.fields if f.get("constraints", {}).get("required")}
        required |= {*primary, *NEEDED.get(table.name, ())}
        self.columns = {
            name: ColumnReader(table.name, described, field, schema, required=name in required)
            for name, described, field in zip(names, table.fields, fields, strict=True)
        }
        keys = [primary, list(UNIQUE_KEYS.get(table.name, ())), *map(key_fields, schema.get("uniqueKeys", []))]
        keys += [[name] for name in unique]
        self.first_rows: dict[tuple[str, ...], dict[tuple[Any, ...], int]] = {
            tuple(key): {} for key in keys if key and self.columns.keys() >= set(key)
        }
        """The number of the first row with each value of a key, by the fields of the key."""
        # Ready for each row, of which there may be a million.
        self._cells = [(name, column.known, column.read) for name, column in self.columns.items()]
        self._keys = [(_values_of(key), first_rows) for key, first_rows in self.first_rows.items()]
        self.digests: list[bytes] = []
        """What names the cells of each row of the table, in its order."""
        self.without_example = dict(enumerate(names))
        """The columns that have no example yet, by their position from 0."""

    def read(self, rows: Iterable[tuple[int, list[str]]]) -> list[Problem]:
        """Read `rows`, each with its number, into the table; returns the problems of its rows and cells."""
        problems = Problems()
        try:
            for number, row in rows:
                is_right = self._read_row(number, row, problems)
                if not is_right and (last := problems.too_many(self.table.path, number)):
                    self.table.complete = False
                    return [*self._with_month_first(problems.all()), *last]
        except csv.Error as error:
            # It was read to its end before this: somebody is writing it.
            self.table.complete = False
            hint = "Restore the file from the last good version."
            problems.add([Problem(self.table.path, "unreadable", f"this file cannot be read: {error}.", hint)])
        return self._with_month_first(problems.all())

    def _with_month_first(self, problems: Sequence[Problem]) -> list[Problem]:
        """The problems; of dates that may have the month first, by what other cells of their column show."""
        described = {name: column.described for name, column in self.columns.items() if column.has_month_first}
        return [
            replace(problem, message=complaint[1], hint=complaint[2])
            if problem.field in described
            and problem.value
            and (complaint := dates.with_month_first(described[problem.field], problem.value))
            else problem
            for problem in problems
        ]

    def _read_row(self, number: int, row: list[str], problems: Problems) -> bool:
        """Add one row to the table; adds to `problems`, unless it returns True."""
        # Nearly every row begins with a letter or a digit, and is not blank.
        is_plain = len(row) == len(self._cells) and row[0][:1].isalnum()
        if not is_plain and (broken := self._broken_row(number, row)):
            problems.add([broken])
            texts = cells_of_line(row) if broken.rule == "line-in-quotes" else row
            self.table.broken_rows.append(dict(zip_longest(self.columns, texts[: len(self.columns)])))
            return False
        values: Row = {}
        bad_cells: dict[str, Problem] = {}
        for (name, known, read), cell in zip(self._cells, row, strict=True):
            if cell in known:
                values[name] = known[cell]
                continue
            values[name], complaint = read(cell)
            if complaint:
                bad_cells[name] = self._of_cell(number, name, cell, complaint)
        self.table.rows.append((number, values))
        self.digests.append(row_digest(row))
        if self.without_example:
            self._collect_examples(values, row)
        if not bad_cells and self._has_new_keys(number, values):
            return True
        problems.add([*bad_cells.values(), *self._repeated_keys(number, values, bad_cells)])
        return False

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
        place, wanted = self.table.path, len(self.columns)
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

    def _of_cell(self, number: int, name: str, cell: str, complaint: Complaint) -> Problem:
        rule, message, hint = complaint
        # A reader of the JSON needs the invisible characters.
        value, column = cell if rule == UNSEEN_CHARACTER else shorten(cell, 200), self.table.column(name)
        return Problem(self.table.path, rule, message, hint, row=number, field=name, value=value, column=column)

    def _has_new_keys(self, number: int, row: Row) -> bool:
        """Whether no key of a row without bad cells has a blank part, or is that of an earlier row."""
        for values_of, first_rows in self._keys:
            key = values_of(row)
            if None in key or first_rows.setdefault(key, number) != number:
                return False
        return True

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
        differing = [name for name in self.columns if row[name] != other[name]]
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


def _values_of(names: tuple[str, ...]) -> Callable[[Row], tuple[Any, ...]]:
    """Gives the values of a row with these names."""
    # Of one name it would give the value alone.
    return itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
