"""What one page of each kind is held to: open to everyone, at rest, silent, valid and light."""

import fcntl
import gzip
import io
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from selectolax.lexbor import LexborHTMLParser as Html

from benchmarks.browsers import CHROMIUM, Firefox, executable, open_browser

from tests.building import ROOT

MODULES = ROOT / "node_modules"
REFERENCE = "/projects/04160000-6961/"
SEARCH = "/search/?q=กรุงเทพมหานคร"
REAL = [
    *["/", "/projects/", "/projects/page/2/", REFERENCE, "/agencies/", "/agencies/50150000/", "/years/"],
    *["/years/2566/", "/policies/30/", "/strategies/การสร้างเมืองปลอดภัยและหยุ่นตัวต่อวิกฤตการณ์/", "/about/"],
    *["/data/", "/data/quality/", "/signals/", "/signals/budget-spent-but-unfinished/", "/signals/methodology/"],
    *["/changes/", SEARCH, "/404.html"],
]
SAMPLES = ["/", "/projects/92000000-3001/"]
"""The second is the fictional project with the most to say."""
HISTORIES = ["/projects/91000000-1001/", "/changes/", "/changes/compare/2569-q1/2569-q2/", "/signals/reporting/"]

READY = """
    const found = /^(พบ \\S+ โครงการ|\\S+ projects? found)$/;
    for (let i = 0; i < 600 && location.search && !found.test(document.querySelector("#count").textContent); i++)
      await new Promise(requestAnimationFrame);
"""
"""Waits until a search has said how many it found."""

COMPLAINTS = """
    return Services.console.getMessageArray().filter((one) => one instanceof Ci.nsIScriptError)
      .map(({ sourceName, errorMessage }) => `${sourceName}: ${errorMessage}`)
      .filter((complaint) => complaint.includes("http://127.0.0.1:"));
"""
"""What Firefox itself says of pages. What they log with `console` it keeps elsewhere, but Chromium tells that."""


@pytest.fixture(scope="module")
def addresses(real_site: Path, sample_site: Path, history_site: Path, served: Callable[..., str]) -> dict[str, str]:
    """One page of each kind in each language: its name in messages, and where it is."""
    sites = (
        ("real", served(real_site), REAL),
        ("sample", served(sample_site), SAMPLES),
        ("history", served(history_site), HISTORIES),
    )
    return {
        f"{name} {prefix}{path}": f"{base}{prefix}{path}"
        for name, base, paths in sites
        for prefix in ("", "/en")
        for path in paths
    }


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
    """What the checks of quality.js, in this order, find on each page; one fault a line."""
    found = []
    for name, address in addresses.items():
        visit(page, address)
        for check in checks:
            found += [f"{name}: {fault}" for fault in page.evaluate(f"quality.{check}()") or ()]
    return "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(360, 800), (1280, 900)])
def test_axe_finds_no_violation(
    addresses: dict[str, str], chromium: Browser, width: int, height: int, scheme: str
) -> None:
    with opened(chromium, width, height, color_scheme=scheme) as (context, page):
        context.add_init_script(path=MODULES / "axe-core" / "axe.min.js")
        found = faults(page, addresses, "axe")
    assert not found, found


@pytest.mark.parametrize("spacing", ["its own spacing", "wide spacing"])
@pytest.mark.parametrize(("width", "height"), [(360, 800), (320, 256)])
def test_a_phone_and_400_percent_lose_no_text(
    addresses: dict[str, str], chromium: Browser, width: int, height: int, spacing: str
) -> None:
    """A window of 1280 by 1024 pixels has 320 by 256 CSS pixels at 400 percent."""
    with opened(chromium, width, height) as (_, page):
        found = faults(page, addresses, *(["space"] if spacing == "wide spacing" else []), "lost")
    assert not found, found


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", ["home", "list", "project", "search"])
def test_tab_walks_in_order_through_all_there_is_and_shows_where_it_is(
    addresses: dict[str, str], chromium: Browser, kind: str, width: int
) -> None:
    path = {"home": "/", "list": "/projects/", "project": REFERENCE, "search": SEARCH}[kind]
    walked: list[int | str] = []
    seen: list[str] = []
    with opened(chromium, width, 800, reduced_motion="reduce") as (_, page):
        visit(page, addresses[f"real {path}"])
        expected = [*range(page.evaluate("quality.stops()")), "the end"]
        while walked[-1:] != ["the end"] and len(walked) < 2 * len(expected):
            page.keyboard.press("Tab")
            stop, found = page.evaluate("quality.stop()")
            walked.append(stop)
            seen += found
    assert walked == expected
    assert not seen, "\n".join(seen)


def test_nothing_moves_for_those_who_ask_for_less_motion(addresses: dict[str, str], chromium: Browser) -> None:
    with opened(chromium, 1280, 900, reduced_motion="reduce") as (_, page):
        found = faults(page, addresses, "moving")
    assert not found, found


@pytest.mark.parametrize("width", [360, 412])
def test_chromium_loads_every_kind_without_a_word_a_jump_or_another_host(
    addresses: dict[str, str], chromium: Browser, width: int
) -> None:
    said: list[str] = []
    asked: set[str] = set()
    with opened(chromium, width, 800) as (_, page):
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.on("request", lambda request: asked.add(request.url))
        moved = faults(page, addresses, "shifted")
    assert not moved, moved
    assert not said, "\n".join(said)
    assert {url for url in asked if not url.startswith("http://127.0.0.1:")} == set()


def test_firefox_loads_every_kind_without_a_complaint(addresses: dict[str, str]) -> None:
    with open_browser("firefox") as driver:
        assert isinstance(driver, Firefox)
        for address in addresses.values():
            driver.open(address)
            driver.run(READY)
        with driver.marionette.using_context("chrome"):
            said = driver.marionette.execute_script(COMPLAINTS)
    assert not said, "\n".join(said)


def test_the_nu_checker_finds_no_error_in_html_or_css(real_site: Path, sample_site: Path) -> None:
    files = [
        site / prefix / path[1:].partition("?")[0] / ("" if path.endswith(".html") else "index.html")
        for site, paths in ((real_site, REAL), (sample_site, SAMPLES))
        for prefix in ("", "en")
        for path in paths
    ]
    checker: list[str | Path] = [
        "java",
        "-jar",
        MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar",
        "--format",
        "json",
        "--stdout",
    ]
    command = [*checker, "--errors-only", "--also-check-css", *files, *real_site.glob("assets/*.css")]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    messages = json.loads(result.stdout)["messages"]
    assert not messages, "\n".join(f"{one.get('url')}:{one.get('lastLine')}: {one['message']}" for one in messages)


class GzipHandler(SimpleHTTPRequestHandler):
    """Compresses text and keeps connections open, as hosts do."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in {".html", ".css", ".js", ".json", ".svg", ".txt"} or not path.is_file():
            return super().send_head()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def speed(result: Any) -> float:
    return float(result["categories"]["performance"]["score"])


@pytest.mark.alone
@pytest.mark.parametrize("path", ["/", "/projects/", REFERENCE, "/data/", "/search/?q=6961"])
def test_lighthouse_gives_a_phone_100_for_everything(
    real_site: Path, served: Callable[..., str], shared: Path, tmp_path: Path, path: str
) -> None:
    report = tmp_path / "report.json"
    program: list[str | Path] = [MODULES / ".bin" / "lighthouse", "--quiet", "--no-enable-error-reporting"]
    options = ["--chrome-flags=--headless=new --no-sandbox", "--output=json", f"--output-path={report}"]
    command = [*program, *options, served(real_site, GzipHandler) + path]
    # Speed is estimated from what is measured on this machine, which others may keep busy: so one at a time, and the
    # best of three. The other scores do not depend on it.
    with (shared / "lighthouse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        results: list[Any] = []
        while len(results) < 3 and not any(speed(result) == 1 for result in results):
            subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": executable(*CHROMIUM)})
            results.append(json.loads(report.read_text("utf-8")))
    result = max(results, key=speed)
    scores = {name: category["score"] for name, category in result["categories"].items()}
    counted = {audit["id"] for one in result["categories"].values() for audit in one["auditRefs"] if audit["weight"]}
    weak = [
        f"{name}: {audit['title']}, {audit.get('displayValue', '')}"
        for name, audit in result["audits"].items()
        if name in counted and audit["score"] not in (None, 1)
    ]
    assert scores == dict.fromkeys(["performance", "accessibility", "best-practices", "seo"], 1), "\n".join(weak)


@pytest.mark.parametrize("prefix", ["", "en"])
def test_a_project_weighs_less_than_30_kb(real_site: Path, prefix: str) -> None:
    page = (real_site / prefix / REFERENCE[1:] / "index.html").read_bytes()
    styles = [str(link.attributes["href"]) for link in Html(page).css("link[rel=stylesheet]")]
    assert styles
    files = [page, *((real_site / href[1:]).read_bytes() for href in styles)]
    assert sum(len(gzip.compress(file)) for file in files) < 30_000


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_without_javascript_a_project_says_all_it_says_with_it(
    addresses: dict[str, str], chromium: Browser, prefix: str
) -> None:
    texts = []
    for enabled in (True, False):
        with opened(chromium, 360, 800, java_script_enabled=enabled) as (_, page):
            page.goto(addresses[f"real {prefix}{REFERENCE}"])
            buttons = page.locator("main button").all_inner_texts()
            lines = page.locator("main").inner_text().splitlines()
            texts.append([line for line in lines if line not in buttons])
    assert len(texts[0]) > 50
    assert [line for line in texts[0] if line not in texts[1]] == []
