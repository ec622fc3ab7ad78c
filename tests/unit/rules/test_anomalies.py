"""What an observation finds is odd on the quality page by the same rule, worked out again from the cells."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from portal.core.models import History, Portal, Thresholds
from portal.history.timeline import Timeline
from portal.rules.agencies import agency_values
from portal.rules.findings import RuleRunner
from portal.rules.observations import OBSERVATIONS
from portal.rules.quality import quality_report

from tests.conventions import CITY
from tests.sample_package import SamplePackage

Places = set[tuple[str, str]]
"""Projects and the columns of their odd values."""

SHARED = {
    "whole-budget-spent-before-the-end": "budget_spent_but_unfinished",
    "more-spent-than-received": "more_spent_than_received",
    "dates-outside-the-fiscal-year": "dates_outside_fiscal_year",
}
"""The anomalies that are observations too, with the name of the observation."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> SamplePackage:
    """The sample with projects at the boundaries of these rules."""
    whole = SamplePackage(tmp_path_factory.mktemp("odd") / "package")
    amounts = ("budget_received", "budget_spent", "progress_percent")
    for row, cells, status in (
        (5, ("1000", "1500", "65"), "กำลังดำเนินการ"),  # more than all of it, unfinished
        (10, ("1000", "1500", "100"), ""),  # more than all of it, finished
        (12, ("1000", "1000", "30"), "ดำเนินการแล้วเสร็จ"),  # all of it, reported as completed below 100 %
        (13, ("0", "5", "80"), ""),  # from a budget of zero
        (17, ("1000", "1000", ""), "ชะลอ"),  # all of it, without a figure but on hold
        (19, ("1000", "1000", "99.9"), ""),  # all of it
        (20, ("1000", "999.99", "50"), ""),  # nearly all of it
        (21, ("", "1000", "50"), ""),  # of a budget that nobody knows
        (25, ("1000", "1000", ""), ""),  # all of it, without figure and report
    ):
        for name, cell in zip(amounts, cells, strict=True):
            whole.set("projects", name, cell, row=row)
        if status:
            whole.append("progress_reports", (project_id(whole, row), "2026-10-10", "", status, "", ""))
    whole.set("projects", "start_date", "2022-01-01", row=2)
    whole.set("projects", "start_date", "2023-01-01", row=3)
    whole.set("projects", "finish_date", "2027-01-01", row=3)
    whole.set("projects", "finish_date", "", row=4)
    return whole


def project_id(package: SamplePackage, row: int) -> str:
    return package.table("projects")[row - 1][0]


@pytest.fixture(scope="module")
def portal(odd: SamplePackage) -> Portal:
    return odd.portal()


def worked_out(package: SamplePackage) -> dict[str, Places]:
    """What the three rules find, from the cells alone."""
    places: dict[str, Places] = {name: set() for name in SHARED}
    statuses: dict[str, tuple[str, str]] = {}
    for report in rows(package, "progress_reports"):
        if report["status"]:
            statuses[report["project_id"]] = max(
                statuses.get(report["project_id"], ("", "")), (report["report_date"], report["status"])
            )
    for project in rows(package, "projects"):
        name, progress = project["project_id"], project["progress_percent"]
        received, spent = project["budget_received"], project["budget_spent"]
        status = statuses.get(name, ("", ""))[1]
        if received and spent:
            if Decimal(spent) > Decimal(received):
                places["more-spent-than-received"].add((name, "budget_spent"))
            finished = progress == "100" or status == "ดำเนินการแล้วเสร็จ"
            unknown = not progress and status not in ("กำลังดำเนินการ", "ชะลอ", "ยกเลิก")
            if Decimal(spent) >= Decimal(received) > 0 and not finished and not unknown:
                places["whole-budget-spent-before-the-end"].add((name, "budget_spent"))
        for column in ("start_date", "finish_date"):
            if project["fiscal_year"] and project[column]:
                year = int(project["fiscal_year"]) - 543
                if not f"{year - 1}-10-01" <= project[column] <= f"{year}-09-30":
                    places["dates-outside-the-fiscal-year"].add((name, column))
    return places


def rows(package: SamplePackage, resource: str) -> list[dict[str, str]]:
    with package.file(resource).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_odd_values_of_a_shared_rule_are_those_that_its_sentence_says(portal: Portal, odd: SamplePackage) -> None:
    reports = {report.rule: report for report in quality_report(portal).anomalies}
    places = {name: {(value.project_id, value.field) for value in reports[name].values} for name in SHARED}
    assert places == worked_out(odd)
    assert {name: len(found) for name, found in places.items()} == {
        "whole-budget-spent-before-the-end": 4,
        "more-spent-than-received": 4,
        "dates-outside-the-fiscal-year": 3,
    }


def test_the_quality_page_and_the_observations_say_the_same_of_each_project(portal: Portal) -> None:
    runner = RuleRunner(portal, Thresholds(), Timeline(History(), {}, {}, ()), agency_values(portal.projects))
    found = {
        (observation.rule.name, project.project_id)
        for project in portal.projects
        for observation in runner.observe(project)
        if observation.found
    }
    for report in quality_report(portal).anomalies:
        if report.rule in SHARED:
            projects = {name for rule, name in found if rule == SHARED[report.rule]}
            assert {value.project_id for value in report.values} == projects, report.rule


def test_a_shared_rule_is_explained_in_the_words_of_the_observation(portal: Portal) -> None:
    rules = {rule.name: rule for rule in OBSERVATIONS}
    for report in quality_report(portal).anomalies:
        if report.rule in SHARED:
            rule = rules[SHARED[report.rule]]
            assert report.title == rule.title.text(CITY.languages)
            meaning = rule.meaning_with(Thresholds(), CITY)
            assert report.meaning["en"] == f"{meaning['en']} {rule.explanation['en']}"
            assert report.meaning.first == f"{meaning.first} {rule.explanation['th']}"


def test_an_odd_value_stands_beside_what_makes_it_odd(portal: Portal, odd: SamplePackage) -> None:
    reports = {report.rule: report for report in quality_report(portal).anomalies}
    (above,) = [v for v in reports["more-spent-than-received"].values if v.project_id == project_id(odd, 5)]
    assert (above.row, above.value, above.beside) == (5, Decimal(1500), {"budget_received": Decimal(1000)})
    (on_hold,) = [v for v in reports["whole-budget-spent-before-the-end"].values if v.project_id == project_id(odd, 17)]
    assert on_hold.beside == {"budget_received": Decimal(1000), "progress_percent": None}


def test_a_shared_rule_covers_the_projects_that_have_what_it_requires(portal: Portal, odd: SamplePackage) -> None:
    """Both amounts, and a figure or a status by which it can be finished."""
    statuses = {report["project_id"] for report in rows(odd, "progress_reports") if report["status"]}
    able = [
        project
        for project in rows(odd, "projects")
        if project["budget_received"] and project["budget_spent"]
        if project["progress_percent"] or project["project_id"] in statuses
    ]
    reports = {report.rule: report for report in quality_report(portal).anomalies}
    assert reports["whole-budget-spent-before-the-end"].covered == len(able)
