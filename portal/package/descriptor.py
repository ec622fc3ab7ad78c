"""`datapackage.json`: read, and checked against Data Package v2 and the limits of the portal."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from frictionless import FrictionlessException, Package, Resource

from portal.core.calendars import BE_OFFSET, BUDDHIST_YEARS, FIRST_DAY, LAST_DAY
from portal.core.descriptors import (
    MAX_NAME,
    REMOTE,
    check_characters,
    check_path,
    check_resource_name,
    is_name,
    parse_json,
    problem,
)
from portal.core.models import OUTLINES, Language
from portal.core.problems import Problem, UsageError, shorten, suggest
from portal.core.text import is_blank
from portal.core.web_addresses import is_web_address
from portal.package.columns import COLUMNS
from portal.package.csv_files import decode, read_limited
from portal.package.schemas import STANDARD, check_references, check_schema, check_texts, notes

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
"""The only accepted profile: a custom one would have to be downloaded."""

MAX_BYTES = 10_000_000
"""Bytes of a descriptor, at most. The one of the real data has 61,496."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A descriptor, and those of its resources that can be read."""

    root: Path
    """The folder of the descriptor, to which all paths are relative."""
    place: str
    """The file name of the descriptor."""
    content: Mapping[str, Any]
    created: date
    resources: tuple[Mapping[str, Any], ...]
    """The tables."""
    outlines: Mapping[str, Any] | None = None
    """The resource of the outlines of areas, which is no table; None where there is none."""


def locate_descriptor(package: Path) -> Path:
    """The path of the descriptor; `package` is this path or its folder. Raises UsageError where there is none."""
    path = package / "datapackage.json" if os.path.isdir(package) else package
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file. Give --package the path of a datapackage.json or of its folder.")
    return path


def read_descriptor(path: Path, languages: tuple[Language, ...]) -> tuple[Descriptor | None, list[Problem]]:
    """Read the descriptor at `path`, of a city with these languages.

    Returns it with its valid resources, or None where it cannot be read; and every problem. No file outside the folder
    of the descriptor is opened, and nothing is downloaded.
    """
    problems: list[Problem] = []
    if not path.resolve().is_relative_to(path.parent.resolve()):
        message = "this is a link that leaves the package."
        return None, [Problem(path.name, "path-leaves-package", message, "Put the file itself there.")]
    content = _parse(path, problems)
    if content is None:
        return None, problems
    problems += _check_metadata(path.name, content, languages)
    resources = content.get("resources")
    if not isinstance(resources, list) or not resources:
        message, hint = "the package must list its resources.", "Write them as a list of JSON objects."
        problems.append(problem(path.name, "resources", "missing-resources", message, hint, resources))
        return None, problems
    valid: dict[int, Mapping[str, Any]] = {}
    outlines: Mapping[str, Any] | None = None
    names: list[object] = []
    for index, resource in enumerate(resources):
        problems_of_resource = list(_check_resource(path, f"resources[{index}]", resource, names, languages))
        problems += problems_of_resource
        names.append(resource.get("name") if isinstance(resource, dict) else None)
        if problems_of_resource:
            continue
        if resource["name"] == OUTLINES:
            outlines = resource
        else:
            valid[index] = resource
    properties = {p.field for p in problems}
    problems += [p for p in check_characters(path.name, content) if p.field not in properties]
    problems += _check_names(path.name, [name for name in names if isinstance(name, str)])
    problems += check_references(path.name, valid, names)
    created = _date(content.get("created")) or date.min
    return Descriptor(path.parent, path.name, content, created, tuple(valid.values()), outlines), problems


def _parse(path: Path, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        data = read_limited(path.name, path, MAX_BYTES, problems)
        text = None if data is None else decode(path.name, data, problems)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.") from None
    if text is None:
        return None
    return parse_json(path.name, text, problems)


def _date(value: object) -> date | None:
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None


def _check_metadata(place: str, content: Mapping[str, Any], languages: Sequence[Language]) -> list[Problem]:
    problems = [*_check_texts_of_package(place, content, languages), *_check_created(place, content.get("created"))]
    if content.get("$schema", PROFILE) != PROFILE or "profile" in content:
        message, value = "only the profile of Data Package v2 is read.", content.get("profile", content.get("$schema"))
        hint = f"Write {PROFILE} as $schema, and no profile."
        problems.append(problem(place, "$schema", "unknown-profile", message, hint, value))
    problems += _check_lists(place, content, languages)
    # Frictionless checks the other properties. It gets another resource, so that it opens none of the package.
    checked = {re.split(r"[.\[]", p.field or "")[0] for p in problems} | {"profile", "resources"}
    others = {key: value for key, value in content.items() if key not in checked}
    others |= {"$schema": PROFILE, "resources": [{"name": "x", "path": "x.csv"}]}
    return problems + [
        Problem(place, "invalid-descriptor", f"{note}.", STANDARD) for note in notes(lambda: _validate(Package, others))
    ]


def _validate(kind: type[Package | Resource], content: dict[str, Any]) -> None:
    if errors := list(kind.metadata_validate(content)):
        raise FrictionlessException(errors[0], reasons=errors)


def _check_texts_of_package(place: str, content: Mapping[str, Any], languages: Sequence[Language]) -> Iterator[Problem]:
    for key in ("name", "title", "version", "created"):
        value = content.get(key)
        if not isinstance(value, str) or is_blank(value):
            message = f"the package must have the property {key}, a text."
            yield problem(place, key, "missing-property", message, "Write it in quotes.", value)
    yield from check_texts(place, "", content, languages, ("title", "description", "notice"))
    name = content.get("name")
    if isinstance(name, str) and not is_blank(name) and not is_name(name):
        message = f'"{shorten(name)}" cannot be the name of a package.'
        hint = f"Use small letters and digits, with a single - . or _ between them, at most {MAX_NAME} characters."
        hint += " Windows reserves names such as con."
        yield problem(place, "name", "invalid-name", message, hint, name)


def _check_created(place: str, created: object) -> Iterator[Problem]:
    if not isinstance(created, str) or is_blank(created):
        return
    day = _date(created)
    if day is None:
        message = f'"{shorten(created)}" is not a date.'
        hint = "Write it in this form, for example 2026-11-01T00:00:00Z."
        yield problem(place, "created", "wrong-type", message, hint, created)
    elif day.year in BUDDHIST_YEARS:
        message = f'"{shorten(created)}" is in the Buddhist Era; dates are in the common era.'
        hint = f"Write {day.year - BE_OFFSET}{created[4:]}."
        yield problem(place, "created", "buddhist-era-date", message, hint, created)
    elif not FIRST_DAY <= day <= LAST_DAY:
        message = f'"{shorten(created)}" is not from {FIRST_DAY} to {LAST_DAY}.'
        yield problem(place, "created", "out-of-range", message, "Correct the date.", created)


def _check_lists(place: str, content: Mapping[str, Any], languages: Sequence[Language]) -> Iterator[Problem]:
    for key in ("licenses", "sources", "contributors"):
        value = content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            message, hint = f"{key} must be a list of JSON objects.", f'Write "{key}": [{{"title": "…"}}].'
            yield problem(place, key, "wrong-type", message, hint, value)
            continue
        for index, item in enumerate(value):
            yield from check_texts(place, f"{key}[{index}].", item, languages[:1], ("name", "path", "source_id"))
            yield from check_texts(place, f"{key}[{index}].", item, languages, ("title", "note"))
            path = item.get("path", "")
            if isinstance(path, str) and REMOTE.match(path) and not is_web_address(path):
                message = f'"{shorten(path)}" is not a web address.'
                hint = "Begin it with https://, and write the name of the site in ASCII (xn--…)."
                yield problem(place, f"{key}[{index}].path", "invalid-address", message, hint, item["path"])
            for name, example in (("roles", "creator"), ("source_ids", "…")):
                texts = item.get(name, [])
                if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                    message, hint = f"{name} must be a list of texts.", f'Write "{name}": ["{example}"].'
                    yield problem(place, f"{key}[{index}].{name}", "wrong-type", message, hint, texts)


def _check_resource(
    path: Path, where: str, resource: Any, names: Collection[object], languages: tuple[Language, ...]
) -> Iterator[Problem]:
    place = path.name
    if not isinstance(resource, dict):
        message = "a resource must be a JSON object."
        yield problem(place, where, "wrong-type", message, "Put it in braces.", resource)
        return
    name = resource.get("name")
    yield from check_resource_name(place, where, name, names)
    yield from _check_format(place, where, resource)
    yield from check_texts(place, f"{where}.", resource, languages)
    yield from _check_path(path.parent, place, f"{where}.path", name, resource.get("path"))
    if name != OUTLINES:
        yield from check_schema(place, f"{where}.schema", name, resource.get("schema"), languages)
    checked = ("title", "description", "data", "profile", "dialect", "compression", "encoding", "schema", "$schema")
    others = {k: v for k, v in resource.items() if k not in checked} | {"name": "x", "path": "x.csv"}
    for note in notes(lambda: _validate(Resource, others)):
        yield problem(place, where, "invalid-descriptor", f"{note}.", STANDARD)


def _check_format(place: str, where: str, resource: Mapping[str, Any]) -> Iterator[Problem]:
    """What is said of the file that the portal does not read: a CSV, or the GeoJSON of the outlines of areas."""
    is_map = resource.get("name") == OUTLINES
    kind, plain = ("GeoJSON", "a plain GeoJSON file") if is_map else ("CSV", "a plain CSV file with commas")
    for key in ("data", "profile", "dialect", "compression", "extrapaths"):
        if key in resource:
            message = f'"{key}" is not read: a resource is {plain}.'
            yield problem(place, f"{where}.{key}", "unsupported", message, "Remove it.", resource[key])
    for key, accepted in (("encoding", ("utf-8", "utf8")), ("format", (kind.lower(),))):
        if str(resource.get(key, accepted[0])).lower() not in accepted:
            message = f"{f'the file of {OUTLINES}' if is_map else 'every file'} is read as {kind} in UTF-8."
            hint = f'Save it as {kind} UTF-8 and write "{accepted[0]}".'
            yield problem(place, f"{where}.{key}", "unsupported", message, hint, resource[key])
    for key, refused in (("schema", True), ("type", resource.get("type") == "table")):
        if is_map and refused and key in resource:
            message = "a GeoJSON file is no table: it has no columns."
            yield problem(place, f"{where}.{key}", "unsupported", message, "Remove it.", resource[key])


def _check_path(root: Path, place: str, where: str, name: Any, value: Any) -> Iterator[Problem]:
    if problems := list(check_path(place, where, name, value)):
        yield from problems
    elif not os.path.lexists(root / value):
        message, hint = f"{place} names this file, but it is not there.", "Add the file, or correct the path."
        yield Problem(value, "missing-file", message, hint)
    elif not os.path.isfile(root / value) or not (root / value).resolve().is_relative_to(root.resolve()):
        message = f'"{shorten(value)}" is not a file inside the package, or a link that leaves it.'
        yield problem(place, where, "path-leaves-package", message, "Put the file itself there.", value)


def _check_names(place: str, names: Collection[str]) -> Iterator[Problem]:
    """There is a resource of projects, and no resource has nearly the name of one that the portal reads."""
    if "projects" not in names:
        hint = suggest("projects", names) or "Add the resource whose rows are the projects."
        message = 'there is no resource named "projects".'
        yield problem(place, "resources", "missing-resource", message, hint)
    read = {*COLUMNS, OUTLINES}
    absent = read - set(names) - {"projects"}
    for name in sorted(set(names) - read):
        if hint := suggest(name, absent, likeness=85):
            message = f'"{shorten(name)}" is not a resource that the portal reads.'
            yield problem(place, "resources", "unknown-resource", message, hint, name)
