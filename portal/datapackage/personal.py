"""Personal data in a package, found before it is published: ids, phone numbers, e-mail addresses, bank accounts.

By the Personal Data Protection Act, B.E. 2562, section 6, whatever leads to a living person is personal data. Four
kinds have a form that a program can know, and reach public files by accident: with a remark copied from a letter, or
with a column of a spreadsheet. A hit stops the build, unless `personal_data_allowed` in datapackage.json gives a reason
why it may be public.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum.th import pin

from portal.datapackage.descriptor import Descriptor, texts_of
from portal.datapackage.files import MAX_PROBLEMS, too_many
from portal.datapackage.known import COLUMNS, JOINS, KEYS
from portal.datapackage.schemas import key_fields, problem
from portal.datapackage.tables import Table
from portal.problems import Problem, shorten, suggest

PROPERTY = "personal_data_allowed"
"""The property of datapackage.json that lists what may be published all the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One personal datum in a text."""

    kind: str
    """In words that follow `looks like`: "a phone number"."""
    text: str
    """As it is written, with folded digits. It never goes into a message."""
    masked: str
    """What a public log may show, enough to find it in its row."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What datapackage.json allows."""

    fields: frozenset[tuple[str, str]] = frozenset()
    """Resource and column, of which no cell is searched."""
    values: frozenset[str] = frozenset()
    """Values as `comparable` makes them, allowed wherever they stand."""

    def unexpected(self, findings: Iterator[Finding]) -> Finding | None:
        """The first finding that is not allowed."""
        return next((one for one in findings if comparable(one.text) not in self.values), None)


# The search of one text. What stands in the way of the four rules is folded or left out first.

_FOLDED = str.maketrans(
    {
        # The wide forms of ASCII, as Chinese and Japanese keyboards write them.
        **{chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
        **dict(zip("๐๑๒๓๔๕๖๗๘๙", "0123456789", strict=True)),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "﹫": "@",
        **dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " "),
        # Marks that nobody sees: Thai pages put them between words, Word between syllables.
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
    }
)

_DIGIT = "[0-9๐-๙０-９]"
_BETWEEN = r"[-‐-―−./_()！-／＿\s\u00ad\u200b-\u200d\u2060\ufeff]{0,4}"
_NINE_DIGITS = re.compile(f"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{8,}}+")
"""As many as the shortest number has that is looked for. Hardly a text has them, and no other needs a closer look."""
_THIRTEEN_DIGITS = re.compile(f"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{12}}")

_EMAIL = re.compile(
    # Each part has a limit (RFC 5321, 4.5.3.1). Dots and lines before the first are those of a form.
    r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}"
)

_NO_NUMBERS = re.compile(
    "|".join(
        (
            _EMAIL.pattern,
            r"(?:https?://|www\.)[!-~]+",
            # UUIDs and checksums; also any run of digits that is far too long.
            r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{24,})(?![0-9A-Za-z])",
            # Codes that begin with a letter (B66-0102001-P01-0300); but Tel0812345678 lacks only a space.
            r"(?<![0-9A-Za-z])(?!(?i:tel|phone|mobile|fax|id|no)[0-9]|(?i:[a-z]{0,12}id)[1-8](?:-?[0-9]){12}(?![0-9])"
            r"|(?i:t|line(?:id)?|whatsapp)0(?:-?[0-9]){8,9}(?![0-9]))[A-Za-z]+[0-9][0-9A-Za-z]*(?:-[0-9A-Za-z]+)*",
            # The ids of projects and of indicators: 04160000-6961, 0416-1044.
            r"(?<![0-9-])(?:[0-9]{8}|0[0-9]{3})-[0-9]{4}(?![0-9-])",
            # Dates in either era, and times: 01-10-2566, 2023-10-01, 08.30.
            r"(?<![0-9])[0-9]{1,2}(?P<a>[-/.])[0-9]{1,2}(?P=a)(?:19|20|24|25|26)[0-9]{2}(?![0-9])",
            r"(?<![0-9])(?:19|20|24|25|26)[0-9]{2}(?P<b>[-/.])[0-9]{1,2}(?P=b)[0-9]{1,2}(?![0-9])",
            r"(?<![0-9.])(?:[01]?[0-9]|2[0-4])[.:][0-5][0-9](?!\.?[0-9])",
            # Coordinates and shares, which begin with no needless zero as phone numbers do: 100.5017651, 0.812345678.
            r"(?<![0-9.])(?:0|[1-9][0-9]{0,2})\.[0-9]{5,}(?![0-9.])",
            # Money, also from one amount to another; but 5678 is the end of 081-234-5678, and บาทวิถี is a pavement.
            r"฿ ?[0-9]+"
            r"|(?<![-.0-9])(?:[1-9][0-9]*-)?[1-9][0-9]*(?:\.[0-9]+)? ?(?:ล้าน|บาท(?!วิถี)|(?i:baht|thb))",
            # A company's number for tax has the form of a person's id and begins with 0 (Revenue Department).
            r"(?<![0-9])0[-. ][0-9]{4}[-. ][0-9]{5}[-. ][0-9]{2}[-. ][0-9](?![0-9])",
        )
    )
)
"""Whatever has many digits and is none of the numbers that are looked for."""


def find_personal_data(text: str) -> Iterator[Finding]:
    """Every e-mail address, national id, phone number and bank account in a text; the same number may come twice."""
    yield from email_addresses(text)
    if numbers := _only_numbers(text):
        yield from national_ids(numbers)
        yield from phone_numbers(numbers)
        yield from bank_accounts(numbers)


_BEFORE, _AFTER = 200, 40
"""Characters that tell what a number is: a word, the beginning of an address; a unit."""


def _only_numbers(text: str) -> str:
    """The passages of a text that have enough digits; "" where none has.

    Digits, spaces and hyphens are plain, and a bar stands in place of what is no number to be looked for.
    """
    passages, begin, end = [], 0, 0
    for digits in _NINE_DIGITS.finditer(text):
        if digits.start() - _BEFORE > end:
            passages.append(text[begin:end])
            begin = digits.start() - _BEFORE
        end = digits.end() + _AFTER
    passages.append(text[begin:end])
    folded = "|".join(passages).translate(_FOLDED).replace("\r\n", "\n")
    # A number that was cut at a hyphen goes on in the next line.
    return _NO_NUMBERS.sub("|", folded.replace("-\n", "-"))


def comparable(value: str) -> str:
    """A value so that two ways to write it are equal: an address in small letters, of a number only its digits.

    The country code of a phone number becomes the 0 that is dialled within Thailand.
    """
    folded = value.translate(_FOLDED).strip()
    if "@" in folded:
        return folded.casefold()
    digits = re.sub(r"[^0-9]", "", folded)
    return re.sub(r"^(?:00[1-9]?)?660?(?=[0-9]{8,9}$)", "0", digits)


def _has_at(text: str) -> bool:
    return "@" in text or "＠" in text or "﹫" in text


def email_addresses(text: str) -> Iterator[Finding]:
    """The e-mail addresses in a text, as mail is really addressed (RFC 5321, without quoted and Thai names)."""
    if not _has_at(text):
        return
    for match in _EMAIL.finditer(text.translate(_FOLDED)):
        name, _, domain = match[0].partition("@")
        masked = f"{name[: min(2, len(name) // 2)]}…@{shorten(domain, 40)}"
        yield Finding("an e-mail address", match[0], masked)


_GAP = r"[-./_\s]{1,3}"
_CUT_AT_LINE_END = r"\n?[-./_]\n?".join(["[1-8]", *(rf"[0-9](?:\n?[0-9]){{{n - 1}}}" for n in (4, 5, 2, 1))])
_NATIONAL_ID = re.compile(
    # Without separators, as printed on the card, or with any hyphens.
    r"(?<![0-9])[1-8][0-9]{12}(?![0-9])"
    rf"|(?<![0-9])[1-8]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{5}}{_GAP}[0-9]{{2}}{_GAP}[0-9](?![0-9])"
    r"|(?<![0-9-])[1-8](?:-?[0-9]){12}(?!-?[0-9])"
    rf"|(?<![0-9]){_CUT_AT_LINE_END}(?![0-9])"
)
_SPACED_ID = re.compile(r"(?<![0-9])[1-8](?:[-./_\s]?[0-9]){12}(?![0-9])")
_OF_A_PERSON = re.compile(r"ประชาชน|ประจำตัว|เลขบัตร|(?i:citizen|national|identity|identification)")
_NEAR = 60
"""Characters between a word and the number that it is said of, a name and a bank's branch among them."""


def national_ids(numbers: str) -> Iterator[Finding]:
    """The 13-digit numbers of persons whose check digit holds.

    The Central Registration Office of the Department of Provincial Administration gives them: the first digit, 1 to 8,
    is the kind of person, the last one a check digit modulo 11. Numbers that begin with 0 are of companies. Grouped as
    on the card (1-2345-67890-12-3), by hyphens alone or not at all they are found anywhere; otherwise grouped where a
    word says what they are, because two years and an amount have 13 digits too.
    """
    found = {match.start(): match[0] for match in _NATIONAL_ID.finditer(numbers)}
    if _OF_A_PERSON.search(numbers):
        spaced = _SPACED_ID.finditer(numbers)
        near = [m for m in spaced if _OF_A_PERSON.search(numbers, max(0, m.start() - _NEAR), m.start())]
        found |= {match.start(): match[0] for match in near}
    for text in found.values():
        digits = comparable(text)
        if pin.is_valid(digits):
            yield Finding("a Thai national id", text, f"{digits[0]}-{digits[1:5]}-…-{digits[12]}")


_IN_PHONE = r"[-. ()]{0,3}"
_PHONE = re.compile(
    # Thai, by the 0 of a national call or by the country code; without a plus sign only where a mobile number follows.
    rf"(?:(?<![0-9])(?<![0-9]-)0|\+{_IN_PHONE}66{_IN_PHONE}0?"
    rf"|(?<![0-9])(?<![0-9]-)(?:00[1-9]?{_IN_PHONE})?66(?={_IN_PHONE}[689]))"
    rf"{_IN_PHONE}(?P<thai>[689](?:{_IN_PHONE}[0-9]){{8}}|[2-57](?:{_IN_PHONE}[0-9]){{7}})"
    # After a row of numbers stands its last digit or two; what goes on for longer is a code.
    r"(?![0-9]|-[0-9]{3})"
    rf"|\+(?!66)[0-9](?:{_IN_PHONE}[0-9]){{6,14}}(?![0-9])"
    # Elsewhere a slash stands between two numbers, or in that of a letter: กท 0205/12345.
    r"|(?<![0-9/])0[1-9][0-9]?/[0-9]{3}/[0-9]{3,4}(?![0-9/])"
)


def phone_numbers(numbers: str) -> Iterator[Finding]:
    """The phone numbers in a text: Thai ones with 0 or 66, those of other countries with a plus sign.

    The numbering plan of the NBTC (ITU-T E.164, +66) has 9 digits with the 0 for a fixed line, and 10 for 06, 08 and
    09; `phonenumbers` knows which of them are given out. It is asked of each candidate alone: in a whole text it passes
    over a row of numbers as offices write it, 0-2221-2141-69, and a number beside a year. Service numbers (1555,
    1800 …) are no person's.
    """
    for match in _PHONE.finditer(numbers):
        written = "0" + match["thai"] if match["thai"] else match[0].replace("/", "-")
        if PhoneNumberMatcher(written, "TH", Leniency.VALID).has_next():
            yield Finding("a phone number", match[0], f"{re.sub('[^0-9+]', '', written)[:3]}-…")


_PASSBOOK = re.compile(r"(?<![0-9])(?<![0-9]-)[0-9]{3} ?- ?[0-9] ?- ?[0-9]{5} ?- ?[0-9](?!-?[0-9])")
_ACCOUNT = re.compile(
    r"(?<![0-9])(?<![0-9][-.])(?:[0-9](?:-?[0-9]){9,11}|[0-9]{3}([ .])[0-9]\1[0-9]{5}\1[0-9]|[0-9]{3} [0-9]{6} [0-9])"
    r"(?![-.]?[0-9])"
)
_OF_AN_ACCOUNT = re.compile(
    r"(?P<account>บัญชี(?!แยกประเภท)|บช\.|ธนาคาร|พร้อมเพย์"
    # Banks by their short names; กสิกรรม is farming.
    r"|ธ\. ?(?:กรุง|ก\. ?ส)|กสิกร(?!รม)|ไทยพาณิชย์|ออมสิน|ธกส"
    r"|(?i:(?<![a-z])(?:accounts?|acct|a/c|bank|promptpay|scb|kbank|ktb|bbl|gsb|baac|ttb)(?![a-z])))"
    # A ledger's code, a guarantee and a contract have numbers of their own, beside the name of a bank.
    r"|บัญชีแยกประเภท|รหัสบัญชี|ค้ำประกัน|เลขที่โครงการ|เลขที่สัญญา|เลขคุมสัญญา"
)


def bank_accounts(numbers: str) -> Iterator[Finding]:
    """The numbers of Thai bank accounts in a text: 10 digits, or 12 of the state's savings and farmers' banks.

    In the grouping of a passbook, 123-4-56789-0, they are found anywhere; in others, which orders and contracts have as
    well, where an account or a bank is named shortly before.
    """
    found = [match[0] for match in _PASSBOOK.finditer(numbers)]
    if _OF_AN_ACCOUNT.search(numbers):
        found += [match[0] for match in _ACCOUNT.finditer(numbers) if _is_account(numbers, match.start())]
    for text in found:
        yield Finding("a bank account", text, f"{comparable(text)[:3]}-…")


def _is_account(numbers: str, start: int) -> bool:
    """Whether the last telling word before a number is that of an account."""
    words = list(_OF_AN_ACCOUNT.finditer(numbers, max(0, start - _NEAR), start))
    return bool(words) and words[-1]["account"] is not None


# The search of a package.


def personal_data(descriptor: Descriptor, tables: Mapping[str, Table], problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong with the allowances of the descriptor, and a problem for each text that holds personal data.

    `problems` are those found before: a file has no more than MAX_PROBLEMS in all.
    """
    allowed, found = read_allowed(descriptor, tables)
    found += _in_descriptor(descriptor, allowed)
    schemas = {resource["name"]: resource["schema"] for resource in descriptor.resources}
    for table in tables.values():
        told = [p for p in problems if p.place == table.path]
        room = max(0, MAX_PROBLEMS - len(told))
        hits = _in_table(table, schemas[table.name], allowed, descriptor.place)
        found += islice(hits, room)
        if (more := next(hits, None)) and all(p.rule != "too-many-problems" for p in told):
            found.append(too_many(table.path, more.row or 0))
    return found


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
    """A quick look at the digits of a text, which passes over nearly all."""
    find: Callable[[str], Iterator[Finding]]


_NUMBERS = ("integer", "number")
_NEITHER = ("boolean", "date", "datetime", "duration", "geopoint", "time", "year", "yearmonth")
"""Types whose values hold no personal data. All others are numbers or have texts in them."""


def searched(tables: Mapping[str, Table], allowances: Iterable[Mapping[str, Any]]) -> int:
    """How many cells are searched."""
    left_out = {(str(one.get("resource")), str(one.get("field"))) for one in allowances}
    names = (
        (table, field["name"])
        for table in tables.values()
        for field in table.fields
        if field.get("type", "string") not in _NEITHER and (table.name, field["name"]) not in left_out
    )
    return sum(row[name] is not None for table, name in names for _, row in table.rows)


def _in_table(table: Table, schema: Mapping[str, Any], allowed: Allowed, place: str) -> Iterator[Problem]:
    """The cells of a table that hold personal data, one problem for each."""
    yield from _in_header(table, allowed, place)
    codes = _codes(table.name, schema)
    columns = [
        column
        for position, field in enumerate(table.fields, start=1)
        if (table.name, field["name"]) not in allowed.fields and (column := _column(field, position, codes))
    ]
    for number, row in table.rows:
        for column in columns:
            value = row[column.name]
            if value is None:
                continue
            text = value if isinstance(value, str) else _text(value)
            if not _has_at(text) and not column.is_worth(text):
                continue
            if finding := allowed.unexpected(column.find(text)):
                message, hint = _about(finding, place)
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


def _in_header(table: Table, allowed: Allowed, place: str) -> Iterator[Problem]:
    """The headings that hold personal data. They are named by their position, since the field's name is the datum."""
    for position, field in enumerate(table.fields, start=1):
        if finding := allowed.unexpected(find_personal_data(field["name"])):
            message, hint = _about(finding, place)
            value = finding.masked
            yield Problem(table.path, "personal-data", message, hint, row=1, value=value, column=position)


def _codes(resource: str, schema: Mapping[str, Any]) -> set[str]:
    """The columns that hold keys: primary and foreign, as described and as the portal joins them."""
    keys = [schema.get("primaryKey"), *(key["fields"] for key in schema.get("foreignKeys", []))]
    known = (*KEYS.get(resource, ()), *JOINS) if resource in COLUMNS else ()
    return {*known, *(name for key in keys for name in key_fields(key) or ())}


_PHONES = re.compile(
    # Not telemetry, television, fibres or the cost of calls.
    r"(?<!ค่า)โทร(?!ทัศน์|มาตร|คมนาคม)|มือถือ|(?<!ไฟ)เบอร์|ติดต่อ|(?i:phone|mobile|fax|contact|(?<![a-z])tel(?![a-z]))"
)
_ACCOUNTS = re.compile(r"เลข(?:ที่)?บัญชี|บัญชีธนาคาร|พร้อมเพย์|(?i:bank|promptpay|account.?(?:no|num))")


def _column(field: Mapping[str, Any], position: int, codes: Container[str]) -> _Column | None:
    """How a column is searched; None where its type holds no personal data, such as a date.

    A code is made by a rule, and a rule may make 0 and nine more digits: of keys only what has a check digit or an @ is
    told apart. A number is a phone number only where the heading says so: an amount of money has as many digits.
    """
    name, kind = field["name"], field.get("type", "string")
    heading = " ".join(str(field.get(key) or "") for key in ("name", "title", "title_en"))
    if kind in _NEITHER:
        return None
    if name not in codes and kind != "number" and _PHONES.search(heading):
        return _Column(name, position, lambda text: True, _in_phone_column)
    if name in codes or kind in _NUMBERS:
        return _Column(name, position, _THIRTEEN_DIGITS.search, _in_code)
    find = _in_account_column if _ACCOUNTS.search(heading) else find_personal_data
    return _Column(name, position, _NINE_DIGITS.search, find)


def _text(value: object) -> str:
    """What is searched of a value that is no text: of a whole number its digits, of a list all that is in it."""
    if not isinstance(value, int | Decimal):
        return str(value)
    whole, _, rest = str(value).partition(".")
    return "" if rest.strip("0") else whole


def _in_code(text: str) -> Iterator[Finding]:
    yield from email_addresses(text)
    yield from national_ids(_only_numbers(text))


def _in_phone_column(text: str) -> Iterator[Finding]:
    """As in any text; a number that stands alone gets back the 0 that a spreadsheet drops."""
    digits = re.sub(r"\.0+$|[-. ()]", "", text.translate(_FOLDED).strip())
    return phone_numbers(f"0{digits}") if re.fullmatch("[1-9][0-9]{7,8}", digits) else find_personal_data(text)


def _in_account_column(text: str) -> Iterator[Finding]:
    """As in a text that begins with the word of the heading."""
    return find_personal_data(f"บัญชี {text}")


_NO_TEXTS = ("$schema", "pattern", "primaryKey", "foreignKeys", "uniqueKeys", "missingValues")
"""Properties of a descriptor for programs: regular expressions, and names of fields that are searched elsewhere."""


def _in_descriptor(descriptor: Descriptor, allowed: Allowed) -> Iterator[Problem]:
    """The texts of the descriptor that hold personal data, one problem for each."""
    for where, text in texts_of(descriptor.content, skipped=_NO_TEXTS):
        # What is allowed is not held against itself, but a reason is public too.
        is_allowance = where.startswith(PROPERTY) and not where.endswith(".reason")
        # The digits of an address are those of a page.
        find = email_addresses if where.endswith(".path") else find_personal_data
        if not is_allowance and (finding := allowed.unexpected(find(text))):
            yield problem(descriptor.place, where, "personal-data", *_about(finding, descriptor.place), finding.masked)


# What the data officer allows.

_EXAMPLE = f'Write "{PROPERTY}": [{{"resource": "agencies", "field": "email", "reason": "…"}}].'


def read_allowed(descriptor: Descriptor, tables: Mapping[str, Table]) -> tuple[Allowed, list[Problem]]:
    """The allowances of a descriptor, and a problem for each that is not sound, which allows nothing.

    Each is an object with a `reason` and either a `resource` and its `field`, or a `value`. No message repeats a value.
    """
    entries = descriptor.content.get(PROPERTY, [])
    if not isinstance(entries, list):
        message = f"{PROPERTY} must be a list of JSON objects."
        return Allowed(), [problem(descriptor.place, PROPERTY, "wrong-type", message, _EXAMPLE)]
    columns = _known_columns(descriptor, tables)
    fields, values, problems = set(), set(), []
    for index, entry in enumerate(entries):
        where = f"{PROPERTY}[{index}]"
        found = list(_check_form(descriptor.place, where, entry))
        if not found and "value" not in entry:
            found = list(_check_field(descriptor, where, entry, columns))
        problems += found
        if not found and "value" in entry:
            values.add(comparable(entry["value"]))
        elif not found:
            fields.add((entry["resource"], entry["field"]))
    return Allowed(frozenset(fields), frozenset(values)), problems


def _known_columns(descriptor: Descriptor, tables: Mapping[str, Table]) -> dict[str, set[str]]:
    """The columns of each resource, those that are described and those that are in its file alone."""
    known = {resource["name"]: {f["name"] for f in resource["schema"]["fields"]} for resource in descriptor.resources}
    for table in tables.values():
        known[table.name] |= {field["name"] for field in table.fields}
    return known


def _check_form(place: str, where: str, entry: Any) -> Iterator[Problem]:
    """An allowance is an object of texts: a reason, and either a value or a resource and its field."""
    known = ("resource", "field", "value", "reason")
    if not isinstance(entry, dict):
        yield problem(place, where, "wrong-type", "an allowance must be a JSON object.", _EXAMPLE)
        return
    if unknown := [key for key in entry if key not in known]:
        for key in unknown:
            message = f'"{shorten(key)}" is not a property of an allowance.'
            hint = suggest(key, known) or f"Write only {', '.join(known)}."
            yield problem(place, f"{where}.{shorten(key)}", "unknown-property", message, hint)
        return
    if "value" in entry and entry.keys() & {"resource", "field"}:
        message = "an allowance is for a value or for a field, not for both."
        yield problem(place, where, "invalid-allowance", message, "Make two of it, each with its reason.")
    for key in ("value", "reason") if "value" in entry else ("resource", "field", "reason"):
        text = entry.get(key)
        if key in entry and not isinstance(text, str):
            yield problem(place, f"{where}.{key}", "wrong-type", f"{key} must be a text.", "Write it in quotes.")
        elif not text or not text.strip():
            message = f"an allowance must have the property {key}, a text."
            yield problem(place, f"{where}.{key}", "missing-property", message, _MEANING[key])
        elif key == "value" and not comparable(text):
            message = "a value that is allowed has a digit or an @: by these it is found."
            yield problem(place, f"{where}.{key}", "invalid-allowance", message, _MEANING[key])


_MEANING = {
    "resource": "Name the resource and its field, or give the value alone.",
    "field": "Name the column of the resource that may hold personal data.",
    "value": "Write the number or the address that may be published.",
    "reason": "Say why it may be published.",
}


def _check_field(descriptor: Descriptor, where: str, entry: Any, columns: Mapping[str, set[str]]) -> Iterator[Problem]:
    """The field of an allowance is there. Of a resource that has problems already nothing is said."""
    name, field = entry["resource"], entry["field"]
    names = [
        r["name"] for r in descriptor.content["resources"] if isinstance(r, dict) and isinstance(r.get("name"), str)
    ]
    if name not in names:
        message = f'"{shorten(name)}" is not a resource of the package.'
        hint = suggest(name, names) or "Mend the name."
        yield problem(descriptor.place, f"{where}.resource", "unknown-resource", message, hint)
    elif name in columns and field not in columns[name]:
        message = f'"{shorten(field)}" is not a field of {name}.'
        hint = suggest(field, columns[name]) or "Mend the name."
        yield problem(descriptor.place, f"{where}.field", "unknown-field", message, hint)
