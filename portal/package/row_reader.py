"""The rows of one CSV: read once with Frictionless, and every cell that is wrong explained."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from frictionless import FrictionlessException
from frictionless import errors as kinds
from frictionless.resources import TableResource

from portal.core.cells import FORMS, missing_values
from portal.core.models import UNIQUE_KEYS
from portal.core.problems import Problem, shorten
from portal.core.text import as_seen, is_blank, unseen_name
from portal.core.urls import is_safe_id
from portal.package import cells, dates
from portal.package.columns import COLUMNS, IDS, NEEDED, RANGES
from portal.package.csv_files import Problems
from portal.package.hints import UNSEEN_CHARACTER, Complaint, unseen
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
        self.fields = {f["name"]: _with_range(f, table.name) for f in table.fields}
        self.missing = {name: missing_values(f, schema) for name, f in self.fields.items()}
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
        self.ids = IDS if table.name in COLUMNS else frozenset()
        self.first_rows: dict[tuple[str, ...], dict[tuple[Any, ...], int]] = {
            tuple(key): {} for key in keys if key and self.fields.keys() >= set(key)
        }
        """The number of the first row with each value of a key, by the fields of the key."""
        self.validators: dict[str, Callable[[str], bool]] = {}
        """By column what says whether a cell is valid; made where a cell is wrong."""
        self.month_first: dict[str, set[bool | None]] = {}
        """By column of dates whether the month comes before the day, in each wrong cell where that is certain."""
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
                        return [*self._with_month_first(problems.all()), *last]
        except FrictionlessException as error:
            self.table.complete = False
            hint = "Restore the file from the last good version."
            problems.add([Problem(self.table.path, "unreadable", f"{error.error.note}.", hint)])
        return self._with_month_first(problems.all())

    def _with_month_first(self, problems: Sequence[Problem]) -> list[Problem]:
        """The problems; of dates that may have the month first, by what other cells of their column show."""
        columns = {name for name, month_first in self.month_first.items() if month_first - {None} == {True}}
        return [
            replace(problem, message=complaint[1], hint=complaint[2])
            if problem.field in columns
            and problem.value
            and (complaint := dates.with_month_first(self.fields[problem.field], problem.value))
            else problem
            for problem in problems
        ]

    def _read_row(self, row: Any, problems: Problems) -> None:
        """Add one row to the table; adds to `problems`."""
        number: int = row.row_number
        if broken := self._broken_row(number, row.cells):
            problems.add([broken])
            texts = cells_of_line(row.cells) if broken.rule == "line-in-quotes" else row.cells
            self.table.broken_rows.append(dict(zip_longest(self.fields, texts[: len(self.fields)])))
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
        complaints: dict[str, Complaint] = {}
        texts = dict(zip(self.fields, row.cells, strict=True))
        for name, described in self.fields.items():
            if complaint := self._complaint(name, described, texts[name]):
                complaints[name] = complaint
        for error in row.errors:
            # Frictionless has an error of the whole row where all its cells are missing values.
            if isinstance(error, kinds.CellError) and (name := error.field_name) not in complaints:
                complaints[name] = cells.explain(self.fields[name], error)
        return {
            name: self._of_cell(number, name, texts[name], self._as_unseen(name, texts[name]) or complaint)
            for name, complaint in complaints.items()
        }

    def _as_unseen(self, name: str, cell: str) -> Complaint | None:
        """What is wrong with a cell that would be right without its invisible characters."""
        seen, described = as_seen(cell), self.fields[name]
        if described["type"] in ("date", "datetime"):
            self.month_first.setdefault(name, set()).add(dates.has_month_first(described, cell))
        # A space beside a number or a date has a rule of its own.
        if seen == cell or not seen or (described["type"] in FORMS and seen == cell.strip()):
            return None
        is_valid = self.validators.setdefault(name, cells.validator(described))
        matches = self.patterns.get(name)
        return unseen(cell, seen) if is_valid(seen) and (matches is None or matches(seen)) else None

    def _complaint(self, name: str, described: Mapping[str, Any], cell: str) -> Complaint | None:
        """What is wrong with a cell by the rules of the portal and the pattern of its field."""
        is_missing = cell in self.missing[name]
        if name in self.required and (is_missing or is_blank(cell)):
            return cells.BLANK
        if is_missing:
            return None
        if name in self.ids and unseen_name(cell) and is_safe_id(as_seen(cell)):
            return unseen(cell, as_seen(cell))
        if complaint := cells.not_plain(described, cell):
            return complaint
        matches = self.patterns.get(name)
        return cells.wrong_form(described, cell) if matches and not matches(cell) else None

    def _of_cell(self, number: int, name: str, cell: str, complaint: Complaint) -> Problem:
        rule, message, hint = complaint
        # A reader of the JSON needs the invisible characters.
        value, column = cell if rule == UNSEEN_CHARACTER else shorten(cell, 200), self.table.column(name)
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


def _with_range(described: Mapping[str, Any], resource: str) -> Mapping[str, Any]:
    """A field with the limits that the portal has for it, where it has none of its own, so that messages know them."""
    if resource not in COLUMNS or described["name"] not in RANGES or described["type"] not in ("number", "integer"):
        return described
    limits = dict(zip(("minimum", "maximum"), RANGES[described["name"]], strict=True))
    return {**described, "constraints": limits | described.get("constraints", {})}
