"""A term links to its meaning where the glossary of the site gives it, and else to nothing."""

from markupsafe import Markup

from portal.core.models import Document
from portal.site.glossary import glossary_anchors, links_to_meanings

DOCUMENTS = (
    Document("glossary", "th", "", "", '<h2 id="เงิน">เงิน</h2><h3 id="งบประมาณที่ได้รับ">…</h3>', 1, ""),
    Document("glossary", "en", "", "", '<h3 id="budget-received">Budget received</h3>', 1, ""),
    Document("other", "en", "", "", '<h3 id="progress">Progress</h3>', 1, ""),
)


def test_a_term_links_to_its_heading_in_its_language() -> None:
    anchors = glossary_anchors(DOCUMENTS)
    assert (
        links_to_meanings(anchors, "en", "th", "/portal/")("Budget received") == "/portal/en/glossary/#budget-received"
    )
    thai = links_to_meanings(anchors, "th", "th", "/")(Markup("งบประมาณที่ได้รับ"))
    assert thai == "/glossary/#งบประมาณที่ได้รับ"
    assert type(thai) is str


def test_a_term_without_a_heading_and_a_site_without_a_glossary_have_no_link() -> None:
    assert links_to_meanings(glossary_anchors(DOCUMENTS), "en", "th", "/")("Progress") == ""
    assert links_to_meanings(glossary_anchors(()), "th", "th", "/")("งบประมาณที่ได้รับ") == ""
