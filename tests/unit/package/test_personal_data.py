"""Personal data stop the build, are not repeated, and are told from the numbers of a budget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import validate
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.th import pin

from portal.package.csv_files import MAX_PROBLEMS
from portal.package.personal_data.allowances import PROPERTY
from portal.package.personal_data.folding import comparable
from portal.package.personal_data.texts import find_personal_data

from tests.conventions import CITY
from tests.proportion import assert_time_grows_with_size
from tests.sample_package import AGENCIES, DESCRIPTOR, PROJECTS, SamplePackage, places

ID = "1-1017-00230-70-8"
"""Made up: the example of a text book with a check digit that holds."""

KINDS = {
    "id": "a Thai national id",
    "id card": "the code of an id card",
    "passport": "a passport number",
    "phone": "a phone number",
    "e-mail": "an e-mail address",
    "account": "a bank account",
    "card": "a card number",
    "LINE id": "a LINE id",
    "link": "a link to a person's account",
}


def kinds(text: str) -> list[str]:
    words = {words: kind for kind, words in KINDS.items()}
    return [words[finding.kind] for finding in find_personal_data(text, CITY.numbers)]


def add_column(package: SamplePackage, resource: str, field: dict[str, Any], *cells: str) -> None:
    """Describe a new last column and fill it from row 2 on; the rest is blank."""
    content = package.described()
    names = [one["name"] for one in content["resources"]]
    index = names.index(resource)
    fields = content["resources"][index]["schema"]["fields"]
    package.describe(f"resources.{index}.schema.fields", [*fields, field])
    header, *rows = package.table(resource)
    filled = [*cells, *[""] * (len(rows) - len(cells))]
    package.write(resource, [[*header, field["name"]], *([*row, cell] for row, cell in zip(rows, filled, strict=True))])


# What stops the build


def test_a_national_id_in_a_remark_stops_the_build_and_is_not_repeated(package: SamplePackage) -> None:
    package.set("projects", "remarks", f"ผู้รับจ้าง นายสมมติ เลขประจำตัว {ID}", row=4)
    (problem,) = package.problems()
    assert problem.text == (
        'data/projects.csv, row 4, remarks: "1-1017-…-8" looks like a Thai national id, and personal data are not '
        'published. Delete it, or allow it with a reason under "personal_data_allowed" in datapackage.json.'
    )
    assert (problem.rule, problem.value) == ("personal-data", "1-1017-…-8")
    assert problem.column == package.table("projects")[0].index("remarks") + 1
    assert problem.line is not None


@pytest.mark.parametrize(
    ("text", "shown", "secret"),
    [
        ("โทร. 081-234-5678", "081-…", "234"),
        ("ติดต่อ somchai.j@example.com", "so…@example.com", "somchai"),
        ("a@example.com", "…@example.com", "a@"),
        ("โอนเข้า 123-4-56789-0", "123-…", "56789"),
    ],
)
def test_a_hit_is_masked_wherever_it_is_reported(package: SamplePackage, text: str, shown: str, secret: str) -> None:
    package.set("projects", "remarks", text)
    (problem,) = package.problems()
    assert problem.value == shown
    assert shown in problem.message
    assert secret not in str(problem.as_dict())


def test_one_problem_is_enough_for_a_cell_with_several_hits(package: SamplePackage) -> None:
    package.set("projects", "remarks", f"{ID} 081-234-5678\na@example.com", "02-221-2141")
    assert places(package.problems()) == [
        (PROJECTS, 2, "remarks", "personal-data"),
        (PROJECTS, 3, "remarks", "personal-data"),
    ]


def test_columns_and_resources_that_the_portal_does_not_know_are_searched(package: SamplePackage) -> None:
    header, first, *rows = package.table("projects")
    package.write("projects", [[*header, "ผู้ประสานงาน"], [*first, "0812345678"], *([*row, ""] for row in rows)])
    content = package.described()
    schema = {"fields": [{"name": "note"}, {"name": "all", "type": "array"}]}
    content["resources"].append({"name": "meetings", "path": "data/meetings.csv", "schema": schema})
    package.describe("resources", content["resources"])
    package.file("meetings").write_text('note,all\nx@example.com,"[""081 234 5678""]"\n', "utf-8")
    assert places(package.problems()) == [
        ("data/meetings.csv", 2, "note", "personal-data"),
        ("data/meetings.csv", 2, "all", "personal-data"),
        (PROJECTS, 1, "ผู้ประสานงาน", "undeclared-column"),
        (PROJECTS, 2, "ผู้ประสานงาน", "personal-data"),
    ]


def test_the_agencies_own_addresses_are_hits_too(package: SamplePackage) -> None:
    add_column(package, "agencies", {"name": "email", "type": "string"}, "works@example.com")
    assert places(package.problems()) == [(AGENCIES, 2, "email", "personal-data")]


def test_a_package_that_has_other_problems_is_searched_all_the_same(package: SamplePackage) -> None:
    package.set("projects", "remarks", "0812345678")
    package.set("projects", "fiscal_year", "x")
    assert [p.rule for p in package.problems()] == ["wrong-type", "personal-data"]


def test_of_many_hits_the_rest_is_counted(package: SamplePackage) -> None:
    header, first, *_ = package.table("agencies")
    rows = [[f"9{number:07}", "0812345678", *first[2:]] for number in range(MAX_PROBLEMS + 5)]
    package.append("agencies", *rows)
    hits = [p for p in package.problems() if p.place == AGENCIES]
    assert [p.count for p in hits] == [*[1] * MAX_PROBLEMS, 5]
    assert {(p.rule, p.field) for p in hits} == {("personal-data", header[1])}


def test_many_problems_of_another_kind_hide_no_personal_data(package: SamplePackage) -> None:
    rows = [["", "ก", "", ""] for _ in range(MAX_PROBLEMS + 5)]
    package.append("agencies", *rows, ["95040000", "0812345678", "x", "department"])
    hits = [(p.row, p.rule) for p in package.problems() if p.place == AGENCIES and p.field == "name"]
    assert hits == [(len(rows) + 7, "personal-data")]


# Numbers and keys


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_a_national_id_among_numbers_is_found(package: SamplePackage, kind: str) -> None:
    add_column(package, "agencies", {"name": "code", "type": kind}, "1101700230708", "1101700230709", "45")
    assert places(package.problems()) == [(AGENCIES, 2, "code", "personal-data")]


@pytest.mark.parametrize("kind", ["integer", "string"])
@pytest.mark.parametrize("title", ["โทรศัพท์", "Mobile", "ผู้ติดต่อ"])
def test_a_phone_number_whose_zero_a_spreadsheet_dropped_is_found_by_its_heading(
    package: SamplePackage, kind: str, title: str
) -> None:
    cells = ("812345678", "22212141", "1555", "")
    add_column(package, "agencies", {"name": "c", "type": kind, "title": title}, *cells)
    assert places(package.problems()) == [(AGENCIES, row, "c", "personal-data") for row in (2, 3)]


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("integer", "วงเงิน"),
        ("number", "Phones"),
        ("integer", "ค่าโทรศัพท์"),
        ("integer", "Hotel"),
        ("integer", "โทรมาตร"),
    ],
)
def test_an_amount_of_money_is_no_phone_number(package: SamplePackage, kind: str, title: str) -> None:
    cells = ("812345678", "22212141", "66812345678", "850000000")
    add_column(package, "agencies", {"name": "c", "type": kind, "title": title}, *cells)
    assert package.problems() == ()


def test_an_account_is_known_by_its_heading(package: SamplePackage) -> None:
    add_column(package, "agencies", {"name": "c", "title": "เลขที่บัญชี"}, "1234567890", "123 456789 0", "12345")
    assert places(package.problems()) == [(AGENCIES, row, "c", "personal-data") for row in (2, 3)]


def test_of_a_key_only_what_a_check_digit_or_an_at_sign_tells_apart_is_a_hit(package: SamplePackage) -> None:
    package.demand_nothing()
    package.set("agencies", "agency_id", "0812345678", "022212141", "123-4-56789-0", "1101700230708")
    package.set("projects", "agency_id", *["0812345678"] * (len(package.table("projects")) - 1))
    package.set("projects", "agency_id", "1101700230708", row=3)
    assert places(package.problems()) == [
        (AGENCIES, 5, "agency_id", "personal-data"),
        (PROJECTS, 3, "agency_id", "personal-data"),
    ]


# The descriptor


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("contributors.0.email", "open.data@example.com", "contributors[0].email"),
        ("description_en", f"Ask {ID}", "description_en"),
        ("resources.0.schema.fields.0.description", "โทร 0 2221 2141-2", "resources[0].schema.fields[0].description"),
        ("sources", [{"title": "a", "note": "0812345678"}], "sources[0].note"),
        ("licenses.0.path", "https://example.com/?to=somchai@example.com", "licenses[0].path"),
        ("contributors", [{"title": "a", "path": "http://example.com/somchai@example.com"}], "contributors[0].path"),
    ],
)
def test_a_text_of_the_descriptor_is_searched(package: SamplePackage, path: str, value: Any, field: str) -> None:
    package.describe(path, value)
    (problem,) = package.problems()
    assert (problem.place, problem.field, problem.rule, problem.row) == (DESCRIPTOR, field, "personal-data", None)


def test_what_is_no_text_of_the_descriptor_is_not_searched(package: SamplePackage) -> None:
    # A pattern is for programs, and the numbers of an address are no person's.
    package.describe("resources.0.schema.fields.8.constraints", {"pattern": "0812345678|.*"})
    package.describe("licenses.0.path", "https://example.com/0812345678")
    assert package.problems() == ()


@pytest.mark.parametrize("name", ["somchai@example.com", "ผู้ประสานงาน 081-234-5678", f"เลขประจำตัว {ID}"])
def test_the_heading_of_a_column_is_searched_and_not_repeated(package: SamplePackage, name: str) -> None:
    header, *rows = package.table("agencies")
    package.write("agencies", [[*header, name], *([*row, ""] for row in rows)])
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.column, problem.rule) == (AGENCIES, 1, 5, "personal-data")
    secret = name.split()[-1]
    assert secret not in str(problem.as_dict())


def test_the_name_of_a_described_field_is_searched_in_both_files(package: SamplePackage) -> None:
    add_column(package, "agencies", {"name": "0812345678", "type": "string"})
    assert places(package.problems()) == [
        (AGENCIES, 1, None, "personal-data"),
        (DESCRIPTOR, None, "resources[2].schema.fields[4].name", "personal-data"),
    ]


# What is found in a text


@pytest.mark.parametrize(
    "text",
    [
        "1101700230708",
        "1-1017-00230-70-8",
        "1 1017 00230 70 8",
        "1.1017.00230.70.8",
        "1 - 1017 - 00230 - 70 - 8",
        "1–1017–00230–70–8",
        "110-1700-230708",
        "๑-๑๐๑๗-๐๐๒๓๐-๗๐-๘",
        "๑๑๐๑๗๐๐๒๓๐๗๐๘",
        "1101700\u200b230708",
        "1-1017-00230-\n70-8",
        "1 1017\n00230 70 8",
        "นายก1101700230708เป็น",
        "ID1101700230708",
        "1101700230708.0",
        "(1101700230708)",
        "ปี 2566 1101700230708 45 ครั้ง",
        "บัตรประชาชน 1 1 0 1 7 0 0 2 3 0 7 0 8",
        "เลขประจำตัว: 1101 7002 3070 8",
        "PID1101700230708",
        "CID1101700230708",
        "CitizenID1101700230708",
        "PID1-1017-00230-70-8",
        "1/1017/00230/70/8",
        "1_1017_00230_70_8",
        "1-1017-002\n30-70-8",
        "1-1017-00230-\r\n70-8",
        "1-1017-00230\r\n-70-8",
        "เลขประจำตัวประชาชน 1101700\n230708",
        "เลขบัตร 1101/7002/3070/8",
        "1-1017-00230-70-8 บาท",
        "１１０１７００２３０７０８",
    ],
)
def test_a_national_id_is_found_however_it_is_written(text: str) -> None:
    assert kinds(text) == ["id"]


@pytest.mark.parametrize(
    "text",
    [
        "0812345678",
        "โทร0812345678ครับ",
        "Tel.0812345678",
        "Tel0812345678",
        "โทร. 081-234-5678",
        "081 - 234 - 5678",
        "081–234–5678",
        "081.234.5678",
        "081-2345-678",
        "๐๘๑-๒๓๔-๕๖๗๘",
        "08\u200b1234\u200b5678",
        "081-\n234-5678",
        "(02) 221 2141",
        "0 2221 2141",
        "0-2221-2141 ต่อ 1234",
        "0-2221-2141-69",
        "0 2221 2141-2",
        "038-123-456",
        "+66 81 234 5678",
        "+66 (0) 81 234 5678",
        "66812345678",
        "001-66-81-234-5678",
        "+44 20 7946 0958",
        "ปี 2566 081 234 5678",
        "081 234 5678 2566",
        "1. 081-234-5678",
        "1.081-234-5678",
        "08-10-2566 0812345678",
        "tel:+66812345678",
        "เลขที่โครงการ 04160000-6961 0812345678",
        "T0812345678",
        "T081-234-5678",
        "line0812345678",
        "LineID0812345678",
        "WhatsApp0812345678",
        "081-234-5678 บาท",
        "081-234-5678 บาทวิถี",
        "081 234 5678 บาทวิถี",
        "0812345678 บาทวิถี",
        "0066812345678",
        "0066 81 234 5678",
        "081/234/5678",
        "02/221/2141",
        "＋６６ ８１ ２３４ ５６７８",
    ],
)
def test_a_phone_number_is_found_however_it_is_written(text: str) -> None:
    assert kinds(text) == ["phone"]


@pytest.mark.parametrize(
    "text",
    [
        "somchai@example.com",
        "อีเมลsomchai@example.comครับ",
        "First.Last+x@dept.bangkok.go.th.",
        "mailto:somchai@example.com?subject=x",
        "0812345678@example.com",
        "........somchai@example.com",
        "https://example.com/?to=somchai@example.com",
        "som\u00adchai@exam\u00adple.com",
        "somchai＠example.com",
        "ｓｏｍｃｈａｉ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "somchai\u200b@example.com",
    ],
)
def test_an_email_address_is_found_wherever_it_stands(text: str) -> None:
    assert kinds(text) == ["e-mail"]


@pytest.mark.parametrize(
    "text",
    [
        "123-4-56789-0",
        "๑๒๓-๔-๕๖๗๘๙-๐",
        "123 - 4 - 56789 - 0",
        "เลขที่บัญชี 1234567890",
        "บัญชี 123-456789-0",
        "บัญชีเงินฝาก ธ.ก.ส. เลขที่ 012345678901",
        "ธนาคารกรุงไทย สาขาศาลาว่าการ เลขที่ 123 4 56789 0",
        "พร้อมเพย์: 1234567890",
        "Account no. 1234567890",
        "เลขที่บัญชี\n1234567890",
        "บช. 1234567890",
        "บช.1234567890",
        "ธ.กรุงไทย 1234567890",
        "ธ. กรุงเทพ เลขที่ 1234567890",
        "กสิกร 123-456789-0",
        "กสิกรไทย สาขาบางรัก 1234567890",
        "ออมสิน 012345678901",
        "SCB 1234567890",
        "KBank: 1234567890",
        "ธ.ก.ส. 012345678901",
    ],
)
def test_a_bank_account_is_found_by_its_grouping_or_by_a_word_before_it(text: str) -> None:
    assert kinds(text) == ["account"]


def test_several_in_a_cell_are_all_found() -> None:
    text = f"a@example.com, {ID},3100600445635\n0812345678/0898765432 บัญชี 1234567890"
    assert kinds(text) == ["e-mail", "id", "id", "phone", "phone", "account"]


@pytest.mark.parametrize(
    "text",
    [
        "04160000-6961",
        "50010000-3288 2562 3",
        "0810000-6961 02160000-6961, 08160000-6961",
        "B66-0102001-P01-0300",
        "B66-0812345678",
        "0416-1044",
        "0421-1044 1",
        "08123456",
        "เลขที่โครงการ 66039012345 เลขคุมสัญญา 660314001234",
        "1,500,000,000.00 บาท",
        "งบประมาณ 812345678 บาท",
        "งบประมาณตามบัญชี 1500000000 บาท",
        "66812345678 บาท",
        "฿66812345678",
        "08-10-2566 10:30",
        "06/10/2566 09.30 น.",
        "08-10-66 10.30",
        "08-10-1999 10 ครั้ง",
        "2023-10-01T08:30:00Z 2023-10-01 08:30",
        "เวลา 09.00 - 12.00 13.00 - 16.00",
        "2566 2567 2568 2569 2570",
        "ปีงบประมาณ 2566-2570 จำนวน 1000000 คน",
        "https://example.com/1101700230708/0812345678?x=123-4-56789-0",
        "www.example.com/0812345678",
        "550e8400-e29b-41d4-a716-081234567812",
        "1101700230708a" * 4,
        "13.7563309,100.5017651",
        "0.812345678",
        "66.1101700230708",
        "081234567890",
        "10812345678",
        "12-0812345678",
        "081-234567",
        "031234567",
        "021-234-567-890123",
        "0812345678901234",
        "21101700230708",
        "1101 7002 30708 คือประชาชนในปี 2566",
        "1-1017-00230-70-9",
        "0-1055-36000-31-5 0105536000315",
        "0-8355-36000-31-5",
        "ISBN 978-616-7158-00-8",
        "1555 1800-123-456",
        "กท 0205/12345",
        "ข้อ 1 2 3 4 5 6 7 8 9 10 11 12 13",
        "@bangkok",
        "ราคา @100.50",
        "vue@3.2.1",
        "1234567890",
        "1234567890 เป็นบัญชี",
        "รหัสบัญชี 5104010104 บัญชีแยกประเภท 1101010101",
        "ธนาคารกรุงไทย หนังสือค้ำประกันเลขที่ 100000123456",
        "บัญชีราคากลาง ปี 2566-2567 10 รายการ",
        "Embankment, Bangkok 1234567890",
        "งบประมาณ 100000-2000000 บาท",
        "วงเงิน 1500000-250000 บาท",
        "ระหว่าง ธ.ค. 2566 ถึง 1234567890",
        "โครงการ SCBX1234567890",
        "T0812345",
        "ST0812345678",
        "COVID19 0812",
        "1500000\n250001",
        "กทม 081/234",
        "66/10/2566",
        "หนังสือที่ 02/221/25661",
    ],
)
def test_the_numbers_of_a_budget_are_no_personal_data(text: str) -> None:
    assert kinds(text) == []


# How much is found

SPELLINGS = Path(__file__).parent / "personal_data"


def spellings(name: str) -> list[tuple[str, str]]:
    """The kinds and texts of a file, see its README."""
    lines = (SPELLINGS / name).read_text("utf-8").splitlines()
    return [(kind, json.loads(f'"{text}"')) for kind, text in (line.split("\t") for line in lines)]


def test_nearly_all_realistic_spellings_are_found_as_what_they_are() -> None:
    known = spellings("personal.tsv")
    missed = [(kind, text) for kind, text in known if kind not in kinds(text)]
    assert len(known) >= 200
    assert len(missed) <= 0.05 * len(known), missed


def test_hardly_an_innocent_number_is_an_alarm() -> None:
    known = spellings("innocent.tsv")
    alarms = [(kind, text) for kind, text in known if kinds(text)]
    assert len(known) >= 200
    assert len(alarms) <= 0.03 * len(known), alarms


# Any text at all

AROUND = st.text("กขั้า ,:;()|/\n", max_size=20)
BEFORE = st.tuples(AROUND, st.sampled_from(["", "ปี 2566 ", "1) ", "10,000,000 ", "04160000-6961 ", "8.30 น. "])).map(
    "".join
)
TWELVE = st.from_regex(r"[1-8][0-9]{11}", fullmatch=True)
SIGNS = st.text("0123456789๐๑๘๖ -–.()+@ab\n\u200bก", max_size=60) | st.just("เลขที่บัญชี 123-4-56789-0")


def grouped(number: str, sign: str) -> str:
    return sign.join((number[0], number[1:5], number[5:10], number[10:12], number[12]))


@given(TWELVE, st.sampled_from(["", "-", " ", ".", " - ", "–"]), BEFORE, AROUND, st.booleans())
def test_any_valid_id_is_found_in_any_text(twelve: str, sign: str, before: str, after: str, thai: bool) -> None:
    written = grouped(twelve + pin.calc_check_digit(twelve), sign)
    text = before + (written.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")) if thai else written) + after
    assert "id" in kinds(text)


@given(TWELVE, st.sampled_from("0123456789"), st.sampled_from(["", "-", " ", "."]), AROUND, AROUND)
def test_no_number_whose_check_digit_fails_is_called_an_id(
    twelve: str, last: str, sign: str, before: str, after: str
) -> None:
    found = "id" in kinds(before + grouped(twelve + last, sign) + after)
    assert found == (last == pin.calc_check_digit(twelve))


@given(st.lists(SIGNS).map("".join))
@example("โทร 0-2221-2141-69")
def test_no_mask_shows_what_it_stands_for(text: str) -> None:
    for finding in find_personal_data(text, CITY.numbers):
        assert "…" in finding.masked
        assert comparable(finding.text) not in comparable(finding.masked)
        assert comparable(comparable(finding.text)) == comparable(finding.text)


@pytest.mark.parametrize(
    ("begin", "repeated", "end"),
    [
        ("", "1", ""),
        ("", "๐", ""),
        ("", "1 ", ""),
        ("", "0 ", ""),
        ("", "1-\n", ""),
        ("", "1.1", ""),
        ("", "1\u200b", ""),
        ("", "a", "@"),
        ("", "a@", ""),
        ("x@", "a.", ""),
        ("", "a.", "@"),
        ("", "abc1", ""),
        ("", "deadbeef-", ""),
        ("", "+12345678,", ""),
        ("", "031234567,", ""),
        ("", "บัญชี ", "1234567890a"),
        ("", "ประชาชน 1 ", "1" * 14),
        ("0", "(", ""),
    ],
    ids=lambda text: text.encode("unicode_escape").decode() or "-",
)
def test_a_huge_cell_takes_no_time_out_of_proportion(begin: str, repeated: str, end: str) -> None:
    def search(size: int) -> None:
        list(find_personal_data(begin + repeated * (size // len(repeated)) + end, CITY.numbers))

    assert_time_grows_with_size(search, 300_000)


@pytest.mark.parametrize(
    "sign", ["1", "1 ", "0.", "66 ", "@ ", "a@", " ", "+1", "ไลน์ก", "ก@", "1O1 ", "bank 123456789 "]
)
def test_nothing_is_found_in_a_long_text_of_any_bad_shape(sign: str) -> None:
    def search(size: int) -> None:
        assert list(find_personal_data((sign * size)[:size], CITY.numbers)) == []

    assert_time_grows_with_size(search, 99_000)


def test_words_before_a_number_decide_what_it_is() -> None:
    assert kinds("โทร 812345678") == ["phone"]
    assert kinds("มิเตอร์ 0812345678") == []
    assert kinds("มิเตอร์ 0812345678 โทร 0812345678") == ["phone"]
    assert kinds("Lot 0891234567, 0891234568") == []


def test_an_id_with_a_wrong_digit_is_found_after_its_word_alone() -> None:
    assert kinds("เลขบัตรประชาชน 1-1017-00230-70-9") == ["id"]
    assert kinds("1-1017-00230-70-9") == []


@pytest.mark.parametrize(
    ("title", "cell"),
    [("Line ID", "somchai"), ("เลขบัตรประชาชน", "1101700230709"), ("หนังสือเดินทาง", "AA1234567")],
)
def test_a_heading_says_what_its_cells_are(package: SamplePackage, title: str, cell: str) -> None:
    add_column(package, "agencies", {"name": "c", "title": title}, cell)
    assert places(package.problems()) == [(AGENCIES, 2, "c", "personal-data")]


def test_a_link_to_a_person_is_found_in_an_address_of_the_descriptor(package: SamplePackage) -> None:
    package.describe("licenses.0.path", "https://wa.me/66812345678")
    (problem,) = package.problems()
    assert (problem.field, problem.value) == ("licenses[0].path", "66…")


# What is allowed


def allow(package: SamplePackage, *entries: Any) -> None:
    package.describe(PROPERTY, list(entries))


REASON = "หมายเลขกลางของสำนักงาน"


def test_an_allowed_field_is_not_searched_and_all_others_are(package: SamplePackage) -> None:
    add_column(package, "agencies", {"name": "email", "type": "string"}, "works@example.com", "park@example.com")
    package.set("agencies", "name", "park@example.com", row=4)
    allow(package, {"resource": "agencies", "field": "email", "reason": REASON})
    assert places(package.problems()) == [(AGENCIES, 4, "name", "personal-data")]


def test_a_column_that_only_the_file_has_is_to_be_described_though_allowed(package: SamplePackage) -> None:
    header, *rows = package.table("agencies")
    package.write("agencies", [[*header, "phone"], *([*row, "0812345678"] for row in rows)])
    allow(package, {"resource": "agencies", "field": "phone", "reason": REASON})
    assert places(package.problems()) == [(AGENCIES, 1, "phone", "undeclared-column")]


@pytest.mark.parametrize(
    ("allowed", "written"),
    [
        ("02-221-2141", "โทร ๐ ๒๒๒๑ ๒๑๔๑"),
        ("02-221-2141", "+66 2 221 2141"),
        ("+66 (0) 2221 2141", "0-2221-2141-69"),
        ("Info@Example.com ", "info@example.com"),
        (ID, "1101700230708"),
        ("123-4-56789-0", "บัญชี 1234567890"),
        ("0812345678", "บัญชี 081-2-34567-8"),
        ("0812345678", "https://wa.me/66812345678"),
        ("0812345678", "โทร 81·234·5678"),
        ("info@example.com", "info (at) example (dot) com"),
        ("info@example.com", "info @ example.com"),
        ("bkkworks", "LINE: @bkkworks"),
        ("@bkkworks", "https://line.me/ti/p/~BkkWorks"),
    ],
)
def test_an_allowed_value_is_allowed_however_it_is_written(package: SamplePackage, allowed: str, written: str) -> None:
    package.set("projects", "remarks", written)
    package.describe("contributors", [{"title": written}])
    allow(package, {"value": allowed, "reason": REASON})
    assert package.problems() == ()


def test_an_allowed_value_does_not_hide_another_in_the_same_cell(package: SamplePackage) -> None:
    package.set("projects", "remarks", "02-221-2141 และ 081-234-5678")
    allow(package, {"value": "02-221-2141", "reason": REASON})
    (problem,) = package.problems()
    assert problem.value == "081-…"


def test_a_package_with_an_allowance_is_valid_by_the_standard(whole: SamplePackage) -> None:
    allow(whole, {"value": "02-221-2141", "reason": REASON})
    assert validate(str(whole.descriptor)).valid
    assert whole.problems() == ()


def test_a_reason_is_searched_as_any_other_text(package: SamplePackage) -> None:
    allow(package, {"value": "02-221-2141", "reason": "ถามที่ 081-234-5678"})
    assert places(package.problems()) == [(DESCRIPTOR, None, f"{PROPERTY}[0].reason", "personal-data")]


FIELD = {"resource": "agencies", "field": "name", "reason": REASON}


@pytest.mark.parametrize(
    ("entry", "field", "rule", "hint"),
    [
        ("0812345678", "", "wrong-type", "Write"),
        (None, "", "wrong-type", "Write"),
        ({"value": "0812345678"}, ".reason", "missing-property", "Say why"),
        ({"value": "0812345678", "reason": " "}, ".reason", "missing-property", "Say why"),
        ({"value": "0812345678", "reason": 1}, ".reason", "wrong-type", "Write it in quotes."),
        ({"value": 812345678, "reason": REASON}, ".value", "wrong-type", "Write it in quotes."),
        ({"value": "", "reason": REASON}, ".value", "missing-property", "Write the number"),
        ({"value": "the switchboard", "reason": REASON}, ".value", "invalid-allowance", "Write the number"),
        ({"resource": "agencies", "reason": REASON}, ".field", "missing-property", "Name the column"),
        ({"field": "name", "reason": REASON}, ".resource", "missing-property", "Name the resource"),
        (FIELD | {"field": ["name"]}, ".field", "wrong-type", "Write it in quotes."),
        (FIELD | {"value": "0812345678"}, "", "invalid-allowance", "Write two"),
        (FIELD | {"reasons": "x"}, ".reasons", "unknown-property", 'Did you mean "reason"?'),
        ({"resource": "agencies", "field": "name", "reasons": "x"}, ".reasons", "unknown-property", "Did you mean"),
        (FIELD | {"note": "x"}, ".note", "unknown-property", "Write only"),
        (FIELD | {"resource": "agency"}, ".resource", "unknown-resource", 'Did you mean "agencies"?'),
        (FIELD | {"field": "nane"}, ".field", "unknown-field", 'Did you mean "name"?'),
        (FIELD | {"field": "zzzz"}, ".field", "unknown-field", "Correct the name."),
    ],
)
def test_a_wrong_allowance_is_named_and_allows_nothing(
    package: SamplePackage, entry: Any, field: str, rule: str, hint: str
) -> None:
    package.set("projects", "remarks", "โทร 081-234-5678")
    allow(package, entry)
    hit, wrong = package.problems()
    assert (wrong.place, wrong.field, wrong.rule) == (DESCRIPTOR, f"{PROPERTY}[0]{field}", rule)
    assert wrong.hint.startswith(hint)
    assert "812345678" not in str(wrong.as_dict())
    assert hit.rule == "personal-data"


def test_allowances_that_are_no_list_are_refused(package: SamplePackage) -> None:
    package.describe(PROPERTY, {"value": "0812345678", "reason": REASON})
    (problem,) = package.problems()
    assert (problem.field, problem.rule) == (PROPERTY, "wrong-type")
    assert problem.hint == (
        'Write "personal_data_allowed": [{"resource": "agencies", "field": "email", "reason": "…"}].'
    )


def test_the_field_of_a_resource_that_has_problems_is_not_judged(package: SamplePackage) -> None:
    package.describe("resources.2.schema.fields.0.type", "text")
    allow(package, FIELD | {"field": "email"})
    assert "unknown-field" not in [p.rule for p in package.problems()]
