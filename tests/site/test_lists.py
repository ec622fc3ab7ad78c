"""The lists of projects lead to each other, and those of a group to the search that puts them in order."""

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


def test_the_orders_of_a_group_are_those_that_the_search_page_knows(any_site: Path) -> None:
    search = page(any_site, "search/index.html")
    groups = {"agencies": 0, "years": 0, "policies": 0, "strategies": 0}
    for name, html in pages(any_site):
        kind = name.split("/")[0]
        if kind not in groups:
            continue
        for link in html.css("nav.orders a"):
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
