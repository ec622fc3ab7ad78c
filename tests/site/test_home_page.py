"""What the front page of any package says, and how much of a phone it takes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.building import run_build
from tests.pages import page, text
from tests.sample_package import SamplePackage

SCREEN = 800
"""Pixels of height of a small phone, which is 360 px wide."""


def without(*columns: str) -> Callable[[SamplePackage], None]:
    """The package where no project has a value in these columns."""

    def change(package: SamplePackage) -> None:
        for column in columns:
            package.set("projects", column, *[""] * (len(package.table("projects")) - 1))

    return change


def three_projects(package: SamplePackage) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [header, *rows[:3]])
    chosen = {row[0] for row in rows[:3]}
    package.drop("payments", "contracts", "tenders", "suppliers")
    for name in ("monthly_results", "progress_reports", "evaluations", "revisions", "project_areas"):
        header, *rows = package.table(name)
        package.write(name, [header, *(row for row in rows if row[0] in chosen)])


def sections(site: Path, prefix: str = "en/") -> list[str]:
    return [text(node) for node in page(site, f"{prefix}index.html").css("main h2")]


def built(package: SamplePackage, output: Path) -> Path:
    result = run_build("--package", package.root, "--output", output)
    assert result.returncode == 0, result.stderr
    return output


def heights(base: str, chromium: Browser, prefixes: Iterable[str] = ("/", "/en/")) -> list[int]:
    tab = chromium.new_page(viewport={"width": 360, "height": SCREEN})
    found = []
    for prefix in prefixes:
        tab.goto(base + prefix)
        found.append(tab.evaluate("document.documentElement.scrollHeight"))
        assert tab.evaluate("document.documentElement.scrollWidth") == 360
    tab.close()
    return found


def test_the_front_page_is_at_most_three_screens_of_a_phone(
    sample_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    assert max(heights(served(sample_site), chromium)) <= 3 * SCREEN


@pytest.mark.parametrize(
    ("change", "says", "has_picture"),
    [
        (three_projects, "3 of 3 projects received", True),
        (without("budget_received", "budget_spent"), "No project gives its budget.", False),
        (without("progress_percent"), "No project has a progress figure", True),
    ],
    ids=["three projects", "no money", "no progress"],
)
def test_the_front_page_reads_well_whatever_the_package_lacks(
    whole: SamplePackage,
    tmp_path: Path,
    change: Callable[[SamplePackage], None],
    says: str,
    has_picture: bool,
    served: Callable[[Path], str],
    chromium: Browser,
) -> None:
    change(whole)
    site = built(whole, tmp_path / "site")
    story = page(site, "en/index.html").css(".story > li")
    assert len(story) == 3
    assert says in " ".join(map(text, story))
    assert all(item.css("a") for item in story if "No project gives" not in text(item))
    assert ("Where the money is" in sections(site)) is has_picture
    assert max(heights(served(site), chromium)) <= 3 * SCREEN


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_sentence_on_money_without_progress_leads_to_these_projects(
    sample_site: Path, served: Callable[[Path], str], chromium: Browser, prefix: str
) -> None:
    tab = chromium.new_page()
    tab.goto(f"{served(sample_site)}{prefix}/")
    tab.locator(".story > li").nth(1).locator("a").click()
    results = tab.locator("#results > li")
    results.first.wait_for()
    assert parse_qs(urlsplit(tab.url).query) == {"progress": ["no"], "sort": ["budget"]}
    assert results.locator("[data-part=progress].figure").count() == 0
    tab.close()


def test_the_examples_below_the_search_are_searches_for_words_of_names(sample_site: Path) -> None:
    titles = " ".join(text(node) for node in page(sample_site, "projects/index.html").css(".projects h3"))
    examples = page(sample_site, "index.html").css(".examples a")
    assert len(examples) > 1
    for example in examples:
        address = urlsplit(example.attributes["href"] or "")
        assert address.path == "/search/"
        (query,) = parse_qs(address.query)["q"]
        assert query == text(example)
        assert query in titles


def test_where_the_data_are_from_is_folded_and_without_scripts_can_be_unfolded(
    sample_site: Path, served: Callable[[Path], str], chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(served(sample_site) + "/en/")
    sources = tab.locator(".front-sources table").first
    assert not sources.is_visible()
    tab.get_by_role("heading", name="Where the data are from").click()
    assert sources.is_visible()
    context.close()
