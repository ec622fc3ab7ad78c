"""Portal + Documents -> every page of the site, as data: its path, its template and what the template may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from portal.core import urls
from portal.core.models import (
    LANGUAGES,
    Citation,
    Document,
    Download,
    Language,
    Package,
    Page,
    ProjectIndex,
    ProjectSummary,
    Source,
)
from portal.core.totals import DoubleCount, DuplicateGroups, Summary, covered, summarise
from portal.history import ListedRelease, RecordVersions, RemovedProject
from portal.rules import Findings, Quality
from portal.site.pages.areas import city_areas, plan_areas
from portal.site.pages.changes import Archive, plan_changes
from portal.site.pages.feeds import plan_feeds
from portal.site.pages.groups import GroupRow, kinds_of, ordered, plan_groups
from portal.site.pages.home import HomeContext, by_money, home_context, plan_largest, sources_of
from portal.site.pages.last_changed import last_changed
from portal.site.pages.lists import Pagination, paginate
from portal.site.pages.named import plan_named
from portal.site.pages.observations import plan_observations
from portal.site.pages.planned import EmptyContext, both_languages
from portal.site.pages.projects import ProjectExample
from portal.site.pages.removed import plan_removed
from portal.site.pages.robots import plan_for_robots
from portal.site.pages.search import search_context


@dataclass(frozen=True, slots=True)
class SiteData:
    """What the pages of many projects are made of beside the portal itself."""

    documents: Sequence[Document]
    quality: Quality
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


@dataclass(frozen=True, slots=True)
class ProjectListContext:
    """A page of the list of all projects."""

    count: int
    """Projects on all its pages."""
    has_largest: bool
    """Whether there is a list by money: some project received any."""
    projects: tuple[ProjectSummary, ...]
    pagination: Pagination
    double_count: DoubleCount | None
    """What the number of all projects may count twice. On the first page."""


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """A page of prose."""

    document: Document


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
    example: str | None
    """The id of a project; None where there is none."""
    downloads: Mapping[tuple[str, str | None], Download]
    """By kind and resource; None: the whole package."""
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
    """The page of the open data, in both languages."""
    context = DataContext(
        portal.package,
        sources_of(portal),
        portal.as_of,
        covered(portal.projects),
        portal.fullest,
        {(download.kind, download.resource): download for download in downloads},
        citation,
        bibtex,
        csl,
    )
    yield from both_languages(urls.DATA, "pages/data.html", context)


def plan_pages(portal: ProjectIndex, data: SiteData, per_page: int) -> Iterator[Page]:
    """Every page of many projects or of none, in both languages: all but those of a project and that of the data.

    Lists are cut into pages of `per_page` projects.
    """
    paths = [urls.DATA, *(urls.project(project.project_id) for project in portal.projects)]
    for page in _pages(portal, data, per_page):
        if page.language == "th" and page.indexed:
            paths.append(page.path)
        yield page
    yield from plan_for_robots(sorted(paths), last_changed(portal, data.findings, data.versions))


def _pages(portal: ProjectIndex, data: SiteData, per_page: int) -> Iterator[Page]:
    kinds = kinds_of(portal, data.duplicates)
    summary = summarise(portal.projects, data.duplicates)
    areas, largest_first = city_areas(portal, data.duplicates), by_money(portal)
    home_in_any_language = home_context(portal, kinds, data.findings, summary, largest_first)
    for language in LANGUAGES:
        tile_map = areas.draw(portal.package, language) if areas else None
        home = replace(home_in_any_language, tile_map=tile_map)
        yield Page(urls.HOME, language, "pages/home.html", home)
        members = areas.kind.groups if areas else {}
        search = search_context(portal, kinds, members, home, largest_first, data.findings, language)
        yield Page(urls.SEARCH, language, "pages/search.html", search)
        for kind in kinds.values():
            yield from plan_groups(portal, kind, language, per_page)
        if areas:
            yield from plan_areas(portal, areas, tile_map, language, per_page)
        if data.examples:
            years = kinds["year"].rows(language)
            patterns = PatternsContext(tuple(data.examples), summary, years, sources_of(portal), home)
            yield Page(urls.PATTERNS, language, "pages/patterns.html", patterns, indexed=False)
    has_largest = summary.received.value > 0
    for part, pagination in paginate(ordered(portal.projects), urls.PROJECTS, per_page):
        path = urls.page_of(urls.PROJECTS, pagination.number)
        double_count = summary.double_count if pagination.number == 1 else None
        context = ProjectListContext(summary.projects, has_largest, part, pagination, double_count)
        yield from both_languages(path, "pages/projects.html", context)
    for document in data.documents:
        path = urls.document(document.slug)
        yield Page(path, document.language, "pages/document.html", DocumentContext(document))
    yield from both_languages(urls.QUALITY, "pages/quality.html", QualityContext(data.quality, portal.package))
    yield from both_languages(urls.NOT_FOUND, "pages/not_found.html", EmptyContext(), indexed=False)
    for planned in chain(
        plan_largest(largest_first, summary),
        plan_changes(portal, data.findings, data.archives, data.missing),
        plan_named(portal.projects, data.duplicates),
        plan_observations(portal, data.findings, per_page),
        plan_feeds(portal, data.findings, data.removed),
        plan_removed(portal, data.findings.timeline, data.removed),
    ):
        yield from both_languages(*planned[:3], indexed=planned[3])
