"""The open data as they are published, read by programs that are not ours."""

import json
import subprocess
import sys
from pathlib import Path

import frictionless
import openpyxl
import polars
import pytest

from portal.core.problems import UsageError
from portal.exports.exporters import write_package
from portal.exports.xlsx import end_of_cut

from tests.building import run_build
from tests.conventions import CITY
from tests.sample_package import SamplePackage

READ_BACK = Path(__file__).with_name("read_back.py")


def read_back(folder: Path) -> subprocess.CompletedProcess[str]:
    """Every form of a published package read by a fresh process that has none of our code."""
    command: list[str | Path] = [sys.executable, "-I", READ_BACK, folder / "data"]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize("site", ["sample_site", "history_site"])
def test_frictionless_validates_what_every_site_publishes(site: str, request: pytest.FixtureRequest) -> None:
    report = frictionless.validate(str(request.getfixturevalue(site) / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["name", "message"])


def test_every_form_is_read_back_to_the_same_values(any_site: Path) -> None:
    result = read_back(any_site)
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
    sheet = openpyxl.load_workbook(next((odd_site / "data").glob("*.xlsx")))["projects"]
    remarks = [cell.value for cell in next(c for c in sheet.iter_cols() if c[1].value == "remarks")][2:]
    assert remarks[:4] == ["=1+1", "+66", "-2", "@SUM(A1)"]
    assert remarks[4] is not None
    assert len(remarks[4]) == 32_767
    assert remarks[4].endswith(end_of_cut(CITY.languages))


def test_no_file_below_data_says_again_what_another_says(any_site: Path) -> None:
    """A table is a CSV and a Parquet; the whole is a workbook and a zip."""
    package = json.loads((any_site / "data" / "datapackage.json").read_text("utf-8"))
    tables = {file.name for file in (any_site / "data").iterdir() if file.suffix in (".csv", ".xlsx", ".parquet")}
    endings = ("csv", "parquet")
    described = [resource["name"] for resource in package["resources"] if "schema" in resource]
    of_resources = {f"{name}.{end}" for name in described for end in endings}
    assert tables - of_resources == {"changes.csv", "signals.csv", f"{package['name']}.xlsx"}
    assert of_resources <= tables
    assert [file.name for file in (any_site / "data").glob("*.zip")] == [f"{package['name']}.zip"]
    assert not list(any_site.rglob("*.jsonl"))


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
    other = next(r for r in content["resources"] if r["name"] == "sources") | {"path": "data/other.csv"}
    content["resources"] += [other | {"name": name} for name in ("changes", content["name"])]
    whole.descriptor.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    (whole.root / "data" / "other.csv").write_bytes(whole.file("sources").read_bytes())
    result = run_build("--package", whole.root, "--output", tmp_path / "site")
    assert result.returncode == 0, result.stdout + result.stderr
    assert read_back(tmp_path / "site").returncode == 0
    assert (tmp_path / "site" / "data" / "changes-package.csv").is_file()
