"""The pages of projects that left the data: an address that was published stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.core import urls
from portal.core.models import Agency, ProjectIndex, Release
from portal.history import RemovedProject, Timeline
from portal.site.pages.feeds import FEED, project_feed
from portal.site.pages.planned import Planned


@dataclass(frozen=True, slots=True)
class RemovedProjectContext:
    """The page of a project that left the data."""

    removed: RemovedProject
    agency: Agency | None
    """That which it last gave, where the package still has it."""
    known_since: Release | None
    complete: bool
    """As `ProjectContext` has them."""


def plan_removed(portal: ProjectIndex, timeline: Timeline, removed: Sequence[RemovedProject]) -> Iterator[Planned]:
    """A page and a feed of each; neither is in the sitemap."""
    agencies = {agency.agency_id: agency for agency in portal.agencies}
    for project in removed:
        path, agency = urls.project(project.project_id), agencies.get(project.agency_id or "")
        context = RemovedProjectContext(project, agency, timeline.known_since, timeline.history.complete)
        yield path, "pages/removed_project.html", context, False
        yield urls.feed(path), FEED, project_feed(portal.package, timeline, project), False
