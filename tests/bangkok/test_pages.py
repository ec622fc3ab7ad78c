"""What the published pages say, read from the files of a real build."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from portal.core import formats

from tests.bangkok.shipped import table_rows
from tests.pages import page, provenance, text

REFERENCE = "projects/04160000-6961/index.html"
CITY_LABELS = [
    *["รหัสโครงการ", "ปี", "ชื่อโครงการ", "Policy ID", "Branch ID", "Kpi ID", "งบฯ ที่ได้รับ (บาท)", "งบฯ ที่ใช้ไป (บาท)"],
    *["คืบหน้าล่าสุด", "หน่วยงาน", "Start Date", "Finish Date", "หลักการและเหตุผล", "วัตถุประสงค์", "เป้าหมาย", "ผู้รับผิดชอบ"],
    *["ผู้ตรวจประเมิน", "หมายเหตุ", "นโยบาย ผว.", "ค่าน้ำหนัก", "เป้าหมายโครงการ", "ผลการดำเนินการ", "หน่วยนับ"],
    *["อธิบายรายละเอียดความคืบหน้า", "ประวัติการปรับปรุงข้อมูล", "วันที่", "เวลา", "ชื่อผู้ใช้", "กระทำ", "สอดคล้องตามนโยบาย"],
    *["เริ่มต้น", "สิ้นสุด", "ความคืบหน้าล่าสุด", "วันที่รายงาน", "ความคืบหน้า", "สถานะโครงการ", "ปัญหาอุปสรรค", "รายละเอียด", "พิมพ์ PDF"],
    *(f"ผลงานเดือนที่ {month}" for month in range(1, 13)),
]
"""The labels of the city's own page of the reference project."""


def project_ids() -> list[str]:
    return [row["project_id"] for row in table_rows("projects")]


def test_every_project_has_a_page_in_both_languages(real_site: Path) -> None:
    ids = project_ids()
    for prefix in ("", "en/"):
        published = {path.parent.name for path in (real_site / prefix / "projects").glob("*/index.html")}
        assert published == {*ids, "by-name", "largest", "least-progress", "latest-reports"}


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_who_knows_an_agency_by_name_needs_no_table(real_site: Path, prefix: str) -> None:
    agencies = page(real_site, f"{prefix}agencies/index.html")
    by_name = [link.attributes["href"] for link in agencies.css("details.names a")]
    published = {path.parent.name for path in (real_site / prefix / "agencies").glob("*/index.html")}
    assert {str(href).split("/")[-2] for href in by_name} == published


def test_the_tables_of_agencies_are_of_those_with_projects_and_name_the_others(real_site: Path) -> None:
    agencies = page(real_site, "agencies/index.html")
    assert all(cell.attributes["data-sort"] != "0" for cell in agencies.css("td.number"))
    others = next(node for node in agencies.css("p.basis") if text(node).startswith("ไม่มีโครงการในชุดข้อมูล:"))
    with_projects = {row["agency_id"] for row in table_rows("projects")}
    assert {str(link.attributes["href"]).split("/")[-2] for link in others.css("a")} == {
        row["agency_id"] for row in table_rows("agencies") if row["agency_id"] not in with_projects
    }


def test_the_reference_page_shows_every_label_of_the_city(real_site: Path) -> None:
    main = text(page(real_site, REFERENCE).css_first("main"))
    assert [label for label in CITY_LABELS if label not in main] == []


def test_the_reference_page_says_where_the_project_stands_and_does_not_call_it_late(real_site: Path) -> None:
    thai = text(page(real_site, REFERENCE).css_first(".standing p"))
    assert thai == (
        "งาน: รายงานล่าสุด เดือนกุมภาพันธ์ 2566 (เดือนที่ 5 ของปีงบประมาณ) ทำได้ 45% ของเป้าหมาย "
        "เงิน: บันทึกว่าใช้งบประมาณหมดแล้วทั้ง 1,500,000 บาท "
        "กำหนดเวลา: กำหนดแล้วเสร็จ 30 กันยายน 2566 แต่ไม่ทราบวันที่ของข้อมูล จึงตรวจไม่ได้ว่าล่าช้าหรือไม่"
    )
    english = text(page(real_site, f"en/{REFERENCE}").css_first(".standing p"))
    assert english == (
        "Work: It last reported for fiscal month 5 (February 2023): 45% of its target. "
        "Money: Its whole budget of 1,500,000 baht is recorded as spent. "
        "Time: It was due on 30 September 2023, but the date of the data is not known, "
        "so whether it is late cannot be checked."
    )
    meta = page(real_site, REFERENCE).css_first("meta[name=description]").attributes["content"] or ""
    assert [part.split(":")[0] for part in meta.split(" · ")] == ["งาน", "เงิน", "กำหนดเวลา"]


def test_the_reference_page_comes_in_the_order_that_a_citizen_wants(real_site: Path) -> None:
    html = page(real_site, REFERENCE)
    assert [node.attributes["id"] for node in html.css("main h2")] == [
        "standing",
        "signals",
        "glance",
        "history",
        "about",
        "next",
        "origin",
        "correct",
    ]
    assert [node.attributes["id"] for node in html.css("section[aria-labelledby=history] h3")] == [
        "monthly",
    ]
    (standing,) = html.css(".standing + *")
    assert "project-actions" in (standing.attributes["class"] or "")


def test_what_can_be_done_with_a_page_stands_below_its_status(real_site: Path) -> None:
    actions = page(real_site, REFERENCE).css_first(".project-actions")
    links = {text(link): link.attributes["href"] or "" for link in actions.css("a")}
    assert list(links) == ["ส่งทาง LINE", "แจ้งแก้ไขข้อมูล"]
    shared = urlsplit(links["ส่งทาง LINE"])
    assert shared.netloc == "social-plugins.line.me"
    assert parse_qs(shared.query)["url"] == ["https://projects.bangkok.example/projects/04160000-6961/"]
    assert page(real_site, REFERENCE).css_first(links["แจ้งแก้ไขข้อมูล"]).css_first("a[href^=mailto]")
    assert [text(button) for button in actions.css("button")] == ["แชร์", "พิมพ์ PDF"]


def test_long_texts_and_fields_without_a_value_are_folded_and_lose_nothing(real_site: Path) -> None:
    html = page(real_site, REFERENCE)
    row = next(row for row in table_rows("projects") if row["project_id"] == "04160000-6961")
    first = html.css_first("#rationale + .prose")
    fold = first.css_first("details.fold")
    shown, rest = (sum(len(text(p)) for p in node) for node in (first.css(".prose > p"), fold.css("p, li")))
    assert 200 < shown < 350 < rest
    fold.css_first("summary").decompose()
    assert text(first).replace(" ", "") == "".join(row["rationale"].split())
    blank = html.css_first("details.blank")
    assert text(blank.css_first("summary")) == "ไม่มีข้อมูล 21 ช่อง"
    assert sum(text(line).count(" · ") + 1 - len(line.css("strong")) for line in blank.css("p")) >= 21


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_a_page_without_long_texts_has_at_most_30_kib(real_site: Path, prefix: str) -> None:
    long = ("rationale", "objectives", "targets", "remarks", "progress_description")
    short = [row["project_id"] for row in table_rows("projects") if sum(len(row[name]) for name in long) < 300]
    sizes = {i: (real_site / prefix / "projects" / i / "index.html").stat().st_size for i in short}
    assert len(sizes) > 100
    assert max(sizes.values()) <= 30 * 1024


def test_projects_of_one_name_stand_side_by_side_on_a_page_of_their_own(real_site: Path) -> None:
    rows = [row for row in table_rows("projects") if row["title"] == "ค่าใช้จ่ายโครงการกรุงเทพมหานครเขตปลอดบุหรี่"]
    first = page(real_site, f"projects/{rows[0]['project_id']}/index.html")
    (link,) = [a for a in first.css("section[aria-labelledby=next] a") if text(a) == f"ดูทั้ง {len(rows)} โครงการที่ใช้ชื่อนี้"]
    html = page(real_site, unquote(link.attributes["href"] or "")[1:] + "index.html")
    linked = [a.attributes["href"] for a in html.css("table.named th a")]
    assert set(linked) == {f"/projects/{row['project_id']}/" for row in rows}
    amounts = {f"/projects/{row['project_id']}/": Fraction(row["budget_received"] or 0) for row in rows}
    assert [amounts[str(href)] for href in linked] == sorted(amounts.values(), reverse=True)
    widths = [float(bar.attributes["width"] or "") for bar in html.css("table.named .bar")]
    expected = [float(100 * amounts[str(href)] / max(amounts.values())) for href in linked if amounts[str(href)]]
    assert widths == pytest.approx(expected, abs=0.01)


def test_a_month_without_report_is_shown_as_missing_and_not_as_zero(real_site: Path) -> None:
    rows = [text(row) for row in page(real_site, REFERENCE).css("table.months tbody tr")]
    assert rows[4] == "ผลงานเดือนที่ 5 กุมภาพันธ์ 2566 45"
    assert rows[5] == "ผลงานเดือนที่ 6 มีนาคม 2566 ไม่มีรายงาน"
    chart = page(real_site, REFERENCE).css_first(".chart svg")
    drawn = [(chart.css_first(f"path.{kind}").attributes["d"] or "").count("z") for kind in ("column", "missing")]
    assert drawn == [5, 7]


def test_a_project_with_hardly_any_value_says_so_in_each_place(real_site: Path) -> None:
    main = page(real_site, "projects/B66-0404003-P03-1700/index.html").css_first("main")
    blank = text(main.css_first("details.blank .labels"))
    assert blank.endswith(": ไม่มีข้อมูล")
    assert blank.count(" · ") > 8
    assert len(main.css(".no-data")) > 5
    # Neither in a figure nor in a sentence; the words of the observations name 100% and the like.
    for section in main.css("section:not([aria-labelledby=signals])"):
        assert " 0%" not in text(section)
    assert "ไม่มีข้อมูลวันสิ้นสุดตามแผน" in text(main)


def test_progress_money_and_time_stand_on_one_scale(real_site: Path, sample_site: Path) -> None:
    def bars(html: Html) -> list[tuple[str, str | None]]:
        rows = html.css(".standing .comparison > div")
        widths = [row.css_first(".bar") for row in rows]
        assert len({scale.attributes["viewBox"] for row in rows for scale in row.css("svg")}) == 1
        return [(text(row), bar and bar.attributes["width"]) for row, bar in zip(rows, widths, strict=True)]

    assert bars(page(real_site, REFERENCE)) == [
        ("คืบหน้า 45%", "45.0"),
        ("เงินที่ใช้ 100% ของงบฯ ที่ได้รับ", "100.0"),
        ("เวลาที่ผ่านไป ตรวจไม่ได้", None),
    ]
    late = bars(page(sample_site, "projects/91000000-2001/index.html"))[2]
    assert late == ("เวลาที่ผ่านไป 100% ของระยะเวลาโครงการ", "100.0")


def letter(html: Html) -> tuple[str, str, str]:
    """The receiver, the subject and the body of the letter that corrects a page."""
    parts = urlsplit(html.css_first("a[href^=mailto]").attributes["href"] or "")
    values = parse_qs(parts.query)
    return parts.path, values["subject"][0], values["body"][0]


def test_a_page_can_be_cited_and_corrected(real_site: Path) -> None:
    html = page(real_site, REFERENCE)
    address = "https://projects.bangkok.example/projects/04160000-6961/"
    citation = text(html.css_first(".citation"))
    assert citation.startswith("กรุงเทพมหานคร, “โครงการสร้างสังคมพหุวัฒนธรรม")
    release = provenance(real_site, "04160000-6961")
    day = formats.long_date(date.fromisoformat(release["released"]), "th", "buddhist").replace(formats.NBSP, " ")
    assert citation.endswith(f"ชุดข้อมูลรุ่น {release['version']}, {day}, {address}")
    to, subject, body = letter(html)
    assert (to, subject) == ("", "แจ้งแก้ไขข้อมูลโครงการ 04160000-6961")
    assert body.startswith("เรียน สำนักปลัดกรุงเทพมหานคร\n")
    assert f"หน้าเว็บ: {address}\n" in body


def described(html: Html) -> list[dict[str, Any]]:
    return [json.loads(node.text()) for node in html.css("script[type='application/ld+json']")]


def test_pages_describe_themselves_to_search_engines(real_site: Path) -> None:
    project, way = described(page(real_site, REFERENCE))
    about = project["mainEntity"]
    assert (about["@type"], about["identifier"]) == ("Project", "04160000-6961")
    assert about["funding"]["amount"] == {"@type": "MonetaryAmount", "currency": "THB", "value": "1500000"}
    assert about["parentOrganization"]["name"] == "สำนักปลัดกรุงเทพมหานคร"
    assert project["dateModified"] == provenance(real_site, "04160000-6961")["released"]
    assert [step["name"] for step in way["itemListElement"]] == ["หน้าแรก", "โครงการ", "ปีงบประมาณ\N{NO-BREAK SPACE}2566"]
    agencies = described(page(real_site, "en/agencies/index.html"))[0]["mainEntity"]
    assert agencies["numberOfItems"] == 70 == len(agencies["itemListElement"])
    for name in ("index.html", "years/2566/index.html", "projects/index.html", "strategies/index.html"):
        assert described(page(real_site, name))[0]["@type"] == "CollectionPage"


def test_long_text_keeps_its_numbered_list(real_site: Path) -> None:
    items = [text(item) for item in page(real_site, REFERENCE).css("ul.as-written li")]
    assert [item[:2] for item in items] == ["1.", "2.", "3.", "4."]


@pytest.mark.parametrize(("prefix", "currency"), [("", "บาท"), ("en/", "baht")])
def test_an_amount_of_a_project_says_its_currency_once(real_site: Path, prefix: str, currency: str) -> None:
    figures = page(real_site, prefix + REFERENCE).css("[aria-labelledby=glance] .figures > div")
    amounts = [node for node in figures if node.css_first("dd > .figure")]
    words = [text(node.css_first("dt")) + " " + text(node.css_first(".figure")) for node in amounts]
    assert [line.count(currency) for line in words] == [1, 1]
    assert words[0].endswith(" 1,500,000")


def test_totals_say_how_many_projects_they_rest_on(real_site: Path) -> None:
    figures = [text(node) for node in page(real_site, "index.html").css(".figures > div")]
    rows = table_rows("projects")
    received, spent, progress = (
        [Fraction(row[name]) for row in rows if row[name]]
        for name in ("budget_received", "budget_spent", "progress_percent")
    )
    baht = f"{float(sum(received)) / 1e6:,.2f} ล้านบาท ({int(sum(received)):,} บาท)"
    assert figures[:2] == [f"โครงการ {len(rows)}", f"งบฯ ที่ได้รับ {baht} จาก {len(received)} โครงการ"]
    assert f"จาก {len(spent)} โครงการ" in figures[2]
    with_progress = sum(Fraction(row["budget_received"] or 0) for row in rows if row["progress_percent"])
    share = f"{float(with_progress * 100 / sum(received)):.1f}%"
    mean = f"{round(float(sum(progress) / len(progress)), 1):g}%"
    assert figures[3] == (f"คืบหน้าเฉลี่ย {mean} จาก {len(progress)} ใน {len(rows)} โครงการ ซึ่งมีงบฯ {share} ของงบฯ ที่ทราบ")
    assert page(real_site, "index.html").css(".figures .meter") == []


def test_agencies_stand_in_thai_order_in_thai_and_in_english_order_in_english(real_site: Path) -> None:
    thai = [text(node) for node in page(real_site, "agencies/index.html").css("table")[1].css("tbody th")]
    assert len(thai) == 50
    # เกาะ-like names: the leading vowel counts after its consonant, so จอมทอง < จตุจักร fails and ดุสิต < ตลิ่งชัน holds.
    names = [name.removeprefix("สำนักงานเขต") for name in thai]
    assert names.index("คลองสามวา") < names.index("คันนายาว") < names.index("จตุจักร") < names.index("จอมทอง")
    english = [text(node) for node in page(real_site, "en/agencies/index.html").css("table")[1].css("tbody th")]
    assert english == sorted(english)


def test_policies_and_strategies_have_pages_with_their_projects(real_site: Path) -> None:
    assert "04160000-6961" in text(page(real_site, "policies/37/index.html").css_first("main"))
    assert len(list((real_site / "strategies").glob("*/index.html"))) == 7
    without = sum(not row["policy_id"] for row in table_rows("projects"))
    assert f" {without} " in text(page(real_site, "policies/index.html").css_first("main"))


def test_projects_without_a_year_have_a_page(real_site: Path) -> None:
    main = page(real_site, "years/unknown/index.html")
    assert len(main.css("ol.projects > li")) == 3


def test_the_list_of_all_projects_is_paged_and_complete(real_site: Path) -> None:
    linked = []
    for path in [real_site / "projects/index.html", *(real_site / "projects/page").glob("*/index.html")]:
        linked += [node.attributes["href"] for node in Html(path.read_text("utf-8")).css("ol.projects h3 a")]
    assert len(linked) == len(set(linked)) == len(project_ids())


@pytest.mark.parametrize("slug", ["about", "how-to-read", "methodology", "contact"])
def test_content_pages_are_published_and_linked_from_every_page(real_site: Path, slug: str) -> None:
    for prefix in ("", "en/"):
        assert text(page(real_site, f"{prefix}{slug}/index.html").css_first("main article"))
        footer = page(real_site, f"{prefix}{REFERENCE}").css_first("footer")
        assert footer.css(f'a[href="/{prefix}{slug}/"]')
