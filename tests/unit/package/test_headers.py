"""The headings of a table: what is missing, written twice, undeclared or spelt with what nobody sees."""

from __future__ import annotations

import pytest

from portal.package.csv_files import MAX_COLUMNS

from tests.sample_package import AGENCIES, DESCRIPTOR, SamplePackage


def test_missing_column_is_named(package: SamplePackage) -> None:
    package.write("agencies", [row[:2] + row[3:] for row in package.table("agencies")])
    (problem,) = package.problems()
    assert problem.text == (
        'data/agencies.csv, row 1, name_en: the column "name_en" is missing. '
        "Add it; a cell may be blank where the value is not known."
    )
    assert (problem.rule, problem.line) == ("missing-column", 1)


def test_renamed_column_is_recognised(package: SamplePackage) -> None:
    package.set("projects", "budget_received", "budget_recieved", row=1)
    (problem,) = package.problems()
    assert (problem.rule, problem.field) == ("missing-column", "budget_received")
    assert problem.hint == 'Was it renamed to "budget_recieved"? Name it budget_received again.'


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("title ", "holds a space, which cannot be seen."),
        ("title\u00a0", "holds a no-break space (U+00A0), which cannot be seen."),
        ("\u200btitle", "holds U+200B (zero width space), which cannot be seen."),
        ("ti\u00adtle", "holds U+00AD (soft hyphen), which cannot be seen."),
        ("ti\u00a0tle", "holds a no-break space (U+00A0), which cannot be seen."),
        ("ti\ttle", "holds a tab, which cannot be seen."),
        ("ti\u3000tle", "holds U+3000 (ideographic space), which cannot be seen."),
        ("\ufefftitle", "holds U+FEFF (zero width no-break space), which cannot be seen."),
    ],
)
def test_unseen_character_of_a_heading_is_named(package: SamplePackage, heading: str, said: str) -> None:
    package.set("projects", "title", heading, row=1)
    package.set("projects", "fiscal_year", "x")
    header, year = package.problems()
    assert (header.row, header.field, header.rule) == (1, "title", "unseen-difference")
    assert header.text == f'data/projects.csv, row 1, title: the heading "title" {said} Delete the cell and type title.'
    assert (year.row, year.rule) == (2, "wrong-type")


@pytest.mark.parametrize("is_first", [True, False])
def test_second_heading_that_differs_in_an_unseen_character_is_named(package: SamplePackage, is_first: bool) -> None:
    header, *rows = package.table("projects")
    copy = "budget_received\u00a0"
    if is_first:
        package.write("projects", [[copy, *header], *(["5", *row] for row in rows)])
    else:
        package.write("projects", [[*header, copy], *([*row, "5"] for row in rows)])
    (problem,) = package.problems()
    assert (problem.row, problem.column) == (1, 1 if is_first else len(header) + 1)
    assert problem.message == (
        'two columns are called "budget_received"; this one holds a no-break space (U+00A0), which cannot be seen.'
    )


def test_unseen_character_of_a_known_field_is_one_problem_of_the_descriptor(package: SamplePackage) -> None:
    package.describe("resources.0.schema.fields.0.name", "project_id\u200b")
    problems = [p for p in package.problems() if p.place == DESCRIPTOR]
    assert [(p.field, p.message, p.hint) for p in problems] == [
        (
            "resources[0].schema.fields[0].name",
            '"project_id" holds U+200B (zero width space), which cannot be seen.',
            'Write "project_id".',
        )
    ]


def test_unseen_character_of_another_field_is_not_blamed_on_the_csv(package: SamplePackage) -> None:
    package.declare("projects", {"name": "note "})
    header, *rows = package.table("projects")
    package.write("projects", [[*header, "note"], *([*row, "x"] for row in rows)])
    (problem,) = package.problems()
    assert (problem.place, problem.field) == (DESCRIPTOR, "projects.note")
    assert problem.message == 'the name of the field "note" holds a space, which cannot be seen.'
    assert problem.hint == 'Write "note".'


@pytest.mark.parametrize(
    ("name", "heading"),
    [("จำนวน", "จ\u0e4d\u0e32นวน"), ("จำนวน", "จ\u0e32\u0e4dนวน"), ("note", "n\u043et\u0435")],
    ids=["nikhahit-first", "sara-aa-first", "cyrillic"],
)
def test_heading_that_is_spelt_in_other_characters_is_said_to_look_the_same(
    package: SamplePackage, name: str, heading: str
) -> None:
    package.describe("resources.0.schema.fields.8.name", name)
    package.set("projects", "remarks", heading, row=1)
    (problem,) = package.problems()
    assert problem.message == f'the heading "{name}" looks right, but has other characters that look the same.'


@pytest.mark.parametrize("path", ["title", "resources.0.schema.fields.8.name"])
def test_name_in_the_descriptor_that_nobody_can_see_is_missing(package: SamplePackage, path: str) -> None:
    package.describe(path, "\u200b")
    assert {p.rule for p in package.problems() if p.place == DESCRIPTOR} <= {"missing-property", "wrong-type"}
    assert [p for p in package.problems() if p.place == DESCRIPTOR]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_in_quotation_marks_as_a_whole_are_named(package: SamplePackage, end: str) -> None:
    package.file("agencies").write_text(
        f'"agency_id,name,name_en,kind"{end}"1,a,b,department"{end}', "utf-8", newline=""
    )
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.rule) == (AGENCIES, 1, "line-in-quotes")
    assert problem.message.startswith("each whole line is in quotation marks")


def test_row_in_quotation_marks_as_a_whole_is_named(package: SamplePackage) -> None:
    package.change("agencies", lambda data: data + b'"95040000,""a, b"",c,department"\n')
    (problem,) = package.problems()
    assert (problem.row, problem.rule) == (7, "line-in-quotes")


def test_more_columns_than_a_sheet_has_room_for_are_one_problem(package: SamplePackage) -> None:
    package.file("agencies").write_text(",".join(f"c{n}" for n in range(MAX_COLUMNS + 1)) + "\n", "utf-8")
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.rule) == (AGENCIES, 1, "too-many-columns")


def test_columns_without_a_name_or_with_the_name_of_another_are_refused(package: SamplePackage) -> None:
    _, *rows = package.table("agencies")
    header = ["agency_id", "name", "name_en", "kind", " ", "name", "", "column 5"]
    package.write("agencies", [header, *([*row, "a", "b", "c", "d"] for row in rows)])
    assert [(p.field, p.column, p.rule) for p in package.problems()] == [
        (None, 5, "blank-label"),
        ("name", 6, "duplicate-label"),
        (None, 7, "blank-label"),
        ("column 5", 8, "undeclared-column"),
    ]
