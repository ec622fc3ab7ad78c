"""Compiled releases -> the rows of the package's tables."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.calendars import Calendar, whole_year
from portal.core.models import NATURAL_PERSON, Conventions
from portal.core.urls import is_safe_id
from portal.core.web_addresses import is_web_address
from portal.imports.notices import Notices
from portal.package import in_code, published_names
from portal.search import fold

Row = dict[str, str]

MAX_KEY = 64
"""Characters of a key, at most, as the schemas of the package say."""

_KEY = re.compile("[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


def key_of(text: str) -> str:
    """An identifier as a key of the package, which becomes part of addresses: letters, digits and single hyphens.

    Any other identifier becomes what it has of these, with a checksum, so that two do not become one.
    """
    if len(text) <= MAX_KEY and _KEY.fullmatch(text) and is_safe_id(text):
        return text
    words = "-".join(re.findall("[A-Za-z0-9]+", text))[: MAX_KEY - 13].strip("-")
    return f"{words or 'x'}-{checksum(text)}"


def _key_within(whole: str, part: str) -> str:
    """The key of what has an id within something, such as a contract in a process; the id may begin with that of it."""
    return key_of(f"{whole}-{part.removeprefix(whole).lstrip('-')}".rstrip("-"))


def checksum(text: str) -> str:
    """Twelve letters and digits for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


PERSON = "person-"
"""What the keys of natural persons begin with whose numbers or names are not written."""


def _key_of_party(own: str, name: str) -> str:
    """The key of a supplier by the id of a party, which may be its number in one release, and by its name."""
    key, ending = key_of(own), f"-{checksum(fold(name))[:6]}"
    return key if key.endswith(ending) else key_of(f"{key}{ending}")


def _is_tender(process: Process) -> bool:
    """Whether a process has a tender of which more is said than how its contracts were awarded, which these say too."""
    tender = process.part("tender") or {}
    return bool(tender.keys() - {"id", "procurementMethod"}) or bool(tender and not process.part("contracts"))


@dataclass(slots=True)
class Process:
    """What the rows of one contracting process are made from."""

    ocid: str
    release: Mapping[str, Any]

    def part(self, *path: str) -> Any:
        """The value at a path of objects; None where there is none."""
        return part_of(self.release, *path)


def part_of(value: Any, *path: str) -> Any:
    """The value at a path of objects; None where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


@dataclass(slots=True)
class Imported:
    """The rows of all tables, by key; a row has only the columns that the import fills."""

    projects: dict[str, Row] = field(default_factory=dict)
    agencies: dict[str, Row] = field(default_factory=dict)
    suppliers: dict[str, Row] = field(default_factory=dict)
    tenders: dict[str, Row] = field(default_factory=dict)
    contracts: dict[str, Row] = field(default_factory=dict)
    payments: dict[str, Row] = field(default_factory=dict)
    ocids: set[str] = field(default_factory=set)


def source_of(ocid: str) -> str:
    """The `source_id` of what an ocid brings: the prefix that its publisher has registered."""
    match = re.match("ocds-[a-z0-9]{6}(?=-)", ocid)
    return match[0] if match else "ocds"


class Mapper:
    """Makes the rows; what is to be said of them is added to the notices."""

    def __init__(
        self,
        notices: Notices,
        hides: Callable[[str, str | None], bool],
        conventions: Conventions,
        calendar: Calendar | None,
    ) -> None:
        """`hides` says by its name and kind whether a supplier is a person whose name may not be published.

        `conventions` say which numbers are those of persons, and in which language the data are written. With a
        `calendar`, the first two digits of a budget line are those of its fiscal year in this calendar.
        """
        self.notices, self.numbers = notices, conventions.numbers
        self._hidden_name = published_names(conventions.languages)["name"]
        self.hides = hides
        self.calendar = calendar
        self.result = Imported()
        self.lines: dict[str, list[Row]] = defaultdict(list)
        """What each process says of a budget line, by project."""
        self.names: dict[str, Counter[str]] = defaultdict(Counter)
        """How often each name of a supplier is used, by its key."""

    def map(self, releases: Iterable[Mapping[str, Any]]) -> Imported:
        """The rows of compiled releases, which come by ocid."""
        for release in releases:
            process = Process(release["ocid"], release)
            self.result.ocids.add(process.ocid)
            project_id = self._project(process)
            self._tender(process, project_id)
            self._contracts(process, project_id)
        self._merge_lines()
        self._name_suppliers()
        return self.result

    def _project(self, process: Process) -> str:
        """Note what a process says of its budget line. Returns the key of the project."""
        budget = process.part("planning", "budget") or {}
        line = budget.get("id") or budget.get("projectID")
        if line is None:
            self.notices.count("no-budget-line", process.ocid)
        if budget.get("value") and not budget.get("amount"):
            self.notices.count("budget-value", process.ocid)
        title = budget.get("project") or process.part("tender", "title")
        title = title or next((c["title"] for c in process.part("contracts") or () if c.get("title")), None)
        if title is None:
            self.notices.count("no-title", process.ocid)
        amount = budget.get("amount") or budget.get("value") or {}
        if "amount" in amount and "currency" not in amount:
            self.notices.count("no-currency", process.ocid)
        row = {
            "fiscal_year": self._year(line or ""),
            "title": title or line or process.ocid,
            "agency_id": self._agency(process),
            "budget_received": amount.get("amount", ""),
            "source_id": source_of(process.ocid),
        }
        if (text := budget.get("description")) and text != title:
            row["budget_description"] = text
        key = key_of(line or process.ocid)
        self.lines[key].append(row)
        return key

    def _year(self, line: str) -> str:
        match = re.match("[0-9]{2}(?=.*[0-9])", line)
        return whole_year(match[0], self.calendar) if match and self.calendar else ""

    def _agency(self, process: Process) -> str:
        identifier, name = process.part("buyer", "id"), process.part("buyer", "name")
        if identifier is None and name is None:
            self.notices.count("no-buyer", process.ocid)
            return ""
        key = key_of(identifier or f"{checksum(fold(name))}")
        self.result.agencies.setdefault(key, {"name": name or identifier})
        return key

    def _tender(self, process: Process, project_id: str) -> None:
        tender = process.part("tender")
        if not _is_tender(process):
            return
        bidders = tender.get("numberOfTenderers")
        if bidders is None and tender.get("tenderers"):
            bidders = str(len({one.get("id") for one in tender["tenderers"]}))
        self._add("tenders", key_of(process.ocid), {
            "project_id": project_id,
            "ocid": process.ocid,
            "title": tender.get("title"),
            "method": tender.get("procurementMethod"),
            "published_date": part_of(tender, "tenderPeriod", "startDate"),
            "closing_date": part_of(tender, "tenderPeriod", "endDate"),
            "bidders": bidders,
            "value": self._money(process, tender.get("value")),
        })  # fmt: skip

    def _contracts(self, process: Process, project_id: str) -> None:
        awards = {award["id"]: award for award in process.part("awards") or ()}
        persons: dict[str, str] = {}
        suppliers = {key: list(self._suppliers(process, awards[key], persons)) for key in sorted(awards)}
        contracts = process.part("contracts") or ()
        for _ in awards.keys() - {contract.get("awardID") for contract in contracts}:
            self.notices.count("award-without-contract", process.ocid)
        for contract in contracts:
            award = awards.get(contract.get("awardID"), {})
            of_award = suppliers.get(contract.get("awardID"), [])
            if len(of_award) != 1:
                self.notices.count("several-suppliers" if of_award else "no-supplier", process.ocid)
            titles = (contract.get("title"), award.get("title"), process.part("tender", "title"))
            key = _key_within(process.ocid, contract["id"])
            self._add("contracts", key, {
                "project_id": project_id,
                "tender_id": key_of(process.ocid) if _is_tender(process) else None,
                "supplier_id": of_award[0] if len(of_award) == 1 else None,
                "ocid": process.ocid,
                "title": next(filter(None, titles), None),
                "method": process.part("tender", "procurementMethod"),
                "status": contract.get("status"),
                "amount": self._money(process, contract.get("value")),
                "signed_date": contract.get("dateSigned"),
                "start_date": part_of(contract, "period", "startDate"),
                "finish_date": part_of(contract, "period", "endDate"),
                **self._address(process, contract),
            })  # fmt: skip
            self._payments(process, contract, key)

    def _address(self, process: Process, contract: Mapping[str, Any]) -> Row:
        """The web address of the document of a contract; nothing where there is none, or several."""
        addresses = {document.get("url") for document in contract.get("documents") or ()} - {None}
        if not addresses:
            return {}
        if len(addresses) > 1 or not is_web_address(address := next(iter(addresses))):
            self.notices.count("no-address", process.ocid)
            return {}
        return {"url": address}

    def _payments(self, process: Process, contract: Mapping[str, Any], contract_id: str) -> None:
        for index, payment in enumerate(part_of(contract, "implementation", "transactions") or ()):
            self._add("payments", _key_within(contract_id, str(payment.get("id", index))), {
                "contract_id": contract_id,
                "payment_date": payment.get("date"),
                "amount": self._money(process, payment.get("value") or payment.get("amount")),
            })  # fmt: skip

    def _suppliers(self, process: Process, award: Mapping[str, Any], persons: dict[str, str]) -> Iterator[str]:
        """The keys of the suppliers of an award, each once; `persons` are those of the process whose name is hidden."""
        parties = {party["id"]: party for party in process.part("parties") or () if "id" in party}
        keys: dict[str, None] = {}
        for supplier in award.get("suppliers") or ():
            party = parties.get(supplier.get("id"), {})
            name = supplier.get("name") or party.get("name") or supplier.get("id")
            if name is None:
                self.notices.count("no-supplier", process.ocid)
                continue
            number = "-".join(
                filter(None, (part_of(party, "identifier", "scheme"), part_of(party, "identifier", "id")))
            )
            own = number if part_of(party, "identifier", "id") else supplier.get("id") or name
            row: Row = {}
            # The number of a citizen is nobody's business, and what has one is a person.
            kind = NATURAL_PERSON if any(in_code(own, self.numbers)) else None
            if self.hides(name, kind):
                # A checksum of a name or number tells who it is to whoever tries all of them.
                key = persons.setdefault(own, key_of(f"{PERSON}{process.ocid}-{len(persons) + 1}"))
                name, row = self._hidden_name, {"kind": NATURAL_PERSON}
                self.notices.count("natural-person", process.ocid)
            elif kind:
                key, row = f"{PERSON}{checksum(fold(name))}", {"kind": kind}
                self.notices.count("number-of-a-person", process.ocid)
            else:
                key = key_of(own) if own == number else _key_of_party(own, name)
            self.names[key][name] += 1
            self.result.suppliers.setdefault(key, row)
            keys[key] = None
        yield from keys

    def _money(self, process: Process, value: Mapping[str, str] | None) -> str | None:
        if not value or "amount" not in value:
            return None
        if "currency" not in value:
            self.notices.count("no-currency", process.ocid)
        return value["amount"]

    def _add(self, table: str, key: str, row: Mapping[str, str | None]) -> None:
        rows: dict[str, Row] = getattr(self.result, table)
        if key in rows:
            self.notices.count("same-key", key)
        rows[key] = {name: value or "" for name, value in row.items()}

    def _merge_lines(self) -> None:
        """One project for each budget line, however many processes share it; amounts that differ are left blank."""
        for key, rows in self.lines.items():
            if len(rows) > 1:
                self.notices.count("shared-budget-line", key)
            amounts = {row["budget_received"] for row in rows} - {""}
            if len(amounts) > 1:
                self.notices.count("contradictory-amounts", key)
            project = {name: next((row[name] for row in rows if row.get(name)), "") for row in rows for name in row}
            self.result.projects[key] = project | {"budget_received": amounts.pop() if len(amounts) == 1 else ""}

    def _name_suppliers(self) -> None:
        for key, names in self.names.items():
            if len(names) > 1:
                self.notices.count("several-names", key)
            self.result.suppliers[key]["name"] = min(names, key=lambda name: (-names[name], name))
