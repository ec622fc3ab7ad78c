"""The charts of a page for other sites: the code to copy, and what is shown in their frame."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Frame, expect
from playwright.sync_api import Page as Tab
from selectolax.lexbor import LexborHTMLParser as Html

from benchmarks.browsers import Driver

from tests.pages import address as published
from tests.pages import page
from tests.site.test_accessibility import MODULES, opened
from tests.site.test_header import LARGE_TEXT

PROJECT = "/projects/92000000-3001/"
CHARTS = {
    "/": {"money"},
    "/areas/": {"map"},
    "/areas/11/": {"statuses", "breakdown"},
    "/agencies/92000000/": {"statuses", "breakdown"},
    PROJECT: {"standing", "months", "schedule"},
}
"""Pages, and the charts that each has."""


def embed(path: str, **chart: str) -> str:
    return f"/embed/?{urlencode({'page': path, **chart})}"


def codes(tab: Tab) -> list[Html]:
    """The codes that the page gives, read as the HTML that they are."""
    expect(tab.locator("#embed-status")).to_have_text("")
    tab.locator(".embedded").first.wait_for()
    return [Html(code) for code in tab.locator("textarea").evaluate_all("fields => fields.map(({ value }) => value)")]


@pytest.mark.parametrize("path", CHARTS)
def test_a_page_with_charts_leads_to_their_codes(any_site: Path, base: str, chromium: Browser, path: str) -> None:
    (link,) = [
        link.attributes["href"]
        for link in page(any_site, f"en{path}index.html").css("main a")
        if (link.attributes["href"] or "").startswith("/en/embed/")
    ]
    tab = chromium.new_page()
    tab.goto(f"{base}{link}")
    frames = [code.css_first("iframe").attributes for code in codes(tab)]
    own = f"{published(any_site)}en/embed/"
    assert {frame["src"] for frame in frames} == {
        f"{own}?{urlencode({'page': path, 'chart': chart})}" for chart in CHARTS[path]
    }
    for frame in frames:
        assert frame["loading"] == "lazy"
        assert frame["title"]
        assert int(frame["height"] or "") > 300
    # What stands below works where no frame and no script does.
    links = {code.css_first("p a").attributes["href"] for code in codes(tab)}
    assert links == {f"{published(any_site)}en{path}"}
    tab.close()


def test_the_link_of_a_project_takes_at_most_150_bytes(any_site: Path) -> None:
    for prefix in ("", "en/"):
        html = (any_site / f"{prefix}{PROJECT[1:]}index.html").read_text("utf-8")
        (link,) = re.findall(r'<a href="[^"]*/embed/.*?</a>', html)
        assert len(link.encode()) <= 150


@pytest.fixture
def framed(
    served: Callable[[Path], str], chromium: Browser, base: str, tmp_path: Path
) -> Iterator[Callable[..., Frame]]:
    """Opens an address of the site in a frame of a page of another site."""
    context = chromium.new_context(viewport={"width": 360, "height": 900})
    context.add_init_script(path=Path(__file__).parent / "accessibility.js")
    context.add_init_script(path=MODULES / "axe-core" / "axe.min.js")
    host = served(tmp_path)

    def open_frame(path: str) -> Frame:
        frame = f'<iframe src="{escape(base + path)}" width="100%" height="900" title="x"></iframe>'
        (tmp_path / "index.html").write_text(f"<!doctype html><html lang=en><title>x</title>{frame}", "utf-8")
        tab = context.new_page()
        tab.goto(host + "/")
        return tab.frames[1]

    yield open_frame
    context.close()


@pytest.mark.parametrize("path", CHARTS)
def test_a_frame_of_another_site_shows_the_chart_alone(
    any_site: Path, framed: Callable[..., Frame], base: str, path: str
) -> None:
    for chart in sorted(CHARTS[path]):
        frame = framed("/en" + embed(path, chart=chart))
        expect(frame.locator(".embedded")).to_have_count(1)
        assert not frame.locator(".masthead, .footer, .embed-code").filter(visible=True).count()
        title = page(any_site, f"en{path}index.html").css_first("h1").text(strip=True)
        assert frame.locator("h1").inner_text() == title
        source = frame.locator(".embedded > .basis")
        expect(source.locator("a")).to_have_attribute("href", f"{base}/en{path}")
        info = json.loads((any_site / "build-info.json").read_bytes())
        day = date.fromisoformat(info["created"])
        assert source.inner_text().endswith(f"Data release {info['version']} ({day.day} {day:%B %Y})")
        targets = frame.locator("#charts a").evaluate_all("links => links.map((link) => link.getAttribute('target'))")
        assert set(targets) == {"_blank"}
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert frame.evaluate("quality.axe()") == []


def test_a_chart_that_is_no_table_has_its_table_folded(framed: Callable[..., Frame]) -> None:
    frame = framed("/en" + embed(PROJECT, chart="months"))
    assert not frame.locator("table").is_visible()
    frame.get_by_text("As a table").click()
    assert frame.locator("table tbody tr").count() == 12


@pytest.mark.parametrize(
    "asked",
    [
        *("https://evil.example/", "//evil.example/", "/.//evil.example/", "\\\\evil.example/", "/\\evil.example/"),
        *(
            "javascript:alert(1)",
            "/../projects/",
            "/%2e%2e/areas/",
            "/data/projects.csv",
            "@evil.example/",
            "<img src=x>",
        ),
    ],
)
def test_nothing_but_a_page_of_this_language_is_read(base: str, chromium: Browser, asked: str) -> None:
    tab = chromium.new_page()
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(base + "/en" + embed(asked))
    expect(tab.locator("#embed-status")).to_have_text("The address asked for is not that of a page of this site.")
    assert tab.locator(".embedded, main img").count() == 0
    assert all(re.match(rf"{base}/(assets|en/embed)/", url) for url in requests), requests
    tab.close()


def test_a_page_without_a_chart_says_so(base: str, chromium: Browser) -> None:
    tab = chromium.new_page()
    tab.goto(base + "/en" + embed("/data/"))
    expect(tab.locator("#embed-status")).to_have_text("This page has no chart to embed.")
    tab.close()


def test_without_javascript_it_says_so_and_leads_to_the_site(base: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(base + "/en" + embed("/"))
    assert "needs JavaScript" in tab.locator("main noscript").inner_text()
    assert tab.locator("main noscript a").get_attribute("href") == "/en/"
    context.close()


READY = "while (!document.querySelector('.embedded')) await new Promise(requestAnimationFrame);"


def test_every_browser_shows_the_charts_silently_and_scrolls_nothing_sideways(base: str, driver: Driver) -> None:
    driver.complaints()
    for path in ("/", "/areas/", PROJECT):
        for width in (360, 320):
            driver.resize(width, 800)
            driver.open(base + embed(path))
            driver.run(READY)
            if width == 320:
                driver.run(LARGE_TEXT)
            assert driver.run("return document.documentElement.scrollWidth") <= width, path
    assert driver.complaints() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_and_no_text_is_lost(base: str, chromium: Browser, scheme: str) -> None:
    with opened(chromium, 360, 800, color_scheme=scheme) as (context, tab):
        context.add_init_script(path=MODULES / "axe-core" / "axe.min.js")
        tab.goto(base + "/en" + embed(PROJECT))
        codes(tab)
        assert [*tab.evaluate("quality.axe()"), *tab.evaluate("(quality.space(), quality.lost())")] == []
