"""The cells of a validated CSV -> typed values, as their Table Schema says.

https://datapackage.org/standard/table-schema/. Types that have no counterpart outside the standard (duration, list,
geopoint, object …) stay texts in every format, as they do in the CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from portal.core.models import Field, Resource

Value = str | int | Decimal | bool | date | datetime | None


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
    # How much a cell may hold has been looked at already (see `datapackage.files`); here nothing is cut off.
    csv.field_size_limit(2**31 - 1)
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text, strict=True)
        next(rows)
        yield from rows


TEXTS = ("string", "any")
"""Types of which a cell of white space alone is no value, on the pages as in every export."""


def is_value(field: Field) -> Callable[[str], bool]:
    """What tells whether a cell stands for a value."""
    if field.type in TEXTS:
        return lambda cell: cell not in field.missing and cell != "" and not cell.isspace()
    return lambda cell: cell not in field.missing


def typed_rows(resource: Resource, file: Path) -> Iterator[list[Value]]:
    """The records of a validated CSV, typed; None where a cell stands for no value."""
    readers = [(is_value(field), reader(field)) for field in resource.fields.values()]
    for row in text_rows(file):
        yield [read(cell) if known(cell) else None for cell, (known, read) in zip(row, readers, strict=True)]


def plain(value: Value) -> str | int | Decimal | bool | None:
    """A typed value as JSON has it: numbers are numbers, days and times texts of ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value


def free(name: str, taken: Container[str]) -> str:
    """`name`, or one like it that is not taken."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found


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
