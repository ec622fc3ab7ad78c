"""Earlier releases of the package: what each changed, and what must not be published of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Literal

from portal.core.models.languages import NO_TEXT, Text


class ChangeKind(StrEnum):
    """What happened to a cell between two releases."""

    ADDED = "added"
    """Its record is new."""
    REMOVED = "removed"
    """Its record was removed."""
    CHANGED = "changed"
    REWRITTEN = "rewritten"
    """The same value in another form, such as 100 and 100.0."""
    RENAMED = "renamed"
    """The column has another name; its cells are the same."""


class ChangeScope(StrEnum):
    """What came or went with a cell that differs. A table or column that a package lacks says nothing about anybody."""

    CELL = "cell"
    """The value alone, or its record: the package has the table and the column before and after."""
    COLUMN = "column"
    """The column: one of the two releases does not have it."""
    TABLE = "table"
    """The whole table."""


class Withheld(Enum):
    """Takes the place of a value of an earlier release that must not be published, which is not the same as blank."""

    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that differs between a release and the one before it; not a blank cell of a new or removed record."""

    resource: str
    record: tuple[str, ...]
    """The cells of the key. Without a key: `#` and a number within the release. For a renamed column: ()."""
    project_id: str | None
    """The project to which the record belongs, if any."""
    field: str
    kind: ChangeKind
    before: str
    """The cell as it stood in the file, or the name of the column; "" where it was blank."""
    after: str
    withheld: tuple[str, ...] = ()
    """The attributes above that are not published: their cell is "", `project_id` None, a name `#` and a number."""
    scope: ChangeScope = ChangeScope.CELL

    def is_filled(self, side: Literal["before", "after"]) -> bool:
        """Whether the cell was not blank, before or after; a cell that is withheld was not."""
        return side in self.withheld or bool((self.before if side == "before" else self.after).strip())

    @property
    def retroactive(self) -> bool:
        """Whether it changes or removes an earlier figure: of a month, a report, an evaluation or a payment."""
        if self.scope is not ChangeScope.CELL:
            return False
        if self.resource == "monthly_results":
            # A row without a result reports nothing yet.
            figure = self.field not in ("project_id", "month") and self.is_filled("before")
            return figure and self.kind in (ChangeKind.CHANGED, ChangeKind.REMOVED)
        reported = self.resource in ("progress_reports", "evaluations", "payments")
        return reported and self.kind in (ChangeKind.CHANGED, ChangeKind.REMOVED)


@dataclass(frozen=True, slots=True)
class PastColumn:
    """A column as the descriptor of a release describes it."""

    type: str = "string"
    format: str = "default"
    """As `Field.format`."""
    missing: tuple[str, ...] = ("",)
    """The cells that stand for no value, in order."""
    title: Text = NO_TEXT
    """"" where the descriptor has none, or it is withheld."""


@dataclass(frozen=True, slots=True)
class PastTable:
    """A table as the descriptor of a release describes it."""

    title: Text = NO_TEXT
    """"" where the descriptor has none, or it is withheld."""
    columns: Mapping[str, PastColumn] = field(default_factory=dict)
    """By name."""


@dataclass(frozen=True, slots=True)
class Release:
    """A published state of the package: a commit that changed it."""

    commit: str
    """The full hash; "" for files that are not committed yet."""
    published: datetime
    """The time of the commit, with its time zone."""
    version: str
    """From the descriptor in that commit."""
    tags: tuple[str, ...]
    changes: tuple[Change, ...]
    """Compared with the release before; empty for the first known release."""
    withheld: tuple[str, ...] = ()
    """Which of `version` and `tags` are not published, wholly or in part."""
    tables: Mapping[str, PastTable] = field(default_factory=dict, compare=False, repr=False)
    """By name."""
    is_package: bool = True
    """Whether its commit has a descriptor of its own; False: it is read with that of a later one."""

    @property
    def new_values(self) -> Iterator[Change]:
        """The changes but for values that are only written otherwise."""
        return (change for change in self.changes if change.kind is not ChangeKind.REWRITTEN)

    @property
    def name(self) -> str:
        """Its name in addresses, which never changes: the day and the first 8 letters of the commit."""
        return f"{self.published.date()}-{self.commit[:8] or 'working-copy'}"


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """The release that a record is cited by: the newest one that changed it."""

    version: str
    """Of the package; the start of the commit where that is withheld or was not given."""
    released: date
    """The day of the release."""
    commit: str
    """The full hash; "" where there is no history, or for files that are not committed yet."""
    page: str | None
    """The name of the release that changed or added the record; None where no known release did.

    Then the others are of the first known release, or of the package where there is no history.
    """
    archive: str | None = None
    """The path of its zip."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A commit that was not published because its package is not valid, or a tag that was not because of its name."""

    commit: str
    """The full hash; "" for files that are not committed yet."""
    tags: tuple[str, ...]
    """The tags of the commit; no zip is published for them."""
    reason: str
    """The file and its problem: `data/projects.csv: two records have the same key.`"""
    next_step: str = ""
    """What to do about it; "" where a later release can be read, which has what the commit changed."""
    is_tag: bool = False
    """Whether a tag is passed over: its commit is a release."""


class UnreadCause(StrEnum):
    """Why commits from before the package began cannot be read."""

    COLUMNS = "columns"
    """A table lacks a column that it must have: it may have had another name."""
    CELLS = "cells"
    """A cell is not of the type of its column."""
    ELSEWHERE = "elsewhere"
    """The file of the projects is in another folder."""
    UNREADABLE = "unreadable"
    """A file is no table, or two of its records have the same key."""


@dataclass(frozen=True, slots=True)
class UnreadCommits:
    """Commits from before the package began that the descriptor of no later commit fits."""

    cause: UnreadCause
    commits: tuple[str, ...]
    """The full hashes, the oldest first."""
    first: datetime
    last: datetime
    """When the first and the last of them were made."""
    example: str
    """What is wrong with the first: `data/projects.csv: there is no column title`."""
    tags: tuple[str, ...]
    """Their tags; nothing is published of them."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.commits)


@dataclass(frozen=True, slots=True)
class History:
    """The releases of the package that are known."""

    releases: tuple[Release, ...] = ()
    """The oldest first; empty where there is no repository."""
    complete: bool = False
    """Whether the first of `releases` is the first of all; in a shallow clone it may not be."""
    identity: str = ""
    """Identifies the first known commit and the path of the package in the repository; results depend on both."""
    passed_over: tuple[PassedOver, ...] = ()
    """Commits that are not valid, the oldest first. Their changes count as changes of the next release."""
    unread: tuple[UnreadCommits, ...] = ()
    """Commits from before the package began that cannot be read, by cause."""
    committed: bool = False
    """Whether the files of the package are those of the last release, to the byte."""
    erased: Mapping[tuple[str, tuple[str, ...], str], frozenset[str]] = field(default_factory=dict)
    """The cells that `erased.csv` withholds, by resource, record and field. `("#",)` is any record without a key."""


ERASED = "erased.csv"
"""The file beside the descriptor that lists what must not be published of earlier releases. It is not published."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A row of `erased.csv`: values of earlier releases that must not be published."""

    resource: str
    record: tuple[str, ...]
    """The cells of the key, as in `Change.record`."""
    field: str
    """The column; "" for the whole record."""
    release: str
    """The start of a commit id, or a tag; "" for every earlier release."""
    row: int
    """The number of the row in the file; the header is row 1."""
