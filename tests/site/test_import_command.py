"""The command that imports: exit codes, and what is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.folders import read_folder
from tests.site.test_command_line import run
from tests.unit.imports.ocds_files import package_of, release, write

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage


def test_a_good_file_is_imported_and_the_package_is_good(whole: SamplePackage, tmp_path: Path) -> None:
    # Beside contracts of another origin.
    file = write(tmp_path / "releases.json", package_of(release()))
    code, out, err = run("import", "ocds", file, "--package", whole.root)
    assert code == 0
    assert "data/contracts.csv: 13 rows, 1 new\n" in out
    # A new column changes no row.
    assert "data/projects.csv: 26 rows, 1 new\n" in out
    assert "tender.items (1)" in err
    assert run("check", "--package", whole.root)[0] == 0
    assert run("import", "ocds", file, "--package", whole.root)[1].endswith("written: nothing: all is as it was\n")


def test_a_broken_file_exits_with_1_and_touches_nothing(whole: SamplePackage, tmp_path: Path) -> None:
    before = read_folder(whole.root)
    file = write(tmp_path / "releases.json", package_of(release(contracts={})))
    code, out, err = run("import", "ocds", file.name, "--package", whole.root, cwd=tmp_path)
    assert (code, err) == (1, "1 problem; nothing was written.\n")
    assert out == (
        "releases.json, ocds-bq4ldt-680001-1, contracts: this is an object, and a list must be here. "
        "Put it in [ ] at the publisher. Or import the rest with --skip-broken.\n"
    )
    assert read_folder(whole.root) == before


def test_json_has_the_tables_the_notices_and_the_files(whole: SamplePackage, tmp_path: Path) -> None:
    whole.drop("payments", "contracts", "tenders", "suppliers")
    file = write(tmp_path / "releases.json", package_of(release()))
    code, out, _ = run("import", "ocds", file, "--package", whole.root, "--format", "json")
    content = json.loads(out)
    assert (code, content["records"], content["problems"]) == (0, 1, [])
    assert "data/contracts.csv" in content["written"]
    assert {"not-imported"} == {notice["rule"] for notice in content["notices"]}


def test_a_wrong_command_exits_with_2(tmp_path: Path) -> None:
    assert run("import", "ocds", tmp_path / "none.json", "--package", "tests/sample")[0] == 2
    assert run("import", "csv", tmp_path / "none.csv", "--package", "tests/sample")[0] == 2
    assert run("import", "xml", tmp_path / "none.xml")[0] == 2
