"""The quality of a package, as people and programs read it: the rules that held, what is missing, what is odd.

A package that breaks a rule is never published, so every rule listed here held. A value that keeps the rules need not
be true, and an odd one need not be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.models import Agency, Bilingual, Package, Portal, Project
from portal.core.totals import group
from portal.rules.anomalies import AnomalyReport, anomaly_reports
from portal.rules.constraint_list import Constraint, rules
from portal.rules.needs import DATED_REPORTS, package_columns, unmet


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure of a project: what a reader asks for first."""

    name: str
    title: Bilingual
    fields: tuple[str, ...]
    """A project gives the figure where all of these have a value."""
    needs: str
    """What the package must have for it, as `portal.needs` writes that."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of some projects give each key figure."""

    projects: int
    figures: Mapping[str, int]
    """By the figure's name."""


@dataclass(frozen=True, slots=True)
class AgencyGiven:
    """What the projects of an agency give."""

    agency: Agency | None
    """None: of no agency."""
    given: Completeness


@dataclass(frozen=True, slots=True)
class Quality:
    """The report on a release of the package. How often each field is filled, the package itself says."""

    package: Package
    rules: tuple[Constraint, ...]
    figures: tuple[Figure, ...]
    """Those that the package has a column for."""
    projects: Completeness
    agencies: tuple[AgencyGiven, ...]
    """Every agency, also without a project, in the order of its id; the projects of no agency last."""
    odd: tuple[AnomalyReport, ...]

    @property
    def held(self) -> tuple[Constraint, ...]:
        """The rules that something was held against; the others had nothing to check."""
        return tuple(rule for rule in self.rules if rule.covered)


def quality_report(portal: Portal) -> Quality:
    """The report on `portal`, which has passed every check."""
    figures = tuple(_figures(portal.package))
    return Quality(
        portal.package,
        tuple(rules(portal)),
        figures,
        _given(portal.projects, figures),
        tuple(_agencies(portal, figures)),
        tuple(anomaly_reports(portal)),
    )


_FIGURES = (
    Figure("budget_received", Bilingual("งบฯ ที่ได้รับ", "Received"), ("budget_received",), "budget_received"),
    Figure("budget_spent", Bilingual("งบฯ ที่ใช้ไป", "Spent"), ("budget_spent",), "budget_spent"),
    Figure("progress_percent", Bilingual("คืบหน้า", "Progress"), ("progress_percent",), "progress_percent"),
    Figure(
        "start_and_finish_date",
        Bilingual("วันเริ่ม วันสิ้นสุด", "Start, finish"),
        ("start_date", "finish_date"),
        "start_date finish_date",
    ),
    Figure("last_reported", Bilingual("รายงาน", "Reports"), ("last_reported",), DATED_REPORTS),
    Figure("as_of_date", Bilingual("วันที่ของข้อมูล", "Date of the data"), ("as_of_date",), "as_of_date"),
)


def _figures(package: Package) -> Iterator[Figure]:
    """The key figures that the package can give."""
    known = package_columns(package)
    return (figure for figure in _FIGURES if not unmet(figure.needs, known.__contains__))


def _given(projects: Sequence[Project], figures: Iterable[Figure]) -> Completeness:
    return Completeness(
        len(projects),
        {one.name: sum(all(getattr(p, name) is not None for name in one.fields) for p in projects) for one in figures},
    )


def _agencies(portal: Portal, figures: Sequence[Figure]) -> Iterator[AgencyGiven]:
    by_agency = group(portal.projects, lambda p: p.agency.agency_id if p.agency else "")
    known = {p.agency.agency_id: p.agency for p in portal.projects if p.agency}
    known |= {agency.agency_id: agency for agency in portal.agencies}
    for agency_id in sorted(known):
        yield AgencyGiven(known[agency_id], _given(by_agency.get(agency_id, ()), figures))
    if "" in by_agency:
        yield AgencyGiven(None, _given(by_agency[""], figures))


def quality_json(quality: Quality) -> str:
    """The report for programs: what was checked, the rules that held, completeness, and every odd value."""
    package = quality.package
    content = {
        "package": package.name,
        "version": package.version,
        "created": package.created.isoformat(),
        "sha256": package.sha256,
        "valid": True,
        "rules": [_plain(rule) for rule in quality.rules],
        "completeness": {
            "fields": [
                {"resource": one.name, "field": name, "filled": column.filled, "rows": one.rows}
                for one in package.resources.values()
                for name, column in one.fields.items()
            ],
            "figures": [{"name": o.name, "title": _plain(o.title), "fields": o.fields} for o in quality.figures],
            "agencies": [
                {"agency_id": one.agency and one.agency.agency_id, **_plain(one.given)} for one in quality.agencies
            ],
        },
        "personal_data_allowed": [_plain(one) for one in package.allowances],
        "odd_values": [_plain(one) for one in quality.odd],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
