"""The releases -> what they say of each project: what changed, which rules began to find it, its first figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from portal.core.models import Change, ChangeKind, Field, History, Package, Portal, Project, Release
from portal.history.changelog import ReleaseChangelog, release_changelogs
from portal.history.changes import (
    Descriptions,
    ProjectChanges,
    changes_by_project,
    last_titles,
    only_news,
    with_last_title,
    without_absences,
)
from portal.history.values import cell_value


@dataclass(frozen=True, slots=True)
class Original:
    """The first published value of a field that has changed since."""

    value: Any
    release: Release
    """The release that first changed it."""
    times_changed: int
    """How often it changed."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that the releases say."""

    history: History
    project_changes: Mapping[str, tuple[ProjectChanges, ...]]
    """What releases changed of each project, by id, the newest first; also of projects that left the data.

    Without what is no news of the project, see `is_news` of a change: a later date of the same values, a column or a
    table that came or went.
    """
    originals: Mapping[str, Mapping[str, Original]]
    """By project id and field."""
    releases: tuple[ReleaseChangelog, ...]
    """The releases that changed something, the newest first."""

    @property
    def known_since(self) -> Release | None:
        """The first known release."""
        return self.history.releases[0] if self.history.releases else None


class Transitions(Protocol):
    """Finds the rules that began and ended to find something of a project in each release."""

    def of(
        self, project: Project | None, newest_first: Sequence[ProjectChanges], /
    ) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
        """For each of a project's changes: the names of the rules that began, and of those that ended."""


def published_figures(oldest_first: Sequence[Sequence[Change]], progress: Field | None) -> list[tuple[Decimal, ...]]:
    """The progress figures, in percent, published of a project: before each group of its changes, and after the last.

    `oldest_first` are the changes of each release, `progress` the field `progress_percent` of today.
    """
    figures: tuple[Decimal, ...] = ()
    before_each = [figures]
    for changes in oldest_first:
        for change in changes:
            if change.kind is ChangeKind.CHANGED and (change.resource, change.field) == (
                "projects",
                "progress_percent",
            ):
                cells = (change.after,) if figures else (change.before, change.after)
                values = (cell_value(progress, cell) for cell in cells if progress)
                figures = (*figures, *(Decimal(value) for value in values if isinstance(value, int | Decimal)))
        before_each.append(figures)
    return before_each


def with_published_progress(portal: Portal, history: History) -> Portal:
    """The portal, each project with the progress figures that earlier releases published of it."""
    field = portal.package.resources["projects"].fields.get("progress_percent")
    changes: defaultdict[str, list[Change]] = defaultdict(list)
    for release in history.releases:
        for change in release.changes:
            if field and change.field == field.name and change.project_id:
                changes[change.project_id].append(change)
    figures = {project_id: published_figures([of_project], field)[-1] for project_id, of_project in changes.items()}
    if not any(len(values) > 1 for values in figures.values()):
        return portal
    projects = (
        replace(project, published_progress=figures[project.project_id])
        if len(figures.get(project.project_id, ())) > 1
        else project
        for project in portal.projects
    )
    return replace(portal, projects=tuple(projects))


def first_amounts(oldest_first: Iterable[Change], amount: Field | None) -> dict[str, Decimal]:
    """The first amount that was published of each contract whose amount changed, by the contract's id.

    `oldest_first` are changes, and `amount` is the field of that name of today.
    """
    first: dict[str, Decimal] = {}
    for change in oldest_first:
        if (change.resource, change.field) != ("contracts", "amount") or len(change.record) != 1:
            continue
        values = (cell_value(amount, cell) for cell in (change.before, change.after))
        for value in values:
            if isinstance(value, int | Decimal):
                first.setdefault(change.record[0], Decimal(value))
    return first


def with_first_amounts(portal: Portal, history: History) -> Portal:
    """The portal, each contract with the first amount that a release published of it.

    Fewer than two releases with amounts of contracts are nothing to compare with.
    """
    contracts = portal.package.resources.get("contracts")
    tables = (release.tables.get("contracts") for release in history.releases)
    if contracts is None or sum(table is not None and "amount" in table.columns for table in tables) < 2:
        return portal
    changes = (change for release in history.releases for change in release.changes)
    first = first_amounts(changes, contracts.fields.get("amount"))
    projects = (_with_first_amounts(project, first) if project.contracts else project for project in portal.projects)
    return replace(portal, projects=tuple(projects))


def _with_first_amounts(project: Project, first: Mapping[str, Decimal]) -> Project:
    contracts = (replace(c, first_amount=first.get(c.contract_id, c.amount)) for c in project.contracts)
    return replace(project, contracts=tuple(contracts))


def build_timeline(
    portal: Portal, history: History, transitions: Transitions, removed: Mapping[str, Release] | None = None
) -> Timeline:
    """What the releases say of `portal`, whose projects have their published progress.

    `removed` are the projects that left the data before the first of the releases, each with the last that had it.
    """
    projects = {project.project_id: project for project in portal.projects}
    project_changes = {}
    titles = last_titles(history.releases)
    for project_id, changes in _changes_by_project(history, portal.package, removed or {}).items():
        began_and_ended = transitions.of(projects.get(project_id), changes)
        judged = (
            replace(release_changes, began=began, ended=ended) if began or ended else release_changes
            for release_changes, (began, ended) in zip(changes, began_and_ended, strict=True)
        )
        news = tuple(only_news(release_changes) for release_changes in judged if release_changes.is_news)
        if news and project_id not in projects:
            news = tuple(with_last_title(release_changes, titles.get(project_id, {})) for release_changes in news)
        if news:
            project_changes[project_id] = news
    return Timeline(
        history,
        project_changes,
        _originals(project_changes),
        tuple(release_changelogs(portal, history, project_changes)),
    )


def _changes_by_project(
    history: History, package: Package, removed: Mapping[str, Release]
) -> dict[str, list[ProjectChanges]]:
    """What releases changed of each project, the newest first; with `last_published` where it left or came back."""
    last_published = dict(removed)
    earlier: Release | None = None
    by_project: defaultdict[str, list[ProjectChanges]] = defaultdict(list)
    descriptions = Descriptions(package, {}, {})
    for release in without_absences(history.releases):
        tables = earlier.tables if earlier else {}
        if not descriptions.fits(tables, release.tables):
            descriptions = Descriptions(package, tables, release.tables)
        for project_id, changes in changes_by_project(release, descriptions).items():
            if changes.added_or_removed is ChangeKind.ADDED:
                changes = replace(changes, last_published=last_published.pop(project_id, None))
            elif changes.added_or_removed is ChangeKind.REMOVED and earlier:
                last_published[project_id] = earlier
                changes = replace(changes, last_published=earlier)
            by_project[project_id].append(changes)
        earlier = release
    return {project_id: oldest_first[::-1] for project_id, oldest_first in by_project.items()}


_ORIGINAL_TYPES: Mapping[str, type] = {"budget_received": Decimal, "finish_date": date}
"""The fields of a project whose first published value is shown, with the type of their values."""


def _originals(project_changes: Mapping[str, Sequence[ProjectChanges]]) -> dict[str, dict[str, Original]]:
    """The first value of each field that changed, even if the project was not in the data for a time.

    None of a field of which a value is withheld.
    """
    originals: dict[str, dict[str, Original]] = {}
    for project_id, newest_first in project_changes.items():
        withheld = {change.field for changes in newest_first for change in changes.changes if change.withheld}
        for name in _ORIGINAL_TYPES:
            if name in withheld:
                continue
            values = list(_successive_values(name, newest_first[::-1]))
            if len(values) > 1:
                (first, _), (_, changed_by) = values[:2]
                originals.setdefault(project_id, {})[name] = Original(first, changed_by, len(values) - 1)
    return originals


def _successive_values(name: str, oldest_first: Sequence[ProjectChanges]) -> Iterator[tuple[Any, Release]]:
    """The values that a field of a project had one after the other, each with the release in which it is first seen.

    None is a blank cell while the project was in the data; what stood before the first value is left out.
    """
    last = None
    for changes in oldest_first:
        for described in changes.described:
            change, before, after = described.change, described.before, described.after
            if (change.resource, change.field) != ("projects", name):
                continue
            values = {ChangeKind.ADDED: (after,), ChangeKind.REMOVED: (before,)}.get(change.kind, (before, after))
            for value in values:
                if (value is None or isinstance(value, _ORIGINAL_TYPES[name])) and value != last:
                    yield value, changes.release
                    last = value
