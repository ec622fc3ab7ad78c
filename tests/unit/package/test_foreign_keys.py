"""Keys that lead to another row."""

from __future__ import annotations

from portal.package.csv_files import MAX_PROBLEMS

from tests.sample_package import AGENCIES, PROJECTS, SamplePackage, hints, places


def test_keys_of_a_row_in_quotation_marks_are_known_all_the_same(package: SamplePackage) -> None:
    header, *rows = package.table("agencies")
    package.write("agencies", [header, *rows[1:]])
    package.change("agencies", lambda data: data + f'"{rows[0][0]},a,b,department"\n'.encode())
    assert places(package.problems()) == [(AGENCIES, len(rows) + 1, None, "line-in-quotes")]


def test_a_key_is_not_followed_to_a_column_that_is_missing(package: SamplePackage) -> None:
    package.set("agencies", "agency_id", "code", row=1)
    assert places(package.problems()) == [(AGENCIES, 1, "agency_id", "missing-column")]


def test_unknown_agency_names_the_row_and_suggests_a_match(package: SamplePackage) -> None:
    package.set("projects", "agency_id", "91000009", row=12)
    (problem,) = package.problems()
    assert problem.text == (
        'data/projects.csv, row 12, agency_id: "91000009" is not in data/agencies.csv. Did you mean "91000000"?'
    )
    assert (problem.rule, problem.value) == ("unknown-key", "91000009")


def test_unknown_project_is_found_where_the_other_table_was_read_before(package: SamplePackage) -> None:
    package.set("evaluations", "project_id", "91000000-1010", row=5)
    assert [p.text for p in package.problems()] == [
        'data/evaluations.csv, row 5, project_id: "91000000-1010" is not in data/projects.csv. '
        'Did you mean "91000000-1001"?'
    ]


def test_unknown_key_without_a_near_one_says_where_to_add_it(package: SamplePackage) -> None:
    package.set("projects", "agency_id", "zzz", "๙๑๐๐๐๐๐๐")
    assert hints(package.problems()) == [
        ("unknown-key", "Add it to data/agencies.csv, or correct it here."),
        ("unknown-key", 'Did you mean "91000000"?'),
    ]


def test_keys_of_a_row_that_cannot_be_read_are_known_all_the_same(package: SamplePackage) -> None:
    header, first, *rows = package.table("projects")
    package.write("projects", [header, [*first, "one cell too many"], *rows])
    assert places(package.problems()) == [(PROJECTS, 2, None, "too-many-cells")]


def test_keys_are_known_below_a_thousand_blank_rows(package: SamplePackage) -> None:
    header, *rows = package.table("agencies")
    package.write("agencies", [header, *([[""] * 4] * (MAX_PROBLEMS + 500)), *rows])
    problems = package.problems()
    assert {p.rule for p in problems} == {"blank-row"}
    assert sum(p.count for p in problems) == MAX_PROBLEMS + 500


def test_foreign_key_within_a_table_is_followed(package: SamplePackage) -> None:
    package.describe("resources.2.schema.foreignKeys", [{"fields": "kind", "reference": {"fields": "agency_id"}}])
    assert {(p.field, p.message) for p in package.problems()} == {
        ("kind", '"department" is not in data/agencies.csv.'),
        ("kind", '"district_office" is not in data/agencies.csv.'),
    }


def test_rows_are_joined_soundly_where_the_descriptor_demands_nothing(whole: SamplePackage) -> None:
    whole.demand_nothing()
    assert whole.problems() == ()
    whole.append("monthly_results", ["91000000-1001", "1", "5"], ["91000000-1001", "", "5"], ["nobody", "1", "5"])
    whole.append("agencies", ["91000000", "a", "b", "department", ""], ["", "a", "b", "department", ""])
    whole.set("projects", "project_id", "", row=3)
    whole.set("projects", "agency_id", "91000001", row=4)
    whole.set("projects", "source_id", "sample-monitorin", row=5)
    found = [place for place in places(whole.problems()) if place[3] != "unknown-key" or place[0] == PROJECTS]
    assert found == [
        (AGENCIES, 7, "agency_id", "duplicate-key"),
        (AGENCIES, 8, "agency_id", "required"),
        ("data/monthly_results.csv", 122, "month", "duplicate-key"),
        ("data/monthly_results.csv", 123, "month", "required"),
        (PROJECTS, 3, "project_id", "required"),
        (PROJECTS, 4, "agency_id", "unknown-key"),
        (PROJECTS, 5, "source_id", "unknown-key"),
    ]
    assert ("data/monthly_results.csv", 124, "project_id", "unknown-key") in places(whole.problems())
