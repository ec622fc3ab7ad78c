"""Text -> the terms of the search index. `templates/assets/js/tokens.js` does the same in the browser.

No script is cut by a dictionary. Text is folded (`folding.py`) and cut into overlapping terms by a few rules, so every
part of it can be found, in every browser. The test vectors in `tests/search_vectors.json` are for both programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.search.folding import fold, kinds

# Of the kinds of the characters of a folded text.
_RUN = re.compile(r"[cn]+|(?:[am0]|(?<=0)\.(?=0))+")
_SHORT = re.compile(r"(?<!0)(?<!0\.)(0(?:\.?0)?)(?!\.?0)|(?<![am])a[am]?")

TAIL = 12
"""The largest number of characters in a term of a word."""

BOUND = "\u0e5b"
"""Where a number or letters begin or end, in a term. It comes after every letter of Latin and Thai, so that such terms
are together."""


def runs(folded: str) -> Iterator[tuple[str, str]]:
    """The words of a folded text and its parts in scripts without spaces, each with the kinds of its characters."""
    text_kinds = kinds(folded)
    for run in _RUN.finditer(text_kinds):
        start = run.end() - len(run[0].lstrip("mn"))
        if start < run.end():
            yield folded[start : run.end()], text_kinds[start : run.end()]


def word_terms(word: str, word_kinds: str) -> list[str]:
    """The terms of a word, whose characters have these kinds; see `terms`."""
    parts = [word[i : i + TAIL] for i, kind in enumerate(word_kinds) if kind in "a0"]
    short = ((word[slice(*found.span())], found[1]) for found in _SHORT.finditer(word_kinds))
    return parts + [BOUND + sign + (BOUND if number else "") for sign, number in short]


def _unspaced_terms(run: str, run_kinds: str) -> list[str]:
    starts = [*(i for i, kind in enumerate(run_kinds) if kind == "c"), *[len(run)] * 3]
    return [run[start:end] for start, end in zip(starts, starts[3:], strict=False)]


def terms(text: str) -> list[str]:
    """The terms of a text: first those of its words, then those of its parts in scripts without spaces.

    A word has letters of scripts with spaces between words, and digits, points between digits. It has a term for each
    of its letters and digits: the rest from there, at most `TAIL` characters. One or two digits or letters stand within
    too many words, so they are found by terms of their own: each number of one or two digits in the word, between two
    `BOUND`, and after one the first two letters wherever letters begin.

    A run of a script without spaces has a term for each of its clusters: that cluster and the next two, fewer at the
    end of the run. A cluster is a letter with the marks that follow it; marks before the first letter are left out. So
    the terms of a part of a run are terms of the whole run, but for the last ones, with which longer terms of the whole
    run begin.
    """
    words, others = [], []
    for run, run_kinds in runs(fold(text)):
        if run_kinds[0] == "c":
            others += _unspaced_terms(run, run_kinds)
        else:
            words += word_terms(run, run_kinds)
    return words + others
