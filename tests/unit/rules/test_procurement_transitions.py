"""Since which release a rule on tenders and contracts finds a project, and what nobody can say of earlier ones."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from portal.core.models import History, Portal, Project
from portal.history.timeline import Timeline, build_timeline, with_first_amounts
from portal.rules.agencies import agency_values
from portal.rules.findings import Finding, RuleRunner
from portal.rules.supplier_contracts import with_supplier_contracts
from portal.rules.transitions import RuleTransitions, fields_of

from tests.conventions import LIMITS
from tests.repository import Repository

PARK, LIGHTS, CENTRE, CANAL = "91000000-1001", "91000000-2001", "92000000-2001", "91000000-3002"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def known(repository: Repository) -> tuple[Portal, History, Timeline]:
    """The portal as a build has it, its history and its timeline."""
    history = repository.history()
    portal = with_supplier_contracts(with_first_amounts(repository.portal(), history), LIMITS)
    return (
        portal,
        history,
        build_timeline(
            portal, history, RuleTransitions(LIMITS, fields_of(portal.package), portal.package.conventions.fiscal)
        ),
    )


def transitions(repository: Repository, project_id: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What began and ended of a project with each release that changed it, the newest first."""
    _, _, timeline = known(repository)
    return [(changes.began, changes.ended) for changes in timeline.project_changes[project_id]]


def found(repository: Repository) -> dict[tuple[str, str], Finding]:
    portal, _, timeline = known(repository)
    runner = RuleRunner(portal, LIMITS, timeline, agency_values(portal.projects))
    said = ((f, p.project_id) for p in portal.projects for f in runner.observe(p))
    return {(finding.rule.name, project_id): finding for finding, project_id in said if finding.found}


def project(portal: Portal, project_id: str) -> Project:
    return next(p for p in portal.projects if p.project_id == project_id)


def change(repository: Repository, resource: str, key: str, **cells: str) -> None:
    column = {"tenders": "tender_id", "contracts": "contract_id", "payments": "payment_id"}[resource]
    repository.set(resource, {column: key}, **cells)
    repository.commit("Change a record")


def test_an_amount_that_rose_is_found_from_the_release_on_in_which_it_did(repository: Repository) -> None:
    change(repository, "contracts", "C67-0001", amount="5300000")
    change(repository, "contracts", "C67-0001", amount="5520000.01")
    change(repository, "contracts", "C67-0001", amount="5520000")
    assert transitions(repository, PARK) == [
        ((), ("contract_amount_rose",)),
        (("contract_amount_rose",), ()),
        ((), ()),
    ]
    change(repository, "contracts", "C67-0001", amount="6000000")
    finding = found(repository)["contract_amount_rose", PARK]
    assert finding.since is not None
    assert str(finding.since.published.date()) == "2026-01-05"
    assert finding.inputs["contract_amounts"][0][1:] == (Decimal(4_800_000), Decimal(6_000_000))


def test_an_amount_has_a_first_one_only_where_two_releases_have_amounts(repository: Repository) -> None:
    (portal, *_) = known(repository)
    assert {c.first_amount for p in portal.projects for c in p.contracts} == {None}
    repository.set("projects", {"project_id": LIGHTS}, remarks="ไม่เกี่ยวกัน")
    repository.commit("Edit a remark")
    (portal, *_) = known(repository)
    assert all(c.first_amount == c.amount for p in portal.projects for c in p.contracts)
    assert project(portal, LIGHTS).contracts[0].first_amount is None


def test_a_blank_amount_has_the_first_one_that_was_published_after_it(repository: Repository) -> None:
    change(repository, "contracts", "C68-0003", amount="7000000")
    change(repository, "contracts", "C68-0003", amount="9000000")
    (portal, *_) = known(repository)
    assert project(portal, LIGHTS).contracts[0].first_amount == 7_000_000
    assert transitions(repository, LIGHTS)[0] == (("contract_amount_rose",), ("more_paid_than_contract",))


def test_payments_and_payments_back_are_followed_through_the_releases(repository: Repository) -> None:
    new = {"payment_id": "P-0099", "contract_id": "C67-0001", "payment_date": "2025-01-01", "amount": "100"}
    repository.write("payments", [*repository.rows("payments"), new])
    repository.commit("Pay once more")
    refund = new | {"payment_id": "P-0100", "amount": "-100"}
    repository.write("payments", [*repository.rows("payments"), refund])
    repository.commit("Pay back")
    repository.edit("payments", lambda row: None if row["payment_id"] in ("P-0099", "P-0100") else row)
    repository.commit("Take both out")
    change(repository, "payments", "P-0001", contract_id="C67-0002")
    rule = "more_paid_than_contract"
    assert transitions(repository, PARK) == [((rule,), ()), ((), ()), ((), (rule,)), ((rule,), ())]


def test_a_tender_and_a_contract_that_come_and_go_are_put_back(repository: Repository) -> None:
    change(repository, "tenders", "T67-0001", bidders="1", closing_date="2023-10-19")
    repository.edit(
        "contracts", lambda row: row | {"tender_id": "" if row["tender_id"] == "T67-0001" else row["tender_id"]}
    )
    repository.edit("tenders", lambda row: None if row["tender_id"] == "T67-0001" else row)
    repository.commit("Remove a tender")
    both = ("short_time_for_bids", "single_bidder")
    assert transitions(repository, PARK) == [((), both), (both, ())]
    repository.edit("payments", lambda row: None if row["contract_id"] == "C67-0007" else row)
    repository.edit("contracts", lambda row: None if row["contract_id"] == "C67-0007" else row)
    repository.commit("Remove a contract on which more was paid")
    assert transitions(repository, "95030000-1001")[0] == ((), ("more_paid_than_contract",))


def test_a_contract_that_comes_from_another_project_was_not_of_this_one(repository: Repository) -> None:
    change(repository, "contracts", "C67-0007", project_id=CANAL)
    assert transitions(repository, CANAL) == [(("more_paid_than_contract",), ())]


def test_tables_that_come_begin_what_they_show(repository: Repository) -> None:
    names = ("tenders", "contracts", "suppliers", "payments")
    file = repository.folder / "datapackage.json"
    described = file.read_text("utf-8")
    repository.describe(
        lambda package: package.update(resources=[r for r in package["resources"] if r["name"] not in names])  # type: ignore[attr-defined]
    )
    repository.commit("Without contracts")
    file.write_text(described, "utf-8")
    repository.commit("With contracts")
    assert found(repository)["single_bidder", CENTRE].found


def test_of_rules_that_compare_projects_nothing_is_said_of_earlier_releases(repository: Repository) -> None:
    change(repository, "contracts", "C69-0009", amount="489000")
    change(repository, "contracts", "C69-0009", amount="600000")
    change(repository, "contracts", "C69-0009", amount="480000")
    names = {"contracts_just_below_threshold", "much_money_with_one_supplier"}
    findings = found(repository)
    assert {finding.since for (name, _), finding in findings.items() if name in names} == {None}
    assert {name for name, _ in findings} >= names
    _, _, timeline = known(repository)
    told = {
        name for changes in timeline.project_changes.values() for one in changes for name in (*one.began, *one.ended)
    }
    assert not told & names


def test_the_transitions_of_contracts_are_the_same_from_the_cache(repository: Repository) -> None:
    for amount in ("6000000", "4800000"):
        change(repository, "contracts", "C67-0001", amount=amount)
    portal, history, timeline = known(repository)
    cold = RuleTransitions(LIMITS, fields_of(portal.package), portal.package.conventions.fiscal)
    assert build_timeline(portal, history, cold) == timeline
    cached = RuleTransitions(LIMITS, fields_of(portal.package), portal.package.conventions.fiscal, cold.requested)
    assert build_timeline(portal, history, cached) == timeline
    assert cached.requested.keys() == cold.requested.keys()
