"""A CSV that nobody here has seen -> which of its columns may be which of `projects`, by names and by values."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from rapidfuzz import fuzz

from portal.core.calendars import Calendar
from portal.core.problems import shorten, suggest
from portal.core.text import has_forbidden
from portal.core.urls import is_safe_id
from portal.imports.csv_cells import DATE, CellFormat, read_cell
from portal.imports.csv_text import CsvFormat
from portal.imports.keys import made_key
from portal.imports.mapping_file import LINKED, CsvMapping, own_column
from portal.package import COLUMNS
from portal.search import fold

_FOLDER = Path(__file__).parent

NAMES: Mapping[str, Mapping[str, Sequence[str]]] = json.loads((_FOLDER / "column_names.json").read_text("utf-8"))
"""By column of `projects`, or one of LINKED: what others call it (`names`), and what may be it or not (`also`)."""

SURE = 88
"""Likeness (0 to 100) from which on a column is taken without a question."""

POSSIBLE = 72
"""Likeness from which on a column is worth a question."""

_LIMIT_OF_OTHERS = 84
"""The highest likeness to a name that may mean something else."""

READABLE = 0.9
"""The share of its cells that must be readable, for a column to be one of numbers or of days."""

DISTINCT = 0.1
"""The share of different cells from which on a column may be the title whose heading may be something else."""

MAX_NAME = 300
"""Characters of a cell that may be a name."""

_BLANKS = frozenset(
    (
        *("n/a", "na", "#n/a", "n.a.", "-", "--", "—", "null", "none", "nan", "tbd", "tba", "unknown", "s/d", "s.d."),
        *("n/d", "sin datos", "sin dato", "k.a.", "nc", "n.c.", "ไม่ระบุ", "ไม่มีข้อมูล"),
    )
)
"""What stands in the cells of others where no value is known."""

_WORD_ENDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN_WORDS = re.compile(r"[\s_\-./()\[\]{}#:;,*'\"?]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of their CSV."""

    heading: str
    cells: tuple[str, ...]
    target: str | None = None
    """The column of `projects`, or one of LINKED, that it may be."""
    is_sure: bool = False
    why: str = ""
    """Why it is not used; a clause without a capital and a full stop."""
    broken: tuple[str, ...] = ()
    """Its cells that cannot be read as `target`."""

    @property
    def values(self) -> list[str]:
        """The cells that are not blank."""
        return [cell for cell in map(str.strip, self.cells) if cell]


@dataclass(frozen=True, slots=True)
class Guess:
    """What the columns of a CSV may be."""

    columns: tuple[Column, ...]
    cells: CellFormat
    key_from: tuple[str, ...]
    """The headings of which the key is made; empty where a column is the key."""
    notes: tuple[str, ...] = ()
    """What a person should know of the whole file, each as a sentence."""

    def used(self) -> dict[str, str]:
        """The columns that are sure, by heading."""
        return {column.heading: column.target for column in self.columns if column.target and column.is_sure}

    def mapping(self, form: CsvFormat, fixed: Mapping[str, str]) -> CsvMapping:
        """The mapping of the columns that are sure, of a file written as `form`."""
        used = self.used()
        if self.key_from:
            used = {heading: target for heading, target in used.items() if target != "project_id"}
        columns = [column for column in self.columns if column.heading in used]
        names = [column for column in columns if column.target == "title"]
        return CsvMapping(
            "projects",
            used,
            fixed,
            form,
            self.cells,
            self.key_from,
            frozenset(column.heading for column in columns if column.broken and column.target != "title"),
            any(len(column.values) < len(column.cells) for column in names),
        )


@dataclass(slots=True)
class Guesser:
    """Guesses what the columns of a CSV are."""

    calendar: Calendar
    """In which the package will write fiscal years."""
    month_first: bool
    """How dates are read that may be read in both ways."""
    titles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """More names of columns: their titles in the languages of the portal."""

    def guess(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Guess:
        """What each column may be. Nothing is asked, and no row is changed."""
        columns = [Column(heading, tuple(row[index] for row in rows)) for index, heading in enumerate(header)]
        form, notes = _cell_format(columns, self.month_first)
        notes += _second_header(columns, form)
        counts = Counter(header)
        candidates = [c for c in columns if counts[c.heading] == 1 and c.heading.strip() and c.values]
        chosen = self._choose(candidates, form)
        result = tuple(self._judge(column, counts, chosen, form) for column in columns)
        return self._completed(Guess(result, form, (), tuple(notes)))

    def _completed(self, guess: Guess) -> Guess:
        """The guess with what several columns say together: dates in the wrong order, and of what keys are made."""
        used = {column.target: column for column in guess.columns if column.is_sure}
        start, finish = used.get("start_date"), used.get("finish_date")
        if start and finish:
            unreadable = _unreadable(finish, "finish_date", guess.cells, self.calendar)
            reverse = [cell for cell in _reverse(start, finish, guess.cells) if cell not in unreadable]
            broken = (*reverse, *unreadable)
            changed = replace(finish, broken=broken)
            if len(broken) > (1 - READABLE) * len(finish.values):
                why = f"{len(reverse):,} of its days are before the start_date"
                changed = replace(finish, target=None, is_sure=False, why=why, broken=())
            guess = replace(guess, columns=tuple(changed if c is finish else c for c in guess.columns))
        return replace(guess, key_from=key_columns(guess))

    def likeness(self, heading: str, target: str) -> float:
        """How like a heading is to the names of a column, 0 to 100."""
        name = _words(heading)
        known = NAMES.get(target, {"names": (), "also": ()})
        names = [target.replace(".name", ""), *known["names"], *self.titles.get(target, ())]
        best = max(_likeness(name, _words(other)) for other in names)
        others = max((_likeness(name, _words(other)) for other in known["also"]), default=0)
        return max(best, min(others, _LIMIT_OF_OTHERS))

    def _choose(self, candidates: Collection[Column], form: CellFormat) -> dict[str, tuple[str, float]]:
        """By heading the column that it is most like, each column once; the most alike first."""
        pairs = []
        for position, column in enumerate(candidates):
            for target in NAMES:
                likeness = self.likeness(column.heading, target)
                is_like = likeness >= SURE or (likeness >= POSSIBLE and (target != "title" or _tells_apart(column)))
                if is_like and _looks_like(column, target, form, self.calendar):
                    pairs.append((-likeness, position, target, column.heading))
        chosen: dict[str, tuple[str, float]] = {}
        for negative, _, target, heading in sorted(pairs):
            if heading not in chosen and target not in {one for one, _ in chosen.values()}:
                chosen[heading] = target, -negative
        return _with_a_title(chosen)

    def _judge(
        self, column: Column, counts: Mapping[str, int], chosen: Mapping[str, tuple[str, float]], form: CellFormat
    ) -> Column:
        if not column.heading.strip():
            return replace(column, why="it has no heading")
        if counts[column.heading] > 1:
            return replace(column, why=f"{counts[column.heading]} columns have this heading")
        if not column.values:
            return replace(column, why="all its cells are blank")
        if column.heading not in chosen:
            return replace(column, why=self._why_not(column, form))
        target, likeness = chosen[column.heading]
        broken = tuple(_unreadable(column, target, form, self.calendar))
        return replace(column, target=target, is_sure=likeness >= SURE, broken=broken)

    def assign(self, guess: Guess, heading: str, target: str) -> Guess:
        """The guess after a person has said what a column is: "" that it is not used, "+" a column of its own.

        Raises ValueError, whose text says what is wrong.
        """
        named = [column for column in guess.columns if column.heading == heading]
        if len(named) != 1:
            count = "no column is" if not named else f"{len(named)} columns are"
            hint = suggest(heading, [column.heading for column in guess.columns])
            raise ValueError(f'{count} called "{shorten(heading)}". {hint}'.strip())
        taken = {*COLUMNS["projects"], *guess.used().values()}
        target = own_column(heading, taken) if target == "+" else target
        broken: tuple[str, ...] = ()
        if target:
            broken = self._check_target(named[0], target, guess.cells)
        columns = (_assigned(column, heading, target, broken) for column in guess.columns)
        return self._completed(replace(guess, columns=tuple(columns)))

    def _check_target(self, column: Column, target: str, form: CellFormat) -> tuple[str, ...]:
        """The cells of a column that cannot be read as `target`. Raises ValueError where it cannot be `target`."""
        if target in _NOT_BY_HAND or not (target in LINKED or re.fullmatch("[a-z][a-z0-9_]*", target)):
            known = sorted({*COLUMNS["projects"], *LINKED} - set(_NOT_BY_HAND))
            hint = _NOT_BY_HAND.get(target, "") or suggest(target, known)
            raise ValueError(
                f'"{shorten(target)}" is no column. {hint} Write one of these, a name of your own in small letters, '
                f"or + to show it under its heading: {', '.join(known)}."
            )
        if target == "project_id" and not _looks_like(column, target, form, self.calendar):
            raise ValueError(f'"{shorten(column.heading)}" is not the key: some of its cells are blank or not unique.')
        broken = tuple(_unreadable(column, target, form, self.calendar))
        if len(broken) > (1 - READABLE) * len(column.values):
            raise ValueError(f'"{shorten(column.heading)}": {_complaint(column, target, broken)}.')
        return broken

    def _why_not(self, column: Column, form: CellFormat) -> str:
        like = max(NAMES, key=lambda target: self.likeness(column.heading, target))
        if self.likeness(column.heading, like) < SURE:
            return "the portal knows no such column"
        if _looks_like(column, like, form, self.calendar):
            return f"another column is more like {like}"
        if like == "project_id":
            return "it would be the key, but some of its cells are blank or not unique"
        if broken := _unreadable(column, like, form, self.calendar):
            return _complaint(column, like, broken)
        return f"its cells do not look like {like}"


_NOT_BY_HAND = {
    "source_id": "The source of all rows is the file.",
    "agency_id": "Names of agencies are agencies.name.",
    "area_id": "Names of areas are areas.name.",
}
"""Columns that refer to other tables, with what to write."""


def _assigned(column: Column, heading: str, target: str, broken: tuple[str, ...]) -> Column:
    """A column after the one of `heading` became `target`; the one that was it is not used any more."""
    if column.heading == heading:
        why = "" if target else "it was left out"
        return replace(column, target=target or None, is_sure=bool(target), why=why, broken=broken)
    if target and column.target == target:
        return replace(column, target=None, is_sure=False, why=f'"{shorten(heading)}" is {target}', broken=())
    return column


def _with_a_title(chosen: dict[str, tuple[str, float]]) -> dict[str, tuple[str, float]]:
    """The same, with a column that may be the title as it: a project must have one."""
    return {
        heading: (target, max(likeness, SURE) if target == "title" else likeness)
        for heading, (target, likeness) in chosen.items()
    }


def _words(text: str) -> str:
    """A heading or a name as words: folded, without signs between them."""
    return _BETWEEN_WORDS.sub(" ", fold(_WORD_ENDS.sub(" ", text).replace("-", " "))).strip()


def _likeness(heading: str, name: str) -> float:
    """How alike two names are, 0 to 100; words may have another order, and the heading may have more of them."""
    whole = fuzz.token_sort_ratio(heading, name)
    # A short name is in too many headings, and the contractor's name is no name of a project.
    part = 90 if " " in name else 80
    return max(whole, part) if set(name.split()) < set(heading.split()) else whole


def _cell_format(columns: Sequence[Column], month_first: bool) -> tuple[CellFormat, list[str]]:
    """How the cells of a CSV are written: the way in which most can be read."""
    values = [value for column in columns for value in column.values]
    blank = tuple(sorted({value for value in values if value.casefold() in _BLANKS}))
    days = [value for value in values if DATE.fullmatch(value)]
    forms = [CellFormat(era, order, blank=blank) for era, order in product((False, True), (False, True))]
    readable = {form: sum(_is_readable(day, "start_date", "date", form) for day in days) for form in forms}
    best = max(forms, key=lambda form: (readable[form], form.month_first == month_first))
    notes = []
    may_be_other = readable[best] == readable[replace(best, month_first=not best.month_first)]
    if may_be_other and not all(re.match("[0-9]{4}", day) for day in days):
        order = "month/day/year" if best.month_first else "day/month/year"
        notes.append(f"Its dates may be read in two ways; they are read as {order}.")
    numbers = [value for value in values if re.search("[0-9][.,][0-9]", value) and not DATE.fullmatch(value)]
    commas = replace(best, decimal_comma=True)
    gain = sum(
        _is_readable(number, "target_value", "number", commas) - _is_readable(number, "target_value", "number", best)
        for number in numbers
    )
    return (commas if gain > 0 else best), notes


def _second_header(columns: Sequence[Column], form: CellFormat) -> list[str]:
    """A note where the first row below the header has words, and all others have numbers or days in the same column."""

    def is_value(cell: str) -> bool:
        pairs = (("target_value", "number"), ("start_date", "date"))
        return any(_is_readable(cell, name, kind, form) for name, kind in pairs)

    if any(is_value(column.cells[0].strip()) for column in columns if column.cells[0].strip() not in ("", *form.blank)):
        return []
    for column in columns:
        first, others = column.cells[0].strip(), [cell.strip() for cell in column.cells[1:] if cell.strip()]
        if first not in ("", *form.blank) and len(others) > 1 and all(map(is_value, others)):
            where = f'"{shorten(first, 30)}" below "{shorten(column.heading)}"'
            return [f"The first row below the header may be a second header, with {where}: then delete it."]
    return []


def _is_readable(cell: str, column: str, kind: str, form: CellFormat, calendar: Calendar = "gregorian") -> bool:
    try:
        return bool(read_cell(cell.lstrip("-"), column, kind, form, calendar)) or cell in form.blank
    except ValueError:
        return False


def _unreadable(column: Column, target: str, form: CellFormat, calendar: Calendar) -> list[str]:
    """The cells of a column that cannot be read as `target`."""
    kind = COLUMNS["projects"].get(target, "string")
    broken = []
    for cell in column.values:
        try:
            read_cell(cell, target, kind, form, calendar)
            is_broken = has_forbidden(cell)
        except ValueError:
            is_broken = True
        if is_broken:
            broken.append(cell)
    return broken


def _complaint(column: Column, target: str, broken: Sequence[str]) -> str:
    """Why a column is not used as `target`, with an example of its cells that cannot be read so."""
    example = shorten(broken[0], 30)
    return f'{len(broken):,} of {len(column.values):,} cells cannot be read as {target}, such as "{example}"'


def _reverse(start: Column, finish: Column, form: CellFormat) -> list[str]:
    """The days of `finish` that are before that of `start` in the same row."""

    def day(cell: str) -> str:
        try:
            return read_cell(cell, "start_date", "date", form, "gregorian")
        except ValueError:
            return ""

    pairs = ((day(begin), day(end), end) for begin, end in zip(start.cells, finish.cells, strict=True))
    return [cell for begin, end, cell in pairs if begin and end and end < begin]


def _looks_like(column: Column, target: str, form: CellFormat, calendar: Calendar) -> bool:
    """Whether the cells of a column can be those of `target`."""
    values = [value for value in column.values if value not in form.blank]
    kind = COLUMNS["projects"].get(target, "string")
    if not values:
        return False
    if kind != "string":
        return len(_unreadable(column, target, form, calendar)) <= (1 - READABLE) * len(values)
    if target == "project_id":
        return len(column.values) == len(column.cells) == len({value.casefold() for value in column.values})
    if target in ("title", "agencies.name", "areas.name", "strategy"):
        longest = max(map(len, values))
        is_named = any(re.search(r"[^\W\d_]", value) for value in values) or target == "areas.name"
        has_all = target != "title" or len(values) >= READABLE * len(column.cells)
        return is_named and has_all and longest <= (100 if target == "areas.name" else MAX_NAME)
    return any(re.search(r"[^\W\d_]", value) for value in values)


def _tells_apart(column: Column) -> bool:
    """Whether cells may be titles, though their heading is hardly that of titles: those of a status repeat."""
    return len({value.casefold() for value in column.values}) >= DISTINCT * len(column.values)


def key_columns(guess: Guess) -> tuple[str, ...]:
    """The headings of which keys are made, so that each row has one of its own; empty where a column can be the key.

    What the rows themselves say makes a key that stays when others come, go or move: first what never changes. Where
    even all columns together do not part the rows, there is none.
    """
    columns = {column.target: column for column in guess.columns if column.is_sure}
    if key := columns.get("project_id"):
        if all(map(is_safe_id, key.values)):
            return ()
        if _parts([key]) == len(key.cells):
            return (key.heading,)
    title = columns.get("title")
    if title is None:
        return ()
    named = Counter(column.heading for column in guess.columns)
    others = sorted(
        (c for c in guess.columns if c is not title and named[c.heading] == 1 and c.heading.strip() and c.values),
        key=lambda column: _LASTING.index(column.target) if column.target in _LASTING else _LASTING.index(None),
    )
    return next(_sets_that_part(title, others), ())


_LASTING = (
    *("fiscal_year", "areas.name", "agencies.name", "start_date", None),
    *("finish_date", "budget_received", "budget_spent", "progress_percent", "as_of_date"),
)
"""Columns by how seldom their cells change; None stands for all others."""


def _sets_that_part(title: Column, others: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    chosen = [title]
    parted = _parts(chosen)
    if parted == len(title.cells):
        yield (title.heading,)
        return
    for other in others:
        more = _parts([*chosen, other])
        if more > parted:
            chosen, parted = [*chosen, other], more
        if parted == len(title.cells):
            yield tuple(column.heading for column in chosen)
            return


def _parts(columns: Sequence[Column]) -> int:
    """How many different keys the rows have."""
    return len({made_key(cells).casefold() for cells in zip(*(column.cells for column in columns), strict=True)})
