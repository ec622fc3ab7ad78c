"""What every site is held to, said of one in a single language: `any_site` is here that of Riverton."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import pytest
from playwright.sync_api import Browser

from portal.core.config import read_config

from tests.building import ROOT
from tests.lighthouse import ALL, GzipHandler, on_a_phone
from tests.pages import page, pages, text
from tests.site.test_accessibility import (
    test_a_phone_and_400_percent_lose_no_text,
    test_axe_finds_no_violation,
    test_every_kind_loads_without_a_complaint,
    test_nothing_jumps_while_a_page_loads,
    test_nothing_moves_for_those_who_ask_for_less_motion,
    test_the_nu_checker_finds_no_error_in_html_or_css,
    visit,
)
from tests.site.test_browser import (
    test_no_page_scrolls_sideways_complains_or_asks_another_host,
)
from tests.site.test_catalogues import (
    test_csv_on_the_web_types_every_cell_as_the_package_does,
    test_data_json_keeps_the_schema_of_dcat_us_for_cities,
    test_projects_pass_the_review_tool_of_oc4ids,
    test_the_catalogue_conforms_to_the_shapes_of_dcat_ap,
)
from tests.site.test_dollar_city import (
    FOREIGN,
    OCTOBER,
)
from tests.site.test_header import (
    test_every_kind_of_page_has_its_room_below_the_header_and_scrolls_no_large_text_sideways,
)
from tests.site.test_hosting import (
    test_only_the_pages_with_a_chart_alone_may_be_shown_in_a_frame,
    test_the_document_has_every_server_send_the_headers_of_the_site,
)
from tests.site.test_observation_pages import (
    rules_of,
)
from tests.site.test_open_data import (
    test_every_form_is_read_back_to_the_same_values,
    test_no_file_below_data_says_again_what_another_says,
)
from tests.site.test_pages import (
    test_every_page_says_what_it_is_out_of_context,
    test_nothing_comes_from_another_host_and_nothing_is_inline,
    test_pictures_of_links_are_light,
    test_the_sitemap_names_every_page_with_the_day_on_which_its_data_changed,
    test_titles_tell_pages_apart,
)
from tests.site.test_wording import (
    ELSEWHERE,
    PLURAL_OF_ONE,
    phrases,
    said,
    test_a_percentage_is_never_written_before_its_unit,
)

__all__ = [
    "test_a_percentage_is_never_written_before_its_unit",
    "test_a_phone_and_400_percent_lose_no_text",
    "test_axe_finds_no_violation",
    "test_csv_on_the_web_types_every_cell_as_the_package_does",
    "test_data_json_keeps_the_schema_of_dcat_us_for_cities",
    "test_every_form_is_read_back_to_the_same_values",
    "test_every_kind_loads_without_a_complaint",
    "test_every_kind_of_page_has_its_room_below_the_header_and_scrolls_no_large_text_sideways",
    "test_every_page_says_what_it_is_out_of_context",
    "test_no_file_below_data_says_again_what_another_says",
    "test_no_page_scrolls_sideways_complains_or_asks_another_host",
    "test_nothing_comes_from_another_host_and_nothing_is_inline",
    "test_nothing_jumps_while_a_page_loads",
    "test_nothing_moves_for_those_who_ask_for_less_motion",
    "test_only_the_pages_with_a_chart_alone_may_be_shown_in_a_frame",
    "test_pictures_of_links_are_light",
    "test_projects_pass_the_review_tool_of_oc4ids",
    "test_the_catalogue_conforms_to_the_shapes_of_dcat_ap",
    "test_the_document_has_every_server_send_the_headers_of_the_site",
    "test_the_nu_checker_finds_no_error_in_html_or_css",
    "test_the_sitemap_names_every_page_with_the_day_on_which_its_data_changed",
    "test_titles_tell_pages_apart",
]

RIVERTON = ROOT / "examples" / "riverton"

PAGES = ["/", "/projects/R26-001/", "/changes/", "/suppliers/S-05/", "/areas/OF/", "/data/", "/search/?q=roof"]


@pytest.fixture(scope="module")
def addresses(any_site: Path, served: Callable[..., str]) -> dict[str, str]:
    base = served(any_site)
    return {path: base + path for path in PAGES}


@pytest.fixture
def checked(any_site: Path) -> tuple[Path, list[str]]:
    return any_site, [*PAGES, "/compare/", "/embed/", "/404.html"]


@pytest.fixture
def kinds(any_site: Path) -> tuple[Path, list[str]]:
    return any_site, [*PAGES, "/compare/"]


def test_every_page_says_that_it_is_fictional_and_what_it_is(any_site: Path) -> None:
    for name, html in pages(any_site):
        assert text(html.css_first(".notice")).startswith("Fictional data: this Riverton does not exist."), name
        assert html.css_first("html").attributes["lang"] == "en"
        assert len(html.css("h1")) == 1, name
        assert html.css("link[rel=alternate][hreflang]") == [], name
        locale = html.css_first("meta[property='og:locale']")
        assert locale.attributes["content"] == "en_US"


def test_no_page_speaks_of_another_city(any_site: Path) -> None:
    found = []
    for name, html in pages(any_site):
        words = OCTOBER.sub("", phrases(html).replace("\N{NO-BREAK SPACE}", " "))
        found += [(name, match[0]) for match in FOREIGN.finditer(words)]
        found += [(name, word) for word in ("Canal,", "LINE") if word in words]
        found += [(name, letters) for letters in re.findall("[\u0e00-\u0e7f]+", html.html or "")]
    assert found == []


def test_one_is_followed_by_no_plural(any_site: Path) -> None:
    found = [(name, match[0]) for name, words in said(any_site) for match in PLURAL_OF_ONE.finditer(words)]
    assert found == []


def test_each_thing_has_one_name_on_all_pages(any_site: Path) -> None:
    said_on = [(name, phrases(html)) for name, html in pages(any_site)]
    wrong = [
        (name, word) for name, words in said_on for old in ELSEWHERE["en"].values() for word in old if word in words
    ]
    assert wrong == []


@pytest.mark.alone
@pytest.mark.parametrize("path", ["/", "/projects/R26-001/"])
def test_lighthouse_gives_a_phone_100_for_everything(
    any_site: Path, served: Callable[..., str], shared: Path, path: str
) -> None:
    scores, weak = on_a_phone(served(any_site, GzipHandler) + path, shared)
    assert scores == ALL, weak


def test_the_methodology_says_the_rules_with_the_limits_of_the_city(any_site: Path) -> None:
    config = read_config(RIVERTON / "pyproject.toml")
    shown = text(page(any_site, "signals/methodology/index.html").css_first("main"))
    for rule in rules_of(any_site):
        assert rule.meaning_with(config.signals, config.conventions)["en"] in shown
        assert rule.explanation["en"] in shown


def test_frictionless_validates_what_is_published(any_site: Path) -> None:
    report = frictionless.validate(str(any_site / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["name", "message"])


def test_a_project_with_contracts_and_eleven_releases_fits_five_sheets(
    any_site: Path, printed: Callable[[Path, str], Any]
) -> None:
    sheets = printed(any_site, "/projects/R26-001/")
    assert 1 <= len(sheets) <= 5
    assert "R26-001" in sheets[0].get_textpage().get_text_bounded()


@pytest.mark.parametrize(
    ("query", "title"),
    [("roof", "Lantern Market roof"), ("R26-040", "This portal"), ("teapot", "Resurface Teapot Avenue")],
)
def test_a_search_shows_what_it_found_with_its_money(
    any_site: Path, served: Callable[..., str], chromium: Browser, query: str, title: str
) -> None:
    tab = chromium.new_page()
    visit(tab, f"{served(any_site)}/search/?q={query}")
    results = tab.locator("#results > li")
    assert any(title in one for one in results.all_inner_texts())
    assert all("$" in one or "No data" in one for one in results.all_inner_texts())
    tab.close()


def test_no_page_offers_a_list_of_what_the_package_has_no_column_for(any_site: Path) -> None:
    assert [name for name, html in pages(any_site) if html.css('a[href="/policies/"]')] == []


def test_a_tender_before_its_fiscal_year_is_no_negative_number_of_days(any_site: Path) -> None:
    path = page(any_site, "projects/R26-001/index.html").css_first(".money-path")
    assert [text(node) for node in path.css(".gap")] == ["57 days before", "66 days", "53 days"]
