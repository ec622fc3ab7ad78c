"""Texts that would take the Markdown library too long, or break it off: they are refused in words.

Much of the library takes quadratic time: each line of a block is cut from those behind it, and for each bracket the
rest of the paragraph is searched. Within these limits a file of the largest size takes less than a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

MAX_NESTING = 18
"""Levels of lists and quotations in each other; a list has two. The library calls itself for each."""

MAX_LEVELS = 40_000
"""The sum of the levels of all lines. The library reads each line of a list once for each of its levels."""

MAX_DEFINITIONS = 18
"""Definitions between two blank lines. For the library each is part of the one before."""

MAX_LINES = 20_000
"""Lines of a page."""

MAX_LINE = 20_000
"""Characters of a line. A long paragraph has some thousands."""

MAX_BLOCK_LINES = 500
"""Lines between two blank ones."""

MAX_CELLS = 20_000
"""Cells of all tables of a page."""

MAX_FOOTNOTES = 500
"""Footnotes of a page, and places where they are cited."""

MAX_SIGNS = 2_000_000
"""The signs of Markdown in each paragraph times its characters, summed over a page."""

_SIGN = re.compile(r"[][()<`*_&!\\]")
_DEFINITION = re.compile(r"[ ]{0,3}:[ ]")
_RULE = re.compile(r"[ ]{0,3}(?:[-*_][ ]*){3,}")
_MARK = re.compile(r"([ ]*)(?:>|(?:[-*+:]|[0-9]+\.)(?:[ ]+|$))")

Refusal = tuple[int, str, str, str]
"""The index of a line or of a paragraph, the rule, the message and the hint."""


def refused_blocks(lines: Sequence[str]) -> Iterator[Refusal]:
    """What is too large or too deep in the lines of a text whose blocks of code are left out."""
    if len(lines) > MAX_LINES:
        message = f"this page has more than {MAX_LINES:,} lines."
        yield MAX_LINES, "page-too-long", message, "Link to the long text instead."
    yield from _refused_lines(lines)
    cells = 0
    for begin, block in blocks(lines):
        if len(block) > MAX_BLOCK_LINES:
            message = f"this paragraph, list or table has more than {MAX_BLOCK_LINES:,} lines."
            yield begin, "page-too-long", message, "Divide it by blank lines, or link to the long text instead."
        definitions = (index for index, line in enumerate(block, start=begin) if _DEFINITION.match(line))
        if (index := next(islice(definitions, MAX_DEFINITIONS, None), None)) is not None:
            message = f"more than {MAX_DEFINITIONS} definitions stand together without a blank line."
            yield index, "nested-too-deep", message, "Put a blank line before each term."
        columns = max(line.count("|") for line in block)
        if cells <= MAX_CELLS < (cells := cells + columns * len(block)):
            message = f"the tables of this page have more than {MAX_CELLS:,} cells."
            yield begin, "page-too-long", message, "Link to the data instead."


def _refused_lines(lines: Sequence[str]) -> Iterator[Refusal]:
    levels = 0
    for index, line in enumerate(lines):
        if len(line) > MAX_LINE:
            message = f"this line has more than {MAX_LINE:,} characters."
            yield index, "page-too-long", message, "Divide it into paragraphs."
        if (depth := _depth(line)) > MAX_NESTING:
            message = f"lists and quotations stand in each other more than {MAX_NESTING} levels deep."
            yield index, "nested-too-deep", message, "Write them one after the other."
        if levels <= MAX_LEVELS < (levels := levels + depth):
            message = "this page has too many lists and quotations in each other."
            yield index, "page-too-long", message, "Write them one after the other, or divide the page."


def blocks(lines: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """The lines between blank ones, with the index of the first."""
    begin = 0
    for index, line in enumerate((*lines, "")):
        if not line.strip():
            if index > begin:
                yield begin, lines[begin:index]
            begin = index + 1


def _depth(line: str) -> int:
    """How many lists and quotations the beginning of a line is in, by its signs and what stands before the first."""
    depth, position = 0, 0
    while depth <= MAX_NESTING and not _RULE.fullmatch(line, position) and (mark := _MARK.match(line, position)):
        depth += 1 + len(mark[1]) // 4
        position = mark.end()
    return depth


def refused_signs(texts: Sequence[str]) -> Refusal | None:
    """The first of the paragraphs, headings, items and cells of a text with which its signs are too many, by index."""
    signs = footnotes = 0
    for index, text in enumerate(texts):
        signs += len(_SIGN.findall(text)) * len(text)
        footnotes += text.count("[^")
        if signs > MAX_SIGNS:
            message = "this page has too many signs of Markdown in long paragraphs, such as [, (, * and _."
            hint = "Divide the paragraphs, or write what is not Markdown as a block of code."
            return index, "page-too-long", message, hint
        if footnotes > MAX_FOOTNOTES:
            message = f"this page cites footnotes more than {MAX_FOOTNOTES} times."
            return index, "page-too-long", message, "Divide the page."
    return None
