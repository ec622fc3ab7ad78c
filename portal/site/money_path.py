"""A project's budget, tenders, contracts and payments -> the steps of one line, from budget to payment. Pure.

The amounts of the steps are not of the same thing: a budget pays for more than contracts, and an estimate is no price.
So they stand side by side as figures, and nothing is drawn by their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.core.models import CANCELLED, Contract, Project


class StepName(StrEnum):
    """The steps of the money, in their order."""

    BUDGET = "budget"
    TENDER = "tender"
    CONTRACT = "contract"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the money of a project."""

    name: StepName
    amount: Decimal | None
    """The sum of the amounts that are known; None where none is."""
    known: int
    """How many amounts that is the sum of."""
    count: int
    """Of how many: tenders, contracts that are not cancelled, or payments."""
    first: date | None
    """The first day of the step that is known; of the budget, the first of the fiscal year."""
    last: date | None
    gap: int | None = None
    """Days from the step `since` to this one; None where one of the days is not known."""
    since: StepName | None = None


@dataclass(frozen=True, slots=True)
class MoneyPath:
    """The money of a project from its budget to the last payment."""

    steps: tuple[Step, ...]
    cancelled: int
    """How many contracts are cancelled, whose amounts are in no sum."""


def money_path(project: Project) -> MoneyPath | None:
    """The line of a project; None of one with neither a tender nor a contract."""
    if not project.tenders and not project.contracts:
        return None
    in_force = [contract for contract in project.contracts if contract.status != CANCELLED]
    start = project.fiscal_calendar.month_start(project.fiscal_year, 1) if project.fiscal_year else None
    received = project.budget_received
    tender = _step(StepName.TENDER, [(t.value, t.published_date) for t in project.tenders])
    contract = _step(StepName.CONTRACT, [(c.amount, c.signed_date) for c in in_force])
    payment = _step(StepName.PAYMENT, [(p.amount, p.payment_date) for p in project.payments])
    steps = (
        Step(StepName.BUDGET, received, int(received is not None), 1, start, start),
        _after(tender, StepName.BUDGET, start, tender.first),
        _signed(contract, project, in_force, start),
        _after(payment, StepName.CONTRACT, *_first_payment(project)),
    )
    return MoneyPath(steps, len(project.contracts) - len(in_force))


def _step(name: StepName, records: Sequence[tuple[Decimal | None, date | None]]) -> Step:
    """The step of some records, each with its amount and its day."""
    amounts = [amount for amount, _ in records if amount is not None]
    days = [day for _, day in records if day is not None]
    total = sum(amounts, Decimal(0)) if amounts else None
    return Step(name, total, len(amounts), len(records), min(days, default=None), max(days, default=None))


def _after(step: Step, since: StepName, begin: date | None, end: date | None) -> Step:
    """The step with the days from one before it."""
    return step if begin is None or end is None else replace(step, gap=(end - begin).days, since=since)


def _signed(step: Step, project: Project, contracts: Sequence[Contract], start: date | None) -> Step:
    """The step of the contracts, with the days from a tender to the first contract that was awarded in it.

    Of a project without any tender, the days are those from the budget.
    """
    if not project.tenders:
        return _after(step, StepName.BUDGET, start, step.first)
    published = {tender.tender_id: tender.published_date for tender in project.tenders}
    for contract in contracts:
        if contract.signed_date and (begin := published.get(contract.tender_id or "")):
            return _after(step, StepName.TENDER, begin, contract.signed_date)
    return step


def _first_payment(project: Project) -> tuple[date | None, date | None]:
    """The day on which the contract of the first payment was signed, and that of the payment; None if not known."""
    days = [
        (payment.payment_date, contract.signed_date)
        for contract in project.contracts
        for payment in contract.payments
        if payment.payment_date
    ]
    paid, signed = min(days, key=lambda pair: pair[0], default=(None, None))
    return signed, paid
