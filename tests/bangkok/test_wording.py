"""Words that the city's data bring with them."""

from pathlib import Path

from tests.pages import page, text


def test_a_percentage_stands_on_the_page_in_the_words_of_its_language(real_site: Path) -> None:
    for prefix, amount in (("", "ร้อยละ 100"), ("en/", "100%")):
        reference = page(real_site, f"{prefix}projects/04160000-6961/index.html")
        assert amount in [text(node) for node in reference.css("dl.figures dd")]
        assert any(amount in text(node) for node in reference.css("figcaption .key-target"))


def test_a_citation_of_data_of_unknown_date_says_so_on_every_page(real_site: Path) -> None:
    for prefix in ("", "en/"):
        unknown = page(real_site, f"{prefix}data/index.html")
        assert ". ไม่ทราบวันที่ของข้อมูล. " in text(unknown.css_first("#cite-th"))
        assert ". Date of the data not known. " in text(unknown.css_first("#cite-en"))
