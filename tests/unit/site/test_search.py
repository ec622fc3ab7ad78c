"""What the search page offers is made from the data by rules."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from portal.core.models import project_index
from portal.package.reading import read_portal
from portal.site.pages.search import WORDS, example_words

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ()),
        (["อาหารปลอดภัย"], ()),
        (["เมือง อาหารปลอดภัย", "ตลาด อาหารปลอดภัย"], ("อาหารปลอดภัย",)),
        (["เมือง อาหารปลอดภัย", "เมือง อาหารปลอดภัย"], ()),
        (["เมืองอาหารปลอดภัย", "ตลาดอาหารปลอดภัย"], ()),
        (["ก (อาหารปลอดภัย)", "ข “อาหารปลอดภัย”"], ("อาหารปลอดภัย",)),
        (["ก ประจำปีงบประมาณ 2566", "ข ประจำปีงบประมาณ ๒๕๖๗"], ()),
        (["ก สำนักสส.", "ข สำนักสส."], ()),
        (["ก อาหาร", "ข อาหาร"], ()),
    ],
    ids=[
        "none",
        "once",
        "twice",
        "one name twice",
        "within words",
        "signs",
        "before a number",
        "abbreviation",
        "short",
    ],
)
def test_an_example_is_a_word_by_itself_in_several_names(names: Sequence[str], words: tuple[str, ...]) -> None:
    assert example_words(names) == words


def test_examples_are_few_apart_from_each_other_and_not_in_every_tenth_name() -> None:
    words = ["".join(pair) for pair in zip("กขคงจฉชซ", ["ระบายน้ำ"] * 8, strict=True)]
    names = [f"{number} {word}" for number in range(3) for word in words]
    names += [f"{number} {words[0]}และถนน" for number in range(3)] + [f"{number} กรุงเทพมหานคร" for number in range(100)]
    chosen = example_words(names)
    assert len(chosen) == WORDS
    assert set(chosen) < set(words)
    assert example_words(reversed(names)) == chosen


def test_the_examples_of_the_city_are_found_in_names_of_projects() -> None:
    portal = read_portal(ROOT).portal
    assert portal is not None
    names = [project.title for project in project_index(portal).projects]
    chosen = example_words(names)
    assert chosen
    assert all(any(word in name for name in names) for word in chosen)
