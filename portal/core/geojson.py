"""The text of a GeoJSON file (RFC 7946) -> the outlines of areas, with every rule that it breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from portal.core.descriptors import parse_json, problem
from portal.core.models.outlines import Outline, Position, Ring
from portal.core.problems import Problem, shorten

AREA_ID = "area_id"
"""The one property of a feature: the area that it outlines."""

MAX_PROBLEMS = 100
"""Features with a problem that are listed, at most: the others have the same cause."""

EXPORT = f"Export the areas as GeoJSON by RFC 7946, with the property {AREA_ID} alone."


class _Mistake(Exception):
    """What is wrong in a feature: its path within the feature, the rule, the message and the hint."""

    def __init__(self, path: str, rule: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.path, self.rule, self.message, self.hint = path, rule, message, hint


def parse_outlines(place: str, text: str) -> tuple[tuple[Outline, ...], list[Problem]]:
    """The valid outlines in the text of the file `place`, in the order of the file; and its problems.

    A file holds nothing but the outlines and the ids of their areas: what else stood in it would be published without
    a description. Which areas there are is not looked at.
    """
    problems: list[Problem] = []
    content = parse_json(place, text, problems, "a GeoJSON file")
    if content is None:
        return (), problems
    problems += _check_collection(place, content)
    if problems:
        return (), problems
    outlines: dict[str, Outline] = {}
    mistakes: list[Problem] = []
    for number, feature in enumerate(content["features"], start=1):
        try:
            outline = _outline(feature, number)
            if first := outlines.get(outline.area_id):
                message = f'"{shorten(outline.area_id)}" has an outline already, in feature {first.feature}.'
                hint = "Put all parts of an area into one feature, as a MultiPolygon."
                raise _Mistake(f"properties.{AREA_ID}", "duplicate-key", message, hint)
            outlines[outline.area_id] = outline
        except _Mistake as mistake:
            mistakes.append(feature_problem(place, number, mistake.path, mistake.rule, mistake.message, mistake.hint))
    return tuple(outlines.values()), [*problems, *first_of(place, mistakes)]


def feature_problem(place: str, number: int, path: str, rule: str, message: str, hint: str) -> Problem:
    """A problem of the property `path` of a feature; features are counted from 1."""
    where = f"features[{number - 1}]"
    return problem(place, f"{where}.{path}" if path else where, rule, f"feature {number}: {message}", hint)


def first_of(place: str, mistakes: list[Problem]) -> Iterator[Problem]:
    """The first problems of features; where there are many more, one that says how many."""
    yield from islice(mistakes, MAX_PROBLEMS)
    if len(mistakes) > MAX_PROBLEMS:
        message = f"{len(mistakes) - MAX_PROBLEMS:,} more features have problems."
        yield Problem(place, "too-many-problems", message, "Correct the others first.")


def _check_collection(place: str, content: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the file as a whole."""
    if content.get("type") != "FeatureCollection":
        message = f'the type is "{shorten(content.get("type"))}", not "FeatureCollection".'
        yield problem(place, "type", "invalid-geojson", message, EXPORT)
        return
    try:
        _check_members(content, "", ("type", "features"))
    except _Mistake as mistake:
        yield problem(place, mistake.path, mistake.rule, mistake.message, mistake.hint)
    features = content.get("features")
    if not isinstance(features, list) or not features:
        message, hint = "features must be a list of the outlines.", "Add them, or remove the resource."
        yield problem(place, "features", "invalid-geojson", message, hint)


def _check_members(value: Any, path: str, names: tuple[str, ...]) -> None:
    """Raise _Mistake unless `value` is an object with no other members than `names` and a bounding box."""
    if not isinstance(value, dict):
        raise _Mistake(path, "wrong-type", f"{_shown(value)} is not a JSON object.", EXPORT)
    box = value.get("bbox", [0, 0, 0, 0])
    if not isinstance(box, list) or len(box) not in (4, 6) or not all(map(_is_number, box)):
        raise _Mistake(_joined(path, "bbox"), "wrong-type", "bbox must be four numbers, or six.", "Remove it.")
    for name in value:
        if name not in (*names, "bbox"):
            message = f'"{shorten(name)}" is not described, so it is not published.'
            hint = f"Remove it, and have names and other values in the table areas. {EXPORT}"
            if name == "crs":
                message = '"crs" is no part of GeoJSON by RFC 7946: positions are in degrees by WGS 84.'
                hint = "Export the file in WGS 84 (EPSG:4326), and remove crs."
            raise _Mistake(_joined(path, name), "undeclared-property", message, hint)


def _outline(feature: Any, number: int) -> Outline:
    """The outline of a feature. Raises _Mistake."""
    _check_members(feature, "", ("type", "id", "properties", "geometry"))
    if feature.get("type") != "Feature":
        raise _Mistake("type", "invalid-geojson", f'the type is {_shown(feature.get("type"))}, not "Feature".', EXPORT)
    _check_members(feature.get("properties"), "properties", (AREA_ID,))
    area_id = feature["properties"].get(AREA_ID)
    if not isinstance(area_id, str) or not area_id:
        hint = f'Write "{AREA_ID}": "…", in quotation marks, as in the table areas.'
        raise _Mistake(f"properties.{AREA_ID}", "wrong-type", f"{_shown(area_id)} is not the id of an area.", hint)
    if feature.get("id", area_id) != area_id:
        message = f'the id is {_shown(feature["id"])}, but {AREA_ID} is "{shorten(area_id)}".'
        raise _Mistake("id", "wrong-key", message, "Remove the id.")
    geometry = feature.get("geometry")
    _check_members(geometry, "geometry", ("type", "coordinates"))
    path, coordinates = "geometry.coordinates", geometry.get("coordinates")
    if geometry.get("type") == "Polygon":
        polygons: tuple[tuple[Ring, ...], ...] = (_polygon(coordinates, path),)
    elif geometry.get("type") == "MultiPolygon":
        polygons = tuple(_polygon(part, f"{path}[{i}]") for i, part in enumerate(_list(coordinates, path)))
    else:
        message = f'the type is {_shown(geometry.get("type"))}, not "Polygon" or "MultiPolygon".'
        raise _Mistake("geometry.type", "invalid-geojson", message, "An outline is an area, not a point or a line.")
    return Outline(area_id, polygons, number)


def _polygon(coordinates: Any, path: str) -> tuple[Ring, ...]:
    return tuple(_ring(ring, f"{path}[{number}]") for number, ring in enumerate(_list(coordinates, path)))


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _Mistake(path, "wrong-type", f"{_shown(value)} is not a list of positions at this depth.", EXPORT)
    return value


def _ring(coordinates: Any, path: str) -> Ring:
    ring = tuple(_position(position, path) for position in _list(coordinates, path))
    if len(ring) < 4:
        message = f"this ring has {len(ring)} positions; a closed line around an area has at least 4."
        raise _Mistake(path, "short-ring", message, "Give all its corners, the first again at the end.")
    if ring[0] != ring[-1]:
        message = f"this ring is not closed: it begins at {_shown(list(ring[0]))} and ends at {_shown(list(ring[-1]))}."
        raise _Mistake(path, "open-ring", message, "Write its first position again at the end.")
    if any(len({position[axis] for position in ring}) == 1 for axis in (0, 1)):
        message, hint = "this ring has no width or no height, so there is no area in it.", "Correct or remove it."
        raise _Mistake(path, "flat-ring", message, hint)
    return ring


def _position(value: Any, path: str) -> Position:
    if not isinstance(value, list) or len(value) not in (2, 3) or not all(map(_is_number, value)):
        hint = "Write longitude and latitude as numbers, without quotation marks: [100.5, 13.75]."
        raise _Mistake(path, "wrong-type", f"{_shown(value)} is not a position.", hint)
    longitude, latitude = float(value[0]), float(value[1])
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        message = f"{_shown(value)} is not on the earth: longitude is -180 to 180, and latitude -90 to 90."
        hint = "Export the file in degrees by WGS 84 (EPSG:4326)."
        if -90 <= longitude <= 90 and -180 <= latitude <= 180:
            hint = "Write the longitude first, then the latitude."
        raise _Mistake(path, "out-of-range", message, hint)
    return longitude, latitude


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    """A value for a message: a text in quotation marks, what is long shortened."""
    return f'"{shorten(value)}"' if isinstance(value, str) else "nothing" if value is None else shorten(value)


def _joined(path: str, name: str) -> str:
    return f"{path}.{shorten(name)}" if path else shorten(name)
