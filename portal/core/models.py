"""The records of a portal, as the rest of the program reads them: frozen and typed.

Every optional attribute is None where the published cell is blank. None is never zero: it is shown as "no data" and
left out of sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Literal

from portal.core.calendars import month_end

Language = Literal["th", "en"]
LANGUAGES: tuple[Language, ...] = ("th", "en")

MAX_FILE = 100_000_000
"""Bytes of a CSV. GitHub takes no larger file, and a table is read whole, in some thirty times the memory."""

MAX_DIGITS = 38
"""Of a number: as many as a decimal of Parquet and of most databases has."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Thai and in English; English falls back on Thai where nobody has written it."""

    th: str
    en: str = ""

    def __getitem__(self, language: str) -> str:
        """The text in `language` (`th` or `en`)."""
        return (self.en or self.th) if language == "en" else self.th


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a resource, as `datapackage.json` describes it."""

    name: str
    type: str
    title: Bilingual
    description: Bilingual
    labels: Mapping[str, Bilingual]
    """What each code of a closed list means, by code."""
    unit: Bilingual | None
    format: str
    """As Table Schema has it: "default", or how a date or time is written."""
    constraints: Mapping[str, Any]
    """As Table Schema has them."""
    missing: frozenset[str]
    """The cells that stand for no value."""
    booleans: Mapping[str, bool]
    """The cells that stand for true or false; none but in a boolean field."""
    filled: int
    """Records that have a value."""
    example: str | None
    """What the schema gives as one, else a value as it stands in the file: the first of at most 80 characters."""

    @property
    def is_year(self) -> bool:
        """Whether its numbers are years, which are written without separators."""
        return self.type == "year" or self.name == "fiscal_year"


KEYS: Mapping[str, tuple[str, ...]] = {
    "projects": ("project_id",),
    "monthly_results": ("project_id", "month"),
    "progress_reports": ("project_id", "report_date"),
    "evaluations": ("project_id", "fiscal_year", "quarter"),
    "agencies": ("agency_id",),
    "sources": ("source_id",),
}
"""What tells the records of a table apart where its schema names no primary key."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A CSV file of the package."""

    name: str
    path: str
    """Relative to the folder of `datapackage.json`, with forward slashes."""
    title: Bilingual
    description: Bilingual
    fields: Mapping[str, Field]
    """By name, in the order of the columns; columns that the schema does not know come last."""
    rows: int
    """Records, without the header."""
    bytes: int
    sha256: str
    """Of the file as it was validated."""
    keys: tuple[tuple[str, ...], ...]
    """The fields that together are different in every record; the primary key is the first."""
    references: Mapping[str, tuple[str, str]]
    """The resource and the field in which the values of a field are looked up, by field."""
    ignored: tuple[str, ...] = ()
    """The columns of the file that are left out of all that is published: `bytes` and `sha256` are without them."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as the descriptor names it."""

    title: Bilingual
    path: str | None
    source_ids: tuple[str, ...] = ()
    """The sources whose data it covers; none: it covers all data."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What would be personal data, and is published on purpose."""

    subject: str
    """A column, as resource.field, or a value."""
    reason: str


@dataclass(frozen=True, slots=True)
class Package:
    """The open-data package itself: what `datapackage.json` says about the whole."""

    name: str
    title: Bilingual
    description: Bilingual
    version: str
    created: date
    """The day on which this release was put together: the portal's "now"."""
    notice: Bilingual | None
    """A sentence that every page must carry, such as "these data are fictional"."""
    licences: tuple[Licence, ...]
    keywords: tuple[str, ...]
    allowances: tuple[Allowance, ...]
    searched: int
    """Cells that were searched for personal data: not those of columns that may hold any, nor days and the like."""
    resources: Mapping[str, Resource]
    sha256: str
    r"""Names these data exactly: of the lines of `SHA256SUMS` of the CSVs, by name.

    `grep '\.csv$' SHA256SUMS | sha256sum` in the folder of the zip makes the same.
    """
    ignored: tuple[str, ...] = ()
    """The columns that are left out of all that is published, each as `resource.column`; some may be in no file."""

    @property
    def described(self) -> Package:
        """What the package says of itself, without what a release made of it: rows, sizes, sums and examples.

        Pages that show none of these stay as they are where only these differ.
        """
        resources = {
            name: replace(
                one,
                rows=0,
                bytes=0,
                sha256="",
                fields={key: replace(field, filled=0, example=None) for key, field in one.fields.items()},
            )
            for name, one in self.resources.items()
        }
        return replace(self, resources=resources, searched=0, sha256="")

    @property
    def licence(self) -> str | None:
        """The address of a licence that covers all data; None where there is none that programs could rely on."""
        addresses = (one.path for one in self.licences if not one.source_ids)
        return next((path for path in addresses if path and path.startswith("https://")), None)


@dataclass(frozen=True, slots=True)
class Download:
    """A published file of the open data."""

    name: str
    """Below `/data/`."""
    kind: str
    """Which of the forms of `downloads` it is: csv, xlsx, parquet …"""
    media_type: str
    resource: str | None
    """The resource that it holds; None: the whole package, or what no one resource holds."""
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Agency:
    """A department or district office."""

    agency_id: str
    name: Bilingual
    kind: str | None = None
    email: str | None = None
    """Where corrections of its figures go."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    row: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows were taken from."""

    source_id: str
    title: Bilingual
    publisher: str | None = None
    url: str | None = None
    note: Bilingual | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = 0


@dataclass(frozen=True, slots=True)
class MonthlyResult:
    """What a project reported for one fiscal month."""

    month: int
    """1 to 12; 1 is October."""
    result: Decimal | None
    """In the project's unit; None: not reported."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = 0


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """A dated report of a project."""

    report_date: date | None
    """C.E. None only in a package whose check has failed."""
    progress_percent: Decimal | None = None
    status: str | None = None
    """One of the city's five words."""
    obstacles: str | None = None
    details: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = 0

    @property
    def reports(self) -> bool:
        """Whether it says more than that nothing was reported."""
        return self.progress_percent is not None or self.status != NOT_REPORTED


NOT_REPORTED = "ยังไม่มีการรายงาน"
"""The monitoring system's word for a project without a report."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A quarterly score by the Strategy and Evaluation Department. It is not progress."""

    fiscal_year: int | None
    """B.E."""
    quarter: int | None
    score: Decimal | None
    """0 to 100."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    row: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """An entry of the city's own edit log."""

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
    row: int = 0


class Status(StrEnum):
    """Where a project stands: in the city's own words where a report has them, else what its figure alone can say.

    A figure below 100 is never read as "in progress": that would claim to know the day on which it was true.
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
}
"""The monitoring system's words for the status of a project."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the city in one fiscal year, with everything that was reported on it."""

    project_id: str
    title: str
    fiscal_year: int | None = None
    """B.E.: year Y runs from 1 October Y-544 to 30 September Y-543 of the common era."""
    agency: Agency | None = None
    division: str | None = None
    policy_id: str | None = None
    branch_id: str | None = None
    kpi_id: str | None = None
    governor_policy: str | None = None
    strategy: str | None = None
    weight: Decimal | None = None
    budget_received: Decimal | None = None
    """Baht."""
    budget_spent: Decimal | None = None
    """Baht, spent to date."""
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
    as_of_date: date | None = None
    """C.E.: the day on which these values were true. None: not known, and nothing that depends on a date is claimed."""
    source: Source | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Columns that the portal does not know, by name; shown under their titles."""
    monthly_results: tuple[MonthlyResult, ...] = ()
    """By month."""
    progress_reports: tuple[ProgressReport, ...] = ()
    """Newest first."""
    evaluations: tuple[Evaluation, ...] = ()
    """By year and quarter."""
    revisions: tuple[Revision, ...] = ()
    """Newest first."""
    published_progress: tuple[Decimal, ...] = ()
    """Every progress figure that releases gave it, the oldest first, that of today last; none where it never moved."""
    row: int = 0
    """The record's number in the file, the header being 1."""

    @property
    def status(self) -> Status:
        """The status of the newest report that gives one, else what the progress figure alone says."""
        for report in self.progress_reports:
            if report.status is not None:
                return REPORTED_STATUSES[report.status]
        if self.progress_percent is None:
            return Status.NO_FIGURE
        return Status.FULL_FIGURE if self.progress_percent == 100 else Status.PARTIAL_FIGURE

    @property
    def last_result(self) -> MonthlyResult | None:
        """The newest fiscal month that was reported."""
        return next((m for m in reversed(self.monthly_results) if m.result is not None), None)

    @property
    def last_reported(self) -> date | None:
        """The day of the newest dated report, or the last day of the newest reported fiscal month if that is later."""
        days = [one.report_date for one in self.progress_reports if one.report_date is not None and one.reports]
        if self.last_result is not None and self.fiscal_year is not None:
            days.append(month_end(self.fiscal_year, self.last_result.month))
        return max(days, default=None)


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """A project as lists and sums have it: what stays in memory of each, however many there are."""

    project_id: str
    title: str
    fiscal_year: int | None
    """B.E."""
    agency: Agency | None
    policy_id: str | None
    strategy: str | None
    source_id: str | None
    status: Status
    budget_received: Decimal | None
    """Baht."""
    budget_spent: Decimal | None
    """Baht, spent to date."""
    progress_percent: Decimal | None
    """0 to 100."""
    last_reported: date | None
    """As `Project.last_reported`."""


def brief(project: Project) -> ProjectSummary:
    """The project as lists and sums have it."""
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
    )


class ChangeKind(StrEnum):
    """What happened to a cell between two releases."""

    ADDED = "added"
    """Its record is new."""
    REMOVED = "removed"
    """Its record is gone."""
    CHANGED = "changed"
    REWRITTEN = "rewritten"
    """The same value in another form, such as 100 and 100.0."""
    RENAMED = "renamed"
    """Not a cell but its column has another name."""


class Withheld(Enum):
    """What stands in place of a value of an earlier release that must not be published: it is not blank."""

    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that differs between a release and the one before it. Blank cells of a new or lost record are left out."""

    resource: str
    record: tuple[str, ...]
    """The cells of the record's key; of a record without one `#` and a number within the release; () of a column."""
    project_id: str | None
    """The project that the record is about."""
    field: str
    kind: ChangeKind
    before: str
    """The cell as it stood in the file, or the column's name; "" is blank."""
    after: str
    withheld: tuple[str, ...] = ()
    """Which of the texts above are not published: a cell is "" then, `project_id` None, and a name `#` and a number."""

    def is_filled(self, side: Literal["before", "after"]) -> bool:
        """Whether the cell held something on one side, be it withheld."""
        return side in self.withheld or bool((self.before if side == "before" else self.after).strip())

    @property
    def retroactive(self) -> bool:
        """Whether it alters what had been reported already: a month, a dated report or an evaluation."""
        if self.resource == "monthly_results":
            # A row without a result reports nothing yet.
            figure = self.field not in ("project_id", "month") and self.is_filled("before")
            return figure and self.kind in (ChangeKind.CHANGED, ChangeKind.REMOVED)
        reported = self.resource in ("progress_reports", "evaluations")
        return reported and self.kind in (ChangeKind.CHANGED, ChangeKind.REMOVED)


@dataclass(frozen=True, slots=True)
class Release:
    """A state of the package that was published: a commit that altered it."""

    commit: str
    """The whole hash; "" for files that are not committed yet."""
    published: datetime
    """The commit's own time, with its zone."""
    version: str
    """As the descriptor of that commit says."""
    tags: tuple[str, ...]
    changes: tuple[Change, ...]
    """Against the release before; none for the first one that is known."""
    withheld: tuple[str, ...] = ()
    """Which of `version` and `tags` are not published, or not all of them."""

    @property
    def name(self) -> str:
        """What addresses call it, for ever: its day and the first letters of its commit."""
        return f"{self.published.date()}-{self.commit[:8] or 'working-copy'}"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A commit whose package was never published, since no check would have let it pass; or a tag of it."""

    commit: str
    """The whole hash; "" for files that are not committed yet."""
    tags: tuple[str, ...]
    """Of the commit: their files are not published."""
    reason: str
    """What is wrong, with its place: `data/projects.csv: two records have the same key.`"""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of earlier releases."""

    releases: tuple[Release, ...] = ()
    """The oldest first. None where there is no repository: then the package of today is all that is known."""
    complete: bool = False
    """Whether the first release is the first that there was; a shallow clone does not know."""
    identity: str = ""
    """Differs where the first known commit or the place of the package does: what is found out may differ then too."""
    passed_over: tuple[PassedOver, ...] = ()
    """The oldest first. Their changes are those of the next release."""
    erased: Mapping[tuple[str, tuple[str, ...], str], frozenset[str]] = field(default_factory=dict)
    """By resource, record and field the cells that the package's `ERASED` withholds; `("#",)` is any without key."""


ERASED = "erased.csv"
"""The file beside the descriptor that says what must not be published of earlier releases; nor is it itself."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A row of the package's `ERASED`."""

    resource: str
    record: tuple[str, ...]
    """The cells of the record's key, as `Change.record` has them."""
    field: str
    """"" is the whole record."""
    release: str
    """Of which release: the beginning of a commit's id, or a tag; "" is every earlier one."""
    row: int
    """The row's number in the file, the header being 1."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on the public observations on a project concern it; a city sets its own."""

    spending_ahead_points: int = 30
    """Percentage points by which the share of the money spent may be above the progress."""
    unspent_percent: int = 10
    """Percent of the money received that a finished project may leave unspent."""
    silent_months: int = 2
    """Whole fiscal months without any report."""
    jump_from_percent: int = 50
    """Percent of progress below which a report of 100 is a jump."""


@dataclass(frozen=True, slots=True)
class Portal:
    """Everything that the package holds, joined by its keys."""

    package: Package
    projects: tuple[Project, ...]
    """By `project_id`."""
    agencies: tuple[Agency, ...]
    sources: tuple[Source, ...]
    erased: tuple[Erasure, ...] = ()
    """What is withheld of earlier releases."""

    @property
    def as_of(self) -> tuple[date, date] | None:
        """The first and the last day on which values of projects were true; None where no project gives one."""
        days = [project.as_of_date for project in self.projects if project.as_of_date is not None]
        return (min(days), max(days)) if days else None


@dataclass(frozen=True, slots=True)
class ProjectIndex:
    """The portal as the pages of many projects need it: every project in brief."""

    package: Package
    projects: tuple[ProjectSummary, ...]
    """By `project_id`."""
    agencies: tuple[Agency, ...]
    sources: tuple[Source, ...]
    as_of: tuple[date, date] | None
    """As `Portal.as_of`."""
    fullest: str | None
    """The id of the project that most was reported on; None where there is no project."""


def overview(portal: Portal) -> ProjectIndex:
    """The portal as the pages of many projects need it."""
    fullest = max(portal.projects, key=lambda p: (len(p.monthly_results), len(p.progress_reports)), default=None)
    return ProjectIndex(
        portal.package,
        tuple(map(brief, portal.projects)),
        portal.agencies,
        portal.sources,
        portal.as_of,
        fullest.project_id if fullest else None,
    )


@dataclass(frozen=True, slots=True)
class Document:
    """A page of prose in one language, from a Markdown file of `content/`."""

    slug: str
    """The file's name without endings; its address is `/<slug>/`."""
    language: Language
    title: str
    description: str
    html: str
    """Sanitised."""
    order: int
    """Its place in the menus."""
    place: str
    """The file, relative to the repository."""


@dataclass(frozen=True, slots=True)
class Note:
    """What an agency or the editor says of a project beside the data, from a Markdown file of `content/projects/`."""

    project_id: str
    language: Language
    written: date
    name: str
    office: str
    html: str
    """Sanitised."""
    place: str
    """The file, relative to the repository."""


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site before it is rendered."""

    path: str
    """Its address without the language and the base path: `/projects/04160000-6961/`."""
    language: Language
    template: str
    context: Any
    """A dataclass; its fields are the template's variables."""
    indexed: bool = True
    """Whether it belongs into `sitemap.xml`."""
    project: Project | None = None
    """The project that the template shows as `project`; None where it is of none."""


@dataclass(frozen=True, slots=True)
class Citation:
    """What names one release of the open data."""

    key: str
    author: Bilingual
    title: Bilingual
    publisher: Bilingual
    version: str
    created: date
    as_of: str
    """The day or days on which the figures were true, as ISO 8601 has it; "" where they are not known."""
    address: str
    sha256: str
    """Of the zip of the whole package."""
