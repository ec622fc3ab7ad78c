"""One spelling for characters that people use for each other, and quick tests that exclude nearly all texts."""

from __future__ import annotations

import re

FOLDED = str.maketrans(
    {
        # The full-width forms of ASCII, from Chinese and Japanese keyboards.
        **{chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
        **dict(zip("๐๑๒๓๔๕๖๗๘๙", "0123456789", strict=True)),
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("·•‧∙⋅・･․", "."),
        "﹫": "@",
        **dict.fromkeys(
            "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
        ),
        # Invisible characters: in web pages between Thai words, in Word between syllables, in LINE around numbers.
        **dict.fromkeys(
            "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
        ),
    }
)

_DIGIT = "[0-9๐-๙０-９]"

_BETWEEN = r"[-\]\[*~+‐-―−﹣./_()！-／＿\s·•‧∙⋅・･․\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]{0,4}"

NINE_DIGITS = re.compile(f"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{8,}}+")
"""Nine digits: the length of the shortest number that is searched for. Few texts have so many."""

THIRTEEN_DIGITS = re.compile(f"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{12}}")


def has_at(text: str) -> bool:
    """Whether a text has an @, in any of its forms."""
    return "@" in text or (not text.isascii() and ("＠" in text or "﹫" in text))


def is_suspicious(text: str) -> bool:
    """The quick look: nine digits, an @, or a word before which an id without either may stand."""
    return has_at(text) or NINE_DIGITS.search(text) is not None or has_word(text)


def has_word(text: str) -> bool:
    """Whether a text has a word after which an id or an address may follow. Written for speed: every cell is tested."""
    if len(text) < _SHORTEST:
        return False
    if not text.isascii() and (
        ("ไลน์" in text and "ไลน์" in text.replace("ออนไลน์", "")) or "พาสปอร์ต" in text or "หนังสือเดินทาง" in text
    ):
        return True
    small = text.lower()
    return (
        "line" in small
        or "passport" in small
        or "at)" in small
        or "at]" in small
        or " dot " in small
        or "m.me/" in small
        or "%40" in small
    )


_SHORTEST = 8
"""Characters of the shortest id with its word: ไลน์ abcd, m.me/abc."""

_AT = re.compile(r"[ \n]?[\[({<] ?(?:at|@) ?[\])}>][ \n]?|%40", re.IGNORECASE)

_DOT = re.compile(r" ?[\[({<] ?(?:dot|\.) ?[\])}>] ?", re.IGNORECASE)

_SPOKEN = re.compile(
    r"(?<=[A-Za-z0-9]) at ([A-Za-z0-9-]{1,63}(?: dot [A-Za-z0-9-]{1,63}){1,4})(?![A-Za-z0-9-])", re.IGNORECASE
)


def fold(text: str) -> str:
    """A text with ASCII digits, spaces, hyphens and dots, LF at line ends, and no invisible characters."""
    return text.translate(FOLDED).replace("\r\n", "\n")


def fold_addresses(folded: str) -> str:
    """A folded text in which `name (at) example [dot] com` is written as `name@example.com`."""
    plain = _DOT.sub(".", _AT.sub("@", folded))
    return _SPOKEN.sub(lambda match: "@" + re.sub(" dot ", ".", match[1], flags=re.IGNORECASE), plain)


def comparable(value: str) -> str:
    """One form for all ways to write a value: small letters for an address or an id, only the digits for a number.

    The Thai country code of a phone number becomes a 0, and a mobile number without its 0 gets one. "" for a text that
    is none of these.
    """
    folded = fold_addresses(fold(value)).strip()
    if re.search(r"[^\s@]\s*@", folded):
        return re.sub(r"\s", "", folded).casefold()
    digits = re.sub(r"[^0-9]", "", folded)
    if len(digits) < _DIGITS_OF_A_NUMBER and re.fullmatch(r"[@~]?[A-Za-z0-9._-]*[A-Za-z][A-Za-z0-9._-]*", folded):
        return folded.lstrip("@~").casefold()
    return re.sub(r"^(?:(?:00[1-9]?)?660?(?=[0-9]{8,9}$)|(?=[689][0-9]{8}$))", "0", digits)


_DIGITS_OF_A_NUMBER = 7
"""The digits of a passport number. A text with letters and fewer digits is a name that a person chose, as on LINE."""
