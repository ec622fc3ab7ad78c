"""The end of an import: the files are written, and what changed is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.core.problems import Problem
from portal.imports.package_tables import PackageFiles


@dataclass(frozen=True, slots=True)
class TableChange:
    """What an import did to a table."""

    place: str
    rows: int
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import read and wrote."""

    records: int
    """Records that were read: of OCDS, contracting processes."""
    tables: tuple[TableChange, ...]
    written: tuple[str, ...]
    """The files that differ from before, relative to the folder of the package."""
    notices: tuple[Problem, ...]


def result_of(package: PackageFiles, records: int, notices: tuple[Problem, ...], created: date | None) -> ImportResult:
    """Write what has changed in `package`, as the release of the day `created` if one is given.

    Raises UsageError where that is not possible; then all is as it was.
    """
    changes = tuple(TableChange(t.place, len(t.rows), t.added, t.changed, t.removed) for t in package.tables.values())
    return ImportResult(records, changes, tuple(package.write(created)), notices)
