"""`oc4ids.json.gz`: projects as the Open Contracting for Infrastructure Data Standard has them.

Version 0.9, https://standard.open-contracting.org/infrastructure/0.9/en/.
The package does not say which projects build something, so nothing is said of their sector or type; nor where their
money comes from, so that there is no `budget.finance`. A project fits where it has an agency and at least one figure of
those that the standard has a place for. Its documents are its page and, in its processes, the addresses of contracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from portal.core import urls
from portal.core.messages import Message
from portal.core.models import Project, Status
from portal.exports.catalogues.base import Catalogue, Described, pack_members, pack_package, without_blanks
from portal.exports.catalogues.contracting_processes import contracting_processes, supplier_parties

OC4IDS = "oc4ids.json.gz"
"""Packed: it says the same few dozen words of each project, and is a tenth as large so."""

STATUSES: Mapping[Status, str] = {
    Status.COMPLETED: "completed",
    Status.IN_PROGRESS: "implementation",
    Status.DELAYED: "implementation",
    Status.CANCELLED: "cancelled",
}
"""The code of the standard's list `projectStatus` for each status that the city itself reported.

A figure alone says none: 100 % is not yet close-out, and less may be cancelled.
"""

PROGRESS = Message("Progress of the work", "metric")
SPENDING = Message("Spending", "metric")
RESULTS = Message("Results", "metric")

PERCENT = {"name": "percent", "scheme": "UNCEFACT", "id": "P1"}


def packed_projects(catalogue: Catalogue, projects: Iterable[Project], prefix: str | None) -> bytes:
    """The projects that fit, a part of the package, packed; nothing where none does.

    `prefix` is the publisher's own, which the standard's keepers assign; without one, ids stand as they are.
    """
    described = (_project(catalogue, project, prefix) for project in projects)
    return pack_members(project for project in described if project)


def oc4ids(catalogue: Catalogue, parts: Iterable[bytes]) -> bytes:
    """The package of the projects in `parts`, as `packed_projects` made them; nothing where these have none."""
    head = {
        "uri": catalogue.file(OC4IDS),
        "publishedDate": catalogue.moment(catalogue.package.created),
        "version": "0.9",
        "publisher": {"name": catalogue.publisher.first, "uri": catalogue.home},
        "license": catalogue.package.licence,
        "publicationPolicy": catalogue.page,
    }
    return pack_package(head, "projects", parts)


def _project(catalogue: Catalogue, project: Project, prefix: str | None) -> Described | None:
    agency = project.agency
    figures = without_blanks(
        {
            "status": STATUSES.get(project.status),
            "period": catalogue.period(project.start_date, project.finish_date),
            "budget": without_blanks({"amount": catalogue.money(project.budget_received)}) or None,
            "forecasts": _forecasts(catalogue, project),
            "metrics": _metrics(catalogue, project),
            "contractingProcesses": contracting_processes(catalogue, project),
        }
    )
    if agency is None or not figures:
        return None
    party = {"id": agency.agency_id, "name": agency.name.first}
    address = catalogue.home + urls.project(project.project_id)[1:]
    return without_blanks(
        {
            "id": f"{prefix}-{project.project_id}" if prefix else project.project_id,
            "updated": catalogue.moment(project.as_of_date) if project.as_of_date else None,
            "title": project.title,
            "purpose": project.objectives,
            "publicAuthority": party,
            "parties": _parties(party | {"roles": ["publicAuthority"]}, supplier_parties(project)),
            "documents": [
                {
                    "id": "page",
                    "title": project.title,
                    "url": address,
                    "format": "text/html",
                    "language": catalogue.language,
                }
            ],
            **figures,
        }
    )


def _parties(authority: Described, suppliers: Iterable[Described]) -> list[Described]:
    """Each party once, with all its roles."""
    parties: dict[str, dict[str, Any]] = {}
    for party in (authority, *suppliers):
        roles = parties[party["id"]]["roles"] if party["id"] in parties else []
        parties[party["id"]] = {**party, **parties.get(party["id"], {}), "roles": [*roles, *party["roles"]]}
    return list(parties.values())


def _metrics(catalogue: Catalogue, project: Project) -> list[Described]:
    """What was done: progress in percent, results in the project's unit, and the money that was spent."""
    now = catalogue.period(None, project.as_of_date)
    reports = [
        _observation(
            f"report-{report.report_date}", report.progress_percent, PERCENT, catalogue.period(None, report.report_date)
        )
        for report in reversed(project.progress_reports)
        if report.progress_percent is not None
    ]
    if project.progress_percent is not None:
        reports.append(_observation("latest", project.progress_percent, PERCENT, now))
    spent = []
    if project.budget_spent is not None:
        spent.append(without_blanks({"id": "latest", "value": catalogue.money(project.budget_spent), "period": now}))
    return [
        metric
        for metric in (
            {"id": "physicalProgress", "title": PROGRESS[catalogue.language], "observations": reports},
            {"id": "financialProgress", "title": SPENDING[catalogue.language], "observations": spent},
            {"id": "results", "title": RESULTS[catalogue.language], "observations": _results(catalogue, project)},
        )
        if metric["observations"]
    ]


def _results(catalogue: Catalogue, project: Project) -> list[Described]:
    year, fiscal = project.fiscal_year, project.fiscal_calendar
    observations = [
        _observation(
            f"month-{month.month}",
            month.result,
            _unit(project),
            catalogue.period(fiscal.month_start(year, month.month), fiscal.month_end(year, month.month))
            if year
            else None,
        )
        for month in project.monthly_results
        if month.result is not None
    ]
    if project.result_value is not None:
        now = catalogue.period(None, project.as_of_date)
        observations.append(_observation("latest", project.result_value, _unit(project), now))
    return observations


def _forecasts(catalogue: Catalogue, project: Project) -> list[Described]:
    """What was planned: the target, in the project's unit."""
    if project.target_value is None:
        return []
    period = catalogue.period(project.start_date, project.finish_date)
    target = _observation("target", project.target_value, _unit(project), period)
    return [{"id": "results", "title": RESULTS[catalogue.language], "observations": [target]}]


def _observation(name: str, value: Decimal, unit: Any, period: Described | None) -> Described:
    return without_blanks({"id": name, "measure": value, "unit": unit, "period": period})


def _unit(project: Project) -> Described | None:
    return {"name": project.unit} if project.unit else None
