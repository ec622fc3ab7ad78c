"""All that is published of each project in one record, with the release that it is of."""

import csv
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.core.models import Package, RecordVersion
from portal.exports.records import ProjectRecords
from portal.history import RecordVersions

from tests.sample_package import SamplePackage

PROJECT = "91000000-3001"
FIRST = RecordVersion("1.0", date(2026, 1, 1), "a" * 40, None)
CHANGED = RecordVersion("1.4", date(2026, 1, 9), "b" * 40, "2026-01-09-bbbbbbbb")


def records(package: Package, data: Path, versions: RecordVersions) -> dict[str, dict[str, Any]]:
    """The records by project."""
    records = ProjectRecords(package, versions, data)
    by_year = [(year, json.loads(line, parse_float=Decimal)) for year, line in records.lines(records.digests())]
    assert all(year == (str(record["fiscal_year"]) if record["fiscal_year"] else "unknown") for year, record in by_year)
    return {record["project_id"]: record for _, record in by_year}


@pytest.fixture
def record(described: Package, data: Path) -> dict[str, Any]:
    return records(described, data, RecordVersions(FIRST))[PROJECT]


def cells(data: Path, resource: str) -> list[dict[str, str]]:
    """The rows of the project as the CSV has them."""
    with (data / f"{resource}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["project_id"] == PROJECT]


def same(value: Any, cell: str) -> bool:
    """Whether a value of JSON is that of a cell."""
    if value is None or isinstance(value, str):
        return (value or "") == cell
    return Decimal(value) == Decimal(cell)


def test_a_record_has_every_column_of_its_project_and_each_table_that_reports_on_it(
    described: Package, data: Path, record: dict[str, Any]
) -> None:
    tables = [
        "monthly_results",
        "progress_reports",
        "evaluations",
        "revisions",
        "project_areas",
        "tenders",
        "contracts",
        "payments",
    ]
    assert list(record) == [*described.resources["projects"].fields, *tables, "provenance"]
    (row,) = cells(data, "projects")
    assert {name: record[name] for name in row if not same(record[name], row[name])} == {}


@pytest.mark.parametrize("resource", ["monthly_results", "progress_reports", "evaluations", "revisions"])
def test_a_record_has_the_rows_of_its_project_without_their_key(
    data: Path, record: dict[str, Any], resource: str
) -> None:
    rows = cells(data, resource)
    assert len(record[resource]) == len(rows) > 0
    assert "project_id" not in record[resource][0]
    for row in rows:
        of_row = {name: cell for name, cell in row.items() if name != "project_id"}
        matching = [own for own in record[resource] if all(same(own[name], cell) for name, cell in of_row.items())]
        assert len(matching) == rows.count(row)


def test_the_payments_of_a_project_are_those_of_its_contracts(described: Package, data: Path) -> None:
    by_project = records(described, data, RecordVersions(FIRST))
    found = {
        name: [(payment["contract_id"], payment["payment_id"]) for payment in record["payments"]]
        for name, record in by_project.items()
        if record["payments"]
    }
    assert found == {
        "91000000-1001": [("C67-0001", "P-0001"), ("C67-0001", "P-0002"), ("C67-0002", "P-0003")],
        "91000000-2001": [("C68-0003", "P-0004")],
        "91000000-3002": [("C69-0004", "P-0005"), ("C69-0004", "P-0006")],
        "92000000-2001": [("C68-0006", "P-0010"), ("C68-0006", "P-0011")],
        "95030000-1001": [("C67-0007", "P-0007")],
    }
    assert by_project["91000000-1001"]["provenance"]["keys"]["payments"] == ["payment_id"]


def test_the_digest_of_a_year_changes_with_a_payment_of_its_contracts_alone(tmp_path: Path) -> None:
    package = SamplePackage(tmp_path / "package")
    before = digests(package, RecordVersions(FIRST))
    package.set("payments", "amount", "1920001")
    after = digests(package, RecordVersions(FIRST))
    assert [name for name in before if before[name] != after[name]] == ["2567"]


def test_months_stand_in_the_order_of_their_numbers(record: dict[str, Any]) -> None:
    months = [month["month"] for month in record["monthly_results"]]
    assert months == sorted(months)
    assert months[-1] >= 10


def test_the_order_of_rows_in_the_files_changes_no_record(package: SamplePackage) -> None:
    def written() -> Mapping[str, dict[str, Any]]:
        portal = package.read().portal
        assert portal is not None
        return records(portal.package, package.root / "data", RecordVersions(FIRST))

    before = written()
    assert len(before) == 25
    for name in ("projects", "monthly_results", "progress_reports", "evaluations", "revisions"):
        head, *rows = package.table(name)
        package.write(name, [head, *rows[::-1]])
    assert written() == before


def test_a_record_names_the_release_that_changed_it_last(described: Package, data: Path) -> None:
    of_all = records(described, data, RecordVersions(FIRST, {PROJECT: CHANGED}))
    released = {
        project: (own["provenance"]["version"], own["provenance"]["released"]) for project, own in of_all.items()
    }
    assert released.pop(PROJECT) == ("1.4", "2026-01-09")
    assert set(released.values()) == {("1.0", "2026-01-01")}
    assert of_all[PROJECT]["provenance"]["commit"] == "b" * 40


def test_a_record_without_history_names_no_commit(described: Package, data: Path) -> None:
    versions = RecordVersions(RecordVersion("1.0", date(2026, 1, 1), "", None))
    provenance = records(described, data, versions)[PROJECT]["provenance"]
    assert provenance["commit"] is None


def test_a_record_says_by_which_columns_its_rows_are_found(record: dict[str, Any], data: Path) -> None:
    keys = record["provenance"]["keys"]
    assert keys["projects"] == ["project_id"]
    assert keys["monthly_results"] == ["project_id", "month"]
    for resource in ("monthly_results", "evaluations"):
        found = [tuple(row[name] for name in keys[resource]) for row in cells(data, resource)]
        assert len(set(found)) == len(record[resource])


def test_the_records_of_a_year_are_the_same_whether_other_years_are_asked_for(described: Package, data: Path) -> None:
    years = [*ProjectRecords(described, RecordVersions(FIRST), data).digests()]
    lines = [*ProjectRecords(described, RecordVersions(FIRST), data).lines(years)]
    assert len(years) > 1
    for year in years:
        of_year = [*ProjectRecords(described, RecordVersions(FIRST), data).lines([year])]
        assert of_year == [(name, line) for name, line in lines if name == year]


CELLS = {"monthly_results": "result", "progress_reports": "details", "evaluations": "score", "projects": "remarks"}
"""A column of each table."""


def digests(package: SamplePackage, versions: RecordVersions) -> dict[str, str]:
    portal = package.read().portal
    assert portal is not None
    return ProjectRecords(portal.package, versions, package.root / "data").digests()


@pytest.mark.parametrize("table", CELLS)
def test_the_digest_of_a_year_changes_with_the_cells_of_its_projects_alone(tmp_path: Path, table: str) -> None:
    package = SamplePackage(tmp_path / "package")
    before = digests(package, RecordVersions(FIRST))
    header, *rows = package.table(table)
    place = next(row for row in rows if row[0] == PROJECT)
    place[header.index(CELLS[table])] = "7"
    package.write(table, [header, *rows])
    after = digests(package, RecordVersions(FIRST))
    header, *rows = package.table("projects")
    (year,) = (row[header.index("fiscal_year")] for row in rows if row[0] == PROJECT)
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == [year]


def test_the_digest_of_a_year_stays_where_the_rows_of_reports_stand_in_another_order(package: SamplePackage) -> None:
    before = digests(package, RecordVersions(FIRST))
    for name in ("monthly_results", "progress_reports", "evaluations", "revisions"):
        head, *rows = package.table(name)
        package.write(name, [head, *rows[::-1]])
    assert digests(package, RecordVersions(FIRST)) == before


def test_the_digest_of_a_year_changes_with_a_release_and_the_meaning_of_its_columns(package: SamplePackage) -> None:
    first = digests(package, RecordVersions(FIRST))
    assert digests(package, RecordVersions(FIRST)) == first
    one_changed = digests(package, RecordVersions(FIRST, {PROJECT: CHANGED}))
    assert len([year for year in first if first[year] != one_changed[year]]) == 1
    package.describe("resources.0.schema.missingValues", ["", "-"])
    described = digests(package, RecordVersions(FIRST))
    assert all(described[year] != first[year] for year in first)
