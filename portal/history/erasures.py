"""The rows of `erased.csv` and a history -> the texts of earlier releases that the rows name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from portal.core.models import ERASED, Change, ChangeKind, Erasure, History, Package, Portal
from portal.core.problems import Problem, suggest
from portal.history.values import is_same_value

CellKey = tuple[str, tuple[str, ...], str]
"""Identifies a cell in all releases: its resource, its record (see `without_number`) and its field."""

MAX_PROBLEMS = 1_000
"""More problems than this are not listed: they have one cause."""

_Steps = Sequence[tuple[int, Change]]
"""The changes of one cell in their order, each with the number of its release."""

_ANY_NUMBER = ("#",)
"""Stands for every record that has no key: its number is of one release only."""


def without_number(record: tuple[str, ...]) -> tuple[str, ...]:
    """The key of a record; `("#",)` if it has none."""
    return _ANY_NUMBER if record and record[0].startswith("#") else record


class ErasureFinder:
    """Finds what rows of `erased.csv` name in a history."""

    def __init__(self, history: History, erasures: Sequence[Erasure]) -> None:
        """Go through `history` once, looking for the records that `erasures` name; not at all if there are none."""
        self._releases = history.releases
        self._release_numbers: dict[str, int | None] = {"": None}
        self._column_names: dict[tuple[str, str], frozenset[str]] = {}
        """By resource and column: all names that the column ever had."""
        self._steps: defaultdict[tuple[str, tuple[str, ...]], defaultdict[str, list[tuple[int, Change]]]]
        self._steps = defaultdict(lambda: defaultdict(list))
        """By record, and then by column."""
        records = {(erasure.resource, erasure.record) for erasure in erasures}
        if not records:
            return
        changes = [(number, change) for number, release in enumerate(history.releases) for change in release.changes]
        for _, change in changes:
            if change.kind is ChangeKind.RENAMED:
                names = self._all_names(change.resource, change.before) | self._all_names(change.resource, change.field)
                self._column_names |= dict.fromkeys(((change.resource, name) for name in names), names)
        for number, change in changes:
            record = change.resource, change.record
            if record in records:
                self._steps[record][min(self._all_names(change.resource, change.field))].append((number, change))

    def _all_names(self, resource: str, column: str) -> frozenset[str]:
        """Every name that a column ever had."""
        return self._column_names.get((resource, column), frozenset([column]))

    def erased_texts(self, erasure: Erasure) -> Iterator[tuple[CellKey, set[str]]]:
        """The texts that a row withholds, by cell; never the text that the cell has today."""
        number = self.release_number(erasure.release)
        record = without_number(erasure.record)
        for name, steps in self._steps.get((erasure.resource, erasure.record), {}).items():
            names = self._all_names(erasure.resource, name)
            if not erasure.field or erasure.field in names:
                texts = _erased_texts(steps, number, is_numbered=record == _ANY_NUMBER)
                for field in names if texts else ():
                    yield (erasure.resource, record, field), texts

    def release_number(self, name: str) -> int | None:
        """The number of the release with the tag `name`, or whose commit id begins with it (7 letters or more).

        None if there is none.
        """
        if name not in self._release_numbers:
            is_long = len(name) >= 7
            numbers = (
                number
                for number, release in enumerate(self._releases)
                if name in release.tags or (is_long and release.commit.startswith(name))
            )
            self._release_numbers[name] = next(numbers, None)
        return self._release_numbers[name]

    def has_record(self, erasure: Erasure) -> bool:
        """Whether a release changed the record that a row names."""
        return (erasure.resource, erasure.record) in self._steps

    def erases_key(self, erasure: Erasure, package: Package) -> bool:
        """Whether a row withholds the key of its record too: it names the key, and the record was removed."""
        resource = package.resources.get(erasure.resource)
        is_key = not erasure.field or (resource is not None and any(erasure.field in key for key in resource.keys))
        columns = self._steps.get((erasure.resource, erasure.record), {}).values()
        steps = [step for column_steps in columns for step in column_steps]
        last = max((number for number, _ in steps), default=None)
        return is_key and any(number == last and change.kind is ChangeKind.REMOVED for number, change in steps)


def _erased_texts(steps: _Steps, release: int | None, *, is_numbered: bool) -> set[str]:
    """The texts of a cell that are withheld: all earlier ones, or those with the value that it had in `release`."""
    if is_numbered:
        changes = [change for number, change in steps if number == release]
        return {text for change in changes for text in (change.before, change.after) if text}
    texts = {text for _, change in steps for text in (change.before, change.after) if text}
    if release is not None:
        value = next((change.after for number, change in reversed(steps) if number <= release), steps[0][1].before)
        texts = {text for text in texts if is_same_value(text, value)}
    return texts - {steps[-1][1].after}


def unknown_erasures(portal: Portal, history: History) -> list[Problem]:
    """A problem for each row of `erased.csv` that withholds nothing.

    `history` is that of the package before anything is withheld. No message repeats a key, which may be what nobody
    should read. If the beginning of the history is not known, there are no problems: a row may name what was before.
    """
    if history.releases and not history.complete:
        return []
    finder = ErasureFinder(history, portal.erased)
    fields: defaultdict[str, set[str]] = defaultdict(set)
    for name, resource in portal.package.resources.items():
        fields[name].update(resource.fields)
    for change in (change for release in history.releases for change in release.changes if portal.erased):
        is_renamed = change.kind is ChangeKind.RENAMED
        fields[change.resource].update((change.field, change.before) if is_renamed else (change.field,))
    problems = (_problem(erasure, fields, finder, history) for erasure in portal.erased)
    return list(islice(filter(None, problems), MAX_PROBLEMS))


def _problem(
    erasure: Erasure, fields: Mapping[str, set[str]], finder: ErasureFinder, history: History
) -> Problem | None:
    """Why a row withholds nothing; None if it does, or if no earlier release is known.

    `fields` are the columns of each resource, those of earlier releases included.
    """

    def problem(column: str, rule: str, message: str, hint: str) -> Problem:
        return Problem(ERASED, rule, message, hint, row=erasure.row, field=column)

    if erasure.resource not in fields:
        message = "the package neither has nor ever had this resource."
        return problem("resource", "unknown-resource", message, suggest(erasure.resource, fields) or "Mend the name.")
    if not history.releases:
        return None
    if erasure.field and erasure.field not in fields[erasure.resource]:
        hint = suggest(erasure.field, fields[erasure.resource]) or "Mend the name; blank is the whole record."
        return problem("field", "unknown-field", "the resource neither has nor ever had this field.", hint)
    if erasure.release and finder.release_number(erasure.release) is None:
        hint = "Write a tag, or at least 7 letters of the id that /changes/ shows; blank is every earlier release."
        return problem("release", "unknown-release", "no release has this tag, or an id that begins so.", hint)
    if without_number(erasure.record) == _ANY_NUMBER and not erasure.release:
        message = "a record without a key has a number that is of one release alone."
        return problem("release", "missing-release", message, "Write the release in which it came or went.")
    if not finder.has_record(erasure):
        hint = 'Write it as the column "record" of changes.csv has it: ["…","…"]; of one cell, the cell alone will do.'
        return problem("key", "unknown-key", "no release ever changed a record with this key.", hint)
    if not any(True for _ in finder.erased_texts(erasure)):
        message = "nothing is withheld: what this row names is in the data of today, as it was in every release."
        return problem("field", "still-published", message, "Delete it from the data too, or delete this row.")
    return None
