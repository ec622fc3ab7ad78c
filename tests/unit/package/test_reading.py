"""What validation accepts, what it refuses, and in which words."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import frictionless
import pytest

from portal.core.problems import Problem, UsageError, grouped, in_order
from portal.package.csv_files import MAX_COLUMNS, MAX_PROBLEMS
from portal.package.descriptor import read_descriptor
from portal.package.reading import read_portal
from portal.pipeline.fingerprint import input_sums

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

ROOT = Path(__file__).parents[3]

Place = tuple[str, int | None, str | None, str]


def places(problems: tuple[Problem, ...]) -> list[Place]:
    return [(p.place, p.row, p.field, p.rule) for p in problems]


def hints(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(p.rule, p.hint) for p in problems]


AGENCIES = "data/agencies.csv"
EVALUATIONS = "data/evaluations.csv"
PROJECTS = "data/projects.csv"
DESCRIPTOR = "datapackage.json"


# Good packages


def test_the_sample_has_no_problems(whole: SamplePackage) -> None:
    assert whole.read().problems == ()


def test_the_descriptor_and_its_folder_are_the_same_package(package: SamplePackage) -> None:
    assert read_portal(package.descriptor) == read_portal(package.root)


def test_no_package_is_a_wrong_command(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"datapackage\.json: no such file\. Give --package"):
        read_portal(tmp_path / "datapackage.json")


# Columns


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


@pytest.mark.parametrize("heading", ["note\u200b", "no\u00a0te", "note ", "\ufeffnote"])
def test_unseen_character_of_an_undeclared_heading_is_named_with_a_field_to_paste_that_is_right(
    package: SamplePackage, heading: str
) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [[*header, heading], *([*row, "x"] for row in rows)])
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.column) == (PROJECTS, 1, len(header) + 1)
    assert problem.message.startswith('the heading "note" holds ')
    assert problem.hint.startswith(
        'Delete the cell and type note. Then add {"name": "note", "type": "string", "title": "Note"} to the fields'
    )
    # Who does both has a valid package.
    package.write("projects", [[*header, "note"], *([*row, "x"] for row in rows)])
    package.declare("projects", {"name": "note", "type": "string", "title": "Note"})
    assert package.problems() == ()


def test_undeclared_heading_of_a_script_that_needs_joiners_is_not_said_to_be_wrong(package: SamplePackage) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [[*header, "می\u200cشود"], *([*row, "x"] for row in rows)])
    (problem,) = package.problems()
    assert problem.message.endswith("is not described in datapackage.json.")
    field = json.loads(problem.hint.removeprefix("Add ").partition(" to the fields")[0])
    assert field["name"] == "می\u200cشود"


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


def test_keys_of_a_row_in_quotation_marks_are_known_all_the_same(package: SamplePackage) -> None:
    header, *rows = package.table("agencies")
    package.write("agencies", [header, *rows[1:]])
    package.change("agencies", lambda data: data + f'"{rows[0][0]},a,b,department"\n'.encode())
    assert places(package.problems()) == [(AGENCIES, len(rows) + 1, None, "line-in-quotes")]


def test_a_key_is_not_followed_to_a_column_that_is_missing(package: SamplePackage) -> None:
    package.set("agencies", "agency_id", "code", row=1)
    assert places(package.problems()) == [(AGENCIES, 1, "agency_id", "missing-column")]


@pytest.mark.parametrize("name", ["contractor", "ผู้รับจ้าง", "agency", "source", "row", "extra", "agencies", "revisions"])
def test_extra_column_is_kept_for_the_page_whatever_its_name(package: SamplePackage, name: str) -> None:
    package.declare("projects", {"name": name})
    header, first, *rows = package.table("projects")
    package.write("projects", [[*header, name], [*first, "บริษัท ก"], *([*row, ""] for row in rows)])
    reading = package.read()
    assert reading.problems == ()
    assert reading.portal is not None
    assert [project.extra for project in reading.portal.projects[:2]] == [{name: "บริษัท ก"}, {name: None}]
    field = reading.portal.package.resources["projects"].fields[name]
    assert (field.type, field.title.th) == ("string", name)


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("contract_value", ("1500", "0", "-3"), "integer"),
        ("rate", ("1.5", "2"), "number"),
        ("branch", ("0701", "12"), "string"),
        ("signed", ("2024-02-29",), "date"),
        ("signed", ("2023-02-29",), "string"),
        ("checked_at", ("2024-02-29T08:30:00",), "datetime"),
        ("ผู้รับจ้าง", ("true", "false"), "boolean"),
        ("nothing", (), "string"),
        ("weight", ("2.5",), "number"),
        ("remark", ('งาน, "ดี"',), "string"),
    ],
)
def test_undeclared_column_stops_with_the_field_to_paste(
    package: SamplePackage, name: str, cells: tuple[str, ...], kind: str
) -> None:
    header, *rows = package.table("projects")
    filled = [*cells, *[""] * (len(rows) - len(cells))]
    package.write("projects", [[*header, name], *([*row, cell] for row, cell in zip(rows, filled, strict=True))])
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.rule) == (PROJECTS, 1, "undeclared-column")
    assert (problem.field, problem.column) == (name, len(header) + 1)
    assert f'"projects.{name}" to ignore_columns' in problem.hint
    field = json.loads(problem.hint.removeprefix("Add ").partition(" to the fields")[0])
    assert field == {"name": name, "type": kind, "title": name.replace("_", " ").capitalize()}
    package.declare("projects", field)
    assert package.problems() == ()
    assert frictionless.validate(str(package.descriptor)).valid


def test_ignored_column_is_in_nothing_that_is_read(package: SamplePackage) -> None:
    before = package.read().portal
    header, *rows = package.table("projects")
    package.write("projects", [["secret", *header], *(["0812345678", *row] for row in rows)])
    reading = read_portal(package.root, ignored={"projects.secret"})
    assert (reading.problems, before is not None, reading.portal is not None) == ((), True, True)
    assert reading.portal.projects == before.projects  # type: ignore[union-attr]
    one, was = (portal.package.resources["projects"] for portal in (reading.portal, before))  # type: ignore[union-attr]
    assert (one.fields, one.sha256, one.bytes, one.ignored) == (was.fields, was.sha256, was.bytes, ("secret",))


def test_a_described_column_cannot_be_ignored(package: SamplePackage) -> None:
    (problem,) = read_portal(package.root, ignored={"projects.remarks"}).problems
    assert (problem.place, problem.rule, problem.field) == ("datapackage.json", "ignored-column", "projects.remarks")


@pytest.mark.parametrize("name", ["evaluations", "provenance"])
def test_column_of_projects_is_not_called_as_what_stands_beside_it_in_their_json(
    package: SamplePackage, name: str
) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [[*header, name], *([*row, "x"] for row in rows)])
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.field, problem.rule) == (PROJECTS, 1, name, "reserved-name")
    assert problem.column == len(header) + 1
    assert problem.hint == "Give the column another name."


def test_more_columns_than_a_sheet_has_room_for_are_one_problem(package: SamplePackage) -> None:
    package.file("agencies").write_text(",".join(f"c{n}" for n in range(MAX_COLUMNS + 1)) + "\n", "utf-8")
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.rule) == (AGENCIES, 1, "too-many-columns")


def test_example_in_a_form_that_no_cell_may_have_is_shown_all_the_same(package: SamplePackage) -> None:
    content, example = package.described(), "2024-01-01T00:00:00Z"
    content["resources"][0]["schema"]["fields"].append({"name": "opened", "type": "datetime", "example": example})
    package.descriptor.write_text(json.dumps(content), "utf-8")
    package.write("projects", [[*row, "" if i else "opened"] for i, row in enumerate(package.table("projects"))])
    reading = package.read()
    assert reading.problems == ()
    assert reading.portal is not None
    assert reading.portal.package.resources["projects"].fields["opened"].example == example


def test_example_of_a_field_is_a_cell_as_it_stands_in_the_file(whole: SamplePackage) -> None:
    content = whole.described()
    content["resources"][0]["schema"]["fields"].append({"name": "outdoors", "type": "boolean"})
    whole.descriptor.write_text(json.dumps(content), "utf-8")
    header, *rows = whole.table("projects")
    whole.write("projects", [[*header, "outdoors"], *([*row, "true"] for row in rows)])
    whole.set("projects", "budget_received", "+1500.50")
    whole.set("projects", "remarks", "สอง\nบรรทัด", "ก" * 81, "สั้น", row=2)
    whole.set("projects", "title", *["ก" * 81] * len(rows))
    whole.set("revisions", "revised_at", "2025-10-20T11:00:00")
    portal = whole.read().portal
    assert portal is not None
    fields = portal.package.resources["projects"].fields
    assert portal.package.resources["revisions"].fields["revised_at"].example == "2025-10-20T11:00:00"
    assert [fields[name].example for name in ("outdoors", "budget_received", "remarks", "title", "as_of_date")] == [
        *("true", "+1500.50", "สั้น", "ก" * 79 + "…"),
        next((row[header.index("as_of_date")] for row in rows if row[header.index("as_of_date")]), None),
    ]


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


def test_extra_column_that_the_portal_knows_has_its_type(package: SamplePackage) -> None:
    header, first, *rows = package.table("projects")
    package.write("projects", [[*header, "weight"], [*first, "1e3"], *([*row, "2.5"] for row in rows)])
    assert places(package.problems()) == [
        (PROJECTS, 1, "weight", "undeclared-column"),
        (PROJECTS, 2, "weight", "wrong-type"),
    ]


def test_the_order_of_columns_is_free(package: SamplePackage) -> None:
    before = package.read()
    for resource in ("projects", "agencies"):
        package.write(resource, [row[::-1] for row in package.table(resource)])
    after = package.read()
    assert before.portal is not None
    assert after.portal is not None
    assert (after.problems, after.portal.projects) == ((), before.portal.projects)


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


def test_another_table_altogether_is_one_problem(package: SamplePackage) -> None:
    package.file("agencies").write_text("<!DOCTYPE html>\n<title>404</title>\n")
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.rule) == (AGENCIES, 1, "missing-header")
    assert problem.hint == "It must begin like this: agency_id,name,name_en,kind"


def test_swapped_files_are_refused(package: SamplePackage) -> None:
    package.describe("resources.0.path", AGENCIES)
    package.describe("resources.2.path", PROJECTS)
    found = places(package.problems())
    assert (AGENCIES, 1, "project_id", "missing-column") in found
    assert (PROJECTS, 1, "name", "missing-column") in found


# Files


def test_missing_file_is_reported_once_and_not_for_every_key_that_leads_to_it(whole: SamplePackage) -> None:
    whole.file("projects").unlink()
    (problem,) = whole.problems()
    assert problem.text == (
        "data/projects.csv: datapackage.json names this file, but it is not there. Add the file, or correct the path."
    )


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty-file"),
        (b"\xef\xbb\xbf", "empty-file"),
        (b"\r\n\r\n", "empty-file"),
        (b"\nagency_id,name,name_en,kind\n", "missing-header"),
        (b",,,\n91000000,a,b,department\n", "missing-header"),
        (b'agency_id;name;name_en;kind\n91000000;"a";b;department\n', "wrong-separator"),
        (b"agency_id\tname\tname_en\tkind\n", "wrong-separator"),
    ],
    ids=["nothing", "only-a-bom", "only-blank-lines", "blank-line-first", "blank-labels", "semicolons", "tabs"],
)
def test_file_without_a_table_is_one_problem(package: SamplePackage, data: bytes, rule: str) -> None:
    package.file("agencies").write_bytes(data)
    assert [(p.place, p.rule) for p in package.problems()] == [(AGENCIES, rule)]


@pytest.mark.parametrize("end", ["\n", ""], ids=["line-end", "no-line-end"])
def test_file_with_only_a_header_is_a_table_without_rows(package: SamplePackage, end: str) -> None:
    header = ",".join(package.table("evaluations")[0])
    package.file("evaluations").write_text(header + end)
    reading = package.read()
    assert reading.portal is not None
    assert (reading.problems, reading.portal.package.resources["evaluations"].rows) == ((), 0)


def test_package_without_projects_is_good(package: SamplePackage) -> None:
    for resource in ("projects", "evaluations", "agencies"):
        package.write(resource, package.table(resource)[:1])
    reading = package.read()
    assert reading.portal is not None
    assert (reading.problems, reading.portal.projects) == ((), ())


def records(package: SamplePackage) -> Any:
    reading = package.read()
    assert reading.problems == ()
    assert reading.portal is not None
    return reading.portal.projects, reading.portal.agencies


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.rstrip(b"\n"),
    ],
    ids=["bom", "crlf", "no-last-line-end"],
)
def test_the_same_records_come_from_other_line_ends_and_a_bom(
    package: SamplePackage, change: Callable[[bytes], bytes]
) -> None:
    package.set("projects", "remarks", "หนึ่ง\nสอง", "\nสาม\n\n")
    before = records(package)
    for resource in ("projects", "agencies"):
        package.change(resource, change)
    assert records(package) == before
    assert before[0][0].remarks == "หนึ่ง\nสอง"


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (lambda data: data.replace(b"\n", b"\r"), 1, "the lines end with CR alone"),
        (lambda data: data.replace(b"\n", b"\r", 2).replace(b"\r", b"\n", 1), 2, "this line holds a carriage return"),
        (lambda data: data.replace(b"X", b'"one\rtwo"'), 3, "this line holds a carriage return"),
        (lambda data: data.replace(b"X", b'"one\r\r\ntwo"'), 3, "this line holds a carriage return"),
        (lambda data: data.rstrip(b"\n") + b"\r", 26, "this line holds a carriage return"),
    ],
    ids=["all-lines", "one-line", "in-quotes", "doubled", "last-line"],
)
def test_a_carriage_return_alone_is_named_with_its_line(
    package: SamplePackage, change: Callable[[bytes], bytes], line: int, words: str
) -> None:
    package.set("projects", "remarks", "", "X")
    package.change("projects", change)
    (problem,) = package.problems()
    assert (problem.place, problem.line, problem.rule) == (PROJECTS, line, "wrong-line-end")
    assert problem.message.startswith(words)
    assert problem.hint == f"{RESAVE[:-1]}; or replace each CR by an LF."


@pytest.mark.parametrize(
    ("name", "limit"), [(PROJECTS, "2,000,000,000"), (DESCRIPTOR, "10,000,000")], ids=["table", "descriptor"]
)
def test_file_larger_than_the_memory_is_a_problem_before_it_is_read(
    package: SamplePackage, name: str, limit: str
) -> None:
    with (package.root / name).open("r+b") as file:
        file.truncate(50_000_000_000)
    (problem,) = package.problems()
    assert (problem.place, problem.rule) == (name, "file-too-large")
    assert problem.message == f"this file has 50,000,000,000 bytes; at most {limit} can be read."
    assert input_sums(package.descriptor, package.root).keys().isdisjoint({name})


@pytest.mark.parametrize("name", [PROJECTS, AGENCIES, DESCRIPTOR])
def test_pointer_of_git_lfs_is_one_problem_that_says_how_to_get_the_file(package: SamplePackage, name: str) -> None:
    (package.root / name).write_bytes(
        b"version https://git-lfs.github.com/spec/v1\n"
        b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
    )
    (problem,) = package.problems()
    assert (problem.place, problem.rule) == (name, "lfs-pointer")
    assert "a pointer of Git LFS" in problem.message
    assert "git lfs pull" in problem.hint
    assert "lfs: true" in problem.hint


UTF_16 = "this file is not UTF-8: it looks like UTF-16."
RESAVE = "Open it in the program that made it and save it again as CSV UTF-8 (in Excel: Save As, CSV UTF-8)."


@pytest.mark.parametrize(
    ("encode", "message"),
    [
        (
            lambda text: text.encode("tis-620"),
            "this file is not UTF-8: it looks like TIS-620 (CP874, Windows-874) (byte 0xca).",
        ),
        (
            lambda text: text.replace("ช่าง", "ช่าง…").encode("cp874"),
            "this file is not UTF-8: it looks like TIS-620 (CP874, Windows-874) (byte 0xca).",
        ),
        (lambda text: text.encode("utf-16-le"), UTF_16),
        (lambda text: text.encode("utf-16-be"), UTF_16),
        (lambda text: b"\xff\xfe" + text.encode("utf-16-le"), UTF_16),
        (lambda text: b"\xfe\xff" + text.encode("utf-16-be"), UTF_16),
        (lambda text: text.encode("utf-32"), "this file is not UTF-8: it looks like UTF-32."),
        (
            lambda text: b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 40,
            "this file is not UTF-8: it looks like an Excel workbook (XLSX) or a ZIP archive.",
        ),
        (
            lambda text: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
            "this file is not UTF-8: it looks like an old Excel workbook (XLS).",
        ),
        (
            lambda text: text.encode()[:-200] + b"\xe0\xb8",
            "this file is not UTF-8: it looks like another encoding, or a damaged file (byte 0xe0).",
        ),
        (lambda text: bytes(5000), "this file is not UTF-8: it looks like a program's own format, or a damaged file."),
    ],
    ids=[
        "tis-620",
        "cp874",
        "utf-16-le",
        "utf-16-be",
        "utf-16-le-bom",
        "utf-16-be-bom",
        "utf-32",
        "xlsx",
        "xls",
        "cut-in-a-letter",
        "zeros",
    ],
)
def test_other_encoding_is_refused_by_name_and_with_the_way_out(
    package: SamplePackage, encode: Callable[[str], bytes], message: str
) -> None:
    package.change("agencies", lambda data: encode(data.decode()))
    (problem,) = package.problems()
    assert (problem.place, problem.rule, problem.message, problem.hint) == (
        AGENCIES,
        "wrong-encoding",
        message,
        RESAVE,
    )


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("CONSTRUCCIÓN DE CAMINO, NUEVO LEÓN, MUÑOZ", "cp1252", "Windows-1252 (Western European)"),
        ("Éducation à Élancourt, été", "cp1252", "Windows-1252 (Western European)"),
        ("Образование и транспорт для детей", "cp1251", "another encoding, or a damaged file"),
        ("Εκπαίδευση και μεταφορές", "cp1253", "another encoding, or a damaged file"),
        ("สำนักงานเขต", "cp874", "TIS-620 (CP874, Windows-874)"),
    ],
)
def test_a_file_of_another_script_is_not_called_thai(
    package: SamplePackage, text: str, encoding: str, name: str
) -> None:
    package.file("agencies").write_bytes(f"agency_id,name\n1,{text}\n".encode(encoding))
    (problem,) = package.problems()
    assert problem.message.startswith(f"this file is not UTF-8: it looks like {name} (byte 0x")


def read_as(encoding: str, data: bytes) -> str:
    """Bytes as Windows shows them in an encoding: what it leaves open is a control character, or one of its own."""
    own = dict(
        zip(b"\xdb\xdc\xdd\xde\xfc\xfd\xfe\xff", "\uf8c1\uf8c2\uf8c3\uf8c4\uf8c5\uf8c6\uf8c7\uf8c8", strict=True)
    )
    shown = [bytes([byte]).decode(encoding, "ignore") for byte in data]
    return "".join(sign or own.get(byte, chr(byte)) for sign, byte in zip(shown, data, strict=True))


@pytest.mark.parametrize(
    ("garble", "name"),
    [
        (lambda text: read_as("cp874", text.encode()), "Windows-874"),
        (lambda text: read_as("cp1252", text.encode()), "Windows-1252"),
        (lambda text: read_as("latin-1", text.encode()), "Windows-1252"),
        (lambda text: read_as("cp1252", text.encode("cp874")), "Windows-1252"),
        (lambda text: read_as("cp874", read_as("cp874", text.encode()).encode()), "Windows-874"),
        (lambda text: re.sub("[\x80-\x9f]", "?", read_as("cp874", text.encode())), "Windows-874"),
        (lambda text: read_as("mac_roman", text.encode()), "Mac Roman"),
        (lambda text: read_as("cp1250", text.encode()), "Windows-1250"),
        (lambda text: read_as("cp1251", text.encode()), "Windows-1251"),
        (lambda text: read_as("cp437", text.encode()), "CP437"),
        (lambda text: read_as("cp850", text.encode()), "CP850"),
        (lambda text: text.encode().decode("cp932", "replace"), "Shift-JIS"),
        (lambda text: text.encode().decode("gbk", "replace"), "GBK"),
        (lambda text: read_as("cp874", read_as("cp1252", text.encode()).encode()), "Windows-874"),
        (lambda text: read_as("cp1252", read_as("cp1252", text.encode()).encode()), "Windows-1252"),
    ],
    ids=[
        *("utf-8-as-874", "utf-8-as-1252", "utf-8-as-latin-1", "874-as-1252", "twice", "with-losses", "mac", "1250"),
        *("1251", "437", "850", "shift-jis", "gbk", "1252-then-874", "1252-twice"),
    ],
)
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "bom"])
def test_a_file_opened_in_a_wrong_encoding_is_one_problem_that_says_how_to_restore_it(
    package: SamplePackage, garble: Callable[[str], str], name: str, bom: bytes
) -> None:
    package.change("projects", lambda data: bom + garble(data.decode()).encode())
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.rule) == (PROJECTS, None, "garbled-text")
    assert problem.message.startswith(f"this file was opened in the wrong encoding, {name}, and saved")
    assert problem.hint.startswith("Restore the last good version and open that as UTF-8")


def test_one_garbled_cell_is_shown_as_it_was_and_never_deleted(package: SamplePackage) -> None:
    package.set("projects", "remarks", read_as("cp874", "ประปา".encode()), row=3)
    (problem,) = package.problems()
    assert (problem.row, problem.field, problem.rule, problem.hint) == (3, "remarks", "garbled-text", 'Write "ประปา".')


def test_half_of_a_file_garbled_is_one_problem_with_the_count(package: SamplePackage) -> None:
    header, first, *_ = package.table("projects")
    # Of these words, only the second has a byte that Windows-874 leaves open.
    words = [("อาหาร", False), ("ประปา", True)]
    assert [bool(re.search("[\x80-\x9f]", read_as("cp874", word.encode()))) for word, _ in words] == [False, True]
    texts = [read_as("cp874", words[n // 2 % 2][0].encode()) if n % 2 else "ถนนสายหลัก" for n in range(40)]
    package.write("projects", [header, *([f"91000000-{1000 + n}", *first[1:]] for n in range(40))])
    package.write("evaluations", package.table("evaluations")[:1])
    package.set("projects", "title", *texts)
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.rule) == (PROJECTS, None, "garbled-text")
    assert "its texts are garbled, 20 in all" in problem.message


def test_garbled_cells_with_and_without_a_control_character_are_named_together(package: SamplePackage) -> None:
    package.set("projects", "remarks", *(read_as("cp874", word.encode()) for word in ("อาหาร", "ประปา")))
    assert [(p.row, p.rule, p.hint) for p in package.problems()] == [
        (2, "garbled-text", 'Write "อาหาร".'),
        (3, "garbled-text", 'Write "ประปา".'),
    ]


@pytest.mark.parametrize("title", ["ถนนสายหลัก", "Road"])
@pytest.mark.parametrize(("encoding", "name"), [("cp1252", "Windows-1252"), ("cp874", "Windows-874")])
def test_byte_order_mark_that_was_read_as_letters_is_one_problem(
    package: SamplePackage, title: str, encoding: str, name: str
) -> None:
    text = f"agency_id,name,name_en,kind\n91000000,{title},City,department\n"
    package.file("agencies").write_text(read_as(encoding, b"\xef\xbb\xbf" + text.encode()), "utf-8", newline="")
    problems = [p for p in package.problems() if p.place == AGENCIES]
    assert [(p.row, p.rule) for p in problems] == [(None, "garbled-text")]
    assert name in problems[0].message


def test_garbled_text_is_written_out_only_where_the_whole_of_it_fits(package: SamplePackage) -> None:
    short, long = "ปรับปรุงสวนสาธารณะ " * 10, "ปรับปรุงสวนสาธารณะและทางเดินเท้า" * 15
    package.set("projects", "remarks", read_as("cp874", short.strip().encode()), read_as("cp874", long.encode()))
    assert [p.hint for p in package.problems()] == [
        f'Write "{short.strip()}".',
        "Restore the cell from the last good version.",
    ]


@pytest.mark.parametrize("text", ["เธอเนินเนินเนยเธอเธอเนื้อ", "¡¡¡Hola!!!", "À la carte, naïve à ¸", "ÀÉÎÕÜ ÑÑÑ"])
def test_text_that_only_looks_garbled_is_not_called_so(package: SamplePackage, text: str) -> None:
    package.set("projects", "remarks", *[text] * 20)
    assert package.problems() == ()


def test_utf_16_is_recognised_where_nearly_all_is_thai(whole: SamplePackage) -> None:
    whole.change("projects", lambda data: data.decode().encode("utf-16-le"))
    assert [(p.place, p.message) for p in whole.problems()] == [(PROJECTS, UTF_16)]


def test_wrong_encoding_names_the_line_of_its_first_byte(package: SamplePackage) -> None:
    package.change("agencies", lambda data: data + b"95040000,\xa1\xa2\xa3,x,department\n")
    (problem,) = package.problems()
    assert (problem.line, problem.rule) == (7, "wrong-encoding")


@pytest.mark.parametrize(
    ("character", "name"),
    [("\0", "a NUL byte"), ("\x1a", "the control character U+001A"), ("\x7f", "the control character U+007F")],
    ids=["nul", "sub", "del"],
)
def test_control_character_is_refused_in_its_cell(package: SamplePackage, character: str, name: str) -> None:
    package.set("agencies", "name_en", f"City{character} Works", row=3)
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.field, problem.rule) == (AGENCIES, 3, "name_en", "control-character")
    assert problem.message == f"this cell holds {name}, which no text needs."


def test_control_character_is_the_only_problem_of_its_cell(package: SamplePackage) -> None:
    package.append("agencies", ["9504\x000000", "a", "b", "department"])
    assert places(package.problems()) == [(AGENCIES, 7, "agency_id", "control-character")]


# Records


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        (b'95040000,"a\n', "a quotation mark that is not closed or not doubled (unexpected end of data)"),
        (b'95040000,"a" b,c,department\n', "a quotation mark that is not closed or not doubled"),
    ],
    ids=["unclosed", "not-doubled"],
)
def test_broken_quotation_marks_are_found_at_the_record_that_has_them(
    package: SamplePackage, rest: bytes, message: str
) -> None:
    package.change("agencies", lambda data: data + b'95030009,"two\nlines",b,department\n' + rest)
    (problem,) = package.problems()
    assert (problem.place, problem.line, problem.rule) == (AGENCIES, 9, "broken-quotes")
    assert problem.message.startswith(f"the record that begins here has {message}")


def test_row_with_another_number_of_cells_is_one_problem(package: SamplePackage) -> None:
    package.append("agencies", ["95040000"], ["95050000", "a", "b, c", "d", "department"], ["95060000", "a", "b"])
    assert [(p.row, p.rule, p.message) for p in package.problems()] == [
        (7, "too-few-cells", "this row has 1 cell, the header has 4."),
        (8, "too-many-cells", "this row has 5 cells, the header has 4."),
        (9, "too-few-cells", "this row has 3 cells, the header has 4."),
    ]


def test_row_narrower_than_the_header_is_named_where_it_stands(whole: SamplePackage) -> None:
    header, first, *_ = whole.table("progress_reports")
    whole.write("progress_reports", [header, first[:3]])
    (problem,) = whole.problems()
    assert (problem.place, problem.row) == ("data/progress_reports.csv", 2)
    assert problem.message == f"this row has 3 cells, the header has {len(header)}."


def test_half_written_last_row_is_one_problem(package: SamplePackage) -> None:
    package.change("projects", lambda data: data.rstrip(b"\n").rpartition(b",")[0])
    assert places(package.problems()) == [(PROJECTS, len(package.table("projects")), None, "too-few-cells")]


def test_blank_rows_are_refused(package: SamplePackage) -> None:
    package.change("agencies", lambda data: data + b"\n,,,\n , ,\t,\n")
    assert places(package.problems()) == [(AGENCIES, row, None, "blank-row") for row in (7, 8, 9)]


def test_cell_of_two_megabytes_is_refused(package: SamplePackage) -> None:
    package.set("agencies", "name_en", "x" * 2_000_000, row=4)
    (problem,) = package.problems()
    assert (problem.place, problem.line, problem.rule) == (AGENCIES, 4, "cell-too-long")
    assert problem.message == "the record that begins here has a cell of more than 100,000 characters."


def test_line_is_given_where_multi_line_cells_make_it_differ_from_the_row(package: SamplePackage) -> None:
    package.set("projects", "remarks", "one\ntwo\r\nthree", "four\n\nfive")
    package.set("projects", "fiscal_year", "2567.5", row=4)
    (problem,) = package.problems()
    assert (problem.row, problem.line, problem.location) == (4, 8, "data/projects.csv, row 4, fiscal_year")


# Cells

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


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("29/2/2566", "29 February 2566"),
        ("2023-02-30", "30 February 2023"),
        ("31.4.2567", "31 April 2567"),
        ("02/30/2023", "30 February 2023"),
        ("2568-02-29", "29 February 2568"),
    ],
)
def test_day_that_the_calendar_does_not_have_is_named(package: SamplePackage, cell: str, day: str) -> None:
    package.set("projects", "start_date", cell)
    (problem,) = package.problems()
    assert problem.message == f'"{cell}" is not a date: there is no {day}.'


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31 เมษายน 2566", "31 April 2566"),
        ("29 ก.พ. 2566", "29 February 2566"),
        ("29 February 2566", "29 February 2566"),
        ("Feb 29, 2023", "29 February 2023"),
        ("30/2/2566 0:00:00", "30 February 2566"),
        ("๒๙/๒/๒๕๖๖", "29 February 2566"),
        ("2566-13-01", "month 13"),
    ],
)
def test_day_with_the_name_of_its_month_or_a_time_is_looked_up_in_the_calendar(
    package: SamplePackage, cell: str, day: str
) -> None:
    package.set("projects", "start_date", cell)
    (problem,) = package.problems()
    assert problem.message == f'"{cell}" is not a date: there is no {day}.'


def test_days_that_the_calendar_does_not_have_are_one_problem_of_their_column(package: SamplePackage) -> None:
    package.set("projects", "start_date", "29/2/2566", "31/4/2566", "30/2/2566", "31/9/2566", "2566-13-01")
    (problem,) = grouped(package.problems())
    assert (problem.count, problem.rows) == (5, (2, 3, 4))
    assert problem.message == 'in row 2, "29/2/2566" is not a date: there is no 29 February 2566.'


def test_dates_with_the_day_first_are_one_problem_whether_or_not_that_is_certain(package: SamplePackage) -> None:
    package.set("projects", "start_date", "13/2/2566", "1/2/2566", "2/2/2566")
    (problem,) = grouped(package.problems())
    assert (problem.count, problem.hint) == (3, "Write the year first, in the common era: 2023-02-13.")


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


TIME_BEHIND = "has a time of day, but this column holds dates only."
TEXT_BEHIND = "has other text behind the day."


@pytest.mark.parametrize(
    ("cell", "message", "hint"),
    [
        ("2023-12-31 17:00", TIME_BEHIND, "Write 2023-12-31."),
        ("31/12/2566 17:00", TIME_BEHIND, "Write 2023-12-31."),
        ("2566-12-31T17:00", TIME_BEHIND, "Write 2023-12-31."),
        ("31/12/2566 08:00 น.", TIME_BEHIND, "Write 2023-12-31."),
        ("2023-12-31T23:00:00+07:00", TIME_BEHIND, "Write 2023-12-31."),
        *(
            (
                f"2013-12-31T17:00:00{zone}",
                TIME_BEHIND,
                "Write the day that it was in the city at this time of UTC, for example 2013-12-31.",
            )
            for zone in ("Z", ".000Z", "+00:00")
        ),
        ("3/4/2023 0:00:00", TIME_BEHIND, "Write 2023-04-03, if 3 is the day."),
        (
            "30/9/2566 หมดสัญญา",
            TEXT_BEHIND,
            "Only the day belongs here: write 2023-09-30, and the other text in another column.",
        ),
        ("31/12/2566-31/1/2567", TEXT_BEHIND, "Only one day belongs here, for example 2023-12-31."),
        ("2023-01-31/2023-03-31", TEXT_BEHIND, "Only one day belongs here, for example 2023-01-31."),
    ],
)
def test_day_of_the_calendar_is_never_called_missing_for_what_stands_behind_it(
    package: SamplePackage, cell: str, message: str, hint: str
) -> None:
    package.set("projects", "start_date", cell)
    (problem,) = package.problems()
    assert (problem.message, problem.hint) == (f'"{cell}" {message}', hint)


def test_every_day_of_two_years_is_there_and_no_other(package: SamplePackage) -> None:
    days = {(date(2023, 1, 1) + timedelta(n)).isoformat() for n in range(365 + 366)}
    cells = [f"{year}-{month:02}-{day:02}" for year in (2023, 2024) for month in range(1, 13) for day in range(1, 32)]
    for era, offset in (("C.E.", 0), ("B.E.", 543)):
        header, first, *_ = package.table("projects")
        table = [[f"91000000-{1000 + i}", *first[1:]] for i in range(len(cells))]
        package.write("projects", [header, *table])
        package.write("evaluations", package.table("evaluations")[:1])
        package.set("projects", "finish_date", *[""] * len(cells))
        package.set("projects", "start_date", *(f"{int(c[8:])}/{c[5:7]}/{int(c[:4]) + offset} 17:00" for c in cells))
        missing = {p.row for p in package.problems() if "there is no" in p.message}
        assert missing == {row for row, cell in enumerate(cells, start=2) if cell not in days}, era


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


def test_dates_have_the_month_first_where_another_of_their_column_shows_it(package: SamplePackage) -> None:
    package.set("projects", "start_date", "3/4/2023 0:00:00", "12/31/2023", "3/4/2023", row=2)
    package.set("projects", "finish_date", "", "", "", row=2)
    assert [p.hint for p in package.problems()] == [
        "Write 2023-03-04.",
        "Write the year first, in the common era: 2023-12-31.",
        "Write the year first, in the common era: 2023-03-04.",
    ]
    package.set("projects", "start_date", "31/12/2023", row=5)
    assert [p.hint for p in package.problems()][:1] == ["Write 2023-04-03, if 3 is the day."]


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


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S", "default"])
def test_time_is_local_and_in_iso_form(whole: SamplePackage, form: str) -> None:
    whole.describe("resources.4.schema.fields.1.format", form)
    cells = ("2569-10-20T11:00:00", "20/10/2569 11:00:00", "2025-10-20 11:00:00", "2025-10-20T11:00:00Z", "2025-10-20")
    whole.set("revisions", "revised_at", *cells)
    assert hints(whole.problems()) == [
        ("buddhist-era-date", "Write 2026-10-20T11:00:00."),
        ("wrong-type", "Write the year first, in the common era: 2026-10-20T11:00:00."),
        ("wrong-type", "Write 2025-10-20T11:00:00."),
        ("wrong-type", "Write it so, for example 2025-10-20T11:00:00."),
        (
            "wrong-type",
            "Write the time too, for example 2025-10-20T09:30:00, or leave the cell blank if it is not known.",
        ),
    ]


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


@pytest.mark.parametrize(
    ("character", "name"),
    [(" ", "a space"), ("\u200b", "U+200B (zero width space)"), ("\u00a0", "a no-break space (U+00A0)")],
    ids=["space", "zero-width", "no-break"],
)
@pytest.mark.parametrize("where", ["before", "after"])
def test_character_that_nobody_sees_is_one_problem_in_every_kind_of_column(
    whole: SamplePackage, character: str, name: str, where: str
) -> None:
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


@pytest.mark.parametrize(
    ("pattern", "cell"),
    [("[0-9]{3}|[a-z]{3}", "1234"), ("[0-9]{3}|[a-z]{3}", "xabc"), ("^[a-z]+$", "abc\n1"), ("[a-z]+", "abc1")],
    ids=["first-alternative", "last-alternative", "line-break", "no-anchors"],
)
def test_pattern_holds_for_the_whole_cell(package: SamplePackage, pattern: str, cell: str) -> None:
    package.describe("resources.2.schema.fields.2.constraints", {"pattern": pattern})
    package.write(
        "agencies", [[*row[:2], "abc", row[3]] if i else row for i, row in enumerate(package.table("agencies"))]
    )
    assert package.problems() == ()
    package.set("agencies", "name_en", cell)
    assert places(package.problems()) == [(AGENCIES, 2, "name_en", "wrong-form")]


PATTERN = "resources.2.schema.fields.2.constraints"


def test_no_pattern_takes_longer_the_more_ways_there_are_to_match(package: SamplePackage) -> None:
    package.describe(PATTERN, {"pattern": "(a+)+b"})
    package.write(
        "agencies", [[*row[:2], "a" * 400, row[3]] if i else row for i, row in enumerate(package.table("agencies"))]
    )
    begin = time.process_time()
    assert {(p.field, p.rule) for p in package.problems()} == {("name_en", "wrong-form")}
    assert time.process_time() - begin < 5


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?=a)b", "look-around, including look-ahead and look-behind, is not supported"),
        (r"(a)\1", "backreferences are not supported"),
        ("(" * 5_000, "unclosed group"),
        ("(" * 400 + ")" * 400, "exceed the maximum number of nested parentheses/brackets (250)"),
        (r"[ก-๙]{100}-((a{1,100}){100}|b)", "more than 1,000 parts"),
        (r"\w{300}", "exceeds size limit"),
        (r"a\Z", "unrecognized escape sequence"),
        (r"\p{L}+", "not a regular expression of Python: bad escape"),
        ("[a--b]", "not a regular expression of Python: Possible set difference"),
        ("a)|(b", "unbalanced parenthesis"),
        ("[a-z]*+z", "one thing to Python and another to XML Schema"),
    ],
    ids=lambda text: text[:20],
)
def test_pattern_that_cannot_be_used_is_a_problem_of_the_descriptor(
    package: SamplePackage, pattern: str, words: str
) -> None:
    package.describe(PATTERN, {"pattern": pattern})
    (problem,) = package.problems()
    assert (problem.place, problem.field, problem.rule) == (
        *(DESCRIPTOR, "resources[2].schema.fields[2].constraints.pattern", "invalid-schema"),
    )
    assert words in problem.message


@pytest.mark.parametrize(
    "pattern", [r"[0-9]{10}-\d{4}|ก[ก-๙ ]{1,500}", r"[*+]+[\]{99999}]{2}", r"\w+( \w+)*", "(?i:a|B)"]
)
def test_pattern_of_everyday_is_read(package: SamplePackage, pattern: str) -> None:
    package.describe(PATTERN, {"pattern": pattern})
    assert {p.rule for p in package.problems()} <= {"wrong-form"}


def test_other_constraints_are_explained(package: SamplePackage) -> None:
    package.describe("resources.2.schema.fields.2.constraints", {"minLength": 3, "maxLength": 5})
    package.set("agencies", "name_en", "ab", "abcdef", "abc", "abcd", "abcde")
    assert [(p.row, p.rule, p.message) for p in package.problems()] == [
        (2, "wrong-length", '"ab" has fewer than 3 characters.'),
        (3, "wrong-length", '"abcdef" has more than 5 characters.'),
    ]


# Keys


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
    whole.append("agencies", ["91000000", "a", "b", "department"], ["", "a", "b", "department"])
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


# Many problems


def test_problems_of_all_files_come_at_once_in_file_row_and_field_order(package: SamplePackage) -> None:
    package.set("projects", "progress_percent", "200", row=10)
    package.set("projects", "budget_received", "x", row=10)
    package.set("projects", "finish_date", "1999-01-01", row=9)
    package.set("evaluations", "score", "101", row=2)
    package.set("agencies", "kind", "districtoffice", row=6)
    package.set("agencies", "name", "", row=6)
    package.describe("version", "")
    assert places(package.problems()) == [
        (AGENCIES, 6, "name", "required"),
        (AGENCIES, 6, "kind", "not-in-list"),
        (EVALUATIONS, 2, "score", "out-of-range"),
        (PROJECTS, 9, "finish_date", "finish-before-start"),
        (PROJECTS, 10, "budget_received", "wrong-type"),
        (PROJECTS, 10, "progress_percent", "out-of-range"),
        (DESCRIPTOR, None, "version", "missing-property"),
    ]


@pytest.mark.parametrize(("cell", "rule"), [("x", "wrong-type"), ("\x01", "control-character")])
def test_of_many_problems_of_a_kind_the_rest_is_counted_and_no_other_kind_is_hidden(
    package: SamplePackage, cell: str, rule: str
) -> None:
    header, *rows = package.table("evaluations")
    table = [[rows[0][0], "2567", str(i), cell] for i in range(MAX_PROBLEMS + 500)]
    package.write("evaluations", [header, *table, [rows[0][0], "2024", "1", "5"]])
    package.describe("resources.1.schema.fields.2.constraints", {})
    problems = in_order(package.read().problems)
    assert [(p.rule, p.count) for p in problems[MAX_PROBLEMS:]] == [(rule, 500), ("common-era-year", 1)]
    assert {(p.rule, p.count) for p in problems[:MAX_PROBLEMS]} == {(rule, 1)}
    assert [(p.rule, p.count, p.rows) for p in grouped(problems)] == [
        (rule, MAX_PROBLEMS + 500, (2, 3, 4)),
        ("common-era-year", 1, ()),
    ]


def test_a_file_with_too_many_problems_is_read_no_further(
    package: SamplePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.package.csv_files.MAX_IN_FILE", 3)
    package.write("agencies", [*package.table("agencies"), *[[""] * 4] * 5])
    assert [(p.row, p.rule) for p in package.problems()] == [
        (7, "blank-row"),
        (8, "blank-row"),
        (9, "too-many-problems"),
        (9, "blank-row"),
    ]


# The descriptor as JSON


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ('{\n  "name": "x",\n  "title" "y"\n}', "this is not valid JSON: Expecting ':' delimiter.", 3, 11),
        ('{"name": "x",\n}', None, None, None),
        ('{\n"name": "x', "this is not valid JSON: Unterminated string starting at.", 2, 9),
        ("[]", "a descriptor must be a JSON object.", None, None),
        ('["projects"]', "a descriptor must be a JSON object.", None, None),
        ("5", "a descriptor must be a JSON object.", None, None),
        ('{"name": NaN}', "this is not valid JSON: NaN is not a number.", None, None),
        ('{"name": "\\ud800"}', None, None, None),
        ('{"name": ' + "9" * 5000 + "}", None, None, None),
        ('{"a":' * 30 + "1" + "}" * 30, "this JSON is nested more than 20 levels deep.", None, None),
        ("[" * 100_000, "this JSON is nested more than 20 levels deep.", None, None),
        ('{"resources": ' + "[" * 300 + "]" * 300 + "}", "this JSON is nested more than 20 levels deep.", None, None),
    ],
    ids=[
        "missing-colon",
        "trailing-comma",
        "unclosed-text",
        "empty-list",
        "list",
        "number",
        "nan",
        "half-a-surrogate-pair",
        "huge-number",
        "deep-objects",
        "deeper-than-the-stack",
        "deep-resources",
    ],
)
def test_broken_json_is_one_problem_at_its_place(
    package: SamplePackage, text: str, message: str | None, line: int | None, column: int | None
) -> None:
    package.descriptor.write_text(text, "utf-8")
    (problem,) = package.problems()
    assert (problem.place, problem.rule) == (DESCRIPTOR, "invalid-json")
    if message is not None:
        assert (problem.message, problem.line, problem.column) == (message, line, column)
    problem.text.encode()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty-file"),
        (b" \n", "empty-file"),
        ("{}".encode("utf-16"), "wrong-encoding"),
        ('{"title": "กรุงเทพมหานคร"}'.encode("tis-620"), "wrong-encoding"),
    ],
    ids=["empty", "blank", "utf-16", "tis-620"],
)
def test_descriptor_that_is_no_text_is_refused(package: SamplePackage, data: bytes, rule: str) -> None:
    package.descriptor.write_bytes(data)
    (problem,) = package.problems()
    assert (problem.place, problem.rule) == (DESCRIPTOR, rule)
    assert "CSV" not in problem.hint


def test_descriptor_with_a_bom_and_crlf_is_good(package: SamplePackage) -> None:
    package.descriptor.write_bytes(b"\xef\xbb\xbf" + package.descriptor.read_bytes().replace(b"\n", b"\r\n"))
    assert package.problems() == ()


def test_empty_descriptor_is_told_what_it_lacks(package: SamplePackage) -> None:
    package.descriptor.write_text("{}")
    assert places(package.problems()) == [
        (DESCRIPTOR, None, "created", "missing-property"),
        (DESCRIPTOR, None, "name", "missing-property"),
        (DESCRIPTOR, None, "resources", "missing-resources"),
        (DESCRIPTOR, None, "title", "missing-property"),
        (DESCRIPTOR, None, "version", "missing-property"),
    ]


# Properties of the descriptor

WRONG: list[tuple[str, Any, str, str]] = [
    ("name", 5, "name", "missing-property"),
    ("name", "../x", "name", "invalid-name"),
    ("name", "x" * 101, "name", "invalid-name"),
    ("title", "a\x00b", "title", "control-character"),
    ("licenses.0.title", "a\x1bb", "licenses[0].title", "control-character"),
    ("resources.0.schema.fields.0.title", "\x7f", "resources[0].schema.fields[0].title", "control-character"),
    (
        "resources.0.schema.fields.0.description",
        "\x08",
        "resources[0].schema.fields[0].description",
        "control-character",
    ),
    ("title", 5, "title", "missing-property"),
    ("title", " ", "title", "missing-property"),
    ("title_en", ["x"], "title_en", "wrong-type"),
    ("description", {}, "description", "wrong-type"),
    ("notice", 5, "notice", "wrong-type"),
    ("version", 1.0, "version", "missing-property"),
    ("created", None, "created", "missing-property"),
    ("created", "yesterday", "created", "wrong-type"),
    ("created", "2569-10-15T00:00:00Z", "created", "buddhist-era-date"),
    ("licenses", "CC0-1.0", "licenses", "wrong-type"),
    ("licenses", [5], "licenses", "wrong-type"),
    ("licenses.0.title", 5, "licenses[0].title", "wrong-type"),
    ("licenses.0.path", "https://[", "licenses[0].path", "invalid-address"),
    ("licenses.0.path", "https://a.example@b.example/", "licenses[0].path", "invalid-address"),
    ("created", "9999-12-31T23:59:59Z", "created", "out-of-range"),
    ("licenses.0.path", "javascript:alert(1)", "licenses[0].path", "invalid-address"),
    ("contributors.0.path", "//a.example/", "contributors[0].path", "invalid-address"),
    ("sources.0.source_id", [], "sources[0].source_id", "wrong-type"),
    ("contributors", {}, "contributors", "wrong-type"),
    ("sources.0.roles", "author", "sources[0].roles", "wrong-type"),
    ("resources", {}, "resources", "missing-resources"),
    ("resources", [], "resources", "missing-resources"),
    ("resources", "projects", "resources", "missing-resources"),
    ("resources.2", "agencies", "resources[2]", "wrong-type"),
    ("resources.2", None, "resources[2]", "wrong-type"),
    ("resources.2.name", 5, "resources[2].name", "invalid-name"),
    ("resources.2.name", "Agencies!", "resources[2].name", "invalid-name"),
    ("resources.2.name", "..", "resources[2].name", "invalid-name"),
    ("resources.2.name", "x" * 101, "resources[2].name", "invalid-name"),
    ("resources.2.name", "projects", "resources[2].name", "duplicate-resource"),
    ("resources.2.title", 5, "resources[2].title", "wrong-type"),
    ("resources.2.mediatype", 5, "resources[2]", "invalid-descriptor"),
    ("resources.2.encoding", "tis-620", "resources[2].encoding", "unsupported"),
    ("resources.2.encoding", 5, "resources[2].encoding", "unsupported"),
    ("resources.2.format", "xlsx", "resources[2].format", "unsupported"),
    ("resources.2.dialect", {"delimiter": ";"}, "resources[2].dialect", "unsupported"),
    ("resources.2.data", [{"agency_id": "1"}], "resources[2].data", "unsupported"),
    ("resources.2.compression", "gz", "resources[2].compression", "unsupported"),
    ("resources.2.path", None, "resources[2].path", "invalid-path"),
    ("resources.2.path", ["data/agencies.csv"], "resources[2].path", "invalid-path"),
    ("resources.2.schema", None, "resources[2].schema", "missing-schema"),
    ("resources.2.schema", [], "resources[2].schema", "missing-schema"),
    ("resources.2.schema", "schema.json", "resources[2].schema", "missing-schema"),
    ("resources.2.schema.fields", {}, "resources[2].schema", "missing-schema"),
    ("resources.2.schema.fields", [], "resources[2].schema", "missing-schema"),
    ("resources.2.schema.fields.1", "name", "resources[2].schema.fields[1]", "wrong-type"),
    ("resources.2.schema.fields.1", {}, "resources[2].schema.fields[1]", "wrong-type"),
    ("resources.2.schema.fields.1.name", 5, "resources[2].schema.fields[1]", "wrong-type"),
    ("resources.2.schema.fields.1.name", "kind", "resources[2].schema.fields[3]", "duplicate-field"),
    ("resources.2.schema.fields.1.title", 5, "resources[2].schema.fields[1].title", "wrong-type"),
    ("resources.2.schema.fields.1.description", [], "resources[2].schema.fields[1].description", "wrong-type"),
    ("resources.2.schema.fields.1.type", "text", "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.type", ["string"], "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.type", "integer", "resources[2].schema.fields[1].type", "wrong-type"),
    ("resources.2.schema.fields.1.format", 5, "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.0.schema.fields.6.format", "any", "resources[0].schema.fields[6].format", "unsupported"),
    ("resources.0.schema.fields.4.groupChar", ",", "resources[0].schema.fields[4].groupChar", "unsupported"),
    ("resources.0.schema.fields.4.floatNumber", True, "resources[0].schema.fields[4].floatNumber", "unsupported"),
    ("resources.2.schema.fields.1.constraints", [], "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints", "required", "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints.required", "yes", "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints.minimum", 1, "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints.pattern", 5, "resources[2].schema.fields[1]", "invalid-schema"),
    (
        "resources.2.schema.fields.1.constraints.pattern",
        "[a-z",
        "resources[2].schema.fields[1].constraints.pattern",
        "invalid-schema",
    ),
    (
        "resources.2.schema.fields.1.constraints.pattern",
        "(?i)a",
        "resources[2].schema.fields[1].constraints.pattern",
        "invalid-schema",
    ),
    ("resources.2.schema.fields.1.constraints.enum", "x", "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints.enum", [5], "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.0.schema.fields.4.constraints.minimum", "zero", "resources[0].schema.fields[4]", "invalid-schema"),
    *(
        ("resources.0.schema.fields.4.constraints", {name: value}, "resources[0].schema.fields[4]", "invalid-schema")
        for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        for value in ("NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "1e999999999", "1_000")
    ),
    (
        "resources.0.schema.fields.4.constraints",
        {"enum": ["1", "sNaN"]},
        "resources[0].schema.fields[4]",
        "invalid-schema",
    ),
    (
        "resources.2.schema.fields.3",
        {"name": "kind", "type": "datetime", "constraints": {"minimum": "2024-01-01T00:00:00Z"}},
        "resources[2].schema.fields[3]",
        "invalid-schema",
    ),
    ("resources.0.schema.fields.4.constraints.maximum", {}, "resources[0].schema.fields[4]", "invalid-schema"),
    ("resources.0.schema.fields.6.constraints.minimum", "1/1/50", "resources[0].schema.fields[6]", "invalid-schema"),
    ("resources.2.schema.fields.3.enum_labels", "x", "resources[2].schema.fields[3].enum_labels", "wrong-type"),
    (
        "resources.2.schema.fields.3.enum_labels.department",
        {"th": 5},
        "resources[2].schema.fields[3].enum_labels",
        "wrong-type",
    ),
    ("resources.2.schema.missingValues", "x", "resources[2].schema", "invalid-schema"),
    ("resources.2.schema.missingValues", [5], "resources[2].schema", "invalid-schema"),
    ("resources.2.schema.primaryKey", 5, "resources[2].schema.primaryKey", "invalid-schema"),
    ("resources.2.schema.primaryKey", {}, "resources[2].schema.primaryKey", "invalid-schema"),
    ("resources.2.schema.primaryKey", [[]], "resources[2].schema.primaryKey", "invalid-schema"),
    ("resources.2.schema.primaryKey", "id", "resources[2].schema.primaryKey", "unknown-field"),
    ("resources.2.schema.uniqueKeys", "name", "resources[2].schema.uniqueKeys", "invalid-schema"),
    ("resources.2.schema.uniqueKeys", [5], "resources[2].schema.uniqueKeys", "invalid-schema"),
    ("resources.2.schema.uniqueKeys", [[5]], "resources[2].schema.uniqueKeys", "invalid-schema"),
    ("resources.2.schema.uniqueKeys", [["id"]], "resources[2].schema.uniqueKeys", "unknown-field"),
    ("resources.0.schema.foreignKeys", "agency_id", "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys", [{}], "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys", ["agency_id"], "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys.0.fields", ["x"], "resources[0].schema.foreignKeys", "unknown-field"),
    ("resources.0.schema.foreignKeys.0.reference", None, "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys.0.reference", "agencies", "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys.0.reference.fields", [], "resources[0].schema.foreignKeys", "invalid-schema"),
    (
        "resources.0.schema.foreignKeys.0.reference.fields",
        ["agency_id", "name"],
        "resources[0].schema.foreignKeys",
        "invalid-schema",
    ),
    ("resources.0.schema.foreignKeys.0.reference.resource", 5, "resources[0].schema", "invalid-schema"),
]


@pytest.mark.parametrize(
    ("path", "value", "field", "rule"), WRONG, ids=[f"{path}={json.dumps(value)}" for path, value, _, _ in WRONG]
)
def test_property_of_a_wrong_kind_is_a_problem_at_its_path(
    package: SamplePackage, path: str, value: Any, field: str, rule: str
) -> None:
    package.describe(path, value)
    _, problems = read_descriptor(package.descriptor)
    assert (DESCRIPTOR, None, field, rule) in places(tuple(problems))
    assert all(problem.hint for problem in problems)


def test_reference_to_nothing_gets_a_suggestion(package: SamplePackage) -> None:
    package.describe("resources.0.schema.foreignKeys.0.reference.resource", "agency")
    package.describe("resources.1.schema.foreignKeys.0.reference.fields", ["project"])
    package.describe("resources.2.schema.primaryKey", ["agencyid"])
    assert [(p.field, p.rule, p.message, p.hint) for p in package.problems() if p.place == DESCRIPTOR] == [
        (
            "resources[0].schema.foreignKeys",
            "unknown-resource",
            '"agency" is not a resource of the package.',
            'Did you mean "agencies"?',
        ),
        (
            "resources[1].schema.foreignKeys",
            "unknown-field",
            '"project" is not a field of projects.',
            'Did you mean "project_id"?',
        ),
        (
            "resources[2].schema.primaryKey",
            "unknown-field",
            '"agencyid" is not a field of this schema.',
            'Did you mean "agency_id"?',
        ),
    ]


def test_resource_and_field_that_the_portal_reads_are_missed_under_another_name(whole: SamplePackage) -> None:
    whole.describe("resources.1.name", "monthly_result")
    whole.describe("resources.3.schema.fields.0.name", "project")
    whole.describe("resources.5.schema.fields.1.name", "name_th")
    found = [(p.field, p.rule, p.hint) for p in read_descriptor(whole.descriptor)[1]]
    assert ("resources", "unknown-resource", 'Did you mean "monthly_results"?') in found
    assert ("resources[3].schema.fields", "missing-field", 'Did you mean "project"?') in found
    assert ("resources[5].schema.fields", "missing-field", 'Did you mean "name_th"?') in found


def test_package_without_the_resource_of_projects_is_refused(package: SamplePackage) -> None:
    package.describe("resources.0.name", "project")
    reading = package.read()
    assert reading.portal is None
    assert (DESCRIPTOR, None, "resources", "missing-resource") in places(reading.problems)


def test_optional_resources_may_be_absent(package: SamplePackage) -> None:
    content = package.described()
    content["resources"] = content["resources"][:1]
    content["resources"][0]["schema"].pop("foreignKeys")
    package.descriptor.write_text(json.dumps(content))
    projects, agencies = records(package)
    assert (projects[0].agency.agency_id, agencies) == ("91000000", ())


# Paths and addresses


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("../agencies.csv", "path-leaves-package"),
        ("data/../../agencies.csv", "path-leaves-package"),
        ("/etc/agencies.csv", "path-leaves-package"),
        ("data\\agencies.csv", "path-leaves-package"),
        ("C:/agencies.csv", "path-leaves-package"),
        ("C:\\agencies.csv", "path-leaves-package"),
        ("\\\\host\\share\\agencies.csv", "path-leaves-package"),
        ("//host/share/agencies.csv", "remote-path"),
        ("file:///etc/agencies.csv", "remote-path"),
        ("ftp://example.org/agencies.csv", "remote-path"),
        ("s3://bucket/agencies.csv", "remote-path"),
        ("data:text/csv,agency_id", "remote-path"),
        ("~/agencies.csv", "invalid-path"),
        ("./data/agencies.csv", "invalid-path"),
        ("data//agencies.csv", "invalid-path"),
        ("data/agencies.xlsx", "invalid-path"),
        ("data/agencies.csv\n", "invalid-path"),
        ("data/agencies\0.csv", "invalid-path"),
        ("data/" + "a" * 300 + ".csv", "invalid-path"),
        ("", "invalid-path"),
    ],
)
def test_path_that_is_not_of_a_file_in_the_package_is_refused(package: SamplePackage, path: str, rule: str) -> None:
    package.describe("resources.2.path", path)
    assert places(package.problems()) == [(DESCRIPTOR, None, "resources[2].path", rule)]


def test_link_that_leaves_the_package_is_refused(package: SamplePackage, tmp_path: Path) -> None:
    outside = package.file("agencies").rename(tmp_path / "outside.csv")
    package.file("agencies").symlink_to(outside)
    assert places(package.problems()) == [(DESCRIPTOR, None, "resources[2].path", "path-leaves-package")]


def test_folder_that_leads_out_of_the_package_is_refused(package: SamplePackage, tmp_path: Path) -> None:
    outside = (package.root / "data").rename(tmp_path / "outside")
    (package.root / "data").symlink_to(outside)
    assert {rule for _, _, _, rule in places(package.problems())} == {"path-leaves-package"}


def test_link_within_the_package_is_followed(package: SamplePackage) -> None:
    package.file("agencies").rename(package.root / "elsewhere.csv")
    package.file("agencies").symlink_to(package.root / "elsewhere.csv")
    assert package.problems() == ()


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to(path)], ids=["folder", "link-to-itself"])
def test_path_of_something_that_is_no_file_is_refused(package: SamplePackage, make: Callable[[Path], None]) -> None:
    package.file("agencies").unlink()
    make(package.file("agencies"))
    assert places(package.problems()) == [(DESCRIPTOR, None, "resources[2].path", "path-leaves-package")]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    """The address of a real server on this machine, and the calls that it had."""
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", calls
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "form", "rule"),
    [
        ("resources.2.path", "{}/agencies.csv", "remote-path"),
        ("resources.2.path", ["{}/agencies.csv"], "invalid-path"),
        ("resources.2.schema", "{}/schema.json", "missing-schema"),
        ("resources.2.schema", {"$ref": "{}/schema.json"}, "missing-schema"),
        ("resources.2.schema.$schema", "{}/schema.json", None),
        ("resources.2.schema.profile", "{}/schema.json", None),
        ("resources.2.schema.fields.1.$schema", "{}/schema.json", None),
        ("resources.2.schema.fields.1.rdfType", "{}/type", None),
        ("resources.2.schema.fields.1.constraints.jsonSchema", "{}/schema.json", "invalid-schema"),
        ("resources.2.$schema", "{}/resource.json", None),
        ("resources.2.profile", "{}/resource.json", "unsupported"),
        ("resources.2.dialect", "{}/dialect.json", "unsupported"),
        ("resources.2.extrapaths", ["{}/more.csv"], "unsupported"),
        ("resources.2", "{}/resource.json", "wrong-type"),
        ("$schema", "{}/datapackage.json", "unknown-profile"),
        ("$schema", ["{}/datapackage.json"], "unknown-profile"),
        ("profile", "{}/datapackage.json", "unknown-profile"),
        ("profiles", ["{}/datapackage.json"], None),
        ("profiles", "{}/datapackage.json", None),
        ("resources", "{}/resources.json", "missing-resources"),
        ("licenses", "{}/licenses.json", "wrong-type"),
        ("image", "{}/image.png", None),
        ("homepage", "{}/", None),
    ],
)
def test_nothing_is_ever_fetched(
    package: SamplePackage, server: tuple[str, list[str]], path: str, form: Any, rule: str | None
) -> None:
    address, calls = server
    package.describe(path, json.loads(json.dumps(form).replace("{}", address)))
    rules = {p.rule for p in package.problems()}
    assert rule in rules if rule else rules == set()
    assert calls == []


def test_the_server_that_must_not_be_called_would_hear_a_call(server: tuple[str, list[str]]) -> None:
    address, calls = server
    with pytest.raises(HTTPError) as refusal:
        urlopen(f"{address}/schema.json", timeout=5)
    refusal.value.close()
    assert calls == ["/schema.json"]
    calls.clear()


# Whatever else


def test_no_damage_to_a_table_gives_a_traceback(package: SamplePackage) -> None:
    chance = random.Random(2566)
    good = package.file("agencies").read_bytes()
    for _ in range(40):
        data = bytearray(good)
        for _ in range(chance.choice((1, 3, 20))):
            begin = chance.randrange(len(data))
            end = begin + chance.choice((0, 1, 5, 50))
            data[begin:end] = chance.choice((b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", chance.randbytes(9)))
        package.file("agencies").write_bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])
        for problem in package.problems():
            assert problem.text.encode()
            assert problem.hint


def nodes(content: Any, way: tuple[str, ...] = ()) -> Iterator[str]:
    """The dotted paths of everything in a JSON value."""
    members = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in members:
        yield ".".join((*way, str(key)))
        yield from nodes(value, (*way, str(key)))


def test_no_damage_to_the_descriptor_gives_a_traceback(package: SamplePackage) -> None:
    chance = random.Random(2566)
    good = package.descriptor.read_text("utf-8")
    paths = sorted(nodes(json.loads(good)))
    odd: list[Any] = [None, True, 5, -1e308, "", "x", "\0", [], {}, [5], ["x"], [[]], [{}], {"x": 5}, [None]]
    for path in chance.sample(paths, 40):
        package.descriptor.write_text(good, "utf-8")
        package.describe(path, chance.choice(odd))
        for problem in package.problems():
            assert problem.text.encode()
            assert problem.hint


def test_a_quotation_mark_within_a_cell_is_refused_since_programs_read_it_differently(package: SamplePackage) -> None:
    package.set("projects", "remarks", "ท่อ 5 นิ้ว", 'ท่อ "5"" นิ้ว", ยาว\nสองบรรทัด')
    assert package.problems() == ()
    package.change("projects", lambda data: data.replace("ท่อ 5 นิ้ว".encode(), 'ท่อ 5" ยาว'.encode()))
    assert [(p.rule, p.line) for p in package.problems()] == [("stray-quotation-mark", 2)]
