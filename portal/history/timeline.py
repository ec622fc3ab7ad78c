"""The releases -> what they say of each project: what changed, which rules began to concern it, how it began."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from portal.core.models import Change, ChangeKind, Field, History, Package, Portal, Project, Release
from portal.history.changelog import ReleaseChangelog, release_changelogs
from portal.history.changes import ProjectChanges, entries_of, typed


@dataclass(frozen=True, slots=True)
class Original:
    """The first published value of a field that has moved since."""

    value: Any
    release: Release
    moves: int
    """How often it moved."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that the releases say."""

    history: History
    entries: Mapping[str, tuple[ProjectChanges, ...]]
    """Of each project that changed, the newest first; also of those that are no longer in the package.

    A release that gave a project nothing but a later day of the same values is none of them.
    """
    originals: Mapping[str, Mapping[str, Original]]
    """By project and field."""
    releases: tuple[ReleaseChangelog, ...]
    """Those that changed something, the newest first."""

    @property
    def known_since(self) -> Release | None:
        """The first release that is known."""
        return self.history.releases[0] if self.history.releases else None


class Transitions(Protocol):
    """What says which rules began and which ended to concern a project with each of its entries."""

    def of(
        self, project: Project | None, entries: Sequence[ProjectChanges]
    ) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The names of the rules that began, and of those that ended, for each of the `entries`, the newest first."""


def published_figures(oldest_first: Sequence[Sequence[Change]], progress: Field | None) -> list[tuple[Decimal, ...]]:
    """Every figure of progress that was published of a project before each of some releases, and after the last."""
    known: list[tuple[Decimal, ...]] = [()]
    for entry in oldest_first:
        figures = known[-1]
        for one in entry:
            if one.kind is ChangeKind.CHANGED and (one.resource, one.field) == ("projects", "progress_percent"):
                cells = (one.after,) if figures else (one.before, one.after)
                values = (typed(progress, cell) for cell in cells if progress)
                figures = (*figures, *(Decimal(value) for value in values if isinstance(value, int | Decimal)))
        known.append(figures)
    return known


def with_published_progress(portal: Portal, history: History) -> Portal:
    """The portal, its projects knowing the progress figures that earlier releases gave them."""
    field = portal.package.resources["projects"].fields.get("progress_percent")
    changes: defaultdict[str, list[Change]] = defaultdict(list)
    for release in history.releases:
        for change in release.changes:
            if field and change.field == field.name and change.project_id:
                changes[change.project_id].append(change)
    figures = {project_id: published_figures([found], field)[-1] for project_id, found in changes.items()}
    if not any(len(values) > 1 for values in figures.values()):
        return portal
    projects = (
        replace(p, published_progress=figures[p.project_id]) if len(figures.get(p.project_id, ())) > 1 else p
        for p in portal.projects
    )
    return replace(portal, projects=tuple(projects))


def build_timeline(
    portal: Portal, history: History, transitions: Transitions, gone: Mapping[str, Release] | None = None
) -> Timeline:
    """What the releases say of `portal`, which knows its published progress.

    `gone` are the projects that had left the data before the first of the releases, each with the last that had it.
    """
    projects = {project.project_id: project for project in portal.projects}
    entries = {}
    for project_id, found in _grouped(history, portal.package, gone or {}).items():
        judged = (
            replace(entry, began=began, ended=ended) if began or ended else entry
            for entry, (began, ended) in zip(found, transitions.of(projects.get(project_id), found), strict=True)
        )
        if told := tuple(entry for entry in judged if entry.is_news):
            entries[project_id] = told
    return Timeline(
        history,
        entries,
        _originals(entries, portal.package),
        tuple(release_changelogs(portal, history, entries)),
    )


def _grouped(history: History, package: Package, gone: Mapping[str, Release]) -> dict[str, list[ProjectChanges]]:
    """What releases changed of each project, the newest first, and which release had it last where it came or went."""
    last, earlier = dict(gone), None
    grouped: defaultdict[str, list[ProjectChanges]] = defaultdict(list)
    for release in history.releases:
        for project_id, entry in entries_of(release, package).items():
            if entry.whole is ChangeKind.ADDED:
                entry = replace(entry, last_published=last.pop(project_id, None))
            elif entry.whole is ChangeKind.REMOVED and earlier:
                last[project_id] = earlier
                entry = replace(entry, last_published=earlier)
            grouped[project_id].append(entry)
        earlier = release
    return {project_id: found[::-1] for project_id, found in grouped.items()}


_ORIGINAL_TYPES: Mapping[str, type] = {"budget_received": Decimal, "finish_date": date}
"""Fields whose first published value stays visible."""


def _originals(entries: Mapping[str, Sequence[ProjectChanges]], package: Package) -> dict[str, dict[str, Original]]:
    """Of each field that moved: also where the project was away in between; none where a value is withheld."""
    fields = package.resources["projects"].fields
    found: dict[str, dict[str, Original]] = {}
    for project_id, newest_first in entries.items():
        hidden = {change.field for entry in newest_first for change in entry.changes if change.withheld}
        for name, kind in _ORIGINAL_TYPES.items():
            if name in hidden:
                continue
            values: list[tuple[Any, Release]] = []
            for entry in reversed(newest_first):
                for change in entry.changes:
                    if (change.resource, change.field) == ("projects", name):
                        cells = {ChangeKind.ADDED: (change.after,), ChangeKind.REMOVED: (change.before,)}
                        for cell in cells.get(change.kind, (change.before, change.after)):
                            value = typed(fields.get(name), cell)
                            if isinstance(value, kind) and (not values or values[-1][0] != value):
                                values.append((value, entry.release))
            if len(values) > 1:
                found.setdefault(project_id, {})[name] = Original(values[0][0], values[1][1], len(values) - 1)
    return found
