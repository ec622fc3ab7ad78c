"""The personal data in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.core.models import SearchedNumbers
from portal.core.problems import shorten
from portal.package.personal_data.folding import NINE_DIGITS, comparable, fold, fold_addresses, has_at, has_word
from portal.package.personal_data.mentions import LINKS, MENTIONS, Mention
from portal.package.personal_data.recognisers import Recogniser, recognisers
from portal.package.personal_data.words import Words


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of personal data in a text."""

    kind: str
    """What it is, as the end of a sentence: "a phone number"."""
    text: str
    """As it is written, after `fold`. It must never be part of a message."""
    masked: str
    """The part that a public log may show, enough to find it in its row."""


_ASCII_NAME = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"

_TLD = r"(?:com|net|org|info|biz|edu|gov|io|co|me|asia|th)(?![A-Za-z0-9-])"

_EMAIL = re.compile(
    # Each part has a limit (RFC 5321, 4.5.3.1). Dots and lines before the first are those of a form.
    rf"{_ASCII_NAME}@(?:[A-Za-z0-9][A-Za-z0-9-]{{0,62}}\.){{1,8}}[A-Za-z]{{2,24}}"
    # With spaces that a copy brought in; ".30" and ".m" are no domains.
    rf"|{_ASCII_NAME}[ \n]{{0,2}}@[ \n]{{0,2}}(?:[A-Za-z0-9][A-Za-z0-9-]{{0,62}} ?\. ?){{1,8}}{_TLD}"
    # Names and domains in Thai (RFC 6531); a Thai text has no space before them.
    r"|(?:(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}|[ก-๛]{1,64}+[0-9._-]{0,16})@"
    r"(?:[A-Za-z0-9ก-๛][A-Za-z0-9ก-๛-]{0,62}\.){1,8}(?:ไทย|คอม)"
    r"|[ก-๛]{1,64}+[0-9._-]{0,16}@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}"
)

_UNIT = (
    r"(?:ตร\.? ?(?:ม|ว|กม)(?![ก-๙])|ลบ\.? ?ม(?![ก-๙])|ตารางเมตร|ตารางวา|ลูกบาศก์|ลิตร|กก\.|กิโล|ไร่|ครั้ง|ครัวเรือน"
    r"|(?i:sq\.? ?m|cu\.? ?m|m[23²³]|kwh|kg)(?![A-Za-z]))"
)

_GLUED = r"tel|telephone|phone|mobile|mob|cell|hp|call|fax|t|line(?:id)?|whatsapp|wa|viber|id"

_BANKS = r"scb|kbank|ktb|bbl|gsb|baac|ttb|tmb|uob|cimb|acc|acct|account"

_NO_NUMBERS = re.compile(
    "|".join(
        (
            # The ids of projects and of indicators: 04160000-6961, 0416-1044. First, since they are most.
            r"(?<![0-9-])(?:[0-9]{8}|0[0-9]{3})-[0-9]{4}(?![0-9-])",
            r"(?:https?://|www\.|doi:|(?<![A-Za-z0-9.])(?:wa|t|m|line)\.me/)[!-~]+",
            r"(?<![0-9A-Za-z_-])[0-9A-Za-z_-]{1,80}+\.(?i:pdf|jpe?g|png|gif|tiff?|docx?|xlsx?|pptx?|csv|txt|zip|mp4|dwg)(?![A-Za-z])",
            # UUIDs and checksums; also any run of digits that is far too long.
            r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{24,})(?![0-9A-Za-z])",
            # Codes that begin with a letter (B66-0102001-P01-0300); but Tel0812345678 lacks only a space.
            r"(?<![0-9A-Za-z])(?<![Hh]/)(?!(?i:tel|phone|mobile|fax|id|no)[0-9]|(?i:[a-z]{0,12}id)[1-8](?:-?[0-9]){12}(?![0-9])"
            rf"|(?i:{_GLUED})0(?:-?[0-9]){{8,9}}(?![0-9])|(?i:{_BANKS})(?:-?[0-9]){{10,12}}(?![0-9]))"
            r"[A-Za-z]+[0-9][0-9A-Za-z]*(?:-[0-9A-Za-z]+)*",
            # Dates in either era, and times: 01-10-2566, 2023-10-01, 08.30.
            r"(?<![0-9])[0-9]{1,2}(?P<a>[-/.])[0-9]{1,2}(?P=a)(?:19|20|24|25|26)[0-9]{2}(?![0-9])",
            r"(?<![0-9])(?:19|20|24|25|26)[0-9]{2}(?P<b>[-/.])[0-9]{1,2}(?P=b)[0-9]{1,2}(?![0-9])",
            r"(?<![0-9.])(?:[01]?[0-9]|2[0-4])[.:][0-5][0-9](?!\.?[0-9])",
            # Coordinates and shares, which begin with no needless zero as phone numbers do: 100.5017651, 0.812345678.
            r"(?<![0-9.])(?:0|[1-9][0-9]{0,2})\.[0-9]{5,}(?![0-9.])",
            # Money, also from one amount to another; but 5678 is the end of 081-234-5678, and บาทวิถี is a pavement.
            r"฿ ?[0-9]+"
            r"|(?<![-.0-9])(?:[1-9][0-9]*-)?[1-9][0-9]*(?:\.[0-9]+)? ?(?:ล้าน|บาท(?!วิถี)|(?i:baht|thb)"
            rf"|{_UNIT}|เมตร|ม\.(?![ก-๙0-9])|ตัน|หน่วย|ตาราง|คน|ราย|แห่ง|ชุด|ต้น)",
            # An area or a sum may have any digits; no phone number has a unit.
            rf"(?<![-.0-9])0[0-9]{{1,3}}[- .]?[0-9]{{3,8}}[- .]?[0-9]{{0,4}} ?{_UNIT}",
            r"(?<![-.0-9])0[0-9]{8,}(?:\.[0-9]+)? ?(?:บาท(?!วิถี)|ล้าน|เมตร|หน่วย(?!งาน)|ตัน(?![ก-๙]))",
            # A company's number for tax has the form of a person's id and begins with 0 (Revenue Department).
            r"(?<![0-9])0[-. ][0-9]{4}[-. ][0-9]{5}[-. ][0-9]{2}[-. ][0-9](?![0-9])",
        )
    )
)
"""Texts with many digits that are no personal data."""

_MISREAD = re.compile(
    r"(?<![A-Za-z0-9])[Oo](?=[2-9][-. ]?[0-9lI])|(?:(?<=[0-9])|(?<=[0-9][-. ]))[OoIl]{1,5}(?=[-. ]?[0-9])"
)
"""Letters in place of digits, from a scan or a typing mistake."""

_DIGITS = str.maketrans("OoIl", "0011")

_LETTERS = re.compile("[A-Za-zＡ-Ｚａ-ｚก-๎]")


def find_personal_data(text: str, numbers: SearchedNumbers) -> Iterator[Finding]:
    """The personal data in a text: e-mail addresses, LINE ids, national ids, card, phone and account numbers.

    `numbers` says which numbers those are in the city.

    A number that one kind matches is not searched for the next kinds.
    """
    has_digits = NINE_DIGITS.search(text) is not None
    if has_at(text) or has_word(text):
        yield from email_addresses(text)
    elif not has_digits:
        return
    yield from _mentions(MENTIONS, text)
    if has_digits:
        yield from _numbers(recognisers(numbers).all, only_numbers(text))


def in_address(text: str) -> Iterator[Finding]:
    """The e-mail addresses and links to persons in a web address. Its other digits only identify a page."""
    yield from email_addresses(text)
    yield from _mentions(LINKS, text)


def in_code(text: str, numbers: SearchedNumbers) -> Iterator[Finding]:
    """The personal data that can be recognised in a code: by a check digit, or by an @."""
    yield from email_addresses(text)
    yield from _numbers(recognisers(numbers).checked_ids, only_numbers(text))


def phone_numbers(text: str, numbers: SearchedNumbers) -> Iterator[Finding]:
    """The phone numbers in a text."""
    return _numbers(recognisers(numbers).phones, only_numbers(text))


def email_addresses(text: str) -> Iterator[Finding]:
    """The e-mail addresses in a text (RFC 5321, without quoted names)."""
    if not has_at(text) and not has_word(text):
        return
    folded = fold_addresses(fold(text))
    for match in _EMAIL.finditer(folded) if "@" in folded else ():
        name, _, domain = comparable(match[0]).partition("@")
        masked = f"{name[: min(2, len(name) // 2)]}…@{shorten(domain, 40)}"
        yield Finding("an e-mail address", match[0], masked)


def _mentions(mentions: Sequence[Mention], text: str) -> Iterator[Finding]:
    if not _LETTERS.search(text):
        return
    folded = fold(text)
    small = folded.casefold()
    for mention in mentions:
        for identifier in mention.find(folded, small):
            yield Finding(mention.kind, identifier, f"{identifier[:2]}…")


def _numbers(recognisers: Sequence[Recogniser], numbers: str) -> Iterator[Finding]:
    if not numbers:
        return
    words = Words(numbers)
    for recogniser in recognisers:
        begin, rest = 0, []
        for match in recogniser.find(numbers, words):
            yield Finding(recogniser.kind, match[0], recogniser.mask(match[0]))
            rest += [numbers[begin : match.start()], "|" * len(match[0])]
            begin = match.end()
        numbers = "".join([*rest, numbers[begin:]]) if begin else numbers


_BEFORE, _AFTER = 200, 40
"""Characters before and after a number that are searched with it, for a word, the start of an address, or a unit."""


def only_numbers(text: str) -> str:
    """The passages of a text with enough digits, folded; "" where there is none.

    Each number that is no personal data, such as a date or an amount, is replaced by a vertical bar.
    """
    passages, begin, end = [], 0, 0
    for digits in NINE_DIGITS.finditer(text):
        if digits.start() - _BEFORE > end:
            passages.append(text[begin:end])
            begin = digits.start() - _BEFORE
        end = digits.end() + _AFTER
    if not end:
        return ""
    passages.append(text[begin:end])
    # A number that was cut at a hyphen goes on in the next line.
    folded = fold("|".join(passages)).replace("-\n", "-")
    if "@" in folded:
        folded = _EMAIL.sub("|", folded)
    if _LETTERS.search(folded):
        folded = _MISREAD.sub(lambda misread: misread[0].translate(_DIGITS), folded)
    numbers = _NO_NUMBERS.sub("|", folded)
    return numbers if len(numbers) > 1 else ""
