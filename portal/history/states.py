"""A commit -> the package at that commit, if the check would have accepted its descriptor."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal.core.cache import Cache
from portal.core.descriptors import check_characters, check_path, check_resource_name, parse_json, problem
from portal.core.models import PassedOver, PastTable
from portal.core.problems import Problem, shorten
from portal.core.text import FORBIDDEN, forbidden_name
from portal.history.git import Commit, Repository, TreeEntry
from portal.history.stored_states import Resources, StateFiles, StoredStates, UnreadablePackage

_Content = tuple[str, Resources]
"""What a descriptor says: the version and the resources."""


@dataclass(frozen=True, slots=True)
class PackageState:
    """The package at a commit: what its descriptor says, and the id of the file of each table."""

    commit: Commit
    version: str
    resources: Resources
    descriptor: str
    """The id of the descriptor's blob."""
    blobs: Mapping[str, str]
    """The id of each table's blob, by the name of its resource."""
    tables: Mapping[str, PastTable]
    """The tables as the descriptor describes them."""
    tags: tuple[str, ...] = ()
    """Of the commit, and of later commits that left the package unchanged."""
    borrowed: bool = False
    """Whether the descriptor is that of a later commit; then it need not describe all of the files."""


class StateReader:
    """Reads the package at commits of a repository; each descriptor once."""

    def __init__(self, repository: Repository, cache: Cache | None = None) -> None:
        """`repository` must stay open while this is used. The `cache` is one of results of this code."""
        self._repository = repository
        self._descriptors: dict[str, _Content | UnreadablePackage] = {}
        """By the descriptor's blob: what it says, or the reason why it cannot be used."""
        self._stored = StoredStates(cache)

    def at(self, commit: Commit) -> PackageState | None:
        """The package at a commit; None if the commit has no descriptor. The tables are not read.

        Raises UnreadablePackage.
        """
        if (found := self._stored.find(commit, self._files)) is None:
            return None
        files, tables = found
        tags = printable_tags(commit.tags)
        return PackageState(commit, files.version, files.resources, files.descriptor, files.blobs, tables, tags)

    def save(self) -> None:
        """Save in the cache what was read besides what it knew."""
        self._stored.save()

    def _files(self, commit: Commit) -> StateFiles | None:
        entry = self._repository.entry(commit, commit.descriptor)
        if entry is None:
            return None
        if entry.id not in self._descriptors:
            self._descriptors[entry.id] = self._read(posixpath.basename(commit.descriptor), entry)
        descriptor = self._descriptors[entry.id]
        if isinstance(descriptor, UnreadablePackage):
            raise descriptor
        version, resources = descriptor
        folder = posixpath.dirname(commit.descriptor)
        blobs = {}
        for name, resource in resources.items():
            table = self._repository.entry(commit, posixpath.join(folder, resource["path"]))
            blobs[name] = _regular_file(resource["path"], table).id
        return StateFiles(version, entry.id, resources, blobs)

    def described_by(self, commit: Commit, described: PackageState) -> PackageState | None:
        """The files of a commit by the descriptor of a later one; None if it has no file of the projects there.

        The commit may lack other tables. It has no version: that is of the later data.
        """
        folder = posixpath.dirname(commit.descriptor)
        found = {
            name: entry
            for name, resource in described.resources.items()
            if (entry := self._repository.entry(commit, posixpath.join(folder, resource["path"]))) and entry.is_file
        }
        if "projects" not in found:
            return None
        return PackageState(
            commit,
            "",
            {name: described.resources[name] for name in found},
            described.descriptor,
            {name: entry.id for name, entry in found.items()},
            {name: described.tables[name] for name in found},
            printable_tags(commit.tags),
            borrowed=True,
        )

    def _read(self, file: str, entry: TreeEntry) -> _Content | UnreadablePackage:
        try:
            return _parse(file, self._repository.blob(_regular_file(file, entry).id))
        except UnreadablePackage as error:
            return error


def _regular_file(path: str, entry: TreeEntry | None) -> TreeEntry:
    """`entry` itself. Raises UnreadablePackage if it is no regular file: a link may lead anywhere."""
    if entry is None:
        raise UnreadablePackage(f"{path}: this file is not in the commit.")
    if not entry.is_file:
        raise UnreadablePackage(f"{path}: {SYMBOLIC_LINK if entry.mode == '120000' else 'this is not a file'}.")
    return entry


SYMBOLIC_LINK = "this is a symbolic link"


def _parse(file: str, data: bytes) -> tuple[str, Resources]:
    """The version and the resources of a descriptor. Raises UnreadablePackage if the portal would not publish it."""
    syntax_problems: list[Problem] = []
    try:
        content = parse_json(file, data.decode("utf-8-sig"), syntax_problems)
    except UnicodeDecodeError:
        raise UnreadablePackage(f"{file}: this file is not UTF-8.") from None
    for first in syntax_problems if content is None else _problems(file, content):
        raise UnreadablePackage(f"{first.location}: {first.message}")
    assert content is not None
    version = content.get("version", "")
    resources = {resource["name"]: resource for resource in content["resources"]}
    return version if isinstance(version, str) else str(version)[:100], resources


def _problems(file: str, content: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the names, the paths and the characters of a descriptor."""
    resources = content.get("resources")
    if not isinstance(resources, list):
        yield problem(file, "resources", "missing-resources", "the package must list its resources.", "")
        return
    names: list[object] = []
    for index, resource in enumerate(resources):
        property_path = f"resources[{index}]"
        if not isinstance(resource, dict):
            yield problem(file, property_path, "wrong-type", "a resource must be a JSON object.", "")
            continue
        name = resource.get("name")
        yield from check_resource_name(file, property_path, name, names)
        yield from check_path(file, f"{property_path}.path", name, resource.get("path"))
        names.append(name)
    if "projects" not in names:
        yield problem(file, "resources", "missing-resource", 'there is no resource named "projects".', "")
    yield from check_characters(file, content)


def read_states(
    commits: Sequence[Commit], reader: StateReader, earlier: Sequence[PackageState] = ()
) -> tuple[list[PackageState], list[PassedOver]]:
    """The package at every commit that changed it, the oldest first; and the commits that are passed over.

    A state has the tags of its commit and of all commits up to the next state. `earlier` are the states before the
    first of the commits.
    """
    states, passed_over = [*earlier], list[PassedOver]()
    last_error = ""
    for commit in commits:
        try:
            state = reader.at(commit)
        except UnreadablePackage as error:
            if last_error != str(error):
                passed_over.append(PassedOver(commit.id, printable_tags(commit.tags), str(error)))
            last_error = str(error)
            continue
        if state is None:
            continue
        last_error = ""
        if states and _files(state) == _files(states[-1]):
            states[-1] = replace(states[-1], tags=(*states[-1].tags, *state.tags))
        else:
            states.append(state)
    return states, passed_over


def _files(state: PackageState) -> tuple[str | bool, ...]:
    """The ids of the files of a package, in the order of its resources, and whether the descriptor is one of them."""
    return state.borrowed, state.descriptor, *state.blobs.values()


def unprintable_tags(commits: Sequence[Commit]) -> Iterator[PassedOver]:
    """The tags that cannot be shown on pages."""
    for commit in commits:
        for reason in filter(None, map(_tag_problem, commit.tags)):
            yield PassedOver(commit.id, (), reason, is_tag=True)


def printable_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The tags that can be shown on pages."""
    return tuple(tag for tag in tags if not _tag_problem(tag))


def _tag_problem(tag: str) -> str:
    """Why a tag cannot be shown; "" if it can."""
    match = FORBIDDEN.search(tag)
    return f"the tag {shorten(tag)} holds {forbidden_name(match[0])}: give it another name." if match else ""
