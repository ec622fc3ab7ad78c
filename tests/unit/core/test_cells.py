"""What a cell means: one answer for pages, exports and earlier releases."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars
import pytest

from portal.core.cells import Value, has_value, value_reader
from portal.core.models import Field, Resource
from portal.exports.cells import row_reader, text_rows
from portal.exports.parquet import write_parquet
from portal.history import cell_value
from portal.package import read_portal

from tests.conventions import CITY
from tests.texts import both

EXAMPLES: list[tuple[dict[str, Any], str, Value]] = [
    ({"type": "string"}, "ถนน", "ถนน"),
    ({"type": "string"}, " a ", " a "),
    ({"type": "string", "missingValues": ["", "-"]}, "-", None),
    ({"type": "string"}, " \u200b", None),
    ({"type": "integer"}, "+2566", 2566),
    ({"type": "integer"}, "", None),
    ({"type": "year"}, "2023", 2023),
    ({"type": "number"}, "-1500000.50", Decimal("-1500000.50")),
    ({"type": "boolean"}, "TRUE", True),
    ({"type": "boolean", "trueValues": ["ใช่"], "falseValues": ["ไม่"]}, "ไม่", False),
    ({"type": "date"}, "2023-01-31", date(2023, 1, 31)),
    ({"type": "date", "format": "%d/%m/%Y"}, "31/01/2023", date(2023, 1, 31)),
    ({"type": "datetime"}, "2023-01-31T09:30:00", datetime(2023, 1, 31, 9, 30)),
    ({"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z"}, "2023-01-31T09:30:00+07:00", datetime(2023, 1, 31, 9, 30)),
]


def field(kind: str, **parts: Any) -> Field:
    values: dict[str, Any] = {"format": "default", "missing": frozenset([""]), "booleans": {"true": True}, **parts}
    return Field("x", kind, both(""), both(""), {}, None, constraints={}, filled=0, example=None, **values)


def package_of(folder: Path, described: dict[str, Any], cell: str) -> tuple[Resource, Any]:
    """The resource of one project with the column x, and what the package reads in its cell."""
    fields = [{"name": "project_id", "type": "string"}, {"name": "title", "type": "string"}, {"name": "x", **described}]
    descriptor = {
        "name": "p",
        "title": "p",
        "version": "1",
        "created": "2026-01-01T00:00:00Z",
        "resources": [{"name": "projects", "path": "projects.csv", "schema": {"fields": fields}}],
    }
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    (folder / "projects.csv").write_text(f'project_id,title,x\n1-1,ก,"{cell}"\n', "utf-8")
    reading = read_portal(folder, CITY)
    assert reading.problems == ()
    assert reading.portal is not None
    (project,) = reading.portal.projects
    return reading.portal.package.resources["projects"], project.extra["x"]


@pytest.mark.parametrize(("described", "cell", "value"), EXAMPLES)
def test_package_exports_and_earlier_releases_read_the_same_value(
    tmp_path: Path, described: dict[str, Any], cell: str, value: Value
) -> None:
    resource, read_by_the_package = package_of(tmp_path, described, cell)
    assert read_by_the_package == value
    if described["type"] in ("integer", "year", "number", "date"):
        assert cell_value(resource.fields["x"], cell) == value
    assert [row_reader(resource)(row)[2] for row in text_rows(tmp_path / "projects.csv")] == [value]
    write_parquet(resource, tmp_path / "projects.csv", tmp_path / "projects.parquet")
    assert polars.read_parquet(tmp_path / "projects.parquet")["x"].to_list() == [value]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("integer", "1.0"),
        ("integer", "9" * 39),
        ("number", "NaN"),
        ("number", "1e400"),
        ("number", "9" * 40),
        ("year", "2566.5"),
        ("boolean", "yes"),
        ("date", "2023-1-1"),
        ("date", "2023-02-30"),
        ("datetime", "2023-01-31"),
    ],
)
def test_a_cell_of_an_earlier_release_that_is_not_of_its_type_is_a_text(kind: str, cell: str) -> None:
    assert cell_value(field(kind), cell) == cell


@pytest.mark.parametrize("cell", ["", " ", "-"])
def test_a_blank_cell_and_a_missing_value_have_no_value_in_any_type(cell: str) -> None:
    for kind in ("string", "integer", "number", "boolean", "date", "datetime"):
        assert cell_value(field(kind, missing=frozenset(["", "-"])), cell) is None


def test_zero_and_false_are_values() -> None:
    assert has_value(field("number"))("0")
    assert value_reader(field("number"))("0") == 0
    assert value_reader(field("boolean", booleans={"0": False}))("0") is False
    assert cell_value(field("number"), "0") == 0
