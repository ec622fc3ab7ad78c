"""From which values on the observations apply to a project."""

from __future__ import annotations

from dataclasses import dataclass


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
