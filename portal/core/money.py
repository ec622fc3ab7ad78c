"""Amounts of money -> text, with the words, the signs and the digits that Unicode CLDR has for their currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from babel import Locale
from babel.numbers import get_currency_name, get_currency_precision, get_currency_symbol, list_currencies

from portal.core.messages import Message
from portal.core.models import MAX_DIGITS, Currency, Language
from portal.core.numbers import NBSP, in_signs_of

MILLION = 1_000_000
"""From here on an amount is also written in millions, for a glance."""

_WIDE = Context(prec=MAX_DIGITS * 4)
"""Enough digits for any amount; with fewer, rounding raises an error."""

_SIGN_FIRST: frozenset[Language] = frozenset({"en"})
"""The languages that write the sign of a currency before the amount, if it has one; others its name behind it."""

_MILLIONS = Message("{n} million {currency}", "money", plural="{n} million {currency}")
"""An amount in millions, with the name of its currency. Nothing may stand before the number."""


def is_currency(code: str) -> bool:
    """Whether CLDR has words for a code of ISO 4217."""
    return code in list_currencies("en")


def currency_name(currency: Currency, language: Language) -> str:
    """What several of a currency are called: that of the city, or that of CLDR."""
    return currency.name[language] if currency.name else get_currency_name(currency.code, 2, locale=language)


class MoneyFormat:
    """Writes the amounts of one currency in one language. Making one costs as much as a dozen amounts."""

    def __init__(self, currency: Currency, language: Language) -> None:
        """Read the words of CLDR."""
        self._language = language
        self.digits = get_currency_precision(currency.code)
        """After the point, where an amount is not whole."""
        self._least = Decimal(1).scaleb(-self.digits)
        sign = get_currency_symbol(currency.code, locale=language)
        has_sign = currency.name is None and language in _SIGN_FIRST and sign != currency.code
        # CLDR puts a space between a sign that ends with a letter and the amount.
        self._before = sign + NBSP * sign[-1].isalpha() if has_sign else ""
        many = currency_name(currency, language)
        one = many if currency.name else get_currency_name(currency.code, 1, locale=language)
        self._after, self._after_one = ("", "") if has_sign else (NBSP + many, NBSP + one)
        if has_sign:
            pattern = Locale.parse(language).compact_decimal_formats["long"]["other"][str(MILLION)].pattern
            self._million_one = self._million = pattern.lstrip("0")
        else:
            # The word for several millions, with a number that a language with more forms than two has it for.
            self._million_one, self._million = (
                _MILLIONS.of(number, language).format(n="", currency=many) for number in (1, 5)
            )

    def exact(self, value: Decimal | int) -> str:
        """The amount to the smallest part of the currency, if there are parts: `1,500,000 ยูโร`, `$1,234.50`."""
        text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
        if isinstance(value, Decimal) and "." in text:
            rounded = value.quantize(self._least, ROUND_HALF_UP, _WIDE)
            text = f"{rounded:,f}"
            if rounded == rounded.to_integral_value():
                text = text.partition(".")[0]
        return self._write(text, self._after_one if text in ("1", "-1") else self._after)

    def short(self, value: Decimal | int) -> str:
        """From one million on in millions with at most two digits after the point, below that exact."""
        if -MILLION < value < MILLION:
            return self.exact(value)
        text = f"{(Decimal(value) / MILLION).quantize(Decimal('0.01'), ROUND_HALF_UP, _WIDE):,f}"
        text = text.rstrip("0").rstrip(".")
        return self._write(text, self._million_one if text in ("1", "-1") else self._million)

    def lines(self, value: Decimal | int) -> tuple[str, str]:
        """A short amount in two lines: the figure, and the words behind it, "" where there are none."""
        text = self.short(value)
        for after in (self._million, self._million_one, self._after, self._after_one):
            if after and text.endswith(after):
                return text.removesuffix(after), after.strip()
        return text, ""

    def _write(self, number: str, after: str) -> str:
        sign = "-" * (number[0] == "-" and number.strip("-0.") != "")
        return f"{sign}{self._before}{in_signs_of(number.lstrip('-'), self._language)}{after}"

    @property
    def pattern(self) -> str:
        """How scripts write an exact amount: `{n} euros`, `${n}`."""
        return f"{self._before}{{n}}{self._after}".replace(NBSP, " ")

    @property
    def short_pattern(self) -> str:
        """How scripts write an amount in millions: `{n} million euros`, `${n} million`."""
        return f"{self._before}{{n}}{self._million}".replace(NBSP, " ")
