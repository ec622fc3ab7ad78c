"""What is wrong with the data, the content or the command, said to the person who can correct it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import process


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the package or the content: where it is, what holds, and what to do next."""

    place: str
    """The file, relative to the folder of the package or of the content: `data/projects.csv`."""
    rule: str
    """A short, stable name of the rule, such as `unknown-key`; for filters and for machines."""
    message: str
    """One sentence: the value and the rule that it breaks."""
    hint: str = ""
    """The next step, as one sentence; empty where the message says it already."""
    row: int | None = None
    """The record's number in a CSV, as a spreadsheet counts it: the header is row 1."""
    field: str | None = None
    """The column's name in a CSV, or the dotted path of a property in a JSON file."""
    value: str | None = None
    """The value as it stands in the file."""
    column: int | None = None
    """In a CSV the field's position from 1, for the order of the report; in a JSON file the character in the line."""
    line: int | None = None
    """The line of the text file, from 1. A quoted cell may hold line breaks, so it is not the row."""

    count: int = 1
    """How many rows have this mistake."""
    rows: tuple[int, ...] = ()
    """The first of these rows, where they are more than one; `row` and all that is said are of the first."""

    @property
    def location(self) -> str:
        """The place in words: `data/projects.csv, row 12, agency_id`, or `…, 486 rows (2, 3, 4, …), fiscal_year`."""
        # A file or a column may be called as no line of a report may read.
        parts = [shorten(self.place, 300)]
        if self.count > 1:
            rows = ", ".join(map(str, self.rows or (self.row,)))
            parts.append(f"{self.count:,} rows ({rows}{', …' if self.count > len(self.rows) else ''})")
        elif self.row is not None:
            parts.append(f"row {self.row}")
        elif self.line is not None:
            parts.append(f"line {self.line}" + (f", column {self.column}" if self.column else ""))
        if self.field:
            parts.append(shorten(self.field, 200))
        return ", ".join(parts)

    @property
    def text(self) -> str:
        """The whole problem as one line of plain text."""
        said = f"{self.message} {self.hint}" if self.hint else self.message
        return f"{self.location}: {shorten(said, 2_000)}"

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON-ready keys and values; what is not known is None."""
        return {
            "place": self.place,
            "row": self.row,
            "rows": list(self.rows or (() if self.row is None else (self.row,))),
            "count": self.count,
            "line": self.line,
            "field": self.field,
            "value": self.value,
            "rule": self.rule,
            "message": self.message,
            "hint": self.hint,
            "text": self.text,
        }


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same problems without repetitions, by file, row and position of the field."""
    return tuple(
        sorted(
            dict.fromkeys(problems),
            key=lambda p: (p.place, p.row or p.line or 0, p.column or 0, p.field or "", p.message),
        )
    )


ROWS_SHOWN = 3
"""Of a mistake that many rows have."""


def grouped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """One problem for each kind of mistake in a column, with its count and its first rows, in the place of the first.

    Of one kind are those that differ in nothing but their row and their values. `problems` are in order.
    """
    kinds: dict[object, list[Problem]] = {}
    first: dict[object, object] = {}
    for index, problem in enumerate(problems):
        said = tuple(_without_values(text, problem) for text in (problem.message, problem.hint))
        # The header is one row, and what has none is of no table.
        alone = index if (problem.row or 1) == 1 else None
        column = (problem.place, problem.field, problem.rule, alone)
        kind = first.setdefault(column, (column, said))
        # Of those that are only counted nobody knows the values.
        kinds.setdefault(kind if problem.count > 1 else (column, said), []).append(problem)
    return tuple(_as_one(alike) for alike in kinds.values())


def _without_values(text: str, problem: Problem) -> str:
    shown = text.replace(f'"{shorten(problem.value)}"', "") if problem.value else text
    return re.sub(r'"[^"]*"|[-+]?\d[-\d.,:T]*', "", shown)


def _as_one(alike: Sequence[Problem]) -> Problem:
    first, count = alike[0], sum(problem.count for problem in alike)
    if count == 1:
        return first
    differ = any((one.message, one.hint) != (first.message, first.hint) for one in alike)
    message = f"in row {first.row}, {first.message}" if differ else first.message
    rows = tuple(problem.row for problem in alike[:ROWS_SHOWN] if problem.row is not None)
    return replace(first, message=message, count=count, rows=rows)


def shorten(value: object, length: int = 60) -> str:
    """A value for a message: on one line, at most `length` characters, its end marked where it was cut."""
    text = " ".join("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value)).split())
    return text if len(text) <= length else text[: length - 1] + "…"


class BuildError(Exception):
    """The data or the content has problems: nothing was published. Exit code 1."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep `problems`, each once, in the order in which they are reported."""
        self.problems = in_order(problems)
        super().__init__(f"{len(self.problems)} problems")


class UsageError(Exception):
    """The command or the configuration is wrong; the message says how to correct it. Exit code 2."""


def suggest(value: str, known: Collection[str], likeness: int = 60) -> str:
    """`Did you mean "…"?` for the member of `known` that is most like `value`; "" where none is close."""
    match = most_like(value, known, likeness)
    return "" if match is None else f'Did you mean "{shorten(match)}"?'


def most_like(value: str, known: Collection[str], likeness: int = 60) -> str | None:
    """The member of `known` that is most like `value`, of those that are alike by so many of 100; None: none is."""
    match = process.extractOne(value, sorted(known), score_cutoff=likeness)
    return match[0] if match else None
