"""The pages of prose: those of the portal, which are true of every city, and those of `content/`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from portal.core import urls
from portal.core.models import Document, Language, Page, ProjectIndex


@dataclass(frozen=True, slots=True)
class PortalPage:
    """A page of prose that the portal has itself, unless `content/` has one of that name."""

    slug: str
    title: str
    """As the template has it: a message."""
    order: int
    """The position in the menu, as of a `Document`."""


PORTAL_PAGES = (
    PortalPage(urls.HOW_TO_READ, "How to read a project page", 20),
    PortalPage(urls.GLOSSARY, "Glossary", 25),
    PortalPage(urls.HOW_COMPUTED, "How figures are computed and checked", 30),
)


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """A page of `content/`."""

    document: Document


@dataclass(frozen=True, slots=True)
class PortalPageContext:
    """A page of the portal."""

    additions: tuple[Document, ...]
    """What the city adds at its end."""
    example_year: int | None
    """The fiscal year of most projects; None where no project gives one."""
    months: tuple[date, ...]
    """The first days of the months of that year."""


def plan_prose(portal: ProjectIndex, documents: Sequence[Document]) -> Iterator[Page]:
    """The pages of prose."""
    pages = [document for document in documents if not document.adds_to]
    replaced = {document.slug for document in pages}
    for document in pages:
        yield Page(urls.document(document.slug), document.language, "pages/document.html", DocumentContext(document))
    for language in portal.package.conventions.languages:
        for page in PORTAL_PAGES:
            if page.slug not in replaced:
                context = _context(portal, page, language, documents)
                template = f"pages/{page.slug.replace('-', '_')}.html"
                yield Page(urls.document(page.slug), language, template, context)


def _context(
    portal: ProjectIndex, page: PortalPage, language: Language, documents: Sequence[Document]
) -> PortalPageContext:
    additions = tuple(one for one in documents if one.adds_to == page.slug and one.language == language)
    years = Counter(project.fiscal_year for project in portal.projects if project.fiscal_year is not None)
    example = max(years, key=lambda year: (years[year], year), default=None)
    if example is None or page.slug != urls.HOW_TO_READ:
        return PortalPageContext(additions, None, ())
    fiscal = portal.package.conventions.fiscal
    return PortalPageContext(additions, example, tuple(fiscal.month_start(example, month) for month in range(1, 13)))
