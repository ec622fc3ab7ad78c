"""Garbled text: written in one encoding and read in another. Recognised, and restored."""

from __future__ import annotations

import re
from functools import cache

GARBLED = re.compile("เ[ธน][^,\n]เ[ธน]|à[¸¹]|[\u00a1-\u00da\u00df-\u00fb]{3}")
"""Matches in every Thai text that was read as Windows-874 or Windows-1252; a text without a match is not garbled."""

_WINDOWS_874 = {
    **{chr(0xF8C1 + i): byte for i, byte in enumerate((0xDB, 0xDC, 0xDD, 0xDE, 0xFC, 0xFD, 0xFE, 0xFF))},
    **{chr(byte): byte for byte in range(0x80, 0xA1)},
}
"""How Windows reads the bytes that CP874 does not define: as control characters, and eight private ones."""

_LOST = 0xFF
"""A byte that UTF-8 never has, for a character that cannot come from the wrong encoding."""

_ASCII = frozenset(range(0x80))

_WAYS = (("cp874", "utf-8", "Windows-874"), ("cp1252", "utf-8", "Windows-1252"), ("cp1252", "cp874", "Windows-1252"))
"""Each: the encoding in which a text was read, the one in which it was written, and the name of the first."""

_THAI = re.compile("[\u0e01-\u0e3a\u0e3f-\u0e5b]")
_SYLLABLES = re.compile("[เ-ไ]?[ก-ฮ][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{0,2}[ะาำๅ]?[ๆฯ]?")
"""Thai syllables: a leading vowel, a consonant, then its marks."""


def restored(text: str) -> tuple[str, str] | None:
    """The original of a text that was read in a wrong encoding, and the name of that encoding; None for other texts.

    A letter that was lost is U+FFFD. A text that was read wrongly several times is restored as often.
    """
    original = None
    while GARBLED.search(text) and (step := _restored_once(text)):
        text, _ = original = step
    return original


def _restored_once(text: str) -> tuple[str, str] | None:
    for read, written, name in _WAYS:
        data = bytes(_byte(character, read) for character in text)
        original = data.decode(written, "replace")
        thai, lost = len(_THAI.findall(original)), original.count("\N{REPLACEMENT CHARACTER}")
        if thai > max(1, lost / 2) and (written == "utf-8" or (len(set(data) - _ASCII) > 2 and is_thai(data))):
            return original, name
    return None


@cache
def _byte(character: str, encoding: str) -> int:
    """The byte that was read as `character`."""
    if encoding == "cp874" and character in _WINDOWS_874:
        return _WINDOWS_874[character]
    try:
        return character.encode(encoding)[0]
    except UnicodeEncodeError:
        return ord(character) if 0x80 <= ord(character) < 0xA0 else _LOST


def is_thai(data: bytes) -> bool:
    """Whether the bytes above ASCII are Thai in TIS-620 or CP874.

    Thai letters come in runs, in the order of Thai syllables. Most accented letters of Western files have the same
    bytes, but come alone among ASCII letters. Those of Cyrillic and Greek have another order.
    """
    runs = re.findall(rb"[\x80-\xff]+", data)
    high = sum(map(len, runs))
    ordered = sum(len(syllable[0]) for run in runs for syllable in _SYLLABLES.finditer(run.decode("cp874", "replace")))
    return ordered >= 0.9 * high and sum(len(run) for run in runs if len(run) > 2) * 2 > high


def is_western(data: bytes) -> bool:
    """Whether the bytes above ASCII are accented letters in Windows-1252: one or two, next to ASCII letters."""
    high = len(re.findall(rb"[\x80-\xff]", data))
    beside = re.findall(
        rb"(?<=[A-Za-z])[\xc0-\xff]{1,2}(?![\x80-\xff])|(?<![\x80-\xff])[\xc0-\xff]{1,2}(?=[A-Za-z])", data
    )
    return sum(map(len, beside)) * 2 > high
