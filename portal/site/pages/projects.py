"""The page of each project and its feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core import urls
from portal.core.models import (
    Field,
    Language,
    Note,
    Package,
    Page,
    Project,
    ProjectIndex,
    ProjectSummary,
    RecordVersion,
    Release,
)
from portal.core.totals import DuplicateGroups, group
from portal.history import Original, ProjectChanges, RecordVersions, Timeline
from portal.rules import REPORTS, Finding, ProjectJudge, ProjectStatus, Timing, counterparts, project_status, unmet
from portal.site.charts import MonthlyChart, monthly_chart
from portal.site.money_path import MoneyPath, money_path
from portal.site.outlines import Locator, OutlinePicture, locate
from portal.site.pages.feeds import FEED, FeedContext, project_feed
from portal.site.pages.neighbours import Neighbours, find_neighbours
from portal.site.schedule import Schedule, schedule


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """What the page of a project shows beside its record."""

    project_status: ProjectStatus
    chart: MonthlyChart | None
    schedule: Schedule | None
    money_path: MoneyPath | None
    """None of a project with neither a tender nor a contract."""
    extra: tuple[tuple[Field, Any], ...]
    """Columns that the portal does not know, with their values."""
    neighbours: Neighbours
    duplicates: tuple[ProjectSummary, ...]
    """Projects from other sources that may be this one, which totals then count twice."""
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
    locator: Locator | None
    """Where it is in its area; None where its coordinates or the outline of its area are not known."""


@dataclass(frozen=True, slots=True)
class ProjectExample:
    """A project for the page that shows every component."""

    project: Project
    context: ProjectContext


class ProjectExamples:
    """Chooses one project of each timing: the one that most was reported on."""

    def __init__(self, pages: ProjectPages) -> None:
        """`pages` makes what the page of a project shows."""
        self._pages = pages
        self._by_timing: dict[Timing, tuple[Project, ProjectBackground]] = {}

    def add(self, project: Project, background: ProjectBackground) -> None:
        """Consider a project."""
        timing = project_status(project).timing
        best = self._by_timing.get(timing)
        if best is None or _reports(project) > _reports(best[0]):
            self._by_timing[timing] = project, background

    def chosen(self) -> tuple[ProjectExample, ...]:
        """The examples, by timing."""
        chosen = (self._by_timing[timing] for timing in sorted(self._by_timing))
        return tuple(
            ProjectExample(project, self._pages.context(project, background)) for project, background in chosen
        )


def _reports(project: Project) -> tuple[int, int]:
    return len(project.progress_reports), len(project.monthly_results)


@dataclass(frozen=True, slots=True)
class ProjectBackground:
    """What decides the page of a project beside its record and what all projects share."""

    neighbours: Neighbours
    duplicates: tuple[ProjectSummary, ...]
    changes: tuple[ProjectChanges, ...]
    """As `ProjectContext` has them."""
    originals: Mapping[str, Original]
    notes: Mapping[Language, Note]
    version: RecordVersion
    last_changed: date
    feed: FeedContext | None
    """None where no release changed it."""
    locator: Locator | None
    agency_values: tuple[str, ...]
    """What the data have of its agency."""


@dataclass(frozen=True, slots=True)
class ProjectPages:
    """Makes the pages of a project. Workers do, so all that this holds is the same for every project."""

    languages: tuple[Language, ...]
    judge: ProjectJudge
    fields: Mapping[str, Field]
    """Of the table `projects`, without what changes with every release."""
    known_since: Release | None
    complete: bool
    has_reports: bool

    def context(self, project: Project, background: ProjectBackground) -> ProjectContext:
        """What the page of a project shows, which is the same in every language."""
        return ProjectContext(
            project_status(project),
            monthly_chart(project.monthly_results, project.target_value),
            schedule(project),
            money_path(project),
            tuple((self.fields[name], value) for name, value in project.extra.items()),
            background.neighbours,
            background.duplicates,
            self.judge.judge(project, background.agency_values, background.changes),
            background.changes,
            background.originals,
            self.known_since,
            self.complete,
            background.notes,
            self.has_reports,
            background.version,
            background.last_changed,
            background.feed is not None,
            background.locator,
        )

    def plan(self, project: Project, background: ProjectBackground) -> Iterator[Page]:
        """The page of a project, and its feed where it has one, in each language: those of `addresses`."""
        context = self.context(project, background)
        for path, language, template, indexed in addresses(
            project.project_id, self.languages, has_feed=background.feed is not None
        ):
            if template == PAGE:
                yield Page(path, language, template, context, indexed, project)
            else:
                yield Page(path, language, template, background.feed, indexed)


PAGE = "pages/project.html"

Address = tuple[str, Language, str, bool]
"""The path of a page, its language, its template, and whether the sitemap lists it: a Page without what it shows."""


def addresses(project_id: str, languages: Sequence[Language], *, has_feed: bool) -> Iterator[Address]:
    """The pages of a project, and its feed where it has one, in each language."""
    path = urls.project(project_id)
    yield from ((path, language, PAGE, True) for language in languages)
    if has_feed:
        yield from ((urls.feed(path), language, FEED, False) for language in languages)


@dataclass(frozen=True, slots=True)
class ProjectBackgrounds:
    """Knows the background of each project."""

    package: Package
    timeline: Timeline
    neighbours: Mapping[str, Neighbours]
    duplicates: DuplicateGroups
    notes: Mapping[str, Sequence[Note]]
    versions: RecordVersions
    pictures: Mapping[str, OutlinePicture]
    """Of the areas whose outlines are known, by their ids."""

    def of(self, project: Project, agency_values: tuple[str, ...]) -> ProjectBackground:
        """The background of a project; `agency_values` is what the data have of its agency."""
        project_id = project.project_id
        agency_id = project.agency.agency_id if project.agency else None
        source_id = project.source.source_id if project.source else None
        locator = locate(project.coordinates, project.areas, self.pictures)
        return ProjectBackground(
            self.neighbours[project_id],
            counterparts(project_id, self.duplicates),
            self.timeline.project_changes.get(project_id, ()),
            self.timeline.originals.get(project_id, {}),
            {note.language: note for note in self.notes.get(project_id, ())},
            self.versions.of(project_id),
            self.versions.changed(
                project_id,
                agency_id,
                source_id,
                [area.area_id for area in project.areas],
                project.supplier_ids,
                locator.area_id if locator else None,
            ),
            self._feed(project),
            locator,
            agency_values,
        )

    def _feed(self, project: Project) -> FeedContext | None:
        if project.project_id not in self.timeline.project_changes:
            return None
        feed = project_feed(self.package, self.timeline, project)
        return feed if feed.entries else None


def project_pages(package: Package, timeline: Timeline, judge: ProjectJudge) -> ProjectPages:
    """Makes the pages of the projects of a package."""
    has_reports = not unmet(REPORTS, judge.columns.__contains__)
    fields = package.described.resources["projects"].fields
    return ProjectPages(
        package.conventions.languages, judge, fields, timeline.known_since, timeline.history.complete, has_reports
    )


def project_backgrounds(
    portal: ProjectIndex,
    timeline: Timeline,
    versions: RecordVersions,
    notes: Sequence[Note],
    duplicates: DuplicateGroups,
    pictures: Mapping[str, OutlinePicture],
) -> ProjectBackgrounds:
    """Knows the background of each project of `portal`."""
    by_project = group(notes, lambda note: note.project_id)
    neighbours = find_neighbours(portal.projects, portal.package.conventions.collation)
    return ProjectBackgrounds(portal.package, timeline, neighbours, duplicates, by_project, versions, pictures)
