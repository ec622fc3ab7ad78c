"""The pages of areas: which projects stand on each, and how they came there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.core import urls
from portal.core.models import Page, project_index
from portal.rules import possible_duplicates
from portal.site.outlines import draw_outlines
from portal.site.pages.areas import city_areas, plan_areas, projects_by_area

from tests.conventions import CITY
from tests.unit.rules.test_needs import findings as judged

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage


def pages(package: SamplePackage) -> dict[str, Page]:
    whole = package.portal()
    portal = project_index(whole)
    city = city_areas(portal, possible_duplicates(portal.projects))
    assert city is not None
    tile_maps = {language: city.draw(portal.package, language) for language in CITY.languages}
    return {
        page.path: page
        for page in plan_areas(portal, city, judged(whole), tile_maps, draw_outlines(whole.outlines), 50)
        if page.language == "en"
    }


def members(package: SamplePackage) -> dict[str, set[str]]:
    by_area = projects_by_area(project_index(package.portal()))
    return {area.area_id: {project.project_id for project in projects} for area, projects in by_area.items()}


def test_every_area_has_a_page_also_without_a_project(whole: SamplePackage) -> None:
    assert {*pages(whole)} == {urls.AREAS, *(urls.area(row[0]) for row in whole.table("areas")[1:])}
    assert members(whole)["14"] == set()


def test_a_whole_has_the_projects_of_its_parts_each_once(whole: SamplePackage) -> None:
    by_area = members(whole)
    assert by_area["01"] == by_area["11"] | by_area["12"]
    assert "91000000-2001" in by_area["11"] & by_area["12"]
    page = pages(whole)[urls.area("01")].context
    assert page.count == len(by_area["01"]) == page.summary.projects
    assert {row.path for row in page.parts} == {urls.area("11"), urls.area("12")}


def test_a_page_names_the_office_and_the_whole(whole: SamplePackage) -> None:
    page = pages(whole)[urls.area("11")].context
    assert ([office.agency_id for office in page.offices], page.whole.area_id) == (["95010000"], "01")


def test_the_pages_count_how_projects_were_placed(whole: SamplePackage) -> None:
    placement = pages(whole)[urls.AREAS].context.placement
    projects = whole.portal().projects
    assert (placement.own, placement.several) == (2, 1)
    assert placement.by_agency == sum(p.is_placed_by_agency for p in projects) > 0
    assert placement.own + placement.by_agency + placement.nowhere == len(projects)


def test_a_package_without_areas_has_no_page_of_them(package: SamplePackage) -> None:
    assert "areas" not in package.portal().package.resources
    assert projects_by_area(project_index(package.portal())) == {}
    assert city_areas(project_index(package.portal()), {}) is None
