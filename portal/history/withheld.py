"""A history -> the same without what must not be published: personal data, and what `erased.csv` names.

An earlier commit may never have been checked, and a person may ask for more to be removed. Whatever uses earlier
releases takes the history that `withhold` returns, so a withheld text cannot be published in any other way.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from portal.core.models import (
    NATURAL_PERSON,
    NO_TEXT,
    Change,
    ChangeKind,
    History,
    PastTable,
    Portal,
    Release,
    Text,
)
from portal.history.erasures import CellKey, ErasureFinder, without_number


class Guard(Protocol):
    """Says whether a text contains personal data that the package does not allow."""

    def hides(self, resource: str, name: str, text: str) -> bool:
        """Whether a cell of the column `name` does."""

    def hides_name(self, name: str, text: str) -> bool:
        """Whether a cell of the column `name` of a supplier does who is a natural person."""

    def hides_key(self, resource: str, text: str) -> bool:
        """Whether a cell of a record's key does."""

    def hides_text(self, text: str) -> bool:
        """Whether any other text does: a name, a version, a tag."""


def withhold(history: History, portal: Portal, guard: Guard) -> History:
    """`history` without the texts that `guard` or the package's `erased.csv` hide; the same object if there are none.

    Each change and each release lists which of its texts are withheld. Changes of ignored columns are left out.
    """
    history = _without_ignored_columns(history, portal.package.ignored)
    finder = ErasureFinder(history, portal.erased)
    erased: defaultdict[CellKey, set[str]] = defaultdict(set)
    redaction = _Redaction(guard, erased, {project.project_id for project in portal.projects})
    redaction.persons |= {(s.supplier_id,) for s in portal.suppliers if s.kind == NATURAL_PERSON}
    for erasure in portal.erased:
        for cell, texts in finder.erased_texts(erasure):
            erased[cell] |= texts
        if finder.erases_key(erasure, portal.package):
            redaction.hide_key(erasure.resource, erasure.record)
    releases = _without_hidden_titles(redaction.apply(history.releases), guard)
    if releases is history.releases:
        return history
    hidden_texts = {cell: frozenset(texts) for cell, texts in erased.items()}
    return replace(history, releases=releases, identity=_identity(history, releases), erased=hidden_texts)


def _identity(history: History, releases: Sequence[Release]) -> str:
    """An identity of the history that differs if other texts are withheld."""
    withheld = [
        (change.withheld, change.resource, change.record, change.field, release.commit)
        for release in releases
        for change in release.changes
        if change.withheld
    ]
    return hashlib.sha256(repr((history.identity, withheld)).encode()).hexdigest()[:16]


def _without_ignored_columns(history: History, ignored: Sequence[str]) -> History:
    """`history` without the changes of the columns `ignored`, each written as `resource.column`."""
    if not ignored:
        return history

    def is_published(change: Change) -> bool:
        names = (change.before, change.after) if change.kind is ChangeKind.RENAMED else (change.field,)
        return not any(f"{change.resource}.{name}" in ignored for name in names)

    releases = (replace(release, changes=tuple(filter(is_published, release.changes))) for release in history.releases)
    return replace(history, releases=tuple(releases))


def _without_hidden_titles(releases: tuple[Release, ...], guard: Guard) -> tuple[Release, ...]:
    """The releases without titles of tables and columns that `guard` hides; the same tuple if there are none."""
    shown: dict[int, Mapping[str, PastTable]] = {}
    """By the identity of a release's tables: releases with one descriptor share them."""

    def title(text: Text) -> Text:
        return NO_TEXT if any(guard.hides_text(part) for part in text if part) else text

    for release in releases:
        if id(release.tables) not in shown:
            shown[id(release.tables)] = {
                name: PastTable(
                    title(table.title),
                    {key: replace(column, title=title(column.title)) for key, column in table.columns.items()},
                )
                for name, table in release.tables.items()
            }
    if all(shown[id(release.tables)] == release.tables for release in releases):
        return releases
    return tuple(replace(release, tables=shown[id(release.tables)]) for release in releases)


def is_clean(changes: Sequence[Change], erased: Mapping[CellKey, frozenset[str]], guard: Guard) -> bool:
    """Whether no text of `changes` must be withheld. `erased` is the `History.erased` that `withhold` returned.

    The changes may be those of a whole table against an empty one, to check a file that is published as it was.
    """
    releases = (Release("", datetime.min, "", (), tuple(changes)),)
    return _Redaction(guard, erased, set()).apply(releases) is releases


@dataclass(slots=True)
class _Redaction:
    """Removes hidden texts from releases."""

    guard: Guard
    erased: Mapping[CellKey, Set[str]]
    """The texts that `erased.csv` hides, by cell."""
    present: set[str]
    """The ids of today's projects."""
    records: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    """The records whose key is hidden: resource and key."""
    projects: set[str] = field(default_factory=set)
    """The ids of the projects of which nothing is published."""
    persons: set[tuple[str, ...]] = field(default_factory=set)
    """The keys of the suppliers that are natural persons."""
    names: set[str] = field(default_factory=set)
    """The hidden names of resources and columns."""
    placeholders: dict[tuple[str, ...], str] = field(default_factory=dict)
    """What is published in place of each hidden name."""

    def hide_key(self, resource: str, record: tuple[str, ...]) -> None:
        """Hide the key of a record that is not in the package today."""
        self.records.add((resource, record))
        if resource == "projects":
            self.projects.add(record[0])

    def apply(self, releases: tuple[Release, ...]) -> tuple[Release, ...]:
        """The releases without hidden texts; the same tuple if there are none."""
        self.persons |= {
            change.record
            for release in releases
            for change in release.changes
            if change.resource == "suppliers" and NATURAL_PERSON in (change.before, change.after)
        }
        hidden_cells = [tuple(map(self._hidden_cells, release.changes)) for release in releases]
        self._find_hidden_names([change for release in releases for change in release.changes])
        redacted = tuple(self._release(*pair) for pair in zip(releases, hidden_cells, strict=True))
        is_same = all(new is old for new, old in zip(redacted, releases, strict=True))
        return releases if is_same else redacted

    def _find_hidden_names(self, changes: Sequence[Change]) -> None:
        for resource, record in {(change.resource, change.record) for change in changes}:
            if any(self.guard.hides_key(resource, cell) for cell in record if not cell.startswith("#")):
                self.records.add((resource, record))
        removed = {change.project_id for change in changes if change.project_id} - self.present
        self.projects |= {project_id for project_id in removed if self.guard.hides_key("projects", project_id)}
        names = {change.resource for change in changes} | {change.field for change in changes}
        self.names |= set(filter(self.guard.hides_text, names))

    def _hidden_cells(self, change: Change) -> tuple[str, ...]:
        """Which of `before` and `after` are hidden."""
        if change.kind is ChangeKind.RENAMED:
            return ("before",) if self.guard.hides_text(change.before) else ()
        erased_texts: Set[str] = frozenset()
        if self.erased:
            cell = change.resource, without_number(change.record), change.field
            erased_texts = self.erased.get(cell, erased_texts)
        is_person = change.resource == "suppliers" and change.record in self.persons
        hidden: tuple[str, ...] = ()
        for side, text in (("before", change.before), ("after", change.after)):
            if not text:
                continue
            if self.guard.hides(change.resource, change.field, text):
                hidden += (side,)
                # A cell of the key is also part of the record's name.
                if text in change.record:
                    self.records.add((change.resource, change.record))
            elif text in erased_texts or (is_person and self.guard.hides_name(change.field, text)):
                hidden += (side,)
        return hidden

    def _release(self, release: Release, hidden_cells: Sequence[tuple[str, ...]]) -> Release:
        version = "" if self.guard.hides_text(release.version) else release.version
        tags = tuple(tag for tag in release.tags if not self.guard.hides_text(tag))
        withheld = ("version",) * (version != release.version) + ("tags",) * (tags != release.tags)
        if not (withheld or any(hidden_cells) or self.records or self.projects or self.names):
            return release
        changes = tuple(self._change(*pair) for pair in zip(release.changes, hidden_cells, strict=True))
        if not withheld and not any(change.withheld for change in changes):
            return release
        return replace(release, version=version, tags=tags, changes=changes, withheld=withheld)

    def _change(self, change: Change, hidden_cells: tuple[str, ...]) -> Change:
        hides_project = change.project_id in self.projects
        new_texts: dict[str, Any] = {}
        if change.resource in self.names:
            new_texts["resource"] = self._placeholder("resource", change.resource)
        hides_record = hides_project or (change.resource, change.record) in self.records
        if hides_record and not change.record[0].startswith("#"):
            new_texts["record"] = (self._placeholder("record", change.resource, *change.record),)
        if hides_project:
            new_texts["project_id"] = None
            hidden_cells = tuple(side for side in ("before", "after") if getattr(change, side))
        if change.field in self.names:
            new_texts["field"] = self._placeholder("field", change.field)
            if change.kind is ChangeKind.RENAMED:
                hidden_cells = (*hidden_cells, "after")
        new_texts |= dict.fromkeys(hidden_cells, "")
        return replace(change, withheld=tuple(new_texts), **new_texts) if new_texts else change

    def _placeholder(self, *name: str) -> str:
        """What is published in place of a hidden name: `#` and a number."""
        return self.placeholders.setdefault(name, f"#{len(self.placeholders) + 1}")
