"""Texts -> which of them contain each term: the content of the term files.

The only importer of NumPy, which takes a tenth of a second to load: so only who makes an index imports this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal.search.folding import fold, has_other_letters
from portal.search.terms import runs, terms, word_terms

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

BATCH = 512
"""Texts whose Thai is cut together: their arrays fit the processor's cache."""

SLICE = 1 << 19
"""About how many pairs of a term and a text are sorted together; a year of 1,700 projects has eight times as many."""

Array = NDArray[np.int64]


class _Batch(NamedTuple):
    """Terms, and the texts that contain each."""

    terms: Array
    """The terms, as numbers: of Thai at first their code, then their number, and at last their rank among all terms."""
    ends: Array
    """Up to where the texts of each term stand in `texts`."""
    texts: NDArray[np.int32]
    """The numbers of the texts that contain each term, term after term. A term may come several times."""

    @property
    def counts(self) -> Array:
        """Of how many texts each term has the numbers."""
        return np.diff(self.ends, prepend=0)

    def by_rank(self, rank: Array) -> _Batch:
        """The same with the rank of each term, in the order of the ranks."""
        terms, counts = rank[self.terms], self.counts
        order = np.argsort(terms)
        terms, begins, counts = terms[order], (self.ends - counts)[order], counts[order]
        ends = np.cumsum(counts)
        places = np.arange(len(self.texts)) + np.repeat(begins - (ends - counts), counts)
        return _Batch(terms, ends, self.texts[places])

    def pairs(self, start: int, stop: int, bits: int) -> Array:
        """The terms from place `start` to before `stop`, each with each of its texts, as one number.

        Its last `bits` are the text.
        """
        begin = self.ends[start - 1] if start else 0
        counts = np.diff(self.ends[start:stop], prepend=begin)
        return (np.repeat(self.terms[start:stop], counts) << bits) | self.texts[begin : self.ends[stop - 1]]


def postings(texts: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Every term of the texts, in the order of UTF-16, with the numbers of the texts that contain it, in bytes.

    The numbers begin at 0 and ascend. Each is written as its difference to the one before, the first to -1. A
    difference is a byte; 255 means that the next byte is added to it. The terms are the same as `terms` returns for
    each text, but found for all texts together; those of Thai several times as fast.
    """
    names, batches, count = _find_terms(texts)
    bits = max(1, count.bit_length())
    # JavaScript compares texts by UTF-16.
    order = sorted(range(len(names)), key=lambda i: names[i].encode("utf-16-be"))
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    # Else each slice would need a look through all terms of all batches.
    for i, batch in enumerate(batches):
        batches[i] = batch.by_rank(rank)
    slices = _slices(batches, len(names))
    cuts = [np.searchsorted(batch.terms, slices).tolist() for batch in batches]
    for number, (first, last) in enumerate(pairwise(slices)):
        parts = ((batch, cut[number], cut[number + 1]) for batch, cut in zip(batches, cuts, strict=True))
        pairs = np.concatenate([batch.pairs(start, stop, bits) for batch, start, stop in parts if start < stop])
        encoded_postings = _encode_postings(_sorted_unique(pairs), bits)
        for i, data in zip(order[first:last], encoded_postings, strict=True):
            yield names[i], data


def _find_terms(texts: Iterable[str]) -> tuple[list[str], list[_Batch], int]:
    """All terms, the texts that contain each, by the number of the term, and how many texts there are."""
    vocabulary: dict[str, int] = {}

    def number(term: str) -> int:
        return vocabulary.setdefault(term, len(vocabulary))

    @cache
    def of_word(word: bytes) -> list[int]:
        [(run, run_kinds)] = runs(word.decode(_CODEC))
        return [number(term) for term in word_terms(run, run_kinds)]

    encoded: list[bytes] = []
    found: list[Array] = []
    for text in texts:
        folded = fold(text)
        if has_other_letters(folded):
            encoded.append(b"")
            of_text = {number(term) for term in terms(folded)}
        else:
            encoded.append(folded.encode(_CODEC, "replace"))
            of_text = set().union(*map(of_word, {*_WORD.findall(encoded[-1])}))
        found.append(np.array(sorted(of_text), np.int64))
    batches = [_word_terms(found[i : i + BATCH], i) for i in range(0, len(found), BATCH)]
    number_of_code = cache(lambda code: number(_thai_term(code).decode(_CODEC)))
    for i in range(0, len(encoded), BATCH):
        batch = _thai_terms(encoded[i : i + BATCH], i)
        codes = np.array([number_of_code(code) for code in batch.terms.tolist()], np.int64)
        batches.append(batch._replace(terms=codes))
    return [*vocabulary], batches, len(encoded)


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


def _word_terms(found: Sequence[Array], offset: int) -> _Batch:
    """The terms that were `found` in each text of which the first has the number `offset`."""
    numbers = np.concatenate(found)
    texts = np.repeat(np.arange(offset, offset + len(found), dtype=np.int32), [*map(len, found)])
    return _Batch(numbers, np.arange(1, len(numbers) + 1), texts)


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
    texts_of_codes = numbers[is_new]
    ends = np.append(np.flatnonzero(is_new_code[is_new])[1:], len(texts_of_codes))
    codes = codes[is_new_code]
    return _Batch(codes, ends[: len(codes)], texts_of_codes)


def _thai_term(code: int) -> bytes:
    """The term with a code, see `_thai_terms`."""
    return b"".join(_cluster_bytes(code >> shift & 0xFFFF) for shift in (32, 16, 0))


@cache
def _cluster_bytes(code: int) -> bytes:
    """The letter and the marks of a cluster, whose numbers its code has as digits to the base of all marks."""
    rest, second_mark = divmod(code, len(_MARK_BYTES))
    letter, first_mark = divmod(rest, len(_MARK_BYTES))
    return bytes([letter + 0xA0, *(_MARK_BYTES[mark] for mark in (first_mark, second_mark) if mark)]) if code else b""
