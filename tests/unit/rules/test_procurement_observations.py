"""What the observations on procurement say: all three values at each boundary, and the sample worked out again.

The second working-out reads the cells of the CSVs alone.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portal.core.models import Agency, Contract, History, Payment, Portal, Project, Supplier, Tender, Thresholds
from portal.history.timeline import Timeline
from portal.rules.agencies import agency_values
from portal.rules.findings import Finding, RuleRunner, finding_rows, meanings, rule_titles
from portal.rules.needs import PROCUREMENT_TABLES, TITLES
from portal.rules.observations import OBSERVATIONS
from portal.rules.outcomes import Outcome, judge_project
from portal.rules.procurement_observations import contract_amount_rose
from portal.rules.supplier_contracts import with_supplier_contracts

from tests.conventions import CITY, LIMITS
from tests.texts import both

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

SAMPLE = Path(__file__).parents[2] / "sample"
FOUND, NOT_FOUND = "found", "not found"
FIRM, OTHER = Supplier("S1", both("ก")), Supplier("S2", both("ข"))
RULES = tuple(rule for rule in OBSERVATIONS if rule.judge.__module__ == contract_amount_rose.__module__)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def tender(
    method: str | None = "open", bidders: int | None = 3, days: tuple[str | None, str | None] = (None, None)
) -> Tender:
    return Tender("T1", method=method, bidders=bidders, published_date=day(days[0]), closing_date=day(days[1]))


def contract(amount: float | None = 495_000, method: str | None = "direct", **values: Any) -> Contract:
    known = {"supplier": FIRM} | values
    return Contract(known.pop("contract_id", "C1"), method=method, amount=number(amount), **known)


def number(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))


def city(*contracts: Contract, **values: Any) -> list[Project]:
    """Projects of one agency in one fiscal year, with a contract each."""
    known: dict[str, Any] = {"fiscal_year": 2568, "agency": Agency("1", both("ก"))} | values
    projects = (Project(f"p{n}", "ก", contracts=(c,), **known) for n, c in enumerate(contracts))
    return [*projects]


def says(rule: str, project: Project, thresholds: Thresholds | None = None) -> str:
    """The outcome; of what cannot be checked, what is missing."""
    judged = next(s for s in judge_project(project, thresholds or LIMITS) if s.rule == rule)
    if judged.outcome is Outcome.CANNOT_BE_CHECKED:
        assert all(name in TITLES or name in judged.inputs for name in judged.missing)
        return " ".join(judged.missing)
    return FOUND if judged.outcome is Outcome.FOUND else NOT_FOUND


class _Package:
    resources = ("contracts",)


def compared(projects: Iterable[Project], thresholds: Thresholds | None = None) -> list[Project]:
    """The projects with what the contracts of each supplier are."""
    portal = Portal(_Package(), tuple(projects), (), ())  # type: ignore[arg-type]
    return [*with_supplier_contracts(portal, thresholds or LIMITS).projects]


def test_every_rule_on_procurement_names_its_sources_in_both_languages() -> None:
    assert len(RULES) == 6
    assert OBSERVATIONS[-6:] == RULES
    for rule in RULES:
        assert rule.sources, rule.name
        for source in rule.sources:
            assert source.url.startswith("https://")
            assert source.title["th"]
            assert source.title["en"]
        # The number of the indicator in the guide.
        assert " R0" in rule.sources[0].title["en"]
        assert not {"supplier", "contracts"} & {*rule.needs}


# A single bidder


@pytest.mark.parametrize(
    ("method", "bidders", "expected"),
    [
        ("open", 1, FOUND),
        ("selective", 1, FOUND),
        ("open", 2, NOT_FOUND),
        ("open", 0, NOT_FOUND),
        ("limited", 1, NOT_FOUND),
        ("direct", 1, NOT_FOUND),
        ("direct", None, NOT_FOUND),
        (None, 2, NOT_FOUND),
        (None, 1, "tenders.method"),
        ("open", None, "tenders.bidders"),
        (None, None, "tenders.bidders tenders.method"),
    ],
)
def test_a_single_bidder_is_found_where_competition_was_open(
    method: str | None, bidders: int | None, expected: str
) -> None:
    assert says("single_bidder", Project("p", "", tenders=(tender(method, bidders),))) == expected


def test_one_tender_of_several_is_enough_and_a_project_without_any_cannot_be_checked() -> None:
    several = (tender(), replace(tender("open", None), tender_id="T2"), replace(tender("open", 1), tender_id="T3"))
    assert says("single_bidder", Project("p", "", tenders=several)) == FOUND
    assert says("single_bidder", Project("p", "", tenders=several[:2])) == "tenders.bidders"
    assert says("single_bidder", Project("p", "")) == "tenders"


# The time for bids


@pytest.mark.parametrize(
    ("method", "published", "closing", "expected"),
    [
        ("open", "2025-01-01", "2025-01-16", NOT_FOUND),
        ("open", "2025-01-01", "2025-01-15", FOUND),
        ("selective", "2025-01-01", "2025-01-08", NOT_FOUND),
        ("selective", "2025-01-01", "2025-01-07", FOUND),
        ("direct", "2025-01-01", "2025-01-01", NOT_FOUND),
        ("direct", None, None, NOT_FOUND),
        (None, "2025-01-01", "2025-01-16", NOT_FOUND),
        (None, "2025-01-01", "2025-01-10", "tenders.method"),
        ("open", None, "2025-01-16", "tenders.published_date"),
        ("open", "2025-01-01", None, "tenders.closing_date"),
        (None, None, None, "tenders.closing_date tenders.method tenders.published_date"),
    ],
)
def test_the_time_for_bids_is_short_below_the_limit_of_its_method(
    method: str | None, published: str | None, closing: str | None, expected: str
) -> None:
    project = Project("p", "", tenders=(tender(method, days=(published, closing)),))
    assert says("short_time_for_bids", project, Thresholds(open_bid_days=15, selective_bid_days=7)) == expected
    assert says("short_time_for_bids", Project("p", "")) == "tenders"


# Contracts just below the threshold


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(500_000, FOUND), (500_000.01, NOT_FOUND), (450_000, FOUND), (449_999.99, NOT_FOUND), (0, NOT_FOUND)],
)
def test_an_amount_is_just_below_from_ten_percent_below_up_to_the_threshold(amount: float, expected: str) -> None:
    pair = compared(city(contract(amount), contract(490_000, contract_id="C2")))
    assert says("contracts_just_below_threshold", pair[0]) == expected


OF_OTHER_AGENCY = {"agency": Agency("2", both("ข"))}


@pytest.mark.parametrize(
    ("second", "of_project", "expected"),
    [
        (contract(contract_id="C2"), {}, FOUND),
        (contract(contract_id="C2", method="limited"), {}, FOUND),
        (contract(contract_id="C2", method="open"), {}, NOT_FOUND),
        (contract(contract_id="C2", status="cancelled"), {}, NOT_FOUND),
        (contract(contract_id="C2", supplier=OTHER), {}, NOT_FOUND),
        (contract(contract_id="C2"), {"fiscal_year": 2569}, NOT_FOUND),
        (contract(contract_id="C2"), OF_OTHER_AGENCY, NOT_FOUND),
        (contract(None, contract_id="C2"), {}, "contracts.amount contracts.method"),
        (contract(contract_id="C2", method=None), {}, "contracts.amount contracts.method"),
        (contract(None, contract_id="C2", method="open"), {}, NOT_FOUND),
    ],
)
def test_several_contracts_are_of_one_supplier_agency_and_year(
    second: Contract, of_project: dict[str, Any], expected: str
) -> None:
    (first, _) = compared([*city(contract()), *city(second, **of_project)])
    assert says("contracts_just_below_threshold", first) == expected


@pytest.mark.parametrize(
    ("own", "of_project", "expected"),
    [
        (contract(None), {}, "contracts.amount"),
        (contract(method=None), {}, "contracts.method"),
        (contract(supplier=None), {}, "contracts.supplier_id"),
        (contract(), {"fiscal_year": None}, "fiscal_year"),
        (contract(), {"agency": None}, "agency"),
        (contract(100, supplier=None), {}, NOT_FOUND),
        (contract(None, method="open"), {"agency": None}, NOT_FOUND),
        (contract(status="cancelled"), {}, "contracts_in_force"),
    ],
)
def test_what_excludes_a_contract_excludes_it_whatever_is_missing(
    own: Contract, of_project: dict[str, Any], expected: str
) -> None:
    several = [contract(contract_id=f"C{n}") for n in range(2, 5)]
    (first, *_) = compared([*city(own, **of_project), *city(*several)])
    assert says("contracts_just_below_threshold", first) == expected


def test_without_a_threshold_of_the_city_nobody_is_said_to_be_below_it(whole: SamplePackage) -> None:
    projects = city(contract(), contract(contract_id="C2"))
    (first, *_) = compared(projects, Thresholds())
    assert first.contracts[0].supplier_contracts is not None
    assert first.contracts[0].supplier_contracts.near_threshold == 0
    assert "contracts_just_below_threshold" not in {judged.rule for judged in judge_project(first, Thresholds())}
    runner, said = observe(whole.portal(), Thresholds())
    named = {result.rule.name for result in runner.findings().rules} | {rule for rule, _ in said}
    named |= meanings(Thresholds(), CITY).keys() | rule_titles(whole.portal().package, Thresholds()).keys()
    assert "much_money_with_one_supplier" in named
    assert "contracts_just_below_threshold" not in named


def test_how_many_are_several_is_a_limit_of_the_city() -> None:
    limits = Thresholds(near_threshold_contracts=3, direct_threshold=100_000, near_threshold_percent=50)
    pair = city(contract(60_000), contract(100_000, contract_id="C2"))
    assert says("contracts_just_below_threshold", compared(pair, limits)[0], limits) == NOT_FOUND
    three = [*pair, *city(contract(50_000, contract_id="C3"))]
    assert says("contracts_just_below_threshold", compared(three, limits)[0], limits) == FOUND


# The share of one supplier


def shares(*amounts: float | None, other: float | None = None, **values: Any) -> str:
    """What is said of a project with the first contract of a supplier with these, beside one with another supplier."""
    own = [contract(amount, contract_id=f"C{n}", **values) for n, amount in enumerate(amounts)]
    others = [] if other is None else [contract(other, contract_id="D1", supplier=OTHER)]
    return says("much_money_with_one_supplier", compared(city(*own, *others))[0])


def test_a_share_above_half_with_three_contracts_is_much() -> None:
    assert shares(10, 10, 10, other=29) == FOUND
    assert shares(10, 10, 10, other=30) == NOT_FOUND
    assert shares(10, 10, other=1) == NOT_FOUND
    assert shares(10, 10, 10) == FOUND
    assert shares(0, 0, 0) == NOT_FOUND


def test_contracts_whose_amount_is_not_known_do_not_count_but_may() -> None:
    assert shares(10, 10, None) == "contracts.amount"
    assert shares(None, None, None) == "contracts.amount"
    assert shares(10, None) == NOT_FOUND
    assert shares(10, 10, 10, None, other=29) == FOUND


def test_a_contract_with_an_unknown_supplier_is_money_of_the_agency_all_the_same() -> None:
    own = [contract(10, contract_id=f"C{n}") for n in range(3)]
    projects = compared(city(*own, contract(40, contract_id="D1", supplier=None)))
    assert says("much_money_with_one_supplier", projects[0]) == NOT_FOUND
    assert says("much_money_with_one_supplier", projects[-1]) == "contracts.supplier_id"


def test_cancelled_contracts_are_in_no_share() -> None:
    assert shares(10, 10, 10, status="cancelled") == "contracts_in_force"
    own = [contract(10, contract_id=f"C{n}") for n in range(3)]
    cancelled = contract(1000, contract_id="D1", supplier=OTHER, status="cancelled")
    assert says("much_money_with_one_supplier", compared(city(*own, cancelled))[0]) == FOUND


@pytest.mark.parametrize(
    ("of_project", "missing"), [({"agency": None}, "agency"), ({"fiscal_year": None}, "fiscal_year")]
)
def test_without_an_agency_or_a_year_there_is_no_share(of_project: dict[str, Any], missing: str) -> None:
    assert says("much_money_with_one_supplier", compared(city(contract(), **of_project))[0]) == missing
    assert says("much_money_with_one_supplier", Project("p", "")) == "contracts_in_force"


# The amount now and at first


@pytest.mark.parametrize(
    ("first", "amount", "expected"),
    [
        (100, 115, NOT_FOUND),
        (100, 115.01, FOUND),
        (100, 50, NOT_FOUND),
        (0, 1, FOUND),
        (0, 0, NOT_FOUND),
        (None, 115, "contracts.first_amount"),
        (100, None, "contracts.amount"),
        (None, None, "contracts.amount contracts.first_amount"),
    ],
)
def test_an_amount_rose_above_fifteen_percent(first: float | None, amount: float | None, expected: str) -> None:
    project = Project("p", "", contracts=(contract(amount, first_amount=number(first)),))
    assert says("contract_amount_rose", project) == expected
    assert says("contract_amount_rose", Project("p", "")) == "contracts"


# What was paid


@pytest.mark.parametrize(
    ("amount", "paid", "expected"),
    [
        (100, [60, 40], NOT_FOUND),
        (100, [60, 40.01], FOUND),
        (100, [150, -50], NOT_FOUND),
        (100, [150, -49.99], FOUND),
        (100, [100.01, None], FOUND),
        (100, [60, None], "payments.amount"),
        (100, [None], "payments.amount"),
        (100, [], "payments.amount"),
        (None, [1], "contracts.amount"),
        (None, [], "contracts.amount payments.amount"),
    ],
)
def test_more_paid_than_the_contract(amount: float | None, paid: list[float | None], expected: str) -> None:
    payments = tuple(Payment(f"P{n}", amount=number(one)) for n, one in enumerate(paid))
    for status in ("active", "cancelled"):
        project = Project("p", "", contracts=(contract(amount, payments=payments, status=status),))
        assert says("more_paid_than_contract", project) == expected
    assert says("more_paid_than_contract", Project("p", "")) == "contracts"


# The package


def observe(portal: Portal, thresholds: Thresholds = LIMITS) -> tuple[RuleRunner, dict[tuple[str, str], Finding]]:
    """The runner, and what each rule says, by rule and project."""
    portal = with_supplier_contracts(portal, thresholds)
    runner = RuleRunner(portal, thresholds, Timeline(History(), {}, {}, ()), agency_values(portal.projects))
    return runner, {(f.rule.name, p.project_id): f for p in portal.projects for f in runner.observe(p)}


def test_the_sample_has_each_value_of_each_rule_but_for_what_only_earlier_releases_tell(whole: SamplePackage) -> None:
    runner, _ = observe(whole.portal())
    counts = {r.rule.name: (r.found, r.not_found, r.cannot_be_checked) for r in runner.findings().rules}
    projects = len(whole.table("projects")) - 1
    for rule in RULES:
        found, not_found, unclear = counts[rule.name]
        assert found + not_found + unclear == projects
        if rule.judge is contract_amount_rose:
            assert (found, not_found) == (0, 0)
        else:
            assert found > 0, rule.name
            assert not_found > 0, rule.name
            assert unclear > 0, rule.name


def cells(name: str) -> list[dict[str, str]]:
    with (SAMPLE / "data" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


Cells = dict[str, str]


def in_tenders() -> dict[str, set[str]]:
    """The projects that the rules on tenders find, from the cells of the sample, with the limits written down again."""
    competitions = [row for row in cells("tenders") if row["method"] in ("open", "selective")]
    dated = [row for row in competitions if row["published_date"] and row["closing_date"]]
    days = {
        r["tender_id"]: date.fromisoformat(r["closing_date"]) - date.fromisoformat(r["published_date"]) for r in dated
    }
    return {
        "single_bidder": {row["project_id"] for row in competitions if row["bidders"] == "1"},
        "short_time_for_bids": {row["project_id"] for row in dated if days[row["tender_id"]].days < 15},
    }


def overpaid() -> set[str]:
    """Likewise those on whose contract more was paid than its amount."""
    paid: defaultdict[str, float] = defaultdict(float)
    for row in cells("payments"):
        paid[row["contract_id"]] += float(row["amount"] or 0)
    contracts = [row for row in cells("contracts") if row["amount"]]
    return {row["project_id"] for row in contracts if paid[row["contract_id"]] > float(row["amount"])}


def in_groups() -> dict[str, set[str]]:
    """Likewise those that the rules find which compare contracts of an agency in a fiscal year."""
    projects = {row["project_id"]: row for row in cells("projects")}
    groups: defaultdict[tuple[str, str], list[Cells]] = defaultdict(list)
    for row in cells("contracts"):
        if row["status"] != "cancelled":
            project = projects[row["project_id"]]
            groups[project["agency_id"], project["fiscal_year"]].append(row)
    much, near = set(), set()
    for members in groups.values():
        for supplier in {row["supplier_id"] for row in members} - {""}:
            own = [row for row in members if row["supplier_id"] == supplier]
            much |= {row["project_id"] for row in own if has_much(own, members)}
            close = [row for row in own if is_close(row)]
            near |= {row["project_id"] for row in close if len(close) >= 2}
    return {"much_money_with_one_supplier": much, "contracts_just_below_threshold": near}


def has_much(own: list[Cells], all_of_agency: list[Cells]) -> bool:
    amounts = [float(row["amount"]) for row in own if row["amount"]]
    return len(amounts) >= 3 and sum(amounts) > sum(float(row["amount"] or 0) for row in all_of_agency) / 2


def is_close(row: Cells) -> bool:
    return row["method"] in ("limited", "direct") and 450_000 <= float(row["amount"] or 0) <= 500_000


def test_the_findings_on_the_sample_are_those_of_a_second_working_out(whole: SamplePackage) -> None:
    _, said = observe(whole.portal())
    expected = in_tenders() | in_groups() | {"more_paid_than_contract": overpaid()}
    for rule in RULES:
        found = {project_id for (name, project_id), finding in said.items() if name == rule.name and finding.found}
        assert found == expected.get(rule.name, set()), rule.name
    assert sorted(map(len, expected.values())) == [1, 1, 1, 2, 2]


def test_a_package_without_tables_of_procurement_gets_no_word_of_these_rules(whole: SamplePackage) -> None:
    before = {row for rows in _rows(whole.portal()) for row in rows if row[1] not in {rule.name for rule in RULES}}
    whole.drop("payments", "contracts", "tenders", "suppliers")
    portal = whole.portal()
    assert with_supplier_contracts(portal, LIMITS) is portal
    runner, said = observe(portal)
    assert not {rule.name for rule in RULES} & {name for name, _ in said}
    assert not {rule.name for rule in RULES} & {result.rule.name for result in runner.findings().rules}
    assert {row for rows in _rows(portal) for row in rows} == before


def _rows(portal: Portal) -> Iterable[list[tuple[str, ...]]]:
    _, said = observe(portal)
    by_project: defaultdict[str, list[Finding]] = defaultdict(list)
    for (_, project_id), finding in said.items():
        by_project[project_id].append(finding)
    return ([tuple(row) for row in finding_rows(p, by_project[p.project_id])] for p in portal.projects)


def test_with_tenders_alone_the_rules_on_contracts_are_not_mentioned(whole: SamplePackage) -> None:
    content = whole.described()
    content["resources"] = [r for r in content["resources"] if r["name"] not in {*PROCUREMENT_TABLES} - {"tenders"}]
    whole.describe("resources", content["resources"])
    runner, _ = observe(whole.portal())
    names = {result.rule.name for result in runner.findings().rules} & {rule.name for rule in RULES}
    assert names == {"single_bidder", "short_time_for_bids"}


def test_without_payments_the_rule_on_them_can_be_checked_of_no_project(whole: SamplePackage) -> None:
    whole.drop("payments")
    runner, _ = observe(whole.portal())
    result = next(r for r in runner.findings().rules if r.rule.name == "more_paid_than_contract")
    assert result.absent == ("payments.amount",)


def test_no_finding_names_a_supplier(whole: SamplePackage) -> None:
    """Not in what `signals.csv` has of it, and not that of a natural person, who is counted as all suppliers are."""
    whole.set("contracts", "supplier_id", "S-003", "S-003", "S-003", row=9)
    portal = whole.portal()
    names = {text for s in portal.suppliers for text in (s.supplier_id, s.name.first, s.name["en"]) if text}
    rows = [row for rows in _rows(portal) for row in rows]
    assert any(row[1] == "much_money_with_one_supplier" and row[2] == Outcome.FOUND for row in rows)
    assert not [row for row in rows for name in names if any(name in cell for cell in row)]
