"""Cells of a CSV as values: typed by their field, and None where nothing is reported."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from portal.core.cells import has_value, value_reader
from portal.core.json_values import json_value
from portal.core.models import Field, Package
from portal.exports.cells import free, labels, row_reader, text_rows

from tests.texts import both

NAME = both("ชื่อ")


def field(kind: str, form: str = "default") -> Field:
    return Field("x", kind, NAME, NAME, {}, None, form, {}, ("", "-"), {}, 0, None)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("integer", "2566", 2566),
        ("year", "2566", 2566),
        ("number", "1234567890123456.78", Decimal("1234567890123456.78")),
        ("date", "2023-09-30", date(2023, 9, 30)),
        ("datetime", "2023-09-30T09:30:00", datetime(2023, 9, 30, 9, 30)),
        ("string", "007", "007"),
        ("duration", "P1Y", "P1Y"),
    ],
)
def test_a_cell_is_read_as_its_type(kind: str, cell: str, value: object) -> None:
    found = value_reader(field(kind))(cell)
    assert (found, type(found)) == (value, type(value))


def test_a_day_in_a_form_of_its_own_is_read_by_that_form() -> None:
    assert value_reader(field("date", "%d/%m/%Y"))("30/09/2023") == date(2023, 9, 30)


@pytest.mark.parametrize(
    ("kind", "cell", "known"),
    [
        ("number", "", False),
        ("number", "-", False),
        ("number", "0", True),
        ("string", "-", False),
        ("string", " \u00a0", False),
        ("string", "0", True),
    ],
)
def test_a_missing_cell_is_no_value_and_zero_is_one(kind: str, cell: str, known: bool) -> None:
    assert has_value(field(kind))(cell) is known


def test_values_are_plain_in_json() -> None:
    assert [json_value(value) for value in (date(2023, 9, 30), Decimal("1.50"), True, None)] == [
        *("2023-09-30", Decimal("1.50"), True, None)
    ]


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free("a", {"b"}) == "a"
    assert free("a", {"a", "a (2)"}) == "a (3)"


def test_records_are_read_whole_after_a_byte_order_mark_and_with_breaks_in_cells(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("\ufeffx,y\n".encode() + b'"1\n2",""\r\n3,"' + b"z" * 200_000 + b'"\n')
    assert list(text_rows(tmp_path / "a.csv")) == [["1\n2", ""], ["3", "z" * 200_000]]


def test_every_record_of_the_package_is_typed_and_none_is_lost(described: Package, data: Path) -> None:
    resource = described.resources["projects"]
    rows = list(map(row_reader(resource), text_rows(data / "projects.csv")))
    assert len(rows) == resource.rows
    for place, (name, column) in enumerate(resource.fields.items()):
        assert sum(row[place] is not None for row in rows) == column.filled, name


def test_codes_have_the_names_that_people_know_them_by(described: Package, data: Path) -> None:
    projects = described.resources["projects"]
    agencies = labels(described.resources, "agency_id", projects, data)
    assert agencies is not None
    assert agencies["91000000"] == "สำนักช่างและสวนเมืองตัวอย่าง"
    assert labels(described.resources, "title", projects, data) is None
    # Beside each of its months the name of a project would be too much.
    months = described.resources["monthly_results"]
    assert labels(described.resources, "project_id", months, data) is None
