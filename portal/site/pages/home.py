"""The front page, which says first where the money is, what is unknown and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.core.formats import share
from portal.core.models import ProjectIndex, ProjectSummary, Source, Text
from portal.core.totals import ContractTotal, Summary, contract_total, group, summarise
from portal.history import ReleaseChangelog
from portal.rules import Findings, RuleResult
from portal.site.pages.suppliers import has_suppliers
from portal.site.tile_map import TileMap, is_mark

SHOWN = 5
"""Projects in the picture of the money, at most: a phone shows as many parts of a bar apart from each other."""

MAX_NAME = 75
"""Characters of a name beside the picture, at most: two lines of a phone. The page of the project has it whole."""


@dataclass(frozen=True, slots=True)
class MoneyPart:
    """A project's part of the money."""

    project: ProjectSummary
    name: str
    """The project's, cut where it is long."""
    share: Decimal
    """Percent of the money that all projects received."""
    start: Decimal
    """Percent that the larger ones have together."""


@dataclass(frozen=True, slots=True)
class MoneyPicture:
    """How the money is shared out among the projects."""

    largest: tuple[MoneyPart, ...]
    """The largest first."""
    others: int
    """Projects that give their budget and are none of these."""
    others_share: Decimal
    """Percent."""
    half: int
    """The fewest projects that together have at least half of the money."""
    half_share: Decimal
    """Percent that these have."""

    @property
    def is_uneven(self) -> bool:
        """Whether half of the money is in so few projects that it is worth a sentence: a tenth of them at most."""
        return self.half * 10 <= len(self.largest) + self.others


@dataclass(frozen=True, slots=True)
class HomeContext:
    """The front page."""

    summary: Summary
    examples: tuple[Text, ...]
    """What to search for: words that stand in names of projects."""
    money: MoneyPicture | None
    """None where no project received anything."""
    unknown_progress: Decimal | None
    """Percent of the money that projects without a progress figure have; None where there is no money."""
    tile_map: TileMap | None
    """Of the areas, in the language of the page; None where the package has none, or none has a place on it."""
    has_nearby: bool
    """Whether there is a page of the projects near a reader."""
    latest: ReleaseChangelog | None
    """The newest release that changed a project; without one, the newest that changed anything."""
    projects_found: int | None
    """Projects with an observation, missing values aside; None where no rule can be checked."""
    rules: tuple[RuleResult, ...]
    """The rules that find any project."""
    contracts: ContractTotal | None
    """Of all contracts; None where the package has no table of them."""
    suppliers: int | None
    """How many have a page; None where there are no such pages."""
    sources: tuple[tuple[Source, Summary], ...]
    version: str
    """Of the newest release of the package."""
    created: date
    """The day of that release."""


def home_context(
    portal: ProjectIndex,
    findings: Findings,
    summary: Summary,
    largest_first: Sequence[ProjectSummary],
    examples: tuple[Text, ...],
) -> HomeContext:
    """What the front page shows in every language: all but the map, on which names stand.

    `summary` is that of all projects; `largest_first` are those of `LARGEST`; `examples` those of `example_searches`.
    """
    known = summary.progress_share
    listed = [release for release in findings.timeline.releases if release.is_listed]
    return HomeContext(
        summary,
        examples,
        money_picture(largest_first),
        None if known is None else 100 - known,
        None,
        portal.has_coordinates,
        next((release for release in listed if release.projects), listed[0] if listed else None),
        sum(bool(findings.questions(p.project_id)) for p in portal.projects) if findings.has_checked else None,
        tuple(result for result in findings.rules if result.found),
        contract_total(portal.contracts) if "contracts" in portal.package.resources else None,
        sum(supplier.is_named for supplier in portal.suppliers) if has_suppliers(portal.package) else None,
        sources_of(portal),
        portal.package.version,
        portal.package.created,
    )


def money_picture(largest_first: Sequence[ProjectSummary]) -> MoneyPicture | None:
    """How the money of these projects is shared out, each of which gives its budget; None where there is no money."""
    amounts = [project.budget_received or Decimal(0) for project in largest_first]
    whole = sum(amounts, Decimal(0))
    if not whole:
        return None
    parts, start = [], Decimal(0)
    for project, amount in list(zip(largest_first, amounts, strict=True))[:SHOWN]:
        parts.append(MoneyPart(project, short_name(project.title), share(amount, whole), start))
        start += parts[-1].share
    half, sum_of_half = 0, Decimal(0)
    for amount in amounts:
        half, sum_of_half = half + 1, sum_of_half + amount
        if sum_of_half * 2 >= whole:
            break
    others = len(amounts) - len(parts)
    return MoneyPicture(tuple(parts), others, 100 - start, half, share(sum_of_half, whole))


def short_name(title: str) -> str:
    """A name of at most `MAX_NAME` characters, cut after a phrase where one ends in its second half."""
    if len(title) <= MAX_NAME:
        return title
    end = title.rfind(" ", MAX_NAME // 2, MAX_NAME)
    if end < 0:
        end = MAX_NAME - 1
        while is_mark(title[end]):
            end -= 1
    return f"{title[:end]}…"


def sources_of(portal: ProjectIndex) -> tuple[tuple[Source, Summary], ...]:
    """The sources of the package, each with the summary of its projects."""
    by_source = group(portal.projects, lambda p: p.source_id)
    return tuple((source, summarise(by_source.get(source.source_id, ()))) for source in portal.sources)
