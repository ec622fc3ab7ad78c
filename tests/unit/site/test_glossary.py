"""A term links to its meaning where the glossary of the site gives it, and else to nothing."""

from markupsafe import Markup

from portal.core.models import Document
from portal.site.glossary import CityTerms, city_terms, links_to_meanings

DOCUMENTS = (
    Document("glossary", "th", "", "", '<h2 id="เงิน">เงิน</h2><h3 id="งบประมาณที่ได้รับ">…</h3>', 1, ""),
    Document("glossary", "en", "", "", '<h3 id="budget-received">Budget received</h3>', 1, ""),
    Document("other", "en", "", "", '<h3 id="progress">Progress</h3>', 1, ""),
)


def test_a_term_links_to_its_heading_in_its_language() -> None:
    terms = city_terms(DOCUMENTS)
    english = links_to_meanings(lambda: terms["en"].anchors, "en", "th", "/portal/")
    assert english("Budget received") == "/portal/en/glossary/#budget-received"
    thai = links_to_meanings(lambda: terms["th"].anchors, "th", "th", "/")(Markup("งบประมาณที่ได้รับ"))
    assert thai == "/glossary/#งบประมาณที่ได้รับ"
    assert type(thai) is str


def test_a_term_without_a_heading_and_a_site_without_a_glossary_have_no_link() -> None:
    terms = city_terms(DOCUMENTS)
    assert links_to_meanings(lambda: terms["en"].anchors, "en", "th", "/")("Progress") == ""
    assert city_terms(()) == {}


def test_a_page_of_the_city_replaces_the_terms_of_the_portal_and_a_text_adds_to_them() -> None:
    assert {language: terms.replace for language, terms in city_terms(DOCUMENTS).items()} == {"th": True, "en": True}
    added = Document("ours", "en", "", "", '<h3 id="levy">Levy</h3>', 1, "", "glossary")
    assert city_terms((added,))["en"] == CityTerms(("levy",), replace=False)
