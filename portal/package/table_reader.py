"""The tables of a package: their headers matched with the schemas, their rows read in several processes."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from frictionless import Schema

from portal.core.cache import Cache
from portal.core.csv_reader import csv_reader
from portal.core.ignored_columns import ignored_in
from portal.core.models import SearchedNumbers
from portal.core.problems import Problem
from portal.core.text import any_unusual
from portal.package import cells
from portal.package.csv_files import MAX_CELL, CsvFile
from portal.package.descriptor import Descriptor
from portal.package.headers import match_header
from portal.package.parallel import for_each_file
from portal.package.personal_data.allowances import Allowed
from portal.package.personal_data.guard import SearchRules, in_allowances, in_table
from portal.package.row_reader import RowReader
from portal.package.searched_rows import SearchedRows
from portal.package.tables import Table


@dataclass(slots=True)
class Tables:
    """The tables of a package as they were read."""

    by_name: dict[str, Table] = field(default_factory=dict)
    """By resource, without the columns that are left out."""
    allowed: Allowed = field(default_factory=Allowed)
    """The personal data that the descriptor allows."""
    problems: list[Problem] = field(default_factory=list)
    """Of headers, rows and cells."""
    personal_data: list[Problem] = field(default_factory=list)
    """Of texts of the descriptor and of the tables."""


def read_tables(
    descriptor: Descriptor,
    files: Mapping[str, CsvFile],
    helpers: Executor | None,
    ignored: Container[str],
    numbers: SearchedNumbers,
    cache: Cache | None = None,
) -> Tables:
    """Read every resource of `descriptor` that is in `files` (by resource name), without the columns in `ignored`.

    Foreign keys are not checked. `numbers` says which numbers are taken for personal data. `helpers` are processes that
    read the other tables while this one reads the largest. What the `cache` knows of rows is not found out again.
    """
    cache = cache and cache.by_code("rows", "portal/core", "portal/package")
    tables = Tables()
    matched: dict[str, tuple[dict[str, Any], Mapping[str, Any]]] = {}
    for resource in descriptor.resources:
        name = resource["name"]
        if name not in files:
            continue
        file = files[name]
        columns_left_out = ignored_in(name, ignored, file.header)
        fields, undeclared, problems_of_header = match_header(resource, file, columns_left_out, descriptor.place)
        tables.problems += problems_of_header
        if fields:
            table = Table(name, resource["path"], fields, undeclared=undeclared, ignored=columns_left_out)
            tables.by_name[name] = table
            matched[name] = _for_frictionless(resource, fields), resource["schema"]
    tables.problems += _reserved_names(tables.by_name)
    tables.allowed, tables.personal_data = in_allowances(descriptor, tables.by_name, numbers)
    rules = SearchRules(numbers, tables.allowed, descriptor.place)
    tasks = {}
    for name, (readable, schema) in matched.items():
        path = descriptor.root / tables.by_name[name].path
        tasks[name] = path, (path, readable, tables.by_name[name], schema, rules, cache)
    for name, table_read in for_each_file(_read_table, tasks, helpers).items():
        tables.by_name[name], problems_of_rows, personal_data = table_read
        tables.problems += problems_of_rows
        tables.personal_data += personal_data
    return tables


def _read_table(
    file: Path,
    readable: dict[str, Any],
    table: Table,
    schema: Mapping[str, Any],
    rules: SearchRules,
    cache: Cache | None,
) -> tuple[Table, list[Problem], list[Problem]]:
    """The table with its rows, what is wrong with them, and the personal data in it. May run in another process.

    The `cache` knows which rows were searched before.
    """
    fields = Schema.from_descriptor(readable, datapackage_version="v2").fields
    reader = RowReader(table, schema, fields)
    problems = reader.read(_rows(file))
    if table.ignored:
        table.fields = [field for field in table.fields if field["name"] not in table.ignored]
        for row in (*(row for _, row in table.rows), *table.broken_rows, table.examples):
            for name in table.ignored:
                row.pop(name, None)
    return table, problems, _personal_data(table, reader.digests, schema, rules, cache)


def _personal_data(
    table: Table, digests: Sequence[bytes], schema: Mapping[str, Any], rules: SearchRules, cache: Cache | None
) -> list[Problem]:
    """The personal data in a table, which learns its unusual rows; `digests` name the cells of each row."""
    allowed = (sorted(rules.allowed.fields), sorted(rules.allowed.values))
    searched_for = (table.fields, schema, sorted(table.ignored), *allowed, rules.numbers)
    searched = SearchedRows(cache, table.name, repr(searched_for))
    rows = [row for row, digest in zip(table.rows, digests, strict=True) if digest not in searched.known]
    problems = in_table(table, rows, schema, rules)
    table.unusual = frozenset(
        number for number, row in rows if any_unusual(cell for cell in row.values() if isinstance(cell, str))
    )
    # Of many problems only the first name their rows.
    if not problems and table.complete:
        numbered = zip(table.rows, digests, strict=True)
        searched.save(digest for (number, _), digest in numbered if number not in table.unusual)
    return problems


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of each row of a CSV; the header, which is left out, is row 1.

    Frictionless would guess the dialect from the first rows, and takes three times as long.
    """
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as text:
        yield from islice(enumerate(csv_reader(text, MAX_CELL), start=1), 1, None)


def _reserved_names(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """The columns of projects whose names the JSON of a project uses for other parts."""
    if (projects := tables.get("projects")) is None:
        return
    reserved = {"provenance", *(t.name for t in tables.values() if t is not projects and t.has(["project_id"]))}
    for column in projects.fields:
        if (name := column["name"]) in reserved:
            message = f'a column of projects cannot be called "{name}": the JSON of a project uses it for another part.'
            position, hint = projects.column(name), "Give the column another name."
            yield Problem(projects.path, "reserved-name", message, hint, row=1, field=name, column=position)


def _for_frictionless(resource: Mapping[str, Any], fields: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The schema of a resource for Frictionless, with the columns of its file; without keys."""
    return {
        "fields": [cells.for_frictionless(field) for field in fields],
        "missingValues": resource["schema"].get("missingValues", [""]),
    }
