"""The patterns of a descriptor, matched in a time that grows only with the text. The only importer of pydantic_core.

Patterns come with the data, and Python's own engine needs years for `(a+)+b` and fifty letters. The engine of Rust in
pydantic (https://docs.rs/regex) never backtracks. Unlike Python's, it counts Thai vowels and marks as parts of words,
as XML Schema does, to which the standard refers. It has no look-around and no back-references; nor has XML Schema.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from itertools import pairwise

from pydantic_core import SchemaError, SchemaValidator, core_schema

from portal.core.problems import shorten

MAX_PARTS = 1_000
"""Characters and classes in a pattern whose counts are written out: `[0-9]{4}` has four. Each of
them may have to be compared with each letter of a cell."""

_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{([0-9]{1,9})(?:,([0-9]{0,9}))?\}|.", re.DOTALL)


def matcher(pattern: str) -> Callable[[str], bool]:
    """A function that says whether a whole text matches `pattern`, in which `unreadable_pattern` finds no error."""
    schema = core_schema.str_schema(pattern=rf"\A(?:{pattern})\z", regex_engine="rust-regex")
    return SchemaValidator(schema).isinstance_python


def unreadable_pattern(pattern: str) -> str:
    """Why a text cannot be used as a regular expression, as a sentence; "" where it can.

    Python must accept it too, so that others can read the package with Frictionless.
    """
    if _parts(pattern) > MAX_PARTS:
        return f"this pattern has more than {MAX_PARTS:,} parts, its counts written out."
    parts = [part[0] for part in _PART.finditer(pattern)]
    if any(after == "+" and (part in ("*", "+", "?") or part[1:].endswith("}")) for part, after in pairwise(parts)):
        return "a + after another count means one thing to Python and another to XML Schema."
    try:
        matcher(pattern)
    except SchemaError as error:
        reason = str(error).rpartition("error: ")[2].rpartition("SchemaError: ")[2].strip().rstrip(".")
        return f"not a regular expression that can be used: {shorten(reason, 200)}."
    try:
        with warnings.catch_warnings(action="error"):
            re.compile(pattern)
            re.compile(f"(?:{pattern})")
    except (re.error, FutureWarning, DeprecationWarning, OverflowError, RecursionError) as error:
        return f"not a regular expression of Python: {shorten(error, 200)}."
    return ""


def _parts(pattern: str) -> int:
    """How many parts a pattern has when its counts are written out; any number for an invalid pattern."""
    levels = [(0, 0)]
    for part in _PART.finditer(pattern):
        done, last = levels[-1]
        if part[0] == "(":
            levels.append((0, 0))
        elif part[0] == ")" and len(levels) > 1:
            inner = sum(levels.pop())
            levels[-1] = sum(levels[-1]), inner
        elif part[1]:
            levels[-1] = done, last * int(part[2] or part[1])
        else:
            levels[-1] = done + last, 1
    return sum(map(sum, levels))
