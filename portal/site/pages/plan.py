"""Portal + Documents -> every page of the site, as data: its path, its template and what the template may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.core import urls
from portal.core.models import (
    Citation,
    ContractSummary,
    Document,
    Download,
    Language,
    Package,
    Page,
    ProjectIndex,
    ProjectSummary,
    Source,
)
from portal.core.totals import DuplicateGroups, Summary, covered, largest_first, summarise
from portal.history import ListedRelease, RecordVersions, RemovedProject
from portal.rules import Findings, Quality
from portal.site.outlines import OutlinePicture
from portal.site.pages.areas import CityAreas, city_areas, plan_areas
from portal.site.pages.changes import Archive, plan_changes
from portal.site.pages.compare import CompareContext
from portal.site.pages.contracts import plan_contracts
from portal.site.pages.example_searches import example_searches
from portal.site.pages.feeds import plan_feeds
from portal.site.pages.groups import GroupRow, Kind, kinds_of, plan_groups
from portal.site.pages.home import HomeContext, home_context, sources_of
from portal.site.pages.last_changed import last_changed
from portal.site.pages.lists import with_observations
from portal.site.pages.missing import plan_missing
from portal.site.pages.named import plan_named
from portal.site.pages.nearby import plan_area_maps, plan_nearby
from portal.site.pages.observations import plan_observations
from portal.site.pages.orders import LARGEST, plan_lists
from portal.site.pages.planned import EmptyContext, Planned, in_each_language
from portal.site.pages.projects import ProjectExample
from portal.site.pages.prose import plan_prose
from portal.site.pages.removed import plan_removed
from portal.site.pages.robots import plan_for_robots
from portal.site.pages.search import search_context
from portal.site.pages.suppliers import plan_suppliers
from portal.site.previews import plan_previews
from portal.site.tile_map import TileMap


@dataclass(frozen=True, slots=True)
class SiteData:
    """What the pages of many projects are made of beside the portal itself."""

    documents: Sequence[Document]
    synonyms: Sequence[Sequence[str]]
    """Words of the search that mean the same, a row for each meaning."""
    quality: Quality
    missing_figures: Mapping[str, tuple[str, ...]]
    """The names of the key figures that are missing, by the id of the project."""
    findings: Findings
    archives: Mapping[str, Archive | None]
    """The zips of releases with a tag, by tag."""
    missing: Sequence[ListedRelease]
    """The releases that the last site published and the history no longer has, the newest first."""
    removed: Sequence[RemovedProject]
    """The projects that left the data."""
    versions: RecordVersions
    """Which release the record of each project is of."""
    examples: Sequence[ProjectExample]
    """Projects for the page of all components; none: without that page."""
    duplicates: DuplicateGroups
    """The projects that may be counted twice."""
    pictures: Mapping[str, OutlinePicture]
    """Of the areas whose outlines are known, by their ids."""


@dataclass(frozen=True, slots=True)
class DataContext:
    """The page of the open data."""

    package: Package
    """With what this release made of it: its rows, sizes and sums."""
    sources: tuple[tuple[Source, Summary], ...]
    as_of: tuple[date, date] | None
    """The first and the last day on which values of projects were true."""
    covered: tuple[date, date] | None
    """The first and the last day of the fiscal years that have projects."""
    downloads: Mapping[tuple[str, str | None], Download]
    """By kind and resource; None: the whole package."""
    records: tuple[Download, ...]
    """The records of projects, the newest fiscal year first."""
    ocds: tuple[Download, ...]
    """The contracting processes as OCDS, the newest fiscal year first."""
    citation: Citation
    bibtex: str
    csl: str


@dataclass(frozen=True, slots=True)
class QualityContext:
    """The page of the quality of the data."""

    quality: Quality
    package: Package
    """With what this release made of it."""


@dataclass(frozen=True, slots=True)
class ReadmeContext:
    """The text that goes into the zip of the package, in one language."""

    package: Package
    """With what this release made of it."""
    sources: tuple[tuple[Source, Summary], ...]
    as_of: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class PatternsContext:
    """The page for developers that shows every component."""

    projects: tuple[ProjectExample, ...]
    """One of each timing that the package has."""
    listed: tuple[ProjectSummary, ...]
    """The same, as lists show them."""
    listed_contracts: tuple[ContractSummary, ...]
    """Some contracts; none where the package has none."""
    summary: Summary
    years: tuple[GroupRow, ...]
    sources: tuple[tuple[Source, Summary], ...]
    home: HomeContext


def readme(portal: ProjectIndex, language: Language) -> Page:
    """The text that goes into the zip of the package; it is no page of the site."""
    context = ReadmeContext(portal.package, sources_of(portal), portal.as_of)
    return Page(urls.data_file("README.md"), language, "feeds/readme.txt", context)


def plan_data(
    portal: ProjectIndex, downloads: Sequence[Download], citation: Citation, bibtex: str, csl: str
) -> Iterator[Page]:
    """The page of the open data, in each language."""
    context = DataContext(
        portal.package,
        sources_of(portal),
        portal.as_of,
        covered(portal.projects, portal.package.conventions.fiscal),
        {(file.kind, file.resource): file for file in downloads if file.kind not in ("json", "ocds")},
        tuple(file for file in downloads if file.kind == "json"),
        tuple(file for file in downloads if file.kind == "ocds"),
        citation,
        bibtex,
        csl,
    )
    yield from in_each_language(portal.package.conventions.languages, urls.DATA, "pages/data.html", context)


def plan_pages(portal: ProjectIndex, data: SiteData, per_page: int) -> Iterator[tuple[str, Iterator[Page]]]:
    """Every page of many projects or of none, in each language: all but those of a project and that of the data.

    They come in parts, each with a name of its own, so that one can be rendered while the next is planned. The pages of
    a part are to be gone through before the next part is asked for. No path is in two parts. Lists are cut into pages
    of `per_page` projects.
    """
    portal = with_observations(portal, data.findings)
    languages = portal.package.conventions.languages
    paths = [urls.DATA, *(urls.project(project.project_id) for project in portal.projects)]

    def noted(pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            if page.language == languages[0] and page.indexed:
                paths.append(page.path)
            yield page

    for name, pages in _parts(portal, data, per_page):
        yield name, noted(pages)
    yield "previews", plan_previews(portal)
    changed = last_changed(portal, data.findings, data.versions, data.pictures)
    yield "robots", plan_for_robots(sorted(paths), changed, languages)


def _parts(portal: ProjectIndex, data: SiteData, per_page: int) -> Iterator[tuple[str, Iterator[Page]]]:
    """The pages that are no pictures and not for robots, those of which there are many first."""
    languages, kinds = portal.package.conventions.languages, kinds_of(portal, data.duplicates)
    summary = summarise(portal.projects, data.duplicates)

    def translated(planned: Iterable[Planned]) -> Iterator[Page]:
        return (page for one in planned for page in in_each_language(languages, *one[:3], indexed=one[3]))

    yield "lists", translated(plan_lists(portal, summary, per_page))
    for name, kind in kinds.items():
        yield name, plan_groups(portal, kind, data.findings, per_page)
    areas = city_areas(portal, data.duplicates)
    tile_maps = {language: areas.draw(portal.package, language) if areas else None for language in languages}
    if areas:
        yield "area", plan_areas(portal, areas, data.findings, tile_maps, data.pictures, per_page)
    yield "missing", translated(plan_missing(portal, data.quality, data.missing_figures, data.findings))
    yield "changes", translated(plan_changes(portal, data.findings, data.archives, data.missing))
    yield "named", translated(plan_named(portal.projects, data.duplicates))
    yield "suppliers", translated(plan_suppliers(portal, per_page))
    yield "contracts", translated(plan_contracts(portal, per_page))
    yield "signals", translated(plan_observations(portal, data.findings, per_page))
    yield "feeds", translated(plan_feeds(portal, data.findings, data.removed))
    yield "removed", translated(plan_removed(portal, data.findings.timeline, data.removed))
    yield "single", _single_pages(portal, data, kinds, areas, tile_maps, summary)


def _single_pages(
    portal: ProjectIndex,
    data: SiteData,
    kinds: Mapping[str, Kind],
    areas: CityAreas | None,
    tile_maps: Mapping[Language, TileMap | None],
    summary: Summary,
) -> Iterator[Page]:
    """The home page, the search, what editors write, and the other pages of which there is one."""
    languages, with_budget = portal.package.conventions.languages, LARGEST.sort(portal.projects)
    examples = example_searches(largest_first(portal.projects), data.synonyms)
    home_in_any_language = home_context(portal, data.findings, summary, with_budget, examples)
    for language in languages:
        home = replace(home_in_any_language, tile_map=tile_maps[language])
        yield Page(urls.HOME, language, "pages/home.html", home)
        members = areas.kind.groups if areas else {}
        search = search_context(portal, kinds, members, home, with_budget, data.findings, language)
        yield Page(urls.SEARCH, language, "pages/search.html", search)
        compare = CompareContext(search.shards, search.agencies)
        yield Page(urls.COMPARE, language, "pages/compare.html", compare, indexed=False)
        yield from plan_nearby(portal, areas, language)
        if data.examples:
            years = kinds["year"].rows(language)
            ids = {example.project.project_id for example in data.examples}
            listed = tuple(project for project in portal.projects if project.project_id in ids)
            patterns = PatternsContext(
                tuple(data.examples), listed, portal.contracts[:3], summary, years, sources_of(portal), home
            )
            yield Page(urls.PATTERNS, language, "pages/patterns.html", patterns, indexed=False)
    yield from plan_area_maps(portal)
    yield from plan_prose(portal, data.documents)
    yield from in_each_language(
        languages, urls.QUALITY, "pages/quality.html", QualityContext(data.quality, portal.package)
    )
    yield from in_each_language(languages, urls.EMBED, "pages/embed.html", EmptyContext(), indexed=False)
    yield from in_each_language(languages, urls.NOT_FOUND, "pages/not_found.html", EmptyContext(), indexed=False)
