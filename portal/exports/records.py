"""All that is published of each project, as JSON beside its page."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from portal.core import urls
from portal.core.json_values import json_text, json_value
from portal.core.models import Package, RecordVersion, Resource
from portal.exports.cells import row_reader, text_rows
from portal.history import RecordVersions

_KEY = "project_id"

_Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Record:
    """The record of a project, not yet made."""

    file: str
    """Its file, relative to the folder of the site."""
    digest: str
    """Names all that it is made from beside the program: while it stays, the record is the same bytes."""
    make: Callable[[], bytes]


def project_records(package: Package, versions: RecordVersions, data: Path) -> Iterator[Record]:
    """The record of each project, in the order of `projects`; `data` holds the CSVs.

    Its keys are the columns of `projects`, then each resource that reports on projects, as a list of its rows. Numbers
    are numbers, days and times ISO 8601 in C.E., and null is not reported. `provenance` says which release the record
    is of, see `RecordVersions`, and by which columns a row is found in the CSV of each resource.
    """
    projects, *reports = _tables(package, data)
    keys = {table.name: table.key for table in (projects, *reports)}
    shape = repr([table.shape for table in (projects, *reports)])

    @cache
    def provenance(version: RecordVersion) -> str:
        about = {"version": version.version, "released": version.released, "commit": version.commit or None}
        return f'"provenance":{json_text(json_value(about | {"keys": keys}))}'

    def make(row: _Row, rows: Sequence[Sequence[_Row]], ending: str) -> bytes:
        parts = [json_text(projects.values(row))[:-1]]
        parts += [table.json(of_project) for table, of_project in zip(reports, rows, strict=True)]
        return f"{','.join([*parts, ending])}}}\n".encode()

    rows_by_project = [table.rows_by_project() for table in reports]
    for row in text_rows(data / "projects.csv"):
        project_id = row[projects.id_column]
        rows = [by_project.get(project_id, ()) for by_project in rows_by_project]
        ending = provenance(versions.of(project_id))
        yield Record(
            urls.output_path(urls.record(project_id), "th"),
            _digest(shape, ending, [[row], *rows]),
            partial(make, row, rows, ending),
        )


def _digest(shape: str, ending: str, tables: Sequence[Sequence[_Row]]) -> str:
    """The SHA-256 of the cells, between which stands NUL, which no valid cell has; the order of rows does not count."""
    rows = [f"{len(rows)}\0" + "\0".join(sorted(["\0".join(row) for row in rows])) for rows in tables]
    return hashlib.sha256("\0".join([shape, ending, *rows]).encode()).hexdigest()


class _Table:
    """The rows of a resource as parts of records."""

    def __init__(self, resource: Resource, file: Path) -> None:
        fields = list(resource.fields.values())
        self.name, self._file, self._names = resource.name, file, list(resource.fields)
        self.key: tuple[str, ...] = resource.keys[0] if resource.keys else (_KEY,)
        """The columns by which a row is found; of a resource without a key, that by which its project is."""
        self.id_column = self._names.index(_KEY)
        self._read = row_reader(resource)
        kinds = [(field.name, field.type, field.format, sorted(field.missing), field.booleans) for field in fields]
        self.shape = (self.name, self.key, kinds)
        """All that the values of a row depend on beside its cells."""

    def rows_by_project(self) -> Mapping[str, Sequence[_Row]]:
        """The rows by project, as the CSV has them."""
        rows: defaultdict[str, list[_Row]] = defaultdict(list)
        for row in text_rows(self._file):
            rows[row[self.id_column]].append(row)
        return rows

    def values(self, row: _Row) -> dict[str, Any]:
        """The values of a row for JSON, by column; None where a cell stands for no value."""
        return dict(zip(self._names, map(json_value, self._read(row)), strict=True))

    def json(self, rows: Sequence[_Row]) -> str:
        """The part of a record that holds the rows of its project, without its id, in the order of their key."""
        parts: list[tuple[list[str], str]] = []
        for values in map(self.values, rows):
            place = [_sortable(values[name]) for name in self.key]
            del values[_KEY]
            parts.append((place, json_text(values)))
        return f"{json_text(self.name)}:[{','.join(text for _, text in sorted(parts))}]"


def _tables(package: Package, data: Path) -> Iterator[_Table]:
    """The table of projects, then each that reports on them."""
    projects = package.resources["projects"]
    reports = (other for other in package.resources.values() if other is not projects and _KEY in other.fields)
    for resource in (projects, *reports):
        yield _Table(resource, data / f"{resource.name}.csv")


def _sortable(value: Any) -> str:
    """A part of a key as a text by which it is sorted, numbers by their size."""
    return f"{value:024}" if isinstance(value, int) else str(value)
