"""The rules of the GeoJSON of outlines: each mistake is named with its feature, its place in it and a next step."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from portal.core.geojson import MAX_PROBLEMS, parse_outlines

PLACE = "data/area_outlines.geojson"
SQUARE = [[100.0, 13.0], [100.5, 13.0], [100.5, 13.5], [100.0, 13.5], [100.0, 13.0]]


def feature(area_id: object = "11", **geometry: Any) -> dict[str, Any]:
    own = {"type": "Polygon", "coordinates": [SQUARE]} | geometry
    return {"type": "Feature", "properties": {"area_id": area_id}, "geometry": own}


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | members)


def ring(change: Callable[[list[Any]], object]) -> dict[str, Any]:
    positions = json.loads(json.dumps(SQUARE))
    change(positions)
    return feature(coordinates=[positions])


def found(text: str) -> list[tuple[str | None, str, str]]:
    _, problems = parse_outlines(PLACE, text)
    assert all(problem.place == PLACE and problem.hint for problem in problems)
    return [(problem.field, problem.rule, f"{problem.message} {problem.hint}") for problem in problems]


def test_polygons_and_parts_and_holes_are_read_with_the_ids_of_their_areas() -> None:
    hole = [[100.1, 13.1], [100.2, 13.1], [100.2, 13.2, 7.5], [100.1, 13.1]]
    parts = feature("12", type="MultiPolygon", coordinates=[[SQUARE], [SQUARE, hole]]) | {"id": "12"}
    (first, second), problems = parse_outlines(PLACE, collection(feature(), parts, bbox=[100, 13, 100.5, 13.5]))
    assert problems == []
    assert (first.area_id, first.feature, len(first.polygons)) == ("11", 1, 1)
    assert [len(rings) for rings in second.polygons] == [1, 2]
    assert second.polygons[1][1][2] == (100.2, 13.2)


RING = "features[0].geometry.coordinates[0]"

MISTAKES: dict[str, tuple[str, str | None, str, str]] = {
    "nothing": ("[]", None, "invalid-json", "a GeoJSON file must be a JSON object"),
    "half": ('{"type": "FeatureCollection", "features": [', None, "invalid-json", "not valid JSON"),
    "NaN": (collection(feature()).replace("13.5", "NaN"), None, "invalid-json", "NaN"),
    "infinite": (collection(feature()).replace("13.5", "1e999"), None, "invalid-json", "too large a number"),
    "huge": (collection(feature()).replace("13.5", "9" * 5000), None, "invalid-json", "too large a number"),
    "key-twice": ('{"type": "x", "type": "FeatureCollection"}', None, "invalid-json", "written twice"),
    "deep": (collection(feature(coordinates=json.loads("[" * 30 + "]" * 30))), None, "invalid-json", "levels deep"),
    "very-deep": ("[" * 100_000, None, "invalid-json", "levels deep"),
    "one-polygon": (json.dumps(feature()["geometry"]), "type", "invalid-geojson", '"Polygon", not "FeatureColl'),
    "no-features": (collection(), "features", "invalid-geojson", "list of the outlines"),
    "features-by-name": (collection(features={}), "features", "invalid-geojson", "list of the outlines"),
    "crs": (collection(feature(), crs={"type": "name"}), "crs", "undeclared-property", "EPSG:4326"),
    "other-member": (collection(feature(), name="x"), "name", "undeclared-property", "Remove it"),
    "box-of-text": (collection(feature(), bbox="0812345678"), "bbox", "wrong-type", "four numbers"),
    "no-feature": (collection("x"), "features[0]", "wrong-type", 'feature 1: "x" is not a JSON object'),
    "type-of-feature": (collection(feature() | {"type": "x"}), "features[0].type", "invalid-geojson", 'not "Feature"'),
    "more-properties": (
        collection(feature() | {"properties": {"area_id": "11", "tel": "081 234 5678"}}),
        "features[0].properties.tel",
        "undeclared-property",
        "in the table areas",
    ),
    "no-properties": (
        collection(feature() | {"properties": None}),
        "features[0].properties",
        "wrong-type",
        "nothing is not a JSON object",
    ),
    "number-as-id": (collection(feature(11)), "features[0].properties.area_id", "wrong-type", "in quotation marks"),
    "no-id": (collection(feature("")), "features[0].properties.area_id", "wrong-type", "not the id of an area"),
    "two-ids": (collection(feature() | {"id": "12"}), "features[0].id", "wrong-key", "Remove the id"),
    "id-twice": (
        collection(feature(), feature("12"), feature()),
        "features[2].properties.area_id",
        "duplicate-key",
        'feature 3: "11" has an outline already, in feature 1.',
    ),
    "no-geometry": (collection(feature() | {"geometry": None}), "features[0].geometry", "wrong-type", "JSON object"),
    "point": (collection(feature(type="Point")), "features[0].geometry.type", "invalid-geojson", "not a point"),
    "no-coordinates": (
        collection(feature(coordinates=[])),
        "features[0].geometry.coordinates",
        "wrong-type",
        "list of positions",
    ),
    "ring-alone": (collection(feature(coordinates=SQUARE)), RING, "wrong-type", "100.0 is not a position"),
    "three-positions": (collection(ring(lambda r: r.pop() and r.pop())), RING, "short-ring", "has 3 positions"),
    "open": (collection(ring(lambda r: r.pop())), RING, "open-ring", "Write its first position again at the end."),
    "flat": (collection(ring(lambda r: [p.__setitem__(1, 13.0) for p in r])), RING, "flat-ring", "no area"),
    "text": (collection(ring(lambda r: r.__setitem__(1, ["100.5", "13"]))), RING, "wrong-type", "quotation marks"),
    "true": (collection(ring(lambda r: r.__setitem__(1, [True, 13]))), RING, "wrong-type", "not a position"),
    "one-number": (collection(ring(lambda r: r.__setitem__(1, [100]))), RING, "wrong-type", "not a position"),
    "swapped": (collection(ring(lambda r: r.__setitem__(1, [13, 100.5]))), RING, "out-of-range", "longitude first"),
    "metres": (collection(ring(lambda r: r.__setitem__(1, [661234, 1519876]))), RING, "out-of-range", "EPSG:4326"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_feature_and_a_next_step(name: str) -> None:
    text, field, rule, words = MISTAKES[name]
    ((where, broken, said),) = found(text)
    assert (where, broken) == (field, rule)
    assert words in said
    assert len(said) < 400


def test_each_feature_has_one_problem_and_of_very_many_the_first_are_listed() -> None:
    problems = found(collection(*(feature(number) for number in range(MAX_PROBLEMS + 7))))
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1][1:] == ("too-many-problems", "7 more features have problems. Correct the others first.")


def test_valid_outlines_are_read_beside_broken_ones() -> None:
    outlines, problems = parse_outlines(PLACE, collection(feature(5), feature("12")))
    assert ([outline.area_id for outline in outlines], len(problems)) == (["12"], 1)
