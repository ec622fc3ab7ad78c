"""The records of procurement: tenders, contracts, suppliers and payments.

As with the other records, an optional attribute is None where the published cell is blank, which is never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.models.languages import Text

NATURAL_PERSON = "natural_person"
"""The kind of a supplier that is a human being."""

CANCELLED = "cancelled"
"""The status of a contract whose amount is in no sum."""


METHODS = ("open", "selective", "limited", "direct")
"""The closed code list `method` of OCDS 1.1."""

STATUSES = ("pending", "active", "cancelled", "terminated")
"""The closed code list `contractStatus` of OCDS 1.1."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who gets contracts: a company, a body of the state, or a natural person."""

    supplier_id: str
    name: Text
    """That a natural person is one, where the name is not published."""
    kind: str | None = None
    """`company`, `state_body` or `natural_person`."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    is_named: bool = True
    """Whether its name is published; a natural person whose name is not has no page either."""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Tender:
    """An invitation to compete for contracts of a project."""

    tender_id: str
    ocid: str | None = None
    title: str | None = None
    method: str | None = None
    """The `procurementMethod` of OCDS: `open`, `selective`, `limited` or `direct`."""
    published_date: date | None = None
    """C.E."""
    closing_date: date | None = None
    """C.E.: the last day for bids."""
    bidders: int | None = None
    """How many made a bid."""
    value: Decimal | None = None
    """In the city's currency, as estimated."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Payment:
    """An amount paid on a contract."""

    payment_id: str
    payment_date: date | None = None
    """C.E."""
    amount: Decimal | None = None
    """In the city's currency; below zero, what was paid back."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SupplierContracts:
    """The contracts of one supplier with one agency in one fiscal year, of all its projects; cancelled ones aside."""

    known: int
    """How many have an amount that is known."""
    unknown: int
    """How many have none."""
    amount: Decimal | None
    """In the city's currency, the sum of those that are known; None where none is."""
    agency_known: int
    """How many contracts of the agency in the year, with any supplier, have a known amount."""
    agency_amount: Decimal | None
    """In the city's currency, their sum."""
    near_threshold: int
    """How many were awarded without competition and are just below the threshold for that."""
    perhaps_near: int
    """How many may be, since their method or their amount is not known."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract of a project, with its payments."""

    contract_id: str
    ocid: str | None = None
    title: str | None = None
    method: str | None = None
    """As `Tender.method`."""
    status: str | None = None
    """The `contractStatus` of OCDS: `pending`, `active`, `cancelled` or `terminated`."""
    amount: Decimal | None = None
    """In the city's currency."""
    signed_date: date | None = None
    """C.E."""
    start_date: date | None = None
    """C.E."""
    finish_date: date | None = None
    """C.E., as agreed."""
    url: str | None = None
    tender_id: str | None = None
    """Of the tender in which it was awarded."""
    supplier: Supplier | None = None
    payments: tuple[Payment, ...] = ()
    """By date; those without a date come last."""
    first_amount: Decimal | None = None
    """In the city's currency, the first amount that a release published of it; None where there are no earlier releases
    to compare with.
    """
    supplier_contracts: SupplierContracts | None = None
    """Those of its supplier with its agency in its fiscal year; None where one of these is not known, or of a cancelled
    contract.
    """
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)

    @property
    def paid(self) -> Decimal | None:
        """In the city's currency, the sum of the payments whose amount is known, less what was paid back.

        None where none is known.
        """
        amounts = [payment.amount for payment in self.payments if payment.amount is not None]
        return sum(amounts, Decimal(0)) if amounts else None

    @property
    def paid_back(self) -> Decimal:
        """In the city's currency, the sum of what was paid back: of the payments below zero."""
        return -sum((p.amount for p in self.payments if p.amount is not None and p.amount < 0), Decimal(0))
