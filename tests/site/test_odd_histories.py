"""Whatever earlier commits hold, valid data of today make a site, and it claims nothing wrong of them."""

import csv
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from portal.history.releases import release_files

from tests.building import run_build
from tests.repository import Repository, UndescribedRepository, small_repository

FIRST, SECOND = "91000000-1001", "91000000-2001"


def one(repository: Repository, resource: str, **where: str) -> dict[str, str]:
    return next(row for row in repository.rows(resource) if where.items() <= row.items())


def fill_a_blank_of_a_report(repository: Repository) -> None:
    row = next(row for row in repository.rows("progress_reports") if not row["obstacles"])
    repository.set("progress_reports", row, obstacles="ฝน")


def fill_a_blank_score(repository: Repository) -> None:
    row = repository.rows("evaluations")[0]
    repository.set("evaluations", row, score="")
    repository.commit("Blank it")
    repository.set("evaluations", row | {"score": ""}, score="50")


def delete_a_revision(repository: Repository) -> None:
    repository.write("revisions", repository.rows("revisions")[1:])


def delete_a_blank_month(repository: Repository) -> None:
    blank = next(row for row in repository.rows("monthly_results") if not row["result"])
    repository.edit("monthly_results", lambda row: None if row == blank else row)


def lose_a_resource(repository: Repository) -> None:
    def without(content: dict[str, object]) -> None:
        content["resources"] = [r for r in content["resources"] if r["name"] != "evaluations"]  # type: ignore[attr-defined]

    repository.describe(without)
    repository.file("evaluations").unlink()


def mistype_and_mend(resource: str, field: str, wrong: str) -> Callable[[Repository], None]:
    """A commit that validation would have refused, and one that mends it."""

    def change(repository: Repository) -> None:
        row = next(row for row in repository.rows(resource) if row["project_id"] == FIRST and row[field])
        where = {name: cell for name, cell in row.items() if name != field}
        repository.set(resource, where, **{field: wrong})
        repository.commit("Mistype")
        repository.set(resource, where, **{field: row[field]})

    return change


def leave_an_inch_mark(repository: Repository) -> None:
    row = one(repository, "projects", project_id=FIRST)
    repository.set("projects", {"project_id": FIRST}, remarks="ท่อ 5 นิ้ว")
    text = repository.file("projects").read_text("utf-8").replace("ท่อ 5 นิ้ว", 'ท่อ 5" ยาว')
    assert row
    repository.file("projects").write_text(text, "utf-8")
    repository.commit("Which no validation let pass")
    repository.file("projects").write_text(text.replace('5" ยาว', "5 นิ้ว"), "utf-8")


def tag_oddly(repository: Repository) -> None:
    for tag in ("x" * 90, "รุ่นแรก", "v1/2", "page", "con", "-a"[1:]):
        repository.git("tag", tag)
    repository.set("projects", {"project_id": FIRST}, progress_percent="1")


def commit_from_nowhere(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, progress_percent="1")
    repository.git("add", "-A")
    where = {"GIT_COMMITTER_DATE": "@1000000000000 +9900", "GIT_AUTHOR_DATE": "@1 +0000"}
    command: list[str | Path] = [
        "git",
        "-C",
        repository.root,
        "-c",
        "user.name=o",
        "-c",
        "user.email=o",
        "commit",
        "-qm",
        "x",
    ]
    subprocess.run(command, check=True, env=os.environ | where)
    repository.set("projects", {"project_id": FIRST}, progress_percent="2")


def write_controls_into_a_lost_title(repository: Repository) -> None:
    new = repository.rows("projects")[1] | {"project_id": "91000000-9001", "title": "ก\x0bข\ufffe <b>]]>"}
    repository.write("projects", [*repository.rows("projects"), new])
    repository.commit("Add")
    repository.edit("projects", lambda row: None if row["project_id"] == new["project_id"] else row)


ODD: dict[str, Callable[[Repository], None]] = {
    "a filled blank of a report": fill_a_blank_of_a_report,
    "a filled blank score": fill_a_blank_score,
    "a deleted revision": delete_a_revision,
    "a deleted blank month": delete_a_blank_month,
    "a lost resource": lose_a_resource,
    "an unknown status": mistype_and_mend("progress_reports", "status", "เสร็จ"),
    "an impossible year": mistype_and_mend("projects", "fiscal_year", "25699"),
    "no number": mistype_and_mend("projects", "budget_received", "NaN"),
    "a number without end": mistype_and_mend("projects", "budget_received", "1e999999"),
    "a number with commas": mistype_and_mend("projects", "budget_received", "4,100,000"),
    "no date": mistype_and_mend("projects", "finish_date", "30 ก.ย. 67"),
    "an inch mark": leave_an_inch_mark,
    "odd tags": tag_oddly,
    "a commit from nowhere": commit_from_nowhere,
    "control characters": write_controls_into_a_lost_title,
}


PASSED_OVER = ("control characters",)
"""Those whose commit is no release; what others say amiss a reader of today makes nothing of."""


@pytest.mark.parametrize("name", ODD)
def test_an_odd_history_makes_a_whole_site(tmp_path: Path, name: str) -> None:
    repository = small_repository(tmp_path / "repository")
    ODD[name](repository)
    repository.commit("And on")
    for output in ("first", "from-the-cache"):
        result = run_build("--package", repository.folder, "--output", tmp_path / output, "--jobs", "1")
        assert result.returncode == 0, result.stdout + result.stderr
        said = [line for line in result.stderr.splitlines() if "but the version is the same" not in line]
        assert all(" is passed over: " in line for line in said), result.stderr
        assert len(said) == (name in PASSED_OVER), result.stderr
    assert (tmp_path / "first" / "data" / "changes.csv").read_bytes() == (
        tmp_path / "from-the-cache" / "data" / "changes.csv"
    ).read_bytes()


def built(repository: Repository, output: Path) -> Path:
    result = run_build("--package", repository.folder, "--output", output, "--jobs", "1")
    assert result.returncode == 0, result.stdout + result.stderr
    return output


def told(site: Path, path: str = "changes") -> str:
    return " ".join(Html((site / path / "index.html").read_text("utf-8")).css_first("main").text().split())


def test_a_doubled_row_that_was_never_published_is_no_new_project(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    rows = repository.rows("projects")
    repository.write("projects", [*rows, rows[0] | {"title": "ซ้ำ"}])
    repository.commit("Double a row")
    repository.write("projects", rows)
    repository.set("projects", {"project_id": SECOND}, progress_percent="3")
    repository.commit("Mend it")
    site = built(repository, tmp_path / "site")
    assert "โครงการที่เพิ่มเข้ามา" not in told(site)
    assert "โครงการที่ถูกนำออก" not in told(site)
    assert "ครั้งแรก" not in told(site, f"projects/{FIRST}")


def test_a_project_that_was_away_keeps_its_first_budget(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.git("tag", "one")
    row = one(repository, "projects", project_id="91000000-2002")
    others = [r for r in repository.rows("projects") if r != row]
    kept = {name: repository.rows(name) for name in ("monthly_results", "progress_reports", "evaluations", "revisions")}
    for name in kept:
        repository.edit(name, lambda r: None if r["project_id"] == row["project_id"] else r)
    repository.write("projects", others)
    repository.commit("Take it away")
    repository.write("projects", [*others, row | {"budget_received": "1"}])
    repository.commit("Bring it back")
    repository.git("tag", "two")
    site = built(repository, tmp_path / "site")
    page = told(site, f"projects/{row['project_id']}")
    assert "โครงการนี้กลับมาอยู่ในชุดข้อมูล" in page
    assert f"เดิม {int(row['budget_received']):,} บาท" in page
    compared = told(site, "changes/compare/one/two")
    assert "เพิ่มเข้ามาใหม่" not in compared
    assert f"{int(row['budget_received']):,} → 1" in compared


def test_a_tag_on_a_later_commit_names_the_state_that_it_shows(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    (repository.root / "notes.txt").write_text("x")
    repository.commit("Write of something else")
    repository.git("tag", "2569-q1")
    site = built(repository, tmp_path / "site")
    assert "2569-q1" in told(site)
    assert (site / "data" / "releases" / "sample-projects-2569-q1.zip").is_file()


def test_two_packages_of_one_repository_keep_their_changes_apart(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.git("mv", "portal", "one")
    subprocess.run(["cp", "-r", repository.root / "one", repository.root / "two"], check=True)
    repository.folder = repository.root / "two"
    repository.commit("Two of them")
    repository.set("projects", {"project_id": SECOND}, progress_percent="3")
    repository.folder = repository.root / "one"
    repository.set("projects", {"project_id": FIRST}, progress_percent="2")
    repository.commit("Change both")
    for name, changed in (("one", FIRST), ("two", SECOND)):
        repository.folder = repository.root / name
        site = built(repository, tmp_path / name)
        with (site / "data" / "changes.csv").open(encoding="utf-8", newline="") as file:
            assert {row["project_id"] for row in csv.DictReader(file)} == {changed}


def test_a_clone_without_the_files_of_its_history_says_what_to_fetch(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    # What no other test commits: what is known of a commit already need not be read again.
    repository.set("projects", {"project_id": FIRST}, progress_percent="2", remarks=str(tmp_path))
    repository.commit("Go on")
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--filter=blob:none", repository.root.as_uri(), clone], check=True)
    subprocess.run(["git", "-C", clone, "remote", "set-url", "origin", (tmp_path / "gone").as_uri()], check=True)
    result = run_build("--package", clone / "portal", "--output", tmp_path / "site")
    assert result.returncode == 2
    assert "lacks files of its own history" in result.stderr
    assert not (tmp_path / "site").exists()


def test_what_did_not_concern_a_project_is_a_release_all_the_same(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    row = repository.rows("agencies")[0]
    repository.set("agencies", {"agency_id": row["agency_id"]}, name_en="Another Name")
    repository.commit("Rename an agency")
    site = built(repository, tmp_path / "site")
    assert "ยังไม่มีรุ่นใดที่ต่างจากรุ่นก่อน" not in told(site)
    assert "ไม่มีโครงการที่เปลี่ยนแปลง" in told(site)


def test_the_command_names_what_is_passed_over_in_one_line(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.describe(lambda content: content.update(version="1\u202e2"))
    bad = repository.commit("Unchecked")
    repository.git("tag", "two")
    repository.describe(lambda content: content.update(version="3"))
    repository.commit("Mend")
    result = run_build("--package", repository.folder, "--output", tmp_path / "site", "--format", "json")
    assert result.returncode == 0, result.stderr
    assert result.stderr.splitlines() == [
        f"commit {bad[:8]} is passed over: datapackage.json, version: this text holds the character U+202E, which "
        "turns the direction of writing, which no text needs. What it changed is shown with the next release; nothing "
        "need be done. No files are published for the tag two: set it on a later commit."
    ]
    assert json.loads(result.stdout)["passed_over"][0]["commit"] == bad
    # The working copy is read by the check; an archive has what a check would have let pass.
    assert set(release_files(repository.folder / "datapackage.json", repository.history().releases[0])) >= {
        "projects.csv"
    }


def test_a_history_from_before_the_package_is_told_and_so_is_what_cannot_be_read(tmp_path: Path) -> None:
    repository = UndescribedRepository(tmp_path / "repository")
    rows = repository.rows("projects")
    for key in ("code", "number"):
        repository.write("projects", [{key: row["project_id"], "name": row["title"]} for row in rows])
        repository.commit("Other columns")
    repository.git("tag", "draft")
    repository.write("projects", rows)
    repository.set("projects", {"project_id": FIRST}, budget_received="about four million")
    repository.commit("A word for a number")
    repository.write("projects", [row | {"internal": "not for the public"} for row in rows])
    repository.commit("The first that can be read")
    repository.git("tag", "2568-q1")
    repository.write("projects", rows)
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    repository.commit("Progress")
    repository.describe_it()
    sites = [tmp_path / "first", tmp_path / "from-the-cache"]
    for site in sites:
        result = run_build("--package", repository.folder, "--output", site, "--format", "json")
        assert result.returncode == 0, result.stderr
        (line,) = result.stderr.splitlines()
        assert line.startswith(
            "3 commits from 2026-01-01 to 2026-01-03, before the first package, fit no later datapackage.json: 1 with "
            "cells that cannot be read (data/projects.csv, budget_received: a cell is not of the type number, in "
        )
        assert "; 2 without a column that must be there (data/projects.csv: not the table" in line
        assert line.endswith(" Nothing is published of the tags draft.")
        unread = json.loads(result.stdout)["unread"]
        assert [(group["cause"], len(group["commits"])) for group in unread] == [("cells", 1), ("columns", 2)]
    shown = told(sites[0])
    assert "มีข้อมูลรุ่นก่อนหน้าอีก 3 รุ่น (1 มกราคม 2569 – 3 มกราคม 2569) ที่อ่านไม่ได้" in shown
    assert "2 รุ่นไม่มีคอลัมน์ที่ข้อมูลต้องมี" in shown
    assert "2 lack a column that the data must have, or call it by another name" in told(sites[0], "en/changes")
    assert "2568-q1" in shown
    assert not list((sites[0] / "data" / "releases").glob("*2568-q1*"))
    (page,) = (sites[0] / "changes").glob("2026-01-05-*")
    assert "ความคืบหน้า" in told(sites[0], f"changes/{page.name}")
    files = [
        file for file in sites[0].rglob("*") if file.is_file() and file.suffix in (".html", ".csv", ".json", ".xml")
    ]
    assert not [file for file in files if b"not for the public" in file.read_bytes()]
    for name in ("changes/index.html", "data/changes.csv", "data/releases.json"):
        assert (sites[0] / name).read_bytes() == (sites[1] / name).read_bytes()
