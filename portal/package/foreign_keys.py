"""The keys that join tables, followed once every table is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from portal.core.problems import Problem, shorten, suggest
from portal.package.cells import with_latin_digits
from portal.package.columns import COLUMNS, JOINS
from portal.package.csv_files import MAX_PROBLEMS, Problems
from portal.package.schemas import key_fields, reference_of
from portal.package.tables import Table

_Value = tuple[Any, ...]
_Told = Mapping[tuple[str, int | None, str | None], Problem]
"""The problem of each bad cell, by file, row and column."""

_FORMS = ("wrong-form", "wrong-length", "not-in-list")
"""Rules that say less of a key than that it is not known: the nearest known one can be named."""


class _ForeignKey(NamedTuple):
    resource: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]


def with_unknown_keys(
    resources: Sequence[Mapping[str, Any]], tables: Mapping[str, Table], problems: Sequence[Problem]
) -> list[Problem]:
    """The problems of the tables, and those of keys that are not in the table that they lead to; one for each cell."""
    told = {(p.place, p.row, p.field): p for p in problems if p.rule != "duplicate-key"}
    found = Problems()
    replaced: set[Problem | None] = set()
    for key in _foreign_keys(resources, tables):
        for problem in _unknown_keys(key, tables, told):
            found.add([problem])
            replaced.add(told.get((problem.place, problem.row, problem.field)))
    return [*(p for p in problems if p not in replaced), *found.all()]


def _foreign_keys(resources: Sequence[Mapping[str, Any]], tables: Mapping[str, Table]) -> list[_ForeignKey]:
    """The keys that are described and those that the portal joins by, each once.

    A column that is missing is a problem already, and nothing can be said of a table that was not read to its end.
    """
    keys: dict[_ForeignKey, None] = {}
    for resource in resources:
        described = [
            (key_fields(key["fields"]), reference_of(resource, key), key_fields(key["reference"]["fields"]))
            for key in resource["schema"].get("foreignKeys", [])
        ]
        joins = JOINS.items() if resource["name"] in COLUMNS else ()
        described += [([name], target, [name]) for name, target in joins if target != resource["name"]]
        for columns, name, target_columns in described:
            key = _ForeignKey(resource["name"], tuple(columns or ()), name, tuple(target_columns or ()))
            if _can_be_followed(key, tables):
                keys[key] = None
    return list(keys)


def _can_be_followed(key: _ForeignKey, tables: Mapping[str, Table]) -> bool:
    table, target = tables.get(key.resource), tables.get(key.target)
    if table is None or target is None or not target.complete:
        return False
    return table.has(key.columns) and target.has(key.target_columns)


def _unknown_keys(key: _ForeignKey, tables: Mapping[str, Table], told: _Told) -> Iterator[Problem]:
    table, target, field = tables[key.resource], tables[key.target], key.columns[0]
    known = {value for _, value in _values(target, key.target_columns, told)}
    known |= {tuple(row[name] for name in key.target_columns) for row in target.broken_rows}
    texts = {_text(value) for value in known}
    looked_up = 0
    for number, value in _values(table, key.columns, told):
        before = told.get((table.path, number, field))
        if value in known or set(value) == {None} or (before and before.rule not in _FORMS):
            continue
        text = _text(value)
        # To look for a likeness takes as long as there are keys, and of more problems only the number is reported.
        looked_up += 1
        like = suggest(with_latin_digits(text), texts) if looked_up <= MAX_PROBLEMS else ""
        yield Problem(
            table.path,
            "unknown-key",
            f'"{shorten(text)}" is not in {target.path}.',
            like or f"Add it to {target.path}, or correct it here.",
            row=number,
            field=field,
            value=shorten(text, 200),
            column=table.column(field),
        )


def _values(table: Table, columns: Sequence[str], told: _Told) -> Iterator[tuple[int, _Value]]:
    """The number and the key of each row; of a cell that has a problem what is written there."""
    for number, row in table.rows:
        bad = [told.get((table.path, number, name)) for name in columns]
        yield number, tuple(p.value or None if p else row[name] for p, name in zip(bad, columns, strict=True))


def _text(value: _Value) -> str:
    return ", ".join("" if part is None else str(part) for part in value)


def unknown_sources(place: str, licences: Iterable[Mapping[str, Any]], sources: Collection[str]) -> Iterator[Problem]:
    """The sources that a licence says it covers and the package does not have."""
    for index, licence in enumerate(licences):
        covered = licence.get("source_ids")
        for name in covered if isinstance(covered, list) else []:
            if isinstance(name, str) and name not in sources:
                message = f'"{shorten(name)}" is not a source_id of the resource sources.'
                hint = (
                    suggest(name, sources) or "Correct it, or leave source_ids out where the licence covers all data."
                )
                where = f"licenses[{index}].source_ids"
                yield Problem(place, "unknown-key", message, hint, field=where, value=shorten(name, 200))
