"""What the header of every page leaves of a phone's screen, and what text of twice the size does to a page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.browsers import Driver

PATHS = ["/", "/projects/92000000-3001/", "/agencies/", "/data/", "/search/"]


LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"


def header_share(driver: Driver) -> float:
    """Of the height of the window, in percent."""
    share = driver.run("return document.querySelector('.masthead').getBoundingClientRect().height * 100 / innerHeight")
    return float(share)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_header_leaves_the_page_its_room(
    sample_site: Path, served: Callable[[Path], str], driver: Driver, prefix: str
) -> None:
    base = served(sample_site)
    driver.resize(390, 844)
    for path in PATHS:
        driver.open(base + prefix + path)
        assert header_share(driver) <= 20, path
        driver.run(LARGE_TEXT)
        assert header_share(driver) <= 45, path


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_with_text_of_twice_the_size(
    sample_site: Path, served: Callable[[Path], str], driver: Driver, prefix: str, width: int
) -> None:
    base = served(sample_site)
    driver.resize(width, 844)
    for path in PATHS:
        driver.open(base + prefix + path)
        driver.run(LARGE_TEXT)
        assert driver.run("return document.documentElement.scrollWidth") <= width, path


MENU = "const menu = document.querySelector('#menu');"


def test_the_menu_opens_and_closes_by_keyboard(
    sample_site: Path, served: Callable[[Path], str], driver: Driver
) -> None:
    driver.resize(390, 844)
    driver.open(served(sample_site) + "/en/agencies/")
    assert not driver.run(MENU + "return menu.checkVisibility()")
    driver.run("document.querySelector('[popovertarget=menu]').focus()")
    driver.press("Enter")
    assert driver.run(MENU + "return menu.checkVisibility()")
    driver.press("Tab", "Tab")
    assert driver.run(MENU + "return menu.querySelector('a') === document.activeElement")
    driver.press("Escape")
    assert not driver.run(MENU + "return menu.checkVisibility()")


def test_without_scripts_the_menu_opens_and_closes_by_keyboard(
    sample_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(served(sample_site) + "/en/agencies/")
    menu = page.get_by_role("navigation", name="Main menu")
    button = page.get_by_role("button", name="Menu")
    assert not menu.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
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
