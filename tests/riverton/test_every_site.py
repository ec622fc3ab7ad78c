"""What every site is held to, said of one in a single language: `any_site` is here that of Riverton."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages import pages, text
from tests.site.test_accessibility import (
    MODULES,
    html_faults,
    opened,
    visit,
)
from tests.site.test_catalogues import (
    test_csv_on_the_web_types_every_cell_as_the_package_does,
    test_data_json_keeps_the_schema_of_dcat_us_for_cities,
)
from tests.site.test_dollar_city import FOREIGN, OCTOBER
from tests.site.test_open_data import (
    test_every_form_is_read_back_to_the_same_values,
    test_no_file_below_data_says_again_what_another_says,
)
from tests.site.test_pages import (
    test_nothing_comes_from_another_host_and_nothing_is_inline,
    test_pictures_of_links_are_light,
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
    "test_csv_on_the_web_types_every_cell_as_the_package_does",
    "test_data_json_keeps_the_schema_of_dcat_us_for_cities",
    "test_every_form_is_read_back_to_the_same_values",
    "test_no_file_below_data_says_again_what_another_says",
    "test_nothing_comes_from_another_host_and_nothing_is_inline",
    "test_pictures_of_links_are_light",
    "test_titles_tell_pages_apart",
]

PAGES = ["/", "/projects/R26-001/", "/changes/", "/suppliers/S-05/", "/areas/OF/", "/search/?q=roof"]


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


def test_axe_finds_no_violation_and_no_text_is_lost(
    any_site: Path, served: Callable[..., str], chromium: Browser
) -> None:
    base, found = served(any_site), []
    with opened(chromium, 360, 800, color_scheme="light") as (context, tab):
        context.add_init_script(path=MODULES / "axe-core" / "axe.min.js")
        for path in PAGES:
            visit(tab, base + path)
            found += [f"{path}: {fault}" for fault in tab.evaluate("quality.axe()")]
            found += [f"{path}: {fault}" for fault in tab.evaluate("quality.lost()") or ()]
    assert not found, "\n".join(found)


def test_the_nu_checker_finds_no_error(any_site: Path) -> None:
    files = [any_site / path[1:].partition("?")[0] / "index.html" for path in PAGES]
    assert html_faults(files) == []


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
