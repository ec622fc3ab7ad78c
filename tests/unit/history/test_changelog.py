"""What releases changed, as readers ask for it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal.core.calendars import COMMON_ERA
from portal.core.formats import NBSP
from portal.core.models import Change, ChangeKind, Language, Project, Thresholds, project_index
from portal.history.changelog import compare_releases
from portal.history.changelog_items import ChangelogKind
from portal.history.changes import Descriptions, changes_between, record_name
from portal.history.timeline import build_timeline, with_published_progress
from portal.rules.agencies import agency_values
from portal.rules.findings import RuleRunner
from portal.rules.outcomes import Outcome, judge_project
from portal.rules.transitions import RuleTransitions, before, fields_of

from tests.repository import Repository
from tests.texts import both

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

FIRST, SECOND, THIRD = "91000000-1001", "91000000-2001", "91000000-2002"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def kinds(repository: Repository) -> list[tuple[ChangelogKind, str | None, object, object, Decimal | None]]:
    """What the newest release did."""
    newest = repository.timeline().releases[0]
    return [(m.kind, m.field, m.before, m.after, m.size) for m in newest.items]


def test_moves_of_money_and_dates_say_how_far_and_which_way(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, budget_received="5000000", finish_date="2024-10-10")
    repository.commit("Move")
    assert kinds(repository) == [
        (ChangelogKind.MONEY, "budget_received", Decimal(5_200_000), Decimal(5_000_000), Decimal(-200_000)),
        (ChangelogKind.DATES, "finish_date", date(2024, 9, 30), date(2024, 10, 10), Decimal(10)),
    ]


def test_an_amount_that_vanished_or_is_new_is_as_large_as_it_was(repository: Repository) -> None:
    was = Decimal(5_200_000)
    repository.set("projects", {"project_id": FIRST}, budget_received="")
    repository.commit("Lose the budget")
    assert kinds(repository) == [(ChangelogKind.MONEY, "budget_received", was, None, -was)]
    repository.set("projects", {"project_id": FIRST}, budget_received="5200000")
    repository.commit("Give it back")
    assert kinds(repository) == [(ChangelogKind.MONEY, "budget_received", None, was, was)]


def test_reaching_100_percent_is_told_as_finished(repository: Repository) -> None:
    row = next(row for row in repository.rows("projects") if row["progress_percent"] not in ("", "100"))
    repository.set("projects", {"project_id": row["project_id"]}, progress_percent="100")
    repository.commit("Finish")
    assert kinds(repository)[0][0] is ChangelogKind.FINISHED


def test_a_project_that_was_removed_keeps_its_title_and_its_page(repository: Repository) -> None:
    row = next(row for row in repository.rows("projects") if row["project_id"] == SECOND)
    for resource in ("monthly_results", "progress_reports", "evaluations", "revisions", "projects"):
        repository.edit(resource, lambda row: None if row["project_id"] == SECOND else row)
    repository.commit("Remove")
    (release,) = repository.timeline().releases
    (move,) = release.items
    assert (move.kind, move.title, move.agency_id, move.has_page) == (
        ChangelogKind.REMOVED,
        row["title"],
        row["agency_id"],
        True,
    )


def test_the_first_published_budget_and_finish_date_stay_known(repository: Repository) -> None:
    for budget, finish in (("5000000", "2024-10-31"), ("", "2024-10-31"), ("6000000", "2024-12-31")):
        repository.set("projects", {"project_id": FIRST}, budget_received=budget, finish_date=finish)
        repository.commit("Move")
    originals = repository.timeline().originals[FIRST]
    assert (originals["budget_received"].value, originals["budget_received"].times_changed) == (Decimal(5_200_000), 3)
    assert (originals["finish_date"].value, originals["finish_date"].times_changed) == (date(2024, 9, 30), 2)
    assert str(originals["finish_date"].release.published.date()) == "2026-01-02"


def test_a_fall_between_releases_makes_progress_fall(repository: Repository) -> None:
    for progress in ("60", "40"):
        repository.set("projects", {"project_id": THIRD}, progress_percent=progress)
        repository.commit("Report")
    portal = with_published_progress(repository.portal(), repository.history())
    project = next(p for p in portal.projects if p.project_id == THIRD)
    assert project.published_progress[-2:] == (Decimal(60), Decimal(40))
    outcomes = {judgement.rule: judgement.outcome for judgement in judge_project(project, Thresholds())}
    assert outcomes["progress_fell"] is Outcome.FOUND
    risen = replace(project, published_progress=(Decimal(10), Decimal(40)), progress_reports=())
    assert {s.rule: s.outcome for s in judge_project(risen, Thresholds())}["progress_fell"] is Outcome.NOT_FOUND


def test_an_observation_says_since_which_release_it_holds(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, remarks="ไม่เกี่ยวกัน")
    repository.commit("Edit a remark")
    repository.set("projects", {"project_id": FIRST}, budget_received="1000000")
    repository.commit("Cut the budget")
    portal = repository.portal()
    observer = RuleRunner(portal, Thresholds(), repository.timeline(), agency_values(portal.projects))
    for project in portal.projects:
        observer.observe(project)
    findings = observer.findings()
    observations = {finding.rule.name: finding for finding in findings.observations[FIRST]}
    assert "more_spent_than_received" in observations
    since = observations["more_spent_than_received"].since
    assert since is not None
    assert str(since.published.date()) == "2026-01-03"
    (newest, older) = findings.timeline.project_changes[FIRST]
    assert "more_spent_than_received" in newest.began
    assert older.began == older.ended == ()


def test_what_is_told_once_is_told_the_same_from_the_cache(repository: Repository) -> None:
    for budget in ("1000000", "9000000"):
        repository.set("projects", {"project_id": FIRST}, budget_received=budget)
        repository.commit("Move")
    portal, history = repository.portal(), repository.history()
    fields, fiscal = fields_of(portal.package), portal.package.conventions.fiscal
    cold = RuleTransitions(Thresholds(), fields, fiscal)
    fresh = build_timeline(portal, history, cold)
    found_before = json.loads(json.dumps(cold.requested))
    assert build_timeline(portal, history, RuleTransitions(Thresholds(), fields, fiscal, found_before)) == fresh
    for damage in ("", 1, [[0, ["a"]]], [["0", [], []]], [[0, [1], []]], {"a": 1}, [[0, None, None]]):
        damaged = dict.fromkeys(found_before, damage)
        assert build_timeline(portal, history, RuleTransitions(Thresholds(), fields, fiscal, damaged)) == fresh


def test_a_running_project_that_stops_reporting_falls_silent(repository: Repository) -> None:
    project_id = "92000000-3001"
    rows = [row for row in repository.rows("projects") if row["project_id"] == project_id]
    repository.set(
        "projects",
        {"project_id": project_id},
        start_date="2025-10-01",
        finish_date="2026-09-30",
        as_of_date="2025-10-14",
        progress_percent="10",
        fiscal_year="2569",
    )
    repository.edit("monthly_results", lambda row: row | {"result": ""} if row["project_id"] == project_id else row)
    repository.edit("progress_reports", lambda row: None if row["project_id"] == project_id else row)
    repository.write(
        "progress_reports",
        [
            *repository.rows("progress_reports"),
            {**repository.rows("progress_reports")[0], "project_id": project_id, "report_date": "2025-10-10"},
        ],
    )
    repository.commit("Run and report")
    assert rows
    repository.describe(lambda content: content.update(created="2026-05-01T00:00:00Z"))
    repository.set("projects", {"project_id": project_id}, as_of_date="2026-03-31")
    repository.commit("Months later nothing new")
    assert (ChangelogKind.SILENT, None, None, None, None) in kinds(repository)


def change(field: str, before: str, after: str, kind: ChangeKind = ChangeKind.CHANGED) -> Change:
    return Change("projects", ("p",), "p", field, kind, before, after)


def test_a_project_is_put_back_as_it_was(repository: Repository) -> None:
    portal = repository.portal()
    fields = fields_of(portal.package)
    project = next(p for p in portal.projects if p.progress_reports and p.monthly_results)
    report = project.progress_reports[0]
    month = next(m for m in project.monthly_results if m.result is not None)
    record = (project.project_id, str(report.report_date))
    key = (project.project_id, str(month.month))
    changes = [
        change("budget_received", "12.50", "1"),
        change("agency_id", "", "x"),
        change("as_of_date", "nonsense", ""),
        Change("monthly_results", key, project.project_id, "result", ChangeKind.CHANGED, "", "1"),
        *(
            Change("progress_reports", record, project.project_id, field, ChangeKind.ADDED, "", "1")
            for field in ("report_date", "progress_percent")
        ),
    ]
    earlier = before(project, changes, fields, COMMON_ERA)
    assert isinstance(earlier, Project)
    assert (earlier.budget_received, earlier.agency, earlier.as_of_date) == (Decimal("12.50"), None, None)
    assert next(m for m in earlier.monthly_results if m.month == month.month).result is None
    assert report not in earlier.progress_reports
    assert before(project, [change("title", "", "x", ChangeKind.ADDED)], fields, COMMON_ERA) is None


def test_between_two_releases_what_came_and_went_is_not_told(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, progress_percent="10", remarks="ก")
    repository.commit("One")
    new = repository.rows("projects")[2] | {"project_id": "91000000-9001", "title": "ใหม่"}
    repository.write("projects", [*repository.rows("projects"), new])
    repository.commit("Two")
    original = Repository.rows(repository, "projects")[0]
    assert original["project_id"] == FIRST
    repository.set("projects", {"project_id": FIRST}, progress_percent="100", remarks="ข")
    repository.set("projects", {"project_id": "91000000-9001"}, title="ใหม่กว่า")
    repository.commit("Three")
    history = repository.history()
    first, *_, last = history.releases
    changes = {
        (c.record[0], c.field): (c.kind, c.before, c.after) for c in changes_between(first, last, history).changes
    }
    assert (FIRST, "progress_percent") not in changes
    assert changes[FIRST, "remarks"][2] == "ข"
    assert changes["91000000-9001", "title"] == (ChangeKind.ADDED, "", "ใหม่กว่า")
    moves = compare_releases(project_index(repository.portal()), history, first, last)
    assert [(m.kind, m.project_id) for m in moves.items] == [
        (ChangelogKind.ADDED, "91000000-9001"),
        (ChangelogKind.OTHER, FIRST),
    ]
    assert changes_between(last, last, history).changes == ()


def test_a_progress_figure_that_is_no_number_was_never_published(repository: Repository) -> None:
    for cell in ("60", "n/a", "40"):
        repository.set("projects", {"project_id": THIRD}, progress_percent=cell)
        repository.commit("Report")
    portal = with_published_progress(repository.portal(), repository.history())
    project = next(p for p in portal.projects if p.project_id == THIRD)
    assert project.published_progress[-2:] == (Decimal(60), Decimal(40))
    assert repository.timeline().project_changes[THIRD]


@pytest.mark.parametrize(
    ("resource", "record", "language", "name"),
    [
        ("progress_reports", (FIRST, "2023-01-31"), "th", "31 มกราคม 2566"),
        ("progress_reports", (FIRST, "2023-01-31"), "en", "31 January 2023"),
        ("evaluations", (FIRST, "2566", "1"), "th", "ปีงบประมาณ 2566 ไตรมาส 1"),
        ("evaluations", (FIRST, "2566", "1"), "en", "FY 2566 (2022/23), quarter 1"),
        ("evaluations", (FIRST, "2566", ""), "th", "ปีงบประมาณ 2566"),
        ("monthly_results", (FIRST, "3"), "th", "เดือนที่ 3"),
        ("progress_reports", (FIRST, "31/1/66"), "th", "31/1/66"),
        ("progress_reports", ("#4",), "th", ""),
        ("projects", (FIRST,), "th", ""),
        ("gone", (FIRST, "B", "2"), "en", "B, 2"),
    ],
)
def test_a_record_is_called_by_its_key_as_people_read_it(
    whole: SamplePackage, resource: str, record: tuple[str, ...], language: Language, name: str
) -> None:
    portal = whole.read().portal
    assert portal is not None
    written = record_name(resource, record, Descriptions(portal.package, {}, {}))[language]
    assert written.replace(NBSP, " ") == name


def test_a_record_has_its_name_where_the_schema_says_no_key(whole: SamplePackage) -> None:
    whole.demand_nothing()
    portal = whole.read().portal
    assert portal is not None
    descriptions = Descriptions(portal.package, {}, {})
    assert (
        record_name("evaluations", (FIRST, "2566", "1"), descriptions)["en"]
        == "FY\N{NO-BREAK SPACE}2566 (2022/23), quarter\N{NO-BREAK SPACE}1"
    )


def test_a_release_says_which_tables_changed_that_are_about_no_project(repository: Repository) -> None:
    agency, other = (row["agency_id"] for row in repository.rows("agencies")[:2])
    repository.set("agencies", {"agency_id": agency}, name="สำนักใหม่", name_en="New")
    repository.set("agencies", {"agency_id": other}, name_en="Other")
    repository.commit("Rename two agencies")
    newest = repository.timeline().releases[0]
    assert (newest.projects, newest.summary, newest.tables) == (0, (), ((both("หน่วยงาน", "Agencies"), 2),))
