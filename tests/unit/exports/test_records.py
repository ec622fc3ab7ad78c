"""Rows as JSON: lines of their resource, and all that is reported of a project in one record."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.core.models import Package

PROJECT = "91000000-1001"


@pytest.fixture
def record(described: Package, data: Path, tmp_path: Path) -> dict[str, Any]:
    write_json(described, data, tmp_path / "site")
    text = (tmp_path / "site" / "projects" / PROJECT / "project.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def lines(data: Path, resource: str) -> list[dict[str, Any]]:
    text = (data / f"{resource}.jsonl").read_text("utf-8")
    return [json.loads(line, parse_float=Decimal) for line in text.splitlines()]


def test_each_resource_has_a_line_for_each_row_with_its_columns(
    described: Package, data: Path, record: dict[str, Any]
) -> None:
    for name, resource in described.resources.items():
        rows = lines(data, name)
        assert len(rows) == resource.rows
        assert {tuple(row) for row in rows} == {tuple(resource.fields)}


def test_a_record_has_the_rows_of_its_project_without_their_key(data: Path, record: dict[str, Any]) -> None:
    assert {name: value for name, value in record.items() if not isinstance(value, list | dict)} == next(
        line for line in lines(data, "projects") if line["project_id"] == PROJECT
    )
    for resource in ("monthly_results", "progress_reports", "evaluations", "revisions"):
        own = [line for line in lines(data, resource) if line.pop("project_id") == PROJECT]
        assert record[resource] == own, resource


def test_a_record_says_in_which_rows_of_which_release_it_stands(
    described: Package, data: Path, record: dict[str, Any]
) -> None:
    origin = record["provenance"]
    assert (origin["version"], origin["sha256"]) == (described.version, described.sha256)
    for resource in ("monthly_results", "revisions"):
        ids = [line["project_id"] for line in lines(data, resource)]
        assert [ids[row - 2] for row in origin["rows"][resource]] == [PROJECT] * len(record[resource])
    assert lines(data, "projects")[origin["rows"]["projects"] - 2]["project_id"] == PROJECT
