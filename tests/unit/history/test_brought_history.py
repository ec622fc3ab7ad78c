"""Commits from before the package had a descriptor are read with that of a later one, where it fits."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.core.cache import Cache
from portal.core.models import ChangeKind, ChangeScope, History, UnreadCause
from portal.history.releases import history_digest, read_history

from tests.repository import SAMPLE, Repository, UndescribedRepository
from tests.sample_package import SamplePackage

FIRST = "91000000-1001"


@pytest.fixture
def repository(tmp_path: Path) -> UndescribedRepository:
    return UndescribedRepository(tmp_path / "repository")


def unread(history: History) -> list[tuple[str, int, str]]:
    return [(group.cause.value, group.count, group.example) for group in history.unread]


def test_commits_without_a_descriptor_are_releases_that_say_what_changed(repository: UndescribedRepository) -> None:
    first = repository.commit("The first data")
    repository.git("tag", "2568-q1")
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    second = repository.commit("Progress")
    own = repository.describe_it()
    repository.set("projects", {"project_id": FIRST}, progress_percent="4")
    last = repository.commit("More progress")
    history = repository.history()
    assert [release.commit for release in history.releases] == [first, second, own, last]
    assert [release.is_package for release in history.releases] == [False, False, True, True]
    assert [release.tags for release in history.releases] == [("2568-q1",), (), (), ()]
    assert [release.version for release in history.releases][:2] == ["", ""]
    changed = [[(c.record, c.field, c.after) for c in release.changes] for release in history.releases]
    assert changed[1:] == [[((FIRST,), "progress_percent", "3")], [], [((FIRST,), "progress_percent", "4")]]
    assert (history.unread, history.passed_over) == ((), ())
    assert repository.history() == repository.history("another") == history


def test_a_table_that_came_later_says_nothing_of_the_time_before(repository: UndescribedRepository) -> None:
    months = repository.file("monthly_results").read_bytes()
    repository.file("monthly_results").unlink()
    repository.commit("Projects")
    repository.file("monthly_results").write_bytes(months)
    repository.commit("Months")
    repository.describe_it()
    releases = repository.history().releases
    assert len(releases) == 3
    assert {(c.resource, c.kind, c.scope) for c in releases[1].changes} == {
        ("monthly_results", ChangeKind.ADDED, ChangeScope.TABLE)
    }


def test_a_column_that_no_descriptor_has_is_not_published(repository: UndescribedRepository) -> None:
    rows = repository.rows("projects")
    for note in ("อย่าเผยแพร่", "ลับ"):
        repository.write("projects", [row | {"internal_note": note} for row in rows])
        repository.commit("With a note")
    repository.write("projects", rows)
    repository.commit("Without it")
    repository.describe_it()
    history = repository.history()
    assert [release.changes for release in history.releases] == [()] * 4


def other_names(repository: UndescribedRepository) -> None:
    repository.write("projects", [{"ชื่อ": r["title"], "รหัส": r["project_id"]} for r in repository.rows("projects")])


def words_for_numbers(repository: UndescribedRepository) -> None:
    repository.set("projects", {"project_id": FIRST}, budget_received="ประมาณสี่ล้าน")


def elsewhere(repository: UndescribedRepository) -> None:
    (repository.root / "csv").mkdir()
    repository.file("projects").rename(repository.root / "csv" / "projects.csv")


def no_table(repository: UndescribedRepository) -> None:
    repository.file("projects").write_bytes(b"\xff\xfe\x00")


def twice(repository: UndescribedRepository) -> None:
    rows = repository.rows("projects")
    repository.write("projects", [*rows, rows[0]])


UNFIT: dict[UnreadCause, tuple[Callable[[UndescribedRepository], None], str]] = {
    UnreadCause.COLUMNS: (other_names, "data/projects.csv: not the table that the schema describes"),
    UnreadCause.CELLS: (words_for_numbers, "data/projects.csv, budget_received: a cell is not of the type number"),
    UnreadCause.ELSEWHERE: (elsewhere, "data/projects.csv: this file is not in the commit"),
    UnreadCause.UNREADABLE: (no_table, "data/projects.csv: this file is not UTF-8"),
}


@pytest.mark.parametrize("cause", UNFIT)
@pytest.mark.parametrize("place", ["first", "second"])
def test_what_no_descriptor_fits_is_counted_by_its_cause(
    repository: UndescribedRepository, cause: UnreadCause, place: str
) -> None:
    good = {file.name: file.read_bytes() for file in (repository.folder / "data").iterdir()}
    expected = []
    if place == "second":
        expected.append(repository.commit("Good"))
    change, reason = UNFIT[cause]
    change(repository)
    bad = repository.commit("Other")
    repository.git("tag", "old")
    for name, data in good.items():
        (repository.folder / "data" / name).write_bytes(data)
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    expected += [repository.commit("Good again"), repository.describe_it()]
    history = repository.history()
    assert unread(history) == [(cause.value, 1, reason)]
    assert (history.unread[0].commits, history.unread[0].tags) == ((bad,), ("old",))
    assert history.unread[0].first == history.unread[0].last
    assert [release.commit for release in history.releases] == expected
    assert history.passed_over == ()
    assert repository.history() == history


def test_a_required_column_is_missed_by_name_and_other_causes_beside_it(repository: UndescribedRepository) -> None:
    rows = repository.rows("projects")
    repository.write("projects", [{k: v for k, v in row.items() if k != "title"} for row in rows])
    repository.commit("Without titles")
    repository.write("projects", [*rows, rows[0]])
    repository.commit("One twice")
    repository.write("projects", rows)
    repository.describe_it()
    assert unread(repository.history()) == [
        ("columns", 1, "data/projects.csv: there is no column title"),
        ("unreadable", 1, "data/projects.csv: two records have the same key"),
    ]


@pytest.mark.parametrize(
    "descriptor", ["{", "[]", '{"resources": []}', '{"resources": [{"name": "projects"}]}', "\xff"]
)
def test_a_descriptor_that_is_none_is_as_if_there_were_none(repository: UndescribedRepository, descriptor: str) -> None:
    (repository.folder / "datapackage.json").write_text(descriptor, "latin-1")
    first = repository.commit("With the descriptor of something else")
    own = repository.describe_it()
    history = repository.history()
    assert [release.commit for release in history.releases] == [first, own]
    assert (history.passed_over, history.unread) == ((), ())


def test_a_descriptor_that_does_not_fit_its_data_gives_way_to_a_later_one(repository: UndescribedRepository) -> None:
    content = json.loads(repository.descriptor)
    content["resources"] = content["resources"][:1]
    content["resources"][0]["schema"]["fields"] = [{"name": "รหัส"}, {"name": "ชื่อ"}]
    (repository.folder / "datapackage.json").write_text(json.dumps(content), "utf-8")
    first = repository.commit("With a descriptor of other columns")
    own = repository.describe_it()
    history = repository.history()
    assert [(release.commit, release.is_package) for release in history.releases] == [(first, False), (own, True)]


def test_the_nearest_later_descriptor_that_fits_is_taken(repository: UndescribedRepository) -> None:
    whole = repository.rows("projects")
    repository.write("projects", [{k: v for k, v in row.items() if k != "remarks"} for row in whole])
    first = repository.commit("Without remarks")
    repository.write("projects", [row | {"remarks": row["remarks"] or "x"} for row in whole])
    second = repository.commit("With remarks")
    content, of_today = json.loads(repository.descriptor), repository.descriptor
    remarks = next(field for field in content["resources"][0]["schema"]["fields"] if field["name"] == "remarks")
    remarks |= {"title": "จำเป็น", "constraints": {"required": True}}
    repository.descriptor = json.dumps(content)
    third = repository.describe_it()
    repository.descriptor = of_today
    fourth = repository.describe_it()
    releases = repository.history().releases
    assert [release.commit for release in releases] == [first, second, third, fourth]
    titles = [release.tables["projects"].columns["remarks"].title.first == "จำเป็น" for release in releases]
    assert titles == [False, True, True, False]


def test_once_there_is_a_package_a_broken_one_is_passed_over_as_ever(repository: UndescribedRepository) -> None:
    repository.commit("The first data")
    repository.describe_it()
    (repository.folder / "datapackage.json").write_text("{", "utf-8")
    bad = repository.commit("Break it")
    repository.describe_it()
    history = repository.history()
    assert len(history.releases) == 2
    assert [commit.commit for commit in history.passed_over] == [bad]


def test_a_shallow_clone_borrows_nothing(repository: UndescribedRepository, tmp_path: Path) -> None:
    repository.commit("The first data")
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    repository.commit("Progress")
    own = repository.describe_it()
    subprocess.run(["git", "clone", "-q", "--depth", "2", repository.root.as_uri(), tmp_path / "clone"], check=True)
    clone = Repository(tmp_path / "clone")
    assert [release.commit for release in clone.history().releases] == [own]


def test_a_damaged_cache_changes_nothing(repository: UndescribedRepository, tmp_path: Path) -> None:
    words_for_numbers(repository)
    repository.commit("Words")
    repository.file("projects").write_bytes((SAMPLE / "data" / "projects.csv").read_bytes())
    repository.commit("Numbers")
    repository.describe_it()
    history = repository.history()
    damaged = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert damaged
    for file in damaged:
        file.write_bytes(b'["x", 1]')
    assert repository.history() == history


def test_commits_of_other_things_are_not_mentioned(repository: UndescribedRepository, tmp_path: Path) -> None:
    data = (repository.folder / "data").rename(tmp_path / "away")
    (repository.root / "README.md").write_text("x")
    repository.commit("Begin")
    data.rename(repository.folder / "data")
    own = repository.describe_it()
    history = repository.history()
    assert ([release.commit for release in history.releases], history.unread) == ([own], ())
    assert history_digest(repository.folder / "datapackage.json")
    other = read_history(repository.folder / "datapackage.json", repository.portal().package, Cache(tmp_path / "new"))
    assert other == history


def test_a_tag_that_turns_what_is_read_is_shown_of_no_commit(
    repository: UndescribedRepository,
) -> None:
    rows = repository.rows("projects")
    other_names(repository)
    repository.commit("Other names")
    repository.git("tag", "old\u202e1")
    repository.git("tag", "old")
    repository.write("projects", rows)
    repository.commit("The names of today")
    repository.git("tag", "new\u202e1")
    repository.describe_it()
    history = repository.history()
    assert history.unread[0].tags == ("old",)
    assert [passed.is_tag for passed in history.passed_over] == [True, True]
    assert history.releases[0].tags == ()


def test_outlines_of_areas_have_no_columns_that_could_be_missing(repository: UndescribedRepository) -> None:
    first = repository.commit("The first data")
    (repository.folder / "datapackage.json").write_text(repository.descriptor, "utf-8")
    SamplePackage(repository.folder, is_new=False).describe_outlines()
    own = repository.commit("Describe the data and their outlines")
    history = repository.history()
    assert [(release.commit, release.is_package) for release in history.releases] == [(first, False), (own, True)]
    assert history.unread == ()
