"""What `make messages` finds in the code and in descriptions: the messages that are in no template.

Babel calls the functions of this module by their names in pyproject.toml.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

Found = tuple[int, str | None, str | tuple[str, ...], list[str]]
"""The line, the function of gettext that says the message, the message with its context and plural, and no comments."""

MEANINGS: Mapping[str, int | None] = {"anomaly": None, "text_anomaly": None, "observation": 1}
"""The decorators of rules whose docstring is their meaning, with how many of its paragraphs; None: all of them."""

CONTEXT = "description of a table"
"""As `portal.imports.package_tables` says these messages."""

TEXTS = ("title", "description", "unit")
"""The properties of a description that are messages."""


def extract_python(file: IO[bytes], keywords: object, comment_tags: object, options: object) -> Iterator[Found]:
    """The arguments of `Message`, and the meanings of rules."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message":
            yield from _message(node)
        elif isinstance(node, ast.FunctionDef):
            names = {ast.unparse(part.func) for part in node.decorator_list if isinstance(part, ast.Call)}
            for name in sorted(names & MEANINGS.keys()):
                paragraphs = (ast.get_docstring(node) or "").split("\n\n")[: MEANINGS[name]]
                yield node.lineno, None, " ".join(" ".join(paragraphs).split()), []


def _message(call: ast.Call) -> Iterator[Found]:
    """The message of a call; none where it is not written there."""
    texts = dict(zip(("source", "context"), call.args, strict=False))
    texts |= {word.arg: word.value for word in call.keywords if word.arg}
    said = {name: node.value for name, node in texts.items() if isinstance(node, ast.Constant)}
    if "source" not in said:
        return
    parts = [str(said[name]) for name in ("context", "source", "plural") if name in said]
    function = f"{'n' if 'plural' in said else ''}{'p' if 'context' in said else ''}gettext"
    yield call.lineno, function, tuple(parts), []


def extract_json(file: IO[bytes], keywords: object, comment_tags: object, options: object) -> Iterator[Found]:
    """The texts of resources and their columns, and the words for codes."""
    for text in dict.fromkeys(_texts(json.load(file))):
        yield 1, "pgettext", (CONTEXT, text), []


def _texts(described: Any) -> Iterator[str]:
    if isinstance(described, list):
        for part in described:
            yield from _texts(part)
    elif isinstance(described, dict):
        for key, value in described.items():
            if key in TEXTS and isinstance(value, str):
                # What is a name in braces alone is no message.
                yield from [value] if re.sub(r"\{\w+\}", "", value) else ()
            elif key == "enum_labels":
                yield from value.values()
            else:
                yield from _texts(value)
