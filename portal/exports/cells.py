"""The records of a validated CSV as texts or typed values, and the names of what their codes stand for."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from pathlib import Path

from portal.core.cells import Value, has_value, value_reader
from portal.core.csv_reader import csv_reader
from portal.core.models import Resource


def text_rows(file: Path) -> Iterator[list[str]]:
    """The records of a validated CSV as texts, without the header."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv_reader(text)
        next(rows)
        yield from rows


def row_reader(resource: Resource) -> Callable[[Sequence[str]], list[Value]]:
    """A function that reads the cells of a valid record of `resource`; None where a cell stands for no value."""
    readers = [(has_value(field), value_reader(field)) for field in resource.fields.values()]
    return lambda row: [
        read(cell) if is_filled(cell) else None for cell, (is_filled, read) in zip(row, readers, strict=True)
    ]


def free(name: str, taken: Container[str]) -> str:
    """`name`, or the first of `name (2)`, `name (3)` … that is not in `taken`."""
    number, unused = 1, name
    while unused in taken:
        number += 1
        unused = f"{name} ({number})"
    return unused


LABELS: Mapping[str, str] = {"agencies": "name", "areas": "name", "sources": "title"}
"""The field that names a record for people, by resource. Projects have none here: the title of a project beside each of
its months would make a workbook a third larger, and a third slower to write."""


def labels(resources: Mapping[str, Resource], field: str, resource: Resource, folder: Path) -> Mapping[str, str] | None:
    """The names of the codes in a field, by code: from its closed list, or from the records that it refers to.

    They are in the first language. `folder` holds the CSV of every resource, as `<resource>.csv`. None where the field
    holds no codes.
    """
    described = resource.fields[field]
    if described.labels:
        return {code: label.first for code, label in described.labels.items()}
    target, key = resource.references.get(field, ("", ""))
    if target == resource.name or target not in resources or LABELS.get(target) not in resources[target].fields:
        return None
    names = list(resources[target].fields)
    at, name = names.index(key), names.index(LABELS[target])
    return {row[at]: row[name] for row in text_rows(folder / f"{target}.csv")}
