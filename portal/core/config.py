"""`[tool.portal]` of pyproject.toml, and what the command line puts in its place."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.core.models import Bilingual, Thresholds
from portal.core.problems import UsageError


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """What a city sets once for its portal."""

    name: Bilingual
    """The portal's name, in every page's header and title."""
    city: Bilingual
    base_url: str
    """Where the site is published, ending with a slash; absolute addresses are made from it."""
    projects_per_page: int
    corrections_email: str | None
    """Where corrections go of agencies that have no address in `agencies.csv`."""
    oc4ids_prefix: str | None
    """What the keepers of OC4IDS gave this publisher to begin its project ids with, such as `oc4ids-a1b2c3`."""
    signals: Thresholds
    """From where on an observation concerns a project."""
    ignore_columns: frozenset[str]
    """The columns that are left out of all that is published, each as `resource.column`."""

    @property
    def base_path(self) -> str:
        """The path of `base_url`, which every link begins with: `/` or `/portal/`."""
        return urlsplit(self.base_url).path


_ADDRESS = re.compile(r"[A-Za-z0-9._~/:@\[\]-]+")

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

_OC4IDS_PREFIX = re.compile("oc4ids-[a-z0-9]{6}")


def _check_python() -> None:
    """Raise UsageError where Python leaves out docstrings: those of rules are published, as what a rule means."""
    if sys.flags.optimize > 1:
        raise UsageError("Python -OO (or PYTHONOPTIMIZE=2) leaves out the words of public rules. Start it without.")


_TEXTS = ("name", "name_en", "city", "city_en", "base_url")


def read_config(pyproject: Path, base_url: str | None = None) -> SiteConfig:
    """Read the configuration; `base_url` replaces the file's. Raises UsageError naming the key to mend."""
    _check_python()
    try:
        content = tomllib.loads(pyproject.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{pyproject.name}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{pyproject.name}: not valid TOML: {error}.") from None
    tool: Any = content.get("tool")
    table = tool.get("portal") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        raise UsageError(f"{pyproject.name}: the table [tool.portal] is missing.")
    for key in table.keys() - {
        *_TEXTS,
        "projects_per_page",
        "corrections_email",
        "oc4ids_prefix",
        "signals",
        "ignore_columns",
    }:
        raise UsageError(f"{pyproject.name}: [tool.portal] has no key {key}.")
    for key in _TEXTS:
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise UsageError(f"{pyproject.name}: [tool.portal] {key} must be a text.")
    per_page = table.get("projects_per_page", 50)
    if type(per_page) is not int or not 1 <= per_page <= 1000:
        raise UsageError(f"{pyproject.name}: [tool.portal] projects_per_page must be a whole number from 1 to 1000.")
    email = table.get("corrections_email")
    if email is not None and not (isinstance(email, str) and _EMAIL.fullmatch(email)):
        raise UsageError(f"{pyproject.name}: [tool.portal] corrections_email must be an e-mail address.")
    prefix = table.get("oc4ids_prefix")
    if prefix is not None and not (isinstance(prefix, str) and _OC4IDS_PREFIX.fullmatch(prefix)):
        raise UsageError(f"{pyproject.name}: [tool.portal] oc4ids_prefix must be as oc4ids-a1b2c3.")
    return SiteConfig(
        Bilingual(table["name"], table["name_en"]),
        Bilingual(table["city"], table["city_en"]),
        _base_url(base_url or table["base_url"], "--base-url" if base_url else f"{pyproject.name}: base_url"),
        per_page,
        email,
        prefix,
        _thresholds(table.get("signals", {}), f"{pyproject.name}: [tool.portal.signals]"),
        _ignore_columns(table.get("ignore_columns", []), pyproject.name),
    )


def _ignore_columns(names: Any, place: str) -> frozenset[str]:
    if not isinstance(names, list) or not all(
        isinstance(name, str) and re.fullmatch(r".+\..+", name) for name in names
    ):
        raise UsageError(f'{place}: [tool.portal] ignore_columns must be a list such as ["projects.internal_note"].')
    return frozenset(names)


def _thresholds(table: Any, origin: str) -> Thresholds:
    if not isinstance(table, dict):
        raise UsageError(f"{origin} must be a table.")
    for key in table.keys() - {field.name for field in fields(Thresholds)}:
        raise UsageError(f"{origin} has no key {key}.")
    for key, value in table.items():
        low, high = (1, 12) if key == "silent_months" else (0, 100)
        if type(value) is not int or not low <= value <= high:
            raise UsageError(f"{origin} {key} must be a whole number from {low} to {high}.")
    return Thresholds(**table)


def _base_url(value: str, origin: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment or ".." in value or not _ADDRESS.fullmatch(value):
        raise UsageError(f"{origin}: {value!r} is not the address of a site, such as https://example.org/portal/.")
    return value if value.endswith("/") else value + "/"
