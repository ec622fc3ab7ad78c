"""The lists of all contracts: by the day on which they were signed, by title, and the largest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from portal.core import urls
from portal.core.calendars import FiscalCalendar
from portal.core.collation import sort_key
from portal.core.models import ContractSummary, ProjectIndex
from portal.core.totals import ContractTotal, contract_total
from portal.site.pages.lists import Pagination, paginate, paginate_by
from portal.site.pages.orders import LISTED, MOST_BY_NAME
from portal.site.pages.planned import Planned

Contracts = Sequence[ContractSummary]


@dataclass(frozen=True, slots=True)
class ContractListContext:
    """A page of a list of all contracts, or of the largest."""

    order: str
    """last-signed or title, of all contracts; or largest-amount."""
    orders: tuple[tuple[str, str], ...]
    """The orders that there are for these contracts, each with the path of its list."""
    total: ContractTotal | None
    """Of all contracts. On the first page, since the others stay as they are where only a sum changes."""
    without: int
    """Contracts that lack the value of the order, in the list of the largest."""
    contracts: tuple[ContractSummary, ...]
    pagination: Pagination


def last_signed_first(contracts: Contracts) -> list[ContractSummary]:
    """By the day on which they were signed; those without one come last."""
    return sorted(contracts, key=lambda c: (-(c.signed_date or date.min).toordinal(), c.contract_id))


def signed_in(fiscal: FiscalCalendar, contract: ContractSummary) -> int | None:
    """The fiscal year in which a contract was signed; None where the day is not known."""
    return fiscal.year_of(contract.signed_date) if contract.signed_date else None


def plan_contracts(portal: ProjectIndex, per_page: int) -> Iterator[Planned]:
    """The lists of all contracts in each order; none where the package has no table of contracts."""
    if "contracts" not in portal.package.resources:
        return
    contracts, total = portal.contracts, contract_total(portal.contracts)
    whole: dict[str, tuple[str, Contracts]] = {"last-signed": (urls.CONTRACTS, last_signed_first(contracts))}
    if 1 < len(contracts) <= MOST_BY_NAME:
        whole["title"] = urls.CONTRACTS_BY_TITLE, _by_title(contracts, portal.package.conventions.collation)
    largest = sorted((c for c in contracts if c.amount is not None), key=lambda c: (-(c.amount or 0), c.contract_id))
    orders = tuple((name, path) for name, (path, _) in whole.items())
    orders += (("largest-amount", urls.LARGEST_CONTRACTS),) if largest else ()
    for name, (path, members) in whole.items():
        for part, pagination in _cut(name, members, path, per_page, portal.package.conventions.fiscal):
            of_all = total if pagination.number == 1 else None
            context = ContractListContext(name, orders, of_all, 0, part, pagination)
            yield urls.page_of(path, pagination.number), "pages/contracts.html", context, True
    if largest:
        pagination, without = Pagination(urls.LARGEST_CONTRACTS, 1, 1), len(contracts) - len(largest)
        context = ContractListContext("largest-amount", orders, total, without, tuple(largest[:LISTED]), pagination)
        yield urls.LARGEST_CONTRACTS, "pages/contracts.html", context, True


def _by_title(contracts: Contracts, collation: str) -> Contracts:
    """By title; a contract without one stands by its number."""
    by_name = sort_key(collation)
    return sorted(contracts, key=lambda c: (by_name(c.title or c.contract_id), c.contract_id))


def _cut(
    order: str, contracts: Contracts, path: str, per_page: int, fiscal: FiscalCalendar
) -> Iterator[tuple[tuple[ContractSummary, ...], Pagination]]:
    if order == "last-signed":
        return paginate_by(contracts, path, per_page, partial(signed_in, fiscal))
    return paginate(contracts, path, per_page)
