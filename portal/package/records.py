"""The rows of the tables -> the records of the portal, joined by their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from portal.core.calendars import FiscalCalendar
from portal.core.models import (
    Agency,
    Area,
    Evaluation,
    Language,
    MonthlyResult,
    ProgressReport,
    Project,
    Revision,
    Source,
    Supplier,
    Text,
)
from portal.package.columns import COLUMNS
from portal.package.procurement import contracts_by_project, tenders_by_project
from portal.package.tables import Row, Table, extra_values

Record = TypeVar("Record", MonthlyResult, ProgressReport, Evaluation, Revision)


def build_areas(table: Table | None, languages: tuple[Language, ...]) -> dict[str, Area]:
    """The areas by id; empty where the package has no such table."""
    return {
        row["area_id"]: Area(
            row["area_id"],
            Text.read(row, "name", languages, row["area_id"]),
            row.get("parent_id"),
            row.get("tile_column"),
            row.get("tile_row"),
            Text.read(row, "short_name", languages),
            extra_values(row, "areas", languages),
            number,
        )
        for number, row in (table.rows if table else [])
        if row.get("area_id")
    }


def build_agencies(
    table: Table | None, areas: Mapping[str, Area], languages: tuple[Language, ...]
) -> dict[str, Agency]:
    """The agencies by id; empty where the package has no such table."""
    return {
        row["agency_id"]: Agency(
            row["agency_id"],
            Text.read(row, "name", languages, row["agency_id"]),
            row.get("kind"),
            row.get("email"),
            areas.get(row.get("area_id") or ""),
            extra_values(row, "agencies", languages),
            number,
        )
        for number, row in (table.rows if table else [])
        if row.get("agency_id")
    }


def build_sources(
    table: Table | None, described: Iterable[Mapping[str, Any]], languages: tuple[Language, ...]
) -> dict[str, Source]:
    """The sources by id; empty where the package has no such table.

    `described` are the sources of the descriptor. One with the same `source_id` gives title and note in each language.
    """
    texts = {source["source_id"]: source for source in described if isinstance(source.get("source_id"), str)}
    return {
        row["source_id"]: Source(
            row["source_id"],
            _text(row, "title", texts.get(row["source_id"], {}), languages) or Text(row["source_id"]),
            row.get("publisher"),
            row.get("url"),
            _text(row, "note", texts.get(row["source_id"], {}), languages),
            extra_values(row, "sources"),
            number,
        )
        for number, row in (table.rows if table else [])
        if row.get("source_id")
    }


def _text(row: Row, name: str, described: Mapping[str, Any], languages: tuple[Language, ...]) -> Text | None:
    text = Text.read(described, name, languages, row.get(name) or "")
    return text if text.first else None


def build_projects(
    tables: Mapping[str, Table],
    agencies: Mapping[str, Agency],
    sources: Mapping[str, Source],
    areas: Mapping[str, Area],
    suppliers: Mapping[str, Supplier],
    fiscal: FiscalCalendar,
) -> tuple[Project, ...]:
    """The projects, sorted by id, each with its reports. A row without a `project_id` is a problem, and is left out."""
    monthly = _grouped(tables.get("monthly_results"), MonthlyResult)
    reports = _grouped(tables.get("progress_reports"), ProgressReport)
    evaluations = _grouped(tables.get("evaluations"), Evaluation)
    revisions = _grouped(tables.get("revisions"), Revision)
    tenders, contracts = tenders_by_project(tables), contracts_by_project(tables, suppliers)
    area_ids = _area_ids(tables)
    names = COLUMNS["projects"].keys() - {"agency_id", "source_id", "area_id"}
    projects = {}
    for number, row in tables["projects"].rows:
        key = row.get("project_id")
        if not key or key in projects:
            continue
        values = {name: row[name] for name in names & row.keys()}
        agency = _joined(agencies, row.get("agency_id"), lambda i: Agency(i, Text(i)))
        own_areas = tuple(areas[area_id] for area_id in sorted(area_ids[key]) if area_id in areas)
        of_agency = (agency.area,) if agency and agency.area else ()
        projects[key] = Project(
            **values | {"title": row.get("title") or key},
            agency=agency,
            source=_joined(sources, row.get("source_id"), lambda i: Source(i, Text(i))),
            areas=own_areas or of_agency,
            is_placed_by_agency=bool(of_agency) and not own_areas,
            extra=extra_values(row, "projects"),
            tenders=tenders.get(key, ()),
            contracts=contracts.get(key, ()),
            monthly_results=tuple(sorted(monthly[key], key=lambda m: m.month)),
            progress_reports=_newest_first(reports[key], lambda r: r.report_date or date.min),
            evaluations=tuple(sorted(evaluations[key], key=lambda e: (e.fiscal_year or 0, e.quarter or 0))),
            revisions=_newest_first(revisions[key], lambda r: r.revised_at or datetime.min),
            fiscal_calendar=fiscal,
            row=number,
        )
    return tuple(projects[key] for key in sorted(projects))


def _area_ids(tables: Mapping[str, Table]) -> defaultdict[str, set[str]]:
    """The areas that each project names, in its own row or in rows of `project_areas`."""
    areas: defaultdict[str, set[str]] = defaultdict(set)
    for name in ("projects", "project_areas"):
        for _, row in tables[name].rows if name in tables else ():
            if row.get("project_id") and row.get("area_id"):
                areas[row["project_id"]].add(row["area_id"])
    return areas


def _joined(records: Mapping[str, Any], key: str | None, make: Callable[[str], Any]) -> Any:
    """The record with this key; where there is none, a new one that `make` makes of the key."""
    return None if key is None else records.get(key) or make(key)


def _newest_first(records: Iterable[Any], when: Any) -> tuple[Any, ...]:
    """Sorted by time, the newest first; of two with the same time, the later row first."""
    return tuple(sorted(records, key=lambda record: (when(record), record.row), reverse=True))


def _grouped(table: Table | None, kind: type[Record]) -> defaultdict[str, list[Record]]:
    """The rows of a table as records of the class `kind`, by project."""
    groups: defaultdict[str, list[Record]] = defaultdict(list)
    if table is None:
        return groups
    names = COLUMNS[table.name].keys() - {"project_id"}
    for number, row in table.rows:
        values: dict[str, Any] = {name: row.get(name) for name in names}
        if kind is MonthlyResult and values["month"] is None:
            continue
        if row.get("project_id"):
            groups[row["project_id"]].append(kind(**values, extra=extra_values(row, table.name), row=number))
    return groups
