"""Values <-> bytes, for workers: the same bytes for the same content."""

from __future__ import annotations

import io
import pickle
import threading
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter, methodcaller
from typing import Any

from portal.core import models
from portal.core.models import Release
from portal.rules import OBSERVATIONS, ObservationRule


def serialise(value: Any) -> bytes:
    """A value as bytes. A rule is named, and what no page shows is left out.

    That is what a release changed, and what does not count when two records are compared, such as the row in which one
    stands: it is another row once somebody sorts the file.
    """
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=5)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(value)
    return buffer.getvalue()


def deserialise(data: bytes) -> Any:
    """The value that `serialise` made these bytes of."""
    return pickle.loads(data)


def serialise_by_content(value: Any) -> bytes:
    """As `serialise`, and the same bytes where equal parts of the value are one object and where they are two.

    What was computed in one build is read from the cache in the next, and then shares other objects. It takes more
    room and time than `serialise` where a value has many equal parts. The value must not hold itself, nor a frozenset,
    which Python cannot write so and whose order is another one in each process.
    """
    return _BY_CONTENT.dumps(value)


class _ByContent(threading.local):
    """A pickler for all values of a thread: to make one that knows the kinds takes a third of the time of a project."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._pickler = pickle.Pickler(self._buffer, protocol=5)
        self._pickler.dispatch_table = _REDUCERS
        # It refers to what it knows, and then learns nothing.
        self._pickler.memo = _WRITES_KINDS.memo
        self._pickler.fast = True

    def dumps(self, value: Any) -> bytes:
        self._buffer.seek(0)
        self._buffer.truncate()
        try:
            self._pickler.dump(value)
        except BaseException:
            # What it was in the middle of, it would take for the depth of the next value.
            self.__init__()  # type: ignore[misc]
            raise
        return self._buffer.getvalue()


def deserialise_by_content(data: bytes) -> Any:
    """The value that `serialise_by_content` made these bytes of."""
    unpickler = pickle.Unpickler(io.BytesIO(data))
    unpickler.memo = _READS_KINDS.memo
    return unpickler.load()


def _knowing_kinds() -> tuple[pickle.Pickler, pickle.Unpickler]:
    """Both know the kinds of most values, so that these are not found by their names each time: half of the time."""
    kinds = [kind for _, kind in sorted(vars(models).items()) if isinstance(kind, type)]
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=5)
    pickler.dump((Decimal, date, datetime, *kinds))
    buffer.seek(0)
    unpickler = pickle.Unpickler(buffer)
    unpickler.load()
    return pickler, unpickler


_WRITES_KINDS, _READS_KINDS = _knowing_kinds()


Reducer = Callable[[Any], Any]
"""What gives a function and its arguments, which make an equal value."""


_AS_USUAL: Reducer = methodcaller("__reduce_ex__", 5)
_BY_NAME: Reducer = attrgetter("__qualname__")


class _Reducers(dict[type, Reducer]):
    """The reducer of each kind of value; of a record it gives the values of its fields.

    Left to itself, a dataclass with slots has a function in Python make a list of them first: a project of 17 kB then
    takes 180 µs, and so 40.
    """

    def __missing__(self, kind: type) -> Reducer:
        described = fields(kind) if is_dataclass(kind) else ()
        # A record that computes a field is left to itself.
        if described and all(field.init for field in described):
            self[kind] = _by_fields(kind, [field.name for field in described if field.compare])
        else:
            self[kind] = _BY_NAME if issubclass(kind, type) else _AS_USUAL
        return self[kind]


def _by_fields(kind: type, names: list[str]) -> Reducer:
    read = attrgetter(*names)
    return (lambda record: (kind, read(record))) if len(names) > 1 else (lambda record: (kind, (read(record),)))


def _rule(name: str) -> ObservationRule:
    return next(rule for rule in OBSERVATIONS if rule.name == name)


def _without_changes(release: Release) -> Any:
    return Release, (release.commit, release.published, release.version, release.tags, ())


_REDUCERS = _Reducers()
_BY_CONTENT = _ByContent()
_REDUCERS[ObservationRule] = lambda rule: (_rule, (rule.name,))
_REDUCERS[Release] = _without_changes
# Of most values: their own methods, in C.
_REDUCERS[Decimal] = Decimal.__reduce__
_REDUCERS[date] = date.__reduce__
