"""The page of the projects near a reader, and the picture of its area on the page of a project with coordinates."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Geolocation, expect
from playwright.sync_api import Page as Tab

from tests.building import run_build
from tests.pages import page, text
from tests.sample_package import SamplePackage
from tests.site.test_accessibility import MODULES, faults, in_languages, opened

HERE: Geolocation = {"latitude": 13.75, "longitude": 100.5}
METRES_OF_A_DEGREE = 111_195
"""Of latitude, on a sphere with the mean radius of the earth."""

NORTH_BY = {
    "91000000-2001": 0,
    "91000000-1001": 300,
    "92000000-3001": 990,
    "91000000-3001": 1010,
    "91000000-3003": 5000,
}
"""Metres from here, by project; all others give no place."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, of which a few projects give their coordinates."""
    folder = tmp_path_factory.mktemp("nearby")
    package = SamplePackage(folder / "package")
    names = ("latitude", "longitude")
    package.declare("projects", *({"name": name, "type": "number", "title": name} for name in names))
    header, *rows = package.table("projects")
    north = {i: f"{HERE['latitude'] + metres / METRES_OF_A_DEGREE:.6f}" for i, metres in NORTH_BY.items()}
    cells = ([north[row[0]], str(HERE["longitude"])] if row[0] in north else ["", ""] for row in rows)
    package.write("projects", [[*header, *names], *(row + cell for row, cell in zip(rows, cells, strict=True))])
    result = run_build("--package", package.root, "--output", folder / "site")
    assert result.returncode == 0, result.stderr
    return folder / "site"


@pytest.fixture
def here(chromium: Browser) -> BrowserContext:
    return chromium.new_context(geolocation=HERE, permissions=["geolocation"])


def found(tab: Tab) -> dict[str, str]:
    """The shown distance of each project that is listed, in the order of the list."""
    links = tab.locator("#near-results > li")
    rows: list[list[str]] = links.evaluate_all(
        "items => items.map((item) => [item.querySelector('a').pathname, item.querySelector('.basis').textContent])"
    )
    return {address.split("/")[-2]: shown for address, shown in rows}


def test_a_tap_lists_the_projects_within_1_km_with_the_nearest_first(
    site: Path, served: Callable[[Path], str], here: BrowserContext
) -> None:
    tab = here.new_page()
    tab.goto(served(site) + "/en/near/")
    assert found(tab) == {}
    tab.get_by_role("button", name="Use my place").click()
    expect(tab.get_by_role("status")).to_have_text("Within 1 km: 3. The nearest first.")
    assert found(tab) == {"91000000-2001": "0 m", "91000000-1001": "300 m", "92000000-3001": "990 m"}
    here.close()


def test_the_place_is_asked_for_on_a_tap_alone_and_told_to_nobody(
    site: Path, served: Callable[[Path], str], here: BrowserContext
) -> None:
    tab = here.new_page()
    tab.add_init_script(
        "const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation); window.asked = 0;"
        "navigator.geolocation.getCurrentPosition = (...args) => { window.asked += 1; ask(...args); };"
    )
    base = served(site)
    # The browser asks for the page's icon when all else is there.
    tab.goto(base + "/near/", wait_until="networkidle")
    assert tab.evaluate("window.asked") == 0
    requests: list[tuple[str, str | None]] = []
    tab.on("request", lambda request: requests.append((request.url, request.post_data)))
    tab.locator("#near button").click()
    expect(tab.locator("#near-results > li")).to_have_count(3)
    assert tab.evaluate("window.asked") == 1
    assert requests == [(f"{base}/near/places.json", None)]
    here.close()


def test_far_from_all_projects_the_nearest_are_listed_with_their_distance(
    site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    context = chromium.new_context(geolocation={"latitude": 13.0, "longitude": 100.5}, permissions=["geolocation"])
    tab = context.new_page()
    tab.goto(served(site) + "/en/near/")
    tab.locator("#near button").click()
    expect(tab.get_by_role("status")).to_contain_text("No project whose place is known is within 1 km")
    assert next(iter(found(tab).items())) == ("91000000-2001", "83.4 km")
    assert len(found(tab)) == len(NORTH_BY)
    context.close()


def test_who_does_not_allow_it_is_told_so_and_can_type_an_area(
    site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    context = chromium.new_context(permissions=[])
    tab = context.new_page()
    tab.goto(served(site) + "/en/near/")
    tab.locator("#near button").click()
    expect(tab.get_by_role("status")).to_contain_text("Your browser was not allowed to say where you are")
    tab.get_by_label("Type a part of the name").fill("khlong")
    assert tab.locator("#near-areas > li:visible").count() == 1
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/en/areas/12/")
    context.close()


@pytest.mark.parametrize("typed", ["จํา", "จ\u200bำ", "ลองจำล", "คลอง จำลอง"])
def test_a_typed_name_is_folded_as_the_search_folds_it(
    site: Path, served: Callable[[Path], str], chromium: Browser, typed: str
) -> None:
    tab = chromium.new_page()
    tab.goto(served(site) + "/near/")
    tab.get_by_label("พิมพ์บางส่วนของชื่อ").fill(typed)
    expect(tab.locator("#near-areas > li:visible a")).to_have_text("คลองจำลอง")
    tab.close()


def test_without_scripts_the_areas_are_listed_with_their_projects(
    site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(served(site) + "/en/near/")
    assert "needs JavaScript" in tab.locator(".callout").inner_text()
    assert not tab.get_by_role("button", name="Use my place").is_visible()
    tab.get_by_role("link", name="Bang Tuayang").click()
    tab.wait_for_url("**/en/areas/11/")
    context.close()


def test_the_page_says_how_many_projects_give_their_place_and_its_file_has_these_alone(site: Path) -> None:
    html = page(site, "en/near/index.html")
    count = len([*page(site, "en/projects/index.html").css(".projects h3")])
    assert text(html.css_first(".lead")).startswith(f"{len(NORTH_BY)} of {count} projects give their places.")
    places = json.loads((site / "near" / "places.json").read_text("utf-8"))
    assert [place[0] for place in places] == sorted(NORTH_BY)
    for path in ("en/index.html", "en/areas/index.html"):
        assert "/en/near/" in {link.attributes["href"] for link in page(site, path).css("main a")}


def test_a_project_with_coordinates_shows_its_areas_on_a_picture_that_its_pages_share(site: Path) -> None:
    for prefix in ("", "en/"):
        pictures = page(site, f"{prefix}projects/91000000-2001/index.html").css(".place img")
        assert [picture.attributes["src"] for picture in pictures] == ["/areas/11/map.svg", "/areas/12/map.svg"]
        assert all(picture.attributes["alt"] for picture in pictures)
        assert page(site, f"{prefix}projects/91000000-2002/index.html").css_first(".place") is None
    assert (site / "areas/11/map.svg").read_text("utf-8") != (site / "areas/12/map.svg").read_text("utf-8")
    assert (site / "areas/11/map.svg").stat().st_size < 2000


def test_without_coordinates_there_is_no_such_page_and_no_link_to_it(sample_site: Path) -> None:
    assert not (sample_site / "near").exists()
    assert not [*sample_site.glob("areas/*/map.svg")]
    for path in ("index.html", "areas/index.html"):
        assert "/near/" not in {link.attributes["href"] for link in page(sample_site, path).css("a")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_and_a_phone_loses_no_text(
    site: Path, served: Callable[[Path], str], chromium: Browser, scheme: Literal["light", "dark"]
) -> None:
    addresses = in_languages("nearby", served(site), ["/near/", "/projects/91000000-2001/"])
    options: dict[str, Any] = {"color_scheme": scheme, "geolocation": HERE, "permissions": ["geolocation"]}
    with opened(chromium, 360, 800, **options) as (context, tab):
        context.add_init_script(path=MODULES / "axe-core" / "axe.min.js")
        faulty = faults(tab, addresses, "axe", "space", "lost")
    assert not faulty, faulty
