"""What is said of a history like a foreign city's, reckoned a second time from the CSVs of its commits alone."""

import csv
import gzip
import io
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from selectolax.lexbor import LexborHTMLParser as Html

from tests.building import run_build
from tests.site import foreign_city

Table = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("foreign")


@pytest.fixture(scope="module")
def commits(root: Path) -> list[str]:
    return foreign_city.make(root / "city")


@pytest.fixture(scope="module")
def tables(root: Path, commits: list[str]) -> list[Table]:
    states = []
    for commit in commits:
        command: list[str | Path] = ["git", "-C", root / "city", "show", f"{commit}:projects.csv"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        states.append({row["project_id"]: row for row in csv.DictReader(io.StringIO(text))})
    return states


@pytest.fixture(scope="module")
def site(root: Path, commits: list[str]) -> Path:
    assert commits
    result = run_build("--package", root / "city", "--output", root / "site", "--jobs", "1")
    assert result.returncode == 0, result.stderr
    (root / "said").write_text(result.stderr, "utf-8")
    return root / "site"


def page(site: Path, path: str) -> Html:
    return Html((site / path / "index.html").read_text("utf-8"))


def text(node: object) -> str:
    return " ".join(node.text().split())  # type: ignore[attr-defined]


def release_path(number: int, commits: list[str]) -> str:
    return f"en/changes/2026-01-{number + 2:02}-{commits[number][:8]}"


def money(amounts: list[int]) -> str:
    amount = sum(amounts)
    if amount < 1_000_000:
        return f"{amount:,} baht"
    return f"{amount / 1_000_000:,.2f}".rstrip("0").rstrip(".") + " million baht"


def projects(count: int, singular: str, plural: str) -> str:
    return f"{count} project {singular}" if count == 1 else f"{count} projects {plural}"


def sentences(tables: list[Table], number: int) -> Iterator[str]:
    """All that a release did, as its page must say it."""
    before, after = tables[number - 1], tables[number]
    came, went = after.keys() - before.keys(), before.keys() - after.keys()
    returned = {key for key in came if any(key in table for table in tables[:number])}
    for keys, table, singular, plural in (
        (came - returned, after, "was added", "were added"),
        (returned, after, "came back", "came back"),
        (went, before, "is no longer in the data", "are no longer in the data"),
    ):
        budgets = [int(table[key]["budget_received"]) for key in keys if table[key]["budget_received"]]
        given = f": budget received {money(budgets)}, given by {projects(len(budgets), '', '').strip()}"
        if keys:
            yield projects(len(keys), singular, plural) + (given if budgets else "")
    for field in ("budget_received", "progress_percent", "finish_date"):
        yield from moved(field, [(before[key][field], after[key][field]) for key in before.keys() & after.keys()])


def moved(field: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    is_money, is_date = field == "budget_received", field == "finish_date"
    lost = [old for old, new in pairs if old and not new]
    fresh = [new for old, new in pairs if new and not old]
    both = [(old, new) for old, new in pairs if old and new and old != new]
    up = [(old, new) for old, new in both if (old < new if is_date else int(old) < int(new))]
    down = [pair for pair in both if pair not in up]
    if lost:
        amount = f": {money([*map(int, lost)])}" if is_money else ""
        yield projects(len(lost), "no longer gives", "no longer give") + f" “{field}”{amount}"
    if fresh:
        amount = f": {money([*map(int, fresh)])}" if is_money else ""
        did = ("now gives “{}”, which it did not before", "now give “{}”, which they did not before")
        yield projects(len(fresh), *did).format(field) + amount
    for part, did_move in ((up, "moved later" if is_date else "rose"), (down, "moved earlier" if is_date else "fell")):
        if part:
            amount = f": {money([abs(int(old) - int(new)) for old, new in part])}" if is_money else ""
            yield f"“{field}” {did_move} in {projects(len(part), '', '').strip()}{amount}"


def test_each_release_begins_with_counts_and_sums_that_the_csvs_bear_out(
    site: Path, tables: list[Table], commits: list[str]
) -> None:
    for number in range(1, len(commits)):
        said = [text(node) for node in page(site, release_path(number, commits)).css("ul.summary li")]
        assert sorted(said) == sorted(sentences(tables, number)), number
    loss = [text(node) for node in page(site, release_path(2, commits)).css("ul.summary li")]
    assert loss[0].startswith("55 projects no longer give “budget_received”: ")


def test_days_of_values_alone_are_no_release_to_tell(site: Path, commits: list[str]) -> None:
    listed = [text(node) for node in page(site, "en/changes").css("section.release h2")]
    assert len(listed) == foreign_city.RELEASES - 2
    feed = (site / "en" / "changes" / "feed.xml").read_text("utf-8")
    assert commits[2][:8] in feed
    assert commits[1][:8] not in feed
    assert "as_of_date" not in feed
    # Its address stays.
    assert "Only the dates of the data changed" in text(page(site, release_path(1, commits)).body)
    with (site / "data" / "changes.csv").open(encoding="utf-8", newline="") as file:
        raw = [row for row in csv.DictReader(file) if row["release"] == commits[1]]
    assert {row["field"] for row in raw} == {"as_of_date"}
    assert len(raw) == foreign_city.PROJECTS


def test_a_list_that_is_cut_begins_with_the_largest_and_says_of_how_many(
    site: Path, tables: list[Table], commits: list[str]
) -> None:
    lost = sorted(
        (key for key in tables[1] if tables[1][key]["budget_received"] and not tables[2][key]["budget_received"]),
        key=lambda key: -int(tables[1][key]["budget_received"]),
    )
    section = page(site, release_path(2, commits)).css_first("section[data-kind=money]")
    assert [text(node) for node in section.css("li .code")] == lost[:50]
    assert "The first 50 of 55, the largest amount first." in text(section)
    dates = page(site, release_path(2, commits)).css_first("section[data-kind=dates]")
    assert "The first 50 of 52: dates that vanished" in text(dates)
    feed = (site / "en" / "changes" / "feed.xml").read_text("utf-8")
    assert "10 of 107: the first of each kind, the largest first" in feed


def test_a_project_that_came_back_says_when_it_was_last_published(
    site: Path, tables: list[Table], commits: list[str]
) -> None:
    seen = 0
    for number in range(2, len(commits)):
        for key in tables[number].keys() - tables[number - 1].keys():
            had = [i for i in range(number) if key in tables[i]]
            items = page(site, release_path(number, commits)).css("section[data-kind=returned] li")
            sentence = next((text(node) for node in items if key in text(node)), "")
            assert bool(had) is bool(sentence)
            if had:
                seen += 1
                assert f"was last published on {had[-1] + 2} January 2026" in sentence
    assert seen > 5


def test_a_project_that_left_keeps_a_page_that_says_so(site: Path, tables: list[Table], commits: list[str]) -> None:
    gone = {key for table in tables for key in table} - tables[-1].keys()
    assert len(gone) > 3
    assert json.loads((site / "pagefind" / "removed.json").read_text("utf-8")).keys() == gone
    everything = [(site / name).read_text("utf-8") for name in ("sitemap.xml", "projects/index.html")]
    everything += [gzip.decompress(path.read_bytes()).decode() for path in site.glob("pagefind/*/table.json.gz")]
    for key in gone:
        last = max(number for number, table in enumerate(tables) if key in table)
        document = page(site, f"en/projects/{key}")
        assert f"It was removed on {last + 3} January 2026." in text(document.css_first(".callout"))
        assert page(site, f"projects/{key}").css_first("html").attributes["lang"] == "th"
        facts = {text(fact.css_first("dt")): text(fact.css_first("dd")) for fact in document.css("dl.facts > div")}
        row = tables[last][key]
        assert facts.keys() == {name for name, cell in row.items() if cell}
        assert facts.get("budget_received", "").replace(",", "") == row["budget_received"]
        assert (site / "projects" / key / "feed.xml").is_file()
        links = page(site, release_path(last + 1, commits)).css("section[data-kind=removed] a")
        assert any(f"/projects/{key}/" in (link.attributes["href"] or "") for link in links)
        assert not any(f"/{key}/" in text or f'"{key}"' in text for text in everything)


def test_the_search_page_leads_from_a_whole_id_to_a_project_that_left(
    site: Path, tables: list[Table], served: Callable[[Path], str], chromium: Browser
) -> None:
    gone = min({key for table in tables for key in table} - tables[-1].keys())
    page = chromium.new_page()
    page.goto(f"{served(site)}/en/search/?q={gone}")
    page.locator("#count a").click()
    expect(page.locator(".callout")).to_contain_text("This project is no longer in the data.")
    page.close()


def test_data_of_the_same_version_are_cited_apart_and_it_is_said(
    site: Path, root: Path, tables: list[Table], commits: list[str]
) -> None:
    version = f"1.14.0+{commits[-1][:8]}"
    for name in ("citation.bib", "citation.json", "index.html"):
        assert version in (site / "data" / name).read_text("utf-8"), name
    for name in ("datapackage.json", "quality.json"):
        assert json.loads((site / "data" / name).read_text("utf-8"))["version"] == version, name
    (release,) = (site / "changes").glob(f"*-{commits[-1][:8]}")
    assert f"Release {version} " in text(page(site, f"en/changes/{release.name}").body)
    key = next(iter(tables[-1]))
    assert f"data release {version}" in text(page(site, f"en/projects/{key}").css_first("[data-citation]"))
    said = f"The data differ from release 1.14.0 (commit {commits[-2][:8]}) but the version is the same."
    assert said in (root / "said").read_text("utf-8")
    assert "incomplete" not in (root / "said").read_text("utf-8")


def test_a_shallow_clone_claims_nothing_of_what_it_does_not_know_and_marks_what_is_not_committed(
    root: Path, commits: list[str], tables: list[Table]
) -> None:
    assert commits
    clone = root / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "4", (root / "city").as_uri(), clone], check=True)
    edited, other = [key for key, row in tables[-1].items() if row["budget_received"]][:2]
    line = ",".join(tables[-1][edited].values())
    file, changed = clone / "projects.csv", line.replace(tables[-1][edited]["budget_received"], "12340000")
    file.write_text(file.read_text("utf-8").replace(line, changed), "utf-8")
    result = run_build("--package", clone, "--output", root / "shallow-site", "--jobs", "1")
    assert result.returncode == 0, result.stderr
    assert "The history is incomplete: this clone knows it from 2026-01-13 on" in result.stderr
    assert "git fetch --unshallow" in result.stderr
    figures = [
        text(Html(path.read_text("utf-8")).css_first("dl.figures") or Html("<p>"))
        for path in (root / "shallow-site" / "en" / "projects").glob("*/index.html")
    ]
    assert sum("Since 13 Jan 2026, when this site's history begins" in figure for figure in figures) > 3
    assert not any("at first" in figure.lower() for figure in figures)
    site, mark = root / "shallow-site", "not yet recorded as a release"
    assert mark in text(page(site, f"en/projects/{edited}").css_first("dl.figures"))
    assert mark in text(page(site, f"en/projects/{edited}").css_first("#changes ~ ol.timeline"))
    assert mark not in text(page(site, f"en/projects/{other}").body)
    assert "1.14.0+" in text(page(site, f"en/projects/{other}").css_first("[data-citation]"))
