"""The meanings of rules, with the words of the city: its money, the days of its fiscal year, the limits that it set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from portal.core.calendars import FiscalCalendar
from portal.core.formats import NBSP, day_of_year
from portal.core.messages import Message
from portal.core.models import Conventions, Language, Text, Thresholds
from portal.core.money import MoneyFormat, currency_name


def in_words_of(
    meaning: Message, conventions: Conventions, limits: Thresholds | None = None, explanation: Message | None = None
) -> Text:
    """A meaning in the languages of the city, an explanation behind it, with words in place of the names in braces.

    `{zero}` is an amount of zero, `{currency}` the word for amounts, `{fiscal_year}` from when to when a fiscal year
    is; others are those of the `limits`.
    """

    def text(language: Language) -> str:
        said = f"{meaning[language]} {explanation[language]}" if explanation else meaning[language]
        return said.format_map(_words(conventions, limits, language)) if "{" in said else said

    return Text.of_each(conventions.languages, text)


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


_WITHIN = Message("{first} to {last}", "days of a fiscal year")
_FROM_THE_YEAR_BEFORE = Message("{first} of the year before to {last}")
_TO_THE_YEAR_AFTER = Message("{first} to {last} of the year after")


def days_of_fiscal_year(fiscal: FiscalCalendar, language: Language) -> str:
    """`1 July of the year before to 30 June`, `1 January to 31 December`."""
    first = day_of_year(fiscal.month, fiscal.day, language)
    last = day_of_year(*fiscal.last_day, language)
    message = _WITHIN
    if fiscal.spans_two_years:
        message = _FROM_THE_YEAR_BEFORE if fiscal.named_by_end else _TO_THE_YEAR_AFTER
    return message[language].format(first=first, last=last)
