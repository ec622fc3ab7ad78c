"""A CSV that is not UTF-8, or that was opened in a wrong encoding and saved."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.sample_package import AGENCIES, PROJECTS, SamplePackage

RESAVE = "Open it in the program that made it and save it again as CSV UTF-8 (in Excel: Save As, CSV UTF-8)."
UTF_16 = "this file is not UTF-8: it looks like UTF-16."


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
