"""The pages of what changed: each release, two releases side by side, and the feeds."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from portal.core import urls
from portal.core.models import (
    LANGUAGES,
    Agency,
    Bilingual,
    Language,
    Package,
    Project,
    ProjectIndex,
    ProjectSummary,
    Release,
)
from portal.history import (
    ChangelogItem,
    ChangelogKind,
    ChangelogSummary,
    ListedRelease,
    ReleaseChangelog,
    RemovedProject,
    Timeline,
    changelog_of,
    compare_releases,
)
from portal.rules import Findings
from portal.site.pages.lists import Pagination, paginate

Planned = tuple[str, str, Any, bool]
"""A page in either language: its path, its template, its context, and whether it belongs into the sitemap."""

SHOWN = 50
"""Items of a kind that a page shows, and missing releases; `changes.csv` and `releases.json` have all."""

PER_PAGE = 30
"""Releases on a page of the list."""

TAGGED = 12
"""The newest tags, each pair of which has a page."""

PER_KIND_IN_FEED = 5
"""Items of a kind in the entry of a release."""

IN_FEED = 50
"""Entries of a feed."""

FEED = "feeds/feed.xml"


@dataclass(frozen=True, slots=True)
class Archive:
    """The zip of a release that has a name of its own."""

    path: str
    bytes: int


@dataclass(frozen=True, slots=True)
class NamedRelease:
    """A release with a tag."""

    tag: str
    address: str
    """What addresses call it: the tag, or the release's own name where the tag can be no part of one."""
    release: Release
    archive: Archive | None
    """None where it is not published, since it holds what is withheld."""


@dataclass(frozen=True, slots=True)
class ChangesContext:
    """A page of the list of releases."""

    releases: tuple[ReleaseChangelog, ...]
    pagination: Pagination
    known_since: Release | None
    """The first release that is known."""
    complete: bool
    """Whether that is the first that there was."""
    named: tuple[NamedRelease, ...]
    """The newest first."""
    comparisons: tuple[tuple[NamedRelease, NamedRelease], ...]
    """Each pair of the newest `compared`, the older one first."""
    compared: int
    changes: int
    """How many changes `changes.csv` holds."""
    missing: tuple[ListedRelease, ...]
    """The newest of the releases that this site published and the history no longer has."""
    missing_count: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class MissingReleaseContext:
    """The page of a release that the history no longer has."""

    missing: ListedRelease


@dataclass(frozen=True, slots=True)
class ReleaseContext:
    """What a release changed, or what differs between two."""

    changelog: ReleaseChangelog
    shown: Mapping[ChangelogKind, tuple[ChangelogItem, ...]]
    """The first of each kind that there is."""
    agencies: tuple[Agency, ...]
    """Those that the shown items are about, by their id."""
    older: NamedRelease | None = None
    newer: NamedRelease | None = None
    """Where two releases are compared."""
    archives: tuple[NamedRelease, ...] = ()
    """The tags of this release."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of an Atom feed. Its id, one in each language, stays the same in every build."""

    ids: Mapping[Language, str]
    updated: datetime
    path: str
    items: tuple[ChangelogItem, ...]
    title: Bilingual
    rule: Bilingual | None = None
    """The title of the rule that came to concern the project, in the feed of the signals."""
    summary: tuple[ChangelogSummary, ...] = ()
    """Of a release."""
    count: int = 0
    """How many items the release has in all; of each kind the largest are shown."""


@dataclass(frozen=True, slots=True)
class FeedContext:
    """An Atom feed (RFC 4287)."""

    ids: Mapping[Language, str]
    title: Bilingual
    kind: str
    """site, agency, project or signals."""
    path: str
    """Of the page that it belongs to."""
    updated: datetime
    entries: tuple[FeedEntry, ...]
    """The newest."""
    count: int
    """How many there are in all."""


def named_releases(
    package: Package, past: Timeline, archives: Mapping[str, Archive | None]
) -> tuple[NamedRelease, ...]:
    """The releases with tags, the newest first; `archives` are their zips by address, None for one that is withheld."""
    # Some disks and some people do not tell addresses apart that differ in case alone: the oldest keeps its own.
    taken: set[str] = set()
    named: list[NamedRelease] = []
    for release in past.history.releases:
        found: dict[str, NamedRelease] = {}
        for tag in release.tags:
            is_free = tag.casefold() not in taken and urls.is_safe_id(archive_name(package, tag))
            address = tag if is_free else release.name
            found.setdefault(address, NamedRelease(tag, address, release, archives.get(address)))
            taken.add(address.casefold())
        named = [*found.values(), *named]
    return tuple(named)


def archive_name(package: Package, address: str) -> str:
    """The file name of the zip of a named release."""
    return f"{package.name}-{address}.zip"


def plan_changes(
    portal: ProjectIndex,
    findings: Findings,
    archives: Mapping[str, Archive | None],
    missing: Sequence[ListedRelease],
) -> Iterator[Planned]:
    """The list of releases, a page for each that changed something, and one for each pair of tags.

    `missing` are the releases of the last site that the history does not have: their addresses stay.
    """
    past = findings.timeline
    named = named_releases(portal.package, past, archives)
    pairs = tuple((older, newer) for i, newer in enumerate(named[:TAGGED]) for older in named[i + 1 : TAGGED])
    changes = sum(len(release.changes) for release in past.history.releases)
    facts = past.known_since, past.history.complete, named, pairs, TAGGED, changes, tuple(missing[:SHOWN]), len(missing)
    for part, pagination in paginate([one for one in past.releases if one.is_listed], urls.CHANGES, PER_PAGE):
        context = ChangesContext(part, pagination, *facts)
        yield urls.page_of(urls.CHANGES, pagination.number), "pages/changes.html", context, True
    for changelog in past.releases:
        tags = tuple(one for one in named if one.release.commit == changelog.release.commit)
        page = _release(portal, changelog, archives=tags)
        yield urls.release(changelog.release.name), "pages/release.html", page, changelog.is_listed
    taken = {changelog.release.name for changelog in past.releases}
    for gone in missing:
        if gone.has_page and gone.release.name not in taken:
            taken.add(gone.release.name)
            path = urls.release(gone.release.name)
            yield path, "pages/missing_release.html", MissingReleaseContext(gone), False
    for older, newer in pairs:
        changelog = compare_releases(portal, past.history, older.release, newer.release)
        path = urls.comparison(older.address, newer.address)
        yield path, "pages/release.html", _release(portal, changelog, older=older, newer=newer), False


def _release(portal: ProjectIndex, changelog: ReleaseChangelog, **facts: Any) -> ReleaseContext:
    shown = changelog.first_of_each_kind(SHOWN)
    ids = {item.agency_id for part in shown.values() for item in part}
    agencies = tuple(agency for agency in portal.agencies if agency.agency_id in ids)
    return ReleaseContext(changelog, shown, agencies, **facts)


# ---- Feeds


def known_from(package: Package, past: Timeline) -> datetime:
    """The moment from which on anything is known: of the first release that is, else of the package."""
    return past.known_since.published if past.known_since else datetime.combine(package.created, time.min, UTC)


Named = Project | ProjectSummary | RemovedProject


def project_feed(package: Package, past: Timeline, project: Named) -> FeedContext:
    """The feed of a project, be it in the data or not."""
    entries = _entries(package, past, project)
    path, start = urls.project(project.project_id), known_from(package, past)
    return _feed(package, "project", path, Bilingual(project.title), entries, start)


def plan_feeds(portal: ProjectIndex, findings: Findings, removed: Sequence[RemovedProject]) -> Iterator[Planned]:
    """The feeds of the site, of each agency, and of the signals; `removed` are the projects that left the data."""
    package, past = portal.package, findings.timeline
    start = known_from(package, past)
    site = [
        FeedEntry(
            _ids(package, one.release.commit),
            one.release.published,
            urls.release(one.release.name),
            tuple(item for part in one.first_of_each_kind(PER_KIND_IN_FEED).values() for item in part),
            Bilingual(str(one.release.published.date())),
            summary=one.summary,
            count=len(one.items),
        )
        for one in past.releases
        if one.is_listed
    ]
    by_agency: dict[str, list[FeedEntry]] = {}
    for project in portal.projects:
        if project.agency and project.project_id in past.project_changes:
            by_agency.setdefault(project.agency.agency_id, []).extend(_entries(package, past, project))
    for gone in removed:
        by_agency.setdefault(gone.agency_id or "", []).extend(_entries(package, past, gone))
    feeds = [_feed(package, "site", urls.CHANGES, Bilingual(""), site, start)]
    for agency in portal.agencies:
        found = sorted(by_agency.get(agency.agency_id, ()), key=lambda e: (e.updated, e.path), reverse=True)
        feeds.append(_feed(package, "agency", urls.agency(agency.agency_id), agency.name, found, start))
    feeds.append(_feed(package, "signals", urls.SIGNALS, Bilingual(""), _signals(portal, findings, start), start))
    yield from ((urls.feed(feed.path), FEED, feed, False) for feed in feeds)


def _entries(package: Package, past: Timeline, project: Named) -> tuple[FeedEntry, ...]:
    found, known = [], None if isinstance(project, RemovedProject) else project
    for entry in past.project_changes.get(project.project_id, ()):
        if changelog := tuple(changelog_of(project.project_id, entry, known, package)):
            name, path = _ids(package, entry.release.commit, project.project_id), urls.project(project.project_id)
            found.append(FeedEntry(name, entry.release.published, path, changelog, Bilingual(project.title)))
    return tuple(found)


def _signals(portal: ProjectIndex, findings: Findings, start: datetime) -> list[FeedEntry]:
    """A project that a rule came to concern; those that it concerned from the beginning, at `start`, come last."""
    found = []
    for project in portal.projects:
        for one in findings.observations[project.project_id]:
            commit = one.since.commit if one.since else ""
            found.append(
                FeedEntry(
                    _ids(portal.package, commit, project.project_id, one.rule.name),
                    one.since.published if one.since else start,
                    urls.project(project.project_id),
                    (),
                    Bilingual(project.title),
                    one.rule.title,
                )
            )
    return sorted(found, key=lambda e: (e.updated, e.path, e.ids["th"]), reverse=True)


def _feed(
    package: Package, kind: str, path: str, title: Bilingual, entries: Sequence[FeedEntry], start: datetime
) -> FeedContext:
    updated = max((entry.updated for entry in entries), default=start)
    return FeedContext(_ids(package, "feed", path), title, kind, path, updated, tuple(entries[:IN_FEED]), len(entries))


def _ids(package: Package, *parts: str) -> Mapping[Language, str]:
    """URNs that depend on the package's name and on what they name alone: not on the address, the day or the build."""
    name = "/".join(["urn:open-data-package", package.name, *parts])
    return {language: uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{language}").urn for language in LANGUAGES}
