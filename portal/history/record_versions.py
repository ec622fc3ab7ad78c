"""The releases -> which of them the record of each project is of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.core.models import OUTLINES, Change, History, Package, RecordVersion, Release

_SHARED = ("agencies", "areas", OUTLINES, "sources", "suppliers")
"""The resources whose records stand on the pages of many projects."""


@dataclass(frozen=True, slots=True)
class RecordVersions:
    """Which release the record of each project is of."""

    first: RecordVersion
    """Of the records that no known release changed."""
    by_project: Mapping[str, RecordVersion] = field(default_factory=dict)
    """Of the others, by project id."""
    shared: Mapping[tuple[str, str], date] = field(default_factory=dict)
    """The day on which an agency, area, its outline, source, supplier or tender last changed, by its resource and its
    id; of tenders those without a project."""

    def of(self, project_id: str) -> RecordVersion:
        """The release that the record of a project is of."""
        return self.by_project.get(project_id, self.first)

    def changed(
        self,
        project_id: str,
        agency_id: str | None,
        source_id: str | None,
        area_ids: Iterable[str] = (),
        supplier_ids: Iterable[str] = (),
        outlined: str | None = None,
    ) -> date:
        """The day on which what a project's page shows last changed: its record, agency, source, areas or suppliers.

        `outlined` is the area whose outline it shows.
        """
        rows = [("agencies", agency_id or ""), ("sources", source_id or ""), (OUTLINES, outlined or "")]
        rows += [*(("areas", i) for i in area_ids), *(("suppliers", i) for i in supplier_ids)]
        return max([self.of(project_id).released, *(self.shared[row] for row in rows if row in self.shared)])


def find_record_versions(package: Package, history: History, archives: Mapping[str, str]) -> RecordVersions:
    """Which release the record of each project is of; `archives` are the paths of zips by commit.

    A record consists of the rows of a project in all tables. It is of the newest release that changed one of their
    values, else of the first known release; without history, of the package. A number that is written otherwise, such
    as 100.0 for 100, is the same value.
    """

    def version(release: Release, page: str | None) -> RecordVersion:
        released, archive = release.published.date(), archives.get(release.commit)
        # A version that is withheld, or was not given, is no name to cite; the commit is.
        return RecordVersion(release.version or release.commit[:8], released, release.commit, page, archive)

    if not history.releases:
        return RecordVersions(RecordVersion(package.version, package.created, "", None))
    by_project: dict[str, RecordVersion] = {}
    shared: dict[tuple[str, str], date] = {}
    for release in history.releases:
        changes = list(release.new_values)
        ids = (change.project_id for change in changes if change.project_id)
        by_project |= dict.fromkeys(ids, version(release, release.name))
        rows = ((change.resource, *change.record) for change in changes if _is_shared(change))
        shared |= {(row[0], row[1]): release.published.date() for row in rows if len(row) == 2}
    return RecordVersions(version(history.releases[0], None), by_project, shared)


def _is_shared(change: Change) -> bool:
    return change.resource in _SHARED or (change.resource == "tenders" and not change.project_id)
