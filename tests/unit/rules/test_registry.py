"""The registry of rules: each rule is registered once, and what is registered is what a build checks and publishes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from portal.core.messages import Message
from portal.core.models import Portal
from portal.core.problems import Problem
from portal.rules.anomalies import PROJECT_RULES
from portal.rules.constraints import CONSTRAINTS
from portal.rules.observations import OBSERVATIONS
from portal.rules.quality import quality_report
from portal.rules.registry import constraint
from portal.rules.text_anomalies import TEXT_RULES

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

BROKEN: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "ids-make-addresses": ("projects", "policy_id", ("a/b",), "unsafe-id"),
    "ids-differ-in-more-than-case": ("projects", "policy_id", ("a-1", "A-1"), "duplicate-key"),
    "strategies-have-addresses-of-their-own": ("projects", "strategy", ("a 1", "a-1"), "ambiguous-name"),
    "names-are-short": ("projects", "title", ("ก" * 501,), "name-too-long"),
    "agencies-have-plain-email-addresses": ("agencies", "email", ("the office",), "unsafe-link"),
    "statuses-are-known": ("progress_reports", "status", ("?",), "not-in-list"),
    "numbers-can-be-shown": ("projects", "progress_percent", ("101",), "out-of-range"),
    "dates-can-be-shown": ("projects", "start_date", ("1700-01-01",), "out-of-range"),
    "coordinates-are-pairs": ("projects", "latitude", ("13.7",), "half-a-place"),
    "sources-link-to-the-web": ("sources", "url", ("example.org",), "unsafe-link"),
    "projects-finish-after-they-start": ("projects", "finish_date", ("1999-01-01",), "finish-before-start"),
    "reports-follow-the-start": ("progress_reports", "report_date", ("1999-01-01",), "report-before-start"),
    "revisions-finish-after-they-start": ("revisions", "finish_date", ("1999-01-01",), "finish-before-start"),
    "records-are-not-newer-than-the-release": ("projects", "as_of_date", ("2026-10-16",), "newer-than-release"),
    "no-personal-data": ("projects", "remarks", ("1101700203450",), "personal-data"),
    "areas-are-listed": ("agencies", "area_id", (), "missing-resource"),
    "names-of-areas-are-short": ("areas", "name", ("ก" * 101,), "name-too-long"),
    "tiles-can-be-drawn": ("areas", "tile_row", ("", "0"), "out-of-range"),
    "tiles-hold-one-area": ("areas", "tile_column", ("", "1", "1"), "duplicate-tile"),
    "parents-make-no-circle": ("areas", "parent_id", ("01",), "circle"),
    "codes-of-contracts-are-known": ("suppliers", "kind", ("person",), "not-in-list"),
    "ids-of-suppliers-make-addresses": ("suppliers", "supplier_id", ("a/b",), "unsafe-id"),
    "names-of-contracts-are-short": ("contracts", "title", ("ก" * 501,), "name-too-long"),
    "contracts-link-to-the-web": ("contracts", "url", ("example.org",), "unsafe-link"),
    "contracts-finish-after-they-start": ("contracts", "finish_date", ("1999-01-01",), "finish-before-start"),
    "tenders-close-after-they-are-published": (
        "tenders",
        "closing_date",
        ("1999-01-01",),
        "closing-before-publication",
    ),
}
"""By constraint: resource, column, the cells that break it, and the name of the problem."""


@pytest.mark.parametrize("name", [rule.name for rule in CONSTRAINTS])
def test_every_registered_constraint_stops_a_build_that_breaks_it(whole: SamplePackage, name: str) -> None:
    resource, field, cells, problem = BROKEN[name]
    whole.demand_nothing()
    if field == "email":
        whole.declare("agencies", {"name": "email", "type": "string", "title": "อีเมล", "title_en": "E-mail"})
        header, *rows = whole.table("agencies")
        whole.write("agencies", [[*header, "email"], *([*row, ""] for row in rows)])
    if field == "latitude":
        header, *rows = whole.table("projects")
        whole.write("projects", [[*header, "latitude", "longitude"], *([*row, "", ""] for row in rows)])
        whole.declare("projects", *({"name": name, "type": "number"} for name in ("latitude", "longitude")))
    if (resource, field) == ("sources", "url"):
        whole.describe("resources.6.schema.fields.3.format", "default")
    if name == "areas-are-listed":
        content = whole.described()
        content["resources"] = [r for r in content["resources"] if r["name"] not in ("areas", "project_areas")]
        whole.descriptor.write_text(json.dumps(content), "utf-8")
    if field == "supplier_id":
        # No contract names one.
        whole.set("contracts", field, *[""] * len(whole.table("contracts")[1:]))
    whole.set(resource, field, *cells)
    problems = {(p.place, p.field, p.rule) for p in whole.problems()}
    place = "longitude" if field == "latitude" else field
    assert problems == {(f"data/{resource}.csv", place, problem)}


def test_the_quality_report_lists_every_registered_rule_once_in_the_order_of_the_registry(
    whole: SamplePackage,
) -> None:
    portal = whole.portal()
    report = quality_report(portal)
    assert [rule.rule for rule in report.constraints if rule.title] == list(BROKEN)
    of_projects, of_texts = ([rule.name for rule in rules] for rules in (PROJECT_RULES, TEXT_RULES))
    assert [odd.rule for odd in report.anomalies] == of_projects + of_texts


@pytest.mark.parametrize(
    "rules",
    [CONSTRAINTS, PROJECT_RULES, TEXT_RULES, OBSERVATIONS],
    ids=["constraints", "anomalies", "texts", "observations"],
)
def test_every_rule_has_a_name_of_its_own_and_a_title_in_both_languages(rules: tuple[Any, ...]) -> None:
    assert len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        assert "\u0e00" <= max(rule.title["th"]) <= "\u0e7f"
        assert rule.title["en"].isascii()


def test_a_rule_is_not_registered_twice() -> None:
    def ids_make_addresses(_: Portal) -> Iterator[Problem]:
        return iter(())

    register: Callable[[Callable[[Portal], Iterator[Problem]]], object] = constraint(Message("a"), "projects")
    with pytest.raises(ValueError, match="ids-make-addresses"):
        register(ids_make_addresses)


def test_a_constraint_counts_the_cells_that_it_looks_at(whole: SamplePackage) -> None:
    portal = whole.portal()
    covered = {rule.rule: rule.covered for rule in quality_report(portal).constraints if rule.title}
    rows = {name: whole.table(name)[1:] for name in ("projects", "agencies", "areas")}
    header = whole.table("projects")[0]
    policies = sum(bool(row[header.index("policy_id")]) for row in rows["projects"])
    assert covered["ids-make-addresses"] == policies + sum(map(len, rows.values()))
    dated = sum(bool(row[header.index("start_date")] and row[header.index("finish_date")]) for row in rows["projects"])
    assert covered["projects-finish-after-they-start"] == dated
    reported = sum(len(whole.table(name)) - 1 for name in ("monthly_results", "progress_reports", "evaluations"))
    reported += sum(len(whole.table(name)) - 1 for name in ("tenders", "contracts", "payments"))
    assert covered["numbers-can-be-shown"] == len(rows["projects"]) + reported + len(whole.table("revisions")) - 1
