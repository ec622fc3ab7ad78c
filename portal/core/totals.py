"""Sums and means over projects, the number of projects in each, and groups of projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from portal.core.calendars import FiscalCalendar
from portal.core.formats import share
from portal.core.models import ContractSummary, Project, ProjectSummary, Status

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Total:
    """A sum, and the number of projects in it: those that have the value."""

    value: Decimal
    projects: int

    @property
    def mean(self) -> Decimal | None:
        """The unweighted mean; None where no project has the value."""
        return self.value / self.projects if self.projects else None


@dataclass(frozen=True, slots=True)
class ContractTotal:
    """How many contracts there are, and the sum of their amounts, in which no cancelled one is."""

    count: int
    """All of them."""
    cancelled: int
    known: int
    """Those that are not cancelled and give their amount: the sum is of these."""
    amount: Decimal | None
    """In the city's currency; None where no amount is known."""

    @property
    def in_force(self) -> int:
        """Those that are not cancelled."""
        return self.count - self.cancelled

    @property
    def is_complete(self) -> bool:
        """Whether the sum is of all contracts that are not cancelled."""
        return self.known == self.in_force


DuplicateGroups = Mapping[str, tuple[ProjectSummary, ...]]
"""By the id of a project that may be the same as one from another source: all projects of its group, by id."""


@dataclass(frozen=True, slots=True)
class DoubleCount:
    """What the totals of a set of projects may count twice."""

    projects: int
    """How many fewer there are if every group of possible duplicates is as many projects as its largest source has."""
    received: Total
    """Money that may be counted twice, at most; and the number of groups whose budget more than one source gives."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The totals of a set of projects. A project without a value is left out of its sum and its count."""

    projects: int
    received: Total
    """In the city's currency, as all sums here."""
    spent: Total
    """In the city's currency, as all sums here."""
    received_where_spent: Total
    """The money received by the projects that have both amounts, for comparison with `spent_where_received`."""
    spent_where_received: Total
    """The money spent by the same projects."""
    progress: Total
    """Percent; only its mean is shown, always with `progress_share`."""
    received_where_progress: Total
    """The money received by the projects that have a progress figure."""
    statuses: Mapping[Status, int]
    """The number of projects of each status that occurs, in the order of `Status`."""
    received_by_status: Mapping[Status, Total]
    """The money received by the projects of each status that occurs."""
    double_count: DoubleCount | None = None
    """None where no two of the projects may be the same one."""

    @property
    def progress_share(self) -> Decimal | None:
        """Percent of the money received that projects with a progress figure have; None where the sum is zero."""
        return share(self.received_where_progress.value, self.received.value) if self.received.value else None

    def share(self, status: Status) -> Decimal:
        """Percent of the projects that have this status."""
        return share(Decimal(self.statuses[status]), Decimal(self.projects))


def summarise(projects: Iterable[ProjectSummary], duplicates: DuplicateGroups | None = None) -> Summary:
    """The summary of `projects`, some of which may be the same as others by `duplicates`."""
    members = list(projects)
    both = [p for p in members if p.budget_received is not None and p.budget_spent is not None]
    by_status = group(members, lambda p: p.status)
    statuses = [status for status in Status if status in by_status]
    return Summary(
        len(members),
        total(p.budget_received for p in members),
        total(p.budget_spent for p in members),
        total(p.budget_received for p in both),
        total(p.budget_spent for p in both),
        total(p.progress_percent for p in members),
        total(p.budget_received for p in members if p.progress_percent is not None),
        {status: len(by_status[status]) for status in statuses},
        {status: total(p.budget_received for p in by_status[status]) for status in statuses},
        find_double_count(members, duplicates or {}),
    )


def find_double_count(projects: Iterable[ProjectSummary], duplicates: DuplicateGroups) -> DoubleCount | None:
    """What totals of `projects` may count twice; None where no two of them may be the same one."""
    suspected = (p for p in projects if p.project_id in duplicates)
    twice: list[Decimal | None] = []
    fewer = 0
    for members in group(suspected, lambda p: duplicates[p.project_id][0].project_id).values():
        by_source = group(members, lambda p: p.source_id).values()
        fewer += len(members) - max(map(len, by_source))
        received = [total(p.budget_received for p in of_source) for of_source in by_source]
        amounts = [amount.value for amount in received if amount.projects]
        twice.append(sum(amounts, Decimal(0)) - max(amounts) if len(amounts) > 1 else None)
    return DoubleCount(fewer, total(twice)) if fewer else None


def contract_total(contracts: Iterable[ContractSummary]) -> ContractTotal:
    """How many `contracts` there are, and their sum."""
    members = list(contracts)
    amounts = [contract.amount for contract in members if contract.amount is not None and not contract.is_cancelled]
    cancelled = sum(contract.is_cancelled for contract in members)
    return ContractTotal(len(members), cancelled, len(amounts), sum(amounts, Decimal(0)) if amounts else None)


def total(values: Iterable[Decimal | None]) -> Total:
    """The sum of the values that are not None."""
    amounts = [value for value in values if value is not None]
    return Total(sum(amounts, Decimal(0)), len(amounts))


def largest_first(projects: Iterable[ProjectSummary]) -> list[ProjectSummary]:
    """The projects sorted by the money received, the largest first; those without any, or of unknown sum, by id."""
    return sorted(projects, key=lambda p: (-(p.budget_received or 0), p.project_id))


def group(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, tuple[Item, ...]]:
    """The items by `key`; the keys in the order of their first item."""
    groups: defaultdict[Key, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return {name: tuple(members) for name, members in groups.items()}


def covered(projects: Iterable[Project | ProjectSummary], fiscal: FiscalCalendar) -> tuple[date, date] | None:
    """The first and the last day (C.E.) of the fiscal years of `projects`; None where no project has one."""
    years = [project.fiscal_year for project in projects if project.fiscal_year is not None]
    return (fiscal.month_start(min(years), 1), fiscal.month_end(max(years), 12)) if years else None
