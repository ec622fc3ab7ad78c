"""Characters that no published text may hold: nobody sees them, and they break a file or turn what is read around."""

from __future__ import annotations

import re
import unicodedata

_NO_CHARACTERS = "".join(
    map(chr, (*range(0xFDD0, 0xFDF0), *(n + end for n in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))))
)
"""Kept by Unicode for the inside of programs; XML, and so a feed or a workbook, may not hold two of them."""

_TURNING = "\u202a-\u202e\u2066-\u2069"
"""They set the direction of what follows: a reader sees other words than are there (CVE-2021-42574). The marks U+200E
and U+200F turn nothing around; the zero-width space U+200B separates Thai words."""

FORBIDDEN = re.compile(
    # Tab, line feed and carriage return are all that a text needs of the control characters.
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNING}\ud800-\udfff{_NO_CHARACTERS}]"
)


UNSEEN = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""White space, what Unicode says to ignore (Default_Ignorable_Code_Point), and the braille pattern without a dot."""

_BLANK = re.compile(f"[{UNSEEN}]*")
_UNSEEN_RUN = re.compile(f"[{UNSEEN}]+")

_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_TONES = "[\u0e48-\u0e4b]"
_SARA_AM = re.compile(f"(?:\u0e4d({_TONES}*)\u0e32|\u0e32({_TONES}*)\u0e4d|\u0e33(?={_TONES}))({_TONES}*)")


def is_blank(text: str) -> bool:
    """Whether nobody can see anything of a text."""
    seen = text.strip()
    # Nearly every text begins with a letter, and to look at that takes a tenth of the time.
    if not seen or seen[0].isascii() or "\u0e01" <= seen[0] <= "\u0e5b":
        return not seen
    return _BLANK.fullmatch(seen) is not None


def as_seen(text: str) -> str:
    """A text without what nobody can see of it: white space is one space, and none at its ends."""
    return _UNSEEN_RUN.sub(lambda run: " " if re.search(r"\s", run[0]) else "", text).strip()


def without_zero_width(text: str) -> str:
    """A text without the characters that have no width, such as those that separate Thai words for line breaks."""
    return _ZERO_WIDTH.sub("", text)


def with_sara_am(text: str) -> str:
    """A text whose sara am is one character behind the tone mark.

    It looks the same as nikhahit and sara aa, as old programs write it, and as sara aa and nikhahit, as PDFs have it.
    """
    return _SARA_AM.sub("\\1\\2\\3\u0e33", text)


def one_spelling(name: str) -> str:
    """The same for names that look the same: without zero-width characters, sara am and sara ae as one character.

    It is its own spelling: of what is no Thai, such as two sara am in a row, the first pass leaves something to do.
    """
    before, name = "", unicodedata.normalize("NFC", without_zero_width(name))
    while name != before:
        before, name = name, unicodedata.normalize("NFC", with_sara_am(name).replace("\u0e40\u0e40", "\u0e41"))
    return name


def unseen_name(text: str) -> str:
    """The first character of a text that nobody can see, in words; "" where there is none but single plain spaces."""
    found = re.search(f"(?! )[{UNSEEN}]|^ | $|  ", text)
    if found is None:
        return ""
    names = {" ": "a space", "\u00a0": "a no-break space (U+00A0)", "\t": "a tab", "\n": "a line break"}
    return names.get(found[0][0]) or f"U+{ord(found[0][0]):04X} ({unicodedata.name(found[0][0], 'no name').lower()})"


_LINE = re.compile("[^\t\n\r]+")


def has_forbidden(text: str) -> bool:
    """Whether an unfit character is anywhere in a text."""
    # None can be printed, and of most lines every character can: to ask that takes a tenth of the time of a search.
    lines = (line[0] for line in _LINE.finditer(text))
    return any(not line.isprintable() and FORBIDDEN.search(line) for line in lines)


def forbidden_name(character: str) -> str:
    """An unfit character in words, since it cannot be shown."""
    code = f"U+{ord(character):04X}"
    if character == "\0":
        return "a NUL byte"
    if re.match(f"[{_TURNING}]", character):
        return f"the character {code}, which turns the direction of writing"
    if character in _NO_CHARACTERS or 0xD800 <= ord(character) < 0xE000:
        return f"{code}, which stands for no character"
    return f"the control character {code}"
