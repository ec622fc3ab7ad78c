"""Values <-> bytes, for workers: the same bytes for the same content."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from portal.core.models import Release
from portal.rules import OBSERVATIONS, ObservationRule


def serialise(value: Any) -> bytes:
    """A value as bytes. A rule is named, and what no page shows is left out.

    That is what a release changed, and what does not count when two records are compared, such as the row in which one
    stands: it is another row once somebody sorts the file.
    """
    return _pickled(value, shares=True)


def serialise_by_content(value: Any) -> bytes:
    """As `serialise`, and the same bytes where equal parts of the value are one object and where they are two.

    What was computed in one build is read from the cache in the next, and then shares other objects. It takes more
    room and time than `serialise` where a value has many equal parts. The value must not hold itself.
    """
    return _pickled(value, shares=False)


def _pickled(value: Any, *, shares: bool) -> bytes:
    """A value as bytes; an object that stands in it again is referred to if `shares`, else written again."""
    buffer = io.BytesIO()
    pickler = _Pickler(buffer, protocol=5)
    pickler.fast = not shares
    pickler.dump(value)
    return buffer.getvalue()


def deserialise(data: bytes) -> Any:
    """The value that `serialise` made these bytes of."""
    return pickle.loads(data)


class _Pickler(pickle.Pickler):
    """Writes a record as the values of its fields.

    Left to itself, a dataclass with slots has a function in Python make a list of them first: a project of 17 kB then
    takes 180 µs, and so 120.
    """

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if kind is ObservationRule:
            return _rule, (value.name,)
        if kind is Release:
            return Release, (value.commit, value.published, value.version, value.tags, ())
        values = _values(kind)  # type: ignore[arg-type]
        return NotImplemented if values is None else (kind, values(value))


@cache
def _values(kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
    """What reads all fields of a kind of record; None for what is no record, and for a record that computes a field."""
    names = [field.name for field in fields(kind) if field.init] if is_dataclass(kind) else []
    if not names or len(names) < len(fields(kind)):
        return None
    names = [field.name for field in fields(kind) if field.compare]
    read = attrgetter(*names)
    return read if len(names) > 1 else lambda record: (read(record),)


def _rule(name: str) -> ObservationRule:
    return next(rule for rule in OBSERVATIONS if rule.name == name)
