"""A map of squares: each area a tile at about its place, coloured by one figure at a time.

A figure is a *measure*. Its values are sorted into levels, of which each holds about as many areas as the next, so that
one very large value does not make all others look the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal.core.formats import share
from portal.core.models import Area, Language, Package
from portal.core.totals import Summary

SIDE = 44
"""The side of a tile in units of the map: eight of them are as wide as a phone of 360 px, where a unit is a pixel."""

MIN_COLUMNS = 6
"""Tiles that have room side by side on any map: fewer would be drawn so large that they fill a phone."""

MAX_LINES = 3
MAX_LETTERS = 8
"""What fits on a tile: lines, and letters of a line."""
MAX_THAI_LETTERS = 7
"""Letters of a line in Thai, which are wider."""

LEVELS = 4
"""Levels of a measure, beside those of zero and of no data."""

NO_DATA = "x"
"""The level of an area that has no value."""


@dataclass(frozen=True, slots=True)
class Level:
    """The areas of a map that have one colour."""

    name: str
    """`0` is zero, `1` to `4` rise, `x` has no data: what style sheets call it."""
    low: Decimal
    high: Decimal
    """The lowest and the highest value; zero where there is no data."""
    areas: int
    """How many areas there are."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure by which the tiles are coloured."""

    name: str
    """projects, money or unknown."""
    levels: tuple[Level, ...]
    """From no data and zero upwards; none that no area has."""


@dataclass(frozen=True, slots=True)
class Tile:
    """An area on the map."""

    area: Area
    x: int
    y: int
    """Its upper left corner, in units of the map."""
    lines: tuple[str, ...]
    """What is written on it."""
    levels: tuple[str, ...]
    """The name of its level in each measure, in the order of the measures."""
    summary: Summary
    unknown: Decimal | None
    """Percent of its projects that have no progress figure; None where it has no project."""


@dataclass(frozen=True, slots=True)
class TileMap:
    """The map of the areas that have a tile."""

    width: int
    height: int
    tiles: tuple[Tile, ...]
    """From north to south, in each row from west to east."""
    measures: tuple[Measure, ...]
    without: int
    """Areas that have no tile."""


def unknown_share(summary: Summary) -> Decimal | None:
    """Percent of the projects that have no progress figure; None where there is no project."""
    if not summary.projects:
        return None
    return share(Decimal(summary.projects - summary.progress.projects), Decimal(summary.projects))


def tile_places(areas: Iterable[Area]) -> dict[Area, tuple[int, int]]:
    """The column and the row of each area that has a tile, the westernmost and the northernmost 0."""
    placed = {area: area.tile for area in areas if area.tile is not None}
    west = min((column for column, _ in placed.values()), default=0)
    north = min((row for _, row in placed.values()), default=0)
    return {area: (column - west, row - north) for area, (column, row) in placed.items()}


def draw_tile_map(package: Package, summaries: Mapping[Area, Summary], language: Language) -> TileMap | None:
    """The map of the areas of `summaries`; None where no area has a tile. It has the measures that the data have."""
    placed = tile_places(summaries)
    if not placed:
        return None
    columns, rows = (max(place[axis] for place in placed.values()) + 1 for axis in (0, 1))
    measures, levels = _measures(package, {area: summaries[area] for area in placed})
    tiles = tuple(
        Tile(
            area,
            column * SIDE,
            row * SIDE,
            lines_of(area, language, package.conventions.languages[0]),
            tuple(by_area[area] for by_area in levels),
            summaries[area],
            unknown_share(summaries[area]),
        )
        for area, (column, row) in sorted(placed.items(), key=lambda item: (item[1][1], item[1][0]))
    )
    return TileMap(max(columns, MIN_COLUMNS) * SIDE, rows * SIDE, tiles, measures, len(summaries) - len(placed))


def _measures(package: Package, summaries: Mapping[Area, Summary]) -> tuple[tuple[Measure, ...], list[dict[Area, str]]]:
    """The measures that the package has columns for, and for each the name of the level of each area."""
    fields = package.resources["projects"].fields
    values: dict[str, dict[Area, Decimal | None]] = {
        "projects": {area: Decimal(summary.projects) for area, summary in summaries.items()}
    }
    if "budget_received" in fields:
        received = {area: summary.received for area, summary in summaries.items()}
        values["money"] = {area: total.value if total.projects else None for area, total in received.items()}
    if "progress_percent" in fields:
        values["unknown"] = {area: unknown_share(summary) for area, summary in summaries.items()}
    measures, levels = [], []
    for name, by_area in values.items():
        of_areas = sort_into_levels(by_area)
        levels.append(of_areas)
        measures.append(Measure(name, _describe(by_area, of_areas)))
    return tuple(measures), levels


def sort_into_levels(values: Mapping[Area, Decimal | None]) -> dict[Area, str]:
    """The name of the level of each area. Areas with the same value are on the same level."""
    above_zero = sorted(value for value in values.values() if value)
    distinct = sorted(set(above_zero))
    if len(distinct) <= LEVELS:
        highest = distinct
    else:
        highest = sorted({above_zero[len(above_zero) * part // LEVELS - 1] for part in range(1, LEVELS + 1)})

    def level(value: Decimal | None) -> str:
        if value is None:
            return NO_DATA
        return str(next(i for i, limit in enumerate(highest, start=1) if value <= limit)) if value else "0"

    return {area: level(value) for area, value in values.items()}


def _describe(values: Mapping[Area, Decimal | None], levels: Mapping[Area, str]) -> tuple[Level, ...]:
    names = sorted(set(levels.values()), key=lambda name: (name != NO_DATA, name))
    described = []
    for name in names:
        members = [values[area] or Decimal(0) for area in values if levels[area] == name]
        described.append(Level(name, min(members), max(members), len(members)))
    return tuple(described)


def lines_of(area: Area, language: Language, first: Language) -> tuple[str, ...]:
    """What stands on the tile of an area: its short name, else its name; each word is a line, cut where it is full."""
    words = (area.short_name.given(language, first) or area.name[language]).split()
    # Marks above and below a Thai letter take no room of their own.
    lines = tuple(word if _letters(word) <= _limit(word) else _cut(word) for word in words)
    return lines if len(lines) <= MAX_LINES else (*lines[: MAX_LINES - 1], f"{lines[MAX_LINES - 1]}…")


def _limit(word: str) -> int:
    return MAX_LETTERS if word.isascii() else MAX_THAI_LETTERS


def _letters(word: str) -> int:
    return sum(not is_mark(letter) for letter in word)


def is_mark(letter: str) -> bool:
    """Whether a Thai sign stands above or below a letter."""
    return letter == "\u0e31" or "\u0e34" <= letter <= "\u0e3a" or "\u0e47" <= letter <= "\u0e4e"


def _cut(word: str) -> str:
    """The first letters of a word that is too long, with the marks that belong to them."""
    shown = ""
    for letter in word:
        # The sign for what is left out takes the room of two letters.
        if not is_mark(letter) and _letters(shown) >= _limit(word) - 2:
            break
        shown += letter
    return f"{shown}…"
