"""A commit -> the package as it stood there, if a check would have let it be published."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal.core.descriptors import check_characters, check_path, check_resource_name, parse_descriptor, problem
from portal.core.models import PassedOver
from portal.core.problems import Problem, shorten
from portal.core.text import FORBIDDEN, forbidden_name
from portal.history.git import Commit, Repository, TreeEntry

Resources = Mapping[str, Mapping[str, Any]]
"""As the descriptor has them, by name."""


class Unreadable(Exception):
    """The package of a commit was never published: no check would have let it pass. The message says why."""


@dataclass(frozen=True, slots=True)
class State:
    """The package at a commit: what the descriptor says, and which blob holds each table."""

    commit: Commit
    version: str
    resources: Resources
    descriptor: str
    """The id of the blob that holds the descriptor."""
    blobs: Mapping[str, str]
    """By the resource's name."""
    tags: tuple[str, ...] = ()
    """Of the commit, and of those after it that left the package as it is."""


class States:
    """Reads the package at commits of a repository; each descriptor once."""

    def __init__(self, repository: Repository) -> None:
        """Of `repository`, as long as it is open."""
        self._repository = repository
        self._described: dict[str, tuple[str, Resources] | Unreadable] = {}

    def at(self, commit: Commit) -> State | None:
        """The package at a commit; None where it has no descriptor. Raises Unreadable; the tables are not read."""
        entry = self._repository.entry(commit, commit.descriptor)
        if entry is None:
            return None
        place = posixpath.basename(commit.descriptor)
        if entry.id not in self._described:
            self._described[entry.id] = self._read(place, entry)
        described = self._described[entry.id]
        if isinstance(described, Unreadable):
            raise described
        version, resources = described
        folder = posixpath.dirname(commit.descriptor)
        blobs = {}
        for name, resource in resources.items():
            table = self._repository.entry(commit, posixpath.join(folder, resource["path"]))
            _hold_to_be_a_file(resource["path"], table)
            assert table is not None
            blobs[name] = table.id
        return State(commit, version, resources, entry.id, blobs, _sound(commit.tags))

    def _read(self, place: str, entry: TreeEntry) -> tuple[str, Resources] | Unreadable:
        try:
            _hold_to_be_a_file(place, entry)
            return _described(place, self._repository.blob(entry.id))
        except Unreadable as error:
            return error


def _hold_to_be_a_file(path: str, entry: TreeEntry | None) -> None:
    """Raise Unreadable where a path of the package is not a regular file: a link may lead anywhere."""
    if entry is None:
        raise Unreadable(f"{path}: this file is not in the commit.")
    if not entry.is_file:
        kind = "a symbolic link" if entry.mode == "120000" else "not a file"
        raise Unreadable(f"{path}: this is {kind}.")


def _described(place: str, data: bytes) -> tuple[str, Resources]:
    """The version and the resources of a descriptor that the portal could have published. Raises Unreadable."""
    problems: list[Problem] = []
    try:
        content = parse_descriptor(place, data.decode("utf-8-sig"), problems)
    except UnicodeDecodeError:
        raise Unreadable(f"{place}: this file is not UTF-8.") from None
    for found in problems if content is None else _problems(place, content):
        raise Unreadable(f"{found.location}: {found.message}")
    assert content is not None
    version = content.get("version", "")
    resources = {one["name"]: one for one in content["resources"]}
    return version if isinstance(version, str) else str(version)[:100], resources


def _problems(place: str, content: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the names, the paths and the characters of a descriptor."""
    resources = content.get("resources")
    if not isinstance(resources, list):
        yield problem(place, "resources", "missing-resources", "the package must list its resources.", "")
        return
    names: list[object] = []
    for index, resource in enumerate(resources):
        where = f"resources[{index}]"
        if not isinstance(resource, dict):
            yield problem(place, where, "wrong-type", "a resource must be a JSON object.", "")
            continue
        name = resource.get("name")
        yield from check_resource_name(place, where, name, names)
        yield from check_path(place, f"{where}.path", resource.get("path"))
        names.append(name)
    if "projects" not in names:
        yield problem(place, "resources", "missing-resource", 'there is no resource named "projects".', "")
    yield from check_characters(place, content)


def read_states(repository: Repository) -> tuple[list[State], list[PassedOver]]:
    """The package at every commit that altered it, the oldest first, each with the tags up to the next.

    Returned with the commits that are passed over, and with the tags that are.
    """
    reader, states = States(repository), list[State]()
    passed: list[PassedOver] = []
    last: object = None
    for commit in repository.commits:
        passed += (PassedOver(commit.id, (), message) for message in map(_oddness, commit.tags) if message)
        try:
            state = reader.at(commit)
        except Unreadable as error:
            if last != str(error):
                passed.append(PassedOver(commit.id, _sound(commit.tags), str(error)))
            last = str(error)
            continue
        if state is None:
            continue
        same = (state.descriptor, *state.blobs.values())
        if states and same == (states[-1].descriptor, *states[-1].blobs.values()):
            states[-1] = replace(states[-1], tags=(*states[-1].tags, *state.tags))
        else:
            states.append(state)
        last = same
    return states, passed


def _sound(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The tags that can be shown."""
    return tuple(tag for tag in tags if not FORBIDDEN.search(tag))


def _oddness(tag: str) -> str:
    """Why a tag cannot be shown; "" for one that can."""
    match = FORBIDDEN.search(tag)
    return f"the tag {shorten(tag)} holds {forbidden_name(match[0])}: give it another name." if match else ""
