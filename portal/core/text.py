"""Characters in texts: those that no published text may hold, invisible ones, and one spelling for Thai."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from portal.core.encodings import GARBLED_THAI

_NO_CHARACTERS = "".join(
    map(chr, (*range(0xFDD0, 0xFDF0), *(n + end for n in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))))
)
"""Unicode reserves these for use within programs. XML, and so a feed or a workbook, must not contain two of them."""

_TURNING = "\u202a-\u202e\u2066-\u2069"
"""Characters that change the direction of the text after them: a reader sees other words than the file has
(CVE-2021-42574). Not among them are the marks U+200E and U+200F, and the zero-width space U+200B between Thai words."""

FORBIDDEN = re.compile(
    # Tab, line feed and carriage return are all that a text needs of the control characters.
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNING}\ud800-\udfff{_NO_CHARACTERS}]"
)


UNSEEN = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Invisible characters, for a class of a regular expression of Python or Rust: white space, those that Unicode says to
ignore (Default_Ignorable_Code_Point), and the braille pattern without a dot."""

_BLANK = re.compile(f"[{UNSEEN}]*")
_UNSEEN_RUN = re.compile(f"[{UNSEEN}]+")

_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_TONES = "[\u0e48-\u0e4b]"
_SARA_AM = re.compile(f"(?:\u0e4d({_TONES}*)\u0e32|\u0e32({_TONES}*)\u0e4d|\u0e33(?={_TONES}))({_TONES}*)")


_UNUSUAL = (
    # Neither ASCII nor Thai, Thai digits, nikhahit, tabs.
    re.compile("[^\n\r -~\u0e01-\u0e4c\u0e4e\u0e4f\u0e5a\u0e5b]"),
    re.compile("  "),
    re.compile(r"\?\?\?"),
    re.compile("\u0e33[\u0e48-\u0e4b]"),
    re.compile(f"\u0e40\u0e40|{GARBLED_THAI}"),
)
"""Simple patterns, found many times faster than what the rules on texts look for. With spaces at the ends, they are in
every text in which such a rule finds something."""


def is_unusual(text: str) -> bool:
    """Whether a text, which is not empty, needs a closer look by the rules on texts, quickly: few do."""
    if text[0] <= " " or text[-1] <= " ":
        return True
    return any(pattern.search(text) for pattern in _UNUSUAL)


_AT_AN_END = re.compile("[\n\r ]\n|\n[\n\r ]")


def any_unusual(texts: Iterable[str]) -> bool:
    """Whether any of these texts `is_unusual`: those of a row together take a fifth of the time."""
    given = [text for text in texts if text]
    whole = "\n".join(given)
    if not given or not (is_unusual(whole) or _AT_AN_END.search(whole)):
        return False
    return any(map(is_unusual, given))


def is_blank(text: str) -> bool:
    """Whether a text is empty, or has only invisible characters."""
    stripped = text.strip()
    # Nearly every text begins with a letter, and this test takes a tenth of the time.
    if not stripped or stripped[0].isascii() or "\u0e01" <= stripped[0] <= "\u0e5b":
        return not stripped
    return _BLANK.fullmatch(stripped) is not None


def as_seen(text: str) -> str:
    """A text as a reader sees it: without invisible characters, white space as single spaces, none at the ends."""
    return _UNSEEN_RUN.sub(lambda run: " " if re.search(r"\s", run[0]) else "", text).strip()


def without_zero_width(text: str) -> str:
    """A text without characters of no width, such as those between Thai words, where a line may break."""
    return _ZERO_WIDTH.sub("", text)


def with_sara_am(text: str) -> str:
    """A text in which each sara am is one character, after the tone mark.

    Old programs write it as nikhahit and sara aa, PDF files as sara aa and nikhahit; all look the same.
    """
    return _SARA_AM.sub("\\1\\2\\3\u0e33", text)


def one_spelling(name: str) -> str:
    """One spelling for names that look the same: without zero-width characters, sara am and sara ae as one character.

    Repeated until nothing changes: incorrect Thai, such as two sara am, may still change after the first time.
    """
    before, name = "", unicodedata.normalize("NFC", without_zero_width(name))
    while name != before:
        before, name = name, unicodedata.normalize("NFC", with_sara_am(name).replace("\u0e40\u0e40", "\u0e41"))
    return name


def looks(text: str) -> str:
    """One spelling for all texts that look the same: see `as_seen` and `one_spelling`."""
    return one_spelling(as_seen(text))


_JOINERS = re.compile("(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])")
"""Between letters of Persian or of Indian scripts these are part of the spelling, and change what is seen."""

_UNSEEN_IN_WORDS = re.compile(f"(?! )[{UNSEEN}]")


def plain_name(text: str) -> str:
    """A name in one spelling, also without no-break spaces and tabs within its words, which look like nothing there."""
    if not unseen_name(_JOINERS.sub("", text)):
        return text
    return looks(_UNSEEN_IN_WORDS.sub("", text))


def unseen_name(text: str) -> str:
    """The first invisible character of a text, in words; "" where there are only single spaces between words."""
    match = re.search(f"(?! )[{UNSEEN}]|^ | $|  ", text)
    if match is None:
        return ""
    names = {" ": "a space", "\u00a0": "a no-break space (U+00A0)", "\t": "a tab", "\n": "a line break"}
    return names.get(match[0][0]) or f"U+{ord(match[0][0]):04X} ({unicodedata.name(match[0][0], 'no name').lower()})"


_NOT_PLAIN = re.compile("[^\t\n\r -~\u0e00-\u0e7f]")
_LINE = re.compile("[^\t\n\r]+")


def has_forbidden(text: str) -> bool:
    """Whether a text has a forbidden character."""
    # Of a text in ASCII and Thai, and then of a line in which every character is printable, this is known in a tenth of
    # the time of a search.
    if not _NOT_PLAIN.search(text):
        return False
    lines = (line[0] for line in _LINE.finditer(text))
    return any(not line.isprintable() and FORBIDDEN.search(line) for line in lines)


def forbidden_name(character: str) -> str:
    """A forbidden character in words, since it cannot be shown."""
    code = f"U+{ord(character):04X}"
    if character == "\0":
        return "a NUL byte"
    if re.match(f"[{_TURNING}]", character):
        return f"the character {code}, which turns the direction of writing"
    if character in _NO_CHARACTERS or 0xD800 <= ord(character) < 0xE000:
        return f"{code}, which stands for no character"
    return f"the control character {code}"
