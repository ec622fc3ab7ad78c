"""The page of each project and its feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core import urls
from portal.core.models import Field, Language, Note, Package, Page, Project, ProjectIndex, RecordVersion, Release
from portal.core.totals import group
from portal.history import Original, ProjectChanges, RecordVersions, Timeline
from portal.rules import REPORTS, Finding, ProjectStatus, Timing, package_columns, project_status, unmet
from portal.site.charts import MonthlyChart, monthly_chart
from portal.site.pages.feeds import FEED, FeedContext, project_feed
from portal.site.pages.neighbours import Neighbours, find_neighbours
from portal.site.pages.planned import both_languages


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """What the page of a project shows beside its record."""

    project_status: ProjectStatus
    chart: MonthlyChart | None
    extra: tuple[tuple[Field, Any], ...]
    """Columns that the portal does not know, with their values."""
    neighbours: Neighbours
    observations: tuple[Finding, ...]
    changes: tuple[ProjectChanges, ...]
    """What releases changed of it, the newest first."""
    originals: Mapping[str, Original]
    """The first published value of the fields that moved, by field."""
    known_since: Release | None
    """The first release that is known; None where there is no history."""
    complete: bool
    """Whether that is the first that there was."""
    notes: Mapping[Language, Note]
    """What the agency or the editor says of it, by language."""
    has_reports: bool
    """Whether the data have reports of any project; else they say nothing of this one."""
    version: RecordVersion
    """The release that its record is of."""
    last_changed: date
    """The day on which the data that its page shows last changed."""
    has_feed: bool
    """Whether a release changed it, so that it has a feed."""


@dataclass(frozen=True, slots=True)
class ProjectExample:
    """A project for the page that shows every component."""

    project: Project
    context: ProjectContext


class ProjectExamples:
    """Chooses one project of each timing: the one that most was reported on."""

    def __init__(self) -> None:
        """None yet."""
        self._by_timing: dict[Timing, ProjectExample] = {}

    def add(self, project: Project, context: ProjectContext) -> None:
        """Consider a project."""
        best = self._by_timing.get(context.project_status.timing)
        if best is None or _reports(project) > _reports(best.project):
            self._by_timing[context.project_status.timing] = ProjectExample(project, context)

    def chosen(self) -> tuple[ProjectExample, ...]:
        """The examples, by timing."""
        return tuple(self._by_timing[timing] for timing in sorted(self._by_timing))


def _reports(project: Project) -> tuple[int, int]:
    return len(project.progress_reports), len(project.monthly_results)


@dataclass(frozen=True, slots=True)
class ProjectPages:
    """Makes the pages of a project: what they show beside the project itself."""

    package: Package
    timeline: Timeline
    neighbours: Mapping[str, Neighbours]
    notes: Mapping[str, Sequence[Note]]
    has_reports: bool
    versions: RecordVersions

    def context(self, project: Project, observations: tuple[Finding, ...], feed: FeedContext | None) -> ProjectContext:
        """What the page of a project shows, which is the same in every language; `feed` is that of `feed`."""
        fields, timeline = self.package.resources["projects"].fields, self.timeline
        agency_id = project.agency.agency_id if project.agency else None
        source_id = project.source.source_id if project.source else None
        return ProjectContext(
            project_status(project),
            monthly_chart(project.monthly_results, project.target_value),
            tuple((fields[name], value) for name, value in project.extra.items()),
            self.neighbours[project.project_id],
            observations,
            timeline.project_changes.get(project.project_id, ()),
            timeline.originals.get(project.project_id, {}),
            timeline.known_since,
            timeline.history.complete,
            {note.language: note for note in self.notes.get(project.project_id, ())},
            self.has_reports,
            self.versions.of(project.project_id),
            self.versions.changed(project.project_id, agency_id, source_id),
            feed is not None,
        )

    def feed(self, project: Project) -> FeedContext | None:
        """The feed of a project; None where no release changed it."""
        if project.project_id not in self.timeline.project_changes:
            return None
        feed = project_feed(self.package, self.timeline, project)
        return feed if feed.entries else None

    def plan(self, project: Project, context: ProjectContext, feed: FeedContext | None) -> Iterator[Page]:
        """The page of a project, and its feed where it has one, in both languages."""
        path = urls.project(project.project_id)
        yield from both_languages(path, "pages/project.html", context, project=project)
        if feed:
            yield from both_languages(urls.feed(path), FEED, feed, indexed=False)


def project_pages(
    portal: ProjectIndex, timeline: Timeline, versions: RecordVersions, notes: Sequence[Note]
) -> ProjectPages:
    """Makes the pages of the projects of `portal`."""
    by_project = group(notes, lambda note: note.project_id)
    has_reports = not unmet(REPORTS, package_columns(portal.package).__contains__)
    return ProjectPages(portal.package, timeline, find_neighbours(portal.projects), by_project, has_reports, versions)
