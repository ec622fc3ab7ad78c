"""The pages in a real Chromium, from a plain static server."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.building import SAMPLE

SAMPLES = ["/projects/91000000-3002/", "/projects/92000000-3001/", "/projects/91000000-3003/", "/agencies/91000000/"]


@pytest.fixture
def kinds(sample_site: Path) -> tuple[Path, list[str]]:
    """A site, and pages of it."""
    return sample_site, SAMPLES


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_scrolls_sideways_complains_or_asks_another_host(
    kinds: tuple[Path, list[str]],
    served: Callable[[Path], str],
    chromium: Browser,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.add(request.url))
    site, paths = kinds
    base = served(site)
    for path in [*paths, *(f"/en{path}" for path in paths)]:
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert {url for url in asked if not url.startswith("http://127.0.0.1:")} == set()
    assert said == []
    page.close()


def test_a_site_under_a_sub_path_works(
    built: Callable[..., Path], served: Callable[[Path], str], chromium: Browser, tmp_path: Path
) -> None:
    site = built("sub", "--package", SAMPLE, "--base-url", "https://example.org/portal/")
    (tmp_path / "portal").symlink_to(site)
    page = chromium.new_page()
    failed: list[str] = []
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.goto(served(tmp_path) + "/portal/en/")
    page.get_by_role("link", name="All projects").click()
    page.locator("ol.projects a").first.click()
    assert page.locator("h1").is_visible()
    assert "/portal/en/projects/" in page.url
    assert failed == []
    page.close()
