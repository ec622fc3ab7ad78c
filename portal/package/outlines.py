"""The optional GeoJSON of the outlines of areas: read, and every problem explained."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from portal.core.geojson import AREA_ID, feature_problem, first_of, parse_outlines
from portal.core.models import Language, Outline, OutlineFile
from portal.core.problems import Problem, shorten, suggest
from portal.package.csv_files import BOM, decode, read_limited, unreadable_file
from portal.package.descriptor import Descriptor
from portal.package.package_builder import text_of

MAX_BYTES = 10_000_000
"""Bytes of the file, at most. Pictures of areas are small: a hundred corners of each are as much as they show."""


def read_outlines(
    descriptor: Descriptor, area_ids: Collection[str] | None, languages: Sequence[Language]
) -> tuple[OutlineFile | None, tuple[Outline, ...], list[Problem]]:
    """The file of the outlines, the outlines by `area_id`, and every problem; nothing where the package has none.

    `area_ids` are the areas of the package; None where it has no table of them. `languages` are those of the city.
    """
    described, problems = descriptor.outlines, list[Problem]()
    if described is None:
        return None, (), problems
    place = described["path"]
    try:
        hint = "Simplify the outlines: a hundred corners of each area are as much as the pages show."
        data = read_limited(place, descriptor.root / place, MAX_BYTES, problems, hint)
    except OSError as error:
        return None, (), [unreadable_file(place, error)]
    text = None if data is None else decode(place, data, problems)
    if data is None or text is None:
        return None, (), problems
    if data.startswith(BOM):
        message, hint = "this file begins with a byte-order mark, which no JSON may have.", "Save it as UTF-8 without."
        problems.append(Problem(place, "byte-order-mark", message, hint))
    outlines, problems_of_features = parse_outlines(place, text)
    problems += problems_of_features
    problems += _unknown_areas(place, outlines, area_ids)
    texts = (text_of(described, "title", languages, described["name"]), text_of(described, "description", languages))
    file = OutlineFile(described["name"], place, *texts, len(outlines), len(data), hashlib.sha256(data).hexdigest())
    return file, tuple(sorted(outlines, key=lambda outline: outline.area_id)), problems


def _unknown_areas(place: str, outlines: tuple[Outline, ...], area_ids: Collection[str] | None) -> list[Problem]:
    """The outlines of what is no area of the package."""
    if area_ids is None:
        message = "there are outlines, but the package has no resource named areas."
        return [Problem(place, "missing-resource", message, "Describe data/areas.csv in datapackage.json.")]
    problems = []
    for outline in outlines:
        if outline.area_id not in area_ids:
            message = f'"{shorten(outline.area_id)}" is not in the table areas.'
            hint = suggest(outline.area_id, area_ids) or "Add the area there, or correct it here."
            path = f"properties.{AREA_ID}"
            problems.append(feature_problem(place, outline.feature, path, "unknown-key", message, hint))
    return list(first_of(place, problems))
