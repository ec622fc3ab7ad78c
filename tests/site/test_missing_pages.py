"""What an agency's officers find: which cell of which project has no data, and how to send a statement."""

import csv
import io
import re
from pathlib import Path

import pytest

from portal.content import read_notes

from tests.building import SAMPLE
from tests.conventions import CITY
from tests.pages import page, text

AGENCY = "92000000"


def agencies() -> list[str]:
    with (SAMPLE / "data" / "agencies.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["agency_id"] for row in csv.DictReader(file)]


def table(site: Path, prefix: str, agency_id: str) -> list[list[str]]:
    data = (site / prefix / "agencies" / agency_id / "missing" / f"missing-{agency_id}.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_the_page_of_an_agency_leads_to_what_is_missing(sample_site: Path, prefix: str) -> None:
    for agency_id in agencies():
        path = f"/{prefix}agencies/{agency_id}/missing/"
        assert page(sample_site, f"{prefix}agencies/{agency_id}/index.html").css(f'main a[href="{path}"]')
        assert page(sample_site, f"{path[1:]}index.html").css_first("h1")


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_the_table_of_the_page_is_that_of_the_csv(sample_site: Path, prefix: str) -> None:
    listed = 0
    for agency_id in agencies():
        head, *rows = table(sample_site, prefix, agency_id)
        html = page(sample_site, f"{prefix}agencies/{agency_id}/missing/index.html")
        shown = [(text(tr.css_first(".code")), text(tr.css_first("td"))) for tr in html.css("table.missing tbody tr")]
        assert shown == [(row[0], row[3].replace("; ", ", ")) for row in rows]
        assert len(html.css(f'a[href$="missing-{agency_id}.csv"]')) == bool(rows)
        assert {len(row) for row in rows} <= {len(head)}
        listed += len(rows)
    assert listed


def test_a_cell_that_the_csv_calls_missing_is_blank_in_the_data(sample_site: Path) -> None:
    with (SAMPLE / "data" / "projects.csv").open(encoding="utf-8-sig", newline="") as file:
        projects = {row["project_id"]: row for row in csv.DictReader(file)}
    blank = [(row[0], name) for i in agencies() for row in table(sample_site, "", i)[1:] for name in row[4].split()]
    of_columns = [(project_id, name) for project_id, name in blank if name in projects[project_id]]
    assert of_columns
    assert not [(project_id, name) for project_id, name in of_columns if projects[project_id][name]]


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_the_example_of_a_statement_is_one_that_a_build_accepts(sample_site: Path, tmp_path: Path, prefix: str) -> None:
    section = page(sample_site, f"{prefix}agencies/{AGENCY}/missing/index.html").css_first(
        "section[aria-labelledby=statement]"
    )
    match = re.search(r"content/projects/(\S+)\.md", text(section))
    assert match
    (tmp_path / "projects").mkdir()
    example = section.css_first("pre").text()
    (tmp_path / "projects" / f"{match[1]}.md").write_text(example, "utf-8")
    (note,), problems = read_notes(tmp_path, [match[1]], CITY.languages)
    assert problems == []
    assert note.office
    # The letter has the same file.
    assert section.css_first("a[href^='mailto:']")


def test_contact_says_how_to_send_a_statement(sample_site: Path) -> None:
    for prefix in ("", "en/"):
        html = page(sample_site, f"{prefix}contact/index.html")
        assert "content/projects/" in text(html.css_first("article"))
        link = text(page(sample_site, f"{prefix}agencies/{AGENCY}/index.html").css_first("a[href$='/missing/']"))
        assert link in text(html.css_first("article"))


def test_a_page_that_lists_no_project_says_why(sample_site: Path) -> None:
    for agency_id in agencies():
        html = page(sample_site, f"en/agencies/{agency_id}/missing/index.html")
        words = text(html.css_first("section[aria-labelledby=missing]"))
        has_table = bool(html.css("table.missing"))
        assert has_table is not any(reason in words for reason in ("all key figures", "no project of this agency"))
