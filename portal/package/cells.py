"""One cell of a CSV: what is wrong with it, in words, and how it should probably be written.

What a valid cell means is in `portal/core/cells.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from babel.dates import get_month_names
from frictionless import errors as kinds

from portal.core.calendars import BE_OFFSET, BUDDHIST_YEARS
from portal.core.cells import FORMS, LOCAL_TIME, has_too_many_digits
from portal.core.models import MAX_DIGITS
from portal.core.problems import shorten, suggest
from portal.core.text import is_blank

Complaint = tuple[str, str, str]
"""Rule, message and hint of a Problem."""

BLANK: Complaint = ("required", "this cell must not be blank.", "Fill it in.")

_POINT_AND_COMMAS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}(\.[0-9]+)?")
"""Thousands, or lakhs and crores as in India: 12,34,567."""
_COMMA_AND_POINTS = re.compile(r"[+-]?[0-9]{1,3}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})")
"""As in much of Europe: 1.200,50. A single point is not enough: it may come before decimals."""
_MONEY = re.compile(r"\s|บาท|฿|%|[$€£¥]|thb|baht", re.IGNORECASE)
_NO_SATANG = re.compile("[.][-–=]+$")
"""The end of a Thai amount in whole baht: 1,200.-"""
_FISCAL_YEAR = re.compile(r"(?:fy|ปี(?:งบประมาณ)?|พ\.ศ\.|b\.?e\.?)\s*(?:พ\.ศ\.)?\s*([0-9]{4})", re.IGNORECASE)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?![0-9])")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})(?![0-9])[T ]?")
_COMPACT = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])")
_NAMED_MONTH = re.compile(r"([0-9]{1,2})[\s-]*([^\d\s-]+)[\s-]*(?:[พค]\.ศ\.\s*)?([0-9]{4})")
_MIDNIGHT = re.compile(r"0?0:00(:00(\.0+)?)?Z?")
_SERIAL = re.compile(r"([2-7][0-9]{4})(\.0+)?")
"""A day as the number that a spreadsheet stores, from 1954 to 2119."""
_FIRST_SERIAL = date(1899, 12, 30)
_YES = {"yes", "y", "t", "true", "1", "on", "ใช่", "จริง", "มี"}
_NO = {"no", "n", "f", "false", "0", "off", "ไม่ใช่", "ไม่", "เท็จ", "ไม่มี"}
_YEAR = re.compile(r"[0-9]{4}")
_LATIN = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")

_WORDS = {
    "number": "a number",
    "integer": "a whole number",
    "date": "a date",
    "datetime": "a date with a time",
    "boolean": "true or false",
    "year": "a year",
    "uri": "a web address",
    "email": "an e-mail address",
}
_EXAMPLES = {
    "number": "1500000 or 45.5",
    "integer": "2566",
    "date": "2022-10-01",
    "datetime": "2022-10-01T09:30:00",
    "year": "2023",
}


def for_frictionless(described: Mapping[str, Any]) -> dict[str, Any]:
    """A field changed so that Frictionless reads it as the standard says.

    Frictionless cannot compare times with and without a time zone. So a time has none, unless its format says so.
    """
    # `RowReader` checks keys, which may have several columns, and patterns, which must not take too long.
    constraints = {k: v for k, v in described.get("constraints", {}).items() if k not in ("unique", "pattern")}
    # Frictionless refuses an example that is not in the form of the cells, but it is only for people.
    readable = {k: v for k, v in described.items() if k != "example"} | {"constraints": constraints}
    if described["type"] == "datetime" and described.get("format", "default") == "default":
        readable["format"] = LOCAL_TIME
    return readable


def missing_values(described: Mapping[str, Any], schema: Mapping[str, Any]) -> frozenset[str]:
    """The cells of a field that stand for no value."""
    values = described.get("missingValues", schema.get("missingValues", [""]))
    return frozenset(value["value"] if isinstance(value, dict) else value for value in values)


def clean(value: Any) -> Any:
    """A value as the portal uses it: texts with LF at line ends, None for a blank text, times without a zone."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    return None if is_blank(value) else value.replace("\r\n", "\n").replace("\r", "\n")


def with_latin_digits(text: str) -> str:
    """The text with its Thai digits as 0 to 9."""
    return text.translate(_LATIN)


def not_plain(described: Mapping[str, Any], cell: str) -> Complaint | None:
    """What is wrong with the form of a cell, of those that Python would read but the standard does not allow."""
    kind = described["type"]
    if kind in ("string", "any", "boolean"):
        return None
    if is_blank(cell):
        return "outer-space", "this cell holds only white space.", "Delete the white space: a blank cell is empty."
    plain = FORMS.get(kind) if described.get("format") in (None, "default", LOCAL_TIME) else None
    # Nearly every cell is in the right form and ends here, before any message is written.
    if plain is not None and cell.isascii() and plain.fullmatch(cell):
        if has_too_many_digits(kind, cell):
            message = f'"{shorten(cell)}" has more than {MAX_DIGITS} digits, which few programs can hold.'
            return "too-many-digits", message, _form(kind)
        return _other_era(described, cell)
    return _not_of_form(described, cell, plain)


def _not_of_form(described: Mapping[str, Any], cell: str, plain: re.Pattern[str] | None) -> Complaint | None:
    """What is wrong with a cell that is not in the form `plain`."""
    kind = described["type"]
    shown, meant = f'"{shorten(cell)}"', _meant(described, cell)
    hint = f"Write {meant}." if meant else _form(kind)
    if with_latin_digits(cell) != cell:
        return "thai-digits", f"{shown} has Thai digits.", hint
    if plain is None:
        return None
    if kind in ("number", "integer") and "," in cell:
        return "thousands-comma", f"{shown} has a comma: a number is written without separators.", hint
    if plain.fullmatch(cell.strip()):
        return "outer-space", f"there is a space before or after {shown}.", hint
    if kind in ("date", "datetime"):
        return "wrong-type", *_not_a_date(kind, cell, meant)
    return "wrong-type", f"{shown} is not {_WORDS[kind]}.", hint


def _not_a_date(kind: str, cell: str, meant: str) -> tuple[str, str]:
    """Message and hint of a cell that is no date."""
    shown, hint = f'"{shorten(cell)}"', f"Write {meant}." if meant else _form(kind)
    message = f"{shown} is not {_WORDS[kind]}."
    if missing := "" if meant else _missing_day(cell):
        return f"{shown} is not a date: there is no {missing}.", _form(kind)
    if kind == "date" and meant and ":" in cell:
        return f"{shown} has a time of day, but this column holds dates only.", hint
    if meant and _SERIAL.fullmatch(cell.strip()):
        return f"{shown} is a date in the internal form of Excel.", hint
    if meant and (match := _DAY_FIRST.match(cell)):
        year_first = f"Write the year first, in the common era: {meant}"
        if int(match[2]) > 12:
            return f"{shown} has the month first.", f"{year_first}."
        is_certain = int(match[1]) > 12 or match[1] == match[2]
        hint = f"{year_first}." if is_certain else f"{year_first}, if {match[1]} is the day."
    return message, hint


def _missing_day(text: str) -> str:
    """The day in a cell that the calendar does not have, such as `29 February 2566`; "" where there is none."""
    match = _DAY_FIRST.match(text)
    year, month, day = (match[3], match[2], match[1]) if match else ("", "", "")
    if not match and (match := _YEAR_FIRST.match(text)):
        year, month, day = match[1], match[2], match[3]
    if match is None:
        return ""
    if int(month) > 12:
        month, day = day, month
    possible = 1 <= int(month) <= 12 and 29 <= int(day) <= 31
    return f"{int(day)} {get_month_names('wide', locale='en')[int(month)]} {year}" if possible else ""


def _meant(described: Mapping[str, Any], cell: str) -> str:
    """How a cell in a wrong form should probably be written; "" where that cannot be guessed."""
    kind, text = described["type"], with_latin_digits(cell).strip()
    if kind in ("number", "integer"):
        text = _meant_number(kind, text)
        if described["name"] == "fiscal_year":
            match = _FISCAL_YEAR.fullmatch(text)
            text = match[1] if match else text
            text = str(int(text) + BE_OFFSET) if _is_common_era(text) else text
    elif kind in ("date", "datetime"):
        text = _common_era(_meant_date(kind, text))
    return text if kind in FORMS and FORMS[kind].fullmatch(text) else ""


def _meant_number(kind: str, text: str) -> str:
    text = _NO_SATANG.sub("", _MONEY.sub("", text).replace("\N{MINUS SIGN}", "-"))
    text = re.sub(r"\((.+)\)", r"-\1", text)
    if _POINT_AND_COMMAS.fullmatch(text):
        text = text.replace(",", "")
    elif _COMMA_AND_POINTS.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    text = re.sub(r"^([+-]?)\.(?=[0-9])", r"\g<1>0.", text).removesuffix(".")
    return re.sub(r"\.0+$", "", text) if kind == "integer" else text


def _meant_date(kind: str, text: str) -> str:
    if kind == "date" and (match := _SERIAL.fullmatch(text)):
        return (_FIRST_SERIAL + timedelta(int(match[1]))).isoformat()
    if match := _COMPACT.fullmatch(text):
        text = f"{match[1]}-{match[2]}-{match[3]}"
    elif (match := _NAMED_MONTH.match(text)) and (month := _months().get(match[2].casefold().replace(".", ""))):
        text = f"{match[1]}/{month}/{match[3]}{text[match.end() :]}"
    if (match := _DAY_FIRST.match(text)) and int(match[2]) > 12:
        text = f"{match[2]}/{match[1]}/{match[3]}{text[match.end() :]}"
    text = _DAY_FIRST.sub(r"\3-\2-\1", text, count=1)
    match = _YEAR_FIRST.match(text)
    if match is None:
        return text
    day, time = f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}", text[match.end() :]
    if kind == "date":
        return day if _MIDNIGHT.fullmatch(time) else day + time
    time = f"{time:0>5}:00" if re.fullmatch("[0-9]{1,2}:[0-9]{2}", time) else time
    return f"{day}T{time}"


@cache
def _months() -> dict[str, int]:
    """The number of each month, by its names and abbreviations in Thai and English."""
    return {
        name.casefold().replace(".", ""): number
        for locale in ("th", "en")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    }


def _other_era(described: Mapping[str, Any], cell: str) -> Complaint | None:
    """What is wrong with a cell whose year is in the other calendar."""
    year = int(cell[:4]) if _YEAR.match(cell) else 0
    if described["type"] in ("date", "datetime") and year in BUDDHIST_YEARS:
        shown, meant = f'"{shorten(cell)}"', _common_era(cell)
        if missing := "" if meant else _missing_day(cell):
            return "wrong-type", f"{shown} is not a date: there is no {missing}.", _form(described["type"])
        hint = f"Write {meant}." if meant else _form(described["type"])
        return "buddhist-era-date", f"{shown} is in the Buddhist Era; dates are in the common era.", hint
    if described["name"] == "fiscal_year" and _is_common_era(cell):
        shown = f'"{shorten(cell)}"'
        return "common-era-year", f"{shown} is in the common era; a fiscal year is B.E.", f"Write {year + BE_OFFSET}."
    return None


def _is_common_era(cell: str) -> bool:
    return _YEAR.fullmatch(cell) is not None and int(cell) + BE_OFFSET in BUDDHIST_YEARS


def _common_era(text: str) -> str:
    """A date with its year in the common era; "" where the result is no date."""
    year = _YEAR.match(text)
    if year and int(year[0]) in BUDDHIST_YEARS:
        text = f"{int(year[0]) - BE_OFFSET}{text[4:]}"
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return ""
    return text


def _form(kind: str) -> str:
    example = _EXAMPLES.get(kind, "")
    if not example:
        return "Correct it."
    return f"Write it in this form, for example {example}, or leave the cell blank if it is not known."


def _boolean(described: Mapping[str, Any], cell: str) -> str:
    """The hint for a yes or no in other words than those of the field."""
    word = cell.strip().casefold()
    for words, name, default in ((_YES, "trueValues", "true"), (_NO, "falseValues", "false")):
        if word in words:
            return f"Write {described.get(name, [default])[0]}."
    return "Write true or false, or leave the cell blank if it is not known."


def wrong_form(described: Mapping[str, Any], cell: str) -> Complaint:
    """What is wrong with a cell that does not match the pattern of its field."""
    hint = described.get("description_en") or f"It must match {described['constraints']['pattern']}."
    return "wrong-form", f'"{shorten(cell)}" is not in the form of this field.', hint


def explain(described: Mapping[str, Any], error: kinds.CellError) -> Complaint:
    """What is wrong with a cell, by an error of Frictionless."""
    cell, kind = error.cell, described["type"]
    shown = f'"{shorten(cell)}"'
    if isinstance(error, kinds.ConstraintError):
        return _broken_constraint(described, cell, error.note)
    word = _WORDS.get(described.get("format", ""), _WORDS.get(kind, f"a value of the type {kind}"))
    if kind in ("date", "datetime") and (missing := _missing_day(cell)):
        return "wrong-type", f"{shown} is not a date: there is no {missing}.", _form(kind)
    hint = _boolean(described, cell) if kind == "boolean" else _form(kind)
    return "wrong-type", f"{shown} is not {word}.", hint


MANY_WORDS = 100
"""The longest closed list whose words a message lists, and in which a similar word is searched."""


def _broken_constraint(described: Mapping[str, Any], cell: str, note: str) -> Complaint:
    constraints = described["constraints"]
    name = next((name for name in constraints if note.startswith(f'constraint "{name}"')), "")
    shown, limit = f'"{shorten(cell)}"', constraints.get(name)
    match name:
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            side = "below the lowest" if name.lower().endswith("minimum") else "above the highest"
            return "out-of-range", f"{shown} is {side} value allowed, {limit}.", "Correct the value."
        case "minLength" | "maxLength":
            side = "fewer" if name == "minLength" else "more"
            return "wrong-length", f"{shown} has {side} than {limit} characters.", "Correct the text."
        case "enum":
            words = [str(word) for word in limit]
            hint = "Write one of the words that datapackage.json lists for this field."
            if len(words) <= MANY_WORDS:
                hint = suggest(cell, words) or f"Write one of: {', '.join(words)}."
            return "not-in-list", f"{shown} is not one of the words allowed here.", hint
    return "invalid-cell", f"{shown} breaks a rule: {note}.", "Correct the value."
