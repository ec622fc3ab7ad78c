"""The pages of suppliers and the lists of contracts: who has one, what they count, and what they do not say."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from portal.core import urls
from portal.core.models import Change, ChangeKind, project_index
from portal.core.totals import ContractTotal
from portal.site.pages.contracts import plan_contracts
from portal.site.pages.suppliers import ChangedSuppliers, SupplierContext, plan_suppliers, supplier_names_json

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

REASON = "The law asks for the names."


@pytest.fixture
def whole(whole: SamplePackage) -> SamplePackage:
    """The sample with its first seven contracts."""
    whole.write("payments", [row for row in whole.table("payments") if row[1] != "C68-0006"])
    whole.write("contracts", whole.table("contracts")[:8])
    return whole


def pages(package: SamplePackage, per_page: int = 50) -> dict[str, Any]:
    """What the pages of suppliers and contracts show, by path."""
    portal = project_index(package.portal())
    planned = [*plan_suppliers(portal, per_page), *plan_contracts(portal, per_page)]
    return {path: context for path, _, context, _ in planned}


def supplier(package: SamplePackage, supplier_id: str) -> SupplierContext:
    context: SupplierContext = pages(package)[urls.supplier(supplier_id)]
    return context


def without(package: SamplePackage, *names: str) -> SamplePackage:
    package.describe("resources", [r for r in package.described()["resources"] if r["name"] not in names])
    return package


def test_every_supplier_has_a_page_but_a_person_whose_name_is_not_published(whole: SamplePackage) -> None:
    whole.append("suppliers", ["S-006", "บริษัท ไม่มีสัญญา จำกัด", "", "company"])
    paths = {path for path in pages(whole) if path.startswith(urls.SUPPLIERS)} - {
        *(urls.SUPPLIERS, urls.LARGEST_SUPPLIERS, urls.MOST_CONTRACTS)
    }
    assert paths == {urls.supplier(f"S-00{number}") for number in (1, 2, 4, 5, 6)}
    assert supplier(whole, "S-006").total == ContractTotal(0, 0, 0, None)


def test_a_person_whose_name_the_package_allows_has_a_page(whole: SamplePackage) -> None:
    whole.set("suppliers", "name", "นางสาวสมมติ ไม่มีจริง", row=4)
    whole.set("suppliers", "name_en", "Miss Invented Person", row=4)
    assert urls.supplier("S-003") not in pages(whole)
    columns = ("name", "name_en")
    whole.describe(
        "personal_data_allowed", [{"resource": "suppliers", "field": name, "reason": REASON} for name in columns]
    )
    assert supplier(whole, "S-003").supplier.name["en"] == "Miss Invented Person"


def test_contracts_of_persons_and_of_nobody_known_are_counted_together(whole: SamplePackage) -> None:
    totals = pages(whole)[urls.SUPPLIERS].totals
    assert totals.all == ContractTotal(7, 1, 5, Decimal("53078000.5"))
    assert totals.persons == ContractTotal(1, 0, 1, Decimal("98000.5"))
    assert totals.unknown == ContractTotal(1, 0, 1, Decimal(1_200_000))
    assert totals.named == ContractTotal(5, 1, 3, Decimal(51_780_000))


def test_a_cancelled_contract_is_counted_and_its_amount_is_in_no_sum(whole: SamplePackage) -> None:
    context = supplier(whole, "S-005")
    assert context.total == ContractTotal(1, 1, 0, None)
    assert (context.total.in_force, context.total.is_complete) == (0, True)
    assert [contract.contract_id for contract in context.contracts] == ["C68-0006"]


def test_a_supplier_has_its_contracts_by_year_agency_and_method(whole: SamplePackage) -> None:
    context = supplier(whole, "S-001")
    assert [contract.contract_id for contract in context.contracts] == ["C69-0004", "C67-0001"]
    assert [(year, str(total.amount)) for year, total in context.years] == [(2569, "45500000"), (2567, "4800000")]
    assert [(method, total.count) for method, total in context.methods] == [("open", 2)]


def test_a_share_is_of_all_the_money_of_an_agency_and_none_where_an_amount_is_missing(whole: SamplePackage) -> None:
    (row,) = supplier(whole, "S-001").agencies
    assert row.own == ContractTotal(2, 0, 2, Decimal(50_300_000))
    # C68-0003 of the same agency has no amount.
    assert row.whole == ContractTotal(5, 0, 4, Decimal("51598000.5"))
    assert row.share is None
    whole.set("contracts", "amount", "8401999.5", row=4)
    (row,) = supplier(whole, "S-001").agencies
    assert row.whole.amount == 60_000_000
    assert row.share is not None
    assert round(row.share, 2) == Decimal("83.83")


def test_a_cancelled_contract_is_no_part_of_a_share(whole: SamplePackage) -> None:
    (row,) = supplier(whole, "S-005").agencies
    assert (row.own.amount, row.whole.amount, row.share) == (None, None, None)


def test_suppliers_without_a_known_amount_are_not_in_the_list_by_amount(whole: SamplePackage) -> None:
    by_path = pages(whole)
    largest, most = by_path[urls.LARGEST_SUPPLIERS], by_path[urls.MOST_CONTRACTS]
    assert [row.supplier.supplier_id for row in largest.rows] == ["S-001", "S-004"]
    assert (largest.count, largest.without) == (2, 2)
    assert [row.total.count for row in most.rows] == [2, 1, 1, 1]


def test_the_list_of_suppliers_is_by_name_and_cut_into_pages(whole: SamplePackage) -> None:
    by_path = pages(whole, per_page=3)
    listed = [by_path[urls.SUPPLIERS], by_path[urls.page_of(urls.SUPPLIERS, 2)]]
    assert [row.supplier.supplier_id for page in listed for row in page.rows] == ["S-001", "S-002", "S-005", "S-004"]
    assert [(page.count, page.totals is None) for page in listed] == [(4, False), (None, True)]


def test_contracts_stand_by_day_by_title_and_by_amount(whole: SamplePackage) -> None:
    whole.set("contracts", "signed_date", "", row=3)
    by_path = pages(whole)
    signed = [contract.contract_id for contract in by_path[urls.CONTRACTS].contracts]
    assert signed == ["C69-0005", "C69-0004", "C68-0006", "C68-0003", "C67-0007", "C67-0001", "C67-0002"]
    assert {*signed} == {contract.contract_id for contract in by_path[urls.CONTRACTS_BY_TITLE].contracts}
    largest = by_path[urls.LARGEST_CONTRACTS]
    assert [contract.contract_id for contract in largest.contracts][:2] == ["C69-0004", "C67-0001"]
    assert (len(largest.contracts), largest.without) == (6, 1)


def test_a_new_contract_changes_the_pages_of_its_year_alone(whole: SamplePackage) -> None:
    before = pages(whole, per_page=2)
    whole.append("contracts", ["C69-0008", "91000000-1001", "", "", "", "", "", "", "", "2026-01-05", "", "", ""])
    after = pages(whole, per_page=2)
    listed = [path for path in before if path.startswith(f"{urls.CONTRACTS}page/")]
    assert listed
    assert [path for path in listed if before[path].contracts != after[path].contracts] == []


def test_a_package_without_suppliers_has_contracts_alone_and_one_without_contracts_neither(
    whole: SamplePackage,
) -> None:
    content = whole.described()
    contracts = next(r for r in content["resources"] if r["name"] == "contracts")
    contracts["schema"]["foreignKeys"] = [
        key for key in contracts["schema"]["foreignKeys"] if key["reference"]["resource"] != "suppliers"
    ]
    whole.describe("resources", content["resources"])
    without(whole, "suppliers")
    by_path = pages(whole)
    assert {*by_path} == {urls.CONTRACTS, urls.CONTRACTS_BY_TITLE, urls.LARGEST_CONTRACTS}
    assert by_path[urls.CONTRACTS].contracts[0].contract_id == "C69-0005"
    assert pages(without(whole, "contracts", "payments")) == {}


def test_an_empty_table_of_contracts_has_a_list_that_says_so(whole: SamplePackage) -> None:
    for table in ("payments", "contracts"):
        whole.write(table, whole.table(table)[:1])
    by_path = pages(whole)
    assert by_path[urls.CONTRACTS].contracts == ()
    assert by_path[urls.SUPPLIERS].totals.all == ContractTotal(0, 0, 0, None)
    assert urls.LARGEST_CONTRACTS not in by_path


def test_the_names_for_the_search_are_those_of_suppliers_with_a_contract(whole: SamplePackage) -> None:
    whole.append("suppliers", ["S-006", "บริษัท ไม่มีสัญญา จำกัด", "", "company"])
    names = json.loads(gzip.decompress(supplier_names_json(project_index(whole.portal()))))
    assert [(row[0], row[2]) for row in names] == [("S-001", 2), ("S-002", 1), ("S-004", 1), ("S-005", 1)]
    assert names[0][1] == {"th": "บริษัท สวนสมมติ จำกัด", "en": "Imaginary Gardens Co. Ltd."}


def test_a_changed_contract_is_news_on_the_pages_of_all_suppliers_of_its_agency(whole: SamplePackage) -> None:
    changed = ChangedSuppliers(project_index(whole.portal()))

    def of(resource: str, field: str, key: str, project_id: str = "", before: str = "", after: str = "") -> set[str]:
        return changed.of([Change(resource, (key,), project_id, field, ChangeKind.CHANGED, before, after)])

    assert of("contracts", "amount", "C68-0003", "91000000-2001") == {"S-001", "S-002", "S-003"}
    assert of("contracts", "supplier_id", "C67-0007", "95030000-1001", "S-009", "S-004") == {"S-004", "S-009"}
    assert of("suppliers", "name", "S-002") == {"S-002"}
    assert of("projects", "title", "91000000-2001", "91000000-2001") == {"S-002"}
    assert of("projects", "remarks", "91000000-2001", "91000000-2001") == set()
    assert of("payments", "amount", "P-0004", "91000000-2001") == set()
    assert of("agencies", "name", "95030000") == {"S-004"}
