"""Values as people read them."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.core import formats
from portal.core.calendars import Calendar, FiscalCalendar
from portal.core.formats import NBSP, Block
from portal.core.json_values import json_text

from tests.conventions import DOLLARS

THAI_YEARS = FiscalCalendar("buddhist", 10)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("1500000", "1,500,000"),
        ("12.50", "12.5"),
        ("100", "100"),
        ("0.25", "0.25"),
        ("1E+3", "1,000"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("-12.50", "-12.5"),
    ],
)
def test_number_has_separators_and_no_idle_zeros(value: str, text: str) -> None:
    assert formats.number(Decimal(value)) == text


def test_share_of_the_smallest_budget_is_a_percentage_too() -> None:
    assert formats.percent(formats.share(Decimal(10**15), Decimal("1e-38"))) == f"{10**55:,}%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("45", "45%"),
        ("33.333", "33.3%"),
        ("99.99", "<100%"),
        ("100", "100%"),
        ("0.01", ">0%"),
        ("0", "0%"),
        ("-0.04", "<0%"),
        ("-0.0", "0%"),
    ],
)
def test_percent_never_claims_all_or_nothing_by_rounding(value: str, text: str) -> None:
    assert formats.percent(Decimal(value)) == text


@pytest.mark.parametrize("unit", ["ร้อยละ", "%", "เปอร์เซ็นต์", " ร้อยละ "])
def test_a_percentage_has_its_unit_where_each_language_writes_it(unit: str) -> None:
    assert formats.quantity(Decimal("100.0"), unit, "th") == f"ร้อยละ{NBSP}100"
    assert formats.quantity(Decimal("12.5"), unit, "en") == "12.5%"


def test_any_other_unit_follows_its_number() -> None:
    assert formats.quantity(Decimal(1500), "คน", "th") == formats.quantity(Decimal(1500), "คน", "en") == "1,500 คน"
    assert formats.quantity(Decimal(0), None, "th") == formats.quantity(Decimal(0), "", "th") == "0"


def test_a_period_of_one_day_names_it_once() -> None:
    first, last = date(2023, 9, 1), date(2023, 9, 30)
    assert formats.period((last, last), "th", "buddhist") == f"30{NBSP}กันยายน{NBSP}2566"
    english = f"1{NBSP}September{NBSP}2023 – 30{NBSP}September{NBSP}2023"
    assert formats.period((first, last), "en", "buddhist") == english


def test_dates_are_in_the_buddhist_era_in_thai_where_that_is_the_citys_calendar() -> None:
    day = date(2023, 9, 30)
    assert formats.long_date(day, "th", "buddhist") == f"30{NBSP}กันยายน{NBSP}2566"
    assert formats.long_date(day, "en", "buddhist") == f"30{NBSP}September{NBSP}2023"
    assert formats.long_date(day, "th", "gregorian") == f"30{NBSP}กันยายน{NBSP}2023"
    assert formats.short_date(day, "th", "gregorian") == f"30{NBSP}ก.ย.{NBSP}2023"
    moment = datetime(2023, 9, 30, 14, 5)
    assert formats.date_time(moment, "th", "gregorian") == f"30{NBSP}ก.ย.{NBSP}2023 14:05"


def test_month_names_carry_the_calendar_of_the_language() -> None:
    how: Any = {"calendar": "buddhist", "fiscal": THAI_YEARS}
    assert formats.month_name(2566, 5, "th", **how) == f"กุมภาพันธ์{NBSP}2566"
    assert formats.month_name(2566, 5, "en", **how) == f"February{NBSP}2023"
    assert formats.month_name(None, 1, "en", **how) == "October"
    assert formats.month_name(2566, 5, "en", **how, width="narrow") == "F"
    assert formats.calendar_month(date(2023, 2, 28), "th", "buddhist") == f"กุมภาพันธ์{NBSP}2566"
    assert formats.calendar_month(date(2023, 2, 28), "en", "buddhist") == f"February{NBSP}2023"
    july = FiscalCalendar("gregorian", 7)
    assert formats.month_name(2026, 1, "th", "gregorian", july) == f"กรกฎาคม{NBSP}2025"
    assert formats.month_name(None, 1, "en", "gregorian", july) == "July"


@pytest.mark.parametrize(
    ("fiscal", "year", "thai", "english"),
    [
        (THAI_YEARS, 2566, "ปีงบประมาณ 2566", "FY 2566 (2022/23)"),
        (THAI_YEARS, 2543, "ปีงบประมาณ 2543", "FY 2543 (1999/00)"),
        (FiscalCalendar("gregorian", 7), 2026, "ปีงบประมาณ 2026", "FY 2026 (2025/26)"),
        (FiscalCalendar("gregorian", 4, 6, named_by_end=False), 2026, "ปีงบประมาณ 2026", "FY 2026 (2026/27)"),
        (FiscalCalendar("gregorian"), 2026, "ปีงบประมาณ 2026", "FY 2026"),
        (FiscalCalendar("buddhist"), 2569, "ปีงบประมาณ 2569", "FY 2569 (2026)"),
    ],
)
def test_a_fiscal_year_shows_in_english_which_years_of_the_common_era_it_is_of(
    fiscal: FiscalCalendar, year: int, thai: str, english: str
) -> None:
    assert formats.fiscal_year(year, "th", fiscal).replace(NBSP, " ") == thai
    assert formats.fiscal_year(year, "en", fiscal).replace(NBSP, " ") == english


def test_a_key_is_read_as_its_field_says() -> None:
    assert formats.key_part("fiscal_year", 2026, "en", DOLLARS) == f"FY{NBSP}2026 (2025/26)"
    assert formats.key_part("report_date", date(2026, 1, 2), "th", DOLLARS) == f"2{NBSP}มกราคม{NBSP}2026"
    assert formats.key_part("quarter", 1, "th", DOLLARS) == f"ไตรมาส{NBSP}1"
    assert formats.key_part("score", Decimal(2), "th", DOLLARS) == "2"


def test_long_text_keeps_paragraphs_and_numbered_lists_as_written() -> None:
    text = "บทนำ\n\n1.ข้อแรก\n๒. ข้อสอง\nสรุป 2566"
    assert formats.text_blocks(text) == (
        Block(("บทนำ",), numbered=False),
        Block(("1.ข้อแรก", "๒. ข้อสอง"), numbered=True),
        Block(("สรุป 2566",), numbered=False),
    )


def test_a_long_text_unfolds_after_about_as_many_characters_as_it_may_show() -> None:
    def lengths(text: str) -> tuple[list[int], list[int]]:
        shown, rest = formats.folded(text, 300)
        return [sum(map(len, block.lines)) for block in shown], [sum(map(len, block.lines)) for block in rest]

    assert lengths("ก " * 400) == ([299], [499])
    assert lengths("ก" * 500 + " ข" * 300) == ([500], [599])
    assert lengths("1. " + "ก" * 400 + "\n2. " + "ข" * 200) == ([403], [203])
    assert lengths("สั้น\n" + "ก" * 900) == ([4], [900])
    for whole in ("ก" * 1000, "ก " * 180, "สั้น"):
        assert formats.folded(whole, 300) == (formats.text_blocks(whole), ())


def test_json_keeps_every_digit_and_changes_no_text() -> None:
    values = {"a": Decimal("0.10"), "b": [Decimal("-1500.00"), 1.5, None, True], "c": '"\\u00001" \\u00002'}
    text = json_text(values)
    assert text.startswith('{"a":0.1,"b":[-1500,1.5,null,true],')
    assert json.loads(text)["c"] == values["c"]
    assert json_text(Decimal("1234567890123456789.25")) == "1234567890123456789.25"
    assert json_text(Decimal("9" * 38)) == json_text(Decimal("9" * 38 + ".00")) == "9" * 38


@pytest.mark.parametrize(
    ("language", "calendar", "locale"),
    [
        ("th", "buddhist", "th-u-ca-buddhist-nu-latn"),
        ("th", "gregorian", "th-u-ca-gregory-nu-latn"),
        ("en", "buddhist", "en-GB-u-ca-gregory-nu-latn"),
        ("es", "gregorian", "es-u-ca-gregory-nu-latn"),
    ],
)
def test_scripts_write_days_in_the_era_in_which_pages_write_them(
    language: str, calendar: Calendar, locale: str
) -> None:
    assert formats.locale_of_days(language, calendar) == locale
