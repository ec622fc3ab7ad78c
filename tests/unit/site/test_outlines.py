"""The pictures of areas, and where a project is on the picture of its area."""

import math
import random
import re
from decimal import Decimal

import pytest

from portal.core.models import Area, Outline, Position, Ring
from portal.site.outlines import MARGIN, MAX_CORNERS, SIDE, OutlinePicture, Point, draw_outlines, locate, simplify

from tests.texts import both

SQUARE = ((100.0, 13.0), (100.5, 13.0), (100.5, 13.5), (100.0, 13.5), (100.0, 13.0))


def draw(*rings: Ring) -> OutlinePicture:
    return draw_outlines([Outline("11", (rings,), 1)])["11"]


def corners(picture: OutlinePicture) -> list[list[Point]]:
    """The corners of each line of a path, which is written in steps."""
    lines = []
    for x, y, steps in re.findall(r"M(-?\d+) (-?\d+)l([-\d ]+)z", picture.path):
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        line = [(int(x), int(y))]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            line.append((line[-1][0] + dx, line[-1][1] + dy))
        lines.append(line)
    return lines


def coast(positions: int, west: float = 100.4, north: float = 13.9) -> Ring:
    """A ragged line around a place."""
    noise = random.Random(0)
    angles = [2 * math.pi * i / positions for i in range(positions)]
    radii = [0.05 * (1 + 0.2 * noise.random()) for _ in angles]
    line: list[Position] = [
        (west + r * math.cos(a), north + r * math.sin(a)) for r, a in zip(radii, angles, strict=True)
    ]
    return (*line, line[0])


def test_a_degree_of_longitude_is_as_much_shorter_as_at_the_middle_latitude() -> None:
    picture = draw(((100, 59.5), (101, 59.5), (101, 60.5), (100, 60.5), (100, 59.5)))
    assert (picture.width, picture.height) == (SIDE // 2, SIDE)
    assert corners(picture) == [[(0, SIDE), (80, SIDE), (80, 0), (0, 0)]]


def test_a_long_outline_has_few_corners_and_few_bytes() -> None:
    picture = draw(coast(20_000))
    ((*line,),) = corners(picture)
    assert 40 < len(line) <= MAX_CORNERS
    assert len(picture.path) < 600
    assert {(x, y) for x, y in line if 0 <= x <= picture.width and 0 <= y <= picture.height} == set(line)


def test_many_islands_share_the_corners_and_the_smallest_go_first() -> None:
    islands = [coast(40, 100 + i / 3) for i in range(10)]
    specks = [tuple((x, 13 + y * 1e-4) for x, y in coast(8, 100 + i / 10)) for i in range(40)]
    lines = corners(draw(*islands, *specks))
    assert sum(map(len, lines)) <= MAX_CORNERS
    assert len(lines) == len(islands)


def test_a_hole_is_a_line_of_its_own() -> None:
    hole = ((100.1, 13.1), (100.2, 13.1), (100.2, 13.2), (100.1, 13.1))
    assert [len(line) for line in corners(draw(SQUARE, hole))] == [4, 3]


def test_corners_on_a_line_and_spikes_are_left_out() -> None:
    assert simplify([[(0, 0), (5, 0), (9, 0), (9, 9), (20, 9), (9, 9), (0, 9)]], 90) == [
        [(0, 0), (9, 0), (9, 9), (0, 9)]
    ]
    assert simplify([[(0, 0), (5, 5)], [(0, 0), (4, 4), (8, 8)]], 90) == []


def test_an_area_on_both_sides_of_the_180th_meridian_is_in_one_piece() -> None:
    west = ((179.5, -17), (180, -17), (180, -16), (179.5, -16), (179.5, -17))
    east = ((-180, -17), (-179.5, -17), (-179.5, -16), (-180, -16), (-180, -17))
    picture = draw_outlines([Outline("11", ((west,), (east,)), 1)])["11"]
    assert picture.width < SIDE + 1
    first, second = picture.point(179.75, -16.5), picture.point(-179.75, -16.5)
    assert first[0] < second[0] < picture.width
    assert picture.shows(first)
    assert picture.shows(second)


def test_an_area_too_narrow_to_be_seen_has_no_picture() -> None:
    sliver = ((100.0, 13.0), (100.000001, 13.0), (100.000001, 14.0), (100.0, 14.0), (100.0, 13.0))
    assert draw_outlines([Outline("11", ((sliver,),), 1)]) == {}


AREAS = tuple(Area(area_id, both(area_id)) for area_id in ("10", "11", "12"))


@pytest.mark.parametrize(
    ("coordinates", "point"),
    [
        (("13.5", "100.0"), (0, 0)),
        (("13.25", "100.25"), (78, 80)),
        (("13.0", "100.5"), (156, 160)),
        (("13.9", "100.25"), None),
        (("-13.25", "100.25"), None),
        (("13.25", "-100.25"), None),
    ],
)
def test_a_project_is_on_the_picture_of_its_area_or_has_none(
    coordinates: tuple[str, str], point: tuple[int, int] | None
) -> None:
    latitude, longitude = map(Decimal, coordinates)
    pictures = draw_outlines([Outline("11", ((SQUARE,),), 1)])
    locator = locate((latitude, longitude), AREAS, pictures)
    assert (locator and locator.point) == point
    assert locator is None or (locator.area_id, locator.picture) == ("11", pictures["11"])


def test_without_coordinates_or_without_an_outline_there_is_no_locator() -> None:
    pictures = draw_outlines([Outline("11", ((SQUARE,),), 1)])
    assert locate(None, AREAS, pictures) is None
    assert locate((Decimal("13.25"), Decimal("100.25")), AREAS[:1], pictures) is None
    assert locate((Decimal("13.25"), Decimal("100.25")), (), pictures) is None


def test_of_several_areas_the_first_whose_picture_shows_the_place_is_taken() -> None:
    far = tuple((x + 5, y) for x, y in SQUARE)
    pictures = draw_outlines(
        [Outline("10", ((far,),), 1), Outline("11", ((SQUARE,),), 2), Outline("12", ((SQUARE,),), 3)]
    )
    locator = locate((Decimal("13.25"), Decimal("100.25")), AREAS, pictures)
    assert locator is not None
    assert locator.area_id == "11"


def test_the_margin_has_room_for_a_place_at_the_edge() -> None:
    picture = draw(SQUARE)
    assert picture.view_box == f"-{MARGIN} -{MARGIN} {picture.width + 2 * MARGIN} {picture.height + 2 * MARGIN}"
