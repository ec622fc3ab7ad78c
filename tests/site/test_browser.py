"""The pages in real browsers, from a plain static server."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.browsers import Driver

from tests.building import SAMPLE

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
    for path in [*paths, *(f"/en{path}" for path in paths)]:
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
