"""What contracting processes are called. One is a tender with its contracts, or all that has the same ocid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProcessNames:
    """The process of each tender and of each contract."""

    of_tenders: Mapping[str, str]
    """By `tender_id`."""
    of_contracts: Mapping[str, str]
    """By `contract_id`."""


def name_processes(
    tenders: Iterable[tuple[str, str | None]],
    contracts: Iterable[tuple[str, str | None, str | None]],
    prefix: str | None,
) -> ProcessNames:
    """The names of the processes of tenders (id, ocid) and contracts (id, id of their tender, ocid).

    A process is called by its ocid. Without one it is called by the id of its tender or contract: after `prefix`, which
    the keepers of OCDS give to a publisher, or as it stands, since nobody may invent an ocid.
    """
    tenders, contracts = list(tenders), list(contracts)
    begin = f"{prefix}-" if prefix else ""
    # A tender without an ocid is of the process of its contracts.
    by_contract = {tender_id: ocid for _, tender_id, ocid in reversed(contracts) if tender_id and ocid}
    of_tenders = {name: ocid or by_contract.get(name) or f"{begin}{name}" for name, ocid in tenders}
    taken = {*of_tenders.values(), *(ocid for _, _, ocid in contracts if ocid)}
    of_contracts = {}
    for name, tender_id, ocid in contracts:
        own = f"{begin}{name}"
        while own in taken:
            # Tenders may be numbered as contracts are.
            own = f"{begin}contract-{own.removeprefix(begin)}"
        of_contracts[name] = ocid or of_tenders.get(tender_id or "") or own
    return ProcessNames(of_tenders, of_contracts)
