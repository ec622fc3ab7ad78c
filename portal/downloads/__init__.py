"""The package and its projects -> files that other programs read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal import urls
from portal.models import Agency, Package, Project, Source
from portal.problems import UsageError


def package_files(package: Package) -> list[str]:
    """The names of the files that `write_package` writes."""
    return ["datapackage.json", *(f"{name}.csv" for name in package.resources)]


def write_package(descriptor: Path, package: Package, folder: Path) -> None:
    """Write the package below the site's `folder`: every CSV byte for byte as it was validated, and its descriptor.

    The descriptor says where each file is published, how large it is, and its SHA-256. Raises UsageError where a file
    has changed since it was validated.
    """
    content = json.loads(descriptor.read_text("utf-8"))
    for described in content["resources"]:
        resource = package.resources[described["name"]]
        data = (descriptor.parent / resource.path).read_bytes()
        if hashlib.sha256(data).hexdigest() != resource.sha256:
            raise UsageError(f"{resource.path}: changed while the site was being built. Build again.")
        described |= {"path": f"{resource.name}.csv", "bytes": len(data), "hash": f"sha256:{resource.sha256}"}
        _write(folder, urls.data_file(described["path"]), data)
    _write(
        folder, urls.data_file("datapackage.json"), (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
    )


def _write(folder: Path, path: str, data: bytes) -> None:
    file = folder / urls.output_path(path, "th")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def write_records(projects: Sequence[Project], folder: Path) -> None:
    """Write the record of each project beside its page in the site's `folder`. Runs in a worker."""
    for project in projects:
        _write(folder, urls.record(project.project_id), project_record(project).encode())


def project_record(project: Project) -> str:
    """All that the package says of a project, as JSON.

    Keys are the columns of `projects`, then the resources that report on it, each a list of their rows. Numbers are
    numbers, days and times ISO 8601 in C.E., and null is not reported.
    """
    return json.dumps(_plain(project), ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Agency):
        return value.agency_id
    if isinstance(value, Source):
        return value.source_id
    if is_dataclass(value):
        return _columns(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value


_COLUMNS: Mapping[str, str] = {"agency": "agency_id", "source": "source_id"}


def _columns(record: Any) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name == "extra":
            columns |= {name: _plain(cell) for name, cell in value.items()}
        elif field.name != "row":
            columns[_COLUMNS.get(field.name, field.name)] = _plain(value)
    return columns
