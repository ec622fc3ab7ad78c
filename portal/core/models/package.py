"""The open-data package as `datapackage.json` describes it: its tables, their columns and keys, its licences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.core.models.languages import Bilingual

MAX_FILE = 100_000_000
"""Bytes of a CSV. GitHub takes no larger file, and a table is read whole, in some thirty times the memory."""

MAX_DIGITS = 38
"""Of a number: as many as a decimal of Parquet and of most databases has."""


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
