"""The tenders and contracts of a project -> the contracting processes of OC4IDS 0.9, and the suppliers as parties.

A process is a tender with the contracts that were awarded in it; what has one ocid is one process. Of several contracts
only the sum of all is published: a part of it would look like the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from portal.core.models import Contract, Project, Supplier, Tender
from portal.exports.catalogues.base import Catalogue, Described, without_blanks
from portal.exports.process_names import name_processes


@dataclass(slots=True)
class _Process:
    """The tenders and contracts of a contracting process."""

    tenders: list[Tender] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)


def contracting_processes(catalogue: Catalogue, project: Project) -> list[Described]:
    """The processes of a project: those with a tender, then the others."""
    processes = _processes(project, catalogue.ocds_prefix)
    return [_described(catalogue, name, process) for name, process in processes.items()]


def supplier_parties(project: Project) -> list[Described]:
    """The suppliers of a project as parties."""
    return [{**_reference(supplier), "roles": ["supplier"]} for supplier in _suppliers(project.contracts)]


def _processes(project: Project, prefix: str | None) -> dict[str, _Process]:
    """The processes by what they are called, see `name_processes`."""
    processes: dict[str, _Process] = {}
    names = name_processes(
        ((tender.tender_id, tender.ocid) for tender in project.tenders),
        ((contract.contract_id, contract.tender_id, contract.ocid) for contract in project.contracts),
        prefix,
    )
    for tender in project.tenders:
        processes.setdefault(names.of_tenders[tender.tender_id], _Process()).tenders.append(tender)
    for contract in project.contracts:
        processes.setdefault(names.of_contracts[contract.contract_id], _Process()).contracts.append(contract)
    return processes


def _described(catalogue: Catalogue, name: str, process: _Process) -> Described:
    records: list[Tender | Contract] = [*process.tenders, *process.contracts]
    in_force = [contract for contract in process.contracts if contract.status != "cancelled"]
    amount = _whole(contract.amount for contract in in_force)
    paid = _whole(payment.amount for contract in process.contracts for payment in contract.payments)
    is_complete = bool(process.contracts) and all(c.status == "terminated" for c in process.contracts)
    summary = {
        "ocid": name if catalogue.ocds_prefix else next((record.ocid for record in records if record.ocid), None),
        "externalReference": process.contracts[0].contract_id if len(process.contracts) == 1 else None,
        "title": next((record.title for record in records if record.title), None),
        "status": _status(process.contracts),
        "tender": _tender(catalogue, process) or None,
        "suppliers": [_reference(supplier) for supplier in _suppliers(process.contracts)],
        "contractValue": catalogue.money(amount),
        "contractPeriod": catalogue.period(
            min((c.start_date for c in in_force if c.start_date), default=None),
            max((c.finish_date for c in in_force if c.finish_date), default=None),
        ),
        "finalValue": catalogue.money(paid) if is_complete else None,
        "documents": [{"id": c.contract_id, "url": c.url} for c in process.contracts if c.url],
    }
    return without_blanks({"id": name, "summary": without_blanks(summary)})


def _tender(catalogue: Catalogue, process: _Process) -> Described:
    """What is known of how the contracts came about."""
    methods = {record.method for record in (process.tenders or process.contracts)}
    bidders = [tender.bidders for tender in process.tenders]
    estimate = _whole(tender.value for tender in process.tenders)
    return without_blanks(
        {
            "procurementMethod": methods.pop() if len(methods) == 1 else None,
            "costEstimate": catalogue.money(estimate),
            "numberOfTenderers": bidders[0] if len(bidders) == 1 else None,
        }
    )


def _status(contracts: Sequence[Contract]) -> str | None:
    """The code of the list `contractingProcessStatus`; None where the statuses of the contracts do not say it."""
    statuses = {contract.status for contract in contracts}
    if statuses <= {"pending"}:
        return "pre-award"
    if "active" in statuses:
        return "active"
    return "closed" if statuses <= {"cancelled", "terminated"} else None


def _whole(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of amounts that are all known; None where one is not, or there is none."""
    known = list(amounts)
    values = [amount for amount in known if amount is not None]
    return sum(values, Decimal(0)) if values and len(values) == len(known) else None


def _suppliers(contracts: Iterable[Contract]) -> list[Supplier]:
    """The suppliers of contracts, each once."""
    return list({c.supplier.supplier_id: c.supplier for c in contracts if c.supplier}.values())


def _reference(supplier: Supplier) -> Described:
    return {"id": supplier.supplier_id, "name": supplier.name.first}
