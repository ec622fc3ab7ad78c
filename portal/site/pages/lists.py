"""Long lists -> pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from portal.core.models import ProjectIndex, ProjectSummary
from portal.rules import Findings

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where a page stands in a list of several."""

    path: str
    """Of the first page."""
    number: int
    count: int
    start: int = 1
    """The number of the page's first item: in the list, or in a list by fiscal year in the years of the page."""
    years: tuple[int | None, ...] = ()
    """The first and the last fiscal year of the page, of a list by year with several pages; None: no year."""


def with_observations(portal: ProjectIndex, findings: Findings) -> ProjectIndex:
    """The portal with the number of observations on each project, which lists show."""
    counted = (replace(p, observations=len(findings.questions(p.project_id))) for p in portal.projects)
    return replace(portal, projects=tuple(counted))


def paginate(items: Sequence[Item], path: str, per_page: int) -> Iterator[tuple[tuple[Item, ...], Pagination]]:
    """The pages of `items`, in their order, whose first is at `path`; at least one page, also of nothing."""
    count = max(1, -(-len(items) // per_page))
    for number in range(1, count + 1):
        start = (number - 1) * per_page
        yield tuple(items[start : start + per_page]), Pagination(path, number, count, start + 1)


def paginate_by_year(
    projects: Sequence[ProjectSummary], path: str, per_page: int
) -> Iterator[tuple[tuple[ProjectSummary, ...], Pagination]]:
    """The pages of `projects`, sorted by fiscal year, the newest first; the first page is at `path`.

    Several pages say of which fiscal years each is. They are cut as `paginate_by` does.
    """
    for on_page, pagination in paginate_by(projects, path, per_page, lambda project: project.fiscal_year):
        bounds = (on_page[0].fiscal_year, on_page[-1].fiscal_year) if pagination.count > 1 else ()
        yield on_page, replace(pagination, years=bounds)


def paginate_by(
    items: Sequence[Item], path: str, per_page: int, year_of: Callable[[Item], int | None]
) -> Iterator[tuple[tuple[Item, ...], Pagination]]:
    """The pages of `items`, sorted by year, the newest first; the first page is at `path`.

    A page has whole years, or a part of one year of more than `per_page` items and half as many. Which years are
    together is decided from the oldest on. So an item that is added to the newest year changes the pages of that year
    alone.
    """
    most = per_page * 3 // 2
    pages: list[tuple[int, list[Item]]] = []
    together: list[Item] = []
    for year in reversed([list(members) for _, members in groupby(items, key=year_of)]):
        if together and len(together) + len(year) > most:
            pages.append((1, together))
            together = []
        if len(year) > most:
            pages += reversed(_parts(year, per_page))
        else:
            together = year + together
    if together or not pages:
        pages.append((1, together))
    for number, (start, on_page) in enumerate(reversed(pages), start=1):
        yield tuple(on_page), Pagination(path, number, len(pages), start)


def _parts(items: list[Item], per_page: int) -> list[tuple[int, list[Item]]]:
    """Parts of like size, each with the number of its first item."""
    size = -(-len(items) // -(-len(items) // per_page))
    return [(start + 1, items[start : start + size]) for start in range(0, len(items), size)]
