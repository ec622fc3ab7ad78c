"""The pages of what changed: each release, two releases side by side, and the feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core import urls
from portal.core.models import Agency, Package, ProjectIndex, Release, UnreadCommits
from portal.history import ChangelogItem, ChangelogKind, ListedRelease, ReleaseChangelog, Timeline, compare_releases
from portal.rules import Findings
from portal.site.pages.lists import Pagination, paginate
from portal.site.pages.planned import Planned

SHOWN = 50
"""Items of a kind that a page shows, and missing releases; `changes.csv` and `releases.json` have all."""

PER_PAGE = 30
"""Releases on a page of the list."""

TAGGED = 12
"""The newest tags, each pair of which has a page."""


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
    unread: tuple[UnreadCommits, ...]
    """The commits from before the package began that cannot be read, by cause."""
    unread_days: tuple[date, date] | None
    """The first and the last day of these; None without any."""


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


def named_releases(
    package: Package, timeline: Timeline, archives: Mapping[str, Archive | None]
) -> tuple[NamedRelease, ...]:
    """The releases with tags, the newest first; `archives` are their zips by address, None for one that is withheld."""
    # Some disks and some people do not tell addresses apart that differ in case alone: the oldest keeps its own.
    taken: set[str] = set()
    named: list[NamedRelease] = []
    for release in timeline.history.releases:
        by_address: dict[str, NamedRelease] = {}
        for tag in release.tags:
            is_free = tag.casefold() not in taken and urls.is_safe_id(archive_name(package, tag))
            address = tag if is_free else release.name
            by_address.setdefault(address, NamedRelease(tag, address, release, archives.get(address)))
            taken.add(address.casefold())
        named = [*by_address.values(), *named]
    return tuple(named)


def archive_name(package: Package, address: str) -> str:
    """The file name of the zip of a named release."""
    return f"{package.name}-{address}.zip"


def plan_changes(
    portal: ProjectIndex, findings: Findings, archives: Mapping[str, Archive | None], missing: Sequence[ListedRelease]
) -> Iterator[Planned]:
    """The list of releases, a page for each that changed something, and one for each pair of tags.

    `missing` are the releases of the last site that the history does not have: their addresses stay.
    """
    timeline = findings.timeline
    named = named_releases(portal.package, timeline, archives)
    pairs = tuple((older, newer) for i, newer in enumerate(named[:TAGGED]) for older in named[i + 1 : TAGGED])
    changes = sum(len(release.changes) for release in timeline.history.releases)
    facts = (
        timeline.known_since,
        timeline.history.complete,
        named,
        pairs,
        TAGGED,
        changes,
        tuple(missing[:SHOWN]),
        len(missing),
        timeline.history.unread,
        _days_of(timeline.history.unread),
    )
    listed = [changelog for changelog in timeline.releases if changelog.is_listed]
    for part, pagination in paginate(listed, urls.CHANGES, PER_PAGE):
        context = ChangesContext(part, pagination, *facts)
        yield urls.page_of(urls.CHANGES, pagination.number), "pages/changes.html", context, True
    for changelog in timeline.releases:
        tags = tuple(tagged for tagged in named if tagged.release.commit == changelog.release.commit)
        page = _release(portal, changelog, archives=tags)
        yield urls.release(changelog.release.name), "pages/release.html", page, changelog.is_listed
    taken = {changelog.release.name for changelog in timeline.releases}
    for release in missing:
        if release.has_page and release.release.name not in taken:
            taken.add(release.release.name)
            path = urls.release(release.release.name)
            yield path, "pages/missing_release.html", MissingReleaseContext(release), False
    for older, newer in pairs:
        changelog = compare_releases(portal, timeline.history, older.release, newer.release)
        path = urls.comparison(older.address, newer.address)
        yield path, "pages/release.html", _release(portal, changelog, older=older, newer=newer), False


def _days_of(groups: Sequence[UnreadCommits]) -> tuple[date, date] | None:
    days = [moment.date() for group in groups for moment in (group.first, group.last)]
    return (min(days), max(days)) if days else None


def _release(portal: ProjectIndex, changelog: ReleaseChangelog, **facts: Any) -> ReleaseContext:
    shown = changelog.first_of_each_kind(SHOWN)
    ids = {item.agency_id for part in shown.values() for item in part}
    agencies = tuple(agency for agency in portal.agencies if agency.agency_id in ids)
    return ReleaseContext(changelog, shown, agencies, **facts)
