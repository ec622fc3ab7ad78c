"""The outlines of areas, as GeoJSON (RFC 7946) has them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.models.languages import Text

OUTLINES = "area_outlines"
"""The resource that holds the outlines of areas. It alone is GeoJSON; every other resource is a CSV."""

OUTLINES_FILE = f"{OUTLINES}.geojson"
"""The name under which it is published."""


def file_name(resource: str) -> str:
    """The name under which the file of a resource is published."""
    return OUTLINES_FILE if resource == OUTLINES else f"{resource}.csv"


Position = tuple[float, float]
"""Longitude and latitude, in degrees by WGS 84."""

Ring = tuple[Position, ...]
"""A closed line: its last position is its first."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of an area."""

    area_id: str
    polygons: tuple[tuple[Ring, ...], ...]
    """The parts of the area: of each the line around it, then those around its holes."""
    feature: int
    """The number of its feature in the file, from 1."""


@dataclass(frozen=True, slots=True)
class OutlineFile:
    """The GeoJSON of the outlines, as `datapackage.json` describes it."""

    name: str
    path: str
    """Relative to the folder of `datapackage.json`, with forward slashes."""
    title: Text
    description: Text
    outlines: int
    """How many areas have an outline."""
    bytes: int
    sha256: str
