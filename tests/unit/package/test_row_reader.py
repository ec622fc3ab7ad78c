"""Keys that two rows share, and characters that nobody sees."""

from __future__ import annotations

import pytest

from portal.core.problems import grouped

from tests.sample_package import AGENCIES, EVALUATIONS, PROJECTS, SamplePackage, places


@pytest.mark.parametrize(
    ("character", "name"),
    [(" ", "a space"), ("\u200b", "U+200B (zero width space)"), ("\u00a0", "a no-break space (U+00A0)")],
    ids=["space", "zero-width", "no-break"],
)
@pytest.mark.parametrize("where", ["before", "after"])
def test_character_that_nobody_sees_is_one_problem_in_every_kind_of_column(
    whole: SamplePackage, character: str, name: str, where: str
) -> None:
    whole.keep_little(("progress_reports", "sources"), ("source_id",))
    cells = {
        ("projects", "project_id"): "95030000-9001",
        ("projects", "agency_id"): "91000000",
        ("projects", "source_id"): "sample-monitoring",
        ("evaluations", "project_id"): "95030000-9001",
        ("agencies", "agency_id"): "95030000",
        ("agencies", "kind"): "department",
        ("progress_reports", "status"): "กำลังดำเนินการ",
    }
    for (resource, field), cell in cells.items():
        table = whole.table(resource)
        column = table[0].index(field)
        row = next(number for number, values in enumerate(table, start=1) if values[column] == cell)
        before = whole.file(resource).read_bytes()
        whole.set(resource, field, character + cell if where == "before" else cell + character, row=row)
        assert [(p.place, p.row, p.field, p.message, p.hint) for p in whole.problems()] == [
            (
                f"data/{resource}.csv",
                row,
                field,
                f'"{cell}" holds {name}, which cannot be seen.',
                f"Write {cell}.",
            )
        ]
        whole.file(resource).write_bytes(before)


def test_ids_that_all_end_with_a_space_are_one_kind_of_problem(package: SamplePackage) -> None:
    header, *rows = package.table("agencies")
    package.write("agencies", [header, *([f"{row[0]} ", *row[1:]] for row in rows)])
    (problem,) = grouped(package.problems())
    assert (problem.place, problem.field, problem.count) == (AGENCIES, "agency_id", len(rows))
    assert problem.hint == f"Write {rows[0][0]}."


def test_key_that_has_an_unseen_character_in_the_other_table_is_corrected_there(whole: SamplePackage) -> None:
    whole.demand_nothing()
    whole.set("sources", "source_id", "sample-monitoring\u200b", row=2)
    messages = {(p.place, p.message, p.hint) for p in whole.problems()}
    assert messages == {
        (
            PROJECTS,
            'in data/sources.csv, "sample-monitoring" holds U+200B (zero width space), which cannot be seen.',
            "Write sample-monitoring there.",
        )
    }


def test_duplicate_key_names_the_first_row(package: SamplePackage) -> None:
    package.append("agencies", package.table("agencies")[2], ["92000000", "อื่น", "Other", "department"])
    assert [p.text for p in package.problems()] == [
        f'data/agencies.csv, row {row}, agency_id: "92000000" (agency_id) is also in row 3. {hint}'
        for row, hint in (
            (7, "The two rows say the same: delete one of them."),
            (8, "They differ in name, name_en: correct the key of the wrong one, or bring both into one row."),
        )
    ]


def test_project_in_several_places_is_told_where_such_rows_belong(package: SamplePackage) -> None:
    first = package.table("projects")[1]
    package.append("projects", [*first[:-1], "Bang Rak"])
    (problem,) = package.problems()
    assert problem.hint.startswith(
        "They differ in remarks. If they are parts or places of one project, keep one row here"
    )
    assert "a table of their own" in problem.hint
    assert "an id of its own" in problem.hint


def test_duplicate_month_is_found_by_both_parts_of_its_key(whole: SamplePackage) -> None:
    whole.set("monthly_results", "month", "3", row=5)
    assert [(p.place, p.row, p.field, p.value) for p in whole.problems()] == [
        ("data/monthly_results.csv", 5, "month", "91000000-1001, 3")
    ]


def test_duplicate_evaluation_is_found_also_where_its_year_is_blank(package: SamplePackage) -> None:
    package.append("evaluations", ["95030000-9001", "", "4", "50"], ["95030000-9001", "", "3", "50"])
    (problem,) = package.problems()
    assert (problem.row, problem.field, problem.rule) == (23, "quarter", "duplicate-key")
    assert problem.message == '"95030000-9001, , 4" (project_id, fiscal_year, quarter) is also in row 22.'


def test_unique_column_may_have_many_blanks_but_no_value_twice(package: SamplePackage) -> None:
    package.describe("resources.0.schema.fields.8.constraints", {"unique": True})
    package.set("projects", "remarks", *[""] * 20)
    package.set("projects", "remarks", "a", "b", "a")
    assert places(package.problems()) == [(PROJECTS, 4, "remarks", "duplicate-key")]


def test_bad_part_of_a_key_is_no_duplicate_as_well(package: SamplePackage) -> None:
    package.set("evaluations", "quarter", "x", "x", "x")
    assert places(package.problems()) == [(EVALUATIONS, row, "quarter", "wrong-type") for row in (2, 3, 4)]
