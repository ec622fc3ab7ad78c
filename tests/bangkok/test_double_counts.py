"""The projects of Bangkok that both sources seem to have, worked out again from the rows alone."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.bangkok.shipped import table_rows
from tests.pages import page, text

Row = dict[str, str]
WORDS_BEFORE_A_NAME = ("โครงการ", "ค่าใช้จ่าย", "ในการ", "ตาม")


def bare_name(row: Row) -> str:
    name = row["title"].replace("\u0e4d\u0e32", "\u0e33").replace(" ", "").removesuffix(row["fiscal_year"])
    while True:
        rest = name.split(")", 1)[1] if name.startswith("(") else name
        for word in WORDS_BEFORE_A_NAME:
            rest = rest.removeprefix(word)
        if rest == name:
            return name
        name = rest


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Row, Row]]:
    """Each project of the monitoring system with the line of the budget that may be the same."""
    rows = [row for row in table_rows("projects") if row["fiscal_year"]]
    lines = [row for row in rows if row["source_id"] == "bma-budget-2566"]
    return [
        (row, line)
        for row in rows
        if row["source_id"] == "bma-monitoring"
        for line in lines
        if (row["agency_id"], row["fiscal_year"]) == (line["agency_id"], line["fiscal_year"])
        if bare_name(row) == bare_name(line)
    ]


def test_both_pages_of_a_possible_double_count_lead_to_each_other_and_no_other_page_has_such_a_link(
    real_site: Path, pairs: list[tuple[Row, Row]]
) -> None:
    assert len(pairs) > 10
    expected = {(a["project_id"], b["project_id"]) for pair in pairs for a, b in (pair, pair[::-1])}
    for prefix in ("", "en/"):
        linked = set()
        for row in table_rows("projects"):
            links = page(real_site, f"{prefix}projects/{row['project_id']}/index.html").css("aside.double-count li a")
            linked |= {(row["project_id"], (link.attributes["href"] or "").split("/")[-2]) for link in links}
        assert linked == expected


def test_totals_that_hold_both_say_how_many_and_how_much_at_most(real_site: Path, pairs: list[tuple[Row, Row]]) -> None:
    for path, of_total in (
        ("", pairs),
        ("years/2566/", pairs),
        ("agencies/50150000/", of_an_office := [pair for pair in pairs if pair[0]["agency_id"] == "50150000"]),
        ("areas/1003/", of_an_office),
    ):
        known = [[Fraction(row["budget_received"]) for row in pair if row["budget_received"]] for pair in of_total]
        baht = sum(min(amounts) for amounts in known if len(amounts) == 2)
        main = text(page(real_site, f"en/{path}index.html").css_first("main"))
        noun = "project" if len(of_total) == 1 else "projects"
        assert f"{len(of_total)} {noun} may be counted twice here" in main
        assert f"that is up to {int(baht):,} baht" in main
    for path in ("years/2563/", "agencies/04000000/", "strategies/"):
        assert "counted twice" not in text(page(real_site, f"en/{path}index.html").css_first("main"))


def test_the_report_for_programs_has_both_projects(real_site: Path, pairs: list[tuple[Row, Row]]) -> None:
    report = json.loads((real_site / "data" / "quality.json").read_text("utf-8"))
    (values,) = [odd["values"] for odd in report["odd_values"] if odd["rule"] == "possible-double-count"]
    assert {value["project_id"] for value in values} == {row["project_id"] for pair in pairs for row in pair}
