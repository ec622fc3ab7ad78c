"""What the portal says of a package that lacks tables and columns: nothing about anybody, and why."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from portal.core.models import History, Portal
from portal.core.totals import summarise
from portal.history.timeline import Timeline
from portal.rules.agencies import agency_values
from portal.rules.findings import Findings, RuleRunner, input_titles
from portal.rules.needs import unmet
from portal.rules.observations import OBSERVATIONS
from portal.rules.quality import quality_report
from portal.rules.reporting_rates import find_reporting_rates

from tests.conventions import LIMITS
from tests.sample_package import SamplePackage

REPORTS = ("monthly_results", "progress_reports")


def without(package: SamplePackage, *names: str) -> Portal:
    """The package without these tables (`monthly_results`) and columns (`projects.as_of_date`)."""
    content = package.described()
    content["resources"] = [resource for resource in content["resources"] if resource["name"] not in names]
    for resource in content["resources"]:
        gone = {name.partition(".")[2] for name in names if name.startswith(f"{resource['name']}.")}
        if gone:
            resource["schema"]["fields"] = [f for f in resource["schema"]["fields"] if f["name"] not in gone]
            resource["schema"]["foreignKeys"] = [
                k for k in resource["schema"].get("foreignKeys", []) if k["fields"][0] not in gone
            ]
            header, *rows = package.table(resource["name"])
            columns = [i for i, name in enumerate(header) if name not in gone]
            package.write(resource["name"], [[row[i] for i in columns] for row in (header, *rows)])
    package.descriptor.write_text(json.dumps(content), "utf-8")
    return package.portal()


def findings(portal: Portal) -> Findings:
    observer = RuleRunner(portal, LIMITS, Timeline(History(), {}, {}, ()), agency_values(portal.projects))
    for project in portal.projects:
        observer.observe(project)
    return observer.findings()


def absent(judged: Findings) -> dict[str, tuple[str, ...]]:
    return {outcome.rule.name: outcome.absent for outcome in judged.rules if outcome.absent}


SILENT = {"silent_while_running", "never_reported", "report_in_the_future", "finished_in_one_jump"}
"""The rules that only reports can answer."""


@pytest.mark.parametrize("emptied", [False, True], ids=["without the tables", "with empty tables"])
def test_without_any_report_nobody_is_said_never_to_report(whole: SamplePackage, emptied: bool) -> None:
    if emptied:
        for name in REPORTS:
            whole.write(name, whole.table(name)[:1])
    portal = whole.portal() if emptied else without(whole, *REPORTS)
    judged = findings(portal)
    assert judged.reporting_rates is None
    assert absent(judged).keys() == SILENT
    assert absent(judged)["never_reported"] == ("monthly_results.result", "progress_reports.report_date")
    for outcome in judged.rules:
        assert not outcome.absent or (outcome.found, outcome.not_found, outcome.cannot_be_checked) == (0, 0, 0)
    assert not any(finding.rule.name in SILENT for observed in judged.observations.values() for finding in observed)
    assert "last_reported" not in {figure.name for figure in quality_report(portal).figures}


def test_one_table_of_reports_is_enough_to_judge_by(whole: SamplePackage) -> None:
    judged = findings(without(whole, "monthly_results"))
    assert absent(judged) == {}
    assert judged.reporting_rates is not None


def test_a_month_without_a_fiscal_year_says_nothing_of_when(whole: SamplePackage) -> None:
    assert find_reporting_rates(without(whole, "progress_reports", "projects.fiscal_year")) is None


def test_a_rule_is_counted_exactly_where_the_package_has_its_columns(whole: SamplePackage) -> None:
    """Against the rules' own words: what each one is about, written down a second time."""
    about = {
        "finish_date": {"past_finish_date"},
        "start_date": {"silent_while_running", "never_reported"},
        "budget_spent": {
            *("spending_ahead_of_progress", "budget_spent_but_unfinished"),
            *("more_spent_than_received", "finished_with_money_unspent"),
        },
        "fiscal_year": {
            *("dates_outside_fiscal_year", "contracts_just_below_threshold", "much_money_with_one_supplier"),
        },
    }
    gone = ("finish_date", "budget_spent", "fiscal_year", "start_date")
    judged = findings(without(whole, *(f"projects.{name}" for name in gone)))
    assert absent(judged).keys() == set().union(*(about[name] for name in gone))
    assert {name for names in absent(judged).values() for name in names} == set(gone)
    assert judged.reporting_rates is None


def test_only_values_with_a_column_are_missing(whole: SamplePackage) -> None:
    portal = without(whole, "projects.progress_percent", "projects.finish_date")
    with whole.file("projects").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lacking = {
        row["project_id"]
        for row in rows
        if not all(row[name] for name in ("agency_id", "fiscal_year", "budget_received", "start_date"))
    }
    judged = findings(portal)
    mine = {
        name
        for name, observed in judged.observations.items()
        if any(o.rule.name == "key_value_missing" for o in observed)
    }
    assert mine == lacking
    assert 0 < len(lacking) < len(rows)
    finding = next(o for o in judged.observations[min(lacking)] if o.rule.name == "key_value_missing")
    assert tuple(finding.inputs) == ("agency", "fiscal_year", "budget_received", "start_date")


def test_dates_outside_the_year_are_those_that_the_data_have(whole: SamplePackage) -> None:
    """The rule judges the start alone where there is no finish; worked out again from the cells."""
    whole.set("projects", "start_date", "2020-01-01")
    portal = without(whole, "projects.finish_date")
    with whole.file("projects").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["fiscal_year"] and row["start_date"]]
    outside = [
        row["project_id"]
        for row in rows
        if not f"{int(row['fiscal_year']) - 544}-10-01" <= row["start_date"] <= f"{int(row['fiscal_year']) - 543}-09-30"
    ]
    (outcome,) = [outcome for outcome in findings(portal).rules if outcome.rule.name == "dates_outside_fiscal_year"]
    assert (outcome.found, outcome.covered) == (len(outside), len(rows))
    assert outside


def test_an_oddity_without_its_column_is_not_found_everywhere(whole: SamplePackage) -> None:
    odd = {
        report.rule: report
        for report in quality_report(without(whole, "projects.fiscal_year", "projects.budget_spent")).anomalies
    }
    assert (odd["no-fiscal-year"].values, odd["no-fiscal-year"].absent) == ((), ("fiscal_year",))
    assert odd["progress-without-spending"].absent == ("budget_spent",)
    assert odd["same-title-elsewhere"].absent == ()


def test_what_is_missing_has_a_name_that_people_read(whole: SamplePackage) -> None:
    portal = without(whole, *REPORTS, "projects.finish_date", "projects.as_of_date")
    titles = input_titles(portal.package)
    for outcome in findings(portal).rules:
        for name in (*outcome.absent, *outcome.rule.needs):
            assert "_" not in titles[name].first + titles[name]["en"]
            assert titles[name]["en"]


COLUMNS = (
    *("agency_id", "fiscal_year", "budget_received", "budget_spent", "progress_percent", "start_date", "finish_date"),
    *("as_of_date", "target_value", "result_value", "unit"),
)
"""The columns of projects that any rule reads."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> SamplePackage:
    """The sample with something for most rules to find, also where a value is what keeps a project out."""
    package = SamplePackage(tmp_path_factory.mktemp("odd") / "package")
    for row, budget, spent, progress in (
        (5, "1000", "1500", "65"),
        (10, "0", "5", "80"),
        (12, "1000", "0", "30"),
        (13, "0", "0", "30"),
        (17, "", "0", "30"),
        (19, "1000", "10", "100"),
    ):
        for name, cell in (("budget_received", budget), ("budget_spent", spent), ("progress_percent", progress)):
            package.set("projects", name, cell, row=row)
    package.set("projects", "start_date", "2022-01-01", row=2)
    silent = package.table("projects")[4][0]
    for resource in REPORTS:
        package.write(resource, [row for row in package.table(resource) if row[0] != silent])
    for row, year in ((3, "2569"), (4, ""), (6, "2569"), (7, "2568")):
        package.set("projects", "title", "งานหนึ่ง" if row < 6 else "งานสอง", row=row)
        package.set("projects", "fiscal_year", year, row=row)
    return package


@pytest.fixture(scope="module")
def odd_portal(odd: SamplePackage) -> Portal:
    return odd.portal()


@pytest.mark.parametrize("column", COLUMNS)
def test_without_a_column_no_rule_finds_what_it_would_not_find_with_it(
    odd: SamplePackage, odd_portal: Portal, tmp_path: Path, column: str
) -> None:
    """A rule that reads a column without declaring that it needs it would take the gap for a value."""
    package = SamplePackage(tmp_path / "package")
    for file in odd.root.rglob("*.csv"):
        shutil.copy(file, package.root / file.relative_to(odd.root))
    with_it, without_it = odd_portal, without(package, f"projects.{column}")
    before, after = (
        {report.rule: report for report in quality_report(portal).anomalies} for portal in (with_it, without_it)
    )
    for rule, report in after.items():
        places = {(value.project_id, value.field) for value in report.values}
        assert places <= {(value.project_id, value.field) for value in before[rule].values}, rule
        for value in report.values:
            assert column not in {value.field, *value.beside}, rule
    # Where one of two values is enough, the other one judges alone.
    ways = {
        rule.name
        for rule in OBSERVATIONS
        for need in rule.requires.split()
        if not rule.each and "|" in need and column in need.split("|")
    }
    observed = findings(with_it).observations
    for project_id, observed_without in findings(without_it).observations.items():
        for finding in observed_without:
            assert finding.rule.name in {with_column.rule.name for with_column in observed[project_id]} | ways, (
                project_id
            )
            assert column not in {"agency_id" if name == "agency" else name for name in finding.inputs}


def test_nothing_spent_is_odd_only_of_a_budget_that_is_known_and_above_zero(
    odd: SamplePackage, odd_portal: Portal
) -> None:
    with odd.file("projects").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    judged = [r for r in rows if r["budget_received"] and r["budget_spent"] and r["progress_percent"]]
    expected = {
        r["project_id"]
        for r in judged
        if float(r["budget_spent"]) == 0 < float(r["progress_percent"]) and float(r["budget_received"]) > 0
    }
    (report,) = [
        report for report in quality_report(odd_portal).anomalies if report.rule == "progress-without-spending"
    ]
    assert {value.project_id for value in report.values} == expected
    assert (len(expected) > 0, report.covered) == (True, len(judged))


def test_a_blank_year_is_no_other_year(odd: SamplePackage, odd_portal: Portal) -> None:
    """Rows 3 and 4 have one title and one agency, and one of them no year; rows 6 and 7 are of two years."""
    table = odd.table("projects")
    assert len({table[row - 1][table[0].index("agency_id")] for row in (3, 4, 6, 7)}) == 1
    (report,) = [report for report in quality_report(odd_portal).anomalies if report.rule == "same-title-elsewhere"]
    places = {value.row for value in report.values}
    assert {6, 7} <= places
    assert not {3, 4} & places


def test_an_input_that_the_package_cannot_give_is_not_shown_as_blank(whole: SamplePackage) -> None:
    portal = without(whole, *REPORTS, "projects.fiscal_year")
    inputs = {
        name for observed in findings(portal).observations.values() for finding in observed for name in finding.inputs
    }
    assert not inputs & {"status", "last_reported", "last_month", "newest_report", "reported_progress", "fiscal_year"}
    assert {"budget_received", "as_of_date"} <= inputs


@pytest.mark.parametrize(
    ("needs", "given", "missing"),
    [
        ("a b", "a b", ""),
        ("a b", "a", "b"),
        ("a|b c", "b c", ""),
        ("a|b c", "c", "a b"),
        ("a&b|c", "a", "b c"),
        ("a&b|c", "c", ""),
        ("a|b a", "b", "a"),
    ],
)
def test_needs_are_all_of_some_ways(needs: str, given: str, missing: str) -> None:
    assert unmet(needs, given.split().__contains__) == tuple(missing.split())


def test_the_mean_progress_says_how_much_of_the_money_it_is_of(whole: SamplePackage) -> None:
    portal = whole.portal()
    with whole.file("projects").open(encoding="utf-8", newline="") as file:
        rows: list[Any] = list(csv.DictReader(file))
    budgets = sum(float(row["budget_received"] or 0) for row in rows)
    held = sum(float(row["budget_received"] or 0) for row in rows if row["progress_percent"])
    summary = summarise(portal.projects)  # type: ignore[arg-type]
    assert summary.progress_share is not None
    assert float(summary.progress_share) == pytest.approx(held * 100 / budgets)
    assert 0 < held < budgets
