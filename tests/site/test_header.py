"""What the header of every page leaves of a phone's screen, and what text of twice the size does to a page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

OVERVIEWS = (
    "by-name",
    "largest",
    "latest-reports",
    "least-progress",
    "methodology",
    "missing",
    "named",
    "quality",
    "reporting",
)
"""Parts of addresses that are of a kind of their own beside those with an id."""


def one_of_each_kind(site: Path) -> list[str]:
    """The address of the largest page of each kind in each language. Pages of one kind differ in their ids alone."""
    largest: dict[tuple[str, ...], Path] = {}
    for file in sorted(site.rglob("*.html")):
        parts = file.relative_to(site).parts
        folders = parts[1:-1] if parts[0] == "en" else parts[:-1]
        named = (part if i == 0 or part in OVERVIEWS else "*" for i, part in enumerate(folders))
        kind = (str(parts[0] == "en"), parts[-1], *named)
        if kind not in largest or largest[kind].stat().st_size < file.stat().st_size:
            largest[kind] = file
    return [f"/{file.relative_to(site)}".removesuffix("index.html") for file in largest.values()]


def header_share(page: Page) -> float:
    """Of the height of the window, in percent."""
    height = page.evaluate("document.querySelector('.masthead').getBoundingClientRect().height")
    return float(height) * 100 / float(page.evaluate("innerHeight"))


def enlarge_text(page: Page) -> None:
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def test_the_header_leaves_the_page_its_room_and_nothing_scrolls_sideways_with_text_of_twice_the_size(
    any_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    base = served(any_site)
    page = chromium.new_page()
    wrong = []
    for path in one_of_each_kind(any_site):
        page.set_viewport_size({"width": 360, "height": 800})
        page.goto(base + path)
        if header_share(page) > 20:
            wrong.append(f"{path}: the header is too high")
        enlarge_text(page)
        if header_share(page) > 45:
            wrong.append(f"{path}: the header is too high with large text")
        for width in (390, 360, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{path}: scrolls sideways at {width} px")
    page.close()
    assert not wrong, "\n".join(wrong)


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
