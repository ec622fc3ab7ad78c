"""All records of a package, joined by their keys; and the summaries that lists and sums need of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain

from portal.core.models.history import Erasure
from portal.core.models.outlines import Outline
from portal.core.models.package import Package
from portal.core.models.procurement import CANCELLED, Supplier
from portal.core.models.records import Agency, Area, Project, Source, Status


@dataclass(frozen=True, slots=True)
class Portal:
    """Everything in the package, its records joined by their keys."""

    package: Package
    projects: tuple[Project, ...]
    """By `project_id`."""
    agencies: tuple[Agency, ...]
    sources: tuple[Source, ...]
    areas: tuple[Area, ...] = ()
    """By `area_id`; none where the package has no such table."""
    suppliers: tuple[Supplier, ...] = ()
    """By `supplier_id`; none where the package has no such table."""
    erased: tuple[Erasure, ...] = ()
    """The rows of `erased.csv`: what must not be published of earlier releases."""
    outlines: tuple[Outline, ...] = ()
    """By `area_id`; none where the package has no such file."""
    unusual_rows: Mapping[str, frozenset[int]] | None = None
    """By resource, the numbers of the rows with a text that `is_unusual`; None where that was not looked up."""

    @property
    def as_of(self) -> tuple[date, date] | None:
        """The first and the last `as_of_date` of the projects; None where no project gives one."""
        days = [project.as_of_date for project in self.projects if project.as_of_date is not None]
        return (min(days), max(days)) if days else None


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """The part of a project that lists and sums show. It stays in memory for every project, so it is small."""

    project_id: str
    title: str
    fiscal_year: int | None
    """As the city numbers it."""
    agency: Agency | None
    policy_id: str | None
    strategy: str | None
    source_id: str | None
    status: Status
    budget_received: Decimal | None
    """In the city's currency."""
    budget_spent: Decimal | None
    """In the city's currency, spent to date."""
    progress_percent: Decimal | None
    """0 to 100."""
    last_reported: date | None
    """The same as `Project.last_reported`."""
    areas: tuple[Area, ...] = ()
    """The same as `Project.areas`."""
    is_placed_by_agency: bool = False
    """The same as `Project.is_placed_by_agency`."""
    coordinates: tuple[Decimal, Decimal] | None = None
    """Latitude and longitude, in degrees by WGS 84."""
    observations: int = 0
    """How many there are on the project, missing values aside; 0 too where it has not been judged."""
    supplier_ids: tuple[str, ...] = field(default=(), compare=False)
    """The same as `Project.supplier_ids`. No page shows it."""


def project_summary(project: Project) -> ProjectSummary:
    """The summary of a project."""
    return ProjectSummary(
        project.project_id,
        project.title,
        project.fiscal_year,
        project.agency,
        project.policy_id,
        project.strategy,
        project.source.source_id if project.source else None,
        project.status,
        project.budget_received,
        project.budget_spent,
        project.progress_percent,
        project.last_reported,
        project.areas,
        project.is_placed_by_agency,
        project.coordinates,
        supplier_ids=project.supplier_ids,
    )


@dataclass(frozen=True, slots=True)
class ContractSummary:
    """The part of a contract that lists and sums show, with its project."""

    contract_id: str
    title: str | None
    method: str | None
    status: str | None
    amount: Decimal | None
    """In the city's currency."""
    signed_date: date | None
    """C.E."""
    supplier: Supplier | None
    project_id: str
    project_title: str
    fiscal_year: int | None
    """Of the project."""
    agency: Agency | None
    """Of the project."""

    @property
    def is_cancelled(self) -> bool:
        """Whether it is cancelled, so that its amount is in no sum."""
        return self.status == CANCELLED


def contract_summaries(project: Project) -> Iterator[ContractSummary]:
    """The summaries of the contracts of a project."""
    for contract in project.contracts:
        yield ContractSummary(
            contract.contract_id,
            contract.title,
            contract.method,
            contract.status,
            contract.amount,
            contract.signed_date,
            contract.supplier,
            project.project_id,
            project.title,
            project.fiscal_year,
            project.agency,
        )


@dataclass(frozen=True, slots=True)
class ProjectIndex:
    """The portal for pages about many projects: a summary of each."""

    package: Package
    projects: tuple[ProjectSummary, ...]
    """By `project_id`."""
    agencies: tuple[Agency, ...]
    sources: tuple[Source, ...]
    as_of: tuple[date, date] | None
    """The same as `Portal.as_of`."""
    areas: tuple[Area, ...] = ()
    """The same as `Portal.areas`."""
    suppliers: tuple[Supplier, ...] = ()
    """The same as `Portal.suppliers`."""
    contracts: tuple[ContractSummary, ...] = ()
    """Of all projects, in their order."""

    @property
    def has_coordinates(self) -> bool:
        """Whether any project gives its coordinates."""
        return any(project.coordinates for project in self.projects)


def project_index(portal: Portal) -> ProjectIndex:
    """The index of a portal."""
    return ProjectIndex(
        portal.package,
        tuple(map(project_summary, portal.projects)),
        portal.agencies,
        portal.sources,
        portal.as_of,
        portal.areas,
        portal.suppliers,
        tuple(chain.from_iterable(map(contract_summaries, portal.projects))),
    )
