"""The search for personal data in a package before it is published: ids, phone numbers, addresses, accounts, cards.

Any information that can identify a living person is personal data (Personal Data Protection Act, B.E. 2562, section 6).
Some kinds have a form that a program can recognise, and get into public files by accident: in a remark copied from a
letter, or in a column of a spreadsheet. They stop the build, unless `personal_data_allowed` in datapackage.json gives a
reason why they may be public.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from portal.core.descriptors import problem, texts_of
from portal.core.models import OUTLINES, UNIQUE_KEYS, SearchedNumbers, Text
from portal.core.problems import Problem
from portal.package.columns import COLUMNS, JOINS
from portal.package.csv_files import Problems
from portal.package.descriptor import Descriptor
from portal.package.personal_data.allowances import PROPERTY, Allowed, allowed_by, read_allowed
from portal.package.personal_data.folding import THIRTEEN_DIGITS, fold, has_at, is_suspicious
from portal.package.personal_data.natural_persons import SUPPLIERS, PersonNames, hidden_columns
from portal.package.personal_data.texts import Finding, find_personal_data, in_address, in_code, phone_numbers
from portal.package.schemas import key_fields
from portal.package.tables import Row, Table


def in_allowances(
    descriptor: Descriptor, tables: Mapping[str, Table], numbers: SearchedNumbers
) -> tuple[Allowed, list[Problem]]:
    """What the descriptor allows; the problems of its allowances, and one for each of its texts with personal data."""
    allowed, problems = read_allowed(descriptor, tables)
    return allowed, [*problems, *_in_descriptor(descriptor, allowed, numbers)]


@dataclass(frozen=True, slots=True)
class SearchRules:
    """What is taken for personal data in the tables of a package."""

    numbers: SearchedNumbers
    """Which numbers are."""
    allowed: Allowed
    """What may be public."""
    place: str
    """Of the descriptor, which allows it."""


def in_table(
    table: Table, rows: Iterable[tuple[int, Row]], schema: Mapping[str, Any], rules: SearchRules
) -> list[Problem]:
    """A problem for each label of a table, and each cell of these `rows`, with personal data."""
    problems = Problems()
    problems.add(_in_header(table, rules))
    problems.add(_in_rows(table, rows, schema, rules))
    return problems.all()


def text_guard(
    descriptor: Descriptor | None, allowed: Allowed, numbers: SearchedNumbers
) -> Callable[[str], tuple[str, str] | None]:
    """A function that searches a text beside the package for personal data that the descriptor does not allow by value.

    It returns the message and the hint of the first one; None where there is none.
    """

    def about(text: str) -> tuple[str, str] | None:
        finding = allowed.unexpected(find_personal_data(text, numbers))
        return _about(finding, descriptor.place if descriptor else "datapackage.json") if finding else None

    return about


def _about(finding: Finding, place: str) -> tuple[str, str]:
    """Message and hint."""
    message = f'"{finding.masked}" looks like {finding.kind}, and personal data are not published.'
    return message, f'Delete it, or allow it with a reason under "{PROPERTY}" in {place}.'


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    position: int
    """In the file, from 1."""
    is_worth: Callable[[str], object]
    """A quick test of whether a text must be searched; for most texts it is false."""
    find: Callable[[str], Iterable[Finding]]
    is_code: bool = False
    """Whether only what can be recognised in a code is searched for."""


_NUMBERS = ("integer", "number")

_NEITHER = ("boolean", "date", "datetime", "duration", "geopoint", "time", "year", "yearmonth")
"""Types whose values hold no personal data. The others are numbers, or contain texts."""


def searched(tables: Mapping[str, Table], allowances: Iterable[Mapping[str, Any]]) -> int:
    """How many cells of the tables are searched."""
    left_out = {(str(entry.get("resource")), str(entry.get("field"))) for entry in allowances}
    names = (
        (table, field["name"])
        for table in tables.values()
        for field in table.fields
        if field.get("type", "string") not in _NEITHER and (table.name, field["name"]) not in left_out
    )
    return sum(row[name] is not None for table, name in names for _, row in table.rows)


def _in_rows(
    table: Table, rows: Iterable[tuple[int, Row]], schema: Mapping[str, Any], rules: SearchRules
) -> Iterator[Problem]:
    allowed, numbers, codes = rules.allowed, rules.numbers, _codes(table.name, schema)
    columns = [
        column
        for position, field in enumerate(table.fields, start=1)
        if (table.name, field["name"]) not in allowed.fields and (column := _column(field, position, codes, numbers))
    ]
    for number, row in rows:
        for column in columns:
            value = row[column.name]
            if value is None:
                continue
            text = value if isinstance(value, str) else _text(value)
            if column.is_worth(text) and (finding := allowed.unexpected(column.find(text))):
                message, hint = _about(finding, rules.place)
                yield Problem(
                    table.path,
                    "personal-data",
                    message,
                    hint,
                    row=number,
                    field=column.name,
                    value=finding.masked,
                    column=column.position,
                )


def _in_header(table: Table, rules: SearchRules) -> Iterator[Problem]:
    """A problem for each label of the header that holds personal data. It names the position, not the label."""
    for position, field in enumerate(table.fields, start=1):
        if finding := rules.allowed.unexpected(find_personal_data(field["name"], rules.numbers)):
            message, hint = _about(finding, rules.place)
            value = finding.masked
            yield Problem(table.path, "personal-data", message, hint, row=1, value=value, column=position)


def _codes(resource: str, schema: Mapping[str, Any]) -> set[str]:
    """The columns of primary and foreign keys, those of the schema and those that the portal needs."""
    keys = [schema.get("primaryKey"), *(key["fields"] for key in schema.get("foreignKeys", []))]
    needed = (*UNIQUE_KEYS.get(resource, ()), *JOINS) if resource in COLUMNS else ()
    return {*needed, *(name for key in keys for name in key_fields(key) or ())}


_PHONES = re.compile(
    # Not telemetry, television, fibres or the cost of calls.
    r"(?<!ค่า)โทร(?!ทัศน์|มาตร|คมนาคม)|มือถือ|(?<!ไฟ)เบอร์|ติดต่อ|(?i:phone|mobile|fax|contact|(?<![a-z])tel(?![a-z]))"
)

_LEADS = (
    (re.compile(r"เลข(?:ที่)?บัญชี|บัญชีธนาคาร|พร้อมเพย์|(?i:bank|promptpay|account.?(?:no|num))"), "บัญชี"),
    (re.compile(r"บัตรประชาชน|ประจำตัวประชาชน|(?i:citizen|national.?id)"), "เลขประจำตัวประชาชน"),
    (re.compile(r"(?<!ออน)ไลน์|(?i:(?<![a-z])line[ _-]?id(?![a-z]))"), "LINE ID:"),
    (re.compile(r"หนังสือเดินทาง|(?i:passport)"), "passport"),
)
"""Labels of columns, and the word that is put before each cell of such a column before it is searched."""


def _column(field: Mapping[str, Any], position: int, codes: Container[str], numbers: SearchedNumbers) -> _Column | None:
    """How to search a column; None where its type holds no personal data, such as a date.

    A code may have the ten digits of a phone number. So in keys only what has a check digit or an @ is searched. A
    number is a phone number only where the label says so, since an amount of money may have as many digits.
    """
    name, kind = field["name"], field.get("type", "string")
    heading = " ".join((name, *Text.read_all(field, "title")))
    if kind in _NEITHER:
        return None
    if name not in codes and kind != "number" and _PHONES.search(heading):
        return _Column(name, position, lambda text: True, partial(_in_phone_column, numbers))
    if name in codes or kind in _NUMBERS:
        return _Column(name, position, _may_be_in_code, partial(_in_code, numbers), is_code=True)
    for pattern, word in _LEADS:
        if pattern.search(heading):
            return _Column(name, position, lambda text: True, partial(_in_column_of, numbers, word))
    return _Column(name, position, is_suspicious, partial(find_personal_data, numbers=numbers))


def _text(value: object) -> str:
    """The text of a value that is no text: the digits of a whole number, "" for a fraction, all parts of a list."""
    if not isinstance(value, int | Decimal):
        return str(value)
    whole, _, rest = str(value).partition(".")
    return "" if rest.strip("0") else whole


def _may_be_in_code(text: str) -> bool:
    return has_at(text) or THIRTEEN_DIGITS.search(text) is not None


@lru_cache(maxsize=1_000)
def _in_code(numbers: SearchedNumbers, text: str) -> tuple[Finding, ...]:
    """`in_code`, cached: the same code is often in many rows, one after another."""
    return tuple(in_code(text, numbers))


def _in_phone_column(numbers: SearchedNumbers, text: str) -> Iterator[Finding]:
    """As in any text; but a number alone gets back the 0 that a spreadsheet has removed."""
    digits = re.sub(r"\.0+$|[-. ()]", "", fold(text).strip())
    if numbers.phone_region == "TH" and re.fullmatch("[1-9][0-9]{7,8}", digits):
        return phone_numbers(f"0{digits}", numbers)
    return find_personal_data(text if numbers.phone_region == "TH" else f"phone {text}", numbers)


def _in_column_of(numbers: SearchedNumbers, word: str, text: str) -> Iterator[Finding]:
    """As in a text that begins with the word of the label."""
    return find_personal_data(f"{word} {text}", numbers)


_NO_TEXTS = ("$schema", "pattern", "primaryKey", "foreignKeys", "uniqueKeys", "missingValues")
"""Properties that are not searched: regular expressions, and names of fields, which are searched as labels."""


def _in_descriptor(descriptor: Descriptor, allowed: Allowed, numbers: SearchedNumbers) -> Iterator[Problem]:
    """A problem for each text of the descriptor that holds personal data."""
    for where, text in texts_of(descriptor.content, skipped=_NO_TEXTS):
        # An allowed value may be in its own allowance, but not in the reason, which is public.
        is_allowance = where.startswith(PROPERTY) and not where.endswith(".reason")
        if not is_allowance and (finding := allowed.unexpected(_in_property(where, text, numbers))):
            yield problem(descriptor.place, where, "personal-data", *_about(finding, descriptor.place), finding.masked)


def _in_property(where: str, text: str, numbers: SearchedNumbers) -> Iterator[Finding]:
    """The personal data in the property `where` of a descriptor. The digits of a web address only identify a page."""
    return in_address(text) if where.endswith(".path") else find_personal_data(text, numbers)


_SHORTEST = 6
"""Characters of the shortest personal data: a@b.co."""

_A_NUMBER = re.compile(r"\s*[-+]?[0-9]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?\s*")


def _of_texts(numbers: SearchedNumbers) -> _Column:
    """How any text is searched."""
    return _Column("", 0, is_suspicious, partial(find_personal_data, numbers=numbers))


def _of_mostly_numbers(numbers: SearchedNumbers) -> _Column:
    """How the cells of a column of numbers are searched, some of which may be texts."""
    return _Column(
        "",
        0,
        lambda text: _may_be_in_code(text) if _A_NUMBER.fullmatch(text) else is_suspicious(text),
        lambda text: _in_code(numbers, text) if _A_NUMBER.fullmatch(text) else find_personal_data(text, numbers),
    )


class Guard:
    """Says which texts of earlier releases hold personal data, by the same rules as `in_table`."""

    def __init__(self, content: Mapping[str, Any], persons: PersonNames, numbers: SearchedNumbers) -> None:
        """`content` is the JSON of the valid descriptor of today, with its columns and allowances.

        `persons` recognises the names of natural persons; `numbers` says which numbers are searched for.
        """
        self._numbers, self._text = numbers, _of_texts(numbers)
        key_column = _Column("", 0, _may_be_in_code, partial(_in_code, numbers), is_code=True)
        self._allowed = allowed_by(content.get(PROPERTY, []))
        self._persons, self._columns_of_names = persons, hidden_columns(persons, self._allowed)
        fields = self._allowed.fields
        self._columns: dict[tuple[str, str], _Column | None] = {}
        self._keys: dict[str, _Column | None] = {}
        # The outlines of areas have no text of their own: their ids are those of the table of areas.
        self._columns[OUTLINES, "geometry"] = None
        for resource in content["resources"]:
            if resource["name"] == OUTLINES:
                continue
            name, schema = resource["name"], resource["schema"]
            codes = _codes(name, schema)
            for field in schema["fields"]:
                self._columns[name, field["name"]] = _earlier_column(field, codes, numbers)
            self._keys[name] = None if any((name, code) in fields for code in codes) else key_column
        self._columns |= dict.fromkeys(fields)

    def hides(self, resource: str, name: str, text: str) -> bool:
        """Whether a cell of the column `name` holds personal data that is not allowed.

        A column that exists today is searched by its type and title.
        """
        if resource == SUPPLIERS and self._persons.include(text) and self.hides_name(name, text):
            return True
        return self._finds(self._columns.get((resource, name), self._text), text)

    def hides_name(self, name: str, text: str) -> bool:
        """Whether a cell of the column `name` of a supplier who is a natural person may not be published."""
        return name in self._columns_of_names and text != self._persons.published[name]

    def hides_key(self, resource: str, text: str) -> bool:
        """Whether a cell of the key of a record holds personal data that is not allowed."""
        return self._finds(self._keys.get(resource, self._text), text)

    def hides_text(self, text: str) -> bool:
        """Whether another text, such as a name, a version or a tag, holds personal data that is not allowed."""
        return self._finds(self._text, text)

    def hides_descriptor(self, content: object) -> bool:
        """Whether a text of an earlier descriptor holds personal data; its own allowances do not count."""
        return any(
            self._allowed.unexpected(_in_property(where, text, self._numbers)) for where, text in texts_of(content)
        )

    def _finds(self, column: _Column | None, text: str) -> bool:
        if column is None or len(text) < _SHORTEST or not column.is_worth(text):
            return False
        return self._allowed.unexpected(column.find(text)) is not None


def _earlier_column(field: Mapping[str, Any], codes: Container[str], numbers: SearchedNumbers) -> _Column:
    """How to search the cells of a column in earlier releases, where it may have had another type."""
    column = _column(field, 0, codes, numbers)
    if column is None:
        return _of_texts(numbers)
    if field["name"] in codes or not column.is_code:
        return column
    return _of_mostly_numbers(numbers)
