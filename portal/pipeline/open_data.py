"""The open data of a site: every form of it, what describes it to programs, and how to cite it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from portal.core import urls
from portal.core.config import SiteConfig
from portal.core.files import write_file
from portal.core.ignored_columns import ignored_in
from portal.core.models import LANGUAGES, Citation, Download, Package, ProjectIndex
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
    publish_release,
    publish_table,
    write_package,
    write_sums,
)
from portal.history import (
    RELEASES,
    ListedRelease,
    TableVersion,
    Timeline,
    compare_tables,
    is_clean,
    read_table,
    release_files,
)
from portal.history import releases_json as as_list
from portal.package import Guard, read_guard
from portal.pipeline.build_cache import Files
from portal.pipeline.executor import Tasks
from portal.pipeline.worker import Place, render_texts, write_downloads, write_oc4ids
from portal.rules import Quality, quality_json
from portal.site import Archive, archive_name, named_releases, readme


@dataclass
class OpenData:
    """Writes the open data while the rest of the site is being thought about."""

    config: SiteConfig
    view: ProjectIndex
    stage: Path
    place: Place
    tasks: Tasks
    package: list[Download] = field(default_factory=list)
    """The descriptor and the CSVs as they were validated."""
    tables: dict[str, Download] = field(default_factory=dict)
    """Those that are none of the package's own, by name."""

    def begin(self, descriptor: Path) -> None:
        """Write the package itself, and have workers make every other form of it."""
        about, tables = write_package(descriptor, self.view.package, self.stage)
        self.package += [about, *tables]
        pages = [readme(self.view, language) for language in LANGUAGES]
        texts = self.tasks.submit("downloads", render_texts, self.place, pages).result()
        self.order = ExportJob(self.view.package, self.config.base_url, "\n".join(texts), self.stage)
        self._forms = [
            self.tasks.submit("downloads", write_downloads, self.place, form, self.order) for form in EXPORTERS
        ]

    def add_table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Write a table that is none of the package's own."""
        self.tables[name] = publish_table(self.stage, self.order.free_table(name), name, columns, rows)

    def describe_projects(self) -> None:
        """Have a worker write OC4IDS; the shards of the projects are written by now."""
        oc4ids = (self.place, self._catalogue(), self.config.oc4ids_prefix)
        self._infrastructure = self.tasks.submit("downloads", write_oc4ids, *oc4ids)

    def _catalogue(self) -> Catalogue:
        config, view = self.config, self.view
        years, email = covered(view.projects), config.corrections_email
        return Catalogue(view.package, years, config.name, config.city, config.base_url, email)

    def releases(
        self, past: Timeline, archives: Mapping[str, Archive | None], missing: Iterable[ListedRelease]
    ) -> bytes:
        """The list of all releases; `archives` are their zips by address, `missing` those that left the history."""
        named = named_releases(self.view.package, past, archives)
        zips: dict[str, list[str]] = {}
        for one in named:
            zips.setdefault(one.release.commit, []).extend([one.archive.path] if one.archive else [])
        pages = (one.release.name for one in past.releases)
        return as_list(self.view.package.name, past.history, pages, zips, missing, self.config.base_url)

    def finish(self, quality: Quality, releases: bytes) -> tuple[list[Download], Citation, Files]:
        """What is described once every form is there: all downloads, how to cite them, and the sums of their files."""
        config, view, stage = self.config, self.view, self.stage
        sums, forms = Files(), []
        for future in self._forms:
            written, made = future.result()
            sums |= written
            forms += made
        whole = next(one for one in forms if one.kind == "zip")
        citation = cite(view.package, view.as_of, config.city, config.name, config.base_url, whole.sha256)
        catalogue = replace(self._catalogue(), files=(*self.package[1:], *forms))
        write_file(stage, urls.output_path(urls.DCAT_US, "th"), data_json(catalogue))
        described = {
            "quality": ("quality.json", quality_json(quality).encode()),
            "releases": (RELEASES, releases),
            "bibtex": ("citation.bib", bibtex(citation).encode()),
            "citation": ("citation.json", csl(citation).encode()),
            **describe(catalogue, view.sources),
        }
        downloads = [*self.package, *forms, *self._infrastructure.result()]
        downloads += [publish(stage, name, kind, data) for kind, (name, data) in described.items()]
        downloads += [self.tables[name] for name in sorted(self.tables)]
        return [*downloads, write_sums(downloads, stage)], citation, sums


def write_archives(descriptor: Path, package: Package, past: Timeline, stage: Path) -> dict[str, Archive | None]:
    """Write the zip of each release that has a tag, as it stood; returns them by address.

    None for a release that holds what is withheld, or that cannot be looked through: no zip of it is written.
    """
    made: dict[str, Archive | None] = {}
    search = _Search(read_guard(descriptor), past.history.erased, package.ignored)
    named = named_releases(package, past, {})
    if named:
        today = {f"{one.name}.csv": (descriptor.parent / one.path).read_bytes() for one in package.resources.values()}
        search.skip({"datapackage.json": descriptor.read_bytes()} | today)
    for one in named:
        name = archive_name(package, one.address)
        files, day = release_files(descriptor, one.release), one.release.published.date()
        if not search.is_clean(files):
            made[one.address] = None
            continue
        path = urls.archive(name)
        made[one.address] = Archive(path, publish_release(stage, path, name.removesuffix(".zip"), day, files))
    return made


@dataclass
class _Search:
    """Searches the files of earlier releases for what must not be published."""

    guard: Guard
    erased: Mapping[tuple[str, tuple[str, ...], str], frozenset[str]]
    """As `History.erased`."""
    ignored: Sequence[str]
    """As `Package.ignored`."""
    _clean: dict[tuple[str, tuple[str, ...]], set[bytes]] = field(default_factory=dict)
    """The records that are known to be clean, by resource and header: most stand in every release."""

    def skip(self, files: Mapping[str, bytes]) -> None:
        """Do not search the records of the package of today, which has been validated."""
        for table in self._tables(files, json.loads(files["datapackage.json"].decode("utf-8-sig"))):
            self._clean[table.name, table.header] = set(table.records)

    def is_clean(self, files: Mapping[str, bytes]) -> bool:
        """Whether the files of a release, by name, can be read and hold nothing that is withheld."""
        try:
            content = json.loads(files["datapackage.json"], object_pairs_hook=_without_repetition)
            tables = self._tables(files, content)
            return not self.guard.hides_descriptor(content) and all(map(self._is_clean, tables))
        except (ValueError, LookupError, TypeError, RecursionError, csv.Error):
            return False

    def _tables(self, files: Mapping[str, bytes], content: Any) -> Iterator[TableVersion]:
        return (read_table(one["name"], files[f"{one['name']}.csv"], one) for one in content["resources"])

    def _is_clean(self, table: TableVersion) -> bool:
        if any(map(self.guard.hides_text, table.header)) or ignored_in(table.name, self.ignored, table.header):
            return False
        known = self._clean.setdefault((table.name, table.header), set())
        is_erased = any(resource == table.name for resource, _, _ in self.erased)
        fresh = table if is_erased else replace(table, records=table.records - known, repeated={})
        cells = compare_tables(table.without_records(), fresh)
        known |= fresh.records
        return is_clean(cells, self.erased, self.guard)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. ValueError where it has a name twice: a program reads only one of the two texts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found
