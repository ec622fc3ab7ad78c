"""Every form of the open data says the same, whatever a cell holds."""

from __future__ import annotations

import csv
import json
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import frictionless
import openpyxl
import polars
import pytest

from portal.exports.exporters import ExportJob, write_form, write_package
from portal.exports.xlsx import CUT
from portal.package.reading import read_portal

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
    order = ExportJob(reading.portal.package, "https://example.org/", "", folder)
    for form in forms:
        write_form(form, order)
    return order.data


def first_record(folder: Path) -> dict[str, Any]:
    line = (folder / "projects.jsonl").read_text("utf-8").splitlines()[0]
    record: dict[str, Any] = json.loads(line, parse_float=Decimal)
    return record


def sheet(folder: Path) -> list[list[Any]]:
    book = openpyxl.load_workbook(folder / "projects.xlsx")
    return [[cell.value for cell in row] for row in book["projects"].iter_rows()]


def people(folder: Path, name: str = "projects-for-people") -> list[list[str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_carriage_return_in_a_cell_begins_no_row_of_the_table_for_people(
    package: SamplePackage, tmp_path: Path
) -> None:
    cell = "a\r\nb"
    head, first, *rest = package.file("projects").read_bytes().splitlines(keepends=True)
    lines = [line.rstrip(b"\n") + b"," + end + b"\n" for line, end in ((head, b"note"), (first, f'"{cell}"'.encode()))]
    package.file("projects").write_bytes(b"".join([*lines, *(line.rstrip(b"\n") + b",x\n" for line in rest)]))
    fields = package.described()["resources"][0]["schema"]["fields"]
    package.describe("resources.0.schema.fields", [*fields, {"name": "note", "type": "string", "title": "note"}])
    folder = published(package, tmp_path / "site", "readable_csv")
    rows = people(folder)
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[1][rows[0].index("note")] == cell
    texts = polars.read_csv(folder / "projects-for-people.csv", infer_schema=False)
    assert [len(texts), texts["note"][0]] == [len(rows) - 1, cell]
    table = duckdb.read_csv(str(folder / "projects-for-people.csv"), all_varchar=True, header=True)
    assert len(table.fetchall()) == len(rows) - 1


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
    folder = published(package, tmp_path / "site", "json", "workbooks", "parquet")
    with (folder / "projects.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    parquet = folder / "projects.parquet"
    lines = (folder / "projects.jsonl").read_bytes().splitlines()
    counts = {
        "csv": len(rows),
        "duckdb's csv": len(duckdb.read_csv(str(folder / "projects.csv"), all_varchar=True, header=True).fetchall()),
        "json": len(lines),
        "sheet": len(sheet(folder)) - 2,
        "duckdb's parquet": len(duckdb.read_parquet(str(parquet)).fetchall()),
        "polars": polars.read_parquet(parquet).height,
    }
    assert counts == dict.fromkeys(counts, 25)
    assert json.loads(lines[0])["remarks"] == polars.read_parquet(parquet)["remarks"][0] == rows[0][-1]


def test_headings_for_people_are_each_its_own_and_say_no_word_twice(package: SamplePackage, tmp_path: Path) -> None:
    index = [field["name"] for field in package.described()["resources"][0]["schema"]["fields"]].index("agency_id")
    package.describe(f"resources.0.schema.fields.{index}.title", "รหัสหน่วยงาน")
    own = ("ที่อยู่หน้าเว็บ", "หน่วยงาน", "หน่วยงาน (agency_id_label)")
    add_columns(package, *(({"name": f"own_{n}", "title": title}, "") for n, title in enumerate(own)))
    heads = people(published(package, tmp_path / "site", "readable_csv"))[0]
    assert len(set(heads)) == len(heads)
    assert "รหัสหน่วยงาน" in heads
    assert heads[-1] == "ที่อยู่หน้าเว็บ"
    assert not any(head.startswith("รหัสรหัส") for head in heads)


def test_names_of_columns_in_a_sheet_are_each_its_own(package: SamplePackage, tmp_path: Path) -> None:
    add_columns(package, ({"name": "agency_id_label", "title": "หน่วยงาน (ชื่อ)"}, "x"))
    titles, names, *_ = sheet(published(package, tmp_path / "site", "workbooks"))
    assert len(set(names)) == len(names)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    "text", ["2/3", "1E5", "1.50", "3-4", "2023-10", "10:5", "1 มี.ค. 66", "Mar 1", "5 May 2023", "007", "1 1/2"]
)
def test_what_excel_would_read_as_something_else_stays_a_text(
    package: SamplePackage, tmp_path: Path, text: str
) -> None:
    package.set("projects", "remarks", text)
    folder = published(package, tmp_path / "site", "readable_csv")
    (plain, excel) = (people(folder, name) for name in ("projects-for-people", "projects-for-people-excel"))
    column = next(i for i, cell in enumerate(plain[1]) if cell == text)
    assert excel[1][column] == f"\t{text}"


@pytest.mark.parametrize("text", ["45", "04160000-6961", "0416-1044", "ห้อง 2/3", "1 คัน", "May", "1.5"])
def test_what_excel_leaves_as_it_is_has_nothing_before_it(package: SamplePackage, tmp_path: Path, text: str) -> None:
    package.set("projects", "remarks", text)
    folder = published(package, tmp_path / "site", "readable_csv")
    column = next(i for i, cell in enumerate(people(folder)[1]) if cell == text)
    assert people(folder, "projects-for-people-excel")[1][column] == text


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
    folder = published(package, tmp_path / "site", "parquet", "json")
    column = polars.read_parquet(folder / "projects.parquet")["when"]
    assert column.to_list()[:2] == [value, None]
    assert first_record(folder)["when"] == value.isoformat()


@pytest.mark.parametrize("cell", ["1234567890123456.78", "0.1", "12345678901234567890.123456789012345678", "-0.50"])
def test_a_number_in_json_has_every_digit(package: SamplePackage, tmp_path: Path, cell: str) -> None:
    add_columns(package, ({"name": "exact", "type": "number"}, cell))
    folder = published(package, tmp_path / "site", "json")
    record = first_record(folder)
    assert record["exact"] == Decimal(cell)
    file = tmp_path / "site" / "projects" / record["project_id"] / "project.json"
    assert json.loads(file.read_text("utf-8"), parse_float=Decimal)["exact"] == Decimal(cell)


def test_a_cell_of_white_space_is_no_value_in_any_typed_export(package: SamplePackage, tmp_path: Path) -> None:
    package.set("projects", "remarks", " \u00a0\t")
    before = package.file("projects").read_bytes()
    folder = published(package, tmp_path / "site", "parquet", "json", "workbooks")
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
    _, names, first, *_ = sheet(published(package, tmp_path / "site", "workbooks"))
    shown = first[names.index("remarks")]
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert shown == "🚧" * length if length < 16_384 else shown.endswith(CUT)


@pytest.mark.parametrize(
    ("created", "shown"),
    [("2150-06-01T00:00:00Z", 2107), ("2399-12-31T00:00:00Z", 2107), ("1976-02-29T00:00:00Z", 1980)],
)
def test_a_release_of_a_year_that_no_zip_knows_is_dated_as_near_as_can_be(
    package: SamplePackage, tmp_path: Path, created: str, shown: int
) -> None:
    package.describe("created", created)
    folder = published(package, tmp_path / "site", "zip", "workbooks")
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
            folder = published(package, tmp_path / zone, "zip", "workbooks")
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
    reading = read_portal(package.root, ignored=["projects.secret"])
    assert (reading.problems, reading.portal is not None) == ((), True)
    write_package(package.descriptor, reading.portal.package, tmp_path / "site")  # type: ignore[union-attr]
    order = ExportJob(reading.portal.package, "https://example.org/", "", tmp_path / "site")  # type: ignore[union-attr]
    for form in ("json", "readable_csv"):
        write_form(form, order)
    files = [file for file in (tmp_path / "site").rglob("*") if file.is_file()]
    assert len(files) > 10
    assert [file.name for file in files if b"secret" in file.read_bytes() or b"internal" in file.read_bytes()] == []
    with (order.data / "projects.csv").open(encoding="utf-8", newline="") as text:
        assert list(csv.reader(text)) == [header, *rows]
    assert frictionless.validate(str(order.data / "datapackage.json")).valid
