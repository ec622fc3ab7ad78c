"""Markdown as a reader of it sees it."""

from markdown_it import MarkdownIt
from markdown_it.token import Token


def tokens(text: str) -> list[Token]:
    """Every token that a reader of Markdown makes of it, those within lines too."""
    found = []
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        found += [token, *(token.children or ())]
    return found


def read(text: str) -> str:
    """The words that a reader sees, a line for each block."""
    blocks = [token.children or [] for token in tokens(text) if token.type == "inline"]
    lines = ["".join(one.content for one in block) for block in blocks]
    return "\n".join(lines).replace("\u2060", "")
