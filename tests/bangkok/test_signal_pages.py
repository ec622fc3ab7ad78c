"""The pages of the observations, the league of reporting, and the replies of agencies."""

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser as Html

from portal.rules.outcomes import mentioned_rules

from tests.bangkok.shipped import table_rows
from tests.conventions import LIMITS

RULES = mentioned_rules(["projects", "progress_reports", "monthly_results"], LIMITS)
"""The package has no tenders and no contracts."""


def page(site: Path, path: str) -> Html:
    return Html((site / path / "index.html").read_text("utf-8"))


def text(node: object) -> str:
    return " ".join(node.text().split())  # type: ignore[attr-defined]


def test_the_reference_project_shows_what_its_figures_warrant_and_no_more(real_site: Path) -> None:
    section = page(real_site, "projects/04160000-6961").css_first("section[aria-labelledby=signals]")
    assert [text(node) for node in section.css(".observation h3")] == [
        "ใช้เงินเร็วกว่าความคืบหน้า",
        "ใช้งบหมดแล้ว แต่ยังไม่แล้วเสร็จ",
    ]
    assert "งบฯ ที่ได้รับ (บาท): 1,500,000 · งบฯ ที่ใช้ไป (บาท): 1,500,000 · คืบหน้าล่าสุด (%): 45%" in text(section)
    (others,) = section.css(".observations > details")
    unclear, clear = others.css("ul")
    assert "เลยวันสิ้นสุดแล้ว แต่ยังไม่แล้วเสร็จ (วันที่ของข้อมูล)" in text(unclear)
    assert "ใช้เงินมากกว่างบที่ได้รับ" in text(clear)
    assert len(section.css(".observation")) + len(unclear.css("li")) + len(clear.css("li")) == len(RULES)


def spent_but_unfinished(row: dict[str, str]) -> bool | None:
    """Whether the whole budget is spent at less than 100 %; None where a blank cell leaves that open."""
    received, spent, progress = (
        float(row[name]) if row[name] else None for name in ("budget_received", "budget_spent", "progress_percent")
    )
    conditions = (
        None if progress is None else progress < 100,
        None if received is None else received > 0,
        None if spent is None else spent > 0,
        None if received is None or spent is None else spent >= received,
    )
    return False if False in conditions else None if None in conditions else True


def test_each_rule_has_a_page_that_lists_whom_it_concerns(real_site: Path) -> None:
    overview = page(real_site, "signals")
    lines = overview.css("section[aria-labelledby=rules] table tr")
    rows = {text(line.css_first("th")): [text(cell) for cell in line.css("td")] for line in lines}
    verdicts = [spent_but_unfinished(row) for row in table_rows("projects")]
    assert rows["ใช้งบหมดแล้ว แต่ยังไม่แล้วเสร็จ"][:3] == [str(verdicts.count(verdict)) for verdict in (True, False, None)]
    for rule in RULES:
        path = f"signals/{rule.name.replace('_', '-')}"
        concerned, clear, unclear = map(int, (cell.replace(",", "") for cell in rows[rule.title["th"]][:3]))
        assert concerned + clear + unclear == len(table_rows("projects"))
        facts = text(page(real_site, path).css_first("dl.facts"))
        assert f"ตรวจไม่ได้{unclear} โครงการ" in facts
    listed = page(real_site, "signals/budget-spent-but-unfinished").css(".projects > li")
    assert [text(item.css_first(".code")) for item in listed] == ["04160000-6961", "50460000-3697", "50130000-3866"]


def test_the_league_says_that_nothing_can_be_told_without_dates(real_site: Path, sample_site: Path) -> None:
    assert "ตรวจไม่ได้" in text(page(real_site, "signals/reporting").css_first(".callout"))
    reporting_rates = page(sample_site, "signals/reporting")
    assert len(reporting_rates.css("tbody tr")) == 5
    assert "เดือน" in text(reporting_rates.css_first("tbody"))


def test_the_newest_report_is_dated_on_the_page_and_in_lists(real_site: Path, sample_site: Path) -> None:
    told = [text(page(real_site, f"projects/{name}").css_first("main")) for name in ("04160000-6961", "01000000-2435")]
    assert "ในชุดข้อมูลนี้ โครงการรายงานล่าสุดถึง 28 กุมภาพันธ์ 2566" in told[0]
    assert "ในชุดข้อมูลนี้ โครงการไม่มีรายงานที่ทราบวันที่" in told[1]
    assert "รายงานล่าสุดถึง" in text(page(sample_site, "projects").css_first(".projects"))
