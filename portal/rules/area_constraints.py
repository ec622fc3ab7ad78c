"""The constraints of areas: each is a part of the city once, and has a place of its own on the tile map."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core.messages import Message
from portal.core.models import Area, Portal
from portal.core.problems import Problem, shorten
from portal.package import RANGES
from portal.rules.cell_problems import cell_problem, range_problem
from portal.rules.registry import constraint

MAX_NAME = 100
"""Characters of the name of an area, which stands on a tile, in menus and in a sentence."""


@constraint(
    Message("There is a table of areas for the area IDs"),
    "areas",
    cells="projects.area_id agencies.area_id project_areas.area_id",
)
def areas_are_listed(portal: Portal) -> Iterator[Problem]:
    """An area has its name from the table `areas`, so a table with area ids needs that one."""
    if "areas" in portal.package.resources:
        return
    for resource in portal.package.resources.values():
        # Where a key of the schema refers to areas, the descriptor has them, and their file has a problem of its own.
        if "area_id" in resource.fields and "area_id" not in resource.references:
            message = "there are area ids, but the package has no resource named areas."
            hint = "Describe data/areas.csv in datapackage.json, or give the column another name."
            column = list(resource.fields).index("area_id") + 1
            yield Problem(resource.path, "missing-resource", message, hint, row=1, field="area_id", column=column)


@constraint(
    Message("Names of areas have at most {most} characters", values={"most": MAX_NAME}),
    "areas",
    cells="areas.name* areas.short_name*",
)
def names_of_areas_are_short(portal: Portal) -> Iterator[Problem]:
    """What stands on a tile is a name, not a text."""
    for area in portal.areas:
        texts = area.name.by_column("name") | area.short_name.by_column("short_name")
        for field, name in texts.items():
            if len(name) > MAX_NAME:
                message = f'"{shorten(name)}" has {len(name):,} characters; here it has at most {MAX_NAME}.'
                hint = "Write a short name, and move the rest to another column."
                yield cell_problem(portal, "areas", area, field, "name-too-long", message, hint, shorten(name, 200))


@constraint(
    Message("A tile has a column and a row, each a number from 1 to 40"),
    "areas",
    cells="areas.tile_column areas.tile_row",
)
def tiles_can_be_drawn(portal: Portal) -> Iterator[Problem]:
    """A tile has a column and a row, both in a range that fits on a page; an area may also have no tile."""
    for area in portal.areas:
        places = {"tile_column": area.tile_column, "tile_row": area.tile_row}
        for (field, place), other in zip(places.items(), reversed(places), strict=True):
            low, high = RANGES[field]
            if place is not None and not low <= place <= high:
                yield range_problem(portal, "areas", area, field, "Correct the value.")
            elif place is None and places[other] is not None:
                message = f"the tile has a {other}, but no {field}."
                hint = "Write both, or leave both blank."
                yield cell_problem(portal, "areas", area, field, "half-a-tile", message, hint, "")


@constraint(Message("No two areas stand on the same tile"), "areas", cells="areas.tile_column")
def tiles_hold_one_area(portal: Portal) -> Iterator[Problem]:
    """Two areas on one tile would hide each other."""
    seen: dict[tuple[int, int], Area] = {}
    for area in sorted(portal.areas, key=lambda area: area.row):
        if area.tile is None:
            continue
        first = seen.setdefault(area.tile, area)
        if first is not area:
            column, row = area.tile
            message = (
                f'column {column}, row {row} is the tile of "{shorten(first.name.first)}" already (row {first.row}).'
            )
            hint = "Give each area a tile of its own."
            yield cell_problem(portal, "areas", area, "tile_column", "duplicate-tile", message, hint, column)


@constraint(Message("No area is a part of itself"), "areas", cells="areas.parent_id")
def parents_make_no_circle(portal: Portal) -> Iterator[Problem]:
    """From part to whole the way ends at an area that is a part of none."""
    by_id = {area.area_id: area for area in portal.areas}
    reported: set[str] = set()
    for area in sorted(portal.areas, key=lambda area: area.row):
        way = [area.area_id]
        while (parent := by_id[way[-1]].parent_id) in by_id and parent not in way:
            way.append(str(parent))
        if parent == area.area_id and reported.isdisjoint(way):
            reported.update(way)
            steps = " → ".join(map(shorten, [*way, area.area_id]))
            message = f"the parents make a circle: {steps}."
            hint = "Leave parent_id blank at the largest of them."
            yield cell_problem(portal, "areas", area, "parent_id", "circle", message, hint, area.parent_id)
