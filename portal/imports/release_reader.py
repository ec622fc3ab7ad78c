"""What is read of a release: its parts, their types, and what becomes of everything else.

A part that has no place in the package is counted by its path, and one that breaks the standard is a problem with ocid
and path. What is left is small, and of the types that it should have, so that it can be merged and mapped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from portal.core.calendars import BUDDHIST_YEARS, FIRST_DAY, LAST_DAY
from portal.core.models import METHODS, STATUSES
from portal.core.problems import Problem, shorten
from portal.core.text import FORBIDDEN, forbidden_name, is_blank
from portal.core.time_zones import civil_day

MAX_TEXT = 100_000
"""Characters of a text, at most: those of a cell of the package."""

MAX_ID = 500
"""Characters of an identifier, at most."""

MAX_AMOUNT = 10**15
"""The highest amount of the package."""

MAX_LISTED = 20
"""Problems of one rule at one path that are listed; further ones are counted."""

MAX_PATHS = 1_000
"""Paths that are counted one by one, so that no file can fill the memory with names."""


class _WrongValue(ValueError):
    """A value breaks the standard. Arguments: rule, message, and what the publisher must do."""


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        raise _WrongValue(
            "wrong-type", f"{_shown(value)} is {_kind(value)}, and a text must be here.", "Write it in quotes."
        )
    if len(value) > MAX_TEXT:
        begin = shorten(value[:1_000], 30)
        message = f'the text "{begin}" has {len(value):,} characters; at most {MAX_TEXT:,} can be shown.'
        raise _WrongValue("text-too-long", message, "Shorten it.")
    if match := FORBIDDEN.search(value):
        raise _WrongValue(
            "control-character", f"this text holds {forbidden_name(match[0])}, which no text needs.", "Delete it."
        )
    return None if is_blank(value) else value.strip()


def _id(value: Any) -> str | None:
    """An identifier: the standard allows a text or a whole number."""
    text = str(value) if type(value) is int else _text(value)
    if text is not None and len(text) > MAX_ID:
        message = f'the identifier "{shorten(text, 30)}" has {len(text):,} characters; at most {MAX_ID} can be read.'
        raise _WrongValue("text-too-long", message, "Shorten it.")
    return text


def _amount(value: Any, lowest: int = 0) -> str:
    """An amount as the text of a cell: all its digits, without zeros at the end of its fraction."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        message = f"{_shown(value)} is {_kind(value)}, and an amount must be a number."
        raise _WrongValue("wrong-type", message, "Write it without quotes.")
    if not lowest <= value <= MAX_AMOUNT:
        message = f"the amount {shorten(value, 30)} is not from {lowest:,} to {MAX_AMOUNT:,}."
        raise _WrongValue("out-of-range", message, "Correct it.")
    text = f"{Decimal(value):f}"
    if len(text) > 40:
        raise _WrongValue("out-of-range", f"the amount {shorten(text, 30)} has {len(text)} digits.", "Round it.")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _payment(value: Any) -> str:
    """The amount of a payment; below zero, that of a refund."""
    return _amount(value, -MAX_AMOUNT)


def _count(value: Any) -> str:
    text = _amount(value)
    if "." in text:
        raise _WrongValue("wrong-type", f"{text} is not a whole number.", "Correct it.")
    return text


_DAY = re.compile("([0-9]{4})-[0-9]{2}-[0-9]{2}(T.*)?")


def _day(zone: ZoneInfo, value: Any) -> str | None:
    """The day of a date and time, in the city's time zone."""
    if (text := _text(value)) is None:
        return None
    match = _DAY.fullmatch(text)
    if match and int(match[1]) in BUDDHIST_YEARS:
        message = f'"{shorten(text)}" is in the Buddhist Era; dates of OCDS are in the common era.'
        raise _WrongValue("buddhist-era-date", message, "Subtract 543 from the year.")
    try:
        day = civil_day(text, zone) if match else None
    except (ValueError, OverflowError):
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise _WrongValue("wrong-date", f'"{shorten(text)}" is not a date.', "Write it as 2026-11-01T00:00:00+07:00.")
    return day.isoformat()


def _time(value: Any) -> str | None:
    """A date and time in a form that can be sorted."""
    if (text := _text(value)) is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = (
            moment
            if moment.tzinfo
            else datetime.fromisoformat(f"{text}+00:00" if "T" in text else f"{text}T00:00:00+00:00")
        )
        return f"{moment.timestamp():020.6f}"
    except (ValueError, OverflowError):
        raise _WrongValue(
            "wrong-date", f'"{shorten(text)}" is not a date.', "Write it as 2026-11-01T00:00:00Z."
        ) from None


def _code(codes: Sequence[str]) -> Callable[[Any], str | None]:
    def read(value: Any) -> str | None:
        text = _text(value)
        if text is not None and text not in codes:
            raise _UnknownCode(text)
        return text

    return read


class _UnknownCode(Exception):
    """A code that the list of the standard does not have."""


def _currency(currency: str, value: Any) -> str | None:
    text = _text(value)
    if text not in (None, currency):
        message = f'"{shorten(text)}" is another currency than {currency}, and amounts of two currencies are not mixed.'
        raise _WrongValue("other-currency", message, f"Give the amount in {currency}.")
    return text


@dataclass(frozen=True)
class _List:
    """A list of objects; each needs an `id` where `needs_id`, and no two have the same one."""

    parts: Mapping[str, Any]
    needs_id: bool = True


_ORGANISATION = {"id": _id, "name": _text}


def _parts(zone: ZoneInfo, currency: str) -> Mapping[str, Any]:
    """What is read of a release; a function reads a value, an object is read by its parts."""
    day = partial(_day, zone)
    period = {"startDate": day, "endDate": day}
    of_city = partial(_currency, currency)
    value = {"amount": _amount, "currency": of_city}
    payment = {"amount": _payment, "currency": of_city}
    return {
        "ocid": _id,
        "id": _id,
        "date": _time,
        "buyer": _ORGANISATION,
        "parties": _List({**_ORGANISATION, "identifier": {"scheme": _text, "id": _id}}, needs_id=False),
        "planning": {
            "budget": {
                "id": _id,
                "project": _text,
                "projectID": _id,
                "description": _text,
                "amount": value,
                # Against the standard, but some publish it so.
                "value": value,
            }
        },
        "tender": {
            "id": _id,
            "title": _text,
            "procurementMethod": _code(METHODS),
            "numberOfTenderers": _count,
            "tenderers": _List({"id": _id}, needs_id=False),
            "tenderPeriod": period,
            "value": value,
        },
        "awards": _List({"id": _id, "title": _text, "suppliers": _List(_ORGANISATION, needs_id=False)}),
        "contracts": _List(
            {
                "id": _id,
                "awardID": _id,
                "title": _text,
                "status": _code(STATUSES),
                "value": value,
                "dateSigned": day,
                "period": period,
                # Without their ids, by which nothing is found again, and which some repeat.
                "documents": _List({"url": _text}, needs_id=False),
                "implementation": {
                    # `amount` is the name of `value` in OCDS 1.0.
                    "transactions": _List({"id": _id, "date": day, "value": payment, "amount": payment})
                },
            }
        ),
    }


IGNORED = frozenset(("tag", "initiationType", "language"))
"""What says something of the release, and nothing of the process."""


@dataclass(slots=True)
class Findings:
    """What is to be said of the files."""

    problems: list[Problem] = field(default_factory=list)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How many problems there are of each rule and path in each file."""
    unmapped: Counter[str] = field(default_factory=Counter)
    """How often a part has no place in the package, by path."""
    unknown_codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a code is not in the list of the standard, by path and code."""
    broken: set[str] = field(default_factory=set)
    """The ocids of the releases with problems."""

    def add(self, place: str, ocid: str, path: str, rule: str, message: str, hint: str) -> None:
        """A problem of a release; `path` is that of JSON within it. Of many alike the first are listed."""
        self.broken.add(ocid)
        kind = (place, rule, re.sub(r"\[[0-9]+\]", "[]", path))
        self.counts[kind] += 1
        if self.counts[kind] <= MAX_LISTED:
            at = f"{shorten(ocid, 100)}, {path}" if path else shorten(ocid, 100)
            self.problems.append(Problem(place, rule, message, hint, field=at))

    def all_problems(self) -> list[Problem]:
        """The listed problems, and one for the further ones of each kind, with their number."""
        further = [
            Problem(place, rule, f"{count - MAX_LISTED:,} further releases have this problem.", field=path)
            for (place, rule, path), count in self.counts.items()
            if count > MAX_LISTED
        ]
        return self.problems + further


class ReleaseReader:
    """Reads the releases of one file."""

    def __init__(self, place: str, findings: Findings, zone: ZoneInfo, currency: str) -> None:
        """`place` is how messages call the file, `zone` that in which days are; amounts are to be in the `currency`."""
        self.place = place
        self.findings = findings
        self.parts = _parts(zone, currency)

    def read(self, release: Mapping[str, Any], ocid: str) -> dict[str, Any]:
        """The parts of a release that are read; what else it has is added to the findings."""
        return self._object({key: value for key, value in release.items() if key not in IGNORED}, self.parts, "", ocid)

    def _object(self, value: Mapping[str, Any], parts: Mapping[str, Any], path: str, ocid: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, part in value.items():
            at = f"{path}.{key}" if path else key
            if part is None:
                # In a release, null takes back what an earlier release says.
                result |= {key: None} if callable(parts.get(key)) else {}
            elif (reader := parts.get(key)) is None:
                self._count_unmapped(at, part)
            else:
                read = self._part(part, reader, at, ocid)
                result |= {} if read is None else {key: read}
        return result

    def _part(self, value: Any, reader: Any, path: str, ocid: str) -> Any:
        try:
            if isinstance(reader, _List):
                if not isinstance(value, list):
                    raise _WrongValue(
                        "wrong-type", f"{_shown(value)} is {_kind(value)}, and a list must be here.", "Put it in [ ]."
                    )
                return list(self._members(value, reader, path, ocid))
            if isinstance(reader, dict):
                if not isinstance(value, dict):
                    raise _WrongValue(
                        "wrong-type",
                        f"{_shown(value)} is {_kind(value)}, and an object must be here.",
                        "Write it in { }.",
                    )
                return self._object(value, reader, path, ocid)
            return reader(value)
        except _UnknownCode as error:
            self.findings.unknown_codes[re.sub(r"\[[0-9]+\]", "", path), shorten(error, 40)] += 1
        except _WrongValue as error:
            rule, message, hint = error.args
            self.findings.add(self.place, ocid, path, rule, message, f"{hint[:-1]} at the publisher.")
        return None

    def _members(self, members: list[Any], reader: _List, path: str, ocid: str) -> Iterator[dict[str, Any]]:
        by_id: dict[str, Any] = {}
        for index, member in enumerate(members):
            at = f"{path}[{index}]"
            read = self._part(member, reader.parts, at, ocid)
            if read is None:
                continue
            if (key := read.get("id")) is None:
                if reader.needs_id:
                    message, hint = "this has no id, by which it could be found again.", "Give it one at the publisher."
                    self.findings.add(self.place, ocid, at, "missing-id", message, hint)
            elif key in by_id:
                if by_id[key] != read:
                    message = f'the id "{shorten(key)}" is also that of another one in this list.'
                    self.findings.add(
                        self.place, ocid, at, "duplicate-id", message, "Give each its own at the publisher."
                    )
                continue
            else:
                by_id[key] = read
            yield read

    def _count_unmapped(self, path: str, part: Any) -> None:
        plain = shorten(re.sub(r"\[[0-9]+\]", "", path), 100)
        unmapped = self.findings.unmapped
        name = plain if plain in unmapped or len(unmapped) < MAX_PATHS else "other parts"
        unmapped[name] += len(part) if isinstance(part, list) else 1


def _kind(value: Any) -> str:
    names = {bool: "true or false", str: "a text", dict: "an object", list: "a list"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "a number")


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "this"
    return f'"{shorten(value, 40)}"'
