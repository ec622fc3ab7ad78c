"""Texts that nobody has checked -> Markdown for a summary, such as that of a run in GitHub Actions.

Imports nothing but Python's own library: `scripts/why.py` uses it where the pinned libraries may be what failed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from html import unescape
from pathlib import Path

MAX_BYTES = 900_000
"""Of a summary; GitHub shows none that is larger than 1 MiB."""

PROBLEMS_SHOWN = 100

LINES_SHOWN = 200
"""How many of the last lines of a program's output are shown."""

_JOINER = "\u2060"
_ENTITIES = {ord(character): f"&#{ord(character)};" for character in "!\"#$%&'()*+-./:;<=>?@[\\]^_`{|}~"}
# GitHub makes a link of these and the name or number behind them, even if they are written as an entity.
_ENTITIES |= {ord(character): f"&#{ord(character)};{_JOINER}" for character in "@#"}


def plain(value: object, length: int = 120) -> str:
    """A value as plain text on one line, without Markdown, HTML, mentions or links; cut to `length` characters."""
    text = " ".join(
        "".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in str(value)).split()
    )
    return (text if len(text) <= length else text[: length - 1] + "…").translate(_ENTITIES)


def times(count: int, singular: str, plural: str) -> str:
    """A number with its word: `1 project`, `2,000 projects`."""
    return f"{count:,} {singular if count == 1 else plural}"


def listed(problems: Sequence[str]) -> list[str]:
    """The first problems as a list, with the number of those that are left out."""
    lines = [f"- {plain(problem, 600)}" for problem in problems[:PROBLEMS_SHOWN]]
    if len(problems) > PROBLEMS_SHOWN:
        lines.append(f"- …and {len(problems) - PROBLEMS_SHOWN:,} more")
    return lines


def quoted(output: str) -> str:
    """The last lines of a program's output, as they are."""
    lines = [plain(line, 400) for line in output.splitlines()[-LINES_SHOWN:]]
    return "<pre>" + "\n".join(line for line in lines if line) + "</pre>"


def publish_summary(lines: Iterable[str]) -> None:
    """Append the lines to the file that GITHUB_STEP_SUMMARY names, up to `MAX_BYTES`; without one, print them.

    What is printed is for reading, so it has no entities.
    """
    fitting, size = [], 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > MAX_BYTES:
            fitting += ["", "The summary is cut here: it would be too large."]
            break
        fitting.append(line)
    text = "\n".join(fitting) + "\n"
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(text)
        # Not the text itself: a line of the log may be a command to GitHub.
        print("The summary is on the page of this run.")
    else:
        sys.stdout.buffer.write(unescape(text).replace(_JOINER, "").encode())
