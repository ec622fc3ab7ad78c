"""The front matter of a file: lines of YAML between `---` that say its title, date and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from portal.content.markdown_file import MarkdownFile
from portal.core.calendars import BE_OFFSET, BUDDHIST_YEARS
from portal.core.problems import shorten
from portal.core.text import FORBIDDEN, forbidden_name, is_blank

MAX_CHARACTERS = 10_000
"""A title and a description have some hundreds."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)

_KINDS = {
    int: ("a whole number", "Write digits."),
    str: ("a text", "Put it in quotes."),
    bool: ("true or false", "Write true, or take the line out."),
    date: ("a date", "Write it in this form, for example 2026-11-24."),
}


def read_front_matter(
    text: str, file: MarkdownFile, types: Mapping[str, type], required: Sequence[str]
) -> tuple[dict[str, Any], int] | None:
    """The values, and the offset in `text` where the body begins; None where `text` does not begin with front matter.

    `types` has the type of each key that it may have: int, str, bool or date; `required` are those that it must have.
    Every mistake is added to the problems of `file`; values are complete and of their types only if there are none.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        message = "this page does not begin with its front matter."
        lines = ", ".join(f"{key}: …" for key in required)
        file.add("missing-front-matter", message, f"Begin it with lines: ---, {lines}, ---.", line=1)
        return None
    values = _parse(match[1], file, f"Write at least {required[0]}: …")
    if values is None:
        return {}, match.end()
    for key, value in values.items():
        _check_value(key, value, file, types, match[1])
    for key in required:
        value = values.get(key, "")
        if isinstance(value, str) and is_blank(value):
            file.add("invalid-front-matter", f"the page has no {key}.", f"Add {key}: …", field=key)
    return values, match.end()


def _check_value(key: Any, value: Any, file: MarkdownFile, types: Mapping[str, type], text: str) -> None:
    if key not in types:
        message = f'the front matter has no key "{shorten(key)}".'
        file.add("invalid-front-matter", message, f"It may have: {', '.join(types)}.", field=shorten(key))
    elif type(value) is not types[key]:
        kind, hint = _KINDS[types[key]]
        file.add("invalid-front-matter", f"{key} must be {kind}.", hint, field=key)
    elif isinstance(value, date) and value.year in BUDDHIST_YEARS:
        message, hint = f"{key} is in the Buddhist Era.", f"Write {value.year - BE_OFFSET}{str(value)[4:]}."
        file.add("buddhist-era-date", message, hint, field=key)
    elif isinstance(value, str) and (match := FORBIDDEN.search(value)):
        message = f"{key} holds {forbidden_name(match[0])}, which no text needs."
        file.add("control-character", message, "Delete it.", field=key)
    elif isinstance(value, str):
        lines = enumerate(text.split("\n"), start=2)
        numbers = (number for number, line in lines if line.startswith(f"{key}:"))
        file.check_text(value, field=key, line=next(numbers, None))


class _Loader(yaml.SafeLoader):
    """YAML without aliases, by which ten lines stand for a billion values."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """As the parent; YAMLError for an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="an alias (*) is not read", problem_mark=mark)
        return super().compose_node(parent, index)


def _parse(text: str, file: MarkdownFile, example: str) -> dict[str, Any] | None:
    line, hint = 1, "Put a text that holds a colon in quotes."
    try:
        if len(text) > MAX_CHARACTERS:
            message, hint = f"the front matter has more than {MAX_CHARACTERS:,} characters.", "Shorten it."
        elif isinstance(values := yaml.load(text, _Loader), dict):
            return values
        else:
            message, hint = "the front matter must be lines of key: value.", example
    except (yaml.YAMLError, AttributeError, LookupError, RecursionError, ValueError) as error:
        # A date that does not exist is a ValueError; the others come of a tag whose text is not of its type.
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        message = f"the front matter is not valid YAML: {getattr(error, 'problem', None) or 'it cannot be read'}."
    file.add("invalid-front-matter", message, hint, line=line)
    return None
