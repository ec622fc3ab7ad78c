"""Every form of the open data says the same, whatever a cell holds."""

from __future__ import annotations

import csv
import gzip
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import frictionless
import openpyxl
import polars
import pytest

from portal.core.models import History
from portal.exports.exporters import ExportJob, write_form, write_package, write_records, write_whole_workbook
from portal.exports.records import ProjectRecords
from portal.exports.xlsx import end_of_cut
from portal.history import find_record_versions
from portal.package.reading import read_portal

from tests.conventions import CITY
from tests.pages import read_records

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage


def add_columns(package: SamplePackage, *columns: tuple[dict[str, Any], str]) -> None:
    """Describe new last columns of the projects; the first row has the given cells, the others none."""
    fields = package.described()["resources"][0]["schema"]["fields"]
    package.describe("resources.0.schema.fields", [*fields, *(field for field, _ in columns)])
    header, first, *rows = package.table("projects")
    names, cells = [field["name"] for field, _ in columns], [cell for _, cell in columns]
    package.write("projects", [[*header, *names], [*first, *cells], *([*row, *[""] * len(cells)] for row in rows)])


def published(package: SamplePackage, folder: Path, *forms: str) -> Path:
    """The folder of the open data with some forms of it."""
    reading = package.read()
    assert reading.problems == ()
    assert reading.portal is not None
    write_package(package.descriptor, reading.portal.package, folder)
    package_read = reading.portal.package
    versions = find_record_versions(package_read, History(), {})
    order = ExportJob(package_read, "https://example.org/", versions, "", folder)
    others: dict[str, Callable[[ExportJob], object]] = {"records": write_all_records, "workbook": write_whole_workbook}
    for form in forms:
        others[form](order) if form in others else write_form(form, order)
    return order.data


def write_all_records(order: ExportJob) -> None:
    records = ProjectRecords(order.package, order.versions, order.data)
    write_records(records, list(records.digests()), order)


def records(folder: Path) -> list[dict[str, Any]]:
    """The records of all projects, in the order of the CSV."""
    with (folder / "projects.csv").open(encoding="utf-8-sig", newline="") as file:
        ids = [row["project_id"] for row in csv.DictReader(file)]
    by_id = read_records(folder)
    assert by_id.keys() == set(ids)
    return [by_id[name] for name in ids]


def first_record(folder: Path) -> dict[str, Any]:
    return records(folder)[0]


def sheet(folder: Path) -> list[list[Any]]:
    book = openpyxl.load_workbook(next(folder.glob("*.xlsx")))
    return [[cell.value for cell in row] for row in book["projects"].iter_rows()]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("within", [b"\n", b"\r\n"], ids=["lf-in-cells", "crlf-in-cells"])
def test_every_form_has_as_many_rows_whatever_ends_the_lines(
    package: SamplePackage, tmp_path: Path, end: bytes, within: bytes
) -> None:
    package.set("projects", "remarks", "a|b|", "|c||d")
    package.change(
        "projects",
        lambda data: (
            data.replace(b"\n", end).replace(b"a|b|", b'"a|b|"').replace(b"|c||d", b'"|c||d"').replace(b"|", within)
        ),
    )
    folder = published(package, tmp_path / "site", "records", "workbook", "parquet")
    with (folder / "projects.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    parquet = folder / "projects.parquet"
    counts = {
        "csv": len(rows),
        "duckdb's csv": len(duckdb.read_csv(str(folder / "projects.csv"), all_varchar=True, header=True).fetchall()),
        "records": len(records(folder)),
        "sheet": len(sheet(folder)) - 2,
        "duckdb's parquet": len(duckdb.read_parquet(str(parquet)).fetchall()),
        "polars": polars.read_parquet(parquet).height,
    }
    assert counts == dict.fromkeys(counts, 25)
    assert first_record(folder)["remarks"] == polars.read_parquet(parquet)["remarks"][0] == rows[0][-1]


def test_names_of_columns_in_a_sheet_are_each_its_own(package: SamplePackage, tmp_path: Path) -> None:
    add_columns(package, ({"name": "agency_id_label", "title": "หน่วยงาน (ชื่อ)"}, "x"))
    titles, names, *_ = sheet(published(package, tmp_path / "site", "workbook"))
    assert len(set(names)) == len(names)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    "text",
    [
        "2/3",
        "1E5",
        "1.50",
        "2023-10",
        "10:5",
        "1 มี.ค. 66",
        "Mar 1",
        "007",
        "45",
        "=1+1",
        "+66",
        "-2",
        "@SUM(A1)",
        "＝1",
    ],
)
def test_what_excel_would_read_as_something_else_is_a_text_in_a_sheet(
    package: SamplePackage, tmp_path: Path, text: str
) -> None:
    package.set("projects", "remarks", text)
    book = openpyxl.load_workbook(next(published(package, tmp_path / "site", "workbook").glob("*.xlsx")))
    _, names, first, *_ = book["projects"].iter_rows()
    cell = first[[name.value for name in names].index("remarks")]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", False)


@pytest.mark.parametrize(
    ("kind", "form", "cell", "value"),
    [
        ("datetime", "%Y-%m-%d %H:%M:%S.%f", "2023-10-01 09:30:15.123456", datetime(2023, 10, 1, 9, 30, 15, 123456)),
        ("datetime", "%Y-%m-%dT%H:%M:%S%z", "2023-10-01T09:30:15+0700", datetime(2023, 10, 1, 9, 30, 15)),
        ("date", "%d/%m/%y", "01/10/69", date(1969, 10, 1)),
        ("date", "%d %B %Y", "01 October 2023", date(2023, 10, 1)),
    ],
)
def test_a_day_or_time_in_a_form_of_its_own_is_the_same_in_every_export(
    package: SamplePackage, tmp_path: Path, kind: str, form: str, cell: str, value: date
) -> None:
    add_columns(package, ({"name": "when", "type": kind, "format": form}, cell))
    folder = published(package, tmp_path / "site", "parquet", "records")
    column = polars.read_parquet(folder / "projects.parquet")["when"]
    assert column.to_list()[:2] == [value, None]
    assert first_record(folder)["when"] == value.isoformat()


@pytest.mark.parametrize("cell", ["1234567890123456.78", "0.1", "12345678901234567890.123456789012345678", "-0.50"])
def test_a_number_in_json_has_every_digit(package: SamplePackage, tmp_path: Path, cell: str) -> None:
    add_columns(package, ({"name": "exact", "type": "number"}, cell))
    folder = published(package, tmp_path / "site", "records")
    assert first_record(folder)["exact"] == Decimal(cell)


def test_a_cell_of_white_space_is_no_value_in_any_typed_export(package: SamplePackage, tmp_path: Path) -> None:
    package.set("projects", "remarks", " \u00a0\t")
    before = package.file("projects").read_bytes()
    folder = published(package, tmp_path / "site", "parquet", "records", "workbook")
    assert first_record(folder)["remarks"] is None
    assert polars.read_parquet(folder / "projects.parquet")["remarks"][0] is None
    _, names, first, *_ = sheet(folder)
    assert first[names.index("remarks")] is None
    assert (folder / "projects.csv").read_bytes() == before


@pytest.mark.parametrize("length", [16_383, 16_384, 32_767])
def test_a_text_too_long_for_a_cell_is_cut_with_a_note_as_excel_counts(
    package: SamplePackage, tmp_path: Path, length: int
) -> None:
    package.set("projects", "remarks", "🚧" * length)
    _, names, first, *_ = sheet(published(package, tmp_path / "site", "workbook"))
    shown = first[names.index("remarks")]
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert shown == "🚧" * length if length < 16_384 else shown.endswith(end_of_cut(CITY.languages))


@pytest.mark.parametrize(
    ("created", "shown"),
    [("2150-06-01T00:00:00Z", 2107), ("2399-12-31T00:00:00Z", 2107), ("1976-02-29T00:00:00Z", 1980)],
)
def test_a_release_of_a_year_that_no_zip_knows_is_dated_as_near_as_can_be(
    package: SamplePackage, tmp_path: Path, created: str, shown: int
) -> None:
    package.describe("created", created)
    folder = published(package, tmp_path / "site", "zip", "workbook")
    with zipfile.ZipFile(next(folder.glob("*.zip"))) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {shown}


def test_an_archive_is_the_same_bytes_where_a_day_has_no_midnight(
    package: SamplePackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In São Paulo the day began at one, as every first Sunday of November did until 2018."""
    package.describe("created", "2018-11-04T00:00:00Z")
    made = []
    try:
        for zone in ("UTC", "America/Sao_Paulo", "Asia/Bangkok"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            folder = published(package, tmp_path / zone, "zip", "workbook")
            made.append({file.name: file.read_bytes() for file in folder.iterdir()})
            with zipfile.ZipFile(next(folder.glob("*.zip"))) as archive:
                assert {info.date_time for info in archive.infolist()} == {(2018, 11, 4, 0, 0, 0)}
    finally:
        monkeypatch.undo()
        time.tzset()
    assert made[0] == made[1] == made[2]


def test_an_ignored_column_is_in_no_file_that_is_published(package: SamplePackage, tmp_path: Path) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [["secret", *header], *(['internal, "note"', *row] for row in rows)])
    reading = read_portal(package.root, CITY, ignored=["projects.secret"])
    assert (reading.problems, reading.portal is not None) == ((), True)
    assert reading.portal is not None
    published_package, site = reading.portal.package, tmp_path / "site"
    write_package(package.descriptor, published_package, site)
    versions = find_record_versions(published_package, History(), {})
    order = ExportJob(published_package, "https://example.org/", versions, "", site)
    write_all_records(order)
    files = [file for file in site.rglob("*") if file.is_file()]
    contents = {file.name: file.read_bytes() for file in files}
    contents |= {name: gzip.decompress(data) for name, data in contents.items() if name.endswith(".gz")}
    assert len([name for name in contents if name.startswith("projects")]) >= 4
    assert [name for name, data in contents.items() if b"secret" in data or b"internal" in data] == []
    with (order.data / "projects.csv").open(encoding="utf-8", newline="") as text:
        assert list(csv.reader(text)) == [header, *rows]
    assert frictionless.validate(str(order.data / "datapackage.json")).valid
