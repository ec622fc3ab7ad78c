"""The pictures that chats and social networks show beside a link: what each shows, and how Thai is drawn."""

from __future__ import annotations

import struct
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from portal.core.config import read_config
from portal.core.models import Agency, Project, project_index
from portal.pipeline.context import shared_by_pages
from portal.site import Renderer
from portal.site.previews import (
    HEIGHT,
    WIDTH,
    draw_preview,
    fit_text,
    plan_previews,
    possible_states,
    project_preview,
    tens_of,
    tens_range,
)

from tests.sample_package import SamplePackage
from tests.texts import both

ROOT = Path(__file__).parents[3]
PROJECT = Project("p1", "โครงการ (สมมติ)", progress_percent=Decimal("45.5"))


def picture(text: str, view: str = "0 0 1200 630") -> bytes:
    return draw_preview(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="1200" height="630" font-family="Sarabun">'
        f'<text x="88" y="300" font-size="96" font-weight="700">{text}</text></svg>'
    )


def test_a_picture_is_a_png_of_the_size_that_pages_name() -> None:
    signature, length, kind, width, height = struct.unpack(">8sI4sII", picture("กขค")[:24])
    assert (signature, length, kind) == (b"\x89PNG\r\n\x1a\n", 13, b"IHDR")
    assert (width, height) == (WIDTH, HEIGHT)


def test_the_picture_of_a_project_depends_on_its_status_and_progress_alone() -> None:
    other = replace(PROJECT, project_id="p2", budget_spent=Decimal(1), progress_percent=Decimal(49))
    assert project_preview(PROJECT) == project_preview(other) == "/previews/projects/partial-figure-40.png"
    further = replace(PROJECT, progress_percent=Decimal(50))
    unknown = replace(PROJECT, progress_percent=None)
    assert len({project_preview(project) for project in (PROJECT, further, unknown)}) == 3


@pytest.mark.parametrize(
    ("progress", "tens", "words"),
    [("0", 0, "0–9%"), ("9.9", 0, "0–9%"), ("10", 10, "10–19%"), ("99.9", 90, "90–99%"), ("100", 100, "100%")],
)
def test_progress_is_shown_in_tens(progress: str, tens: int, words: str) -> None:
    assert tens_of(replace(PROJECT, progress_percent=Decimal(progress))) == tens
    assert tens_range(tens) == words


def test_there_is_a_picture_for_each_state_agency_and_area(whole: SamplePackage) -> None:
    portal = project_index(whole.portal())
    paths = [page.path for page in plan_previews(portal)]
    assert len(set(paths)) == len(paths)
    states = {project_preview(project) for project in portal.projects}
    assert states < set(paths)
    possible = list(possible_states(portal.package))
    assert len(paths) == 1 + len(possible) + len(portal.agencies) + len(portal.areas)


def test_a_package_without_reported_statuses_has_the_states_of_its_figures(package: SamplePackage) -> None:
    states = list(possible_states(package.portal().package))
    assert {status.value for status, _ in states} == {"no_figure", "partial_figure", "full_figure"}
    assert len(states) == 12


def test_no_release_takes_the_picture_of_a_state_away(whole: SamplePackage) -> None:
    portal = project_index(whole.portal())
    pages = list(plan_previews(portal))
    assert [page.path for page in plan_previews(replace(portal, projects=portal.projects[:1]))] == [
        page.path for page in pages
    ]


def test_sara_am_does_not_run_into_the_letter_after_it() -> None:
    """As resvg drew it before 0.48. The sign is the two of which it consists."""
    assert picture("กำลัง") == picture("ก\u0e4d\u0e32ลัง")
    assert picture("กำลัง") != picture("กาลัง")


def test_a_letter_that_the_font_lacks_is_taken_from_no_other_font() -> None:
    assert picture("教") == picture("育")


@pytest.mark.parametrize(
    "name",
    [
        "สำนักงานคณะกรรมการข้าราชการกรุงเทพมหานคร",
        "สำนักวัฒนธรรม กีฬาและการท่องเที่ยว",
        "สำนักงานโครงการพัฒนาระบบสาธารณูปโภคและสิ่งอำนวยความสะดวกขั้นพื้นฐาน" * 3,
        "NONG CHOK DISTRICT OFFICE OF THE METROPOLITAN ADMINISTRATION",
        "WMWM MWMW",
        "",
    ],
)
@pytest.mark.parametrize("width", [600, 1024])
def test_a_name_stays_within_its_width(name: str, width: int) -> None:
    block = fit_text(name, width, 96)
    assert len(block.lines) <= 2
    assert block.size * len(block.lines) <= 144
    for line in block.lines:
        scaled = f'<tspan font-size="{block.size}">{line}</tspan>'
        assert picture(scaled, f"{88 + width} 0 1200 630") == picture("", f"{88 + width} 0 1200 630")


def test_words_stay_whole_where_they_fit_and_lines_are_of_like_length() -> None:
    lines = fit_text("Pom Prap Sattru Phai District Office", 600, 48).lines
    assert lines == ("Pom Prap Sattru", "Phai District Office")
    assert fit_text("เขตดุสิต", 1024, 96).lines == ("เขตดุสิต",)


def test_a_long_word_is_broken_between_syllables_and_cut() -> None:
    block = fit_text("น้ำเสีย" * 40, 600, 96)
    assert block.lines[1].endswith("…")
    starts = [line[0] for line in block.lines]
    assert all(letter in "นเส" for letter in starts)


def test_a_name_is_text_and_stands_in_both_languages(whole: SamplePackage) -> None:
    portal = project_index(whole.portal())
    agency = Agency("91000000", both("<b>&amp; 'ชื่อ'</b>", 'a "name"'))
    site = shared_by_pages(read_config(ROOT / "pyproject.toml"), portal, (), ())
    renderer = Renderer(site, ROOT / "templates")
    pages = {page.path: page for page in plan_previews(replace(portal, agencies=(agency,)))}
    texts = [
        text.text
        for text in ElementTree.fromstring(renderer.render(pages["/previews/agencies/91000000.png"])).iter()
        if text.tag.endswith("text")
    ]
    assert texts == [site.name.first, agency.name.first, agency.name["en"]]
