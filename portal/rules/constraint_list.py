"""The rules that a package kept, with how many records or cells each was held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.core.calendars import FIRST_DAY, LAST_DAY
from portal.core.models import Bilingual, Field, Portal, ProgressReport, Project, Resource, Revision
from portal.core.problems import Problem
from portal.rules import constraints as checks


@dataclass(frozen=True, slots=True)
class Constraint:
    """Something that was demanded, and held."""

    resource: str
    field: str | None
    """None: of each record, or of several records together."""
    rule: str
    """As Table Schema calls it; `row` is the form of each record, and any other name is a rule of the portal's own."""
    value: Any
    """The limit, pattern or list; the fields of a key; where a reference leads. None where the name says it all."""
    covered: int
    """The records, or the cells with a value, that it was held against."""
    title: Bilingual | None = None
    """In words, of a rule of the portal's own."""


def rules(portal: Portal) -> Iterator[Constraint]:
    """Every rule of the schemas, by resource, and then those of the portal's own."""
    for resource in portal.package.resources.values():
        yield Constraint(resource.name, None, "row", None, resource.rows)
        for key in resource.keys:
            # A blank takes part as a value, so a record is covered where any field of its key has one.
            covered = max(resource.fields[name].filled for name in key)
            yield Constraint(resource.name, None, "uniqueKeys", key, covered)
        for column in resource.fields.values():
            yield from _field_rules(resource, column)
    for check in CHECKS:
        yield Constraint(check.resource, None, check.rule, None, check.covered(portal), check.title)


def _field_rules(resource: Resource, column: Field) -> Iterator[Constraint]:
    if column.type not in ("string", "any"):
        yield Constraint(resource.name, column.name, "type", column.type, column.filled)
    if column.format != "default":
        yield Constraint(resource.name, column.name, "format", column.format, column.filled)
    for name, value in column.constraints.items():
        if value is not False:
            covered = resource.rows if name == "required" else column.filled
            yield Constraint(resource.name, column.name, name, None if value is True else value, covered)
    if column.name in resource.references:
        yield Constraint(resource.name, column.name, "foreignKeys", resource.references[column.name], column.filled)


@dataclass(frozen=True, slots=True)
class Check:
    """A rule of the portal's own, which holds records against each other or against what can be published."""

    rule: str
    resource: str
    """The one that it is mainly about."""
    title: Bilingual
    covered: Callable[[Portal], int]
    """The records or cells that have what it looks at."""


def _check(
    find: Callable[[Portal], Iterator[Problem]], resource: str, th: str, en: str, covered: Callable[[Portal], int]
) -> Check:
    return Check(find.__name__.replace("_", "-"), resource, Bilingual(th, en), covered)


def _cells(*columns: tuple[str, str]) -> Callable[[Portal], int]:
    """Counts the cells with a value of these columns, each a resource and a field."""

    def count(portal: Portal) -> int:
        resources = portal.package.resources
        return sum(
            resources[name].fields[column].filled
            for name, column in columns
            if name in resources and column in resources[name].fields
        )

    return count


def _records(portal: Portal) -> int:
    """The projects and all that was reported on them."""
    kinds = ("monthly_results", "progress_reports", "evaluations", "revisions")
    return len(portal.projects) + sum(len(getattr(project, kind)) for project in portal.projects for kind in kinds)


def _has_dates(one: Project | Revision) -> bool:
    return one.start_date is not None and one.finish_date is not None


def _follows_a_start(project: Project, one: ProgressReport) -> bool:
    return project.start_date is not None and one.report_date is not None


CHECKS = (
    _check(
        checks.ids_make_addresses,
        "projects",
        "รหัสโครงการ รหัสหน่วยงาน และรหัสนโยบายเป็นส่วนหนึ่งของที่อยู่เว็บได้",
        "IDs of projects, agencies and policies can be part of a web address",
        _cells(("projects", "project_id"), ("projects", "policy_id"), ("agencies", "agency_id")),
    ),
    _check(
        checks.ids_differ_in_more_than_case,
        "projects",
        "ไม่มีรหัสโครงการที่ต่างกันเพียงตัวพิมพ์เล็กและตัวพิมพ์ใหญ่",
        "No two project IDs differ only in upper and lower case",
        _cells(("projects", "project_id")),
    ),
    _check(
        checks.strategies_have_addresses_of_their_own,
        "projects",
        "ไม่มีชื่อยุทธศาสตร์ที่ต่างกันเพียงเว้นวรรคหรือเครื่องหมาย",
        "No two names of strategies differ only in spaces or signs",
        _cells(("projects", "strategy")),
    ),
    _check(
        checks.names_are_short,
        "projects",
        f"ชื่อโครงการ ยุทธศาสตร์ และหน่วยงานยาวไม่เกิน {checks.MAX_NAME} ตัวอักษร",
        f"Names of projects, strategies and agencies have at most {checks.MAX_NAME} characters",
        _cells(("projects", "title"), ("projects", "strategy"), ("agencies", "name"), ("agencies", "name_en")),
    ),
    _check(
        checks.agencies_have_plain_email_addresses,
        "agencies",
        "อีเมลของหน่วยงานเป็นที่อยู่อีเมลเดียว",
        "The e-mail address of an agency is a single one",
        _cells(("agencies", "email")),
    ),
    _check(
        checks.statuses_are_known,
        "progress_reports",
        "สถานะในรายงานเป็นคำที่เว็บไซต์นี้รู้จัก",
        "A reported status is a word that this site knows",
        _cells(("progress_reports", "status")),
    ),
    _check(
        checks.numbers_can_be_shown,
        "projects",
        "ตัวเลขของโครงการและรายงานอยู่ในช่วงที่เป็นไปได้ เช่น เดือน 1 ถึง 12 และร้อยละ 0 ถึง 100",
        "Numbers of projects and reports are possible ones, such as months from 1 to 12 and percentages from 0 to 100",
        _records,
    ),
    _check(
        checks.dates_can_be_shown,
        "projects",
        f"วันที่ของโครงการและรายงานอยู่ในช่วง ค.ศ. {FIRST_DAY.year} ถึง {LAST_DAY.year}",
        f"Dates of projects and reports are from {FIRST_DAY.year} to {LAST_DAY.year} of the common era",
        _records,
    ),
    _check(
        checks.sources_link_to_the_web,
        "sources",
        "ที่อยู่ของแหล่งข้อมูลเป็นที่อยู่เว็บ",
        "The address of a source is an address of the web",
        _cells(("sources", "url")),
    ),
    _check(
        checks.projects_finish_after_they_start,
        "projects",
        "ไม่มีโครงการที่สิ้นสุดก่อนวันเริ่ม",
        "No project finishes before it starts",
        lambda portal: sum(map(_has_dates, portal.projects)),
    ),
    _check(
        checks.reports_follow_the_start,
        "progress_reports",
        "ไม่มีรายงานความคืบหน้าก่อนวันเริ่มโครงการ",
        "No progress is reported before the project starts",
        lambda portal: sum(_follows_a_start(p, one) for p in portal.projects for one in p.progress_reports),
    ),
    _check(
        checks.revisions_finish_after_they_start,
        "revisions",
        "ไม่มีการปรับปรุงข้อมูลที่ตั้งวันสิ้นสุดก่อนวันเริ่ม",
        "No revision sets a finish before its start",
        lambda portal: sum(_has_dates(one) for p in portal.projects for one in p.revisions),
    ),
    _check(
        checks.records_are_not_newer_than_the_release,
        "projects",
        "ไม่มีโครงการใดที่วันที่ของข้อมูลอยู่หลังวันที่จัดทำชุดข้อมูล",
        "No project's data are dated after this release was put together",
        _cells(("projects", "as_of_date")),
    ),
    Check(
        "no-personal-data",
        "projects",
        Bilingual(
            "ไม่พบเลขประจำตัวประชาชน หมายเลขโทรศัพท์ อีเมล และเลขบัญชีธนาคาร นอกจากที่อนุญาตไว้พร้อมเหตุผล "
            "(ในช่องรหัสและตัวเลขค้นหาเฉพาะเลขประจำตัวประชาชนและอีเมล)",
            "No national IDs, telephone numbers, e-mail addresses or bank accounts were found but those allowed with a "
            "reason (columns of codes and numbers were searched for IDs and e-mail addresses only)",
        ),
        lambda portal: portal.package.searched,
    ),
)
"""The rules of the portal's own, in the order in which they are listed."""
