"""The releases -> which of them the record of each project is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.core.models import ChangeKind, History, Package, RecordVersion, Release


@dataclass(frozen=True, slots=True)
class RecordVersions:
    """Which release the record of each project is of."""

    first: RecordVersion
    """Of the records that no known release changed."""
    by_project: Mapping[str, RecordVersion] = field(default_factory=dict)
    """Of the others, by project id."""

    def of(self, project_id: str) -> RecordVersion:
        """The release that the record of a project is of."""
        return self.by_project.get(project_id, self.first)


def find_record_versions(package: Package, history: History, archives: Mapping[str, str]) -> RecordVersions:
    """Which release the record of each project is of; `archives` are the paths of zips by commit.

    A record consists of the rows of a project in all tables. It is of the newest release that changed one of their
    values, else of the first known release; without history, of the package. A number that is written otherwise, such
    as 100.0 for 100, is the same value.
    """

    def version(release: Release, page: str | None) -> RecordVersion:
        released, archive = release.published.date(), archives.get(release.commit)
        return RecordVersion(release.version, released, release.commit, page, archive)

    if not history.releases:
        return RecordVersions(RecordVersion(package.version, package.created, "", None))
    by_project: dict[str, RecordVersion] = {}
    for release in history.releases:
        changed = (c.project_id for c in release.changes if c.project_id and c.kind is not ChangeKind.REWRITTEN)
        by_project |= dict.fromkeys(changed, version(release, release.name))
    return RecordVersions(version(history.releases[0], None), by_project)
