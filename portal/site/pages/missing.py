"""For the officers of each agency: what is missing of its projects, as a page and as a table, and how to reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.core import urls
from portal.core.models import Agency, ProjectIndex, ProjectSummary
from portal.core.totals import group, largest_first
from portal.rules import AgencyCompleteness, Findings, Quality
from portal.site.pages.planned import Planned

LISTED = 100
"""Projects in the table of the page, at most; the CSV has all."""

OBSERVED = 20
"""Projects with observations that are listed, at most."""

Lacking = tuple[ProjectSummary, tuple[str, ...]]
"""A project, and the names of the key figures that it lacks."""


@dataclass(frozen=True, slots=True)
class MissingContext:
    """What is missing of an agency's projects, and what there is to reply to."""

    agency: Agency
    count: int
    """Projects of the agency."""
    figures: tuple[tuple[str, int], ...]
    """Each key figure that the data have for any of them, by name, with the number of projects that lack it."""
    never: tuple[str, ...]
    """The key figures that the data have for none of them."""
    incomplete: int
    """Projects that lack any of `figures`."""
    lacking: tuple[Lacking, ...]
    """The first of these, those that received most first."""
    observed: int
    """Projects with an observation, missing values aside."""
    observations: tuple[tuple[ProjectSummary, tuple[str, ...]], ...]
    """The first of these, in the same order, with the names of the rules that find them."""
    example: str | None
    """The id of the project that the example of a statement is on; None where the agency has no project."""


@dataclass(frozen=True, slots=True)
class MissingTableContext:
    """The table of an agency's projects that lack a key figure: all of them."""

    lacking: tuple[Lacking, ...]


def plan_missing(
    portal: ProjectIndex, quality: Quality, missing_figures: Mapping[str, tuple[str, ...]], findings: Findings
) -> Iterator[Planned]:
    """The page and the table of each agency; `missing_figures` are those of the projects that lack any, by id."""
    by_agency = group((p for p in portal.projects if p.agency), lambda p: p.agency)
    completeness = {row.agency: row for row in quality.agencies if row.agency}
    for agency in portal.agencies:
        projects = largest_first(by_agency.get(agency, ()))
        lacking = tuple((p, missing_figures[p.project_id]) for p in projects if p.project_id in missing_figures)
        context = _context(agency, projects, completeness[agency], lacking, findings)
        yield urls.missing(agency.agency_id), "pages/missing.html", context, True
        yield urls.missing_csv(agency.agency_id), "feeds/missing.txt", MissingTableContext(lacking), False


def _context(
    agency: Agency,
    projects: Sequence[ProjectSummary],
    row: AgencyCompleteness,
    lacking: Sequence[Lacking],
    findings: Findings,
) -> MissingContext:
    given = row.completeness.figures
    rules = ((p, tuple(finding.rule.name for finding in findings.questions(p.project_id))) for p in projects)
    observed = [(project, names) for project, names in rules if names]
    example = next((project for project, _ in observed), projects[0] if projects else None)
    return MissingContext(
        agency,
        len(projects),
        tuple((name, len(projects) - count) for name, count in given.items() if count),
        tuple(name for name, count in given.items() if not count),
        len(lacking),
        tuple(lacking[:LISTED]),
        len(observed),
        tuple(observed[:OBSERVED]),
        example.project_id if example else None,
    )
