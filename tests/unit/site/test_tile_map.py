"""The map of squares: where each stands, what is written on it, and how values become colours."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from portal.core.models import Area, project_index
from portal.core.totals import summarise
from portal.site.pages.areas import projects_by_area
from portal.site.tile_map import MIN_COLUMNS, NO_DATA, SIDE, draw_tile_map, is_mark, lines_of, sort_into_levels

from tests.texts import both

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage


def areas(count: int) -> list[Area]:
    return [Area(str(number), both(str(number))) for number in range(count)]


def levels(*values: int | None) -> list[str]:
    """The levels of areas that have these values."""
    by_area = {a: None if v is None else Decimal(v) for a, v in zip(areas(len(values)), values, strict=True)}
    return list(sort_into_levels(by_area).values())


def test_zero_and_no_data_are_levels_of_their_own() -> None:
    assert levels(0, None, 5) == ["0", NO_DATA, "1"]


def test_one_very_large_value_leaves_the_others_apart() -> None:
    assert levels(1, 2, 3, 4, 5, 6, 7, 10**9) == ["1", "1", "2", "2", "3", "3", "4", "4"]


def test_equal_values_have_one_level() -> None:
    for values in ((7,) * 9, (1, 1, 1, 1, 2, 2, 3, 9, 9), tuple(range(1, 40)) * 2):
        of = dict(zip(values, levels(*values), strict=True))
        assert levels(*values) == [of[value] for value in values]
        assert [of[value] for value in sorted(of)] == sorted(of.values())


@pytest.mark.parametrize("count", range(1, 30))
def test_the_largest_value_has_the_highest_level(count: int) -> None:
    assert max(levels(*range(1, count + 1))) == str(min(count, 4))


def test_a_short_name_is_of_one_language() -> None:
    area = Area("1", both("ป้อมปราบศัตรูพ่าย", "Pom Prap Sattru Phai"), short_name=both("ป้อม ปราบฯ"))
    assert lines_of(area, "th", "th") == ("ป้อม", "ปราบฯ")
    assert lines_of(area, "en", "th") == ("Pom", "Prap", "Sattru…")


def test_a_word_that_is_too_long_is_cut_between_letters_and_never_before_a_mark() -> None:
    (line,) = lines_of(Area("1", both("ป้อมปราบศัตรูพ่าย")), "th", "th")
    assert line == "ป้อมปร…"
    for word in ("กี่กี่กี่กี่กี่กี่กี่กี่กี่กี่", "ทุ่งทุ่งทุ่งทุ่งทุ่งทุ่ง"):
        (line,) = lines_of(Area("1", both(word)), "th", "th")
        assert not is_mark(word[len(line) - 1])


def test_the_map_begins_at_its_own_north_west_and_has_the_areas_with_a_tile(whole: SamplePackage) -> None:
    whole.set("areas", "tile_column", "5", "6", "5", "7", row=3)
    portal = project_index(whole.portal())
    summaries = {area: summarise(projects) for area, projects in projects_by_area(portal).items()}
    drawn = draw_tile_map(portal.package, summaries, "th")
    assert drawn is not None
    assert (drawn.width, drawn.height, drawn.without) == (MIN_COLUMNS * SIDE, 2 * SIDE, 1)
    assert [(tile.area.area_id, tile.x, tile.y) for tile in drawn.tiles] == [
        ("11", 0, 0),
        ("12", SIDE, 0),
        ("13", 0, SIDE),
        ("14", 2 * SIDE, SIDE),
    ]
    assert [measure.name for measure in drawn.measures] == ["projects", "money", "unknown"]
    assert all(sum(level.areas for level in measure.levels) == 4 for measure in drawn.measures)
    empty = drawn.tiles[3]
    assert (empty.summary.projects, empty.levels, empty.unknown) == (0, ("0", NO_DATA, NO_DATA), None)


def test_without_tiles_there_is_no_map(whole: SamplePackage) -> None:
    for column in ("tile_column", "tile_row"):
        whole.set("areas", column, *[""] * 5)
    portal = project_index(whole.portal())
    assert draw_tile_map(portal.package, {area: summarise(()) for area in portal.areas}, "th") is None
