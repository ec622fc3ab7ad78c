"""What a package was at commits, saved between builds: 365 descriptors take longer to read than the package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from portal.core.cache import Cache
from portal.core.models import PastTable
from portal.history.git import Commit
from portal.history.tables import described_tables

Resources = Mapping[str, Mapping[str, Any]]
"""The resources of a descriptor, as it describes them, by name."""

_NAME = "states"


class UnreadablePackage(Exception):
    """The package of a commit was never published, because no check would have accepted it. The message says why."""


class StateFiles(NamedTuple):
    """What a commit has of the package."""

    version: str
    descriptor: str
    """The id of its blob."""
    resources: Resources
    blobs: dict[str, str]
    """The id of the blob of each table, by the name of its resource."""


class StoredStates:
    """The packages of commits. Most descriptors describe the same resources, which are saved once."""

    def __init__(self, cache: Cache | None) -> None:
        """`cache` is one of results of this code; without one nothing is known, and nothing is saved."""
        self._cache = cache
        saved: Any = cache.get(_NAME) if cache else None
        self._commits: dict[str, Any] = {}
        self._resources: list[Resources] = []
        if _is_sound(saved):
            self._commits, self._resources = saved["commits"], saved["resources"]
        self._known = len(self._commits)
        self._tables: dict[int, Mapping[str, PastTable]] = {}

    def find(
        self, commit: Commit, read: Callable[[Commit], StateFiles | None]
    ) -> tuple[StateFiles, Mapping[str, PastTable]] | None:
        """The package at a commit, and its tables as it describes them; None if the commit has no descriptor.

        `read` reads it where it is not known. Raises UnreadablePackage, also where `read` did so before.
        """
        key = f"{commit.id} {commit.descriptor}"
        if key not in self._commits:
            self._commits[key] = self._add(commit, read)
        found = self._commits[key]
        if isinstance(found, str):
            raise UnreadablePackage(found)
        if found is None:
            return None
        version, descriptor, number, blobs = found
        if number not in self._tables:
            self._tables[number] = described_tables(self._resources[number])
        return StateFiles(version, descriptor, self._resources[number], blobs), self._tables[number]

    def _add(self, commit: Commit, read: Callable[[Commit], StateFiles | None]) -> list[Any] | str | None:
        try:
            state = read(commit)
        except UnreadablePackage as error:
            return str(error)
        if state is None:
            return None
        if not self._resources or state.resources != self._resources[-1]:
            self._resources.append(state.resources)
        return [state.version, state.descriptor, len(self._resources) - 1, state.blobs]

    def save(self) -> None:
        """Save what was read besides what was known."""
        if self._cache and len(self._commits) > self._known:
            self._cache.put(_NAME, {"commits": self._commits, "resources": self._resources})


def _is_sound(saved: Any) -> bool:
    """Whether a cached value has the form in which it is saved."""
    match saved:
        case {"commits": dict(commits), "resources": list(resources)}:
            return all(_is_found(found, len(resources)) for found in commits.values()) and all(
                isinstance(each, dict) and all(isinstance(one, dict) for one in each.values()) for each in resources
            )
    return False


def _is_found(found: Any, count: int) -> bool:
    match found:
        case None | str():
            return True
        case [str(), str(), int(number), dict(blobs)]:
            return 0 <= number < count and all(isinstance(blob, str) for blob in blobs.values())
    return False
