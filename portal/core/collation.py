"""The order of names in a language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial

from babel import Locale

from portal.core.memory import CACHED_NAMES
from portal.core.models.languages import Language
from portal.core.text import with_sara_am

SortKey = Callable[[str], tuple[str, ...]]
"""What a name is sorted by."""

_OWN_LETTERS: Mapping[str, Mapping[str, str]] = {"es": {"ñ": "n\uffff"}}
"""Letters that a language does not sort as the ones that they are written with, and what sorts in their place."""

COLLATIONS = ("th", "de", "en", "es", "fr", "id", "it", "nl", "pt")
"""The languages whose order is known: Thai; and those that sort letters as the root of Unicode CLDR does, but for those
of their own."""


def collation_name(collation: str, language: Language) -> str:
    """What the language of one of the `COLLATIONS` is called in a language of the site, by Unicode CLDR."""
    return str(Locale(language).languages[collation])


@cache
def sort_key(collation: str) -> SortKey:
    """What names are sorted by in one of the `COLLATIONS`."""
    if collation == "th":
        return thai_sort_key
    return lru_cache(maxsize=CACHED_NAMES)(partial(_latin_sort_key, _OWN_LETTERS.get(collation, {})))


_LEADING_VOWEL = re.compile(r"([\u0e40-\u0e44])([\u0e01-\u0e2e])")
_MARKS = re.compile(r"[\u0e47-\u0e4e]")


@lru_cache(maxsize=CACHED_NAMES)
def thai_sort_key(text: str) -> tuple[str, str]:
    """The sort key of a name, for the order of the Royal Institute Dictionary.

    A vowel that is written before its consonant sorts after it. Tone marks and other marks above only decide between
    words that are equal without them. Latin sorts before Thai. Cached: the same names are sorted in each language and
    for each way to group projects.
    """
    folded = with_sara_am(text).casefold()
    reordered = _LEADING_VOWEL.sub(r"\2\1", folded)
    return _MARKS.sub("", reordered), reordered


def _latin_sort_key(own_letters: Mapping[str, str], text: str) -> tuple[str, str, str]:
    """By letters; among equal ones by accents, then small letters first (Unicode Technical Standard 10)."""
    small = unicodedata.normalize("NFC", text).casefold()
    for letter, place in own_letters.items():
        small = small.replace(letter, place)
    whole = unicodedata.normalize("NFKD", small)
    return "".join(sign for sign in whole if not unicodedata.combining(sign)), whole, text.swapcase()
