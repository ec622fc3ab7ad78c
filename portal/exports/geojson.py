"""The projects whose place is known -> GeoJSON (RFC 7946), for maps."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from portal.core import urls
from portal.core.files import new_file
from portal.core.json_values import json_text, json_value
from portal.core.models import Resource
from portal.exports.cells import row_reader, text_rows

PROPERTIES = ("title", "fiscal_year", "agency_id", "budget_received", "progress_percent")
"""The columns of a project that a point has beside its id and the address of its page."""


def write_geojson(projects: Resource, source: Path, base_url: str, file: Path) -> bool:
    """Write the projects of the CSV `source` that have both coordinates, as points in WGS 84 (longitude first).

    Returns whether there are any; without any, no file is written.
    """
    features = _features(projects, source, base_url)
    first = next(features, None)
    if first is None:
        return False
    with new_file(file) as new, new.open("w", encoding="utf-8", newline="\n") as text:
        text.write(f'{{"type":"FeatureCollection","features":[\n{first}')
        text.writelines(f",\n{feature}" for feature in features)
        text.write("\n]}\n")
    return True


def _features(projects: Resource, source: Path, base_url: str) -> Iterator[str]:
    place = [projects.fields[name] for name in ("latitude", "longitude") if name in projects.fields]
    # Most packages have no coordinates, and then nothing needs to be read.
    if len(place) < 2 or not all(field.filled for field in place):
        return
    names, read = list(projects.fields), row_reader(projects)
    for row in text_rows(source):
        values = dict(zip(names, read(row), strict=True))
        latitude, longitude = values["latitude"], values["longitude"]
        if not isinstance(latitude, Decimal) or not isinstance(longitude, Decimal):
            continue
        project_id = str(values["project_id"])
        properties = {name: values[name] for name in PROPERTIES if name in values}
        feature = {
            "type": "Feature",
            "id": project_id,
            "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
            "properties": properties | {"url": base_url + urls.href(urls.project(project_id))[1:]},
        }
        yield json_text(json_value(feature))
