"""A project, and what a release changed of its tenders, contracts and payments -> the project as it was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.models import Change, ChangeKind, Contract, Field, Payment, Project, Tender
from portal.history import cell_value

READ: Mapping[str, frozenset[str]] = {
    "tenders": frozenset({"method", "published_date", "closing_date", "bidders"}),
    "contracts": frozenset({"amount", "project_id"}),
    "payments": frozenset({"amount", "contract_id"}),
}
"""The columns that the rules on a project's own tenders, contracts and payments read, and those that join these."""

_TYPES: Mapping[str, type] = {
    **dict.fromkeys(("published_date", "closing_date"), date),
    **dict.fromkeys(("method", "contract_id"), str),
    "bidders": int,
}
"""The types of the columns that are no amounts."""


def procurement_of(project: Project) -> object:
    """All that these columns have of a project; empty where it has neither a tender nor a contract."""
    tenders = [(t.tender_id, t.method, t.published_date, t.closing_date, t.bidders) for t in project.tenders]
    contracts = [
        (c.contract_id, c.amount, c.first_amount, [(p.payment_id, p.amount) for p in c.payments])
        for c in project.contracts
    ]
    return tenders, contracts


def undo_procurement(project: Project, changes: Sequence[Change], fields: Mapping[str, Mapping[str, Field]]) -> Project:
    """The project with its tenders, contracts and payments as they were before `changes`.

    A cell that no rule reads stays as it is; of a record that was removed it is blank.
    """
    own = [change for change in changes if change.resource in READ and len(change.record) == 1]
    if not own:
        return project
    records: dict[str, dict[str, Any]] = {
        "tenders": {tender.tender_id: tender for tender in project.tenders},
        "contracts": {contract.contract_id: contract for contract in project.contracts},
        "payments": {payment.payment_id: payment for payment in project.payments},
    }
    contract_ids = {payment.payment_id: c.contract_id for c in project.contracts for payment in c.payments}
    for change in own:
        _undo(change, records[change.resource], contract_ids, fields.get(change.resource, {}))
    payments = [(contract_ids.get(key), payment) for key, payment in records["payments"].items()]
    contracts = (
        replace(contract, payments=tuple(payment for of, payment in payments if of == key))
        for key, contract in records["contracts"].items()
    )
    return replace(project, tenders=tuple(records["tenders"].values()), contracts=tuple(contracts))


_RECORDS: Mapping[str, type[Any]] = {"tenders": Tender, "contracts": Contract, "payments": Payment}


def _undo(change: Change, records: dict[str, Any], contract_ids: dict[str, str], fields: Mapping[str, Field]) -> None:
    """Take back what a change did to one of the records of a table, which are by their keys."""
    (key,) = change.record
    came_from_another = (change.resource, change.field) == ("contracts", "project_id")
    if change.kind is ChangeKind.ADDED or (came_from_another and change.kind is ChangeKind.CHANGED):
        records.pop(key, None)
        return
    record = records.get(key) or _RECORDS[change.resource](key)
    earlier = _value(change.field, cell_value(fields.get(change.field), change.before))
    if change.field == "contract_id":
        contract_ids[key] = earlier or ""
    elif change.field != "project_id":
        record = replace(record, **{change.field: earlier})
    records[key] = record


def _value(name: str, value: Any) -> Any:
    """A value of the type of its column; None where it is of another one."""
    if name in _TYPES:
        return value if isinstance(value, _TYPES[name]) else None
    return Decimal(value) if isinstance(value, (int, Decimal)) else None
