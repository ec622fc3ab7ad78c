"""What is to be rendered and indexed, cut into shards that workers read from files, so that none needs the whole.

A shard is a part of a group: of a fiscal year, or of one kind of the pages that span them all. Which one a page is in
depends on its address and on the number of parts, which its name says and which rarely changes.
"""

from __future__ import annotations

import heapq
import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import IO, Any, NamedTuple

from portal.core import urls
from portal.core.models import Page, Project
from portal.pipeline.serialise import deserialise, deserialise_by_content, serialise, serialise_by_content
from portal.site import Address, ProjectBackground

SHARD_SIZE = 500
"""Projects in a shard, about: what a worker has in memory, and how fine the progress of a build is shown."""

SHARED = "shared."
"""Begins the names of the groups of pages that span all years."""

SHARED_SIZE = 2000
"""Records of the portal for each shard of a group of such pages: then one of lists has about a hundred addresses."""


@dataclass(frozen=True, slots=True)
class PageGroup:
    """Pages that show the same, such as one page in two languages."""

    addresses: tuple[Address, ...]
    context: bytes
    """Serialised."""

    @property
    def digest(self) -> str:
        """Names what the pages show."""
        return sha256(self.context).hexdigest()

    def load(self) -> list[Page]:
        """The pages, with what they show."""
        context = deserialise(self.context)
        return [
            Page(path, language, template, context, indexed) for path, language, template, indexed in self.addresses
        ]


class ProjectEntry(NamedTuple):
    """A project as it is written into a shard."""

    project_id: str
    has_feed: bool
    record_sha256: bytes
    digest: str
    """Names all that is particular to its pages."""
    record: bytes
    """Serialised, the project."""
    background: bytes
    """Serialised, what decides its pages beside it."""

    def load(self) -> tuple[Project, ProjectBackground]:
        """The project, and what decides its pages beside it."""
        return deserialise_by_content(self.record), deserialise_by_content(self.background)


def project_entry(project: Project, background: ProjectBackground) -> ProjectEntry:
    """A project and its background, serialised."""
    has_feed = background.feed is not None
    # By content: which days and texts of a project are one object depends on which process read which table.
    record, about = serialise_by_content(project), serialise_by_content(background)
    # Once, for all that judges, writes and renders it: 0.1 ms for the reference record.
    record_sha256 = sha256(record).digest()
    digest = sha256(record_sha256 + sha256(about).digest()).hexdigest()
    return ProjectEntry(project.project_id, has_feed, record_sha256, digest, record, about)


@dataclass(slots=True)
class Shards:
    """What has been written."""

    pages: dict[str, int] = field(default_factory=dict)
    """How many pages each shard has, by its name."""
    digests: dict[str, str] = field(default_factory=dict)
    """What names the projects of a fiscal year and the rules that found them, by year, the newest first."""

    @property
    def by_size(self) -> list[str]:
        """The names of the shards, the largest first."""
        return sorted(self.pages, key=lambda name: (-self.pages[name], name))

    def update(self, other: Shards) -> None:
        """Add what has been written besides."""
        self.pages |= other.pages
        self.digests |= other.digests


class ProjectShards(ExitStack):
    """Writes the projects of a fiscal year and their pages into shards, within a `with` block.

    After it they can be read. Raises ValueError for a project that is added after the block.
    """

    def __init__(self, folder: Path, fiscal_year: int | None, projects: int, languages: int) -> None:
        """`projects` says how many there will be, so that they are cut into like parts.

        Each has pages in so many `languages`.
        """
        super().__init__()
        self.written = Shards()
        self._folder, self._year, self._parts = folder, urls.year_name(fiscal_year), _parts(projects, SHARD_SIZE)
        self._languages = languages
        self._files: dict[str, IO[bytes]] = {}
        self._sum = sha256()

    def add(self, entry: ProjectEntry, found: Sequence[str]) -> None:
        """Add a project, with the names of the rules that found it. Projects come in the order of their ids."""
        shard = _name(self._year, entry.project_id, self._parts)
        if shard not in self._files:
            self._files[shard] = self.enter_context((self._folder / shard).open("wb"))
        pickle.dump((tuple(entry), tuple(found)), self._files[shard], protocol=5)
        self._sum.update(sha256(entry.record_sha256 + "/".join(found).encode()).digest())
        self.written.pages[shard] = self.written.pages.get(shard, 0) + self._languages * (1 + entry.has_feed)

    def __exit__(self, *error: Any) -> bool | None:
        """Finish the files."""
        self.written.digests = {self._year: self._sum.hexdigest()}
        return super().__exit__(*error)


def write_pages(folder: Path, name: str, pages: Iterable[Page], records: int) -> Shards:
    """Write the `pages` of no project that are called `name` into shards. No shard may be there already.

    What pages next to each other share is written once. `records` are how many projects and suppliers the portal has.
    """
    written, parts = Shards(), _parts(records, SHARED_SIZE)
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for path, same_path in groupby(pages, key=lambda page: page.path):
            shard, groups = _name(f"{SHARED}{name}", path, parts), _groups(same_path)
            if shard not in files:
                files[shard] = stack.enter_context((folder / shard).open("xb"))
            pickle.dump(groups, files[shard], protocol=5)
            written.pages[shard] = written.pages.get(shard, 0) + sum(len(group.addresses) for group in groups)
    return written


def _groups(pages: Iterable[Page]) -> list[PageGroup]:
    """Pages with one context and next to each other, together."""
    groups = []
    for _, same in groupby(pages, key=lambda page: id(page.context)):
        members = list(same)
        addresses = tuple((page.path, page.language, page.template, page.indexed) for page in members)
        groups.append(PageGroup(addresses, serialise(members[0].context)))
    return groups


def _parts(members: int, size: int) -> int:
    """Into how many shards of about this `size` a group is cut: a power of two, so that it rarely changes."""
    return 1 << max(0, (members - 1) // size).bit_length()


def _name(group: str, member: str, parts: int) -> str:
    """The name of the shard of a member of a group that is cut into so many parts."""
    return f"{group}-{parts}-{zlib.crc32(member.encode()) % parts:04}"


def group_of(shard: str) -> str:
    """The fiscal year of a shard; of one of other pages `SHARED` and their name."""
    return shard.partition("-")[0]


def is_of_projects(shard: str) -> bool:
    """Whether a shard has the pages of projects."""
    return not shard.startswith(SHARED)


def read_page_groups(folder: Path, shard: str) -> Iterator[PageGroup]:
    """The pages of a shard that has no projects."""
    for groups in _read(folder / shard):
        yield from groups


def read_entries(folder: Path, shard: str) -> Iterator[ProjectEntry]:
    """The projects of a shard."""
    return (ProjectEntry(*entry) for entry, _ in _read(folder / shard))


def read_projects(folder: Path, year: str | None = None) -> Iterator[tuple[Project, tuple[str, ...]]]:
    """The projects of a year, or of all, in the order of their ids, each with the names of the rules that found it."""
    names = sorted(path for path in folder.iterdir() if is_of_projects(path.name))
    shards = [_read(path) for path in names if year in (None, group_of(path.name))]
    for entry, found in heapq.merge(*shards, key=lambda written: written[0][0]):
        yield deserialise_by_content(ProjectEntry(*entry).record), found


def _read(path: Path) -> Iterator[Any]:
    """The values that were written into a shard."""
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return
