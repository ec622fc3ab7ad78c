"""The lists of all projects: by fiscal year, by name, and the first by money, by progress and by last report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core import urls
from portal.core.collation import sort_key
from portal.core.models import ProjectIndex, ProjectSummary
from portal.core.totals import DoubleCount, Summary, Total, largest_first, total
from portal.site.pages.groups import ordered
from portal.site.pages.lists import Pagination, paginate, paginate_by_year
from portal.site.pages.planned import Planned

LISTED = 100
"""Projects in a list by a value, at most."""

MOST_BY_NAME = 1_000
"""Projects of a list by name, at most: each new project moves those behind it, over all pages that follow."""


@dataclass(frozen=True, slots=True)
class ValueOrder:
    """An order of the projects that have a value; where it is the same, those that received most come first."""

    name: str
    path: str
    column: str
    """The attribute of a project with the value."""
    rank: Callable[[Any], Any]
    """Of a value: what is least where the project comes first."""

    def sort(self, projects: Sequence[ProjectSummary]) -> list[ProjectSummary]:
        """Those of the projects that have the value, in this order."""
        members = (project for project in projects if getattr(project, self.column) is not None)
        return sorted(largest_first(members), key=lambda project: self.rank(getattr(project, self.column)))


LARGEST = ValueOrder("largest", urls.LARGEST, "budget_received", lambda amount: -amount)

BY_VALUE = (
    LARGEST,
    ValueOrder("least-progress", urls.LEAST_PROGRESS, "progress_percent", lambda percent: percent),
    ValueOrder("latest-reports", urls.LATEST_REPORTS, "last_reported", lambda day: -day.toordinal()),
)
"""Where a list of the first is all that a reader wants, so that each costs one page however many projects there are."""


@dataclass(frozen=True, slots=True)
class ProjectListContext:
    """A page of a list of all projects, or of the first that have a value."""

    order: str
    """year or name, of all projects; or the name of one of `BY_VALUE`."""
    orders: tuple[tuple[str, str], ...]
    """The orders that there are for these projects, each with the path of its list."""
    count: int | None
    """Projects that the order is of, on all pages and beyond the end of a list that is cut. On the first page."""
    without: int
    """Projects that lack the value of the order."""
    projects: tuple[ProjectSummary, ...]
    pagination: Pagination
    received: tuple[Total, Total] | None
    """In the order by money: the money that the listed projects received, and that all did. None in other orders."""
    double_count: DoubleCount | None
    """What the numbers of the page may count twice. Where they are of all projects."""


def plan_lists(portal: ProjectIndex, summary: Summary, per_page: int) -> Iterator[Planned]:
    """The lists of all projects in each order that makes a difference; `summary` is that of all of them."""
    collation = portal.package.conventions.collation
    whole = {"year": ordered(portal.projects, collation)}
    # Within a year, projects stand by their names.
    if len({project.fiscal_year for project in portal.projects}) > 1 and len(portal.projects) <= MOST_BY_NAME:
        whole["name"] = _by_name(portal.projects, collation)
    by_value = {order: projects for order in BY_VALUE if (projects := order.sort(portal.projects))}
    orders = (*((name, _WHOLE[name]) for name in whole), *((order.name, order.path) for order in by_value))
    for name, projects in whole.items():
        cut = paginate_by_year if name == "year" else paginate
        for part, pagination in cut(projects, _WHOLE[name], per_page):
            # The others need not be made anew where only a sum has changed.
            count, double_count = (len(projects), summary.double_count) if pagination.number == 1 else (None, None)
            of_all = ProjectListContext(name, orders, count, 0, part, pagination, None, double_count)
            yield urls.page_of(pagination.path, pagination.number), "pages/projects.html", of_all, True
    for order, projects in by_value.items():
        context = _first(order, orders, projects, summary)
        yield order.path, "pages/projects.html", context, True


_WHOLE = {"year": urls.PROJECTS, "name": urls.PROJECTS_BY_NAME}
"""The orders of the lists that have every project, with the paths of their first pages."""


def _by_name(projects: Sequence[ProjectSummary], collation: str) -> list[ProjectSummary]:
    """By their titles, and of one title the newest fiscal year first."""
    by_name = sort_key(collation)
    return sorted(projects, key=lambda p: (by_name(p.title), -(p.fiscal_year or 0), p.project_id))


def _first(
    order: ValueOrder, orders: tuple[tuple[str, str], ...], projects: Sequence[ProjectSummary], summary: Summary
) -> ProjectListContext:
    listed = tuple(projects[:LISTED])
    is_money = order is LARGEST
    return ProjectListContext(
        order.name,
        orders,
        len(projects),
        summary.projects - len(projects),
        listed,
        Pagination(order.path, 1, 1),
        (total(project.budget_received for project in listed), summary.received) if is_money else None,
        summary.double_count if is_money else None,
    )
