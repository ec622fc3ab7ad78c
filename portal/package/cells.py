"""One cell of a CSV: what is wrong with it, in words, and how it should probably be written.

What a valid cell means is in `portal/core/cells.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from frictionless import Field

from portal.core.calendars import BUDDHIST_YEARS, whole_year
from portal.core.cells import FORMS, LOCAL_TIME, has_too_many_digits
from portal.core.models import MAX_DIGITS
from portal.core.problems import most_like, shorten
from portal.core.text import as_seen, is_blank, looks
from portal.package import dates
from portal.package.days import with_latin_digits
from portal.package.fiscal_years import calendar_of, in_other_calendar
from portal.package.hints import Complaint, beyond_limits, form_hint, unseen

BLANK: Complaint = ("required", "this cell must not be blank.", "Fill it in.")

_POINT_AND_COMMAS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}(\.[0-9]+)?")
"""Thousands, or lakhs and crores as in India: 12,34,567."""
_COMMA_AND_POINTS = re.compile(r"[+-]?[0-9]{1,3}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})")
"""As in much of Europe: 1.200,50. A single point is not enough: it may come before decimals."""
_MONEY = re.compile(r"\s|บาท|฿|%|[$€£¥]|thb|baht", re.IGNORECASE)
_NO_SATANG = re.compile("[.][-–=]+$")
"""The end of a Thai amount in whole baht: 1,200.-"""
_FISCAL_YEAR = re.compile(r"(?:fy|ปี(?:งบประมาณ)?|พ\.ศ\.|b\.?e\.?)\s*(?:พ\.ศ\.)?\s*([0-9]{4})", re.IGNORECASE)
_YES = {"yes", "y", "t", "true", "1", "on", "ใช่", "จริง", "มี"}
_NO = {"no", "n", "f", "false", "0", "off", "ไม่ใช่", "ไม่", "เท็จ", "ไม่มี"}
_WORDS = {
    "number": "a number",
    "integer": "a whole number",
    **dates.WORDS,
    "boolean": "true or false",
    "year": "a year",
    "yearmonth": "a month of a year",
    "time": "a time of day",
    "uri": "a web address",
    "email": "an e-mail address",
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


def clean(value: Any) -> Any:
    """A value as the portal uses it: texts with LF at line ends, None for a blank text, times without a zone."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    return None if is_blank(value) else value.replace("\r\n", "\n").replace("\r", "\n")


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
            return "too-many-digits", message, form_hint(described)
        return _other_era(described, cell)
    return _not_of_form(described, cell, plain)


def _not_of_form(described: Mapping[str, Any], cell: str, plain: re.Pattern[str] | None) -> Complaint | None:
    """What is wrong with a cell that is not in the form `plain`."""
    kind, shown = described["type"], f'"{shorten(cell)}"'
    has_thai_digits = with_latin_digits(cell) != cell
    if plain is None and not has_thai_digits:
        return None
    if kind in ("date", "datetime"):
        return dates.not_a_date(described, cell)
    meant = _meant(described, cell)
    hint = f"Write {meant}." if meant else form_hint(described)
    limit = beyond_limits(described, meant) if meant else ""
    if limit:
        hint = "Correct the value."
    meaning = f", and means {meant}, which is {limit}." if limit else "."
    if has_thai_digits:
        return "thai-digits", f"{shown} has Thai digits{meaning}", hint
    if plain is None:
        return None
    if kind in ("number", "integer") and "," in cell:
        separators = meaning if limit else ": a number is written without separators."
        return "thousands-comma", f"{shown} has a comma{separators}", hint
    if plain.fullmatch(cell.strip()):
        return "outer-space", f"there is a space before or after {shown}{meaning}", hint
    if plain.fullmatch(as_seen(cell)) and not limit:
        return unseen(cell, meant or as_seen(cell))
    return "wrong-type", f"{shown} is not {_WORDS[kind]}{meaning}", hint


def _meant(described: Mapping[str, Any], cell: str) -> str:
    """How a number in a wrong form should probably be written; "" where that cannot be guessed."""
    kind, text = described["type"], as_seen(with_latin_digits(cell))
    if kind not in ("number", "integer"):
        return text if kind in FORMS and FORMS[kind].fullmatch(text) else ""
    text = _meant_number(kind, text)
    if calendar_of(described):
        match = _FISCAL_YEAR.fullmatch(text)
        text = match[1] if match else text
        text = in_other_calendar(described, text) or text
    return text if FORMS[kind].fullmatch(text) and not has_too_many_digits(kind, text) else ""


def _meant_number(kind: str, text: str) -> str:
    text = _NO_SATANG.sub("", _MONEY.sub("", text).replace("\N{MINUS SIGN}", "-"))
    text = re.sub(r"\((.+)\)", r"-\1", text)
    if _POINT_AND_COMMAS.fullmatch(text):
        text = text.replace(",", "")
    elif _COMMA_AND_POINTS.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    text = re.sub(r"^([+-]?)\.(?=[0-9])", r"\g<1>0.", text).removesuffix(".")
    return re.sub(r"\.0+$", "", text) if kind == "integer" else text


def _other_era(described: Mapping[str, Any], cell: str) -> Complaint | None:
    """What is wrong with a cell whose year is in the other calendar."""
    if described["type"] in ("date", "datetime") and int(cell[:4]) in BUDDHIST_YEARS:
        return dates.in_buddhist_era(described, cell)
    if meant := in_other_calendar(described, cell):
        is_buddhist = calendar_of(described) == "buddhist"
        era, own = ("common", "B.E.") if is_buddhist else ("Buddhist", "C.E.")
        message = f'"{shorten(cell)}" is in the {era} {"era" if is_buddhist else "Era"}; a fiscal year is {own}'
        return f"{era.lower()}-era-year", message, f"Write {meant}."
    return None


def _boolean(described: Mapping[str, Any], cell: str) -> str:
    """The hint for a yes or no in other words than those of the field."""
    word = cell.strip().casefold()
    for words, name, default in ((_YES, "trueValues", "true"), (_NO, "falseValues", "false")):
        if word in words:
            return f"Write {described.get(name, [default])[0]}."
    return "Write true or false, or leave the cell blank if it is not known."


def wrong_form(described: Mapping[str, Any], cell: str) -> Complaint:
    """What is wrong with a cell that does not match the pattern of its field."""
    hint = (
        described.get("description_en")
        or described.get("description")
        or f"It must match {described['constraints']['pattern']}."
    )
    return "wrong-form", f'"{shorten(cell)}" is not in the form of this field.', hint


def explain(described: Mapping[str, Any], cell: str, notes: Mapping[str, str]) -> Complaint:
    """What is wrong with a cell, by the notes of Frictionless: of its type, or of the constraints that it breaks."""
    rule, kind = next(iter(notes)), described["type"]
    shown = f'"{shorten(cell)}"'
    if rule != "type":
        return _broken_constraint(described, cell, rule, notes[rule])
    if kind in ("date", "datetime"):
        return dates.not_a_date(described, cell)
    word = _WORDS.get(described.get("format", ""), _WORDS.get(kind, f"a value of the type {kind}"))
    hint = _boolean(described, cell) if kind == "boolean" else form_hint(described)
    return "wrong-type", f"{shown} is not {word}.", hint


def validator(described: Mapping[str, Any]) -> Callable[[str], bool]:
    """A function that says whether a cell is valid by its type and constraints, those that Frictionless reads."""
    field = Field.from_descriptor(for_frictionless(described), datapackage_version="v2")
    return lambda cell: not_plain(described, cell) is None and not field.read_cell(cell)[1]


MANY_WORDS = 100
"""The longest closed list whose words a message lists, and in which a similar word is searched."""


def _broken_constraint(described: Mapping[str, Any], cell: str, name: str, note: str) -> Complaint:
    constraints = described["constraints"]
    shown, limit = f'"{shorten(cell)}"', constraints.get(name)
    match name:
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            side = "below the lowest" if name.lower().endswith("minimum") else "above the highest"
            hint = "Correct the value."
            if (calendar := calendar_of(described)) and (year := whole_year(cell, calendar)):
                hint = f"Write {year}, if that is the year."
            return "out-of-range", f"{shown} is {side} value allowed, {limit}.", hint
        case "minLength":
            return "wrong-length", f"{shown} has fewer than {limit} characters.", "Correct the text."
        case "maxLength":
            hint = (
                f"Write a short text here, and move the whole one to another column, such as {described['name']}_full:"
                " describe that in datapackage.json; or set a higher maxLength there."
            )
            return "wrong-length", f"{shown} has more than {limit} characters.", hint
        case "enum":
            return _not_in_list(cell, [str(word) for word in limit])
    return "invalid-cell", f"{shown} breaks a rule: {note}.", "Correct the value."


def _not_in_list(cell: str, words: list[str]) -> Complaint:
    """What is wrong with a cell that is none of the words of a closed list."""
    looking_alike = next((word for word in words if looks(word) == looks(cell)), None)
    if looking_alike is not None:
        rule, message, hint = unseen(cell, looking_alike)
        if looking_alike != looks(looking_alike) and cell == looks(cell):
            hint = "Correct the word in datapackage.json: the list there has characters that cannot be seen."
        return rule, message, hint
    hint = "Write one of the words that datapackage.json lists for this field."
    if len(words) <= MANY_WORDS:
        word = most_like(cell, words)
        hint = f'Did you mean "{word}"?' if word else f"Write one of: {', '.join(words)}."
    return "not-in-list", f'"{shorten(cell)}" is not one of the words allowed here.', hint
