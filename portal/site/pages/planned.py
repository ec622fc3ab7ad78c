"""Pages that are the same in every language but for their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.models import Language, Page

Planned = tuple[str, str, Any, bool]
"""A page in any language: its path, its template, its context, and whether it belongs into the sitemap."""


@dataclass(frozen=True, slots=True)
class EmptyContext:
    """The context of a template that needs nothing but what every template may use."""


def in_each_language(
    languages: Sequence[Language], path: str, template: str, context: Any, *, indexed: bool = True
) -> Iterator[Page]:
    """The page at a path in each language."""
    return (Page(path, language, template, context, indexed) for language in languages)
