"""What the portal itself reads of a package: the columns of each resource, and the keys that join them.

A descriptor may describe more and demand more. These hold whatever it says: a package that breaks them cannot be joined
without losing rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from portal.core.models import Agency, Bilingual, Evaluation, MonthlyResult, ProgressReport, Project, Revision, Source

_TYPES = {
    str: "string",
    Bilingual: "string",
    int: "integer",
    Decimal: "number",
    date: "date",
    datetime: "datetime",
}


def _columns(model: type[Any], *keys: str) -> Mapping[str, str]:
    """The keys, which are texts, and the columns that become attributes of `model`, with their Table Schema types."""
    columns = dict.fromkeys(keys, "string")
    for name, hint in get_type_hints(model).items():
        kinds = [_TYPES[kind] for kind in (hint, *get_args(hint)) if kind in _TYPES]
        if kinds and name not in ("row", "extra", "published_progress"):
            columns[name] = kinds[0]
    return columns


COLUMNS: Mapping[str, Mapping[str, str]] = {
    "projects": _columns(Project, "agency_id", "source_id"),
    "monthly_results": _columns(MonthlyResult, "project_id"),
    "progress_reports": _columns(ProgressReport, "project_id"),
    "evaluations": _columns(Evaluation, "project_id"),
    "revisions": _columns(Revision, "project_id"),
    "agencies": _columns(Agency, "name_en"),
    "sources": _columns(Source),
}
"""The columns that have a meaning of their own, with their types, by resource."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "projects": ("project_id", "title"),
    "monthly_results": ("project_id", "month"),
    "progress_reports": ("project_id", "report_date"),
    "evaluations": ("project_id",),
    "revisions": ("project_id", "revised_at"),
    "agencies": ("agency_id", "name"),
    "sources": ("source_id", "title"),
}
"""The columns that must be there and have no blank cell."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "projects": ("project_id",),
    "monthly_results": ("project_id", "month"),
    "agencies": ("agency_id",),
    "sources": ("source_id",),
}
"""The columns whose values, taken together, occur once."""

JOINS: Mapping[str, str] = {"project_id": "projects", "agency_id": "agencies", "source_id": "sources"}
"""The resource in which the values of a column are looked up, by the column's name."""
