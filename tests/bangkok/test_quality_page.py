"""The page of the quality of the data, and its copy for programs."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from tests.bangkok.shipped import table_rows


@pytest.mark.parametrize(("prefix", "found"), [("", "พบ {}"), ("en", "{} found")])
def test_the_page_and_its_copy_for_programs_agree(real_site: Path, prefix: str, found: str) -> None:
    page = Html((real_site / prefix / "data" / "quality" / "index.html").read_text("utf-8"))
    copy = json.loads((real_site / "data" / "quality.json").read_text("utf-8"))
    text = " ".join(page.css_first("main").text().split())
    held = sum(rule["covered"] > 0 for rule in copy["rules"])
    lead = page.css_first(".lead").text()
    assert f" {held} " in lead
    assert f" {len(copy['rules']) - held} " in lead
    assert copy["sha256"] in text
    odd = {one["rule"]: one["values"] for one in copy["odd_values"]}
    assert found.format(len(odd["same-title-elsewhere"])) in text
    for rule, values in odd.items():
        head = page.css_first(f"#{rule}")
        assert (head is not None) == bool(values), rule
    agencies = page.css("section[aria-labelledby=agencies] tbody tr")
    given = [one for one in copy["completeness"]["agencies"] if one["projects"]]
    assert len(agencies) == len(given)


def test_an_odd_value_leads_to_its_project_and_names_its_row(real_site: Path) -> None:
    page = Html((real_site / "data" / "quality" / "index.html").read_text("utf-8"))
    rows = [row for row in page.css("tbody tr") if "04160000-6961" in row.text()]
    ids = [row["project_id"] for row in table_rows("projects")]
    place = f"projects.csv แถว {ids.index('04160000-6961') + 2}"
    assert any(place in row.text() and "1,500,000" in row.text() for row in rows)
    assert rows[0].css_first("a").attributes["href"] == "/projects/04160000-6961/"


def test_the_sum_of_the_data_is_made_from_the_zip_as_the_page_says(real_site: Path) -> None:
    with zipfile.ZipFile(real_site / "data" / "bangkok-projects.zip") as archive:
        sums = archive.read("bangkok-projects/SHA256SUMS").decode().splitlines(keepends=True)
    wanted = hashlib.sha256("".join(line for line in sums if line.endswith(".csv\n")).encode()).hexdigest()
    assert wanted in (real_site / "data" / "quality" / "index.html").read_text("utf-8")
    about = json.loads((real_site / "build-info.json").read_text("utf-8"))
    assert about["package_sha256"] == wanted
