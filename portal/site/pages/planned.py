"""Pages that are the same in every language but for their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.core.models import LANGUAGES, Page, Project

Planned = tuple[str, str, Any, bool]
"""A page in either language: its path, its template, its context, and whether it belongs into the sitemap."""


@dataclass(frozen=True, slots=True)
class EmptyContext:
    """The context of a template that needs nothing but what every template may use."""


def both_languages(
    path: str, template: str, context: Any, *, indexed: bool = True, project: Project | None = None
) -> Iterator[Page]:
    """The page at a path in each language; `project` is the one whose record it shows."""
    return (Page(path, language, template, context, indexed, project) for language in LANGUAGES)
