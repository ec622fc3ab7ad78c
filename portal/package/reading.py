"""The open-data package: read and validated, every problem explained, its rows joined to a `Portal`."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from portal.core.cache import Cache
from portal.core.config import PERSON_TITLES
from portal.core.ignored_columns import ignored_in
from portal.core.models import MAX_FILE, Conventions, Portal
from portal.core.problems import Problem
from portal.core.published_csv import published_csv
from portal.package.csv_files import CsvFile, read_csv_file, read_limited, row_lines, unreadable_file
from portal.package.declared_calendar import with_calendar
from portal.package.descriptor import Descriptor, locate_descriptor, read_descriptor
from portal.package.erasures import read_erased
from portal.package.foreign_keys import unknown_sources, with_unknown_keys
from portal.package.outlines import read_outlines
from portal.package.package_builder import build_package, objects
from portal.package.parallel import for_each_file
from portal.package.personal_data.allowances import Allowed
from portal.package.personal_data.guard import Guard, text_guard
from portal.package.personal_data.natural_persons import (
    SUPPLIERS,
    HiddenNames,
    PersonNames,
    find_names_of_persons,
    hide_names,
)
from portal.package.procurement import build_suppliers
from portal.package.records import build_agencies, build_areas, build_projects, build_sources
from portal.package.table_reader import read_tables
from portal.package.tables import Table
from portal.package.undeclared_columns import undeclared_columns


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a package."""

    portal: Portal | None
    """What could be read; None where there are no projects. It is not complete where there are problems."""
    problems: tuple[Problem, ...]
    guard: Callable[[str], tuple[str, str] | None] = field(compare=False)
    """Searches a text that is published beside the package, such as a content page, for personal data.

    Returns the message and the hint of a problem, or None where the text holds no personal data.
    """


def read_portal(
    path: Path,
    conventions: Conventions,
    helpers: Executor | None = None,
    ignored: Collection[str] = (),
    person_titles: Sequence[str] = PERSON_TITLES,
    when_tables_are_read: Callable[[], object] = lambda: None,
    cache: Cache | None = None,
) -> Reading:
    """Validate the package whose descriptor is at `path`, and join its records.

    `path` is a datapackage.json, or the folder that holds one; raises UsageError where there is none. All problems of
    the package are returned together. Only files in the folder of the descriptor are opened. `conventions` say how the
    city counts. `helpers` are processes that read some of the tables; they have nothing to do from the call of
    `when_tables_are_read` on. The columns in `ignored`, each as `resource.column`, are left out. With `person_titles`
    the names of natural persons begin, which are replaced. What the `cache` knows of rows is not found out again.
    """
    path = locate_descriptor(path)
    languages = conventions.languages
    descriptor, problems = read_descriptor(path, languages)
    if descriptor is None:
        return Reading(None, tuple(problems), text_guard(None, Allowed(), conventions.numbers))
    descriptor, fiscal, problems_of_calendar = with_calendar(descriptor, conventions.fiscal)
    problems += problems_of_calendar
    files, sizes = _read_files(descriptor, ignored, helpers, problems)
    read = read_tables(descriptor, files, helpers, ignored, conventions.numbers, cache)
    when_tables_are_read()
    tables = read.by_name
    _add(problems, with_unknown_keys(descriptor.resources, tables, read.problems))
    problems += read.personal_data
    # After the search for personal data: its message does not repeat a heading, and this one would.
    _add(problems, undeclared_columns(tables.values(), descriptor, ignored))
    guard = text_guard(descriptor, read.allowed, conventions.numbers)
    erased, problems_of_erasures = read_erased(descriptor)
    problems += problems_of_erasures
    if "projects" not in tables:
        return Reading(None, tuple(problems), guard)
    persons = PersonNames(person_titles, languages)
    hidden_names = find_names_of_persons(tables.get(SUPPLIERS), persons, read.allowed)
    if hidden_names:
        hide_names(tables[SUPPLIERS], hidden_names, persons)
        sizes[SUPPLIERS] = _size_without_names(descriptor.root, tables[SUPPLIERS], hidden_names)
    areas = build_areas(tables.get("areas"), languages)
    agencies = build_agencies(tables.get("agencies"), areas, languages)
    sources = build_sources(tables.get("sources"), objects(descriptor.content.get("sources")), languages)
    suppliers = build_suppliers(tables.get(SUPPLIERS), languages)
    problems += unknown_sources(descriptor.place, objects(descriptor.content.get("licenses")), sources)
    # Where the table of areas cannot be read, it has problems of its own.
    area_ids = None if "areas" not in {resource["name"] for resource in descriptor.resources} else areas
    outline_file, outlines, problems_of_outlines = read_outlines(descriptor, area_ids, languages)
    problems += problems_of_outlines
    portal = Portal(
        build_package(
            descriptor, tables, sizes, ignored, hidden_names, replace(conventions, fiscal=fiscal), outline_file
        ),
        build_projects(tables, agencies, sources, areas, suppliers, fiscal),
        tuple(agencies[agency_id] for agency_id in sorted(agencies)),
        tuple(sources[source_id] for source_id in sorted(sources)),
        tuple(areas[area_id] for area_id in sorted(areas)),
        tuple(suppliers[supplier_id] for supplier_id in sorted(suppliers)),
        erased,
        outlines,
        {name: table.unusual for name, table in tables.items()},
    )
    return Reading(portal, tuple(problems), guard)


def _read_files(
    descriptor: Descriptor, ignored: Collection[str], helpers: Executor | None, problems: list[Problem]
) -> tuple[dict[str, CsvFile], dict[str, tuple[int, str]]]:
    """Read the bytes of every CSV; adds to `problems`.

    Returns by resource the CSVs that can be read as tables, and the size and SHA-256 of each file as it is published.
    """
    tasks = {}
    for resource in descriptor.resources:
        file = descriptor.root / resource["path"]
        tasks[resource["name"]] = file, (resource["name"], resource["path"], file, ignored)
    files: dict[str, CsvFile] = {}
    sizes: dict[str, tuple[int, str]] = {}
    for name, (header, size, problems_of_file) in for_each_file(_read_file, tasks, helpers).items():
        problems += problems_of_file
        if header is not None:
            files[name] = header
        if size is not None:
            sizes[name] = size
    return files, sizes


def _read_file(
    name: str, place: str, file: Path, ignored: Collection[str]
) -> tuple[CsvFile | None, tuple[int, str] | None, list[Problem]]:
    """The header of a CSV, if it can be read as a table, its size and SHA-256, and what is wrong with it."""
    problems: list[Problem] = []
    try:
        data = read_limited(place, file, MAX_FILE, problems)
    except OSError as error:
        return None, None, [unreadable_file(place, error)]
    if data is None:
        return None, None, problems
    header, problems = read_csv_file(place, data)
    if header is not None:
        data = published_csv(data, ignored_in(name, ignored, header.header), {})
    return header, (len(data), hashlib.sha256(data).hexdigest()), problems


def _size_without_names(root: Path, table: Table, hidden_names: HiddenNames) -> tuple[int, str]:
    """The size and the SHA-256 of a CSV as it is published, without the names of persons."""
    data = published_csv((root / table.path).read_bytes(), table.ignored, hidden_names)
    return len(data), hashlib.sha256(data).hexdigest()


def _add(problems: list[Problem], more: Iterable[Problem]) -> None:
    """Add the problems of cells that have none yet, and those that are not of a cell."""
    cells = {(p.place, p.row, p.column) for p in problems if p.row is not None}
    problems += [p for p in more if (p.place, p.row, p.column) not in cells]


def read_guard(path: Path, conventions: Conventions, person_titles: Sequence[str] = PERSON_TITLES) -> Guard:
    """What searches earlier releases for personal data, by the valid descriptor at `path`.

    `conventions` say which numbers are searched for. With `person_titles` the names of natural persons begin.
    """
    return Guard(
        json.loads(path.read_text("utf-8-sig")), PersonNames(person_titles, conventions.languages), conventions.numbers
    )


def with_lines(problems: Iterable[Problem], root: Path) -> list[Problem]:
    """The same problems; those of a row of a CSV below `root` also say the line of the file where the row begins."""
    by_place: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_place[problem.place].append(problem)
    located: list[Problem] = []
    for place, group in by_place.items():
        rows = sorted({p.row for p in group if p.row is not None and p.line is None})
        lines = row_lines((root / place).read_bytes(), rows) if rows else {}
        located += [replace(p, line=lines.get(p.row)) if p.row in lines and p.line is None else p for p in group]
    return located
