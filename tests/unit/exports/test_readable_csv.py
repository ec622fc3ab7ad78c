"""The table for people: Thai headings, names beside ids, the address of each page, and nothing that Excel runs."""

import csv
from pathlib import Path

import pytest

from portal.core.models import Package
from portal.exports.readable_csv import write_readable_csv

from tests.sample_package import SamplePackage


def read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def write(package: Package, data: Path, folder: Path) -> tuple[list[list[str]], list[list[str]]]:
    """Both tables: the plain one, and that for a double click."""
    write_readable_csv(package, data, "https://city.example/portal/", folder / "plain.csv", folder / "excel.csv")
    plain, excel = read(folder / "plain.csv"), read(folder / "excel.csv")
    assert excel[0][0].startswith("\ufeff")
    return plain, excel


def test_each_project_has_the_address_of_its_page_and_the_name_of_its_agency(
    described: Package, data: Path, tmp_path: Path
) -> None:
    head, *rows = write(described, data, tmp_path)[0]
    assert len(rows) == described.resources["projects"].rows
    row = dict(zip(head, rows[0], strict=True))
    assert row["รหัสโครงการ"] == "91000000-1001"
    assert row["หน่วยงาน"] == "สำนักช่างและสวนเมืองตัวอย่าง"
    assert row["ที่อยู่หน้าเว็บ"] == "https://city.example/portal/projects/91000000-1001/"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *((f"{sign}1+1", f"'{sign}1+1") for sign in ("=", "+", "-", "@", "＝", "＠", "\t")),
        *(("2023-10", "\t2023-10"), ("007", "\t007"), ("1 ม.ค. 66", "\t1 ม.ค. 66"), ("1e5", "\t1e5")),
        *(("ห้อง 2/3", "ห้อง 2/3"), ("45", "45"), ("a=b", "a=b")),
    ],
)
def test_only_the_copy_for_excel_has_a_sign_before_what_excel_would_change(
    package: SamplePackage, tmp_path: Path, text: str, shown: str
) -> None:
    package.set("projects", "remarks", text)
    portal = package.read().portal
    assert portal is not None
    plain, excel = write(portal.package, package.root / "data", tmp_path)
    place = plain[0].index("หมายเหตุ")
    assert (plain[1][place], excel[1][place]) == (text, shown)


def test_a_negative_number_stays_a_number_in_excel(package: SamplePackage, tmp_path: Path) -> None:
    package.demand_nothing()
    package.set("projects", "budget_received", "-5.50")
    portal = package.read().portal
    assert portal is not None
    plain, excel = write(portal.package, package.root / "data", tmp_path)
    place = plain[0].index("งบฯ ที่ได้รับ (บาท)")
    assert (plain[1][place], excel[1][place]) == ("-5.50", "-5.50")
