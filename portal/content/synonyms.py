"""`content/synonyms.csv` -> Synonyms: what people type, and the words of the data for it.

One row for each term: the term, and the terms for it with semicolons between them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from portal.content.markdown_file import Guard, MarkdownFile, allow, read_text
from portal.core.problems import Problem, shorten
from portal.core.text import FORBIDDEN, forbidden_name, is_blank, looks

FILE = "synonyms.csv"
HEADER = ["term", "terms"]
BETWEEN = ";"

MAX_ROWS = 500
"""Every browser that searches loads the file."""

MAX_LENGTH = 80
"""Characters of a term: it is a word or the name of an office."""

Synonyms = tuple[tuple[str, ...], ...]
"""For each row the term, then the terms for it."""


def read_synonyms(folder: Path, guard: Guard = allow) -> tuple[Synonyms, list[Problem]]:
    """Read `synonyms.csv` of the folder, which may have none. Every term passes `guard`.

    Returns the rows without a problem, and every problem found: among them a term that stands in two rows, since the
    search could not say which of them is meant.
    """
    path = folder / FILE
    if not path.exists() and not path.is_symlink():
        return (), []
    file = MarkdownFile(path, FILE, f"{folder.name}/{FILE}", "", "", "/", guard)
    text = read_text(file)
    synonyms = () if text is None else tuple(_rows(file, text))
    return synonyms, file.problems


def synonyms_json(synonyms: Synonyms) -> bytes:
    """The file that the search page loads."""
    return json.dumps(synonyms, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _rows(file: MarkdownFile, text: str) -> Iterator[tuple[str, ...]]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    first_rows: dict[str, int] = {}
    try:
        header = next(lines, [])
        if header != HEADER:
            message = f'the first line is "{shorten(",".join(header))}".'
            file.add("invalid-header", message, f"Begin the file with the line: {','.join(HEADER)}", row=1)
            return
        for row, cells in enumerate(lines, 2):
            if not any(map(str.strip, cells)):
                continue
            if row > MAX_ROWS + 1:
                message = f"this file has more than {MAX_ROWS} rows."
                file.add("too-many-rows", message, "Remove those that nobody searches for.", row=row)
                return
            if terms := _terms(file, cells, row, first_rows):
                yield terms
    except csv.Error as error:
        message = f"this is not CSV: {error}."
        file.add("invalid-csv", message, "Write each quotation mark in a quoted cell twice.", row=lines.line_num)


def _terms(file: MarkdownFile, cells: list[str], row: int, first_rows: dict[str, int]) -> tuple[str, ...] | None:
    """The terms of a row; None and problems where it cannot be used. Adds each to `first_rows`, in one spelling."""
    if len(cells) != len(HEADER):
        message = f"this row has {len(cells)} cells; the header has {len(HEADER)}."
        file.add("row-of-other-width", message, "Put a cell that has a comma in quotation marks.", row=row)
        return None
    term, others = cells[0].strip(), [part.strip() for part in cells[1].split(BETWEEN)]
    problems = len(file.problems)
    for field, value in [("term", term), *(("terms", other) for other in others)]:
        for rule, message, hint in _reasons(value, file.guard):
            file.add(rule, message, hint, row=row, field=field, value=value)
        key = looks(value).casefold()
        if not is_blank(value) and (before := first_rows.setdefault(key, row)) != row:
            message = f'"{shorten(value)}" also stands in row {before}.'
            file.add("duplicate-term", message, "Put all terms that mean the same into one row.", row=row, field=field)
    terms = tuple(dict.fromkeys((term, *others)))
    if len(terms) == 1 and not is_blank(term):
        message = f'"{shorten(term)}" is the only term of the row.'
        file.add("no-synonym", message, "Write another word for it.", row=row, field="terms")
    return terms if len(file.problems) == problems else None


def _reasons(value: str, guard: Guard) -> Iterator[tuple[str, str, str]]:
    """Why a term cannot be used, as (rule, message, hint)."""
    if is_blank(value):
        yield "blank-term", "a term is blank.", f"Write a word, or remove the {BETWEEN} too many."
    elif not any(map(str.isalnum, value)):
        yield "no-letters", f'"{shorten(value)}" has no letter or digit.', "Write a word that people search for."
    if len(value) > MAX_LENGTH:
        message = f"a term has {len(value)} characters; {MAX_LENGTH} are allowed."
        yield "term-too-long", message, f"Put {BETWEEN} between terms, or write a shorter one."
    if bad := FORBIDDEN.search(value):
        yield "forbidden-character", f"a term has {forbidden_name(bad[0])}.", "Type the term again."
    if reason := guard(value):
        yield "personal-data", *reason
