"""Tables and columns that leave the package or come back: they say nothing about any project."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.core.models import ChangeScope, project_index
from portal.history.changelog import ChangelogSummary, compare_releases
from portal.history.changelog_items import ChangelogKind, Direction
from portal.history.removed_projects import find_removed_projects
from portal.history.withheld import withhold
from portal.package import read_guard

from tests.conventions import CITY
from tests.repository import Repository
from tests.texts import both

FIRST, SECOND = "91000000-1001", "91000000-2001"
STRUCTURE = ChangelogKind.STRUCTURE


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def facts(summary: tuple[ChangelogSummary, ...]) -> list[tuple[Any, ...]]:
    return [(s.kind, s.direction, s.title["en"], s.count, s.amount) for s in summary]


def drop_table(repository: Repository, name: str) -> Callable[[], None]:
    """Drop a table from the descriptor and from the disk; who calls what is returned brings it back."""
    data = repository.file(name).read_bytes()
    descriptor = (repository.folder / "datapackage.json").read_bytes()

    def without(content: dict[str, Any]) -> None:
        content["resources"] = [resource for resource in content["resources"] if resource["name"] != name]

    repository.describe(without)
    repository.file(name).unlink()

    def bring_back() -> None:
        repository.file(name).write_bytes(data)
        (repository.folder / "datapackage.json").write_bytes(descriptor)

    return bring_back


def drop_column(repository: Repository, table: str, name: str) -> None:
    def without(content: dict[str, Any]) -> None:
        schema = next(resource for resource in content["resources"] if resource["name"] == table)["schema"]
        schema["fields"] = [field for field in schema["fields"] if field["name"] != name]

    repository.describe(without)
    repository.edit(table, lambda row: {key: cell for key, cell in row.items() if key != name})


def rename_column(repository: Repository, old: str, new: str) -> None:
    def rename(content: dict[str, Any]) -> None:
        fields = content["resources"][0]["schema"]["fields"]
        next(field for field in fields if field["name"] == old).update(name=new, title="ชื่ออื่น", title_en="Another")

    repository.describe(rename)
    repository.edit("projects", lambda row: {(new if key == old else key): cell for key, cell in row.items()})


def test_a_table_that_is_no_longer_published_is_one_sentence_and_no_edit_of_any_project(repository: Repository) -> None:
    rows = {name: len(repository.rows(name)) for name in ("monthly_results", "progress_reports")}
    bring_back = [drop_table(repository, name) for name in rows]
    repository.commit("Drop the reports")
    past = repository.timeline()
    newest = past.releases[0]
    gone = [("Monthly results", rows["monthly_results"]), ("Progress reports", rows["progress_reports"])]
    assert facts(newest.summary) == [(STRUCTURE, Direction.VANISHED, title, count, None) for title, count in gone]
    assert (newest.items, newest.projects, newest.tables, newest.is_listed) == ((), 0, (), True)
    assert past.project_changes == {}
    assert not any(change.retroactive for change in past.history.releases[-1].changes)
    for bring in reversed(bring_back):
        bring()
    repository.commit("Bring them back")
    past = repository.timeline()
    assert facts(past.releases[0].summary) == [(STRUCTURE, Direction.NEW, title, count, None) for title, count in gone]
    assert past.project_changes == {}


def test_a_result_that_was_edited_while_its_table_was_away_is_edited_when_it_comes_back(repository: Repository) -> None:
    row = next(row for row in repository.rows("monthly_results") if row["result"])
    where = {key: row[key] for key in ("project_id", "month")}
    bring_back = drop_table(repository, "monthly_results")
    repository.commit("Drop the results")
    bring_back()
    repository.set("monthly_results", where, result="1234.5")
    repository.commit("Bring them back, one edited")
    past = repository.timeline()
    (item,) = past.releases[0].items
    assert (item.kind, item.project_id) == (ChangelogKind.RETROACTIVE, row["project_id"])
    assert (item.before, item.after) == (Decimal(row["result"]), Decimal("1234.5"))
    assert list(past.project_changes) == [row["project_id"]]


def test_a_column_that_is_no_longer_published_is_one_sentence_with_its_sum(repository: Repository) -> None:
    budgets = [Decimal(row["budget_spent"]) for row in repository.rows("projects") if row["budget_spent"]]
    title = repository.portal().package.resources["projects"].fields["budget_spent"].title
    drop_column(repository, "projects", "budget_spent")
    repository.commit("Drop the column")
    past = repository.timeline()
    (sentence,) = past.releases[0].summary
    assert (sentence.title, sentence.field, sentence.table["en"]) == (title, "budget_spent", "Projects")
    assert (sentence.count, sentence.with_amount, sentence.amount) == (len(budgets), len(budgets), sum(budgets))
    assert (past.releases[0].items, past.project_changes) == ((), {})


def test_a_column_of_records_without_a_key_that_goes_is_no_edit_of_them(repository: Repository) -> None:
    filled = sum(bool(row["user"]) for row in repository.rows("revisions"))
    drop_column(repository, "revisions", "user")
    repository.commit("Drop the column")
    past = repository.timeline()
    (sentence,) = past.releases[0].summary
    assert (sentence.kind, sentence.field, sentence.direction) == (STRUCTURE, "user", Direction.VANISHED)
    assert sentence.count == filled
    assert past.project_changes == {}


def test_between_two_releases_a_table_that_was_away_in_between_says_nothing(repository: Repository) -> None:
    bring_back = drop_table(repository, "monthly_results")
    repository.commit("Drop the results")
    bring_back()
    repository.set("projects", {"project_id": FIRST}, budget_received="1")
    repository.commit("Bring them back")
    portal, history = project_index(repository.portal()), repository.history()
    changelog = compare_releases(portal, history, history.releases[0], history.releases[2])
    assert [(item.kind, item.project_id) for item in changelog.items] == [(ChangelogKind.MONEY, FIRST)]
    assert [sentence.kind for sentence in changelog.summary] == [ChangelogKind.MONEY]
    gone = compare_releases(portal, history, history.releases[0], history.releases[1])
    assert [sentence.kind for sentence in gone.summary] == [STRUCTURE]


def test_a_release_is_told_the_same_after_its_column_was_renamed(repository: Repository) -> None:
    had = Decimal(next(row for row in repository.rows("projects") if row["project_id"] == FIRST)["budget_received"])
    repository.set("projects", {"project_id": FIRST}, budget_received="")
    repository.commit("Lose a budget")
    before = repository.timeline()
    rename_column(repository, "budget_received", "allocated_money")
    repository.commit("Rename the column")
    after = repository.timeline()
    (sentence,) = after.releases[0].summary
    assert sentence == before.releases[0].summary[0]
    assert (sentence.title["en"], sentence.amount) == ("Budget received (baht)", had)
    (changes,) = after.project_changes[FIRST]
    (described,) = changes.described
    assert (described.before, described.after) == (had, None)
    assert described.column_title["en"] == "Budget received (baht)"


def test_a_title_that_holds_personal_data_is_withheld_as_a_cell_is(repository: Repository) -> None:
    def describe(content: dict[str, Any]) -> None:
        content["resources"][1].update(title="ผลงาน somchai@example.com")

    repository.describe(describe)
    repository.commit("Name a person")
    drop_table(repository, "monthly_results")
    repository.commit("Drop the table")
    portal = repository.portal()
    history = withhold(repository.history(), portal, read_guard(repository.folder / "datapackage.json", CITY))
    assert "somchai" not in repr([release.tables for release in history.releases])
    assert {change.scope for change in history.releases[-1].changes} == {ChangeScope.TABLE}


def test_a_date_of_the_data_that_moves_is_no_change_and_one_that_vanishes_is(repository: Repository) -> None:
    dated = [row["project_id"] for row in repository.rows("projects") if row["as_of_date"]]
    repository.edit("projects", lambda row: row | ({"as_of_date": "2026-10-10"} if row["as_of_date"] else {}))
    repository.commit("Move all dates")
    past = repository.timeline()
    shown = [change for changes in past.project_changes.values() for entry in changes for change in entry.changes]
    assert shown == []
    assert all(entry.began or entry.ended for changes in past.project_changes.values() for entry in changes)
    repository.set("projects", {"project_id": dated[0]}, as_of_date="")
    repository.commit("Lose a date")
    past = repository.timeline()
    assert [change.field for change in past.project_changes[dated[0]][0].changes] == ["as_of_date"]
    assert past.releases[0].projects == 1


def test_a_value_that_vanished_for_a_time_changed_twice(repository: Repository) -> None:
    for budget in ("", "4100000"):
        repository.set("projects", {"project_id": FIRST}, budget_received=budget)
        repository.commit("Edit")
    past = repository.timeline()
    original = past.originals[FIRST]["budget_received"]
    assert (original.value, original.times_changed) == (Decimal(5_200_000), 2)
    assert original.release.commit == past.history.releases[1].commit


def test_a_project_that_left_later_has_its_title_and_agency_in_older_releases(repository: Repository) -> None:
    row = next(row for row in repository.rows("projects") if row["project_id"] == SECOND)
    repository.set("projects", {"project_id": SECOND}, budget_received="1")
    repository.commit("Edit")
    for resource in ("monthly_results", "progress_reports", "evaluations", "revisions", "projects"):
        repository.edit(resource, lambda row: None if row["project_id"] == SECOND else row)
    repository.commit("Remove")
    edit = repository.timeline().releases[1]
    assert [(item.title, item.agency_id) for item in edit.items] == [(row["title"], row["agency_id"])]
    portal, history = project_index(repository.portal()), repository.history()
    compared = compare_releases(portal, history, *history.releases[:2])
    assert [(item.title, item.agency_id) for item in compared.items] == [(row["title"], row["agency_id"])]


def test_a_project_that_left_has_the_names_that_its_agency_and_its_source_had(repository: Repository) -> None:
    row = next(row for row in repository.rows("projects") if row["project_id"] == SECOND)
    agency = next(a for a in repository.rows("agencies") if a["agency_id"] == row["agency_id"])
    source = next(s for s in repository.rows("sources") if s["source_id"] == row["source_id"])
    for resource in ("monthly_results", "progress_reports", "evaluations", "revisions", "projects"):
        repository.edit(resource, lambda row: None if row["project_id"] == SECOND else row)
    repository.commit("Remove")
    repository.set("agencies", {"agency_id": row["agency_id"]}, name="ชื่อใหม่", name_en="A new name")
    repository.edit("projects", lambda r: r | ({"source_id": ""} if r["source_id"] == row["source_id"] else {}))
    repository.edit("sources", lambda r: None if r["source_id"] == row["source_id"] else r)
    repository.commit("Rename the agency, drop the source")
    (removed,) = find_removed_projects(project_index(repository.portal()), repository.timeline())
    assert removed.names["agency_id"] == both(agency["name"], agency["name_en"])
    assert removed.names["source_id"].first == source["title"]
