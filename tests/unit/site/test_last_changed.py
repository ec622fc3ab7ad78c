"""On which day the content of each page last changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.core import urls
from portal.core.models import History, Portal, Thresholds, project_index
from portal.history import Timeline, build_timeline, find_record_versions
from portal.rules import RuleRunner, agency_values
from portal.rules.transitions import RuleTransitions, fields_of
from portal.site.outlines import draw_outlines
from portal.site.pages.last_changed import last_changed

from tests.repository import Repository
from tests.sample_package import SamplePackage

FIRST, SECOND, OTHER = "91000000-1001", "91000000-2001", "92000000-3001"
OVERVIEWS = (urls.PROJECTS, urls.AGENCIES, urls.YEARS, urls.POLICIES, urls.STRATEGIES, urls.SIGNALS, urls.REPORTING)
OF_THE_RELEASE = (urls.HOME, urls.DATA, urls.QUALITY, urls.CHANGES)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def days(repository: Repository) -> Callable[[str], int | None]:
    """The day of January 2026 on which the content of a page last changed, by its path."""
    return days_of(repository.portal(), repository.timeline())


def days_of(portal: Portal, timeline: Timeline) -> Callable[[str], int | None]:
    """The same of a portal and what its releases say."""
    runner = RuleRunner(portal, Thresholds(), timeline, agency_values(portal.projects))
    for project in portal.projects:
        runner.observe(project)
    versions = find_record_versions(portal.package, timeline.history, {})
    day = last_changed(project_index(portal), runner.findings(), versions, draw_outlines(portal.outlines))

    def of(path: str) -> int | None:
        changed = day(path)
        if changed is None:
            return None
        assert (changed.year, changed.month) == (2026, 1)
        return changed.day

    return of


def agency_of(repository: Repository, project_id: str) -> str:
    return next(row["agency_id"] for row in repository.rows("projects") if row["project_id"] == project_id)


def test_of_the_first_release_every_page_has_its_day(repository: Repository) -> None:
    day = days(repository)
    projects = [urls.project(row["project_id"]) for row in repository.rows("projects")]
    agencies = [urls.agency(row["agency_id"]) for row in repository.rows("agencies")]
    assert {day(path) for path in (*projects, *agencies, *OVERVIEWS, *OF_THE_RELEASE)} == {1}


def test_a_changed_value_dates_its_project_and_the_lists_that_have_it(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, budget_spent="1")
    repository.commit("Spend")
    day = days(repository)
    row = next(row for row in repository.rows("projects") if row["project_id"] == FIRST)
    own = (urls.project(FIRST), urls.agency(row["agency_id"]), urls.year(int(row["fiscal_year"])))
    assert {day(path) for path in (*own, *OVERVIEWS, *OF_THE_RELEASE)} == {2}
    assert {day(path) for path in (urls.project(SECOND), urls.agency(agency_of(repository, OTHER)))} == {1}


def test_a_raised_version_dates_only_the_pages_that_name_the_release(repository: Repository) -> None:
    repository.describe(lambda content: content.update(version="9"))
    repository.write("projects", repository.rows("projects")[::-1])
    repository.commit("Raise the version, and sort")
    day = days(repository)
    assert {day(path) for path in OF_THE_RELEASE} == {2}
    assert {day(path) for path in (*OVERVIEWS, urls.project(FIRST), urls.agency(agency_of(repository, FIRST)))} == {1}


def test_a_project_that_goes_to_another_agency_dates_the_pages_of_both(repository: Repository) -> None:
    before, after = agency_of(repository, FIRST), agency_of(repository, OTHER)
    assert before != after
    others = {row["agency_id"] for row in repository.rows("agencies")} - {before, after}
    repository.set("projects", {"project_id": FIRST}, agency_id=after)
    repository.commit("Move a project")
    day = days(repository)
    assert {day(urls.agency(agency)) for agency in (before, after)} == {2}
    assert {day(urls.agency(agency)) for agency in others} <= {1}


def test_a_changed_value_dates_the_page_of_its_name_and_a_new_name_those_of_both(repository: Repository) -> None:
    titles = {row["project_id"]: row["title"] for row in repository.rows("projects")}
    assert len({urls.named(titles[project_id]) for project_id in (FIRST, SECOND, OTHER)}) == 3
    repository.set("projects", {"project_id": FIRST}, budget_spent="1")
    repository.commit("Spend")
    repository.set("projects", {"project_id": SECOND}, title=titles[OTHER])
    repository.commit("Rename a project")
    day = days(repository)
    assert [day(urls.named(titles[project_id])) for project_id in (FIRST, OTHER)] == [2, 3]


def test_a_year_that_is_filled_in_dates_the_page_of_the_projects_without_one(repository: Repository) -> None:
    repository.edit("projects", lambda row: row | {"fiscal_year": ""} if row["project_id"] in (FIRST, SECOND) else row)
    repository.commit("Lose two years")
    repository.set("projects", {"project_id": FIRST}, fiscal_year="2567")
    repository.commit("Find one again")
    assert days(repository)(urls.year(None)) == 3


def test_a_new_project_does_not_date_the_page_of_the_projects_without_a_year(repository: Repository) -> None:
    repository.set("projects", {"project_id": SECOND}, fiscal_year="")
    repository.commit("Lose a year")
    rows = repository.rows("projects")
    repository.write("projects", [*rows, rows[0] | {"project_id": "91000000-9001"}])
    repository.commit("Add a project")
    assert days(repository)(urls.year(None)) == 2


def test_a_new_name_of_an_agency_dates_its_page_and_those_of_its_projects_alone(repository: Repository) -> None:
    first = agency_of(repository, FIRST)
    others = {row["agency_id"] for row in repository.rows("agencies")} - {first}
    repository.set("agencies", {"agency_id": first}, name="หน่วยงานใหม่ (สมมติ)")
    repository.commit("Rename an agency")
    day = days(repository)
    assert (day(urls.agency(first)), day(urls.AGENCIES)) == (2, 2)
    assert {day(urls.agency(other)) for other in others} == {1}
    assert (day(urls.project(FIRST)), day(urls.project(OTHER))) == (2, 1)


def test_other_words_of_a_source_date_the_pages_of_its_projects(repository: Repository) -> None:
    source = next(row["source_id"] for row in repository.rows("projects") if row["project_id"] == FIRST)
    repository.set("sources", {"source_id": source}, title="แหล่งข้อมูลใหม่ (สมมติ)")
    repository.commit("Rename a source")
    day = days(repository)
    dated = {row["source_id"]: day(urls.project(row["project_id"])) for row in repository.rows("projects")}
    assert dated.pop(source) == 2
    assert set(dated.values()) <= {1}


def test_a_later_page_of_a_list_has_the_day_of_the_first(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, budget_spent="1")
    repository.commit("Spend")
    day = days(repository)
    assert day(urls.page_of(urls.PROJECTS, 2)) == day(urls.PROJECTS) == 2


def test_a_value_of_an_earlier_release_that_can_be_no_address_hinders_nothing(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, policy_id="../x", fiscal_year="x")
    repository.commit("Mistype")
    repository.git("revert", "--no-edit", "HEAD")
    assert days(repository)(urls.project(FIRST)) is not None


def test_pages_of_content_have_no_day(repository: Repository) -> None:
    assert days(repository)("/about/") is None


def test_without_history_every_page_has_the_day_of_the_package(package: SamplePackage) -> None:
    package.describe("created", "2026-01-15T00:00:00Z")
    portal = package.read().portal
    assert portal is not None
    day = days_of(
        portal,
        build_timeline(
            portal,
            History(),
            RuleTransitions(Thresholds(), fields_of(portal.package), portal.package.conventions.fiscal),
        ),
    )
    assert {day(urls.project(project.project_id)) for project in portal.projects} == {15}
    assert {day(path) for path in (*OVERVIEWS, *OF_THE_RELEASE)} == {15}


def test_areas_are_dated_by_their_projects_offices_and_own_rows(repository: Repository) -> None:
    repository.set("projects", {"project_id": SECOND}, budget_spent="1")
    repository.commit("Spend in the areas 11 and 12, and so in 01")
    repository.edit("agencies", lambda row: row | {"area_id": "14"} if row["area_id"] == "13" else row)
    repository.commit("Move an office")
    repository.edit("areas", lambda row: row | {"name_en": "Khlong"} if row["area_id"] == "12" else row)
    repository.commit("Rename an area")
    day = days(repository)
    assert [day(urls.area(area_id)) for area_id in ("11", "13", "14", "12", "01")] == [2, 3, 3, 4, 4]
    assert (day(urls.AREAS), day(urls.project(SECOND)), day(urls.project(FIRST))) == (4, 4, 1)


def test_an_area_that_a_project_left_is_dated(repository: Repository) -> None:
    rows = repository.rows("project_areas")
    repository.write("project_areas", [row for row in rows if row["area_id"] != "12"])
    repository.commit("Leave the area 12")
    day = days(repository)
    assert {area_id: day(urls.area(area_id)) for area_id in ("11", "12", "13", "14")} == {
        "11": 2,
        "12": 2,
        "13": 1,
        "14": 1,
    }
