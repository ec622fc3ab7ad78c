"""The projects that left the data, as the releases last published them: their addresses stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.json_values import json_text
from portal.core.models import ProjectIndex, Release, Withheld
from portal.history.changes import ProjectChanges, printable, removed_ids
from portal.history.timeline import Timeline


@dataclass(frozen=True, slots=True)
class RemovedProject:
    """A project that is no longer in the package."""

    project_id: str
    title: str
    """As it was last published; the id where that is withheld."""
    left: Release
    """With which it left the data."""
    last_published: Release | None
    """The last release that had it."""
    values: tuple[tuple[str, Any], ...]
    """Its last values that were not blank, by column: as `typed` has them, or `Withheld`."""
    entries: tuple[ProjectChanges, ...]
    """What releases changed of it, the newest first."""

    @property
    def agency_id(self) -> str | None:
        """That of the agency that it last gave; None where it gave none, or that is withheld."""
        value = dict(self.values).get("agency_id")
        return value if isinstance(value, str) else None


def find_removed_projects(portal: ProjectIndex, past: Timeline) -> tuple[RemovedProject, ...]:
    """Every project that releases had and the package no longer has, by id; see `removed_ids`."""
    present = (project.project_id for project in portal.projects)
    return tuple(_removed(key, past.entries[key]) for key in sorted(removed_ids(past.history.releases, present)))


def _removed(project_id: str, entries: tuple[ProjectChanges, ...]) -> RemovedProject:
    left = next(entry for entry in entries if entry.whole)
    values = tuple(
        (change.field, earlier)
        for change, (earlier, _) in zip(left.changes, left.values, strict=True)
        if change.resource == "projects" and "field" not in change.withheld and earlier is not None
    )
    title = next((value for name, value in values if name == "title"), None)
    name = printable(title) if isinstance(title, str) else project_id
    return RemovedProject(project_id, name, left.release, left.last_published, values, entries)


def removed_project_json(project: RemovedProject) -> bytes:
    """What `project.json` says of a project that left the data: that it did, and what was last published of it.

    `withheld` names the columns whose last values are not published.
    """
    last = project.last_published
    content = {
        "project_id": project.project_id,
        "removed": True,
        "left": {"release": project.left.commit, "published": project.left.published.isoformat()},
        "last_published": last and {"release": last.commit, "published": last.published.isoformat()},
        "last_values": {name: _plain(value) for name, value in project.values if value is not Withheld.WITHHELD},
        "withheld": [name for name, value in project.values if value is Withheld.WITHHELD],
    }
    return (json_text(content) + "\n").encode()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def removed_titles_json(projects: Sequence[RemovedProject]) -> bytes:
    """The title of each by its id, for the search page: a whole id finds its project also where it left the data."""
    return (json_text({one.project_id: one.title for one in projects}) + "\n").encode()
