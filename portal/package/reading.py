"""The open-data package: read and validated, every problem explained, its rows joined to a Portal."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from portal.core.ignored_columns import ignored_in, without_columns
from portal.core.models import MAX_FILE, Allowance, Bilingual, Field, Licence, Package, Portal, Resource
from portal.core.problems import Problem
from portal.core.text import is_blank
from portal.package.cells import missing_values
from portal.package.csv_files import CsvFile, read_csv_file, read_limited, row_lines
from portal.package.descriptor import Descriptor, locate_descriptor, read_descriptor
from portal.package.erasures import read_erased
from portal.package.foreign_keys import unknown_sources, with_unknown_keys
from portal.package.personal_data.allowances import PROPERTY
from portal.package.personal_data.guard import Guard, personal_data, searched, text_guard
from portal.package.records import build_agencies, build_projects, build_sources
from portal.package.schemas import key_fields, reference_of
from portal.package.tables import Table, read_tables
from portal.package.undeclared_columns import undeclared_columns


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a package gave."""

    portal: Portal | None
    """None where nothing can be joined. Where there are problems it holds what could be read, for more checks."""
    problems: tuple[Problem, ...]
    guard: Callable[[str], tuple[str, str] | None] = field(compare=False)
    """Message and hint of the personal data in a text that is published beside the package; None where it has none."""


def read_portal(path: Path, helpers: Executor | None = None, ignored: Collection[str] = ()) -> Reading:
    """Validate the package whose descriptor is at `path` and join its rows.

    `path` is a datapackage.json or the folder that holds one; UsageError where there is none. Every problem of the
    whole package is returned at once. Only files inside the folder of the descriptor are opened. `helpers` are
    processes that read some of the tables. The columns that are `ignored`, each as `resource.column`, are left out.
    """
    path = locate_descriptor(path)
    descriptor, problems = read_descriptor(path)
    if descriptor is None:
        return Reading(None, tuple(problems), text_guard(None, {}))
    files: dict[str, CsvFile] = {}
    sums: dict[str, tuple[int, str]] = {}
    for resource in descriptor.resources:
        try:
            data = read_limited(resource["path"], descriptor.root / resource["path"], MAX_FILE, problems)
        except OSError as error:
            message = f"this file cannot be read: {error.strerror}."
            problems.append(Problem(resource["path"], "unreadable", message, "Let everybody read it."))
            continue
        if data is None:
            continue
        file, found = read_csv_file(resource["path"], data)
        problems += found
        if file is not None:
            files[resource["name"]] = file
            data = without_columns(data, ignored_in(resource["name"], ignored, file.header))
        sums[resource["name"]] = len(data), hashlib.sha256(data).hexdigest()
    tables, found = read_tables(descriptor, files, helpers, ignored)
    found = with_unknown_keys(descriptor.resources, tables, found)
    _add(problems, found)
    problems += personal_data(descriptor, tables)
    # After it, since a heading that is personal data is not repeated.
    _add(problems, undeclared_columns(tables.values(), descriptor, ignored))
    passes = text_guard(descriptor, tables)
    erased, found = read_erased(descriptor)
    problems += found
    if "projects" not in tables:
        return Reading(None, tuple(problems), passes)
    agencies = build_agencies(tables.get("agencies"))
    sources = build_sources(tables.get("sources"), _objects(descriptor.content.get("sources")))
    problems += unknown_sources(descriptor.place, _objects(descriptor.content.get("licenses")), sources)
    portal = Portal(
        _package(descriptor, tables, sums, ignored),
        build_projects(tables, agencies, sources),
        tuple(agencies[key] for key in sorted(agencies)),
        tuple(sources[key] for key in sorted(sources)),
        erased,
    )
    return Reading(portal, tuple(problems), passes)


def _add(problems: list[Problem], more: Iterable[Problem]) -> None:
    """Add the problems of other places."""
    known = {(p.place, p.row, p.column) for p in problems if p.row is not None}
    problems += [p for p in more if (p.place, p.row, p.column) not in known]


def read_guard(path: Path) -> Guard:
    """What keeps personal data of earlier releases from being published; the descriptor `path` has been validated."""
    return Guard(json.loads(path.read_text("utf-8-sig")))


def with_lines(problems: Iterable[Problem], root: Path) -> list[Problem]:
    """The problems again, each that names a row of a CSV below `root` with the line on which that row begins."""
    by_place: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_place[problem.place].append(problem)
    located: list[Problem] = []
    for place, group in by_place.items():
        rows = sorted({p.row for p in group if p.row is not None and p.line is None})
        lines = row_lines((root / place).read_bytes(), rows) if rows else {}
        located += [replace(p, line=lines.get(p.row)) if p.row in lines and p.line is None else p for p in group]
    return located


def _package(
    descriptor: Descriptor,
    tables: Mapping[str, Table],
    sums: Mapping[str, tuple[int, str]],
    ignored: Iterable[str],
) -> Package:
    content = descriptor.content
    allowances = _objects(content.get(PROPERTY))
    resources = {}
    for described in descriptor.resources:
        if (table := tables.get(described["name"])) is not None:
            resources[table.name] = Resource(
                table.name,
                table.path,
                _bilingual(described, "title", table.name),
                _bilingual(described, "description"),
                {field["name"]: _field(field, described["schema"], table) for field in table.fields},
                len(table.rows),
                *sums[table.name],
                _keys(described["schema"]),
                _references(described),
                tuple(sorted(table.ignored)),
            )
    return Package(
        name=str(content.get("name", "")),
        title=_bilingual(content, "title", str(content.get("name", ""))),
        description=_bilingual(content, "description"),
        version=str(content.get("version", "")),
        created=descriptor.created,
        notice=_bilingual(content, "notice") if content.get("notice") else None,
        licences=tuple(
            Licence(
                _bilingual(one, "title", str(one.get("name") or one.get("path"))),
                one.get("path"),
                _texts(one.get("source_ids")),
            )
            for one in _objects(content.get("licenses"))
        ),
        keywords=_texts(content.get("keywords")),
        allowances=tuple(
            Allowance(str(one.get("value") or f"{one.get('resource')}.{one.get('field')}"), str(one.get("reason")))
            for one in allowances
        ),
        searched=searched(tables, allowances),
        resources=resources,
        sha256=_sum_of_sums(sums),
        ignored=tuple(sorted(ignored)),
    )


def _sum_of_sums(sums: Mapping[str, tuple[int, str]]) -> str:
    """One sum for all tables, which anybody can make from the published sums: see `Package.sha256`."""
    lines = (f"{digest}  {name}.csv\n" for name, (_, digest) in sorted(sums.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str) and one.strip()) if isinstance(value, list) else ()


def _bilingual(described: Mapping[str, Any], name: str, default: str = "") -> Bilingual:
    texts = [str(described.get(key) or "") for key in (name, f"{name}_en")]
    thai, english = ("" if is_blank(text) else text for text in texts)
    return Bilingual(thai or default, english)


def _field(described: Mapping[str, Any], schema: Mapping[str, Any], table: Table) -> Field:
    name, labels = described["name"], described.get("enum_labels")
    return Field(
        name,
        str(described.get("type", "string")),
        _bilingual(described, "title", name),
        _bilingual(described, "description"),
        {
            str(code): Bilingual(str(label.get("th", code)), str(label.get("en", "")))
            for code, label in (labels if isinstance(labels, dict) else {}).items()
            if isinstance(label, dict)
        },
        _bilingual(described, "unit") if described.get("unit") else None,
        str(described.get("format", "default")),
        described.get("constraints", {}),
        missing_values(described, schema),
        _booleans(described),
        sum(row[name] is not None for _, row in table.rows),
        str(described["example"]) if "example" in described else table.examples.get(name),
    )


def _booleans(described: Mapping[str, Any]) -> dict[str, bool]:
    """The standard's own words, where the field does not list others."""
    if described.get("type") != "boolean":
        return {}
    true = described.get("trueValues", ["true", "True", "TRUE", "1"])
    false = described.get("falseValues", ["false", "False", "FALSE", "0"])
    return dict.fromkeys(true, True) | dict.fromkeys(false, False)


def _keys(schema: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    keys = [key_fields(schema.get("primaryKey")), *map(key_fields, schema.get("uniqueKeys", []))]
    return tuple(tuple(key) for key in keys if key)


def _references(described: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The keys of one field each; no other leads to a table that could be named in a word."""
    found = {}
    for key in described["schema"].get("foreignKeys", []):
        fields, target = key_fields(key["fields"]), key_fields(key["reference"]["fields"])
        if fields and target and len(fields) == len(target) == 1:
            found[fields[0]] = (reference_of(described, key), target[0])
    return found
