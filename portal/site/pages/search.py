"""The search page: its filters, and what it offers before anything is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.core import urls
from portal.core.collation import sort_key
from portal.core.messages import Message
from portal.core.models import Area, Language, Package, ProjectIndex, ProjectSummary, Status, Text
from portal.history import ReleaseChangelog
from portal.rules import MISSING, Findings
from portal.site.pages.groups import Kind
from portal.site.pages.home import SHOWN, HomeContext
from portal.site.pages.suppliers import has_suppliers

AMOUNTS = (Decimal(1_000_000), Decimal(10_000_000), Decimal(100_000_000))
"""The limits of a range of money."""


@dataclass(frozen=True, slots=True)
class SearchContext:
    """The search page: the values of its filters, in the order in which they are offered, and where to begin."""

    count: int
    """Projects that are searched."""
    version: str
    """Of the release of the package that is searched."""
    created: date
    """The day of that release."""
    shards: tuple[str, ...]
    """The search indexes, newest fiscal year first; "unknown" holds the projects without a year."""
    year_also: Mapping[str, str]
    """By year its last two digits, as people write it."""
    areas: Mapping[str, str]
    """The name of each area, by its id."""
    area_also: Mapping[str, str]
    """By its id its names in each language, beside the word for areas, which citizens type too."""
    area_within: Mapping[str, str]
    """The id of the area that it is a part of, of those that are a part of one."""
    agencies: Mapping[str, str]
    """The name of each agency, by its id; also of those without a project, which have a page."""
    agency_also: Mapping[str, str]
    """Its names in the other languages."""
    statuses: tuple[Status, ...]
    policies: tuple[str, ...]
    strategies: tuple[tuple[str, str], ...]
    """Each slug with its name."""
    projects: Mapping[str, Mapping[str, int]]
    """How many projects each area, agency, year, policy and strategy has, by what it is and then by its value here."""
    observations: tuple[tuple[str, Message], ...]
    """Each rule that can be checked, with its title."""
    missing: str
    """The rule of missing values, which results do not show: it finds nearly every project."""
    amounts: tuple[Decimal, ...]
    """The limits of a range of money."""
    examples: tuple[Text, ...]
    """Of what can be searched: those of the front page."""
    largest: tuple[ProjectSummary, ...]
    """The projects that received most."""
    most: Decimal | None
    """The largest of `amounts` that a project received; None where none received any of them."""
    latest: ReleaseChangelog | None
    """The newest release that changed a project; without one, the newest that changed anything."""
    has_suppliers: bool
    """Whether there are pages of suppliers, whose names answer too."""


def search_context(
    portal: ProjectIndex,
    kinds: Mapping[str, Kind],
    members: Mapping[Area, Sequence[ProjectSummary]],
    home: HomeContext,
    largest_first: Sequence[ProjectSummary],
    findings: Findings,
    language: Language,
) -> SearchContext:
    """The search page in a language; `members` are the projects of each area, `largest_first` those of `LARGEST`."""
    years = sorted({project.fiscal_year for project in portal.projects}, key=lambda year: -(year or 0))
    by_name = sort_key(portal.package.conventions.collation)
    areas = sorted(portal.areas, key=lambda area: by_name(area.name[language]))
    agencies = sorted(kinds["agency"].groups, key=lambda agency: by_name(agency.name[language]))
    received = largest_first[0].budget_received or 0 if largest_first else 0
    return SearchContext(
        len(portal.projects),
        portal.package.version,
        portal.package.created,
        tuple(urls.year_name(year) for year in years),
        {urls.year_name(year): f"{year % 100:02}" for year in years if year},
        {area.area_id: area.name[language] for area in areas},
        {area.area_id: _other_names(area, portal.package) for area in areas},
        {area.area_id: area.parent_id for area in areas if area.parent_id},
        {agency.agency_id: agency.name[language] for agency in agencies},
        {agency.agency_id: names for agency in agencies if (names := _in_other_languages(agency.name, language))},
        tuple(home.summary.statuses),
        tuple(sorted(kinds["policy"].groups)),
        tuple((urls.slug(name), name) for name in sorted(kinds["strategy"].groups, key=by_name)),
        _numbers_of_projects(kinds, members),
        tuple((result.rule.name, result.rule.title) for result in findings.rules if not result.absent),
        MISSING,
        AMOUNTS,
        home.examples,
        tuple(largest_first[:SHOWN]),
        max((amount for amount in AMOUNTS if amount <= received), default=None),
        home.latest,
        has_suppliers(portal.package),
    )


def _numbers_of_projects(
    kinds: Mapping[str, Kind], members: Mapping[Area, Sequence[ProjectSummary]]
) -> dict[str, dict[str, int]]:
    """How many projects each group has, by what it is and then by its value in the form."""
    return {
        "area": {area.area_id: len(projects) for area, projects in members.items()},
        "agency": {agency.agency_id: len(projects) for agency, projects in kinds["agency"].groups.items()},
        "year": {urls.year_name(year): len(projects) for year, projects in kinds["year"].groups.items() if year},
        "policy": {policy: len(projects) for policy, projects in kinds["policy"].groups.items()},
        "strategy": {urls.slug(name): len(projects) for name, projects in kinds["strategy"].groups.items()},
    }


def _other_names(area: Area, package: Package) -> str:
    """The names of an area in each language, beside what areas are called: "เขตดินแดง", "Din Daeng Districts"."""
    kind, conventions = package.resources["areas"].title, package.conventions
    first, *others = conventions.languages
    names = [f"{kind[first]}{'' if first == 'th' else ' '}{area.name[first]}"]
    names += [f"{area.name.given(code, first)} {kind.given(code, first)}" for code in others]
    return " ".join(names)


def _in_other_languages(name: Text, language: Language) -> str:
    """The names that differ from that in the language of a page."""
    return " ".join(other for other in dict.fromkeys(name) if other and other != name[language])
