"""The glossary, which is a content page with a heading for each term -> the link to what a term means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from portal.core import urls
from portal.core.models import Document, Language

GLOSSARY = "glossary"
"""The slug of the content page."""

Anchors = Mapping[Language, tuple[str, ...]]
"""The ids of the glossary's headings, by language; none where there is no such page."""

_HEADING = re.compile('<h[1-6] id="([^"]+)"')


def glossary_anchors(documents: Iterable[Document]) -> Anchors:
    """The ids of the headings of the glossary among these documents."""
    by_language = {document.language: document.html for document in documents if document.slug == GLOSSARY}
    return {language: tuple(_HEADING.findall(html)) for language, html in sorted(by_language.items())}


def links_to_meanings(anchors: Anchors, language: Language, first: Language, base_path: str) -> Callable[[str], str]:
    """What links to the meaning of a term in a language; "" for a term that the glossary has no heading for."""
    path, of_language = urls.localised(urls.document(GLOSSARY), language, first), frozenset(anchors.get(language, ()))

    address = urls.href(path, base_path)

    @cache
    def meaning(term: str) -> str:
        anchor = urls.slug(term)
        return f"{address}#{anchor}" if anchor in of_language else ""

    return meaning
