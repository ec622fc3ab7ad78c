"""What the quality report says of a package: the rules that held, what is missing, what is odd."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from portal.package.reading import read_portal
from portal.rules.quality import Quality, quality_json, quality_report

from tests.bangkok.shipped import descriptor, table_rows
from tests.conventions import CITY

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def real() -> Quality:
    portal = read_portal(ROOT, CITY).portal
    assert portal is not None
    return quality_report(portal)


def places_of(quality: Quality, rule: str) -> list[tuple[int, str]]:
    """The row and field of each value that a rule found."""
    return [(value.row, value.field) for odd in quality.anomalies if odd.rule == rule for value in odd.values]


def test_the_known_oddities_of_the_real_data_are_found(real: Quality) -> None:
    row = {row["project_id"]: number for number, row in enumerate(table_rows("projects"), start=2)}
    assert (row["04160000-6961"], "budget_spent") in places_of(real, "whole-budget-spent-before-the-end")
    unpaid = [
        project
        for project in table_rows("projects")
        if project["budget_spent"] and float(project["budget_spent"]) == 0
        if float(project["progress_percent"] or 0) > 0 and float(project["budget_received"] or 0) > 0
    ]
    assert "23000000-6712" in {project["project_id"] for project in unpaid}
    assert places_of(real, "progress-without-spending") == [
        (row[project["project_id"]], "budget_spent") for project in unpaid
    ]
    outside = places_of(real, "dates-outside-the-fiscal-year")
    assert outside == [(row["50270000-3262"], "start_date"), (row["50270000-3262"], "finish_date")]
    assert len(places_of(real, "no-fiscal-year")) == 3


def test_each_rule_says_how_many_cells_it_covered(real: Quality) -> None:
    projects = table_rows("projects")
    covered = {(rule.resource, rule.field, rule.rule): rule.covered for rule in real.constraints}
    assert covered["projects", None, "row"] == len(projects)
    filled = Counter(name for row in projects for name, cell in row.items() if cell)
    for (resource, field, rule), count in covered.items():
        if resource == "projects" and field and rule != "required":
            assert count == filled[field], (field, rule)
    assert covered["monthly_results", "result", "minimum"] == 5
    assert covered["projects", "agency_id", "foreignKeys"] == len(projects)


def test_each_agency_says_how_many_of_its_projects_give_each_figure(real: Quality) -> None:
    projects = table_rows("projects")
    for agency_report in real.agencies:
        assert agency_report.agency is not None
        own = [row for row in projects if row["agency_id"] == agency_report.agency.agency_id]
        assert agency_report.completeness.projects == len(own)
        assert agency_report.completeness.figures["budget_received"] == sum(bool(row["budget_received"]) for row in own)
        for name in ("fiscal_year", "start_date", "finish_date"):
            assert agency_report.completeness.figures[name] == sum(bool(row[name]) for row in own), name
    assert len(real.agencies) == 70


@pytest.mark.parametrize(
    ("rule", "field", "text", "shown"),
    [
        ("other-encoding", "remarks", "ส\u0e4d\u0e32นัก", "ส\u0e4d\u0e32นัก"),
        ("other-encoding", "remarks", "ส\u0e32\u0e4dนัก", "ส\u0e32\u0e4dนัก"),
        ("other-encoding", "remarks", "น\u0e33\u0e49", "น\u0e33\u0e49"),
        ("garbled-text", "remarks", "เธ—เธฃเธฒเธข", "เธ—เธฃเธฒเธข"),
        ("garbled-text", "remarks", "à¸–à¸™à¸™ 5", "à¸–à¸™à¸™ 5"),
        ("thai-digits", "remarks", "ข้อ ๒", "ข้อ ๒"),
        ("hidden-characters", "remarks", "ก\u200bข", "ก‹U+200B›ข"),
        ("damaged-characters", "remarks", "ก\ufffdข", "ก‹U+FFFD›ข"),
        ("stray-spaces", "remarks", "ก  ข", "ก␣␣ข"),
        ("stray-spaces", "title", "ชื่อ ", "ชื่อ␣"),
    ],
)
def test_an_odd_text_is_found_where_it_stands_and_no_other(
    package: Any, rule: str, field: str, text: str, shown: str
) -> None:
    plain = quality_report(package.read().portal)
    package.set("projects", field, text, row=5)
    odd = next(report for report in quality_report(package.read().portal).anomalies if report.rule == rule)
    before = next(report for report in plain.anomalies if report.rule == rule)
    new = [value for value in odd.values if value not in before.values]
    assert [(value.row, value.field, value.value) for value in new] == [(5, field, shown)]


def test_the_report_for_programs_holds_every_odd_value(real: Quality) -> None:
    content = json.loads(quality_json(real))
    assert (content["valid"], content["version"]) == (True, descriptor()["version"])
    assert {report["rule"]: len(report["values"]) for report in content["odd_values"]} == {
        report.rule: len(report.values) for report in real.anomalies
    }
    fields = {(field["resource"], field["field"]): field["filled"] for field in content["completeness"]["fields"]}
    assert fields["projects", "budget_received"] == sum(bool(row["budget_received"]) for row in table_rows("projects"))
    assert len(content["rules"]) == len(real.constraints)
