"""The GeoJSON of the outlines of areas -> records that can be compared as those of a table: area and checksum."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from typing import Any

from portal.core.csv_reader import is_lfs_pointer
from portal.core.geojson import AREA_ID, parse_outlines
from portal.core.models import OUTLINES_FILE
from portal.history.record_splitter import LFS_POINTER

GEOMETRY = "geometry"
"""The column that stands for the outline itself."""

SCHEMA: Mapping[str, Any] = {"primaryKey": AREA_ID, "fields": [{"name": AREA_ID}, {"name": GEOMETRY}]}
"""The schema of the records."""


def outline_records(data: bytes) -> list[bytes]:
    """The records of a file, the header first: the id of each area, and the SHA-256 of its outline.

    A number that is written otherwise makes no other outline. Raises ValueError if the check would refuse the file.
    """
    if is_lfs_pointer(data):
        raise ValueError(LFS_POINTER)
    outlines, problems = parse_outlines(OUTLINES_FILE, data.decode("utf-8"))
    for first in problems:
        raise ValueError(first.message.rstrip("."))
    return [
        _record(AREA_ID, GEOMETRY),
        *(_record(o.area_id, f"sha256:{hashlib.sha256(repr(o.polygons).encode()).hexdigest()}") for o in outlines),
    ]


def _record(*cells: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue().encode()
