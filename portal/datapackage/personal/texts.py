"""The personal data in one text. The only importer of phonenumbers and stdnum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum.th import pin

from portal.problems import shorten


@dataclass(frozen=True, slots=True)
class Finding:
    """One personal datum in a text."""

    kind: str
    """In words that follow `looks like`: "a phone number"."""
    text: str
    """As it is written, with folded digits. It never goes into a message."""
    masked: str
    """What a public log may show, enough to find it in its row."""


# What stands in the way of the four rules is folded or left out first.
FOLDED = str.maketrans(
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

NINE_DIGITS = re.compile(f"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{8,}}+")
"""As many as the shortest number has that is looked for. Hardly a text has them, and no other needs a closer look."""

THIRTEEN_DIGITS = re.compile(f"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{12}}")

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
    if numbers := only_numbers(text):
        yield from national_ids(numbers)
        yield from phone_numbers(numbers)
        yield from bank_accounts(numbers)


_BEFORE, _AFTER = 200, 40
"""Characters that tell what a number is: a word, the beginning of an address; a unit."""


def only_numbers(text: str) -> str:
    """The passages of a text that have enough digits; "" where none has.

    Digits, spaces and hyphens are plain, and a bar stands in place of what is no number to be looked for.
    """
    passages, begin, end = [], 0, 0
    for digits in NINE_DIGITS.finditer(text):
        if digits.start() - _BEFORE > end:
            passages.append(text[begin:end])
            begin = digits.start() - _BEFORE
        end = digits.end() + _AFTER
    passages.append(text[begin:end])
    folded = "|".join(passages).translate(FOLDED).replace("\r\n", "\n")
    # A number that was cut at a hyphen goes on in the next line.
    return _NO_NUMBERS.sub("|", folded.replace("-\n", "-"))


def comparable(value: str) -> str:
    """A value so that two ways to write it are equal: an address in small letters, of a number only its digits.

    The country code of a phone number becomes the 0 that is dialled within Thailand.
    """
    folded = value.translate(FOLDED).strip()
    if "@" in folded:
        return folded.casefold()
    digits = re.sub(r"[^0-9]", "", folded)
    return re.sub(r"^(?:00[1-9]?)?660?(?=[0-9]{8,9}$)", "0", digits)


def has_at(text: str) -> bool:
    """Whether a text has the sign of an e-mail address, in any of its forms."""
    return "@" in text or "＠" in text or "﹫" in text


def email_addresses(text: str) -> Iterator[Finding]:
    """The e-mail addresses in a text, as mail is really addressed (RFC 5321, without quoted and Thai names)."""
    if not has_at(text):
        return
    for match in _EMAIL.finditer(text.translate(FOLDED)):
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
