"""The front page says how the money is shared out, with figures that a reader can add up again."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from portal.core.models import ProjectSummary, Status
from portal.site.pages.home import MAX_NAME, SHOWN, money_picture, short_name
from portal.site.tile_map import is_mark


def projects(*amounts: int) -> list[ProjectSummary]:
    return [
        ProjectSummary(f"p{i}", "", None, None, None, None, None, Status.COMPLETED, Decimal(amount), None, None, None)
        for i, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    ("amounts", "half"),
    [([5], 1), ([5, 5], 1), ([4, 3, 3], 2), ([1] * 20, 10), ([90, *[1] * 30], 1), ([3, 0], 1)],
)
def test_half_of_the_money_is_in_the_fewest_projects_that_have_it(amounts: Sequence[int], half: int) -> None:
    picture = money_picture(projects(*amounts))
    assert picture is not None
    assert picture.half == half
    assert 2 * sum(amounts[:half]) >= sum(amounts) > 2 * sum(amounts[: half - 1])
    assert picture.half_share == Decimal(100 * sum(amounts[:half])) / sum(amounts)


def test_the_parts_of_the_picture_and_the_others_are_all_of_the_money() -> None:
    picture = money_picture(projects(*range(20, 0, -1)))
    assert picture is not None
    assert len(picture.largest) == SHOWN
    assert picture.others == 20 - SHOWN
    assert sum(part.share for part in picture.largest) + picture.others_share == pytest.approx(100)
    starts = [part.start for part in picture.largest]
    assert starts == [sum((part.share for part in picture.largest[:i]), Decimal(0)) for i in range(SHOWN)]


def test_half_in_a_tenth_of_the_projects_is_uneven_and_in_more_is_not() -> None:
    one_of_ten, one_of_nine = money_picture(projects(90, *[1] * 9)), money_picture(projects(90, *[1] * 8))
    assert one_of_ten is not None
    assert one_of_nine is not None
    assert (one_of_ten.is_uneven, one_of_nine.is_uneven) == (True, False)


@pytest.mark.parametrize("amounts", [[], [0], [0, 0]])
def test_without_money_there_is_no_picture(amounts: Sequence[int]) -> None:
    assert money_picture(projects(*amounts)) is None


def test_a_long_name_is_cut_after_a_phrase_or_else_between_letters() -> None:
    phrase = "ก่อสร้างระบบรวบรวมน้ำเสีย และระบบบำบัดน้ำเสียธนบุรี สัญญาที่ 2"
    assert short_name(phrase) == phrase
    assert short_name(f"{phrase} {'งาน' * 20}") == f"{phrase}…"
    for word in ("ที่" * MAX_NAME, "ทุ่ง" * MAX_NAME, f"ก {'ที่' * MAX_NAME}"):
        cut = short_name(word)
        assert len(cut) <= MAX_NAME
        assert not is_mark(word[len(cut) - 1])
