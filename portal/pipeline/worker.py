"""What workers do: render a shard of pages, index a fiscal year, write a form of the open data.

A worker is a process of this machine or of another one that has the same code and sees the same folder. It is given
the path of the stage and names; what it needs it reads from files of the stage, and what it made it writes there. So a
task that was lost with its worker can be done again.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from portal.core import urls
from portal.core.cache import Cache
from portal.core.compression import WrittenBlocks
from portal.core.files import is_unmodified, write_file
from portal.core.memory import release_memory
from portal.core.models import Download, Page
from portal.exports import OC4IDS as OC4IDS
from portal.exports import (
    Catalogue,
    ExportJob,
    Procurement,
    ProjectRecords,
    oc4ids,
    pack_releases,
    packed_projects,
    publish,
    release_package,
    write_form,
    write_records,
    write_whole_workbook,
)
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
from portal.pipeline.page_store import ProjectEntry, is_of_projects, read_entries, read_page_groups, read_projects
from portal.pipeline.serialise import serialise_by_content
from portal.search import code_words, index_shard
from portal.site import (
    Address,
    DocumentContext,
    Links,
    PageLinks,
    PortalPageContext,
    addresses,
    draw_preview,
    read_links,
)


@dataclass(frozen=True, slots=True)
class RenderedShard:
    """What became of a shard of pages."""

    files: Files
    links: Links
    rendered: Sequence[str]
    """The files that were rendered; the others are those of the last site."""


def render_shard(stage: Path, shard: str) -> RenderedShard:
    """Render and write the pages of a shard, or use those of the last site again."""
    context, shared = load_context(stage), shared_digest(stage)
    previous = previous_pages(context.scratch, shard) if context.previous else {}
    first = context.site.languages[0]
    manifest, files, links, rendered = ShardManifest(), Files(), Links(), list[str]()
    prose, others = list[PageLinks](), list[PageLinks]()
    for digest, members, load in _groups(context, shard):
        pages: Sequence[Page] = ()
        for number, (path, language, template, _) in enumerate(members):
            name = urls.output_path(urls.localised(path, language, first))
            key = hashlib.sha256(f"{shared} {digest} {template} {language} {path}".encode()).hexdigest()
            page = previous.get(name)
            if not (page and page.key == key and context.reuses({name: page.sha256})):
                pages = pages or load()
                page = _render(stage, pages[number], name, key)
                rendered.append(name)
            files[name] = page.sha256
            manifest.add(name, page)
            # Those of content pages an editor mends.
            (others if page.links.place == name else prose).append(page.links)
    links.add(others, prose)
    Cache(context.scratch / CURRENT).put(shard, manifest.content())
    return RenderedShard(files, links, rendered)


def _groups(context: BuildContext, shard: str) -> Iterator[tuple[str, Iterable[Address], Callable[[], Sequence[Page]]]]:
    """The pages of a shard that show the same: what names that, their addresses, and what makes them in that order."""
    if is_of_projects(shard):
        for entry in read_entries(context.pages, shard):
            yield (
                entry.digest,
                addresses(entry.project_id, context.site.languages, has_feed=entry.has_feed),
                partial(_plan, context, entry),
            )
    else:
        for group in read_page_groups(context.pages, shard):
            yield group.digest, group.addresses, group.load


def _plan(context: BuildContext, entry: ProjectEntry) -> Sequence[Page]:
    return [*context.project_pages.plan(*entry.load())]


def _render(stage: Path, page: Page, name: str, key: str) -> CachedPage:
    site, text = load_context(stage).site, load_renderer(stage).render(page)
    write_file(stage, name, data := _drawn(stage, text) if name.endswith(".png") else text.encode())
    address = unquote(urls.href(urls.localised(page.path, page.language, site.languages[0]), site.base_path))
    place = _edited_file(page) or name
    links = read_links(place, address, text if name.endswith(".html") else "")
    return CachedPage(key, hashlib.sha256(data).hexdigest(), links)


def _edited_file(page: Page) -> str:
    """The file of `content/` whose links a page has; "" for a page that no editor wrote."""
    if isinstance(page.context, DocumentContext):
        return page.context.document.place
    additions = page.context.additions if isinstance(page.context, PortalPageContext) else ()
    return additions[0].place if additions else ""


def _drawn(stage: Path, svg: str) -> bytes:
    """A picture, from the cache if the same was drawn before: the states of projects look alike on all sites."""
    cache, name = _pictures(load_context(stage).cache), hashlib.sha256(svg.encode()).hexdigest()
    try:
        return b64decode(cache.get(name))
    except (TypeError, ValueError):
        picture = draw_preview(svg)
        cache.put(name, b64encode(picture).decode())
        return picture


@lru_cache(maxsize=1)
def _pictures(folder: Path) -> Cache:
    return Cache(folder).by_code("pictures", "portal/site/previews.py", "templates/previews")


def compile_templates(stage: Path) -> None:
    """Compile the templates, so that the workers need not each do it."""
    load_renderer(stage).compile()


def render_texts(stage: Path, pages: Sequence[Page]) -> list[str]:
    """The texts of pages that are not published by themselves."""
    return [load_renderer(stage).render(page) for page in pages]


def index_years(stage: Path, digests: Mapping[str, str]) -> Files:
    """Make the search index of each year, by what names the content of its projects.

    One after the other: the index of a year takes more memory than anything else.
    """
    files, words = Files(), serialise_by_content(code_words(load_context(stage).site.package.resources))
    for year, digest in digests.items():
        content = hashlib.sha256(digest.encode() + words).hexdigest()
        files |= _reuse_or_make(stage, f"index-{year}", content, partial(_index, stage, year))[0]
    return files


def _index(stage: Path, year: str) -> tuple[Files, None]:
    folder, context = stage / urls.PAGEFIND, load_context(stage)
    index_shard(year, read_projects(context.pages, year), folder, code_words(context.site.package.resources))
    return digests_of(stage, (folder / year).rglob("*")), None


def export(stage: Path, form: str, job: ExportJob) -> tuple[Files, list[Download]]:
    """Write a form of the open data."""
    files, downloads = _reuse_or_make(stage, f"form-{form}", _digest(job), lambda: _as_result(write_form(form, job)))
    return files, [Download(**download) for download in downloads]


_WORKBOOK = "form-workbook"


def export_workbook(stage: Path, job: ExportJob) -> tuple[Files, list[Download]]:
    """Write the workbook, whose rows are copied from that of the last site where they are the same."""

    def make() -> tuple[Files, Any]:
        download, places = write_whole_workbook(job, _last_workbook(stage))
        files, (described,) = _as_result([download])
        return files, [described, places]

    files, (download, _) = _reuse_or_make(stage, _WORKBOOK, _digest(job), make)
    return files, [Download(**download)]


def _last_workbook(stage: Path) -> WrittenBlocks:
    """The workbook of the last site where it is unmodified and was made by this program."""
    context = load_context(stage)
    saved = Cache(context.scratch / PREVIOUS).get(_WORKBOOK)
    if context.previous and isinstance(saved, dict) and saved.get("program") == context.program:
        ((name, digest),) = saved["files"].items()
        if is_unmodified(context.previous / name, digest):
            return WrittenBlocks(context.previous / name, saved["result"][1])
    return WrittenBlocks()


def _digest(job: ExportJob) -> str:
    return hashlib.sha256(serialise_by_content(replace(job, folder=Path()))).hexdigest()


def export_records(stage: Path, job: ExportJob) -> tuple[Files, list[Download]]:
    """Write the records of the projects of each fiscal year, or use those of the last site again."""
    records = ProjectRecords(job.package, job.versions, job.data)
    digests = records.digests()
    results = {year: _reuse(stage, _records(year), digest) for year, digest in digests.items()}
    if changed := [year for year, result in results.items() if result is None]:
        for year, download in write_records(records, changed, job).items():
            results[year] = _save(stage, _records(year), digests[year], *_as_result([download]))
        release_memory()
    files, downloads = Files(), list[Download]()
    for result in results.values():
        assert result is not None
        files |= result[0]
        downloads += (Download(**download) for download in result[1])
    return files, downloads


def _records(year: str) -> str:
    return f"records-{year}"


def export_ocds(stage: Path, job: ExportJob, catalogue: Catalogue) -> tuple[Files, list[Download]]:
    """Write the contracting processes as OCDS, a file for each fiscal year; none where the package has no process."""
    procurement = Procurement(job.package, job.data, catalogue.ocds_prefix)
    about = [catalogue.home, catalogue.timezone.key, catalogue.ocds_prefix, procurement.digest(job.versions)]

    def make() -> tuple[Files, dict[str, str]]:
        packed = pack_releases(catalogue, procurement, job.versions)
        return Files(), {year: b64encode(releases).decode() for year, releases in packed.items()}

    parts: Mapping[str, str] = _reuse_or_make(stage, "ocds", f"{about}", make)[1]
    # Only the head of a file has the day of the package.
    packages = {year: release_package(catalogue, year, b64decode(releases)) for year, releases in parts.items()}
    downloads = [
        publish(stage, urls.ocds(year).removeprefix(urls.DATA), "ocds", package) for year, package in packages.items()
    ]
    return _as_result(downloads)[0], downloads


def _as_result(downloads: Iterable[Download]) -> tuple[Files, Any]:
    """Downloads as files with their sums, and as values of JSON."""
    files = {f"{urls.DATA[1:]}{download.name}": download.sha256 for download in downloads}
    return files, [asdict(download) for download in downloads]


def _reuse_or_make(stage: Path, task: str, content: str, make: Callable[[], tuple[Files, Any]]) -> tuple[Files, Any]:
    """The files of a task with their sums, and what else it returns: those of the last site, or made now.

    `content` names all that the files depend on beside the program.
    """
    if result := _reuse(stage, task, content):
        return result
    files, value = make()
    release_memory()
    return _save(stage, task, content, files, value)


def _reuse(stage: Path, task: str, content: str) -> tuple[Files, Any] | None:
    """What `_reuse_or_make` made for the last site, if it is the same and its files are in the stage now."""
    context = load_context(stage)
    previous = Cache(context.scratch / PREVIOUS).get(task)
    if not isinstance(previous, dict) or previous.get("key") != _key(context, content):
        return None
    files: Files = previous["files"]
    return _save(stage, task, content, files, previous["result"]) if context.reuses(files) else None


def _save(stage: Path, task: str, content: str, files: Files, value: Any) -> tuple[Files, Any]:
    """Save what a task made for the next build, and return it."""
    context = load_context(stage)
    saved = {"key": _key(context, content), "program": context.program, "files": files, "result": value}
    Cache(context.scratch / CURRENT).put(task, saved)
    return files, value


def _key(context: BuildContext, content: str) -> str:
    return hashlib.sha256(f"{context.program} {content}".encode()).hexdigest()


def write_oc4ids(stage: Path, catalogue: Catalogue, prefix: str | None, digests: Mapping[str, str]) -> list[Download]:
    """Write the projects that fit as OC4IDS; no file where none does. `digests` name what those of each year are."""
    about = [catalogue.home, prefix, catalogue.timezone.key, catalogue.package.conventions]
    parts = (_oc4ids_of(stage, year, f"{about} {digest}", catalogue, prefix) for year, digest in digests.items())
    data = oc4ids(catalogue, parts)
    return [publish(stage, OC4IDS, "oc4ids", data)] if data else []


def _oc4ids_of(stage: Path, year: str, content: str, catalogue: Catalogue, prefix: str | None) -> bytes:
    """The projects of a year, packed; `content` names what they are made from."""

    def make() -> tuple[Files, str]:
        projects = (project for project, _ in read_projects(load_context(stage).pages, year))
        return Files(), b64encode(packed_projects(catalogue, projects, prefix)).decode()

    return b64decode(_reuse_or_make(stage, f"oc4ids-{year}", content, make)[1])
