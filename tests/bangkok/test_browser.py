"""The pages in real browsers, from a plain static server."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.site.test_browser import test_no_page_scrolls_sideways_complains_or_asks_another_host
from tests.site.test_home_page import SCREEN, heights

__all__ = ["test_no_page_scrolls_sideways_complains_or_asks_another_host"]

KINDS = [
    "/",
    "/projects/",
    "/projects/04160000-6961/",
    "/projects/B66-0404003-P03-1700/",
    "/agencies/",
    "/agencies/50150000/",
    "/years/2566/",
    "/policies/",
    "/policies/30/",
    "/strategies/",
    "/how-to-read/",
    "/signals/",
    "/signals/reporting/",
    "/changes/",
    "/404.html",
]


@pytest.fixture
def kinds(real_site: Path) -> tuple[Path, list[str]]:
    return real_site, KINDS


def test_the_front_page_is_at_most_three_screens_of_a_phone(
    real_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    assert max(heights(served(real_site), chromium)) <= 3 * SCREEN


def test_the_reference_page_is_at_most_2800_pixels_long_on_a_phone_and_one_of_few_values_1600(
    real_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    """With the button that shares the page, which phones have."""
    paths = ("/projects/04160000-6961/", "/projects/B66-1300020-09-5011/", "/projects/B66-0404003-P03-1700/")
    full, *sparse = heights(served(real_site), chromium, paths)
    assert full <= 2800
    assert max(sparse) <= 1600


def test_the_projects_of_an_area_and_of_an_agency_begin_on_the_second_screen_of_a_phone(
    real_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    tab = chromium.new_page(viewport={"width": 360, "height": SCREEN})
    for path in ("/areas/1046/", "/agencies/50150000/", "/en/areas/1046/", "/en/agencies/11000000/"):
        tab.goto(served(real_site) + path)
        assert tab.locator("ol.projects").first.evaluate("list => list.getBoundingClientRect().top") < 2 * SCREEN
    tab.close()


def test_a_row_of_the_agencies_and_of_the_areas_is_short_on_a_phone(
    real_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    tab = chromium.new_page(viewport={"width": 360, "height": SCREEN})
    for path in ("/agencies/", "/areas/"):
        tab.goto(served(real_site) + path)
        heights = "rows => rows.map((row) => row.getBoundingClientRect().height).sort((a, b) => a - b)"
        found = tab.locator("table.groups tbody tr").evaluate_all(heights)
        assert found[len(found) // 2] <= 120
    tab.close()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_button_of_an_error_is_large_and_leads_to_a_heading(
    real_site: Path, served: Callable[[Path], str], chromium: Browser, prefix: str
) -> None:
    tab = chromium.new_page(viewport={"width": 360, "height": SCREEN})
    tab.goto(f"{served(real_site)}{prefix}/projects/04160000-6961/")
    buttons = tab.locator(".project-actions .button:visible")
    assert min(buttons.evaluate_all("all => all.map((button) => button.getBoundingClientRect().height)")) >= 44
    button = tab.locator(".project-actions a[href='#correction']")
    button.click()
    heading = tab.locator("#correction").get_by_role("heading", name=button.inner_text())
    expect(heading).to_be_in_viewport()
    tab.close()


def test_related_projects_are_folded_on_a_phone_and_open_where_there_is_room(
    real_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": SCREEN})
    page.goto(served(real_site) + "/projects/04160000-6961/")
    related = page.locator(".neighbours a").first
    assert not related.is_visible()
    page.locator(".related summary").click()
    assert related.is_visible()
    page.locator(".related summary").click()
    page.set_viewport_size({"width": 1280, "height": SCREEN})
    assert related.is_visible()
    assert page.get_by_role("heading", name="โครงการที่เกี่ยวข้อง").is_visible()
    assert not page.locator(".related summary").is_visible()
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_possible_double_count_stands_between_the_status_and_the_rest(
    real_site: Path, served: Callable[[Path], str], chromium: Browser, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": SCREEN})
    page.goto(served(real_site) + "/projects/50150000-6433/")
    parts = (".standing", ".double-count", ".project-body", ".project-side")
    tops = [page.locator(part).evaluate("part => part.getBoundingClientRect().top") for part in parts]
    assert tops == sorted(tops)
    page.close()


def test_without_javascript_everything_can_be_read(
    real_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served(real_site) + "/projects/04160000-6961/")
    page.locator("summary", has_text="ดูเป็นตาราง").click()
    assert page.get_by_text("ผลงานเดือนที่ 12").is_visible()
    assert page.locator(".chart svg").is_visible()
    assert not page.get_by_role("button", name="พิมพ์ PDF").is_visible()
    page.locator("#cite > summary").click()
    assert page.get_by_text("พิมพ์ PDF: ใช้คำสั่งพิมพ์ของเบราว์เซอร์").is_visible()
    context.close()


def test_the_first_tab_stop_skips_to_the_content(
    real_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    page = chromium.new_page()
    page.goto(served(real_site) + "/projects/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()


def test_the_language_switch_stays_on_the_same_page(
    real_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    page = chromium.new_page()
    base = served(real_site)
    page.goto(base + "/agencies/50150000/")
    page.get_by_role("link", name="English").click()
    assert page.url == base + "/en/agencies/50150000/"
    page.get_by_role("link", name="ภาษาไทย").click()
    assert page.url == base + "/agencies/50150000/"
    page.close()


def test_a_table_is_put_in_order_by_its_heads(
    real_site: Path, chromium: Browser, served: Callable[[Path], str]
) -> None:
    page = chromium.new_page()
    page.goto(served(real_site) + "/agencies/")
    table = page.locator("table[data-sortable]").first
    counts = "rows => rows.map((row) => row.cells[1].dataset.sort).map(Number)"
    rows = table.locator("tbody tr")
    assert rows.evaluate_all(counts) != sorted(rows.evaluate_all(counts), reverse=True)
    table.get_by_role("button", name="โครงการ").press("Enter")
    assert rows.evaluate_all(counts) == sorted(rows.evaluate_all(counts), reverse=True)
    assert table.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    table.get_by_role("button", name="โครงการ").press("Enter")
    assert rows.evaluate_all(counts) == sorted(rows.evaluate_all(counts))
    table.get_by_role("button", name="งบฯ ที่ใช้ไป").press("Enter")
    spent = rows.evaluate_all("rows => rows.map((row) => row.cells[3].dataset.sort)")
    assert "" in spent
    assert spent == sorted(spent, key=lambda value: -float(value or -1))
    page.close()


def test_the_address_and_the_citation_are_copied(
    real_site: Path, chromium: Browser, served: Callable[[Path], str]
) -> None:
    context = chromium.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(served(real_site) + "/projects/04160000-6961/")
    page.locator("#cite > summary").click()
    page.get_by_role("button", name="คัดลอกลิงก์").click()
    expect(page.get_by_role("button", name="คัดลอกแล้ว")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "https://projects.bangkok.example/projects/04160000-6961/"
    )
    page.get_by_role("button", name="คัดลอกการอ้างอิง").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.startsWith('กรุงเทพมหานคร, “'))")
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_link_into_the_dictionary_lands_on_its_table(
    chromium: Browser, served: Callable[..., str], real_site: Path, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{served(real_site)}/projects/04160000-6961/")
    page.locator("a[href$='#resource-monthly_results']").first.click()
    page.wait_for_function("document.querySelector('#resource-monthly_results').getBoundingClientRect().top < 80")
    assert page.evaluate("document.querySelector('#resource-monthly_results').getBoundingClientRect().top") >= 0
    page.close()
