"""Releases -> the same without what must not be published of them: personal data, and what `erased.csv` names.

What stood in a commit was perhaps never checked, and a person may ask for more to be removed. Everything that is said
of earlier releases is made from what `withhold` returns, so nothing that is withheld comes out by another way.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from portal.core.models import ERASED, Change, ChangeKind, Erasure, History, Package, Portal, Release
from portal.core.problems import Problem, suggest
from portal.history.changes import is_same


class Guard(Protocol):
    """Knows whether a text holds personal data that the package does not allow."""

    def hides(self, resource: str, name: str, text: str) -> bool:
        """Whether a cell of the column `name` does."""

    def hides_key(self, resource: str, text: str) -> bool:
        """Whether a cell of a record's key does."""

    def hides_text(self, text: str) -> bool:
        """Whether any other text does: a name, a version, a tag."""


_Place = tuple[str, tuple[str, ...], str]
"""Resource, record and field."""

MAX_PROBLEMS = 1_000
"""Of the list. One with more has one cause, not a thousand."""

_Steps = Sequence[tuple[int, Change]]
"""The changes of one cell in their order, each with the number of its release."""

_NUMBERED = ("#",)
"""Any record that has no key, but a number within its release."""


def withhold(history: History, portal: Portal, guard: Guard) -> History:
    """`history` without the texts that `guard` or the package's `erased.csv` hide; the same object where none is.

    Each change and each release says which of its texts are withheld. Columns that are ignored are left out.
    """
    history = _without_columns(history, portal.package.ignored)
    erasing = _Erasing(history, portal.erased)
    erased: defaultdict[_Place, set[str]] = defaultdict(set)
    hiding = _Hiding(guard, erased, {project.project_id for project in portal.projects})
    for one in portal.erased:
        for place, texts in erasing.cells(one):
            erased[place] |= texts
        if erasing.hides_key(one, portal.package):
            hiding.hide_record(one.resource, one.record)
    releases = hiding.releases(history)
    if releases is history.releases:
        return history
    places = [
        (one.withheld, one.resource, one.record, one.field, release.commit)
        for release in releases
        for one in release.changes
        if one.withheld
    ]
    digest = hashlib.sha256(repr((history.identity, places)).encode()).hexdigest()
    hidden = {place: frozenset(texts) for place, texts in erased.items()}
    return replace(history, releases=releases, identity=digest[:16], erased=hidden)


def _without_columns(history: History, ignored: Sequence[str]) -> History:
    """`history` without the changes of columns that are ignored, each as `resource.column`."""
    if not ignored:
        return history

    def is_left(one: Change) -> bool:
        names = (one.before, one.after) if one.kind is ChangeKind.RENAMED else (one.field,)
        return not any(f"{one.resource}.{name}" in ignored for name in names)

    releases = tuple(replace(one, changes=tuple(filter(is_left, one.changes))) for one in history.releases)
    return replace(history, releases=releases)


def is_clean(changes: Sequence[Change], erased: Mapping[_Place, frozenset[str]], guard: Guard) -> bool:
    """Whether nothing of `changes` is hidden, such as of a whole table that is published as it stood.

    `erased` is what `withhold` found out for the history.
    """
    history = History((Release("", datetime.min, "", (), tuple(changes)),))
    return _Hiding(guard, erased, set()).releases(history) is history.releases


@dataclass(slots=True)
class _Hiding:
    """Takes out of releases what is hidden."""

    guard: Guard
    erased: Mapping[_Place, Set[str]]
    published: set[str]
    """The ids of the projects of today."""
    records: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    """Resource and key of those whose key is hidden."""
    projects: set[str] = field(default_factory=set)
    """The ids of those of which nothing is published."""
    names: set[str] = field(default_factory=set)
    """Hidden names of resources and columns."""
    stand_ins: dict[tuple[str, ...], str] = field(default_factory=dict)

    def hide_record(self, resource: str, record: tuple[str, ...]) -> None:
        """Hide the key of a record that is not in the package of today."""
        self.records.add((resource, record))
        if resource == "projects":
            self.projects.add(record[0])

    def releases(self, history: History) -> tuple[Release, ...]:
        """The releases without what is hidden; the same tuple where nothing is."""
        hidden = [tuple(map(self._cells, release.changes)) for release in history.releases]
        changes = [one for release in history.releases for one in release.changes]
        for resource, record in {(one.resource, one.record) for one in changes}:
            if any(self.guard.hides_key(resource, cell) for cell in record if not cell.startswith("#")):
                self.records.add((resource, record))
        ids = {one.project_id for one in changes if one.project_id} - self.published
        self.projects |= {one for one in ids if self.guard.hides_key("projects", one)}
        names = {one.resource for one in changes} | {one.field for one in changes}
        self.names |= set(filter(self.guard.hides_text, names))
        found = tuple(self._release(*pair) for pair in zip(history.releases, hidden, strict=True))
        same = all(one is other for one, other in zip(found, history.releases, strict=True))
        return history.releases if same else found

    def _cells(self, change: Change) -> tuple[str, ...]:
        """Which of the two cells of a change are hidden."""
        if change.kind is ChangeKind.RENAMED:
            return ("before",) if self.guard.hides_text(change.before) else ()
        texts = self.erased.get(_place(change), ()) if self.erased else ()
        found: tuple[str, ...] = ()
        for side, text in (("before", change.before), ("after", change.after)):
            if not text:
                continue
            if self.guard.hides(change.resource, change.field, text):
                found += (side,)
                # The cell of a key stands in the name of the record too.
                if text in change.record:
                    self.records.add((change.resource, change.record))
            elif text in texts:
                found += (side,)
        return found

    def _release(self, release: Release, hidden: Sequence[tuple[str, ...]]) -> Release:
        version = "" if self.guard.hides_text(release.version) else release.version
        tags = tuple(tag for tag in release.tags if not self.guard.hides_text(tag))
        withheld = ("version",) * (version != release.version) + ("tags",) * (tags != release.tags)
        if not (withheld or any(hidden) or self.records or self.projects or self.names):
            return release
        changes = tuple(self._change(*pair) for pair in zip(release.changes, hidden, strict=True))
        if not withheld and not any(one.withheld for one in changes):
            return release
        return replace(release, version=version, tags=tags, changes=changes, withheld=withheld)

    def _change(self, one: Change, cells: tuple[str, ...]) -> Change:
        whole = one.project_id in self.projects
        facts: dict[str, Any] = {}
        if one.resource in self.names:
            facts["resource"] = self._stand_in("resource", one.resource)
        if (whole or (one.resource, one.record) in self.records) and not one.record[0].startswith("#"):
            facts["record"] = (self._stand_in("record", one.resource, *one.record),)
        if whole:
            facts["project_id"] = None
            cells = tuple(side for side in ("before", "after") if getattr(one, side))
        if one.field in self.names:
            facts["field"] = self._stand_in("field", one.field)
            if one.kind is ChangeKind.RENAMED:
                cells = (*cells, "after")
        facts |= dict.fromkeys(cells, "")
        return replace(one, withheld=tuple(facts), **facts) if facts else one

    def _stand_in(self, *name: str) -> str:
        """What stands in place of a hidden name: `#` and a number."""
        return self.stand_ins.setdefault(name, f"#{len(self.stand_ins) + 1}")


def _place(change: Change) -> _Place:
    return change.resource, _numbered(change.record), change.field


def _numbered(record: tuple[str, ...]) -> tuple[str, ...]:
    return _NUMBERED if record and record[0].startswith("#") else record


class _Erasing:
    """Finds what rows of `erased.csv` name in a history."""

    def __init__(self, history: History, erasures: Sequence[Erasure]) -> None:
        """Go through `history` once, for what `erasures` name; not at all where there are none."""
        self._releases = history.releases
        self._numbers: dict[str, int | None] = {"": None}
        self._names: dict[tuple[str, str], frozenset[str]] = {}
        self._steps: defaultdict[tuple[str, tuple[str, ...]], defaultdict[str, list[tuple[int, Change]]]]
        self._steps = defaultdict(lambda: defaultdict(list))
        wanted = {(one.resource, one.record) for one in erasures}
        changes = [(i, one) for i, release in enumerate(history.releases) for one in release.changes if wanted]
        for _, one in changes:
            if one.kind is ChangeKind.RENAMED:
                both = self._called(one.resource, one.before) | self._called(one.resource, one.field)
                self._names |= dict.fromkeys(((one.resource, name) for name in both), both)
        for i, one in changes:
            if (one.resource, one.record) in wanted:
                self._steps[one.resource, one.record][min(self._called(one.resource, one.field))].append((i, one))

    def _called(self, resource: str, name: str) -> frozenset[str]:
        """Every name that a column ever had."""
        return self._names.get((resource, name), frozenset([name]))

    def cells(self, erasure: Erasure) -> Iterator[tuple[_Place, set[str]]]:
        """What is not published because of a row: texts of a cell, by place; never what the cell holds today."""
        at = self.release_number(erasure.release)
        for name, steps in self._steps.get((erasure.resource, erasure.record), {}).items():
            names = self._called(erasure.resource, name)
            if not erasure.field or erasure.field in names:
                texts = _texts(steps, at, is_numbered=_numbered(erasure.record) == _NUMBERED)
                for one in names if texts else ():
                    yield (erasure.resource, _numbered(erasure.record), one), texts

    def release_number(self, name: str) -> int | None:
        """Which release has the tag `name`, or a commit whose id begins so with 7 letters or more; None: none has."""
        if name not in self._numbers:
            pairs = enumerate(self._releases)
            is_long = len(name) >= 7
            found = (i for i, one in pairs if name in one.tags or (is_long and one.commit.startswith(name)))
            self._numbers[name] = next(found, None)
        return self._numbers[name]

    def knows(self, erasure: Erasure) -> bool:
        """Whether a release changed the record that a row names."""
        return (erasure.resource, erasure.record) in self._steps

    def hides_key(self, erasure: Erasure, package: Package) -> bool:
        """Whether the key of the record is hidden too: it is named by a row, and the record is gone."""
        known = package.resources.get(erasure.resource)
        is_key = not erasure.field or (known is not None and any(erasure.field in key for key in known.keys))
        steps = [one for found in self._steps.get((erasure.resource, erasure.record), {}).values() for one in found]
        last = max((i for i, _ in steps), default=None)
        return is_key and any(i == last and one.kind is ChangeKind.REMOVED for i, one in steps)


def _texts(steps: _Steps, at: int | None, *, is_numbered: bool) -> set[str]:
    """The cells of `steps` that are hidden: all, or those with the value at the release `at`."""
    if is_numbered:
        return {text for i, one in steps if i == at for text in (one.before, one.after) if text}
    texts = {text for _, one in steps for text in (one.before, one.after) if text}
    if at is not None:
        value = next((one.after for i, one in reversed(steps) if i <= at), steps[0][1].before)
        texts = {text for text in texts if is_same(text, value)}
    return texts - {steps[-1][1].after}


def unknown_erasures(portal: Portal, history: History) -> list[Problem]:
    """A problem for each row of `erased.csv` that withholds nothing; `history` is that of the package, all of it.

    No message repeats a key, which may be what nobody should read. Where the beginning of the history is not known,
    nothing can be said of a row.
    """
    if history.releases and not history.complete:
        return []
    erasing = _Erasing(history, portal.erased)
    known: defaultdict[str, set[str]] = defaultdict(set)
    for name, resource in portal.package.resources.items():
        known[name].update(resource.fields)
    for one in (change for release in history.releases for change in release.changes if portal.erased):
        known[one.resource].update((one.field, one.before) if one.kind is ChangeKind.RENAMED else (one.field,))
    found = (_problem(one, known, erasing, history) for one in portal.erased)
    return list(islice((problem for problem in found if problem is not None), MAX_PROBLEMS))


def _problem(erasure: Erasure, known: Mapping[str, set[str]], erasing: _Erasing, history: History) -> Problem | None:
    """Why a row withholds nothing; None where it does, or where no earlier release is known."""

    def problem(name: str, rule: str, message: str, hint: str) -> Problem:
        return Problem(ERASED, rule, message, hint, row=erasure.row, field=name)

    if erasure.resource not in known:
        message = "the package neither has nor ever had this resource."
        return problem("resource", "unknown-resource", message, suggest(erasure.resource, known) or "Mend the name.")
    if not history.releases:
        return None
    if erasure.field and erasure.field not in known[erasure.resource]:
        hint = suggest(erasure.field, known[erasure.resource]) or "Mend the name; blank is the whole record."
        return problem("field", "unknown-field", "the resource neither has nor ever had this field.", hint)
    if erasure.release and erasing.release_number(erasure.release) is None:
        hint = "Write a tag, or at least 7 letters of the id that /changes/ shows; blank is every earlier release."
        return problem("release", "unknown-release", "no release has this tag, or an id that begins so.", hint)
    if _numbered(erasure.record) == _NUMBERED and not erasure.release:
        message = "a record without a key has a number that is of one release alone."
        return problem("release", "missing-release", message, "Write the release in which it came or went.")
    if not erasing.knows(erasure):
        hint = 'Write it as the column "record" of changes.csv has it: ["…","…"]; of one cell, the cell alone will do.'
        return problem("key", "unknown-key", "no release ever changed a record with this key.", hint)
    if not any(True for _ in erasing.cells(erasure)):
        message = "nothing is withheld: what this row names is in the data of today, as it was in every release."
        return problem("field", "still-published", message, "Delete it from the data too, or delete this row.")
    return None
