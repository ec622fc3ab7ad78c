"""One spelling for the signs that people use alike, and the quick look that passes over nearly all texts."""

from __future__ import annotations

import re

FOLDED = str.maketrans(
    {
        # The wide forms of ASCII, as Chinese and Japanese keyboards write them.
        **{chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
        **dict(zip("๐๑๒๓๔๕๖๗๘๙", "0123456789", strict=True)),
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("·•‧∙⋅・･․", "."),
        "﹫": "@",
        **dict.fromkeys(
            "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
        ),
        # Marks that nobody sees: Thai pages put them between words, Word between syllables, LINE around numbers.
        **dict.fromkeys(
            "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
        ),
    }
)

_DIGIT = "[0-9๐-๙０-９]"

_BETWEEN = r"[-\]\[*~+‐-―−﹣./_()！-／＿\s·•‧∙⋅・･․\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]{0,4}"

NINE_DIGITS = re.compile(f"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{8,}}+")
"""As many as the shortest number has that is looked for. Hardly a text has them."""

THIRTEEN_DIGITS = re.compile(f"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{12}}")


def has_at(text: str) -> bool:
    """Whether a text has the sign of an e-mail address, in any of its forms."""
    return "@" in text or (not text.isascii() and ("＠" in text or "﹫" in text))


def is_suspicious(text: str) -> bool:
    """The quick look: nine digits, an @, or a word before which an id without either may stand."""
    return has_at(text) or NINE_DIGITS.search(text) is not None or has_word(text)


def has_word(text: str) -> bool:
    """Whether a word stands in a text that an id or an address follows. Spelt out for speed: every cell is asked."""
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
    """A text with plain digits, spaces, hyphens, dots and line ends, without marks that nobody sees."""
    return text.translate(FOLDED).replace("\r\n", "\n")


def fold_addresses(folded: str) -> str:
    """A folded text in which @ and dots of addresses are signs: name (at) example [dot] com."""
    plain = _DOT.sub(".", _AT.sub("@", folded))
    return _SPOKEN.sub(lambda match: "@" + re.sub(" dot ", ".", match[1], flags=re.IGNORECASE), plain)


def comparable(value: str) -> str:
    """A value so that two ways to write it are equal: an address or an id in small letters, of a number its digits.

    The country code of a phone number becomes the 0 that is dialled within Thailand, and a mobile number gets one
    that it lacks. "" could never be found.
    """
    folded = fold_addresses(fold(value)).strip()
    if re.search(r"[^\s@]\s*@", folded):
        return re.sub(r"\s", "", folded).casefold()
    digits = re.sub(r"[^0-9]", "", folded)
    if len(digits) < _DIGITS_OF_A_NUMBER and re.fullmatch(r"[@~]?[A-Za-z0-9._-]*[A-Za-z][A-Za-z0-9._-]*", folded):
        return folded.lstrip("@~").casefold()
    return re.sub(r"^(?:(?:00[1-9]?)?660?(?=[0-9]{8,9}$)|(?=[689][0-9]{8}$))", "0", digits)


_DIGITS_OF_A_NUMBER = 7
"""As many as a passport has. What has fewer and letters is a name that somebody chose, as on LINE."""
