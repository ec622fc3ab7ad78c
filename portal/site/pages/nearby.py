"""The page of the projects near a reader, the places that it computes from, and the pictures of where each area is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from portal.core import urls
from portal.core.collation import sort_key
from portal.core.models import Language, Page, ProjectIndex, Text
from portal.site.pages.areas import CityAreas
from portal.site.tile_map import tile_places

TILE = 8
"""The side of a tile on the picture of an area."""


@dataclass(frozen=True, slots=True)
class NearbyContext:
    """The page of the projects near a reader."""

    projects: int
    placed: int
    """Projects that give their coordinates."""
    areas: tuple[tuple[str, Text, int], ...]
    """The path and the name of each area with a project, and how many of its projects give their coordinates."""


@dataclass(frozen=True, slots=True)
class AreaMapContext:
    """The picture of where an area is."""

    tiles: tuple[tuple[int, int], ...]
    """The upper left corner of the tile of each area."""
    own: tuple[int, int]
    """That of this area."""
    width: int
    height: int


def places_json(portal: ProjectIndex) -> bytes:
    """What the page of the near projects computes from: id, latitude, longitude and name of each project, by id.

    It has all that the page shows: to ask for more of the near projects would tell the server where the reader is.
    """
    places = [
        [project.project_id, *map(float, project.coordinates), project.title]
        for project in portal.projects
        if project.coordinates
    ]
    return json.dumps(places, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def plan_nearby(portal: ProjectIndex, city: CityAreas | None, language: Language) -> Iterator[Page]:
    """The page of the projects near a reader; none where no project gives its coordinates."""
    if portal.has_coordinates:
        groups = city.kind.groups.items() if city else ()
        areas = [
            (urls.area(area.area_id), area.name, sum(project.coordinates is not None for project in projects))
            for area, projects in groups
            if projects
        ]
        by_name = sort_key(portal.package.conventions.collation)
        context = NearbyContext(
            len(portal.projects),
            sum(project.coordinates is not None for project in portal.projects),
            tuple(sorted(areas, key=lambda row: by_name(row[1][language]))),
        )
        yield Page(urls.NEAR, language, "pages/near.html", context)


def plan_area_maps(portal: ProjectIndex) -> Iterator[Page]:
    """The picture of where each area is, for the pages of projects with coordinates: one file for all of an area."""
    corners = {area: (column * TILE, row * TILE) for area, (column, row) in tile_places(portal.areas).items()}
    if not corners or not portal.has_coordinates:
        return
    width, height = (max(corner[axis] for corner in corners.values()) + TILE for axis in (0, 1))
    first = portal.package.conventions.languages[0]
    for area, own in corners.items():
        context = AreaMapContext(tuple(sorted(corners.values())), own, width, height)
        yield Page(urls.area_map(area.area_id), first, "pages/area_map.svg", context, indexed=False)
