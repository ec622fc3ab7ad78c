"""A cell that its field does not accept: the message, and what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core.problems import grouped

from tests.sample_package import AGENCIES, PROJECTS, SamplePackage, hints, places, records


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("number", "1" + "0" * 400),
        ("number", "0." + "1" * 38),
        ("number", "-" + "9" * 39),
        ("integer", "1" * 5_000),
        ("integer", "1" * 39),
    ],
)
def test_number_of_more_digits_than_programs_hold_is_refused(package: SamplePackage, kind: str, cell: str) -> None:
    fields = package.described()["resources"][0]["schema"]["fields"]
    package.describe("resources.0.schema.fields", [*fields, {"name": "exact", "type": kind}])
    header, first, *rows = package.table("projects")
    package.write("projects", [[*header, "exact"], [*first, cell], *([*row, "9" * 38] for row in rows)])
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.field, problem.rule) == (PROJECTS, 2, "exact", "too-many-digits")
    assert "38" in problem.message


NUMBER = "Write it in this form, for example 1500000 or 45.5, or leave the cell blank if it is not known."


WHOLE_NUMBER = "Write it in this form, for example 2566, or leave the cell blank if it is not known."


EXAMPLE = "Write it in this form, for example {}, or leave the cell blank if it is not known."


DATE = "Write it in this form, for example 2022-10-01, or leave the cell blank if it is not known."


CELLS: dict[str, list[tuple[str, str, str]]] = {
    "budget_received": [
        ("1,200,000.50", "thousands-comma", "Write 1200000.50."),
        ("1.200,50", "thousands-comma", "Write 1200.50."),
        ("1.200.000", "wrong-type", "Write 1200000."),
        ("12,34,567", "thousands-comma", "Write 1234567."),
        ("(500)", "wrong-type", "Correct the value."),
        ("($1,200.00)", "thousands-comma", "Correct the value."),
        ("$1,200.00", "thousands-comma", "Write 1200.00."),
        ("1,200.-", "thousands-comma", "Write 1200."),
        ("\u22125", "wrong-type", "Correct the value."),
        ("500-", "wrong-type", NUMBER),
        ("1,20", "thousands-comma", NUMBER),
        ("๑๒๐๐", "thai-digits", "Write 1200."),
        ("๑,๒๐๐", "thai-digits", "Write 1200."),
        ("1_000", "wrong-type", NUMBER),
        ("1e3", "wrong-type", NUMBER),
        ("NaN", "wrong-type", NUMBER),
        ("Infinity", "wrong-type", NUMBER),
        ("-inf", "wrong-type", NUMBER),
        (" 500", "outer-space", "Write 500."),
        ("500\u00a0", "outer-space", "Write 500."),
        ("\u200b500", "unseen-character", "Write 500."),
        ("5\u200b00", "unseen-character", "Write 500."),
        ("1 200", "wrong-type", "Write 1200."),
        ("500 บาท", "wrong-type", "Write 500."),
        (".5", "wrong-type", "Write 0.5."),
        ("5.", "wrong-type", "Write 5."),
        ("0x10", "wrong-type", NUMBER),
        ("²", "wrong-type", NUMBER),
        ("ไม่มี", "wrong-type", NUMBER),
        ("-1", "out-of-range", "Correct the value."),
        ("1000000000001", "out-of-range", "Correct the value."),
    ],
    "fiscal_year": [
        ("๒๕๖๗", "thai-digits", "Write 2567."),
        ("2024", "common-era-year", "Write 2567."),
        ("2567.0", "wrong-type", "Write 2567."),
        ("2567.5", "wrong-type", WHOLE_NUMBER),
        ("2_567", "wrong-type", WHOLE_NUMBER),
        (" 2567", "outer-space", "Write 2567."),
        ("2,567", "thousands-comma", "Write 2567."),
        ("67", "out-of-range", "Write 2567, if that is the year."),
        ("12", "out-of-range", "Correct the value."),
        ("9" * 5000, "too-many-digits", WHOLE_NUMBER),
        ("2567a", "wrong-type", WHOLE_NUMBER),
        ("FY2567", "wrong-type", "Write 2567."),
        ("FY 2024", "wrong-type", "Write 2567."),
        ("2,024", "thousands-comma", "Write 2567."),
        ("ปีงบประมาณ พ.ศ. 2567", "wrong-type", "Write 2567."),
        ("2023-24", "wrong-type", WHOLE_NUMBER),
    ],
    "start_date": [
        ("2567-10-01", "buddhist-era-date", "Write 2024-10-01."),
        ("2567-02-29", "buddhist-era-date", "Write 2024-02-29."),
        ("2568-02-29", "wrong-type", DATE),
        ("๒๕๖๖-๑๐-๐๑", "thai-digits", "Write 2023-10-01."),
        ("1/10/2566", "wrong-type", "Write the year first, in the common era: 2023-10-01, if 1 is the day."),
        ("25/12/2023", "wrong-type", "Write the year first, in the common era: 2023-12-25."),
        ("12/25/2023", "wrong-type", "Write the year first, in the common era: 2023-12-25."),
        ("2023-1-5", "wrong-type", "Write 2023-01-05."),
        ("2023/01/05", "wrong-type", "Write 2023-01-05."),
        ("20230105", "wrong-type", "Write 2023-01-05."),
        ("2023-02-30", "wrong-type", DATE),
        ("2023-01-05 ", "outer-space", "Write 2023-01-05."),
        ("2023-01-05T00:00:00", "wrong-type", "Write 2023-01-05."),
        ("2023-01-05 0:00", "wrong-type", "Write 2023-01-05."),
        (
            "2023-01-05T17:00:00Z",
            "wrong-type",
            "Write the day that it was in the city at this time of UTC, for example 2023-01-05.",
        ),
        ("\u200b2023-01-05", "unseen-character", "Write 2023-01-05."),
        ("45200", "wrong-type", "Write 2023-10-01."),
        ("1-Oct-2023", "wrong-type", "Write 2023-10-01."),
        ("1 ตุลาคม พ.ศ. 2566", "wrong-type", "Write 2023-10-01."),
        ("1 ต.ค. 2566", "wrong-type", "Write 2023-10-01."),
        ("1949-12-31", "out-of-range", "Correct the value."),
    ],
}


@pytest.mark.parametrize("field", CELLS)
def test_cell_that_is_not_what_the_standard_allows_is_refused_with_what_to_write(
    package: SamplePackage, field: str
) -> None:
    header, first, *_ = package.table("projects")
    rows = [[f"91000000-{2000 + i}", *first[1:]] for i in range(len(CELLS[field]))]
    package.write("projects", [header, *rows])
    package.write("evaluations", package.table("evaluations")[:1])
    package.set("projects", "finish_date", *[""] * len(rows))
    package.set("projects", field, *(cell for cell, _, _ in CELLS[field]))
    problems = package.problems()
    assert hints(problems) == [(rule, hint) for _, rule, hint in CELLS[field]]
    assert [(p.place, p.row, p.field) for p in problems] == [
        (PROJECTS, row, field) for row in range(2, len(CELLS[field]) + 2)
    ]


def test_refused_cell_is_quoted_and_its_rule_said(package: SamplePackage) -> None:
    package.set("projects", "budget_received", "1,200")
    package.set("projects", "progress_percent", "101", "")
    package.set("projects", "start_date", "2566-10-01")
    assert [p.text for p in package.problems()] == [
        'data/projects.csv, row 2, budget_received: "1,200" has a comma: a number is written without separators. '
        "Write 1200.",
        'data/projects.csv, row 2, progress_percent: "101" is above the highest value allowed, 100. Correct the value.',
        'data/projects.csv, row 2, start_date: "2566-10-01" is in the Buddhist Era; dates are in the common era. '
        "Write 2023-10-01.",
    ]


def test_ids_of_several_forms_that_end_with_a_space_are_one_problem(package: SamplePackage) -> None:
    package.demand_nothing()
    package.set("projects", "project_id", "91000000-2435 ", "B66-0102001-P01-0300 ", "B66-13-01-5001 ")
    problems = [p for p in grouped(package.problems()) if p.place == PROJECTS]
    assert [(p.field, p.count, p.hint) for p in problems] == [("project_id", 3, "Write 91000000-2435.")]


def test_control_characters_are_one_problem_of_their_column(package: SamplePackage) -> None:
    package.set("projects", "remarks", *(f"x{chr(0x80 + n)}" for n in range(20)))
    (problem,) = grouped(package.problems())
    assert problem.count == 20
    assert problem.message == "in row 2, this cell holds the control character U+0080, which no text needs."


@pytest.mark.parametrize(
    ("described", "cell", "message", "hint"),
    [
        (
            {"type": "date", "format": "%d/%m/%Y"},
            "2023-03-31",
            '"2023-03-31" is not a date in the form of this column, %d/%m/%Y.',
            "Write 31/03/2023.",
        ),
        (
            {"type": "date", "format": "%d/%m/%Y"},
            "?",
            '"?" is not a date.',
            "Write it in this form, for example 01/10/2022, or leave the cell blank if it is not known.",
        ),
        (
            {"type": "datetime"},
            "2013-12-31T10:00:00Z",
            '"2013-12-31T10:00:00Z" has a time zone; a time here is that of the city, without a zone.',
            "Write it so, for example 2013-12-31T10:00:00.",
        ),
        (
            {"type": "datetime"},
            "31/12/2566",
            '"31/12/2566" has no time of day.',
            "Write the time too, for example 2023-12-31T09:30:00, or leave the cell blank if it is not known.",
        ),
        ({"type": "time"}, "x", '"x" is not a time of day.', EXAMPLE.format("09:30:00")),
        ({"type": "yearmonth"}, "x", '"x" is not a month of a year.', EXAMPLE.format("2023-01")),
        ({"type": "integer"}, "x", '"x" is not a whole number.', EXAMPLE.format("12")),
        (
            {"type": "integer", "constraints": {"minimum": 50, "maximum": 60}},
            "x",
            '"x" is not a whole number.',
            EXAMPLE.format("50"),
        ),
        (
            {"type": "number", "constraints": {"minimum": 0, "maximum": 100}},
            "150%",
            '"150%" is not a number, and means 150, which is above the highest value allowed, 100.',
            "Correct the value.",
        ),
        (
            {"type": "number", "constraints": {"minimum": 0, "maximum": 100}},
            "(50)",
            '"(50)" is not a number, and means -50, which is below the lowest value allowed, 0.',
            "Correct the value.",
        ),
    ],
)
def test_next_step_for_a_cell_is_one_that_its_field_accepts(
    package: SamplePackage, described: dict[str, Any], cell: str, message: str, hint: str
) -> None:
    package.describe("resources.0.schema.fields.8", {"name": "extra", **described})
    package.set("projects", "remarks", "extra", cell, *[""] * (len(package.table("projects")) - 2), row=1)
    (problem,) = package.problems()
    assert (problem.message, problem.hint) == (message, hint)


@pytest.mark.parametrize(
    ("resource", "field", "example"),
    [
        ("evaluations", "quarter", "2"),
        ("evaluations", "score", "45.5"),
        ("evaluations", "fiscal_year", "2566"),
        ("monthly_results", "month", "3"),
        ("projects", "progress_percent", "45.5"),
    ],
)
def test_example_of_a_known_column_is_a_value_that_it_can_have(
    whole: SamplePackage, resource: str, field: str, example: str
) -> None:
    whole.set(resource, field, "Q2")
    assert [p.hint for p in whole.problems()] == [EXAMPLE.format(example)]


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("No", "Write false."),
        ("YES", "Write true."),
        ("ใช่", "Write true."),
        ("ไม่ใช่", "Write false."),
        ("maybe", "Write true or false, or leave the cell blank if it is not known."),
    ],
)
def test_yes_and_no_are_answered_with_the_word_of_the_field(package: SamplePackage, cell: str, hint: str) -> None:
    package.describe("resources.0.schema.fields.8", {"name": "remarks", "type": "boolean"})
    package.describe("resources.0.schema.fields.8.name", "public")
    package.set("projects", "remarks", "public", *[""] * (len(package.table("projects")) - 1), row=1)
    package.set("projects", "public", cell)
    assert hints(package.problems()) == [("wrong-type", hint)]


def test_signs_decimals_and_zeros_are_numbers(package: SamplePackage) -> None:
    package.set("projects", "budget_received", "+5", "0", "0.50", "007")
    reading = package.read()
    assert reading.portal is not None
    assert reading.problems == ()
    assert [str(project.budget_received) for project in reading.portal.projects[:4]] == ["5", "0", "0.50", "7"]


@pytest.mark.parametrize("cell", ["", "   ", "\t"], ids=["blank", "spaces", "tab"])
def test_required_cell_may_not_be_blank(package: SamplePackage, cell: str) -> None:
    package.set("agencies", "name_en", cell)
    package.set("agencies", "kind", cell, row=3)
    assert places(package.problems()) == [(AGENCIES, 2, "name_en", "required"), (AGENCIES, 3, "kind", "required")]


@pytest.mark.parametrize("title", ["\u200b", "\u3164", "\u2800", "\u00a0 \u2060", "\u115f\ufe0f", "\U000e0020"])
def test_title_that_nobody_can_see_is_blank(package: SamplePackage, title: str) -> None:
    package.set("projects", "title", title)
    package.set("projects", "remarks", title, row=3)
    assert places(package.problems()) == [(PROJECTS, 2, "title", "required")]
    package.set("projects", "title", "ก")
    assert records(package)[0][1].remarks is None


def test_white_space_alone_is_no_text(package: SamplePackage) -> None:
    package.set("projects", "remarks", "  \n ")
    assert records(package)[0][0].remarks is None


@pytest.mark.parametrize("field", ["budget_received", "fiscal_year", "start_date"])
def test_white_space_alone_is_no_number_and_no_date(package: SamplePackage, field: str) -> None:
    package.set("projects", field, " ", "\u00a0")
    assert hints(package.problems()) == [("outer-space", "Delete the white space: a blank cell is empty.")] * 2


def test_missing_values_of_the_descriptor_are_no_values(package: SamplePackage) -> None:
    package.describe("resources.0.schema.missingValues", ["", "-", "n/a"])
    package.describe("resources.2.schema.missingValues", [{"value": "", "label": "blank"}, {"value": "ไม่ทราบ"}])
    package.set("projects", "budget_received", "-", "n/a", "")
    package.set("projects", "start_date", "-")
    projects, _ = records(package)
    assert [project.budget_received for project in projects[:3]] == [None, None, None]
    package.set("agencies", "name_en", "ไม่ทราบ")
    package.set("projects", "title", "-")
    assert places(package.problems()) == [(AGENCIES, 2, "name_en", "required"), (PROJECTS, 2, "title", "required")]


def test_row_of_nothing_but_missing_values_lacks_what_is_required(package: SamplePackage) -> None:
    package.describe("resources.2.schema.missingValues", ["", "-"])
    package.append("agencies", ["-", "-", "-", "-"])
    assert places(package.problems()) == [
        (AGENCIES, 7, name, "required") for name in ("agency_id", "name", "name_en", "kind")
    ]


@pytest.mark.parametrize("word", ["ก\u0e4d\u0e32ลังดำเนินการ", "ก\u0e32\u0e4dลังดำเนินการ"])
def test_word_of_a_closed_list_in_other_characters_is_said_to_look_the_same(whole: SamplePackage, word: str) -> None:
    whole.set("progress_reports", "status", word)
    (problem,) = whole.problems()
    assert problem.message == '"กำลังดำเนินการ" looks right, but has other characters that look the same.'
    assert problem.hint == "Write กำลังดำเนินการ."


def test_word_outside_a_closed_list_gets_the_nearest_or_all(whole: SamplePackage) -> None:
    whole.set("progress_reports", "status", "กำลังดำเนินกา", "xyz")
    assert hints(whole.problems()) == [
        ("not-in-list", 'Did you mean "กำลังดำเนินการ"?'),
        ("not-in-list", "Write one of: ดำเนินการแล้วเสร็จ, กำลังดำเนินการ, ชะลอ, ยกเลิก, ยังไม่มีการรายงาน."),
    ]


def test_form_of_a_field_is_said_in_its_own_description(package: SamplePackage) -> None:
    package.append("agencies", ["9504", "a", "b", "department"])
    (problem,) = package.problems()
    assert (problem.field, problem.rule) == ("agency_id", "wrong-form")
    assert problem.hint.startswith("Unique eight-digit code of the agency.")


def test_other_constraints_are_explained(package: SamplePackage) -> None:
    package.describe("resources.2.schema.fields.2.constraints", {"minLength": 3, "maxLength": 5})
    package.set("agencies", "name_en", "ab", "abcdef", "abc", "abcd", "abcde")
    assert [(p.row, p.rule, p.message) for p in package.problems()] == [
        (2, "wrong-length", '"ab" has fewer than 3 characters.'),
        (3, "wrong-length", '"abcdef" has more than 5 characters.'),
    ]
