"""CSV files in other encodings and with other separators."""

from __future__ import annotations

import pytest

from portal.core.problems import BuildError
from portal.imports import find_format, read_records
from portal.imports.csv_text import CsvFormat, undefined_lines

SPANISH = "código;año;descripción\n1;2025;Señalización de la calle Ñandú\n2;2026;Plaza\n"
THAI = "รหัส,ชื่อโครงการ\n1,ปรับปรุงถนนและทางเท้า\n2,ก่อสร้างสะพานลอยคนข้าม\n"


@pytest.mark.parametrize(
    ("text", "written", "form"),
    [
        (SPANISH, "utf-8", CsvFormat("utf-8", ";")),
        (SPANISH, "utf-8-sig", CsvFormat("utf-8", ";")),
        (SPANISH, "utf-16", CsvFormat("utf-16", ";")),
        (SPANISH, "cp1252", CsvFormat("windows-1252", ";")),
        (SPANISH, "mac_roman", CsvFormat("macintosh", ";")),
        (SPANISH.replace(";", "\t"), "cp1252", CsvFormat("windows-1252", "\t")),
        (THAI, "cp874", CsvFormat("windows-874", ",")),
        (THAI, "utf-8", CsvFormat("utf-8", ",")),
        ('name;note\n"a, b, c";"d, e"\n', "ascii", CsvFormat("utf-8", ";")),
        ("title\nRoad\n", "ascii", CsvFormat("utf-8", ",")),
        ("title,price\nRoad — north,£5\n", "cp1252", CsvFormat("windows-1252", ",")),
    ],
)
def test_the_format_is_found_and_the_text_read(text: str, written: str, form: CsvFormat) -> None:
    data = text.encode(written)
    assert find_format(data) == form
    header, rows = read_records("theirs.csv", data, form)
    lines = [line.split(form.separator) for line in text.replace('"', "").splitlines()]
    assert ([*header], [cells for _, cells in rows]) == (lines[0], lines[1:])


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty-file"),
        (b"PK\x03\x04" + bytes(range(256)), "wrong-encoding"),
        (bytes(range(128, 256)) * 3, "wrong-encoding"),
        (b"a;b\n\xf5;\xf8\xff\n" + bytes(range(1, 256)) * 9, "wrong-encoding"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", "cell-too-long"),
        (b'a,b\n"x,1\n', "broken-quotes"),
        (b'a;b\n"x;1\n', "broken-quotes"),
        (b"a,b\n1,2,3\n", "broken-row"),
        (b",,\n1,2,3\n", "missing-header"),
    ],
)
def test_a_hostile_file_is_one_problem(data: bytes, rule: str) -> None:
    with pytest.raises(BuildError) as caught:
        [*read_records("theirs.csv", data, find_format(data))[1]]
    assert {problem.rule for problem in caught.value.problems} == {rule}


def test_a_few_bytes_without_a_sign_are_left_out_and_named_with_their_lines() -> None:
    data = (SPANISH + "3;2026;Construcción\n" * 200).encode("cp1252").replace(b"Plaza", b"Pla\x9dza")
    form = find_format(data)
    assert form == CsvFormat("windows-1252", ";")
    assert undefined_lines(data, form) == [3]
    _, rows = read_records("theirs.csv", data, form)
    assert [cells[2] for _, cells in rows][:2] == ["Señalización de la calle Ñandú", "Plaza"]
    many = data.replace(b"Construcci", b"Construc\x8fci")
    assert undefined_lines(many, form) == []
    with pytest.raises(BuildError) as caught:
        read_records("theirs.csv", many, form)
    assert "byte 0x9d cannot be read" in caught.value.problems[0].message


def test_a_program_s_own_file_is_told_as_such_whatever_its_separator_seems_to_be() -> None:
    data = b"a;b\n" + bytes(range(1, 256)) * 99
    assert find_format(data) == CsvFormat("utf-8", ";")
    with pytest.raises(BuildError) as caught:
        read_records("theirs.csv", data, find_format(data))
    (problem,) = caught.value.problems
    assert "the mapping" not in problem.text


def test_blank_rows_are_no_rows_and_numbers_count_them() -> None:
    _, rows = read_records("theirs.csv", b"a,b\n,\n\n1,2\n", CsvFormat())
    assert [number for number, _ in rows] == [4]


def test_characters_are_only_looked_at_in_columns_that_are_used() -> None:
    data = "a,b\nx,y\u0081\n".encode()
    assert [*read_records("theirs.csv", data, CsvFormat(), {"a"})[1]] == [(2, ["x", "y\u0081"])]
    with pytest.raises(BuildError) as caught:
        read_records("theirs.csv", data, CsvFormat(), {"b"})
    assert [(p.rule, p.row, p.field) for p in caught.value.problems] == [("control-character", 2, "b")]


def test_a_mapping_with_a_wrong_encoding_is_told() -> None:
    with pytest.raises(BuildError) as caught:
        read_records("theirs.csv", SPANISH.encode("cp1252"), CsvFormat("utf-8", ";"))
    assert [p.rule for p in caught.value.problems] == ["wrong-encoding"]
