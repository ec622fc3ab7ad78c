"""Projects that may be the same one from two sources, and what totals may count twice."""

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.core.models import Agency, Project, ProjectSummary, Source, project_summary
from portal.core.totals import find_double_count, summarise
from portal.rules.anomalies import possible_double_count
from portal.rules.double_counts import counterparts, possible_duplicates

from tests.texts import both

NAME = "กรุงเทพฯ เมืองอาหารปลอดภัย"
DISTRICT, OTHER_DISTRICT = (Agency(name, both(name)) for name in ("50070000", "50080000"))
MONITORING, ORDINANCE = (Source(name, both(name)) for name in ("monitoring", "ordinance"))
MONITORED = Project("m1", NAME, fiscal_year=2566, agency=DISTRICT, source=MONITORING)
BUDGETED = replace(MONITORED, project_id="b1", source=ORDINANCE)


def pairs(*projects: Project) -> set[tuple[str, str]]:
    groups = possible_duplicates(map(project_summary, projects))
    return {(p.project_id, other.project_id) for p in projects for other in counterparts(p.project_id, groups)}


@pytest.mark.parametrize(
    "title",
    [
        NAME,
        "กรุงเทพฯเมืองอาหาร ปลอดภัย",
        "โครงการกรุงเทพฯ เมืองอาหารปลอดภัย",
        "ค่าใช้จ่ายโครงการกรุงเทพฯ เมืองอาหารปลอดภัย",
        "โครงการค่าใช้จ่ายตามโครงการกรุงเทพฯ เมืองอาหารปลอดภัย",
        "ค่าใช้จ่ายในการกรุงเทพฯ เมืองอาหารปลอดภัย",
        "(P145) (ใหม่ ) กรุงเทพฯ เมืองอาหารปลอดภัย 2566",
        "กรุงเทพฯ เมืองอาหารปลอดภัย ประจำปีงบประมาณ พ.ศ. ๒๕๖๖",
    ],
)
def test_one_project_is_recognised_by_its_name_in_two_sources(title: str) -> None:
    assert pairs(MONITORED, replace(BUDGETED, title=title)) == {("m1", "b1"), ("b1", "m1")}


@pytest.mark.parametrize(
    "other",
    [
        replace(BUDGETED, title="กรุงเทพฯ เมืองอาหารปลอดภัย ระยะที่ 2"),
        replace(BUDGETED, title="กรุงเทพฯ เมืองอาหารปลอดภัย 2565"),
        replace(BUDGETED, title="กรุงเทพฯ เมืองอาหารปลอดภัย (ปรับปรุง)"),
        replace(BUDGETED, title="ค่าใช้จ่ายโครงการกรุงเทพมหานครเขตปลอดบุหรี่"),
        replace(BUDGETED, agency=OTHER_DISTRICT),
        replace(BUDGETED, fiscal_year=2565),
        replace(BUDGETED, source=MONITORING),
        replace(BUDGETED, source=None),
        replace(BUDGETED, agency=None),
        replace(BUDGETED, fiscal_year=None),
    ],
)
def test_another_work_agency_or_year_or_the_same_source_is_no_double_count(other: Project) -> None:
    assert pairs(MONITORED, other) == set()


def test_names_of_nothing_but_words_before_a_name_are_compared_whole() -> None:
    assert pairs(replace(MONITORED, title="โครงการ"), replace(BUDGETED, title="ค่าใช้จ่ายโครงการ")) == set()
    assert len(pairs(replace(MONITORED, title="โครงการ"), replace(BUDGETED, title="โครงการ"))) == 2


def test_the_anomaly_names_the_project_of_the_other_source() -> None:
    part = replace(MONITORED, project_id="m2")
    found = {
        value.project_id: value.beside["project_id"] for value in possible_double_count([MONITORED, BUDGETED, part])
    }
    assert found == {"m1": "b1", "m2": "b1", "b1": "m1, m2"}


def summaries(*amounts: tuple[Project, str | None]) -> list[ProjectSummary]:
    return [
        replace(
            project_summary(project),
            project_id=f"{project.project_id}{i}",
            budget_received=None if amount is None else Decimal(amount),
        )
        for i, (project, amount) in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        # The smaller of two amounts is the most that can be counted twice.
        ([(MONITORED, "85840"), (BUDGETED, "85900")], (1, "85840", 1)),
        ([(MONITORED, None), (BUDGETED, "85900")], (1, "0", 0)),
        ([(MONITORED, "0"), (BUDGETED, "85900")], (1, "0", 1)),
        # Two parts in one source, the whole in the other.
        ([(MONITORED, "40"), (MONITORED, "60"), (BUDGETED, "100")], (1, "100", 1)),
        ([(MONITORED, "40"), (MONITORED, "60"), (BUDGETED, "30"), (BUDGETED, "50")], (2, "80", 1)),
    ],
)
def test_a_total_says_at_most_how_much_it_counts_twice(
    amounts: list[tuple[Project, str | None]], expected: tuple[int, str, int]
) -> None:
    projects = summaries(*amounts)
    double_count = summarise(projects, possible_duplicates(projects)).double_count
    assert double_count is not None
    projects_twice, baht, known = expected
    assert (double_count.projects, double_count.received.value) == (projects_twice, Decimal(baht))
    assert double_count.received.projects == known


def test_a_total_that_holds_one_of_the_two_counts_nothing_twice() -> None:
    projects = summaries((MONITORED, "1"), (BUDGETED, "1"))
    groups = possible_duplicates(projects)
    assert find_double_count(projects[:1], groups) is None
    assert summarise(projects).double_count is None
