"""Garbled text: written in one encoding and read in another. Recognised, and restored."""

from __future__ import annotations

import re
from functools import cache

_ENCODINGS = {
    "cp874": "Windows-874",
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp437": "CP437",
    "cp850": "CP850",
    "cp932": "Shift-JIS",
    "gbk": "GBK",
}
"""The encodings in which UTF-8 is opened by mistake: those of Excel in Thailand, in the West, on a Mac, and others."""

_WINDOWS_874 = {
    **{chr(0xF8C1 + i): byte for i, byte in enumerate((0xDB, 0xDC, 0xDD, 0xDE, 0xFC, 0xFD, 0xFE, 0xFF))},
    **{chr(byte): byte for byte in range(0x80, 0xA1)},
}
"""How Windows reads the bytes that CP874 does not define: as control characters, and eight private ones."""

_THAI_BLOCK = (b"\xe0\xb8", b"\xe0\xb9")
"""With one of these begins each Thai character in UTF-8."""

GARBLED_THAI = "เ[ธน][^,\n]เ[ธน]"
"""What Thai is in Windows-874, as a regular expression: two Thai letters each, which may also stand in a good text."""

_THAI_FORMS = (
    GARBLED_THAI,
    # Windows-1252, and then Windows-874.
    "ร\u00a0ย[ธน]",
)

GARBLED = re.compile(
    "|".join(
        (
            *_THAI_FORMS,
            # Windows-1252, once and twice.
            "à[¸¹]|Ã\u00a0Â[¸¹]",
            # Thai in Windows-874, opened as Windows-1252.
            "[\u00a1-\u00da\u00df-\u00fb]{3}",
            *(begin.decode(read) for read in list(_ENCODINGS)[2:] for begin in _THAI_BLOCK),
        )
    )
)
"""Matches in every Thai text that was read in a wrong encoding; a text without a match is not garbled."""

_GARBLED_THAI = [re.compile(form) for form in _THAI_FORMS]
_NOT_THAI = re.compile("[^\x00-\x7f\u0e00-\u0e7f]")


def may_be_garbled(text: str) -> bool:
    """Whether `GARBLED` matches in a text, which may be a whole file: six times as fast as a search for it."""
    return any(form.search(text) for form in _GARBLED_THAI) or any(
        GARBLED.match(text, match.start()) for match in _NOT_THAI.finditer(text)
    )


GARBLED_MARKS = {b"\xef\xbb\xbf".decode(read, "replace"): name for read, name in _ENCODINGS.items()}
"""The byte-order mark of UTF-8 as it is read in each wrong encoding, with the name of the encoding."""

_LOST = b"\xff"
"""A byte that UTF-8 never has, for a character that cannot come from the wrong encoding."""

_ASCII = frozenset(range(0x80))

_WAYS = (*((read, "utf-8", name) for read, name in _ENCODINGS.items()), ("cp1252", "cp874", "Windows-1252"))
"""Each: the encoding in which a text was read, the one in which it was written, and the name of the first."""

_MAX_TIMES = 3
"""How often a text may have been opened in a wrong encoding and saved, one after the other."""

_THAI = re.compile("[\u0e01-\u0e3a\u0e3f-\u0e5b]")
_SYLLABLES = re.compile("[เ-ไ]?[ก-ฮ][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{0,2}[ะาำๅ]?[ๆฯ]?")
"""Thai syllables: a leading vowel, a consonant, then its marks."""


def restored(text: str, times: int = _MAX_TIMES) -> tuple[str, str] | None:
    """The original of a text that was read in a wrong encoding, and the name of that encoding; None for other texts.

    A letter that was lost is U+FFFD. Of a text that was read wrongly up to `times` times, the name is that of the last.
    """
    if not times or not GARBLED.search(text):
        return None
    for read, written, name in _WAYS:
        data = b"".join(_bytes(character, read) for character in text)
        original = data.decode(written, "replace")
        thai, lost = len(_THAI.findall(original)), original.count("\N{REPLACEMENT CHARACTER}")
        is_original = thai > max(1, lost / 2) and (
            written == "utf-8" or (len(set(data) - _ASCII) > 2 and is_thai(data))
        )
        again = restored(original, times - 1) if is_original or lost * 4 < len(original) else None
        if again or is_original:
            return (again[0] if again else original), name
    return None


@cache
def _bytes(character: str, encoding: str) -> bytes:
    """The bytes that were read as `character`."""
    if encoding == "cp874" and character in _WINDOWS_874:
        return bytes([_WINDOWS_874[character]])
    try:
        return character.encode(encoding)
    except UnicodeEncodeError:
        return bytes([ord(character)]) if 0x80 <= ord(character) < 0xA0 else _LOST


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
