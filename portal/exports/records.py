"""All that is published of each project, as JSON beside its page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from portal.core import urls
from portal.core.files import write_file
from portal.core.json_values import json_text, json_value
from portal.core.models import Package, RecordVersion, Resource
from portal.exports.cells import typed_rows
from portal.history import RecordVersions

_KEY = "project_id"

_Rows = Mapping[str, Sequence[str]]
"""The rows of a resource as JSON without `project_id`, by project, in the order of their key."""


def write_records(package: Package, versions: RecordVersions, data: Path, folder: Path) -> None:
    """Write `project.json` of each project in the site's `folder`; `data` holds the CSVs.

    Its keys are the columns of `projects`, then each resource that reports on projects, as a list of its rows. Numbers
    are numbers, days and times ISO 8601 in C.E., and null is not reported. `provenance` says which release the record
    is of, see `RecordVersions`, and by which columns a row is found in the CSV of each resource.
    """
    projects = package.resources["projects"]
    reports = {
        resource.name: _rows_by_project(resource, data)
        for resource in package.resources.values()
        if resource is not projects and _KEY in resource.fields
    }
    keys = {name: _key(package.resources[name]) for name in ("projects", *reports)}
    names = list(projects.fields)

    @cache
    def provenance(version: RecordVersion) -> str:
        about = {"version": version.version, "released": version.released, "commit": version.commit or None}
        return f'"provenance":{json_text(json_value(about | {"keys": keys}))}'

    for row in typed_rows(projects, data / "projects.csv"):
        values = dict(zip(names, map(json_value, row), strict=True))
        project_id = str(values[_KEY])
        parts = [json_text(values)[:-1]]
        parts += [f"{json_text(name)}:[{','.join(rows.get(project_id, ()))}]" for name, rows in reports.items()]
        parts.append(provenance(versions.of(project_id)))
        write_file(folder, urls.output_path(urls.record(project_id), "th"), f"{','.join(parts)}}}\n".encode())


def _key(resource: Resource) -> tuple[str, ...]:
    """The columns by which a row of a resource is found; of one without a key, that by which its project is."""
    return resource.keys[0] if resource.keys else (_KEY,)


def _rows_by_project(resource: Resource, data: Path) -> _Rows:
    names, key = list(resource.fields), _key(resource)
    rows: defaultdict[str, list[tuple[list[str], str]]] = defaultdict(list)
    for row in typed_rows(resource, data / f"{resource.name}.csv"):
        values = dict(zip(names, map(json_value, row), strict=True))
        place = [_sortable(values[name]) for name in key]
        project_id = str(values.pop(_KEY))
        rows[project_id].append((place, json_text(values)))
    return {project_id: [text for _, text in sorted(of_project)] for project_id, of_project in rows.items()}


def _sortable(value: Any) -> str:
    """A part of a key as a text by which it is sorted, numbers by their size."""
    return f"{value:024}" if isinstance(value, int) else str(value)
