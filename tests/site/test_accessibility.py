"""What one page of each kind is held to: open to everyone, at rest, silent, valid and light."""

import json
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks.browsers import Driver

from tests.building import ROOT
from tests.pages import folders

MODULES = ROOT / "node_modules"
SAMPLES = [
    "/",
    "/projects/92000000-3001/",
    "/areas/",
    "/areas/11/",
    "/agencies/92000000/missing/",
    "/projects/largest/",
    "/suppliers/",
    "/suppliers/S-001/",
    "/contracts/",
]
"""The second is the fictional project with the most to say."""
HISTORIES = ["/projects/91000000-1001/", "/changes/", "/changes/compare/2569-q1/2569-q2/", "/signals/reporting/"]

READY = """
    const found = /^(พบ \\S+ โครงการ|\\S+ projects? found)$/;
    for (let i = 0; i < 600 && location.search && !found.test(document.querySelector("#count").textContent); i++)
      await new Promise(requestAnimationFrame);
"""
"""Waits until a search has said how many it found."""


@pytest.fixture(scope="module")
def addresses(sample_site: Path, history_site: Path, served: Callable[..., str]) -> dict[str, str]:
    """Pages in each language: their names in messages, and where they are."""
    return in_languages("sample", served(sample_site), SAMPLES) | in_languages(
        "history", served(history_site), HISTORIES
    )


def in_languages(site: str, base: str, paths: list[str]) -> dict[str, str]:
    return {f"{site} {prefix}{path}": f"{base}{prefix}{path}" for prefix in ("", "/en") for path in paths}


@contextmanager
def opened(chromium: Browser, width: int, height: int, **options: Any) -> Iterator[tuple[BrowserContext, Page]]:
    context = chromium.new_context(viewport={"width": width, "height": height}, **options)
    context.add_init_script(path=Path(__file__).parent / "accessibility.js")
    yield context, context.new_page()
    context.close()


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate(f"async () => {{ {READY} }}")


def faults(page: Page, addresses: dict[str, str], *checks: str) -> str:
    """What the checks of accessibility.js, in this order, find on each page; one fault a line."""
    found = []
    for name, address in addresses.items():
        visit(page, address)
        for check in checks:
            found += [f"{name}: {fault}" for fault in page.evaluate(f"quality.{check}()") or ()]
    return "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize(("width", "height"), [(360, 800), (1280, 900)])
def test_axe_finds_no_violation(addresses: dict[str, str], chromium: Browser, width: int, height: int) -> None:
    """By day with all its rules; at night, when nothing but colours is another, with those that depend on these."""
    with opened(chromium, width, height, color_scheme="light") as (context, page):
        context.add_init_script(path=MODULES / "axe-core" / "axe.min.js")
        found = []
        for name, address in addresses.items():
            page.emulate_media(color_scheme="light")
            visit(page, address)
            found += [f"{name}: {fault}" for fault in page.evaluate("quality.otherThanColours()")]
            found += [f"{name}: {fault}" for fault in page.evaluate("quality.axe()")]
            page.emulate_media(color_scheme="dark")
            found += [f"{name}, at night: {fault}" for fault in page.evaluate("quality.axeOfColours()")]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("spacing", ["its own spacing", "wide spacing"])
@pytest.mark.parametrize(("width", "height"), [(360, 800), (320, 256)])
def test_a_phone_and_400_percent_lose_no_text(
    addresses: dict[str, str], chromium: Browser, width: int, height: int, spacing: str
) -> None:
    """A window of 1280 by 1024 pixels has 320 by 256 CSS pixels at 400 percent."""
    with opened(chromium, width, height) as (_, page):
        found = faults(page, addresses, *(["space"] if spacing == "wide spacing" else []), "lost")
    assert not found, found


def test_nothing_moves_for_those_who_ask_for_less_motion(addresses: dict[str, str], chromium: Browser) -> None:
    with opened(chromium, 1280, 900, reduced_motion="reduce") as (_, page):
        found = faults(page, addresses, "moving")
    assert not found, found


@pytest.mark.parametrize("width", [360, 412])
def test_nothing_jumps_while_a_page_loads(addresses: dict[str, str], chromium: Browser, width: int) -> None:
    with opened(chromium, width, 800) as (_, page):
        moved = faults(page, addresses, "shifted")
    assert not moved, moved


def test_every_kind_loads_without_a_complaint(addresses: dict[str, str], driver: Driver) -> None:
    said = []
    for address in addresses.values():
        driver.open(address)
        driver.run(READY)
        said += driver.complaints()
    assert not said, "\n".join(said)


@pytest.fixture
def checked(sample_site: Path) -> tuple[Path, list[str]]:
    """A site, and the pages of it whose HTML is checked, with its style sheets."""
    return sample_site, [*SAMPLES, "/compare/", "/embed/"]


def test_the_nu_checker_finds_no_error_in_html_or_css(checked: tuple[Path, list[str]]) -> None:
    site, paths = checked
    files = [
        site / folder / path[1:].partition("?")[0] / ("" if path.endswith(".html") else "index.html")
        for folder in folders(site)
        for path in paths
    ]
    found = html_faults([*files, *site.glob("assets/*.css")])
    assert not found, "\n".join(found)


def html_faults(files: Iterable[Path]) -> list[str]:
    """What the Nu checker finds in pages and style sheets."""
    checker: list[str | Path] = [
        "java",
        "-jar",
        MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar",
        "--format",
        "json",
        "--stdout",
    ]
    command = [*checker, "--errors-only", "--also-check-css", *files]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    messages = json.loads(result.stdout)["messages"]
    return [f"{one.get('url')}:{one.get('lastLine')}: {one['message']}" for one in messages]
