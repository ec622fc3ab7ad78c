"""Text -> terms: what the search's index is made of. `tokens.js` says the same for the browser.

No dictionary cuts the Thai: every part of a text can be found, in every browser, because text is folded and cut into
overlapping terms by rules that a few lines can say. A table of vectors (`tests/search_vectors.json`) holds both sides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, count, pairwise

import numpy as np
from numpy.typing import NDArray

from portal.core.text import with_sara_am, without_zero_width

_THIRD_MARK = re.compile("([\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]{2})[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]+")
_THAI_DIGIT = re.compile("[๐-๙]")
_THOUSANDS = re.compile("(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


def fold(text: str) -> str:
    """One spelling for all that people type alike.

    NFC; zero-width characters dropped; sara am as one character behind the tone mark (`with_sara_am`); doubled sara e
    as sara ae; no more than two marks on a letter; Thai digits as ASCII digits; small letters; no separators inside
    numbers.
    """
    if not text.isascii():
        text = without_zero_width(unicodedata.normalize("NFC", text))
        text = with_sara_am(text).replace("\u0e40\u0e40", "\u0e41")
        text = _THAI_DIGIT.sub(lambda digit: str(int(digit[0])), text)
        if _THIRD_MARK.search(text):
            text = _THIRD_MARK.sub("\\1", text)
    text = text.lower()
    return _THOUSANDS.sub("", text) if "," in text else text


_CODEC = "cp874"
"""A byte for each Thai character, in the order of Unicode: bytes are classed and cut many times faster than text."""

_THAI = frozenset("".join(map(chr, [*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E4F)])).encode(_CODEC))
_MARKS = frozenset("".join(map(chr, [0x0E31, *range(0x0E33, 0x0E3B), *range(0x0E47, 0x0E4F)])).encode(_CODEC))
_ONLY_THAI = bytes(byte if byte in _THAI else 0x20 for byte in range(256))
_BEGINS = bytes(byte not in _MARKS for byte in range(256))
_IS_THAI = np.array([byte in _THAI for byte in range(256)])
_MARK_BYTES = [0, *sorted(_MARKS)]
_MARK_NUMBER = np.array([_MARK_BYTES.index(byte) if byte in _MARKS else 0 for byte in range(256)], np.int64)
_WORD = re.compile(rb"[a-z0-9]+(?:-[a-z0-9]+)*")

TAIL = 12
"""Characters of a word in Latin letters and digits that one term holds."""


def _coded(text: str) -> bytes:
    return fold(text).encode(_CODEC, "replace")


def _word_terms(coded: bytes) -> list[bytes]:
    return [word[i : i + TAIL] for word in _WORD.findall(coded) for i, sign in enumerate(word) if sign != 0x2D]


def terms(text: str) -> list[str]:
    """The terms of a text: those of its words, then those of its Thai.

    Of a word of Latin letters and digits, hyphens within it: from each character on the rest of it, cut after `TAIL`.
    Of a run of Thai: at each character cluster the three that begin there, fewer at its end. A cluster is a letter with
    the marks that follow it; marks before the first letter are left out. A part of a run thus holds whole terms but for
    its last, which is the beginning of one.
    """
    coded = _coded(text)
    found = _word_terms(coded)
    for run in coded.translate(_ONLY_THAI).split():
        begins = [*compress(count(), run.translate(_BEGINS)), *[len(run)] * 3]
        found += [run[i:j] for i, j in zip(begins, begins[3:], strict=False)]
    return b" ".join(found).decode(_CODEC).split()


BATCH_BITS = 9
BATCH = 1 << BATCH_BITS
"""Texts that are cut at once: their arrays fit the processor's memory, and a text's number fits 63 bits with a term."""

SLICE = 1 << 21
"""Pairs of a term and a text that are put in order at once, about: a large year has twenty times as many."""

Array = NDArray[np.int64]

Held = tuple[Array, Array, NDArray[np.int32]]
"""Terms, how many texts hold each, and the numbers of those texts, term after term."""


def postings(texts: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Every term of the texts, in the order of Unicode, with the numbers of the texts that hold it.

    The numbers ascend from 0, each as its distance from the one before, the first from -1. A distance is a byte; 255
    says that the next one is added to it. The terms are those that `terms` says, of all texts at once and several times
    as fast.
    """
    coded = [_coded(text) for text in texts]
    thai = [_thai_holders(coded[i : i + BATCH], i) for i in range(0, len(coded), BATCH)]
    different = _different(np.concatenate([np.empty(0, np.int64), *(keys for keys, _, _ in thai)]))
    words = [(word, number) for number, text in enumerate(coded) for word in _word_terms(text)]
    bits = max(1, len(coded).bit_length())
    del coded
    plain = sorted({word for word, _ in words})
    names = [*plain, *map(_named, different.tolist())]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    place, owners = {word: i for i, word in enumerate(plain)}, np.array([number for _, number in words], np.int32)
    held: list[Held] = [(rank[[place[word] for word, _ in words]], np.ones(len(words), np.int64), owners)]
    held += [(rank[len(plain) + np.searchsorted(different, keys)], counts, owners) for keys, counts, owners in thai]
    del words, place, thai
    for first, last in pairwise(_cuts(held, len(names))):
        chosen = [(ranks >= first) & (ranks < last) for ranks, _, _ in held]
        pairs = [
            (np.repeat(ranks[which], counts[which]) << bits) | owners[np.repeat(which, counts)]
            for which, (ranks, counts, owners) in zip(chosen, held, strict=True)
        ]
        for i, data in zip(order[first:last], _written(_different(np.concatenate(pairs)), bits), strict=True):
            yield names[i].decode(_CODEC), data


def _cuts(held: Iterable[Held], names: int) -> list[int]:
    """Where to cut the ranks of `names` terms, so that between two cuts about `SLICE` pairs lie."""
    pairs = np.zeros(names, np.int64)
    for ranks, counts, _ in held:
        np.add.at(pairs, ranks, counts)
    every = np.cumsum(pairs)
    cuts = np.searchsorted(every, np.arange(SLICE, every[-1] if names else 0, SLICE)) + 1
    return sorted({0, *cuts.tolist(), names})


def _written(pairs: Array, bits: int) -> Iterator[bytes]:
    """The holders of each term, from the pairs of a rank and a text in their order; the text has the last `bits`."""
    holder = pairs & ((1 << bits) - 1)
    firsts = np.diff(pairs >> bits, prepend=-1) > 0
    more, rest = np.divmod(np.where(firsts, holder + 1, np.diff(holder, prepend=0)), 255)
    ends = np.cumsum(more + 1)
    data = np.full(int(ends[-1]) if len(ends) else 0, 255, np.uint8)
    data[ends - 1] = rest
    begins = [*(ends - 1 - more)[firsts].tolist(), len(data)]
    return (data[begin:end].tobytes() for begin, end in pairwise(begins))


def _different(values: Array) -> Array:
    """The values in order, each once. np.unique does the same by hashing, at five times the cost."""
    values = np.sort(values)
    return values[np.diff(values, prepend=-1) > 0]


def _thai_holders(texts: Sequence[bytes], offset: int) -> Held:
    """The different Thai terms of at most `BATCH` texts, how many of these hold each, and the numbers of those.

    A term is three clusters of 17 bits: the letter in seven, each of two marks in five, 0 for what is not there. The
    first text has the number `offset`.
    """
    data = np.frombuffer(b"".join(text + b" " for text in texts) + b"  ", np.uint8)
    mark = _MARK_NUMBER[data]
    begins = np.flatnonzero(_IS_THAI[data] & (mark == 0))
    first_mark = mark[begins + 1]
    second_mark = np.where(first_mark > 0, mark[begins + 2], 0)
    ends = begins + 1 + (first_mark > 0) + (second_mark > 0)
    cluster = ((data[begins].astype(np.int64) - 0xA0) << 10) | (first_mark << 5) | second_mark
    follows = np.append(begins[1:] == ends[:-1], False)[: len(begins)]
    second = np.where(follows, np.roll(cluster, -1), 0)
    third = np.where(follows, np.roll(second, -1), 0)
    owners = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in texts])
    key = (cluster << 34) | (second << 17) | third
    pairs = _different((key << BATCH_BITS) | owners[begins])
    keys = pairs >> BATCH_BITS
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    numbers = ((pairs & (BATCH - 1)) + offset).astype(np.int32)
    return keys[firsts], np.diff(firsts, append=len(keys)), numbers


def _named(term: int) -> bytes:
    name = b""
    for shift in (34, 17, 0):
        cluster = term >> shift & 0x1FFFF
        if cluster:
            marks = [_MARK_BYTES[mark] for mark in (cluster >> 5 & 31, cluster & 31) if mark]
            name += bytes([(cluster >> 10) + 0xA0, *marks])
    return name
