"""Text that was read in another encoding than it was written in: recognised by trying, and restored."""

from __future__ import annotations

import re
from functools import cache

GARBLED = re.compile("เ[ธน][^,\n]เ[ธน]|à[¸¹]|[\u00a1-\u00da\u00df-\u00fb]{3}")
"""What Thai looks like that was read as Windows-874 or Windows-1252; a text without it is not garbled."""

_WINDOWS_874 = {
    **{chr(0xF8C1 + i): byte for i, byte in enumerate((0xDB, 0xDC, 0xDD, 0xDE, 0xFC, 0xFD, 0xFE, 0xFF))},
    **{chr(byte): byte for byte in range(0x80, 0xA1)},
}
"""What Windows makes of the bytes that CP874 leaves open: control characters, and eight of its own."""

_LOST = 0xFF
"""A byte that no UTF-8 has, for a character that the wrong encoding cannot have made."""

_ASCII = frozenset(range(0x80))

_WAYS = (("cp874", "utf-8", "Windows-874"), ("cp1252", "utf-8", "Windows-1252"), ("cp1252", "cp874", "Windows-1252"))
"""How a text was read, how it had been written, and the name of the first for people."""

_THAI = re.compile("[\u0e01-\u0e3a\u0e3f-\u0e5b]")
_SYLLABLES = re.compile("[เ-ไ]?[ก-ฮ][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{0,2}[ะาำๅ]?[ๆฯ]?")
"""The order of Thai: a vowel before its consonant, marks behind it."""


def restored(text: str) -> tuple[str, str] | None:
    """A text that was read in a wrong encoding as it had been, and the name of that encoding; None for any other text.

    A letter that was lost on the way is U+FFFD. Read wrongly several times, the text is restored as often.
    """
    found = None
    while GARBLED.search(text) and (once := _restored_once(text)):
        text, _ = found = once
    return found


def _restored_once(text: str) -> tuple[str, str] | None:
    for read, written, name in _WAYS:
        data = bytes(_byte(character, read) for character in text)
        meant = data.decode(written, "replace")
        thai, lost = len(_THAI.findall(meant)), meant.count("\N{REPLACEMENT CHARACTER}")
        if thai > max(1, lost / 2) and (written == "utf-8" or (len(set(data) - _ASCII) > 2 and is_thai(data))):
            return meant, name
    return None


@cache
def _byte(character: str, encoding: str) -> int:
    """The byte that `character` was read from."""
    if encoding == "cp874" and character in _WINDOWS_874:
        return _WINDOWS_874[character]
    try:
        return character.encode(encoding)[0]
    except UnicodeEncodeError:
        return ord(character) if 0x80 <= ord(character) < 0xA0 else _LOST


def is_thai(data: bytes) -> bool:
    """Whether bytes above ASCII are Thai in TIS-620 or CP874.

    Its letters stand in runs and in the order of Thai. The accented letters of Western files, most of whose bytes are
    those of Thai letters, stand alone among others; those of Cyrillic and Greek have another order.
    """
    runs = re.findall(rb"[\x80-\xff]+", data)
    high = sum(map(len, runs))
    ordered = sum(len(found[0]) for run in runs for found in _SYLLABLES.finditer(run.decode("cp874", "replace")))
    return ordered >= 0.9 * high and sum(len(run) for run in runs if len(run) > 2) * 2 > high


def is_western(data: bytes) -> bool:
    """Whether bytes above ASCII are accented letters in Windows-1252: alone, or two together, beside plain letters."""
    high = len(re.findall(rb"[\x80-\xff]", data))
    beside = re.findall(
        rb"(?<=[A-Za-z])[\xc0-\xff]{1,2}(?![\x80-\xff])|(?<![\x80-\xff])[\xc0-\xff]{1,2}(?=[A-Za-z])", data
    )
    return sum(map(len, beside)) * 2 > high
