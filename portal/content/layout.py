"""What an editor may mean as a list, a table or a definition, and the Markdown library would read as something else.

Other programs, among them the editors of GitHub and most text editors, read CommonMark, where these are lists and
tables. To publish them as lines of a paragraph would be silent, so they are problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from portal.content.limits import Refusal, blocks

_ITEM = re.compile(r"([ ]*)(?:[-*+]|([0-9]{1,9})\.)[ ]+\S")
_STARTS_LIST = re.compile(r"[ ]{0,3}(?:[-*+]|1\.)[ ]+\S")
_BRACKET_ITEM = re.compile(r"[ ]{0,3}([0-9]{1,9})\)[ ]+\S")
_TABLE_RULE = re.compile(r"[ ]{0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*")
_DEFINITION = re.compile(r"[ ]{0,3}:[ ]+\S")
_PARAGRAPH = re.compile(r"[ ]{0,3}[^\s#>|:]")

_INDENT = 4
"""Spaces by which the library expects what stands in an item of a list."""


def misread(lines: Sequence[str]) -> Iterator[Refusal]:
    """What would be misread in the lines of a text whose blocks of code are left out."""
    in_list = False
    for begin, block in blocks(lines):
        first = _ITEM.match(block[0])
        indent = len(block[0]) - len(block[0].lstrip(" "))
        if in_list and 0 < indent < _INDENT:
            yield _indentation(begin)
        if number := _BRACKET_ITEM.match(block[0]):
            message = f'the items of a list are numbered as "{number[1]}.", not as "{number[1]})".'
            yield begin, "list-number", message, "Put a full stop behind the number."
        if first:
            yield from _items(begin, block, len(first[1]))
        elif _PARAGRAPH.match(block[0]):
            yield from _paragraph(begin, block)
        yield from _definitions(begin, block)
        in_list = first is not None or (in_list and indent > 0)


def _items(begin: int, block: Sequence[str], first: int) -> Iterator[Refusal]:
    for index, line in enumerate(block, start=begin):
        item = _ITEM.match(line)
        if item and len(item[1]) > first and (len(item[1]) - first) % _INDENT:
            yield _indentation(index)


def _indentation(index: int) -> Refusal:
    message = "this line is indented by fewer than four spaces for each list that it stands in, or by more."
    return index, "list-indentation", message, "Indent it by four spaces for each list, or not at all."


def _missing_blank_line(index: int, message: str) -> Refusal:
    return index, "missing-blank-line", message, "Put a blank line before it."


def _paragraph(begin: int, block: Sequence[str]) -> Iterator[Refusal]:
    for index, (before, line) in enumerate(pairwise(block), start=1):
        if _STARTS_LIST.match(line) and not before.startswith("#"):
            yield _missing_blank_line(begin + index, "a list begins within a paragraph.")
            return
        if index > 1 and "|" in line and "|" in before and _TABLE_RULE.fullmatch(line):
            yield _missing_blank_line(begin + index - 1, "a table begins within a paragraph.")
            return


def _definitions(begin: int, block: Sequence[str]) -> Iterator[Refusal]:
    is_open = False
    for index, line in enumerate(block):
        if not _DEFINITION.match(line):
            continue
        if is_open and not _DEFINITION.match(block[index - 1]) and not block[index - 1].startswith(" "):
            yield _missing_blank_line(begin + index - 1, "a term stands directly below a definition.")
            return
        is_open = True
