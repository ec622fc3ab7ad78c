"""The line from a project's budget to its payments: sums of what is known, the days between, and nothing made up."""

from datetime import date
from decimal import Decimal

import pytest

from portal.core.models import Contract, Payment, Project, Tender
from portal.site.money_path import MoneyPath, StepName, money_path

from tests.conventions import FISCAL

TENDER = Tender("T1", published_date=date(2024, 11, 1), value=Decimal(90))


def contract(number: int, *, payments: tuple[Payment, ...] = (), **values: object) -> Contract:
    return Contract(f"C{number}", payments=payments, **values)  # type: ignore[arg-type]


def path_of(*contracts: Contract, tenders: tuple[Tender, ...] = (TENDER,), fiscal_year: int | None = 2568) -> MoneyPath:
    path = money_path(
        Project(
            "p",
            "",
            fiscal_year,
            budget_received=Decimal(100),
            contracts=contracts,
            tenders=tenders,
            fiscal_calendar=FISCAL,
        )
    )
    assert path is not None
    return path


def test_a_project_with_neither_a_tender_nor_a_contract_has_no_line() -> None:
    assert money_path(Project("p", "", 2568, budget_received=Decimal(100))) is None


def test_each_step_has_the_sum_of_what_is_known_and_of_how_many() -> None:
    payments = (Payment("P1", date(2025, 2, 1), Decimal(10)), Payment("P2", date(2025, 3, 1)))
    first = contract(1, amount=Decimal(50), signed_date=date(2024, 12, 1), tender_id="T1", payments=payments)
    path = path_of(first, contract(2, signed_date=date(2025, 1, 1)))
    assert [(s.name.value, s.amount, s.known, s.count) for s in path.steps] == [
        ("budget", Decimal(100), 1, 1),
        ("tender", Decimal(90), 1, 1),
        ("contract", Decimal(50), 1, 2),
        ("payment", Decimal(10), 1, 2),
    ]
    assert [(str(s.first), str(s.last)) for s in path.steps] == [
        ("2024-10-01", "2024-10-01"),
        ("2024-11-01", "2024-11-01"),
        ("2024-12-01", "2025-01-01"),
        ("2025-02-01", "2025-03-01"),
    ]
    assert [(s.gap, s.since) for s in path.steps] == [
        (None, None),
        (31, StepName.BUDGET),
        (30, StepName.TENDER),
        (62, StepName.CONTRACT),
    ]


def test_what_was_paid_back_is_taken_off_what_was_paid() -> None:
    payments = (Payment("P1", date(2025, 2, 1), Decimal(10)), Payment("P2", date(2025, 3, 1), Decimal(-4)))
    (paid,) = (s for s in path_of(contract(1, payments=payments)).steps if s.name is StepName.PAYMENT)
    assert (paid.amount, paid.known, paid.count) == (Decimal(6), 2, 2)


def test_what_is_not_known_is_no_zero() -> None:
    path = path_of(contract(1), tenders=(), fiscal_year=None)
    assert {(s.amount, s.first, s.gap) for s in path.steps[1:]} == {(None, None, None)}


def test_a_cancelled_contract_is_in_no_sum_but_what_was_paid_on_it_is() -> None:
    paid = (Payment("P1", date(2025, 2, 1), Decimal(5)),)
    cancelled = contract(1, amount=Decimal(50), status="cancelled", signed_date=date(2024, 12, 1), payments=paid)
    path = path_of(cancelled, contract(2, amount=Decimal(30)))
    assert path.cancelled == 1
    assert [step.amount for step in path.steps] == [100, 90, 30, 5]


def test_a_contract_that_names_no_tender_is_not_counted_from_one() -> None:
    path = path_of(
        contract(1, signed_date=date(2024, 10, 2)), contract(2, signed_date=date(2024, 12, 1), tender_id="T1")
    )
    assert (path.steps[2].gap, path.steps[2].since) == (30, StepName.TENDER)
    assert path_of(contract(1, signed_date=date(2024, 10, 2))).steps[2].gap is None


@pytest.mark.parametrize(("signed", "gap"), [(date(2024, 10, 11), 10), (date(2024, 9, 21), -10)])
def test_without_any_tender_the_days_are_those_from_the_budget(signed: date, gap: int) -> None:
    path = path_of(contract(1, signed_date=signed), tenders=())
    assert (path.steps[2].gap, path.steps[2].since) == (gap, StepName.BUDGET)
