"""`erased.csv` beside the descriptor: values of earlier releases that must not be published any more.

The data officer writes it. It is never published, since it shows where to find what a person asked to have removed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from portal.core.models import ERASED, Erasure
from portal.core.problems import Problem, suggest
from portal.package.csv_files import Problems, read_csv_file, records, unreadable_file
from portal.package.descriptor import Descriptor

_COLUMNS = ("resource", "key", "field", "release")

MAX_BYTES = 10_000_000
"""Bytes of the file, at most: some hundred thousand rows."""

_EXAMPLE = f"Begin with the line {','.join(_COLUMNS)}, and write a row for each record or field."


def read_erased(descriptor: Descriptor) -> tuple[tuple[Erasure, ...], list[Problem]]:
    """The rows of `erased.csv`, and its problems; none where there is no such file.

    No message repeats a cell: by mistake, any cell may hold what must not be published.
    """
    file = descriptor.root / ERASED
    problems = list(_published(descriptor))
    if not file.exists() and not file.is_symlink():
        return (), problems
    if not file.is_file() or file.is_symlink():
        message, hint = "this is a link or a folder, not a file.", "Put the file itself there."
        return (), [*problems, Problem(ERASED, "unreadable", message, hint)]
    try:
        size, data = file.stat().st_size, b""
        if size <= MAX_BYTES:
            data = file.read_bytes()
    except OSError as error:
        return (), [*problems, unreadable_file(ERASED, error)]
    if size > MAX_BYTES:
        message = f"this file has {size:,} bytes; at most {MAX_BYTES:,} are read."
        return (), [*problems, Problem(ERASED, "too-large", message, "Name whole records instead of single fields.")]
    return _parsed(data, problems)


def _published(descriptor: Descriptor) -> Iterator[Problem]:
    for resource in descriptor.resources:
        if (descriptor.root / resource["path"]).resolve() == (descriptor.root / ERASED).resolve():
            message = f"{ERASED} must not be published, so it cannot be a resource."
            yield Problem(descriptor.place, "published-erasures", message, "Delete the resource, or rename its file.")


def _parsed(data: bytes, problems: list[Problem]) -> tuple[tuple[Erasure, ...], list[Problem]]:
    file, problems_of_file = read_csv_file(ERASED, data)
    problems += problems_of_file
    problems += _bad_header(file.header) if file else ()
    erasures: list[Erasure] = []
    problems_of_rows = Problems()
    if file is None or problems:
        return (), problems
    for number, cells in enumerate(records(data), start=1):
        if number > 1 and any(map(str.strip, cells)):
            erasure = _erasure(number, cells, file.header)
            if isinstance(erasure, Problem):
                problems_of_rows.add([erasure])
            else:
                erasures.append(erasure)
    return tuple(erasures), problems_of_rows.all()


def _bad_header(header: Sequence[str]) -> Iterator[Problem]:
    for position, name in enumerate(header, start=1):
        if name not in _COLUMNS:
            message = f"column {position} is none of {', '.join(_COLUMNS)}."
            hint = suggest(name, _COLUMNS) or "Delete it; do not write here why something is erased."
            yield Problem(ERASED, "unknown-column", message, hint, row=1, column=position)
        elif name in header[: position - 1]:
            message = f'column {position} is named "{name}", like an earlier one.'
            yield Problem(ERASED, "duplicate-column", message, "Delete one of them.", row=1, column=position)
    for name in _COLUMNS:
        if name not in header:
            yield Problem(ERASED, "missing-column", f'the column "{name}" is not there.', _EXAMPLE, row=1)


def _erasure(row: int, cells: Sequence[str], header: Sequence[str]) -> Erasure | Problem:
    """What a row withholds, or the problem of the row."""
    if len(cells) != len(header):
        message = f"this row has {len(cells)} cells; the header has {len(header)}."
        return Problem(ERASED, "wrong-number-of-cells", message, "Put a key with commas in quotation marks.", row=row)
    named = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    for name in ("resource", "key"):
        if not named[name]:
            message = f"the {name} is blank: it must say what to withhold."
            hint = "Only field (the whole record) and release (every earlier one) may be blank."
            return Problem(ERASED, "missing-value", message, hint, row=row, field=name, column=header.index(name) + 1)
    record = _record(named["key"])
    if record is None:
        message = "this key begins like a JSON list, but is not a list of texts."
        hint = 'Copy it from the column "record" of changes.csv: ["…","…"].'
        return Problem(ERASED, "wrong-form", message, hint, row=row, field="key", column=header.index("key") + 1)
    return Erasure(named["resource"], record, named["field"], named["release"], row)


def _record(key: str) -> tuple[str, ...] | None:
    """The cells of a key. It is written as a JSON list of texts, as in `changes.csv`, or as its only cell."""
    if not key.startswith("["):
        return (key,)
    try:
        cells = json.loads(key)
    except (ValueError, RecursionError):
        return None
    return tuple(cells) if cells and all(isinstance(cell, str) for cell in cells) else None
