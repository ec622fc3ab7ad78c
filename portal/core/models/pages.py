"""What the site consists of: pages before they are rendered, and texts from Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.models.languages import Language
from portal.core.models.records import Project


@dataclass(frozen=True, slots=True)
class Document:
    """A page of prose in one language, from a Markdown file of `content/`."""

    slug: str
    """The name of the file without its endings. The address of a page is `/<slug>/`."""
    language: Language
    title: str
    description: str
    html: str
    """Sanitised HTML of the text."""
    order: int
    """The position in the menus."""
    place: str
    """The file, relative to the repository."""
    adds_to: str = ""
    """The page of the portal, one of `urls.PROSE`, at whose end it stands; "": it is a page of its own."""
    unwritten: bool = False
    """Whether the page is still that with which every new city begins."""


@dataclass(frozen=True, slots=True)
class Note:
    """A comment by an agency or the editor on a project, from a Markdown file of `content/projects/`."""

    project_id: str
    language: Language
    written: date
    name: str
    office: str
    html: str
    """Sanitised HTML of the text."""
    place: str
    """The file, relative to the repository."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site before it is rendered."""

    path: str
    """The address without the language and the base path: `/projects/04160000-6961/`."""
    language: Language
    template: str
    context: Any
    """A dataclass; its fields are the variables of the template."""
    indexed: bool = True
    """Whether `sitemap.xml` lists it."""
    project: Project | None = None
    """The project that the template shows as `project`; None where the page is not about one project."""
