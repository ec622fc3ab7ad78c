"""An agency of which the data never have a value or a report is not said to lack it in one of its projects."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from portal.core.models import (
    Agency,
    Change,
    ChangeKind,
    History,
    MonthlyResult,
    Portal,
    ProgressReport,
    Project,
    Thresholds,
)
from portal.history import ProjectChanges
from portal.history.changes import DescribedChange
from portal.history.timeline import Timeline
from portal.rules.agencies import AgencyRules, agency_values
from portal.rules.findings import Finding, RuleRunner, finding_rows, input_titles
from portal.rules.observations import OBSERVATIONS
from portal.rules.outcomes import Outcome, judge_project
from portal.rules.quality import quality_report
from portal.rules.transitions import RuleTransitions, fields_of

from tests.conventions import FISCAL
from tests.texts import both

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

ABOUT_REPORTS = ("silent_while_running", "never_reported")
KEY_COLUMNS = ("fiscal_year", "budget_received", "progress_percent", "start_date", "finish_date")


def rows(package: SamplePackage, resource: str) -> list[dict[str, str]]:
    with package.file(resource).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def observe(portal: Portal) -> tuple[RuleRunner, dict[tuple[str, str], Finding]]:
    """The runner, and what each rule says, by rule and project."""
    runner = RuleRunner(portal, Thresholds(), Timeline(History(), {}, {}, ()), agency_values(portal.projects))
    said = {(f.rule.name, p.project_id): f for p in portal.projects for f in runner.observe(p)}
    return runner, said


@pytest.fixture
def reports_of_one(whole: SamplePackage) -> SamplePackage:
    """The sample with reports of the agency 91000000 alone."""
    for name in ("monthly_results", "progress_reports"):
        header, *others = whole.table(name)
        whole.write(name, [header, *(row for row in others if name == "monthly_results" and row[0].startswith("91"))])
    return whole


def test_an_agency_of_which_there_is_no_report_is_not_said_to_report_nothing(reports_of_one: SamplePackage) -> None:
    agencies = {row["project_id"]: row["agency_id"] for row in rows(reports_of_one, "projects")}
    runner, said = observe(reports_of_one.portal())
    without = {"agency_reports"}
    for (rule, project_id), finding in said.items():
        if rule in ABOUT_REPORTS and agencies[project_id] != "91000000":
            assert finding.outcome is not Outcome.FOUND
            assert without <= {*finding.missing} or finding.outcome is Outcome.NOT_FOUND
        else:
            assert not without & {*finding.missing}
    for project_id in ("92000000-3002", "95020000-3003", "95030000-3001"):
        assert said["never_reported", project_id].outcome is Outcome.CANNOT_BE_CHECKED
    found = runner.findings()
    assert found.reporting_rates is not None
    league = {row.agency.agency_id: row.has_reports for row in found.reporting_rates.rows if row.agency}
    assert league == {agency_id: agency_id == "91000000" for agency_id in {*agencies.values()} - {""}}


def test_the_table_of_findings_and_the_counts_say_that_the_agency_has_no_report(reports_of_one: SamplePackage) -> None:
    portal = reports_of_one.portal()
    runner, said = observe(portal)
    project = next(p for p in portal.projects if p.project_id == "92000000-3002")
    (row,) = finding_rows(project, [said["never_reported", project.project_id]])
    assert (row[2], row[-1]) == ("cannot_be_checked", "agency_reports")
    (result,) = [result for result in runner.findings().rules if result.rule.name == "never_reported"]
    assert result.found == 0
    assert dict(result.lacking)["agency_reports"] == result.cannot_be_checked > 0
    assert input_titles(portal.package)["agency_reports"] == both(
        "รายงานใด ๆ ของหน่วยงานในชุดข้อมูลนี้", "any report of the agency in these data"
    )


def test_one_old_report_of_any_project_makes_its_agency_one_that_reports(reports_of_one: SamplePackage) -> None:
    reports_of_one.append("progress_reports", ("92000000-3001", "2025-11-01", "1", "", "", ""))
    _, said = observe(reports_of_one.portal())
    assert said["never_reported", "92000000-3002"].outcome is Outcome.FOUND
    assert said["never_reported", "95020000-3003"].outcome is Outcome.CANNOT_BE_CHECKED


def test_a_value_that_an_agency_never_gives_is_not_missing_from_one_of_its_projects(whole: SamplePackage) -> None:
    table = rows(whole, "projects")
    for number, row in enumerate(table, start=2):
        if row["agency_id"] == "92000000":
            whole.set("projects", "progress_percent", "", row=number)
    whole.set("projects", "budget_received", "", row=2)
    table = rows(whole, "projects")
    gives = {(row["agency_id"], name) for row in table for name in KEY_COLUMNS if row[name]}
    lacking = {
        row["project_id"]
        for row in table
        if any(not row[name] and (row["agency_id"], name) in gives for name in KEY_COLUMNS)
    }
    portal = whole.portal()
    runner, said = observe(portal)
    assert {i for (rule, i), f in said.items() if rule == "key_value_missing" and f.found} == lacking
    assert table[0]["project_id"] in lacking
    some = next(row["project_id"] for row in table if row["agency_id"] == "92000000")
    assert "progress_percent" not in said["key_value_missing", some].inputs
    assert "progress_percent" in said["key_value_missing", table[0]["project_id"]].inputs
    counts = {row.agency.agency_id: row.completeness.figures for row in quality_report(portal).agencies if row.agency}
    assert counts["92000000"]["progress_percent"] == 0 < counts["91000000"]["progress_percent"]
    assert len(lacking) == next(r.found for r in runner.findings().rules if r.rule.name == "key_value_missing")


A, B = (Agency(name, both(name)) for name in "AB")
WHOLE = Project(
    "1",
    "ก",
    fiscal_year=2566,
    fiscal_calendar=FISCAL,
    agency=A,
    budget_received=Decimal(1),
    progress_percent=Decimal(0),
    start_date=date(2022, 10, 1),
    finish_date=date(2023, 9, 30),
    as_of_date=date(2023, 3, 15),
)


def says(rule: str, project: Project, *others: Project) -> tuple[Outcome, tuple[str, ...]]:
    rules = AgencyRules(OBSERVATIONS, agency_values([project, *others])).of(project)
    (outcome,) = [one for one in judge_project(project, Thresholds(), rules) if one.rule == rule]
    return outcome.outcome, outcome.missing


@pytest.mark.parametrize("name", KEY_COLUMNS)
def test_a_blank_is_a_gap_where_another_project_of_the_agency_has_the_value(name: str) -> None:
    blank = replace(WHOLE, **{name: None})  # type: ignore[arg-type]
    assert says("key_value_missing", blank, WHOLE) == (Outcome.FOUND, ())
    assert says("key_value_missing", blank, blank, replace(WHOLE, agency=B)) == (Outcome.NOT_FOUND, ())


def test_a_project_without_an_agency_lacks_one_whatever_others_have() -> None:
    assert says("key_value_missing", replace(WHOLE, agency=None)) == (Outcome.FOUND, ())


@pytest.mark.parametrize("rule", ABOUT_REPORTS)
@pytest.mark.parametrize(
    "facts",
    [
        {"monthly_results": (MonthlyResult(1, Decimal(0)),)},
        {"progress_reports": (ProgressReport(date(2022, 11, 1), Decimal(0)),)},
        {"progress_reports": (ProgressReport(None, Decimal(0)),)},
    ],
    ids=["result", "report", "report without a day"],
)
def test_any_report_of_the_agency_is_enough_and_none_is_not(rule: str, facts: dict[str, object]) -> None:
    other = replace(WHOLE, **facts)  # type: ignore[arg-type]
    assert says(rule, WHOLE, other) == (Outcome.FOUND, ())
    unknown = (Outcome.CANNOT_BE_CHECKED, ("agency_reports",))
    assert says(rule, WHOLE, WHOLE) == unknown
    assert says(rule, WHOLE, replace(other, agency=B)) == unknown
    empty = replace(WHOLE, monthly_results=(MonthlyResult(1, None),))
    assert says(rule, WHOLE, empty) == unknown


def test_what_excludes_a_finding_excludes_it_without_any_report_too() -> None:
    for facts in ({"progress_percent": Decimal(100)}, {"start_date": date(2023, 3, 16)}):
        for rule in ABOUT_REPORTS:
            assert says(rule, replace(WHOLE, **facts)) == (Outcome.NOT_FOUND, ())


def test_releases_begin_and_end_nothing_of_which_the_data_of_today_say_nothing(whole: SamplePackage) -> None:
    """A project starts, and nobody reported anything of its agency: that is no observation that began."""
    portal = whole.portal()
    started = Change("projects", ("1",), "1", "start_date", ChangeKind.CHANGED, "", "2022-10-01")
    entries = [ProjectChanges(None, (DescribedChange(started),))]  # type: ignore[arg-type]
    reporting = replace(WHOLE, project_id="2", monthly_results=(MonthlyResult(1, Decimal(1)),))
    for others, began in (((), set()), ((reporting,), {"never_reported", "silent_while_running"})):
        values = agency_values([WHOLE, *others])
        transitions = RuleTransitions(
            Thresholds(), fields_of(portal.package), portal.package.conventions.fiscal, agency_values=values
        )
        ((names, _),) = transitions.of(WHOLE, entries)
        assert {*names} & {*ABOUT_REPORTS} == began


def test_what_is_cached_of_a_project_is_judged_anew_when_its_agency_reports(whole: SamplePackage) -> None:
    portal = whole.portal()
    started = Change("projects", ("1",), "1", "start_date", ChangeKind.CHANGED, "", "2022-10-01")
    moved = Change("projects", ("1",), "1", "agency_id", ChangeKind.CHANGED, "B", "A")
    entries = [ProjectChanges(None, (DescribedChange(change),)) for change in (moved, started)]  # type: ignore[arg-type]
    result = (MonthlyResult(1, Decimal(1)),)
    cached: dict[str, object] = {}
    for agency in (None, A, B):
        others = () if agency is None else (replace(WHOLE, project_id="2", agency=agency, monthly_results=result),)
        values = agency_values([WHOLE, *others])
        fresh = RuleTransitions(
            Thresholds(), fields_of(portal.package), portal.package.conventions.fiscal, agency_values=values
        )
        warm = RuleTransitions(
            Thresholds(), fields_of(portal.package), portal.package.conventions.fiscal, cached, agency_values=values
        )
        assert [*warm.of(WHOLE, entries)] == [*fresh.of(WHOLE, entries)]
        cached |= fresh.requested
    assert len(cached) == 3
