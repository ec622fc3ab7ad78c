"""Tenders and contracts as OC4IDS has them: a process is a tender with its contracts, a sum is of all."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.core.models import Contract, Package, Payment, Project, Supplier, Tender
from portal.exports.catalogues.base import Catalogue
from portal.exports.catalogues.contracting_processes import contracting_processes, supplier_parties

from tests.texts import both

FIRM = Supplier("S1", both("บริษัท ก จำกัด", "A Co., Ltd."))


@pytest.fixture
def catalogue(described: Package) -> Catalogue:
    names = both("พอร์ทัล", "Portal"), both("เมือง", "City")
    return Catalogue(described, None, *names, "https://city.example/", None, ZoneInfo("Asia/Bangkok"))


def summaries_of(catalogue: Catalogue, *records: Tender | Contract) -> dict[str, Any]:
    tenders = tuple(record for record in records if isinstance(record, Tender))
    contracts = tuple(record for record in records if isinstance(record, Contract))
    project = Project("p", "", tenders=tenders, contracts=contracts)
    return {process["id"]: process.get("summary") for process in contracting_processes(catalogue, project)}


def test_a_tender_and_its_contracts_are_one_process(catalogue: Catalogue) -> None:
    tender = Tender("T1", "ocds-1", "งาน", "open", bidders=3, value=Decimal(100))
    contract = Contract(
        *("C1", "ocds-1", "สัญญา", "open", "active", Decimal(90), date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)),
        *("https://city.example/c1", "T1", FIRM),
    )
    assert summaries_of(catalogue, tender, contract) == {
        "ocds-1": {
            "ocid": "ocds-1",
            "externalReference": "C1",
            "title": "งาน",
            "status": "active",
            "tender": {
                "procurementMethod": "open",
                "costEstimate": {"amount": Decimal(100), "currency": "THB"},
                "numberOfTenderers": 3,
            },
            "suppliers": [{"id": "S1", "name": "บริษัท ก จำกัด"}],
            "contractValue": {"amount": Decimal(90), "currency": "THB"},
            "contractPeriod": {"startDate": "2024-02-01T00:00:00+07:00", "endDate": "2024-03-01T23:59:59+07:00"},
            "documents": [{"id": "C1", "url": "https://city.example/c1"}],
        }
    }


def test_with_a_prefix_of_the_publisher_a_process_has_the_ocid_that_it_has_in_ocds(catalogue: Catalogue) -> None:
    project = Project("p", "", contracts=(Contract("C1"), Contract("C2", "ocds-213czf-2")))
    processes = contracting_processes(replace(catalogue, ocds_prefix="ocds-a1b2c3"), project)
    found = [(process["id"], process["summary"]["ocid"]) for process in processes]
    assert found == [("ocds-a1b2c3-C1", "ocds-a1b2c3-C1"), ("ocds-213czf-2", "ocds-213czf-2")]


def test_a_tender_without_a_contract_is_not_awarded_yet(catalogue: Catalogue) -> None:
    assert summaries_of(catalogue, Tender("T1")) == {"T1": {"status": "pre-award"}}


def test_a_sum_of_which_a_part_is_not_known_is_left_out(catalogue: Catalogue) -> None:
    known = Contract("C1", amount=Decimal(10), tender_id="T1")
    (summary,) = summaries_of(catalogue, Tender("T1"), known, Contract("C2", tender_id="T1")).values()
    assert "contractValue" not in summary
    (summary,) = summaries_of(
        catalogue, Tender("T1"), known, Contract("C2", status="cancelled", tender_id="T1")
    ).values()
    assert summary["contractValue"]["amount"] == 10


def test_the_final_value_is_what_was_paid_on_contracts_that_have_ended(catalogue: Catalogue) -> None:
    payments = (Payment("P1", amount=Decimal(4)), Payment("P2", amount=Decimal(5)))
    ended = Contract("C1", status="terminated", payments=payments)
    assert summaries_of(catalogue, ended)["C1"]["finalValue"]["amount"] == 9
    assert summaries_of(catalogue, ended)["C1"]["status"] == "closed"
    assert "finalValue" not in summaries_of(catalogue, Contract("C1", status="active", payments=payments))["C1"]
    assert (
        "finalValue"
        not in summaries_of(catalogue, Contract("C1", status="terminated", payments=(*payments, Payment("P3"))))["C1"]
    )


def test_contracts_without_a_tender_are_processes_of_their_own_unless_they_share_an_ocid(catalogue: Catalogue) -> None:
    assert list(summaries_of(catalogue, Contract("C1"), Contract("C2"))) == ["C1", "C2"]
    assert list(summaries_of(catalogue, Contract("C1", "ocds-1"), Contract("C2", "ocds-1"))) == ["ocds-1"]


def test_each_supplier_is_a_party_once() -> None:
    project = Project("p", "", contracts=(Contract("C1", supplier=FIRM), Contract("C2", supplier=FIRM), Contract("C3")))
    assert supplier_parties(project) == [{"id": "S1", "name": "บริษัท ก จำกัด", "roles": ["supplier"]}]
