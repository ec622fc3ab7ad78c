"""Where each part of a rendered text stands in its file, which the library does not say.

The library cuts a text into blocks and these into elements, in order, and takes away only what stands around the words:
signs of quotations and lists, indentation, borders of tables. So each line of an element is found again as part of the
next line of the file that holds it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from markdown.extensions.footnotes import NBSP_PLACEHOLDER
from markdown.util import ETX, STX

_WITHOUT_WORDS = re.compile(r"[-=|:+*_#>~`\s]*")
_FOOTNOTE = re.compile(r"[ ]{0,3}\[\^([^\]]*)\]:")

MAX_STEPS = 1_000
"""Lines that are looked at for the next line of an element. Before it stand only those that show no words."""


class LineMap:
    """The lines of the elements of one text, by their numbers in the file."""

    def __init__(
        self, lines: Sequence[str], first_line: int, reference: re.Pattern[str], fenced_codes: Mapping[Element, int]
    ) -> None:
        """`lines` are those of the text, from line `first_line` of the file on, blank within blocks of code.

        `fenced_codes` are these blocks, each with the index of its first line in `lines`. `reference` matches the
        definition of a link, which shows no words.
        """
        self._lines: dict[Element, list[int]] = {}
        self._first_line = first_line
        self._fenced_codes = fenced_codes
        self._footnotes: dict[str, int] = {}
        self._texts: list[tuple[int, str]] = []
        """The lines that are searched, with their numbers."""
        self._definitions: list[tuple[int, str]] = []
        self._next = 0
        """The index in `_texts` from where on the next line of an element is searched."""
        self._last = first_line
        """The line that was found last."""
        for number, line in enumerate(lines, start=first_line):
            line = line.replace(STX, "").replace(ETX, "").expandtabs(4)
            if footnote := _FOOTNOTE.match(line):
                self._footnotes[footnote[1]] = number
                self._definitions.append((number, line))
            elif not reference.match(line) and not _WITHOUT_WORDS.fullmatch(line):
                self._texts.append((number, line))

    def read(self, root: Element, footnotes: Sequence[str]) -> None:
        """Find the lines of all elements of a tree whose texts are as they are written.

        `footnotes` are the names of the footnotes, in the order in which they stand in the tree. A text behind a block
        is moved into an element of its own.
        """
        self._read(root)
        self._texts = sorted(self._texts + self._definitions)
        items = (item for div in root.iter("div") if _is_footnotes(div) for item in div.find("ol") or ())
        for name, item in zip(footnotes, items, strict=False):
            self._next = bisect_left(self._texts, (self._footnotes.get(name, 0), ""))
            self._read(item)

    def lines(self, element: Element) -> Sequence[int]:
        """The lines of an element's own text, at least one."""
        return self._lines.get(element) or (self._last,)

    def __contains__(self, element: Element) -> bool:
        """Whether the element was there when the lines were found."""
        return element in self._lines

    def line_of_footnote(self, name: str) -> int:
        """The line of the last footnote of a name; the first line where none begins a line."""
        return self._footnotes.get(name, self._first_line)

    def _read(self, element: Element) -> None:
        self._lines[element] = self._lines_of_text(element)
        for child in list(element):
            if child.tag == "tr":
                self._read_row(child)
            elif not _is_footnotes(child):
                self._read(child)
            if child.tail and child.tail.strip():
                text = Element("span")
                text.text, child.tail = child.tail.strip("\n"), None
                element.insert(list(element).index(child) + 1, text)
                self._read(text)

    def _read_row(self, row: Element) -> None:
        words = (cell.text for cell in row if cell.text and not _WITHOUT_WORDS.fullmatch(cell.text))
        # The other cells stand on the same line.
        if (first := next(words, None)) is not None:
            self._search(first)
        for element in (row, *row):
            self._lines[element] = [self._last]

    def _lines_of_text(self, element: Element) -> list[int]:
        if element in self._fenced_codes:
            first = self._first_line + self._fenced_codes[element]
            return list(range(first, first + (element.text or "").count("\n") + 1))
        return [self._search(line) for line in (element.text or "").split("\n")]

    def _search(self, text: str) -> int:
        """The next line that holds a text; the last one if there is none, or nothing to search."""
        text = text.replace(NBSP_PLACEHOLDER, "").strip()
        if not _WITHOUT_WORDS.fullmatch(text):
            for position in range(self._next, min(self._next + MAX_STEPS, len(self._texts))):
                if text in self._texts[position][1]:
                    self._next = position + 1
                    self._last = self._texts[position][0]
                    break
        return self._last


def _is_footnotes(element: Element) -> bool:
    return element.tag == "div" and element.get("class") == "footnote"
