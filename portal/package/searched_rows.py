"""The rows of a table that were searched for what is rare, and in which nothing was found, saved between builds.

Of a daily release nearly all rows are those of the last one, and to search one takes ten times as long as to know it.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence

from portal.core.cache import Cache

_SIZE = 16
"""Bytes of a digest."""


def row_digest(cells: Sequence[str]) -> bytes:
    """What names the cells of a row."""
    return hashlib.blake2b("\0".join(cells).encode(), digest_size=_SIZE).digest()


class SearchedRows:
    """The rows in which nothing was found, by their digests."""

    def __init__(self, cache: Cache | None, table: str, rules: str) -> None:
        """`rules` is all that the search depends on beside the program and the row; no `cache`: nothing is known."""
        self._cache, self._name = cache, hashlib.sha256(table.encode()).hexdigest()[:16]
        self._rules = hashlib.sha256(rules.encode()).hexdigest()
        self.known = frozenset(_digests(cache.get(self._name), self._rules) if cache else ())

    def save(self, digests: Iterable[bytes]) -> None:
        """Save the rows in which nothing was found, the known ones among them, for the next build."""
        found = frozenset(digests)
        if self._cache and found != self.known:
            rows = b64encode(b"".join(sorted(found))).decode()
            self._cache.put(self._name, {"rules": self._rules, "rows": rows})


def _digests(saved: object, rules: str) -> Iterable[bytes]:
    """What was saved; nothing where it was by other rules, or is damaged."""
    if not isinstance(saved, dict) or saved.get("rules") != rules:
        return ()
    try:
        rows = b64decode(saved["rows"], validate=True)
    except (LookupError, TypeError, ValueError):
        return ()
    return (rows[at : at + _SIZE] for at in range(0, len(rows), _SIZE))
