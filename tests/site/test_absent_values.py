"""What pages say of a package of which an agency, or all, lack values: never a zero that nobody counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from portal.rules.needs import PROCUREMENT_TABLES

from tests.building import run_build
from tests.sample_package import SamplePackage

SILENT = "92000000"
"""An agency that gives no progress and no date of its data, and of which there is no report."""
UNCHECKED = ("as_of_date", "budget_received", "budget_spent", "start_date", "finish_date")
UNCHECKED_TABLES = ("monthly_results", "progress_reports", *PROCUREMENT_TABLES)


def build(package: SamplePackage, site: Path) -> Path:
    result = run_build("--package", package.root, "--output", site)
    assert result.returncode == 0, result.stdout + result.stderr
    return site


@pytest.fixture(scope="module")
def partly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("partly")
    package = SamplePackage(folder / "package")
    for resource in ("monthly_results", "progress_reports"):
        package.write(resource, [row for row in package.table(resource) if not row[0].startswith(SILENT)])
    header, *rows = package.table("projects")
    for number, row in enumerate(rows, start=2):
        if row[header.index("agency_id")] == SILENT:
            for name in ("progress_percent", "as_of_date"):
                package.set("projects", name, "", row=number)
    return build(package, folder / "site")


@pytest.fixture(scope="module")
def unchecked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package whose projects have progress and fiscal year, so that no rule but that of missing values can judge."""
    folder = tmp_path_factory.mktemp("unchecked")
    package = SamplePackage(folder / "package")
    content = package.described()
    content["resources"] = [r for r in content["resources"] if r["name"] not in UNCHECKED_TABLES]
    (projects,) = [r["schema"] for r in content["resources"] if r["name"] == "projects"]
    projects["fields"] = [f for f in projects["fields"] if f["name"] not in UNCHECKED]
    package.descriptor.write_text(json.dumps(content), "utf-8")
    header, *rows = package.table("projects")
    columns = [i for i, name in enumerate(header) if name not in UNCHECKED]
    package.write("projects", [[row[i] for i in columns] for row in (header, *rows)])
    return build(package, folder / "site")


def page(site: Path, path: str) -> Html:
    return Html((site / path / "index.html").read_text("utf-8"))


def words(html: Html, selector: str) -> str:
    return " ".join(html.css_first(selector).text(separator=" ").split())


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en/", "No result or report (Date of the data, any report of the agency in these data)"),
        ("", "ยังไม่มีรายงานผลใด ๆ (วันที่ของข้อมูล, รายงานใด ๆ ของหน่วยงานในชุดข้อมูลนี้)"),
    ],
)
def test_a_project_says_that_there_is_no_report_of_its_agency(partly: Path, language: str, sentence: str) -> None:
    assert sentence in words(page(partly, f"{language}projects/{SILENT}-3002"), ".observations")


def test_no_page_of_a_rule_lists_a_project_for_what_its_agency_never_gives(partly: Path) -> None:
    for rule in ("never-reported", "silent-while-running", "key-value-missing"):
        assert f"/projects/{SILENT}" not in (partly / "en" / "signals" / rule / "index.html").read_text("utf-8")


@pytest.mark.parametrize(("language", "none"), [("en/", "None"), ("", "ไม่มีเลย")])
def test_the_quality_page_says_what_an_agency_never_gives(partly: Path, language: str, none: str) -> None:
    table = page(partly, f"{language}data/quality").css_first("section[aria-labelledby=agencies]")
    labels = [cell.text() for cell in table.css("thead th")]
    (row,) = [row for row in table.css("tbody tr") if f"/agencies/{SILENT}/" in (row.html or "")]
    cells = dict(zip(labels, [" ".join(cell.text().split()) for cell in row.css("th, td")], strict=True))
    given = [label for label, cell in cells.items() if cell == none]
    expected = {"en/": ["Progress", "Reports", "Date of the data"], "": ["คืบหน้า", "รายงาน", "วันที่ของข้อมูล"]}
    assert given == expected[language]
    assert f"“{none}”" in table.css("p")[0].text()


@pytest.mark.parametrize("language", ["en/", ""])
def test_where_nothing_could_be_checked_nothing_is_counted(unchecked: Path, language: str) -> None:
    overview = page(unchecked, f"{language}signals")
    assert overview.css_first("section[aria-labelledby=money]") is None
    headings = [[cell.text() for cell in table.css("thead th")] for table in overview.css("table")]
    assert headings == (
        [
            *[["Observations", "Found", "Not found", "Cannot be checked"]] * 2,
            ["Agencies", "Projects", "A key value is missing that others have"],
        ]
        if language
        else [
            *[["ข้อสังเกต", "พบ", "ไม่พบ", "ตรวจไม่ได้"]] * 2,
            ["หน่วยงาน", "โครงการ", "ขาดข้อมูลสำคัญที่โครงการอื่นมี"],
        ]
    )
    rows = {row.css_first("a").attributes["href"]: row for row in overview.css("tbody tr")}
    (fell,) = [row for href, row in rows.items() if href and "progress-fell" in href]
    assert [cell.text() for cell in fell.css("td")] == ["–", "–", "25"]
    # What cannot be checked is not said to be not found.
    folded = words(overview, "details.open-in-print summary")
    assert folded == ("1 rule can be checked for no project" if language else "1 ข้อตรวจไม่ได้สักโครงการ")
    assert overview.css_first(".lead") is None


def test_a_rule_that_could_check_no_project_says_only_that(unchecked: Path) -> None:
    facts = page(unchecked, "en/signals/progress-fell").css("dl.facts dt")
    assert [fact.text() for fact in facts] == ["Cannot be checked"]
    absent = words(page(unchecked, "en/signals/past-finish-date"), ".callout")
    assert absent == "Cannot be checked. Not in these data: date of the data or planned finish date"


def test_no_page_names_a_column_that_the_package_lacks(unchecked: Path) -> None:
    for path, part in (
        ("signals", "main"),
        ("signals/methodology", "main"),
        ("data/quality", "section[aria-labelledby=odd]"),
        ("projects/91000000-3001", ".observations"),
    ):
        for language in ("en/", ""):
            text = page(unchecked, language + path).css_first(part).text()
            assert [name for name in UNCHECKED if name in text] == [], (path, language)
