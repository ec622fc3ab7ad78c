"""The suppliers: their list, and the page of each with its contracts and its share of each agency's contracts.

A natural person whose name is not published has no page: contracts with such persons are counted together.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.core import urls
from portal.core.collation import SortKey, sort_key
from portal.core.compression import pack
from portal.core.formats import share
from portal.core.models import Agency, Change, ContractSummary, Package, PackageDescription, ProjectIndex, Supplier
from portal.core.totals import ContractTotal, contract_total, group
from portal.site.pages.contracts import Contracts, last_signed_first
from portal.site.pages.lists import Pagination, paginate
from portal.site.pages.orders import LISTED
from portal.site.pages.planned import Planned

MOST_ON_PAGE = 500
"""Contracts on the page of a supplier, at most: one file for each, which a phone still opens."""


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier in the list of all."""

    supplier: Supplier
    total: ContractTotal
    agencies: int
    """How many have a contract with it."""


@dataclass(frozen=True, slots=True)
class SupplierListContext:
    """A page of a list of the suppliers, or of the first by a value."""

    order: str
    """name, of all suppliers; largest-amount or most-contracts."""
    orders: tuple[tuple[str, str], ...]
    """The orders that there are, each with the path of its list."""
    count: int | None
    """Suppliers that the order is of, on all pages and beyond the end of a list that is cut. On the first page."""
    without: int
    """Suppliers that lack the value of the order."""
    totals: SupplierTotals | None
    """On the first page, since the others stay as they are where only a sum changes."""
    rows: tuple[SupplierRow, ...]
    pagination: Pagination


@dataclass(frozen=True, slots=True)
class SupplierTotals:
    """All contracts by what the data say of their suppliers."""

    all: ContractTotal
    named: ContractTotal
    persons: ContractTotal
    """With natural persons whose names are not published."""
    unknown: ContractTotal
    """Without a supplier in the data."""


@dataclass(frozen=True, slots=True)
class AgencyShare:
    """What a supplier has of the contracts of an agency."""

    agency: Agency | None
    own: ContractTotal
    whole: ContractTotal
    """Of all contracts of the agency."""

    @property
    def share(self) -> Decimal | None:
        """Percent of the agency's contracted money; None where the amount of one of its contracts is not known."""
        if self.agency is None or not self.whole.is_complete or not self.whole.amount:
            return None
        return share(self.own.amount or Decimal(0), self.whole.amount)


@dataclass(frozen=True, slots=True)
class SupplierContext:
    """The page of a supplier."""

    supplier: Supplier
    total: ContractTotal
    contracts: tuple[ContractSummary, ...]
    """The first `MOST_ON_PAGE`, those signed last first."""
    years: tuple[tuple[int | None, ContractTotal], ...]
    """By fiscal year of the project, the newest first; None where the project gives none."""
    agencies: tuple[AgencyShare, ...]
    """Those with whose projects it has a contract, by name; None comes last."""
    methods: tuple[tuple[str | None, ContractTotal], ...]
    """By method, those of most contracts first; None where it is not known."""


def plan_suppliers(portal: ProjectIndex, per_page: int) -> Iterator[Planned]:
    """The lists of the suppliers, and the page of each; none where `has_suppliers` says that there are none."""
    if not has_suppliers(portal.package):
        return
    by_supplier = group((c for c in portal.contracts if c.supplier), lambda c: c.supplier and c.supplier.supplier_id)
    of_agency = {key: contract_total(members) for key, members in group(portal.contracts, _agency_id).items()}
    by_name = sort_key(portal.package.conventions.collation)
    rows = []
    for supplier in portal.suppliers:
        if supplier.is_named:
            contracts = by_supplier.get(supplier.supplier_id, ())
            rows.append(SupplierRow(supplier, contract_total(contracts), len({*map(_agency_id, contracts)} - {None})))
            context = _supplier_context(rows[-1], contracts, of_agency, by_name)
            yield urls.supplier(supplier.supplier_id), "pages/supplier.html", context, True
    yield from _plan_lists(rows, _totals(portal.contracts), by_name, per_page)


def has_suppliers(package: Package | PackageDescription) -> bool:
    """Whether there are pages of suppliers: only where the package has both a table of them and one of contracts."""
    return {"suppliers", "contracts"} <= package.resources.keys()


def supplier_names_json(portal: ProjectIndex) -> bytes:
    """The suppliers for the search page: each with a contract: its id, its names by language, and how many. Packed."""
    counts = Counter(contract.supplier.supplier_id for contract in portal.contracts if contract.supplier)
    first = portal.package.conventions.languages[0]
    names = [
        (supplier.supplier_id, supplier.name.by_language(first), counts[supplier.supplier_id])
        for supplier in portal.suppliers
        if supplier.is_named and counts[supplier.supplier_id]
    ]
    return pack(json.dumps(names, ensure_ascii=False, separators=(",", ":")).encode())


class ChangedSuppliers:
    """Says of changes which suppliers they are of: those whose pages then say something else.

    A page says how much all contracts of an agency amount to, so it changes with each of them.
    """

    def __init__(self, portal: ProjectIndex) -> None:
        """`portal` is as it is now."""
        self._agencies = {p.project_id: p.agency.agency_id for p in portal.projects if p.agency}
        self._by_project: defaultdict[str, set[str]] = defaultdict(set)
        self._by_agency: defaultdict[str, set[str]] = defaultdict(set)
        for contract in portal.contracts:
            if contract.supplier:
                self._by_project[contract.project_id].add(contract.supplier.supplier_id)
                self._by_agency[_agency_id(contract) or ""].add(contract.supplier.supplier_id)

    def of(self, changes: Iterable[Change]) -> set[str]:
        """The ids of the suppliers; of some there may be no page any more."""
        suppliers: set[str] = set()
        projects: set[str] = set()
        agencies: set[str] = set()
        for change in changes:
            key, project_id = change.record[0] if change.record else "", change.project_id or ""
            if change.resource == "suppliers":
                suppliers.add(key)
            elif change.resource == "agencies":
                agencies.add(key)
            elif change.resource == "contracts":
                projects.add(project_id)
                agencies.add(self._agencies.get(project_id, ""))
                if change.field == "supplier_id":
                    suppliers |= {change.before, change.after}
            elif change.resource == "projects" and change.field in _SHOWN_OF_PROJECTS:
                projects.add(project_id)
                if change.field == "agency_id":
                    agencies |= {change.before, change.after}
        of_projects = (self._by_project.get(project, set()) for project in projects)
        of_agencies = (self._by_agency.get(agency, set()) for agency in agencies - {""})
        return suppliers.union(*of_projects, *of_agencies) - {""}


_SHOWN_OF_PROJECTS = ("title", "fiscal_year", "agency_id")


def _agency_id(contract: ContractSummary) -> str | None:
    return contract.agency.agency_id if contract.agency else None


def _supplier_context(
    row: SupplierRow, contracts: Contracts, of_agency: Mapping[str | None, ContractTotal], by_name: SortKey
) -> SupplierContext:
    """`of_agency` are all contracts of each agency, by its id."""
    years = [(year, contract_total(members)) for year, members in group(contracts, lambda c: c.fiscal_year).items()]
    methods = [(method, contract_total(members)) for method, members in group(contracts, lambda c: c.method).items()]
    agencies = [
        AgencyShare(members[0].agency, contract_total(members), of_agency[agency_id])
        for agency_id, members in group(contracts, _agency_id).items()
    ]
    return SupplierContext(
        row.supplier,
        row.total,
        tuple(last_signed_first(contracts)[:MOST_ON_PAGE]),
        tuple(sorted(years, key=lambda pair: -(pair[0] or 0))),
        tuple(sorted(agencies, key=lambda each: (each.agency is None, _name_order(each.agency, by_name)))),
        tuple(sorted(methods, key=lambda pair: (-pair[1].count, pair[0] is None, pair[0] or ""))),
    )


def _name_order(record: Agency | Supplier | None, by_name: SortKey) -> tuple[tuple[str, ...], str]:
    """By name, and then by id."""
    if record is None:
        return (), ""
    record_id = record.agency_id if isinstance(record, Agency) else record.supplier_id
    return by_name(record.name.first), record_id


def _totals(contracts: Contracts) -> SupplierTotals:
    return SupplierTotals(
        contract_total(contracts),
        contract_total(c for c in contracts if c.supplier and c.supplier.is_named),
        contract_total(c for c in contracts if c.supplier and not c.supplier.is_named),
        contract_total(c for c in contracts if c.supplier is None),
    )


def _plan_lists(
    rows: Sequence[SupplierRow], totals: SupplierTotals, name_key: SortKey, per_page: int
) -> Iterator[Planned]:
    """The list of all by name, and the first by amount and by number of contracts."""
    by_name = sorted(rows, key=lambda row: _name_order(row.supplier, name_key))
    by_amount = _first(by_name, lambda row: row.total.amount)
    by_count = _first(by_name, lambda row: row.total.count or None)
    by_value = (
        ("largest-amount", urls.LARGEST_SUPPLIERS, by_amount),
        ("most-contracts", urls.MOST_CONTRACTS, by_count),
    )
    orders = (("name", urls.SUPPLIERS), *((name, path) for name, path, members in by_value if members))
    for part, pagination in paginate(by_name, urls.SUPPLIERS, per_page):
        # The others need not be made anew where only a sum has changed.
        count, of_all = (len(rows), totals) if pagination.number == 1 else (None, None)
        context = SupplierListContext("name", orders, count, 0, of_all, part, pagination)
        yield urls.page_of(urls.SUPPLIERS, pagination.number), "pages/suppliers.html", context, True
    for name, path, members in by_value:
        if members:
            listed, without = tuple(members[:LISTED]), len(rows) - len(members)
            context = SupplierListContext(name, orders, len(members), without, totals, listed, Pagination(path, 1, 1))
            yield path, "pages/suppliers.html", context, True


def _first(rows: Sequence[SupplierRow], value: Callable[[SupplierRow], Decimal | int | None]) -> list[SupplierRow]:
    """Those of the rows that have a value, the greatest first."""
    return sorted((row for row in rows if value(row) is not None), key=lambda row: -(value(row) or 0))
