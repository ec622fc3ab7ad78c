"""Points of projects for maps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from portal.exports.geojson import write_geojson

from tests.sample_package import SamplePackage


def written(package: SamplePackage, file: Path) -> list[dict[str, Any]] | None:
    """The features of a package; None where no file is written."""
    projects = package.portal().package.resources["projects"]
    has_any = write_geojson(projects, package.file("projects"), "https://example.org/city/", file)
    assert file.exists() == has_any
    return json.loads(file.read_text("utf-8"))["features"] if has_any else None


def place(package: SamplePackage, *coordinates: tuple[str, str]) -> None:
    """Give the first projects these coordinates, and the others none."""
    header, *rows = package.table("projects")
    package.declare("projects", *({"name": name, "type": "number"} for name in ("latitude", "longitude")))
    cells = [*coordinates, *[("", "")] * (len(rows) - len(coordinates))]
    package.write(
        "projects", [[*header, "latitude", "longitude"], *([*r, *c] for r, c in zip(rows, cells, strict=True))]
    )


def test_a_point_has_longitude_first_and_every_digit(package: SamplePackage, tmp_path: Path) -> None:
    place(package, ("13.7563", "100.501800001"), ("", ""), ("-13", "0"))
    features = written(package, tmp_path / "x.geojson")
    ids = [row[0] for row in package.table("projects")[1:]]
    assert features is not None
    assert [(f["id"], f["geometry"]) for f in features] == [
        (ids[0], {"type": "Point", "coordinates": [100.501800001, 13.7563]}),
        (ids[2], {"type": "Point", "coordinates": [0, -13]}),
    ]
    assert features[0]["properties"]["url"] == f"https://example.org/city/projects/{ids[0]}/"


def test_without_a_place_there_is_no_file(package: SamplePackage, tmp_path: Path) -> None:
    assert written(package, tmp_path / "x.geojson") is None
    place(package)
    assert written(package, tmp_path / "x.geojson") is None


def test_a_place_is_on_the_earth(package: SamplePackage) -> None:
    place(package, ("90.1", "100"), ("13", "-180.5"))
    package.demand_nothing()
    assert [(p.row, p.field, p.rule) for p in package.problems()] == [
        (2, "latitude", "out-of-range"),
        (3, "longitude", "out-of-range"),
    ]
