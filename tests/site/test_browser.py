"""The pages in real browsers, from a plain static server."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.browsers import Driver

from tests.building import SAMPLE
from tests.pages import folders

SAMPLES = ["/projects/91000000-3002/", "/projects/92000000-3001/", "/projects/91000000-3003/", "/agencies/91000000/"]


def asked_elsewhere(driver: Driver, base: str) -> set[str]:
    """What the page asked of other hosts than its own."""
    asked = driver.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    return {address for address in asked if not address.startswith(f"{base}/")}


@pytest.fixture
def kinds(sample_site: Path) -> tuple[Path, list[str]]:
    """A site, and pages of it."""
    return sample_site, SAMPLES


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_scrolls_sideways_complains_or_asks_another_host(
    kinds: tuple[Path, list[str]], served: Callable[[Path], str], driver: Driver, width: int
) -> None:
    site, paths = kinds
    base = served(site)
    driver.resize(width, 800)
    for path in [f"/{folder}{path[1:]}" for folder in folders(site) for path in paths]:
        driver.open(base + path)
        assert driver.run("return document.documentElement.scrollWidth") <= width, path
        assert asked_elsewhere(driver, base) == set(), path
    assert driver.complaints() == []


def test_a_site_under_a_sub_path_works(
    built: Callable[..., Path], served: Callable[[Path], str], chromium: Browser, tmp_path: Path
) -> None:
    site = built("sub", "--package", SAMPLE, "--base-url", "https://example.org/portal/")
    (tmp_path / "portal").symlink_to(site)
    page = chromium.new_page()
    failed: list[str] = []
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.goto(served(tmp_path) + "/portal/en/")
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Projects").click()
    page.locator("ol.projects a").first.click()
    assert page.locator("h1").is_visible()
    assert "/portal/en/projects/" in page.url
    assert failed == []
    page.close()


def test_the_buttons_of_a_page_stand_where_scripts_run_and_none_moves_another(
    sample_site: Path, chromium: Browser, served: Callable[[Path], str]
) -> None:
    address = served(sample_site) + "/projects/91000000-1001/"
    places = []
    for scripts, comes, shown in ((True, True, 2), (True, False, 2), (False, False, 0)):
        context = chromium.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=scripts)
        page = context.new_page()
        if not comes:
            page.route("**/page*.js", lambda route: route.abort())
        page.goto(address)
        buttons = page.locator("li > :is([data-print], [data-share])").filter(visible=True)
        assert buttons.count() == shown
        places.append([link.bounding_box() for link in page.locator(".project-actions li:visible").all()])
        page.locator("details:has([data-print-hint]) > summary").click()
        assert page.locator("[data-print-hint]").is_visible() is not scripts
        assert (page.locator("[data-copy]").filter(visible=True).count() == 0) is not scripts
        context.close()
    assert places[0] == places[1]


@pytest.mark.parametrize("shares", [True, False])
def test_a_page_is_shared_or_its_address_is_copied(
    sample_site: Path, chromium: Browser, served: Callable[[Path], str], shares: bool
) -> None:
    base = served(sample_site)
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    share = "async ({ url }) => { window.shared = url; }" if shares else "undefined"
    page.add_init_script(f"Object.defineProperty(navigator, 'share', {{ value: {share} }})")
    page.goto(base + "/en/projects/91000000-1001/")
    address = page.evaluate("document.querySelector('link[rel=canonical]').href")
    page.get_by_role("button", name="Share").click()
    if shares:
        assert page.evaluate("window.shared") == address
    else:
        page.get_by_role("button", name="Copied").click()
        assert page.evaluate("navigator.clipboard.readText()") == address
        page.get_by_role("button", name="Share").wait_for()
    context.close()
