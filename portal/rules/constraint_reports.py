"""The constraints that a published package satisfies, with how many records or cells each was checked against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.core.models import Field, Portal, Resource, Text
from portal.rules.constraints import CONSTRAINTS
from portal.rules.needs import PROCUREMENT_TABLES


@dataclass(frozen=True, slots=True)
class ConstraintReport:
    """A constraint that the package satisfies, of its schemas or of the portal's own."""

    resource: str
    field: str | None
    """None: of each record, or of several records together."""
    rule: str
    """As Table Schema calls it; `row` is the form of each record, and any other name is that of a registered rule."""
    value: Any
    """The limit, pattern or list; the fields of a key; where a reference leads. None where the name says it all."""
    covered: int
    """The records, or the cells with a value, that were checked."""
    title: Text | None = None
    """In words, of a registered rule."""


def constraint_reports(portal: Portal) -> Iterator[ConstraintReport]:
    """Every constraint of the schemas, by resource, and then those of the portal's own. `portal` has no problem."""
    for resource in portal.package.resources.values():
        yield from _of_resource(resource)
    languages = portal.package.conventions.languages
    for rule in CONSTRAINTS:
        if rule.resource in PROCUREMENT_TABLES and rule.resource not in portal.package.resources:
            continue
        yield ConstraintReport(rule.resource, None, rule.name, None, rule.count(portal), rule.title.text(languages))


def _of_resource(resource: Resource) -> Iterator[ConstraintReport]:
    yield ConstraintReport(resource.name, None, "row", None, resource.rows)
    for key in resource.keys:
        # A blank takes part as a value, so a record is covered where any field of its key has one.
        covered = max(resource.fields[name].filled for name in key)
        yield ConstraintReport(resource.name, None, "uniqueKeys", key, covered)
    for field in resource.fields.values():
        for rule, value in _of_field(resource, field):
            covered = resource.rows if rule == "required" else field.filled
            yield ConstraintReport(resource.name, field.name, rule, value, covered)


def _of_field(resource: Resource, field: Field) -> Iterator[tuple[str, Any]]:
    """The constraints of a column, each with its value."""
    if field.type not in ("string", "any"):
        yield "type", field.type
    if field.format != "default":
        yield "format", field.format
    for name, value in field.constraints.items():
        if value is not False:
            yield name, None if value is True else value
    if field.name in resource.references:
        yield "foreignKeys", resource.references[field.name]
