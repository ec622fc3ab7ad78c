"""The first row of a CSV: which field each column is, and what is wrong with the names."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from portal.core.problems import Problem, most_like, shorten
from portal.core.text import as_seen, is_blank, looks, plain_name, unseen_name
from portal.package.columns import COLUMNS
from portal.package.csv_files import CsvFile
from portal.package.hints import unseen
from portal.package.tables import cells_of_line


def match_header(
    resource: Mapping[str, Any], file: CsvFile, ignored: Collection[str], descriptor: str
) -> tuple[list[Mapping[str, Any]], tuple[str, ...], list[Problem]]:
    """Match the header of `file` with the schema of `resource`; the columns may have any order.

    `descriptor` is the file name of the descriptor, where a name of the schema may be what is wrong.
    Returns the field of each column, the names of the columns that the schema does not have, and all problems of the
    header. Without fields, the rows cannot be read.
    """
    place, schema = resource["path"], {f["name"]: f for f in resource["schema"]["fields"]}
    labels, problems = _read_labels(resource, file.header, schema, descriptor)
    if not schema.keys() & set(labels):
        return [], (), [_no_header(place, file.header, schema)]
    fields: list[Mapping[str, Any]] = []
    types, seen = COLUMNS.get(resource["name"], {}), set()
    copies = {label for label in labels if label not in schema and plain_name(label) in {*labels} - {label}}
    unknown = [label for label in labels if label not in schema and label not in ignored and label not in copies]
    for index, label in enumerate(labels, start=1):
        if is_blank(label):
            message, hint = f"column {index} has no name.", "Name it, or delete the column."
            problems.append(Problem(place, "blank-label", message, hint, row=1, column=index))
        elif label in seen:
            message, hint = f'two columns are called "{shorten(label)}".', "Keep one of them."
            problems.append(Problem(place, "duplicate-label", message, hint, row=1, field=label, column=index))
        elif label in copies:
            name, hint = plain_name(label), "Keep one of them."
            message = f'two columns are called "{shorten(name)}"; this one holds {unseen_name(label)}, which cannot be'
            message += " seen."
            problems.append(Problem(place, "duplicate-label", message, hint, row=1, field=name, column=index))
        # Every column needs a different name. Line breaks cannot be the name of any other column.
        name = label if not is_blank(label) and label not in seen else "\n" * index
        fields.append({"type": types.get(name, "string"), **schema.get(name, {"name": name})})
        seen.add(label)
    for name in [name for name in schema if name not in seen]:
        hint = "Add it; a cell may be blank where the value is not known."
        if (renamed := most_like(name, unknown) or _in_same_position(name, schema, labels, unknown)) is not None:
            hint = f'Was it renamed to "{shorten(as_seen(renamed))}"? Name it {name} again.'
            unknown.remove(renamed)
        message = f'the column "{shorten(name)}" is missing.'
        problems.append(Problem(place, "missing-column", message, hint, row=1, field=name))
    return fields, tuple(dict.fromkeys(label for label in unknown if label.strip())), problems


def _no_header(place: str, header: Sequence[str], schema: Collection[str]) -> Problem:
    """The problem of a first row that has no column of the schema."""
    if not set(schema).isdisjoint(cells_of_line(header)):
        message = "each whole line is in quotation marks, so that it is read as one cell."
        hint = "Delete the first and the last quotation mark of each line, and write the doubled ones within it once."
        return Problem(place, "line-in-quotes", message, hint, row=1)
    message = "the first row has none of the columns that datapackage.json describes."
    return Problem(place, "missing-header", message, f"It must begin like this: {shorten(','.join(schema))}", row=1)


def _in_same_position(name: str, schema: Iterable[str], header: Sequence[str], unknown: Collection[str]) -> str | None:
    """The unknown column in the position that `name` has in the schema."""
    return next(
        (label for label, wanted in zip(header, schema, strict=False) if wanted == name and label in unknown), None
    )


def _read_labels(
    resource: Mapping[str, Any], header: Sequence[str], schema: Collection[str], descriptor: str
) -> tuple[list[str], list[Problem]]:
    """The labels of the header, and their problems. A label that looks like a name of the schema becomes that name."""
    names = {looks(name): name for name in schema if name not in header}
    labels, problems = list(header), []
    for index, label in enumerate(header):
        if label in schema:
            continue
        name = names.get(looks(label)) or names.get(plain_name(label))
        name = name or next((name for name in names.values() if _is_imitated(name, label)), None)
        if name is None:
            continue
        labels[index], shown = name, shorten(looks(name))
        if name != looks(name) and label == looks(label):
            message = f"the name of the field {unseen(name, looks(name))[1]}"
            hint, where = f'Write "{shown}".', f"{resource['name']}.{shown}"
            problems.append(Problem(descriptor, "unseen-difference", message, hint, field=where, value=name))
            continue
        message = f'the heading "{shown}" holds {unseen_name(label)}, which cannot be seen.'
        if not unseen_name(label):
            message = f'the heading "{shown}" looks right, but has other characters that look the same.'
        hint, place = f"Delete the cell and type {name}.", resource["path"]
        problems.append(Problem(place, "unseen-difference", message, hint, row=1, field=name, column=index + 1))
    return labels, problems


def _is_imitated(name: str, label: str) -> bool:
    """Whether a label is a name in which up to half of the letters are of another script, such as a Cyrillic a."""
    if len(name) != len(label) or not name.isascii():
        return False
    others = [letter for letter, wanted in zip(label, name, strict=True) if letter != wanted]
    # A reader sees that an accented letter is another one.
    return len(others) * 2 <= len(name) and all(
        letter.isalpha() and not letter.isascii() and not unicodedata.decomposition(letter) for letter in others
    )
