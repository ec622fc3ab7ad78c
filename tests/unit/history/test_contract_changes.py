"""What releases changed of contracts and payments, as changes of their projects."""

from decimal import Decimal
from pathlib import Path

import pytest

from portal.core.models import ChangeKind
from portal.history.changelog_items import ChangelogItem, ChangelogKind
from portal.history.record_versions import find_record_versions

from tests.repository import Repository
from tests.texts import both

PARK, LIGHTS = "91000000-1001", "91000000-2001"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def items(repository: Repository) -> tuple[ChangelogItem, ...]:
    return repository.timeline().releases[0].items


def test_the_amount_of_a_contract_moved_from_one_value_to_another(repository: Repository) -> None:
    repository.set("contracts", {"contract_id": "C67-0001"}, amount="5000000", url="")
    repository.commit("Amend a contract")
    money, other = items(repository)
    assert (money.kind, money.project_id, money.resource, money.field) == (
        ChangelogKind.MONEY,
        PARK,
        "contracts",
        "amount",
    )
    assert (money.before, money.after, money.size) == (Decimal(4_800_000), Decimal(5_000_000), Decimal(200_000))
    assert (money.record_name, money.column_title["en"]) == (both("C67-0001", "C67-0001"), "Contract amount")
    assert (other.kind, other.count) == (ChangelogKind.OTHER, 1)
    (summary, _) = repository.timeline().releases[0].summary
    assert (summary.title["en"], summary.amount, summary.projects) == ("Contract amount", Decimal(200_000), 1)


def test_a_payment_is_a_change_of_the_project_of_its_contract(repository: Repository) -> None:
    payments = repository.rows("payments")
    new = {"payment_id": "P-0009", "contract_id": "C68-0003", "payment_date": "2025-10-01", "amount": "1"}
    repository.write("payments", [*payments, new])
    repository.commit("Pay")
    assert {(change.project_id, change.kind) for change in repository.last()} == {(LIGHTS, ChangeKind.ADDED)}
    (item,) = items(repository)
    assert (item.kind, item.project_id, item.count) == (ChangelogKind.CONTRACTS, LIGHTS, 1)
    assert find_record_versions(repository.portal().package, repository.history(), {}).of(LIGHTS).page is not None


def test_a_payment_that_is_altered_or_removed_is_a_retroactive_edit(repository: Repository) -> None:
    repository.set("payments", {"payment_id": "P-0001"}, amount="1")
    repository.edit("payments", lambda row: None if row["payment_id"] == "P-0003" else row)
    repository.commit("Alter payments")
    assert {(i.kind, i.project_id, i.record, i.field) for i in items(repository)} == {
        (ChangelogKind.RETROACTIVE, PARK, ("P-0001",), "amount"),
        (ChangelogKind.RETROACTIVE, PARK, ("P-0003",), None),
    }


def test_a_contract_that_goes_takes_its_payments_from_the_same_project(repository: Repository) -> None:
    repository.edit("payments", lambda row: None if row["contract_id"] == "C67-0002" else row)
    repository.edit("contracts", lambda row: None if row["contract_id"] == "C67-0002" else row)
    repository.commit("Remove a contract")
    assert {(change.resource, change.project_id) for change in repository.last()} == {
        ("contracts", PARK),
        ("payments", PARK),
    }


def test_a_payment_in_files_that_are_not_committed_has_its_project_too(repository: Repository) -> None:
    repository.set("payments", {"payment_id": "P-0004"}, amount="1")
    assert {(change.resource, change.project_id) for change in repository.last()} == {("payments", LIGHTS)}


def test_tables_that_come_are_no_edit_of_any_project(repository: Repository) -> None:
    names = ("tenders", "contracts", "suppliers", "payments")
    content = repository.folder / "datapackage.json"
    described = content.read_text("utf-8")
    repository.describe(
        lambda package: package.update(resources=[r for r in package["resources"] if r["name"] not in names])  # type: ignore[attr-defined]
    )
    repository.commit("Without contracts")
    content.write_text(described, "utf-8")
    repository.commit("With contracts")
    assert items(repository) == ()
    assert {summary.kind for summary in repository.timeline().releases[0].summary} == {ChangelogKind.STRUCTURE}


def test_a_supplier_of_a_contract_that_changes_makes_its_projects_newer(repository: Repository) -> None:
    repository.set("suppliers", {"supplier_id": "S-002"}, name="บริษัท ใหม่สมมติ จำกัด")
    repository.commit("Rename a supplier")
    versions = find_record_versions(repository.portal().package, repository.history(), {})
    assert str(versions.changed(LIGHTS, None, None, (), ["S-002"])) == "2026-01-02"
    assert str(versions.changed(LIGHTS, None, None, (), ["S-001"])) == "2026-01-01"
