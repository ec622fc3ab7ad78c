"""What a release changed, by project, and what differs between two releases: cells, as values too."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Literal

from portal.core import urls
from portal.core.formats import key_part
from portal.core.models import (
    KEYS,
    LANGUAGES,
    MAX_DIGITS,
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

HIDDEN = (ChangeKind.REWRITTEN, ChangeKind.RENAMED)
"""Changes of the files that say nothing new of a project."""


NAMELESS = Bilingual("")
"""What a record is called that has no key, or whose key is not published."""


@dataclass(frozen=True, slots=True)
class ProjectChanges:
    """What one release changed of one project."""

    release: Release
    changes: tuple[Change, ...]
    values: tuple[tuple[Any, Any], ...] = ()
    """Of each change the cell before and after, as `typed` has it, or `Withheld`."""
    names: tuple[Bilingual, ...] = ()
    """Of each change what its record is called, as `record_name` has it."""
    began: tuple[str, ...] = ()
    """The rules of `signals` that came to concern the project."""
    ended: tuple[str, ...] = ()
    """Those that do so no more."""
    last_published: Release | None = None
    """The last release that had the project, where it left the data with this one or came back with it."""

    @property
    def whole(self) -> ChangeKind | None:
        """Whether the project itself came or went: `ADDED`, `REMOVED`, or None."""
        kinds = {change.kind for change in self.changes if change.resource == "projects"}
        return next((kind for kind in (ChangeKind.ADDED, ChangeKind.REMOVED) if kind in kinds), None)

    @property
    def is_news(self) -> bool:
        """Whether it says anything that happened to the project: a later day of the same values is nothing."""
        return bool(self.began or self.ended) or any(map(is_news, self.changes))


def is_news(change: Change) -> bool:
    """Whether a change says anything new of a project: not the form of a cell, and not the day of its values alone."""
    is_day = (change.resource, change.field, change.kind) == ("projects", "as_of_date", ChangeKind.CHANGED)
    return change.kind not in HIDDEN and not is_day


def gone_by(releases: Sequence[Release]) -> dict[str, Release]:
    """The projects that left the data with one of `releases` and did not come back, each with the last that had it."""
    gone: dict[str, Release] = {}
    for earlier, release in pairwise(releases):
        for change in release.changes:
            if change.resource == "projects" and change.project_id:
                if change.kind is ChangeKind.REMOVED:
                    gone[change.project_id] = earlier
                elif change.kind is ChangeKind.ADDED:
                    gone.pop(change.project_id, None)
    return gone


def entries_of(release: Release, package: Package) -> dict[str, ProjectChanges]:
    """What a release changed of each project that it changed, its cells as values of `package` too."""
    by_project: defaultdict[str, list[Change]] = defaultdict(list)
    for change in release.changes:
        if change.project_id is not None and change.kind not in HIDDEN:
            by_project[change.project_id].append(change)
    return {project_id: _entry(release, changes, package) for project_id, changes in by_project.items()}


def removed_ids(releases: Sequence[Release], present: Iterable[str]) -> frozenset[str]:
    """The ids of the projects that left the data and have a page; `present` are those of the package.

    Left out is an id that makes no address, or the same as another one but for upper and lower case: some disks do not
    tell the two apart.
    """
    taken = {project_id.casefold() for project_id in present}
    by_address = {key.casefold(): key for key in sorted(gone_by(releases), reverse=True) if urls.is_safe_id(key)}
    return frozenset(key for address, key in by_address.items() if address not in taken)


def _entry(release: Release, changes: Sequence[Change], package: Package) -> ProjectChanges:
    values, names = [], []
    for one in changes:
        resource = package.resources.get(one.resource)
        field = resource.fields.get(one.field) if resource else None
        names.append(record_name(resource, one.record))
        values.append((_value(field, one, "before"), _value(field, one, "after")))
    return ProjectChanges(release, tuple(changes), tuple(values), tuple(names))


def _value(field: Field | None, change: Change, side: Literal["before", "after"]) -> Any:
    if side in change.withheld:
        return Withheld.WITHHELD
    return typed(field, change.before if side == "before" else change.after)


def typed(field: Field | None, cell: str) -> Any:
    """A cell of any release as a value of today's field; None where it is blank, a text where it is of no such type.

    So is a number of more digits than validation lets pass today: a commit that never passed may hold one.
    """
    if field is None:
        return printable(cell) or None
    if cell in field.missing or not cell.strip():
        return None
    try:
        match field.type:
            case "integer" | "year" if len(cell) <= MAX_DIGITS:
                return int(cell)
            case "number":
                number = Decimal(cell)
                if number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS:
                    return number
            case "date" if field.format == "default":
                return date.fromisoformat(cell)
            case "date":
                return datetime.strptime(cell, field.format).date()
    except (ValueError, InvalidOperation):
        pass
    return printable(cell)


def record_name(resource: Resource | None, record: Sequence[str]) -> Bilingual:
    """What a record of a project is called by the cells of its key: `31 มกราคม 2566`, `ปีงบประมาณ 2566 ไตรมาส 1`.

    `resource` is that of today, None where there is none.
    """
    if not record or record[0].startswith("#"):
        return NAMELESS
    keys = (*resource.keys, KEYS.get(resource.name, ())) if resource else ()
    names = next((key for key in keys if len(key) == len(record)), ("project_id", *[""] * (len(record) - 1)))
    fields = resource.fields if resource else {}
    values = [(n, typed(fields.get(n), cell)) for n, cell in zip(names, record, strict=True) if n != "project_id"]
    thai, english = ([key_part(n, v, language) for n, v in values if v is not None] for language in LANGUAGES)
    return Bilingual(" ".join(thai), ", ".join(english))


_CONTROLS = dict.fromkeys([*(i for i in range(32) if i not in (9, 10, 13)), 0xFFFE, 0xFFFF])


def printable(cell: str) -> str:
    """A cell of a commit that may never have been validated, without the characters that no XML can hold."""
    return cell.translate(_CONTROLS)


def between(older: Release, newer: Release, history: History) -> Release:
    """A release with all that changed from `older` to `newer`, as if nothing had been in between."""
    steps = history.releases[history.releases.index(older) + 1 : history.releases.index(newer) + 1]
    first: dict[tuple[str, ...], Change] = {}
    last: dict[tuple[str, ...], Change] = {}
    came: dict[tuple[str, ...], ChangeKind] = {}
    went: dict[tuple[str, ...], ChangeKind] = {}
    for step in steps:
        for change in step.changes:
            if change.kind in HIDDEN:
                continue
            record = _record(change, step)
            first.setdefault((*record, change.field), change)
            last[*record, change.field] = change
            came.setdefault(record, change.kind)
            went[record] = change.kind
    found = []
    for place, change in last.items():
        added, removed = came[place[:-1]] is ChangeKind.ADDED, went[place[:-1]] is ChangeKind.REMOVED
        kind = ChangeKind.ADDED if added else ChangeKind.REMOVED if removed else ChangeKind.CHANGED
        begin = first[place]
        withheld = {name for name in change.withheld if name != "before"} | {"before"} & set(begin.withheld)
        # Whether what is withheld is the same is not told.
        differs = not withheld.isdisjoint(("before", "after")) or not is_same(begin.before, change.after)
        if differs and not (added and removed):
            found.append(replace(change, kind=kind, before=begin.before, withheld=tuple(sorted(withheld))))
    return replace(newer, changes=tuple(sorted(found, key=lambda c: (c.resource, c.record, c.field))))


def _record(change: Change, step: Release) -> tuple[str, ...]:
    """What a change is about; a record without a key is told by its number, which is of its release alone."""
    return change.resource, *change.record, step.commit if change.record[0].startswith("#") else ""


def is_same(one: str, other: str) -> bool:
    """Whether two cells are the same text or the same number."""
    try:
        return one == other or Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


CHANGE_COLUMNS = (
    *("release", "published", "resource", "record", "project_id", "field"),
    *("kind", "retroactive", "before", "after", "withheld"),
)
"""Of `changes.csv`."""


def change_rows(history: History) -> Iterator[tuple[str, ...]]:
    """Every change, the oldest release first: taken back from the newest, they make any earlier state.

    `release` is the commit ("" for files not committed), `record` the cells of the record's key as a list of JSON.
    `withheld` names the columns whose text is not published, parted by spaces: a withheld `before` or `after` is empty
    but was not blank, and a withheld name or key is `#` and a number.
    """
    for release in history.releases:
        about = release.commit, release.published.isoformat()
        for one in release.changes:
            record = json.dumps(one.record, ensure_ascii=False, separators=(",", ":"))
            retroactive = "true" if one.retroactive else "false"
            facts = one.resource, record, one.project_id or "", one.field, one.kind.value, retroactive
            yield *about, *facts, one.before, one.after, " ".join(one.withheld)
