"""The open data of a site: every form of it, what describes it to programs, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from portal.core import urls
from portal.core.config import SiteConfig
from portal.core.files import write_file
from portal.core.models import Citation, Download, ProjectIndex
from portal.core.totals import covered
from portal.exports import (
    EXPORTERS,
    Catalogue,
    ExportJob,
    bibtex,
    cite,
    csl,
    data_json,
    describe,
    publish,
    write_package,
    write_sums,
)
from portal.history import RELEASES, ListedRelease, RecordVersions, Timeline, releases_json
from portal.pipeline.build_cache import Files
from portal.pipeline.executor import Tasks
from portal.pipeline.worker import export, export_ocds, export_records, export_workbook, render_texts, write_oc4ids
from portal.rules import Quality, quality_json
from portal.site import Archive, named_releases, readme


@dataclass(frozen=True, slots=True)
class StartedExports:
    """The package as it is published, and the forms of it that workers are writing."""

    package: tuple[Download, ...]
    """The descriptor, then each CSV as it was validated."""
    job: ExportJob
    forms: tuple[Future[tuple[Files, list[Download]]], ...]


@dataclass(frozen=True, slots=True)
class OpenData:
    """The open data of a site, all written."""

    downloads: tuple[Download, ...]
    citation: Citation
    bibtex: str
    csl: str
    files: Files
    """The sums of the files that workers wrote."""


def start_exports(
    descriptor: Path, index: ProjectIndex, versions: RecordVersions, config: SiteConfig, stage: Path, tasks: Tasks
) -> StartedExports:
    """Write the package itself, and have workers write every other form of it."""
    about, tables = write_package(descriptor, index.package, stage)
    pages = [readme(index, language) for language in index.package.conventions.languages]
    texts = tasks.submit("exports", render_texts, stage, pages).result()
    job = ExportJob(index.package, config.base_url, versions, "\n".join(texts), stage)
    forms = [tasks.submit("exports", export_workbook, stage, job)]
    forms += [tasks.submit("exports", export, stage, form, job) for form in EXPORTERS]
    forms.append(tasks.submit("exports", export_records, stage, job))
    if {"tenders", "contracts"} & index.package.resources.keys():
        forms.append(tasks.submit("exports", export_ocds, stage, job, _catalogue(index, config)))
    return StartedExports((about, *tables), job, tuple(forms))


def start_oc4ids(
    index: ProjectIndex, digests: Mapping[str, str], config: SiteConfig, stage: Path, tasks: Tasks
) -> Future[list[Download]]:
    """Have a worker write OC4IDS, from the shards of projects in the stage, of which `digests` name each year."""
    return tasks.submit("exports", write_oc4ids, stage, _catalogue(index, config), config.oc4ids_prefix, digests)


def finish_open_data(
    started: StartedExports,
    oc4ids: Future[list[Download]],
    tables: Sequence[Download],
    quality: Quality,
    releases: bytes,
    index: ProjectIndex,
    config: SiteConfig,
    stage: Path,
) -> OpenData:
    """Wait for every form, and write what describes them.

    `tables` are those of the site's own; `releases` is the content of the list of releases.
    """
    files, forms = Files(), list[Download]()
    for future in started.forms:
        digests, downloads = future.result()
        files |= digests
        forms += downloads
    whole = next(download for download in forms if download.kind == "zip")
    citation = cite(
        index.package, index.as_of, index.package.creator or config.city, config.name, config.base_url, whole.sha256
    )
    catalogue = replace(_catalogue(index, config), files=(*started.package[1:], *forms))
    write_file(stage, urls.output_path(urls.DCAT_US), data_json(catalogue))
    described = {
        "quality": ("quality.json", quality_json(quality).encode()),
        "releases": (RELEASES, releases),
        "bibtex": ("citation.bib", bibtex(citation).encode()),
        "citation": ("citation.json", csl(citation).encode()),
        **describe(catalogue, index.sources),
    }
    published = [*started.package, *forms, *oc4ids.result()]
    published += [publish(stage, name, kind, data) for kind, (name, data) in described.items()]
    published += sorted(tables, key=lambda table: table.kind)
    published.append(write_sums(published, stage))
    return OpenData(tuple(published), citation, bibtex(citation), csl(citation), files)


def _catalogue(index: ProjectIndex, config: SiteConfig) -> Catalogue:
    years, email = covered(index.projects, index.package.conventions.fiscal), config.corrections_email
    names = config.name, config.city
    return Catalogue(index.package, years, *names, config.base_url, email, config.timezone, config.ocds_prefix)


def list_releases(
    index: ProjectIndex,
    timeline: Timeline,
    archives: Mapping[str, Archive | None],
    missing: Iterable[ListedRelease],
    base_url: str,
) -> bytes:
    """The content of the list of releases.

    `archives` are their zips by address, `missing` the releases that left the history.
    """
    zips: dict[str, list[str]] = {}
    for named in named_releases(index.package, timeline, archives):
        zips.setdefault(named.release.commit, []).extend([named.archive.path] if named.archive else [])
    pages = (changelog.release.name for changelog in timeline.releases)
    return releases_json(index.package.name, timeline.history, pages, zips, missing, base_url)
