"""What a rule or a figure needs of a package, as data: a package without it says nothing about anybody.

Needs are written as names: `as_of_date progress_reports.status|progress_percent` are the first and one of the others,
`fiscal_year&monthly_results.result` both together. A name is a column of `projects`, or a column of another table.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import cache

from portal.core.models import Bilingual, Field, Package

FINISHED = "progress_percent|progress_reports.status"
"""What can say that a project is finished, or that it is not."""

REPORTS = "monthly_results.result|progress_reports.report_date"
"""What can say that something was reported on a project."""

DATED_REPORTS = "fiscal_year&monthly_results.result|progress_reports.report_date"
"""What can say when something was reported: a month is one of a fiscal year."""

REPORT_TABLES = ("monthly_results", "progress_reports", "evaluations", "revisions")
"""The resources with what was reported on projects."""

PROCUREMENT_TABLES = ("tenders", "contracts", "suppliers", "payments")
"""The resources of procurement. Of a package that has none of them no rule on them is mentioned."""

RECORD_TABLES = (*REPORT_TABLES, "tenders", "contracts", "payments")
"""The resources with records of projects."""

AGENCY_REPORTS = "agency_reports"
"""Any report of any project of the agency: without one nobody can say that it did not report on a project. It is no
column, nor an input of one project.
"""


def columns(fields: Mapping[str, Mapping[str, Field]]) -> frozenset[str]:
    """The columns that a package has, by the names that needs are written in. `fields` are by resource.

    Of a table of reports a column counts where it has a value: a row that nobody wrote says nothing about anybody,
    while a blank cell of a project is said of that project.
    """
    return frozenset(
        name if resource == "projects" else f"{resource}.{name}"
        for resource, described in fields.items()
        for name, field in described.items()
        if resource == "projects" or field.filled
    )


def package_columns(package: Package) -> frozenset[str]:
    """The columns that `package` has, as `columns` names them."""
    return columns({name: resource.fields for name, resource in package.resources.items()})


def unmet(needs: str, has: Callable[[str], bool]) -> tuple[str, ...]:
    """The names that are missing, in the order of `needs`; none where all needs are met."""
    missing: dict[str, None] = {}
    for ways in _parsed(needs):
        if not any(all(map(has, way)) for way in ways):
            missing |= dict.fromkeys(name for way in ways for name in way if not has(name))
    return tuple(missing)


def is_mentioned(needs: str, tables: Container[str]) -> bool:
    """Whether a package with these tables has anything to do with what a rule needs.

    It has not, if columns of `PROCUREMENT_TABLES` are needed and it has none of the tables that these are of.
    """
    needed = [name.rpartition(".")[0] for name in names_of(needs)]
    procurement = [table for table in needed if table in PROCUREMENT_TABLES]
    return not procurement or any(table in tables for table in procurement)


def names_of(needs: str) -> list[str]:
    """The names that needs are written in, in their order."""
    return [name for ways in _parsed(needs) for way in ways for name in way]


@cache
def _parsed(needs: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The ways to meet each need, each as names that are needed together."""
    return tuple(tuple(tuple(way.split("&")) for way in need.split("|")) for need in needs.split())


TITLES: Mapping[str, Bilingual] = {
    "agency_id": Bilingual("หน่วยงาน", "agency"),
    "fiscal_year": Bilingual("ปีงบประมาณ", "fiscal year"),
    "source_id": Bilingual("แหล่งข้อมูล", "source"),
    "budget_received": Bilingual("งบประมาณที่ได้รับ", "budget received"),
    "budget_spent": Bilingual("งบประมาณที่ใช้ไป", "budget spent"),
    "progress_percent": Bilingual("ความคืบหน้า", "progress"),
    "start_date": Bilingual("วันเริ่มต้นตามแผน", "planned start date"),
    "finish_date": Bilingual("วันสิ้นสุดตามแผน", "planned finish date"),
    "as_of_date": Bilingual("วันที่ของข้อมูล", "date of the data"),
    "target_value": Bilingual("เป้าหมายโครงการ", "target value"),
    "result_value": Bilingual("ผลการดำเนินการ", "result value"),
    "monthly_results.result": Bilingual("ผลงานรายเดือน", "monthly results"),
    "progress_reports.report_date": Bilingual("รายงานความคืบหน้าที่ระบุวันที่", "dated progress reports"),
    "progress_reports.progress_percent": Bilingual("ความคืบหน้าในรายงานที่ระบุวันที่", "progress in dated reports"),
    AGENCY_REPORTS: Bilingual("รายงานใด ๆ ของหน่วยงานในชุดข้อมูลนี้", "any report of the agency in these data"),
    "tenders": Bilingual("ประกาศจัดซื้อจัดจ้างของโครงการ", "tenders of the project"),
    "tenders.method": Bilingual("วิธีจัดซื้อจัดจ้างในประกาศ", "method of procurement of tenders"),
    "tenders.bidders": Bilingual("จำนวนผู้ยื่นข้อเสนอ", "number of bidders"),
    "tenders.published_date": Bilingual("วันที่ประกาศ", "publication date of tenders"),
    "contracts": Bilingual("สัญญาของโครงการ", "contracts of the project"),
    "contracts_in_force": Bilingual("สัญญาที่ไม่ถูกยกเลิก", "contracts that are not cancelled"),
    "contracts.method": Bilingual("วิธีจัดซื้อจัดจ้างตามสัญญา", "method of procurement of contracts"),
    "contracts.supplier_id": Bilingual("คู่สัญญา", "supplier of contracts"),
    "contracts.first_amount": Bilingual("วงเงินตามสัญญาที่เผยแพร่ก่อนหน้า", "contract amount in an earlier release"),
    "contracts.amount": Bilingual("วงเงินตามสัญญา", "contract amount"),
    "contracts.signed_date": Bilingual("วันลงนามในสัญญา", "day on which contracts were signed"),
    "payments.amount": Bilingual("จำนวนเงินที่จ่ายตามสัญญา", "amounts paid on contracts"),
    "payments.payment_date": Bilingual("วันที่จ่ายเงินตามสัญญา", "days of payments on contracts"),
    "tenders.closing_date": Bilingual("วันปิดรับข้อเสนอ", "closing date of tenders"),
    "progress_reports.status": Bilingual("สถานะในรายงาน", "status in reports"),
}
"""What is needed in words: a package that lacks a column has no title for it either."""
