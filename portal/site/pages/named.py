"""The pages of all projects of one name, for the names that recur in many districts or years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.core import urls
from portal.core.models import ProjectSummary
from portal.core.totals import DuplicateGroups, Summary, largest_first, summarise
from portal.site.pages.lists import Pagination, paginate
from portal.site.pages.neighbours import NAMED, by_name
from portal.site.pages.planned import Planned

PER_PAGE = 100
"""Projects on one page: more than other lists have, since they are compared."""


@dataclass(frozen=True, slots=True)
class NamedContext:
    """A page of the projects of one name, those that received most first."""

    name: str
    summary: Summary
    projects: tuple[ProjectSummary, ...]
    most: Decimal | None
    """Money, received by the first of all: the length of the longest bar; None where no budget is above zero."""
    pagination: Pagination


def plan_named(projects: Sequence[ProjectSummary], duplicates: DuplicateGroups) -> Iterator[Planned]:
    """The pages of each name that at least `NAMED` projects have; `duplicates` are those that may be counted twice."""
    for path, members in by_name(projects).items():
        if len(members) < NAMED:
            continue
        ordered = sorted(largest_first(members), key=lambda p: p.budget_received is None)
        summary = summarise(members, duplicates)
        received = [p.budget_received for p in ordered if p.budget_received]
        most = received[0] if received and received[0] > 0 else None
        # A name that is written in several ways is that of the first project by its id.
        name = min(members, key=lambda p: p.project_id).title
        for part, pagination in paginate(ordered, path, PER_PAGE):
            context = NamedContext(name, summary, part, most, pagination)
            yield urls.page_of(path, pagination.number), "pages/named.html", context, True
