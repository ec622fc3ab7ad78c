"""Say, in Markdown, why nothing was published. Needs nothing but Python, since what is pinned may be what failed.

    python -m scripts.why FILE

FILE holds what the step that failed has printed. The text is added to the file that GITHUB_STEP_SUMMARY names, or else
printed for reading.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.core.github_summary import listed, publish_summary, quoted

_ANNOTATION = re.compile("::error [^:]*::(.*)")
_FAILED = re.compile(r"make: \*\*\* \[(?:[^]]*: )?([\w./-]+)\] Error")
_COLOUR = re.compile("\x1b\\[[0-9;]*[A-Za-z]")


def why(said: str) -> Iterator[str]:
    """The lines; `said` is what the step that failed has printed."""
    text = _COLOUR.sub("", said)
    problems = [_unescaped(found[1]) for line in text.splitlines() if (found := _ANNOTATION.match(line))]
    step = next((f": `make {found[1]}` failed" for found in _FAILED.finditer(text)), "")
    yield from (f"# Nothing is published{step}", "", "The site stays as it was last published.", "")
    yield from listed(problems)
    if not problems:
        yield quoted(text) if text.strip() else "The step that failed said nothing; see its log."


def _unescaped(text: str) -> str:
    return text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def main(arguments: Sequence[str] | None = None) -> None:
    """Say why."""
    parser = argparse.ArgumentParser(prog="scripts.why", description="Say, in Markdown, why nothing was published.")
    parser.add_argument("said", type=Path, metavar="FILE", help="what the step that failed has printed")
    file = parser.parse_args(arguments).said
    publish_summary(why(file.read_text("utf-8", "replace") if file.is_file() else ""))


if __name__ == "__main__":
    main()
