"""The pages of the observations, the reporting rates, and the replies of agencies."""

import inspect
import json
from pathlib import Path

import pytest

from portal.rules.outcomes import mentioned_rules
from portal.rules.registry import ObservationRule

from tests.conventions import CITY, LIMITS
from tests.pages import page, text


def rules_of(site: Path) -> tuple[ObservationRule, ...]:
    """The rules that the package of a site has anything to do with."""
    content = json.loads((site / "data" / "datapackage.json").read_text("utf-8"))
    return mentioned_rules([resource["name"] for resource in content["resources"]], LIMITS)


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_the_methodology_is_what_the_rules_say_of_themselves(any_site: Path, prefix: str) -> None:
    told = text(page(any_site, f"{prefix}signals/methodology/index.html").css_first("main"))
    for rule in rules_of(any_site):
        meaning = rule.meaning_with(LIMITS, CITY)
        assert meaning["en" if prefix else "th"] in told
        assert rule.explanation["en" if prefix else "th"] in told
        first = " ".join((inspect.getdoc(rule.judge) or "").split("\n\n")[0].split())
        assert rule.meaning["en"] == first


def test_a_reply_stands_beside_the_observations_and_apart_from_the_data(sample_site: Path) -> None:
    for prefix, name, office in (("", "ผู้ใช้ทดสอบ ก", "สำนักตัวอย่างหนึ่ง"), ("en/", "Test User A", "First Sample Office")):
        section = page(sample_site, f"{prefix}projects/91000000-1001/index.html").css_first(
            "section[aria-labelledby=signals]"
        )
        reply = section.css_first("aside.note")
        assert name in text(reply)
        assert office in text(reply)
        assert reply.css_first("a").attributes["href"] == f"/{prefix}how-to-read/"
    assert not page(sample_site, "projects/91000000-2001/index.html").css("aside.note")


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_the_projects_with_observations_stand_before_the_rules(sample_site: Path, prefix: str) -> None:
    headings = [node.attributes["id"] for node in page(sample_site, f"{prefix}signals/index.html").css("main h2")]
    assert headings.index("money") < headings.index("rules") < headings.index("agencies")


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_the_rules_that_find_a_project_stand_first_and_those_that_find_none_are_folded(
    any_site: Path, prefix: str
) -> None:
    section = page(any_site, f"{prefix}signals/index.html").css_first("section[aria-labelledby=rules]")
    folded = section.css("details.open-in-print table tbody tr")
    shown = [row for row in section.css("table tbody tr") if row.html not in {other.html for other in folded}]
    assert shown
    assert all(int(row.css_first("td").attributes["data-sort"] or 0) > 0 for row in shown)
    assert all(int(row.css_first("td").attributes["data-sort"] or 0) == 0 for row in folded)
    named = {node.attributes["href"] for node in section.css("a")}
    assert named == {f"/{prefix}signals/{rule.name.replace('_', '-')}/" for rule in rules_of(any_site)}


PROCUREMENT = ("92000000-2001", "95030000-1001", "92000000-3003", "S69-0101-P02-9200")


@pytest.mark.parametrize(
    ("prefix", "source", "paid"),
    [("", "ที่มา: ตัวชี้วัด R018", "1,500,000 จาก 1,480,000"), ("en/", "Source: Indicator R018", "1,500,000 of 1,480,000")],
)
def test_what_is_found_on_procurement_stands_on_its_project_with_values_and_source(
    sample_site: Path, prefix: str, source: str, paid: str
) -> None:
    told = [
        text(page(sample_site, f"{prefix}projects/{name}/index.html").css_first("section[aria-labelledby=signals]"))
        for name in PROCUREMENT
    ]
    assert source in told[0]
    assert "T68-0005" in told[0]
    assert paid in told[1]
    assert "69%" in told[2]
    assert "489,500" in told[3]
    methodology = page(sample_site, f"{prefix}signals/methodology/index.html").css_first("main")
    addresses = {node.attributes["href"] for node in methodology.css("a[rel=noopener]")}
    assert addresses == {one.url for rule in rules_of(sample_site) for one in rule.sources}
    assert text(methodology).count("R0") >= 6


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_a_finding_on_procurement_names_no_supplier(sample_site: Path, prefix: str) -> None:
    names = ("ร้านป้ายทดลอง", "องค์การขนส่งสมมติ", "Imaginary", "บุคคลธรรมดา", "natural person")
    rules = (rule for rule in rules_of(sample_site) if rule.sources)
    paths = [f"{prefix}signals/{rule.name.replace('_', '-')}/index.html" for rule in rules]
    sections = [page(sample_site, path).css_first("main") for path in paths]
    sections += [
        page(sample_site, f"{prefix}projects/{name}/index.html").css_first("section[aria-labelledby=signals]")
        for name in PROCUREMENT
    ]
    assert not [name for section in sections for name in names if name in text(section)]


def test_what_was_found_on_procurement_is_in_the_search_and_in_the_table(sample_site: Path) -> None:
    table = (sample_site / "data" / "signals.csv").read_text("utf-8")
    assert "95030000-1001,more_paid_than_contract,concerned," in table
    for prefix in ("", "en/"):
        filters = page(sample_site, f"{prefix}search/index.html").html or ""
        assert "more_paid_than_contract" in filters
