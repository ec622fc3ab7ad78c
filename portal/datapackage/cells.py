"""One cell of a CSV: what is wrong with it, in words, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from frictionless import errors as kinds

from portal.fiscal import BE_OFFSET, BUDDHIST_YEARS
from portal.models import MAX_DIGITS
from portal.problems import shorten, suggest

Complaint = tuple[str, str, str]
"""Rule, message and hint of a Problem."""

BLANK: Complaint = ("required", "this cell must not be blank.", "Fill it in.")

_LOCAL_TIME = "%Y-%m-%dT%H:%M:%S"

_PLAIN = {
    "number": re.compile(r"[+-]?[0-9]+(\.[0-9]+)?"),
    "integer": re.compile(r"[+-]?[0-9]+"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datetime": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"),
}
"""The only form of each type. Python reads more: 1_000, 1e3, NaN, Thai digits, 2023-1-1."""

_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?![0-9])")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})(?![0-9])[T ]?")
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
    "boolean": "true",
    "year": "2023",
}


def for_frictionless(described: Mapping[str, Any]) -> dict[str, Any]:
    """A field as Frictionless must have it to read what the standard means.

    It compares times with a zone and without, which cannot be: a time is local unless the format says otherwise.
    """
    # Keys are held together over their columns, and patterns to a time, by the reader of the table.
    constraints = {k: v for k, v in described.get("constraints", {}).items() if k not in ("unique", "pattern")}
    # An example is for people, and in another form than the cells it is a mistake to Frictionless.
    readable = {k: v for k, v in described.items() if k != "example"} | {"constraints": constraints}
    if described["type"] == "datetime" and described.get("format", "default") == "default":
        readable["format"] = _LOCAL_TIME
    return readable


def missing_values(described: Mapping[str, Any], schema: Mapping[str, Any]) -> frozenset[str]:
    """The texts that stand for no value in a field."""
    values = described.get("missingValues", schema.get("missingValues", [""]))
    return frozenset(one["value"] if isinstance(one, dict) else one for one in values)


def clean(value: Any) -> Any:
    """A text with plain line ends, or None where it is only white space; a time without its zone; else the value."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").replace("\r", "\n") if value.strip() else None


def with_latin_digits(text: str) -> str:
    """The text with its Thai digits as 0 to 9."""
    return text.translate(_LATIN)


def not_plain(described: Mapping[str, Any], cell: str) -> Complaint | None:
    """A cell that Python would read as a number or a date, but that the standard does not allow."""
    kind = described["type"]
    if kind in ("string", "any", "boolean"):
        return None
    if not cell.strip():
        return "outer-space", "this cell holds nothing but white space.", "Delete it: a blank cell is empty."
    plain = _PLAIN.get(kind) if described.get("format") in (None, "default", _LOCAL_TIME) else None
    # Nearly every cell ends here, so that no words are made for it.
    if plain is not None and cell.isascii() and plain.fullmatch(cell):
        if len(cell) > MAX_DIGITS and kind in ("number", "integer") and len(re.sub("[^0-9]", "", cell)) > MAX_DIGITS:
            message = f'"{shorten(cell)}" has more than {MAX_DIGITS} digits, which few programs can hold.'
            return "too-many-digits", message, _form(kind)
        return _other_era(described, cell)
    shown, meant = f'"{shorten(cell)}"', _meant(kind, cell)
    hint = f"Write {meant}." if meant else _form(kind)
    if with_latin_digits(cell) != cell:
        return "thai-digits", f"{shown} has Thai digits.", hint
    if plain is None:
        return None
    if kind in ("number", "integer") and "," in cell:
        return "thousands-comma", f"{shown} has a comma: a number is written without separators.", hint
    if plain.fullmatch(cell.strip()):
        return "outer-space", f"there is a space before or after {shown}.", hint
    if match := _DAY_FIRST.match(cell):
        hint = f"Write the year first, in the common era: {meant or _EXAMPLES[kind]}"
        hint += f", if {match[1]} is the day." if meant else "."
    return "wrong-type", f"{shown} is not {_WORDS[kind]}.", hint


def _meant(kind: str, cell: str) -> str:
    """What was probably meant by a cell that is not plain, as it should be written; "" where nobody can say."""
    text = with_latin_digits(cell).strip()
    if kind in ("number", "integer"):
        text = re.sub(r"\s|บาท|฿|%", "", text)
        text = text.replace(",", "") if _GROUPED.fullmatch(text) else text
        text = re.sub(r"\.0+$", "", text) if kind == "integer" else text
    elif kind in ("date", "datetime"):
        text = _DAY_FIRST.sub(r"\3-\2-\1", text, count=1)
        if match := _YEAR_FIRST.match(text):
            time = f"T{text[match.end() :]}" if kind == "datetime" else text[match.end() :]
            text = f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}{time}"
        text = _common_era(text)
    return text if kind in _PLAIN and _PLAIN[kind].fullmatch(text) else ""


def _other_era(described: Mapping[str, Any], cell: str) -> Complaint | None:
    """A year that was counted in the other calendar."""
    year = int(cell[:4]) if _YEAR.match(cell) else 0
    if described["type"] in ("date", "datetime") and year in BUDDHIST_YEARS:
        shown, meant = f'"{shorten(cell)}"', _common_era(cell)
        hint = f"Write {meant}." if meant else _form(described["type"])
        return "buddhist-era-date", f"{shown} is in the Buddhist Era; dates are in the common era.", hint
    if described["name"] == "fiscal_year" and len(cell) == 4 and year + BE_OFFSET in BUDDHIST_YEARS:
        shown = f'"{shorten(cell)}"'
        return "common-era-year", f"{shown} is in the common era; a fiscal year is B.E.", f"Write {year + BE_OFFSET}."
    return None


def _common_era(text: str) -> str:
    """A date with the year of the common era; "" where that is no date."""
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
    return f"Write it as {example}, or leave the cell blank if it is not known." if example else "Mend it."


def wrong_form(described: Mapping[str, Any], cell: str) -> Complaint:
    """A cell that does not match the pattern of its field."""
    hint = described.get("description_en") or f"It must match {described['constraints']['pattern']}."
    return "wrong-form", f'"{shorten(cell)}" does not have the form of this field.', hint


def explain(described: Mapping[str, Any], error: kinds.CellError) -> Complaint:
    """What Frictionless found in a cell, in the words of the portal."""
    cell, kind = error.cell, described["type"]
    shown = f'"{shorten(cell)}"'
    if isinstance(error, kinds.ConstraintError):
        return _broken_constraint(described, cell, error.note)
    word = _WORDS.get(described.get("format", ""), _WORDS.get(kind, f"a value of the type {kind}"))
    return "wrong-type", f"{shown} is not {word}.", _form(kind)


def _broken_constraint(described: Mapping[str, Any], cell: str, note: str) -> Complaint:
    constraints = described["constraints"]
    name = next((name for name in constraints if note.startswith(f'constraint "{name}"')), "")
    shown, limit = f'"{shorten(cell)}"', constraints.get(name)
    match name:
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            side = "below the lowest" if name.lower().endswith("minimum") else "above the highest"
            return "out-of-range", f"{shown} is {side} value allowed, {limit}.", "Mend the value."
        case "minLength" | "maxLength":
            side = "fewer" if name == "minLength" else "more"
            return "wrong-length", f"{shown} has {side} than {limit} characters.", "Mend the text."
        case "enum":
            words = [str(word) for word in limit]
            hint = suggest(cell, words) or f"Write one of: {', '.join(words)}."
            return "not-in-list", f"{shown} is not one of the words allowed here.", hint
    return "invalid-cell", f"{shown} breaks a rule: {note}.", "Mend the value."
