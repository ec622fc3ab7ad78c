#!/usr/bin/env python3
"""Build a city's transparency portal from its open-data package.

The pipeline reads from top to bottom in `build`: everything is read and checked before the first byte is written, and
the published folder is replaced whole, at the end, or not at all.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from portal import urls
from portal.cache import Cache
from portal.catalogues import OC4IDS, Catalogue, covered, data_json, describe, oc4ids
from portal.changes import CHANGE_COLUMNS, change_rows
from portal.checks import check_portal
from portal.citation import Citation, bibtex, cite, csl
from portal.config import SiteConfig, read_config
from portal.content import read_documents, read_notes
from portal.datapackage import locate_descriptor, read_portal, with_lines
from portal.downloads import (
    FORMS,
    Order,
    publish,
    publish_lines,
    publish_release,
    publish_table,
    write_form,
    write_package,
    write_sums,
)
from portal.history import archive, read_history
from portal.insights import SIGNAL_COLUMNS, Insights, find, signal_rows, version
from portal.links import PageLinks, broken_links, read_links
from portal.models import LANGUAGES, Document, Download, Language, Note, Page, Portal, Project
from portal.output import MARKER, build_info, staged, write_file
from portal.pages import DocumentContext, Material, plan_pages, readme
from portal.pages.changes import Archive, archive_name, named_releases
from portal.past import as_told, with_published_progress
from portal.problems import BuildError, UsageError
from portal.quality import Quality, as_json, report
from portal.rendering import Asset, Renderer, Site, read_assets
from portal.reporting import FORMATS, Reporter
from portal.search import index_shard, shard_name
from portal.server import serve
from portal.totals import group

HERE = Path(__file__).resolve().parent

SCRATCH = ".scratch"
"""A folder of the stage for what is not published; it goes before the stage does, or with it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    package: Path
    output: Path
    base_url: str | None
    jobs: int
    format: str
    host: str
    port: int
    patterns: bool


@dataclass(frozen=True, slots=True)
class Inputs:
    """What has been read and checked."""

    portal: Portal
    documents: tuple[Document, ...]
    notes: tuple[Note, ...]


def read_inputs(options: Options, config: SiteConfig) -> Inputs:
    """Read and check the package and the content. Raises BuildError with every problem of both."""
    folder = locate_descriptor(options.package).parent
    reading = read_portal(options.package)
    documents, problems = read_documents(HERE / "content", config.base_path)
    problems += reading.problems
    notes: tuple[Note, ...] = ()
    if reading.portal is not None:
        problems += check_portal(reading.portal)
        # Notes are on projects of this package, so they stand beside it.
        ids = {project.project_id for project in reading.portal.projects}
        notes, found = read_notes(folder / "content", ids, config.base_path)
        problems += found
    if problems or reading.portal is None:
        raise BuildError(with_lines(problems, folder))
    return Inputs(reading.portal, documents, notes)


def look_back(inputs: Inputs, options: Options, config: SiteConfig) -> tuple[Portal, Insights]:
    """Find out what earlier releases and the rules say; returns it with the portal, which knows its past figures."""
    cache, portal = Cache(HERE / ".cache"), inputs.portal
    # What was read stays: the collector need not look at it again and again.
    gc.freeze()
    history = read_history(locate_descriptor(options.package), portal.package, cache)
    portal = with_published_progress(portal, history)
    kept = f"signals/{version(portal, config.signals)}/{history.identity}"
    told = {one.commit: as_told(cache.get(f"{kept}/{one.commit}")) for one in history.releases if one.commit}
    known = {commit: len(projects) for commit, projects in told.items()}
    insights = find(portal, history, config.signals, told)
    for commit, projects in told.items():
        if commit and len(projects) != known.get(commit, 0):
            cache.put(f"{kept}/{commit}", projects)
    return portal, insights


def build(options: Options, reporter: Reporter) -> None:
    """Validate, render and publish. Raises BuildError or UsageError, and then leaves the output as it was."""
    config = read_config(HERE / "pyproject.toml", options.base_url)
    with staged(options.output) as stage:
        reporter.stage("validate")
        inputs = read_inputs(options, config)
        reporter.stage("history")
        portal, insights = look_back(inputs, options, config)
        assets = read_assets(HERE / "templates" / "assets")
        shards, documents = group(portal.projects, shard_name), inputs.documents
        concerned = {project.project_id: insights.concerned(project.project_id) for project in portal.projects}
        with executor(options.jobs, site_of(config, portal, documents, assets), shards, concerned) as pool:
            reporter.stage("downloads")
            quality, descriptor = report(portal), locate_descriptor(options.package)
            downloads, citation = write_downloads(descriptor, config, portal, quality, insights, stage, pool)
            archives = write_archives(descriptor, portal, insights, stage)
            indexes = for_each_year(index_year, shards, stage, pool)
            reporter.stage("render")
            material = Material(documents, inputs.notes, downloads, citation, quality, insights, archives)
            pages = [*plan_pages(portal, material, config.projects_per_page, patterns=options.patterns)]
            links = render_pages(pages, stage, pool, reporter)
            reporter.stage("index")
            for done, index in enumerate(indexes, start=1):
                index.result()
                reporter.progress(done, len(indexes))
        shutil.rmtree(stage / SCRATCH, ignore_errors=True)
        for asset in assets:
            write_file(stage, asset.output, asset.data)
        reporter.stage("check links")
        files = [urls.DCAT_US, *(asset.output for asset in assets), *(urls.data_file(one.name) for one in downloads)]
        files += [urls.record(project.project_id) for project in portal.projects]
        files += [one.path for one in archives.values()]
        if problems := broken_links(links, [urls.asset_href(name, config.base_path) for name in files]):
            raise BuildError(problems)
        reporter.stage("publish")
        package = portal.package
        about = {"package": package.name, "version": package.version, "created": package.created.isoformat()}
        write_file(stage, MARKER, build_info(stage, about | {"package_sha256": package.sha256}))
    reporter.done(len(portal.projects), len(pages), options.output)


def write_archives(descriptor: Path, portal: Portal, insights: Insights, stage: Path) -> dict[str, Archive]:
    """Write the zip of each release that has a tag, as it stood; returns them by address."""
    made = {}
    for one in named_releases(portal.package, insights.past, {}):
        name = archive_name(portal.package, one.address)
        files, day = archive(descriptor, one.release), one.release.published.date()
        path = urls.archive(name)
        made[one.address] = Archive(path, publish_release(stage, path, name.removesuffix(".zip"), day, files))
    return made


def write_downloads(
    source: Path,
    config: SiteConfig,
    portal: Portal,
    quality: Quality,
    insights: Insights,
    stage: Path,
    pool: Executor,
) -> tuple[list[Download], Citation]:
    """Write the open data in every form; returns its files, and how to cite them."""
    descriptor, files = write_package(source, portal.package, stage)
    texts = pool.submit(render_texts, [readme(portal, language) for language in LANGUAGES]).result()
    order = Order(portal.package, config.base_url, "\n".join(texts), stage)
    years, email = covered(portal.projects), config.corrections_email
    catalogue = Catalogue(portal.package, years, config.name, config.city, config.base_url, email)
    infrastructure = pool.submit(write_oc4ids, catalogue, config.oc4ids_prefix, stage)
    for form in [pool.submit(write_form, form, order) for form in FORMS]:
        files += form.result()
    whole = next(one for one in files if one.kind == "zip")
    citation = cite(portal.package, portal.as_of, config.city, config.name, config.base_url, whole.sha256)
    catalogue = replace(catalogue, files=tuple(files))
    write_file(stage, urls.output_path(urls.DCAT_US, "th"), data_json(catalogue))
    described = {
        "quality": ("quality.json", as_json(quality).encode()),
        "bibtex": ("citation.bib", bibtex(citation).encode()),
        "citation": ("citation.json", csl(citation).encode()),
        **describe(catalogue, portal.sources),
    }
    downloads = [descriptor, *files, *infrastructure.result()]
    downloads += [publish(stage, name, kind, data) for kind, (name, data) in described.items()]
    changes, signals = change_rows(insights.past.history), signal_rows(portal, insights)
    downloads.append(publish_table(stage, order.free_table("changes"), "changes", CHANGE_COLUMNS, changes))
    downloads.append(publish_table(stage, order.free_table("signals"), "signals", SIGNAL_COLUMNS, signals))
    return [*downloads, write_sums(downloads, stage)], citation


def write_oc4ids(catalogue: Catalogue, prefix: str | None, stage: Path) -> list[Download]:
    """Write the projects that fit as OC4IDS; no file where none does. Runs in a worker."""
    projects = sorted((project for shard in _shards.values() for project in shard), key=lambda p: p.project_id)
    lines = oc4ids(catalogue, projects, prefix)
    first = next(lines, None)
    return [] if first is None else [publish_lines(stage, OC4IDS, "oc4ids", chain([first], lines))]


def site_of(config: SiteConfig, portal: Portal, documents: Sequence[Document], assets: Sequence[Asset]) -> Site:
    """What every page of the site may use."""
    return Site(
        config.name,
        config.city,
        config.base_url,
        config.base_path,
        config.corrections_email,
        portal.package,
        tuple(documents),
        config.projects_per_page,
        {asset.name: asset.output for asset in assets},
    )


def for_each_year(work: Callable[[str, Path], None], shards: Shards, stage: Path, pool: Executor) -> list[Future[None]]:
    """Have `work` done for each fiscal year, the largest first."""
    largest = sorted(shards, key=lambda name: (-len(shards[name]), name))
    return [pool.submit(work, name, stage) for name in largest]


def index_year(name: str, stage: Path) -> None:
    """Make the search index of a year. Runs in a worker."""
    index_shard(name, _shards[name], _concerned, stage / urls.PAGEFIND, stage / SCRATCH)


def render_pages(pages: Sequence[Page], stage: Path, pool: Executor, reporter: Reporter) -> dict[str, PageLinks]:
    """Render every page into `stage`, a year in a language at a time; returns the links of each by its address."""
    shards: defaultdict[tuple[str, Language], list[Page]] = defaultdict(list)
    for page in pages:
        shards[page.shard, page.language].append(page)
    links: dict[str, PageLinks] = {}
    # The largest first, so that no core waits for it at the end.
    largest = sorted(shards, key=lambda key: (-len(shards[key]), key))
    for future in [pool.submit(render_shard, shards[key], stage) for key in largest]:
        links |= future.result()
        reporter.progress(len(links), len(pages))
    return links


Shards = Mapping[str, Sequence[Project]]
Concerned = Mapping[str, Sequence[str]]
"""The rules that concern each project, by its id."""

_renderer: Renderer
"""Of this process: compiling the templates costs as much as a hundred pages, so each worker does it once."""

_shards: Shards
_concerned: Concerned
"""Of this process: a forked worker has them for nothing, where sending them would cost a second for 2,000 projects."""


def start_worker(site: Site, shards: Shards, concerned: Concerned) -> None:
    """Make this process ready to render pages of `site` and to index `shards`."""
    global _renderer, _shards, _concerned
    # What the process was born with stays: the collector need not look at a whole package again and again, nor copy it.
    gc.freeze()
    _renderer = Renderer(site, HERE / "templates", HERE / "locales")
    _shards, _concerned = shards, concerned


def render_shard(pages: Sequence[Page], stage: Path) -> dict[str, PageLinks]:
    """Render and write the pages of one shard; returns their links by address. Runs in a worker."""
    links = {}
    for page in pages:
        text = _renderer.render(page)
        name = urls.output_path(page.path, page.language)
        write_file(stage, name, text.encode())
        address = unquote(urls.href(page.path, page.language, _renderer.site.base_path))
        place = page.context.document.place if isinstance(page.context, DocumentContext) else name
        links[address] = read_links(place, address, text if name.endswith(".html") else "")
    return links


def render_texts(pages: Sequence[Page]) -> list[str]:
    """The texts of pages that are not published by themselves. Runs in a worker."""
    return [_renderer.render(page) for page in pages]


def executor(jobs: int, site: Site, shards: Shards, concerned: Concerned) -> Executor:
    """Where shards are rendered and indexed: `jobs` processes, or this one."""
    if jobs > 1:
        return ProcessPoolExecutor(jobs, initializer=start_worker, initargs=(site, shards, concerned))
    start_worker(site, shards, concerned)
    return InProcess()


class InProcess(Executor):
    """An executor without processes, for one job and for debugging."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        """Run at once."""
        future: Future[object] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def check(options: Options, reporter: Reporter) -> None:
    """Validate the package and the content, and write nothing. Raises BuildError or UsageError."""
    config = read_config(HERE / "pyproject.toml", options.base_url)
    inputs = read_inputs(options, config)
    reporter.checked(inputs.portal, len(inputs.documents) + len(inputs.notes))


def serve_site(options: Options) -> None:
    """Serve the site and build it again on every change, until Ctrl-C."""
    config = read_config(HERE / "pyproject.toml", options.base_url)
    descriptor = locate_descriptor(options.package)
    parts = ("content", "templates", "locales", "portal", "pyproject.toml", "build.py")
    watched = [*(HERE / name for name in parts), descriptor, descriptor.parent / "data", descriptor.parent / "content"]
    command = [sys.executable, str(HERE / "build.py"), "build", "--format", "json", "--patterns"]
    command += [
        "--package",
        str(descriptor),
        "--output",
        str(options.output),
        "--base-url",
        config.base_url,
        "--jobs",
        str(options.jobs),
    ]
    serve(command, watched, options.output, config.base_path, options.host, options.port)


def read_arguments(arguments: Sequence[str] | None) -> tuple[str, Options]:
    """The command and its options; argparse itself exits with 2 where they are wrong."""
    parser = argparse.ArgumentParser(
        prog="build.py", description="Build a city's transparency portal from its open-data package."
    )
    parser.add_argument(
        "command",
        nargs="?",
        default="build",
        choices=("build", "check", "serve"),
        help="build the site (default); check the data and content only; serve the site and rebuild on change",
    )
    parser.add_argument("--package", type=Path, default=HERE, metavar="PATH", help="a datapackage.json or its folder")
    parser.add_argument("--output", type=Path, default=HERE / "site", metavar="DIR", help="where the site is published")
    parser.add_argument("--base-url", metavar="URL", help="the address at which the site will be found")
    parser.add_argument("--jobs", type=int, default=cores(), metavar="N", help="processes (default: one for each core)")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how problems are printed")
    parser.add_argument("--host", default="127.0.0.1", help="where serve listens (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="where serve listens")
    parser.add_argument("--patterns", action="store_true", help="also build /patterns/: every component on one page")
    values = parser.parse_args(arguments)
    if values.jobs < 1:
        parser.error("--jobs must be 1 or more")
    command = values.command
    del values.command
    return command, Options(**vars(values))


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns 0 when all is well, 1 for problems in data or content, 2 for a wrong command."""
    command, options = read_arguments(arguments)
    reporter = Reporter(options.format, sys.stdout, sys.stderr)
    try:
        if command == "serve":
            serve_site(options)
        else:
            {"build": build, "check": check}[command](options, reporter)
    except BuildError as error:
        reporter.problems(error.problems, locate_descriptor(options.package).parent)
        return 1
    except UsageError as error:
        reporter.usage(str(error))
        return 2
    except KeyboardInterrupt:
        reporter.usage("stopped; nothing was published")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
