"""The meanings of rules, with the words of the city: its money, the days of its fiscal year, the limits that it set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from portal.core.calendars import FiscalCalendar
from portal.core.formats import NBSP, day_of_year
from portal.core.models import LANGUAGES, Bilingual, Conventions, Language, Thresholds
from portal.core.money import MoneyFormat, currency_name


def in_words_of(meaning: Bilingual, conventions: Conventions, limits: Thresholds | None = None) -> Bilingual:
    """A meaning with words in place of the names in braces.

    `{zero}` is an amount of zero, `{currency}` the word for amounts, `{fiscal_year}` from when to when a fiscal year
    is; others are those of the `limits`.
    """
    if "{" not in meaning.th + meaning.en:
        return meaning
    thai, english = (meaning[language].format_map(_words(conventions, limits, language)) for language in LANGUAGES)
    return Bilingual(thai, english)


def _words(conventions: Conventions, limits: Thresholds | None, language: Language) -> Mapping[str, Any]:
    written = MoneyFormat(conventions.currency, language)
    amounts = {"zero": Decimal(0)}
    if limits and limits.direct_threshold is not None:
        amounts["direct_threshold"] = Decimal(limits.direct_threshold)
    return {
        **(asdict(limits) if limits else {}),
        **{name: written.exact(amount).replace(NBSP, " ") for name, amount in amounts.items()},
        "currency": currency_name(conventions.currency, language),
        "fiscal_year": days_of_fiscal_year(conventions.fiscal, language),
    }


def days_of_fiscal_year(fiscal: FiscalCalendar, language: Language) -> str:
    """`1 July of the year before to 30 June`, `1 January to 31 December`."""
    first = day_of_year(fiscal.month, fiscal.day, language)
    last = day_of_year(*fiscal.last_day, language)
    if not fiscal.spans_two_years:
        return f"{first}ถึง {last}" if language == "th" else f"{first} to {last}"
    if fiscal.named_by_end:
        return f"{first}ของปีก่อนหน้าถึง {last}" if language == "th" else f"{first} of the year before to {last}"
    return f"{first}ถึง {last}ของปีถัดไป" if language == "th" else f"{first} to {last} of the year after"
