"""The quality of a package, as people and programs read it: the constraints, what is missing, what is odd.

A package that breaks a constraint is never published, so this one satisfies all that are listed. A value that satisfies
them need not be true, and an odd one need not be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from portal.core.messages import Message
from portal.core.models import Agency, Language, Package, Portal, Project, Text
from portal.core.totals import group
from portal.rules.anomalies import AnomalyReport, anomaly_reports
from portal.rules.constraint_reports import ConstraintReport, constraint_reports
from portal.rules.needs import DATED_REPORTS, package_columns, unmet


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure of a project: what a reader asks for first."""

    name: str
    """Of the attribute of a project."""
    title: Message
    needs: str = ""
    """What the package must have for it, as `portal.rules.needs` writes that, where it is not a column of its name."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of some projects give each key figure."""

    projects: int
    figures: Mapping[str, int]
    """By the figure's name."""


@dataclass(frozen=True, slots=True)
class AgencyCompleteness:
    """How many projects of an agency give each key figure."""

    agency: Agency | None
    """None: of no agency."""
    completeness: Completeness


@dataclass(frozen=True, slots=True)
class Quality:
    """The report on a release of the package. How often each field is filled, the package itself says."""

    package: Package
    constraints: tuple[ConstraintReport, ...]
    figures: tuple[Figure, ...]
    """Those that the package has a column for."""
    projects: Completeness
    agencies: tuple[AgencyCompleteness, ...]
    """Every agency, also without a project, in the order of its id; the projects of no agency last."""
    anomalies: tuple[AnomalyReport, ...]

    @property
    def checked_constraints(self) -> tuple[ConstraintReport, ...]:
        """The constraints that something was checked against; the package has nothing of what the others look at."""
        return tuple(rule for rule in self.constraints if rule.covered)


def quality_report(portal: Portal) -> Quality:
    """The report on `portal`, which has passed every check."""
    columns = package_columns(portal.package)
    figures = tuple(figure for figure in _FIGURES if not unmet(figure.needs or figure.name, columns.__contains__))
    return Quality(
        portal.package,
        tuple(constraint_reports(portal)),
        figures,
        _completeness(portal.projects, figures),
        tuple(_agencies(portal, figures)),
        tuple(anomaly_reports(portal)),
    )


_FIGURES = (
    Figure("fiscal_year", Message("Fiscal year", "figure")),
    Figure("budget_received", Message("Received", "figure")),
    Figure("budget_spent", Message("Spent", "figure")),
    Figure("progress_percent", Message("Progress", "figure")),
    Figure("start_date", Message("Start", "figure")),
    Figure("finish_date", Message("Finish", "figure")),
    Figure("last_reported", Message("Reports", "figure"), DATED_REPORTS),
    Figure("as_of_date", Message("Date of the data", "figure")),
)


def _completeness(projects: Sequence[Project], figures: Iterable[Figure]) -> Completeness:
    counts = {figure.name: sum(getattr(project, figure.name) is not None for project in projects) for figure in figures}
    return Completeness(len(projects), counts)


def _agencies(portal: Portal, figures: Sequence[Figure]) -> Iterator[AgencyCompleteness]:
    by_agency = group(portal.projects, lambda p: p.agency.agency_id if p.agency else "")
    agencies = {p.agency.agency_id: p.agency for p in portal.projects if p.agency}
    agencies |= {agency.agency_id: agency for agency in portal.agencies}
    for agency_id in sorted(agencies):
        yield AgencyCompleteness(agencies[agency_id], _completeness(by_agency.get(agency_id, ()), figures))
    if "" in by_agency:
        yield AgencyCompleteness(None, _completeness(by_agency[""], figures))


def missing_figures(projects: Iterable[Project], quality: Quality) -> dict[str, tuple[str, ...]]:
    """By the id of each of `projects` that lacks any, the names of the key figures that it lacks, in their order.

    A figure that the data have for no project of an agency is missing from none of them, as `quality` counts it.
    """
    applying = {row.agency.agency_id: _given_figures(row.completeness) for row in quality.agencies if row.agency}
    without_agency = tuple(figure.name for figure in quality.figures)
    # Many projects lack the same: each of these tuples is in memory once.
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    missing = {}
    for project in projects:
        names = applying[project.agency.agency_id] if project.agency else without_agency
        if lacking := tuple(name for name in names if getattr(project, name) is None):
            missing[project.project_id] = same.setdefault(lacking, lacking)
    return missing


def _given_figures(completeness: Completeness) -> tuple[str, ...]:
    return tuple(name for name, count in completeness.figures.items() if count)


def quality_json(quality: Quality) -> str:
    """The report for programs: what was checked, the constraints, completeness, and every odd value."""
    package = quality.package
    content = {
        "package": package.name,
        "version": package.version,
        "created": package.created.isoformat(),
        "sha256": package.sha256,
        "valid": True,
        "rules": quality.constraints,
        "completeness": {
            "fields": [
                {"resource": resource.name, "field": name, "filled": field.filled, "rows": resource.rows}
                for resource in package.resources.values()
                for name, field in resource.fields.items()
            ],
            "figures": [{"name": f.name, "title": f.title, "fields": [f.name]} for f in quality.figures],
            "agencies": [
                {"agency_id": row.agency and row.agency.agency_id, **asdict(row.completeness)}
                for row in quality.agencies
            ],
        },
        "personal_data_allowed": package.allowances,
        "odd_values": quality.anomalies,
    }
    encodable = partial(_encodable, package.conventions.languages)
    return json.dumps(content, ensure_ascii=False, indent=1, default=encodable) + "\n"


def _encodable(languages: Sequence[Language], value: Any) -> Any:
    """What JSON has for a text, a record, a Decimal or a day, which Python's encoder does not know."""
    if isinstance(value, Text | Message):
        return {language: value[language] for language in languages}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return {f.name: getattr(value, f.name) for f in fields(value)}
