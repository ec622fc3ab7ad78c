"""What a set of projects adds up to."""

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.core.models import Project, project_summary
from portal.core.totals import summarise

from tests.reference_project import REFERENCE


def test_totals_leave_out_what_is_missing_and_count_what_is_there() -> None:
    blank = Project("x", "x")
    summary = summarise(map(project_summary, [REFERENCE, blank, replace(blank, budget_received=Decimal(7))]))
    assert summary.projects == 3
    assert (summary.received.value, summary.received.projects) == (Decimal(1500007), 2)
    assert (summary.spent.value, summary.spent.projects) == (Decimal(1500000), 1)
    assert (summary.received_where_spent.value, summary.progress.mean) == (Decimal(1500000), Decimal(45))
    assert summarise([project_summary(blank)]).progress.mean is None
    assert sum(summary.share(status) for status in summary.statuses) == pytest.approx(Decimal(100))
    parts = summary.received_by_status
    assert list(parts) == list(summary.statuses)
    assert sum(part.value for part in parts.values()) == summary.received.value
    assert sum(part.projects for part in parts.values()) == summary.received.projects
