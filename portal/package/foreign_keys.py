"""Foreign keys: looked up in the tables to which they refer, once every table is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from portal.core.problems import Problem, shorten, suggest
from portal.core.text import as_seen, looks
from portal.package.columns import COLUMNS, JOINS, PARENTS
from portal.package.csv_files import MAX_PROBLEMS, Problems
from portal.package.days import with_latin_digits
from portal.package.hints import UNSEEN_CHARACTER, Complaint, unseen
from portal.package.schemas import key_fields, reference_of
from portal.package.tables import Table

_Value = tuple[Any, ...]
_BadCells = Mapping[tuple[str, int | None, str | None], Problem]
"""The problem of each bad cell, by file, row and column."""

_FORMS = ("wrong-form", "wrong-length", "not-in-list")
"""Rules that are replaced where the key is unknown: that message can also suggest a similar key."""


class _ForeignKey(NamedTuple):
    resource: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]


def with_unknown_keys(
    resources: Sequence[Mapping[str, Any]], tables: Mapping[str, Table], problems: Sequence[Problem]
) -> list[Problem]:
    """`problems` of the tables, and those of keys that are not in the table to which they refer; one for each cell."""
    bad_cells = {(p.place, p.row, p.field): p for p in problems if p.rule != "duplicate-key"}
    unknown_keys = Problems()
    replaced: set[Problem | None] = set()
    for key in _foreign_keys(resources, tables):
        for problem in _unknown_keys(key, tables, bad_cells):
            unknown_keys.add([problem])
            replaced.add(bad_cells.get((problem.place, problem.row, problem.field)))
    return [*(p for p in problems if p not in replaced), *unknown_keys.all()]


def _foreign_keys(resources: Sequence[Mapping[str, Any]], tables: Mapping[str, Table]) -> list[_ForeignKey]:
    """The foreign keys of the schemas and those that the portal itself needs, each once.

    Left out are keys of a missing column, which is a problem already, and those that refer to a table which was not
    read to its end.
    """
    keys: dict[_ForeignKey, None] = {}
    for resource in resources:
        described = [
            (key_fields(key["fields"]), reference_of(resource, key), key_fields(key["reference"]["fields"]))
            for key in resource["schema"].get("foreignKeys", [])
        ]
        joins = JOINS.items() if resource["name"] in COLUMNS else ()
        described += [([name], target, [name]) for name, target in joins if target != resource["name"]]
        if (parent := PARENTS.get(resource["name"])) is not None:
            described.append(([parent[0]], resource["name"], [parent[1]]))
        for columns, name, target_columns in described:
            key = _ForeignKey(resource["name"], tuple(columns or ()), name, tuple(target_columns or ()))
            if _can_be_looked_up(key, tables):
                keys[key] = None
    return list(keys)


def _can_be_looked_up(key: _ForeignKey, tables: Mapping[str, Table]) -> bool:
    table, target = tables.get(key.resource), tables.get(key.target)
    if table is None or target is None or not target.complete:
        return False
    return table.has(key.columns) and target.has(key.target_columns)


def _unknown_keys(key: _ForeignKey, tables: Mapping[str, Table], bad_cells: _BadCells) -> Iterator[Problem]:
    table, target, field = tables[key.resource], tables[key.target], key.columns[0]
    keys = {value for _, value in _values(target, key.target_columns, bad_cells)}
    keys |= {tuple(row[name] for name in key.target_columns) for row in target.broken_rows}
    texts = {_text(value) for value in keys}
    looking_alike: dict[str, str] = {}
    looked_up = 0
    for number, value in _values(table, key.columns, bad_cells):
        before = bad_cells.get((table.path, number, field))
        if value in keys or set(value) == {None} or (before and before.rule not in _FORMS):
            continue
        text = _text(value)
        # The search for a similar key compares with all keys. Further problems are only counted.
        looked_up += 1
        looking_alike = looking_alike or {looks(key_text): key_text for key_text in texts}
        if (alike := looking_alike.get(looks(text))) is not None:
            rule, message, hint = _looks_alike(text, alike, target.path)
        else:
            rule, message = "unknown-key", f'"{shorten(text)}" is not in {target.path}.'
            suggestion = suggest(with_latin_digits(text), texts) if looked_up <= MAX_PROBLEMS else ""
            hint = suggestion or f"Add it to {target.path}, or correct it here."
        shown = text if rule == UNSEEN_CHARACTER else shorten(text, 200)
        column = table.column(field)
        yield Problem(table.path, rule, message, hint, row=number, field=field, value=shown, column=column)


def _looks_alike(text: str, key: str, target: str) -> Complaint:
    """What is wrong with a key that looks like `key` in the table `target`, but has other characters."""
    if looks(text) != text or looks(key) == key:
        return unseen(text, looks(key))
    _, message, _ = unseen(key, looks(key))
    return UNSEEN_CHARACTER, f"in {target}, {message}", f"Write {looks(key)} there."


def _values(table: Table, columns: Sequence[str], bad_cells: _BadCells) -> Iterator[tuple[int, _Value]]:
    """The number and the key of each row. A cell with a problem counts with the text that it has in the file."""
    bad_rows = {number for path, number, _ in bad_cells if path == table.path}
    for number, row in table.rows:
        if number not in bad_rows:
            yield number, tuple([row[name] for name in columns])
        else:
            bad = [bad_cells.get((table.path, number, name)) for name in columns]
            yield number, tuple(_text_of(p) if p else row[name] for p, name in zip(bad, columns, strict=True))


def _text_of(problem: Problem) -> str | None:
    """The text of a cell that has a problem; without invisible characters, where they are the problem."""
    value = problem.value or ""
    return (as_seen(value) if problem.rule == UNSEEN_CHARACTER else value) or None


def _text(value: _Value) -> str:
    return ", ".join("" if part is None else str(part) for part in value)


def unknown_sources(place: str, licences: Iterable[Mapping[str, Any]], sources: Collection[str]) -> Iterator[Problem]:
    """Problems of licences (`place` is the descriptor) that cover a source which is not in `sources`."""
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
