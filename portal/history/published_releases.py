"""`releases.json`: every release that this site has published, including those that are no longer in the history.

A build reads the list of the site that it replaces: of releases that left the history there is no other record. Anybody
may have changed the file, so it is read as untrusted data: whatever is not a release is left out.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from portal.core import urls
from portal.core.files import open_plain
from portal.core.models import History, Release
from portal.core.problems import Problem, shorten
from portal.core.text import FORBIDDEN

RELEASES = "releases.json"

MAX_BYTES = 64 * 1024 * 1024
"""A larger list is not read; 200,000 releases take less."""


class ReleaseState(StrEnum):
    """What became of a release."""

    CURRENT = "current"
    REWRITTEN = "rewritten"
    """The history is complete and does not have it: its commit was replaced."""
    UNKNOWN = "unknown"
    """Not known: the history is not complete, as in a shallow clone, or its commit is passed over."""


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """A release that a site has published."""

    release: Release
    """Without its changes."""
    state: ReleaseState
    has_page: bool
    """Whether it had a page of its own; the first known release has none."""


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """The list that the last site published."""

    package: str = ""
    releases: tuple[ListedRelease, ...] = ()
    damage: str = ""
    """A sentence on what could not be read; "" if everything could."""


def read_releases(file: Path) -> ReleaseList:
    """Read the list; empty if there is no file. Raises nothing, whatever the file contains: see `damage`."""
    try:
        data = _read(file)
    except FileNotFoundError:
        return ReleaseList()
    except (OSError, ValueError) as error:
        return ReleaseList(damage=f"it cannot be read ({shorten(error)})")
    try:
        content = json.loads(data)
        package, entries = str(content["package"]), content["releases"]
        parsed = [_parse_entry(entry) for entry in entries if isinstance(entry, dict)]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ReleaseList(damage="it is not a list of releases")
    # The first entry of a commit counts.
    by_commit = {listed.release.commit: listed for listed in reversed(parsed) if listed}
    lost = len(entries) - len(by_commit)
    damage = f"{lost:,} of its entries are no releases" if lost else ""
    return ReleaseList(package, tuple(by_commit.values())[::-1], damage)


def _read(file: Path) -> bytes:
    """The bytes of a regular file. Raises OSError if it is not one, ValueError if it is too large."""
    with open_plain(file) as opened:
        if os.fstat(opened.fileno()).st_size > MAX_BYTES:
            raise ValueError("not a file of a reasonable size")
        return opened.read(MAX_BYTES)


_COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")


def _parse_entry(entry: Mapping[str, Any]) -> ListedRelease | None:
    """An entry of the list; None if it is not a release."""
    try:
        published, commit = datetime.fromisoformat(entry["published"]), entry["commit"]
        version, tags = entry.get("version", ""), entry.get("tags", [])
        if published.utcoffset() is None or not _COMMIT.fullmatch(commit) or not all(map(_is_name, [version, *tags])):
            return None
        state, has_page = ReleaseState(entry.get("state", ReleaseState.CURRENT)), isinstance(entry.get("page"), str)
        return ListedRelease(Release(commit, published, version, tuple(tags), ()), state, has_page)
    except (ValueError, LookupError, TypeError):
        return None


def _is_name(text: Any) -> bool:
    """Whether a value of JSON can be shown as a version or a tag."""
    return isinstance(text, str) and len(text) <= 500 and not FORBIDDEN.search(text)


def missing_releases(last: ReleaseList, package: str, history: History) -> tuple[ListedRelease, ...]:
    """The releases of the last site that the history does not have, the newest first.

    Empty if the last site was of another package: it has another name than `package`, and none of its commits.
    """
    commits = {release.commit for release in history.releases if release.commit}
    if last.package != package and commits.isdisjoint(listed.release.commit for listed in last.releases):
        return ()
    missing = [listed for listed in last.releases if listed.release.commit not in commits]
    passed_over = {commit.commit for commit in history.passed_over}
    passed_over.update(commit for group in history.unread for commit in group.commits)

    def state(listed: ListedRelease) -> ReleaseState:
        is_replaced = history.complete and listed.release.commit not in passed_over
        is_rewritten = is_replaced or listed.state is ReleaseState.REWRITTEN
        return ReleaseState.REWRITTEN if is_rewritten else ReleaseState.UNKNOWN

    return tuple(replace(listed, state=state(listed)) for listed in sorted(missing, key=_order, reverse=True))


def without_personal_data(releases: Iterable[ListedRelease], hides: Callable[[str], bool]) -> tuple[ListedRelease, ...]:
    """The releases without the versions and tags for which `hides` is true, even if the last site published them."""

    def shown(release: Release) -> Release:
        version = "" if hides(release.version) else release.version
        return replace(release, version=version, tags=tuple(tag for tag in release.tags if not hides(tag)))

    return tuple(replace(listed, release=shown(listed.release)) for listed in releases)


def _order(listed: ListedRelease) -> tuple[datetime, str]:
    return listed.release.published, listed.release.commit


def rewritten_problem(last: ReleaseList, missing: Iterable[ListedRelease]) -> list[Problem]:
    """A problem if releases left the history since the last site was made; otherwise none."""
    known = {listed.release.commit for listed in last.releases if listed.state is ReleaseState.REWRITTEN}
    rewritten = [listed.release for listed in missing if listed.state is ReleaseState.REWRITTEN]
    lost = [release for release in rewritten if release.commit not in known]
    if not lost:
        return []
    newest = lost[0]
    which = f"of {newest.published.date()} (version {shorten(newest.version) or 'not given'}, {newest.commit[:8]})"
    message = f"The release {which} was published and is no longer in the history: its commit was replaced."
    if len(lost) > 1:
        message = f"{len(lost):,} releases were published and are no longer in the history, the newest {which}."
    hint = (
        "Bring the commit back. If it was replaced on purpose, build with --accept-rewritten: the page of changes then "
        "says so. If the last site was never public, remove its folder."
    )
    return [Problem("datapackage.json", "rewritten-release", message, hint, value=newest.commit)]


def releases_json(
    package: str,
    history: History,
    pages: Iterable[str],
    archives: Mapping[str, Sequence[str]],
    missing: Iterable[ListedRelease],
    base_url: str,
) -> bytes:
    """The list that this site publishes, the oldest release first, without files that are not committed.

    `pages` are the names of the releases that have a page, `archives` the paths of their zips by commit.
    """
    with_page = set(pages)
    releases = [release for release in history.releases if release.commit]
    current = [ListedRelease(release, ReleaseState.CURRENT, release.name in with_page) for release in releases]
    entries = [
        {
            "commit": listed.release.commit,
            "published": listed.release.published.isoformat(),
            "version": listed.release.version,
            "tags": list(listed.release.tags),
            "state": listed.state.value,
            "page": base_url + urls.release(listed.release.name)[1:] if listed.has_page else None,
            "archives": [base_url + path[1:] for path in archives.get(listed.release.commit, ())],
        }
        for listed in sorted([*current, *missing], key=_order)
    ]
    return (json.dumps({"package": package, "releases": entries}, ensure_ascii=False, indent=2) + "\n").encode()
