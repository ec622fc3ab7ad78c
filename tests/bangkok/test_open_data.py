"""The open data as they are published, read by programs that are not ours."""

import csv
import hashlib
import html
import io
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
import polars
import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from portal.core.problems import UsageError
from portal.exports.forms import write_package
from portal.exports.xlsx import CUT

from tests.building import ROOT, run_build
from tests.sample_package import SamplePackage

READ_BACK = Path(__file__).parents[1] / "read_back.py"
ADDRESS = "https://projects.bangkok.example"


def read_back(folder: Path) -> subprocess.CompletedProcess[str]:
    """Every form of a published package read by a fresh process that has none of our code."""
    command: list[str | Path] = [sys.executable, "-I", READ_BACK, folder / "data"]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


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


@pytest.mark.parametrize("site", ["sample_site", "history_site"])
def test_frictionless_validates_what_every_site_publishes(site: str, request: pytest.FixtureRequest) -> None:
    report = frictionless.validate(str(request.getfixturevalue(site) / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["name", "message"])


@pytest.mark.parametrize("site", ["real_site", "sample_site"])
def test_every_form_is_read_back_to_the_same_values(site: str, request: pytest.FixtureRequest) -> None:
    result = read_back(request.getfixturevalue(site))
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture
def odd_site(whole: SamplePackage, tmp_path: Path) -> Path:
    """A site of the sample with cells that programs like to spoil, and a column of each type."""
    content = whole.described()
    projects = content["resources"][0]
    projects["schema"]["fields"] += [
        {"name": "outdoors", "type": "boolean", "title": "กลางแจ้ง"},
        {"name": "tiny", "type": "number", "title": "ละเอียด"},
        {"name": "visited", "type": "datetime", "title": "ตรวจเมื่อ"},
        {"name": "code", "type": "string", "title": "รหัสเดิม"},
    ]
    whole.descriptor.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    header, *rows = whole.table("projects")
    rows = [[*row, "", "", "", ""] for row in rows]
    rows[0][-4:] = ["true", "-0.000125", "2023-10-01T09:30:15", "0012345"]
    rows[1][-4:] = ["false", "123456789012.25", "1950-01-02T00:00:00", "123456789012345"]
    remarks = header.index("remarks")
    for row, text in zip(rows, ("=1+1", "+66", "-2", "@SUM(A1)", "ก" * 40_000, "ก\n\"ข\", 'ค'", " =2+2"), strict=False):
        row[remarks] = text
    whole.write("projects", [[*header, "outdoors", "tiny", "visited", "code"], *rows])
    whole.change("agencies", lambda data: b"\xef\xbb\xbf" + data)
    output = tmp_path / "odd"
    result = run_build("--package", whole.root, "--output", output, "--jobs", "2")
    assert result.returncode == 0, result.stdout + result.stderr
    return output


def test_odd_cells_come_back_as_they_are(odd_site: Path) -> None:
    result = read_back(odd_site)
    assert result.returncode == 0, result.stdout + result.stderr
    columns = polars.read_parquet_schema(odd_site / "data" / "projects.parquet")
    kinds = {name: str(columns[name]).split("(")[0] for name in ("outdoors", "tiny", "visited", "code", "start_date")}
    assert kinds == dict(zip(kinds, ("Boolean", "Decimal", "Datetime", "String", "Date"), strict=True))
    sheet = openpyxl.load_workbook(odd_site / "data" / "projects.xlsx")["projects"]
    remarks = [cell.value for cell in next(c for c in sheet.iter_cols() if c[1].value == "remarks")][2:]
    assert remarks[:4] == ["=1+1", "+66", "-2", "@SUM(A1)"]
    assert remarks[4] is not None
    assert len(remarks[4]) == 32_767
    assert remarks[4].endswith(CUT)


def test_nothing_in_the_copy_for_excel_is_a_formula_and_no_zero_is_lost(odd_site: Path) -> None:
    data = (odd_site / "data" / "projects-for-people-excel.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    text = (odd_site / "data" / "projects-for-people.csv").read_text("utf-8")
    plain_header, *plain = csv.reader(io.StringIO(text, newline=""))
    assert header == plain_header
    texts = [header.index(name) for name in ("หมายเหตุ", "รหัสเดิม", "รหัสหน่วยงาน")]
    assert [[row[i] for i in texts][:2] for row in rows[:2]] == [["'=1+1", "\t0012345"], ["'+66", "\t123456789012345"]]
    assert [[row[i] for i in texts][:2] for row in plain[:2]] == [["=1+1", "0012345"], ["+66", "123456789012345"]]
    numbers = [header.index(name) for name in ("ละเอียด", "ตรวจเมื่อ", "กลางแจ้ง")]
    assert [rows[0][i] for i in numbers] == ["-0.000125", "2023-10-01T09:30:15", "true"]


def test_the_table_for_people_has_thai_headings_names_and_the_address_of_each_page(real_site: Path) -> None:
    with (real_site / "data" / "projects-for-people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(r for r in rows if r["รหัสโครงการ"] == "04160000-6961")
    assert row["รหัสหน่วยงาน"] == "04000000"
    assert row["หน่วยงาน"] == "สำนักปลัดกรุงเทพมหานคร"
    assert row["แหล่งข้อมูล"].startswith("ระบบติดตามโครงการ")
    assert row["งบฯ ที่ได้รับ (บาท)"] == "1500000"
    assert len(rows) == 481
    for row in rows:
        assert (real_site / row["ที่อยู่หน้าเว็บ"].removeprefix(f"{ADDRESS}/") / "index.html").is_file()


def test_libreoffice_opens_the_workbook_and_the_csv_for_excel_with_thai_intact(real_site: Path, tmp_path: Path) -> None:
    """Converted back to CSV by LibreOffice itself: the sheet shows what the package says."""
    for name, rows_above in (("projects.xlsx", 2), ("projects-for-people-excel.csv", 1)):
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
        command += ["csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"]
        command += ["--infilter=CSV:44,34,76"] if name.endswith(".csv") else []
        result = subprocess.run(
            [*command, "--outdir", tmp_path, real_site / "data" / name], capture_output=True, text=True, timeout=120
        )
        made = sorted(tmp_path.glob(f"{name.split('.')[0]}*projects*.csv"))
        assert made, result.stdout + result.stderr
        with made[0].open(encoding="utf-8", newline="") as file:
            table = list(csv.reader(file))
        with (ROOT / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
            wanted = list(csv.DictReader(file))
        column = table[rows_above - 1].index("title" if rows_above == 2 else "ชื่อโครงการ")
        assert [row[column] for row in table[rows_above:]] == [row["title"] for row in wanted]
        agency = table[rows_above - 1].index("agency_id" if rows_above == 2 else "รหัสหน่วยงาน")
        assert [row[agency].strip("\t") for row in table[rows_above:]] == [row["agency_id"] for row in wanted]


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
    assert "481" in readme
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
    assert "353 จาก 481" in rows["budget_received"]
    assert "หน่วย: บาท" in rows["budget_received"]
    assert "0 จาก 481" in rows["as_of_date"]
    assert "agencies.agency_id" in rows["agency_id"]
    assert "ไม่ซ้ำกัน" in rows["project_id"]


def test_bibtex_and_csl_are_read_by_others(real_site: Path) -> None:
    library = bibtexparser.entrypoint.parse_file(str(real_site / "data" / "citation.bib"))
    assert not library.failed_blocks
    entry = library.entries[0].fields_dict
    assert (entry["year"].value, entry["version"].value) == ("2026", "1.0.1")
    assert entry["url"].value == f"{ADDRESS}/data/"
    (item,) = json.loads((real_site / "data" / "citation.json").read_text("utf-8"))
    assert (item["type"], item["issued"]) == ("dataset", {"date-parts": [[2026, 11, 26]]})


def snippet(site: Path, name: str, address: str) -> str:
    page = Html((site / "data" / "index.html").read_text("utf-8"))
    return html.unescape(page.css_first(f"#{name}").text()).replace(ADDRESS, address)


def largest() -> list[str]:
    with (ROOT / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["budget_received"]]
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
    with (ROOT / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
        row = 1 + next(i for i, r in enumerate(csv.DictReader(file), start=1) if r["project_id"] == "04160000-6961")
    source = "ระบบติดตามโครงการ/กิจกรรม กรุงเทพมหานคร"
    assert lines[0] == f"ที่มา: projects.csv แถว {row} รุ่น 1.0.1 · {source}"
    assert lines[1] == f"ที่มา: monthly_results.csv แถว 2–13 รุ่น 1.0.1 · {source}"


def test_a_record_says_what_the_package_says_of_its_project(real_site: Path) -> None:
    record = json.loads((real_site / "projects" / "04160000-6961" / "project.json").read_text("utf-8"))
    assert (record["budget_spent"], record["as_of_date"], record["agency_id"]) == (1_500_000, None, "04000000")
    assert record["finish_date"] == "2023-09-30"
    assert [month["result"] for month in record["monthly_results"]] == [45] * 5 + [None] * 7


def test_a_file_that_changed_since_it_was_validated_is_not_published(whole: SamplePackage, tmp_path: Path) -> None:
    portal = whole.read().portal
    assert portal is not None
    write_package(whole.descriptor, portal.package, tmp_path / "as-validated")
    assert (tmp_path / "as-validated" / "data" / "projects.csv").read_bytes() == whole.file("projects").read_bytes()
    whole.change("projects", lambda data: data + b"x")
    with pytest.raises(UsageError, match=r"data/projects.csv: changed while the site was being built"):
        write_package(whole.descriptor, portal.package, tmp_path / "later")


def test_a_resource_may_be_called_as_a_file_that_the_site_makes(whole: SamplePackage, tmp_path: Path) -> None:
    content = whole.described()
    other = content["resources"][-1] | {"path": "data/other.csv"}
    content["resources"] += [other | {"name": name} for name in ("projects-for-people", content["name"])]
    whole.descriptor.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    (whole.root / "data" / "other.csv").write_bytes(whole.file("sources").read_bytes())
    result = run_build("--package", whole.root, "--output", tmp_path / "site")
    assert result.returncode == 0, result.stdout + result.stderr
    assert read_back(tmp_path / "site").returncode == 0
    assert (tmp_path / "site" / "data" / "projects-for-people-package.csv").is_file()
