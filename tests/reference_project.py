"""A project of which much is known, and its day of the figures is not: the reference project of the real data."""

from datetime import date
from decimal import Decimal

from portal.core.models import MonthlyResult, Project

from tests.conventions import FISCAL

FINISH = date(2023, 9, 30)
REFERENCE = Project(
    "04160000-6961",
    "เมืองพี่เมืองน้อง",
    fiscal_year=2566,
    budget_received=Decimal(1500000),
    budget_spent=Decimal(1500000),
    progress_percent=Decimal(45),
    finish_date=FINISH,
    target_value=Decimal(100),
    fiscal_calendar=FISCAL,
    monthly_results=tuple(MonthlyResult(m, Decimal(45) if m <= 5 else None) for m in range(1, 13)),
)
