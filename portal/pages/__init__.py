"""Portal + Documents -> every page of the site, as data: its path, its template and what the template may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from portal import urls
from portal.catalogues import covered
from portal.changes import Entry
from portal.charts import MonthlyChart, monthly_chart
from portal.citation import Citation, bibtex, csl
from portal.formats import thai_sort_key
from portal.insights import Insights, Observation
from portal.models import (
    LANGUAGES,
    Bilingual,
    Document,
    Download,
    Field,
    Language,
    Note,
    Page,
    Portal,
    Project,
    Release,
    Source,
    Status,
)
from portal.moves import ReleaseMoves
from portal.pages.changes import Archive, Planned, plan_changes, plan_feeds
from portal.pages.groups import GroupRow, Kind, kinds_of, ordered, plan_groups
from portal.pages.lists import Pagination, paginate
from portal.pages.neighbours import Neighbours, find_neighbours
from portal.pages.signals import plan_signals
from portal.past import Original
from portal.quality import Quality
from portal.signals import RULES
from portal.standing import Standing, standing
from portal.totals import Summary, group, largest_first, summarise

SITEMAP_LIMIT = 20_000
"""Paths in one sitemap: with both languages 40,000 addresses, below the protocol's 50,000 (sitemaps.org)."""


@dataclass(frozen=True, slots=True)
class HomeContext:
    """The front page."""

    summary: Summary
    years: tuple[GroupRow, ...]
    agencies: tuple[GroupRow, ...]
    """The five with the most projects."""
    agency_count: int
    strategies: tuple[GroupRow, ...]
    policies: tuple[GroupRow, ...]
    sources: tuple[tuple[Source, Summary], ...]
    largest: tuple[Project, ...]
    """The projects that received most."""
    latest: ReleaseMoves | None
    """The newest release that changed something."""
    concerned: int
    """Projects that an observation concerns; missing values aside."""


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """The page of a project."""

    project: Project
    standing: Standing
    chart: MonthlyChart | None
    extra: tuple[tuple[Field, Any], ...]
    """Columns that the portal does not know, with their values."""
    neighbours: Neighbours
    observations: tuple[Observation, ...]
    entries: tuple[Entry, ...]
    """What releases changed of it, the newest first."""
    originals: Mapping[str, Original]
    """The first published value of the fields that moved, by field."""
    known_since: Release | None
    """The first release that is known; None where there is no history."""
    notes: Mapping[Language, Note]
    """What the agency or the editor says of it, by language."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the pages are made of beside the portal itself."""

    documents: Sequence[Document]
    notes: Sequence[Note]
    downloads: Sequence[Download]
    """The files of the open data."""
    citation: Citation
    quality: Quality
    insights: Insights
    archives: Mapping[str, Archive]
    """The zips of releases with a tag, by tag."""


@dataclass(frozen=True, slots=True)
class ProjectListContext:
    """A page of the list of all projects."""

    summary: Summary
    projects: tuple[Project, ...]
    pagination: Pagination


@dataclass(frozen=True, slots=True)
class SearchContext:
    """The search page: the values of its filters, in the order in which they are offered."""

    count: int
    """Projects that are searched."""
    shards: tuple[str, ...]
    """The search indexes, newest fiscal year first; "unknown" holds the projects without a year."""
    years: tuple[int | None, ...]
    agencies: tuple[tuple[str, Bilingual], ...]
    statuses: tuple[Status, ...]
    policies: tuple[str, ...]
    strategies: tuple[tuple[str, str], ...]
    """Each slug with its name."""
    signals: tuple[tuple[str, Bilingual], ...]
    """Each rule with its title."""


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """A page of prose."""

    document: Document


@dataclass(frozen=True, slots=True)
class DataContext:
    """The page of the open data."""

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


@dataclass(frozen=True, slots=True)
class ReadmeContext:
    """The text that goes into the zip of the package, in one language."""

    sources: tuple[tuple[Source, Summary], ...]
    as_of: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class NotFoundContext:
    """The page for an address that does not exist."""


@dataclass(frozen=True, slots=True)
class PatternsContext:
    """The page for developers that shows every component."""

    projects: tuple[ProjectContext, ...]
    """One of each timing that the package has, those with most reports first."""
    summary: Summary
    years: tuple[GroupRow, ...]
    sources: tuple[tuple[Source, Summary], ...]


@dataclass(frozen=True, slots=True)
class SitemapContext:
    """Addresses for search engines."""

    paths: tuple[str, ...]
    lastmod: date
    parts: tuple[str, ...] = ()
    """The paths of the sitemaps that this one lists, where there are too many addresses for one."""


@dataclass(frozen=True, slots=True)
class RobotsContext:
    """The rules for robots: everything may be read."""


@dataclass(frozen=True, slots=True)
class HeadersContext:
    """The headers that a static host is asked to send."""


def readme(portal: Portal, language: Language) -> Page:
    """The text that goes into the zip of the package; it is no page of the site."""
    return Page(
        urls.data_file("README.md"), language, "feeds/readme.txt", ReadmeContext(_sources(portal), portal.as_of)
    )


def plan_pages(portal: Portal, material: Material, per_page: int, *, patterns: bool = False) -> Iterator[Page]:
    """Every page, in both languages. Lists are cut into pages of `per_page` projects.

    `patterns` adds the page of all components, for developers.
    """
    kinds = kinds_of(portal)
    projects = _projects(portal, material)
    shared: list[Planned] = [
        (urls.DATA, "pages/data.html", _data(portal, material), True),
        (urls.QUALITY, "pages/quality.html", QualityContext(material.quality), True),
        *plan_changes(portal, material.insights, material.archives),
        *plan_signals(portal, material.insights, per_page),
        *plan_feeds(portal, material.insights),
    ]
    paths: list[str] = []
    for language in LANGUAGES:
        pages = _pages(portal, kinds, projects, material, language, per_page)
        for page in chain(pages, (Page(p, language, t, c, indexed=indexed) for p, t, c, indexed in shared)):
            if language == "th" and page.indexed:
                paths.append(page.path)
            yield page
        if patterns:
            context = _patterns(portal, kinds, projects, language)
            yield Page(urls.PATTERNS, language, "pages/patterns.html", context, indexed=False)
    yield from _for_robots(portal, sorted(paths))


def _data(portal: Portal, material: Material) -> DataContext:
    # The one that can say most.
    fullest = max(portal.projects, key=lambda p: (len(p.monthly_results), len(p.progress_reports)), default=None)
    return DataContext(
        _sources(portal),
        portal.as_of,
        covered(portal.projects),
        fullest.project_id if fullest else None,
        {(one.kind, one.resource): one for one in material.downloads},
        material.citation,
        bibtex(material.citation),
        csl(material.citation),
    )


def _pages(
    portal: Portal,
    kinds: dict[str, Kind],
    projects: Sequence[ProjectContext],
    material: Material,
    language: Language,
    per_page: int,
) -> Iterator[Page]:
    yield Page(urls.HOME, language, "pages/home.html", _home(portal, kinds, material.insights, language))
    for context in projects:
        project = context.project
        yield Page(
            urls.project(project.project_id), language, "pages/project.html", context, str(project.fiscal_year or "")
        )
    summary = summarise(portal.projects)
    for part, pagination in paginate(ordered(portal.projects), urls.PROJECTS, per_page):
        list_context = ProjectListContext(summary, part, pagination)
        yield Page(urls.page_of(urls.PROJECTS, pagination.number), language, "pages/projects.html", list_context)
    for kind in kinds.values():
        yield from plan_groups(portal, kind, language, per_page)
    yield Page(urls.SEARCH, language, "pages/search.html", _search(kinds, summary, language))
    for document in material.documents:
        if document.language == language:
            yield Page(urls.document(document.slug), language, "pages/document.html", DocumentContext(document))
    yield Page(urls.NOT_FOUND, language, "pages/not_found.html", NotFoundContext(), indexed=False)


def _projects(portal: Portal, material: Material) -> tuple[ProjectContext, ...]:
    """What the page of each project shows, which is the same in every language."""
    known, neighbours = portal.package.resources["projects"].fields, find_neighbours(portal.projects)
    past, notes = material.insights.past, group(material.notes, lambda note: note.project_id)
    return tuple(
        ProjectContext(
            project,
            standing(project),
            monthly_chart(project.monthly_results, project.target_value),
            tuple((known[name], value) for name, value in project.extra.items()),
            neighbours[project.project_id],
            material.insights.observations[project.project_id],
            past.entries.get(project.project_id, ()),
            past.originals.get(project.project_id, {}),
            past.known_since,
            {note.language: note for note in notes.get(project.project_id, ())},
        )
        for project in portal.projects
    )


def _patterns(
    portal: Portal, kinds: dict[str, Kind], projects: Sequence[ProjectContext], language: Language
) -> PatternsContext:
    fullest = sorted(
        projects,
        key=lambda c: (-len(c.project.progress_reports), -len(c.project.monthly_results), c.project.project_id),
    )
    chosen = {timing: members[0] for timing, members in group(fullest, lambda c: c.standing.timing).items()}
    return PatternsContext(
        tuple(chosen[timing] for timing in sorted(chosen)),
        summarise(portal.projects),
        kinds["year"].rows(language),
        _sources(portal),
    )


def _for_robots(portal: Portal, paths: Sequence[str]) -> Iterator[Page]:
    created = portal.package.created
    parts = [tuple(paths[i : i + SITEMAP_LIMIT]) for i in range(0, len(paths), SITEMAP_LIMIT)]
    names = tuple(f"/sitemap-{i}.xml" for i in range(1, len(parts) + 1)) if len(parts) > 1 else ()
    whole = SitemapContext(() if names else tuple(paths), created, names)
    contexts = [(urls.SITEMAP, whole)] + [
        (name, SitemapContext(part, created)) for name, part in zip(names, parts, strict=False)
    ]
    for path, context in contexts:
        yield Page(path, "th", "feeds/sitemap.xml", context, indexed=False)
    yield Page(urls.HEADERS, "th", "feeds/headers.txt", HeadersContext(), indexed=False)
    yield Page(urls.ROBOTS, "th", "feeds/robots.txt", RobotsContext(), indexed=False)


def _home(portal: Portal, kinds: dict[str, Kind], insights: Insights, language: Language) -> HomeContext:
    agencies = kinds["agency"].rows(language)
    return HomeContext(
        summarise(portal.projects),
        kinds["year"].rows(language),
        tuple(sorted(agencies, key=lambda row: -row.summary.projects)[:5]),
        len(agencies),
        kinds["strategy"].rows(language),
        kinds["policy"].rows(language),
        _sources(portal),
        tuple(largest_first(p for p in portal.projects if p.budget_received)[:5]),
        next(iter(insights.past.releases), None),
        sum(bool(insights.questions(p.project_id)) for p in portal.projects),
    )


def _sources(portal: Portal) -> tuple[tuple[Source, Summary], ...]:
    by_source = group(portal.projects, lambda p: p.source.source_id if p.source else None)
    return tuple((source, summarise(by_source.get(source.source_id, ()))) for source in portal.sources)


def _search(kinds: dict[str, Kind], summary: Summary, language: Language) -> SearchContext:
    years = sorted(kinds["year"].groups, key=lambda year: -(year or 0))
    agencies = [(a.agency_id, a.name) for a, projects in kinds["agency"].groups.items() if projects]
    return SearchContext(
        summary.projects,
        tuple("unknown" if year is None else str(year) for year in years),
        tuple(years),
        tuple(sorted(agencies, key=lambda pair: thai_sort_key(pair[1][language]))),
        tuple(summary.statuses),
        tuple(sorted(kinds["policy"].groups)),
        tuple((urls.slug(name), name) for name in sorted(kinds["strategy"].groups, key=thai_sort_key)),
        tuple((rule.name, rule.title) for rule in RULES),
    )
