"""The Atom feeds: of the site, of each agency, of each project, and of the observations."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from operator import attrgetter

from portal.core import urls
from portal.core.messages import Message
from portal.core.models import Language, Package, Project, ProjectIndex, ProjectSummary, Release, Text
from portal.history import (
    ChangelogItem,
    ChangelogSummary,
    RemovedProject,
    Timeline,
    changelog_of,
    first_of_each_kind,
    item_order,
    summarise_items,
)
from portal.rules import Findings
from portal.site.pages.planned import Planned

PER_KIND_IN_FEED = 5
"""Items of a kind in the entry of a release."""

IN_FEED = 50
"""Entries of a feed."""

FEED = "feeds/feed.xml"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of an Atom feed. Its id, one in each language, stays the same in every build."""

    ids: Mapping[Language, str]
    updated: datetime
    path: str
    items: tuple[ChangelogItem, ...]
    title: Text | None
    """Of the project; None for an entry of a whole release."""
    rule: Message | None = None
    """The title of the rule that began to find the project, in the feed of the observations."""
    summary: tuple[ChangelogSummary, ...] = ()
    """Of a release."""
    count: int = 0
    """How many items the release has in all; of each kind the largest are shown."""
    version: str = ""
    """Of a release: one day may have several."""


@dataclass(frozen=True, slots=True)
class FeedContext:
    """An Atom feed (RFC 4287)."""

    ids: Mapping[Language, str]
    title: Text
    kind: str
    """site, agency, project or observations."""
    path: str
    """Of the page that it belongs to."""
    updated: datetime
    entries: tuple[FeedEntry, ...]
    """The newest."""
    count: int
    """How many there are in all."""


def known_from(package: Package, timeline: Timeline) -> datetime:
    """The moment from which on anything is known: of the first release that is, else of the package."""
    return timeline.known_since.published if timeline.known_since else datetime.combine(package.created, time.min, UTC)


Named = Project | ProjectSummary | RemovedProject


def project_feed(package: Package, timeline: Timeline, project: Named) -> FeedContext:
    """The feed of a project, be it in the data or not."""
    entries = _entries(package, timeline, project)
    path, start = urls.project(project.project_id), known_from(package, timeline)
    return _feed(package, "project", path, Text(project.title), entries, start)


def plan_feeds(portal: ProjectIndex, findings: Findings, removed: Sequence[RemovedProject]) -> Iterator[Planned]:
    """The feeds of the site, of each agency, and of the observations; `removed` are the projects that left the data."""
    package, timeline = portal.package, findings.timeline
    start = known_from(package, timeline)
    releases = [
        _release_entry(_ids(package, changelog.release.commit), changelog.release, changelog.items, changelog.summary)
        for changelog in timeline.releases
        if changelog.is_listed
    ]
    by_agency: dict[str, list[FeedEntry]] = {}
    for project in portal.projects:
        if project.agency and project.project_id in timeline.project_changes:
            by_agency.setdefault(project.agency.agency_id, []).extend(_entries(package, timeline, project))
    for removed_project in removed:
        entries = _entries(package, timeline, removed_project)
        by_agency.setdefault(removed_project.agency_id or "", []).extend(entries)
    feeds = [_feed(package, "site", urls.CHANGES, Text(""), releases, start)]
    for agency in portal.agencies:
        sorted_entries = _of_agency(package, timeline, agency.agency_id, by_agency.get(agency.agency_id, ()))
        feeds.append(_feed(package, "agency", urls.agency(agency.agency_id), agency.name, sorted_entries, start))
    observations = _observation_entries(portal, findings, start)
    feeds.append(_feed(package, "observations", urls.SIGNALS, Text(""), observations, start))
    yield from ((urls.feed(feed.path), FEED, feed, False) for feed in feeds)


def _release_entry(
    ids: Mapping[Language, str],
    release: Release,
    items: Sequence[ChangelogItem],
    summary: tuple[ChangelogSummary, ...],
) -> FeedEntry:
    """All `items` of a release in a few sentences, and the first of each kind."""
    return FeedEntry(
        ids,
        release.published,
        urls.release(release.name),
        tuple(item for part in first_of_each_kind(items, PER_KIND_IN_FEED).values() for item in part),
        None,
        summary=summary,
        count=len(items),
        version=release.version,
    )


def _of_agency(package: Package, timeline: Timeline, agency_id: str, entries: Sequence[FeedEntry]) -> list[FeedEntry]:
    """The entries of an agency's projects, the newest first, and of one release those that changed most first.

    A release that changed many of them begins with what it did to all, so that no cut of the feed leaves that out.
    """
    by_day: dict[datetime, list[FeedEntry]] = {}
    for entry in entries:
        by_day.setdefault(entry.updated, []).append(entry)
    sorted_entries: list[FeedEntry] = []
    for release in sorted(
        (changelog.release for changelog in timeline.releases), key=attrgetter("published"), reverse=True
    ):
        part = sorted(
            by_day.pop(release.published, ()), key=lambda entry: [min(map(item_order, entry.items)), entry.path]
        )
        if len(part) > PER_KIND_IN_FEED:
            items = sorted((item for entry in part for item in entry.items), key=item_order)
            ids = _ids(package, release.commit, "agency", agency_id)
            sorted_entries.append(_release_entry(ids, release, items, summarise_items(items)))
        sorted_entries += part
    return sorted_entries


def _entries(package: Package, timeline: Timeline, project: Named) -> tuple[FeedEntry, ...]:
    """An entry for each release that changed a project, the newest first."""
    entries, in_data = [], None if isinstance(project, RemovedProject) else project
    path = urls.project(project.project_id)
    for changes in timeline.project_changes.get(project.project_id, ()):
        if items := tuple(changelog_of(project.project_id, changes, in_data, package)):
            ids = _ids(package, changes.release.commit, project.project_id)
            entries.append(FeedEntry(ids, changes.release.published, path, items, Text(project.title)))
    return tuple(entries)


def _observation_entries(portal: ProjectIndex, findings: Findings, start: datetime) -> list[FeedEntry]:
    """What rules found, the newest first, and of one day the projects with the largest budgets first.

    What they found from the beginning, at `start`, comes last.
    """
    entries = []
    for project in sorted(portal.projects, key=lambda p: (-(p.budget_received or 0), p.project_id)):
        for finding in findings.observations[project.project_id]:
            commit = finding.since.commit if finding.since else ""
            ids = _ids(portal.package, commit, project.project_id, finding.rule.name)
            day, path = finding.since.published if finding.since else start, urls.project(project.project_id)
            entries.append(FeedEntry(ids, day, path, (), Text(project.title), finding.rule.title))
    return sorted(entries, key=lambda entry: entry.updated, reverse=True)


def _feed(
    package: Package, kind: str, path: str, title: Text, entries: Sequence[FeedEntry], start: datetime
) -> FeedContext:
    updated = max((entry.updated for entry in entries), default=start)
    return FeedContext(_ids(package, "feed", path), title, kind, path, updated, tuple(entries[:IN_FEED]), len(entries))


def _ids(package: Package, *parts: str) -> Mapping[Language, str]:
    """URNs that depend on the package's name and on what they name alone: not on the address, the day or the build."""
    name = "/".join(["urn:open-data-package", package.name, *parts])
    return {
        language: uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{language}").urn for language in package.conventions.languages
    }
