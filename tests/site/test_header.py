"""What the header of every page leaves of a phone's screen, and what text of twice the size does to a page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.browsers import Driver

FEW = ("/", "/projects/92000000-3001/", "/agencies/", "/agencies/92000000/missing/", "/data/", "/search/")

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


LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"


HEADER_SHARE = "document.querySelector('.masthead').getBoundingClientRect().height * 100 / innerHeight"
"""Of the height of the window, in percent."""


def header_share(driver: Driver) -> float:
    return float(driver.run(f"return {HEADER_SHARE}"))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_header_leaves_the_page_its_room(
    sample_site: Path, served: Callable[[Path], str], driver: Driver, prefix: str
) -> None:
    base = served(sample_site)
    driver.resize(390, 844)
    for path in FEW:
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
    for path in FEW:
        driver.open(base + prefix + path)
        driver.run(LARGE_TEXT)
        # What a script of the page was about to add has its place two frames later.
        driver.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
        assert driver.run("return document.documentElement.scrollWidth") <= width, path


def test_every_kind_of_page_has_its_room_below_the_header_and_scrolls_no_large_text_sideways(
    any_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    base, page, wrong = served(any_site), chromium.new_page(), []
    for path in one_of_each_kind(any_site):
        page.set_viewport_size({"width": 360, "height": 800})
        page.goto(base + path)
        shares = [page.evaluate(HEADER_SHARE), page.evaluate(f"({LARGE_TEXT}, {HEADER_SHARE})")]
        wrong += [f"{path}: the header takes {shares} percent"] if shares[0] > 20 or shares[1] > 45 else []
        for width in (390, 360, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{path}: scrolls sideways at {width} px")
    page.close()
    assert not wrong, "\n".join(wrong)


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
