"""The search in each browser: its terms are those of the build, and the page says so where it cannot search."""

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from benchmarks.browsers import Driver

from tests.building import ROOT


def asset(site: Path, name: str) -> str:
    return "/" + next(site.glob(f"assets/{name}.*.js")).relative_to(site).as_posix()


def test_text_becomes_the_tokens_of_the_specification(driver: Driver, base: str, any_site: Path) -> None:
    vectors = json.loads((ROOT / "tests" / "search_vectors.json").read_text("utf-8"))
    driver.open(base + "/search/")
    script = """
        const { coded, fold, terms } = await import(argument[0]);
        const tokens = (text) => terms(text).map((term) => coded(term) + "z").join(" ");
        return argument[1].map((text) => ({ text, folded: fold(text), terms: terms(text), tokens: tokens(text) }));
    """
    assert driver.run(script, [asset(any_site, "tokens"), [v["text"] for v in vectors]]) == vectors


def test_a_cell_that_looks_like_a_formula_is_made_text(driver: Driver, base: str, any_site: Path) -> None:
    driver.open(base + "/search/")
    script = "const { cell } = await import(argument); return ['=1+1', '@x', '+1', '-1', '\\t=1', 'a,\"b\"'].map(cell)"
    assert driver.run(script, asset(any_site, "search")) == ["'=1+1", "'@x", "'+1", "'-1", "'\t=1", '"a,""b"""']


def test_without_javascript_the_search_says_so_and_leads_to_the_lists(base: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/search/?q=x")
    assert page.locator("main noscript p").is_visible()
    links = page.locator("main noscript a").evaluate_all("(links) => links.map((link) => link.pathname)")
    lists = ("/projects/", "/agencies/", "/areas/", "/years/", "/strategies/", "/contracts/", "/suppliers/")
    assert links == [path for path in lists if page.request.get(base + path).ok]
    assert len(links) >= 5
    assert not page.locator("#search :is(input, select, button)").filter(visible=True).count()
    assert page.locator("#start .projects a").first.is_visible()
    for path in ("/", "/projects/"):
        page.goto(base + path)
        assert page.locator("form[role=search] noscript a").is_visible()
    context.close()


def test_an_area_has_the_projects_of_its_parts_as_answer_and_as_filter(base: str, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{base}/search/?q=ฝั่งเหนือ")
    answer = page.locator("#groups li").first
    expect(answer.locator("a")).to_have_attribute("href", "/areas/01/")
    count = re.search("[0-9]+", answer.locator("span").last.inner_text())
    assert count
    page.goto(f"{base}/search/?area=01")
    expect(page.locator("#count")).to_have_text(f"พบ {count[0]} โครงการ")
    parts = page.locator("[name=area]").evaluate_all("(options) => options.map(({ value }) => value)")
    assert {"01", "11", "12"} <= set(parts)
    page.goto(f"{base}/areas/01/")
    assert count[0] in page.locator("main").inner_text()
    page.close()
