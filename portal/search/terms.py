"""Text -> the terms of the search index. `templates/assets/js/tokens.js` does the same in the browser.

Thai is not cut by a dictionary. Text is folded and cut into overlapping terms by a few rules, so every part of it can
be found, in every browser. The test vectors in `tests/search_vectors.json` are for both programs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import compress, count, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal.core.text import with_sara_am, without_zero_width

# Each expression begins with one character or one class: Python searches a text for that several times as fast.
_MARK = "[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]"
_THIRD_MARK = re.compile(f"({_MARK}{_MARK}){_MARK}+")
_MARKS_MISTYPED = re.compile(f"({_MARK})(?:(?<=[\u0e48-\u0e4b])([\u0e31\u0e34-\u0e3a\u0e47])|\\1+)")
_THAI_DIGIT = re.compile("[๐-๙]")
_THOUSANDS = re.compile(",(?<=[0-9],)(?=[0-9]{3}(?![0-9]))")
_HYPHEN = re.compile("[-\u2010\u2011](?<=[a-z0-9].)(?=[a-z0-9])")
_LATIN = re.compile("[\u00df-\u024f\u1e00-\u1eff\u0300-\u036f]")
_PLAIN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
"""What people type for the small Latin letters that Unicode does not take apart into a letter and an accent."""


def _without_accents(found: re.Match[str]) -> str:
    letter = unicodedata.normalize("NFD", found[0])[0]
    return "" if "\u0300" <= letter <= "\u036f" else _PLAIN.get(letter, letter)


def fold(text: str) -> str:
    """One spelling for all texts that people mean as the same.

    NFC; no zero-width characters; small letters without accents; sara am as one character after the tone mark
    (`with_sara_am`); sara ae for two sara e; a vowel before the tone mark; no mark twice, and at most two on a letter;
    ASCII digits for Thai digits; no separators inside numbers, no hyphens inside words and codes.
    """
    text = text.lower()
    if not text.isascii():
        text = without_zero_width(unicodedata.normalize("NFC", text))
        # An accent may part two marks that do not belong on a letter together.
        text = with_sara_am(_LATIN.sub(_without_accents, text)).replace("\u0e40\u0e40", "\u0e41")
        text = _THAI_DIGIT.sub(lambda digit: str(int(digit[0])), text)
        if _MARKS_MISTYPED.search(text):
            text = _MARKS_MISTYPED.sub(lambda found: (found[2] or "") + found[1], text)
        if _THIRD_MARK.search(text):
            text = _THIRD_MARK.sub("\\1", text)
    if "," in text:
        text = _THOUSANDS.sub("", text)
    return _HYPHEN.sub("", text)


_CODEC = "cp874"
"""Thai in one byte a character, in the order of Unicode: bytes are cut many times faster than text."""

_THAI = frozenset("".join(map(chr, [*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E4F)])).encode(_CODEC))
_MARKS = frozenset("".join(map(chr, [0x0E31, *range(0x0E33, 0x0E3B), *range(0x0E47, 0x0E4F)])).encode(_CODEC))
_ONLY_THAI = bytes(byte if byte in _THAI else 0x20 for byte in range(256))
_BEGINS = bytes(byte not in _MARKS for byte in range(256))
_IS_LETTER = np.array([byte in _THAI - _MARKS for byte in range(256)])
_MARK_BYTES = [0, *sorted(_MARKS)]
_MARK_NUMBER = np.array([_MARK_BYTES.index(byte) if byte in _MARKS else 0 for byte in range(256)], np.uint16)
# Not [a-z0-9]+, so that it begins with one class too.
_WORD = re.compile(rb"[a-z0-9][a-z0-9]*(?:(?<=[0-9])\.(?=[0-9])[a-z0-9]+)*")
_SHORT = re.compile(rb"(?<![0-9])(?<![0-9]\.)([0-9](?:\.?[0-9])?)(?!\.?[0-9])|(?<![a-z])[a-z]{1,2}")

TAIL = 12
"""The largest number of characters in a term of Latin letters and digits."""

BOUND = "\u0e5b"
"""Where a number or letters begin or end, in a term. It comes after every letter, so that such terms are together."""


def _encode(text: str) -> bytes:
    return fold(text).encode(_CODEC, "replace")


def _word_terms(word: bytes) -> list[bytes]:
    """The terms of a word of Latin letters and digits."""
    point, bound = 0x2E, BOUND.encode(_CODEC)
    parts = [word[i : i + TAIL] for i, byte in enumerate(word) if byte != point]
    return parts + [bound + short[0] + (bound if short[1] else b"") for short in _SHORT.finditer(word)]


def terms(text: str) -> list[str]:
    """The terms of a text: first those of its words, then those of its Thai.

    A word of Latin letters and digits, points between digits, has a term for each of its letters and digits: the rest
    from there, at most `TAIL` characters. One or two digits or letters stand within too many words, so they are found
    by terms of their own: each number of one or two digits in the word, between two `BOUND`, and after one the first
    two letters wherever letters begin.

    A run of Thai has a term for each of its clusters: that cluster and the next two, fewer at the end of the run. A
    cluster is a letter with the marks that follow it; marks before the first letter are left out. So the terms of a
    part of a run are terms of the whole run, but for the last ones, with which longer terms of the whole run begin.
    """
    encoded = _encode(text)
    encoded_terms = [term for word in _WORD.findall(encoded) for term in _word_terms(word)]
    for run in encoded.translate(_ONLY_THAI).split():
        starts = [*compress(count(), run.translate(_BEGINS)), *[len(run)] * 3]
        encoded_terms += [run[start:end] for start, end in zip(starts, starts[3:], strict=False)]
    return b" ".join(encoded_terms).decode(_CODEC).split()


BATCH = 512
"""Texts whose Thai is cut together: their arrays fit the processor's cache."""

SLICE = 1 << 19
"""About how many pairs of a term and a text are sorted together; a year of 1,700 projects has eight times as many."""

Array = NDArray[np.int64]


class _Batch(NamedTuple):
    """Terms, and the texts that contain each."""

    terms: Array
    """The terms, as numbers: at first their code, then their rank among all terms."""
    counts: Array
    """How many texts contain each term."""
    texts: NDArray[np.int32]
    """The numbers of these texts, term after term."""


def postings(texts: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Every term of the texts, in the order of Unicode, with the numbers of the texts that contain it, in bytes.

    The numbers begin at 0 and ascend. Each is written as its difference to the one before, the first to -1. A
    difference is a byte; 255 means that the next byte is added to it. The terms are the same as `terms` returns for
    each text, but found for all texts together and several times as fast.
    """
    encoded = [_encode(text) for text in texts]
    bits = max(1, len(encoded).bit_length())
    names, order, batches = _rank_terms(encoded)
    del encoded
    for first, last in pairwise(_slices(batches, len(names))):
        chosen = [(batch.terms >= first) & (batch.terms < last) for batch in batches]
        pairs = [
            (np.repeat(batch.terms[which], batch.counts[which]) << bits) | batch.texts[np.repeat(which, batch.counts)]
            for which, batch in zip(chosen, batches, strict=True)
        ]
        encoded_postings = _encode_postings(_sorted_unique(np.concatenate(pairs)), bits)
        for i, data in zip(order[first:last], encoded_postings, strict=True):
            yield names[i].decode(_CODEC), data


def _rank_terms(encoded: Sequence[bytes]) -> tuple[list[bytes], list[int], list[_Batch]]:
    """All terms, their numbers in the order of Unicode, and the texts that contain each, by the rank of the term."""
    thai = [_thai_terms(encoded[i : i + BATCH], i) for i in range(0, len(encoded), BATCH)]
    thai_codes = _sorted_unique(np.concatenate([np.empty(0, np.int64), *(batch.terms for batch in thai)]))
    terms_of = cache(_word_terms)
    words = [
        (term, number)
        for number, text in enumerate(encoded)
        for term in {term for word in {*_WORD.findall(text)} for term in terms_of(word)}
    ]
    distinct_words = sorted({word for word, _ in words})
    names = [*distinct_words, *map(_thai_term, thai_codes.tolist())]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    position = {word: i for i, word in enumerate(distinct_words)}
    word_texts = np.array([number for _, number in words], np.int32)
    batches = [_Batch(rank[[position[word] for word, _ in words]], np.ones(len(words), np.int64), word_texts)]
    for batch in thai:
        ranks = rank[len(distinct_words) + np.searchsorted(thai_codes, batch.terms)]
        batches.append(batch._replace(terms=ranks))
    return names, order, batches


def _slices(batches: Iterable[_Batch], count: int) -> list[int]:
    """Where to cut the ranks of `count` terms, so that there are about `SLICE` pairs between two cuts."""
    pairs = np.zeros(count, np.int64)
    for batch in batches:
        np.add.at(pairs, batch.terms, batch.counts)
    totals = np.cumsum(pairs)
    cuts = np.searchsorted(totals, np.arange(SLICE, totals[-1] if count else 0, SLICE)) + 1
    return sorted({0, *cuts.tolist(), count})


def _encode_postings(pairs: Array, bits: int) -> Iterator[bytes]:
    """The texts of each term, as `postings` says.

    `pairs` are sorted numbers of a term's rank and a text; the text has the last `bits`.
    """
    text = pairs & ((1 << bits) - 1)
    is_first = np.diff(pairs >> bits, prepend=-1) > 0
    full_bytes, rest = np.divmod(np.where(is_first, text + 1, np.diff(text, prepend=0)), 255)
    ends = np.cumsum(full_bytes + 1)
    data = np.full(int(ends[-1]) if len(ends) else 0, 255, np.uint8)
    data[ends - 1] = rest
    starts = [*(ends - 1 - full_bytes)[is_first].tolist(), len(data)]
    return (data[start:end].tobytes() for start, end in pairwise(starts))


def _sorted_unique(values: Array) -> Array:
    """The distinct values in order; fast where these are parts that are in order already.

    np.unique does the same by hashing, which takes at least five times as long.
    """
    values = np.sort(values, kind="stable")
    return values[np.diff(values, prepend=-1) > 0]


def _thai_terms(texts: Sequence[bytes], offset: int) -> _Batch:
    """The distinct Thai terms of at most `BATCH` texts, as codes. The first text has the number `offset`.

    A code has 16 bits for each of three clusters, see `_cluster_bytes`; 0 is none.
    """
    data = np.frombuffer(b"".join(text + b" " for text in texts) + b"  ", np.uint8)
    starts = np.flatnonzero(_IS_LETTER[data])
    first_mark = _MARK_NUMBER[data[starts + 1]]
    second_mark = np.where(first_mark > 0, _MARK_NUMBER[data[starts + 2]], 0)
    ends = starts + 1 + (first_mark > 0) + (second_mark > 0)
    marks = len(_MARK_BYTES)
    cluster = ((data[starts] - 0xA0).astype(np.uint16) * marks + first_mark) * marks + second_mark
    has_next = np.append(starts[1:] == ends[:-1], False)[: len(starts)]
    second = np.where(has_next, np.roll(cluster, -1), 0)
    third = np.where(has_next, np.roll(second, -1), 0)
    # Sorts numbers of 16 bits by their digits: in half the time that the codes would take.
    order = np.lexsort((third, second, cluster))
    first, second, third = (part[order].astype(np.int64) for part in (cluster, second, third))
    codes = (first << 32) | (second << 16) | third
    numbers = np.repeat(np.arange(offset, offset + len(texts), dtype=np.int32), [len(text) + 1 for text in texts])
    numbers = numbers[starts[order]]
    is_new_code = np.diff(codes, prepend=-1) > 0
    is_new = is_new_code | (np.diff(numbers, prepend=-1) > 0)
    firsts = np.flatnonzero(is_new_code[is_new])
    return _Batch(codes[is_new_code], np.diff(firsts, append=np.count_nonzero(is_new)), numbers[is_new])


def _thai_term(code: int) -> bytes:
    """The term with a code, see `_thai_terms`."""
    return b"".join(_cluster_bytes(code >> shift & 0xFFFF) for shift in (32, 16, 0))


@cache
def _cluster_bytes(code: int) -> bytes:
    """The letter and the marks of a cluster, whose numbers its code has as digits to the base of all marks."""
    rest, second_mark = divmod(code, len(_MARK_BYTES))
    letter, first_mark = divmod(rest, len(_MARK_BYTES))
    return bytes([letter + 0xA0, *(_MARK_BYTES[mark] for mark in (first_mark, second_mark) if mark)]) if code else b""
