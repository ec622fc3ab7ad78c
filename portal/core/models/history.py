"""Earlier releases of the package: what each changed, and what must not be published of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Literal


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
