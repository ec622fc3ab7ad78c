"""A build, from top to bottom: load, history, rules, plan; render, index, export; check links; publish.

Everything is read and checked before the first byte is written, and the published folder is replaced whole, at the
end, or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from portal.content import Synonyms, synonyms_json
from portal.core import urls
from portal.core.cache import Cache
from portal.core.config import SiteConfig, read_config
from portal.core.files import write_file
from portal.core.memory import release_memory, without_garbage_collection
from portal.core.models import Document, Language, Note, Package, Portal, project_index
from portal.core.problems import BuildError, UsageError
from portal.core.program import ROOT
from portal.history import (
    Timeline,
    find_record_versions,
    find_removed_projects,
    removed_titles_json,
)
from portal.package import locate_descriptor
from portal.pipeline.analyse import load_timeline, stream_projects, write_changes
from portal.pipeline.archives import paths_by_commit, write_archives
from portal.pipeline.build_cache import (
    SCRATCH,
    Files,
    certain_states,
    compare_previous,
    digests_of,
    forget_states,
    load_cache,
    save_cache,
    save_states,
    shared_files,
)
from portal.pipeline.context import (
    BuildContext,
    save_context,
    save_templates,
    shared_by_pages,
    shared_digest,
    take_templates,
)
from portal.pipeline.executor import Tasks, workers
from portal.pipeline.fingerprint import build_fingerprint
from portal.pipeline.load import (
    cited_by_version,
    history_beside,
    load_history,
    load_missing_releases,
    load_source,
    warn_of_history,
)
from portal.pipeline.manifest import MARKER, finish, is_whole, read_info
from portal.pipeline.open_data import finish_open_data, list_releases, start_exports, start_oc4ids
from portal.pipeline.options import BuildOptions
from portal.pipeline.page_store import Shards, write_pages
from portal.pipeline.progress import Progress
from portal.pipeline.publish import (
    foreign_files,
    look_through_spare,
    refuse_foreign_files,
    staged,
    take_spare,
)
from portal.pipeline.rendering import Rendering
from portal.pipeline.saved_findings import SavedFindings
from portal.pipeline.worker import compile_templates, index_years
from portal.rules import (
    AgencyValues,
    RuleRunner,
    agency_values,
    missing_figures,
    possible_duplicates,
    project_judge,
    quality_report,
    with_supplier_contracts,
)
from portal.site import (
    ProjectExamples,
    SiteData,
    draw_outlines,
    has_suppliers,
    places_json,
    plan_data,
    plan_pages,
    project_backgrounds,
    project_pages,
    read_assets,
    supplier_names_json,
)


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """What a build has published."""

    projects: int
    pages: int
    rendered: int
    """Pages that were rendered; the others are those of the last site."""
    sizes: Sequence[int]
    """Bytes of each file."""


@dataclass(frozen=True, slots=True)
class _StagedSite:
    """What stands in the stage."""

    package: Package
    projects: int
    pages: int
    rendered: Sequence[str]
    """The files of the pages that were rendered."""
    files: Files
    """The sums of its files, where they are known: of all but some at the top and in the folders `_ANEW`."""

    @property
    def release(self) -> dict[str, Any]:
        """Which release of the package it shows."""
        package = self.package
        return {
            "package": package.name,
            "version": package.version,
            "created": package.created.isoformat(),
            "package_sha256": package.sha256,
        }


_ANEW = (urls.DATA.strip("/"),)
"""The folders that each build makes anew: it does not know the names of all files in them."""


def _project_folders(languages: Sequence[Language]) -> tuple[str, ...]:
    """The folders of nearly all pages."""
    return tuple(urls.localised(urls.PROJECTS, language, languages[0]).strip("/") for language in languages)


def build(options: BuildOptions, progress: Progress) -> PublishedSite | None:
    """Validate, render and publish; None where the last site is what would be published.

    Raises BuildError or UsageError, and then leaves the output as it was.
    """
    config = read_config(ROOT / "pyproject.toml", options.base_url)
    descriptor, folders = locate_descriptor(options.package), _project_folders(config.conventions.languages)
    shared = set[str]()
    try:
        with staged(options.output, ROOT, descriptor.parent, shared=shared) as stage:
            progress.stage("compare with the last site")
            fingerprint = build_fingerprint(descriptor, config, patterns=options.patterns)
            with workers(options.jobs, options.scheduler) as executor:
                is_same = options.reuse and _is_made_from(options.output, fingerprint)
                if is_same and is_whole(options.output, read_info(options.output), executor):
                    raise UpToDate
                begun, previous = stage.stat().st_mtime_ns, _load_previous(options, stage)
                if is_same:
                    forget_states(stage / SCRATCH)
                tasks = Tasks(executor)
                site = _make_site(options, config, fingerprint["program"], previous, stage, tasks, progress)
                progress.stage("publish")
                if build_fingerprint(descriptor, config, patterns=options.patterns) != fingerprint:
                    raise UsageError("What the site is made from was changed while it was being built. Build again.")
                tasks.wait()
                is_saved = options.reuse and _save(stage, options)
                shutil.rmtree(stage / SCRATCH)
                finished = stage.stat().st_mtime_ns
                states = finish(stage, fingerprint | site.release, site.files, _ANEW, folders, executor)
                shared |= shared_files(states, begun, _ANEW)
                if is_saved:
                    certain = certain_states(states, {*site.rendered}, begun, finished)
                    save_states(certain, options.output, options.cache / "sites")
    except UpToDate:
        return None
    return PublishedSite(site.projects, site.pages, len(site.rendered), [size for size, *_ in states.values()])


class UpToDate(Exception):
    """The last site is what a build would make."""


def _is_made_from(output: Path, fingerprint: Mapping[str, Any]) -> bool:
    """Whether `output` is a site with this fingerprint."""
    info = read_info(output)
    return all(info.get(name) == value for name, value in fingerprint.items())


def _save(stage: Path, options: BuildOptions) -> bool:
    """Save what is known of the site in the stage for the next build; whether all is saved."""
    save_templates(stage)
    return save_cache(stage, options.output, options.cache / "sites")


def _make_site(
    options: BuildOptions,
    config: SiteConfig,
    program: str,
    previous: Path | None,
    stage: Path,
    tasks: Tasks,
    progress: Progress,
) -> _StagedSite:
    """Make every file of the site in `stage`; `previous` is the last site, if files of it may be used again."""
    descriptor = locate_descriptor(options.package)
    last_site = _LastSite(options, previous, stage, tasks)

    progress.stage("read")
    with without_garbage_collection():
        portal, documents, notes, synonyms, values, timeline = _read(
            options, config, tasks.executor, last_site.look_at, progress
        )
        history, index = timeline.history, project_index(portal)

        progress.stage("analyse")
        assets = read_assets(ROOT / "templates" / "assets")
        pages = project_pages(index.package, timeline, project_judge(index.package, config.signals))
        site = shared_by_pages(config, index, documents, assets)
        context = BuildContext(site, pages, program, stage, options.cache.absolute(), previous)
        save_context(context)
        last_site.refuse_foreign_files()
        last_site.take_spare()
        has_templates = take_templates(stage)
        archives = write_archives(descriptor, index.package, timeline, config.person_titles, stage)
        versions = find_record_versions(index.package, history, paths_by_commit(index.package, timeline, archives))
        exports = start_exports(descriptor, index, versions, config, stage, tasks)
        if options.jobs > 1 and not has_templates:
            tasks.submit("render", compile_templates, stage)
        quality, runner = quality_report(portal), RuleRunner(portal, config.signals, timeline, values)
        missing_values = missing_figures(portal.projects, quality)
        projects, pictures = [*portal.projects], draw_outlines(portal.outlines)
        # From here on only the list has the projects, and the stream empties it.
        del portal
        duplicates = possible_duplicates(index.projects)
        backgrounds = project_backgrounds(index, timeline, versions, notes, duplicates, pictures)
        examples = ProjectExamples(pages) if options.patterns else None
        rendering = Rendering(tasks, stage)
        indexing: list[Future[Files]] = []

        def begin_year(written: Shards) -> None:
            # The newest alone, which takes long and is the only one that most releases change. A build from nothing
            # has enough else to do, and its processes need less memory one after the other.
            if previous and not indexing:
                indexing.append(tasks.submit("index", index_years, stage, written.digests))
            rendering.put_off(written)

        saved = partial(SavedFindings, context.scratch, shared_digest(stage))
        analysis = stream_projects(
            runner, projects, backgrounds, saved, examples, exports.job, context.pages, begin_year
        )
    release_memory()

    others = dict([*analysis.shards.digests.items()][len(indexing) :])
    indexing.append(tasks.submit("index", index_years, stage, others))
    # After the index, which one worker makes alone.
    rendering.start_all()
    oc4ids = start_oc4ids(index, analysis.shards.digests, config, stage, tasks)
    missing = load_missing_releases(history, index.package.name, descriptor, config, options, progress)
    removed = find_removed_projects(index, timeline)
    data = SiteData(
        documents,
        synonyms,
        quality,
        missing_values,
        analysis.findings,
        archives,
        missing,
        removed,
        versions,
        analysis.examples,
        duplicates,
        pictures,
    )
    write = partial(write_pages, context.pages, records=len(index.projects) + len(index.suppliers))
    for name, planned in plan_pages(index, data, config.projects_per_page):
        rendering.start(write(name, planned))

    progress.stage("write the open data")
    tables = (analysis.table, write_changes(timeline, exports.job))
    releases = list_releases(index, timeline, archives, missing, config.base_url)
    open_data = finish_open_data(exports, oc4ids, tables, quality, releases, index, config, stage)
    data_pages = plan_data(index, open_data.downloads, open_data.citation, open_data.bibtex, open_data.csl)
    rendering.start(write("data", data_pages))

    progress.stage("render")
    written = {asset.output: asset.data for asset in assets}
    written |= {urls.REMOVED: removed_titles_json(removed), urls.SYNONYMS: synonyms_json(synonyms)}
    if index.has_coordinates:
        written[urls.PLACES[1:]] = places_json(index)
    if has_suppliers(index.package):
        written[urls.SUPPLIER_NAMES] = supplier_names_json(index)
    for name, content in written.items():
        write_file(stage, name, content)
    rendered = rendering.collect(progress)
    progress.stage("index")
    files = open_data.files | rendered.files | digests_of(stage, map(stage.joinpath, written))
    for index_job in indexing:
        files |= index_job.result()

    progress.stage("check links")
    targets = [urls.DCAT_US, *(asset.output for asset in assets)]
    targets += [urls.data_file(download.name) for download in open_data.downloads]
    targets += [archive.path for archive in archives.values() if archive]
    if problems := rendered.links.broken(urls.asset_href(target, config.base_path) for target in targets):
        raise BuildError(problems)
    progress.work(tasks.seconds)
    return _StagedSite(index.package, len(index.projects), rendering.planned, rendered.rendered, files)


def _read(
    options: BuildOptions,
    config: SiteConfig,
    executor: Executor,
    when_tables_are_read: Callable[[], object],
    progress: Progress,
) -> tuple[Portal, Sequence[Document], Sequence[Note], Synonyms, AgencyValues, Timeline]:
    """Read and check the package, the content and the history, with processes of `executor`.

    They have nothing to do from the call of `when_tables_are_read` on.
    """
    descriptor, cache = locate_descriptor(options.package), Cache(options.cache)
    with history_beside(options, executor):
        helpers = None if options.scheduler else executor
        source = load_source(options.package, config, helpers, when_tables_are_read, cache)
    history = load_history(source.portal, descriptor, cache, config.person_titles)
    release_memory()
    warn_of_history(source.portal.package, history, progress)
    portal, history = cited_by_version(source.portal, history)
    portal, values = with_supplier_contracts(portal, config.signals), agency_values(portal.projects)
    portal, timeline = load_timeline(portal, history, config, cache, values)
    return portal, source.documents, source.notes, source.synonyms, values, timeline


def _load_previous(options: BuildOptions, stage: Path) -> Path | None:
    """The last site, if files of it may be used again: what is known of them is in the stage then."""
    if not options.reuse or not (options.output / MARKER).is_file():
        return None
    previous = options.output.absolute()
    load_cache(previous, options.cache / "sites", stage)
    return previous


class _LastSite:
    """The last site, which this one replaces, and of which files may be used again."""

    def __init__(self, options: BuildOptions, previous: Path | None, stage: Path, tasks: Tasks) -> None:
        self._options, self._previous, self._stage, self._tasks = options, previous, stage, tasks
        self._output = options.output.resolve()
        self._foreign: Future[list[str]] | None = None
        self._looked_through: Future[list[str]] | None = None

    def look_at(self) -> None:
        """Have workers, which have nothing else to do, look at its files, and at others that are in its folder."""
        # What another machine sees of the folder may be of a while ago.
        if not self._options.scheduler:
            self._foreign = self._tasks.submit("compare", foreign_files, self._output)
        if self._previous:
            # Nothing waits for this: a file that is not compared in time is compared when it is wanted.
            self._tasks.submit("compare", compare_previous, self._previous, self._stage / SCRATCH)
            self._looked_through = self._tasks.submit("compare", look_through_spare, self._previous)

    def refuse_foreign_files(self) -> None:
        """Raise UsageError where its folder holds what no build made."""
        found = self._foreign.result() if self._foreign else foreign_files(self._output)
        refuse_foreign_files(self._options.output, found)

    def take_spare(self) -> None:
        """Have in the stage the folders that it shares with the one before it."""
        if self._previous and self._looked_through:
            take_spare(self._stage, self._previous, self._looked_through.result())
