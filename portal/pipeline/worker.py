"""What workers do: render a shard of pages, index a fiscal year, write a form of the open data.

A worker is a process of this machine or of another one that has the same code and sees the same folder. It is given
the path of the stage and names; what it needs it reads from files of the stage, and what it made it writes there. So a
task that was lost with its worker can be done again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from portal.core import urls
from portal.core.cache import Cache
from portal.core.files import write_file
from portal.core.models import Download, Page
from portal.exports import OC4IDS as OC4IDS
from portal.exports import Catalogue, ExportJob, oc4ids, project_records, publish_packed, write_form
from portal.pipeline.build_cache import (
    CURRENT,
    PREVIOUS,
    CachedPage,
    Files,
    ShardManifest,
    digests_of,
    previous_pages,
)
from portal.pipeline.context import BuildContext, load_context, load_renderer, shared_digest
from portal.pipeline.memory import release_memory
from portal.pipeline.page_store import ProjectEntry, is_of_projects, read_entries, read_page_groups, read_projects
from portal.pipeline.serialise import serialise
from portal.search import index_shard
from portal.site import Address, DocumentContext, PageLinks, addresses, draw_preview, read_links

RECORDS = "records"
"""What the cache calls the records of projects."""


@dataclass(frozen=True, slots=True)
class RenderedShard:
    """What became of a shard of pages."""

    files: Files
    links: tuple[PageLinks, ...]
    prose: tuple[PageLinks, ...]
    """Of content pages, whose links an editor mends."""
    rendered: int
    """Pages that were rendered; the others are those of the last site."""


def render_shard(stage: Path, shard: str) -> RenderedShard:
    """Render and write the pages of a shard, or use those of the last site again."""
    context, shared = load_context(stage), shared_digest(stage)
    previous = previous_pages(context.scratch, shard) if context.previous else {}
    manifest, files, rendered = ShardManifest(), Files(), 0
    links: list[PageLinks] = []
    prose: list[PageLinks] = []
    for digest, members, load in _groups(context, shard):
        pages: Sequence[Page] = ()
        for number, (path, language, template, _) in enumerate(members):
            name = urls.output_path(path, language)
            key = hashlib.sha256(f"{shared} {digest} {template} {language} {path}".encode()).hexdigest()
            page = previous.get(name)
            if not (page and page.key == key and context.reuses({name: page.sha256})):
                pages = pages or load()
                page = _render(stage, pages[number], name, key)
                rendered += 1
            files[name] = page.sha256
            manifest.add(name, page)
            (links if page.links.place == name else prose).append(page.links)
    Cache(context.scratch / CURRENT).put(shard, manifest.content())
    return RenderedShard(files, tuple(links), tuple(prose), rendered)


def _groups(context: BuildContext, shard: str) -> Iterator[tuple[str, Iterable[Address], Callable[[], Sequence[Page]]]]:
    """The pages of a shard that show the same: what names that, their addresses, and what makes them in that order."""
    if is_of_projects(shard):
        for entry in read_entries(context.pages, shard):
            yield entry.digest, addresses(entry.project_id, has_feed=entry.has_feed), partial(_plan, context, entry)
    else:
        for group in read_page_groups(context.pages, shard):
            yield group.digest, group.addresses, group.load


def _plan(context: BuildContext, entry: ProjectEntry) -> Sequence[Page]:
    return [*context.project_pages.plan(*entry.load())]


def _render(stage: Path, page: Page, name: str, key: str) -> CachedPage:
    text = load_renderer(stage).render(page)
    write_file(stage, name, data := draw_preview(text) if name.endswith(".png") else text.encode())
    address = unquote(urls.href(page.path, page.language, load_context(stage).site.base_path))
    place = page.context.document.place if isinstance(page.context, DocumentContext) else name
    links = read_links(place, address, text if name.endswith(".html") else "")
    return CachedPage(key, hashlib.sha256(data).hexdigest(), links)


def render_texts(stage: Path, pages: Sequence[Page]) -> list[str]:
    """The texts of pages that are not published by themselves."""
    return [load_renderer(stage).render(page) for page in pages]


def index_years(stage: Path, digests: Mapping[str, str]) -> Files:
    """Make the search index of each year, by what names the content of its projects.

    One after the other: the index of a year takes more memory than anything else.
    """
    files = Files()
    for year, digest in digests.items():
        files |= _reuse_or_make(stage, f"index-{year}", digest, partial(_index, stage, year))[0]
    return files


def _index(stage: Path, year: str) -> tuple[Files, None]:
    folder = stage / urls.PAGEFIND
    index_shard(year, read_projects(load_context(stage).pages, year), folder)
    return digests_of(stage, (folder / year).rglob("*")), None


def export(stage: Path, form: str, job: ExportJob) -> tuple[Files, list[Download]]:
    """Write a form of the open data."""

    def make() -> tuple[Files, Any]:
        downloads = write_form(form, job)
        files = {f"{urls.DATA[1:]}{download.name}": download.sha256 for download in downloads}
        return files, [asdict(download) for download in downloads]

    files, downloads = _reuse_or_make(stage, f"form-{form}", _digest(job), make)
    return files, [Download(**download) for download in downloads]


def _digest(job: ExportJob) -> str:
    return hashlib.sha256(serialise(replace(job, folder=Path()))).hexdigest()


def export_records(stage: Path, job: ExportJob) -> tuple[Files, list[Download]]:
    """Write the record of each project, which is no download: it stands beside the project's page."""
    return _reuse_or_make(stage, RECORDS, _digest(job), partial(_write_records, stage, job))[0], []


def _write_records(stage: Path, job: ExportJob) -> tuple[Files, dict[str, str]]:
    """Write the records that changed, and use the others of the last site again.

    Returns the sum of each file, and what names all that it was made from.
    """
    context = load_context(stage)
    previous = Cache(context.scratch / PREVIOUS).get(RECORDS)
    previous_files, previous_keys = (previous["files"], previous["result"]) if isinstance(previous, dict) else ({}, {})
    files, keys = Files(), dict[str, str]()
    for record in project_records(job.package, job.versions, job.data):
        name = record.file
        keys[name] = hashlib.sha256(f"{context.program} {record.digest}".encode()).hexdigest()
        if previous_keys.get(name) == keys[name] and context.reuses({name: previous_files[name]}):
            files[name] = previous_files[name]
        else:
            write_file(stage, name, data := record.make())
            files[name] = hashlib.sha256(data).hexdigest()
    return files, keys


def _reuse_or_make(stage: Path, task: str, content: str, make: Callable[[], tuple[Files, Any]]) -> tuple[Files, Any]:
    """The files of a task with their sums, and what else it returns: those of the last site, or made now.

    `content` names all that the files depend on beside the program.
    """
    context = load_context(stage)
    key = hashlib.sha256(f"{context.program} {content}".encode()).hexdigest()
    previous = Cache(context.scratch / PREVIOUS).get(task)
    if isinstance(previous, dict) and previous.get("key") == key and context.reuses(previous["files"]):
        files, result = previous["files"], previous["result"]
    else:
        files, result = make()
        release_memory()
    Cache(context.scratch / CURRENT).put(task, {"key": key, "files": files, "result": result})
    return files, result


def write_oc4ids(stage: Path, catalogue: Catalogue, prefix: str | None) -> list[Download]:
    """Write the projects that fit as OC4IDS; no file where none does."""
    projects = (project for project, _ in read_projects(load_context(stage).pages))
    lines = oc4ids(catalogue, projects, prefix)
    first = next(lines, None)
    return [] if first is None else [publish_packed(stage, OC4IDS, "oc4ids", chain([first], lines))]
