"""The day on which the content of each page last changed, by the releases of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from portal.core import urls
from portal.core.models import OUTLINES, Change, ChangeKind, ProjectIndex, ProjectSummary
from portal.core.text import one_spelling
from portal.history import RecordVersions, Timeline
from portal.rules import Findings
from portal.site.outlines import OutlinePicture, locate
from portal.site.pages.areas import with_wholes
from portal.site.pages.suppliers import ChangedSuppliers


def last_changed(
    portal: ProjectIndex, findings: Findings, versions: RecordVersions, pictures: Mapping[str, OutlinePicture]
) -> Callable[[str], date | None]:
    """What says on which day the content of a page last changed, by its path; None where the data do not say.

    Content is what the data say. New words of the templates, or another order of related projects, are none. A list
    changes with any value of a project in it, be it shown there or not. The pages of `content/` have no day.
    `pictures` are the outlines of areas.
    """
    timeline = findings.timeline
    releases = timeline.history.releases
    newest = releases[-1].published.date() if releases else versions.first.released
    days = _of_groups(portal, timeline, versions) | _of_areas(portal, timeline, versions)
    days |= _of_suppliers(portal, timeline, versions)
    for project in portal.projects:
        agency_id = project.agency.agency_id if project.agency else None
        area_ids = [area.area_id for area in project.areas]
        locator = locate(project.coordinates, project.areas, pictures)
        days[urls.project(project.project_id)] = versions.changed(
            project.project_id,
            agency_id,
            project.source_id,
            area_ids,
            project.supplier_ids,
            locator.area_id if locator else None,
        )
    with_page = [changelog.release for changelog in timeline.releases]
    days |= {urls.release(release.name): release.published.date() for release in with_page}
    days |= _of_signals(findings, versions)
    changed_on = (release.published.date() for release in releases if any(release.new_values))
    changed = max(changed_on, default=versions.first.released)
    overviews = (
        *(urls.PROJECTS, urls.LARGEST, urls.AGENCIES, urls.AREAS, urls.NEAR, urls.YEARS),
        *(urls.POLICIES, urls.STRATEGIES, urls.SIGNALS),
        *(urls.SUPPLIERS, urls.LARGEST_SUPPLIERS, urls.MOST_CONTRACTS),
        *(urls.CONTRACTS, urls.CONTRACTS_BY_TITLE, urls.LARGEST_CONTRACTS),
        *(urls.PROJECTS_BY_NAME, urls.LEAST_PROGRESS, urls.LATEST_REPORTS),
    )
    days |= dict.fromkeys((*overviews, urls.METHODOLOGY, urls.REPORTING, urls.SEARCH), changed)
    days |= dict.fromkeys((urls.HOME, urls.DATA, urls.QUALITY, urls.CHANGES), newest)
    return lambda path: days.get(urls.first_page(path))


def _of_groups(portal: ProjectIndex, timeline: Timeline, versions: RecordVersions) -> dict[str, date]:
    """Of agencies, years, policies, strategies and names: when a project last was changed that is or was of the group.

    Of an agency also when its own row was.
    """
    projects = {project.project_id: project for project in portal.projects}
    first = versions.first.released
    days = {path: first for project in portal.projects for path in _groups_of(project)}
    days |= {urls.agency(agency.agency_id): first for agency in portal.agencies}
    for release in timeline.history.releases:
        paths: set[str] = set()
        for change in release.new_values:
            if change.project_id in projects:
                paths.update(_groups_of(projects[change.project_id]))
            if change.resource == "projects" and change.field in _PATHS:
                paths.update(_groups_before_and_after(change))
        days |= dict.fromkeys(paths & days.keys(), release.published.date())
    for agency in portal.agencies:
        path = urls.agency(agency.agency_id)
        days[path] = max(days[path], versions.shared.get(("agencies", agency.agency_id), first))
        days[urls.missing(agency.agency_id)] = days[path]
    return days


def _of_areas(portal: ProjectIndex, timeline: Timeline, versions: RecordVersions) -> dict[str, date]:
    """Of areas: when a project in it or in a part of it last was changed or left it, or its row or offices were.

    And when its outline was, which only its own page shows.
    """
    areas = {area.area_id: area for area in portal.areas}
    days = dict.fromkeys(areas, versions.first.released)
    projects = {project.project_id: project for project in portal.projects}
    offices = {agency.agency_id: agency for agency in portal.agencies}

    def wider(ids: Iterable[str]) -> set[str]:
        return {whole.area_id for i in ids if i in areas for whole in with_wholes(areas[i], areas)}

    for release in timeline.history.releases:
        ids: set[str] = set()
        for change in release.new_values:
            if change.project_id in projects:
                ids.update(area.area_id for area in projects[change.project_id].areas)
            if change.resource == "agencies" and (office := offices.get(next(iter(change.record), ""))) and office.area:
                ids.add(office.area.area_id)
            if change.resource in ("areas", "project_areas"):
                ids.update(change.record)
            if change.field == "area_id":
                ids |= {change.before, change.after}
            if change.field == "agency_id" and change.resource == "projects":
                of_cells = (offices.get(cell) for cell in (change.before, change.after))
                ids.update(agency.area.area_id for agency in of_cells if agency and agency.area)
        own = {change.record[0] for change in release.new_values if change.resource == OUTLINES and change.record}
        days |= dict.fromkeys(wider(ids) | own & days.keys(), release.published.date())
    return {urls.area(area_id): day for area_id, day in days.items()}


def _of_suppliers(portal: ProjectIndex, timeline: Timeline, versions: RecordVersions) -> dict[str, date]:
    """Of suppliers: when what their pages say last changed, which is also of all contracts of some agencies."""
    changed = ChangedSuppliers(portal)
    named = {supplier.supplier_id for supplier in portal.suppliers if supplier.is_named}
    days = dict.fromkeys(named, versions.first.released)
    for release in timeline.history.releases:
        days |= dict.fromkeys(changed.of(release.new_values) & named, release.published.date())
    return {urls.supplier(supplier_id): day for supplier_id, day in days.items()}


_PATHS: Mapping[str, Callable[[str], str]] = {
    "agency_id": urls.agency,
    "policy_id": urls.policy,
    "strategy": lambda name: urls.strategy(one_spelling(name)),
    "title": urls.named,
    "fiscal_year": lambda year: urls.year(int(year) if year else None),
}
"""The path of a group by its cell, by column."""


def _groups_of(project: ProjectSummary) -> Iterator[str]:
    if project.agency:
        yield urls.agency(project.agency.agency_id)
    if project.policy_id:
        yield urls.policy(project.policy_id)
    if project.strategy:
        yield urls.strategy(one_spelling(project.strategy))
    yield urls.year(project.fiscal_year)
    yield urls.named(project.title)


def _groups_before_and_after(change: Change) -> Iterator[str]:
    for side, cell in (("before", change.before), ("after", change.after)):
        is_blank = not cell and change.kind is ChangeKind.CHANGED and side not in change.withheld
        try:
            # Of the groups, only the fiscal years have a page of the projects without one.
            if cell or (is_blank and change.field == "fiscal_year"):
                yield _PATHS[change.field](cell)
        except ValueError:
            # A cell of an earlier release that can be part of no address has no page.
            continue


def _of_signals(findings: Findings, versions: RecordVersions) -> dict[str, date]:
    """Of the list of each rule: when a project in it last changed, or left it."""
    days = {result.rule.name: versions.first.released for result in findings.rules}
    for project_id, of_project in findings.observations.items():
        for finding in of_project:
            days[finding.rule.name] = max(days[finding.rule.name], versions.of(project_id).released)
    for of_project_changes in findings.timeline.project_changes.values():
        for changes in of_project_changes:
            for name in changes.ended:
                if name in days:
                    days[name] = max(days[name], changes.release.published.date())
    return {urls.signal(name): day for name, day in days.items()}
