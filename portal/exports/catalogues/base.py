"""What every description of the open data starts from.

Each says only what the package, its files and the configuration say; what is not known is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from portal.core import urls
from portal.core.compression import pack
from portal.core.json_values import json_text
from portal.core.models import Download, Language, Package, Text
from portal.core.time_zones import day_end, day_start

Described = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What every description of the open data starts from."""

    package: Package
    covered: tuple[date, date] | None
    """The first and the last day (C.E.) of the fiscal years that have projects."""
    publisher: Text
    """The portal."""
    city: Text
    """Whose data they are, and where."""
    home: str
    """The portal's address, ending with a slash."""
    email: str | None
    """Where questions and corrections go."""
    timezone: ZoneInfo
    """Of the city."""
    ocds_prefix: str | None = None
    """What the ocids of this publisher begin with; None where it has registered none."""
    files: tuple[Download, ...] = ()
    """Those that hold the data; not those that describe them."""

    @property
    def language(self) -> Language:
        """The first language of the city, in which its data are written."""
        return self.package.conventions.languages[0]

    @property
    def page(self) -> str:
        """The address of the data page."""
        return self.home + urls.DATA[1:]

    def file(self, name: str) -> str:
        """The address of a published file."""
        return self.home + urls.data_file(name)[1:]

    def money(self, amount: Decimal | None) -> Described | None:
        """An amount in the city's currency, as OCDS and OC4IDS have it; None where it is not known."""
        return None if amount is None else {"amount": amount, "currency": self.package.conventions.currency.code}

    def files_of(self, resource: str | None) -> tuple[Download, ...]:
        """The files that hold a resource; None: those that hold the whole package."""
        return tuple(file for file in self.files if file.resource == resource)

    def moment(self, day: date) -> str:
        """The first moment of a day in the city."""
        return day_start(day, self.timezone)

    def period(self, start: date | None, end: date | None) -> Described | None:
        """Days as moments, which is all that OCDS and OC4IDS know; None where neither is known."""
        days = {"startDate": start and self.moment(start), "endDate": end and day_end(end, self.timezone)}
        return without_blanks(days) or None


def without_blanks(values: Described) -> dict[str, Any]:
    """The values by name, without those that are none, empty texts or empty lists."""
    return {name: value for name, value in values.items() if value is not None and value != [] and value != ""}


def texts(text: Text, first: Language) -> list[Described]:
    """A text in each language that it is written in, as JSON-LD has it; `first` is the first language of the city."""
    return [{"@value": value, "@language": language} for language, value in text.by_language(first).items()]


_BETWEEN = b",\n"


def pack_members(members: Iterable[Described]) -> bytes:
    """Members of a list of JSON, packed; nothing where there are none."""
    lines = [json_text(member).encode() for member in members]
    return pack(_BETWEEN.join(lines)) if lines else b""


def pack_package(head: Described, name: str, parts: Iterable[bytes]) -> bytes:
    """The JSON object `head` with the list `name`, of the members in `parts`, packed; nothing where these have none.

    A file of gzip may consist of several (RFC 1952, section 2.2), so a part that is known need not be packed again.
    """
    filled = [part for part in parts if part]
    begin = f'{json_text(without_blanks(head))[:-1]}, "{name}": [\n'.encode()
    return pack(begin) + pack(_BETWEEN).join(filled) + pack(b"\n]}\n") if filled else b""


def as_json(described: Described) -> bytes:
    """A description as a file."""
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()
