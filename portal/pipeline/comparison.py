"""The package as it is and a commit -> what differs, as the site would say it: without what is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from portal.core.cache import Cache
from portal.core.config import SiteConfig
from portal.core.models import Portal, Release
from portal.history import (
    ReleaseChangelog,
    Timeline,
    WorkingChanges,
    build_timeline,
    read_history,
    removed_by,
    same_version,
    with_first_amounts,
    with_published_progress,
    withhold,
)
from portal.package import read_guard
from portal.rules import RuleTransitions, agency_values, fields_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between a commit and the package as it is, without what is withheld."""

    portal: Portal
    before: Release
    after: Release
    files: Sequence[str]
    """The files of the content and the program that differ."""
    timeline: Timeline
    """Its last release is `after`; before that come the releases up to `before`, or that alone."""
    same_version: Release | None
    """A release that has the version of the package, but other data."""

    @property
    def changelog(self) -> ReleaseChangelog | None:
        """The changelog of `after`; None if it changed nothing."""
        return next((changelog for changelog in self.timeline.releases if not changelog.release.commit), None)


def compare(changes: WorkingChanges, portal: Portal, descriptor: Path, config: SiteConfig, cache: Cache) -> Comparison:
    """Treat the changes as those of one release, and withhold what the site would: the summary is as public.

    It follows the releases up to the commit, since an observation may have begun with one of them. Where the commit is
    of another branch, these are not known.
    """
    guard = read_guard(descriptor, config.conventions, config.person_titles)
    unknown_time = datetime.fromtimestamp(0, UTC)
    known = read_history(descriptor, portal.package, cache)
    earlier = tuple(release for release in known.releases if release.commit in changes.commits) or (
        Release(changes.commit, unknown_time, changes.version, (), (), tables=changes.tables[0]),
    )
    after = Release("", unknown_time, portal.package.version, (), changes.changes, tables=changes.tables[1])
    history = withhold(replace(known, releases=(*earlier, after)), portal, guard)
    before, after = history.releases[-2:]
    committed = [release for release in known.releases if release.commit]
    timeline = build_timeline(
        with_first_amounts(with_published_progress(portal, history), history),
        history,
        RuleTransitions(
            config.signals,
            fields_of(portal.package),
            portal.package.conventions.fiscal,
            agency_values=agency_values(portal.projects),
        ),
        # Of another branch it is known at least which projects this one had before.
        {} if changes.commits else removed_by(committed),
    )
    same = same_version(portal.package, withhold(known, portal, guard))
    return Comparison(portal, replace(before, commit=changes.commit), after, changes.files, timeline, same)
