"""The search, in each browser: what it finds, and the page that people find it with."""

import csv
import io
import re
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.browsers import Chromium, Driver
from benchmarks.heldout import cuts, holds
from benchmarks.heldout import rows as rows_of
from benchmarks.search import MANY, MEANT, PAIRS, Host, forgiveness, mistyped, served, weights
from portal.core.totals import group
from portal.package import read_portal
from portal.search import fold
from portal.search.documents import field_texts

from tests.building import ROOT
from tests.conventions import CITY
from tests.site.test_browser import asked_elsewhere
from tests.site.test_header import LARGE_TEXT
from tests.site.test_search_page import (
    asset,
    test_a_cell_that_looks_like_a_formula_is_made_text,
    test_text_becomes_the_tokens_of_the_specification,
    test_without_javascript_the_search_says_so_and_leads_to_the_lists,
)

__all__ = [
    "test_a_cell_that_looks_like_a_formula_is_made_text",
    "test_text_becomes_the_tokens_of_the_specification",
    "test_without_javascript_the_search_says_so_and_leads_to_the_lists",
]

READY = """
    const count = document.querySelector("#count");
    for (let i = 0; i < 400; i++) {
      if (/^(พบ \\S+ โครงการ|ไม่พบโครงการ|\\S+ projects? found|No project found)$/.test(count.textContent)) break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const rows = [...document.querySelectorAll("#results > li")];
"""
"""Waits until the search has said how many it found."""


def results(driver: Driver) -> tuple[str, list[str]]:
    """What the page says it found, and the titles on it."""
    count, titles = driver.run(READY + "return [count.textContent, rows.map((r) => r.querySelector('h3').textContent)]")
    return count, titles


def asked(driver: Driver) -> dict[str, list[str]]:
    return parse_qs(urlsplit(driver.run("return location.href")).query)


def test_held_out_cuts_find_every_project_that_holds_them(driver: Driver, base: str, real_site: Path) -> None:
    queries = list(cuts(ROOT, 120, seed=7))
    driver.open(base + "/search/")
    script = """
        const { find } = await import(argument[0]);
        const found = [];
        for (const text of argument[1]) found.push((await find(text)).map((entry) => entry.row.project_id));
        return found;
    """
    found = driver.run(script, [asset(real_site, "search"), [query.text for query in queries]])
    missed = [query.text for query, ids in zip(queries, found, strict=True) if not query.members <= set(ids)]
    assert len(missed) <= 1, missed
    returned = sum(len(ids) for ids in found)
    right = sum(len(query.members & set(ids)) for query, ids in zip(queries, found, strict=True))
    assert right >= 0.93 * returned, (right, returned)


def test_a_whole_name_or_code_comes_first(driver: Driver, base: str, real_site: Path) -> None:
    rows = rows_of(ROOT, "projects")[::12]
    names = [row["title"] for row in rows] + [row["project_id"] for row in rows]
    driver.open(base + "/search/")
    script = """
        const { find } = await import(argument[0]);
        const first = [];
        for (const text of argument[1]) first.push((await find(text))[0]?.row);
        return first.map((row) => [row?.title, row?.project_id]);
    """
    first = driver.run(script, [asset(real_site, "search"), names])
    assert [row for name, row in zip(names, first, strict=True) if name not in row] == []


@pytest.mark.parametrize("query", ["04160000-6961", "6961", "0416-1044", "๖๙๖๑", "sister city", "เมืองพี่เมืองน้อง"])
def test_codes_numbers_and_words_are_found_whole_and_in_part(driver: Driver, base: str, query: str) -> None:
    driver.open(f"{base}/search/?q={quote(query)}")
    count, titles = results(driver)
    if query == "sister city":
        assert (count, titles) == ("ไม่พบโครงการ", [])
    else:
        assert titles[0] == "โครงการสร้างสังคมพหุวัฒนธรรมร่วมกับเมืองพี่เมืองน้อง"


FIND_EACH = """
    const { find } = await import(argument[0]);
    const answers = [];
    for (const text of argument[1]) answers.push((await find(text)).map(({ row }) => [row.project_id, row.title]));
    return answers;
"""


def test_one_or_two_digits_are_a_whole_number_and_letters_begin_a_word(
    driver: Driver, base: str, real_site: Path
) -> None:
    portal = read_portal(ROOT, CITY).portal
    assert portal is not None
    texts = {project.project_id: [fold(text) for _, _, text in field_texts(project)] for project in portal.projects}
    queries = ["พระราม 2", "พระราม 9", "pm", "pm 2.5", "2", "66", "ph", "เขต 2"]
    driver.open(base + "/search/")
    for query, found in zip(queries, driver.run(FIND_EACH, [asset(real_site, "search"), queries]), strict=True):
        words = query.split()
        holders = {key for key, each in texts.items() if all(any(holds(text, word) for text in each) for word in words)}
        assert (query, {key for key, _ in found}) == (query, holders)


@pytest.mark.parametrize("query", ["พระราม2", "พระราม 2"])
def test_another_number_is_no_typing_error(driver: Driver, base: str, query: str) -> None:
    driver.open(f"{base}/search/?q={quote(query)}")
    assert results(driver) == ("ไม่พบโครงการ", [])
    driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
    assert "ถ้าตัดคำว่า “2” ออก จะพบ" in driver.run("return document.querySelector('#failed').textContent")


def test_a_short_number_is_marked_only_where_it_is_a_whole_number(driver: Driver, base: str, real_site: Path) -> None:
    driver.open(base + "/search/")
    script = """
        const { isSaid, marked, query } = await import(argument[0]);
        const asked = query(argument[1]);
        const hits = (text) => marked(text, asked.words).filter(([, hit]) => hit).map(([part]) => part);
        return [argument[2].map(hits), argument[2].map((text) => asked.slots.every((slot) => isSaid(slot, text)))];
    """
    texts = ["ฝุ่น PM 2.5", "ฝุ่น PM2.5", "Development 12.5", "pm 2.55 PM 2 2.5.1"]
    marks, said = driver.run(script, [asset(real_site, "tokens"), "pm 2.5", texts])
    assert marks == [["PM", "2.5"], ["PM2.5"], [], ["pm", "PM"]]
    assert said == [True, True, False, False]


def test_a_hit_in_the_name_stands_before_a_hit_elsewhere(driver: Driver, base: str, real_site: Path) -> None:
    words = ["คลอง", "กีฬา", "สุขภาพ", "อาหารปลอดภัย"]
    driver.open(base + "/search/")
    for word, found in zip(words, driver.run(FIND_EACH, [asset(real_site, "search"), words]), strict=True):
        in_name = [word in title for _, title in found]
        assert in_name == sorted(in_name, reverse=True)
        assert any(in_name)


def test_only_in_names_is_one_tap_and_stands_in_the_address(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('คลอง')}")
    count, _ = results(driver)
    driver.run("document.forms.search.elements.names.click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
    fewer, titles = results(driver)
    assert asked(driver)["names"] == ["1"]
    assert fewer != count
    assert all("คลอง" in title for title in titles)
    driver.open(driver.run("return location.href"))
    assert results(driver) == (fewer, titles)
    assert driver.run("return document.forms.search.elements.names.checked")


SAME = [
    ("041600006961", "04160000-6961"),
    ("ระบายนำ้", "ระบายน้ำ"),
    ("ระบายนํ้า", "ระบายน้ำ"),
    ("ระบายน้าํ", "ระบายน้ำ"),
    ("แสนเเสบ", "แสนแสบ"),
    ("พระราม9", "พระราม 9"),
    ("๑๒", "12"),
    ("พ้ืนที่", "พื้นที่"),
    ("bängkök", "Bangkok"),
    ("สนน.", "สำนักการระบายน้ำ"),
    ("canal", "คลอง"),
    ("klong", "khlong"),
    ("hospital", "โรงพยาบาล"),
    ("school", "โรงเรียน"),
]
"""What is typed in two ways and means the same."""


def test_what_people_type_alike_finds_the_same(driver: Driver, base: str, real_site: Path) -> None:
    driver.open(base + "/search/")
    texts = [text for pair in SAME for text in pair]
    found = driver.run(FIND_EACH, [asset(real_site, "search"), texts])
    answers = [sorted(key for key, _ in each) for each in found]
    assert [pair for pair, a, b in zip(SAME, answers[::2], answers[1::2], strict=True) if a != b or not a] == []


def test_a_typing_error_is_said_and_its_correction_is_undone_by_one_tap(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('คลอง')}")
    right = results(driver)
    driver.open(f"{base}/search/?q={quote('คลงอ')}")
    assert results(driver) == right
    assert "ไม่พบ “คลงอ” จึงแสดงผลของ “คลอง” แทน" in driver.run("return document.querySelector('#changed').textContent")
    driver.run("document.querySelector('#changed a').click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 500))")
    assert results(driver) == ("ไม่พบโครงการ", [])
    assert asked(driver)["exact"] == ["1"]
    assert driver.run("return document.querySelector('#changed').hidden")


def test_a_mistyped_name_is_found_among_those_that_have_other_spaces(
    driver: Driver, base: str, real_site: Path
) -> None:
    names = {row["title"] for row in rows_of(ROOT, "projects") if len(row["title"]) > 20}
    alike = group(sorted(names), lambda name: "".join(name.split()))
    several = [name for members in alike.values() if len(members) > 1 for name in members]
    assert len(several) > 20
    # Its sixth letter stands twice.
    texts = [name[:6] + name[5:] for name in several]
    driver.open(base + "/search/")
    answers = driver.run(MEANT, {"script": asset(real_site, "search"), "texts": texts})
    assert [name for name, titles in zip(several, answers, strict=True) if name not in titles] == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("คาใช้จ่ายโครงการกรุงเทพมหานครเขตปลอดบุหรี่", "ค่าใช้จ่ายโครงการกรุงเทพมหานครเขตปลอดบุหรี่"),
        ("่คาใช้จ่ายโครงการกรุงเทพมหานครเขตปลอดบุหรี่", "ค่าใช้จ่ายโครงการกรุงเทพมหานครเขตปลอดบุหรี่"),
        ("ปรับปรุงและเvิ่มพื้นที่สีเขียว", "ปรับปรุงและเพิ่มพื้นที่สีเขียว"),
    ],
)
def test_a_mark_without_its_letter_and_a_letter_without_its_mark_are_forgiven(
    driver: Driver, base: str, wrong: str, right: str
) -> None:
    driver.open(f"{base}/search/?q={quote(right)}")
    expected = results(driver)
    driver.open(f"{base}/search/?q={quote(wrong)}")
    assert results(driver) == expected
    assert expected[1]


def test_a_name_with_one_typing_error_is_found(driver: Driver, real_site: Path) -> None:
    assert forgiveness(driver, real_site, list(mistyped(ROOT, 20, seed=7))) >= 95


def test_synonyms_are_said_and_left_out_by_one_tap(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('สนน.')}")
    count, _ = results(driver)
    assert "สำนักการระบายน้ำ" in driver.run("return document.querySelector('#changed').textContent")
    driver.run("document.querySelector('#changed a').click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 500))")
    assert results(driver)[0] != count
    driver.open(f"{base}/search/?q={quote('คลอง')}")
    results(driver)
    assert driver.run("return document.querySelector('#changed').hidden"), "its synonyms find nothing more"


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("ระบายน้ำ", "/agencies/"),
        ("คลองสามวา", "/areas/1046/"),
        ("เขตคลองสามวา", "/areas/1046/"),
        ("Khlong Sam Wa", "/areas/1046/"),
        ("2563", "/years/2563/"),
        ("ปี 63", "/years/2563/"),
    ],
)
def test_areas_agencies_and_years_answer_before_the_projects(driver: Driver, base: str, query: str, path: str) -> None:
    driver.open(f"{base}/search/?q={quote(query)}")
    results(driver)
    driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
    links = driver.run("return [...document.querySelectorAll('#groups > li > a')].map((link) => link.href)")
    assert links
    assert links[0].startswith(base + path)
    texts = driver.run("return [...document.querySelectorAll('#groups li:has(> a)')].map((item) => item.textContent)")
    assert all(re.search(r"[^0-9]\d+ โครงการ$", text) for text in texts)
    status = driver.run("return fetch(argument).then((response) => response.status)", links[0])
    assert status == 200


def test_where_nothing_is_found_the_page_says_which_word_to_leave_out(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('ดอนเมือง xyzzyq')}")
    assert results(driver)[0] == "ไม่พบโครงการ"
    driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
    said = driver.run("return document.querySelector('#failed').textContent")
    assert "ไม่มีคำว่า “xyzzyq” อยู่ในข้อมูล" in said
    number = re.search(r"ออก จะพบ (\d+) โครงการ", said)
    assert number
    driver.run("document.querySelector('#failed a').click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 500))")
    assert results(driver)[0] == f"พบ {number[1]} โครงการ"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("flood", "ไม่มีคำว่า “flood” อยู่ในข้อมูล และไม่มีคำที่ความหมายเดียวกัน คือ น้ำท่วม"),
        ("xyzzyq", "ไม่มีคำว่า “xyzzyq” อยู่ในข้อมูล"),
    ],
)
def test_a_word_that_stands_nowhere_is_said_with_words_that_do(
    driver: Driver, base: str, query: str, said: str
) -> None:
    driver.open(f"{base}/search/?q={query}")
    assert results(driver)[0] == "ไม่พบโครงการ"
    driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
    assert driver.run("return document.querySelector('#failed').textContent").startswith(said)
    driver.run("document.querySelector('#tips a').click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 500))")
    assert results(driver)[1]


def test_a_word_within_what_was_typed_is_offered_where_the_whole_stands_nowhere(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('ถนนพัง')}")
    assert results(driver)[0] == "ไม่พบโครงการ"
    driver.run("await new Promise((resolve) => setTimeout(resolve, 1000))")
    said = driver.run("return document.querySelector('#failed').textContent")
    number = re.search(r"ถ้าค้นเฉพาะ “ถนน” จะพบ (\d+) โครงการ", said)
    assert number, said
    driver.run("document.querySelector('#failed a').click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 500))")
    assert results(driver)[0] == f"พบ {number[1]} โครงการ"


def test_what_lies_across_two_words_is_not_taken_for_what_was_meant(driver: Driver, base: str) -> None:
    # One letter from "กล้อง" is "กป้อง", which stands in "สำนักป้องกัน" and is no word.
    driver.open(f"{base}/search/?q={quote('กล้อง')}")
    assert results(driver) == ("ไม่พบโครงการ", [])


def test_a_word_of_most_projects_is_not_offered_where_nothing_is_found(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('ถนนพระราม2')}")
    assert results(driver)[0] == "ไม่พบโครงการ"
    driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
    assert driver.run("return document.querySelector('#failed').textContent").strip() == "ไม่มีคำว่า “ถนนพระราม” อยู่ในข้อมูล"


def test_pages_of_areas_and_agencies_answer_only_where_no_filter_is_chosen(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?area=1046&q={quote('คลอง')}")
    results(driver)
    assert driver.run("return document.querySelector('#groups').hidden")


def test_only_in_names_is_offered_only_for_words(driver: Driver, base: str) -> None:
    for query, offered in (("min=100000000", False), (f"q={quote('คลอง')}", True)):
        driver.open(f"{base}/search/?{query}")
        results(driver)
        assert driver.run("return document.querySelector('#only-names').checkVisibility()") is offered


def test_where_names_alone_hold_nothing_one_tap_searches_the_rest(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?names=1&area=1046&q={quote('คลอง')}")
    assert results(driver)[0] == "ไม่พบโครงการ"
    driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
    driver.run("[...document.querySelectorAll('#failed a')].find((a) => a.textContent.includes('เฉพาะในชื่อ')).click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 500))")
    assert results(driver)[1]
    assert asked(driver).keys() == {"q", "area"}


def test_where_filters_leave_nothing_one_tap_drops_them(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('ดอนเมือง')}")
    count, _ = results(driver)
    for filters in ("&year=2560", "&names=1&year=2566"):
        driver.open(f"{base}/search/?q={quote('ดอนเมือง')}{filters}")
        assert results(driver)[0] == "ไม่พบโครงการ"
        driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
        driver.run("document.querySelector('#failed li:last-child a').click()")
        driver.run("await new Promise((resolve) => setTimeout(resolve, 500))")
        assert results(driver)[0] == count
        assert asked(driver).keys() == {"q"}


def test_the_query_is_in_the_title_and_goes_with_the_language(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('คลอง')}&page=2")
    results(driver)
    assert driver.run("return document.title").startswith("คลอง (หน้า 2) · ค้นหาโครงการ")
    shown = driver.run("return document.querySelector('#range').textContent")
    whole = re.fullmatch("11–20 จาก ([0-9]+) ชื่อ", shown)
    assert whole, shown
    count = re.search("[0-9]+", results(driver)[0])
    assert count
    assert int(count[0]) > int(whole[1])
    assert driver.run("return [...document.querySelectorAll('#result-pages a')].map((link) => link.textContent)") == [
        "‹",
        *map(str, range(1, (int(whole[1]) - 1) // 10 + 2)),
        "›",
    ]
    driver.run("document.querySelector('a.language').click()")
    time.sleep(1)
    assert driver.run("return document.documentElement.lang") == "en"
    assert results(driver)[0] == f"{count[0]} projects found"
    assert driver.run("return document.activeElement.id") == "found"


@pytest.mark.parametrize(("first", "second"), [*PAIRS, MANY])
def test_a_query_weighs_little(chromium: Browser, real_site: Path, first: str, second: str) -> None:
    with closing(chromium.new_context()) as context:
        loaded = weights(Chromium(context.new_page()), real_site, first, second)
    assert loaded[0] <= 150_000
    assert loaded[1] <= 60_000
    assert not any("pagefind.js" in path for path in Host.paths)


def test_pagefind_comes_once_for_all_years(chromium: Browser, real_site: Path) -> None:
    script = """
        const { askedFor, find, rank } = await import(argument[0]);
        for (const query of argument[1]) await rank(await find(query), await askedFor(query));
    """
    with closing(chromium.new_context()) as context, served(real_site) as base:
        Host.paths.clear()
        driver = Chromium(context.new_page())
        driver.open(base + "/search/")
        driver.run(script, [asset(real_site, "search-index"), MANY])
    engine = [path for path in Host.paths if path.endswith((".pagefind", "pagefind.js", "pagefind-worker.js"))]
    assert sorted(path.rsplit("/", 1)[1] for path in engine) == [
        "pagefind-worker.js",
        "pagefind.js",
        "wasm.unknown.pagefind",
    ]
    assert len({path.split("/")[2] for path in Host.paths if path.endswith(".pf_meta")}) > 1


@pytest.mark.parametrize("query", ["!!!", "教", "... --"])
@pytest.mark.parametrize("filter", ["", "&progress=yes", "&sort=budget"])
def test_signs_alone_are_found_nowhere_and_the_page_says_so(driver: Driver, base: str, query: str, filter: str) -> None:
    driver.open(f"{base}/search/?q={quote(query)}{filter}")
    assert results(driver) == ("ไม่พบโครงการ", [])
    assert driver.run("return document.querySelector('#tips').hidden") is False


def test_the_address_is_the_search_and_back_goes_back(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('กรุงเทพ')}&budget=yes&sort=budget&page=2")
    count, titles = results(driver)
    assert count.startswith("พบ ")
    assert driver.run("return ['q', 'budget', 'sort'].map((n) => document.forms.search.elements[n].value)") == [
        "กรุงเทพ",
        "yes",
        "budget",
    ]
    assert driver.run("return document.querySelector('#results').start") == 11
    driver.run("document.querySelector('#result-pages a').click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
    assert "page" not in asked(driver)
    first_page = results(driver)[1]
    assert first_page != titles
    driver.run("history.back(); await new Promise((resolve) => setTimeout(resolve, 500))")
    assert asked(driver)["page"] == ["2"]
    assert results(driver)[1] == titles


def test_the_box_of_any_page_is_used_by_keyboard_alone(driver: Driver, base: str) -> None:
    driver.open(base + "/agencies/")
    for _ in range(8):
        driver.press("Tab")
        if driver.run("return document.activeElement.id") == "box":
            break
    driver.press(*"ระบายน้ำ", "Enter")
    time.sleep(1)
    assert asked(driver)["q"] == ["ระบายน้ำ"]
    count, titles = results(driver)
    assert count != "ไม่พบโครงการ"
    assert titles
    driver.run("document.querySelector('#q').focus()")
    driver.press(*"xyz")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 600))")
    assert asked(driver)["q"] == ["ระบายน้ำxyz"]
    assert results(driver) == ("ไม่พบโครงการ", [])
    assert driver.run("return document.querySelector('#tips').hidden") is False


def choose(driver: Driver, name: str, value: str) -> None:
    """Choose a value of a filter as a reader does, and wait."""
    script = """
        const [name, value] = argument;
        const field = document.forms.search.elements[name];
        field.value = value;
        const changed = field.options ? field : [...field].find((option) => option.checked);
        changed.dispatchEvent(new Event("change", { bubbles: true }));
        await new Promise((resolve) => setTimeout(resolve, 400));
    """
    driver.run(script, [name, value])


COUNTS = """
    const field = document.forms.search.elements[argument];
    const options = [...(field.options ?? field)].slice(1);
    const text = (option) => (option.type === "radio" ? option.parentElement : option).textContent;
    return options.map((option) => [option.value, Number(text(option).match(/([0-9,]+)[)]?$/)?.[1]), option.disabled]);
"""
"""Of each value of a filter: how many projects it leaves, and whether it cannot be chosen."""


@pytest.mark.parametrize("name", ["progress", "status", "year", "area", "min", "max"])
def test_filters_show_how_many_they_leave_and_none_leaves_nothing(driver: Driver, base: str, name: str) -> None:
    driver.open(f"{base}/en/search/?q={quote('คลอง')}")
    results(driver)
    driver.run("await new Promise((resolve) => setTimeout(resolve, 300))")
    counts = driver.run(COUNTS, name)
    assert all(disabled == (count == 0) for _, count, disabled in counts)
    value, count = next((value, count) for value, count, _ in counts if count)
    choose(driver, name, value)
    assert results(driver)[0] == ("1 project found" if count == 1 else f"{count} projects found")
    assert asked(driver)[name] == [value]
    others = {value: count for value, count, _ in driver.run(COUNTS, name)}
    assert others == {value: count for value, count, _ in counts}, "a filter does not change its own counts"
    driver.run("document.querySelector('#chosen a').click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 400))")
    assert asked(driver).keys() == {"q"}


def test_filters_count_all_projects_before_anything_is_typed(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 1500))")
    rows = rows_of(ROOT, "projects")
    counts = driver.run(COUNTS, "progress")
    given = sum(row["progress_percent"] != "" for row in rows)
    assert [count for _, count, _ in counts] == [given, len(rows) - given]


@pytest.mark.parametrize(
    ("least", "below"), [("1000000", ""), ("1000000", "10000000"), ("100000000", ""), ("", "1000000")]
)
def test_a_range_of_money_stands_in_the_address(driver: Driver, base: str, least: str, below: str) -> None:
    amounts = [float(row["budget_received"]) for row in rows_of(ROOT, "projects") if row["budget_received"]]
    inside = [amount for amount in amounts if float(least or 0) <= amount < float(below or "inf")]
    driver.open(f"{base}/search/?min={least}&max={below}&sort=budget")
    count, _ = results(driver)
    assert count == f"พบ {len(inside)} โครงการ"


def test_filters_stand_open_beside_the_results_and_on_a_phone_in_a_sheet(base: str, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{base}/search/?q={quote('คลอง')}&year=2566")
    expect(page.locator("#count")).to_have_text(re.compile(r"^พบ \S+ โครงการ$"))
    assert page.locator("#filter-agency").is_visible()
    assert not page.locator("#open-filters").is_visible()
    box, found = page.locator("#filters").bounding_box(), page.locator("#results").bounding_box()
    assert box is not None
    assert found is not None
    assert box["x"] + box["width"] < found["x"]
    page.set_viewport_size({"width": 360, "height": 800})
    assert not page.locator("#filter-agency").is_visible()
    assert page.locator("#open-filters").text_content() == "ตัวกรอง (1)"
    page.locator("#open-filters").click()
    page.locator("[name=progress][value=yes]").check()
    expect(page.locator("#open-filters")).to_have_text("ตัวกรอง (2)")
    expect(page.locator("#show")).to_have_text(re.compile(r"^ดูผลการค้นหา \([0-9]+\)$"))
    page.locator("#show").click()
    assert not page.locator("#filter-agency").is_visible()
    assert page.evaluate("document.activeElement.id") == "open-filters"
    page.close()


def test_to_clear_the_filters_leaves_what_was_typed(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('คลอง')}&min=1000000&names=1&sort=budget")
    results(driver)
    driver.run("document.querySelector('[type=reset]').click()")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 400))")
    assert asked(driver) == {"q": ["คลอง"]}
    assert driver.run("return document.forms.search.elements.q.value") == "คลอง"
    assert driver.run("return document.querySelector('#chosen').hidden")


@pytest.mark.parametrize("path", ["/search/?q=คลอง", "/en/search/?q=คลอง", "/search/?q=อาหาร&sort=budget"])
def test_what_answers_begins_in_the_first_third_of_a_phone(base: str, chromium: Browser, path: str) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    page.goto(base + path)
    expect(page.locator("#count")).to_have_text(re.compile(r"^(พบ )?[0-9]+ (โครงการ|projects found)$"))
    first = page.locator("#groups li, #results li").filter(visible=True).first.bounding_box()
    assert first is not None
    assert first["y"] < 270
    page.close()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_before_anything_is_typed_every_link_leads_to_something(driver: Driver, base: str, prefix: str) -> None:
    driver.open(f"{base}{prefix}/search/")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 1000))")
    links = driver.run("return [...document.querySelectorAll('#start a')].map((link) => link.href)")
    assert driver.run("return document.querySelectorAll('#start .projects > li').length") > 3
    assert driver.run("return document.querySelectorAll('#start .moves > li').length") > 0
    searches = [link for link in links if "/search/?" in link]
    assert len(searches) > 3
    for link in links:
        if link not in searches:
            assert driver.run("return fetch(argument).then((response) => response.status)", link) == 200, link
    for link in searches:
        driver.open(link)
        assert results(driver)[1], link
        assert driver.run("return getComputedStyle(document.querySelector('#start')).display") == "none"


def test_projects_of_one_name_are_one_result_that_unfolds(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('ครอบครัวรักการอ่าน')}")
    count, titles = results(driver)
    assert len(titles) == len(set(titles))
    script = "return [...document.querySelectorAll('#results .same:not([hidden]) a')].map((link) => link.href)"
    others = driver.run(script)
    assert len(set(others)) == len(others) > 30
    assert count == f"พบ {len(titles) + len(others)} โครงการ"
    summary = driver.run("return document.querySelector('#results .same:not([hidden]) summary').textContent")
    assert re.fullmatch(r"ชื่อเดียวกันอีก [0-9]+ โครงการ รวม [0-9]+ หน่วยงาน", summary)


def test_a_result_says_its_status_what_was_observed_and_where_it_matched(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('04160000-6961')}")
    results(driver)
    state = driver.run("return document.querySelector('#results [data-part=state]').textContent")
    assert re.fullmatch("ตัวเลขคืบหน้า.*ข้อสังเกต: .*ใช้เงินเร็วกว่าความคืบหน้า.*", state)
    driver.open(f"{base}/en/search/?q={quote('สำนักงานเขตคลองสามวา')}")
    results(driver)
    match = driver.run("return document.querySelector('#results [data-part=match]').textContent")
    assert match.endswith("สำนักงานเขตคลองสามวา")


def test_the_title_says_what_is_asked_also_by_filters_alone(driver: Driver, base: str) -> None:
    driver.open(f"{base}/en/search/?min=1000000&status=full_figure")
    results(driver)
    title = driver.run("return document.title")
    assert title.startswith("Budget received, at least: 1 million baht, Figure: 100% done · Search projects")


def test_the_place_is_kept_where_the_browser_keeps_no_page(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('ครอบครัว')}")
    results(driver)
    driver.run("document.querySelector('.same:not([hidden])').open = true; scrollTo(0, 900)")
    # A page that listens for this is not kept by a browser.
    driver.run("addEventListener('unload', () => {})")
    driver.run("await new Promise((resolve) => setTimeout(resolve, 200))")
    driver.open(f"{base}/agencies/")
    driver.run("setTimeout(() => history.back())")
    time.sleep(2)
    results(driver)
    assert abs(driver.run("return scrollY") - 900) < 3
    assert driver.run("return document.querySelector('.same:not([hidden])').open")


def test_after_a_search_the_focus_is_at_the_results(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/")
    driver.run("document.querySelector('#q').focus()")
    driver.press(*"คลอง", "Enter")
    results(driver)
    driver.run("await new Promise((resolve) => setTimeout(resolve, 500))")
    assert driver.run("return document.activeElement.id") == "found"


def test_observations_narrow_what_is_found(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?signal=budget_spent_but_unfinished")
    count, titles = results(driver)
    assert count == "พบ 3 โครงการ"
    assert "โครงการสร้างสังคมพหุวัฒนธรรมร่วมกับเมืองพี่เมืองน้อง" in titles
    options = driver.run("return [...document.querySelector('#filter-signal').options].map((o) => o.textContent)")
    assert "ใช้เงินเร็วกว่าความคืบหน้า (1)" in options


def test_what_matched_is_marked_and_named(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('แลกเปลี่ยนเยาวชน')}")
    results(driver)
    script = "const row = document.querySelector('#results > li');"
    # The page that has the text is read once the result is on the screen.
    wait = "while (!row.querySelector('mark')) await new Promise((resolve) => setTimeout(resolve, 50));"
    match = driver.run(script + wait + "return row.querySelector('[data-part=match]').textContent")
    assert match.startswith("พบใน หลักการและเหตุผล: …")
    assert driver.run(script + "return row.querySelector('mark').textContent") == "แลกเปลี่ยนเยาวชน"
    driver.open(f"{base}/search/?q={quote('สํานักการศึกษา')}")
    results(driver)
    assert driver.run(script + "return row.querySelector('mark').textContent") == "สำนักการศึกษา"


def test_the_list_is_downloaded_as_csv(driver: Driver, base: str) -> None:
    driver.open(f"{base}/search/?q={quote('เมืองอาหารปลอดภัย')}&progress=yes")
    count, _ = results(driver)
    script = """
        let blob;
        const make = URL.createObjectURL;
        URL.createObjectURL = (one) => { blob = one; return make.call(URL, one); };
        HTMLAnchorElement.prototype.click = () => {};
        document.querySelector("#download").click();
        return [...new Uint8Array(await blob.arrayBuffer())];
    """
    data = bytes(driver.run(script))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0][:4] == ["รหัสโครงการ", "ชื่อโครงการ", "หน่วยงาน", "ปีงบประมาณ"]
    assert count == f"พบ {len(rows) - 1} โครงการ"
    known = {row["project_id"]: row for row in rows_of(ROOT, "projects")}
    for row in rows[1:]:
        project = known[row[0]]
        assert row[1] == project["title"]
        assert row[3:7] == [project[n] for n in ("fiscal_year", "budget_received", "budget_spent", "progress_percent")]
        assert row[7] == f"{base}/projects/{row[0]}/"


def test_the_search_fits_a_phone_and_says_nothing_in_the_console(driver: Driver, base: str) -> None:
    driver.resize(360, 800)
    driver.complaints()
    driver.open(f"{base}/search/?q={quote('กรุงเทพมหานคร')}&year=2566&sort=report")
    assert results(driver)[0].startswith("พบ ")
    assert driver.run("return document.documentElement.scrollWidth") <= 360
    assert (driver.complaints(), asked_elsewhere(driver, base)) == ([], set())
    driver.resize(1280, 720)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("width", [320, 390])
def test_results_fit_a_phone_with_text_of_twice_the_size(driver: Driver, base: str, prefix: str, width: int) -> None:
    driver.resize(width, 844)
    driver.open(f"{base}{prefix}/search/?year=2566&q={quote('คลอง')}")
    results(driver)
    driver.run(LARGE_TEXT)
    assert driver.run("return document.documentElement.scrollWidth") <= width
    # A line of the count holds a word of it, not a letter.
    height, line = driver.run(
        "const count = document.querySelector('#count');"
        "return [count.getBoundingClientRect().height, parseFloat(getComputedStyle(count).lineHeight)]"
    )
    assert height < 3 * line


def test_results_do_not_move_what_stands_around_them(base: str, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{base}/search/")
    observe = """() => { window.shift = 0; const add = (list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value; };
        new PerformanceObserver(add).observe({ type: "layout-shift" }); }"""
    page.evaluate(observe)
    page.locator("#q").press_sequentially("กรุงเทพ", delay=40)
    expect(page.locator("#count")).to_have_text(re.compile(r"^พบ \S+ โครงการ$"))
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.02
    page.close()
