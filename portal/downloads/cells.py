"""The cells of a validated CSV -> typed values, as their Table Schema says.

https://datapackage.org/standard/table-schema/. Types that have no counterpart outside the standard (duration, list,
geopoint, object …) stay texts in every format, as they do in the CSV.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from portal.formats import json_number
from portal.models import Field, Resource

Value = str | int | Decimal | bool | date | datetime | None

_FORMS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M:%S"}


def form(field: Field) -> str:
    """How the cells of a date or datetime field are written, as `strptime` has it."""
    return _FORMS[field.type] if field.format == "default" else field.format


def reader(field: Field) -> Callable[[str], Value]:
    """What makes a typed value of a cell that stands for one."""
    match field.type:
        case "integer" | "year":
            return int
        case "number":
            return Decimal
        case "boolean":
            return field.booleans.__getitem__
        case "date" if field.format == "default":
            return date.fromisoformat
        case "datetime" if field.format == "default":
            return datetime.fromisoformat
        case "date":
            return lambda cell: datetime.strptime(cell, field.format).date()
        case "datetime":
            return lambda cell: datetime.strptime(cell, field.format).replace(tzinfo=None)
    return str


def text_rows(file: Path) -> Iterator[list[str]]:
    """The records of a validated CSV as texts, without the header."""
    # A cell of the package may hold a million characters (see `datapackage.files`); Python stops at 131,072.
    csv.field_size_limit(2**31 - 1)
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text, strict=True)
        next(rows)
        yield from rows


def typed_rows(resource: Resource, file: Path) -> Iterator[list[Value]]:
    """The records of a validated CSV, typed; None where a cell stands for no value."""
    readers = [(field.missing, reader(field)) for field in resource.fields.values()]
    for row in text_rows(file):
        yield [None if cell in missing else read(cell) for cell, (missing, read) in zip(row, readers, strict=True)]


def plain(value: Value) -> str | int | float | bool | None:
    """A typed value as JSON has it: numbers are numbers, days and times texts of ISO 8601."""
    if isinstance(value, Decimal):
        return json_number(value)
    return value.isoformat() if isinstance(value, date) else value


def as_json(values: Mapping[str, object]) -> str:
    """An object on one line."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


LABELS: Mapping[str, str] = {"agencies": "name", "sources": "title"}
"""The field by which people know a record, by resource. The name of a project beside each of its months would make a
workbook a third larger and slower."""


def labels(resources: Mapping[str, Resource], field: str, resource: Resource, folder: Path) -> Mapping[str, str] | None:
    """What people call the codes of a field, in Thai: its closed list, or the records that it refers to.

    `folder` holds every CSV under its resource's name. None where the field holds no codes.
    """
    described = resource.fields[field]
    if described.labels:
        return {code: label.th for code, label in described.labels.items()}
    target, key = resource.references.get(field, ("", ""))
    if target == resource.name or target not in resources or LABELS.get(target) not in resources[target].fields:
        return None
    names = list(resources[target].fields)
    at, name = names.index(key), names.index(LABELS[target])
    return {row[at]: row[name] for row in text_rows(folder / f"{target}.csv")}
