"""What one page of each kind of the city's site is held to, beside what every site is held to."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser as Html

from tests.lighthouse import ALL, GzipHandler, on_a_phone
from tests.site.test_accessibility import (
    in_languages,
    opened,
    test_a_phone_and_400_percent_lose_no_text,
    test_axe_finds_no_violation,
    test_every_kind_loads_without_a_complaint,
    test_nothing_jumps_while_a_page_loads,
    test_nothing_moves_for_those_who_ask_for_less_motion,
    test_the_nu_checker_finds_no_error_in_html_or_css,
    visit,
)

__all__ = [
    "test_a_phone_and_400_percent_lose_no_text",
    "test_axe_finds_no_violation",
    "test_every_kind_loads_without_a_complaint",
    "test_nothing_jumps_while_a_page_loads",
    "test_nothing_moves_for_those_who_ask_for_less_motion",
    "test_the_nu_checker_finds_no_error_in_html_or_css",
]
"""What every site is held to; here with the pages of the city's, which the fixtures below name."""

REFERENCE = "/projects/04160000-6961/"
SEARCH = "/search/?q=กรุงเทพมหานคร"
REAL = [
    *["/", "/projects/", "/projects/page/2/", REFERENCE, "/agencies/", "/agencies/50150000/", "/years/"],
    *["/areas/", "/areas/1046/"],
    *["/years/2566/", "/policies/30/", "/strategies/การสร้างเมืองปลอดภัยและหยุ่นตัวต่อวิกฤตการณ์/", "/about/"],
    *["/data/", "/data/quality/", "/signals/", "/signals/budget-spent-but-unfinished/", "/signals/methodology/"],
    *["/changes/", SEARCH, "/404.html", "/projects/50430000-3325/"],
]


@pytest.fixture(scope="module")
def addresses(real_site: Path, served: Callable[..., str]) -> dict[str, str]:
    return in_languages("real", served(real_site), REAL)


@pytest.fixture
def checked(real_site: Path) -> tuple[Path, list[str]]:
    return real_site, REAL


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", ["home", "list", "project", "search"])
def test_tab_walks_in_order_through_all_there_is_and_shows_where_it_is(
    addresses: dict[str, str], chromium: Browser, kind: str, width: int
) -> None:
    path = {"home": "/", "list": "/projects/", "project": REFERENCE, "search": SEARCH}[kind]
    walked: list[int | str] = []
    seen: list[str] = []
    with opened(chromium, width, 800, reduced_motion="reduce") as (_, page):
        visit(page, addresses[f"real {path}"])
        # Whoever arrives with a query begins at the results, and everybody else at the top.
        assert page.evaluate("document.activeElement.id") == ("found" if kind == "search" else "")
        stops = page.evaluate("quality.stops()")
        expected = [*range(page.evaluate("quality.passed()"), stops), "the end"]
        while walked[-1:] != ["the end"] and len(walked) < 2 * len(expected):
            page.keyboard.press("Tab")
            stop, found = page.evaluate("quality.stop()")
            walked.append(stop)
            seen += found
    assert walked == expected
    assert not seen, "\n".join(seen)


@pytest.mark.alone
@pytest.mark.parametrize("path", ["/", "/projects/", "/areas/1003/", REFERENCE, "/data/"])
def test_lighthouse_gives_a_phone_100_for_everything(
    real_site: Path, served: Callable[..., str], shared: Path, path: str
) -> None:
    scores, weak = on_a_phone(served(real_site, GzipHandler) + path, shared)
    assert scores == ALL, weak


@pytest.mark.alone
def test_lighthouse_gives_a_search_95_for_its_speed_and_100_for_everything_else(
    real_site: Path, served: Callable[..., str], shared: Path
) -> None:
    """It has found what was asked before the page is at rest: 97 to 100, by what else the machine does."""
    scores, weak = on_a_phone(served(real_site, GzipHandler) + "/search/?q=6961", shared)
    assert scores.pop("performance") >= 0.95, weak
    assert scores == {name: best for name, best in ALL.items() if name != "performance"}, weak


@pytest.mark.parametrize("prefix", ["", "en"])
def test_a_project_weighs_less_than_30_kb(real_site: Path, prefix: str) -> None:
    page = (real_site / prefix / REFERENCE[1:] / "index.html").read_bytes()
    styles = [str(link.attributes["href"]) for link in Html(page).css("link[rel=stylesheet]")]
    assert styles
    files = [page, *((real_site / href[1:]).read_bytes() for href in styles)]
    assert sum(len(gzip.compress(file)) for file in files) < 30_000


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_without_javascript_a_project_says_all_it_says_with_it(
    addresses: dict[str, str], chromium: Browser, prefix: str
) -> None:
    texts = []
    for enabled in (True, False):
        with opened(chromium, 360, 800, java_script_enabled=enabled) as (_, page):
            page.goto(addresses[f"real {prefix}{REFERENCE}"])
            buttons = page.locator("main button").all_inner_texts()
            lines = page.locator("main").inner_text().splitlines()
            texts.append([line for line in lines if line not in buttons])
    assert len(texts[0]) > 50
    assert [line for line in texts[0] if line not in texts[1]] == []
