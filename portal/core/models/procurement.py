"""The records of procurement: tenders, contracts, suppliers and payments.

As with the other records, an optional attribute is None where the published cell is blank, which is never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.models.languages import Bilingual

NATURAL_PERSON = "natural_person"
"""The kind of a supplier that is a human being."""

A_NATURAL_PERSON = Bilingual("บุคคลธรรมดา", "A natural person")
"""What is published in place of the name of one."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who gets contracts: a company, a body of the state, or a natural person."""

    supplier_id: str
    name: Bilingual
    """`A_NATURAL_PERSON` where the name is not published."""
    kind: str | None = None
    """`company`, `state_body` or `natural_person`."""
    extra: Mapping[str, Any] = field(default_factory=dict)
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
    """In the city's currency."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)


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
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)

    @property
    def paid(self) -> Decimal | None:
        """In the city's currency, the sum of the payments whose amount is known; None where none is."""
        amounts = [payment.amount for payment in self.payments if payment.amount is not None]
        return sum(amounts, Decimal(0)) if amounts else None
