"""Each row as JSON: a line of its resource's file, and within the record of its project, beside that project's page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.core import urls
from portal.core.files import new_file, write_file
from portal.core.json_values import json_text, json_value
from portal.core.models import Package, Resource
from portal.exports.cells import typed_rows

_KEY = "project_id"

_Rows = Mapping[str, list[tuple[int, str]]]
"""The rows of a resource as JSON without their key, with their numbers, by project."""


def write_json(package: Package, data: Path, folder: Path) -> None:
    """Write `<resource>.jsonl` of each resource to `data`, and `project.json` of each project in the site's `folder`.

    `data` holds the CSVs. Numbers are numbers, days and times ISO 8601 in C.E., and null is not reported. The keys of
    a project's record are the columns of `projects`, then each resource that reports on projects, as a list of its rows
    in the file's order. `provenance` says in which row of which file of which release each of them stands, the header
    being row 1. A row is typed once for both.
    """
    projects = package.resources["projects"]
    reports = {
        resource.name: _write_lines(resource, data)
        for resource in package.resources.values()
        if resource is not projects
    }
    reports = {name: rows for name, rows in reports.items() if _KEY in package.resources[name].fields}
    about = {"version": package.version, "sha256": package.sha256}
    with new_file(data / "projects.jsonl") as new, new.open("w", encoding="utf-8", newline="\n") as lines:
        for number, values, line in _records(projects, data):
            lines.write(f"{line}\n")
            project_id = str(values[_KEY])
            of_project = {name: rows.get(project_id, []) for name, rows in reports.items()}
            numbers = {"projects": number} | {name: [at for at, _ in rows] for name, rows in of_project.items()}
            parts = [f"{json_text(name)}:[{','.join(text for _, text in rows)}]" for name, rows in of_project.items()]
            parts.append(f'"provenance":{json_text(about | {"rows": numbers})}')
            text = f"{line[:-1]},{','.join(parts)}}}\n"
            write_file(folder, urls.output_path(urls.record(project_id), "th"), text.encode())


def _write_lines(resource: Resource, data: Path) -> _Rows:
    """Write the lines of a resource; returns its rows by project, none where it does not report on projects."""
    groups: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    with new_file(data / f"{resource.name}.jsonl") as new, new.open("w", encoding="utf-8", newline="\n") as lines:
        for number, values, line in _records(resource, data):
            lines.write(f"{line}\n")
            if _KEY in values:
                project_id = values.pop(_KEY)
                own = _own(project_id)
                # A key that comes first, as it nearly always does, is cut off.
                rest = f"{{{line[len(own) + 1 :]}" if values and line.startswith(f"{own},") else json_text(values)
                groups[str(project_id)].append((number, rest))
    return groups


def _records(resource: Resource, data: Path) -> Iterator[tuple[int, dict[str, Any], str]]:
    """The records of a resource: the number of its row, its values for JSON by column, and these as a line."""
    for number, row in enumerate(typed_rows(resource, data / f"{resource.name}.csv"), start=2):
        values = dict(zip(resource.fields, map(json_value, row), strict=True))
        yield number, values, json_text(values)


@lru_cache(maxsize=1)
def _own(project_id: Any) -> str:
    """How a row begins whose key comes first; the rows of a project follow each other."""
    return json_text({_KEY: project_id})[:-1]
