"""Long lists -> pages of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where a page stands in a list of several."""

    path: str
    """Of the first page."""
    number: int
    count: int


def paginate(items: Sequence[Item], path: str, per_page: int) -> Iterator[tuple[tuple[Item, ...], Pagination]]:
    """The pages of `items`, in their order, whose first is at `path`; at least one page, also of nothing."""
    count = max(1, -(-len(items) // per_page))
    for number in range(1, count + 1):
        yield tuple(items[(number - 1) * per_page : number * per_page]), Pagination(path, number, count)
