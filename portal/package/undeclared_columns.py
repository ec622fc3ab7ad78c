"""Columns of a CSV that its descriptor does not describe. Each is a problem, which says how to describe it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from portal.core.problems import Problem, shorten
from portal.core.text import plain_name, unseen_name
from portal.package.columns import COLUMNS
from portal.package.descriptor import Descriptor
from portal.package.tables import Table


def undeclared_columns(tables: Iterable[Table], descriptor: Descriptor, ignored: Collection[str]) -> Iterator[Problem]:
    """A problem for each column of `tables` that the descriptor does not describe, with the field to add.

    And one for each that it describes although `ignored` lists it, as `resource.column`.
    """
    described = {r["name"]: {f["name"]: f for f in r["schema"]["fields"]} for r in descriptor.resources}
    for table in tables:
        for name in table.undeclared:
            plain, field = plain_name(name), _printable(json.dumps(_field(table, name), ensure_ascii=False))
            message = f'the column "{shorten(plain)}" is not described in {descriptor.place}.'
            hint = (
                f'Add {field} to the fields of "{table.name}" there; or leave the column out of all that is published: '
                f'add "{table.name}.{plain}" to ignore_columns in [tool.portal] of pyproject.toml.'
            )
            if plain != name:
                message = f'the heading "{shorten(plain)}" holds {unseen_name(name)}, which cannot be seen, and the'
                message += f" column is not described in {descriptor.place}."
                hint = f"Delete the cell and type {plain}. Then a{hint[1:]}"
            position = table.column(name)
            yield Problem(table.path, "undeclared-column", message, hint, row=1, field=plain, column=position)
    for resource, fields in described.items():
        for name in fields:
            if f"{resource}.{name}" in ignored:
                message = f'"{resource}.{shorten(name)}" is described here, but pyproject.toml ignores it.'
                hint = "Remove it here, or from ignore_columns in [tool.portal]."
                yield Problem(descriptor.place, "ignored-column", message, hint, field=f"{resource}.{name}", value=name)


def _field(table: Table, name: str) -> dict[str, str]:
    """A field for a column, with the type that the portal needs, or the one that fits all its values."""
    plain = plain_name(name)
    kind = COLUMNS.get(table.name, {}).get(plain) or guess_type(str(row[name]) for _, row in table.rows if row[name])
    return {"name": plain, "type": kind, "title": plain.replace("_", " ").strip().capitalize()}


def _printable(text: str) -> str:
    """A JSON text in which each character that cannot be printed is escaped."""
    return "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in text)


def guess_type(values: Iterable[str]) -> str:
    """The narrowest type of Table Schema that fits all `values`; `string` where there are none."""
    texts = list(values)
    return next((kind for kind, fits in _TYPES.items() if texts and all(map(fits, texts))), "string")


def _matcher(read: Callable[[str], Any], form: str) -> Callable[[str], bool]:
    matches = re.compile(form).fullmatch

    def is_of_type(value: str) -> bool:
        try:
            return bool(matches(value)) and read(value) is not None
        except ValueError:
            return False

    return is_of_type


_TYPES: dict[str, Callable[[str], bool]] = {
    # 0701 is a code: as a number it would lose its first digit.
    "integer": _matcher(str, r"-?(0|[1-9][0-9]*)"),
    "number": _matcher(str, r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"),
    "date": _matcher(date.fromisoformat, r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datetime": _matcher(datetime.fromisoformat, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(Z|[+-][0-9:]{5})?"),
    "boolean": _matcher(str, "true|false"),
}
"""The types, the narrowest first, with a function that says whether a text is of the type."""
