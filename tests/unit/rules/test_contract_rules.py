"""What is odd in contracts and payments is published with an explanation; what cannot be true stops the build."""

from typing import Any

from portal.rules.anomalies import AnomalyReport
from portal.rules.needs import PROCUREMENT_TABLES
from portal.rules.quality import quality_report

from tests.sample_package import SamplePackage


def report(package: SamplePackage, rule: str) -> AnomalyReport:
    return next(found for found in quality_report(package.portal()).anomalies if found.rule == rule)


def places(package: SamplePackage, rule: str) -> list[tuple[str, int, str, Any]]:
    return [(odd.resource, odd.row, odd.field, odd.project_id) for odd in report(package, rule).values]


def test_a_payment_before_the_signature_is_odd(whole: SamplePackage) -> None:
    assert places(whole, "payment-before-signature") == []
    whole.set("payments", "payment_date", "2023-11-19")
    (odd,) = report(whole, "payment-before-signature").values
    assert (odd.resource, odd.row, odd.field, odd.project_id) == ("payments", 2, "payment_date", "91000000-1001")
    assert {name: str(value) for name, value in odd.beside.items()} == {
        "contracts.contract_id": "C67-0001",
        "contracts.signed_date": "2023-11-20",
    }


def test_two_ids_of_suppliers_that_differ_in_case_alone_and_one_that_is_no_address_stop_the_build(
    whole: SamplePackage,
) -> None:
    whole.demand_nothing()
    whole.append("suppliers", ["s-001", "บริษัท ตัวเล็ก จำกัด", "", ""], ["ร้าน/1", "ร้านทดลอง", "", ""])
    found = [(p.place, p.row, p.field, p.rule) for p in whole.problems()]
    assert found == [
        ("data/suppliers.csv", 7, "supplier_id", "duplicate-key"),
        ("data/suppliers.csv", 8, "supplier_id", "unsafe-id"),
    ]


def test_the_id_of_a_person_whose_name_is_not_published_is_in_no_address(whole: SamplePackage) -> None:
    whole.demand_nothing()
    whole.append("suppliers", ["ราย/1", "นายสมมติ ไม่มีจริง", "", "natural_person"])
    assert whole.problems() == ()


def test_a_payment_on_the_day_of_the_signature_is_not_odd(whole: SamplePackage) -> None:
    whole.set("payments", "payment_date", "2023-11-20")
    assert places(whole, "payment-before-signature") == []


def test_more_paid_than_the_contract_is_odd_also_of_a_cancelled_one(whole: SamplePackage) -> None:
    assert places(whole, "more-paid-than-the-contract") == [("contracts", 8, "amount", "95030000-1001")]
    whole.append("payments", ["P-0008", "C68-0006", "2025-03-01", "380000.01"])
    assert places(whole, "more-paid-than-the-contract") == [
        ("contracts", 7, "amount", "92000000-2001"),
        ("contracts", 8, "amount", "95030000-1001"),
    ]
    (cancelled, _) = report(whole, "more-paid-than-the-contract").values
    assert cancelled.beside["status"] == "cancelled"


def test_what_is_not_known_is_not_compared(whole: SamplePackage) -> None:
    whole.set("contracts", "amount", "", row=8)
    assert places(whole, "more-paid-than-the-contract") == []


def test_a_contract_signed_before_its_tender_closed_is_odd(whole: SamplePackage) -> None:
    assert places(whole, "contract-before-the-tender-closed") == []
    whole.set("contracts", "signed_date", "2023-10-25")
    assert places(whole, "contract-before-the-tender-closed") == [("contracts", 2, "signed_date", "91000000-1001")]


def test_the_problem_of_a_tender_names_both_days(whole: SamplePackage) -> None:
    whole.set("tenders", "closing_date", "2023-10-04")
    (problem,) = whole.problems()
    assert problem.text == (
        'data/tenders.csv, row 2, closing_date: "2023-10-04" is before the published_date of this row, 2023-10-05. '
        "Correct one of the two dates."
    )


def test_a_package_without_contracts_has_no_rule_on_them_in_its_report(whole: SamplePackage) -> None:
    everything = quality_report(whole.portal())
    whole.describe("resources", [r for r in whole.described()["resources"] if r["name"] not in PROCUREMENT_TABLES])
    quality = quality_report(whole.portal())
    assert {r.resource for r in everything.constraints} - {r.resource for r in quality.constraints} == {
        *PROCUREMENT_TABLES
    }
    assert {r.rule for r in everything.anomalies} - {r.rule for r in quality.anomalies} == {
        "payment-before-signature",
        "more-paid-than-the-contract",
        "contract-before-the-tender-closed",
    }


def test_without_payments_the_report_says_that_they_are_not_compared(whole: SamplePackage) -> None:
    whole.describe("resources", [r for r in whole.described()["resources"] if r["name"] != "payments"])
    assert report(whole, "more-paid-than-the-contract").absent == ("payments.amount",)
