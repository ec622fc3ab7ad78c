"""How long lists are cut into pages."""

from __future__ import annotations

import random

import pytest

from portal.core.models import Project, ProjectSummary, project_summary
from portal.site.pages.lists import Pagination, paginate, paginate_by_year


def projects(**years: int) -> list[ProjectSummary]:
    """So many projects of each year, the newest first; `none` is without a year."""
    return [
        project_summary(Project(f"{name}-{number}", "ชื่อ", None if name == "none" else int(name[1:])))
        for name, count in years.items()
        for number in range(count)
    ]


def pages(items: list[ProjectSummary], per_page: int = 50) -> list[tuple[list[str], Pagination]]:
    return [
        ([project.project_id for project in part], pagination)
        for part, pagination in paginate_by_year(items, "/projects/", per_page)
    ]


def test_a_page_has_whole_years_or_a_part_of_one() -> None:
    cut = pages(projects(y2569=29, y2568=30, y2567=31, y2566=120, none=4))
    assert [(len(ids), pagination.years) for ids, pagination in cut] == [
        (29, (2569, 2569)),
        (61, (2568, 2567)),
        (40, (2566, 2566)),
        (40, (2566, 2566)),
        (40, (2566, 2566)),
        (4, (None, None)),
    ]
    assert [pagination.start for _, pagination in cut] == [1, 1, 1, 41, 81, 1]
    assert {(pagination.path, pagination.count) for _, pagination in cut} == {("/projects/", 6)}


def test_one_page_names_no_years() -> None:
    (page,) = pages(projects(y2569=20, y2568=30))
    assert (len(page[0]), page[1]) == (50, Pagination("/projects/", 1, 1))
    assert pages([]) == [([], Pagination("/projects/", 1, 1))]


@pytest.mark.parametrize("seed", range(20))
def test_a_project_that_is_added_to_the_newest_year_changes_the_pages_of_that_year_alone(seed: int) -> None:
    pick = random.Random(seed)
    counts = {f"y{year}": pick.randrange(1, 160) for year in range(2569, 2560, -1)}
    before = pages(projects(**counts))
    after = pages(projects(**counts | {"y2569": counts["y2569"] + 1}))
    assert [project for ids, _ in after for project in ids] == [
        p.project_id for p in projects(**counts | {"y2569": counts["y2569"] + 1})
    ]
    of_older_years = [(ids, page) for ids, page in after if page.years and page.years[0] != 2569]
    assert len(of_older_years) > 2
    if len(before) == len(after):
        assert all(page in before for page in of_older_years)
    assert max(len(ids) for ids, _ in after) <= 75


def test_any_other_list_is_cut_by_number_alone() -> None:
    cut = [(part, page.number, page.start) for part, page in paginate("abcde", "/x/", 2)]
    assert cut == [(("a", "b"), 1, 1), (("c", "d"), 2, 3), (("e",), 3, 5)]
