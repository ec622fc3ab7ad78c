"""The Table Schemas of a descriptor: their fields, their keys, and the resources to which the keys refer."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from frictionless import Field, FrictionlessException, Schema

from portal.core.descriptors import problem
from portal.core.models import Language, names_in
from portal.core.problems import Problem, shorten, suggest
from portal.core.text import is_blank, plain_name, unseen_name
from portal.package import cells
from portal.package.columns import NEEDED, columns_of
from portal.package.patterns import unreadable_pattern

STANDARD = "See the Data Package standard, version 2."
TEXTS = ("title", "description", "unit")
"""The properties of a resource or a field that are texts for people."""

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_NUMBER_SIGNS = ("groupChar", "decimalChar", "bareNumber", "floatNumber")


def notes(validate: Callable[[], object]) -> list[str]:
    """The errors of Frictionless when `validate` is called, each as a sentence without its full stop."""
    try:
        validate()
    except FrictionlessException as error:
        return [shorten(e.note, 300) for e in (error.reasons or [error.error])]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # Frictionless fails where a value has not the type of the standard, such as a number in place of a list.
        return [f"a value is not of the type that the standard requires ({shorten(error)})"]
    return []


def check_texts(
    place: str, where: str, described: Mapping[str, Any], languages: Sequence[Language], names: Sequence[str] = TEXTS
) -> Iterator[Problem]:
    """Problems of the properties `names` that are not texts in one of the languages.

    `where` is the path of `described` with a dot behind it.
    """
    for key in (key for name in names for key in names_in(name, languages)):
        if not isinstance(described.get(key, ""), str):
            message = f"{key} must be a text."
            yield problem(place, f"{where}{key}", "wrong-type", message, "Put it in quotes.", described[key])


def check_schema(
    place: str, where: str, resource: object, schema: Any, languages: tuple[Language, ...]
) -> list[Problem]:
    """The problems of the schema of `resource` (its name); `where` is the path of the property in the descriptor."""
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not fields:
        message = "schema must be a JSON object that lists the fields of the CSV."
        hint = "Write it here; a path or an address is not followed."
        return [problem(place, where, "missing-schema", message, hint)]
    names: set[str] = set()
    problems = [
        p
        for i, field in enumerate(fields)
        for p in _check_field(place, f"{where}.fields[{i}]", field, names, languages)
    ]
    if problems:
        return problems
    problems = [*_check_known(place, where, resource, fields, languages)]
    # A name with an invisible character is one problem, and not one of each key that has the name without it.
    names |= {plain_name(name) for name in names} if any(p.rule == "unseen-difference" for p in problems) else set()
    problems += _check_keys(place, where, schema, names)
    whole = {key: value for key, value in schema.items() if key != "$schema"}
    return problems or [
        problem(place, where, "invalid-schema", f"{note}.", STANDARD)
        for note in notes(lambda: Schema.from_descriptor(whole, datapackage_version="v2"))
    ]


def _check_field(
    place: str, where: str, field: Any, names: set[str], languages: Sequence[Language]
) -> Iterator[Problem]:
    if not isinstance(field, dict) or not isinstance(field.get("name"), str) or is_blank(field["name"]):
        yield problem(place, where, "wrong-type", "a field must be a JSON object with a name.", "Add the name.", field)
        return
    name = field["name"]
    if name in names:
        message = f'"{shorten(name)}" is described twice.'
        yield problem(place, where, "duplicate-field", message, "Delete one of the two.", name)
    names.add(name)
    yield from check_texts(place, f"{where}.", field, languages)
    labels = field.get("enum_labels", {})
    texts = labels.values() if isinstance(labels, dict) else [labels]
    if not all(isinstance(t, dict) and all(isinstance(word, str) for word in t.values()) for t in texts):
        message, hint = (
            "enum_labels must hold texts by code.",
            f'Write it as {{"code": {json.dumps(dict.fromkeys(languages, "…"), ensure_ascii=False)}}}.',
        )
        yield problem(place, f"{where}.enum_labels", "wrong-type", message, hint, labels)
    for key in _NUMBER_SIGNS:
        if key in field:
            message = f'"{key}" is not read: numbers are written in digits, with a point and without separators.'
            yield problem(place, f"{where}.{key}", "unsupported", message, "Remove it.", field[key])
    if field.get("format") == "any" and field.get("type") in ("date", "datetime", "time"):
        message = '"any" is not read: what it means depends on who reads it.'
        yield problem(place, f"{where}.format", "unsupported", message, "Remove it and write ISO 8601.", "any")
        return
    errors = notes(lambda: _try_constraints(field))
    for note in errors:
        yield problem(place, where, "invalid-schema", f"{note}.", STANDARD, name)
    pattern = field.get("constraints", {}).get("pattern") if not errors else None
    if pattern is not None and (reason := unreadable_pattern(pattern)):
        hint = "Correct it. To limit the length of a text, use minLength and maxLength."
        yield problem(place, f"{where}.constraints.pattern", "invalid-schema", reason, hint, pattern)


def _try_constraints(described: Mapping[str, Any]) -> None:
    """Make the reader of a field. Raises FrictionlessException for a limit that is not of the type of the field."""
    field = Field.from_descriptor(dict(described), datapackage_version="v2")
    # Patterns are checked by `unreadable_pattern`.
    field.constraints.pop("pattern", None)
    field.create_cell_reader()
    read = field.create_value_reader()
    limits = [(name, field.constraints[name]) for name in _BOUNDS if name in field.constraints]
    for name, limit in [*limits, *(("enum", word) for word in field.constraints.get("enum", []))]:
        # NaN is neither less nor more than any number.
        complaint = cells.not_plain({"type": "string", **described}, limit) if isinstance(limit, str) else None
        # The year of a limit may be far ahead, and is not taken for a year of the other calendar.
        if complaint and not complaint[0].endswith(("era-date", "era-year")):
            raise FrictionlessException(f"{name}: {complaint[1].rstrip('.')}")
        if read(limit) is None:
            raise FrictionlessException(f'"{limit}" of {name} is not a value of the type {field.type}')


def _check_known(
    place: str,
    where: str,
    resource: object,
    fields: Sequence[Mapping[str, Any]],
    languages: tuple[Language, ...],
) -> Iterator[Problem]:
    """Problems of columns that the portal knows: of another type, or missing."""
    columns = columns_of(str(resource), languages)
    for index, field in enumerate(fields):
        kind, wanted = field.get("type", "string"), columns.get(field["name"])
        if wanted not in (None, kind):
            message = f'{field["name"]} is described as "{kind}", but the portal reads it as {wanted}.'
            hint = f'Write "{wanted}", or give the column another name.'
            yield problem(place, f"{where}.fields[{index}].type", "wrong-type", message, hint, kind)
    names = {field["name"] for field in fields}
    for index, field in enumerate(fields):
        if (name := field["name"]) not in columns and (plain := plain_name(name)) in columns and plain not in names:
            names |= {plain}
            message = f'"{plain}" holds {unseen_name(name)}, which cannot be seen.'
            yield problem(place, f"{where}.fields[{index}].name", "unseen-difference", message, f'Write "{plain}".')
    for name in NEEDED.get(str(resource), ()):
        if name not in names:
            message = f'the portal needs the field "{name}" in {resource}.'
            hint = suggest(name, names - columns.keys()) or "Add it here and to the CSV."
            yield problem(place, f"{where}.fields", "missing-field", message, hint, name)


def _suggest(name: str, names: Collection[str]) -> str:
    """The name that is probably meant, as a sentence; where one looks the same, what is wrong with it."""
    alike = next((other for other in sorted(names) if plain_name(other) == plain_name(name)), None)
    if alike is None:
        return suggest(name, names)
    unseen = unseen_name(alike) or unseen_name(name)
    return f"One of the two names holds {unseen}, which cannot be seen: write {shorten(plain_name(name))} in both."


def key_fields(value: Any) -> list[str] | None:
    """The field names in a key, which is a name or a list of names; None where it is neither."""
    names = [value] if isinstance(value, str) else value
    return names if isinstance(names, list) and names and all(isinstance(name, str) for name in names) else None


def _check_keys(place: str, where: str, schema: Mapping[str, Any], names: Collection[str]) -> Iterator[Problem]:
    for kind, value in _keys(schema):
        key = key_fields(value)
        if key is None:
            message, hint = f"{kind} must name fields of this schema.", 'Write each key as a list: ["project_id"].'
            yield problem(place, f"{where}.{kind}", "invalid-schema", message, hint, value)
        for name in key or ():
            if name not in names:
                message = f'"{shorten(name)}" is not a field of this schema.'
                hint = _suggest(name, names) or "Correct the name."
                yield problem(place, f"{where}.{kind}", "unknown-field", message, hint, name)
    foreign = schema.get("foreignKeys", [])
    for key in foreign if isinstance(foreign, list) else ():
        reference = key.get("reference") if isinstance(key, dict) else None
        target = key_fields(reference.get("fields")) if isinstance(reference, dict) else None
        if target is None or len(target) != len(key_fields(key.get("fields")) or target):
            message = "a foreign key needs a reference to a resource and as many of its fields."
            hint = 'Write "reference": {"resource": "agencies", "fields": ["agency_id"]}.'
            yield problem(place, f"{where}.foreignKeys", "invalid-schema", message, hint, key)


def _keys(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The property and the fields of every key of a schema; the fields are not checked, and may be None."""
    if "primaryKey" in schema:
        yield "primaryKey", schema["primaryKey"]
    for kind in ("uniqueKeys", "foreignKeys"):
        keys = schema.get(kind, [])
        for key in keys if isinstance(keys, list) else [None]:
            if kind == "foreignKeys":
                key = key.get("fields") if isinstance(key, dict) else None
            yield kind, key


def check_references(
    place: str, valid: Mapping[int, Mapping[str, Any]], names: Collection[object]
) -> Iterator[Problem]:
    """Problems of foreign keys that refer to no resource in `names`, or to no field of it.

    `valid` are the resources whose own properties are valid, by their index in the descriptor.
    """
    fields = {r["name"]: {f["name"] for f in r["schema"]["fields"]} for r in valid.values()}
    for index, resource in valid.items():
        where = f"resources[{index}].schema.foreignKeys"
        for key in resource["schema"].get("foreignKeys", []):
            target = reference_of(resource, key)
            if target not in names:
                message = f'"{shorten(target)}" is not a resource of the package.'
                hint = suggest(str(target), [n for n in names if isinstance(n, str)]) or "Correct the name."
                yield problem(place, where, "unknown-resource", message, hint, target)
            for column in key_fields(key["reference"]["fields"]) or ():
                if target in fields and column not in fields[target]:
                    message = f'"{shorten(column)}" is not a field of {target}.'
                    hint = _suggest(column, fields[target]) or "Correct the name."
                    yield problem(place, where, "unknown-field", message, hint, column)


def reference_of(resource: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """The name of the resource to which a foreign key refers; without a name, the resource itself."""
    return key["reference"].get("resource") or resource["name"]
