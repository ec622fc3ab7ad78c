"""The configuration of a city: `[tool.portal]` of pyproject.toml, and options that replace its values."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale, localedata

from portal.core.calendars import CALENDARS, FiscalCalendar
from portal.core.collation import COLLATIONS
from portal.core.messages import LOCALES, check_catalogue
from portal.core.models import (
    PERSONAL_IDS,
    Conventions,
    Currency,
    Language,
    SearchedNumbers,
    Text,
    Thresholds,
    names_in,
)
from portal.core.money import is_currency
from portal.core.problems import UsageError, shorten


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """The settings of a portal."""

    name: Text
    """The name of the portal, in the header and the title of every page."""
    city: Text
    base_url: str
    """The address of the published site, with a slash at its end."""
    projects_per_page: int
    corrections_email: str | None
    """The address for corrections, where an agency has none in `agencies.csv`."""
    oc4ids_prefix: str | None
    """The start of every OC4IDS project id of this publisher, registered with OC4IDS, such as `oc4ids-a1b2c3`."""
    ocds_prefix: str | None
    """The start of every ocid of this publisher, registered with OCDS, such as `ocds-a1b2c3`."""
    signals: Thresholds
    """The limits of the observations."""
    ignore_columns: frozenset[str]
    """The columns that are not published, each as `resource.column`."""
    person_titles: tuple[str, ...]
    """The titles with which the names of natural persons begin."""
    year_in_budget_id: bool
    """Whether the id of a budget line begins with the last two digits of its fiscal year."""
    conventions: Conventions
    """How the city counts and writes."""
    timezone: ZoneInfo
    """That of the city."""
    area: Text | None = None
    """What one area is called, such as "District"; None: as the table of all of them."""

    @property
    def base_path(self) -> str:
        """The path in `base_url`, with which every link begins: `/` or `/portal/`."""
        return urlsplit(self.base_url).path


_ADDRESS = re.compile(r"[A-Za-z0-9._~/:@\[\]-]+")

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

_OC4IDS_PREFIX = re.compile("oc4ids-[a-z0-9]{6}")

_OCDS_PREFIX = re.compile("ocds-[a-z0-9]{6}")


PERSON_TITLES = (
    *("นาย", "นาง", "นางสาว", "น.ส.", "ดร.", "ว่าที่ร้อยตรี", "ว่าที่ ร.ต.", "ม.ล.", "ม.ร.ว."),
    *("Mr", "Mrs", "Ms", "Miss", "Dr"),
)
"""The titles with which the names of natural persons begin where the city gives no others."""

_NAMES = ("name", "city")
"""The settings that must have a text in each language."""

_OPTIONAL_NAMES = ("area", "currency_name")
"""Those that have one in each language or in none."""

_OPTIONAL = (
    *("projects_per_page", "corrections_email", "oc4ids_prefix", "ocds_prefix", "signals", "ignore_columns"),
    *("person_titles", "year_in_budget_id"),
)

_CONVENTIONS = (
    *(
        "base_url",
        "languages",
        "currency",
        "calendar",
        "fiscal_year_start",
        "fiscal_year_named_by",
        "phone_region",
        "personal_ids",
    ),
    *("collation", "timezone"),
)


def read_config(pyproject: Path, base_url: str | None = None) -> SiteConfig:
    """Read `[tool.portal]` of the file `pyproject`; `base_url` replaces the value in the file.

    Raises UsageError, which names the key to correct.
    """
    # It removes docstrings, and those of the rules are published.
    if sys.flags.optimize > 1:
        raise UsageError("Python -OO (or PYTHONOPTIMIZE=2) removes the texts of public rules. Start Python without it.")
    table = _read_table(pyproject)
    origin = f"{pyproject.name}: [tool.portal]"
    languages = _languages(table, origin)
    _check_keys(table, languages, origin)
    per_page = table.get("projects_per_page", 50)
    if type(per_page) is not int or not 1 <= per_page <= 1000:
        raise UsageError(f"{origin} projects_per_page must be a whole number from 1 to 1000.")
    if type(table.get("year_in_budget_id", False)) is not bool:
        raise UsageError(f"{origin} year_in_budget_id must be true or false.")
    return SiteConfig(
        Text.read(table, "name", languages),
        Text.read(table, "city", languages),
        _base_url(base_url or table["base_url"], "--base-url" if base_url else f"{pyproject.name}: base_url"),
        per_page,
        _matching(table, "corrections_email", _EMAIL, f"{origin} corrections_email must be an e-mail address."),
        _matching(table, "oc4ids_prefix", _OC4IDS_PREFIX, f"{origin} oc4ids_prefix must have the form oc4ids-a1b2c3."),
        _matching(table, "ocds_prefix", _OCDS_PREFIX, f"{origin} ocds_prefix must have the form ocds-a1b2c3."),
        _thresholds(table.get("signals", {}), f"{pyproject.name}: [tool.portal.signals]"),
        _ignore_columns(table.get("ignore_columns", []), pyproject.name),
        _person_titles(table.get("person_titles", [*PERSON_TITLES]), pyproject.name),
        table.get("year_in_budget_id", False),
        _conventions(table, languages, origin),
        ZoneInfo(_value(table, "timezone", origin, _is_time_zone, _TIME_ZONE)),
        _optional_name(table, "area", languages, origin),
    )


def _languages(table: Mapping[str, Any], origin: str) -> tuple[Language, ...]:
    """The languages of the city, each with a catalogue that translates every message."""
    what = 'a list of codes, that of the language of your data first, such as ["es", "en"] or ["en"]'
    if "languages" not in table:
        raise UsageError(f"{origin} languages is missing. Write {what}.")
    codes = table["languages"]
    is_list = isinstance(codes, list) and bool(codes) and all(isinstance(code, str) for code in codes)
    if not is_list or len(set(codes)) < len(codes):
        raise UsageError(f"{origin} languages: {shorten(repr(codes))} is not allowed. Write {what}.")
    for code in codes:
        if not re.fullmatch("[a-z]{2,3}", code) or not localedata.exists(code):
            raise UsageError(
                f"{origin} languages: {shorten(repr(code))} is not the code of a language in Unicode CLDR."
            )
        check_catalogue(LOCALES, code)
    return tuple(codes)


def _check_keys(table: Mapping[str, Any], languages: Sequence[Language], origin: str) -> None:
    """Raise UsageError for a key that there is not, and for a name that is missing or not a text."""
    needed = [key for name in _NAMES for key in names_in(name, languages)]
    optional = [key for name in _OPTIONAL_NAMES for key in names_in(name, languages)]
    for key in sorted(table.keys() - {*needed, *optional, *_CONVENTIONS, *_OPTIONAL}):
        raise UsageError(f"{origin} has no key {key}.")
    for key in (*needed, "base_url"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise UsageError(f"{origin} {key} must be a text.")


def _optional_name(table: Mapping[str, Any], key: str, languages: Sequence[Language], origin: str) -> Text | None:
    """The texts of an optional key; None without them. Raises UsageError where they are not given in each language."""
    names = names_in(key, languages)
    if not names.keys() & table.keys():
        return None
    for name in names:
        if not isinstance(table.get(name), str) or not table[name].strip():
            raise UsageError(f"{origin} {name} must be a text, as {' and '.join(names)} belong together.")
    return Text.read(table, key, languages)


_TIME_ZONE = "a time zone of the IANA database, such as America/Chicago"


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        return False
    return True


_DAY = re.compile("(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])")


def _conventions(table: Mapping[str, Any], languages: tuple[Language, ...], origin: str) -> Conventions:
    """How the city counts and writes. None of it has a default: that of another city would be silently wrong."""
    currency = _value(table, "currency", origin, is_currency, "a code of ISO 4217, such as USD")
    calendar = next(c for c in CALENDARS if c == _one_of(table, "calendar", CALENDARS, origin))
    is_day = partial(re.fullmatch, _DAY)
    start = _value(table, "fiscal_year_start", origin, is_day, "a month and a day up to the 28th, such as 07-01")
    named_by = _one_of(table, "fiscal_year_named_by", ("end", "start"), origin)
    return Conventions(
        languages,
        Currency(currency, _optional_name(table, "currency_name", languages, origin)),
        calendar,
        FiscalCalendar(calendar, int(start[:2]), int(start[3:]), named_by == "end"),
        _one_of(table, "collation", COLLATIONS, origin),
        SearchedNumbers(
            _one_of(table, "phone_region", _COUNTRIES, origin, "the code of a country by ISO 3166, such as US"),
            _personal_ids(table, origin),
        ),
    )


_COUNTRIES = frozenset(code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)) - {
    "EU",
    "EZ",
    "QO",
    "UN",
    "XA",
    "XB",
    "ZZ",
}
"""By ISO 3166. CLDR also has names for groups of countries, and for none."""


def _personal_ids(table: Mapping[str, Any], origin: str) -> tuple[str, ...]:
    what = f"a list of some of: {', '.join(PERSONAL_IDS)}; [] for none"
    if "personal_ids" not in table:
        raise UsageError(f"{origin} personal_ids is missing. Write {what}.")
    value = table["personal_ids"]
    if not isinstance(value, list) or any(one not in PERSONAL_IDS for one in value):
        raise UsageError(f"{origin} personal_ids: {shorten(repr(value))} is not allowed. Write {what}.")
    return tuple(dict.fromkeys(value))


def _one_of(table: Mapping[str, Any], key: str, allowed: Collection[str], origin: str, what: str = "") -> str:
    return _value(table, key, origin, allowed.__contains__, what or f"one of: {', '.join(allowed)}")


def _value(table: Mapping[str, Any], key: str, origin: str, is_allowed: Callable[[str], object], what: str) -> str:
    """The text of a key that must be there. Raises UsageError, which says `what` is allowed."""
    value = table.get(key)
    if key not in table:
        raise UsageError(f"{origin} {key} is missing. Write {what}.")
    if not isinstance(value, str) or not is_allowed(value):
        raise UsageError(f"{origin} {key}: {shorten(repr(value))} is not allowed. Write {what}.")
    return value


def read_toml(file: Path, name: str) -> dict[str, Any]:
    """The content of a TOML file. Raises UsageError, which calls it `name`, where it cannot be read."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: not valid TOML: {error}.") from None


def _read_table(pyproject: Path) -> dict[str, Any]:
    tool: Any = read_toml(pyproject, pyproject.name).get("tool")
    table = tool.get("portal") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        raise UsageError(f"{pyproject.name}: the table [tool.portal] is missing.")
    return table


def _matching(table: Mapping[str, Any], key: str, pattern: re.Pattern[str], message: str) -> str | None:
    """The value of an optional key, None without it. Raises UsageError with `message` where it does not match."""
    value = table.get(key)
    if value is not None and not (isinstance(value, str) and pattern.fullmatch(value)):
        raise UsageError(message)
    return value


def _ignore_columns(names: Any, place: str) -> frozenset[str]:
    if not isinstance(names, list) or not all(
        isinstance(name, str) and re.fullmatch(r".+\..+", name) for name in names
    ):
        raise UsageError(f'{place}: [tool.portal] ignore_columns must be a list such as ["projects.internal_note"].')
    return frozenset(names)


def _person_titles(titles: Any, place: str) -> tuple[str, ...]:
    if not isinstance(titles, list) or not all(isinstance(title, str) and title.strip() for title in titles):
        raise UsageError(f'{place}: [tool.portal] person_titles must be a list of texts such as ["นาย", "Mrs"].')
    return tuple(title.strip() for title in titles)


_LIMITS: Mapping[str, tuple[int, int]] = {
    "silent_months": (1, 12),
    "open_bid_days": (1, 365),
    "selective_bid_days": (1, 365),
    "direct_threshold": (1, 10**12),
    "near_threshold_contracts": (2, 100),
    "supplier_share_contracts": (1, 100),
    "amount_rise_percent": (0, 1000),
}
"""The lowest and the highest value of each threshold that is no percentage of a whole."""


def _thresholds(table: Any, origin: str) -> Thresholds:
    if not isinstance(table, dict):
        raise UsageError(f"{origin} must be a table.")
    for key in table.keys() - {field.name for field in fields(Thresholds)}:
        raise UsageError(f"{origin} has no key {key}.")
    for key, value in table.items():
        low, high = _LIMITS.get(key, (0, 100))
        if type(value) is not int or not low <= value <= high:
            raise UsageError(f"{origin} {key} must be a whole number from {low} to {high}.")
    return Thresholds(**table)


def _base_url(value: str, origin: str) -> str:
    try:
        parts = urlsplit(value)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_valid = False
    if not is_valid or parts.query or parts.fragment or ".." in value or not _ADDRESS.fullmatch(value):
        raise UsageError(f"{origin}: {value!r} is not the address of a site, such as https://example.org/portal/.")
    return value if value.endswith("/") else value + "/"
