"""Workbooks: a sheet for each resource with typed cells, a dictionary, and no formula."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portal.core.compression import WrittenBlocks, pack_block
from portal.core.models import Package
from portal.exports import sheet_rows
from portal.exports.xlsx import write_workbook

from tests.sample_package import SAMPLE, SamplePackage


@pytest.fixture(scope="module")
def book(described: Package, tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("book") / "whole.xlsx"
    write_workbook(described, SAMPLE / "data", file)
    return openpyxl.load_workbook(file)


def rows(book: Any, sheet: str) -> list[tuple[Any, ...]]:
    return list(book[sheet].iter_rows(values_only=True))


def test_every_resource_has_a_sheet_with_a_line_for_each_row(described: Package, book: Any) -> None:
    assert book.sheetnames == [*described.resources, "dictionary", "about"]
    for name, resource in described.resources.items():
        assert len(rows(book, name)) == 2 + resource.rows


def test_cells_are_numbers_days_and_texts(book: Any) -> None:
    _, names, first, *_ = rows(book, "projects")
    row = dict(zip(names, first, strict=True))
    assert row["project_id"] == "91000000-1001"
    assert isinstance(row["budget_received"], int | float)
    assert isinstance(row["start_date"], datetime)
    assert row["agency_id_label"] == "สำนักช่างและสวนเมืองตัวอย่าง"
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def test_the_dictionary_has_a_line_for_each_field(described: Package, book: Any) -> None:
    fields = [(name, field) for name, resource in described.resources.items() for field in resource.fields]
    assert [line[:2] for line in rows(book, "dictionary")[1:]] == fields


def test_a_workbook_has_the_day_of_the_release(described: Package, book: Any) -> None:
    assert book.properties.created.date() == described.created


def test_the_same_package_is_the_same_bytes(described: Package, data: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_workbook(described, data, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_workbook_that_takes_rows_of_the_last_one_is_the_same_and_packs_what_changed_alone(
    described: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = SamplePackage(tmp_path / "package")
    data = package.root / "data"
    monkeypatch.setattr(sheet_rows, "BLOCK", 2_000)
    places = write_workbook(described, data, tmp_path / "last")
    header, *rows = package.table("projects")
    rows[len(rows) // 2][header.index("title")] += " X"
    # A row that comes first leaves all others as they were.
    package.write("projects", [header, [f"{rows[0][0]}-new", *rows[0][1:]], *rows])

    packed: list[bytes] = []
    monkeypatch.setattr(sheet_rows, "pack_block", lambda data: packed.append(data) or pack_block(data))  # type: ignore[func-returns-value]
    projects = described.resources["projects"]
    # One more row, so more cells have a value.
    fields = {name: replace(field, filled=field.filled + 1) for name, field in projects.fields.items()}
    resources = {**described.resources, "projects": replace(projects, fields=fields)}
    described = replace(described, resources=resources)
    write_workbook(described, data, tmp_path / "new", WrittenBlocks(tmp_path / "last", places))
    copied = [data for data in packed if data.startswith(b"<row>")]
    packed.clear()
    write_workbook(described, data, tmp_path / "fresh")
    made = [data for data in packed if data.startswith(b"<row>")]
    assert (tmp_path / "new").read_bytes() == (tmp_path / "fresh").read_bytes()
    assert 0 < len(copied) <= 4 < len(made)
    read = openpyxl.load_workbook(BytesIO((tmp_path / "new").read_bytes()))["projects"]
    texts = [str(cell) for row in read.iter_rows(min_row=3, values_only=True) for cell in row]
    assert sum(text.endswith(" X") for text in texts) == 1
