"""A city in Spanish alone, from its spreadsheet to its site, by the steps of docs/another-city.md."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import spanish_city
from tests.pages import page, pages, text


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spanish_city.make(tmp_path_factory.mktemp("spanish"))


@pytest.fixture(scope="module")
def site(city: Path) -> Path:
    return city / "site"


@pytest.fixture(scope="module")
def base(site: Path, served: Callable[[Path], str]) -> str:
    return served(site)


def test_the_documented_steps_make_a_site_that_its_check_accepts(city: Path) -> None:
    check = [sys.executable, "build.py", "check"]
    result = subprocess.run(check, cwd=city, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert len([*(city / "site" / "projects").glob("P-0*/index.html")]) == 20


def test_every_page_is_in_spanish_and_offers_no_other_language(site: Path) -> None:
    for name, html in pages(site):
        assert html.css_first("html").attributes["lang"] == "es", name
        assert html.css("a.language, [hreflang]") == [], name
    home = page(site, "index.html")
    assert text(home.css_first("h1")) == "Proyectos de Villa Ejemplo: avance y gasto"
    headings = [text(heading) for heading in home.css("main h2")]
    assert {"Dónde está el dinero", "Observaciones"} <= {*headings}
    assert not (site / "es").exists()


def test_amounts_percentages_and_days_are_written_as_in_spanish(site: Path) -> None:
    home, project = page(site, "index.html"), page(site, "projects/P-004/index.html")
    said = text(home.css_first("main"))
    assert "20 de 20 proyectos recibieron 259,26 millones de pesos argentinos" in said
    assert re.search(r"\b9,5 %", said)
    said = text(project.css_first("main"))
    assert "4.938.268,50 pesos argentinos" in said
    assert "4.000.000,25 pesos argentinos" in said
    assert "4 de marzo de 2025" in said
    assert "20 %" in said


@pytest.mark.parametrize(
    ("typed", "found"),
    [("nandubay", 5), ("ÑANDUBAY", 5), ("guemes", 5), ("repavimentacion", 4), ("ampliación hosp", 4), ("desague", 4)],
)
def test_the_search_answers_in_spanish_with_and_without_accents(
    base: str, chromium: Browser, typed: str, found: int
) -> None:
    tab = chromium.new_page()
    tab.goto(f"{base}/search/?q={typed}")
    expect(tab.locator("#count")).to_have_text(f"{found} proyectos encontrados")
    expect(tab.locator("#results > li")).to_have_count(found)
    expect(tab.locator("#results [data-part=budget]").first).to_contain_text("millones de pesos argentinos")
    tab.close()


def test_a_search_that_finds_nothing_says_so_in_spanish(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    tab.goto(f"{base}/search/?q=zzxxqq")
    expect(tab.locator("#count")).to_have_text("No se encontró ningún proyecto", timeout=30_000)
    tab.close()


@pytest.mark.parametrize("path", ["/", "/search/?q=nandubay", "/projects/", "/projects/P-004/", "/agencies/", "/data/"])
def test_a_long_name_of_a_currency_has_room_on_a_phone(base: str, chromium: Browser, path: str) -> None:
    tab = chromium.new_page(viewport={"width": 360, "height": 800})
    tab.goto(f"{base}{path}")
    if "?q=" in path:
        expect(tab.locator("#results > li")).to_have_count(5)
    assert tab.evaluate("document.documentElement.scrollWidth") == 360
    is_over = "(cell) => cell.clientWidth && cell.scrollWidth > cell.clientWidth"
    over = tab.locator("main :is(td, dd)").evaluate_all(
        f"cells => cells.filter({is_over}).map((cell) => cell.innerText)"
    )
    assert over == []
    tab.close()


def test_a_chart_for_other_pages_says_the_day_of_the_release_in_spanish(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    tab.goto(f"{base}/embed/?page=/")
    expect(tab.locator("[data-part=release]").first).to_contain_text(re.compile(r"\(\d{1,2} de [a-z]+ de \d{4}\)"))
    tab.close()
