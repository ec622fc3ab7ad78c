"""Rules for every descriptor, of today and of earlier commits: its JSON, names, paths and characters."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Container, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NoReturn

from portal.core import urls
from portal.core.models import OUTLINES
from portal.core.problems import Problem, shorten
from portal.core.text import FORBIDDEN, forbidden_name

MAX_DEPTH = 20
"""Levels of nested lists and objects, at most. A constraint is at level 7; libraries fail at some hundreds."""

MAX_NAME = 100
"""Characters of a name, at most. It becomes part of file names, which may have 255 bytes."""

REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
"""Matches the start of a path that is an address."""

_SAFE_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*\.(csv|geojson)")
_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")


def problem(place: str, field: str, rule: str, message: str, hint: str, value: object = None) -> Problem:
    """A problem of the property `field` of the descriptor `place`."""
    return Problem(place, rule, message, hint, field=field, value=None if value is None else shorten(value, 200))


def parse_json(place: str, text: str, problems: list[Problem], what: str = "a descriptor") -> dict[str, Any] | None:
    """The JSON object in the text of `what`. Where it is not valid, returns None and adds a problem."""
    line = column = None
    hint = "Restore the file from the last good version."
    try:
        content = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_finite,
            object_pairs_hook=_object,
        )
        # JSON can contain one half of a surrogate pair, but it cannot be written to a file.
        json.dumps(content, ensure_ascii=False).encode()
        if not isinstance(content, dict):
            message, hint = f"{what} must be a JSON object.", "Begin it with { and end it with }."
        elif _is_deeper_than(MAX_DEPTH, content):
            message = f"this JSON is nested more than {MAX_DEPTH} levels deep."
        else:
            return content
    except json.JSONDecodeError as error:
        line, column, message = error.lineno, error.colno, f"this is not valid JSON: {error.msg}."
        hint = "Look at this line and the one before it for a missing or extra comma, quote or bracket."
    except RecursionError:
        message = f"this JSON is nested more than {MAX_DEPTH} levels deep."
    except UnicodeEncodeError as error:
        message, hint = f"a text of this JSON holds {forbidden_name(error.object[error.start])}.", "Delete it."
    except ValueError as error:
        message = f"this is not valid JSON: {shorten(error, 200)}."
    problems.append(Problem(place, "invalid-json", message, hint, line=line, column=column))
    return None


def _refuse_constant(word: str) -> NoReturn:
    """Python would read NaN and Infinity, but in browsers and other programs they are errors."""
    raise ValueError(f"{word} is not a number")


def _finite(text: str) -> int | float:
    """A number, if it is finite: 1e999 would be published as Infinity, which is not JSON."""
    if math.isinf(float(text)):
        raise ValueError(f"{shorten(text)} is too large a number")
    return int(text) if re.fullmatch("-?[0-9]+", text) else float(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without a repeated key, of which some programs would take the first value and some the last."""
    content: dict[str, Any] = {}
    for key, value in pairs:
        if match := FORBIDDEN.search(key):
            raise ValueError(f"a key holds {forbidden_name(match[0])}")
        if key in content:
            raise ValueError(f'"{shorten(key)}" is written twice in one object')
        content[key] = value
    return content


def _is_deeper_than(limit: int, content: object) -> bool:
    level = [content]
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ())
        ]
    return bool(level)


def texts_of(part: object, where: str = "", skipped: Container[str] = ()) -> Iterator[tuple[str, str]]:
    """Each text in a part of a descriptor, after the path of its property; without those in properties `skipped`."""
    if isinstance(part, str):
        yield where, part
    elif isinstance(part, list):
        for index, item in enumerate(part):
            yield from texts_of(item, f"{where}[{index}]", skipped)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key not in skipped:
                yield from texts_of(value, f"{where}.{key}" if where else key, skipped)


def check_characters(place: str, content: Mapping[str, Any]) -> Iterator[Problem]:
    """A problem for each text with a forbidden character (see `FORBIDDEN`)."""
    for where, text in texts_of(content):
        if match := FORBIDDEN.search(text):
            message = f"this text holds {forbidden_name(match[0])}, which no text needs."
            yield problem(place, where, "control-character", message, "Delete it.", text)


def is_name(value: object) -> bool:
    """Whether a value can be the name of a package or a resource."""
    if not isinstance(value, str) or urls.is_device(value):
        return False
    return len(value) <= MAX_NAME and _NAME.fullmatch(value) is not None


def check_resource_name(place: str, where: str, name: Any, names: Collection[object]) -> Iterator[Problem]:
    """A problem of the name of a resource that cannot be a file name, or is one of `names`."""
    if not is_name(name):
        message = "a resource needs a name of small letters and digits, with a single - . or _ between them"
        message += f", of at most {MAX_NAME} characters."
        yield problem(place, f"{where}.name", "invalid-name", message, "Name it as its CSV, without the ending.", name)
    elif name in names:
        message = f'another resource is called "{name}" already.'
        hint = "Give each resource a name of its own."
        yield problem(place, f"{where}.name", "duplicate-resource", message, hint, name)


def check_path(place: str, where: str, resource: Any, value: Any) -> Iterator[Problem]:
    """A problem of the path of a resource that is not that of one file below the folder of the descriptor.

    The file is a CSV, or, of the resource `area_outlines`, a GeoJSON. No file is opened.
    """
    kind, ending = ("GeoJSON", ".geojson") if resource == OUTLINES else ("CSV", ".csv")
    if not isinstance(value, str) or not value:
        message, example = f"path must name one {kind} file.", resource if resource == OUTLINES else "projects"
        yield problem(place, where, "invalid-path", message, f'Write "data/{example}{ending}".', value)
        return
    shown = f'"{shorten(value)}"'
    if REMOTE.match(value):
        message = f"{shown} is an address, but no file is ever downloaded."
        hint = "Download the file into the package and write its path."
        yield problem(place, where, "remote-path", message, hint, value)
    elif value.startswith("/") or "\\" in value or ":" in value or ".." in PurePosixPath(value).parts:
        hint = "Put the file beside datapackage.json and write its path from there, with forward slashes."
        yield problem(place, where, "path-leaves-package", f"{shown} leaves the package.", hint, value)
    elif not value.endswith(ending) or not _SAFE_PATH.fullmatch(value) or len(value) > 200:
        message = f"{shown} is not the path of a {kind} file."
        hint = f"Use the letters a to z, digits, - _ and . in its name, and the ending {ending}."
        if resource != OUTLINES and value.endswith(".geojson"):
            hint += f" Only the resource {OUTLINES} is GeoJSON."
        yield problem(place, where, "invalid-path", message, hint, value)
