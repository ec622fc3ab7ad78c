"""The forms of numbers that are personal data, as tables. The only importer of phonenumbers and stdnum."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from re import Match, Pattern

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import luhn
from stdnum.th import pin
from stdnum.us import ssn

from portal.core.models import SearchedNumbers
from portal.package.personal_data.folding import comparable
from portal.package.personal_data.words import Words


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A way to write a kind of number."""

    kind: str
    """What the number is, as the end of a sentence: "a phone number"."""
    pattern: Pattern[str]
    mask: Callable[[str], str]
    """Returns the part of a number that a public log may show."""
    is_valid: Callable[[Match[str]], bool] = lambda match: True
    words: frozenset[str] = frozenset()
    """The last word before the number must be of one of these kinds; if empty, the form alone is enough."""
    against: frozenset[str] = frozenset()
    """Directly after a word of these kinds, the number is something else."""

    def find(self, numbers: str, words: Words) -> Iterator[Match[str]]:
        """The numbers of this form in a text from `only_numbers`. A series of other numbers is left out as a whole."""
        if self.words and not words.have(self.words):
            return
        left_out = None
        for match in self.pattern.finditer(numbers):
            start = match.start()
            if self.words and not words.are_for(self.words, start):
                continue
            if words.are_against(self.against, start) or (left_out is not None and words.is_row(left_out, start)):
                left_out = match.end()
            elif self.is_valid(match):
                yield match


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def _is_pin(match: Match[str]) -> bool:
    return bool(pin.is_valid(_digits(match[0])))


def _is_ssn(match: Match[str]) -> bool:
    return bool(ssn.is_valid(_digits(match[0])))


def _mask_pin(text: str) -> str:
    digits = _digits(text)
    return f"{digits[0]}-{digits[1:5]}-…-{digits[12]}"


def _mask_thai_phone(text: str) -> str:
    if text.lstrip(" (").startswith("+") and not _digits(text).startswith("66"):
        return f"+{_digits(text)[:2]}-…"
    return f"{comparable(text).zfill(9)[:3]}-…"


_ISSUERS = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}|(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)[0-9]*|3[47][0-9]{13}|(?:30|36|38|39)[0-9]{12,17}"
    r"|35[0-9]{14,17}|6[0-9]{15,18}"
)


def _is_card(match: Match[str]) -> bool:
    """Whether a number is of a card: by its issuer (ISO/IEC 7812) and its check digit (Luhn), and not four years."""
    digits = _digits(match[0])
    years = re.fullmatch(r"(?:(?:19|20|24|25)[0-9]{2}){4}", digits)
    return not years and _ISSUERS.fullmatch(digits) is not None and bool(luhn.is_valid(digits))


def _mask_start(text: str) -> str:
    return f"{_digits(text)[:3]}-…"


_IN_PHONE = r"[-. ()\[\]]{0,3}"

_THAI_PHONE = rf"(?P<thai>[689](?:{_IN_PHONE}[0-9]){{8}}|[2-57](?:{_IN_PHONE}[0-9]){{7}})"

# A series of numbers ends with one or two digits, as in 0-2221-2141-69; a longer end is that of a code.
_PHONE_ENDS = r"(?![0-9]|-[0-9]{3}|/2[056][0-9]{2}(?![0-9]))"

_ALONE = r"(?<![0-9])(?<![0-9]-)"

_SIGN = r"[-./_*~+()\[\]\s]{0,3}"

_GAP = r"[-./_\s]{1,3}"

_CUT_AT_LINE_END = r"\n?[-./_]\n?".join(["[1-8]", *(rf"[0-9](?:\n?[0-9]){{{n - 1}}}" for n in (4, 5, 2, 1))])

_THING = frozenset({"thing", "guarantee", "barcode"})

_NUMBERED = _THING | {"number"}

NATIONAL_IDS = (
    # Without separators, grouped as printed on the card, or with any hyphens.
    Recogniser(
        "a Thai national id",
        re.compile(
            r"(?<![0-9])[1-8][0-9]{12}(?![0-9])"
            rf"|(?<![0-9])[1-8]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{5}}{_GAP}[0-9]{{2}}{_GAP}[0-9](?![0-9])"
            r"|(?<![0-9-])[1-8](?:-?[0-9]){12}(?!-?[0-9])"
            rf"|(?<![0-9]){_CUT_AT_LINE_END}(?![0-9])"
        ),
        _mask_pin,
        _is_pin,
        against=frozenset({"barcode"}),
    ),
    # Otherwise grouped: two years and an amount have 13 digits too.
    Recogniser(
        "a Thai national id",
        re.compile(r"(?<![0-9])[1-8](?:[-./_\s]?[0-9]){12}(?![0-9])"),
        _mask_pin,
        _is_pin,
        words=frozenset({"id", "person"}),
    ),
    # A digit was mistyped: the word says what it is.
    Recogniser(
        "a Thai national id",
        re.compile(r"(?<![0-9])[1-8](?:[-./_\s]{0,3}[0-9]){12}(?![0-9])"),
        _mask_pin,
        words=frozenset({"id"}),
    ),
)
"""The 13-digit numbers of persons.

The Central Registration Office of the Department of Provincial Administration gives them: the first digit, 1 to 8, is
the kind of person, the last one a check digit modulo 11. Numbers that begin with 0 are of companies.
"""

CARDS = (
    Recogniser(
        "a card number",
        re.compile(
            rf"{_ALONE}(?:[2-6][0-9]{{3}}(?P<s>[-./_ \n]{{1,2}})[0-9]{{4}}(?P=s)?\s?[0-9]{{4}}\s?(?P=s)?[0-9]{{4}}"
            rf"|3[47][0-9]{{2}}[-. ]?[0-9]{{6}}[-. ]?[0-9]{{5}}|[2-6][0-9]{{15}})(?![-.]?[0-9])"
        ),
        _mask_start,
        _is_card,
        against=_THING | {"sum"},
    ),
    Recogniser(
        "a card number",
        re.compile(rf"{_ALONE}[2-6](?:{_SIGN}[0-9]){{12,18}}(?![0-9])"),
        _mask_start,
        _is_card,
        words=frozenset({"card"}),
    ),
)
"""The 13 to 19 digits of credit and debit cards."""


def _phone(
    region: str, pattern: Pattern[str], words: frozenset[str] = frozenset(), against: frozenset[str] = frozenset()
) -> Recogniser:
    """Recognises phone numbers that are given out in a country, or with the plus sign of another one.

    The group `thai` of a pattern is what follows the 0 of a number that is dialled within Thailand.
    """

    def is_given_out(match: Match[str]) -> bool:
        national = match.groupdict().get("thai")
        call = re.sub(r"[/_*~+\n]", "-", "0" + national) if national else match[0].replace("\n", " ")
        return bool(PhoneNumberMatcher(call, region, Leniency.VALID).has_next())

    mask = _mask_thai_phone if region == "TH" else _mask_start
    return Recogniser("a phone number", pattern, mask, is_given_out, words, against)


PHONES = (
    _phone(
        "TH",
        re.compile(rf"{_ALONE}(?!0[0-9]{{8,9}}(?![0-9]))0{_IN_PHONE}{_THAI_PHONE}{_PHONE_ENDS}"),
        against=_NUMBERED,
    ),
    # Without a sign within it, it may be a sum too.
    _phone(
        "TH",
        re.compile(rf"{_ALONE}(?=0[0-9]{{8,9}}(?![0-9]))0{_THAI_PHONE}{_PHONE_ENDS}"),
        against=_NUMBERED | {"sum"},
    ),
    # By the country code; without a plus sign only where a mobile number follows.
    _phone(
        "TH",
        re.compile(
            rf"(?:\+{_IN_PHONE}66{_IN_PHONE}0?|{_ALONE}(?:00[1-9]?{_IN_PHONE})66{_IN_PHONE}0?){_IN_PHONE}{_THAI_PHONE}{_PHONE_ENDS}"
            rf"|\+(?!66)[0-9](?:{_IN_PHONE}[0-9]){{6,14}}(?![0-9])"
        ),
    ),
    _phone(
        "TH",
        re.compile(
            rf"{_ALONE}66(?={_IN_PHONE}0?{_IN_PHONE}[689]){_IN_PHONE}0?{_IN_PHONE}{_THAI_PHONE}{_PHONE_ENDS}"
            r"(?!\.[0-9]{2}(?![0-9]))"
        ),
        against=_NUMBERED | {"sum"},
    ),
    # Elsewhere a slash stands between two numbers, or in that of a letter: กท 0205/12345.
    _phone(
        "TH",
        re.compile(
            r"(?<![0-9/])(?<![0-9]-)0(?P<thai>[1-9][0-9]?(?P<s>[/_*~+])[0-9]{3}(?P=s)[0-9]{3,4}"
            r"|[689][0-9](?:[-. ]?[0-9]{3}\n[0-9]{4}|\n[0-9]{3}[-. ]?[0-9]{4}))"
            r"(?![0-9/])"
        ),
        against=_NUMBERED,
    ),
    # After its word over a line end, with other signs, without the 0.
    _phone(
        "TH",
        re.compile(
            rf"(?<![0-9])(?<![0-9][-./])(?:(?:66{_SIGN})?0{_SIGN}|66{_SIGN}(?=[2-9])|(?=[689]))"
            rf"(?P<thai>[689](?:{_SIGN}[0-9]){{8}}|[2-57](?:{_SIGN}[0-9]){{7}})(?![0-9]|[-.,][0-9]{{2}})"
        ),
        words=frozenset({"phone"}),
    ),
)
"""Thai phone numbers with 0 or 66, those of other countries with a plus sign.

The numbering plan of the NBTC (ITU-T E.164, +66) has 9 digits with the 0 for a fixed line, and 10 for 06, 08 and 09;
`phonenumbers` knows which of them are given out. It is asked of each candidate alone: in a whole text it passes over a
row of numbers as offices write it, 0-2221-2141-69, and a number beside a year. Service numbers (1555, 1800 …) are no
person's.
"""

ACCOUNTS = (
    Recogniser(
        "a bank account",
        re.compile(rf"{_ALONE}[0-9]{{3}} ?- ?[0-9] ?- ?[0-9]{{5}} ?- ?[0-9](?!-?[0-9])"),
        _mask_start,
        against=_THING,
    ),
    # Other groups are found in orders and contracts as well.
    Recogniser(
        "a bank account",
        re.compile(
            r"(?<![0-9])(?<![0-9][-.])(?:[0-9](?:[-\n]{0,2}[0-9]){9,11}"
            r"|[0-9]{3}([- .\n])[0-9]\1[0-9]{5}\1[0-9]|[0-9]{3} [0-9]{6} [0-9]|[0-9]{3} [0-9]{3} [0-9]{4}"
            r"|[0-9]{3}[ .][0-9]{7}|[0-9]{3} [0-9] [0-9]{6}|[0-9]{3} [0-9]{3} [0-9]{3} [0-9]"
            r"|0[0-9]{3} [0-9]{4} [0-9]{4})(?![-.]?[0-9])"
        ),
        _mask_start,
        words=frozenset({"account", "bank"}),
    ),
)
"""The numbers of Thai bank accounts: 10 digits, or 12 of the state's savings and farmers' banks."""

SOCIAL_SECURITY = (
    Recogniser(
        "a US Social Security number",
        re.compile(r"(?<![0-9-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9-])"),
        _mask_start,
        _is_ssn,
        against=_NUMBERED,
    ),
    Recogniser(
        "a US Social Security number",
        re.compile(rf"{_ALONE}[0-9]{{3}}[-. ]?[0-9]{{2}}[-. ]?[0-9]{{4}}(?![-.]?[0-9])"),
        _mask_start,
        _is_ssn,
        words=frozenset({"id", "person"}),
    ),
)
"""The numbers of persons that the Social Security Administration gives; they have no check digit."""


def _phones_of(region: str) -> tuple[Recogniser, ...]:
    """The phone numbers of a country: with a sign within them, after a word for a phone, or with a plus sign."""
    return (
        _phone(region, re.compile(rf"\+[0-9](?:{_IN_PHONE}[0-9]){{6,14}}(?![0-9])")),
        _phone(
            region,
            # The rest after the first group tells a phone number from a sum.
            re.compile(r"(?<![0-9+])(?<![0-9][-.])\(?[0-9]{1,5}\)?(?:[-. ]{1,2}[0-9]{2,8}){1,5}(?![0-9]|-[0-9])"),
            against=_NUMBERED | {"sum"},
        ),
        _phone(
            region,
            re.compile(rf"{_ALONE}[0-9](?:{_IN_PHONE}[0-9]){{8,13}}(?![0-9])"),
            words=frozenset({"phone"}),
        ),
    )


@dataclass(frozen=True, slots=True)
class Recognisers:
    """What the numbers of a city are searched with."""

    checked_ids: tuple[Recogniser, ...]
    """Of numbers of persons with a check digit, which tells them from a code."""
    phones: tuple[Recogniser, ...]
    all: tuple[Recogniser, ...]


@cache
def recognisers(numbers: SearchedNumbers) -> Recognisers:
    """The recognisers of the numbers that a city has searched for."""
    is_thai = "th" in numbers.personal_ids
    checked = NATIONAL_IDS if is_thai else ()
    others = SOCIAL_SECURITY if "us-ssn" in numbers.personal_ids else ()
    phones = PHONES if numbers.phone_region == "TH" else _phones_of(numbers.phone_region)
    return Recognisers(checked, phones, (*checked, *others, *CARDS, *phones, *(ACCOUNTS if is_thai else ())))
