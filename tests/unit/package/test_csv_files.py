"""The bytes of a CSV: its size, line ends, quotation marks, records and characters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.pipeline.fingerprint import input_sums

from tests.sample_package import AGENCIES, DESCRIPTOR, PROJECTS, SamplePackage, places, records


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
    assert problem.hint == (
        "Open it in the program that made it and save it again as CSV UTF-8 (in Excel: Save As, CSV UTF-8); "
        "or replace each CR by an LF."
    )


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


def test_a_quotation_mark_within_a_cell_is_refused_since_programs_read_it_differently(package: SamplePackage) -> None:
    package.set("projects", "remarks", "ท่อ 5 นิ้ว", 'ท่อ "5"" นิ้ว", ยาว\nสองบรรทัด')
    assert package.problems() == ()
    package.change("projects", lambda data: data.replace("ท่อ 5 นิ้ว".encode(), 'ท่อ 5" ยาว'.encode()))
    assert [(p.rule, p.line) for p in package.problems()] == [("stray-quotation-mark", 2)]
