"""The columns that the portal knows, by resource, and the keys that join the resources.

A descriptor may describe more columns and have stricter rules. The rules here always apply: without them, rows would be
lost when the tables are joined.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_type_hints

from portal.core.models import (
    Agency,
    Area,
    Contract,
    Evaluation,
    Language,
    MonthlyResult,
    Payment,
    ProgressReport,
    Project,
    Revision,
    Source,
    Supplier,
    Tender,
    Text,
    names_in,
)

_TYPES = {
    str: "string",
    Text: "string",
    int: "integer",
    Decimal: "number",
    date: "date",
    datetime: "datetime",
}


def _columns(model: type[Any], *keys: str) -> Mapping[str, str]:
    """The Table Schema types of `keys`, which are texts, and of the columns that become attributes of `model`."""
    columns = dict.fromkeys(keys, "string")
    for name, hint in get_type_hints(model).items():
        kinds = [_TYPES[kind] for kind in (hint, *get_args(hint)) if kind in _TYPES]
        if kinds and name not in ("row", "extra", "published_progress", "is_placed_by_agency", "first_amount"):
            columns[name] = kinds[0]
    return columns


COLUMNS: Mapping[str, Mapping[str, str]] = {
    "projects": _columns(Project, "agency_id", "source_id", "area_id"),
    "monthly_results": _columns(MonthlyResult, "project_id"),
    "progress_reports": _columns(ProgressReport, "project_id"),
    "evaluations": _columns(Evaluation, "project_id"),
    "revisions": _columns(Revision, "project_id"),
    "agencies": _columns(Agency, "area_id"),
    "sources": _columns(Source),
    "areas": _columns(Area),
    "project_areas": {"project_id": "string", "area_id": "string"},
    "suppliers": _columns(Supplier),
    "tenders": _columns(Tender, "project_id"),
    "contracts": _columns(Contract, "project_id", "supplier_id"),
    "payments": _columns(Payment, "contract_id"),
}
"""The columns that the portal knows, with their Table Schema types, by resource. Any other column is shown as it is.

Not among them are those of further languages, which `columns_of` knows.
"""

TRANSLATED: Mapping[str, tuple[str, ...]] = {
    "agencies": ("name",),
    "areas": ("name", "short_name"),
    "suppliers": ("name",),
}
"""The columns with texts that may be given in each language of the city."""


@cache
def columns_of(resource: str, languages: tuple[Language, ...]) -> Mapping[str, str]:
    """The columns of a resource that the portal of a city with these languages knows, with their types."""
    translated = (names_in(name, languages) for name in TRANSLATED.get(resource, ()))
    return {**COLUMNS.get(resource, {}), **{column: "string" for names in translated for column in names}}


NEEDED: Mapping[str, tuple[str, ...]] = {
    "projects": ("project_id", "title"),
    "monthly_results": ("project_id", "month"),
    "progress_reports": ("project_id", "report_date"),
    "evaluations": ("project_id",),
    "revisions": ("project_id", "revised_at"),
    "agencies": ("agency_id", "name"),
    "sources": ("source_id", "title"),
    "areas": ("area_id", "name"),
    "project_areas": ("project_id", "area_id"),
    "suppliers": ("supplier_id", "name"),
    "tenders": ("tender_id",),
    "contracts": ("contract_id", "project_id"),
    "payments": ("payment_id", "contract_id"),
}
"""The columns that a resource must have, without any blank cell."""

JOINS: Mapping[str, str] = {
    "project_id": "projects",
    "agency_id": "agencies",
    "source_id": "sources",
    "area_id": "areas",
    "tender_id": "tenders",
    "supplier_id": "suppliers",
    "contract_id": "contracts",
}
"""The resource to which the values of a column refer, by the name of the column."""

PARENTS: Mapping[str, tuple[str, str]] = {"areas": ("parent_id", "area_id")}
"""Of a resource whose records are parts of others of it: the column that names the whole, and the key to which it
refers."""

IDS: frozenset[str] = frozenset({"project_id", "agency_id", "area_id", "policy_id", "supplier_id"})
"""The columns whose values become parts of addresses, and so have no invisible characters."""

RANGES: Mapping[str, tuple[int, int]] = {
    "month": (1, 12),
    "quarter": (1, 4),
    "progress_percent": (0, 100),
    "score": (0, 100),
    "tile_column": (1, 40),
    "tile_row": (1, 40),
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "bidders": (0, 10_000),
} | dict.fromkeys(
    ("budget_received", "budget_spent", "target_value", "result_value", "result", "weight", "value", "amount"),
    (0, 10**15),
)
"""The lowest and the highest value of each number of a project and its records, and of an area; those of a fiscal year
depend on the calendar in which it is written."""

_RANGES_OF_TABLES: Mapping[tuple[str, str], tuple[int, int]] = {("payments", "amount"): (-(10**15), 10**15)}
"""Those that are others in one table, by table and column: a payment below zero is a refund, as in OCDS."""


def range_of(resource: str, name: str, fiscal_years: range) -> tuple[int, int] | None:
    """The lowest and the highest value of a number in a table; None where any is possible."""
    if name == "fiscal_year":
        return fiscal_years[0], fiscal_years[-1]
    return _RANGES_OF_TABLES.get((resource, name), RANGES.get(name))
