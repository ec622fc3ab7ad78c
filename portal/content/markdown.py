"""The text of a file -> HTML that can be published as it is, and its problems, each with its line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, repeat
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

import nh3

from portal.content.front_matter import read_front_matter
from portal.content.layout import misread
from portal.content.limits import refused_blocks, refused_signs
from portal.content.line_map import LineMap
from portal.content.markdown_file import MarkdownFile, read_text
from portal.content.syntax import REFERENCE, Syntax, read_markdown, without_fenced_code
from portal.core import urls
from portal.core.problems import shorten
from portal.core.text import FORBIDDEN, forbidden_name
from portal.core.web_addresses import unsafe_link

_TAG_OR_TEXT = re.compile(r'<(?:[^">]|"[^"]*")*>|[^<]+')

_TAGS = set(
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


def read_markdown_file(
    file: MarkdownFile, types: Mapping[str, type], required: Sequence[str], id_prefix: str = ""
) -> tuple[dict[str, Any], str] | None:
    """The values of the front matter of a file, and its text as HTML; None where the file has problems.

    `types` and `required` as in `read_front_matter`, `id_prefix` as in `render`.
    """
    text = read_text(file)
    front = read_front_matter(text, file, types, required) if text is not None else None
    if text is None or front is None:
        return None
    values, offset = front
    rendered = render(text, offset, file, id_prefix)
    return None if file.problems else (values, rendered)


def render(text: str, offset: int, file: MarkdownFile, id_prefix: str = "") -> str:
    """The HTML of what stands in `text` from `offset` on; "" where it cannot be read.

    Problems are added to those of `file`: only if there are none, may the HTML be published. All ids begin with
    `id_prefix`, for a text on a page that has ids of its own.
    """
    body = text[offset:]
    first_line = text.count("\n", 0, offset) + 1
    lines = body.split("\n")
    for number, line in enumerate(lines, start=first_line):
        # "&#x202e;" becomes the character itself.
        if match := FORBIDDEN.search(html.unescape(line)):
            message = f"this line holds {forbidden_name(match[0])}, which no text needs."
            file.add("control-character", message, "Delete it.", line=number)
    lines_to_read = without_fenced_code(lines)
    refusals = list(refused_blocks(lines_to_read))
    for index, rule, message, hint in (*refusals, *misread(lines_to_read)):
        file.add(rule, message, hint, line=first_line + index)
    if not body.strip():
        file.add("empty-file", "this page has no text.", "Write it, or delete both versions.")
    if refusals or not body.strip():
        return ""
    syntax = Syntax(id_prefix)
    line_map = LineMap(lines_to_read, first_line, REFERENCE, syntax.fenced_codes)
    steps = {
        "find_lines": (partial(_find_lines, syntax=syntax, line_map=line_map, file=file), 30),
        "check": (partial(_check, line_map=line_map, file=file), 16),
    }
    return _sanitise(read_markdown(body, syntax, steps) + "\n")


def _sanitise(rendered: str) -> str:
    cleaned = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    # The sanitiser leaves the quotation marks of texts as they are; with entities, as in the texts of data, no text
    # looks like an attribute.
    return _TAG_OR_TEXT.sub(lambda part: part[0] if part[0][0] == "<" else part[0].replace('"', "&quot;"), cleaned)


def _find_lines(root: Element, syntax: Syntax, line_map: LineMap, file: MarkdownFile) -> None:
    """Find the line of each element, while its text is as it is written, and leave out what is too much."""
    line_map.read(root, list(syntax.footnotes.footnotes))
    for name in syntax.footnotes.nested:
        message = f'the footnote "{shorten(name)}" holds the definition of another one.'
        line = line_map.line_of_footnote(name)
        file.add("nested-too-deep", message, "Write it behind a blank line.", line=line)
    elements = [element for element in root.iter() if element.text and element.tag != "code"]
    if refusal := refused_signs([element.text or "" for element in elements]):
        index, *problem = refusal
        file.add(*problem, line=line_map.lines(elements[index])[0])
        root.clear()


def _check(root: Element, line_map: LineMap, file: MarkdownFile) -> None:
    """Check all that a reader reads and follows, and give links of the site their address."""
    for element in root.iter():
        if element.tag not in _INLINE or element in line_map:
            _check_block(element, line_map.lines(element), file)


def _check_block(block: Element, lines: Sequence[int], file: MarkdownFile) -> None:
    """Check an element that has `lines` of its own, as the numbers of the file; what is behind them is on the last."""
    if block.tag == "h1":
        hint = "Begin with ##; the title of the front matter is the first heading."
        file.add("first-heading", "a page has one first heading, its title.", hint, line=lines[0])
    text = "".join(part for part in _parts(block) if isinstance(part, str))
    if file.guard(text):
        numbered = zip(chain(lines, repeat(lines[-1])), text.split("\n"), strict=False)
        file.check_text(text, line=next((line for line, part in numbered if file.guard(part)), lines[0]))
    position = 0
    for part in _parts(block):
        if isinstance(part, str):
            position += part.count("\n")
        else:
            _check_inline(part, lines[min(position, len(lines) - 1)], file)


def _check_inline(element: Element, line: int, file: MarkdownFile) -> None:
    if element.tag == "img":
        message, hint = "pictures are not shown in content pages.", "Describe it in words, or link to it."
        file.add("picture", message, hint, line=line, value=element.get("src", ""))
    if element.get("title") == "":
        del element.attrib["title"]
    for name in ("href", "title"):
        if (value := element.get(name)) is not None:
            element.set(name, value := html.unescape(value))
            file.check_text(re.sub("^(?i:mailto|tel):", "", unquote(value)), line=line)
    href = element.get("href")
    if href is None:
        return
    if reason := unsafe_link(href):
        message = f'the link "{shorten(href)}" {reason}'
        file.add("unsafe-link", message, "Mend the link.", line=line, value=shorten(href, 200))
        return
    if href.startswith("/"):
        parts = urlsplit(_encoded(href))
        path = urls.href(urls.localised(unquote(parts.path), file.language, file.first), file.base_path)
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


def _encoded(address: str) -> str:
    """An address in ASCII; what is percent-encoded stays so."""
    return quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", address), safe=";/?:@&=+$,-_.!~*'()#%")
