"""The text of a file -> HTML that can be published as it is, and its problems, each with its line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

import nh3
from markdown.treeprocessors import Treeprocessor

from portal.content.layout import misread
from portal.content.limits import SignCounter, refused_blocks
from portal.content.line_map import LineMap
from portal.content.markdown_file import MarkdownFile
from portal.content.syntax import REFERENCE, Syntax, read_markdown, without_fenced_code
from portal.core import urls
from portal.core.problems import Problem, shorten
from portal.core.text import FORBIDDEN, forbidden_name
from portal.core.web_addresses import unsafe_link

_TAG_OR_TEXT = re.compile(r'<(?:[^">]|"[^"]*")*>|[^<]+')

_TAGS = frozenset(
    "p br hr h2 h3 h4 ul ol li strong em code pre blockquote a sup table thead tbody tr th td dl dt dd".split(" ")  # noqa: SIM905
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    # Of footnotes.
    "li": {"id"},
    "sup": {"id"},
}

_INLINE = frozenset(("a", "br", "code", "em", "img", "strong", "sup"))
"""The elements within a line; all others have lines of their own."""


def render(text: str, offset: int, file: MarkdownFile, id_prefix: str = "") -> str:
    """The HTML of what stands in `text` from `offset` on; "" where it cannot be read.

    Problems are added to those of `file`: only if there are none, may the HTML be published. All ids begin with
    `id_prefix`, for a text on a page that has ids of its own.
    """
    body = text[offset:]
    first_line = text.count("\n", 0, offset) + 1
    lines = body.split("\n")
    file.problems.extend(_forbidden_characters(file.place, lines, first_line))
    lines_to_read = without_fenced_code(lines)
    refusals = list(refused_blocks(lines_to_read))
    for index, rule, message, hint in (*refusals, *misread(lines_to_read)):
        file.add(rule, message, hint, line=first_line + index)
    if not body.strip():
        file.add("empty-file", "this page has no text.", "Write it, or delete both versions.")
    if refusals or not body.strip():
        return ""
    syntax = Syntax(id_prefix)
    line_map = LineMap(lines_to_read, REFERENCE, syntax.fenced_codes)
    find, check = _FindLines(syntax, line_map, file, first_line), _Check(line_map, file, first_line)
    return _sanitise(read_markdown(body, syntax, {"find_lines": (find, 30), "check": (check, 16)}) + "\n")


def _sanitise(rendered: str) -> str:
    cleaned = nh3.clean(
        rendered,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    # The sanitiser leaves the quotation marks of texts as they are; with entities, as in the texts of data, no text
    # looks like an attribute.
    return _TAG_OR_TEXT.sub(lambda part: part[0] if part[0][0] == "<" else part[0].replace('"', "&quot;"), cleaned)


def _forbidden_characters(place: str, lines: Sequence[str], first_line: int) -> Iterator[Problem]:
    for number, line in enumerate(lines, start=first_line):
        # "&#x202e;" becomes the character itself.
        if match := FORBIDDEN.search(html.unescape(line)):
            message = f"this line holds {forbidden_name(match[0])}, which no text needs."
            yield Problem(place, "control-character", message, "Delete it.", line=number)


class _FindLines(Treeprocessor):
    """Finds the line of each element, as long as its text is as it is written, and leaves out what is too much."""

    def __init__(self, syntax: Syntax, line_map: LineMap, file: MarkdownFile, first_line: int) -> None:
        super().__init__()
        self._syntax, self._line_map, self._file, self._first_line = syntax, line_map, file, first_line

    def run(self, root: Element) -> None:
        """Find the lines."""
        footnotes = self._syntax.footnotes
        self._line_map.read(root, list(footnotes.footnotes))
        for name in footnotes.nested:
            message = f'the footnote "{shorten(name)}" holds the definition of another one.'
            line = self._first_line + self._line_map.line_of_footnote(name)
            self._file.add("nested-too-deep", message, "Write it behind a blank line.", line=line)
        counter = SignCounter()
        for element in root.iter():
            if element.text and element.tag != "code" and (refusal := counter.refused(element.text)):
                self._file.add(*refusal, line=self._first_line + self._line_map.lines(element)[0])
                root.clear()
                return


class _Check(Treeprocessor):
    """Checks all that a reader reads and follows, and gives links of the site their address."""

    def __init__(self, line_map: LineMap, file: MarkdownFile, first_line: int) -> None:
        super().__init__()
        self._line_map, self._file, self._first_line = line_map, file, first_line

    def run(self, root: Element) -> None:
        """Check every element that has lines of its own."""
        for element in root.iter():
            if element.tag not in _INLINE or element in self._line_map:
                self._check_block(element)

    def _check_block(self, block: Element) -> None:
        indices = self._line_map.lines(block)
        lines = [self._first_line + index for index in indices]
        if block.tag == "h1":
            hint = "Begin with ##; the title of the front matter is the first heading."
            self._file.add("first-heading", "a page has one first heading, its title.", hint, line=lines[0])
        text = "".join(part if isinstance(part, str) else "" for part in _parts(block))
        texts = text.split("\n")
        if self._file.guard(text):
            numbers = (line for line, part in zip(_endless(lines), texts, strict=False) if self._file.guard(part))
            self._file.check_text(text, line=next(numbers, lines[0]))
        position = 0
        for part in _parts(block):
            if isinstance(part, str):
                position += part.count("\n")
            else:
                self._check_inline(part, lines[min(position, len(lines) - 1)])

    def _check_inline(self, element: Element, line: int) -> None:
        if element.tag == "img":
            message, hint = "pictures are not shown in content pages.", "Describe it in words, or link to it."
            self._file.add("picture", message, hint, line=line, value=element.get("src", ""))
        if element.get("title") == "":
            del element.attrib["title"]
        for name in ("href", "title"):
            if (value := element.get(name)) is not None:
                element.set(name, value := html.unescape(value))
                self._file.check_text(re.sub("^(?i:mailto|tel):", "", unquote(value)), line=line)
        href = element.get("href")
        if href is None:
            return
        if reason := unsafe_link(href):
            message = f'the link "{shorten(href)}" {reason}'
            self._file.add("unsafe-link", message, "Mend the link.", line=line, value=shorten(href, 200))
            return
        if href.startswith("/"):
            parts = urlsplit(_encoded(href))
            path = urls.href(unquote(parts.path), self._file.language, self._file.base_path)
            href = parts._replace(path=path).geturl()
        element.set("href", _encoded(href))


def _parts(element: Element) -> Iterator[str | Element]:
    """What stands in the lines of an element, in order: texts, and the elements within lines."""
    if element.text:
        yield element.text
    for child in element:
        if child.tag not in _INLINE or element.tag == "pre":
            continue
        yield child
        yield from ("\n",) if child.tag == "br" else _parts(child)
        if child.tail:
            yield child.tail


def _endless(lines: Sequence[int]) -> Iterator[int]:
    yield from lines
    while True:
        yield lines[-1]


def _encoded(address: str) -> str:
    """An address in ASCII; what is percent-encoded stays so."""
    return quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", address), safe=";/?:@&=+$,-_.!~*'()#%")
