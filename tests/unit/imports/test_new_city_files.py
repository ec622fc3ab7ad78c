"""What the repository of a new city is made of."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.core.config import read_config
from portal.core.models import Thresholds
from portal.core.program import ROOT
from portal.imports import CsvMapping, NewCity, settings_problem
from portal.imports.guess import NAMES
from portal.imports.mapping_file import LINKED
from portal.imports.new_city_files import (
    CITY_PAGES,
    OWN,
    TABLES,
    copy_program,
    settings_toml,
    write_package,
    write_pages,
    write_settings,
)
from portal.package import COLUMNS

from tests.unit.scripts.test_docs import SETTINGS

LEFT_BEHIND = (".ci/", "tests/bangkok/")
"""What a new city does not get: how the program is tested where it is developed, and tests of the shipped data."""


def test_every_file_of_the_program_is_copied_or_made(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    copy_program(tmp_path)
    missing = {name for name in listed.splitlines() if not (tmp_path / name).is_file()}
    assert {name for name in missing if not name.startswith(LEFT_BEHIND)} == {
        name for name in listed.splitlines() if name.split("/")[0] in OWN
    }
    assert {path.name for path in tmp_path.rglob("*")} & {"__pycache__", "bangkok", ".ci"} == set()


def test_every_column_that_the_portal_knows_is_described_with_its_type() -> None:
    for table in ("projects", "areas"):
        fields = TABLES[table]["schema"]["fields"]
        assert {each["name"]: each["type"] for each in fields}.items() <= COLUMNS[table].items()
    assert {each["name"] for each in TABLES["projects"]["schema"]["fields"]} == {*COLUMNS["projects"]}


def test_every_column_that_is_guessed_is_one_that_can_be_filled() -> None:
    assert NAMES.keys() <= {*COLUMNS["projects"], *LINKED}
    names = [name for known in NAMES.values() for name in known["names"]]
    assert [name for name in names if name != name.lower()] == []


def test_settings_are_accepted_as_they_are_written(tmp_path: Path) -> None:
    strange: dict[str, Any] = SETTINGS | {"name": 'A "b" \\ \t\x7f'}
    assert settings_problem(strange) == ""
    file = tmp_path / "pyproject.toml"
    file.write_text(settings_toml(strange), "utf-8")
    assert tomllib.loads(file.read_text("utf-8"))["tool"]["portal"] == strange
    assert "currency" in settings_problem(strange | {"currency": "DOLLAR"})


def test_the_settings_of_the_program_are_replaced_and_its_other_tables_stay(tmp_path: Path) -> None:
    shipped = ROOT / "pyproject.toml"
    file = tmp_path / "pyproject.toml"
    file.write_bytes(shipped.read_bytes())
    write_settings(tmp_path, SETTINGS)
    before, after = (tomllib.loads(path.read_text("utf-8"))["tool"] for path in (shipped, file))
    assert after == before | {"portal": SETTINGS}
    assert read_config(file).signals == Thresholds()


def test_no_page_names_a_city_and_each_that_speaks_of_one_is_to_be_written(tmp_path: Path) -> None:
    write_pages(tmp_path, ["th", "en"])
    texts = {path.name: path.read_text("utf-8") for path in (tmp_path / "content").iterdir()}
    assert [name for name, text in texts.items() if re.search("Bangkok|BMA|กทม|กรุงเทพ", text)] == []
    unwritten = {name for name, text in texts.items() if "\nunwritten: true\n" in text}
    assert unwritten == {f"{page}{ending}.md" for page in CITY_PAGES for ending in ("", ".en")}


@pytest.mark.parametrize(("languages", "title"), [(["th", "en"], "ชื่อโครงการ"), (["en"], "Project title")])
def test_titles_are_in_the_languages_of_the_city(tmp_path: Path, languages: list[str], title: str) -> None:
    texts = ("name", "city", "area", "currency_name")
    settings = SETTINGS | {"languages": languages}
    settings |= {f"{text}_{code}": SETTINGS[text] for text in texts for code in languages[1:]}
    (tmp_path / "pyproject.toml").write_text(settings_toml(settings), "utf-8")
    config = read_config(tmp_path / "pyproject.toml")
    mapping = CsvMapping(
        "projects", {"a": "title", "b": "areas.name", "c": "stage"}, {"source_id": "x"}, key_from=("a",)
    )
    city = NewCity(settings, languages, Path("theirs.csv"), mapping, date(2026, 1, 1))
    write_package(tmp_path, city, config)
    content = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    (projects,) = (one for one in content["resources"] if one["name"] == "projects")
    fields = {each["name"]: each for each in projects["schema"]["fields"]}
    assert [*fields] == ["project_id", "title", "area_id", "source_id", "stage"]
    assert (fields["title"]["title"], fields["stage"]["title"]) == (title, "c")
    assert ("title_en" in fields["title"]) == (languages == ["th", "en"])
    assert [key["fields"] for key in projects["schema"]["foreignKeys"]] == [["area_id"], ["source_id"]]
    assert (tmp_path / "data" / "projects.csv").read_text("utf-8") == "project_id,title,area_id,source_id,stage\n"
