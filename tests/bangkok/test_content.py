"""The pages of prose that are shipped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.content.documents import read_documents
from portal.core.messages import translations
from portal.core.models import Language
from portal.site.glossary import glossary_anchors, links_to_meanings

from tests.conventions import CITY

ROOT = Path(__file__).parents[2]


def test_the_shipped_pages_have_no_problems() -> None:
    documents, found = read_documents(ROOT / "content", CITY.languages)
    assert found == []
    assert {d.language for d in documents} == {"th", "en"}


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_glossary_has_every_term_that_pages_link_to(language: Language) -> None:
    documents, _ = read_documents(ROOT / "content", CITY.languages)
    meaning = links_to_meanings(glossary_anchors(documents), language, "th", "/")
    translated = translations(language)
    templates = (path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html"))
    terms = {term for text in templates for term in re.findall(r'pgettext\("term", "([^"]+)"\)', text)}
    assert terms
    assert not [term for term in sorted(terms) if not meaning(translated.pgettext("term", term))]
