"""What the observations on procurement read of a project: a row of each tender or contract, with what is compared.

The rows that say most come first; those of which a value is missing come last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from portal.core.messages import Message
from portal.core.models import Contract, Project, SupplierContracts
from portal.rules.supplier_contracts import CANCELLED


class TenderBids(NamedTuple):
    """How many made a bid in a tender."""

    tender_id: str
    method: str | None
    bidders: int | None


class BidPeriod(NamedTuple):
    """From when until when bids could be made in a tender."""

    tender_id: str
    method: str | None
    published_date: date | None
    closing_date: date | None

    @property
    def days(self) -> int | None:
        """From the publication to the closing date; None where one of them is not known."""
        if self.published_date is None or self.closing_date is None:
            return None
        return (self.closing_date - self.published_date).days


class ContractAmounts(NamedTuple):
    """The first amount that was published of a contract, and that of today."""

    contract_id: str
    first_amount: Decimal | None
    amount: Decimal | None


class ContractPayments(NamedTuple):
    """What was paid on a contract, and its amount."""

    contract_id: str
    paid: Decimal | None
    amount: Decimal | None
    unknown_payments: int
    """Those whose amount is not known."""


class NearThreshold(NamedTuple):
    """A contract in force, and how many of its supplier are near the threshold, with the agency in the fiscal year."""

    contract_id: str
    method: str | None
    amount: Decimal | None
    near_contracts: int | None
    """None where the supplier is not known."""
    possible_contracts: int | None
    """How many more may be near it, since their method or their amount is not known."""


class SupplierShare(NamedTuple):
    """What a supplier of the project has of the money that the agency contracted in the fiscal year."""

    contract_id: str
    """One of its contracts."""
    supplier_contracts: int | None
    """Those whose amounts are known; None where the supplier is not known."""
    unknown_amounts: int | None
    """How many more have no known amount."""
    supplier_amount: Decimal | None
    """The sum of those that are known."""
    agency_contracts: int | None
    agency_amount: Decimal | None


Row = TypeVar("Row")


def _ordered(rows: Iterable[Row], size: Callable[[Row], Decimal | int | None]) -> tuple[Row, ...]:
    """The rows from the largest size to the smallest; those without one come last."""

    def place(row: Row) -> tuple[bool, Decimal | int]:
        value = size(row)
        return value is None, -(value or 0)

    return tuple(sorted(rows, key=place))


def tender_bids(project: Project) -> tuple[TenderBids, ...]:
    """The tenders, the one with the fewest bidders first."""
    rows = (TenderBids(t.tender_id, t.method, t.bidders) for t in project.tenders)
    return _ordered(rows, lambda row: None if row.bidders is None else -row.bidders)


def bid_periods(project: Project) -> tuple[BidPeriod, ...]:
    """The tenders, the one that was open for the fewest days first."""
    rows = (BidPeriod(t.tender_id, t.method, t.published_date, t.closing_date) for t in project.tenders)
    return _ordered(rows, lambda row: None if row.days is None else -row.days)


def contract_amounts(project: Project) -> tuple[ContractAmounts, ...]:
    """The contracts, the one whose amount rose by most first."""
    rows = (ContractAmounts(c.contract_id, c.first_amount, c.amount) for c in project.contracts)
    return _ordered(
        rows, lambda row: None if row.first_amount is None or row.amount is None else row.amount - row.first_amount
    )


def contract_payments(project: Project) -> tuple[ContractPayments, ...]:
    """The contracts, the one on which most was paid beyond its amount first."""
    rows = (
        ContractPayments(c.contract_id, c.paid, c.amount, sum(p.amount is None for p in c.payments))
        for c in project.contracts
    )
    return _ordered(rows, lambda row: None if row.paid is None or row.amount is None else row.paid - row.amount)


def near_threshold(project: Project) -> tuple[NearThreshold, ...]:
    """The contracts in force, the one with most contracts of its supplier near the threshold first."""
    rows = (
        _near(contract, contract.supplier_contracts) for contract in project.contracts if contract.status != CANCELLED
    )
    return _ordered(rows, lambda row: row.near_contracts)


def _near(contract: Contract, summed: SupplierContracts | None) -> NearThreshold:
    counts = (summed.near_threshold, summed.perhaps_near) if summed else (None, None)
    return NearThreshold(contract.contract_id, contract.method, contract.amount, *counts)


def supplier_shares(project: Project) -> tuple[SupplierShare, ...]:
    """The suppliers of the contracts in force, the one with the largest share first."""
    rows: dict[str | None, SupplierShare] = {}
    for contract in project.contracts:
        if contract.status != CANCELLED:
            supplier_id = contract.supplier.supplier_id if contract.supplier else None
            rows.setdefault(supplier_id, _share(contract.contract_id, contract.supplier_contracts))
    return _ordered(rows.values(), lambda row: row.supplier_amount)


def _share(contract_id: str, summed: SupplierContracts | None) -> SupplierShare:
    if summed is None:
        return SupplierShare(contract_id, None, None, None, None, None)
    return SupplierShare(
        contract_id, summed.known, summed.unknown, summed.amount, summed.agency_known, summed.agency_amount
    )


INPUTS: Mapping[str, tuple[Message, Callable[[Project], tuple[NamedTuple, ...]], str]] = {
    "tender_bids": (
        Message("Bidders"),
        tender_bids,
        "tenders.method tenders.bidders",
    ),
    "bid_periods": (
        Message("Time for bids"),
        bid_periods,
        "tenders.method tenders.published_date tenders.closing_date",
    ),
    "contract_amounts": (
        Message("First published and current contract amount ({currency})"),
        contract_amounts,
        "contracts.amount",
    ),
    "contract_payments": (
        Message("Paid, and contract amount ({currency})"),
        contract_payments,
        "contracts.amount payments.amount",
    ),
    "near_threshold": (
        Message("Contracts near the threshold ({currency})"),
        near_threshold,
        "contracts.supplier_id contracts.method contracts.amount",
    ),
    "supplier_shares": (
        Message("Share of the agency's contracted money ({currency})"),
        supplier_shares,
        "contracts.supplier_id contracts.amount",
    ),
}
"""By the name of each input its title, what reads it, and what the package must have for it."""
