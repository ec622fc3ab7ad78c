"""Typed rows -> the portal's records, joined by their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from portal.core.models import Agency, Bilingual, Evaluation, MonthlyResult, ProgressReport, Project, Revision, Source
from portal.package.columns import COLUMNS
from portal.package.tables import Row, Table

Record = TypeVar("Record", MonthlyResult, ProgressReport, Evaluation, Revision)


def build_agencies(table: Table | None) -> dict[str, Agency]:
    """The agencies by id; none where the package has no such resource."""
    return {
        row["agency_id"]: Agency(
            row["agency_id"],
            Bilingual(row.get("name") or row["agency_id"], row.get("name_en") or ""),
            row.get("kind"),
            row.get("email"),
            _extra(row, "agencies"),
            number,
        )
        for number, row in (table.rows if table else [])
        if row.get("agency_id")
    }


def build_sources(table: Table | None, described: Iterable[Mapping[str, Any]]) -> dict[str, Source]:
    """The sources by id; none where the package has no such resource.

    `described` are the descriptor's own sources: one with the same `source_id` brings the words in both languages.
    """
    words = {one["source_id"]: one for one in described if isinstance(one.get("source_id"), str)}
    return {
        row["source_id"]: Source(
            row["source_id"],
            _both(row, "title", words.get(row["source_id"], {})) or Bilingual(row["source_id"]),
            row.get("publisher"),
            row.get("url"),
            _both(row, "note", words.get(row["source_id"], {})),
            _extra(row, "sources"),
            number,
        )
        for number, row in (table.rows if table else [])
        if row.get("source_id")
    }


def _both(row: Row, name: str, words: Mapping[str, Any]) -> Bilingual | None:
    thai, english = words.get(name) or row.get(name), words.get(f"{name}_en")
    return Bilingual(str(thai), str(english or "")) if thai else None


def build_projects(
    tables: Mapping[str, Table], agencies: Mapping[str, Agency], sources: Mapping[str, Source]
) -> tuple[Project, ...]:
    """The projects by id, each with its reports. A row without a `project_id` is left out: it is a problem already."""
    monthly = _grouped(tables.get("monthly_results"), MonthlyResult)
    reports = _grouped(tables.get("progress_reports"), ProgressReport)
    evaluations = _grouped(tables.get("evaluations"), Evaluation)
    revisions = _grouped(tables.get("revisions"), Revision)
    names = COLUMNS["projects"].keys() - {"agency_id", "source_id"}
    projects = {}
    for number, row in tables["projects"].rows:
        key = row.get("project_id")
        if not key or key in projects:
            continue
        known = {name: row[name] for name in names & row.keys()}
        projects[key] = Project(
            **known | {"title": row.get("title") or key},
            agency=_joined(agencies, row.get("agency_id"), lambda i: Agency(i, Bilingual(i))),
            source=_joined(sources, row.get("source_id"), lambda i: Source(i, Bilingual(i))),
            extra=_extra(row, "projects"),
            monthly_results=tuple(sorted(monthly[key], key=lambda m: m.month)),
            progress_reports=_newest_first(reports[key], lambda r: r.report_date or date.min),
            evaluations=tuple(sorted(evaluations[key], key=lambda e: (e.fiscal_year or 0, e.quarter or 0))),
            revisions=_newest_first(revisions[key], lambda r: r.revised_at or datetime.min),
            row=number,
        )
    return tuple(projects[key] for key in sorted(projects))


def _joined(known: Mapping[str, Any], key: str | None, unknown: Any) -> Any:
    return None if key is None else known.get(key) or unknown(key)


def _newest_first(records: Iterable[Any], when: Any) -> tuple[Any, ...]:
    """By time, and of the same time the later row first."""
    return tuple(sorted(records, key=lambda record: (when(record), record.row), reverse=True))


def _grouped(table: Table | None, kind: type[Record]) -> defaultdict[str, list[Record]]:
    """The rows of a resource as records of one kind, by project."""
    groups: defaultdict[str, list[Record]] = defaultdict(list)
    if table is None:
        return groups
    names = COLUMNS[table.name].keys() - {"project_id"}
    for number, row in table.rows:
        values: dict[str, Any] = {name: row.get(name) for name in names}
        if kind is MonthlyResult and values["month"] is None:
            continue
        if row.get("project_id"):
            groups[row["project_id"]].append(kind(**values, extra=_extra(row, table.name), row=number))
    return groups


_NOTHING: dict[str, Any] = {}
"""One for all records without such columns: they are many."""


def _extra(row: Row, resource: str) -> dict[str, Any]:
    """The columns that the portal does not know."""
    return {name: value for name, value in row.items() if name not in COLUMNS[resource]} or _NOTHING
