"""Values as people read them."""

import json
from datetime import date
from decimal import Decimal

import pytest

from portal.core import formats
from portal.core.calendars import month_end, month_start
from portal.core.formats import NBSP, Block
from portal.core.json_values import json_text


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


def test_money_is_exact_and_short_money_is_in_millions() -> None:
    assert formats.baht(Decimal(1500000), "th") == f"1,500,000{NBSP}บาท"
    assert formats.short_baht(Decimal(1500000), "th") == "1.5 ล้านบาท"
    assert formats.short_baht(Decimal(999999), "en") == f"999,999{NBSP}baht"
    assert formats.short_baht(Decimal("3447651900"), "en") == "3,447.65 million baht"


def test_share_of_the_smallest_budget_is_a_percentage_too() -> None:
    assert formats.percent(formats.share(Decimal(10**15), Decimal("1e-38"))) == f"{10**55:,}%"
    assert formats.short_baht(Decimal(10**38), "en") == f"{10**32:,} million baht"


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
    assert formats.period((last, last), "th") == f"30{NBSP}กันยายน{NBSP}2566"
    assert formats.period((first, last), "en") == f"1{NBSP}September{NBSP}2023 – 30{NBSP}September{NBSP}2023"


def test_dates_are_in_the_buddhist_era_in_thai_and_the_common_era_in_english() -> None:
    day = date(2023, 9, 30)
    assert formats.long_date(day, "th") == f"30{NBSP}กันยายน{NBSP}2566"
    assert formats.long_date(day, "en") == f"30{NBSP}September{NBSP}2023"


@pytest.mark.parametrize(
    ("month", "first"), [(1, date(2022, 10, 1)), (3, date(2022, 12, 1)), (4, date(2023, 1, 1)), (12, date(2023, 9, 1))]
)
def test_fiscal_month_1_is_october_of_the_year_before(month: int, first: date) -> None:
    assert month_start(2566, month) == first


def test_a_fiscal_month_ends_before_the_next_begins() -> None:
    assert (month_end(2566, 5), month_end(2567, 5), month_end(2566, 12)) == (
        date(2023, 2, 28),
        date(2024, 2, 29),
        date(2023, 9, 30),
    )


def test_month_names_carry_the_calendar_of_the_language() -> None:
    assert formats.month_name(2566, 5, "th") == f"กุมภาพันธ์{NBSP}2566"
    assert formats.month_name(2566, 5, "en") == f"February{NBSP}2023"
    assert formats.month_name(None, 1, "en") == "October"
    assert formats.calendar_month(date(2023, 2, 28), "th") == f"กุมภาพันธ์{NBSP}2566"
    assert formats.calendar_month(date(2023, 2, 28), "en") == f"February{NBSP}2023"


def test_fiscal_year_shows_both_calendars_in_english() -> None:
    assert formats.fiscal_year(2566, "th") == f"ปีงบประมาณ{NBSP}2566"
    assert formats.fiscal_year(2566, "en") == f"FY{NBSP}2566 (2022/23)"
    assert formats.fiscal_year(2543, "en") == f"FY{NBSP}2543 (1999/00)"


def test_thai_names_sort_as_in_a_thai_dictionary() -> None:
    # A leading vowel counts after its consonant, a tone mark only between words that are otherwise equal.
    ordered = ["Zoo", "กา", "ก่า", "เกาะ", "แก้ว", "ขา", "คลอง", "เคหะ", "ไทย", "นา", "น้ำ", "อา", "เอก"]
    assert sorted(set(ordered), key=formats.thai_sort_key) == ordered


def test_both_spellings_of_sara_am_sort_together() -> None:
    assert formats.thai_sort_key("สํานัก") == formats.thai_sort_key("สำนัก")


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
