"""What is odd in contracts and payments, and may be so all the same: each rule gives possible explanations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from portal.core.messages import Message
from portal.core.models import Contract, Project
from portal.rules.procurement_inputs import contract_payments
from portal.rules.procurement_observations import is_overpaid, more_paid_than_contract
from portal.rules.registry import Anomaly, AnomalyRule, ObservationRule, anomaly, register, registered


def _contracts(projects: Sequence[Project]) -> Iterator[tuple[Project, Contract]]:
    return ((project, contract) for project in projects for contract in project.contracts)


@anomaly(
    Message("Paid before the contract was signed"),
    needs="contracts.signed_date payments.payment_date",
)
def payment_before_signature(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """A payment is dated before the day on which its contract was signed.

    The contract may have been signed anew after a change, the money may have been paid by an earlier agreement, or one
    of the two days may be a mistake.
    """
    for project, contract in _contracts(projects):
        for payment in contract.payments:
            if contract.signed_date and payment.payment_date and payment.payment_date < contract.signed_date:
                beside = {"contracts.contract_id": contract.contract_id, "contracts.signed_date": contract.signed_date}
                yield Anomaly("payments", payment.row, "payment_date", payment.payment_date, project.project_id, beside)


def more_paid_than_the_contract(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The contracts because of which the observation `more_paid_than_contract` finds a project, each with its row."""
    for project in projects:
        overpaid = {row.contract_id for row in contract_payments(project) if is_overpaid(row) is True}
        for contract in project.contracts:
            if contract.contract_id in overpaid:
                beside = {"contract_id": contract.contract_id, "status": contract.status}
                others = beside | {"payments.amount": contract.paid}
                yield Anomaly("contracts", contract.row, "amount", contract.amount, project.project_id, others)


_OBSERVATION = next(rule for rule in registered(ObservationRule) if rule.judge is more_paid_than_contract)

register(
    AnomalyRule(
        "more-paid-than-the-contract",
        _OBSERVATION.title,
        _OBSERVATION.meaning,
        more_paid_than_the_contract,
        _OBSERVATION.requires,
        _OBSERVATION.requires,
        _OBSERVATION.explanation,
    )
)
"""One rule, with one meaning, for the observation and for the anomaly."""


@anomaly(
    Message("Signed before the tender closed"),
    needs="contracts.signed_date tenders.closing_date",
)
def contract_before_the_tender_closed(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """A contract was signed before the last day for bids of its tender.

    That day may have been moved for another part of the work, the contract may be joined to the wrong tender, or one of
    the two days may be a mistake.
    """
    for project, contract in _contracts(projects):
        closing = {tender.tender_id: tender.closing_date for tender in project.tenders}.get(contract.tender_id or "")
        if closing and contract.signed_date and contract.signed_date < closing:
            beside: dict[str, Any] = {"contract_id": contract.contract_id, "tender_id": contract.tender_id}
            beside["tenders.closing_date"] = closing
            yield Anomaly("contracts", contract.row, "signed_date", contract.signed_date, project.project_id, beside)
