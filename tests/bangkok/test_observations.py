"""What the observations say of real projects, worked out by hand.

No row has an as_of_date, and one has a dated report.
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from portal.core.models import Project
from portal.package.reading import read_portal
from portal.rules.outcomes import Outcome, judge_project, mentioned_rules

from tests.conventions import CITY, LIMITS

ROOT = Path(__file__).parents[2]
THRESHOLDS = LIMITS
FOUND, NOT_FOUND = Outcome.FOUND, Outcome.NOT_FOUND
RULES = mentioned_rules(["projects", "monthly_results", "progress_reports"], LIMITS)
"""The package has no tenders and no contracts."""


@pytest.fixture(scope="module")
def real() -> Mapping[str, Project]:
    portal = read_portal(ROOT, CITY).portal
    assert portal is not None
    return {project.project_id: project for project in portal.projects}


def rules_that_say(project: Project, outcome: Outcome) -> set[str]:
    return {judged.rule for judged in judge_project(project, THRESHOLDS, RULES) if judged.outcome is outcome}


def test_the_reference_record_carries_exactly_what_its_figures_warrant(real: Mapping[str, Project]) -> None:
    """1,500,000 of 1,500,000 baht spent at 45 %, months 1 to 5 reported; no as-of date and no dated report."""
    project = real["04160000-6961"]
    by_rule = {judged.rule: judged for judged in judge_project(project, THRESHOLDS, RULES)}
    assert {name: (judged.outcome.value, judged.missing) for name, judged in by_rule.items()} == {
        "past_finish_date": ("cannot_be_checked", ("as_of_date",)),
        "spending_ahead_of_progress": ("concerned", ()),
        "budget_spent_but_unfinished": ("concerned", ()),
        "more_spent_than_received": ("not_concerned", ()),
        "finished_with_money_unspent": ("not_concerned", ()),
        "progress_fell": ("cannot_be_checked", ("reported_progress",)),
        "silent_while_running": ("cannot_be_checked", ("as_of_date",)),
        "never_reported": ("not_concerned", ()),
        "report_in_the_future": ("not_concerned", ()),
        "finished_in_one_jump": ("not_concerned", ()),
        "dates_outside_fiscal_year": ("not_concerned", ()),
        "key_value_missing": ("not_concerned", ()),
    }
    assert by_rule["spending_ahead_of_progress"].inputs == {
        "budget_received": Decimal(1500000),
        "budget_spent": Decimal(1500000),
        "progress_percent": Decimal(45),
    }


BY_DATE = "past_finish_date progress_fell silent_while_running"
"""What the missing as-of date and dated reports leave open of an unfinished project."""
BY_MONEY = "spending_ahead_of_progress more_spent_than_received"
"""What missing amounts leave open of every project."""
UNFINISHED = f"{BY_DATE} {BY_MONEY} budget_spent_but_unfinished dates_outside_fiscal_year"
"""With a figure below 100, but neither amounts nor dates."""
FINISHED = f"{BY_MONEY} finished_with_money_unspent progress_fell finished_in_one_jump dates_outside_fiscal_year"
"""With a figure of 100, but neither amounts nor dates."""
BUDGET_LINE = f"{UNFINISHED} finished_with_money_unspent never_reported finished_in_one_jump"
"""With the amount received and nothing else: only a dated report can be said not to be there."""
EXPECTED = {
    # The nine with amounts and dates: received, spent, progress.
    "04160000-6961": ("spending_ahead_of_progress budget_spent_but_unfinished", BY_DATE),  # all of it, 45
    "23000000-6712": ("", BY_DATE),  # 10,777,600, nothing, 40
    "50070000-3413": ("", BY_DATE),  # 127,800, 55,979 (43.8 %), 70
    "50130000-3866": ("budget_spent_but_unfinished", BY_DATE),  # all of it, 70: 30 points are not more than 30
    "50150000-6433": ("", BY_DATE),  # 200,000, 143,750 (71.9 %), 60
    "50270000-3262": ("dates_outside_fiscal_year", BY_DATE),  # 80.6 % spent, 80; 2566, but runs in 2567
    "50310000-2954": ("", BY_DATE),  # 80,900, 57,840 (71.5 %), 65
    "50460000-3697": ("budget_spent_but_unfinished", BY_DATE),  # all of it, 80
    "50490000-3607": ("", "progress_fell finished_in_one_jump"),  # 0, 0, 100
    # The one with a dated report, of the same 90 as its current figure.
    "09000000-4226": (
        "key_value_missing",
        UNFINISHED.replace("progress_fell", "report_in_the_future"),
    ),
    # A figure alone: 0, 100, and between.
    "01000000-2435": ("key_value_missing", f"{UNFINISHED} never_reported"),  # 0
    "15000000-2538": ("key_value_missing", f"{UNFINISHED} never_reported"),  # 0
    "01000000-2462": ("key_value_missing", FINISHED),
    "22000000-3609": ("key_value_missing", FINISHED),  # of 2560, the oldest
    "18000000-2489": ("key_value_missing", UNFINISHED),  # 22.5
    "50250000-3513": ("key_value_missing", UNFINISHED),  # 40
    # Without a fiscal year.
    "50040000-3391": ("key_value_missing", UNFINISHED),  # 60
    "50200000-3496": ("key_value_missing", UNFINISHED),  # 25
    # Lines of the budget ordinance.
    "B66-0102001-P01-0300": ("key_value_missing", BUDGET_LINE),
    "B66-0103002-P03-2100": ("key_value_missing", BUDGET_LINE),
}
"""By project, worked out by hand from the files: the rules that concern it, and those that cannot be checked."""


@pytest.mark.parametrize("project_id", EXPECTED)
def test_real_projects_carry_what_their_rows_warrant(real: Mapping[str, Project], project_id: str) -> None:
    found, unclear = (set(names.split()) for names in EXPECTED[project_id])
    assert rules_that_say(real[project_id], FOUND) == found
    assert rules_that_say(real[project_id], Outcome.CANNOT_BE_CHECKED) == unclear


def test_nothing_that_depends_on_a_date_is_claimed_of_the_real_package(real: Mapping[str, Project]) -> None:
    dated = {"past_finish_date", "silent_while_running", "never_reported", "report_in_the_future"}
    assert not [key for key, project in real.items() if rules_that_say(project, FOUND) & dated]
