"""How a city counts and writes: its money, its years, the order of its names, its phone numbers and ids."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.calendars import Calendar, FiscalCalendar
from portal.core.models.languages import Language, Text


@dataclass(frozen=True, slots=True)
class Currency:
    """The currency of all amounts."""

    code: str
    """By ISO 4217, such as `USD`."""
    name: Text | None = None
    """The word behind an amount, where it is not to be that of CLDR."""


PERSONAL_IDS = ("th", "us-ssn")
"""The numbers of persons that can be searched for: Thai national ids and bank accounts, US Social Security numbers."""


_LINE_COUNTRIES = frozenset({"JP", "TH", "TW"})
"""Where LINE is the messenger that most people use, by ISO 3166."""


@dataclass(frozen=True, slots=True)
class SearchedNumbers:
    """Which numbers are taken for personal data, beside those of cards and of phones with a country code."""

    phone_region: str
    """The country, by ISO 3166, whose phone numbers are recognised as they are dialled within it."""
    personal_ids: tuple[str, ...]
    """Of `PERSONAL_IDS`."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """What `[tool.portal]` says of how a city counts and writes."""

    languages: tuple[Language, ...]
    """Those of the site. The pages of the first, in which the data are written, stand at the root."""
    currency: Currency
    calendar: Calendar
    """In which pages in Thai show years; those in other languages show the common era in any case."""
    fiscal: FiscalCalendar
    collation: str
    """The locale by which names are sorted, one of `COLLATIONS` in `portal.core.collation`."""
    numbers: SearchedNumbers

    @property
    def sends_by_line(self) -> bool:
        """Whether people of the city's country send links by LINE, so that a button for it is of use to them."""
        return self.numbers.phone_region in _LINE_COUNTRIES
