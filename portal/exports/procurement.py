"""The tables of procurement, read from the CSVs as they are published -> contracting processes."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from portal.core import urls
from portal.core.models import Package
from portal.exports.cells import row_reader, text_rows
from portal.exports.process_names import name_processes
from portal.history import RecordVersions

Row = Mapping[str, Any]
"""The values of a record by column; None where a cell stands for no value."""

_USED_OF_PROJECTS = ("project_id", "title", "fiscal_year", "agency_id", "budget_received")


@dataclass(slots=True)
class Process:
    """A contracting process."""

    ocid: str
    """What it is called, see `name_processes`."""
    tenders: list[Row] = field(default_factory=list)
    """By id."""
    contracts: list[Row] = field(default_factory=list)
    """By id."""

    @property
    def project_ids(self) -> tuple[str, ...]:
        """The projects of its tenders, then those of its contracts."""
        ids = (row.get("project_id") for row in (*self.tenders, *self.contracts))
        return tuple(dict.fromkeys(project_id for project_id in ids if project_id))


class Procurement:
    """The contracting processes of a package, and what they refer to."""

    def __init__(self, package: Package, data: Path, prefix: str | None) -> None:
        """`data` holds the CSVs; `prefix` is that of the publisher's ocids, see `name_processes`."""
        self._package, self._data = package, data
        self.processes = _join([*self._rows("tenders")], [*self._rows("contracts")], prefix)
        self.sharing = Counter(project_id for process in self.processes for project_id in process.project_ids)
        """How many processes each project has, by id."""
        self.projects = {
            row["project_id"]: {name: row.get(name) for name in _USED_OF_PROJECTS}
            for row in self._rows("projects", "project_id", self.sharing)
        }
        self.agencies = {row["agency_id"]: row for row in self._rows("agencies")}

    def digest(self, versions: RecordVersions) -> str:
        """What names all that is made from the processes, beside the program."""
        tables = (self._package.resources.get(n) for n in ("tenders", "contracts", "suppliers", "payments", "agencies"))
        shapes = [(table.sha256, _shape(table.fields.values())) for table in tables if table is not None]
        projects = [(*project.values(), versions.of(name).released) for name, project in self.projects.items()]
        shared = sorted(item for item in versions.shared.items() if item[0][0] in ("agencies", "suppliers", "tenders"))
        return hashlib.sha256(repr((shapes, projects, shared, versions.first.released)).encode()).hexdigest()

    @cached_property
    def suppliers(self) -> Mapping[str, Row]:
        """The suppliers by id."""
        return {row["supplier_id"]: row for row in self._rows("suppliers")}

    @cached_property
    def payments(self) -> Mapping[str, Sequence[Row]]:
        """The payments of each contract, by its id; in the order of their ids."""
        payments: defaultdict[str, list[Row]] = defaultdict(list)
        for row in sorted(self._rows("payments"), key=lambda row: str(row["payment_id"])):
            payments[row["contract_id"]].append(row)
        return payments

    def buyer(self, process: Process) -> Row | None:
        """The agency of the projects of a process; None where they have none, or several."""
        ids = {self.projects.get(project_id, {}).get("agency_id") for project_id in process.project_ids}
        return self.agencies.get(next(iter(ids)) or "") if len(ids) == 1 else None

    def year(self, process: Process) -> str:
        """The name of the fiscal year of the first project of a process."""
        first = next(iter(process.project_ids), "")
        return urls.year_name(self.projects.get(first, {}).get("fiscal_year"))

    def changed(self, process: Process, versions: RecordVersions) -> date:
        """The day on which a record of the project of a process, or of who takes part in it, last changed."""
        suppliers = [row["supplier_id"] for row in process.contracts if row.get("supplier_id")]
        days = [
            versions.changed(project_id, self.projects.get(project_id, {}).get("agency_id"), None, (), suppliers)
            for project_id in process.project_ids
        ]
        alone = (versions.shared.get(("tenders", row["tender_id"])) for row in process.tenders)
        return max([*days, *filter(None, alone)], default=versions.first.released)

    def label(self, table: str, column: str, code: str) -> str | None:
        """The text of a code in the first language in a column, by the descriptor."""
        resource = self._package.resources.get(table)
        labels = resource.fields[column].labels if resource and column in resource.fields else {}
        return labels[code].first if code in labels else None

    def _rows(self, name: str, column: str = "", values: Container[str] = ()) -> Iterator[Row]:
        """The records of a table; with a `column`, those that have one of the `values` there."""
        resource = self._package.resources.get(name)
        if resource is None:
            return
        read, columns = row_reader(resource), list(resource.fields)
        at = columns.index(column) if column else None
        for row in text_rows(self._data / f"{name}.csv"):
            if at is None or row[at] in values:
                yield dict(zip(columns, read(row), strict=True))


def _join(tenders: list[Row], contracts: list[Row], prefix: str | None) -> Sequence[Process]:
    """The processes, by what they are called."""
    names = name_processes(
        ((row["tender_id"], row.get("ocid")) for row in tenders),
        ((row["contract_id"], row.get("tender_id"), row.get("ocid")) for row in contracts),
        prefix,
    )
    processes: dict[str, Process] = {}
    for row in sorted(tenders, key=lambda row: str(row["tender_id"])):
        name = names.of_tenders[row["tender_id"]]
        processes.setdefault(name, Process(name)).tenders.append(row)
    for row in sorted(contracts, key=lambda row: str(row["contract_id"])):
        name = names.of_contracts[row["contract_id"]]
        processes.setdefault(name, Process(name)).contracts.append(row)
    return [processes[name] for name in sorted(processes)]


def _shape(fields: Any) -> list[tuple[Any, ...]]:
    """All that the values of a row, and the texts of its codes, depend on beside its cells."""
    return [(f.name, f.type, f.format, f.missing, sorted(f.booleans.items()), sorted(f.labels.items())) for f in fields]
