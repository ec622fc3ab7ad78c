"""What the data officer allows to be published although it is personal: `personal_data_allowed` in datapackage.json."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.descriptors import problem
from portal.core.problems import Problem, shorten, suggest
from portal.package.descriptor import Descriptor
from portal.package.personal_data.folding import comparable
from portal.package.personal_data.texts import Finding
from portal.package.tables import Table

PROPERTY = "personal_data_allowed"
"""The property of datapackage.json that lists what may be published all the same."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What datapackage.json allows."""

    fields: frozenset[tuple[str, str]] = frozenset()
    """Resource and column, of which no cell is searched."""
    values: frozenset[str] = frozenset()
    """Values as `comparable` makes them, allowed wherever they stand."""

    def unexpected(self, findings: Iterable[Finding]) -> Finding | None:
        """The first finding that is not allowed."""
        return next((one for one in findings if comparable(one.text) not in self.values), None)


_EXAMPLE = f'Write "{PROPERTY}": [{{"resource": "agencies", "field": "email", "reason": "…"}}].'


def read_allowed(descriptor: Descriptor, tables: Mapping[str, Table]) -> tuple[Allowed, list[Problem]]:
    """The allowances of a descriptor, and a problem for each that is not sound, which allows nothing.

    Each is an object with a `reason` and either a `resource` and its `field`, or a `value`. No message repeats a value.
    """
    entries = descriptor.content.get(PROPERTY, [])
    if not isinstance(entries, list):
        message = f"{PROPERTY} must be a list of JSON objects."
        return Allowed(), [problem(descriptor.place, PROPERTY, "wrong-type", message, _EXAMPLE)]
    columns = _known_columns(descriptor, tables)
    fields, values, problems = set(), set(), []
    for index, entry in enumerate(entries):
        where = f"{PROPERTY}[{index}]"
        found = list(_check_form(descriptor.place, where, entry))
        if not found and "value" not in entry:
            found = list(_check_field(descriptor, where, entry, columns))
        problems += found
        if not found and "value" in entry:
            values.add(comparable(entry["value"]))
        elif not found:
            fields.add((entry["resource"], entry["field"]))
    return Allowed(frozenset(fields), frozenset(values)), problems


def _known_columns(descriptor: Descriptor, tables: Mapping[str, Table]) -> dict[str, set[str]]:
    """The columns of each resource, those that are described and those that are in its file alone."""
    known = {resource["name"]: {f["name"] for f in resource["schema"]["fields"]} for resource in descriptor.resources}
    for table in tables.values():
        known[table.name] |= {field["name"] for field in table.fields}
    return known


def _check_form(place: str, where: str, entry: Any) -> Iterator[Problem]:
    """An allowance is an object of texts: a reason, and either a value or a resource and its field."""
    known = ("resource", "field", "value", "reason")
    if not isinstance(entry, dict):
        yield problem(place, where, "wrong-type", "an allowance must be a JSON object.", _EXAMPLE)
        return
    if unknown := [key for key in entry if key not in known]:
        for key in unknown:
            message = f'"{shorten(key)}" is not a property of an allowance.'
            hint = suggest(key, known) or f"Write only {', '.join(known)}."
            yield problem(place, f"{where}.{shorten(key)}", "unknown-property", message, hint)
        return
    if "value" in entry and entry.keys() & {"resource", "field"}:
        message = "an allowance is for a value or for a field, not for both."
        yield problem(place, where, "invalid-allowance", message, "Make two of it, each with its reason.")
    for key in ("value", "reason") if "value" in entry else ("resource", "field", "reason"):
        text = entry.get(key)
        if key in entry and not isinstance(text, str):
            yield problem(place, f"{where}.{key}", "wrong-type", f"{key} must be a text.", "Write it in quotes.")
        elif not text or not text.strip():
            message = f"an allowance must have the property {key}, a text."
            yield problem(place, f"{where}.{key}", "missing-property", message, _MEANING[key])
        elif key == "value" and not comparable(text):
            message = "a value that is allowed is a number, an address or an id: nothing else is searched for."
            yield problem(place, f"{where}.{key}", "invalid-allowance", message, _MEANING[key])


_MEANING = {
    "resource": "Name the resource and its field, or give the value alone.",
    "field": "Name the column of the resource that may hold personal data.",
    "value": "Write the number or the address that may be published.",
    "reason": "Say why it may be published.",
}


def _check_field(descriptor: Descriptor, where: str, entry: Any, columns: Mapping[str, set[str]]) -> Iterator[Problem]:
    """The field of an allowance is there. Of a resource that has problems already nothing is said."""
    name, field = entry["resource"], entry["field"]
    names = [
        r["name"] for r in descriptor.content["resources"] if isinstance(r, dict) and isinstance(r.get("name"), str)
    ]
    if name not in names:
        message = f'"{shorten(name)}" is not a resource of the package.'
        hint = suggest(name, names) or "Correct the name."
        yield problem(descriptor.place, f"{where}.resource", "unknown-resource", message, hint)
    elif name in columns and field not in columns[name]:
        message = f'"{shorten(field)}" is not a field of {name}.'
        hint = suggest(field, columns[name]) or "Correct the name."
        yield problem(descriptor.place, f"{where}.field", "unknown-field", message, hint)
