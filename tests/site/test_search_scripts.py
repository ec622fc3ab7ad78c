"""What a reader types finds names in any script: a real index, read by the scripts of the search in each browser."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.browsers import Driver
from portal.core.models import Project
from portal.search import index_shard

from tests.building import ROOT

NAMES = {
    "Repair of the roads in Île Saint-Marc": ("road", "ROADS", "rep", "ile saint", "ÎLE SAINT-MARC", "saintmarc"),
    "Educación del niño: 1.ª etapa, n.º 5 (¿qué año?)": (
        "educacion",
        "EDUCACIÓN",
        "nino",
        "1ª etapa",
        "nº 5",
        "¿qué año?",
    ),
    "Großstraße über die Brücke": ("grossstrasse", "strasse", "GROẞSTRASSE", "uber", "brucke"),
    "Cầu đường Nguyễn Văn Cừ": ("cau duong", "nguyen van cu", "ĐƯỜNG", "ngu"),
    "Kırım Caddesi IĞDIR": ("kirim", "KIRIM", "igdir", "ığdır", "Iğdır"),
    "Ремонт школы №5 Санкт-Петербурга": ("школ", "ШКОЛЫ", "школы №5", "санктпетербург", "петербург"),
    "Счёт йода": ("счет", "СЧЁТ", "иода"),
    "Ανακαίνιση του σχολείου ΣΤΑΔΙΟΣ": ("ανακαινιση", "ΑΝΑΚΑΙΝΙΣΗ", "σταδιος", "ΣΤΑΔΙΟ"),
    "صيانة المَدرَسة في الإدارة ١٢٣": ("المدرسة", "مدرسه", "الادارة", "123", "صيا"),
    "שיפוץ רְחוֹב שלום ירושלים": ("רחוב", "שלום", "ירושלי"),
    "विद्यालय की मरम्मत क़लम": ("विद्यालय", "विद्या", "मरम्मत", "कलम"),
    "ປັບປຸງນ້ຳປະປາ": ("ນ້ຳ", "ນໍ້າ", "ນ້ໍາປະ", "ປະປາ"),
    "ជួសជុលផ្លូវថ្នល់": ("ជួសជុល", "ផ្លូវ", "ថ្នល់"),
    "လမ်းပြုပြင်ခြင်း ၁၂": ("လမ်း", "ပြုပြင်", "12"),
    "北京市道路維修工程二〇二四": ("道路", "維修工程", "二〇二四", "市"),
    "ｺﾞﾐ処理施設の改修ガス": ("ゴミ", "処理施設", "ガス", "改修"),
    "서울특별시 한강대로 보수": ("서울", "특별", "대로", "한강대로"),
    "ซ่อมถนนและท่อระบายน้ำ": ("ถนน", "ระบายนํ้า", "ท่อ"),
}

FIND = """
    const { open, find } = await import("/search-index.js");
    open("/pagefind/", ["1"]);
    const answers = {};
    for (const text of argument) answers[text] = (await find(text)).map((entry) => entry.row.title);
    return answers;
"""

SUGGEST = """
    const { open } = await import("/search-index.js");
    const { suggestion } = await import("/search-suggest.js");
    const { query } = await import("/tokens.js");
    open("/pagefind/", ["1"]);
    const answers = {};
    for (const text of argument) answers[text] = await suggestion(query(text), ["1"], []);
    return answers;
"""

MARK = """
    const { marked, query } = await import("/tokens.js");
    const partsOf = (text, typed) => marked(text, query(typed).words).filter(([, hit]) => hit).map(([part]) => part);
    return argument.map(([text, typed]) => partsOf(text, typed));
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, served: Callable[[Path], str]) -> str:
    """A host of the search's scripts and of the index of `NAMES`."""
    root = tmp_path_factory.mktemp("scripts")
    shutil.copytree(ROOT / "templates" / "assets" / "js", root, dirs_exist_ok=True)
    (root / "index.html").write_text('<!doctype html><html lang="en"><head><title>-</title></head></html>', "utf-8")
    projects = [Project(f"p-{n:02}", name) for n, name in enumerate(NAMES)]
    index_shard("1", [(project, ()) for project in projects], root / "pagefind")
    return served(root)


def test_what_is_typed_finds_the_name_in_every_script(driver: Driver, address: str) -> None:
    driver.open(f"{address}/")
    answers = driver.run(FIND, [typed for queries in NAMES.values() for typed in queries])
    missed = {(name, typed) for name, queries in NAMES.items() for typed in queries if name not in answers[typed]}
    assert missed == set()


def test_what_no_name_holds_is_not_found(driver: Driver, address: str) -> None:
    driver.open(f"{address}/")
    answers = driver.run(FIND, ["больница", "νοσοκομειο", "مستشفى", "医院", "병원", "अस्पताल", "ໂຮງໝໍ", "hospital", "ик"])
    assert {typed: found for typed, found in answers.items() if found} == {}


def test_a_typing_error_is_forgiven_in_words_of_any_script(driver: Driver, address: str) -> None:
    meant = {
        "Reapir": "repair",
        "eduacion": "educacion",
        "школвы": "школы",
        "ανακαινση": "ανακαινιση",
        "維修工呈": "維修工程",
    }
    driver.open(f"{address}/")
    assert driver.run(SUGGEST, [*meant]) == meant


@pytest.mark.parametrize(
    ("text", "typed", "parts"),
    [
        ("La educación, n.º 5", "EDUCACION nº", ["educación", "n", "º"]),
        ("Санкт-Петербург", "санктпетербург", ["Санкт", "Петербург"]),
        ("Икс и ёж", "е", ["ё"]),
        ("𠮷野家と𠮷野", "野", ["野", "野"]),
        ("المَدرَسة", "مدرسه", ["مَدرَسة"]),
        ("पानी का पाइप", "का", ["का"]),
        ("ນ້ຳປະປາ", "ນໍ້າ", ["ນ້ຳ"]),
        ("e\u0301cole", "école", ["e\u0301cole"]),
        ("\u1112\u1161\u11ab강", "한", ["\u1112\u1161\u11ab"]),
    ],
)
def test_what_was_asked_for_is_marked_as_it_is_written(
    text: str, typed: str, parts: list[str], driver: Driver, address: str
) -> None:
    driver.open(f"{address}/")
    assert driver.run(MARK, [[text, typed]]) == [parts]
