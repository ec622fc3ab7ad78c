"""The timeline -> the projects that left the data, as they were last published. They keep their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.json_values import json_text
from portal.core.models import ProjectIndex, Release, Withheld
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

    @property
    def agency_id(self) -> str | None:
        """The id of its last agency; None if it had none, or the id is withheld."""
        value = dict(self.values).get("agency_id")
        return value if isinstance(value, str) else None


def find_removed_projects(portal: ProjectIndex, timeline: Timeline) -> tuple[RemovedProject, ...]:
    """Every project that an earlier release had and the package no longer has, by id; see `removed_ids`."""
    present = (project.project_id for project in portal.projects)
    ids = sorted(removed_ids(timeline.history.releases, present))
    return tuple(_removed_project(project_id, timeline.project_changes[project_id]) for project_id in ids)


def _removed_project(project_id: str, newest_first: tuple[ProjectChanges, ...]) -> RemovedProject:
    left = next(changes for changes in newest_first if changes.added_or_removed)
    values = tuple(
        (change.field, before)
        for change, (before, _) in zip(left.changes, left.values, strict=True)
        if change.resource == "projects" and "field" not in change.withheld and before is not None
    )
    title = next((value for field, value in values if field == "title"), None)
    shown_title = printable(title) if isinstance(title, str) else project_id
    return RemovedProject(project_id, shown_title, left.release, left.last_published, values, newest_first)


def removed_project_json(project: RemovedProject) -> bytes:
    """The `project.json` of a project that left the data: when it left, and its last published values.

    `withheld` lists the columns whose last values are not published.
    """
    last_published = project.last_published
    content = {
        "project_id": project.project_id,
        "removed": True,
        "left": {"release": project.left.commit, "published": project.left.published.isoformat()},
        "last_published": last_published
        and {"release": last_published.commit, "published": last_published.published.isoformat()},
        "last_values": {name: _json_value(value) for name, value in project.values if value is not Withheld.WITHHELD},
        "withheld": [name for name, value in project.values if value is Withheld.WITHHELD],
    }
    return (json_text(content) + "\n").encode()


def _json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def removed_titles_json(projects: Sequence[RemovedProject]) -> bytes:
    """The title of each by its id, for the search page, where a whole id also finds a project that left the data."""
    return (json_text({project.project_id: project.title for project in projects}) + "\n").encode()
