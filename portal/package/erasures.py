"""`erased.csv` beside the descriptor: what the data officer withholds of earlier releases.

It is an input like the tables, and never published: it says where to look for what a person asked to have removed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from portal.core.models import ERASED, Erasure
from portal.core.problems import Problem, suggest
from portal.package.csv_files import Problems, read_csv_file, records
from portal.package.descriptor import Descriptor

COLUMNS = ("resource", "key", "field", "release")

MAX_BYTES = 10_000_000
"""Some hundred thousand rows."""

_EXAMPLE = f"Begin with the line {','.join(COLUMNS)}, and write a row for each record or field."


def read_erased(descriptor: Descriptor) -> tuple[tuple[Erasure, ...], list[Problem]]:
    """The rows of `erased.csv`, and every problem of its form; nothing where there is no such file.

    No message repeats a cell: what is erased may stand in any of them by mistake.
    """
    file = descriptor.root / ERASED
    problems = list(_published(descriptor))
    if not file.exists() and not file.is_symlink():
        return (), problems
    if not file.is_file() or file.is_symlink():
        problems.append(Problem(ERASED, "unreadable", "this is not a file of its own.", "Put the file itself there."))
        return (), problems
    try:
        size, data = file.stat().st_size, b""
        if size <= MAX_BYTES:
            data = file.read_bytes()
    except OSError as error:
        message = f"this file cannot be read: {error.strerror}."
        return (), [*problems, Problem(ERASED, "unreadable", message, "Let everybody read it.")]
    if size > MAX_BYTES:
        message = f"this file has {size:,} bytes; at most {MAX_BYTES:,} are read."
        return (), [*problems, Problem(ERASED, "too-large", message, "Name whole records instead of single fields.")]
    return _parsed(data, problems)


def _published(descriptor: Descriptor) -> Iterator[Problem]:
    for resource in descriptor.resources:
        if (descriptor.root / resource["path"]).resolve() == (descriptor.root / ERASED).resolve():
            message = f"{ERASED} says what is withheld, and is never published: it cannot be a resource."
            yield Problem(descriptor.place, "published-erasures", message, "Delete the resource, or rename its file.")


def _parsed(data: bytes, problems: list[Problem]) -> tuple[tuple[Erasure, ...], list[Problem]]:
    file, found = read_csv_file(ERASED, data)
    problems += found
    problems += _bad_header(file.header) if file else ()
    erasures: list[Erasure] = []
    bad = Problems()
    if file is None or problems:
        return (), problems
    for number, cells in enumerate(records(data), start=1):
        if number > 1 and any(map(str.strip, cells)):
            erasure = _erasure(number, cells, file.header)
            if isinstance(erasure, Problem):
                bad.add([erasure])
            else:
                erasures.append(erasure)
    return tuple(erasures), bad.all()


def _bad_header(header: Sequence[str]) -> Iterator[Problem]:
    for position, name in enumerate(header, start=1):
        if name not in COLUMNS:
            message = f"column {position} is none of {', '.join(COLUMNS)}."
            hint = suggest(name, COLUMNS) or "Delete it: why something is erased is nobody's to read."
            yield Problem(ERASED, "unknown-column", message, hint, row=1, column=position)
        elif name in header[: position - 1]:
            message = f'column {position} is named "{name}" like one before it.'
            yield Problem(ERASED, "duplicate-column", message, "Delete one of them.", row=1, column=position)
    for name in COLUMNS:
        if name not in header:
            yield Problem(ERASED, "missing-column", f'the column "{name}" is not there.', _EXAMPLE, row=1)


def _erasure(row: int, cells: Sequence[str], header: Sequence[str]) -> Erasure | Problem:
    """A row as it is meant, or what is wrong with it."""
    if len(cells) != len(header):
        message = f"this row has {len(cells)} cells; the header has {len(header)}."
        return Problem(ERASED, "wrong-number-of-cells", message, "Put a key with commas in quotation marks.", row=row)
    named = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    for name in ("resource", "key"):
        if not named[name]:
            message = f"the {name} is blank: it must name what is withheld."
            hint = "Only field (the whole record) and release (every earlier one) may be blank."
            return Problem(ERASED, "missing-value", message, hint, row=row, field=name, column=header.index(name) + 1)
    record = _record(named["key"])
    if record is None:
        message = "this key begins as a list of JSON, and is none of texts."
        hint = 'Write it as the column "record" of changes.csv has it: ["…","…"].'
        return Problem(ERASED, "wrong-form", message, hint, row=row, field="key", column=header.index("key") + 1)
    return Erasure(named["resource"], record, named["field"], named["release"], row)


def _record(key: str) -> tuple[str, ...] | None:
    """The cells of a key, which is written as `changes.csv` has it, or as the one cell that it is."""
    if not key.startswith("["):
        return (key,)
    try:
        cells = json.loads(key)
    except (ValueError, RecursionError):
        return None
    return tuple(cells) if cells and all(isinstance(cell, str) for cell in cells) else None
