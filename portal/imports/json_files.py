"""A file of OCDS, read as a stream: the releases of its packages, one after the other, whatever its size.

The file is a release package or a record package, as it is or compressed with gzip. Memory is needed for one release.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, NoReturn

import ijson

from portal.core.problems import BuildError, Problem, UsageError, shorten

CHUNK = 1 << 16
"""Bytes that are read at once."""

MAX_PART = 4 << 20
"""Bytes that the parser is given at once, at most. It reads a long text again from its beginning with each part of it,
so that parts grow with what it has of a release."""

MAX_BYTES = 4_000_000_000
"""Bytes of a file, unpacked. All years of a city of ten million people have 215 million."""

MAX_ENTRY = 50_000_000
"""Bytes between the end of one release and that of the next. In memory a release takes several times as much."""

MAX_DEPTH = 10_000
"""Brackets of lists and objects that are open at once. The parser, written in C, fails at some ten thousand."""

_LONG_NUMBER = re.compile(rb"[0-9]{1000}")
"""So many digits are no number that OCDS has, and Python refuses to read somewhat longer ones."""

_LISTS = ("releases", "records")
"""The lists of a release package and of a record package."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of the list `releases` or `records` of a package."""

    path: str
    """Where it is in the file: `releases[12]`."""
    value: Any
    repeated: tuple[str, ...]
    """The paths of keys that are written twice in one object, from `path` on; of the values, only the last is there."""


def read_entries(path: Path, place: str) -> Iterator[Entry]:
    """The entries of the package at `path`; `place` is how messages call the file.

    Raises BuildError where the file is not whole, no JSON, no package, or too large; UsageError where there is none.
    """
    try:
        with path.open("rb") as file:
            yield from _entries(_chunks(file, place), place)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}.") from None


def _entries(chunks: Iterator[bytes], place: str) -> Iterator[Entry]:
    repeated: list[object] = []

    class UniqueKeys(dict[str, Any]):
        """An object. A key that is written twice is added to `repeated`: JSON does not say which value holds."""

        def __setitem__(self, key: str, value: Any) -> None:
            if key in self:
                repeated.append((self, key))
            super().__setitem__(key, value)

    found = {name: ijson.sendable_list() for name in _LISTS}
    parsers = [ijson.items_coro(found[name], f"{name}.item", map_type=UniqueKeys) for name in _LISTS]
    counts = dict.fromkeys(_LISTS, 0)
    size = depth = 0
    waiting = bytearray()
    for chunk in chain(chunks, (b"",)):
        depth += _opened(chunk)
        _check_limits(place, chunk, size, depth)
        waiting += chunk
        if not waiting or (chunk and len(waiting) < min(size, MAX_PART)):
            continue
        size += len(waiting)
        _parse(parsers, bytes(waiting), place)
        waiting.clear()
        for name, values in found.items():
            for value in values:
                yield Entry(f"{name}[{counts[name]}]", value, tuple(_paths(value, repeated)))
                counts[name] += 1
            if values:
                size = depth = 0
                del values[:]
    _parse(parsers, b"", place)
    if not any(counts.values()):
        message = 'this file has no entry in a list "releases" or "records" at its top.'
        hint = 'Give a release or record package of OCDS 1.1; one release alone needs {"releases": [ ]} around it.'
        _refuse(place, "no-releases", message, hint)


def _opened(chunk: bytes) -> int:
    return chunk.count(b"[") + chunk.count(b"{") - chunk.count(b"]") - chunk.count(b"}")


def _check_limits(place: str, chunk: bytes, size: int, depth: int) -> None:
    """Raise BuildError at what the parser cannot take, or what would need too much memory."""
    if size > MAX_ENTRY:
        message = f"more than {MAX_ENTRY:,} bytes follow each other without the end of a release."
        _refuse(place, "release-too-large", message, "Ask the publisher for a file in the form of OCDS.")
    if depth > MAX_DEPTH:
        _refuse(place, "invalid-json", f"lists and objects are nested more than {MAX_DEPTH:,} levels deep.")
    if match := _LONG_NUMBER.search(chunk):
        _refuse(place, "invalid-json", f"a number has {len(match[0]):,} digits or more.")


def _parse(parsers: list[Any], chunk: bytes, place: str) -> None:
    """Give the parsers a part of a file; an empty one is its end."""
    try:
        for parser in parsers:
            if chunk:
                parser.send(chunk)
            else:
                parser.close()
    except (ijson.JSONError, ArithmeticError, ValueError) as error:
        reason = str(
            error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else error
        )
        if "premature EOF" in reason:
            message, hint = "this file ends before its JSON does.", "Download it again: it is not whole."
            _refuse(place, "truncated", message, hint)
        if "invalid bytes in UTF8" in reason:
            _refuse(
                place, "wrong-encoding", "a text of this file is not UTF-8.", "Ask the publisher to save it as UTF-8."
            )
        if "trailing garbage" in reason:
            message = "after the first JSON object of this file comes more."
            _refuse(
                place, "invalid-json", message, "Give a release package or a record package; JSON Lines are not read."
            )
        _refuse(place, "invalid-json", f"this is not valid JSON: {shorten(reason, 120)}.")


def _chunks(file: IO[bytes], place: str) -> Iterator[bytes]:
    """The unpacked bytes of a file in chunks, without its byte-order mark."""
    begin = file.read(4)
    file.seek(0)
    if begin[:2] in (b"\xff\xfe", b"\xfe\xff"):
        message = "this file is not UTF-8: it looks like UTF-16."
        _refuse(place, "wrong-encoding", message, "Ask the publisher to save it as UTF-8.")
    source: IO[bytes] | gzip.GzipFile = gzip.open(file) if begin[:2] == b"\x1f\x8b" else file  # noqa: SIM115 (`file` is closed by the caller)
    total, is_first = 0, True
    try:
        while chunk := source.read(CHUNK):
            total += len(chunk)
            if total > MAX_BYTES:
                _refuse(place, "file-too-large", f"this file has more than {MAX_BYTES:,} bytes.", "Import it in parts.")
            if is_first:
                chunk = chunk.removeprefix(b"\xef\xbb\xbf")
                _check_top(chunk, place)
            is_first = False
            yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message, hint = f"the compressed file is damaged: {shorten(error)}.", "Download it again: it is not whole."
        _refuse(place, "truncated", message, hint)
    if is_first:
        _refuse(place, "empty-file", "this file is empty.", "Download it again.")


def _check_top(chunk: bytes, place: str) -> None:
    if (start := chunk.lstrip()) and not start.startswith(b"{"):
        begin = shorten(start[:20].decode("utf-8", "replace"), 20)
        message = f'this file begins with "{begin}", but a package of OCDS is a JSON object.'
        _refuse(place, "wrong-type", message, "Give a release package or a record package of OCDS 1.1.")


def _refuse(place: str, rule: str, message: str, hint: str = "Download it again, or ask the publisher.") -> NoReturn:
    raise BuildError([Problem(place, rule, message, hint)])


def _paths(value: object, repeated: list[Any]) -> Iterator[str]:
    """The paths of the repeated keys of an entry; those that belong to it are taken out of `repeated`."""
    if not repeated:
        return
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        path, part = waiting.pop()
        if isinstance(part, dict):
            yield from (f"{path}.{key}".lstrip(".") for other, key in repeated if other is part)
            repeated[:] = [pair for pair in repeated if pair[0] is not part]
            waiting += [(f"{path}.{key}", child) for key, child in part.items()]
        elif isinstance(part, list):
            waiting += [(f"{path}[{index}]", child) for index, child in enumerate(part)]


def display_name(path: Path) -> str:
    """How messages call a file: its path from the current folder, where it is below it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
