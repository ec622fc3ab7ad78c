"""What components of pages say of figures and records, in both languages."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.core.config import read_config
from portal.core.models import ProjectIndex, ProjectSummary, project_index
from portal.core.totals import summarise
from portal.package.reading import read_portal
from portal.pipeline.context import shared_by_pages
from portal.site.renderer import Renderer

from tests.conventions import CITY

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests" / "sample"


@pytest.fixture(scope="module")
def view() -> ProjectIndex:
    portal = read_portal(SAMPLE, CITY).portal
    assert portal is not None
    return project_index(portal)


@pytest.fixture(scope="module")
def components(view: ProjectIndex) -> Any:
    """The macros of a component in a language."""
    site = shared_by_pages(read_config(ROOT / "pyproject.toml"), view, (), ())
    environments = Renderer(site, ROOT / "templates").environments
    return lambda name, language: environments[language].get_template(f"components/{name}.html").module


def project(view: ProjectIndex, received: str | None, progress: str | None) -> ProjectSummary:
    amounts = (None if text is None else Decimal(text) for text in (received, progress))
    budget_received, progress_percent = amounts
    return replace(view.projects[0], budget_received=budget_received, progress_percent=progress_percent)


@pytest.mark.parametrize(
    ("projects", "th", "en"),
    [
        (
            [("10", "100"), ("990", None), ("1000", None)],
            "100% จาก 1 ใน 3 โครงการ ซึ่งมีงบฯ 0.5% ของงบฯ ที่ทราบ",
            "100% across 1 of 3 projects, which hold 0.5% of the money known",
        ),
        (
            [(None, "100"), ("1619000000", None)],
            "100% จาก 1 ใน 2 โครงการ ซึ่งมีงบฯ 0% ของงบฯ ที่ทราบ",
            "100% across 1 of 2 projects, which hold 0% of the money known",
        ),
        ([(None, "50"), (None, None)], "50% จาก 1 ใน 2 โครงการ", "50% across 1 of 2 projects"),
        (
            [("1", "100"), ("3", "50")],
            "75% จาก 2 ใน 2 โครงการ ซึ่งมีงบฯ 100% ของงบฯ ที่ทราบ",
            "75% across 2 of 2 projects, which hold 100% of the money known",
        ),
        ([("7", "0")], None, "0% across 1 of 1 project, which holds 100% of the money known"),
    ],
)
def test_a_mean_says_of_how_many_projects_and_how_much_money(
    view: ProjectIndex, components: Any, projects: list[tuple[str | None, str | None]], th: str | None, en: str
) -> None:
    summary = summarise([project(view, *one) for one in projects])
    for language, expected in (("th", th), ("en", en)):
        html = str(components("mean_progress", language).mean_progress(summary))
        words = " ".join(part.partition(">")[2] for part in html.split("<"))
        assert expected is None or " ".join(words.split()) == expected
        # A bar is of all projects, or there is none.
        assert ("<svg" in html) is all(progress is not None for _, progress in projects)


def test_a_removed_record_is_removed_from_its_table(components: Any) -> None:
    changed = components("changed", "en")
    assert str(changed.removed_from("Monthly results", "month 3")) == "Removed from Monthly results: month 3"
    assert str(changed.added_to("Evaluations", "")) == "Added to Evaluations"


def test_what_the_data_lack_is_named_in_words(components: Any) -> None:
    names = ("monthly_results.result", "progress_reports.report_date")
    for language, expected in (
        ("th", "ตรวจไม่ได้ ชุดข้อมูลนี้ไม่มี: ผลงานรายเดือน หรือ รายงานความคืบหน้าที่ระบุวันที่"),
        ("en", "Cannot be checked. Not in these data: monthly results or dated progress reports"),
    ):
        assert str(components("absent", language).absent_columns(names)) == expected


def test_a_bar_of_minus_zero_is_as_wide_as_one_of_zero(components: Any) -> None:
    meter = components("meter", "en").meter
    assert meter(Decimal("-0.0"), "progress") == meter(Decimal("0.0"), "progress")
    assert 'class="bar" width="0.0"' in meter(Decimal("-0.0"), "progress")
