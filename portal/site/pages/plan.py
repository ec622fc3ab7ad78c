"""Portal + Documents -> every page of the site, as data: its path, its template and what the template may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from portal.core import urls
from portal.core.formats import thai_sort_key
from portal.core.models import (
    LANGUAGES,
    Bilingual,
    Citation,
    Document,
    Download,
    Field,
    Language,
    Note,
    Package,
    Page,
    Project,
    ProjectIndex,
    ProjectSummary,
    Release,
    Source,
    Status,
)
from portal.core.totals import Summary, covered, group, largest_first, summarise
from portal.history import ListedRelease, Original, ProjectChanges, ReleaseChangelog, RemovedProject, Timeline
from portal.rules import (
    REPORTS,
    Finding,
    Findings,
    ProjectStatus,
    Quality,
    Timing,
    package_columns,
    project_status,
    unmet,
)
from portal.site.charts import MonthlyChart, monthly_chart
from portal.site.pages.changes import Archive, plan_changes
from portal.site.pages.feeds import FEED, plan_feeds, project_feed
from portal.site.pages.groups import GroupRow, Kind, kinds_of, ordered, plan_groups
from portal.site.pages.lists import Pagination, paginate
from portal.site.pages.neighbours import Neighbours, find_neighbours
from portal.site.pages.observations import plan_signals
from portal.site.pages.removed import plan_removed

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
    largest: tuple[ProjectSummary, ...]
    """The projects that received most."""
    latest: ReleaseChangelog | None
    """The newest release that changed something."""
    projects_found: int | None
    """Projects with an observation, missing values aside; None where no rule can be checked."""


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """What the page of a project shows beside its record."""

    standing: ProjectStatus
    chart: MonthlyChart | None
    extra: tuple[tuple[Field, Any], ...]
    """Columns that the portal does not know, with their values."""
    neighbours: Neighbours
    observations: tuple[Finding, ...]
    entries: tuple[ProjectChanges, ...]
    """What releases changed of it, the newest first."""
    originals: Mapping[str, Original]
    """The first published value of the fields that moved, by field."""
    known_since: Release | None
    """The first release that is known; None where there is no history."""
    complete: bool
    """Whether that is the first that there was."""
    notes: Mapping[Language, Note]
    """What the agency or the editor says of it, by language."""
    has_reports: bool
    """Whether the data have reports of any project; else they say nothing of this one."""


@dataclass(frozen=True, slots=True)
class ProjectExample:
    """A project for the page that shows every component."""

    project: Project
    standing: ProjectStatus
    chart: MonthlyChart | None
    observations: tuple[Finding, ...]
    entries: tuple[ProjectChanges, ...]
    known_since: Release | None
    complete: bool


class ProjectExamples:
    """Chooses one project of each timing: the one that most was reported on."""

    def __init__(self) -> None:
        """None yet."""
        self._by_timing: dict[Timing, ProjectExample] = {}

    def add(self, project: Project, context: ProjectContext) -> None:
        """Consider a project."""
        best = self._by_timing.get(context.standing.timing)
        if best is None or _reports(project) > _reports(best.project):
            self._by_timing[context.standing.timing] = ProjectExample(
                project,
                context.standing,
                context.chart,
                context.observations,
                context.entries,
                context.known_since,
                context.complete,
            )

    def chosen(self) -> tuple[ProjectExample, ...]:
        """The examples, by timing."""
        return tuple(self._by_timing[timing] for timing in sorted(self._by_timing))


def _reports(project: Project) -> tuple[int, int]:
    return len(project.progress_reports), len(project.monthly_results)


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
    examples: Sequence[ProjectExample]
    """Projects for the page of all components; none: without that page."""


@dataclass(frozen=True, slots=True)
class ProjectListContext:
    """A page of the list of all projects."""

    count: int
    """Projects on all its pages."""
    projects: tuple[ProjectSummary, ...]
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
    """Each rule that can be checked, with its title."""


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
class NotFoundContext:
    """The page for an address that does not exist."""


@dataclass(frozen=True, slots=True)
class PatternsContext:
    """The page for developers that shows every component."""

    projects: tuple[ProjectExample, ...]
    """One of each timing that the package has."""
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


def readme(portal: ProjectIndex, language: Language) -> Page:
    """The text that goes into the zip of the package; it is no page of the site."""
    context = ReadmeContext(portal.package, _sources(portal), portal.as_of)
    return Page(urls.data_file("README.md"), language, "feeds/readme.txt", context)


@dataclass(frozen=True, slots=True)
class ProjectPages:
    """Makes the pages of a project: what they show beside the project itself."""

    package: Package
    timeline: Timeline
    neighbours: Mapping[str, Neighbours]
    notes: Mapping[str, Sequence[Note]]
    has_reports: bool

    def context(self, project: Project, observations: tuple[Finding, ...]) -> ProjectContext:
        """What the page of a project shows, which is the same in every language."""
        known, timeline = self.package.resources["projects"].fields, self.timeline
        return ProjectContext(
            project_status(project),
            monthly_chart(project.monthly_results, project.target_value),
            tuple((known[name], value) for name, value in project.extra.items()),
            self.neighbours[project.project_id],
            observations,
            timeline.project_changes.get(project.project_id, ()),
            timeline.originals.get(project.project_id, {}),
            timeline.known_since,
            timeline.history.complete,
            {note.language: note for note in self.notes.get(project.project_id, ())},
            self.has_reports,
        )

    def plan(self, project: Project, context: ProjectContext) -> Iterator[Page]:
        """The page of a project and its feed, in both languages."""
        path = urls.project(project.project_id)
        for language in LANGUAGES:
            yield Page(path, language, "pages/project.html", context, project=project)
        yield from _both(urls.feed(path), FEED, project_feed(self.package, self.timeline, project), indexed=False)


def project_pages(portal: ProjectIndex, timeline: Timeline, notes: Sequence[Note]) -> ProjectPages:
    """Makes the pages of the projects of `portal`."""
    by_project = group(notes, lambda note: note.project_id)
    has_reports = not unmet(REPORTS, package_columns(portal.package).__contains__)
    return ProjectPages(portal.package, timeline, find_neighbours(portal.projects), by_project, has_reports)


def plan_data(
    portal: ProjectIndex, downloads: Sequence[Download], citation: Citation, bibtex: str, csl: str
) -> Iterator[Page]:
    """The page of the open data, in both languages."""
    context = DataContext(
        portal.package,
        _sources(portal),
        portal.as_of,
        covered(portal.projects),
        portal.fullest,
        {(one.kind, one.resource): one for one in downloads},
        citation,
        bibtex,
        csl,
    )
    yield from _both(urls.DATA, "pages/data.html", context)


def plan_pages(portal: ProjectIndex, material: SiteData, per_page: int) -> Iterator[Page]:
    """Every page of many projects or of none, in both languages: all but those of a project and that of the data.

    Lists are cut into pages of `per_page` projects.
    """
    paths = [urls.DATA, *(urls.project(project.project_id) for project in portal.projects)]
    for page in _pages(portal, material, per_page):
        if page.language == "th" and page.indexed:
            paths.append(page.path)
        yield page
    yield from _for_robots(portal.package, sorted(paths))


def _both(path: str, template: str, context: Any, *, indexed: bool = True) -> Iterator[Page]:
    return (Page(path, language, template, context, indexed) for language in LANGUAGES)


def _pages(portal: ProjectIndex, material: SiteData, per_page: int) -> Iterator[Page]:
    kinds, summary = kinds_of(portal), summarise(portal.projects)
    for language in LANGUAGES:
        yield Page(urls.HOME, language, "pages/home.html", _home(portal, kinds, material.findings, language))
        yield Page(
            urls.SEARCH, language, "pages/search.html", _search(portal, kinds, summary, material.findings, language)
        )
        for kind in kinds.values():
            yield from plan_groups(portal, kind, language, per_page)
        if material.examples:
            context = _patterns(portal, kinds, material.examples, language)
            yield Page(urls.PATTERNS, language, "pages/patterns.html", context, indexed=False)
    for part, pagination in paginate(ordered(portal.projects), urls.PROJECTS, per_page):
        path = urls.page_of(urls.PROJECTS, pagination.number)
        yield from _both(path, "pages/projects.html", ProjectListContext(summary.projects, part, pagination))
    for document in material.documents:
        path = urls.document(document.slug)
        yield Page(path, document.language, "pages/document.html", DocumentContext(document))
    yield from _both(urls.QUALITY, "pages/quality.html", QualityContext(material.quality, portal.package))
    yield from _both(urls.NOT_FOUND, "pages/not_found.html", NotFoundContext(), indexed=False)
    for planned in chain(
        plan_changes(portal, material.findings, material.archives, material.missing),
        plan_signals(portal, material.findings, per_page),
        plan_feeds(portal, material.findings, material.removed),
        plan_removed(portal, material.findings.timeline, material.removed),
    ):
        yield from _both(*planned[:3], indexed=planned[3])


def _patterns(
    portal: ProjectIndex, kinds: dict[str, Kind], examples: Sequence[ProjectExample], language: Language
) -> PatternsContext:
    return PatternsContext(tuple(examples), summarise(portal.projects), kinds["year"].rows(language), _sources(portal))


def _for_robots(package: Package, paths: Sequence[str]) -> Iterator[Page]:
    created = package.created
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


def _home(portal: ProjectIndex, kinds: dict[str, Kind], findings: Findings, language: Language) -> HomeContext:
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
        next((one for one in findings.timeline.releases if one.is_listed), None),
        sum(bool(findings.questions(p.project_id)) for p in portal.projects) if findings.has_checked else None,
    )


def _sources(portal: ProjectIndex) -> tuple[tuple[Source, Summary], ...]:
    by_source = group(portal.projects, lambda p: p.source_id)
    return tuple((source, summarise(by_source.get(source.source_id, ()))) for source in portal.sources)


def _search(
    portal: ProjectIndex, kinds: dict[str, Kind], summary: Summary, findings: Findings, language: Language
) -> SearchContext:
    years = sorted({project.fiscal_year for project in portal.projects}, key=lambda year: -(year or 0))
    agencies = [(a.agency_id, a.name) for a, projects in kinds["agency"].groups.items() if projects]
    return SearchContext(
        summary.projects,
        tuple("unknown" if year is None else str(year) for year in years),
        tuple(years),
        tuple(sorted(agencies, key=lambda pair: thai_sort_key(pair[1][language]))),
        tuple(summary.statuses),
        tuple(sorted(kinds["policy"].groups)),
        tuple((urls.slug(name), name) for name in sorted(kinds["strategy"].groups, key=thai_sort_key)),
        tuple((one.rule.name, one.rule.title) for one in findings.rules if not one.absent),
    )
