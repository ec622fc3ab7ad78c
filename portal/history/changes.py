"""A release -> what it changed of each project, cells as values too; and what differs between two releases."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from portal.core import urls
from portal.core.formats import key_part
from portal.core.models import (
    KEYS,
    LANGUAGES,
    Bilingual,
    Change,
    ChangeKind,
    Field,
    History,
    Package,
    Release,
    Resource,
    Withheld,
)
from portal.history.values import cell_value, is_same_value

SAME_VALUE_KINDS = (ChangeKind.REWRITTEN, ChangeKind.RENAMED)
"""Kinds of changes that leave every value as it was: another spelling of a number, another name of a column."""


NO_NAME = Bilingual("")
"""The name of a record that has no key, or whose key is not published."""


@dataclass(frozen=True, slots=True)
class ProjectChanges:
    """What one release changed of one project."""

    release: Release
    changes: tuple[Change, ...]
    values: tuple[tuple[Any, Any], ...] = ()
    """The cell before and after each change, as `cell_value` reads it, or `Withheld`."""
    names: tuple[Bilingual, ...] = ()
    """The name of each change's record, as `record_name` makes it."""
    began: tuple[str, ...] = ()
    """The rules that found something of the project from this release on, by name."""
    ended: tuple[str, ...] = ()
    """The rules that no longer find anything from this release on."""
    last_published: Release | None = None
    """The last release with the project, if the project left the data with this release or came back with it."""

    @property
    def added_or_removed(self) -> ChangeKind | None:
        """`ADDED` or `REMOVED` if the project itself was; None if it was in the data before and after."""
        kinds = {change.kind for change in self.changes if change.resource == "projects"}
        return next((kind for kind in (ChangeKind.ADDED, ChangeKind.REMOVED) if kind in kinds), None)

    @property
    def is_news(self) -> bool:
        """Whether anything happened to the project. A later date of the same values is not news."""
        return bool(self.began or self.ended) or any(map(is_news, self.changes))


def is_news(change: Change) -> bool:
    """Whether a change alters a value of a project, other than the date of its values (`as_of_date`)."""
    is_date = (change.resource, change.field, change.kind) == ("projects", "as_of_date", ChangeKind.CHANGED)
    return change.kind not in SAME_VALUE_KINDS and not is_date


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


def changes_by_project(release: Release, package: Package) -> dict[str, ProjectChanges]:
    """What a release changed of each project that it changed, by id; cells are read by the fields of `package`."""
    by_project: defaultdict[str, list[Change]] = defaultdict(list)
    for change in release.changes:
        if change.project_id is not None and change.kind not in SAME_VALUE_KINDS:
            by_project[change.project_id].append(change)
    return {project_id: _project_changes(release, changes, package) for project_id, changes in by_project.items()}


def _project_changes(release: Release, changes: Sequence[Change], package: Package) -> ProjectChanges:
    values, names = [], []
    for change in changes:
        resource = package.resources.get(change.resource)
        field = resource.fields.get(change.field) if resource else None
        names.append(record_name(resource, change.record))
        values.append((_value(field, change, "before"), _value(field, change, "after")))
    return ProjectChanges(release, tuple(changes), tuple(values), tuple(names))


def _value(field: Field | None, change: Change, side: Literal["before", "after"]) -> Any:
    if side in change.withheld:
        return Withheld.WITHHELD
    return cell_value(field, change.before if side == "before" else change.after)


def record_name(resource: Resource | None, record: Sequence[str]) -> Bilingual:
    """The name of a project's record, from its key: `31 มกราคม 2566`, `ปีงบประมาณ 2566 ไตรมาส 1`.

    `resource` is today's, None if the package has none of that name; `record` as `Change.record`.
    """
    if not record or record[0].startswith("#"):
        return NO_NAME
    keys = (*resource.keys, KEYS.get(resource.name, ())) if resource else ()
    columns = next((key for key in keys if len(key) == len(record)), ("project_id", *[""] * (len(record) - 1)))
    fields = resource.fields if resource else {}
    cells = [(column, cell) for column, cell in zip(columns, record, strict=True) if column != "project_id"]
    values = [(column, cell_value(fields.get(column), cell)) for column, cell in cells]
    thai, english = (
        [key_part(column, value, language) for column, value in values if value is not None] for language in LANGUAGES
    )
    return Bilingual(" ".join(thai), ", ".join(english))


def changes_between(older: Release, newer: Release, history: History) -> Release:
    """The release `newer` with all that changed since `older`, as if there had been no release in between."""
    releases = history.releases
    steps = releases[releases.index(older) + 1 : releases.index(newer) + 1]
    cells: dict[tuple[str, ...], _CellSteps] = {}
    records: dict[tuple[str, ...], _RecordSteps] = {}
    for release in steps:
        for change in release.changes:
            if change.kind not in SAME_VALUE_KINDS:
                record = _record_key(change, release)
                records.setdefault(record, _RecordSteps(change.kind, change.kind)).last = change.kind
                cells.setdefault((*record, change.field), _CellSteps(change, change, records[record])).last = change
    changes = filter(None, (steps.combined() for steps in cells.values()))
    return replace(newer, changes=tuple(sorted(changes, key=lambda c: (c.resource, c.record, c.field))))


@dataclass(slots=True)
class _RecordSteps:
    """The first and the last change of a record between two releases, by their kinds."""

    first: ChangeKind
    last: ChangeKind


@dataclass(slots=True)
class _CellSteps:
    """The first and the last change of a cell between two releases."""

    first: Change
    last: Change
    record: _RecordSteps

    def combined(self) -> Change | None:
        """One change in place of all; None if the cell is the same at the end as at the beginning."""
        is_added, is_removed = self.record.first is ChangeKind.ADDED, self.record.last is ChangeKind.REMOVED
        kind = ChangeKind.ADDED if is_added else ChangeKind.REMOVED if is_removed else ChangeKind.CHANGED
        withheld = {name for name in self.last.withheld if name != "before"} | {"before"} & set(self.first.withheld)
        # A withheld cell counts as changed: nobody may learn whether it is the same.
        is_withheld = not withheld.isdisjoint(("before", "after"))
        is_changed = is_withheld or not is_same_value(self.first.before, self.last.after)
        if not is_changed or (is_added and is_removed):
            return None
        return replace(self.last, kind=kind, before=self.first.before, withheld=tuple(sorted(withheld)))


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
