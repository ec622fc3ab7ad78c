"""`releases.json`: every release that this site has published, also those that are no longer in the history.

The list is a product of the site and, of the releases that left the history, the only memory: a build reads it from
the site that it replaces. So it is read as data of a stranger: whatever is not a release is left out.
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

LARGEST = 64 * 1024 * 1024
"""Bytes of a list that is read: of 200,000 releases it has fewer."""


class State(StrEnum):
    """What became of a release."""

    CURRENT = "current"
    REWRITTEN = "rewritten"
    """The history is complete and does not have it: its commit was replaced."""
    UNKNOWN = "unknown"
    """The history does not tell: it is not complete, as in a shallow clone, or its commit is passed over."""


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """A release that a site has published."""

    release: Release
    """Without its changes."""
    state: State
    has_page: bool
    """Whether it had a page of its own; the first release that is known has none."""


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """What the last site says that it has published."""

    package: str = ""
    releases: tuple[ListedRelease, ...] = ()
    damage: str = ""
    """What of the list could not be read, as a sentence; "" where all could."""


def read_releases(file: Path) -> ReleaseList:
    """The list in the data of a site; empty where there is none. Never raises for what the file holds."""
    try:
        data = _read(file)
    except FileNotFoundError:
        return ReleaseList()
    except (OSError, ValueError) as error:
        return ReleaseList(damage=f"it cannot be read ({shorten(error)})")
    try:
        content = json.loads(data)
        package, listed = str(content["package"]), content["releases"]
        found = [_listed(one) for one in listed if isinstance(one, dict)]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ReleaseList(damage="it is not a list of releases")
    sound = {one.release.commit: one for one in reversed(found) if one}
    lost = len(listed) - len(sound)
    return ReleaseList(package, tuple(sound.values())[::-1], f"{lost:,} of its entries are no releases" if lost else "")


def _read(file: Path) -> bytes:
    """The bytes of a plain file. Raises OSError where it is none, or ValueError where it is too large."""
    with open_plain(file) as opened:
        if os.fstat(opened.fileno()).st_size > LARGEST:
            raise ValueError("not a file of a reasonable size")
        return opened.read(LARGEST)


_COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")


def _listed(one: Mapping[str, Any]) -> ListedRelease | None:
    """An entry of the list; None where it is no release."""
    try:
        published, commit = datetime.fromisoformat(one["published"]), one["commit"]
        version, tags = one.get("version", ""), one.get("tags", [])
        if published.utcoffset() is None or not _COMMIT.fullmatch(commit) or not all(map(_is_name, [version, *tags])):
            return None
        state, has_page = State(one.get("state", State.CURRENT)), isinstance(one.get("page"), str)
        return ListedRelease(Release(commit, published, version, tuple(tags), ()), state, has_page)
    except (ValueError, LookupError, TypeError):
        return None


def _is_name(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= 500 and not FORBIDDEN.search(text)


def missing_releases(last: ReleaseList, package: str, history: History) -> tuple[ListedRelease, ...]:
    """The releases of the last site that the history does not have, the newest first.

    None where the last site was of another package: neither its name nor any of its commits are of this one.
    """
    known = {release.commit for release in history.releases if release.commit}
    listed = {one.release.commit for one in last.releases}
    if last.package != package and known.isdisjoint(listed):
        return ()
    missing = [one for one in last.releases if one.release.commit not in known]
    there = {one.commit for one in history.passed_over}

    def state(one: ListedRelease) -> State:
        is_gone = history.complete and one.release.commit not in there
        return State.REWRITTEN if is_gone or one.state is State.REWRITTEN else State.UNKNOWN

    return tuple(replace(one, state=state(one)) for one in sorted(missing, key=_order, reverse=True))


def without_personal_data(listed: Iterable[ListedRelease], hides: Callable[[str], bool]) -> tuple[ListedRelease, ...]:
    """The releases without the versions and tags that a guard hides, though an earlier site published them."""

    def shown(release: Release) -> Release:
        version = "" if hides(release.version) else release.version
        return replace(release, version=version, tags=tuple(tag for tag in release.tags if not hides(tag)))

    return tuple(replace(one, release=shown(one.release)) for one in listed)


def _order(one: ListedRelease) -> tuple[datetime, str]:
    return one.release.published, one.release.commit


def rewritten_problem(last: ReleaseList, missing: Iterable[ListedRelease]) -> list[Problem]:
    """A problem where releases left the history since the last site was made; none otherwise."""
    known = {one.release.commit for one in last.releases if one.state is State.REWRITTEN}
    lost = [one.release for one in missing if one.state is State.REWRITTEN and one.release.commit not in known]
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
    """The list of this site, the oldest release first; files that are not committed are no release.

    `pages` are the names of the releases that have a page, `archives` the paths of their zips by commit.
    """
    paged = set(pages)
    current = [ListedRelease(one, State.CURRENT, one.name in paged) for one in history.releases if one.commit]
    listed = [
        {
            "commit": one.release.commit,
            "published": one.release.published.isoformat(),
            "version": one.release.version,
            "tags": list(one.release.tags),
            "state": one.state.value,
            "page": base_url + urls.release(one.release.name)[1:] if one.has_page else None,
            "archives": [base_url + path[1:] for path in archives.get(one.release.commit, ())],
        }
        for one in sorted([*current, *missing], key=_order)
    ]
    return (json.dumps({"package": package, "releases": listed}, ensure_ascii=False, indent=2) + "\n").encode()
