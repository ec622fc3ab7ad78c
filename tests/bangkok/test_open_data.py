"""The open data as they are published, read by programs that are not ours."""

import csv
import hashlib
import html
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bibtexparser.entrypoint
import duckdb
import frictionless
import openpyxl
import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from tests.bangkok.shipped import descriptor, table_rows
from tests.building import ROOT
from tests.pages import provenance, read_records

ADDRESS = "https://projects.bangkok.example"


def test_every_file_is_published_byte_for_byte_with_its_sum(real_site: Path) -> None:
    shipped = json.loads((ROOT / "datapackage.json").read_text("utf-8"))
    published = json.loads((real_site / "data" / "datapackage.json").read_text("utf-8"))
    assert [r["name"] for r in published["resources"]] == [r["name"] for r in shipped["resources"]]
    for before, after in zip(shipped["resources"], published["resources"], strict=True):
        data = (real_site / "data" / after["path"]).read_bytes()
        assert data == (ROOT / before["path"]).read_bytes()
        assert (after["bytes"], after["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
        assert {**after, "path": 0, "bytes": 0, "hash": 0} == {**before, "path": 0, "bytes": 0, "hash": 0}


def test_frictionless_validates_the_published_package_over_http(real_site: Path, served: Callable[[Path], str]) -> None:
    report = frictionless.validate(f"{served(real_site)}/data/datapackage.json")
    assert report.valid, report.flatten(["name", "message"])
    assert {task.name for task in report.tasks} >= {"projects", "agencies", "monthly_results"}


def test_the_workbook_has_thai_headings_and_the_names_of_agencies_beside_their_codes(real_site: Path) -> None:
    book = openpyxl.load_workbook(real_site / "data" / "bangkok-projects.xlsx", read_only=True)
    titles, names, *rows = book["projects"].iter_rows(values_only=True)
    assert len(rows) == len(table_rows("projects"))
    row = next(row for row in rows if row[names.index("project_id")] == "04160000-6961")
    assert dict(zip(names, titles, strict=True))["budget_received"] == "งบฯ ที่ได้รับ (บาท)"
    assert row[names.index("budget_received")] == 1_500_000
    assert (row[names.index("agency_id")], "สำนักปลัดกรุงเทพมหานคร" in row) == ("04000000", True)


def test_libreoffice_opens_the_workbook_with_thai_intact(real_site: Path, tmp_path: Path) -> None:
    """Converted back to CSV by LibreOffice itself: the sheet shows what the package says."""
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    command += ["csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"]
    file = real_site / "data" / "bangkok-projects.xlsx"
    result = subprocess.run([*command, "--outdir", tmp_path, file], capture_output=True, text=True, timeout=120)
    made = sorted(tmp_path.glob("bangkok-projects*-projects.csv"))
    assert made, result.stdout + result.stderr
    with made[0].open(encoding="utf-8", newline="") as text:
        _, names, *rows = csv.reader(text)
    wanted = table_rows("projects")
    for name in ("title", "agency_id"):
        assert [row[names.index(name)] for row in rows] == [row[name] for row in wanted]


def test_the_zip_says_what_it_holds_and_proves_itself(real_site: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(real_site / "data" / "bangkok-projects.zip") as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 26, 0, 0, 0)}
        assert {info.filename.split("/")[0] for info in archive.infolist()} == {"bangkok-projects"}
        archive.extractall(tmp_path)
    folder = tmp_path / "bangkok-projects"
    for place in (folder, real_site / "data"):
        result = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=place, capture_output=True)
        assert result.returncode == 0, result.stdout.decode()
    checked = (real_site / "data" / "SHA256SUMS").read_text("utf-8").split()[1::2]
    pages = {"index.html", "quality/index.html", "SHA256SUMS"}
    files = {p.relative_to(real_site / "data").as_posix() for p in (real_site / "data").rglob("*") if p.is_file()}
    assert set(checked) == files - pages
    readme = (folder / "README.md").read_text("utf-8")
    assert readme.index("# โครงการของกรุงเทพมหานคร") < readme.index("# Bangkok's projects")
    assert str(len(table_rows("projects"))) in readme
    assert "MIT" in (folder / "LICENSE.txt").read_text("utf-8")
    assert frictionless.validate(str(folder / "datapackage.json")).valid


@pytest.mark.parametrize("prefix", ["", "en"])
def test_the_data_page_leads_to_every_file_and_explains_every_field(real_site: Path, prefix: str) -> None:
    page = Html((real_site / prefix / "data" / "index.html").read_text("utf-8"))
    text = page.css_first("main").text()
    links = {node.attributes["href"] for node in page.css("main a[download]")}
    sums = (real_site / "data" / "SHA256SUMS").read_text("utf-8").split()
    assert links - {"/data.json"} == {f"/data/{name}" for name in [*sums[1::2], "SHA256SUMS"]}
    published = json.loads((real_site / "data" / "datapackage.json").read_text("utf-8"))
    for resource in published["resources"]:
        assert resource["hash"].removeprefix("sha256:") in text
        assert all(field["name"] in text for field in resource["schema"]["fields"])
    zipped = hashlib.sha256((real_site / "data" / "bangkok-projects.zip").read_bytes()).hexdigest()
    assert all(zipped in page.css_first(f"#{id}").text() for id in ("cite-th", "cite-en", "bibtex", "csl"))
    described: dict[str, Any] = json.loads(page.css_first("script[type='application/ld+json']").text())
    assert described["@type"] == "Dataset"
    assert {one["contentUrl"].removeprefix(ADDRESS) for one in described["distribution"]} <= links


def test_the_dictionary_counts_what_is_filled(real_site: Path) -> None:
    page = Html((real_site / "data" / "index.html").read_text("utf-8"))
    rows = {
        row.css_first("th code").text(): row.text()
        for row in page.css_first("#resource-projects").parent.css("tbody tr")
    }
    projects = table_rows("projects")
    for name in ("budget_received", "as_of_date"):
        assert f"{sum(bool(row[name]) for row in projects)} จาก {len(projects)}" in rows[name]
    assert "หน่วย: บาท" in rows["budget_received"]
    assert "agencies.agency_id" in rows["agency_id"]
    assert "ไม่ซ้ำกัน" in rows["project_id"]


def test_bibtex_and_csl_are_read_by_others(real_site: Path) -> None:
    library = bibtexparser.entrypoint.parse_file(str(real_site / "data" / "citation.bib"))
    assert not library.failed_blocks
    entry = library.entries[0].fields_dict
    assert entry["year"].value == "2026"
    # A working copy has the sum of its files beside the version.
    assert entry["version"].value.partition("+")[0] == descriptor()["version"]
    assert entry["url"].value == f"{ADDRESS}/data/"
    (item,) = json.loads((real_site / "data" / "citation.json").read_text("utf-8"))
    assert (item["type"], item["issued"]) == ("dataset", {"date-parts": [[2026, 11, 26]]})


def snippet(site: Path, name: str, address: str) -> str:
    page = Html((site / "data" / "index.html").read_text("utf-8"))
    return html.unescape(page.css_first(f"#{name}").text()).replace(ADDRESS, address)


def largest() -> list[str]:
    rows = [row for row in table_rows("projects") if row["budget_received"]]
    return [r["project_id"] for r in sorted(rows, key=lambda r: -float(r["budget_received"]))[:3]]


@pytest.mark.parametrize(("name", "command"), [("python", [sys.executable, "-I", "-"]), ("r", ["Rscript", "-"])])
def test_the_snippets_run(real_site: Path, served: Callable[[Path], str], name: str, command: list[str]) -> None:
    text = snippet(real_site, name, served(real_site))
    result = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert result.returncode == 0, result.stderr
    places = [result.stdout.find(project_id) for project_id in largest()]
    assert -1 not in places, result.stdout
    assert places == sorted(places)


def test_the_query_for_duckdb_runs_beside_the_file(real_site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(real_site / "data")
    found = duckdb.sql(snippet(real_site, "duckdb", ""))
    assert found is not None
    rows = found.fetchall()
    assert [row[0] for row in rows[:3]] == largest()


def test_each_figure_of_a_project_says_where_it_is_from(real_site: Path) -> None:
    page = Html((real_site / "projects" / "04160000-6961" / "index.html").read_text("utf-8"))
    lines = [" ".join(node.text().split()) for node in page.css(".basis") if "ที่มา:" in node.text()]
    source = "ระบบติดตามโครงการ/กิจกรรม กรุงเทพมหานคร"
    key = "project_id 04160000-6961"
    release = f"รุ่น {provenance(real_site, '04160000-6961')['version']}"
    assert lines == [f"ที่มา: projects.csv, {release}", f"ที่มา: monthly_results.csv, {release}"]
    folded = " ".join(page.css_first("section[aria-labelledby=origin] details").text().split())
    assert source in folded
    assert "projects.csv แถวที่ project_id เป็น 04160000-6961" in folded
    assert f"monthly_results.csv: {key}, แยกแถวตาม month" in folded


def test_a_record_says_what_the_package_says_of_its_project(real_site: Path) -> None:
    record = read_records(real_site / "data")["04160000-6961"]
    assert (record["budget_spent"], record["as_of_date"], record["agency_id"]) == (1_500_000, None, "04000000")
    assert record["finish_date"] == "2023-09-30"
    assert [month["result"] for month in record["monthly_results"]] == [45] * 5 + [None] * 7
