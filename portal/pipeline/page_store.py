"""What is to be rendered and indexed, cut into shards that workers read from files, so that none needs the whole.

A shard is a part of a fiscal year, or of the pages that span them all. Which one a page is in depends on its address
alone, so that it stays there from one build to the next.
"""

from __future__ import annotations

import copyreg
import heapq
import io
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from itertools import groupby, starmap
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import IO, Any

from portal.core.models import (
    Agency,
    Bilingual,
    Evaluation,
    Field,
    Language,
    MonthlyResult,
    Page,
    ProgressReport,
    Project,
    ProjectSummary,
    Release,
    Revision,
    Source,
)
from portal.rules import RULES, Finding, ProjectStatus, Rule, RuleOutcome
from portal.site import Column, GridLine, MonthlyChart

SIZE = 500
"""Projects in a shard, about: what a worker has in memory, and how fine the progress of a build can be told."""

SHARED = "shared"
"""Begins the names of the shards of pages that span all years."""

DATA_SHARD = "data"
"""The shard of the page of the open data, which is planned when all else is written."""

UNKNOWN = "unknown"
"""The year of projects that give none, in the names of shards and search indexes."""


def year_of(fiscal_year: int | None) -> str:
    """What shards and search indexes call a fiscal year (B.E.)."""
    return UNKNOWN if fiscal_year is None else str(fiscal_year)


@dataclass(frozen=True, slots=True)
class PageGroup:
    """Pages that show the same, such as one in two languages."""

    pages: tuple[tuple[str, Language, str, bool], ...]
    """Path, language, template, and whether it belongs into the sitemap: the rest of a Page."""
    context: bytes
    """Packed."""
    project: bytes
    """Packed too, the project that the context is about; empty where it is about none."""

    @property
    def content(self) -> str:
        """Names what the pages show."""
        return sha256(self.context + self.project).hexdigest()

    def unpacked(self) -> list[Page]:
        """The pages, with their context."""
        context = pickle.loads(self.context)
        if self.project:
            context = replace(context, project=pickle.loads(self.project)[0])
        return [Page(path, language, template, context, indexed) for path, language, template, indexed in self.pages]


class _Pickler(pickle.Pickler):
    """Leaves out what no page shows: of a release all that it changed. A rule is named."""

    dispatch_table = copyreg.dispatch_table.copy()


def _plainly(kind: type, **parts: type) -> None:
    """Have the records of a kind packed as their values: several times as fast as dataclasses do it by themselves.

    `parts` are its fields that hold records, all of one kind, which are packed so too.
    """
    names = [one.name for one in fields(kind)]
    values, kinds = attrgetter(*names), tuple((names.index(name), part) for name, part in parts.items())
    columns = [(at, attrgetter(*(one.name for one in fields(part)))) for at, part in kinds]

    def reduced(record: Any) -> tuple[Any, ...]:
        found = list(values(record))
        for at, column in columns:
            found[at] = [*map(column, found[at])]
        return _joined, (kind, found, kinds)

    _Pickler.dispatch_table[kind] = reduced if kinds else lambda record: (kind, values(record))


def _joined(kind: type, values: list[Any], parts: Iterable[tuple[int, type]]) -> Any:
    for at, part in parts:
        values[at] = tuple(starmap(part, values[at]))
    return kind(*values)


for _kind in (Agency, Bilingual, ProjectSummary, Field, Source, Finding, RuleOutcome, ProjectStatus):
    _plainly(_kind)
_plainly(
    Project,
    monthly_results=MonthlyResult,
    progress_reports=ProgressReport,
    evaluations=Evaluation,
    revisions=Revision,
)
_plainly(MonthlyChart, columns=Column, grid=GridLine)
_Pickler.dispatch_table[Release] = lambda one: (Release, (one.commit, one.published, one.version, one.tags, ()))
_Pickler.dispatch_table[Rule] = lambda one: (_rule, (one.name,))


def _rule(name: str) -> Rule:
    return next(rule for rule in RULES if rule.name == name)


def serialise(value: Any) -> bytes:
    """A value as bytes, the same for the same content."""
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=5).dump(value)
    return buffer.getvalue()


class Shards:
    """Writes the shards into a folder, which workers share."""

    def __init__(self, folder: Path, projects: int) -> None:
        """`projects`, how many there are in all, says into how many parts the pages of all years are cut."""
        self.folder = folder
        folder.mkdir(parents=True)
        self._shared = _parts(projects)
        self._parts: dict[str, int] = {}
        self._files: dict[str, IO[bytes]] = {}
        self._sums: dict[str, Any] = {}
        self.pages: dict[str, int] = {}
        """How many pages each shard has."""

    def expect(self, fiscal_year: int | None, projects: int) -> None:
        """Say how many projects of a year there will be, before the first of them is added."""
        self._parts[year_of(fiscal_year)] = _parts(projects)

    def add_project(self, project: Project, concerned: Sequence[str], pages: Iterable[Page]) -> None:
        """Add a project, with the rules that concern it and its pages. Projects come in the order of their ids."""
        year = year_of(project.fiscal_year)
        shard = f"{year}-{_bucket(project.project_id, self._parts[year]):04}"
        record = serialise((project, tuple(concerned)))
        self._sums.setdefault(year, sha256()).update(sha256(record).digest())
        pickle.dump((project.project_id, record), self._file(f"{shard}.projects"), protocol=5)
        self._add(shard, pages, project.project_id)

    def add_pages(self, pages: Iterable[Page], shard: str | None = None) -> None:
        """Add pages that span all years, to the shard of their address or to one of their own.

        Those with the same context stand next to each other.
        """
        for path, same in groupby(pages, key=lambda page: page.path):
            self._add(shard or f"{SHARED}-{_bucket(path, self._shared):04}", same)

    def _add(self, shard: str, pages: Iterable[Page], project_id: str | None = None) -> None:
        file = self._file(f"{shard}.sheets")
        for _, same in groupby(pages, key=lambda page: id(page.context)):
            members = list(same)
            facts = tuple((page.path, page.language, page.template, page.indexed) for page in members)
            context, about = members[0].context, None
            if project_id and hasattr(context, "project"):
                # Its record is half of what there is to write, and stands in the shard already.
                context, about = replace(context, project=None), project_id
            pickle.dump((facts, serialise(context), about), file, protocol=5)
            self.pages[shard] = self.pages.get(shard, 0) + len(members)

    def _file(self, name: str) -> IO[bytes]:
        if name not in self._files:
            self._files[name] = (self.folder / name).open("wb")
        return self._files[name]

    def close(self) -> list[str]:
        """Finish the shards that were added to since the last time; returns their names, the largest first."""
        for file in self._files.values():
            file.close()
        done = {name.rpartition(".")[0] for name in self._files}
        self._files = {}
        return sorted(done, key=lambda name: (-self.pages.get(name, 0), name))

    def years(self) -> dict[str, str]:
        """What names the content of each year's projects, by year, the newest first."""
        return {year: self._sums[year].hexdigest() for year in sorted(self._sums, reverse=True)}


def _parts(projects: int) -> int:
    """A power of two, so that it rarely changes."""
    return 1 << max(0, (projects - 1) // SIZE).bit_length()


def _bucket(name: str, parts: int) -> int:
    return zlib.crc32(name.encode()) % parts


def read_sheets(folder: Path, shard: str) -> Iterator[PageGroup]:
    """The pages of a shard."""
    projects, project = _records(folder / f"{shard}.projects"), (None, b"")
    for pages, context, project_id in _records(folder / f"{shard}.sheets"):
        # Both files are in the order in which the projects were added.
        while project_id and project[0] != project_id:
            project = next(projects)
        yield PageGroup(pages, context, project[1] if project_id else b"")


def read_projects(folder: Path, year: str = "*") -> Iterator[tuple[Project, tuple[str, ...]]]:
    """The projects of a year, or of all, in the order of their ids, each with the rules that concern it."""
    files = [_records(path) for path in sorted(folder.glob(f"{year}-*.projects"))]
    key: Callable[[tuple[str, bytes]], str] = itemgetter(0)
    yield from (pickle.loads(record) for _, record in heapq.merge(*files, key=key))


def _records(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return
