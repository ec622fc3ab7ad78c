"""The contracting processes of a package as releases of OCDS: they say what the package says, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import ocdsmerge
import pytest

from tests.ocds import STANDARD, releases_of, write_ocds
from tests.sample_package import SamplePackage

if TYPE_CHECKING:
    from typing import Any

PARK = "ocds-sample-1001"


def thb(amount: float) -> dict[str, Any]:
    return {"amount": amount, "currency": "THB"}


def test_a_process_says_all_that_the_package_says_of_it(whole: SamplePackage, tmp_path: Path) -> None:
    release = releases_of(whole, tmp_path / "site")[PARK]
    assert len(release.pop("id")) == 16
    agency = {"id": "91000000", "name": "สำนักช่างและสวนเมืองตัวอย่าง"}
    supplier = {"id": "S-001", "name": "บริษัท สวนสมมติ จำกัด"}
    park = "ปรับปรุงสวนสาธารณะกลางเมืองตัวอย่าง"
    assert release == {
        "ocid": PARK,
        "date": f"{whole.portal().package.created}T00:00:00+07:00",
        "tag": ["tender", "award", "contract", "implementation"],
        "initiationType": "tender",
        "language": "th",
        "parties": [
            {**agency, "name_en": "Sample City Works and Parks Department", "roles": ["buyer"]},
            {**supplier, "name_en": "Imaginary Gardens Co. Ltd.", "roles": ["supplier"]},
        ],
        "buyer": agency,
        "planning": {
            "budget": {"projectID": "91000000-1001", "project": park},
            "documents": [
                {
                    "id": "91000000-1001",
                    "title": park,
                    "url": "https://city.example/projects/91000000-1001/",
                    "format": "text/html",
                    "language": "th",
                }
            ],
        },
        "tender": {
            "id": "T67-0001",
            "title": "ประกวดราคาจ้างปรับปรุงสวนสาธารณะกลางเมืองตัวอย่าง",
            "procurementMethod": "open",
            "procurementMethodDetails": "ประกาศเชิญชวนทั่วไป",
            "value": thb(5000000),
            "tenderPeriod": {"startDate": "2023-10-05T00:00:00+07:00", "endDate": "2023-10-26T23:59:59+07:00"},
            "numberOfTenderers": 3,
        },
        "awards": [{"id": "C67-0001", "suppliers": [supplier]}],
        "contracts": [
            {
                "id": "C67-0001",
                "awardID": "C67-0001",
                "title": "จ้างปรับปรุงสวนสาธารณะกลางเมืองตัวอย่าง",
                "status": "terminated",
                "period": {"startDate": "2023-11-21T00:00:00+07:00", "endDate": "2024-08-31T23:59:59+07:00"},
                "value": thb(4800000),
                "dateSigned": "2023-11-20T00:00:00+07:00",
                "documents": [{"id": "page", "url": "https://sample-city.example/contracts/C67-0001"}],
                "implementation": {
                    "transactions": [
                        {"id": "P-0001", "date": "2024-03-15T00:00:00+07:00", "value": thb(1920000)},
                        {"id": "P-0002", "date": "2024-09-10T00:00:00+07:00", "value": thb(2880000)},
                    ]
                },
            }
        ],
    }


def test_a_process_is_in_the_file_of_the_year_of_its_project(whole: SamplePackage, tmp_path: Path) -> None:
    files = write_ocds(whole, tmp_path / "site")
    ocids = {year: [r["ocid"] for r in json.loads(file.read_text())["releases"]] for year, file in files.items()}
    assert ocids == {
        "2569": [
            *("C69-0005", "C69-0008", "C69-0009", "C69-0010", "C69-0011"),
            *("ocds-sample-3002", "ocds-sample-3004"),
        ],
        "2568": ["C68-0006", "C68-0012", "T68-0006", "ocds-sample-2001", "ocds-sample-2005"],
        "2567": ["C67-0002", "C67-0007", PARK],
    }


def test_the_budget_of_a_project_is_that_of_its_only_process(whole: SamplePackage, tmp_path: Path) -> None:
    budgets = {ocid: r["planning"]["budget"].get("amount") for ocid, r in releases_of(whole, tmp_path / "site").items()}
    assert budgets["ocds-sample-2001"] == thb(7800000)
    # Two processes share it: added up, it would be counted twice.
    assert budgets["ocds-sample-3002"] is budgets["C69-0005"] is None


def test_a_contract_without_a_tender_has_its_method_and_a_blank_is_left_out(
    whole: SamplePackage, tmp_path: Path
) -> None:
    release = releases_of(whole, tmp_path / "site")["C69-0005"]
    assert release["tender"] == {
        "id": "C69-0005",
        "procurementMethod": "direct",
        "procurementMethodDetails": "เฉพาะเจาะจง",
    }
    assert release["tag"] == ["award", "contract"]
    assert release["awards"] == [{"id": "C69-0005"}]
    assert release["contracts"][0].keys() == {"id", "awardID", "title", "status", "value", "dateSigned"}


def test_a_tender_that_nobody_won_says_that_there_was_no_bidder(whole: SamplePackage, tmp_path: Path) -> None:
    release = releases_of(whole, tmp_path / "site")["ocds-sample-3004"]
    assert (release["tag"], release["tender"]["numberOfTenderers"]) == (["tender"], 0)
    assert not {"awards", "contracts"} & release.keys()


def test_a_tender_without_a_project_is_there(whole: SamplePackage, tmp_path: Path) -> None:
    whole.append("tenders", ["T-9", "", "ocds-sample-9", "จ้างสมมติ", "", "", "", "", ""])
    whole.set("contracts", "tender_id", "T-9", row=6)
    (unknown,) = json.loads(write_ocds(whole, tmp_path / "a")["2569"].read_text())["releases"][-1:]
    assert unknown["ocid"] == "ocds-sample-9"
    # With the contract that was awarded in it, although that one has a project.
    assert [contract["id"] for contract in unknown["contracts"]] == ["C69-0005"]
    whole.set("contracts", "tender_id", "", row=6)
    (alone,) = json.loads(write_ocds(whole, tmp_path / "b")["unknown"].read_text())["releases"]
    assert (alone["tender"], alone["tag"]) == ({"id": "T-9", "title": "จ้างสมมติ"}, ["tender"])
    assert "planning" not in alone


def test_the_name_of_a_person_is_nowhere(whole: SamplePackage, tmp_path: Path) -> None:
    whole.set("suppliers", "name", "นางสาวสมมติ ตัวอย่าง", row=4)
    files = write_ocds(whole, tmp_path / "site").values()
    assert not any("สมมติ ตัวอย่าง" in file.read_text("utf-8") for file in files)
    assert releases_of(whole, tmp_path / "again")["C67-0002"]["awards"][0]["suppliers"] == [
        {"id": "S-003", "name": "บุคคลธรรมดา"}
    ]


@pytest.mark.parametrize("prefix", [None, "ocds-a1b2c3"])
def test_without_an_ocid_a_process_has_the_id_of_its_tender_or_contract(
    whole: SamplePackage, tmp_path: Path, prefix: str | None
) -> None:
    # A contract of another tender with the number of one.
    whole.set("contracts", "contract_id", "T68-0002", row=6)
    whole.set("tenders", "ocid", "", row=3)
    whole.set("contracts", "ocid", "", row=4)
    begin = f"{prefix}-" if prefix else ""
    releases = releases_of(whole, tmp_path / "site", prefix)
    assert {PARK, f"{begin}C67-0002", f"{begin}T68-0002", f"{begin}contract-T68-0002"} <= releases.keys()
    assert [contract["id"] for contract in releases[f"{begin}T68-0002"]["contracts"]] == ["C68-0003"]


def test_a_tender_has_the_ocid_of_its_contract(whole: SamplePackage, tmp_path: Path) -> None:
    whole.set("tenders", "ocid", "")
    release = releases_of(whole, tmp_path / "site")[PARK]
    assert (release["tender"]["id"], release["contracts"][0]["id"]) == ("T67-0001", "C67-0001")


def test_what_tenders_of_one_process_say_differently_is_left_out(whole: SamplePackage, tmp_path: Path) -> None:
    whole.append("tenders", ["T67-0009", "91000000-1001", PARK, "ครั้งที่สอง", "open", "", "", "2", "5000000"])
    assert releases_of(whole, tmp_path / "site")[PARK]["tender"] == {
        "id": PARK,
        "procurementMethod": "open",
        "procurementMethodDetails": "ประกาศเชิญชวนทั่วไป",
        "value": thb(5000000),
    }


def test_a_method_that_the_standard_does_not_have_is_a_detail(whole: SamplePackage, tmp_path: Path) -> None:
    whole.demand_nothing()
    whole.append("tenders", ["T-9", "", "", "", "e-bidding", "", "", "", ""])
    assert releases_of(whole, tmp_path / "site")["T-9"]["tender"] == {
        "id": "T-9",
        "procurementMethodDetails": "e-bidding",
    }


def test_the_number_of_a_register_is_an_identifier(whole: SamplePackage, tmp_path: Path) -> None:
    for table in ("suppliers", "contracts"):
        whole.change(table, lambda data: data.replace(b"S-001", b"TH-TIN-0105500000001"))
    (_, supplier) = releases_of(whole, tmp_path / "site")[PARK]["parties"]
    assert supplier["identifier"] == {"scheme": "TH-TIN", "id": "0105500000001"}


def test_an_agency_and_a_supplier_of_one_id_are_two_parties(whole: SamplePackage, tmp_path: Path) -> None:
    for table in ("suppliers", "contracts"):
        whole.change(table, lambda data: data.replace(b"S-001", b"91000000"))
    release = releases_of(whole, tmp_path / "site")[PARK]
    assert [party["id"] for party in release["parties"]] == ["91000000", "supplier-91000000"]
    assert release["awards"][0]["suppliers"][0]["id"] == "supplier-91000000"


def test_a_newer_package_changes_no_release_of_which_nothing_changed(whole: SamplePackage, tmp_path: Path) -> None:
    before = releases_of(whole, tmp_path / "a")
    assert len({release["id"] for release in before.values()}) == len(before)
    header, *rows = whole.table("contracts")
    whole.write("contracts", [header, *rows[::-1]])
    assert releases_of(whole, tmp_path / "b") == before
    whole.set("payments", "amount", "1")
    after = releases_of(whole, tmp_path / "c")
    assert [ocid for ocid in before if before[ocid]["id"] != after[ocid]["id"]] == [PARK]


def test_the_reference_program_merges_each_release_to_what_it_says(whole: SamplePackage, tmp_path: Path) -> None:
    merger = ocdsmerge.Merger(str(STANDARD / "schema" / "release-schema.json"))
    for release in releases_of(whole, tmp_path / "site").values():
        compiled = merger.create_compiled_release([release])
        changed = {"id", "date", "tag"}
        assert {k: v for k, v in compiled.items() if k not in changed} == {
            k: v for k, v in release.items() if k not in changed
        }
