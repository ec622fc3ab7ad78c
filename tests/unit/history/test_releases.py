"""What the commits of a small repository changed, read from a real git."""

import csv
import gzip
import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from portal.core.cache import Cache
from portal.core.models import Change, ChangeKind, History, Thresholds
from portal.history.releases import cache_history, read_history, release_files
from portal.history.state_changes import StateComparer
from portal.history.timeline import build_timeline
from portal.package.reading import read_portal
from portal.rules.transitions import RuleTransitions, fields_of
from portal.site.pages.changes import named_releases

from tests.conventions import CITY
from tests.repository import SAMPLE, Repository

FIRST, SECOND = "91000000-3001", "91000000-3002"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def brief(changes: Iterable[Change]) -> list[tuple[str, ...]]:
    return [(c.resource, "|".join(c.record), c.field, c.kind.value, c.before, c.after) for c in changes]


def test_a_changed_cell_is_told_with_what_stood_there_before(repository: Repository) -> None:
    before = next(row for row in repository.rows("projects") if row["project_id"] == FIRST)
    repository.set("projects", {"project_id": FIRST}, budget_received="123456789", finish_date="2027-01-31")
    commit = repository.commit("Move money and time")
    release = repository.history().releases[-1]
    assert (release.commit, str(release.published)) == (commit, "2026-01-02 09:00:00+07:00")
    assert release.name == f"2026-01-02-{commit[:8]}"
    assert brief(release.changes) == [
        ("projects", FIRST, "budget_received", "changed", before["budget_received"], "123456789"),
        ("projects", FIRST, "finish_date", "changed", before["finish_date"], "2027-01-31"),
    ]
    assert {change.project_id for change in release.changes} == {FIRST}


def test_added_and_removed_projects_are_told_with_every_cell(repository: Repository) -> None:
    gone = repository.rows("projects")[0]
    for resource in ("projects", "monthly_results", "progress_reports", "evaluations", "revisions"):
        repository.edit(resource, lambda row: None if row["project_id"] == gone["project_id"] else row)
    repository.write("projects", [*repository.rows("projects"), gone | {"project_id": "91000000-9999"}])
    repository.commit("Replace a project")
    changes = [change for change in repository.last() if change.resource == "projects"]
    cells = {name: cell for name, cell in gone.items() if cell}
    removed = {c.field: c.before for c in changes if c.kind is ChangeKind.REMOVED}
    added = {c.field: c.after for c in changes if c.kind is ChangeKind.ADDED}
    assert removed == cells
    assert added == cells | {"project_id": "91000000-9999"}


def test_an_edit_of_a_published_month_is_retroactive_and_a_new_month_is_not(repository: Repository) -> None:
    rows = repository.rows("monthly_results")
    reported = next(row for row in rows if row["result"])
    blank = next(row for row in rows if not row["result"])
    for row, result in ((reported, "1.5"), (blank, "7")):
        repository.set("monthly_results", {k: row[k] for k in ("project_id", "month")}, result=result)
    repository.commit("Edit a month, report another")
    retroactive = {change.record: change.retroactive for change in repository.last()}
    assert retroactive == {
        (reported["project_id"], reported["month"]): True,
        (blank["project_id"], blank["month"]): False,
    }


def test_a_removed_report_is_retroactive_and_a_new_one_is_not(repository: Repository) -> None:
    rows = repository.rows("progress_reports")
    repository.write("progress_reports", [*rows[1:], rows[0] | {"report_date": "2025-12-31"}])
    repository.commit("Replace a report")
    assert {(c.kind, c.retroactive) for c in repository.last()} == {
        (ChangeKind.REMOVED, True),
        (ChangeKind.ADDED, False),
    }


def test_the_same_value_in_another_form_is_told_apart(repository: Repository) -> None:
    row = next(row for row in repository.rows("projects") if row["budget_received"])
    repository.set("projects", {"project_id": row["project_id"]}, budget_received=row["budget_received"] + ".0")
    repository.commit("Write a number otherwise")
    assert [change.kind for change in repository.last()] == [ChangeKind.REWRITTEN]


def test_other_quotes_line_ends_and_orders_change_nothing(repository: Repository) -> None:
    for resource in ("projects", "agencies"):
        rows = list(reversed(repository.rows(resource)))
        with repository.file(resource).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(reversed(rows[0])), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
    repository.commit("Save from a spreadsheet")
    assert repository.last() == []


def test_a_renamed_column_is_one_change_and_an_edit_in_it_another(repository: Repository) -> None:
    rows = [
        {("organisation" if k == "division" else k): v for k, v in row.items()} for row in repository.rows("projects")
    ]
    at = next(i for i, row in enumerate(rows) if row["organisation"])
    before, rows[at]["organisation"] = rows[at]["organisation"], "กองใหม่"
    repository.write("projects", rows)

    def rename(content: dict[str, object]) -> None:
        fields = content["resources"][0]["schema"]["fields"]  # type: ignore[index]
        next(field for field in fields if field["name"] == "division")["name"] = "organisation"

    repository.describe(rename)
    repository.commit("Rename a column")
    assert brief(repository.last()) == [
        ("projects", "", "organisation", "renamed", "division", "organisation"),
        ("projects", rows[at]["project_id"], "organisation", "changed", before, "กองใหม่"),
    ]


def test_a_moved_file_and_a_moved_package_change_nothing(repository: Repository) -> None:
    (repository.folder / "tables").mkdir()
    repository.git("mv", "portal/data/projects.csv", "portal/tables/everything.csv")
    repository.describe(lambda content: content["resources"][0].update(path="tables/everything.csv"))  # type: ignore[index]
    repository.commit("Move a file")
    repository.git("mv", "portal", "city")
    repository.folder = repository.root / "city"
    repository.commit("Move the package")
    history = repository.history()
    assert len(history.releases) == 2
    assert [release.changes for release in history.releases] == [(), ()]


def test_a_revert_is_a_release_that_undoes(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, progress_percent="99")
    repository.commit("Raise")
    repository.day += 1
    repository.git("revert", "--no-edit", "HEAD")
    raised, undone = (release.changes[0] for release in repository.history().releases[1:])
    assert (raised.before, raised.after) == (undone.after, undone.before)


def test_records_without_a_key_are_added_and_removed_whole(repository: Repository) -> None:
    rows = repository.rows("revisions")
    repository.write("revisions", [rows[0] | {"user": "ผู้อื่น"}, rows[0], *rows])
    repository.commit("Add two entries, one of them twice there")
    added = [change for change in repository.last() if change.resource == "revisions"]
    assert {change.kind for change in added} == {ChangeKind.ADDED}
    assert {change.record for change in added} == {("#1",), ("#2",)}


def test_a_commit_whose_package_is_broken_is_passed_over(repository: Repository) -> None:
    good = repository.file("projects").read_bytes()
    for bad in (good + b'"open', b"project_id,project_id\n1,2\n", b"\xff\xfe"):
        repository.file("projects").write_bytes(bad)
        repository.commit("Break the table")
    (repository.folder / "datapackage.json").rename(repository.root / "kept.json")
    repository.commit("Lose the descriptor")
    (repository.root / "kept.json").rename(repository.folder / "datapackage.json")
    repository.file("projects").write_bytes(good)
    repository.set("projects", {"project_id": FIRST}, progress_percent="77")
    commit = repository.commit("Mend it and go on")
    releases = repository.history().releases
    assert [release.commit for release in releases[1:]] == [commit]
    assert [change.after for change in releases[1].changes] == ["77"]


def test_a_tag_names_its_release_and_its_files_are_to_be_had(repository: Repository) -> None:
    repository.git("tag", "2569-01")
    before = repository.file("projects").read_bytes()
    repository.set("projects", {"project_id": FIRST}, progress_percent="77")
    repository.commit("Go on")
    repository.git("tag", "-m", "annotated", "2569-02")
    history = repository.history()
    assert [release.tags for release in history.releases] == [("2569-01",), ("2569-02",)]
    files = release_files(repository.folder / "datapackage.json", history.releases[0])
    assert files["projects.csv"] == before
    assert json.loads(files["datapackage.json"])["name"] == "sample-projects"
    assert len(files) == len(repository.portal().package.resources) + 1


def test_files_that_are_not_committed_are_a_release_of_their_own(repository: Repository) -> None:
    repository.set("projects", {"project_id": SECOND}, progress_percent="33")
    release = repository.history().releases[-1]
    assert release.commit == ""
    assert [(change.record, change.after) for change in release.changes] == [((SECOND,), "33")]


def test_a_shallow_clone_says_that_it_does_not_know_the_beginning(repository: Repository, tmp_path: Path) -> None:
    repository.set("projects", {"project_id": FIRST}, progress_percent="77")
    repository.commit("Go on")
    assert repository.history().complete
    subprocess.run(["git", "clone", "-q", "--depth", "1", repository.root.as_uri(), tmp_path / "shallow"], check=True)
    portal = read_portal(repository.folder, CITY).portal
    assert portal is not None
    history = read_history(
        tmp_path / "shallow" / "portal" / "datapackage.json", portal.package, Cache(tmp_path / "other")
    )
    assert (history.complete, len(history.releases), history.releases[0].changes) == (False, 1, ())


@pytest.mark.parametrize("state", ["no repository", "no commit", "not committed"])
def test_without_a_repository_nothing_is_known(tmp_path: Path, state: str) -> None:
    folder = tmp_path / "package"
    shutil.copytree(SAMPLE, folder)
    if state != "no repository":
        subprocess.run(["git", "-C", folder, "init", "-q"], check=True)
    if state == "not committed":
        command: list[str | Path] = [
            "git",
            "-C",
            folder,
            "-c",
            "user.name=o",
            "-c",
            "user.email=o",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "x",
        ]
        subprocess.run(command, check=True)
    portal = read_portal(folder, CITY).portal
    assert portal is not None
    assert read_history(folder / "datapackage.json", portal.package, Cache(tmp_path / "cache")) == History()


def test_kept_results_are_the_same_and_a_damaged_one_is_made_anew(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, progress_percent="77")
    repository.commit("Go on")
    fresh = repository.history()
    cached = {path: path.read_bytes() for path in (repository.root.parent / "cache").rglob("*.json.gz")}
    assert repository.history() == fresh
    odd = [gzip.compress(content) for content in (b"[" * 100_000, b'[["projects", ["x"], [], "f", "changed", "", ""]]')]
    for damage in (b"", b"\x1f\x8bnothing", *odd, None):
        for path, data in cached.items():
            path.write_bytes(data[:-9] if damage is None else damage)
        assert repository.history() == fresh
    (repository.root.parent / "blocked").write_text("")
    assert repository.history("blocked") == fresh


def test_what_another_process_cached_is_not_compared_again(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = repository.file("projects").read_bytes()
    repository.file("projects").write_bytes(b"\xff\xfe")
    repository.commit("Break the table")
    repository.file("projects").write_bytes(good)
    repository.set("projects", {"project_id": FIRST}, progress_percent="77")
    repository.commit("Mend it and go on")
    compared = repository.history("alone")
    assert (len(compared.releases), len(compared.passed_over)) == (2, 1)
    cache_history(repository.folder / "datapackage.json", Cache(tmp_path / "beside"))
    monkeypatch.setattr(StateComparer, "compare", None)
    assert repository.history("beside") == compared


def test_tags_that_differ_in_case_alone_have_addresses_that_differ_in_more(repository: Repository) -> None:
    repository.git("tag", "2569-q1")
    repository.set("projects", {"project_id": FIRST}, progress_percent="77")
    repository.commit("Go on")
    repository.git("tag", "2569-Q1")
    portal, history = repository.portal(), repository.history()
    transitions = RuleTransitions(Thresholds(), fields_of(portal.package), portal.package.conventions.fiscal)
    named = named_releases(portal.package, build_timeline(portal, history, transitions), {})
    assert [(release.tag, release.address) for release in named] == [
        ("2569-Q1", history.releases[1].name),
        ("2569-q1", "2569-q1"),
    ]
