"""What the public observations say: at the boundary of each rule, and of real projects worked out by hand."""

import inspect
import pickle
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from portal.core.models import (
    Agency,
    Contract,
    MonthlyResult,
    Payment,
    ProgressReport,
    Project,
    Supplier,
    SupplierContracts,
    Tender,
    Thresholds,
)
from portal.rules.observations import OBSERVATIONS
from portal.rules.outcomes import Outcome, RuleOutcome, judge_project
from portal.rules.rule_inputs import DERIVED

from tests.conventions import CITY, FISCAL, LIMITS
from tests.texts import both

THRESHOLDS = LIMITS

FOUND, NOT_FOUND = Outcome.FOUND, Outcome.NOT_FOUND


def report(day: str, percent: str | None = None, status: str | None = None) -> ProgressReport:
    return ProgressReport(date.fromisoformat(day), None if percent is None else Decimal(percent), status)


STARTED = date(2022, 10, 1)
AS_OF = date(2023, 3, 15)
STEADY = Project(
    "1",
    "ก",
    fiscal_year=2566,
    fiscal_calendar=FISCAL,
    agency=Agency("1", both("ก")),
    budget_received=Decimal(1000),
    budget_spent=Decimal(400),
    progress_percent=Decimal(40),
    start_date=STARTED,
    finish_date=date(2023, 9, 30),
    as_of_date=AS_OF,
    progress_reports=(report("2023-02-10", "40"), report("2022-12-10", "20")),
    tenders=(Tender("T1", None, None, "open", date(2022, 10, 3), date(2022, 11, 3), bidders=3),),
    contracts=(
        Contract(
            "C1",
            method="open",
            amount=Decimal(900),
            first_amount=Decimal(900),
            supplier=Supplier("S1", both("ก")),
            supplier_contracts=SupplierContracts(1, 0, Decimal(900), 1, Decimal(900), 0, 0),
            payments=(Payment("P1", amount=Decimal(300)),),
        ),
    ),
)
"""A project without any observation."""
COMPLETED, CANCELLED = ((report("2023-02-10", status=word),) for word in ("ดำเนินการแล้วเสร็จ", "ยกเลิก"))
IN_PROGRESS, DELAYED = ((report("2023-02-10", status=word),) for word in ("กำลังดำเนินการ", "ชะลอ"))


def outcome_of(rule: str, thresholds: Thresholds = THRESHOLDS, **changes: Any) -> RuleOutcome:
    for name in ("budget_received", "budget_spent", "progress_percent"):
        if changes.get(name) is not None:
            changes[name] = Decimal(changes[name])
    return next(s for s in judge_project(replace(STEADY, **changes), thresholds) if s.rule == rule)


def says(rule: str, thresholds: Thresholds = THRESHOLDS, **changes: Any) -> Outcome | str:
    """The outcome; of what cannot be checked, what is missing."""
    judged = outcome_of(rule, thresholds, **changes)
    return " ".join(judged.missing) if judged.outcome is Outcome.CANNOT_BE_CHECKED else judged.outcome


# What holds of all rules


def test_a_steady_project_has_no_observation_and_nothing_that_cannot_be_checked() -> None:
    assert {judged.outcome for judged in judge_project(STEADY, THRESHOLDS)} == {NOT_FOUND}


def test_rules_judge_in_their_order_with_their_inputs_in_the_order_of_their_needs() -> None:
    outcomes = judge_project(STEADY, THRESHOLDS)
    assert [judged.rule for judged in outcomes] == [rule.name for rule in OBSERVATIONS]
    assert [tuple(judged.inputs) for judged in outcomes] == [rule.needs for rule in OBSERVATIONS]


def test_inputs_are_the_values_that_it_was_judged_on() -> None:
    assert outcome_of("past_finish_date", progress_percent=45).inputs["progress_percent"] == Decimal(45)
    inputs = outcome_of("progress_fell").inputs["reported_progress"]
    assert inputs == ((date(2022, 12, 10), Decimal(20)), (date(2023, 2, 10), Decimal(40)))


def test_every_rule_has_its_words_in_both_languages_and_needs_that_exist() -> None:
    columns = {one.name for one in fields(Project)}
    for rule in OBSERVATIONS:
        for words in (rule.title, rule.meaning, rule.explanation):
            assert words["th"], rule.name
            assert words["en"], rule.name
            assert "\u0e00" <= max(words["th"]) <= "\u0e7f", rule.name
        assert "\n" not in rule.meaning["en"]
        assert rule.meaning["en"].count(". ") == 0, rule.name
        assert set(rule.needs) <= columns | DERIVED.keys()


def test_a_rule_reads_nothing_but_its_needs() -> None:
    """What changes nothing in the inputs of a rule changes nothing in its outcome."""
    first: dict[tuple[str, str], RuleOutcome] = {}
    for project in PARTIAL:
        for judged in judge_project(project, THRESHOLDS):
            assert first.setdefault((judged.rule, repr(judged.inputs)), judged).outcome is judged.outcome


def test_what_cannot_be_checked_says_what_is_missing_and_only_that() -> None:
    for project in PARTIAL:
        for judged in judge_project(project, THRESHOLDS):
            assert bool(judged.missing) is (judged.outcome is Outcome.CANNOT_BE_CHECKED), judged
            assert all(judged.inputs[name] in (None, ()) for name in judged.missing), judged


PARTIAL = [
    replace(
        STEADY,
        fiscal_year=fiscal_year,
        start_date=start,
        as_of_date=as_of,
        finish_date=finish,
        budget_received=received,
        budget_spent=spent,
        progress_percent=progress,
        progress_reports=reports,
        monthly_results=months,
    )
    for fiscal_year, start, as_of, finish in product(
        (None, 2566), (None, STARTED), (None, AS_OF), (None, date(2023, 1, 1))
    )
    for received, spent, progress in product(*[(None, Decimal(0), Decimal(100))] * 3)
    for reports in ((), COMPLETED, STEADY.progress_reports)
    for months in ((), (MonthlyResult(1, Decimal(5)),))
]
"""Projects of which some values are blank, in every combination."""


def test_a_meaning_carries_the_numbers_that_it_is_judged_by() -> None:
    limits = Thresholds(31, 11, 3, 51, direct_threshold=100_000)
    meanings = {rule.name: rule.meaning_with(limits, CITY) for rule in OBSERVATIONS}
    assert not [name for name, words in meanings.items() if "{" in words["th"] + words["en"]]
    for name, number in (
        ("spending_ahead_of_progress", "31"),
        ("finished_with_money_unspent", "11%"),
        ("silent_while_running", "3"),
        ("finished_in_one_jump", "51%"),
    ):
        assert f" {number}" in meanings[name]["en"]
        assert number in meanings[name].first


def test_the_english_meaning_is_the_first_paragraph_of_the_docstring() -> None:
    for rule in OBSERVATIONS:
        doc = inspect.getdoc(rule.judge)
        assert doc is not None
        assert rule.meaning["en"] == " ".join(doc.split("\n\n")[0].split())


def test_outcomes_and_rules_can_go_to_another_process() -> None:
    outcomes = judge_project(STEADY, THRESHOLDS)
    assert pickle.loads(pickle.dumps((outcomes, OBSERVATIONS))) == (outcomes, OBSERVATIONS)


# Past its finish date


@pytest.mark.parametrize(
    ("day", "outcome"), [("2023-09-29", NOT_FOUND), ("2023-09-30", NOT_FOUND), ("2023-10-01", FOUND)]
)
def test_a_project_is_past_its_finish_date_from_the_next_day_on(day: str, outcome: Outcome) -> None:
    assert says("past_finish_date", as_of_date=date.fromisoformat(day)) == outcome


@pytest.mark.parametrize(
    "over", [{"progress_percent": 100}, {"progress_reports": COMPLETED}, {"progress_reports": CANCELLED}]
)
def test_what_is_over_is_never_past_its_finish_date_whatever_is_missing(over: dict[str, Any]) -> None:
    assert says("past_finish_date", as_of_date=date(2030, 1, 1), **over) is NOT_FOUND
    assert says("past_finish_date", as_of_date=None, finish_date=None, **over) is NOT_FOUND


def test_without_a_date_or_a_figure_nobody_knows_whether_the_finish_date_has_passed() -> None:
    late = date(2024, 1, 1)
    assert says("past_finish_date", as_of_date=None) == "as_of_date"
    assert says("past_finish_date", as_of_date=late, finish_date=None) == "finish_date"
    assert says("past_finish_date", as_of_date=late, progress_percent=None) == "progress_percent"
    assert says("past_finish_date", as_of_date=late, progress_percent=0) is FOUND
    assert says("past_finish_date", progress_percent=None) is NOT_FOUND


@pytest.mark.parametrize("reports", [IN_PROGRESS, DELAYED])
def test_a_word_for_unfinished_stands_in_for_a_missing_figure(reports: tuple[ProgressReport, ...]) -> None:
    changes: dict[str, Any] = {"as_of_date": date(2024, 1, 1), "progress_percent": None, "progress_reports": reports}
    assert says("past_finish_date", **changes) is FOUND
    assert says("past_finish_date", **changes | {"progress_percent": 100}) is NOT_FOUND


# Money


@pytest.mark.parametrize(
    ("spent", "progress", "expected"),
    [
        (700, 40, NOT_FOUND),
        ("700.01", 40, FOUND),
        (301, 0, FOUND),
        (300, 0, NOT_FOUND),
        (300, None, NOT_FOUND),
        (0, None, NOT_FOUND),
        (301, None, "progress_percent"),
        (1400, 100, FOUND),
        (None, 0, "budget_spent"),
    ],
)
def test_spending_is_ahead_above_thirty_points(spent: Any, progress: Any, expected: object) -> None:
    assert says("spending_ahead_of_progress", budget_spent=spent, progress_percent=progress) == expected


def test_a_budget_of_zero_has_no_share_and_nothing_spent_is_no_share_of_any_budget() -> None:
    assert says("spending_ahead_of_progress", budget_received=0) is NOT_FOUND
    assert says("spending_ahead_of_progress", budget_received=0, budget_spent=None) is NOT_FOUND
    assert says("spending_ahead_of_progress", budget_received=None, budget_spent=0) is NOT_FOUND
    assert says("spending_ahead_of_progress", budget_received=None) == "budget_received"


@pytest.mark.parametrize(
    ("received", "spent", "expected"),
    [
        (1000, "999.99", NOT_FOUND),
        (1000, 1000, FOUND),
        (1000, 1001, FOUND),
        (0, 0, NOT_FOUND),
        (0, 5, NOT_FOUND),
        (0, None, NOT_FOUND),
        (None, 0, NOT_FOUND),
        (None, 5, "budget_received"),
        (1000, None, "budget_spent"),
        (None, None, "budget_received budget_spent"),
    ],
)
def test_a_budget_is_spent_from_equality_on(received: Any, spent: Any, expected: object) -> None:
    assert says("budget_spent_but_unfinished", budget_received=received, budget_spent=spent) == expected


def test_a_budget_may_be_spent_when_the_project_is_finished() -> None:
    spent: dict[str, Any] = {"budget_spent": 1000}
    assert says("budget_spent_but_unfinished", **spent, progress_percent="99.9") is FOUND
    assert says("budget_spent_but_unfinished", **spent, progress_percent=None) == "progress_percent"
    assert says("budget_spent_but_unfinished", **spent, progress_reports=CANCELLED) is FOUND
    assert says("budget_spent_but_unfinished", budget_spent=None, progress_percent=100) is NOT_FOUND
    assert says("budget_spent_but_unfinished", budget_spent=None, progress_reports=COMPLETED) is NOT_FOUND


@pytest.mark.parametrize(
    ("received", "spent", "expected"),
    [
        (1000, 1000, NOT_FOUND),
        (1000, "1000.01", FOUND),
        (0, 1, FOUND),
        (0, 0, NOT_FOUND),
        (None, 0, NOT_FOUND),
        (None, 1, "budget_received"),
        (0, None, "budget_spent"),
    ],
)
def test_more_is_spent_than_received_above_equality(received: Any, spent: Any, expected: object) -> None:
    assert says("more_spent_than_received", budget_received=received, budget_spent=spent) == expected


@pytest.mark.parametrize(
    ("received", "spent", "expected"),
    [
        (1000, 900, NOT_FOUND),
        (1000, "899.99", FOUND),
        (1000, 0, FOUND),
        (0, 0, NOT_FOUND),
        (0, None, NOT_FOUND),
        (1000, None, "budget_spent"),
        (None, 0, "budget_received"),
    ],
)
def test_money_is_unspent_above_ten_percent(received: Any, spent: Any, expected: object) -> None:
    changes = {"budget_received": received, "budget_spent": spent}
    assert says("finished_with_money_unspent", **changes, progress_percent=100) == expected
    assert says("finished_with_money_unspent", **changes, progress_reports=COMPLETED) == expected
    assert says("finished_with_money_unspent", **changes, progress_percent="99.9") is NOT_FOUND


def test_unspent_money_of_an_unknown_figure_cannot_be_judged() -> None:
    assert says("finished_with_money_unspent", progress_percent=None) == "progress_percent"
    assert says("finished_with_money_unspent", progress_percent=None, budget_spent=1000) is NOT_FOUND
    assert says("finished_with_money_unspent", progress_percent=None, progress_reports=CANCELLED) is NOT_FOUND


def test_a_city_sets_its_own_thresholds() -> None:
    own = Thresholds(spending_ahead_points=0, unspent_percent=60, silent_months=1, jump_from_percent=10)
    assert says("spending_ahead_of_progress", own, progress_percent="39.9") is FOUND
    assert says("finished_with_money_unspent", own, progress_percent=100) is NOT_FOUND
    assert says("silent_while_running", own, progress_reports=(report("2023-01-31"),)) is FOUND
    jump = (report("2023-03-01", "100"), report("2023-02-01", "10"))
    assert says("finished_in_one_jump", own, progress_reports=jump) is NOT_FOUND


# Progress


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([("2023-03-01", "39"), ("2023-02-01", "40")], FOUND),
        ([("2023-03-01", "40"), ("2023-02-01", "30"), ("2023-01-01", "35")], FOUND),
        ([("2023-03-01", "40"), ("2023-02-01", None), ("2023-01-01", "40")], NOT_FOUND),
        ([("2023-02-01", "30"), ("2023-02-01", "40")], NOT_FOUND),
        ([("2023-02-01", "40"), ("2023-02-01", "30")], NOT_FOUND),
        ([("2023-02-01", "0")], NOT_FOUND),
        ([("2023-02-01", None)], "reported_progress"),
        ([], "reported_progress"),
    ],
)
def test_progress_fell_between_reports_of_different_days(reports: list[Any], expected: object) -> None:
    assert says("progress_fell", progress_reports=tuple(report(*one) for one in reports)) == expected


def test_the_current_figure_is_a_report_of_its_day_and_without_one_tells_nothing_but_its_equal() -> None:
    once = (report("2023-03-14", "41"),)
    assert says("progress_fell", progress_reports=once) is FOUND
    assert says("progress_fell", progress_reports=once, as_of_date=date(2023, 3, 14)) is NOT_FOUND
    assert says("progress_fell", progress_reports=once, as_of_date=date(2023, 3, 13)) is NOT_FOUND
    assert says("progress_fell", progress_reports=once, as_of_date=None) == "as_of_date"
    assert says("progress_fell", progress_reports=once, as_of_date=None, progress_percent=50) == "as_of_date"
    assert says("progress_fell", progress_reports=once, as_of_date=None, progress_percent=41) is NOT_FOUND
    assert says("progress_fell", progress_reports=once, progress_percent=None) == "progress_percent"
    fallen = (report("2023-03-01", "39"), report("2023-02-01", "40"))
    assert says("progress_fell", progress_reports=fallen, as_of_date=None) is FOUND


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([("2023-03-01", "100"), ("2023-02-01", "49.9")], FOUND),
        ([("2023-03-01", "100"), ("2023-02-01", "50")], NOT_FOUND),
        ([("2023-03-01", "100"), ("2023-02-01", None), ("2023-01-01", "0")], FOUND),
        ([("2023-03-01", "100"), ("2023-02-01", "100"), ("2023-01-01", "60")], NOT_FOUND),
        ([("2023-03-01", "99.9"), ("2023-02-01", "0")], NOT_FOUND),
        ([("2023-03-01", "100")], FOUND),
    ],
)
def test_a_jump_is_to_100_from_below_50_or_from_nothing(reports: list[Any], expected: object) -> None:
    dated = tuple(report(*one) for one in reports)
    assert says("finished_in_one_jump", progress_reports=dated, progress_percent=None) == expected


def test_without_dated_figures_a_jump_is_excluded_only_by_being_unfinished() -> None:
    assert says("finished_in_one_jump", progress_reports=(), progress_percent=100) == "reported_progress"
    assert says("finished_in_one_jump", progress_reports=COMPLETED) == "reported_progress"
    assert says("finished_in_one_jump", progress_reports=(), progress_percent=None) == "reported_progress"
    assert says("finished_in_one_jump", progress_reports=(), progress_percent=45) is NOT_FOUND


# Silence


@pytest.mark.parametrize(
    ("last", "as_of", "outcome"),
    [
        ("2022-12-31", "2023-03-01", FOUND),
        ("2023-01-01", "2023-03-01", NOT_FOUND),
        ("2023-01-01", "2023-03-31", NOT_FOUND),
        ("2023-01-01", "2023-04-01", FOUND),
        ("2022-11-30", "2023-02-01", FOUND),
        ("2022-12-01", "2023-02-28", NOT_FOUND),
    ],
)
def test_silence_is_counted_in_whole_months(last: str, as_of: str, outcome: Outcome) -> None:
    changes: dict[str, Any] = {"progress_reports": (report(last),), "as_of_date": date.fromisoformat(as_of)}
    assert says("silent_while_running", **changes) == outcome


def test_a_result_of_zero_breaks_a_silence_and_a_blank_one_does_not() -> None:
    def months(result: Decimal | None) -> tuple[MonthlyResult, ...]:
        return (MonthlyResult(1, Decimal(5)), MonthlyResult(4, result))

    quiet: dict[str, Any] = {"progress_reports": ()}
    assert says("silent_while_running", **quiet, monthly_results=months(Decimal(0))) is NOT_FOUND
    assert says("silent_while_running", **quiet, monthly_results=months(None)) is FOUND
    assert says("silent_while_running", **quiet, monthly_results=months(None), fiscal_year=None) == "fiscal_year"


def test_only_a_project_that_ran_all_that_time_was_silent() -> None:
    quiet: dict[str, Any] = {"progress_reports": (), "progress_percent": 0}
    assert says("silent_while_running", **quiet, start_date=date(2023, 1, 1)) is FOUND
    assert says("silent_while_running", **quiet, start_date=date(2023, 1, 2)) is NOT_FOUND
    assert says("silent_while_running", **quiet, start_date=None) == "start_date"
    assert says("silent_while_running", **quiet, as_of_date=None) == "as_of_date"
    assert says("silent_while_running", **quiet | {"progress_percent": None}) == "progress_percent"
    assert says("silent_while_running", start_date=None) is NOT_FOUND


def test_what_is_over_is_not_silent_and_what_is_on_hold_is() -> None:
    late: dict[str, Any] = {"as_of_date": date(2025, 1, 1)}
    assert says("silent_while_running", **late, progress_reports=DELAYED) is FOUND
    assert says("silent_while_running", **late, progress_reports=CANCELLED) is NOT_FOUND
    assert says("silent_while_running", **late, progress_reports=COMPLETED) is NOT_FOUND
    assert says("silent_while_running", as_of_date=None, progress_percent=100) is NOT_FOUND


def test_a_figure_that_nobody_dated_is_no_proof_of_silence() -> None:
    assert says("silent_while_running", progress_reports=()) == "last_reported"


def test_a_date_at_the_beginning_of_the_calendar_breaks_nothing() -> None:
    first: dict[str, Any] = {
        "as_of_date": date.min,
        "start_date": date.min,
        "progress_reports": (),
        "progress_percent": 0,
    }
    assert says("silent_while_running", **first) is FOUND


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"as_of_date": STARTED}, FOUND),
        ({"as_of_date": date(2022, 9, 30)}, NOT_FOUND),
        ({"as_of_date": None}, "as_of_date"),
        ({"start_date": None}, "start_date"),
        ({"progress_percent": None}, FOUND),
        ({"progress_percent": "0.1"}, NOT_FOUND),
        ({"as_of_date": None, "progress_percent": 1}, NOT_FOUND),
        ({"as_of_date": None, "progress_reports": IN_PROGRESS}, NOT_FOUND),
        ({"monthly_results": (MonthlyResult(1, Decimal(0)),)}, NOT_FOUND),
        ({"monthly_results": (MonthlyResult(1, None),)}, FOUND),
    ],
)
def test_never_reported_begins_with_the_start_and_ends_with_any_report(
    changes: dict[str, Any], expected: object
) -> None:
    silent: dict[str, Any] = {"progress_reports": (), "progress_percent": 0}
    assert says("never_reported", **silent | changes) == expected


# Dates and blanks


def test_a_report_of_the_day_of_the_figures_is_not_in_the_future_and_one_of_the_next_day_is() -> None:
    today, tomorrow = report("2023-03-15"), report("2023-03-16")
    assert says("report_in_the_future", progress_reports=(today,)) is NOT_FOUND
    assert says("report_in_the_future", progress_reports=(tomorrow, today)) is FOUND
    assert says("report_in_the_future", as_of_date=None) == "as_of_date"
    assert says("report_in_the_future", as_of_date=None, progress_reports=()) is NOT_FOUND


@pytest.mark.parametrize(
    ("start", "finish", "expected"),
    [
        ("2022-10-01", "2023-09-30", NOT_FOUND),
        ("2022-09-30", "2023-09-30", FOUND),
        ("2022-10-01", "2023-10-01", FOUND),
        (None, "2023-10-01", FOUND),
        ("2023-10-01", None, FOUND),
        ("2022-10-01", None, "finish_date"),
        (None, "2023-09-30", "start_date"),
        (None, None, "start_date finish_date"),
    ],
)
def test_a_fiscal_year_is_from_october_to_september(start: str | None, finish: str | None, expected: object) -> None:
    days = [None if day is None else date.fromisoformat(day) for day in (start, finish)]
    assert says("dates_outside_fiscal_year", start_date=days[0], finish_date=days[1]) == expected
    without = outcome_of("dates_outside_fiscal_year", start_date=days[0], finish_date=days[1], fiscal_year=None)
    assert "fiscal_year" in without.missing


KEY_VALUES = ("agency", "fiscal_year", "budget_received", "progress_percent", "start_date", "finish_date")


@pytest.mark.parametrize("name", KEY_VALUES)
def test_a_blank_key_value_is_found_and_zero_is_not_blank(name: str) -> None:
    blank: dict[str, Any] = {name: None}
    assert says("key_value_missing", **blank) is FOUND
    assert says("key_value_missing", budget_received=0, progress_percent=0) is NOT_FOUND


def test_values_that_are_not_key_may_be_blank() -> None:
    assert says("key_value_missing", as_of_date=None, budget_spent=None, progress_reports=()) is NOT_FOUND
