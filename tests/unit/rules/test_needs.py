"""What the portal says of a package that lacks tables and columns: nothing about anybody, and why."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from portal.core.models import History, Portal, Thresholds
from portal.core.totals import summarise
from portal.history.timeline import Timeline
from portal.rules.findings import Findings, RuleRunner, input_titles
from portal.rules.needs import unmet
from portal.rules.quality import quality_report
from portal.rules.reporting import reporting_rates

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

REPORTS = ("monthly_results", "progress_reports")


def without(package: SamplePackage, *names: str) -> Portal:
    """The package without these tables (`monthly_results`) and columns (`projects.as_of_date`)."""
    content = package.described()
    content["resources"] = [one for one in content["resources"] if one["name"] not in names]
    for one in content["resources"]:
        gone = {name.partition(".")[2] for name in names if name.startswith(f"{one['name']}.")}
        if gone:
            one["schema"]["fields"] = [f for f in one["schema"]["fields"] if f["name"] not in gone]
            one["schema"]["foreignKeys"] = [
                k for k in one["schema"].get("foreignKeys", []) if k["fields"][0] not in gone
            ]
            header, *rows = package.table(one["name"])
            columns = [i for i, name in enumerate(header) if name not in gone]
            package.write(one["name"], [[row[i] for i in columns] for row in (header, *rows)])
    package.descriptor.write_text(json.dumps(content), "utf-8")
    return read(package)


def read(package: SamplePackage) -> Portal:
    assert package.problems() == ()
    portal = package.read().portal
    assert portal is not None
    return portal


def findings(portal: Portal) -> Findings:
    observer = RuleRunner(portal, Thresholds(), Timeline(History(), {}, {}, ()))
    for project in portal.projects:
        observer.observe(project)
    return observer.findings()


def absent(found: Findings) -> dict[str, tuple[str, ...]]:
    return {one.rule.name: one.absent for one in found.rules if one.absent}


SILENT = {"silent_while_running", "never_reported", "report_in_the_future", "finished_in_one_jump"}
"""The rules that only reports can answer."""


@pytest.mark.parametrize("emptied", [False, True], ids=["without the tables", "with empty tables"])
def test_without_any_report_nobody_is_said_never_to_report(whole: SamplePackage, emptied: bool) -> None:
    if emptied:
        for name in REPORTS:
            whole.write(name, whole.table(name)[:1])
    portal = read(whole) if emptied else without(whole, *REPORTS)
    found = findings(portal)
    assert found.reporting_rates is None
    assert absent(found).keys() == SILENT
    assert absent(found)["never_reported"] == ("monthly_results.result", "progress_reports.report_date")
    for one in found.rules:
        assert not one.absent or (one.found, one.not_found, one.cannot_be_checked) == (0, 0, 0)
    assert not any(one.rule.name in SILENT for each in found.observations.values() for one in each)
    assert "last_reported" not in {figure.name for figure in quality_report(portal).figures}


def test_one_table_of_reports_is_enough_to_judge_by(whole: SamplePackage) -> None:
    found = findings(without(whole, "monthly_results"))
    assert absent(found) == {}
    assert found.reporting_rates is not None


def test_a_month_without_a_fiscal_year_says_nothing_of_when(whole: SamplePackage) -> None:
    assert reporting_rates(without(whole, "progress_reports", "projects.fiscal_year")) is None


def test_a_rule_is_counted_exactly_where_the_package_has_its_columns(whole: SamplePackage) -> None:
    """Against the rules' own words: what each one is about, written down a second time."""
    about = {
        "finish_date": {"past_finish_date"},
        "start_date": {"silent_while_running", "never_reported"},
        "budget_spent": {
            *("spending_ahead_of_progress", "budget_spent_but_unfinished"),
            *("more_spent_than_received", "finished_with_money_unspent"),
        },
        "fiscal_year": {"dates_outside_fiscal_year"},
    }
    gone = ("finish_date", "budget_spent", "fiscal_year", "start_date")
    found = findings(without(whole, *(f"projects.{name}" for name in gone)))
    assert absent(found).keys() == set().union(*(about[name] for name in gone))
    assert {name for names in absent(found).values() for name in names} == set(gone)
    assert found.reporting_rates is None


def test_only_values_with_a_column_are_missing(whole: SamplePackage) -> None:
    portal = without(whole, "projects.progress_percent", "projects.finish_date")
    with whole.file("projects").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lacking = {
        row["project_id"]
        for row in rows
        if not all(row[name] for name in ("agency_id", "fiscal_year", "budget_received", "start_date"))
    }
    found = findings(portal)
    mine = {name for name, each in found.observations.items() if any(o.rule.name == "key_value_missing" for o in each)}
    assert mine == lacking
    assert 0 < len(lacking) < len(rows)
    one = next(o for o in found.observations[min(lacking)] if o.rule.name == "key_value_missing")
    assert tuple(one.inputs) == ("agency", "fiscal_year", "budget_received", "start_date")


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
    (one,) = [one for one in findings(portal).rules if one.rule.name == "dates_outside_fiscal_year"]
    assert (one.found, one.covered) == (len(outside), len(rows))
    assert outside


def test_an_oddity_without_its_column_is_not_found_everywhere(whole: SamplePackage) -> None:
    odd = {
        one.rule: one
        for one in quality_report(without(whole, "projects.fiscal_year", "projects.budget_spent")).anomalies
    }
    assert (odd["no-fiscal-year"].values, odd["no-fiscal-year"].absent) == ((), ("fiscal_year",))
    assert odd["progress-without-spending"].absent == ("budget_spent",)
    assert odd["same-title-elsewhere"].absent == ()


def test_what_is_missing_has_a_name_that_people_read(whole: SamplePackage) -> None:
    portal = without(whole, *REPORTS, "projects.finish_date", "projects.as_of_date")
    titles = input_titles(portal.package)
    for one in findings(portal).rules:
        for name in (*one.absent, *one.rule.needs):
            assert "_" not in titles[name].th + titles[name].en
            assert titles[name].en


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
    portal = read(whole)
    with whole.file("projects").open(encoding="utf-8", newline="") as file:
        rows: list[Any] = list(csv.DictReader(file))
    known = sum(float(row["budget_received"] or 0) for row in rows)
    held = sum(float(row["budget_received"] or 0) for row in rows if row["progress_percent"])
    summary = summarise(portal.projects)  # type: ignore[arg-type]
    assert summary.progress_share is not None
    assert float(summary.progress_share) == pytest.approx(held * 100 / known)
    assert 0 < held < known
