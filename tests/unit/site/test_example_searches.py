"""The searches that the front page offers are words of names of projects, chosen by rules."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from portal.core.models import ProjectSummary, Status
from portal.site.pages.example_searches import MAX_LETTERS, WORDS, example_searches

SYNONYMS = (
    ("เมือง", "City"),
    ("คลอง", "canal", "klong"),
    ("รพ.", "โรงพยาบาล", "hospital"),
    ("ถนน", "road"),
    ("ขยะ", "มูลฝอย", "garbage"),
    ("สะพาน", "bridge"),
)


def examples(titles: Sequence[str], synonyms: Sequence[Sequence[str]] = SYNONYMS) -> list[tuple[str, str]]:
    projects = [
        ProjectSummary(f"p{i}", title, None, None, None, None, None, Status.COMPLETED, Decimal(1), None, None, None)
        for i, title in enumerate(titles)
    ]
    return [(word["th"], word["en"]) for word in example_searches(projects, synonyms)]


def test_the_words_of_most_names_are_offered_in_both_languages_and_not_that_of_nearly_all() -> None:
    titles = [*["ขุดคลองเมือง"] * 3, *["เก็บมูลฝอยเมือง"] * 2, "ซ่อมโรงพยาบาลเมือง", *["ปลูกต้นไม้เมือง"] * 14]
    assert examples(titles) == [("คลอง", "canal"), ("ขยะ", "garbage"), ("โรงพยาบาล", "hospital"), ("ขุดคลองเมือง",) * 2]
    assert len(examples([*titles, "ถนน", "สะพาน"])) == WORDS + 1


def test_a_phrase_that_many_names_share_follows_the_words() -> None:
    titles = ["โครงการ ครัวอาหารปลอดภัย", "ค่าใช้จ่าย ครัวอาหารปลอดภัย", "ทำ ครัวอาหารปลอดภัย 2566", "ขุดคลอง"]
    assert examples([*titles, *map(str, range(16))]) == [("คลอง", "canal"), ("ครัวอาหารปลอดภัย",) * 2]


@pytest.mark.parametrize("titles", [["ปลูกต้นไม้", "ก" * 200], ["ปลูกต้นไม้", "ปลูกต้นไม้"]])
def test_where_no_word_is_known_the_short_names_of_the_largest_projects_are_offered(titles: Sequence[str]) -> None:
    assert examples(titles, ()) == [("ปลูกต้นไม้",) * 2]


def test_what_is_offered_stands_in_some_name_and_is_short() -> None:
    assert examples([]) == []
    assert examples(["ก" * 200]) == []
    assert all(len(word) <= 2 * MAX_LETTERS for pair in examples(["ขุดคลอง", "ถนน" * 9]) for word in pair)
