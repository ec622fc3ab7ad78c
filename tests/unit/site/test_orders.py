"""The lists of all projects: each order is what it says, a cut list says so, and none is there without a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from portal.core import urls
from portal.core.models import ProjectIndex, ProjectSummary, Status, project_index
from portal.core.totals import summarise
from portal.site.pages.orders import BY_VALUE, LISTED, ProjectListContext, plan_lists

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

ORDERS = {order.name: order for order in BY_VALUE}


@pytest.fixture
def index(whole: SamplePackage) -> ProjectIndex:
    return project_index(whole.portal())


def project(
    project_id: str, received: int | None = None, progress: int | None = None, day: int | None = None
) -> ProjectSummary:
    money = None if received is None else Decimal(received)
    percent = None if progress is None else Decimal(progress)
    reported = None if day is None else date(2026, 1, day)
    return ProjectSummary(
        project_id, project_id, 2569, None, None, None, None, Status.NO_FIGURE, money, None, percent, reported
    )


def pages(index: ProjectIndex, projects: Sequence[ProjectSummary] | None = None) -> dict[str, ProjectListContext]:
    """The pages of the lists, by path."""
    portal = index if projects is None else replace(index, projects=tuple(projects))
    return {path: context for path, _, context, _ in plan_lists(portal, summarise(portal.projects), 50)}


@pytest.mark.parametrize(
    ("order", "expected"),
    [("largest", ["B", "A", "C"]), ("least-progress", ["B", "C", "D"]), ("latest-reports", ["A", "B", "C"])],
)
def test_a_list_by_a_value_has_those_that_have_it_and_of_equals_the_largest_first(
    order: str, expected: list[str]
) -> None:
    projects = [
        project("C", received=0, progress=0, day=3),
        project("A", received=5, day=9),
        project("B", received=7, progress=0, day=3),
        project("D", progress=100),
    ]
    assert [p.project_id for p in ORDERS[order].sort(projects)] == expected


def test_a_list_that_is_cut_says_of_how_many_it_is_the_first_and_how_many_it_leaves_out(index: ProjectIndex) -> None:
    projects = [project(f"P{i:03}", received=i) for i in range(LISTED + 5)] + [project("X"), project("Y")]
    context = pages(index, projects)[urls.LARGEST]
    assert len(context.projects) == LISTED
    assert (context.count, context.without) == (LISTED + 5, 2)
    assert context.projects[0].project_id == f"P{LISTED + 4:03}"
    assert context.received is not None
    listed, received = context.received
    assert (listed.projects, received.projects) == (LISTED, LISTED + 5)
    assert received.value - listed.value == sum(range(5))


def test_every_project_stands_once_in_each_list_of_all(index: ProjectIndex) -> None:
    ids = sorted(project.project_id for project in index.projects)
    found = pages(index)
    for first in (urls.PROJECTS, urls.PROJECTS_BY_NAME):
        members = [
            p.project_id for path, context in found.items() if urls.first_page(path) == first for p in context.projects
        ]
        assert sorted(members) == ids


def test_an_order_that_makes_no_difference_or_has_no_value_has_no_page(index: ProjectIndex) -> None:
    found = pages(index, [project("A"), project("B")])
    assert set(found) == {urls.PROJECTS}
    assert found[urls.PROJECTS].orders == (("year", urls.PROJECTS),)


def test_each_list_leads_to_all_that_there_are(index: ProjectIndex) -> None:
    found = pages(index)
    paths = {urls.first_page(path) for path in found}
    assert paths == {urls.PROJECTS, urls.PROJECTS_BY_NAME, *(order.path for order in BY_VALUE)}
    assert all({path for _, path in context.orders} == paths for context in found.values())


def test_lists_by_a_value_cost_one_page_however_many_projects_there_are(index: ProjectIndex) -> None:
    projects = [project(f"P{i:04}", received=i, progress=i % 100, day=1 + i % 28) for i in range(2_000)]
    cut = {order.path for order in BY_VALUE}
    assert [path for path in pages(index, projects) if urls.first_page(path) in cut] == [
        order.path for order in BY_VALUE
    ]
