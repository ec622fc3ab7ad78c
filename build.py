#!/usr/bin/env python3
"""Build a city's transparency portal from its open-data package.

The pipeline reads from top to bottom in `build`: everything is read and checked before the first byte is written, and
the published folder is replaced whole, at the end, or not at all.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from portal.cli import FORMATS, Reporter, serve
from portal.content import read_documents, read_notes
from portal.core import urls
from portal.core.cache import Cache
from portal.core.config import SiteConfig, read_config
from portal.core.files import write_file
from portal.core.models import ERASED, Document, Download, History, Note, Package, Portal, ProjectIndex, overview
from portal.core.problems import BuildError, UsageError
from portal.core.processes import (
    ignore_requests_to_stop,
    release_memory,
    request_of,
    silence_destructors,
    stop_on_request,
)
from portal.core.program import code_digest, library_versions
from portal.exports import bibtex, csl
from portal.history import (
    CHANGE_COLUMNS,
    RELEASES,
    ListedRelease,
    RemovedProject,
    Timeline,
    build_timeline,
    change_rows,
    citable_version,
    find_removed_projects,
    history_digest,
    missing_releases,
    read_history,
    read_releases,
    removed_project_json,
    removed_titles_json,
    rewritten_problem,
    same_version,
    unknown_erasures,
    with_published_progress,
    withhold,
    without_personal_data,
)
from portal.package import find_notices, locate_descriptor, read_guard, read_portal, with_lines
from portal.pipeline import (
    DATA_SHARD,
    MARKER,
    SCRATCH,
    SHARDS,
    BuildContext,
    Files,
    OpenData,
    Shards,
    Tasks,
    compare_previous,
    differences,
    finish,
    in_order_of_completion,
    index_years,
    input_sums,
    is_whole,
    load_cache,
    read_info,
    render_shard,
    save_cache,
    save_context,
    staged,
    workers,
    write_archives,
)
from portal.rules import (
    FINDING_COLUMNS,
    Findings,
    Quality,
    RuleRunner,
    RuleTransitions,
    Timing,
    check_portal,
    fields_of,
    finding_rows,
    input_titles,
    judged_by,
    meanings,
    quality_report,
)
from portal.site import (
    Asset,
    Links,
    ProjectContext,
    Site,
    SiteData,
    keep_most_reported,
    plan_data,
    plan_pages,
    project_pages,
    read_assets,
)

HERE = Path(__file__).resolve().parent


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
    scheduler: str | None
    timings: Path | None
    every_row: bool = False
    """Whether a mistake that many rows have is said of each."""
    accept_rewritten: bool = False
    """Whether a site is built although a published release is no longer in the history."""
    reuse: bool = True
    """Whether files of the last site are taken over where they would be made the same."""
    cache: Path = HERE / ".cache"
    """Where results are kept between builds."""

    published: Path | None = None
    """The site whose list of releases goes on; None: the one that is replaced."""

    @property
    def sites(self) -> Path:
        """Where it is kept what the files of sites were made from."""
        return self.cache / "sites"


@dataclass(slots=True)
class Inputs:
    """What has been read and checked."""

    portal: Portal
    documents: tuple[Document, ...]
    notes: tuple[Note, ...]

    def give_away(self) -> Portal:
        """The portal, which from now on only the caller has, and can let go."""
        portal = self.portal
        del self.portal
        return portal


def read_inputs(options: Options, config: SiteConfig, helpers: Executor | None = None) -> Inputs:
    """Read and check the package and the content, with the help of processes of this machine where there are any.

    Raises BuildError with every problem of both.
    """
    folder = locate_descriptor(options.package).parent
    reading = read_portal(options.package, helpers, config.ignore_columns)
    documents, problems = read_documents(HERE / "content", config.base_path, reading.guard)
    problems += reading.problems
    notes: tuple[Note, ...] = ()
    if reading.portal is not None:
        problems += check_portal(reading.portal)
        # Notes are on projects of this package, so they stand beside it.
        ids = {project.project_id for project in reading.portal.projects}
        notes, found = read_notes(folder / "content", ids, config.base_path, reading.guard)
        problems += found
    if problems or reading.portal is None:
        raise BuildError(with_lines(problems, folder))
    return Inputs(reading.portal, documents, notes)


def build(options: Options, reporter: Reporter) -> None:
    """Validate, render and publish. Raises BuildError or UsageError, and then leaves the output as it was."""
    config = read_config(HERE / "pyproject.toml", options.base_url)
    descriptor = locate_descriptor(options.package)
    try:
        with staged(options.output, HERE, descriptor.parent) as stage:
            reporter.stage("compare with the last site")
            origin = build_fingerprint(descriptor, config, options)
            if options.reuse and is_made_from(origin, options.output):
                raise UpToDate
            with workers(options.jobs, options.scheduler) as pool:
                made = make(options, config, origin["program"], stage, Tasks(pool), reporter)
            reporter.stage("publish")
            if build_fingerprint(descriptor, config, options) != origin:
                raise UsageError("What the site is made from was changed while it was being built. Build again.")
            if options.reuse:
                save_cache(stage, options.output, options.sites)
            shutil.rmtree(stage / SCRATCH)
            sizes = finish(stage, origin | made.about, made.files)
    except UpToDate:
        reporter.unchanged(options.output)
    else:
        reporter.done(made.projects, made.pages, made.made, sizes, options.output)
    if options.timings:
        write_timings(options.timings, reporter.timings())


def write_timings(file: Path, timings: Mapping[str, Any]) -> None:
    """Write what took how long as JSON. Raises UsageError where that cannot be written; the site is published."""
    try:
        file.write_text(json.dumps(timings, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise UsageError(f"--timings: {file}: {error.strerror}. The site is published.") from error


class UpToDate(Exception):
    """The last site is what a build would make."""


def build_fingerprint(descriptor: Path, config: SiteConfig, options: Options) -> dict[str, Any]:
    """What a site is made from: where this is the same, so is every byte of it."""
    return {
        "inputs": input_sums(descriptor, HERE),
        "program": code_digest(),
        "versions": library_versions(),
        "history": history_digest(descriptor),
        "base_url": config.base_url,
        "patterns": options.patterns,
    }


def is_made_from(origin: Mapping[str, Any], output: Path) -> bool:
    """Whether `output` is a site that was made from this, and every file of it is as it was published."""
    info = read_info(output)
    return all(info.get(name) == value for name, value in origin.items()) and is_whole(output, info)


@dataclass(frozen=True, slots=True)
class Made:
    """What a build has made in the stage."""

    projects: int
    pages: int
    made: int
    """Pages that were rendered; the others are as they were."""
    about: dict[str, Any]
    """Which release of the package it shows."""
    files: Files
    """The sums of its files, where they are known."""


def make(options: Options, config: SiteConfig, program: str, stage: Path, tasks: Tasks, reporter: Reporter) -> Made:
    """Make every file of the site in `stage`."""
    descriptor, assets = locate_descriptor(options.package), read_assets(HERE / "templates" / "assets")
    former = options.output.absolute() if options.reuse and (options.output / MARKER).is_file() else None
    if former:
        load_cache(former, options.sites, stage)
        # Nothing waits for this: what is not compared in time is compared when it is wanted.
        tasks.submit("compare", compare_previous, former, stage / SCRATCH)
    reporter.stage("read")
    with without_garbage_collection():
        inputs = read_inputs(options, config, None if options.scheduler else tasks.pool)
        history = known_history(inputs.portal, descriptor, Cache(options.cache))
        warn_of_history(inputs.portal.package, history, reporter)
        inputs.portal = cited(inputs.portal, history)
        view, documents = overview(inputs.portal), inputs.documents
        place = save_context(BuildContext(site_of(config, view, documents, assets), program, stage, former))
        data = OpenData(config, view, stage, place, tasks)
        data.begin(descriptor)
        reporter.stage("think")
        shards = Shards(stage / SCRATCH / SHARDS, len(view.projects))
        quality, findings, examples = analyse(inputs, view, history, config, Cache(options.cache), shards, data)
    release_memory()
    ready = shards.close()
    data.describe_projects()
    index = tasks.submit("index", index_years, place, shards.years())
    rendered = [tasks.submit("render", render_shard, place, shard) for shard in ready]
    missing = missing_from(history, view.package.name, descriptor, options, reporter)
    removed = find_removed_projects(view, findings.past)
    archives = write_archives(descriptor, view.package, findings.past, stage)
    material = SiteData(documents, quality, findings, archives, missing, removed, examples if options.patterns else ())
    shards.add_pages(plan_pages(view, material, config.projects_per_page))
    rendered += [tasks.submit("render", render_shard, place, shard) for shard in shards.close()]
    reporter.stage("write the open data")
    releases = data.releases(findings.past, archives, missing)
    downloads, citation, files = data.finish(quality, releases)
    shards.add_pages(plan_data(view, downloads, citation, bibtex(citation), csl(citation)), DATA_SHARD)
    rendered += [tasks.submit("render", render_shard, place, shard) for shard in shards.close()]
    reporter.stage("render")
    links, new = Links(), 0
    for one in in_order_of_completion(rendered):
        links.add(one.links)
        links.add(one.prose, prose=True)
        files |= one.files
        new += one.made
        reporter.progress(len(links), sum(shards.pages.values()))
    reporter.stage("index")
    files |= index.result()
    for asset in assets:
        write_file(stage, asset.output, asset.data)
    write_removed(removed, stage)
    reporter.stage("check links")
    others = [*(asset.output for asset in assets), *(one.path for one in archives.values() if one)]
    others += [urls.record(project.project_id) for project in view.projects]
    others += [urls.record(project.project_id) for project in removed]
    check_links(links, downloads, others, config.base_path)
    reporter.work(tasks.seconds)
    package = view.package
    about = {"package": package.name, "version": package.version, "created": package.created.isoformat()}
    return Made(len(view.projects), len(links), new, about | {"package_sha256": package.sha256}, files)


def write_removed(removed: Sequence[RemovedProject], stage: Path) -> None:
    """Write the records of projects that left the data, and the file by which the search page finds them."""
    for project in removed:
        write_file(stage, urls.output_path(urls.record(project.project_id), "th"), removed_project_json(project))
    write_file(stage, urls.REMOVED, removed_titles_json(removed))


def missing_from(
    history: History, package: str, descriptor: Path, options: Options, reporter: Reporter
) -> tuple[ListedRelease, ...]:
    """The releases that the last site published and the history does not have.

    Raises BuildError where one of them left it since then, and nobody said that this is right.
    """
    file = (options.published or options.output) / urls.DATA[1:] / RELEASES
    last = read_releases(file)
    if last.damage:
        reporter.warning(f"{file}: {last.damage}. Releases that only this list knew are forgotten.")
    missing = without_personal_data(missing_releases(last, package, history), read_guard(descriptor).hides_text)
    if not options.accept_rewritten and (problems := rewritten_problem(last, missing)):
        raise BuildError(problems)
    return missing


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """For a block in which all that is read stays until its end: looking for garbage in it would be in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def check_links(links: Links, downloads: Sequence[Download], others: Sequence[str], base_path: str) -> None:
    """Raise BuildError where a page links to what is neither a page nor a download nor one of the `others`."""
    files = [urls.DCAT_US, *others, *(urls.data_file(one.name) for one in downloads)]
    if problems := links.broken(urls.asset_href(name, base_path) for name in files):
        raise BuildError(problems)


def analyse(
    inputs: Inputs,
    view: ProjectIndex,
    history: History,
    config: SiteConfig,
    cache: Cache,
    shards: Shards,
    data: OpenData,
) -> tuple[Quality, Findings, list[ProjectContext]]:
    """All that needs the whole portal: what earlier releases and the rules say, and the pages of each project.

    Returns the quality, the insights, and examples for the page of all components; the pages are written to `shards`.
    """
    portal, past = load_history(inputs.give_away(), history, config, cache)
    quality, observer = quality_report(portal), RuleRunner(portal, config.signals, past)
    pages = project_pages(view, past, inputs.notes)
    examples: dict[Timing, ProjectContext] = {}
    for year, count in Counter(project.fiscal_year for project in view.projects).items():
        shards.expect(year, count)
    # What is written is let go, so that the memory that writing it takes is not added to all that was read.
    projects = list(reversed(portal.projects))
    del portal

    def rows() -> Iterator[tuple[str, ...]]:
        while projects:
            project = projects.pop()
            observations = observer.observe(project)
            context = pages.context(project, observations)
            concerned = [one.rule.name for one in observations if one.concerns]
            shards.add_project(project, concerned, pages.plan(context))
            keep_most_reported(examples, context)
            yield from finding_rows(project, observations)

    data.add_table("signals", FINDING_COLUMNS, rows())
    data.add_table("changes", CHANGE_COLUMNS, change_rows(past.history))
    return quality, observer.findings(), [examples[timing] for timing in sorted(examples)]


def load_history(portal: Portal, history: History, config: SiteConfig, cache: Cache) -> tuple[Portal, Timeline]:
    """Find out what earlier releases say; returns it with the portal, which knows its published figures."""
    portal = with_published_progress(portal, history)
    cache = cache.by_code("transitions", "portal/core", "portal/history", "portal/rules")
    name = f"{judged_by(portal.package, config.signals)}/{history.identity}"
    cached = cache.get(name)
    known = cached if isinstance(cached, dict) else {}
    transitions = RuleTransitions(config.signals, fields_of(portal.package), known)
    found = build_timeline(portal, history, transitions)
    if transitions.found.keys() != known.keys():
        cache.put(name, transitions.found)
    return portal, found


def known_history(portal: Portal, descriptor: Path, cache: Cache) -> History:
    """The history of the package without what is withheld. BuildError where `erased.csv` names what never was."""
    history = read_history(descriptor, portal.package, cache)
    if problems := unknown_erasures(portal, history):
        raise BuildError(with_lines(problems, descriptor.parent))
    return withhold(history, portal, read_guard(descriptor))


def warn_of_history(package: Package, history: History, reporter: Reporter) -> None:
    """Say what the history lacks, and whether other data were published under the version of `package`."""
    reporter.passed_over(history.passed_over)
    if history.releases and not history.complete:
        reporter.incomplete(history.releases[0])
    if other := same_version(package, history):
        reporter.same_version(package, other)


def cited(portal: Portal, history: History) -> Portal:
    """The portal with the version that its data are cited by."""
    return replace(portal, package=replace(portal.package, version=citable_version(portal.package, history)))


def site_of(config: SiteConfig, view: ProjectIndex, documents: Sequence[Document], assets: Sequence[Asset]) -> Site:
    """What every page of the site may use."""
    return Site(
        config.name,
        config.city,
        config.base_url,
        config.base_path,
        config.corrections_email,
        view.package.described,
        tuple(replace(document, description="", html="") for document in documents),
        config.projects_per_page,
        {asset.name: asset.output for asset in assets},
        meanings(config.signals),
        input_titles(view.package),
    )


def check(options: Options, reporter: Reporter) -> None:
    """Validate the package and the content, and write nothing. Raises BuildError or UsageError."""
    config = read_config(HERE / "pyproject.toml", options.base_url)
    inputs = read_inputs(options, config)
    if (history := readable_history(inputs.portal, options, reporter)) is not None:
        warn_of_history(inputs.portal.package, history, reporter)
        newest = history.releases[-1].changes if history.releases else ()
        reporter.notices(find_notices(inputs.portal.package, newest))
    reporter.checked(inputs.portal, len(inputs.documents) + len(inputs.notes))


def readable_history(portal: Portal, options: Options, reporter: Reporter) -> History | None:
    """The history of the package; None where it cannot be read, which is said, and keeps no data from being checked."""
    try:
        return known_history(portal, locate_descriptor(options.package), Cache(options.cache))
    except UsageError as error:
        if portal.erased:
            raise
        reporter.warning(f"The package is not compared with the release before: {error}")
        return None


def verify(options: Options, reporter: Reporter) -> bool:
    """Whether the published folder is what a fresh build makes; says what differs. Raises BuildError or UsageError."""
    published = read_info(options.output)
    if not published:
        raise UsageError(f"{options.output}: there is no site of this program. Build it first.")
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "site"
        address, patterns = options.base_url or published.get("base_url"), bool(published.get("patterns"))
        quiet = Reporter("json", io.StringIO(), sys.stderr)
        # What is cached must not vouch for itself.
        fresh_options = replace(options, output=fresh, cache=Path(folder) / "cache", reuse=False)
        # What left the history before is known from the published list alone.
        fresh_options = replace(fresh_options, published=options.output, accept_rewritten=True)
        build(replace(fresh_options, base_url=address, patterns=patterns), quiet)
        found = differences(options.output, fresh)
    reporter.verified(options.output, found, same_program=published.get("program") == code_digest())
    return not found


def serve_site(options: Options) -> None:
    """Serve the site and build it again on every change, until Ctrl-C."""
    config = read_config(HERE / "pyproject.toml", options.base_url)
    descriptor = locate_descriptor(options.package)
    parts = ("content", "templates", "locales", "portal", "pyproject.toml", "build.py")
    watched = [*(HERE / name for name in parts), descriptor]
    watched += [descriptor.parent / name for name in ("data", "content", ERASED)]
    command = [sys.executable, str(HERE / "build.py"), "build", "--format", "json", "--patterns", "--accept-rewritten"]
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
        choices=("build", "check", "serve", "verify"),
        help="build the site (default); check the data and content only; serve the site and rebuild on change; compare "
        "a published folder with a fresh build",
    )
    parser.add_argument("--package", type=Path, default=HERE, metavar="PATH", help="a datapackage.json or its folder")
    parser.add_argument("--output", type=Path, default=HERE / "site", metavar="DIR", help="where the site is published")
    parser.add_argument("--base-url", metavar="URL", help="the address at which the site will be found")
    parser.add_argument("--jobs", type=int, default=cores(), metavar="N", help="processes (default: one for each core)")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how problems are printed")
    parser.add_argument(
        "--all", action="store_true", dest="every_row", help="name every row of a mistake that many rows have"
    )
    parser.add_argument("--host", default="127.0.0.1", help="where serve listens (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="where serve listens")
    parser.add_argument("--patterns", action="store_true", help="also build /patterns/: every component on one page")
    parser.add_argument(
        "--accept-rewritten", action="store_true", help="build although a published release left the history"
    )
    parser.add_argument("--scheduler", metavar="tcp://…", help="have a Dask cluster do the work, over a shared folder")
    parser.add_argument("--timings", type=Path, metavar="FILE", help="write what took how long as JSON")
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
    reporter = Reporter(options.format, sys.stdout, sys.stderr, every_row=options.every_row)
    try:
        stop_on_request()
        silence_destructors()
        if command == "serve":
            serve_site(options)
        elif command == "verify":
            return 0 if verify(options, reporter) else 1
        else:
            {"build": build, "check": check}[command](options, reporter)
    except BuildError as error:
        reporter.problems(error.problems, locate_descriptor(options.package).parent)
        return 1
    except UsageError as error:
        reporter.usage(str(error))
        return 2
    except KeyboardInterrupt as error:
        # After SIGHUP there may be nobody to read it.
        with suppress(OSError):
            reporter.usage("stopped; nothing was published" if command == "build" else "stopped")
        return 128 + request_of(error)
    return 0


if __name__ == "__main__":
    code = main()
    # All is said, and Python's own end takes a moment, in which it would end with the code of one that was stopped.
    ignore_requests_to_stop()
    sys.exit(code)
