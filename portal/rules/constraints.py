"""The constraints of the portal's own: what a package must satisfy beside its schemas, or the build stops.

One rule, one function: the whole portal -> its problems. A problem is what cannot be true or cannot be published. What
is possible but odd (spending ahead of progress, dates outside the fiscal year) never stops a build: it is an anomaly.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from portal.core import urls
from portal.core.calendars import FIRST_DAY, LAST_DAY, whole_year
from portal.core.messages import Message
from portal.core.models import REPORTED_STATUSES, Agency, Portal, ProgressReport, Project, Revision
from portal.core.problems import Problem, shorten
from portal.core.text import as_seen, one_spelling
from portal.core.web_addresses import is_email_address, is_web_address
from portal.package import RANGES, range_of
from portal.rules import area_constraints as area_constraints
from portal.rules import contract_constraints as contract_constraints
from portal.rules.cell_problems import (
    MAX_NAME,
    cell_problem,
    date_order_problems,
    range_problem,
    same_but_for_case_problem,
    unsafe_id_problem,
)
from portal.rules.needs import PROCUREMENT_TABLES, RECORD_TABLES
from portal.rules.registry import Constraint, constraint, registered


@constraint(
    Message("IDs of projects, agencies, areas and policies can be part of a web address"),
    "projects",
    cells="project_id policy_id agencies.agency_id areas.area_id",
)
def ids_make_addresses(portal: Portal) -> Iterator[Problem]:
    """An id becomes a part of an address: ASCII letters and digits, single hyphens, points or underscores between."""
    for resource, record, field, value in _ids(portal):
        if not urls.is_safe_id(value):
            yield unsafe_id_problem(portal, resource, record, field, value)


def _ids(portal: Portal) -> Iterator[tuple[str, Any, str, str]]:
    """Every id that becomes a part of an address: its resource, record, field and value."""
    for project in portal.projects:
        yield "projects", project, "project_id", project.project_id
        if project.policy_id is not None:
            yield "projects", project, "policy_id", project.policy_id
        if project.agency and not project.agency.row:
            yield "projects", project, "agency_id", project.agency.agency_id
    for agency in portal.agencies:
        yield "agencies", agency, "agency_id", agency.agency_id
    for area in portal.areas:
        yield "areas", area, "area_id", area.area_id


@constraint(
    Message("No two project IDs differ only in upper and lower case"),
    "projects",
    cells="project_id",
)
def ids_differ_in_more_than_case(portal: Portal) -> Iterator[Problem]:
    """Two addresses that differ in case only are one file on many servers and desktops."""
    seen: dict[tuple[str, str, str], tuple[str, int]] = {}
    reported: set[tuple[str, str]] = set()
    for resource, record, field, value in sorted(_ids(portal), key=lambda place: (place[0], place[1].row, *place[2:])):
        first, first_row = seen.setdefault((resource, field, value.casefold()), (value, record.row))
        if first != value and (field, value) not in reported:
            reported.add((field, value))
            hint = f'Write "{shorten(first)}" in both.' if field == "policy_id" else ""
            yield same_but_for_case_problem(portal, resource, record, field, value, first_row, hint)


def _plainly_written(name: str) -> str:
    """A name without characters that nobody sees, and without signs that stand for several letters, such as ﬁ."""
    return one_spelling(unicodedata.normalize("NFKC", as_seen(name)))


@constraint(
    Message("No two names of strategies differ only in spaces or signs"),
    "projects",
    cells="strategy",
)
def strategies_have_addresses_of_their_own(portal: Portal) -> Iterator[Problem]:
    """A strategy's address is made from its name, so two names must differ in a letter or a digit."""
    seen: dict[str, Project] = {}
    reported: set[str] = set()
    for project in sorted(portal.projects, key=lambda p: p.row):
        if project.strategy is None or project.strategy in reported:
            continue
        first = seen.setdefault(urls.strategy(project.strategy), project)
        if one_spelling(first.strategy or "") != one_spelling(project.strategy):
            reported.add(project.strategy)
            names = [first.strategy or "", project.strategy]
            name = next((name for name in names if name == _plainly_written(name)), _plainly_written(names[0]))
            message = f'"{shorten(as_seen(names[1]))}" differs from row {first.row} only in case, spaces or signs.'
            hint = f'Write "{name}" in both.' if len(name) <= MAX_NAME else "Write the same name in both."
            yield cell_problem(portal, "projects", project, "strategy", "ambiguous-name", message, hint)


@constraint(
    Message("Names of projects, strategies and agencies have at most {most} characters", values={"most": MAX_NAME}),
    "projects",
    cells="title strategy agencies.name*",
)
def names_are_short(portal: Portal) -> Iterator[Problem]:
    """What stands in headings, lists and menus is a name, not a text."""
    names: dict[tuple[str, str], tuple[str, Project | Agency]] = {}
    for project in portal.projects:
        names.setdefault(("title", project.title), ("projects", project))
        names.setdefault(("strategy", project.strategy or ""), ("projects", project))
    for agency in portal.agencies:
        for column, text in agency.name.by_column("name").items():
            names.setdefault((column, text), ("agencies", agency))
    for (field, name), (resource, record) in names.items():
        if len(name) > MAX_NAME:
            message = f'"{shorten(name)}" has {len(name):,} characters; a name has at most {MAX_NAME}.'
            hint = f"Write a short {field} here, and move the whole text to another column, such as {field}_full:"
            hint += " describe that in datapackage.json, and it is published beside it."
            yield cell_problem(portal, resource, record, field, "name-too-long", message, hint, shorten(name, 200))


@constraint(
    Message("The e-mail address of an agency is a single one"),
    "agencies",
    cells="agencies.email",
)
def agencies_have_plain_email_addresses(portal: Portal) -> Iterator[Problem]:
    """Letters begin with the address of an agency, so that nothing may stand in it that adds another one."""
    for agency in portal.agencies:
        if agency.email is not None and not is_email_address(agency.email):
            message = f'"{shorten(agency.email)}" is not one e-mail address.'
            hint = "Write one address, for example office@example.org, or leave the cell blank."
            yield cell_problem(portal, "agencies", agency, "email", "unsafe-link", message, hint)


@constraint(
    Message("A reported status is a word that this site knows"),
    "progress_reports",
    cells="progress_reports.status",
)
def statuses_are_known(portal: Portal) -> Iterator[Problem]:
    """A status is one of the words that the site can explain and count, whatever list the descriptor gives."""
    for project in portal.projects:
        for report in project.progress_reports:
            if report.status is not None and report.status not in REPORTED_STATUSES:
                message = f'"{shorten(report.status)}" is not a status that the portal knows.'
                hint = f"Write one of: {', '.join(REPORTED_STATUSES)}."
                yield cell_problem(portal, "progress_reports", report, "status", "not-in-list", message, hint)


_RANGED = ("fiscal_year", *RANGES)


def _count_records(portal: Portal) -> int:
    """The projects and all their records."""
    return sum(1 + sum(len(getattr(project, name)) for name in RECORD_TABLES) for project in portal.projects)


@constraint(
    Message(
        "Numbers of projects and reports are possible ones, such as months from 1 to 12 and percentages from 0 to 100"
    ),
    "projects",
    count=_count_records,
)
def numbers_can_be_shown(portal: Portal) -> Iterator[Problem]:
    """A number has a meaning on the page: a month of twelve, a percentage, an amount up to a quadrillion.

    Only a payment may be below zero: it is a refund.
    """
    fiscal = portal.package.conventions.fiscal

    @cache
    def limited(resource: str, kind: type) -> Sequence[tuple[str, int, int]]:
        ranges = ((field, range_of(resource, field, fiscal.years)) for field in _fields(kind, _RANGED))
        return [(field, *limits) for field, limits in ranges if limits]

    for resource, record in _records(portal):
        for field, least, most in limited(resource, type(record)):  # type: ignore[arg-type]
            value = getattr(record, field)
            if isinstance(value, (int, Decimal)) and not least <= value <= most:
                year = whole_year(str(value), fiscal.calendar) if field == "fiscal_year" else ""
                hint = f"Write {year}, if that is the year." if year else "Correct the value."
                yield range_problem(portal, resource, record, field, hint)


@constraint(
    Message(
        "Dates of projects and reports are from {first} to {last} of the Common Era",
        values={"first": FIRST_DAY.year, "last": LAST_DAY.year},
    ),
    "projects",
    count=_count_records,
)
def dates_can_be_shown(portal: Portal) -> Iterator[Problem]:
    """A day is one that a project of the city can have."""
    for resource, record in _records(portal):
        for field in _fields(type(record), _DATES):  # type: ignore[arg-type]
            value = getattr(record, field)
            day = value.date() if isinstance(value, datetime) else value
            if isinstance(day, date) and not FIRST_DAY <= day <= LAST_DAY:
                message = f'"{value}" is not from {FIRST_DAY} to {LAST_DAY}.'
                yield cell_problem(portal, resource, record, field, "out-of-range", message, "Correct the date.")


@constraint(
    Message("Coordinates of projects have a latitude and a longitude"),
    "projects",
    cells="latitude longitude",
)
def coordinates_are_pairs(portal: Portal) -> Iterator[Problem]:
    """One of the two alone is no place."""
    for project in portal.projects:
        if (project.latitude is None) != (project.longitude is None):
            field = "latitude" if project.latitude is None else "longitude"
            message, hint = f"the project has only one coordinate, and no {field}.", "Write both, or leave both blank."
            yield cell_problem(portal, "projects", project, field, "half-a-place", message, hint, "")


_DATES = (
    *("start_date", "finish_date", "as_of_date", "report_date", "revised_at"),
    *("published_date", "closing_date", "signed_date", "payment_date"),
)


@cache
def _fields(kind: type, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the `names` that a kind of record has: of 200,000 records most have two of ten."""
    return tuple(name for name in names if hasattr(kind, name))


def _records(portal: Portal) -> Iterator[tuple[str, Any]]:
    """The projects and all their records, each with the name of its resource."""
    for project in portal.projects:
        yield "projects", project
        for resource in RECORD_TABLES:
            for record in getattr(project, resource):
                yield resource, record


@constraint(
    Message("The address of a source is an address of the web"),
    "sources",
    cells="sources.url",
)
def sources_link_to_the_web(portal: Portal) -> Iterator[Problem]:
    """The address of a source becomes a link, so it is one of the web and not a script.

    Nor does it pretend to be another one: a name of a site that has letters like a to z from another script, or that
    stands behind another name and an @, looks like the name of another site.
    """
    for source in portal.sources:
        if source.url is not None and not is_web_address(source.url):
            message = f'"{shorten(source.url)}" is not an address of the web.'
            hint = "Begin it with https://, write the name of the site in ASCII (xn--…), or leave the cell blank."
            yield cell_problem(portal, "sources", source, "url", "unsafe-link", message, hint)


def _has_dates(record: Project | Revision) -> bool:
    return record.start_date is not None and record.finish_date is not None


def _follows_a_start(project: Project, report: ProgressReport) -> bool:
    """Whether a report and its project have the dates that are compared."""
    return project.start_date is not None and report.report_date is not None


@constraint(
    Message("No project's planned finish is before its planned start"),
    "projects",
    count=lambda portal: sum(map(_has_dates, portal.projects)),
)
def projects_finish_after_they_start(portal: Portal) -> Iterator[Problem]:
    """No project finishes before it starts."""
    for project in portal.projects:
        yield from date_order_problems(portal, "projects", project, "start_date", "finish_date", "finish-before-start")


@constraint(
    Message("No progress report is dated before the planned start"),
    "progress_reports",
    count=lambda portal: sum(_follows_a_start(p, report) for p in portal.projects for report in p.progress_reports),
)
def reports_follow_the_start(portal: Portal) -> Iterator[Problem]:
    """No progress is reported before the project starts."""
    for project in portal.projects:
        for report in project.progress_reports:
            if _finishes_before(project.start_date, report.report_date):
                message = f'"{report.report_date}" is before project {project.project_id} starts, {project.start_date}.'
                hint = "Correct this date, or the start_date of the project."
                rule = "report-before-start"
                yield cell_problem(portal, "progress_reports", report, "report_date", rule, message, hint)


@constraint(
    Message("No edit sets a finish before its start"),
    "revisions",
    count=lambda portal: sum(_has_dates(revision) for p in portal.projects for revision in p.revisions),
)
def revisions_finish_after_they_start(portal: Portal) -> Iterator[Problem]:
    """No revision sets a finish before its start."""
    for project in portal.projects:
        for revision in project.revisions:
            rule = "finish-before-start"
            yield from date_order_problems(portal, "revisions", revision, "start_date", "finish_date", rule)


def _finishes_before(start: date | None, finish: date | None) -> bool:
    return start is not None and finish is not None and finish < start


@constraint(
    Message("No project's data are dated after this release was put together"),
    "projects",
    cells="as_of_date",
)
def records_are_not_newer_than_the_release(portal: Portal) -> Iterator[Problem]:
    """A release cannot hold values of a day after it was put together; `as_of_date` is the clock of all lateness."""
    created = portal.package.created
    for project in portal.projects:
        if created > date.min and project.as_of_date is not None and project.as_of_date > created:
            message = f'"{project.as_of_date}" is after this release was put together, {created}.'
            hint = 'Correct the date, or set "created" in datapackage.json to the day of this release.'
            yield cell_problem(portal, "projects", project, "as_of_date", "newer-than-release", message, hint)


@constraint(
    Message(
        "No national IDs, telephone numbers, e-mail addresses or bank accounts were found but those allowed with a "
        "reason (columns of codes and numbers were searched for IDs and e-mail addresses only)"
    ),
    "projects",
    count=lambda portal: portal.package.searched,
)
def no_personal_data(_: Portal) -> Iterator[Problem]:
    """No value is personal data. `portal.package` has searched them all while it read them, so no problem is left."""
    return iter(())


CONSTRAINTS: tuple[Constraint, ...] = tuple(
    sorted(registered(Constraint), key=lambda rule: rule.resource in ("areas", *PROCUREMENT_TABLES))
)
"""In the order in which they are shown: those of areas and contracts, which other modules register, come last."""


def check_portal(portal: Portal) -> Iterator[Problem]:
    """Every problem of every constraint. The portal may come from a package that has other problems already."""
    for rule in CONSTRAINTS:
        yield from rule.find(portal)
