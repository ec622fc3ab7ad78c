"""Each project -> all that the package says of it, as JSON beside its page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from portal import urls
from portal.downloads.cells import as_json, plain, typed_rows
from portal.models import Package, Resource

_KEY = "project_id"


def write_records(package: Package, data: Path, folder: Path) -> None:
    """Write `project.json` of every project below the site's `folder`; `data` holds the CSVs.

    Keys are the columns of `projects`, then each resource that reports on projects, as a list of its rows in the file's
    order. Numbers are numbers, days and times ISO 8601 in C.E., and null is not reported. `provenance` says in
    which row of which file of which release each of them stands, the header being row 1.
    """
    projects = package.resources["projects"]
    reporting = [r for r in package.resources.values() if r is not projects and _KEY in r.fields]
    reports = {resource.name: _by_project(resource, data) for resource in reporting}
    names = list(projects.fields)
    for number, row in enumerate(typed_rows(projects, data / "projects.csv"), start=2):
        record: dict[str, object] = dict(zip(names, map(plain, row), strict=True))
        project_id = str(record[_KEY])
        rows: dict[str, object] = {"projects": number}
        for name, by_project in reports.items():
            found = by_project.get(project_id, [])
            record[name] = [one for _, one in found]
            rows[name] = [row for row, _ in found]
        file = folder / urls.output_path(urls.record(project_id), "th")
        file.parent.mkdir(parents=True, exist_ok=True)
        text = as_json(record | {"provenance": {"version": package.version, "sha256": package.sha256, "rows": rows}})
        file.write_text(f"{text}\n", "utf-8", newline="\n")


def _by_project(resource: Resource, data: Path) -> Mapping[str, list[tuple[int, Mapping[str, object]]]]:
    """The rows of a resource with their numbers, by project."""
    names = list(resource.fields)
    key = names.index(_KEY)
    groups: defaultdict[str, list[tuple[int, Mapping[str, object]]]] = defaultdict(list)
    for number, row in enumerate(typed_rows(resource, data / f"{resource.name}.csv"), start=2):
        values = {name: plain(value) for name, value in zip(names, row, strict=True) if name != _KEY}
        groups[str(row[key])].append((number, values))
    return groups
