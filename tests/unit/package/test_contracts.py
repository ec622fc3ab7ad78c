"""Tenders, contracts, suppliers and payments: optional tables, joined to the projects."""

from decimal import Decimal

import pytest

from portal.core.models import Project
from portal.rules.needs import PROCUREMENT_TABLES

from tests.sample_package import SamplePackage, places
from tests.texts import both


def project(package: SamplePackage, project_id: str) -> Project:
    return next(p for p in package.portal().projects if p.project_id == project_id)


def without(package: SamplePackage, *names: str) -> SamplePackage:
    package.describe("resources", [r for r in package.described()["resources"] if r["name"] not in names])
    return package


def test_a_project_has_its_tenders_its_contracts_and_their_payments_by_date(whole: SamplePackage) -> None:
    park = project(whole, "91000000-1001")
    assert [tender.tender_id for tender in park.tenders] == ["T67-0001"]
    assert [contract.contract_id for contract in park.contracts] == ["C67-0001", "C67-0002"]
    contract = park.contracts[0]
    assert contract.tender_id == "T67-0001"
    assert contract.supplier is not None
    assert contract.supplier.name == both("บริษัท สวนสมมติ จำกัด", "Imaginary Gardens Co. Ltd.")
    assert [payment.payment_id for payment in contract.payments] == ["P-0001", "P-0002"]
    assert contract.paid == Decimal(4_800_000)
    assert [payment.payment_id for payment in park.payments] == ["P-0001", "P-0002", "P-0003"]


def test_what_is_not_known_is_none_and_not_zero(whole: SamplePackage) -> None:
    by_id = {c.contract_id: c for p in whole.portal().projects for c in p.contracts}
    assert by_id["C68-0003"].amount is None
    assert by_id["C69-0005"].supplier is None
    assert by_id["C69-0005"].paid is None
    # One of its payments has no amount.
    assert by_id["C69-0004"].paid == Decimal(13_650_000)


def test_a_package_without_the_tables_has_projects_without_contracts(whole: SamplePackage) -> None:
    portal = without(whole, *PROCUREMENT_TABLES).portal()
    assert {p.contracts or p.tenders or p.payments for p in portal.projects} == {()}
    assert portal.suppliers == ()


def test_a_contract_without_a_table_of_suppliers_names_the_id(whole: SamplePackage) -> None:
    content = without(whole, "suppliers", "tenders").described()
    index = [r["name"] for r in content["resources"]].index("contracts")
    whole.describe(f"resources.{index}.schema.foreignKeys", [])
    supplier = project(whole, "91000000-1001").contracts[0].supplier
    assert supplier is not None
    assert supplier.name == both("S-001")


def test_an_unknown_contract_tender_or_supplier_is_named_without_any_key_of_the_schema(whole: SamplePackage) -> None:
    whole.demand_nothing()
    whole.set("payments", "contract_id", "C99-0001")
    whole.set("contracts", "supplier_id", "S-009")
    whole.set("contracts", "tender_id", "T99-0001")
    assert places(whole.problems()) == [
        ("data/contracts.csv", 2, "tender_id", "unknown-key"),
        ("data/contracts.csv", 2, "supplier_id", "unknown-key"),
        ("data/payments.csv", 2, "contract_id", "unknown-key"),
    ]


def test_two_contracts_of_one_number_are_refused(whole: SamplePackage) -> None:
    whole.demand_nothing()
    whole.set("contracts", "contract_id", "C67-0001", row=3)
    assert ("data/contracts.csv", 3, "contract_id", "duplicate-key") in places(whole.problems())


def test_a_payment_below_zero_is_money_that_was_paid_back(whole: SamplePackage) -> None:
    whole.append("payments", ["P-0020", "C67-0001", "2024-09-20", "-800000"])
    contract = project(whole, "91000000-1001").contracts[0]
    assert (contract.paid, contract.paid_back) == (Decimal(4_000_000), Decimal(800_000))
    assert project(whole, "91000000-1001").contracts[1].paid_back == 0


@pytest.mark.parametrize(
    ("resource", "field"), [("contracts", "amount"), ("tenders", "value"), ("projects", "budget_spent")]
)
def test_no_other_amount_is_below_zero(whole: SamplePackage, resource: str, field: str) -> None:
    whole.demand_nothing()
    whole.set(resource, field, "-1")
    assert places(whole.problems()) == [(f"data/{resource}.csv", 2, field, "out-of-range")]


def test_a_payment_back_has_a_limit_too(whole: SamplePackage) -> None:
    whole.set("payments", "amount", "-1000000000000001")
    (problem,) = whole.problems()
    assert problem.text == (
        'data/payments.csv, row 2, amount: "-1000000000000001" is not from -1000000000000000 to 1000000000000000. '
        "Correct the value."
    )
