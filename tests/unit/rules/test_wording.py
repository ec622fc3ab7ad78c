"""The meanings of rules in the words of a city."""

from dataclasses import replace

import pytest

from portal.core.calendars import FiscalCalendar
from portal.core.messages import Message
from portal.core.models import Thresholds
from portal.rules.anomalies import PROJECT_RULES
from portal.rules.findings import meanings
from portal.rules.wording import days_of_fiscal_year, in_words_of

from tests.conventions import CITY, DOLLARS
from tests.texts import both


def test_an_amount_of_zero_is_in_the_currency_of_the_city() -> None:
    meaning = Message("No such message: {zero}")
    assert in_words_of(meaning, CITY) == both("No such message: 0 บาท", "No such message: 0 baht")
    assert in_words_of(meaning, DOLLARS) == both("No such message: 0 ดอลลาร์สหรัฐ", "No such message: $0")


@pytest.mark.parametrize(
    ("fiscal", "thai", "english"),
    [
        (CITY.fiscal, "1 ตุลาคมของปีก่อนหน้าถึง 30 กันยายน", "1 October of the year before to 30 September"),
        (FiscalCalendar("gregorian", 7), "1 กรกฎาคมของปีก่อนหน้าถึง 30 มิถุนายน", "1 July of the year before to 30 June"),
        (
            FiscalCalendar("gregorian", 4, 6, named_by_end=False),
            "6 เมษายนถึง 5 เมษายนของปีถัดไป",
            "6 April to 5 April of the year after",
        ),
        (FiscalCalendar("gregorian"), "1 มกราคมถึง 31 ธันวาคม", "1 January to 31 December"),
    ],
)
def test_the_days_of_a_fiscal_year_say_of_which_year_they_are(fiscal: FiscalCalendar, thai: str, english: str) -> None:
    assert (days_of_fiscal_year(fiscal, "th"), days_of_fiscal_year(fiscal, "en")) == (thai, english)


def test_no_meaning_of_a_rule_has_the_words_of_another_city() -> None:
    said = [*meanings(Thresholds(), DOLLARS).values(), *(in_words_of(rule.meaning, DOLLARS) for rule in PROJECT_RULES)]
    for words in said:
        for word in ("บาท", "baht", "ตุลาคม", "October", "{"):
            assert word not in words.first + words["en"]


def test_words_of_the_city_are_asked_for_by_their_names_alone() -> None:
    with pytest.raises(KeyError):
        in_words_of(Message("{other}"), replace(CITY, calendar="gregorian"))
