"""The lists of projects lead to each other, and those of a group to the search that puts them in order."""

import csv
import re
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.pages import page, pages, text

LISTS = ("", "by-name/", "largest/", "least-progress/", "latest-reports/")


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_each_list_leads_to_every_other_and_marks_itself(any_site: Path, prefix: str) -> None:
    there = [name for name in LISTS if (any_site / prefix / "projects" / name / "index.html").exists()]
    assert {"", "by-name/", "largest/"} <= {*there}
    for name in there:
        links = page(any_site, f"{prefix}projects/{name}index.html").css("nav.orders a")
        assert [link.attributes["href"] for link in links] == [f"/{prefix}projects/{other}" for other in there]
        marked = [link.attributes["href"] for link in links if link.attributes.get("aria-current") == "page"]
        assert marked == [f"/{prefix}projects/{name}"]


def rows(site: Path, table: str) -> list[dict[str, str]]:
    with (site / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def observations(site: Path) -> dict[str, list[str]]:
    """The rules that find each project, by its id, that of missing values aside."""
    found: dict[str, list[str]] = {row["project_id"]: [] for row in rows(site, "projects")}
    for row in rows(site, "signals"):
        if row["outcome"] == "concerned" and row["signal"] != "key_value_missing":
            found[row["project_id"]].append(row["signal"])
    return found


def test_the_page_of_a_group_has_its_figures_then_its_projects_then_its_tables(any_site: Path) -> None:
    with_projects = 0
    for name, html in pages(any_site):
        parts = html.css("main dl.figures, main ol.projects, main table")
        if re.fullmatch(r"(en/)?(agencies|areas|policies|strategies|years)/[^/]+/index\.html", name) and len(parts) > 1:
            tags = [part.tag for part in parts]
            assert tags == sorted(tags, key=("dl", "ol", "table").index), name
            with_projects += 1
    assert with_projects


def test_a_group_says_what_was_observed_and_leads_to_exactly_those_projects(any_site: Path) -> None:
    found = observations(any_site)
    agencies = {row["project_id"]: row["agency_id"] for row in rows(any_site, "projects")}
    for agency in {*agencies.values()} - {""}:
        main = page(any_site, f"en/agencies/{agency}/index.html").css_first("main")
        counts = Counter(
            rule for project_id, rules in found.items() if agencies[project_id] == agency for rule in rules
        )
        links = {
            dict(parse_qsl(query))["signal"]: text(link)
            for link in main.css("a[href*='signal=']")
            if (query := urlsplit(link.attributes["href"] or "").query).startswith(f"agency={agency}&")
            if text(link).endswith(")")
        }
        assert {rule: int(re.findall(r"\((\d+)\)$", words)[0]) for rule, words in links.items()} == counts
        late = [text(link) for link in main.css("a[href$='signal=past_finish_date']") if not text(link).endswith(")")]
        assert len(late) == bool(counts["past_finish_date"])
        assert all(re.findall(r"\d+", words)[0] == str(counts["past_finish_date"]) for words in late)


def test_a_row_of_a_list_says_the_status_and_the_number_of_observations(any_site: Path) -> None:
    found = observations(any_site)
    said: Counter[bool] = Counter()
    for html in (page(any_site, "en/projects/index.html"), page(any_site, "en/projects/largest/index.html")):
        for item in html.css("ol.projects > li"):
            project_id = (item.css_first("h3 a").attributes["href"] or "").split("/")[-2]
            count, who = len(found[project_id]), text(item.css_first(".who"))
            assert re.findall(r"(\d+) observations?", who) == ([str(count)] if count else [])
            said[bool(re.search("Completed|In progress|On hold|Cancelled|Not yet reported|Figure: ", who))] += 1
            assert "No progress figure" not in who
    assert said[True]


def test_what_a_group_has_beyond_ten_projects_folds_and_the_numbers_go_on(any_site: Path) -> None:
    for _, html in pages(any_site):
        if fold := html.css_first("main details > ol.projects"):
            first = html.css_first("main section > ol.projects")
            assert len(first.css("li")) == 10
            assert int(fold.attributes["start"] or 0) == int(first.attributes["start"] or 0) + 10
            assert str(len(fold.css("li"))) in text(fold.parent.css_first("summary"))


def test_the_orders_of_a_group_are_those_that_the_search_page_knows(any_site: Path) -> None:
    search = page(any_site, "search/index.html")
    groups = {"agencies": 0, "years": 0, "policies": 0, "strategies": 0}
    for name, html in pages(any_site):
        kind = name.split("/")[0]
        if kind not in groups:
            continue
        for link in html.css("main a[href^='/search/?']"):
            parts = urlsplit(link.attributes["href"] or "")
            assert parts.path == "/search/"
            for field, value in parse_qsl(parts.query):
                options = search.css(f"select[name={field}] option, input[name={field}][type=radio]")
                values = [option.attributes.get("value") for option in options]
                assert value in values, (name, field, value)
            groups[kind] += 1
    assert all(groups.values()), groups


def test_the_list_of_an_agency_says_what_its_figures_mean(any_site: Path) -> None:
    agency = next(path.parent.name for path in sorted(any_site.glob("agencies/*/index.html")))
    terms = page(any_site, f"agencies/{agency}/index.html").css("dl.figures dt a.term")
    anchors = {node.attributes["id"] for node in page(any_site, "glossary/index.html").css("h3[id]")}
    assert terms
    assert {(term.attributes["href"] or "").removeprefix("/glossary/#") for term in terms} <= anchors
    assert all(text(term) in (term.attributes["aria-label"] or "") for term in terms)
