"""Ids without a recognisable form, such as LINE ids: found by the word or the address before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True)
class Mention:
    """A way in which a text mentions an id."""

    kind: str
    """What the id is, as the end of a sentence: "a LINE id"."""
    pattern: Pattern[str]
    """Matches in a folded text; its group `id` is the id."""
    signs: tuple[str, ...]
    """Every text with such an id contains one of these, in small letters. This test is faster than the pattern."""

    def find(self, folded: str, small: str) -> Iterator[str]:
        """The ids in a folded text; `small` is the same text in small letters."""
        for sign in self.signs:
            if sign in small:
                return (match["id"] for match in self.pattern.finditer(folded))
        return iter(())


_SEPARATED = r"[ :.=(#-]{1,4}"

# Words after the name of LINE that are not ids.
_OTHERS = (
    r"(?!(?i:official|today|group|notify|bot|oa|account|chat|app|application|id|line|https?|www|and|or|is|the|up|add"
    r"|man|pay)(?![A-Za-z0-9]))"
)

_ID = rf"@?{_OTHERS}(?=[0-9._-]{{0,18}}[A-Za-z])(?P<id>[A-Za-z0-9][A-Za-z0-9._-]{{2,18}}[A-Za-z0-9])(?![A-Za-z0-9@])"

_SMALL_ID = rf"{_OTHERS}(?=[0-9._-]{{0,18}}[a-z])(?P<id>[a-z0-9][a-z0-9._-]{{2,18}}[a-z0-9])(?![A-Za-z0-9@])"

_LINE = r"(?:(?<!ออน)ไลน์|(?<![A-Za-z])(?i:line))"

_LINE_SIGNS = ("line", "ไลน์")

LINKS = (
    Mention(
        "a phone number",
        re.compile(r"(?i:(?<![a-z0-9])(?:wa|t)\.me/|[?&]phone=)(?:\+|%2[Bb])?(?P<id>[0-9]{9,15})(?![0-9])"),
        (".me/", "phone="),
    ),
    Mention(
        "a LINE id",
        re.compile(r"(?i:line(?:\.me/|://)(?:r/)?ti/p/)(?:[@~]|%40|%7[Ee])?(?P<id>[A-Za-z0-9._-]{3,40})"),
        ("ti/p/",),
    ),
    Mention(
        "a link to a person's account",
        re.compile(
            r"(?i:(?<![a-z0-9.])m\.me/|(?:facebook|fb)\.com/profile\.php\?id=)(?P<id>[A-Za-z0-9.]{2,50}[A-Za-z0-9])"
        ),
        ("m.me/", "profile.php"),
    ),
)
"""Addresses that lead to a person."""

MENTIONS = (
    *LINKS,
    Mention(
        "a LINE id",
        re.compile(rf"(?:{_LINE} ?[-_]?(?:(?i:id)|ไอดี)|(?:(?<![A-Za-z])(?i:id)|ไอดี)[ -]?{_LINE})[ :.=(#-]{{0,4}}{_ID}"),
        _LINE_SIGNS,
    ),
    # Not a command line: or a pink line:
    Mention("a LINE id", re.compile(rf"(?<![A-Za-z] ){_LINE} ?[:=] ?{_SMALL_ID}"), _LINE_SIGNS),
    Mention("a LINE id", re.compile(rf"{_LINE}[ :=]{{0,3}}@ ?{_ID}"), _LINE_SIGNS),
    # In Thai the script alone tells a name from the sentence; in English a digit or a dot does.
    Mention("a LINE id", re.compile(rf"(?<!ออน)ไลน์[ก-๙]{{0,24}}{_SEPARATED}{_SMALL_ID}"), _LINE_SIGNS),
    Mention(
        "a LINE id",
        re.compile(rf"(?<![A-Za-z])(?i:line) (?=[a-z]{{2,18}}[0-9._-]{{1,18}}[a-z0-9]){_SMALL_ID}"),
        _LINE_SIGNS,
    ),
    Mention(
        "a passport number",
        re.compile(
            r"(?i:passport|หนังสือเดินทาง|พาสปอร์ต)[^0-9\n]{0,30}?(?<![A-Za-z])(?P<id>[A-Za-z]{0,2} ?[0-9]{6,9})(?![0-9])"
        ),
        ("passport", "หนังสือเดินทาง", "พาสปอร์ต"),
    ),
    Mention(
        "the code of an id card",
        re.compile(
            r"(?i:laser|เลเซอร์|หลังบัตร)[^0-9\n]{0,20}?(?<![A-Za-z])(?P<id>[A-Za-z]{2}[0-9][- ]?[0-9]{7}[- ]?[0-9]{2})"
            r"(?![0-9])"
        ),
        ("laser", "เลเซอร์", "หลังบัตร"),
    ),
)
"""Searched in every text, also in one without a number of nine digits."""
