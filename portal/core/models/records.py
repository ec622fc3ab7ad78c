"""The records of the tables: projects, what was reported on them, areas, agencies and sources.

An optional attribute is None where the published cell is blank. None is never zero: pages show it as "no data", and
sums leave it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.core.calendars import COMMON_ERA, FiscalCalendar
from portal.core.models.languages import NO_TEXT, Text
from portal.core.models.procurement import Contract, Payment, Tender


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the city, such as a district."""

    area_id: str
    name: Text
    parent_id: str | None = None
    """The `area_id` of the area that it is a part of."""
    tile_column: int | None = None
    """Where its square stands on the tile map: the column, 1 being the west."""
    tile_row: int | None = None
    """Likewise the row, 1 being the north."""
    short_name: Text = NO_TEXT
    """What stands on its tile, where the name is too long; a line of the tile ends at a space."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    row: int = field(default=0, compare=False)

    @property
    def tile(self) -> tuple[int, int] | None:
        """The column and the row of its tile; None where it has no tile."""
        return None if self.tile_column is None or self.tile_row is None else (self.tile_column, self.tile_row)


@dataclass(frozen=True, slots=True)
class Agency:
    """A department or district office."""

    agency_id: str
    name: Text
    kind: str | None = None
    email: str | None = None
    """Where to send corrections of its figures."""
    area: Area | None = None
    """The one area in which it works, as a district office does; None for an agency of the whole city."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A publication or system from which rows were taken."""

    source_id: str
    title: Text
    publisher: str | None = None
    url: str | None = None
    note: Text | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class MonthlyResult:
    """The result of a project in one fiscal month."""

    month: int
    """1 to 12; 1 is the first of the fiscal year."""
    result: Decimal | None
    """In the unit of the project; None where it was not reported."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)


NOT_REPORTED = "ยังไม่มีการรายงาน"
"""How the city's monitoring system says that a project has no report."""


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """A dated report of a project."""

    report_date: date | None
    """C.E.; None only where the package has problems."""
    progress_percent: Decimal | None = None
    status: str | None = None
    """One of the keys of `REPORTED_STATUSES`."""
    obstacles: str | None = None
    details: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)

    @property
    def reports(self) -> bool:
        """Whether it reports anything: a percentage, or a status other than "not reported"."""
        return self.progress_percent is not None or self.status not in (NOT_REPORTED, Status.NOT_REPORTED.value)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A quarterly score by the Strategy and Evaluation Department. It does not measure progress."""

    fiscal_year: int | None
    """As `Project.fiscal_year`."""
    quarter: int | None
    score: Decimal | None
    """0 to 100."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Revision:
    """An edit that the city's monitoring system recorded."""

    revised_at: datetime | None
    user: str | None = None
    action: str | None = None
    policy_aligned: str | None = None
    start_date: date | None = None
    finish_date: date | None = None
    target_value: Decimal | None = None
    result_value: Decimal | None = None
    unit: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = field(default=0, compare=False)


class Status(StrEnum):
    """The status of a project: from a report where one gives it, otherwise from the progress figure alone.

    A figure below 100 does not mean "in progress", since the day to which it refers is not known.
    """

    COMPLETED = "completed"
    IN_PROGRESS = "in_progress"
    DELAYED = "delayed"
    CANCELLED = "cancelled"
    NOT_REPORTED = "not_reported"
    FULL_FIGURE = "full_figure"
    PARTIAL_FIGURE = "partial_figure"
    NO_FIGURE = "no_figure"


REPORTED_STATUSES: Mapping[str, Status] = {
    "ดำเนินการแล้วเสร็จ": Status.COMPLETED,
    "กำลังดำเนินการ": Status.IN_PROGRESS,
    "ชะลอ": Status.DELAYED,
    "ยกเลิก": Status.CANCELLED,
    NOT_REPORTED: Status.NOT_REPORTED,
} | {status.value: status for status in list(Status)[:5]}
"""The statuses of a report, by the words of a monitoring system in Thai and, for other cities, by their codes."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the city in one fiscal year, with all its reports."""

    project_id: str
    title: str
    fiscal_year: int | None = None
    """As the city numbers it; `fiscal_calendar` knows its days."""
    agency: Agency | None = None
    division: str | None = None
    policy_id: str | None = None
    branch_id: str | None = None
    kpi_id: str | None = None
    governor_policy: str | None = None
    strategy: str | None = None
    weight: Decimal | None = None
    budget_received: Decimal | None = None
    """In the city's currency."""
    budget_spent: Decimal | None = None
    """In the city's currency, spent to date."""
    progress_percent: Decimal | None = None
    """0 to 100."""
    start_date: date | None = None
    """C.E."""
    finish_date: date | None = None
    """C.E., as planned."""
    rationale: str | None = None
    objectives: str | None = None
    targets: str | None = None
    responsible_unit: str | None = None
    evaluator: str | None = None
    remarks: str | None = None
    target_value: Decimal | None = None
    """In `unit`."""
    result_value: Decimal | None = None
    """In `unit`."""
    unit: str | None = None
    progress_description: str | None = None
    latitude: Decimal | None = None
    """Degrees north of the equator, by WGS 84."""
    longitude: Decimal | None = None
    """Degrees east of Greenwich, by WGS 84."""
    as_of_date: date | None = None
    """C.E.: the day to which these values refer. None where it is not known: no rule that needs a date is applied."""
    source: Source | None = None
    areas: tuple[Area, ...] = ()
    """Where it is, by `area_id`; where the data do not say, the area of its agency."""
    is_placed_by_agency: bool = False
    """Whether `areas` is the area of the agency, as the data do not say where the project is."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Values of the columns that are not attributes, by name; pages show them under their titles."""
    monthly_results: tuple[MonthlyResult, ...] = ()
    """By month."""
    progress_reports: tuple[ProgressReport, ...] = ()
    """Newest first."""
    evaluations: tuple[Evaluation, ...] = ()
    """By year and quarter."""
    revisions: tuple[Revision, ...] = ()
    """Newest first."""
    tenders: tuple[Tender, ...] = ()
    """By the day on which they were published; those without one come last."""
    contracts: tuple[Contract, ...] = ()
    """By the day on which they were signed; those without one come last."""
    published_progress: tuple[Decimal, ...] = ()
    """The progress figures of all releases, the oldest first, today's last; empty where the figure never changed."""
    fiscal_calendar: FiscalCalendar = COMMON_ERA
    """That of the city: all projects share it."""
    row: int = field(default=0, compare=False)
    """The number of the row in the file; the header is row 1."""

    @property
    def supplier_ids(self) -> tuple[str, ...]:
        """The ids of the suppliers of its contracts."""
        return tuple(contract.supplier.supplier_id for contract in self.contracts if contract.supplier)

    @property
    def payments(self) -> tuple[Payment, ...]:
        """The payments of all its contracts."""
        return tuple(payment for contract in self.contracts for payment in contract.payments)

    @property
    def status(self) -> Status:
        """The status of the newest report that gives one, otherwise from the progress figure alone."""
        for report in self.progress_reports:
            if report.status is not None:
                return REPORTED_STATUSES[report.status]
        if self.progress_percent is None:
            return Status.NO_FIGURE
        return Status.FULL_FIGURE if self.progress_percent == 100 else Status.PARTIAL_FIGURE

    @property
    def coordinates(self) -> tuple[Decimal, Decimal] | None:
        """Latitude and longitude; None where one of them is blank."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)

    @property
    def last_result(self) -> MonthlyResult | None:
        """The result of the newest fiscal month that has one."""
        return next((m for m in reversed(self.monthly_results) if m.result is not None), None)

    @property
    def last_reported(self) -> date | None:
        """The later of two days: of the newest report, and the last of the newest fiscal month with a result."""
        days = [r.report_date for r in self.progress_reports if r.report_date is not None and r.reports]
        if self.last_result is not None and self.fiscal_year is not None:
            days.append(self.fiscal_calendar.month_end(self.fiscal_year, self.last_result.month))
        return max(days, default=None)
