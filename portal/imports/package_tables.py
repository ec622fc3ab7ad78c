"""The package that an import adds to: its descriptor and its tables as texts, changed in memory, written together."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from portal.core.calendars import BE_OFFSET, Calendar
from portal.core.csv_reader import csv_reader
from portal.core.files import FILE_MODE, UNFINISHED
from portal.core.messages import Message
from portal.core.models import Conventions, Language, names_in
from portal.core.money import currency_name
from portal.core.problems import BuildError, Problem, UsageError, in_order, shorten, suggest
from portal.core.processes import ignore_signals
from portal.package import key_fields, locate_descriptor, read_csv_file, read_descriptor, with_calendar

Row = dict[str, str]

RESOURCES: Mapping[str, Any] = json.loads((Path(__file__).parent / "resources.json").read_text("utf-8"))
"""The resources that an import writes, as they are described where a package does not have them; in order.

The words for the city's currency and for the calendar of its fiscal years are names in braces.
"""

_ERAS: Mapping[Calendar, Message] = {
    "buddhist": Message("Buddhist Era"),
    "gregorian": Message("Common Era"),
}


DESCRIBES = "description of a table"
"""The context of these messages."""

TEXTS = ("title", "description", "unit")
"""The properties of resources and fields that are messages."""


def _translated(described: Any, words: Mapping[Language, Mapping[str, str]]) -> Any:
    """A part of a description with its messages in each language of `words`, which stand for names in braces."""
    if isinstance(described, list):
        return [_translated(part, words) for part in described]
    if not isinstance(described, dict):
        return described
    translated: dict[str, Any] = {}
    for key, value in described.items():
        if key in TEXTS and isinstance(value, str):
            translated |= {name: _said(value, language, words) for name, language in names_in(key, [*words]).items()}
        elif key == "enum_labels":
            translated[key] = {
                code: {language: _said(label, language, words) for language in words} for code, label in value.items()
            }
        else:
            translated[key] = _translated(value, words)
    return translated


def _said(source: str, language: Language, words: Mapping[Language, Mapping[str, str]]) -> str:
    text = Message(source, DESCRIBES)[language]
    for name, word in words[language].items():
        text = text.replace(name, word)
    return text


def in_words_of(resources: Mapping[str, Any], conventions: Conventions, calendar: Calendar) -> Mapping[str, Any]:
    """The resources in the languages and words of a city; the limits of fiscal years are those of a `calendar`."""
    words = {
        language: {"{currency}": currency_name(conventions.currency, language), "{era}": _ERAS[calendar][language]}
        for language in conventions.languages
    }
    content: dict[str, Any] = _translated(resources, words)
    for described in content["projects"]["schema"]["fields"]:
        if described["name"] == "fiscal_year" and calendar == "gregorian":
            described["constraints"] = {key: year - BE_OFFSET for key, year in described["constraints"].items()}
    return content


@dataclass(slots=True)
class Table:
    """A table of the package, by key."""

    name: str
    place: str
    key: str
    columns: list[str]
    rows: dict[str, Row]
    original: bytes | None
    """The bytes of the file; None for a new one."""
    added: int = 0
    changed: int = 0
    removed: int = 0
    has_new_column: bool = False
    new_keys: set[str] = field(default_factory=set)

    def put(self, key: str, values: Mapping[str, str]) -> None:
        """Add a row, or change the cells of its row; other cells of it stay."""
        row = self.rows.get(key)
        if row is None:
            self.rows[key] = {self.key: key, **values}
            self.new_keys.add(key)
            self.added += 1
        elif any(row.get(name, "") != value for name, value in values.items()):
            row.update(values)
            self.changed += 1

    def remove(self, key: str) -> None:
        """Remove a row."""
        del self.rows[key]
        self.removed += 1

    @property
    def is_changed(self) -> bool:
        """Whether the table must be written."""
        return self.original is None or bool(self.added or self.changed or self.removed or self.has_new_column)

    def data(self) -> bytes:
        """The table as CSV, sorted by key."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([self.rows[key].get(name, "") for name in self.columns] for key in sorted(self.rows))
        return text.getvalue().encode()


class PackageFiles:
    """The files of a package that an import reads and writes."""

    def __init__(self, package: Path, conventions: Conventions) -> None:
        """Reads the descriptor. Raises UsageError where there is none, BuildError where it has problems."""
        self.path = locate_descriptor(package)
        self.root = self.path.parent
        descriptor, problems = read_descriptor(self.path, conventions.languages)
        if descriptor is not None:
            descriptor, fiscal, problems_of_calendar = with_calendar(descriptor, conventions.fiscal)
            problems += problems_of_calendar
        if descriptor is None or problems:
            raise BuildError(problems)
        self.language = conventions.languages[0]
        """In which the data are written."""
        self.calendar = fiscal.calendar
        """In which the package writes fiscal years."""
        self.described = in_words_of(RESOURCES, conventions, self.calendar)
        self.original = self.path.read_text("utf-8")
        self.content: dict[str, Any] = json.loads(self.original)
        self.tables: dict[str, Table] = {}
        self.cells: dict[str, str] = {}
        """One text for all cells that are equal: most ids are in several tables."""

    def table(self, name: str) -> Table:
        """A table that the import writes; it and its description are completed where they are missing.

        Raises BuildError where its file cannot be read.
        """
        if name not in self.tables:
            self.tables[name] = self._read(name)
        return self.tables[name]

    def table_of_package(self, name: str) -> Table:
        """A table that the package has, or that an import can add. Raises UsageError where it is neither."""
        names = {resource["name"] for resource in self.content["resources"]}
        if name not in names and name not in RESOURCES:
            raise UsageError(
                f'"{name}" is not a table of {self.path}. {suggest(name, names | RESOURCES.keys())}'.strip()
            )
        return self.table(name)

    def types(self, name: str) -> dict[str, str]:
        """The columns of a table with their types."""
        return {field["name"]: field.get("type", "string") for field in self._resource(name)["schema"]["fields"]}

    def put_all(self, name: str, rows: dict[str, Row]) -> None:
        """Put rows into a table, and empty `rows`, since they may take much memory."""
        table = self.table(name)
        for key in list(rows):
            table.put(key, rows.pop(key))

    def add_column(self, name: str, column: str) -> None:
        """Describe a column of a table, and add it, where it is missing."""
        table, fields = self.table(name), self._resource(name)["schema"]["fields"]
        if column not in {described["name"] for described in fields}:
            fields.append(next(f for f in self.described[name]["schema"]["fields"] if f["name"] == column))
        if column not in table.columns:
            table.columns.append(column)
            table.has_new_column = True

    def _resource(self, name: str) -> dict[str, Any]:
        resources: list[dict[str, Any]] = self.content["resources"]
        return next(resource for resource in resources if resource["name"] == name)

    def _read(self, name: str) -> Table:
        if name not in {resource["name"] for resource in self.content["resources"]}:
            return self._new(name, RESOURCES[name]["schema"]["primaryKey"][0])
        schema = RESOURCES.get(name, self._resource(name))["schema"]
        place, keys = self._resource(name)["path"], key_fields(schema.get("primaryKey")) or ()
        if len(keys) != 1:
            raise UsageError(f'the rows of "{name}" have no key of one column, by which they could be found again.')
        key = keys[0]
        try:
            data = (self.root / place).read_bytes()
        except OSError as error:
            raise UsageError(f"{self.root / place}: {error.strerror}.") from None
        file, problems = read_csv_file(place, data)
        if file is None or problems:
            raise BuildError(problems)
        records = csv_reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        columns = next(records)
        table = Table(name, place, key, columns, {}, data)
        for number, record in enumerate(records, start=2):
            if len(record) != len(columns) or key not in columns:
                message, hint = "this row or the header is not as the table describes it.", "Run check, and correct it."
                raise BuildError([Problem(place, "broken-row", message, hint, row=number)])
            row = {name: self.cells.setdefault(cell, cell) for name, cell in zip(columns, record, strict=True)}
            if row[key] in table.rows:
                message, hint = f'the key "{shorten(row[key])}" is that of another row.', "Run check, and correct it."
                raise BuildError([Problem(place, "duplicate-key", message, hint, row=number, field=key)])
            table.rows[row[key]] = row
        return table

    def _new(self, name: str, key: str) -> Table:
        """A table that the package does not have yet, and its description."""
        described = json.loads(json.dumps(self.described[name]))
        place = described["path"]
        if os.path.lexists(self.root / place):
            message = f"this file is there, but {self.path.name} does not describe it."
            hint = f'Describe it there as "{name}", or move it away.'
            raise BuildError([Problem(place, "undescribed-file", message, hint)])
        self.content["resources"].append(described)
        return Table(name, place, key, [f["name"] for f in described["schema"]["fields"]], {}, None)

    def check_new_rows(self) -> None:
        """Raise BuildError with the new rows that break a constraint of their own description."""
        problems = [p for table in self.tables.values() for p in _broken_rows(table, self._resource(table.name))]
        if problems:
            raise BuildError(in_order(problems))

    def write(self, created: date | None) -> list[str]:
        """Write what has changed: all files or, where one cannot be written, none. Returns their places.

        Where a table has changed, the package is the release of the day `created`, if one is given.
        """
        files = {table.place: table.data() for table in self.tables.values() if table.is_changed}
        files = {place: data for place, data in files.items() if data != self._bytes(place)}
        if files and created:
            self._begin_release(created)
        if self.content != json.loads(self.original):
            # Last, since it names the others.
            files[self.path.name] = (
                json.dumps(self.content, ensure_ascii=False, indent=_indent(self.original)) + "\n"
            ).encode()
        replace_files(self.root, files)
        return list(files)

    def _begin_release(self, created: date) -> None:
        """Raise the last number of the version, such as 1.4.2, and the day of the package, which never goes back."""
        version, before = self.content["version"], self.content["created"]
        if match := re.fullmatch(r"((?:[0-9]+\.)*)([0-9]+)", version):
            self.content["version"] = f"{match[1]}{int(match[2]) + 1:0{len(match[2])}}"
        if datetime.fromisoformat(before).date() < created:
            self.content["created"] = f"{created}T00:00:00Z"

    def _bytes(self, place: str) -> bytes | None:
        return next(table.original for table in self.tables.values() if table.place == place)


def _indent(text: str) -> int | str:
    """The indent of a JSON text."""
    match = re.search("\n([ \t]+)", text)
    return match[1] if match else 2


MAX_BROKEN = 20
"""New rows of a table that are named for one column."""


def _broken_rows(table: Table, resource: Mapping[str, Any]) -> Iterator[Problem]:
    for described in resource["schema"]["fields"]:
        name, limits = described["name"], described.get("constraints", {})
        if name not in table.columns:
            continue
        pattern = re.compile(limits["pattern"]) if "pattern" in limits else None
        broken = [
            key
            for key in sorted(table.new_keys & table.rows.keys())
            if _complaint(table.rows[key].get(name, ""), limits, pattern)
        ]
        for key in broken[:MAX_BROKEN]:
            value = table.rows[key].get(name, "")
            message = f'the new row "{key}" {_complaint(value, limits, pattern)}.'
            hint = f'Add the row to {table.place} yourself, or change the constraint of "{name}" in datapackage.json.'
            yield Problem(table.place, "new-row", message, hint, field=name, value=value)
        if len(broken) > MAX_BROKEN:
            message = f"{len(broken) - MAX_BROKEN:,} further new rows have this problem."
            yield Problem(table.place, "new-row", message, field=name)


def _complaint(value: str, limits: Mapping[str, Any], pattern: re.Pattern[str] | None) -> str:
    """How a cell breaks the constraints of its column, after the name of its row; "" where it does not."""
    if not value:
        return "has no value here, and the column must have one" if limits.get("required") else ""
    if pattern and not pattern.fullmatch(value):
        return f'would have "{shorten(value)}" here, which is not of the form {shorten(limits["pattern"])}'
    if "enum" in limits and value not in limits["enum"]:
        return f'would have "{shorten(value)}" here, which is not one of the words allowed'
    if len(value) > limits.get("maxLength", len(value)):
        return f"would have {len(value):,} characters here, and at most {limits['maxLength']} are allowed"
    return ""


def replace_files(root: Path, files: Mapping[str, bytes]) -> None:
    """Write files below `root`, all or none: on any error those that were there are there again, to the byte.

    All are written and synchronised under other names first. Only a power cut or SIGKILL while they are renamed can
    leave some new and some old; then the next import completes them.
    """
    unfinished: dict[Path, Path] = {}
    saved: dict[Path, Path | None] = {}
    try:
        for place, data in files.items():
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            new = unfinished[path] = path.with_name(f"{UNFINISHED}{path.name}")
            with new.open("wb") as file:
                file.write(data)
                os.fchmod(file.fileno(), FILE_MODE)
                os.fsync(file.fileno())
        with ignore_signals():
            try:
                for path, new in unfinished.items():
                    saved[path] = _save(path)
                    os.replace(new, path)
            except OSError:
                _restore(saved)
                raise
    except OSError as error:
        raise UsageError(f"{error.filename or root}: {error.strerror}. Nothing was written.") from error
    finally:
        _delete([*unfinished.values(), *filter(None, saved.values())])


def _save(path: Path) -> Path | None:
    """A second name for the file that is at `path`, which lasts longer; None where there is none."""
    if not path.exists():
        return None
    old = path.with_name(f"{UNFINISHED}old-{path.name}")
    old.unlink(missing_ok=True)
    os.link(path, old)
    return old


def _restore(saved: Mapping[Path, Path | None]) -> None:
    for path, old in saved.items():
        if old is None:
            path.unlink(missing_ok=True)
        else:
            os.replace(old, path)


def _delete(paths: Collection[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
