"""Personal data that the data officer allows to be published: `personal_data_allowed` in datapackage.json."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.descriptors import problem
from portal.core.problems import Problem, shorten, suggest
from portal.package.descriptor import Descriptor
from portal.package.personal_data.folding import comparable
from portal.package.personal_data.texts import Finding
from portal.package.tables import Table

PROPERTY = "personal_data_allowed"
"""The property of datapackage.json that lists the allowances."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The columns and values that datapackage.json allows."""

    fields: frozenset[tuple[str, str]] = frozenset()
    """Resource and column, in which no cell is searched."""
    values: frozenset[str] = frozenset()
    """Values in the form of `comparable`; they are allowed in any text."""

    def unexpected(self, findings: Iterable[Finding]) -> Finding | None:
        """The first finding that is not allowed."""
        return next((finding for finding in findings if comparable(finding.text) not in self.values), None)


def allowed_by(entries: Collection[Mapping[str, Any]]) -> Allowed:
    """What valid allowances of a descriptor allow."""
    values = frozenset(comparable(entry["value"]) for entry in entries if "value" in entry)
    return Allowed(frozenset((entry["resource"], entry["field"]) for entry in entries if "value" not in entry), values)


_EXAMPLE = f'Write "{PROPERTY}": [{{"resource": "agencies", "field": "email", "reason": "…"}}].'


def read_allowed(descriptor: Descriptor, tables: Mapping[str, Table]) -> tuple[Allowed, list[Problem]]:
    """The allowances of a descriptor, and a problem for each that is not valid, which then allows nothing.

    Each is an object with a `reason` and either a `resource` and its `field`, or a `value`. No message repeats a value.
    """
    entries = descriptor.content.get(PROPERTY, [])
    if not isinstance(entries, list):
        message = f"{PROPERTY} must be a list of JSON objects."
        return Allowed(), [problem(descriptor.place, PROPERTY, "wrong-type", message, _EXAMPLE)]
    columns = _all_columns(descriptor, tables)
    valid, problems = [], []
    for index, entry in enumerate(entries):
        where = f"{PROPERTY}[{index}]"
        problems_of_entry = list(_check_form(descriptor.place, where, entry))
        if not problems_of_entry and "value" not in entry:
            problems_of_entry = list(_check_field(descriptor, where, entry, columns))
        problems += problems_of_entry
        valid += [] if problems_of_entry else [entry]
    return allowed_by(valid), problems


def _all_columns(descriptor: Descriptor, tables: Mapping[str, Table]) -> dict[str, set[str]]:
    """The columns of each resource, in the descriptor or in the file."""
    columns = {resource["name"]: {f["name"] for f in resource["schema"]["fields"]} for resource in descriptor.resources}
    for table in tables.values():
        columns[table.name] |= {field["name"] for field in table.fields}
    return columns


def _check_form(place: str, where: str, entry: Any) -> Iterator[Problem]:
    """Problems of an entry that has not a reason, and either a value or a resource and its field, all of them texts."""
    properties = ("resource", "field", "value", "reason")
    if not isinstance(entry, dict):
        yield problem(place, where, "wrong-type", "an allowance must be a JSON object.", _EXAMPLE)
        return
    if unknown := [key for key in entry if key not in properties]:
        for key in unknown:
            message = f'"{shorten(key)}" is not a property of an allowance.'
            hint = suggest(key, properties) or f"Write only {', '.join(properties)}."
            yield problem(place, f"{where}.{shorten(key)}", "unknown-property", message, hint)
        return
    if "value" in entry and entry.keys() & {"resource", "field"}:
        message = "an allowance is for a value or for a field, not for both."
        yield problem(place, where, "invalid-allowance", message, "Write two allowances, each with its reason.")
    for key in ("value", "reason") if "value" in entry else ("resource", "field", "reason"):
        text = entry.get(key)
        if key in entry and not isinstance(text, str):
            yield problem(place, f"{where}.{key}", "wrong-type", f"{key} must be a text.", "Write it in quotes.")
        elif not text or not text.strip():
            message = f"an allowance must have the property {key}, a text."
            yield problem(place, f"{where}.{key}", "missing-property", message, _MEANING[key])
        elif key == "value" and not comparable(text):
            message = "an allowed value must be a number, an address or an id; nothing else is searched for."
            yield problem(place, f"{where}.{key}", "invalid-allowance", message, _MEANING[key])


_MEANING = {
    "resource": "Name the resource and its field, or give the value alone.",
    "field": "Name the column of the resource that may hold personal data.",
    "value": "Write the number or the address that may be published.",
    "reason": "Say why it may be published.",
}


def _check_field(descriptor: Descriptor, where: str, entry: Any, columns: Mapping[str, set[str]]) -> Iterator[Problem]:
    """Problems of an allowance whose resource or field does not exist; none for a resource that has other problems."""
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
