"""`ocds-<fiscal year>.json.gz`: the contracting processes of a year as a release package of OCDS 1.1.

https://standard.open-contracting.org/1.1/en/. Each process is one release, which says all that the package says of it
now; its tags say of which stages. It is dated by the day on which a record of its project last changed, and its id is a
checksum of what it says, so that neither changes while nothing else does. What the package does not say is left out:

- An award is known by its contract alone, and has no value or date of its own.
- The budget of a project is that of a process only where it has no other one: otherwise it would be counted twice.
- A supplier has an identifier where its id is written as those of org-id.guide are, such as TH-TIN-0105500000000.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.core import urls
from portal.core.json_values import json_text
from portal.core.models import METHODS
from portal.exports.catalogues.base import Catalogue, Described, pack_members, pack_package, without_blanks
from portal.exports.procurement import Process, Procurement, Row
from portal.history import RecordVersions

_IDENTIFIER = re.compile("([A-Z]{2}-[A-Z]{2,8})-([0-9]{6,})")
"""An identifier of a register, after the code of its list: https://org-id.guide/."""


def pack_releases(catalogue: Catalogue, procurement: Procurement, versions: RecordVersions) -> dict[str, bytes]:
    """The releases of each fiscal year, by its name, packed; the newest year first."""
    years: dict[str, list[Process]] = defaultdict(list)
    for process in procurement.processes:
        years[procurement.year(process)].append(process)
    maker = _ReleaseMaker(catalogue, procurement, versions)
    newest_first = sorted(years, key=lambda year: (year.isdigit(), year), reverse=True)
    return {year: pack_members(map(maker.release, years[year])) for year in newest_first}


def release_package(catalogue: Catalogue, year: str, releases: bytes) -> bytes:
    """The package of the releases of a year, as `pack_releases` packed them."""
    head = {
        "uri": catalogue.home + urls.ocds(year)[1:],
        "version": "1.1",
        "publishedDate": catalogue.moment(catalogue.package.created),
        "publisher": {"name": catalogue.publisher.first, "uri": catalogue.home},
        "license": catalogue.package.licence,
        "publicationPolicy": catalogue.page,
    }
    return pack_package(head, "releases", [releases])


class _ReleaseMaker:
    """Makes the releases."""

    def __init__(self, catalogue: Catalogue, procurement: Procurement, versions: RecordVersions) -> None:
        self._catalogue, self._procurement, self._versions = catalogue, procurement, versions
        self._language = catalogue.language

    def release(self, process: Process) -> Described:
        buyer = self._procurement.buyer(process)
        content = without_blanks(
            {
                "ocid": process.ocid,
                "date": self._catalogue.moment(self._procurement.changed(process, self._versions)),
                "tag": list(self._tags(process)),
                "initiationType": "tender",
                "language": self._language,
                "parties": list(self._parties(process, buyer)),
                "buyer": _reference(buyer, "agency_id") if buyer else None,
                "planning": self._planning(process),
                "tender": self._tender(process),
                "awards": [self._award(contract, buyer) for contract in process.contracts],
                "contracts": [self._contract(contract) for contract in process.contracts],
            }
        )
        return {"id": hashlib.sha256(json_text(content).encode()).hexdigest()[:16], **content}

    def _tags(self, process: Process) -> Iterator[str]:
        """The stages of the process of which something is said, by the list `releaseTag`."""
        if process.tenders:
            yield "tender"
        if process.contracts:
            yield from ("award", "contract")
        if any(row["contract_id"] in self._procurement.payments for row in process.contracts):
            yield "implementation"

    def _parties(self, process: Process, buyer: Row | None) -> Iterator[Described]:
        if buyer:
            yield {**_reference(buyer, "agency_id"), **_other_names(buyer), "roles": ["buyer"]}
        suppliers = {row["supplier_id"]: self._supplier(row) for row in process.contracts if row.get("supplier_id")}
        for supplier in suppliers.values():
            match = _IDENTIFIER.fullmatch(supplier["supplier_id"])
            identifier = {"scheme": match[1], "id": match[2]} if match else None
            reference = self._party_of(supplier, buyer)
            yield {
                **reference,
                **_other_names(supplier),
                **without_blanks({"identifier": identifier}),
                "roles": ["supplier"],
            }

    def _supplier(self, contract: Row) -> Row:
        """The supplier of a contract; where the package has no row of it, its id alone."""
        return self._procurement.suppliers.get(contract["supplier_id"]) or {"supplier_id": contract["supplier_id"]}

    @staticmethod
    def _party_of(supplier: Row, buyer: Row | None) -> dict[str, Any]:
        """A supplier as a party; an agency may have its id, and need not be it."""
        reference = _reference(supplier, "supplier_id")
        if buyer and buyer["agency_id"] == reference["id"]:
            reference["id"] = f"supplier-{reference['id']}"
        return reference

    def _planning(self, process: Process) -> Described | None:
        titles = {name: self._procurement.projects.get(name, {}).get("title") for name in process.project_ids}
        if not titles:
            return None
        budget = self._budget(*process.project_ids) if len(titles) == 1 else None
        return without_blanks({"budget": budget, "documents": [self._page(*item) for item in titles.items()]})

    def _budget(self, project_id: str) -> Described:
        project = self._procurement.projects.get(project_id, {})
        amount = project.get("budget_received") if self._procurement.sharing[project_id] == 1 else None
        return without_blanks(
            {"projectID": project_id, "project": project.get("title"), "amount": self._catalogue.money(amount)}
        )

    def _page(self, project_id: str, title: str | None) -> Described:
        address = self._catalogue.home + urls.project(project_id)[1:]
        described = {
            "id": project_id,
            "title": title,
            "url": address,
            "format": "text/html",
            "language": self._language,
        }
        return without_blanks(described)

    def _tender(self, process: Process) -> Described | None:
        """What all tenders of the process say; without one the method of its contracts, which has no other place."""
        tenders = process.tenders
        method = self._method("tenders", _shared(tenders, "method")) or self._method(
            "contracts", _shared(process.contracts, "method")
        )
        if not tenders and not method:
            return None
        return without_blanks(
            {
                "id": tenders[0]["tender_id"] if len(tenders) == 1 else process.ocid,
                "title": _shared(tenders, "title"),
                **method,
                "value": self._catalogue.money(_shared(tenders, "value")),
                "tenderPeriod": self._catalogue.period(
                    _shared(tenders, "published_date"), _shared(tenders, "closing_date")
                ),
                "numberOfTenderers": _shared(tenders, "bidders"),
            }
        )

    def _method(self, table: str, code: str | None) -> dict[str, str]:
        if code is None:
            return {}
        details = self._procurement.label(table, "method", code)
        if code not in METHODS:
            # Of a tender without a project no rule says that it must be one.
            return {"procurementMethodDetails": details or code}
        return without_blanks({"procurementMethod": code, "procurementMethodDetails": details})

    def _award(self, contract: Row, buyer: Row | None) -> Described:
        suppliers = [self._party_of(self._supplier(contract), buyer)] if contract.get("supplier_id") else []
        return without_blanks({"id": contract["contract_id"], "suppliers": suppliers})

    def _contract(self, contract: Row) -> Described:
        signed, url = contract.get("signed_date"), contract.get("url")
        payments = self._procurement.payments.get(contract["contract_id"], ())
        return without_blanks(
            {
                "id": contract["contract_id"],
                "awardID": contract["contract_id"],
                "title": contract.get("title"),
                "status": contract.get("status"),
                "period": self._catalogue.period(contract.get("start_date"), contract.get("finish_date")),
                "value": self._catalogue.money(contract.get("amount")),
                "dateSigned": signed and self._catalogue.moment(signed),
                "documents": [{"id": "page", "url": url}] if url else [],
                "implementation": {"transactions": list(map(self._transaction, payments))} if payments else None,
            }
        )

    def _transaction(self, payment: Row) -> Described:
        day = payment.get("payment_date")
        moment = day and self._catalogue.moment(day)
        value = self._catalogue.money(payment.get("amount"))
        return without_blanks({"id": payment["payment_id"], "date": moment, "value": value})


def _reference(row: Row, key: str) -> dict[str, Any]:
    return without_blanks({"id": row[key], "name": row.get("name")})


def _other_names(row: Row) -> Mapping[str, str]:
    """The names of a record in other languages than the first."""
    return {name: text for name, text in row.items() if re.fullmatch("name_[a-z]{2,3}", name) and text}


def _shared(rows: Sequence[Row], name: str) -> Any:
    """The value that all rows have; None where they differ, or one has none."""
    values = {row.get(name) for row in rows}
    return values.pop() if len(values) == 1 else None
