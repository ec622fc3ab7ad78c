"""What an editor may write: Markdown with tables, footnotes, definition lists and blocks of code, and no HTML.

The library writes HTML that stands in a text as it is; here it is text like any other. Where the library or one of its
extensions would take too long even within the limits of `limits.py`, or breaks off, the part is replaced.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, ReferenceProcessor
from markdown.extensions import Extension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteBlockProcessor, FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markdown.inlinepatterns import (
    BACKTICK_RE,
    REFERENCE_RE,
    AutolinkInlineProcessor,
    BacktickInlineProcessor,
    InlineProcessor,
    ReferenceInlineProcessor,
)
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor
from markdown.util import ETX, STX, AtomicString

from portal.core import urls

_IDS_OF_PAGES = ("content", "box")
"""Of parts that every page has, so that no heading may have them: a link to the heading would lead to the part."""

_BACK_TO_TEXT = "↩"
"""The text of the link from a footnote to where it is cited."""


class HeadingIds:
    """The ids of the headings of one page, each once."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._taken: set[str] = set()
        self._numbers: defaultdict[str, int] = defaultdict(int)

    def __call__(self, heading: str, separator: str = "-") -> str:
        """The id of the next heading, from its text."""
        name = heading_id = self._prefix + urls.slug(heading)
        if name in _IDS_OF_PAGES:
            name = heading_id = f"{name}-"
        # To try every number again for each heading would take minutes where thousands are alike.
        while heading_id in self._taken:
            self._numbers[name] += 1
            heading_id = f"{name}-{self._numbers[name]}"
        self._taken.add(heading_id)
        return heading_id


class _FootnoteBlocks(FootnoteBlockProcessor):
    """The definitions of footnotes. The name ends on its line, or each is searched for to the end of its block."""

    RE = re.compile(r"^[ ]{0,3}\[\^([^\]\n]*)\]:[ ]*(.*)$", re.MULTILINE)


class Footnotes(FootnoteExtension):
    """Footnotes, whose ids are their numbers: what an editor calls them may be no id.

    The prefix comes after the colon, `fnref2:note-1`: before it the library counts where a footnote is cited.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.nested: list[str] = []
        """The names of footnotes within which others are defined: there the library cannot take them."""
        self._latest = ""
        """The name of the footnote that is being read."""
        self._is_complete = False
        super().__init__(BACKLINK_TEXT=_BACK_TO_TEXT, BACKLINK_TITLE="")

    def extendMarkdown(self, md: Markdown) -> None:
        """As the parent."""
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(_FootnoteBlocks(self), "footnote", 17)

    def setFootnote(self, id: str, text: str) -> None:
        """Take a footnote, unless it stands in another one: these are read when all have been taken."""
        if self._is_complete:
            self.nested.append(self._latest)
        else:
            super().setFootnote(id, text)

    def makeFootnotesDiv(self, root: Element) -> Element | None:
        """As the parent."""
        self._is_complete = True
        return super().makeFootnotesDiv(root)

    def _number(self, id: str) -> str:
        return f"{self._prefix}{list(self.footnotes).index(id) + 1}"

    def makeFootnoteId(self, id: str) -> str:
        """The id of a footnote, which the library asks for before it reads the footnote."""
        self._latest = id
        return super().makeFootnoteId(self._number(id))

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:
        """The id of a place where a footnote is cited."""
        return super().makeFootnoteRefId(self._number(id), found)


REFERENCE = re.compile(
    r"""^[ ]{0,3}\[([^\[\]\n]*)\]:[ ]*+([^\s]++)[ ]*+((["'])([^"'\n]*+)["'][ ]*+|\(([^()\n]*+)\)[ ]*+)?$""",
    re.MULTILINE,
)
"""A line that says where the links of a name lead, in the groups that the library expects."""


class _References(ReferenceProcessor):
    """`[name]: address "title"` on one line. The library's pattern takes cubic time for a line of quotation marks."""

    RE = REFERENCE


class _ReferenceLink(ReferenceInlineProcessor):
    """`[text][name]` without a space between, as in CommonMark: two links of a sentence are not one."""

    RE_LINK = re.compile(r"\[([^\]]*)\]")


_FENCE = re.compile(r"([ ]*)(`{3,}(?=[^`]*$)|~{3,})")
_FENCED = "fenced"
"""The name of `pre` while blocks are read: to a `pre` the library adds what is indented behind it."""
_FENCE_MARK = re.compile(f"[ ]*{STX}fence:([0-9]+){ETX}")


def _fenced(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The indices of the opening fence of each block of code, and of the line behind its closing one."""
    end = 0
    while end < len(lines):
        begin, end = end, end + 1
        if opening := _FENCE.match(lines[begin]):
            sign, length = opening[2][0], len(opening[2])
            while end < len(lines) and not _is_closing(lines[end], sign, length):
                end += 1
            end += 1
            yield begin, end


def _is_closing(line: str, sign: str, length: int) -> bool:
    line = line.strip(" ")
    return len(line) >= length and not line.strip(sign)


def without_fenced_code(lines: Sequence[str]) -> list[str]:
    """The lines of a text, those of its blocks of code blank."""
    result = list(lines)
    for begin, end in _fenced(lines):
        result[begin:end] = [""] * (min(end, len(lines)) - begin)
    return result


class Fences(Preprocessor):
    """Blocks of code between lines of ``` or ~~~, which a mark stands for until the other blocks are read.

    The library's own extension takes quadratic time where fences are not closed, and makes HTML that no other step
    sees. A fence that is not closed goes to the end, as in CommonMark.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.blocks: list[tuple[int, str]] = []
        """Of each block of code the index of its first line in the text, and its lines."""

    def run(self, lines: list[str]) -> list[str]:
        """The lines, with one mark for each block of code."""
        result: list[str] = []
        end = 0
        for begin, after in _fenced(lines):
            indent = lines[begin][: len(lines[begin]) - len(lines[begin].lstrip(" "))]
            result += [*lines[end:begin], "", f"{indent}{STX}fence:{len(self.blocks)}{ETX}", ""]
            code = (line.removeprefix(indent) for line in lines[begin + 1 : after - 1])
            self.blocks.append((begin + 1, "".join(f"{line}\n" for line in code)))
            end = after
        return result + lines[end:]


class _FencedCode(BlockProcessor):
    """Puts a block of code where its mark stands."""

    def __init__(self, parser: BlockParser, fences: Fences, codes: dict[Element, int]) -> None:
        super().__init__(parser)
        self._fences = fences
        self._codes = codes

    def test(self, parent: Element, block: str) -> bool:
        """Whether the block is a mark."""
        return _FENCE_MARK.match(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Put the code behind what `parent` has."""
        mark = _FENCE_MARK.match(block := blocks.pop(0))
        assert mark is not None
        line, text = self._fences.blocks[int(mark[1])]
        code = SubElement(SubElement(parent, _FENCED), "code")
        code.text = AtomicString(text)
        self._codes[code] = line
        if rest := block[mark.end() :].strip("\n"):
            blocks.insert(0, rest)


def _unite_code_blocks(root: Element) -> None:
    """Make all blocks of code alike: `pre` with text, which the library has escaped where it was indented.

    The tree is escaped as a whole when it is written.
    """
    for pre in root.iter("pre"):
        for code in pre:
            code.text = AtomicString(html.unescape(code.text or ""))
    for fenced in list(root.iter(_FENCED)):
        fenced.tag = "pre"


class _Code(BacktickInlineProcessor):
    """Code within a line, as text."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        """As the parent."""
        node, start, end = super().handleMatch(m, data)
        if isinstance(node, Element):
            node.text = AtomicString(html.unescape(node.text or ""))
        return node, start, end


class _CharacterReference(InlineProcessor):
    """`&amp;` and the like, as the character that they stand for."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str | None, int | None, int | None]:  # type: ignore[override]
        """The character; what stands for none is text."""
        character = html.unescape(m[0])
        return (character, m.start(), m.end()) if character not in ("", m[0]) else (None, None, None)


class _EmailInText(InlineProcessor):
    """`<office@example.org>`, which is a link. The library would write its letters as character references."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        """The link."""
        link = Element("a", href=f"mailto:{self.unescape(m[1])}")
        link.text = AtomicString(m[1])
        return link, m.start(), m.end()


class _Step(Treeprocessor):
    """A function that changes the tree of a text."""

    def __init__(self, change: Callable[[Element], None]) -> None:
        super().__init__()
        self._change = change

    def run(self, root: Element) -> None:
        """Change the tree."""
        self._change(root)


class Syntax(Extension):
    """All that an editor may write, as an extension of the library."""

    def __init__(self, id_prefix: str) -> None:
        super().__init__()
        self._id_prefix = id_prefix
        self.footnotes = Footnotes(id_prefix)
        self.fenced_codes: dict[Element, int] = {}
        """The blocks of code between fences, with the index of the first line of each."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Put everything in its place; the numbers are the library's priorities."""
        parts = (TableExtension(), DefListExtension(), SaneListExtension(), self.footnotes)
        md.registerExtensions([*parts, TocExtension(slugify=HeadingIds(self._id_prefix), marker="")], {})
        md.preprocessors.deregister("html_block")
        fences = Fences(md)
        md.preprocessors.register(fences, "fences", 25)
        md.parser.blockprocessors.register(_FencedCode(md.parser, fences, self.fenced_codes), "fences", 82)
        md.parser.blockprocessors.register(_References(md.parser), "reference", 15)
        patterns = md.inlinePatterns
        patterns.deregister("html")
        patterns.register(_Code(BACKTICK_RE), "backtick", 190)
        patterns.register(_ReferenceLink(REFERENCE_RE, md), "reference", 170)
        # With any scheme: whether it may be a link is checked with all others.
        patterns.register(AutolinkInlineProcessor(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\s]*)>", md), "autolink", 120)
        patterns.register(_EmailInText(r"<([^<>@\s]+@[^<>@\s]+)>", md), "automail", 110)
        reference = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
        patterns.register(_CharacterReference(reference, md), "entity", 80)
        md.treeprocessors.register(_Step(_unite_code_blocks), "code_blocks", 40)
        # Before the checks, which read what a reader reads.
        md.treeprocessors.register(UnescapeTreeprocessor(md), "unescape", 18)


def read_markdown(text: str, syntax: Syntax, steps: Mapping[str, tuple[Callable[[Element], None], int]]) -> str:
    """A text as HTML, which is not safe yet; `steps` change the tree of it, by name, each with its priority."""
    markdown = Markdown(extensions=[syntax])
    # The library's own way leaves what looks like a character reference as it is.
    markdown.serializer = lambda root: tostring(root, encoding="unicode", method="html")
    for name, (change, priority) in steps.items():
        markdown.treeprocessors.register(_Step(change), name, priority)
    return markdown.convert(text)
