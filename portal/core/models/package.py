"""The open-data package as `datapackage.json` describes it: its tables, their columns and keys, its licences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from portal.core.models.conventions import Conventions
from portal.core.models.languages import Text
from portal.core.models.outlines import OUTLINES_FILE, OutlineFile

MAX_FILE = 2_000_000_000
"""The largest CSV file, in bytes. GitHub accepts no larger file, and reading a table takes about thirty times its size
in memory."""

MAX_DIGITS = 38
"""Digits that a number may have: as many as a decimal of Parquet and of most databases."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a resource, as `datapackage.json` describes it."""

    name: str
    type: str
    title: Text
    description: Text
    labels: Mapping[str, Text]
    """What each code of a closed list means, by code."""
    unit: Text | None
    format: str
    """The `format` of Table Schema: "default", or the pattern in which a date or time is written."""
    constraints: Mapping[str, Any]
    """The `constraints` of Table Schema."""
    missing: tuple[str, ...]
    """The cells that stand for no value, in order."""
    booleans: Mapping[str, bool]
    """What each cell of a boolean field means; empty for other types."""
    filled: int
    """The number of records that have a value."""
    example: str | None
    """The example of the schema; without one, the first value in the file of at most 80 characters."""

    @property
    def is_year(self) -> bool:
        """Whether its numbers are years, which are written without separators."""
        return self.type == "year" or self.name == "fiscal_year"

    @property
    def described(self) -> Field:
        """The column without what changes with its rows."""
        return replace(self, filled=0, example=None)


KEYS: Mapping[str, tuple[str, ...]] = {
    "projects": ("project_id",),
    "monthly_results": ("project_id", "month"),
    "progress_reports": ("project_id", "report_date"),
    "evaluations": ("project_id", "fiscal_year", "quarter"),
    "agencies": ("agency_id",),
    "sources": ("source_id",),
    "areas": ("area_id",),
    "project_areas": ("project_id", "area_id"),
    "suppliers": ("supplier_id",),
    "tenders": ("tender_id",),
    "contracts": ("contract_id",),
    "payments": ("payment_id",),
}
"""The columns that identify a record of each table that the portal knows, where its schema names no primary key."""

UNIQUE_KEYS: Mapping[str, tuple[str, ...]] = {
    name: key for name, key in KEYS.items() if name not in ("progress_reports", "evaluations")
}
"""The keys that no two records may share, whatever the schema says: pages and joins show one record for each."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A CSV file of the package."""

    name: str
    path: str
    """Of the file, relative to the folder of `datapackage.json`, with forward slashes."""
    title: Text
    description: Text
    fields: Mapping[str, Field]
    """By name, in the order of the columns of the file."""
    rows: int
    """The number of records; the header is not counted."""
    bytes: int
    sha256: str
    """Of the published file."""
    keys: tuple[tuple[str, ...], ...]
    """The primary key and the unique keys of the schema, as names of fields; the primary key comes first."""
    references: Mapping[str, tuple[str, str]]
    """By field, the resource and the field that its foreign key refers to."""
    ignored: tuple[str, ...] = ()
    """The columns of the file that are not published. `bytes` and `sha256` are of the file without them."""
    hidden_names: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """What is published in place of the names of natural persons, by the number of the row and the column; `bytes` and
    `sha256` are of the file with it."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence of the descriptor."""

    title: Text
    path: str | None
    source_ids: tuple[str, ...] = ()
    """The sources whose data it covers; empty where it covers all data."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Personal data that the descriptor allows to be published, with the reason."""

    subject: str
    """A column, as `resource.field`, or a value."""
    reason: str


@dataclass(frozen=True, slots=True)
class Package:
    """The open-data package: what `datapackage.json` says about the whole, and its tables."""

    name: str
    title: Text
    description: Text
    version: str
    created: date
    """The day on which this release was made. The portal uses it as "today"."""
    notice: Text | None
    """A sentence that every page shows, such as "these data are fictional"."""
    licences: tuple[Licence, ...]
    keywords: tuple[str, ...]
    allowances: tuple[Allowance, ...]
    searched: int
    """The number of cells that were searched for personal data; those that may hold it, and dates, are not."""
    resources: Mapping[str, Resource]
    conventions: Conventions
    """How the city counts and writes; fiscal years as the field `fiscal_year` is declared."""
    sha256: str
    r"""One checksum of all data: of the lines of the CSVs and the GeoJSON in `SHA256SUMS`, sorted by file name.

    In the folder of the zip, `grep -E '\.(csv|geojson)$' SHA256SUMS | sha256sum` prints the same; for a package of
    CSVs alone, `grep '\.csv$'` is enough.
    """
    ignored: tuple[str, ...] = ()
    """The columns that are not published, each as `resource.column`; some may be in no file."""
    creator: Text | None = None
    """Who made the data, by the descriptor: its first contributor with the role "creator"."""
    outlines: OutlineFile | None = None
    """The outlines of areas; None where the package has none."""

    @property
    def parts(self) -> tuple[Resource | OutlineFile, ...]:
        """All resources: the tables, and the outlines of areas where there are any."""
        return (*self.resources.values(), *((self.outlines,) if self.outlines else ()))

    @property
    def sums(self) -> Mapping[str, str]:
        """The SHA-256 of each file of data, by its published name."""
        sums = {f"{resource.name}.csv": resource.sha256 for resource in self.resources.values()}
        return sums | ({OUTLINES_FILE: self.outlines.sha256} if self.outlines else {})

    @property
    def described(self) -> PackageDescription:
        """The package without what changes with every release."""
        resources = {
            name: replace(
                resource,
                rows=0,
                bytes=0,
                sha256="",
                hidden_names={},
                fields={key: column.described for key, column in resource.fields.items()},
            )
            for name, resource in self.resources.items()
        }
        return PackageDescription(self.name, self.title, self.notice, self.licences, resources, self.conventions)

    @property
    def licence(self) -> str | None:
        """The address (https) of the first licence that covers all data; None where there is none."""
        addresses = (licence.path for licence in self.licences if not licence.source_ids)
        return next((path for path in addresses if path and path.startswith("https://")), None)


@dataclass(frozen=True, slots=True)
class PackageDescription:
    """What every page may say of the package: nothing that changes with every release, such as its version or its day.

    So a release changes no page whose words stay the same.
    """

    name: str
    title: Text
    notice: Text | None
    """As `Package.notice`."""
    licences: tuple[Licence, ...]
    resources: Mapping[str, Resource]
    """Without numbers of rows, sizes, sums and examples."""
    conventions: Conventions
    """As `Package.conventions`."""
