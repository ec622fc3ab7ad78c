"""What the contracts of one supplier with one agency in one fiscal year are, for rules that compare them.

They are of many projects, and a rule sees one. So they are summed once, before the projects are judged one after the
other. Natural persons are counted as all suppliers are; no name is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from portal.core.models import Contract, Portal, Project, SupplierContracts, Thresholds
from portal.rules.verdicts import Verdict, all_of, holds_of

NOT_COMPETITIVE = ("limited", "direct")
"""The methods of OCDS that invite one supplier or a few, where a small amount may be the reason for that."""

CANCELLED = "cancelled"


@dataclass(slots=True)
class _Sum:
    """Contracts that are added up."""

    amounts: list[Decimal] = field(default_factory=list)
    unknown: int = 0
    near: int = 0
    perhaps: int = 0

    def add(self, contract: Contract, thresholds: Thresholds) -> None:
        """Add a contract."""
        if contract.amount is None:
            self.unknown += 1
        else:
            self.amounts.append(contract.amount)
        verdict = is_near_threshold(contract.method, contract.amount, thresholds)
        self.near += verdict is True
        self.perhaps += isinstance(verdict, frozenset)

    @property
    def amount(self) -> Decimal | None:
        """Their sum; None where no amount is known."""
        return sum(self.amounts, Decimal(0)) if self.amounts else None


def with_supplier_contracts(portal: Portal, thresholds: Thresholds) -> Portal:
    """The portal, each contract with what the contracts of its supplier with its agency in its fiscal year are."""
    if "contracts" not in portal.package.resources:
        return portal
    of_supplier: defaultdict[_Key, _Sum] = defaultdict(_Sum)
    of_agency: defaultdict[_Key, _Sum] = defaultdict(_Sum)
    for project in portal.projects:
        for contract in project.contracts:
            if key := _key(project, contract):
                of_supplier[key].add(contract, thresholds)
                of_agency[(*key[:2], None)].add(contract, thresholds)
    summed = {key: _summed(own, of_agency[(*key[:2], None)]) for key, own in of_supplier.items() if key[2]}
    projects = (_with_sums(project, summed) if project.contracts else project for project in portal.projects)
    return replace(portal, projects=tuple(projects))


_Key = tuple[str, int, str | None]
"""An agency, a fiscal year, and a supplier; None: one that is not known, or all of them."""


def _key(project: Project, contract: Contract) -> _Key | None:
    """Where a contract is added; None if it is cancelled, or the agency or the fiscal year is not known."""
    if project.agency is None or project.fiscal_year is None or contract.status == CANCELLED:
        return None
    supplier_id = contract.supplier.supplier_id if contract.supplier else None
    return project.agency.agency_id, project.fiscal_year, supplier_id


def _summed(own: _Sum, total: _Sum) -> SupplierContracts:
    known, agency_known = len(own.amounts), len(total.amounts)
    return SupplierContracts(known, own.unknown, own.amount, agency_known, total.amount, own.near, own.perhaps)


def _with_sums(project: Project, summed: Mapping[_Key, SupplierContracts]) -> Project:
    contracts = []
    for contract in project.contracts:
        key = _key(project, contract)
        contracts.append(replace(contract, supplier_contracts=summed.get(key) if key else None))
    return replace(project, contracts=tuple(contracts))


def is_near_threshold(method: str | None, amount: Decimal | None, thresholds: Thresholds) -> Verdict:
    """Whether a contract was awarded without competition and its amount is just below the threshold for that.

    None is, where the city has no such threshold.
    """
    limit, percent = thresholds.direct_threshold, thresholds.near_threshold_percent
    if limit is None:
        return False
    return all_of(
        holds_of(method, "contracts.method", lambda code: code in NOT_COMPETITIVE),
        holds_of(amount, "contracts.amount", lambda value: limit * (100 - percent) <= value * 100 <= limit * 100),
    )
