"""The pages of the observations, the reporting rates, and the replies of agencies."""

import inspect
from pathlib import Path

import pytest

from portal.core.models import Thresholds
from portal.rules.observations import OBSERVATIONS

from tests.conventions import CITY
from tests.pages import page, text


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_the_methodology_is_what_the_rules_say_of_themselves(any_site: Path, prefix: str) -> None:
    told = text(page(any_site, f"{prefix}signals/methodology/index.html").css_first("main"))
    for rule in OBSERVATIONS:
        meaning = rule.meaning_with(Thresholds(), CITY)
        assert (meaning.en if prefix else meaning.th) in told
        assert (rule.explanation.en if prefix else rule.explanation.th) in told
        first = " ".join((inspect.getdoc(rule.judge) or "").split("\n\n")[0].split())
        assert rule.meaning.en == first


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
    assert named == {f"/{prefix}signals/{rule.name.replace('_', '-')}/" for rule in OBSERVATIONS}
