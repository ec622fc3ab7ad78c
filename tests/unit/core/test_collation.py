"""The order of names in each language that a city may choose."""

import pytest

from portal.core.collation import COLLATIONS, collation_name, sort_key, thai_sort_key


def test_thai_names_sort_as_in_a_thai_dictionary() -> None:
    # A leading vowel counts after its consonant, a tone mark only between words that are otherwise equal.
    ordered = ["Zoo", "กา", "ก่า", "เกาะ", "แก้ว", "ขา", "คลอง", "เคหะ", "ไทย", "นา", "น้ำ", "อา", "เอก"]
    assert sorted(set(ordered), key=sort_key("th")) == ordered


def test_both_spellings_of_sara_am_sort_together() -> None:
    assert thai_sort_key("สํานัก") == thai_sort_key("สำนัก")


@pytest.mark.parametrize(
    ("collation", "ordered"),
    [
        ("en", ["10th Street", "cafe", "Cafe", "café", "Caffè", "co-op", "Zoo"]),
        ("es", ["árbol", "calle", "nube", "nz", "ñandú", "Ñandú", "ópera", "zona"]),
        ("fr", ["cote", "coté", "côte", "côté", "école", "Eglise"]),
        ("de", ["Straße", "Strasse 2", "Zoo", "Zürich"]),
    ],
)
def test_accents_and_capitals_only_decide_between_equal_letters(collation: str, ordered: list[str]) -> None:
    assert sorted(set(ordered), key=sort_key(collation)) == ordered


def test_both_normal_forms_of_an_accent_sort_together() -> None:
    for collation in COLLATIONS:
        assert sort_key(collation)("") is not None
    assert sort_key("es")("n\u0303a")[:2] == sort_key("es")("ña")[:2]


def test_each_order_has_a_name_in_each_language_of_the_site() -> None:
    assert (collation_name("th", "th"), collation_name("th", "en")) == ("ไทย", "Thai")
    assert (collation_name("es", "th"), collation_name("es", "en")) == ("สเปน", "Spanish")
    assert all(collation_name(collation, language) for collation in COLLATIONS for language in ("th", "en"))
