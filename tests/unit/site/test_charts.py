"""The geometry of the chart of a project."""

from decimal import Decimal

import pytest

from portal.core.models import MonthlyResult
from portal.site.charts import monthly_chart


def test_a_month_without_report_has_no_column_and_zero_has_one() -> None:
    results = [MonthlyResult(1, Decimal(0)), MonthlyResult(2, None), MonthlyResult(3, Decimal(50))]
    chart = monthly_chart(results, Decimal(100))
    assert chart is not None
    assert [column.value for column in chart.columns[:4]] == [Decimal(0), None, Decimal(50), None]
    assert chart.columns[0].y == chart.baseline
    assert chart.columns[2].y == pytest.approx((chart.baseline + chart.grid[-1].y) / 2, abs=0.05)
    assert chart.target_y == chart.grid[-1].y


def test_no_report_makes_no_chart() -> None:
    assert monthly_chart([MonthlyResult(1, None)], Decimal(100)) is None


@pytest.mark.parametrize("highest", ["0", "0.5", "1", "7", "45", "99", "101", "2999", "123456789"])
def test_the_scale_holds_every_value_on_at_most_six_lines(highest: str) -> None:
    chart = monthly_chart([MonthlyResult(1, Decimal(highest))], None)
    assert chart is not None
    assert 2 <= len(chart.grid) <= 7
    assert chart.grid[-1].value >= Decimal(highest)


def test_values_too_wide_for_their_columns_are_written_once() -> None:
    chart = monthly_chart([MonthlyResult(m, Decimal(1000 * m)) for m in range(1, 13)], None)
    assert chart is not None
    assert [column.month for column in chart.columns if column.label_y is not None] == [12]
