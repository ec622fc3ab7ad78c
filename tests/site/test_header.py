"""What the header of every page leaves of a phone's screen, and what text of twice the size does to a page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

PATHS = [
    "/",
    "/projects/92000000-3001/",
    "/agencies/",
    "/agencies/92000000/missing/",
    "/contact/",
    "/data/",
    "/search/",
]


def header_share(page: Page) -> float:
    """Of the height of the window, in percent."""
    height = page.evaluate("document.querySelector('.masthead').getBoundingClientRect().height")
    return float(height) * 100 / float(page.evaluate("innerHeight"))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_header_leaves_the_page_its_room(
    sample_site: Path, served: Callable[[Path], str], chromium: Browser, prefix: str
) -> None:
    base = served(sample_site)
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    for path in PATHS:
        page.goto(base + prefix + path)
        assert header_share(page) <= 20, path
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert header_share(page) <= 45, path
    page.close()


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_with_text_of_twice_the_size(
    sample_site: Path, served: Callable[[Path], str], chromium: Browser, prefix: str, width: int
) -> None:
    base = served(sample_site)
    page = chromium.new_page(viewport={"width": width, "height": 844})
    for path in PATHS:
        page.goto(base + prefix + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_opens_and_closes_by_keyboard_with_and_without_scripts(
    sample_site: Path, served: Callable[[Path], str], chromium: Browser, scripts: bool
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(served(sample_site) + "/en/agencies/")
    menu = page.get_by_role("navigation", name="Main menu")
    button = page.get_by_role("button", name="Menu")
    assert not menu.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert menu.get_by_role("link").first.evaluate("link => link === document.activeElement") if scripts else True
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    context.close()


def test_the_menu_is_open_where_there_is_room(
    sample_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(served(sample_site) + "/en/agencies/")
    assert page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Agencies").is_visible()
    assert not page.get_by_role("button", name="Menu").is_visible()
    page.close()
