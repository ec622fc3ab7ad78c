"""Markdown for the summary of a run, from texts that nobody has checked. Needs nothing but Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from html import unescape
from pathlib import Path

LIMIT = 900_000
"""Bytes of a summary; GitHub shows none that is larger than 1 MiB."""

PROBLEMS_SHOWN = 100

LINES_SHOWN = 200
"""Of what a program said, the last ones."""

_JOINER = "\u2060"
_MARKS = {ord(sign): f"&#{ord(sign)};" for sign in "!\"#$%&'()*+-./:;<=>?@[\\]^_`{|}~"}
# A name or a number behind these would become a link, also out of an entity.
_MARKS |= {ord(sign): f"&#{ord(sign)};{_JOINER}" for sign in "@#"}


def plain(value: object, length: int = 120) -> str:
    """A value as text on one line that is nothing but text: no Markdown, no HTML, no mention, no link."""
    text = " ".join(
        "".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in str(value)).split()
    )
    return (text if len(text) <= length else text[: length - 1] + "…").translate(_MARKS)


def times(count: int, one: str, several: str) -> str:
    """How many, with the word for it."""
    return f"{count:,} {one if count == 1 else several}"


def listed(problems: list[str]) -> list[str]:
    """The first problems as a list."""
    lines = [f"- {plain(problem, 600)}" for problem in problems[:PROBLEMS_SHOWN]]
    if len(problems) > PROBLEMS_SHOWN:
        lines.append(f"- …and {len(problems) - PROBLEMS_SHOWN:,} more")
    return lines


def quoted(text: str) -> str:
    """The end of what a program said, line by line."""
    lines = [plain(line, 400) for line in text.splitlines()[-LINES_SHOWN:]]
    return "<pre>" + "\n".join(line for line in lines if line) + "</pre>"


def publish(lines: Iterable[str]) -> None:
    """Add the lines to the summary that GitHub shows, as many as it holds; or print them for reading."""
    kept, size = [], 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > LIMIT:
            kept += ["", "The summary is cut here: it would be too large."]
            break
        kept.append(line)
    text = "\n".join(kept) + "\n"
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(text)
        # Not the text itself: a line of the log may be a command to GitHub.
        print("The summary is on the page of this run.")
    else:
        sys.stdout.buffer.write(unescape(text).replace(_JOINER, "").encode())
