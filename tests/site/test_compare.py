"""The page that shows projects side by side, as their own pages say."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from benchmarks.browsers import Driver
from portal.core import urls

from tests.site.test_accessibility import MODULES, opened
from tests.site.test_header import LARGE_TEXT

BOTH_FIGURES = ("95010000-3002", "95020000-3001")
"""Projects of one name and year, of two agencies, that give all figures."""
NO_SPENDING = "95020000-3003"
"""A project that gives its budget, and neither what was spent nor its progress."""

SHOWN = """
    while (document.querySelector("#compare").hidden) await new Promise(requestAnimationFrame);
    const rows = [...document.querySelectorAll(".compare tr")].map(({ cells }) => [...cells]);
    return rows.map((cells) => cells.map((cell) => cell.innerText.replace(/\\s+/g, " ").trim()));
"""
"""Waits for the projects; the texts of the table, row by row."""


def address(ids: Sequence[str]) -> str:
    return f"/compare/?{urlencode([('project', project_id) for project_id in ids])}"


def rows(tab: Tab) -> dict[str, list[str]]:
    return {title: values for title, *values in tab.evaluate(f"async () => {{ {SHOWN} }}")}


def bars(tab: Tab, title: str) -> list[float]:
    row = tab.locator(".compare tr").filter(has=tab.get_by_role("rowheader", name=title))
    widths = row.locator(".bar").evaluate_all("bars => bars.map((bar) => Number(bar.getAttribute('width')))")
    return [round(width, 1) for width in widths]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_projects_stand_side_by_side_in_every_browser(base: str, driver: Driver, prefix: Literal["", "/en"]) -> None:
    driver.complaints()
    for width in (1280, 360, 320):
        driver.resize(width, 900)
        driver.open(base + prefix + address([*BOTH_FIGURES, NO_SPENDING]))
        table = driver.run(SHOWN)
        assert [len(cells) for cells in table] == [4] * len(table)
        assert ["450,000", "380,000", "120,000"] in [cells[1:] for cells in table]
        tops = driver.run(
            "return [...document.querySelectorAll('tr[data-kind=money] td')].map((e) => e.getBoundingClientRect().top)"
        )
        assert len(set(tops)) == (2 if width == 1280 else 6)
        if width == 320:
            driver.run(LARGE_TEXT)
        assert driver.run("return document.documentElement.scrollWidth") <= width
    assert driver.complaints() == []


def test_a_row_has_bars_only_where_every_project_gives_the_figure(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    tab.goto(base + "/en" + address(BOTH_FIGURES))
    table = rows(tab)
    assert table["Latest progress (%)"] == ["45%", "85%"]
    assert bars(tab, "Budget received (baht)") == [100, 84.4]
    # On the scale of the budgets.
    assert bars(tab, "Budget spent (baht)") == [40, 67.6]
    assert bars(tab, "Latest progress (%)") == [45, 85]
    tab.goto(base + "/en" + address([BOTH_FIGURES[0], NO_SPENDING]))
    table = rows(tab)
    note = "Not given for every project, so not to be compared"
    assert table[f"Budget spent (baht) {note}"] == ["180,000", "No data"]
    assert table[f"Latest progress (%) {note}"] == ["45%", "No data"]
    assert bars(tab, "Budget received (baht)") == [100, 26.7]
    assert bars(tab, "Budget spent (baht)") == bars(tab, "Latest progress (%)") == []
    tab.close()


def test_each_value_is_that_of_the_project_s_own_page(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    tab.goto(base + address(BOTH_FIGURES))
    rows(tab)
    lines = 'rows => rows.map(({ cells }) => [...cells].slice(1).map((cell) => cell.innerText.trim().split("\\n")))'
    table = tab.locator(".compare tbody tr").evaluate_all(lines)
    for project_id, *texts in zip(BOTH_FIGURES, *table, strict=True):
        tab.goto(f"{base}/projects/{project_id}/")
        said = " ".join(tab.locator("main").evaluate("main => main.textContent").split())
        missing = [line for cell in texts for line in cell if " ".join(line.split()) not in said]
        assert len(texts) > 8
        assert missing == []
    tab.close()


def test_projects_of_one_name_are_told_by_their_agencies(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    tab.goto(base + "/en" + address(BOTH_FIGURES))
    rows(tab)
    heads = tab.locator(".compare thead th")
    labels = heads.evaluate_all("heads => heads.map((head) => head.abbr)")
    assert len(set(labels)) == 2
    assert all(label in head for label, head in zip(labels, heads.all_inner_texts(), strict=True))
    tab.close()


def test_two_taps_lead_from_a_project_to_its_comparison_with_one_of_its_name(base: str, chromium: Browser) -> None:
    tab = chromium.new_page(viewport={"width": 360, "height": 800})
    tab.goto(f"{base}/en/projects/{BOTH_FIGURES[0]}/")
    tab.get_by_role("link", name="Compare", exact=True).click()
    tab.locator("#related a").first.click()
    table = rows(tab)
    assert table["Budget received (baht)"][0] == "450,000"
    assert [value for value in table["Budget received (baht)"] if value != "No data"][1:]
    assert tab.locator("a.language").get_attribute("href") == tab.url.replace("/en/", "/")
    tab.locator("thead").get_by_role("link", name="Remove").last.click()
    expect(tab.locator("#first")).to_contain_text("95010000-3002")
    tab.close()


def test_the_next_project_is_found_by_a_word_or_a_code(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    tab.goto(base + "/en" + address(BOTH_FIGURES[:1]))
    box = tab.get_by_label("Name, code, agency or word")
    box.fill("สะพานคนข้าม")
    box.press("Enter")
    expect(tab.locator("#hits li")).to_have_count(1)
    expect(tab.locator("#hits .basis")).to_contain_text("Sample City Works and Parks Department · 91000000-3001")
    tab.locator("#hits a").click()
    assert rows(tab)["Budget received (baht)"] == ["450,000", "3,600,000"]
    box.fill(NO_SPENDING)
    box.press("Enter")
    tab.wait_for_url(f"**/en{address([BOTH_FIGURES[0], '91000000-3001', NO_SPENDING])}")
    tab.close()


HOSTILE = ("../data", "//evil.example/x", "a/b", "page", "con", "<img src=x onerror=alert(1)>", "%2e%2e", "a" * 101)


def test_an_id_that_no_project_can_have_is_named_and_nothing_is_asked_for(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    for project_id in HOSTILE:
        tab.goto(base + "/en" + address([project_id]))
        expect(tab.locator("#failures")).to_have_text(f"“{project_id[:100]}” cannot be the code of a project.")
        assert tab.locator("main img").count() == 0
    assert {url.removeprefix(base).split("/")[1].split("?")[0] for url in requests} <= {"en", "assets"}
    assert all("/compare/" in url for url in requests if url.startswith(f"{base}/en/"))
    tab.close()


def test_the_browser_judges_ids_as_the_build_does(base: str, chromium: Browser) -> None:
    ids = [*HOSTILE, *BOTH_FIGURES, "Page", "COM1.txt", "com0", "a.b_c-d", "a..b", "ก", "a" * 100, "feed.xml", "a\n"]
    ids += ["\N{LATIN SMALL LETTER LONG S}", "\N{KELVIN SIGN}"]
    tab = chromium.new_page()
    tab.goto(f"{base}/compare/")
    script = (
        "(ids) => ids.map((id) => new RegExp(`^(?:${document.querySelector('#compare').dataset.rule})$`, 'i').test(id))"
    )
    assert tab.evaluate(script, ids) == [urls.is_safe_id(project_id) for project_id in ids]
    tab.close()


def test_an_unknown_project_is_named_and_the_others_are_shown(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    tab.goto(base + "/en" + address([*BOTH_FIGURES, "1-2", NO_SPENDING, "91000000-3001"]))
    expect(tab.locator("#failures li")).to_have_text(
        [
            "There is no project with the code “1-2”.",
            "Four projects are compared at most. These are the first four.",
        ]
    )
    assert len(rows(tab)["Budget received (baht)"]) == 3
    tab.close()


def test_a_project_that_left_the_data_says_so_beside_the_others(
    history_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    (removed, *_) = json.loads((history_site / "pagefind" / "removed.json").read_text("utf-8"))
    tab = chromium.new_page()
    tab.goto(served(history_site) + "/en" + address([removed, "91000000-1001"]))
    table = rows(tab)
    assert table["Where it stands"][0].startswith("This project is no longer in the data.")
    assert "No longer in the data" in [cells[0] for cells in table.values()]
    tab.close()


def test_markup_in_a_name_is_text(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    tab.goto(base + address(["91000000-2002", NO_SPENDING]))
    rows(tab)
    assert "<script>" in tab.locator(".compare thead").inner_text()
    assert tab.locator(".compare script").count() == 0
    tab.close()


def test_without_javascript_it_says_so_and_leads_to_the_search(base: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(base + "/en" + address(BOTH_FIGURES))
    assert "needs JavaScript" in tab.locator("main noscript").inner_text()
    links = tab.locator("main noscript a").evaluate_all("links => links.map((link) => link.pathname)")
    assert links == ["/en/search/", "/en/projects/"]
    assert not tab.locator("#compare").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_violation_and_no_text_is_lost(base: str, chromium: Browser, width: int, scheme: str) -> None:
    with opened(chromium, width, 800, color_scheme=scheme) as (context, tab):
        context.add_init_script(path=MODULES / "axe-core" / "axe.min.js")
        for ids in ((), BOTH_FIGURES[:1], [*BOTH_FIGURES, NO_SPENDING]):
            tab.goto(base + "/en" + address(ids))
            rows(tab)
            faults = [*tab.evaluate("quality.axe()"), *tab.evaluate("(quality.space(), quality.lost())")]
            assert faults == [], ids
