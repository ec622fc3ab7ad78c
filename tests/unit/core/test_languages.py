"""A text in the languages of a city, whichever they are."""

from portal.core.models import Text, names_in


def test_a_text_in_a_language_that_it_is_not_given_in_is_that_of_the_first() -> None:
    text = Text("Parque", (("en", "Park"),))
    assert (text["es"], text["en"], text["th"]) == ("Parque", "Park", "Parque")
    assert [text.given(code, "es") for code in ("es", "en", "th")] == ["Parque", "Park", ""]
    assert [*text] == ["Parque", "Park"]


def test_a_text_is_read_from_the_columns_of_the_languages_alone() -> None:
    row = {"name": "Park", "name_es": "Parque", "name_th": "สวน", "name_fr": "  "}
    assert Text.read(row, "name", ("en", "es")).by_language("en") == {"en": "Park", "es": "Parque"}
    assert Text.read(row, "name", ("en",)) == Text("Park")
    assert Text.read(row, "name", ("en", "fr")) == Text("Park")
    assert Text.read({"name": None}, "name", ("en", "fr"), "A-1") == Text("A-1")


def test_a_text_of_the_past_is_read_in_whatever_languages_it_was_given() -> None:
    described = {"name": "x", "title": "สวน", "title_en": "Park", "title_of": 5, "subtitle_es": "Parque"}
    assert Text.read_all(described, "title") == Text("สวน", (("en", "Park"),))


def test_the_columns_of_a_text_are_the_plain_one_and_one_for_each_other_language() -> None:
    assert names_in("name", ("es", "en")) == {"name": "es", "name_en": "en"}
    assert Text("Parque", (("en", "Park"),)).by_column("name") == {"name": "Parque", "name_en": "Park"}
