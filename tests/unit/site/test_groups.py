"""The ways to group projects: what the package gives is a group, and what it does not have is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.core.models import Page, project_index
from portal.package import read_portal
from portal.site.pages.groups import kinds_of, plan_groups

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage


def year_page(package: SamplePackage) -> tuple[set[int | None], Page]:
    """The fiscal years that projects are grouped by, and the page that lists them."""
    reading = read_portal(package.root)
    assert reading.portal is not None
    assert reading.problems == ()
    index = project_index(reading.portal)
    kind = kinds_of(index)["year"]
    return {*kind.groups}, next(plan_groups(index, kind, "en", 50))


def test_projects_without_a_year_are_a_group_where_others_have_one(package: SamplePackage) -> None:
    blank = [""] * 3
    package.set("projects", "fiscal_year", *blank)
    years, page = year_page(package)
    assert None in years
    assert len(years) > 1
    assert [len(rows) for _, rows in page.context.sections] == [len(years)]


def test_a_package_without_years_says_of_no_project_that_it_gives_none(package: SamplePackage) -> None:
    content = package.described()
    projects = next(resource for resource in content["resources"] if resource["name"] == "projects")
    fields = [field["name"] for field in projects["schema"]["fields"]]
    package.describe(
        f"resources.{content['resources'].index(projects)}.schema.fields",
        [field for field in projects["schema"]["fields"] if field["name"] != "fiscal_year"],
    )
    number = fields.index("fiscal_year")
    package.write("projects", [row[:number] + row[number + 1 :] for row in package.table("projects")])
    years, page = year_page(package)
    assert years == set()
    assert (page.context.sections, page.context.without) == ((), 0)
