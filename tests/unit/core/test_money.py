"""Amounts as people of each currency and language write them; compared with Babel's own way to write them."""

import decimal
from decimal import ROUND_HALF_UP, Decimal

import pytest
from babel.numbers import format_currency, list_currencies

from portal.core.models import Currency, Language
from portal.core.money import MILLION, MoneyFormat, currency_name, is_currency
from portal.core.numbers import NBSP

from tests.conventions import CITY
from tests.texts import both


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def test_the_citys_own_words_stand_behind_its_amounts() -> None:
    thai, english = (MoneyFormat(CITY.currency, language) for language in ("th", "en"))
    assert thai.exact(Decimal(1500000)) == f"1,500,000{NBSP}บาท"
    assert thai.short(Decimal(1500000)) == "1.5 ล้านบาท"
    assert english.short(Decimal(999999)) == f"999,999{NBSP}baht"
    assert english.short(Decimal("3447651900")) == "3,447.65 million baht"
    assert english.short(Decimal(10**38)) == f"{10**32:,} million baht"
    assert (thai.pattern, thai.short_pattern) == ("{n} บาท", "{n} ล้านบาท")


@pytest.mark.parametrize(
    ("code", "language", "exact", "short"),
    [
        ("USD", "en", "$1,234,500", "$1.23 million"),
        ("USD", "th", "1,234,500 ดอลลาร์สหรัฐ", "1.23 ล้านดอลลาร์สหรัฐ"),
        ("JPY", "en", "¥1,234,500", "¥1.23 million"),
        ("CHF", "en", "1,234,500 Swiss francs", "1.23 million Swiss francs"),
        ("XOF", "en", "F CFA 1,234,500", "F CFA 1.23 million"),
        ("THB", "en", "1,234,500 Thai baht", "1.23 million Thai baht"),
    ],
)
def test_without_words_of_its_own_a_currency_has_those_of_cldr(
    code: str, language: Language, exact: str, short: str
) -> None:
    money = MoneyFormat(Currency(code), language)
    value = Decimal(1234500)
    assert [part.replace("\u202f", " ") for part in map(plain, (money.exact(value), money.short(value)))] == [
        exact,
        short,
    ]


@pytest.mark.parametrize("code", ["THB", "USD", "JPY", "KWD", "CLF", "LAK", "EUR"])
@pytest.mark.parametrize("value", ["0.005", "0.0005", "1234.5", "1234.4999", "1234.995", "0.125", "-2.5", "7", "1e3"])
def test_amounts_are_rounded_to_the_digits_of_their_currency_as_babel_rounds(code: str, value: str) -> None:
    money = MoneyFormat(Currency(code, both("x", "x")), "en")
    with decimal.localcontext(rounding=ROUND_HALF_UP):
        expected = format_currency(Decimal(value), code, "#,##0.00", locale="en")
    whole, _, parts = expected.partition(".")
    expected = expected if parts.strip("0") else whole
    assert money.exact(Decimal(value)) == f"{expected.removeprefix('-') if expected == '-0' else expected}{NBSP}x"


def test_yen_have_no_parts_and_dollars_have_two_digits_or_none() -> None:
    assert MoneyFormat(Currency("JPY"), "en").exact(Decimal("1234.50")) == "¥1,235"
    dollars = MoneyFormat(Currency("USD"), "en")
    assert [dollars.exact(Decimal(text)) for text in ("1234.5", "1234.00", "0", "-0", "-0.001", "-12.5")] == [
        "$1,234.50",
        "$1,234",
        "$0",
        "$0",
        "$0",
        "-$12.50",
    ]


def test_a_column_of_whole_numbers_has_amounts_too() -> None:
    money = MoneyFormat(Currency("USD"), "en")
    assert [money.short(1234567), money.exact(-5), money.exact(0)] == ["$1.23 million", "-$5", "$0"]


def test_one_of_a_currency_is_singular_where_the_language_has_one() -> None:
    francs = MoneyFormat(Currency("CHF"), "en")
    assert [plain(francs.exact(Decimal(n))) for n in (1, 2, 0)] == ["1 Swiss franc", "2 Swiss francs", "0 Swiss francs"]


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_two_lines_of_an_amount_are_the_amount(language: Language) -> None:
    for code in ("THB", "USD", "CHF", "XOF"):
        money = MoneyFormat(Currency(code), language)
        for value in (Decimal(1), Decimal(999), Decimal(MILLION), Decimal(-5)):
            figure, words = money.lines(value)
            assert plain(f"{figure} {words}".strip()) == plain(money.short(value))
            assert not any(sign.isdigit() for sign in words)


def test_every_currency_of_cldr_can_be_written_in_both_languages() -> None:
    for code in sorted(list_currencies("en")):
        assert is_currency(code)
        for language in ("th", "en"):
            currency = Currency(code)
            assert currency_name(currency, language)
            written = MoneyFormat(currency, language).short(Decimal(-1234567))
            assert written.count("1.23") == 1, (code, written)
    assert not any(map(is_currency, ("", "usd", "US", "BAHT", "$", "ABC")))
