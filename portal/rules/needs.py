"""What a rule or a figure needs of a package, as data: a package without it says nothing about anybody.

Needs are written as names: `as_of_date progress_reports.status|progress_percent` are the first and one of the others,
`fiscal_year&monthly_results.result` both together. A name is a column of `projects`, or a column of another table.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import cache

from portal.core.messages import Message
from portal.core.models import Field, Package

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


TITLES: Mapping[str, Message] = {
    "agency_id": Message("agency"),
    "fiscal_year": Message("fiscal year"),
    "source_id": Message("source"),
    "budget_received": Message("budget received"),
    "budget_spent": Message("budget spent"),
    "progress_percent": Message("progress"),
    "start_date": Message("planned start date"),
    "finish_date": Message("planned finish date"),
    "as_of_date": Message("date of the data"),
    "target_value": Message("target value"),
    "result_value": Message("result value"),
    "monthly_results.result": Message("monthly results"),
    "progress_reports.report_date": Message("dated progress reports"),
    "progress_reports.progress_percent": Message("progress in dated reports"),
    AGENCY_REPORTS: Message("any report of the agency in these data"),
    "tenders": Message("tenders of the project"),
    "tenders.method": Message("method of procurement of tenders"),
    "tenders.bidders": Message("number of bidders"),
    "tenders.published_date": Message("publication date of tenders"),
    "contracts": Message("contracts of the project"),
    "contracts_in_force": Message("contracts that are not cancelled"),
    "contracts.method": Message("method of procurement of contracts"),
    "contracts.supplier_id": Message("supplier of contracts"),
    "contracts.first_amount": Message("contract amount in an earlier release"),
    "contracts.amount": Message("contract amount"),
    "contracts.signed_date": Message("day on which contracts were signed"),
    "payments.amount": Message("amounts paid on contracts"),
    "payments.payment_date": Message("days of payments on contracts"),
    "tenders.closing_date": Message("closing date of tenders"),
    "progress_reports.status": Message("status in reports"),
}
"""What is needed in words: a package that lacks a column has no title for it either."""
