"""The rules across records: what stops a build although every file is valid in itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from portal.core.models import project_index
from portal.site.pages.groups import kinds_of

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

PROJECTS = "data/projects.csv"
REPORTS = "data/progress_reports.csv"


def places_of(package: SamplePackage) -> list[tuple[str, int | None, str | None, str]]:
    return [(p.place, p.row, p.field, p.rule) for p in package.problems()]


@pytest.fixture
def free(whole: SamplePackage) -> SamplePackage:
    """The sample with a descriptor that demands nothing, so that only the portal's own rules are left."""
    whole.demand_nothing()
    return whole


UNSAFE_IDS = (
    *("a/b", "../etc", "..", ".", "a b", "a--b", "-a", "โครงการ", "page", "Page", "a" * 101),
    *("CON", "lpt1.x", "index.html"),
    *("a?b", "a#b", "a%2fb", "a\nb", "con:", "a\\b", "~a", "é"),
)


@pytest.mark.parametrize("resource", ["projects", "agencies"])
def test_id_that_cannot_be_an_address_is_refused_without_any_pattern(package: SamplePackage, resource: str) -> None:
    package.demand_nothing()
    header, *rows = package.table(resource)
    package.write(resource, [header, *([unsafe, *rows[0][1:]] for unsafe in UNSAFE_IDS), *rows])
    problems = package.problems()
    assert [(p.row, p.value) for p in problems if p.rule == "unsafe-id"] == list(enumerate(UNSAFE_IDS, start=2))
    assert problems[0].text == (
        f'data/{resource}.csv, row 2, {header[0]}: "a/b" cannot be part of a web address. Use the letters a to z, '
        "digits and single hyphens, at most 100 characters, and no word that is taken, such as page or con."
    )


def test_policy_and_unlisted_agency_become_addresses_too(free: SamplePackage) -> None:
    free.set("projects", "policy_id", "07/01")
    content = free.described()
    content["resources"] = [r for r in content["resources"] if r["name"] != "agencies"]
    free.set("projects", "agency_id", "9100 0000", row=3)
    free.descriptor.write_text(json.dumps(content))
    assert places_of(free) == [(PROJECTS, 2, "policy_id", "unsafe-id"), (PROJECTS, 3, "agency_id", "unsafe-id")]


def test_ids_that_differ_in_case_alone_are_refused(package: SamplePackage) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [header, *rows, ["B66-x", *rows[0][1:]], ["b66-X", *rows[0][1:]]])
    (problem,) = package.problems()
    assert problem.text == (
        f'data/projects.csv, row {len(rows) + 3}, project_id: "b66-X" differs from row {len(rows) + 2} only in upper '
        "and lower case. Give each project an id of its own."
    )
    assert problem.rule == "duplicate-key"


def test_strategies_that_share_an_address_are_refused_once_each(whole: SamplePackage) -> None:
    whole.set("projects", "strategy", "ยุทธศาสตร์ 1", "ยุทธศาสตร์  1", "ยุทธศาสตร์-1", "ยุทธศาสตร์-1")
    assert [(p.row, p.field, p.rule, p.hint) for p in whole.problems()] == [
        (3, "strategy", "ambiguous-name", 'Write "ยุทธศาสตร์ 1" in both.'),
        (4, "strategy", "ambiguous-name", 'Write "ยุทธศาสตร์ 1" in both.'),
    ]


@pytest.mark.parametrize(
    ("names", "pages"),
    [
        (("Образование", "Транспорт", "शिक्षा", "Éducation", "Education", "教育"), 6),
        (("นำร่อง", "นําร่อง", "นาํร่อง", "นำ\u200bร่อง"), 1),
    ],
    ids=["other-scripts", "one-in-four-spellings"],
)
def test_strategies_differ_by_their_letters_in_every_script(
    whole: SamplePackage, names: tuple[str, ...], pages: int
) -> None:
    whole.set("projects", "strategy", *[""] * (len(whole.table("projects")) - 1))
    whole.set("projects", "strategy", *names)
    assert len(kinds_of(project_index(whole.portal()))["strategy"].groups) == pages


@pytest.mark.parametrize(
    ("first", "second", "hint"),
    [
        ("a\u00adb", "AB", 'Write "AB" in both.'),
        ("a\u00adb", "A-B\u200b", None),
        ("ﬁeld works", "field works", 'Write "field works" in both.'),
        ("field works", "ﬁeld works", 'Write "field works" in both.'),
        ("ﬁeld works", "FI\u00adeld works", 'Write "field works" in both.'),
    ],
)
def test_strategies_that_share_an_address_are_to_be_written_as_they_are_read(
    whole: SamplePackage, first: str, second: str, hint: str | None
) -> None:
    whole.set("projects", "strategy", *[""] * (len(whole.table("projects")) - 1))
    whole.set("projects", "strategy", first, second)
    assert [p.hint for p in whole.problems()] == ([hint] if hint else [])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Образование", "ОБРАЗОВАНИЕ!"),
        ("Educación básica", "EDUCACIÓN BÁSICA"),
        ("Straße", "STRASSE"),
        ("教育", "教育🏫"),
        ("شارع", "شارع؟"),
    ],
)
def test_two_strategies_of_one_address_are_a_problem_that_names_both_rows(
    whole: SamplePackage, first: str, second: str
) -> None:
    whole.set("projects", "strategy", *[""] * (len(whole.table("projects")) - 1))
    whole.set("projects", "strategy", first, second)
    assert [p.text for p in whole.problems()] == [
        f'data/projects.csv, row 3, strategy: "{second}" differs from row 2 only in case, spaces or signs. '
        f'Write "{first}" in both.'
    ]


def test_a_strategy_in_another_normal_form_is_the_same(whole: SamplePackage) -> None:
    whole.set("projects", "strategy", *[""] * (len(whole.table("projects")) - 1))
    whole.set("projects", "strategy", "Educacio\u0301n", "Educaci\u00f3n")
    assert not whole.problems()
    assert len(kinds_of(project_index(whole.portal()))["strategy"].groups) == 1


@pytest.mark.parametrize("field", ["title", "strategy"])
def test_too_long_a_name_is_moved_and_not_cut(whole: SamplePackage, field: str) -> None:
    whole.set("projects", field, "ก" * 501)
    (problem,) = whole.problems()
    assert (problem.rule, problem.field) == ("name-too-long", field)
    assert f"move the whole text to another column, such as {field}_full" in problem.hint


def test_project_that_finishes_before_it_starts_is_refused(package: SamplePackage) -> None:
    package.set("projects", "start_date", "2024-10-01", "2024-10-01", "2024-10-01", "")
    package.set("projects", "finish_date", "2024-09-30", "2024-10-01", "", "2024-09-30")
    assert [p.text for p in package.problems()] == [
        'data/projects.csv, row 2, finish_date: "2024-09-30" is before the start_date of this row, 2024-10-01. '
        "Correct one of the two dates."
    ]


def test_report_before_the_start_of_its_project_is_refused(whole: SamplePackage) -> None:
    whole.set("progress_reports", "report_date", "2023-09-30")
    assert [p.text for p in whole.problems()] == [
        'data/progress_reports.csv, row 2, report_date: "2023-09-30" is before project 91000000-1001 starts, '
        "2023-10-01. Correct this date, or the start_date of the project."
    ]


def test_report_on_the_first_day_is_good(whole: SamplePackage) -> None:
    whole.set("progress_reports", "report_date", "2023-10-01")
    assert places_of(whole) == []


def test_revision_that_finishes_before_it_starts_is_refused(whole: SamplePackage) -> None:
    whole.set("revisions", "finish_date", "2025-10-14")
    assert places_of(whole) == [("data/revisions.csv", 2, "finish_date", "finish-before-start")]


def test_values_of_a_day_after_the_release_are_refused(whole: SamplePackage) -> None:
    whole.set("projects", "as_of_date", "2026-10-16", "2026-10-15")
    assert [p.text for p in whole.problems()] == [
        'data/projects.csv, row 2, as_of_date: "2026-10-16" is after this release was put together, 2026-10-15. '
        'Correct the date, or set "created" in datapackage.json to the day of this release.'
    ]


def test_unknown_day_of_release_is_not_held_against_the_records(whole: SamplePackage) -> None:
    whole.describe("created", "yesterday")
    assert places_of(whole) == [("datapackage.json", None, "created", "wrong-type")]


def test_status_that_the_portal_does_not_know_is_refused_without_any_list(free: SamplePackage) -> None:
    free.set("progress_reports", "status", "เสร็จแล้ว", "")
    (problem,) = free.problems()
    assert (problem.place, problem.row, problem.field, problem.rule) == (REPORTS, 2, "status", "not-in-list")
    assert problem.hint == (
        "Write one of: ดำเนินการแล้วเสร็จ, กำลังดำเนินการ, ชะลอ, ยกเลิก, ยังไม่มีการรายงาน, "
        "completed, in_progress, delayed, cancelled, not_reported."
    )


@pytest.mark.parametrize(
    ("resource", "field", "cells"),
    [
        ("projects", "fiscal_year", ["25", "3000"]),
        ("projects", "progress_percent", ["-0.1", "100.1"]),
        ("projects", "budget_received", ["-1", "9" * 38]),
        ("monthly_results", "month", ["0", "13"]),
        ("progress_reports", "progress_percent", ["-1", "101"]),
        ("evaluations", "quarter", ["0", "5"]),
        ("evaluations", "score", ["-1", "1000"]),
        ("revisions", "target_value", ["-1", "9" * 16]),
        ("projects", "start_date", ["0001-01-01", "1799-12-31"]),
        ("projects", "finish_date", ["9999-12-31", "3000-01-01"]),
        ("progress_reports", "report_date", ["9999-12-31", "9999-12-31"]),
        ("revisions", "revised_at", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"]),
    ],
)
def test_number_that_no_page_can_show_is_refused_without_any_limit(
    free: SamplePackage, resource: str, field: str, cells: list[str]
) -> None:
    free.set(resource, field, *cells)
    place = f"data/{resource}.csv"
    assert places_of(free) == [(place, 2, field, "out-of-range"), (place, 3, field, "out-of-range")]


def test_day_at_which_no_calendar_goes_on_is_refused_as_the_day_of_the_figures(free: SamplePackage) -> None:
    free.describe("created", "2399-12-31T00:00:00Z")
    free.set("projects", "as_of_date", "9999-12-31", "2399-12-31")
    assert ("data/projects.csv", 2, "as_of_date", "out-of-range") in places_of(free)


def test_fiscal_year_of_the_common_era_is_recognised_without_any_limit(free: SamplePackage) -> None:
    free.set("projects", "fiscal_year", "2024")
    assert [(p.rule, p.hint) for p in free.problems()] == [("common-era-year", "Write 2567.")]


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://example.org/a?b=c#d", True),
        ("HTTP://example.org", True),
        ("", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("example.org", False),
        ("http://[", False),
        ("https://", False),
        ("https://example.org/a b", False),
    ],
)
def test_address_of_a_source_is_one_of_the_web(free: SamplePackage, url: str, good: bool) -> None:
    free.describe("resources.6.schema.fields.3.format", "default")
    free.set("sources", "url", url)
    assert places_of(free) == ([] if good else [("data/sources.csv", 2, "url", "unsafe-link")])


def test_cells_with_a_problem_of_their_own_are_not_judged_again(whole: SamplePackage) -> None:
    whole.set("projects", "start_date", "2567-10-01")
    whole.set("projects", "finish_date", "1999-10-01")
    whole.set("progress_reports", "status", "x")
    assert places_of(whole) == [(REPORTS, 2, "status", "not-in-list"), (PROJECTS, 2, "start_date", "buddhist-era-date")]
