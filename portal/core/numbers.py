"""The signs with which a language writes numbers, by Unicode CLDR."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import format_decimal

from portal.core.models.languages import Language

NBSP = "\N{NO-BREAK SPACE}"

_THOUSANDS = (3, 3)
"""Digits between two separators, in most languages."""

_UNGROUPED: frozenset[Language] = frozenset({"es", "pl"})
"""The languages that write four digits without a separator, by `minimumGroupingDigits` of CLDR, which Babel lacks."""


@cache
def _signs(language: Language) -> tuple[str, str] | None:
    """The separator and the decimal mark of a language; None where they are those of English."""
    locale = Locale.parse(language)
    symbols = locale.number_symbols["latn"]
    signs = symbols["group"], symbols["decimal"]
    is_plain = signs == (",", ".") and locale.decimal_formats[None].grouping == _THOUSANDS
    return None if is_plain else signs


def in_signs_of(text: str, language: Language) -> str:
    """A number that is written as in English, `1,234.5`, with the signs of a language: `1.234,5`."""
    signs = _signs(language)
    if signs is None:
        return text
    if Locale.parse(language).decimal_formats[None].grouping != _THOUSANDS:
        return format_decimal(Decimal(text.replace(",", "")), locale=language, decimal_quantization=False)
    whole, point, rest = text.partition(".")
    if language in _UNGROUPED and len(whole.lstrip("-")) == len("1,234"):
        whole = whole.replace(",", "")
    return whole.replace(",", signs[0]) + (signs[1] if point else "") + rest


@cache
def around_percent(language: Language) -> tuple[str, str]:
    """What a language writes before and behind a percentage: `%`, or a space and `%`."""
    pattern = Locale.parse(language).percent_formats[None]
    return pattern.prefix[0], pattern.suffix[0]
