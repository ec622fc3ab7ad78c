"""Problems of the data, the content or the command: messages for the person who can correct them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import process


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the package or the content: its place, the rule that it breaks, and the next step."""

    place: str
    """The file, relative to the folder of the package or of the content: `data/projects.csv`."""
    rule: str
    """A short, stable code of the rule, such as `unknown-key`, for filters and programs."""
    message: str
    """One sentence: the value, and the rule that it breaks."""
    hint: str = ""
    """The next step, as one or more sentences; empty where the message says it."""
    row: int | None = None
    """The number of the row in a CSV, as in a spreadsheet: the header is row 1."""
    field: str | None = None
    """The name of the column in a CSV, or the dotted path of a property in a JSON file."""
    value: str | None = None
    """The value as it is in the file."""
    column: int | None = None
    """In a CSV the position of the field, in a JSON file that of the character in the line; from 1."""
    line: int | None = None
    """The line of the text file, from 1. It may differ from the row, since a quoted cell may have line breaks."""

    count: int = 1
    """How many rows have this mistake."""
    rows: tuple[int, ...] = ()
    """The first of these rows, where there are several. The other attributes are those of the first row."""

    @property
    def location(self) -> str:
        """The place in words: `data/projects.csv, row 12, agency_id`, or `…, 486 rows (2, 3, 4, …), fiscal_year`."""
        # The name of a file or a column may hold line breaks, or be very long.
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
        sentences = f"{self.message} {self.hint}" if self.hint else self.message
        return f"{self.location}: {shorten(sentences, 2_000)}"

    def as_dict(self) -> dict[str, Any]:
        """The problem for JSON; what is not known is None."""
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
    """The same problems without duplicates, sorted by file, row and position of the field."""
    return tuple(
        sorted(
            dict.fromkeys(problems),
            key=lambda p: (p.place, p.row or p.line or 0, p.column or 0, p.field or "", p.message),
        )
    )


ROWS_SHOWN = 3
"""Rows that a problem of many rows lists."""


def grouped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """One problem for each kind of mistake in a column, with its count and first rows, at the position of the first.

    Two problems are of one kind if they differ only in their rows and values. `problems` are sorted by `in_order`.
    """
    kinds: dict[object, list[Problem]] = {}
    first: dict[object, object] = {}
    for index, problem in enumerate(problems):
        texts = tuple(_without_values(text, problem) for text in (problem.message, problem.hint))
        # Problems of the header, and those without a row, are not of many rows.
        alone = index if (problem.row or 1) == 1 else None
        column = (problem.place, problem.field, problem.rule, alone)
        kind = first.setdefault(column, (column, texts))
        # The values of problems that are only counted are not known.
        kinds.setdefault(kind if problem.count > 1 else (column, texts), []).append(problem)
    return tuple(map(_merged, kinds.values()))


_VALUES = re.compile(
    r'"[^"]*"|(?<=there is no )[^.]+|(?<=holds )[^,]+(?=, which)|(?<=^Write )\S*[^\d\W]\S*-\S+\.$'
    r"|[-+]?\d[-\d.,:T]*(?: if \d+ is the day\.?)?"
)
"""What differs between two messages of one kind: quoted values, days and characters by their names, and numbers."""


def _without_values(text: str, problem: Problem) -> str:
    shown = text.replace(f'"{shorten(problem.value)}"', "") if problem.value else text
    return _VALUES.sub("", shown)


def _merged(problems: Sequence[Problem]) -> Problem:
    first, count = problems[0], sum(problem.count for problem in problems)
    if count == 1:
        return first
    differ = any((problem.message, problem.hint) != (first.message, first.hint) for problem in problems)
    message = f"in row {first.row}, {first.message}" if differ else first.message
    rows = tuple(problem.row for problem in problems[:ROWS_SHOWN] if problem.row is not None)
    return replace(first, message=message, count=count, rows=rows)


def shorten(value: object, length: int = 60) -> str:
    """A value for a message: on one line, of at most `length` characters; a longer one ends with `…`."""
    text = " ".join("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value)).split())
    return text if len(text) <= length else text[: length - 1] + "…"


class BuildError(Exception):
    """The data or the content has problems: nothing was published. Exit code 1."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """`problems` may have any order, and duplicates."""
        self.problems = in_order(problems)
        super().__init__(f"{len(self.problems)} problems")


class UsageError(Exception):
    """The command or the configuration is wrong; the message says how to correct it. Exit code 2."""


def suggest(value: str, candidates: Collection[str], likeness: int = 60) -> str:
    """`Did you mean "…"?` with the most similar of `candidates`; "" where none is similar. See `most_like`."""
    match = most_like(value, candidates, likeness)
    return "" if match is None else f'Did you mean "{shorten(match)}"?'


def most_like(value: str, candidates: Collection[str], likeness: int = 60) -> str | None:
    """The most similar of `candidates`; None where none has at least the similarity `likeness` (0 to 100)."""
    match = process.extractOne(value, sorted(candidates), score_cutoff=likeness)
    return match[0] if match else None
