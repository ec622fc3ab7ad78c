"""The timeline -> the projects that left the data, as they were last published. They keep their pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.json_values import json_text
from portal.core.models import NO_TEXT, Change, ProjectIndex, Release, Text, names_in
from portal.history.changes import ProjectChanges, removed_ids
from portal.history.timeline import Timeline
from portal.history.values import printable


@dataclass(frozen=True, slots=True)
class RemovedProject:
    """A project that is no longer in the package."""

    project_id: str
    title: str
    """As it was last published; the id where that is withheld."""
    left: Release
    """The first release without it."""
    last_published: Release | None
    """The last release that had it."""
    values: tuple[tuple[str, Any], ...]
    """Its last values that were not blank, by column: as `cell_value` reads them, or `Withheld`."""
    changes: tuple[ProjectChanges, ...]
    """What releases changed of it, the newest first."""
    titles: Mapping[str, Text]
    """The title of each column of `values`."""
    names: Mapping[str, Text]
    """The names that its agency and its source had when it left, by the column of `values` that has their id."""

    @property
    def agency_id(self) -> str | None:
        """The id of its last agency; None if it had none, or the id is withheld."""
        value = dict(self.values).get("agency_id")
        return value if isinstance(value, str) else None


def find_removed_projects(portal: ProjectIndex, timeline: Timeline) -> tuple[RemovedProject, ...]:
    """Every project that an earlier release had and the package no longer has, by id; see `removed_ids`."""
    present = (project.project_id for project in portal.projects)
    ids = sorted(removed_ids(timeline.history.releases, present))
    names = _PastNames(portal, timeline.history.releases)
    return tuple(_removed_project(project_id, timeline.project_changes[project_id], names) for project_id in ids)


def _removed_project(
    project_id: str, newest_first: tuple[ProjectChanges, ...], past_names: _PastNames
) -> RemovedProject:
    left = next(changes for changes in newest_first if changes.added_or_removed)
    own = [described for described in left.described if described.change.resource == "projects"]
    values = tuple(
        (described.change.field, described.before)
        for described in own
        if "field" not in described.change.withheld and described.before is not None
    )
    title = next((value for field, value in values if field == "title"), None)
    shown_title = printable(title) if isinstance(title, str) else project_id
    titles = {described.change.field: described.column_title for described in own}
    names = {
        column: name
        for column, key in values
        if column in _JOINED and isinstance(key, str) and (name := past_names.before(left.release, column, key))
    }
    return RemovedProject(
        project_id, shown_title, left.release, left.last_published, values, newest_first, titles, names
    )


_JOINED: Mapping[str, tuple[str, str]] = {
    "agency_id": ("agencies", "name"),
    "source_id": ("sources", "title"),
}
"""By a column of `projects`: the table to which it refers, and the column of the names there."""


class _PastNames:
    """The names of agencies and sources before any release."""

    def __init__(self, portal: ProjectIndex, releases: Sequence[Release]) -> None:
        self._languages = portal.package.conventions.languages
        self._today = {
            "agency_id": {agency.agency_id: agency.name for agency in portal.agencies},
            "source_id": {source.source_id: source.title for source in portal.sources},
        }
        self._numbers = {release.commit: number for number, release in enumerate(releases)}
        tables = {table for table, *_ in _JOINED.values()}
        self._newest_first: defaultdict[tuple[str, tuple[str, ...]], list[tuple[int, Change]]] = defaultdict(list)
        for number, release in reversed(list(enumerate(releases))):
            for change in release.changes:
                if change.resource in tables:
                    self._newest_first[change.resource, change.record].append((number, change))

    def before(self, release: Release, column: str, key: str) -> Text | None:
        """The name of what `column` refers to by `key`; None if there was none, or it is withheld."""
        table, name = _JOINED[column]
        today = self._today[column].get(key, NO_TEXT)
        cells = dict.fromkeys(names_in(name, self._languages), "") | today.by_column(name)
        for number, change in self._newest_first[table, (key,)]:
            if number >= self._numbers[release.commit] and change.field in cells:
                cells[change.field] = change.before
        return Text.read(cells, name, self._languages).map(printable) if cells[name] else None


def removed_titles_json(projects: Sequence[RemovedProject]) -> bytes:
    """The title of each by its id, for the search page, where a whole id also finds a project that left the data."""
    return (json_text({project.project_id: project.title for project in projects}) + "\n").encode()
