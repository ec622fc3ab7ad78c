"""What workers do: render a shard of pages, index a fiscal year, write a form of the open data.

A worker is a process of this machine or of another one that has the same code and sees the same folder. It is given
names; what it needs it reads from files of the stage, and what it made it writes there. So a task that was lost with
its worker can be done again.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from portal.core import urls
from portal.core.cache import Cache
from portal.core.files import write_file
from portal.core.models import Download, Page
from portal.core.processes import release_memory
from portal.exports import NAME as OC4IDS
from portal.exports import Catalogue, ExportJob, oc4ids, publish_lines, write_form
from portal.pipeline.build_cache import (
    CURRENT,
    PREVIOUS,
    SCRATCH,
    CachedPage,
    Files,
    ShardManifest,
    cached_pages,
    reuse_files,
    sums_of,
    unmodified_files,
)
from portal.pipeline.page_store import read_projects, read_sheets, serialise
from portal.search import index_shard
from portal.site import DocumentContext, PageLinks, Renderer, Site, read_links

ROOT = Path(__file__).resolve().parents[2]

SHARDS = "shards"
"""The folder of the scratch that holds the shards."""

RECORDS = urls.output_path(urls.record("x"), "th").replace("/x/", "/*/")
"""Where the records of projects are, which the open data as JSON consists of too."""


@dataclass(frozen=True)
class BuildContext:
    """What all tasks of a build have in common."""

    site: Site
    program: str
    """Names the code, the templates and the words: what they made is as it would be made now where this is the same."""
    stage: Path
    former: Path | None
    """The last site, whose files are taken over where they would be made the same; None: every file is made."""

    @property
    def scratch(self) -> Path:
        """What is not published."""
        return self.stage / SCRATCH

    @property
    def shards(self) -> Path:
        """Where the shards are."""
        return self.scratch / SHARDS

    @cached_property
    def key(self) -> str:
        """Names all that pages depend on beside their own context."""
        return hashlib.sha256(self.program.encode() + serialise(self.site)).hexdigest()

    def takes_over(self, files: Files) -> bool:
        """Whether these files of the last site are as they were, and now stand in the stage too."""
        return self.former is not None and reuse_files(self.former, files, self.stage, self._intact)

    @cached_property
    def _intact(self) -> frozenset[str]:
        return unmodified_files(self.scratch)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker finds the scene, and the sum by which it knows whether it has it already."""

    file: Path
    sha256: str


def save_context(context: BuildContext) -> Place:
    """Write the scene for the workers."""
    data = pickle.dumps(context)
    write_file(context.scratch, "scene", data)
    return Place(context.scratch / "scene", hashlib.sha256(data).hexdigest())


@lru_cache(maxsize=1)
def _scene(place: Place) -> BuildContext:
    context: BuildContext = pickle.loads(place.file.read_bytes())
    return context


@lru_cache(maxsize=1)
def _renderer(place: Place) -> Renderer:
    """Compiling the templates costs as much as a hundred pages, so each worker does it once."""
    return Renderer(_scene(place).site, ROOT / "templates", ROOT / "locales")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of a shard of pages."""

    files: Files
    links: tuple[PageLinks, ...]
    prose: tuple[PageLinks, ...]
    """Of content pages, whose links an editor mends."""
    made: int
    """Pages that were rendered; the others are those of the last site."""


def render_shard(place: Place, shard: str) -> Rendered:
    """Render and write the pages of a shard, or take them over from the last site."""
    context = _scene(place)
    known = cached_pages(Cache(context.scratch / PREVIOUS).get(shard)) if context.former else {}
    ledger, files, made = ShardManifest(), Files(), 0
    links: list[PageLinks] = []
    prose: list[PageLinks] = []
    for sheet in read_sheets(context.shards, shard):
        content = sheet.content
        pages: list[Page] = []
        for number, (path, language, template, _) in enumerate(sheet.pages):
            name = urls.output_path(path, language)
            key = hashlib.sha256(f"{context.key} {content} {template} {language} {path}".encode()).hexdigest()
            page = known.get(name)
            if not (page and page.key == key and context.takes_over({name: page.sha256})):
                pages = pages or sheet.unpacked()
                page = _render(place, pages[number], name, key)
                made += 1
            files[name] = page.sha256
            ledger.add(name, page)
            (links if page.links.place == name else prose).append(page.links)
    Cache(context.scratch / CURRENT).put(shard, ledger.content())
    return Rendered(files, tuple(links), tuple(prose), made)


def _render(place: Place, page: Page, name: str, key: str) -> CachedPage:
    context, text = _scene(place), _renderer(place).render(page)
    write_file(context.stage, name, data := text.encode())
    address = unquote(urls.href(page.path, page.language, context.site.base_path))
    origin = page.context.document.place if isinstance(page.context, DocumentContext) else name
    links = read_links(origin, address, text if name.endswith(".html") else "")
    return CachedPage(key, hashlib.sha256(data).hexdigest(), links)


def render_texts(place: Place, pages: Sequence[Page]) -> list[str]:
    """The texts of pages that are not published by themselves."""
    return [_renderer(place).render(page) for page in pages]


def index_years(place: Place, years: Mapping[str, str]) -> Files:
    """Make the search index of each year, by what names the content of its projects.

    One after the other: the index of a year takes more memory than anything else.
    """
    files = Files()
    for year, content in years.items():
        files |= _kept_or_made(_scene(place), f"index-{year}", content, partial(_index, year))[0]
    return files


def _index(year: str, context: BuildContext) -> tuple[Files, None]:
    folder = context.stage / urls.PAGEFIND
    index_shard(year, read_projects(context.shards, year), folder)
    return sums_of(context.stage, (folder / year).rglob("*")), None


def write_downloads(place: Place, form: str, order: ExportJob) -> tuple[Files, list[Download]]:
    """Write a form of the open data."""
    content = hashlib.sha256(serialise(replace(order, folder=Path()))).hexdigest()

    def make(context: BuildContext) -> tuple[Files, Any]:
        made = write_form(form, order)
        files = {f"{urls.DATA[1:]}{one.name}": one.sha256 for one in made}
        if form == "json":
            files |= sums_of(context.stage, context.stage.glob(RECORDS))
        return files, [asdict(one) for one in made]

    files, made = _kept_or_made(_scene(place), f"form-{form}", content, make)
    return files, [Download(**one) for one in made]


def _kept_or_made(
    context: BuildContext, task: str, content: str, make: Callable[[BuildContext], tuple[Files, Any]]
) -> tuple[Files, Any]:
    """The files of a task with their sums, and what else it says: those of the last site, or made now.

    `content` names all that the files depend on beside the program.
    """
    key = hashlib.sha256(f"{context.program} {content}".encode()).hexdigest()
    known = Cache(context.scratch / PREVIOUS).get(task)
    if isinstance(known, dict) and known.get("key") == key and context.takes_over(known["files"]):
        files, told = known["files"], known["told"]
    else:
        files, told = make(context)
        release_memory()
    Cache(context.scratch / CURRENT).put(task, {"key": key, "files": files, "told": told})
    return files, told


def write_oc4ids(place: Place, catalogue: Catalogue, prefix: str | None) -> list[Download]:
    """Write the projects that fit as OC4IDS; no file where none does."""
    context = _scene(place)
    lines = oc4ids(catalogue, (project for project, _ in read_projects(context.shards)), prefix)
    first = next(lines, None)
    return [] if first is None else [publish_lines(context.stage, OC4IDS, "oc4ids", chain([first], lines))]
