"""Projects -> files that other programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal import urls
from portal.models import Agency, Project, Source


def write_records(projects: Sequence[Project], folder: Path) -> None:
    """Write the record of each project beside its page in the site's `folder`. Runs in a worker."""
    for project in projects:
        path = folder / urls.output_path(urls.record(project.project_id), "th")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(project_record(project), "utf-8")


def project_record(project: Project) -> str:
    """All that the package says of a project, as JSON.

    Keys are the columns of `projects`, then the resources that report on it, each a list of their rows. Numbers are
    numbers, days and times ISO 8601 in C.E., and null is not reported.
    """
    return json.dumps(_plain(project), ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Agency):
        return value.agency_id
    if isinstance(value, Source):
        return value.source_id
    if is_dataclass(value):
        return _columns(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value


_COLUMNS: Mapping[str, str] = {"agency": "agency_id", "source": "source_id"}


def _columns(record: Any) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name == "extra":
            columns |= {name: _plain(cell) for name, cell in value.items()}
        elif field.name != "row":
            columns[_COLUMNS.get(field.name, field.name)] = _plain(value)
    return columns
