"""A release -> what it changed of each project, cells as values too; and what differs between two releases."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

from portal.core import urls
from portal.core.formats import key_part
from portal.core.models import (
    KEYS,
    NO_TEXT,
    Change,
    ChangeKind,
    ChangeScope,
    Field,
    History,
    Language,
    Package,
    PastColumn,
    PastTable,
    Release,
    Text,
    Withheld,
)
from portal.history.values import cell_value, is_same_value

SAME_VALUE_KINDS = (ChangeKind.REWRITTEN, ChangeKind.RENAMED)
"""Kinds of changes that leave every value as it was: another spelling of a number, another name of a column."""


@dataclass(frozen=True, slots=True)
class DescribedChange:
    """A change, with its cells as values, and the names and titles that pages show."""

    change: Change
    before: Any = None
    """The value of the cell, as `cell_value` reads it, or `Withheld`."""
    after: Any = None
    record_name: Text = NO_TEXT
    """As the function `record_name` makes it."""
    column_title: Text = NO_TEXT
    table_title: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class ProjectChanges:
    """What one release changed of one project."""

    release: Release
    described: tuple[DescribedChange, ...]
    began: tuple[str, ...] = ()
    """The rules that found something of the project from this release on, by name."""
    ended: tuple[str, ...] = ()
    """The rules that no longer find anything from this release on."""
    last_published: Release | None = None
    """The last release with the project, if the project left the data with this release or came back with it."""
    brings_columns: bool = False
    """Whether it brought columns or tables with values of the project: what began may have been so before, unseen."""
    title: str | None = None
    """The last title of a project that left the data; None of all others, and where it is withheld."""
    agency_id: str | None = None
    """The id of its last agency, likewise."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes alone."""
        return tuple(described.change for described in self.described)

    @property
    def added_or_removed(self) -> ChangeKind | None:
        """`ADDED` or `REMOVED` if the project itself was; None if it was in the data before and after."""
        kinds = {change.kind for change in self.changes if change.resource == "projects"}
        return next((kind for kind in (ChangeKind.ADDED, ChangeKind.REMOVED) if kind in kinds), None)

    @property
    def is_news(self) -> bool:
        """Whether anything happened to the project: see `is_news` of a change."""
        return bool(self.began or self.ended) or any(map(is_news, self.changes))


def is_news(change: Change) -> bool:
    """Whether a change alters a value, and is more than another date of the same values (`as_of_date`).

    A table or a column that came or went is no change of any of its values.
    """
    if change.kind in SAME_VALUE_KINDS or change.scope is not ChangeScope.CELL:
        return False
    is_date = (change.resource, change.field, change.kind) == ("projects", "as_of_date", ChangeKind.CHANGED)
    return not (is_date and change.is_filled("before") and change.is_filled("after"))


def removed_by(releases: Sequence[Release]) -> dict[str, Release]:
    """The projects that left the data in `releases` and did not come back, each with the last release that had it."""
    removed: dict[str, Release] = {}
    for earlier, release in pairwise(releases):
        for change in release.changes:
            if change.resource == "projects" and change.project_id:
                if change.kind is ChangeKind.REMOVED:
                    removed[change.project_id] = earlier
                elif change.kind is ChangeKind.ADDED:
                    removed.pop(change.project_id, None)
    return removed


def removed_ids(releases: Sequence[Release], present: Iterable[str]) -> frozenset[str]:
    """The ids of the projects that left the data and have a page; `present` are the ids of today's projects.

    Left out is an id that cannot be part of an address, or that differs from another one only in upper and lower case:
    some disks take these for the same.
    """
    taken = {project_id.casefold() for project_id in present}
    ids = sorted(removed_by(releases), reverse=True)
    by_address = {project_id.casefold(): project_id for project_id in ids if urls.is_safe_id(project_id)}
    return frozenset(project_id for address, project_id in by_address.items() if address not in taken)


@dataclass(frozen=True, slots=True)
class Descriptions:
    """How tables and columns are described: today, in a release, and in the one before it.

    A title is that of today, where there is one: a column has one name on all pages. A cell is read by the description
    of its own release.
    """

    package: Package
    """As it is today."""
    before: Mapping[str, PastTable]
    after: Mapping[str, PastTable]
    names: dict[tuple[str, ...], Text] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was asked for before: most changes are of the same few tables, columns and months."""

    def fits(self, before: Mapping[str, PastTable], after: Mapping[str, PastTable]) -> bool:
        """Whether they are those of a release with the tables `after` and of one with `before`."""
        return self.before is before and self.after is after

    def table_title(self, resource: str) -> Text:
        """The title of a table; its name if it never had one."""
        return self.name(("table", resource), lambda: self._table_title(resource))

    def column_title(self, resource: str, name: str) -> Text:
        """The title of a column; its name if it never had one."""
        return self.name(("column", resource, name), lambda: self._column_title(resource, name))

    def name(self, key: tuple[str, ...], make: Callable[[], Text]) -> Text:
        """What `make` returns, which is called once for each key."""
        if (name := self.names.get(key)) is None:
            name = self.names[key] = make()
        return name

    def _table_title(self, resource: str) -> Text:
        today = self.package.resources.get(resource)
        past = (tables[resource].title for tables in (self.after, self.before) if resource in tables)
        return next((title for title in (today and today.title, *past) if title and title.first), Text(resource))

    def _column_title(self, resource: str, name: str) -> Text:
        today, past = self._today(resource, name), (self._past(side, resource, name) for side in ("after", "before"))
        titles = (column.title for column in (today, *past) if column)
        return next((title for title in titles if title.first), Text(name))

    def value(self, change: Change, side: Literal["before", "after"]) -> Any:
        """The value of a change's cell, or `Withheld`."""
        if side in change.withheld:
            return Withheld.WITHHELD
        # A column that was renamed has its new name in the change.
        past = self._past(side, change.resource, change.field) or self._past("after", change.resource, change.field)
        today = self._today(change.resource, change.field)
        return cell_value(today, change.before if side == "before" else change.after, past)

    def key_value(self, resource: str, name: str, cell: str) -> Any:
        """The value of a cell of a record's key."""
        past = self._past("after", resource, name) or self._past("before", resource, name)
        return cell_value(self._today(resource, name), cell, past)

    def _today(self, resource: str, name: str) -> Field | None:
        table = self.package.resources.get(resource)
        return table.fields.get(name) if table else None

    def _past(self, side: str, resource: str, name: str) -> PastColumn | None:
        table = (self.before if side == "before" else self.after).get(resource)
        return table.columns.get(name) if table else None


def changes_by_project(release: Release, descriptions: Descriptions) -> dict[str, ProjectChanges]:
    """What a release changed of each project that it changed, by id."""
    by_project: defaultdict[str, list[Change]] = defaultdict(list)
    for change in release.changes:
        if change.project_id is not None and change.kind not in SAME_VALUE_KINDS:
            by_project[change.project_id].append(change)
    return {project_id: _project_changes(release, changes, descriptions) for project_id, changes in by_project.items()}


def _project_changes(release: Release, changes: Sequence[Change], descriptions: Descriptions) -> ProjectChanges:
    brings_columns = any(c.scope is not ChangeScope.CELL and not c.is_filled("before") for c in changes)
    described = (
        DescribedChange(
            change,
            descriptions.value(change, "before"),
            descriptions.value(change, "after"),
            record_name(change.resource, change.record, descriptions),
            descriptions.column_title(change.resource, change.field),
            descriptions.table_title(change.resource),
        )
        for change in changes
    )
    return ProjectChanges(release, tuple(described), brings_columns=brings_columns)


def only_news(changes: ProjectChanges) -> ProjectChanges:
    """The same without changes that are no news."""
    return replace(changes, described=tuple(described for described in changes.described if is_news(described.change)))


def without_absences(releases: Sequence[Release]) -> list[Release]:
    """The releases as if no column and no table had ever left the data.

    What comes back with a column or a table is compared with what it was when it left.
    """
    last_cells: dict[tuple[str, ...], Change] = {}
    whole = []
    for release in releases:
        changes = tuple(_without_absences(release, last_cells))
        is_same = all(change.scope is ChangeScope.CELL for change in release.changes)
        whole.append(release if is_same else replace(release, changes=changes))
    return whole


def _without_absences(release: Release, last_cells: dict[tuple[str, ...], Change]) -> Iterator[Change]:
    """The changes of a release. `last_cells` are the cells of columns and tables that are absent, and is updated."""
    for change in release.changes:
        key = change.resource, *change.record, change.field
        if change.scope is ChangeScope.CELL:
            last_cells.pop(key, None)
            yield change
        elif change.record[0].startswith("#"):
            continue  # The number of a record without a key means nothing in another release.
        elif change.is_filled("before"):
            last_cells[key] = change
        elif (last := last_cells.pop(key, None)) is None:
            yield change
        elif last.withheld or change.withheld or not is_same_value(last.before, change.after):
            withheld = tuple(sorted({*last.withheld, *change.withheld}))
            changed = replace(change, kind=ChangeKind.CHANGED, before=last.before, scope=ChangeScope.CELL)
            yield replace(changed, withheld=withheld)


def last_titles(releases: Sequence[Release]) -> dict[str, dict[str, str]]:
    """The cells `title` and `agency_id` that each project had when it last left the data, by its id."""
    cells: dict[str, dict[str, str]] = {}
    for release in releases:
        for change in release.changes:
            is_removed = change.resource == "projects" and change.kind is ChangeKind.REMOVED
            if is_removed and change.project_id and change.field in ("title", "agency_id"):
                cells.setdefault(change.project_id, {})[change.field] = change.before
    return cells


def with_last_title(changes: ProjectChanges, cells: Mapping[str, str]) -> ProjectChanges:
    """The same with the title and the agency that the project had; `cells` are those of `last_titles`."""
    return replace(changes, title=cells.get("title") or None, agency_id=cells.get("agency_id") or None)


def record_name(resource: str, record: Sequence[str], descriptions: Descriptions) -> Text:
    """The name of a project's record, from its key: `31 มกราคม 2566`, `ปีงบประมาณ 2566 ไตรมาส 1`.

    `resource` is the name of its table; `record` as `Change.record`.
    """
    if not record or record[0].startswith("#"):
        return NO_TEXT
    today = descriptions.package.resources.get(resource)
    keys = (*(today.keys if today else ()), KEYS.get(resource, ()))
    columns = next((key for key in keys if len(key) == len(record)), ("project_id", *[""] * (len(record) - 1)))
    cells = [(column, cell) for column, cell in zip(columns, record, strict=True) if column != "project_id"]

    def name(language: Language) -> str:
        values = ((column, descriptions.key_value(resource, column, cell)) for column, cell in cells)
        parts = (key_part(column, value, language, conventions) for column, value in values if value is not None)
        return (" " if language == "th" else ", ").join(parts)

    conventions = descriptions.package.conventions
    key = ("record", resource, *(part for cell in cells for part in cell))
    return descriptions.name(key, lambda: Text.of_each(conventions.languages, name))


def changes_between(older: Release, newer: Release, history: History) -> Release:
    """The release `newer` with all that changed since `older`, as if there had been no release in between."""
    releases = history.releases
    steps = releases[releases.index(older) + 1 : releases.index(newer) + 1]
    first: dict[tuple[str, ...], Change] = {}
    last: dict[tuple[str, ...], Change] = {}
    """By cell: the first and the last change."""
    added: dict[tuple[str, ...], bool] = {}
    removed: dict[tuple[str, ...], bool] = {}
    """By record: whether its first change added it, and whether its last one removed it."""
    for release in steps:
        for change in release.changes:
            if change.kind not in SAME_VALUE_KINDS:
                record = _record_key(change, release)
                added.setdefault(record, change.kind is ChangeKind.ADDED)
                removed[record] = change.kind is ChangeKind.REMOVED
                first.setdefault((*record, change.field), change)
                last[*record, change.field] = change
    combined = (_combined(first[cell], last[cell], added[cell[:-1]], removed[cell[:-1]]) for cell in first)
    changes = sorted(filter(None, combined), key=lambda c: (c.resource, c.record, c.field))
    return replace(newer, changes=tuple(changes))


def _combined(first: Change, last: Change, is_added: bool, is_removed: bool) -> Change | None:
    """One change in place of all of a cell; None if the cell is the same at the end as at the beginning."""
    kind = ChangeKind.ADDED if is_added else ChangeKind.REMOVED if is_removed else ChangeKind.CHANGED
    withheld = {name for name in last.withheld if name != "before"} | {"before"} & set(first.withheld)
    # A withheld cell counts as changed: nobody may learn whether it is the same.
    is_withheld = not withheld.isdisjoint(("before", "after"))
    is_changed = is_withheld or not is_same_value(first.before, last.after)
    if not is_changed or (is_added and is_removed):
        return None
    scope = ChangeScope.CELL
    if not first.is_filled("before"):
        scope = first.scope
    elif not last.is_filled("after"):
        scope = last.scope
    return replace(last, kind=kind, before=first.before, withheld=tuple(sorted(withheld)), scope=scope)


def _record_key(change: Change, release: Release) -> tuple[str, ...]:
    """Identifies the record of a change. The number of a record without a key means nothing in another release."""
    return change.resource, *change.record, release.commit if change.record[0].startswith("#") else ""


CHANGE_COLUMNS = (
    *("release", "published", "resource", "record", "project_id", "field"),
    *("kind", "retroactive", "before", "after", "withheld"),
)
"""The columns of `changes.csv`."""


def change_rows(history: History) -> Iterator[tuple[str, ...]]:
    """Every change as a row of `changes.csv`, the oldest release first.

    Who undoes the changes from the last to the first gets the data of any earlier release.
    `release` is the id of the commit ("" for files not committed), `record` a JSON list of the cells of the record's
    key. `withheld` names the columns whose text is not published, separated by spaces: a withheld `before` or `after`
    is empty but was not blank, and a withheld name or key is `#` and a number.
    """
    for release in history.releases:
        of_release = release.commit, release.published.isoformat()
        for change in release.changes:
            record = json.dumps(change.record, ensure_ascii=False, separators=(",", ":"))
            retroactive = "true" if change.retroactive else "false"
            facts = change.resource, record, change.project_id or "", change.field, change.kind.value, retroactive
            yield *of_release, *facts, change.before, change.after, " ".join(change.withheld)
