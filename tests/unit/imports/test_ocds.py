"""OCDS brought into a package: which rows it has then, which stay, and which files are touched."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portal.core.problems import BuildError, UsageError
from portal.imports import ImportResult, import_ocds
from portal.imports.package_tables import RESOURCES, in_words_of, replace_files

from tests.conventions import CITY
from tests.folders import read_folder
from tests.unit.imports.ocds_files import OCID, OPTIONS, money, package_of, release, write

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage


TABLES = in_words_of(RESOURCES, CITY, "buddhist")
"""As an import writes them, in the languages of the city."""


def bring(package: SamplePackage, *files: Path, **options: Any) -> ImportResult:
    return import_ocds(files, package.root, OPTIONS, **options)


def bring_releases(package: SamplePackage, *releases: Any, **options: Any) -> ImportResult:
    return bring(package, write(package.root.parent / "releases.json", package_of(*releases)), **options)


def rows(package: SamplePackage, table: str) -> list[dict[str, str]]:
    with package.file(table).open(encoding="utf-8", newline="") as file:
        return [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(file)]


def row(package: SamplePackage, table: str, **cells: str) -> dict[str, str]:
    (found,) = (row for row in rows(package, table) if cells.items() <= row.items())
    return found


def rules(result: ImportResult) -> dict[str, str]:
    return {notice.rule: notice.message for notice in result.notices}


def test_a_process_becomes_a_row_of_each_table(package: SamplePackage) -> None:
    result = bring_releases(package, release())
    assert row(package, "projects", project_id="680001") == {
        "project_id": "680001",
        "fiscal_year": "2568",
        "title": "โครงการสมมติ 680001",
        "agency_id": "91000000",
        "budget_received": "1000000",
        "source_id": "ocds-bq4ldt",
        "budget_description": "งบสมมติ",
    }
    assert rows(package, "tenders") == [
        {
            "tender_id": OCID,
            "project_id": "680001",
            "ocid": OCID,
            "title": "จ้างสมมติ 1",
            "method": "open",
            "published_date": "2025-01-02",
            "closing_date": "2025-01-20",
            "bidders": "3",
            "value": "900000",
        }
    ]
    assert rows(package, "contracts") == [
        {
            "contract_id": f"{OCID}-c1",
            "project_id": "680001",
            "tender_id": OCID,
            "supplier_id": "TH-TIN-0105536112014",
            "ocid": OCID,
            "title": "จ้างสมมติ 1",
            "method": "open",
            "status": "active",
            "amount": "850000.5",
            "signed_date": "2025-02-01",
            "start_date": "2025-02-02",
            "finish_date": "2025-08-01",
        }
    ]
    assert rows(package, "suppliers") == [{"supplier_id": "TH-TIN-0105536112014", "name": "บริษัทสมมติ จำกัด"}]
    assert rows(package, "payments") == [
        {
            "payment_id": f"{OCID}-c1-t1",
            "contract_id": f"{OCID}-c1",
            "payment_date": "2025-03-01",
            "amount": "100000",
        }
    ]
    assert "tender.items (1)" in rules(result)["not-imported"]


def test_a_transaction_below_zero_is_a_payment_back(package: SamplePackage) -> None:
    (contract,) = release()["contracts"]
    refund = {"id": "t2", "date": "2025-04-01T00:00:00+07:00", "value": money(-20000.5)}
    transactions = [*contract["implementation"]["transactions"], refund]
    bring_releases(package, release(contracts=[contract | {"implementation": {"transactions": transactions}}]))
    assert [row["amount"] for row in rows(package, "payments")] == ["100000", "-20000.5"]
    assert package.problems() == ()


def test_the_package_still_has_no_problem_and_all_its_rows(package: SamplePackage) -> None:
    before = {name: package.table(name) for name in ("projects", "agencies", "progress_reports", "evaluations")}
    bring_releases(package, release())
    assert package.problems() == ()
    for name, table in before.items():
        width = len(table[0])
        assert {tuple(row) for row in table} <= {tuple(row[:width]) for row in package.table(name)}


def test_a_second_import_of_the_same_changes_no_byte(package: SamplePackage) -> None:
    bring_releases(package, release(), release("ocds-bq4ldt-680001-2"))
    before = read_folder(package.root)
    assert bring_releases(package, release(), release("ocds-bq4ldt-680001-2")).written == ()
    assert read_folder(package.root) == before


def test_what_the_publisher_writes_anew_each_night_changes_no_byte(package: SamplePackage) -> None:
    bring_releases(package, release())
    before = read_folder(package.root)
    assert bring_releases(package, release(date="2026-11-27T03:00:00Z", id="other")).written == ()
    assert read_folder(package.root) == before


def test_where_data_change_the_package_is_a_new_release_of_the_day(package: SamplePackage) -> None:
    package.describe("version", "1.4.09")
    package.describe("created", "2026-11-01T00:00:00Z")

    def name() -> tuple[str, str]:
        return package.described()["version"], package.described()["created"]

    bring_releases(package, release())
    assert name() == ("1.4.09", "2026-11-01T00:00:00Z")
    bring_releases(package, release("ocds-bq4ldt-680001-2"), created=date(2026, 11, 29))
    assert name() == ("1.4.10", "2026-11-29T00:00:00Z")
    before = read_folder(package.root)
    again = bring_releases(package, release("ocds-bq4ldt-680001-2", date="2026-12-06"), created=date(2026, 12, 6))
    assert again.written == ()
    assert read_folder(package.root) == before
    # A day never goes back, and a version that is no numbers is for a person to raise.
    package.describe("version", "2569-q1")
    bring_releases(package, release("ocds-bq4ldt-680001-3"), created=date(2026, 11, 1))
    assert name() == ("2569-q1", "2026-11-29T00:00:00Z")
    assert package.problems() == ()


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-02-01T17:00:00Z", "2025-02-02"),
        ("2025-02-01T16:59:59Z", "2025-02-01"),
        ("2025-02-01T00:00:00+07:00", "2025-02-01"),
        ("2025-02-01T23:59:59Z", "2025-02-01"),
        ("2025-02-01", "2025-02-01"),
    ],
)
def test_a_moment_becomes_the_day_of_the_city(package: SamplePackage, moment: str, day: str) -> None:
    contract = {"id": "c1", "dateSigned": moment, "period": {"endDate": moment}}
    tender = {"title": "จ้าง", "tenderPeriod": {"endDate": moment}}
    bring_releases(package, release(contracts=[contract], tender=tender))
    found = row(package, "contracts", ocid=OCID)
    assert (found["signed_date"], found["finish_date"], rows(package, "tenders")[0]["closing_date"]) == (day, day, day)


def test_a_contract_has_the_address_of_its_only_document(package: SamplePackage) -> None:
    addresses = [["https://city.example/a"], ["https://city.example/a", "https://city.example/b"], ["ftp://x"], []]
    releases = [
        release(
            f"ocds-bq4ldt-680001-{number}",
            contracts=[{"id": "c1", "documents": [{"id": "1", "url": url, "title": "สัญญา"} for url in urls]}],
        )
        for number, urls in enumerate(addresses)
    ]
    result = bring_releases(package, *releases)
    found = [contract.get("url") for contract in rows(package, "contracts")]
    assert found == ["https://city.example/a", None, None, None]
    assert rules(result)["no-address"].startswith("2 contracts have several documents")


def test_order_of_files_and_releases_does_not_matter(package: SamplePackage, tmp_path: Path) -> None:
    first = write(tmp_path / "a.json", package_of(release("ocds-bq4ldt-680002-1", "680002"), release()))
    second = write(tmp_path / "b.json", package_of(release("ocds-bq4ldt-680001-2")))
    bring(package, first, second)
    before = read_folder(package.root)
    assert bring(package, second, first).written == ()
    assert read_folder(package.root) == before


@pytest.mark.parametrize(("date", "amount"), [("2026-01-01T00:00:00Z", "5"), ("2025-12-31T22:00:00Z", "850000.5")])
def test_releases_of_one_process_are_merged_in_the_order_of_their_dates(
    package: SamplePackage, tmp_path: Path, date: str, amount: str
) -> None:
    part = {"ocid": OCID, "id": "2", "date": date, "contracts": [{"id": "c1", "value": money(5)}]}
    # 23:00 of the day before, in UTC.
    whole = release(date="2026-01-01T06:00:00+07:00")
    bring(package, write(tmp_path / "a.json", package_of(part)), write(tmp_path / "b.json", package_of(whole)))
    contract = row(package, "contracts", contract_id=f"{OCID}-c1")
    assert (contract["amount"], contract["status"]) == (amount, "active")


def test_releases_without_a_date_cannot_be_merged(package: SamplePackage) -> None:
    other = release(tender={"title": "อื่น"})
    del other["date"]
    with pytest.raises(BuildError) as caught:
        bring_releases(package, release(), other)
    assert [(p.rule, p.field) for p in caught.value.problems] == [("missing-date", f"{OCID}, date")]


def test_gzip_and_records_are_read_as_release_packages(package: SamplePackage, tmp_path: Path) -> None:
    packed = tmp_path / "a.json.gz"
    packed.write_bytes(gzip.compress(json.dumps(package_of(release())).encode()))
    records: dict[str, Any] = {"records": [{"ocid": "x", "compiledRelease": release("ocds-bq4ldt-680002-1", "680002")}]}
    records["records"].append({"ocid": "y", "releases": [release("ocds-bq4ldt-680003-1", "680003")]})
    assert bring(package, packed, write(tmp_path / "b.json", records)).records == 3
    assert {contract["project_id"] for contract in rows(package, "contracts")} == {"680001", "680002", "680003"}


def test_a_shared_budget_line_is_one_project_and_counted_once(package: SamplePackage) -> None:
    result = bring_releases(package, release(), release("ocds-bq4ldt-680001-2"))
    assert row(package, "projects", project_id="680001")["budget_received"] == "1000000"
    assert len(rows(package, "contracts")) == 2
    assert rules(result)["shared-budget-line"].startswith("1 budget lines are shared by several contracting processes")


def test_amounts_of_a_shared_line_that_differ_are_left_blank_and_named(package: SamplePackage) -> None:
    other = release("ocds-bq4ldt-680001-2")
    other["planning"]["budget"]["amount"] = money(2)
    result = bring_releases(package, release(), other)
    assert "budget_received" not in row(package, "projects", project_id="680001")
    assert "680001" in rules(result)["contradictory-amounts"]


def test_value_in_place_of_amount_is_read_and_said(package: SamplePackage) -> None:
    budget = {"id": "680001", "project": "โครงการ", "value": money(7)}
    result = bring_releases(package, release(planning={"budget": budget}))
    assert row(package, "projects", project_id="680001")["budget_received"] == "7"
    assert "budget-value" in rules(result)


def test_a_code_that_the_standard_does_not_have_is_left_blank_and_named(package: SamplePackage) -> None:
    result = bring_releases(package, release(tender={"title": "จ้าง", "procurementMethod": "e-bidding"}))
    assert "method" not in rows(package, "tenders")[0]
    assert '"e-bidding" is no code of OCDS for tender.procurementMethod' in rules(result)["unknown-code"]


def test_a_contract_of_several_suppliers_is_given_to_none(package: SamplePackage) -> None:
    suppliers = [{"id": "S1", "name": "บริษัทสมมติ จำกัด"}, {"id": "S2", "name": "ห้างสมมติ"}]
    result = bring_releases(package, release(awards=[{"id": "a1", "suppliers": suppliers}]))
    assert "supplier_id" not in rows(package, "contracts")[0]
    assert {"บริษัทสมมติ จำกัด", "ห้างสมมติ"} == {supplier["name"] for supplier in rows(package, "suppliers")}
    assert "several-suppliers" in rules(result)


def test_ids_that_two_releases_use_for_two_suppliers_are_two_suppliers(package: SamplePackage) -> None:
    awards = [[{"id": "a1", "suppliers": [{"id": "1", "name": name}]}] for name in ("ห้างก", "ห้างข")]
    bring_releases(package, release(awards=awards[0]), release("ocds-bq4ldt-680001-2", awards=awards[1]))
    assert sorted(supplier["name"] for supplier in rows(package, "suppliers")) == ["ห้างก", "ห้างข"]


PERSON = {"id": "1101700230708", "name": "นายทดลอง ชื่อแต่งขึ้น"}


def of_persons(*suppliers: dict[str, str], ocid: str = OCID) -> dict[str, Any]:
    """A release with a contract for each of some suppliers."""
    awards = [{"id": f"a{number}", "suppliers": [supplier]} for number, supplier in enumerate(suppliers)]
    contracts = [{"id": f"c{number}", "awardID": award["id"]} for number, award in enumerate(awards)]
    return release(ocid, awards=awards, contracts=contracts, parties=[])


def test_neither_the_number_nor_the_name_of_a_person_is_written(package: SamplePackage) -> None:
    by_number = {"id": "1101700230708", "name": "ทดลอง ชื่อแต่งขึ้น"}
    by_title = {"id": "7", "name": "น.ส.สมหญิง ตัวอย่าง"}
    before = read_folder(package.root)
    result = bring_releases(package, of_persons(PERSON, by_title, by_number, PERSON))
    written = b"".join(data for name, data in read_folder(package.root).items() if before.get(name) != data).decode()
    assert not [text for text in ("1101700230708", "ชื่อแต่งขึ้น", "สมหญิง") if text in written]
    # Nor a checksum, by which whoever tries all names or numbers would find them.
    assert rows(package, "suppliers") == [
        {"supplier_id": f"person-{OCID}-{number}", "name": "บุคคลธรรมดา", "kind": "natural_person"} for number in (1, 2)
    ]
    suppliers = [contract["supplier_id"][-1] for contract in rows(package, "contracts")]
    # One number is one person.
    assert suppliers == ["1", "2", "1", "1"]
    assert "neither their names nor their numbers" in rules(result)["natural-person"]
    assert bring_releases(package, of_persons(PERSON, by_title, by_number, PERSON)).written == ()
    assert package.problems() == ()


def test_a_firm_with_the_title_of_a_person_in_its_name_is_written(package: SamplePackage) -> None:
    names = {"บริษัท นายช่างสมมติ จำกัด", "นางรองก่อสร้าง"}
    bring_releases(package, of_persons(*({"id": name, "name": name} for name in names)))
    assert {supplier["name"] for supplier in rows(package, "suppliers")} == names


def test_where_the_package_allows_names_a_person_is_known_by_it(package: SamplePackage) -> None:
    package.describe("resources", [*package.described()["resources"], TABLES["suppliers"]])
    package.file("suppliers").write_text("supplier_id,name,name_en,kind\n")
    allowed = {"resource": "suppliers", "field": "name", "reason": "The city publishes them."}
    package.describe("personal_data_allowed", [*package.described().get("personal_data_allowed", []), allowed])
    bring_releases(package, of_persons(PERSON), of_persons(PERSON, ocid="ocds-bq4ldt-680001-2"))
    (supplier,) = rows(package, "suppliers")
    assert (supplier["name"], supplier["kind"]) == (PERSON["name"], "natural_person")
    assert all(b"1101700230708" not in data for data in read_folder(package.root).values())


def test_a_person_without_a_contract_any_more_is_removed(package: SamplePackage) -> None:
    bring_releases(package, of_persons(PERSON))
    bring_releases(package, of_persons({"id": "1", "name": "ห้างสมมติ"}))
    assert [supplier["name"] for supplier in rows(package, "suppliers")] == ["ห้างสมมติ"]


# What the package has already


def link_to(package: SamplePackage, **cells: str) -> dict[str, str]:
    """The first project of the package with these cells, which no import brought."""
    for name, cell in cells.items():
        package.set("projects", name, cell)
    return rows(package, "projects")[0]


def test_a_line_with_the_title_year_and_agency_of_one_project_is_that_project(package: SamplePackage) -> None:
    project = link_to(package, title="โครงการสมมติ 680001", fiscal_year="2568", agency_id="91000000")
    before = package.file("projects").read_bytes()
    result = bring_releases(package, release())
    assert rows(package, "contracts")[0]["project_id"] == project["project_id"]
    assert rows(package, "crosswalk") == [
        {
            "project_id": "680001",
            "other_id": project["project_id"],
            "made_by": "rule",
            "rule": "equal-title-year-agency",
        }
    ]
    assert "linked-by-rule" in rules(result)
    # Its own row stays, and there is no second one.
    assert package.file("projects").read_bytes() == before


def test_two_projects_of_one_title_are_joined_with_none(package: SamplePackage) -> None:
    for number in (2, 3):
        for name, cell in (("title", "โครงการสมมติ 680001"), ("fiscal_year", "2568"), ("agency_id", "91000000")):
            package.set("projects", name, cell, row=number)
    bring_releases(package, release())
    assert rows(package, "contracts")[0]["project_id"] == "680001"
    assert rows(package, "crosswalk") == []


@pytest.mark.parametrize("other", ["", "91000000-1001"])
def test_what_a_person_says_wins_over_a_rule(package: SamplePackage, other: str) -> None:
    bring_releases(package, release("ocds-bq4ldt-680009-1", "680009"))
    package.append("crosswalk", ["680001", other, "person", ""])
    link_to(package, title="โครงการสมมติ 680001", fiscal_year="2568", agency_id="91000000")
    bring_releases(package, release())
    assert row(package, "contracts", ocid=OCID)["project_id"] == (other or "680001")
    assert rows(package, "crosswalk") == [
        {
            name: cell
            for name, cell in zip(("project_id", "other_id", "made_by"), ("680001", other, "person"), strict=True)
            if cell
        }
    ]


def test_a_line_that_a_person_joins_later_has_no_second_row(package: SamplePackage) -> None:
    bring_releases(package, release())
    package.append("crosswalk", ["680001", "91000000-1001", "person", ""])
    result = bring_releases(package, release())
    assert "680001" not in {project["project_id"] for project in rows(package, "projects")}
    assert rows(package, "tenders")[0]["project_id"] == rows(package, "contracts")[0]["project_id"] == "91000000-1001"
    assert "joined-later" in rules(result)


def test_what_is_not_in_the_files_stays_and_is_named(package: SamplePackage) -> None:
    other = release("ocds-bq4ldt-670002-1", "670002")
    bring_releases(package, release(), other)
    result = bring_releases(package, release())
    assert {contract["ocid"] for contract in rows(package, "contracts")} == {OCID, other["ocid"]}
    assert other["ocid"] in rules(result)["vanished"]
    assert "670002" in rules(result)["vanished-project"]


def test_what_a_process_no_longer_has_is_removed_and_named(package: SamplePackage) -> None:
    bring_releases(package, release())
    result = bring_releases(package, release(contracts=[]))
    assert (rows(package, "contracts"), rows(package, "payments")) == ([], [])
    assert f"{OCID}-c1" in rules(result)["removed"]


def test_cells_that_a_person_added_stay(package: SamplePackage) -> None:
    bring_releases(package, release())
    package.set("contracts", "url", "https://example.org/contract")
    bring_releases(package, release(tender={"title": "ชื่อใหม่"}))
    assert rows(package, "contracts")[0]["url"] == "https://example.org/contract"
    assert rows(package, "contracts")[0]["title"] == "ชื่อใหม่"


def test_a_new_row_that_the_package_does_not_allow_is_named_and_nothing_is_written(package: SamplePackage) -> None:
    before = read_folder(package.root)
    with pytest.raises(BuildError) as caught:
        bring_releases(package, release(buyer={"id": "99", "name": "หน่วยงานใหม่"}))
    problems = {(p.place, p.field, p.rule) for p in caught.value.problems}
    assert ("data/agencies.csv", "name_en", "new-row") in problems
    assert read_folder(package.root) == before


def test_files_are_replaced_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"2")
    replace, calls = os.replace, itertools.count()

    def fails_at_the_second(source: Path, target: Path) -> None:
        if next(calls) == 1:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr("portal.imports.package_tables.os.replace", fails_at_the_second)
    with pytest.raises(UsageError, match="Nothing was written"):
        replace_files(tmp_path, {"a": b"3", "b": b"4", "c": b"5"})
    assert read_folder(tmp_path) == {"a": b"1", "b": b"2"}


def test_every_resource_has_titles_in_both_languages() -> None:
    for resource in TABLES.values():
        for described in (resource, *resource["schema"]["fields"]):
            assert all(described[name] for name in ("title", "title_en", "description", "description_en"))
