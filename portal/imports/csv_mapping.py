"""Import a spreadsheet, saved as CSV, by a mapping: which column of theirs is which column of the package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.core.calendars import Calendar
from portal.core.models import Conventions
from portal.core.problems import BuildError, Problem, UsageError, in_order, shorten, suggest
from portal.core.text import has_forbidden
from portal.imports.csv_cells import read_cell
from portal.imports.csv_text import read_records, undefined_lines
from portal.imports.json_files import display_name
from portal.imports.keys import made_key, put_names
from portal.imports.mapping_file import CsvMapping, linked_table, read_mapping
from portal.imports.notices import Notices
from portal.imports.ocds_mapping import Row
from portal.imports.package_tables import PackageFiles, Table
from portal.imports.results import ImportResult, result_of
from portal.package import hides_supplier, in_code, published_names


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
    mapping, target = read_mapping(mapping_file), PackageFiles(package, conventions)
    table = target.table_of_package(mapping.table)
    _check_columns(mapping, mapping_file, target, table)
    place, notices = display_name(file), Notices()
    rows = _Rows(place, mapping, target.types(mapping.table), table.key, target.calendar, notices).read(file)
    for column in mapping.linked_names():
        put_names(rows, column, target.table_of_package(linked_table(column)))
    if mapping.table == "suppliers":
        hides = hides_supplier(target.content, person_titles, conventions.languages)
        _hide_persons(rows, table, place, hides, conventions, notices)
    for key in sorted(table.rows.keys() - rows.keys()):
        notices.count("not-in-file", key)
    count = len(rows)
    target.put_all(mapping.table, rows)
    target.check_new_rows()
    return result_of(target, count, tuple(notices.problems(place)), created)


def _check_columns(mapping: CsvMapping, mapping_file: Path, target: PackageFiles, table: Table) -> None:
    """Raise UsageError where a column is not in the package, or no column is the key."""
    types = target.types(mapping.table)
    linked = [target.table_of_package(linked_table(column)).key for column in mapping.linked_names()]
    fields = [*mapping.plain_columns().values(), *linked, *mapping.fixed]
    if unknown := next((name for name in fields if name not in types), None):
        message = f'{mapping_file}: "{unknown}" is not a column of {mapping.table} in {target.path.name}.'
        raise UsageError(f"{message} {suggest(unknown, types)}".strip())
    if repeated := next((name for name, count in Counter(fields).items() if count > 1), None):
        raise UsageError(f'{mapping_file}: "{repeated}" is filled twice.')
    if (table.key in fields) == bool(mapping.key_from):
        message = f'{mapping_file}: no column is mapped to "{table.key}", by which rows are found again.'
        if mapping.key_from:
            message = f'{mapping_file}: "{table.key}" is mapped to a column and made by key_from. Take one out.'
        raise UsageError(message)


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


@dataclass(frozen=True, slots=True)
class _Rows:
    """Reads the rows of a CSV as those of a table of the package."""

    place: str
    mapping: CsvMapping
    types: Mapping[str, str]
    key_column: str
    calendar: Calendar
    notices: Notices

    def read(self, file: Path) -> dict[str, Row]:
        """The rows by key, with names of linked tables under `agencies.name`. Raises BuildError with every problem."""
        try:
            data = file.read_bytes()
        except OSError as error:
            raise UsageError(f"{file}: {error.strerror}.") from None
        mapping = self.mapping
        strict = {*mapping.columns, *mapping.key_from} - mapping.leave_blank
        header, records = read_records(self.place, data, mapping.format, strict)
        for line in undefined_lines(data, mapping.format):
            self.notices.count("undefined-byte", f"line {line}")
        if problems := self._header_problems(header):
            raise BuildError(problems)
        rows: dict[str, Row] = {}
        first: dict[str, int] = {}
        for number, cells in records:
            record = dict(zip(header, cells, strict=True))
            row = dict(mapping.fixed)
            for heading, column in mapping.columns.items():
                row[column] = self._cell(record[heading], heading, column, number, problems)
            _without_half_a_place(row)
            self._check_dates(row, number)
            key = made_key([record[heading] for heading in mapping.key_from]) or row.pop(self.key_column, "")
            if mapping.skip_incomplete and not (key and row.get("title", key)):
                self.notices.count("incomplete-row", f"row {number}")
                continue
            self._check_key(key, number, first, problems)
            rows[key] = row
        if problems:
            raise BuildError(in_order(problems))
        return rows

    def _check_dates(self, row: Row, number: int) -> None:
        """Take both days of a row out that ends before it begins, where the mapping leaves a finish_date blank."""
        blank = {self.mapping.columns[heading] for heading in self.mapping.leave_blank}
        start, finish = row.get("start_date", ""), row.get("finish_date", "")
        if "finish_date" in blank and start and finish and finish < start:
            row.update(start_date="", finish_date="")
            self.notices.count("reverse-dates", f"row {number}: {start}, {finish}")

    def _check_key(self, key: str, number: int, first: dict[str, int], problems: list[Problem]) -> None:
        """Add a problem for a key that is blank or that of an earlier row; `first` has the rows of keys."""
        if not key:
            message = f"the {self.key_column} is blank."
            problems.append(Problem(self.place, "blank-key", message, "Add it there.", row=number))
        elif key in first:
            message = f'the {self.key_column} "{shorten(key)}" is that of row {first[key]}.'
            hint = "Correct one of them."
            if self.mapping.key_from:
                hint = "Name more columns in key_from, in which these rows differ, or delete one."
            problems.append(Problem(self.place, "duplicate-key", message, hint, row=number))
        first.setdefault(key, number)

    def _header_problems(self, header: Sequence[str]) -> list[Problem]:
        problems = []
        for heading in dict.fromkeys((*self.mapping.columns, *self.mapping.key_from)):
            if (count := header.count(heading)) != 1:
                message, hint = f'there is no column "{shorten(heading)}".', suggest(heading, header)
                if count:
                    message, hint = f'{count} columns are called "{shorten(heading)}".', "Rename one of them."
                hint = hint or "Correct the mapping."
                rule = "duplicate-column" if count else "missing-column"
                problems.append(Problem(self.place, rule, message, hint, row=1, field=heading))
        return problems

    def _cell(self, cell: str, heading: str, column: str, number: int, problems: list[Problem]) -> str:
        """A cell as the package writes it; one that cannot be read is a problem, or blank where the mapping says so."""
        mapping, cell = self.mapping, cell.strip()
        kind = self.types.get(column, "string")
        try:
            if heading in mapping.leave_blank and has_forbidden(cell):
                raise ValueError("holds characters that no text needs")
            return read_cell(cell, column, kind, mapping.cells, self.calendar, mapping.table)
        except ValueError as error:
            if heading in mapping.leave_blank:
                self.notices.count("unreadable-cell", f'row {number}, {heading}: "{shorten(cell, 30)}"')
                return ""
            message, hint = f'"{shorten(cell)}" {error}.', "Correct it there, or leave it blank if it is not known."
            problems.append(Problem(self.place, "wrong-form", message, hint, row=number, field=heading, value=cell))
            return ""


def _without_half_a_place(row: Row) -> None:
    """Take a coordinate out that stands alone, since the other one could not be read or is not known."""
    if not (row.get("latitude", "") and row.get("longitude", "")):
        row.update({name: "" for name in ("latitude", "longitude") if name in row})
