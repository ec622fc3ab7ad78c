"""Workbooks: a sheet for each resource with typed cells, a dictionary, and no formula."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portal.core.models import Package
from portal.exports.xlsx import write_workbooks

from tests.sample_package import SAMPLE


@pytest.fixture(scope="module")
def books(described: Package, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, Any]]:
    """The workbook of the whole, and that of each resource."""
    folder = tmp_path_factory.mktemp("books")
    files = {name: folder / f"{name}.xlsx" for name in described.resources}
    write_workbooks(described, SAMPLE / "data", folder / "whole.xlsx", files)
    return openpyxl.load_workbook(folder / "whole.xlsx"), {n: openpyxl.load_workbook(f) for n, f in files.items()}


def rows(book: Any, sheet: str) -> list[tuple[Any, ...]]:
    return list(book[sheet].iter_rows(values_only=True))


def test_the_whole_has_every_resource_and_each_has_its_own(
    described: Package, books: tuple[Any, dict[str, Any]]
) -> None:
    whole, each = books
    assert whole.sheetnames == [*described.resources, "dictionary", "about"]
    for name, book in each.items():
        assert book.sheetnames == [name, "dictionary", "about"]
        assert rows(book, name) == rows(whole, name)
        assert len(rows(book, name)) == 2 + described.resources[name].rows


def test_cells_are_numbers_days_and_texts(books: tuple[Any, dict[str, Any]]) -> None:
    _, names, first, *_ = rows(books[0], "projects")
    row = dict(zip(names, first, strict=True))
    assert row["project_id"] == "91000000-1001"
    assert isinstance(row["budget_received"], int | float)
    assert isinstance(row["start_date"], datetime)
    assert row["agency_id_label"] == "สำนักช่างและสวนเมืองตัวอย่าง"
    assert not [cell for sheet in books[0] for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def test_the_dictionary_has_a_line_for_each_field(described: Package, books: tuple[Any, dict[str, Any]]) -> None:
    fields = [(name, field) for name, resource in described.resources.items() for field in resource.fields]
    assert [line[:2] for line in rows(books[0], "dictionary")[1:]] == fields


def test_a_workbook_has_the_day_of_the_release(described: Package, books: tuple[Any, dict[str, Any]]) -> None:
    assert books[0].properties.created.date() == described.created


def test_the_same_package_is_the_same_bytes(described: Package, data: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_workbooks(described, data, tmp_path / name, {})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
