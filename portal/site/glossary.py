"""The glossary, which has a heading for each term -> the link to what a term means."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from portal.core import urls
from portal.core.models import Document, Language

_HEADING = re.compile('<h[1-6] id="([^"]+)"')


@dataclass(frozen=True, slots=True)
class CityTerms:
    """What `content/` says of terms in a language."""

    anchors: tuple[str, ...] = ()
    """The ids of its headings."""
    replace: bool = False
    """Whether they stand in place of the terms of the portal, and not beside them."""


def city_terms(documents: Iterable[Document]) -> Mapping[Language, CityTerms]:
    """The terms of a page that is the glossary, or adds to it, by its language."""
    of_glossary = [one for one in documents if urls.GLOSSARY in (one.slug, one.adds_to)]
    return {
        language: CityTerms(
            tuple(anchor for one in of_glossary if one.language == language for anchor in headings(one.html)),
            any(one.language == language and not one.adds_to for one in of_glossary),
        )
        for language in sorted({one.language for one in of_glossary})
    }


def headings(html: str) -> list[str]:
    """The ids of the headings of a text."""
    return _HEADING.findall(html)


def links_to_meanings(
    find_anchors: Callable[[], Collection[str]], language: Language, first: Language, base_path: str
) -> Callable[[str], str]:
    """What links to the meaning of a term in a language; "" for a term that the glossary has no heading for.

    `find_anchors` is called once, when the first link is asked for. `first` is the language at the root.
    """
    path, known = urls.localised(urls.document(urls.GLOSSARY), language, first), cache(find_anchors)
    address = urls.href(path, base_path)

    @cache
    def meaning(term: str) -> str:
        anchor = urls.slug(term)
        return f"{address}#{anchor}" if anchor in known() else ""

    return meaning
