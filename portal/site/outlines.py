"""The outlines of areas -> small pictures of them, and where a project is on the picture of its area.

A picture is an equirectangular map whose scale is true at its middle latitude. Its coordinates are whole numbers, so
that every machine writes the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from heapq import heapify, heappop, heappush
from itertools import pairwise

from portal.core.models import Area, Outline, Position

SIDE = 160
"""The longer side of a picture, in its units: about the pixels in which it is shown."""

MARGIN = 8
"""Units around the outline, in which a point at its edge has room."""

MAX_CORNERS = 90
"""Corners of a picture, at most: its path has some 500 bytes then, and it stands on the page of each project."""

Point = tuple[int, int]
"""On a picture: units to the right and down."""


@dataclass(frozen=True, slots=True)
class OutlinePicture:
    """The picture of an area."""

    path: str
    """Of SVG; what lies inside an odd number of its lines is the area."""
    width: int
    height: int
    """Of the outline; the picture has a margin around it."""
    west: float
    north: float
    """Where its upper left corner is, in degrees."""
    scale: tuple[float, float]
    """Units for each degree of longitude and of latitude."""

    @property
    def view_box(self) -> str:
        """The outline with its margin."""
        return f"{-MARGIN} {-MARGIN} {self.width + 2 * MARGIN} {self.height + 2 * MARGIN}"

    def point(self, longitude: float, latitude: float) -> Point:
        """Where a place is on the picture, or beside it."""
        # East of the 180th meridian, longitudes begin again; the picture goes on.
        x = (longitude + 360 if longitude < self.west - 180 else longitude) - self.west
        return round(x * self.scale[0]), round((self.north - latitude) * self.scale[1])

    def shows(self, point: Point) -> bool:
        """Whether a point is on the picture."""
        return all(-MARGIN < at < side + MARGIN for at, side in zip(point, (self.width, self.height), strict=True))


@dataclass(frozen=True, slots=True)
class Locator:
    """A project on the picture of its area."""

    area_id: str
    picture: OutlinePicture
    point: Point


def draw_outlines(outlines: Iterable[Outline]) -> dict[str, OutlinePicture]:
    """The picture of each area, by its id; none of an area that is too narrow to be seen."""
    pictures = {outline.area_id: _draw(outline) for outline in outlines}
    return {area_id: picture for area_id, picture in pictures.items() if picture.path}


def locate(
    coordinates: tuple[Decimal, Decimal] | None, areas: Iterable[Area], pictures: Mapping[str, OutlinePicture]
) -> Locator | None:
    """A project with these coordinates (latitude, longitude) on the picture of the first of its areas that shows it.

    None where it has none, and where it is beside the picture of each of its areas that have one.
    """
    if coordinates is None:
        return None
    latitude, longitude = map(float, coordinates)
    for area in areas:
        if (picture := pictures.get(area.area_id)) is not None:
            point = picture.point(longitude, latitude)
            if picture.shows(point):
                return Locator(area.area_id, picture, point)
    return None


def _draw(outline: Outline) -> OutlinePicture:
    rings = _without_meridian([ring for polygon in outline.polygons for ring in polygon])
    longitudes, latitudes = ([position[axis] for ring in rings for position in ring] for axis in (0, 1))
    west, south, north = min(longitudes), min(latitudes), max(latitudes)
    # A cosine may differ in its last digit from machine to machine; the other operations are exact by IEEE 754.
    narrowing = max(round(math.cos(math.radians((south + north) / 2)), 6), 1e-6)
    width, height = (max(longitudes) - west) * narrowing, north - south
    scale = SIDE / max(width, height)
    blank = OutlinePicture("", round(width * scale), round(height * scale), west, north, (narrowing * scale, scale))
    lines = [_distinct([blank.point(*position) for position in ring[:-1]]) for ring in rings]
    return replace(blank, path="".join(map(_path, simplify(lines, MAX_CORNERS))))


def _without_meridian(rings: Sequence[Sequence[Position]]) -> Sequence[Sequence[Position]]:
    """The same in one piece: an area on both sides of the 180th meridian has its west part to the left."""
    longitudes = [longitude for ring in rings for longitude, _ in ring]
    if max(longitudes) - min(longitudes) <= 180:
        return rings
    return [[(x + 360 if x < 0 else x, y) for x, y in ring] for ring in rings]


def _distinct(points: Sequence[Point]) -> list[Point]:
    """The points without those that are the same as the one before."""
    return [point for before, point in zip([points[-1], *points], points, strict=False) if point != before]


def simplify(lines: Sequence[Sequence[Point]], most: int) -> list[list[Point]]:
    """The closed lines with at most `most` corners together, and none that has no area.

    The corner that makes the smallest triangle with its neighbours goes first (M. Visvalingam and J. D. Whyatt, "Line
    generalisation by repeated elimination of points", 1993). A line that is left with two corners goes whole.
    """
    corners = [point for line in lines for point in line]
    before, after, spans = dict[int, int](), dict[int, int](), list[range]()
    for line in lines:
        start = spans[-1].stop if spans else 0
        spans.append(range(start, start + len(line)))
        for i in spans[-1]:
            before[i], after[i] = spans[-1][i - start - 1], spans[-1][(i - start + 1) % len(line)]

    def area(i: int) -> int:
        """Twice the area of the triangle at a corner."""
        (x, y), (x1, y1), (x2, y2) = corners[i], corners[before[i]], corners[after[i]]
        return abs((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y))

    smallest = [(area(i), i) for i in after]
    heapify(smallest)
    while smallest and (len(after) > most or smallest[0][0] == 0):
        size, i = heappop(smallest)
        # A corner whose neighbour went has been measured anew.
        if i not in after or size != area(i):
            continue
        left, right = before.pop(i), after.pop(i)
        if left == right:
            del before[left], after[left]
            continue
        after[left], before[right] = right, left
        for neighbour in (left, right):
            heappush(smallest, (area(neighbour), neighbour))
    simplified = ([corners[i] for i in span if i in after] for span in spans)
    return [line for line in simplified if line]


def _path(line: Sequence[Point]) -> str:
    """A closed line as a part of a path: where it begins, then the steps from corner to corner."""
    (x, y), *_ = line
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(line)]
    return f"M{x} {y}l" + " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-") + "z"
