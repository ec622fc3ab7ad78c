"""Numbers -> the geometry of charts, in the units of their viewBox. Pure; templates draw what stands here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from portal.core.formats import number
from portal.core.models import MonthlyResult


@dataclass(frozen=True, slots=True)
class Column:
    """A fiscal month in the chart."""

    month: int
    value: Decimal | None
    """None: not reported; nothing is drawn that could be read as zero."""
    x: float
    middle: float
    """Where its value and its month are written."""
    y: float
    width: float
    label_y: float | None
    """Where its value is written above it; None: nowhere."""


@dataclass(frozen=True, slots=True)
class GridLine:
    """A horizontal line of the scale."""

    value: Decimal
    y: float


@dataclass(frozen=True, slots=True)
class MonthlyChart:
    """Columns of twelve fiscal months against the target."""

    width: int
    height: int
    left: int
    """Where the scale ends and the columns begin."""
    baseline: int
    columns: tuple[Column, ...]
    grid: tuple[GridLine, ...]
    target_y: float | None
    """None without a target above zero."""

    @property
    def reported(self) -> Sequence[Column]:
        """The months that have a value."""
        return [column for column in self.columns if column.value is not None]

    @property
    def missing(self) -> Sequence[Column]:
        """The months that have none."""
        return [column for column in self.columns if column.value is None]


def monthly_chart(results: Sequence[MonthlyResult], target: Decimal | None) -> MonthlyChart | None:
    """The chart of a project's months against its target, or None where no month was reported.

    The scale begins at zero and reaches the greater of the target and the highest result.
    """
    values = {m.month: m.result for m in results if m.result is not None}
    if not values:
        return None
    width, height, left, top, bottom = 360, 220, 36, 22, 38
    baseline = height - bottom
    highest = max(*values.values(), target or Decimal(0), Decimal(1))
    step = _step(highest)
    ceiling = step * (highest / step).to_integral_value(ROUND_CEILING)

    def y(value: Decimal) -> float:
        return _short(baseline - float(value / ceiling) * (baseline - top))

    slot = (width - left) // 12
    # A number of five signs is wider than its column and would run into the next one.
    fit = all(len(number(value)) <= 4 for value in values.values())
    columns = []
    for month in range(1, 13):
        value = values.get(month)
        peak = baseline if value is None else y(value)
        x = left + (month - 1) * slot + 5
        label_y = _short(peak - 5) if value is not None and (fit or month == max(values)) else None
        columns.append(Column(month, value, x, x + 8.5, peak, 17, label_y))
    lines = [step * i for i in range(int(ceiling / step) + 1)]
    return MonthlyChart(
        width,
        height,
        left,
        baseline,
        tuple(columns),
        tuple(GridLine(value, y(value)) for value in lines),
        y(target) if target else None,
    )


def _short(length: float) -> float:
    """A length to a tenth of a unit, which is a fifth of a pixel at most; a whole number without a point."""
    rounded = round(length, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _step(highest: Decimal) -> Decimal:
    """The distance of grid lines: 1, 2, 2.5 or 5 times a power of ten, at most five of them up to `highest`."""
    power = Decimal(10) ** (highest.adjusted() - 1)
    return next(power * m for m in map(Decimal, ("1", "2", "2.5", "5", "10", "20", "25")) if highest <= power * m * 5)
