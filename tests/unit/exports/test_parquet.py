"""Parquet: each column has the type that its schema says, whatever the data of today."""

from pathlib import Path

import polars
import pytest

from portal.core.models import Package
from portal.exports.parquet import write_parquet

from tests.sample_package import SamplePackage


def test_columns_have_the_types_of_their_fields(described: Package, data: Path, tmp_path: Path) -> None:
    write_parquet(described.resources["projects"], data / "projects.csv", tmp_path / "projects.parquet")
    table = polars.read_parquet(tmp_path / "projects.parquet")
    assert table.columns == list(described.resources["projects"].fields)
    assert table.height == described.resources["projects"].rows
    kinds = {name: str(table.schema[name]) for name in ("fiscal_year", "budget_received", "start_date", "title")}
    assert kinds == {
        "fiscal_year": "Int64",
        "budget_received": "Decimal(precision=38, scale=2)",
        "start_date": "Date",
        "title": "String",
    }
    for name, field in described.resources["projects"].fields.items():
        assert table.height - table[name].null_count() == field.filled, name


def test_the_same_data_are_the_same_bytes(described: Package, data: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_parquet(described.resources["revisions"], data / "revisions.csv", tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("1", "Decimal(precision=38, scale=2)"), ("0.12345", "Decimal(precision=38, scale=5)"), ("1" * 38, "String")],
)
def test_a_number_keeps_every_digit(package: SamplePackage, tmp_path: Path, cell: str, kind: str) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [[*header, "exact"], *([*row, cell] for row in rows)])
    package.declare("projects", {"name": "exact", "type": "number", "title": "ตัวเลข"})
    portal = package.read().portal
    assert portal is not None
    write_parquet(portal.package.resources["projects"], package.file("projects"), tmp_path / "a.parquet")
    column = polars.read_parquet(tmp_path / "a.parquet")["exact"]
    assert (str(column.dtype), str(column[0]).rstrip("0").rstrip(".")) == (kind, cell.rstrip("0").rstrip("."))
