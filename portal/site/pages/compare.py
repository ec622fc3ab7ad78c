"""The page that shows projects side by side, which the browser reads from their own pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompareContext:
    """The page that shows projects side by side: what its search for the next one needs."""

    shards: tuple[str, ...]
    """The search indexes, as `SearchContext` has them."""
    agencies: Mapping[str, str]
    """The name of each agency, by its id."""
