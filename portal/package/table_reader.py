"""The tables of a package: their headers matched with the schemas, their rows read in several processes."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from frictionless import Package
from frictionless.resources import TableResource

from portal.core.ignored_columns import ignored_in
from portal.core.models import SearchedNumbers
from portal.core.problems import Problem
from portal.package import cells
from portal.package.csv_files import CsvFile
from portal.package.descriptor import Descriptor
from portal.package.headers import match_header
from portal.package.parallel import for_each_file
from portal.package.personal_data.allowances import Allowed
from portal.package.personal_data.guard import in_allowances, in_table
from portal.package.row_reader import RowReader
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
) -> Tables:
    """Read every resource of `descriptor` that is in `files` (by resource name), without the columns in `ignored`.

    Foreign keys are not checked. `numbers` says which numbers are taken for personal data. `helpers` are processes that
    read the other tables while this one reads the largest.
    """
    tables = Tables()
    matched: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
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
            matched[name] = _for_frictionless(resource, fields, file), resource["schema"]
    tables.problems += _reserved_names(tables.by_name)
    tables.allowed, tables.personal_data = in_allowances(descriptor, tables.by_name, numbers)
    tasks = {
        name: (
            descriptor.root / tables.by_name[name].path,
            (str(descriptor.root), readable, tables.by_name[name], schema, tables.allowed, descriptor.place, numbers),
        )
        for name, (readable, schema) in matched.items()
    }
    for name, table_read in for_each_file(_read_table, tasks, helpers).items():
        tables.by_name[name], problems_of_rows, personal_data = table_read
        tables.problems += problems_of_rows
        tables.personal_data += personal_data
    return tables


def _read_table(
    root: str,
    resource: Mapping[str, Any],
    table: Table,
    schema: Mapping[str, Any],
    allowed: Allowed,
    place: str,
    numbers: SearchedNumbers,
) -> tuple[Table, list[Problem], list[Problem]]:
    """The table with its rows, what is wrong with them, and the personal data in it. May run in another process."""
    package = Package.from_descriptor(
        {"name": "package", "resources": [resource]}, basepath=root, datapackage_version="v2"
    )
    (readable,) = package.resources
    assert isinstance(readable, TableResource)
    problems = RowReader(table, schema, readable.schema.fields).read(_rows(readable))
    if table.ignored:
        table.fields = [field for field in table.fields if field["name"] not in table.ignored]
        for row in (*(row for _, row in table.rows), *table.broken_rows, table.examples):
            for name in table.ignored:
                row.pop(name, None)
    return table, problems, in_table(table, schema, allowed, place, numbers)


def _rows(resource: TableResource) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of each row of a resource; the header is row 1."""
    with resource:
        yield from resource.dialect.read_enumerated_content_stream(resource.cell_stream)


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


def _for_frictionless(resource: Mapping[str, Any], fields: list[Mapping[str, Any]], file: CsvFile) -> dict[str, Any]:
    """The resource for Frictionless, with the columns of the file; without keys, for which it reads other files."""
    return {
        "name": resource["name"],
        "type": "table",
        "path": resource["path"],
        "format": "csv",
        "scheme": "file",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig" if file.bom else "utf-8",
        # Without these, Frictionless guesses them from the first rows: the header from their average width.
        "dialect": {
            "headerRows": [1],
            "csv": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False},
        },
        "schema": {
            "fields": [cells.for_frictionless(f) for f in fields],
            "missingValues": resource["schema"].get("missingValues", [""]),
        },
    }
