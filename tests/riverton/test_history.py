"""The history of Riverton: made of its story, the same on every machine, with all that its page of prose promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scripts.example_story import CITY, files_at, releases

from tests.building import ROOT
from tests.folders import read_folder
from tests.pages import page, text
from tests.riverton.conftest import make
from tests.site.test_rebuild import assert_each_page_is_in_one_shard


def commits(repository: Path) -> list[str]:
    command: list[str | Path] = ["git", "-C", repository, "log", "--reverse", "--format=%H %aI %an %D"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def changes_of(site: Path, day: str) -> str:
    (folder,) = (site / "changes").glob(f"{day}-*")
    return text(page(folder, "index.html").css_first("main"))


def test_what_is_committed_is_what_the_story_makes() -> None:
    committed = {name: (CITY / name).read_bytes() for name in files_at(releases()[-1])}
    assert committed == files_at(releases()[-1]), "python -m scripts.example --write"
    assert {f"data/{name}" for name in read_folder(CITY / "data")} == committed.keys() - {"datapackage.json"}


def test_another_machine_makes_the_same_commits_and_the_same_site(riverton: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", PYTHONHASHSEED="7", TZ="Asia/Tokyo", GIT_AUTHOR_DATE="2001-01-01T00:00:00Z")
    assert commits(other) == commits(riverton)
    assert len(commits(riverton)) == len(releases()) == 12
    assert read_folder(other / "site") == read_folder(riverton / "site")


def test_the_program_is_in_no_commit(riverton: Path) -> None:
    git: list[str | Path] = ["git", "-C", riverton]
    files = subprocess.run([*git, "ls-files"], check=True, capture_output=True, text=True).stdout.split()
    assert {file.split("/")[0] for file in files} == {"content", "data", "datapackage.json", "pyproject.toml"}
    assert subprocess.run([*git, "status", "--short"], check=True, capture_output=True, text=True).stdout == ""


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    result = subprocess.run(
        [sys.executable, "-m", "scripts.example", tmp_path], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 2
    assert "Name another folder" in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_all_that_happens_in_the_story_is_said(any_site: Path) -> None:
    assert "30 June 2026" in changes_of(any_site, "2025-10-06")
    assert "14,200,000 → 17,600,000 (+3,400,000)" in changes_of(any_site, "2025-11-05")
    assert "1,250,000 → 1,520,000" in changes_of(any_site, "2025-12-05")
    assert "month 6" not in changes_of(any_site, "2026-01-06")
    assert "Department of Streets and Bridges" in changes_of(any_site, "2026-02-05")
    corrected = changes_of(any_site, "2026-03-05")
    assert "7,100,000 → 710,000" in corrected
    assert "No longer in the data" in corrected
    assert "Came back; was last published on 5 February 2026" in changes_of(any_site, "2026-04-06")
    planned = changes_of(any_site, "2026-05-05")
    assert "780,000 → 1,040,000" in planned
    assert "fell in 1 project" in planned
    assert "5 projects were added" in changes_of(any_site, "2026-06-05")
    cancelled = text(page(any_site, "projects/R26-006/index.html").css_first("article"))
    assert "Cancelled" in cancelled
    assert "no longer" in text(page(any_site, "projects/R26-022/index.html").css_first("main"))


def test_the_first_release_is_from_before_the_package(any_site: Path) -> None:
    listed = page(any_site, "changes/index.html")
    assert "Every change since the first release of 5 August 2025" in text(listed.css_first("main"))
    tags = [release.tag for release in releases() if release.tag]
    archives = sorted(file.name for file in (any_site / "data" / "releases").glob("*.zip"))
    assert archives == [f"riverton-projects-{tag}.zip" for tag in tags]


def test_each_page_of_a_city_with_a_history_is_in_one_shard(riverton: Path) -> None:
    assert_each_page_is_in_one_shard(riverton / "site", riverton / ".cache" / "sites")
