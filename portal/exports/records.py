"""All that is published of each project in one record, the records of a fiscal year in one file of JSON Lines."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from portal.core import urls
from portal.core.cells import has_value
from portal.core.json_values import json_text, json_value
from portal.core.models import Field, Package, RecordVersion, Resource
from portal.exports.cells import row_reader, text_rows
from portal.history import RecordVersions

_KEY = "project_id"
_YEAR = "fiscal_year"

_Row = Sequence[str]


class ProjectRecords:
    """The record of each project.

    Its keys are the columns of `projects`, then each resource that reports on projects, as a list of its rows; so do
    rows that belong to those of such a resource, as payments to contracts. Numbers are numbers, days and times ISO 8601
    in C.E., and null is not reported. `provenance` says which release the record is of, see `RecordVersions`, and by
    which columns a row is found in the CSV of each resource.
    """

    def __init__(self, package: Package, versions: RecordVersions, data: Path) -> None:
        """`data` holds the CSVs."""
        self._projects, *self._reports = _tables(package, data)
        self._versions = versions
        self._keys = {table.name: table.key for table in (self._projects, *self._reports)}
        self._provenance = cache(self._provenance_of)

    def digests(self) -> dict[str, str]:
        """What names all that the records of a year are made from beside the program, by the name of the year.

        While it stays, they are the same lines. The order of projects counts, that of rows which report on them does
        not.
        """
        years = self._scan.years
        reports = Counter[str]()
        for table in self._reports:
            for project_id, row in table.rows_of_projects():
                if project_id in years:
                    cells = hashlib.sha256("\0".join([table.name, *row]).encode()).digest()
                    reports[years[project_id]] += int.from_bytes(cells)
        return {
            year: hashlib.sha256(f"{digest} {reports[year]}".encode()).hexdigest()
            for year, digest in sorted(self._scan.digests.items(), key=lambda item: _sort_key(item[0]), reverse=True)
        }

    def lines(self, years: Collection[str]) -> Iterator[tuple[str, str]]:
        """The record of each project of these years as a line, with the name of its year, as `projects` has them."""
        table = self._projects
        ids = {project_id for project_id, year in self._scan.years.items() if year in years}
        reports = [report.rows_by_project(ids) for report in self._reports]
        for row in self._scan.newest if {*years} == {self._scan.newest_year} else table.rows():
            if (project_id := row[table.id_column]) in ids:
                parts = [json_text(table.values(row))[:-1]]
                rows = (by_project.get(project_id, ()) for by_project in reports)
                parts += [report.json(of_project) for report, of_project in zip(self._reports, rows, strict=True)]
                ending = self._provenance(self._versions.of(project_id))
                yield table.year(row), f"{','.join([*parts, ending])}}}\n"

    @cached_property
    def _scan(self) -> _Scan:
        table, shape = self._projects, repr([table.shape for table in (self._projects, *self._reports)]).encode()
        digests: defaultdict[str, Any] = defaultdict(lambda: hashlib.sha256(shape))
        years: dict[str, str] = {}
        newest_year, newest = "", list[_Row]()
        for row in table.rows():
            project_id = row[table.id_column]
            year = years[project_id] = table.year(row)
            digests[year].update("\0".join([*row, self._provenance(self._versions.of(project_id))]).encode())
            if not newest or _sort_key(year) > _sort_key(newest_year):
                newest_year, newest = year, []
            if year == newest_year:
                newest.append(row)
        return _Scan(years, {year: digest.hexdigest() for year, digest in digests.items()}, newest_year, newest)

    def _provenance_of(self, version: RecordVersion) -> str:
        about = {"version": version.version, "released": version.released, "commit": version.commit or None}
        return f'"provenance":{json_text(json_value(about | {"keys": self._keys}))}'


@dataclass(frozen=True, slots=True)
class _Scan:
    """What is known once all projects have been read."""

    years: Mapping[str, str]
    """The year of each project, by id."""
    digests: Mapping[str, str]
    """Of the rows of the projects of each year."""
    newest_year: str
    newest: Sequence[_Row]
    """The projects of the newest year, the only one that most releases change, so that they are not read again."""


class _Table:
    """The rows of a resource as parts of records."""

    def __init__(self, resource: Resource, file: Path, owner: _Table | None = None, link: str = _KEY) -> None:
        """`owner` is the table to whose rows those of this one belong, by the column `link`; None: projects."""
        fields = list(resource.fields.values())
        self.name, self._file, self._names = resource.name, file, list(resource.fields)
        self.key: tuple[str, ...] = resource.keys[0] if resource.keys else (link,)
        """The columns by which a row is found; of a resource without a key, that by which its project is found."""
        self._owner, self._link = owner, link
        self.id_column = self._names.index(link)
        self._year_column = self._names.index(_YEAR) if _YEAR in self._names else None
        self._year_name = cache(partial(_year_name, resource.fields.get(_YEAR)))
        self._read = row_reader(resource)
        kinds = [(field.name, field.type, field.format, list(field.missing), field.booleans) for field in fields]
        self.shape = (self.name, self.key, kinds)
        """All that the values of a row depend on beside its cells."""

    def rows(self) -> Iterator[_Row]:
        """The rows as the CSV has them."""
        return text_rows(self._file)

    def rows_of_projects(self) -> Iterator[tuple[str, _Row]]:
        """The id of the project of each row, and the row as the CSV has it; "" where it is of none."""
        owner = self._owner
        projects = owner.projects_by(self._link) if owner else {}
        for row in self.rows():
            name = row[self.id_column]
            yield (projects.get(name, "") if owner else name), row

    def projects_by(self, column: str) -> Mapping[str, str]:
        """The id of the project of each row, by the cell in a column."""
        at = self._names.index(column)
        return {row[at]: row[self.id_column] for row in self.rows()}

    def rows_by_project(self, ids: Collection[str]) -> Mapping[str, Sequence[_Row]]:
        """The rows of these projects, as the CSV has them."""
        rows: defaultdict[str, list[_Row]] = defaultdict(list)
        for project_id, row in self.rows_of_projects():
            if project_id in ids:
                rows[project_id].append(row)
        return rows

    def year(self, row: _Row) -> str:
        """The name of the fiscal year of a row."""
        return self._year_name(row[self._year_column] if self._year_column is not None else "")

    def values(self, row: _Row) -> dict[str, Any]:
        """The values of a row for JSON, by column; None where a cell stands for no value."""
        return dict(zip(self._names, map(json_value, self._read(row)), strict=True))

    def json(self, rows: Sequence[_Row]) -> str:
        """The part of a record that holds the rows of its project, without its id, in the order of their key."""
        parts: list[tuple[list[str], str]] = []
        for values in map(self.values, rows):
            place = [_sortable(values[name]) for name in self.key]
            values.pop(_KEY, None)
            parts.append((place, json_text(values)))
        return f"{json_text(self.name)}:[{','.join(text for _, text in sorted(parts))}]"


def _tables(package: Package, data: Path) -> Sequence[_Table]:
    """The table of projects, then each that reports on them, then each whose rows belong to those of a report."""
    projects, others = package.resources["projects"], dict(package.resources)
    reports = [projects, *(other for other in others.values() if other is not projects and _KEY in other.fields)]
    tables = [_Table(resource, data / f"{resource.name}.csv") for resource in reports]
    by_name = {table.name: table for table in tables}
    for name, (owner, link) in _OWNERS.items():
        if name in others and name not in by_name and owner in by_name:
            tables.append(_Table(others[name], data / f"{name}.csv", by_name[owner], link))
    return tables


_OWNERS: Mapping[str, tuple[str, str]] = {"payments": ("contracts", "contract_id")}
"""By table, that to whose rows its own belong, and the column that says to which."""


def _year_name(field: Field | None, cell: str) -> str:
    return urls.year_name(int(cell) if field and has_value(field)(cell) else None)


def _sort_key(year: str) -> tuple[bool, str]:
    """By what the names of years are sorted, the newest last."""
    return year.isdigit(), year


def _sortable(value: Any) -> str:
    """A part of a key as a text by which it is sorted, numbers by their size."""
    return f"{value:024}" if isinstance(value, int) else str(value)
