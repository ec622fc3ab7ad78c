"""How the open data are cited, for reference managers."""

from __future__ import annotations

import json
from datetime import date

from portal.core.models import Citation, Package
from portal.exports.citation import bibtex, cite, csl

from tests.texts import both


def test_a_citation_has_balanced_braces_and_says_that_no_day_is_known() -> None:
    text = both("ก {ข")
    value = Citation("k", text, text, text, "th", "1", date(2026, 1, 1), "", "https://example.org/", "abc")
    entry = bibtex(value)
    assert entry.count("{") == entry.count("}")
    assert r"\textbraceleft{}" in entry
    assert "note = {as-of date unknown; SHA-256 abc}" in entry
    assert json.loads(csl(value))[0]["note"] == "as-of date unknown; SHA-256 abc"


def test_a_citation_names_the_version_its_days_and_the_sum_of_what_is_cited(described: Package) -> None:
    days = date(2024, 9, 30), date(2026, 8, 31)
    value = cite(described, days, both("เมือง"), both("พอร์ทัล"), "https://city.example/", "abc")
    (item,) = json.loads(csl(value))
    assert (item["type"], item["version"], item["URL"]) == ("dataset", described.version, "https://city.example/data/")
    assert item["note"] == "as of 2024-09-30/2026-08-31; SHA-256 abc"
    created = described.created
    assert item["issued"] == {"date-parts": [[created.year, created.month, created.day]]}
    assert f"@misc{{{described.name}-{described.version}," in bibtex(value)


def test_data_of_one_day_are_cited_as_of_that_day(described: Package) -> None:
    day = date(2026, 8, 31)
    value = cite(described, (day, day), both("เมือง"), both("พอร์ทัล"), "https://city.example/", "abc")
    assert value.as_of == "2026-08-31"
