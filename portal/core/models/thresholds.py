"""The limits of the observations on projects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits that the rules of the observations compare with; a city sets its own."""

    spending_ahead_points: int = 30
    """Percentage points: the share of the money spent may exceed the progress by so many."""
    unspent_percent: int = 10
    """Percent: a finished project may leave so much of the money received unspent."""
    silent_months: int = 2
    """Fiscal months in a row without any report, each of them complete."""
    jump_from_percent: int = 50
    """Percent: a report of 100 that follows a report of less than this is a jump."""
