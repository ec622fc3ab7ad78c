"""What the site consists of: pages before they are rendered, and texts from Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.models.languages import Language


@dataclass(frozen=True, slots=True)
class Document:
    """A page of prose in one language, from a Markdown file of `content/`."""

    slug: str
    """The file's name without endings; its address is `/<slug>/`."""
    language: Language
    title: str
    description: str
    html: str
    """Sanitised."""
    order: int
    """Its place in the menus."""
    place: str
    """The file, relative to the repository."""


@dataclass(frozen=True, slots=True)
class Note:
    """What an agency or the editor says of a project beside the data, from a Markdown file of `content/projects/`."""

    project_id: str
    language: Language
    written: date
    name: str
    office: str
    html: str
    """Sanitised."""
    place: str
    """The file, relative to the repository."""


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site before it is rendered."""

    path: str
    """Its address without the language and the base path: `/projects/04160000-6961/`."""
    language: Language
    template: str
    context: Any
    """A dataclass of `pages.py`; its fields are the template's variables."""
    indexed: bool = True
    """Whether it belongs into `sitemap.xml`."""
