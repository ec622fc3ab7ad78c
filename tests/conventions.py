"""How cities count: the one of this repository's pyproject.toml, and one that counts otherwise in everything."""

from portal.core.calendars import FiscalCalendar
from portal.core.config import read_config
from portal.core.models import Conventions, Currency, SearchedNumbers
from portal.core.program import ROOT

_CONFIG = read_config(ROOT / "pyproject.toml")

CITY = _CONFIG.conventions

LIMITS = _CONFIG.signals

FISCAL = CITY.fiscal
"""Years of the Buddhist Era from 1 October, as the sample's."""

DOLLARS = Conventions(
    ("th", "en"),
    Currency("USD"),
    "gregorian",
    FiscalCalendar("gregorian", 7, 1),
    "en",
    SearchedNumbers("US", ("us-ssn",)),
)
"""Dollars, and years of the common era from July on, which have the number of the year in which they end."""
