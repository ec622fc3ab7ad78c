"""Pages that are the same in every language but for their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.core.models import LANGUAGES, Page

Planned = tuple[str, str, Any, bool]
"""A page in either language: its path, its template, its context, and whether it belongs into the sitemap."""


@dataclass(frozen=True, slots=True)
class EmptyContext:
    """The context of a template that needs nothing but what every template may use."""


def both_languages(path: str, template: str, context: Any, *, indexed: bool = True) -> Iterator[Page]:
    """The page at a path in each language."""
    return (Page(path, language, template, context, indexed) for language in LANGUAGES)
