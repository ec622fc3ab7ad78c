"""The ways to group projects: what the package gives is a group, and what it does not have is none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from portal.core.models import History, Page, Thresholds, project_index
from portal.history import Timeline
from portal.package import read_portal
from portal.rules import LATE, MISSING, RuleRunner, agency_values
from portal.site.pages.groups import find_in_group, kinds_of, plan_groups
from portal.site.pages.lists import with_observations

from tests.conventions import CITY
from tests.unit.rules.test_needs import findings as judged
from tests.unit.rules.test_needs import without

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage


def year_page(package: SamplePackage) -> tuple[set[int | None], Page]:
    """The fiscal years that projects are grouped by, and the page that lists them."""
    reading = read_portal(package.root, CITY)
    assert reading.portal is not None
    assert reading.problems == ()
    index = project_index(reading.portal)
    kind = kinds_of(index)["year"]
    return {*kind.groups}, next(plan_groups(index, kind, judged(reading.portal), 50))


def test_a_group_counts_what_is_late_of_what_can_be_checked_and_what_is_observed(whole: SamplePackage) -> None:
    portal = whole.portal()
    runner = RuleRunner(portal, Thresholds(), Timeline(History(), {}, {}, ()), agency_values(portal.projects))
    outcomes = {
        project.project_id: {finding.rule.name: finding.outcome.value for finding in runner.observe(project)}
        for project in portal.projects
    }
    findings = runner.findings()
    for kind in kinds_of(project_index(portal)).values():
        for projects in kind.groups.values():
            found = find_in_group(projects, findings)
            of_group = [outcomes[project.project_id] for project in projects]
            late = Counter(of_project[LATE] for of_project in of_group)
            assert found.late == late["concerned"]
            assert found.checked_for_lateness == late["concerned"] + late["not_concerned"]
            counts = Counter(
                name
                for of_project in of_group
                for name, outcome in of_project.items()
                if outcome == "concerned" and name != MISSING
            )
            assert dict(found.observations) == counts


def test_a_group_whose_package_has_no_finish_dates_says_nothing_of_lateness(whole: SamplePackage) -> None:
    portal = without(whole, "projects.finish_date")
    found = find_in_group(project_index(portal).projects, judged(portal))
    assert (found.late_rule, found.late, found.checked_for_lateness) == (None, 0, 0)


def test_only_the_first_page_of_a_group_says_what_was_found(whole: SamplePackage) -> None:
    portal = whole.portal()
    index = project_index(portal)
    pages = [page.context for page in plan_groups(index, kinds_of(index)["year"], judged(portal), 1)][2:]
    assert {page.pagination.number for page in pages} > {1}
    assert all((page.findings is None) == (page.pagination.number > 1) for page in pages)


def test_a_list_counts_the_observations_on_a_project_missing_values_aside(whole: SamplePackage) -> None:
    portal = whole.portal()
    findings = judged(portal)
    counts = {p.project_id: p.observations for p in with_observations(project_index(portal), findings).projects}
    assert counts == {project_id: len(findings.questions(project_id)) for project_id in counts}
    assert any(counts.values())


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
