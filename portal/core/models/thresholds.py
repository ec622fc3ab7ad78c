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
    open_bid_days: int = 15
    """Days: an open tender must be open for bids for so many. 15 is the preset limit of Cardinal for R003."""
    selective_bid_days: int = 15
    """Days: likewise a selective tender."""
    direct_threshold: int | None = None
    """In the city's currency: up to this amount a contract may be awarded directly because it is small. The law of a
    country says it, so none is preset; without it the observation that compares with it says nothing about anybody.
    """
    near_threshold_percent: int = 10
    """Percent: an amount that is at most so far below `direct_threshold` is just below it."""
    near_threshold_contracts: int = 2
    """Contracts of one supplier just below the threshold, from which on they are several."""
    supplier_share_percent: int = 50
    """Percent of the money that an agency contracted in a fiscal year: one supplier may have so much."""
    supplier_share_contracts: int = 3
    """Contracts that a supplier must have for its share to say anything."""
    amount_rise_percent: int = 15
    """Percent: the amount of a contract may rise by so much."""
