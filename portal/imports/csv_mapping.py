"""Import a spreadsheet, saved as CSV, by a mapping: which column of theirs is which column of the package."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.core.calendars import BE_OFFSET, BUDDHIST_YEARS, Calendar
from portal.core.config import read_toml
from portal.core.csv_reader import csv_reader
from portal.core.models import Conventions
from portal.core.problems import BuildError, Problem, UsageError, in_order, shorten, suggest
from portal.imports.json_files import display_name
from portal.imports.notices import Notices
from portal.imports.ocds_mapping import Row
from portal.imports.package_tables import PackageFiles, Table
from portal.imports.results import ImportResult, result_of
from portal.package import hides_supplier, in_code, published_names, read_csv_file

_KEYS = {"table": str, "columns": dict, "fixed": dict, "buddhist_era": bool}


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """What a mapping file says."""

    table: str
    columns: Mapping[str, str]
    """By their heading, the column of the package."""
    fixed: Mapping[str, str]
    """By column of the package, the value that all rows have."""
    buddhist_era: bool
    """Whether the years of their dates are B.E."""


def import_csv(
    file: Path,
    mapping_file: Path,
    package: Path,
    person_titles: Sequence[str],
    conventions: Conventions,
    created: date | None = None,
) -> ImportResult:
    """Import the CSV `file` into `package`, a datapackage.json or its folder, as the TOML `mapping_file` says.

    With `person_titles` the names of natural persons begin, which are not written among the suppliers. Where data
    change, the package is the release of the day `created`, if one is given.

    Rows are added and changed by the key of the table. The rows that the file does not have stay, and so do cells of
    columns that it does not fill. `conventions` say how the city counts. Raises BuildError with every problem, or
    UsageError; then no file is touched.
    """
    mapping, target = _read_mapping(mapping_file), PackageFiles(package, conventions)
    table = target.table_of_package(mapping.table)
    types = target.types(mapping.table)
    fields = [*mapping.columns.values(), *mapping.fixed]
    if unknown := next((name for name in fields if name not in types), None):
        message = f'{mapping_file}: "{unknown}" is not a column of {mapping.table} in {target.path.name}.'
        raise UsageError(f"{message} {suggest(unknown, types)}".strip())
    if table.key not in fields:
        raise UsageError(f'{mapping_file}: no column is mapped to "{table.key}", by which rows are found again.')
    place, notices = display_name(file), Notices()
    rows = _read_rows(file, place, mapping, types, table.key, target.calendar)
    if mapping.table == "suppliers":
        hides = hides_supplier(target.content, person_titles, conventions.languages)
        _hide_persons(rows, table, place, hides, conventions, notices)
    for key in sorted(table.rows.keys() - rows.keys()):
        notices.count("not-in-file", key)
    count = len(rows)
    target.put_all(mapping.table, rows)
    target.check_new_rows()
    return result_of(target, count, tuple(notices.problems(place)), created)


def _hide_persons(
    rows: Mapping[str, Row],
    table: Table,
    place: str,
    hides: Callable[[str, str | None], bool],
    conventions: Conventions,
    notices: Notices,
) -> None:
    """Put into the rows of suppliers what is published in place of the names of persons.

    Raises BuildError with each key that is the number of a person: other tables may have it too, so it cannot change.
    """
    problems = []
    for key, row in rows.items():
        if any(in_code(key, conventions.numbers)):
            message = "a supplier_id looks like the number of a person, which is not written."
            hint = "Give the supplier another id, in the file of contracts too."
            problems.append(Problem(place, "personal-data", message, hint, field=table.key))
        kind = row.get("kind") or table.rows.get(key, {}).get("kind")
        names = {name: text for name, text in published_names(conventions.languages).items() if row.get(name)}
        if any(hides(row[name], kind) for name in names):
            row.update(names)
            notices.count("natural-person", key)
    if problems:
        raise BuildError(problems)


def _read_rows(
    file: Path, place: str, mapping: CsvMapping, types: Mapping[str, str], key_column: str, calendar: Calendar
) -> dict[str, Row]:
    """The rows of the file as those of the package, by key. Raises BuildError with every problem."""
    problems: list[Problem] = []
    rows: dict[str, Row] = {}
    for number, record in _records(file, place, mapping):
        row = dict(mapping.fixed)
        for heading, name in mapping.columns.items():
            cell = record[heading].strip()
            try:
                row[name] = _READERS.get(types[name], _text)(cell, mapping.buddhist_era)
                if name == "fiscal_year" and row[name]:
                    row[name] = _fiscal_year(row[name], mapping.buddhist_era, calendar)
            except ValueError as error:
                message, hint = f'"{shorten(cell)}" {error}.', "Correct it there, or leave it blank if it is not known."
                problems.append(Problem(place, "wrong-form", message, hint, row=number, field=heading, value=cell))
        key = row.pop(key_column, "")
        if not key:
            problems.append(Problem(place, "blank-key", f"the {key_column} is blank.", "Add it there.", row=number))
        elif key in rows:
            message = f'the {key_column} "{shorten(key)}" is that of an earlier row.'
            problems.append(Problem(place, "duplicate-key", message, "Correct one of them.", row=number))
        rows[key] = row
    if problems:
        raise BuildError(in_order(problems))
    return rows


def _read_mapping(path: Path) -> CsvMapping:
    content = read_toml(path, str(path))
    for key, value in content.items():
        if key not in _KEYS:
            raise UsageError(f"{path}: there is no key {key}. {suggest(key, _KEYS)}".strip())
        if type(value) is not _KEYS[key]:
            raise UsageError(f"{path}: {key} must be of the type {_KEYS[key].__name__}.")
    for key in ("table", "columns"):
        if not content.get(key):
            raise UsageError(f"{path}: {key} is missing.")
    columns, fixed = content["columns"], content.get("fixed", {})
    if not all(isinstance(text, str) for text in (*columns.values(), *fixed.values())):
        raise UsageError(f"{path}: the columns and the fixed values must be texts.")
    names = [*columns.values(), *fixed]
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f'{path}: "{repeated}" is filled twice.')
    return CsvMapping(content["table"], columns, fixed, content.get("buddhist_era", False))


def _records(file: Path, place: str, mapping: CsvMapping) -> Iterator[tuple[int, Row]]:
    """The rows of the CSV with their number, the header being row 1."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}.") from None
    csv_file, problems = read_csv_file(place, data)
    if csv_file is None or problems:
        raise BuildError(problems)
    for heading in mapping.columns:
        if heading not in csv_file.header:
            message = f'there is no column "{shorten(heading)}".'
            hint = suggest(heading, csv_file.header) or "Correct the mapping."
            problems.append(Problem(place, "missing-column", message, hint, row=1, field=heading))
    if problems:
        raise BuildError(problems)
    records = csv_reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    next(records)
    for number, record in enumerate(records, start=2):
        if len(record) != len(csv_file.header):
            message = f"this row has {len(record)} cells, and the header has {len(csv_file.header)}."
            raise BuildError([Problem(place, "broken-row", message, "Quote cells that hold commas.", row=number)])
        yield number, dict(zip(csv_file.header, record, strict=True))


def _text(cell: str, buddhist_era: bool) -> str:
    return cell


def _number(cell: str, buddhist_era: bool) -> str:
    """A number without its separators of thousands: 1,200.50."""
    if not cell:
        return ""
    if not re.fullmatch(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?", cell):
        raise ValueError("is not a number")
    text = cell.replace(",", "")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fiscal_year(number: str, buddhist_era: bool, calendar: Calendar) -> str:
    """A fiscal year in the calendar of the package."""
    if not number.isdigit():
        raise ValueError("is not a year")
    year, is_buddhist = int(number), int(number) in BUDDHIST_YEARS
    if calendar == "buddhist":
        return str(year if buddhist_era or is_buddhist else year + BE_OFFSET)
    return str(year - BE_OFFSET if is_buddhist else year)


_DATE = re.compile(r"(?:([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})|([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4}))")


def _day(cell: str, buddhist_era: bool) -> str:
    """A day as year-month-day, or as day/month/year; in the Buddhist Era where the mapping says so."""
    if not cell:
        return ""
    match = _DATE.fullmatch(cell)
    if match is None:
        raise ValueError("is not a day, such as 2025-10-01 or 1/10/2568")
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    is_buddhist = int(year) in BUDDHIST_YEARS
    if is_buddhist != buddhist_era:
        raise ValueError(f"is not in the {'Buddhist' if buddhist_era else 'common'} era, as the mapping says")
    try:
        return date(int(year) - (BE_OFFSET if is_buddhist else 0), int(month), int(day)).isoformat()
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


_READERS: Mapping[str, Callable[[str, bool], str]] = {"number": _number, "integer": _number, "date": _day}
