"""The rows of each CSV: read once with Frictionless, typed by their schema, and every bad cell explained."""

from __future__ import annotations

import csv
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from frictionless import FrictionlessException, Package
from frictionless import errors as kinds
from frictionless.resources import TableResource

from portal.core.ignored_columns import ignored_in
from portal.core.problems import Problem, most_like, shorten
from portal.core.text import as_seen, is_blank, unseen_name, with_sara_am
from portal.package import cells
from portal.package.columns import COLUMNS, KEYS, NEEDED
from portal.package.csv_files import CsvFile, Problems
from portal.package.descriptor import Descriptor
from portal.package.patterns import matcher
from portal.package.schemas import key_fields

Row = dict[str, Any]

EXAMPLE_LENGTH = 80
"""Characters of a column's example; what is longer is no example of its kind, or is cut."""


SHORT = 16
"""Characters of a cell that often says what others say: a day, an amount, a code."""


@dataclass(slots=True)
class Table:
    """The rows of one resource."""

    name: str
    path: str
    fields: list[Mapping[str, Any]]
    """As the schema has them, in the order of the file; columns that the schema does not know are strings."""
    rows: list[tuple[int, Row]] = field(default_factory=list)
    """Each record with its number, the header being 1. A cell that has a problem is None."""
    broken_rows: list[Row] = field(default_factory=list)
    """The texts of rows with too few or too many cells, which are in no other way part of the table."""
    examples: dict[str, str] = field(default_factory=dict)
    """The first short cell of each column that stands for a value, as it is in the file; else the first, cut."""
    complete: bool = True
    """Whether every row was read."""
    undeclared: tuple[str, ...] = ()
    """The columns that the schema does not have, but those that look like another name of one that is missing."""
    ignored: frozenset[str] = frozenset()
    """The columns that are in the file, and left out of everything."""

    def has(self, columns: Iterable[str]) -> bool:
        """Whether the file has these columns."""
        return {f["name"] for f in self.fields}.issuperset(columns)

    def column(self, name: str) -> int:
        """The position of a column in the file, from 1."""
        return next(i for i, f in enumerate(self.fields, start=1) if f["name"] == name)


def read_tables(
    descriptor: Descriptor, files: Mapping[str, CsvFile], helpers: Executor | None, ignored: Container[str]
) -> tuple[dict[str, Table], list[Problem]]:
    """Read every resource of `descriptor` that is in `files` (by resource name).

    Returns the tables by name, without the columns that are `ignored`, and every problem of header, row and cell.
    Foreign keys are not followed. `helpers` are processes that read all but the largest table meanwhile.
    """
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    described = []
    for resource in descriptor.resources:
        if resource["name"] not in files:
            continue
        file = files[resource["name"]]
        left_out = ignored_in(resource["name"], ignored, file.header)
        fields, undeclared, found = _match_header(resource, file, left_out)
        problems += found
        if fields:
            table = Table(resource["name"], resource["path"], fields, undeclared=undeclared, ignored=left_out)
            tables[resource["name"]] = table
            described.append((resource, fields, file))
    problems += _reserved_names(tables)
    orders = [
        (str(descriptor.root), _for_frictionless(*one), tables[one[0]["name"]], one[0]["schema"]) for one in described
    ]
    sizes = {name: (descriptor.root / table.path).stat().st_size for name, table in tables.items()}
    largest = max(sizes, key=lambda name: sizes[name], default=None)
    given = {
        table.name: helpers.submit(_read_table, *order)
        for order in orders
        if helpers is not None and (table := order[2]).name != largest
    }
    own = {order[2].name: _read_table(*order) for order in orders if order[2].name not in given}
    for name in list(tables):
        tables[name], found = own[name] if name in own else given[name].result()
        problems += found
    return tables, problems


def _read_table(
    root: str, resource: Mapping[str, Any], table: Table, schema: Mapping[str, Any]
) -> tuple[Table, list[Problem]]:
    """The table with its rows, and what is wrong with them. May run in another process."""
    package = Package.from_descriptor(
        {"name": "package", "resources": [resource]}, basepath=root, datapackage_version="v2"
    )
    (readable,) = package.resources
    assert isinstance(readable, TableResource)
    problems = _Reader(table, schema).read(readable)
    if table.ignored:
        table.fields = [field for field in table.fields if field["name"] not in table.ignored]
        for row in (*(row for _, row in table.rows), *table.broken_rows, table.examples):
            for name in table.ignored:
                row.pop(name, None)
    return table, problems


def _match_header(
    resource: Mapping[str, Any], file: CsvFile, ignored: Collection[str]
) -> tuple[list[Mapping[str, Any]], tuple[str, ...], list[Problem]]:
    """The field of each column, in the file's order, which is free; and the columns that the schema does not have."""
    place, schema = resource["path"], {f["name"]: f for f in resource["schema"]["fields"]}
    labels, problems = _read_labels(place, file.header, schema)
    if not schema.keys() & set(labels):
        if schema.keys() & set(_cells_of_line(file.header)):
            message = "each line as a whole stands in quotation marks, so that it is one cell."
            hint = (
                "Delete the mark at the beginning and at the end of each line, and write doubled marks within it once."
            )
            return [], (), [Problem(place, "line-in-quotes", message, hint, row=1)]
        message = "the first row has none of the columns that datapackage.json describes."
        hint = f"It must begin like this: {shorten(','.join(schema))}"
        return [], (), [Problem(place, "missing-header", message, hint, row=1)]
    fields: list[Mapping[str, Any]] = []
    types, seen = COLUMNS.get(resource["name"], {}), set()
    unknown = [label for label in labels if label not in schema and label not in ignored]
    for index, label in enumerate(labels, start=1):
        if is_blank(label):
            message, hint = f"column {index} has no name.", "Name it, or delete the column."
            problems.append(Problem(place, "blank-label", message, hint, row=1, column=index))
        elif label in seen:
            message, hint = f'two columns are called "{shorten(label)}".', "Keep one of them."
            problems.append(Problem(place, "duplicate-label", message, hint, row=1, field=label, column=index))
        # Every column needs a name of its own, so a broken label gets a stand-in that no label can be.
        name = label if not is_blank(label) and label not in seen else "\n" * index
        fields.append({"type": types.get(name, "string"), **schema.get(name, {"name": name})})
        seen.add(label)
    for name in [name for name in schema if name not in seen]:
        hint = "Add it; a cell may be blank where the value is not known."
        if (renamed := most_like(name, unknown) or _in_its_place(name, schema, labels, unknown)) is not None:
            hint = f'Was it renamed to "{shorten(renamed)}"? Name it {name} again.'
            unknown.remove(renamed)
        message = f'the column "{shorten(name)}" is missing.'
        problems.append(Problem(place, "missing-column", message, hint, row=1, field=name))
    return fields, tuple(dict.fromkeys(label for label in unknown if label.strip())), problems


def _in_its_place(name: str, schema: Iterable[str], header: Sequence[str], unknown: Collection[str]) -> str | None:
    """The unknown column that stands where the schema has `name`."""
    return next(
        (label for label, wanted in zip(header, schema, strict=False) if wanted == name and label in unknown), None
    )


def _read_labels(place: str, header: Sequence[str], schema: Collection[str]) -> tuple[list[str], list[Problem]]:
    """The headings, each that looks like a name of the schema as that name; and what is unseen in those."""
    names = {_looks(name): name for name in schema if name not in header}
    labels, problems = list(header), []
    for index, label in enumerate(header):
        if label in schema:
            continue
        name = names.get(_looks(label)) or next((name for name in names.values() if _is_imitated(name, label)), None)
        if name is None:
            continue
        labels[index], unseen = name, unseen_name(label)
        message = f'the heading "{shorten(name)}" holds {unseen}, which cannot be seen.'
        if not unseen:
            message = f'the heading "{shorten(name)}" looks as it should, but is written in other characters.'
        hint = f"Delete the cell and type {name}."
        problems.append(Problem(place, "unseen-difference", message, hint, row=1, field=name, column=index + 1))
    return labels, problems


def _looks(label: str) -> str:
    """The same for two headings that nobody can tell apart."""
    return unicodedata.normalize("NFC", with_sara_am(as_seen(label)))


def _is_imitated(name: str, label: str) -> bool:
    """Whether a heading has letters of another script in place of some Latin ones of a name, such as a Cyrillic a."""
    if len(name) != len(label) or not name.isascii():
        return False
    others = [sign for sign, wanted in zip(label, name, strict=True) if sign != wanted]
    # An accented letter is seen to be another one.
    return len(others) * 2 <= len(name) and all(
        sign.isalpha() and not sign.isascii() and not unicodedata.decomposition(sign) for sign in others
    )


def _cells_of_line(row: Sequence[str]) -> Sequence[str]:
    """The cells of a row that stands in quotation marks as a whole; none for any other row."""
    return next(csv.reader(row), ()) if len(row) == 1 and "," in row[0] else ()


def _reserved_names(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """The columns of projects that would stand in the JSON of a project where other things stand."""
    if (projects := tables.get("projects")) is None:
        return
    reserved = {"provenance", *(t.name for t in tables.values() if t is not projects and t.has(["project_id"]))}
    for column in projects.fields:
        if (name := column["name"]) in reserved:
            message = (
                f'a column of projects cannot be called "{name}": so is another part of what is said of a project.'
            )
            at, hint = projects.column(name), "Give the column another name."
            yield Problem(projects.path, "reserved-name", message, hint, row=1, field=name, column=at)


def _for_frictionless(resource: Mapping[str, Any], fields: list[Mapping[str, Any]], file: CsvFile) -> dict[str, Any]:
    """The resource with the columns as they are, and without its keys, which it would read other files for."""
    return {
        "name": resource["name"],
        "type": "table",
        "path": resource["path"],
        "format": "csv",
        "scheme": "file",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig" if file.bom else "utf-8",
        # Said in full, or Frictionless guesses it from the first rows: the header from their average width.
        "dialect": {
            "headerRows": [1],
            "csv": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False},
        },
        "schema": {
            "fields": [cells.for_frictionless(f) for f in fields],
            "missingValues": resource["schema"].get("missingValues", [""]),
        },
    }


class _Reader:
    """One pass over a resource: keeps its rows, explains their errors."""

    def __init__(self, table: Table, schema: Mapping[str, Any]) -> None:
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
        self.needed = {*primary, *required, *NEEDED.get(table.name, ())}
        keys = [primary, list(KEYS.get(table.name, ())), *map(key_fields, schema.get("uniqueKeys", []))]
        keys += [[name] for name, f in self.fields.items() if f.get("constraints", {}).get("unique")]
        self.keys: dict[tuple[str, ...], dict[tuple[Any, ...], int]] = {
            tuple(key): {} for key in keys if key and self.fields.keys() >= set(key)
        }
        """The number of the first row with each value, by key."""
        self.values: dict[tuple[str, type], Any] = {}
        self.without_example = dict(enumerate(self.fields))
        """The columns of which no short cell has been seen, by their position from 0."""

    def read(self, resource: TableResource) -> list[Problem]:
        problems = Problems()
        try:
            with resource:
                for row in resource.row_stream:
                    number: int = row.row_number
                    if broken := self._broken_row(number, row.cells):
                        problems.add([broken])
                        self.table.broken_rows.append(dict(zip_longest(self.fields, row.cells[: len(self.fields)])))
                    else:
                        told = self._bad_cells(number, row)
                        values = {
                            name: None if name in told else self._shared(cell, cells.clean(row[name]))
                            for name, cell in zip(self.fields, row.cells, strict=True)
                        }
                        self.table.rows.append((number, values))
                        self._keep_examples(values, row.cells)
                        problems.add([*told.values(), *self._repeated(number, values, told)])
                    if end := problems.too_many(self.table.path, number):
                        self.table.complete = False
                        return [*problems.all(), *end]
        except FrictionlessException as error:
            self.table.complete = False
            problems.add([Problem(self.table.path, "unreadable", f"{error.error.note}.", "Restore the file.")])
        return problems.all()

    def _shared(self, cell: str, value: Any) -> Any:
        """The value, once for all short cells that say the same: numbers and days of a large table are few."""
        return self.values.setdefault((cell, type(value)), value) if len(cell) <= SHORT else value

    def _keep_examples(self, values: Row, row: Sequence[str]) -> None:
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
        """A row whose cells cannot be told apart by their columns, and are not looked at one by one."""
        place, wanted = self.table.path, len(self.fields)
        if all(map(is_blank, row)):
            return Problem(place, "blank-row", "this row is blank.", "Delete it.", row=number)
        if len(row) == wanted:
            return None
        message = f"this row has {len(row)} cell{'' if len(row) == 1 else 's'}, the header has {wanted}."
        if len(_cells_of_line(row)) == wanted:
            message = "this row as a whole stands in quotation marks, so that it is one cell."
            hint = "Delete the mark at each of its ends, and write doubled marks within it once."
            return Problem(place, "line-in-quotes", message, hint, row=number)
        if len(row) < wanted:
            hint = "Look for a missing comma or quotation mark, or an unfinished row."
            return Problem(place, "too-few-cells", message, hint, row=number)
        hint = "Put a text that holds a comma in quotation marks, or delete the extra cells."
        return Problem(place, "too-many-cells", message, hint, row=number, value=shorten(row[wanted], 200))

    def _bad_cells(self, number: int, row: Any) -> dict[str, Problem]:
        """The problems of a row's cells by column, one for each: the first says most."""
        told: dict[str, Problem] = {}
        for (name, described), cell in zip(self.fields.items(), row.cells, strict=True):
            complaint = None if cell in self.missing[name] else cells.not_plain(described, cell)
            if name in self.needed and (cell in self.missing[name] or is_blank(cell)):
                complaint = cells.BLANK
            matches = self.patterns.get(name)
            if matches and not complaint and cell not in self.missing[name] and not matches(cell):
                complaint = cells.wrong_form(described, cell)
            if complaint:
                told[name] = self._of_cell(number, name, cell, complaint)
        for error in row.errors:
            # Of a row whose cells all stand for nothing, Frictionless says that it is blank.
            if isinstance(error, kinds.CellError) and (name := error.field_name) not in told:
                told[name] = self._of_cell(number, name, error.cell, cells.explain(self.fields[name], error))
        return told

    def _of_cell(self, number: int, name: str, cell: str, complaint: cells.Complaint) -> Problem:
        rule, message, hint = complaint
        value = shorten(cell, 200)
        return Problem(
            self.table.path, rule, message, hint, row=number, field=name, value=value, column=self.table.column(name)
        )

    def _repeated(self, number: int, row: Row, told: Container[str]) -> Iterator[Problem]:
        """The keys that an earlier row has. A blank takes part as a value, but a key is not made of blanks alone."""
        for names, seen in self.keys.items():
            key = tuple(row[name] for name in names)
            if set(key) == {None} or any(name in told for name in names):
                continue
            if (first := seen.setdefault(key, number)) != number:
                value = ", ".join("" if part is None else str(part) for part in key)
                message = f'"{shorten(value)}" ({", ".join(names)}) is also in row {first}.'
                hint = self._of_two_rows(first, row)
                yield self._of_cell(number, names[-1], value, ("duplicate-key", message, hint))

    def _of_two_rows(self, first: int, row: Row) -> str:
        """What to do with two rows of one key, so that nothing is lost that only one of them says."""
        _, other = self.table.rows[bisect_left(self.table.rows, first, key=lambda numbered: numbered[0])]
        differ = [name for name in self.fields if row[name] != other[name]]
        if not differ:
            return "The two rows say the same: delete one of them."
        names = ", ".join(shorten(name) for name in differ[:3]) + (", …" if len(differ) > 3 else "")
        if self.table.name != "projects":
            return f"They differ in {names}: mend the key of the wrong one, or bring both into one row."
        return (
            f"They differ in {names}. If they are parts or places of one project, keep one row here and put these"
            " columns in a table of their own: a CSV with project_id and those, as a resource of datapackage.json."
            " If they are several projects, give each an id of its own."
        )
