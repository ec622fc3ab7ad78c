"""Characters that no published text may hold: nobody sees them, and they break a file or turn what is read around."""

from __future__ import annotations

import re

_NO_CHARACTERS = "".join(
    map(chr, (*range(0xFDD0, 0xFDF0), *(n + end for n in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))))
)
"""Kept by Unicode for the inside of programs; XML, and so a feed or a workbook, may not hold two of them."""

_TURNING = "\u202a-\u202e\u2066-\u2069"
"""They set the direction of what follows: a reader sees other words than are there (CVE-2021-42574). The marks U+200E
and U+200F turn nothing around; the zero-width space U+200B separates Thai words."""

UNFIT = re.compile(
    # Tab, line feed and carriage return are all that a text needs of the control characters.
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNING}\ud800-\udfff{_NO_CHARACTERS}]"
)


_LINE = re.compile("[^\t\n\r]+")


def holds_unfit(text: str) -> bool:
    """Whether an unfit character is anywhere in a text."""
    # None can be printed, and of most lines every character can: to ask that takes a tenth of the time of a search.
    lines = (line[0] for line in _LINE.finditer(text))
    return any(not line.isprintable() and UNFIT.search(line) for line in lines)


def unfit_name(character: str) -> str:
    """An unfit character in words, since it cannot be shown."""
    code = f"U+{ord(character):04X}"
    if character == "\0":
        return "a NUL byte"
    if re.match(f"[{_TURNING}]", character):
        return f"the character {code}, which turns the direction of writing"
    if character in _NO_CHARACTERS or 0xD800 <= ord(character) < 0xE000:
        return f"{code}, which stands for no character"
    return f"the control character {code}"
