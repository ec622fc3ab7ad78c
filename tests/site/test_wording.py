"""What the words of the pages keep to, in whatever sentence or table they stand."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from tests.pages import page, pages, text

FILES = "code, pre, script, style, td[data-label=ตัวอย่าง], td[data-label=Example]"
"""What is written as a file or an address has it."""


def lines(html: Html, selector: str) -> list[str]:
    return [text(node) for node in html.css(selector)]


def said(site: Path, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The text of each page, of the whole site or of one language."""
    for name, html in pages(site):
        if name.startswith(prefix):
            for node in html.css(FILES):
                node.decompose()
            yield name, text(html.css_first("main"))


def test_a_percentage_is_never_written_before_its_unit(any_site: Path) -> None:
    wrong = re.compile(r"\d\s*(?:ร้อยละ|เปอร์เซ็นต์)\s*$|\d\s*% (?:ร้อยละ|เปอร์เซ็นต์)")
    for name, html in pages(any_site):
        found = [line for line in lines(html, "dd, td, figcaption span, .standing p") if wrong.search(line)]
        assert not found, (name, found)
        description = html.css_first("meta[name=description]")
        assert description is None or not wrong.search(description.attributes["content"] or ""), name


def test_a_percentage_stands_on_the_page_in_the_words_of_its_language(sample_site: Path) -> None:
    for prefix, amount in (("", "ร้อยละ 100"), ("en/", "100%")):
        revised = page(sample_site, f"{prefix}projects/91000000-3001/index.html").css("tr:has(> th > time)")
        assert any(amount in text(row) for row in revised)
    people = lines(page(sample_site, "en/projects/92000000-3001/index.html"), "dl.figures dd")
    assert "3,000 คน" in people


def test_no_year_has_a_separator_where_limits_are_written(sample_site: Path) -> None:
    for prefix in ("", "en/"):
        for name in ("data", "data/quality"):
            told = text(page(sample_site, f"{prefix}{name}/index.html").css_first("main"))
            assert not re.search(r"(?:ไม่น้อยกว่า|ไม่เกิน|At least|At most) 2,\d\d\d\b(?!,)", told)
            assert re.search(r"(?:ไม่น้อยกว่า|At least) 2500\b", told)
            assert "1,000,000,000,000" in told


def test_no_thai_page_has_a_date_as_files_write_it(any_site: Path, history_site: Path) -> None:
    iso = re.compile(r"(?<![\w-])(?:19|2[0-4])\d\d-[01]\d-[0-3]\d(?![\w-])")
    for site in (any_site, history_site):
        for name, words in said(site):
            if not name.startswith("en/"):
                assert not iso.search(words.replace("2023-01-31T09:30:00", "")), name


def test_a_citation_has_the_dates_of_its_language_on_every_page(sample_site: Path) -> None:
    for prefix in ("", "en/"):
        known = page(sample_site, f"{prefix}data/index.html")
        assert ". ข้อมูล ณ วันที่ 30 กันยายน 2567 – 31 สิงหาคม 2569. " in text(known.css_first("#cite-th"))
        assert ". Data as of 30 September 2024 – 31 August 2026. " in text(known.css_first("#cite-en"))


def test_the_author_of_a_citation_is_who_made_the_data(sample_site: Path) -> None:
    data = page(sample_site, "data/index.html")
    assert text(data.css_first("#cite-th")).startswith("ผู้จัดทำข้อมูลสมมติ. (")
    assert text(data.css_first("#cite-en")).startswith("Authors of the fictional data. (")


def test_the_readme_of_the_zip_has_the_dates_of_its_language(sample_site: Path) -> None:
    (archive,) = (sample_site / "data").glob("*-projects.zip")
    with zipfile.ZipFile(archive) as files:
        (name,) = (name for name in files.namelist() if name.endswith("README.md"))
        words = files.read(name).decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "ข้อมูล ณ วันที่: 30 กันยายน 2567 – 31 สิงหาคม 2569" in words
    assert "30 September 2024 – 31 August 2026" in words
    assert "มีข้อมูลงบประมาณ" in words


_NOUNS = "project|month|release|row|rule|character|change|report|project-month|day|time|cell|value"

PLURAL_OF_ONE = re.compile(rf"(?<![\w.,/–-])1 (?:{_NOUNS})s\b")


def test_one_is_followed_by_no_plural(any_site: Path) -> None:
    for name, words in said(any_site, "en/"):
        assert not PLURAL_OF_ONE.search(words), (name, PLURAL_OF_ONE.search(words))


ELSEWHERE = {
    "th": {
        "พบ, ไม่พบ, ตรวจไม่ได้": ["เข้าข่าย", "บอกไม่ได้"],
        "คำอธิบายที่เป็นไปได้": ["อาจไม่มีอะไรผิด"],
        "วันที่ของข้อมูล": ["ไม่ทราบวันที่ของตัวเลข", "เป็นของวันใด"],
        "วันสิ้นสุดตามแผน": ["วันแล้วเสร็จ", "เสร็จหลังสุด"],
        "รายงานล่าสุดถึง": ["ไม่มีรายงานหลัง"],
        "ขาดการรายงาน": ["ขาดรายงาน"],
        "ยังไม่มีรายงานผลใด ๆ": ["ไม่มีผลงานและ"],
        "ของงบฯ ที่ได้รับ": ["ของที่ได้รับ", "ของที่เข้า"],
        "เรียงจาก": ["ปีล่าสุดก่อน", "มากที่สุดก่อน"],
        "เลื่อนเร็วขึ้น": ["เลื่อนเข้ามา"],
        "ปีงบประมาณ": ["ปี: ปีงบประมาณ"],
        "สัดส่วน": ["ส่วนแบ่ง"],
        "คีย์": ["กุญแจ"],
        "บัญชีข้อมูล": ["บัญชีรายการ"],
        "ข้อมูลส่วนบุคคล": ["ข้อมูลส่วนตัว"],
        "ตามต้นฉบับ": ["ตามที่เป็น"],
        "ค.ศ.": ["คริสต์ศักราช"],
        "ข้อมูลแบบทันที": ["ข้อมูลสด"],
        "บันทึกเป็นรุ่น": ["บันทึกในคลัง"],
    },
    "en": {
        "found": ["oncerned", "looked at"],
        "cannot be checked": ["cannot be said", "Cannot be said", "annot tell"],
        "possible explanation": ["innocent"],
        "date of the data": ["date of these figures", "day of the figures", "figures as of", "Figures of "],
        "missing": ["Lacks"],
        "last reported up to": ["no report since"],
        "reports stopped": ["fell silent", "Fell silent", "fallen silent"],
        "amounts changed": ["Money moved", "Dates moved"],
        "of the budget received": ["of what was received"],
        "data set": ["data package", "Data package “"],
        "developers": ["or programs"],
        "corrected": ["mended", "do not mend"],
        "Common Era": ["common era"],
        "plural forms": ["(s)", "projects projects"],
    },
}
"""By language and by the term of the glossary, words that said the same in other places, or something false."""


def phrases(html: Html) -> str:
    """What a page says in its title, to search engines and on the page."""
    for node in html.css(FILES):
        node.decompose()
    description = html.css_first("meta[name=description]")
    said_elsewhere = (description.attributes["content"] or "") if description else ""
    return f"{text(html.css_first('title'))} | {said_elsewhere} | {text(html.css_first('body'))}"


@pytest.mark.parametrize("language", ELSEWHERE)
def test_each_thing_has_one_name_on_all_pages(any_site: Path, history_site: Path, language: str) -> None:
    wrong = {
        (term, word): name
        for site in (any_site, history_site)
        for name, html in pages(site)
        if name.startswith("en/") == (language == "en")
        for words in [phrases(html)]
        for term, old in ELSEWHERE[language].items()
        for word in old
        if word in words
    }
    assert not wrong
