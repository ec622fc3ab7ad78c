"""The CSV of a table and its resource in the descriptor -> the version of the table, ready to be compared."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from portal.core.cells import missing_values
from portal.core.csv_reader import csv_reader, is_lfs_pointer
from portal.core.models import KEYS, UNIQUE_KEYS, Bilingual, PastColumn, PastTable
from portal.core.text import FORBIDDEN, forbidden_name, has_forbidden
from portal.history.values import printable

Row = list[str]
"""The cells of a record, in the order of the columns."""

RowsByKey = dict[tuple[str, ...], Row]


@dataclass(frozen=True, slots=True)
class TableVersion:
    """A table as it was in a commit."""

    name: str
    header: tuple[str, ...]
    records: frozenset[bytes]
    """The bytes of each record."""
    repeated: Mapping[bytes, int]
    """How often each record occurs that occurs more than once."""
    key: tuple[str, ...]
    """The columns that identify a record; () if none do."""
    unique_key: bool
    """Whether the check refuses a table in which two records have the same key."""
    columns: Mapping[str, PastColumn]
    """The columns that the schema of that commit describes, by name."""

    def without_records(self) -> TableVersion:
        """The same table without any record."""
        return replace(self, records=frozenset(), repeated={})


def read_table(name: str, data: bytes, resource: Mapping[str, Any], other: TableVersion | None = None) -> TableVersion:
    """Read a CSV. Raises ValueError if `data` is not a table, or `resource` has no valid schema for it.

    Of the records that the version `other` has too, the same bytes are used, which saves memory.
    """
    if is_lfs_pointer(data):
        raise ValueError(LFS_POINTER)
    shared = {record: record for record in other.records} if other else {}
    first, *records = (shared.get(record, record) for record in split_records(data.removeprefix(b"\xef\xbb\xbf")))
    header = tuple(parse_records([first])[0])
    if len(set(header)) < len(header):
        raise ValueError("two columns have the same name")
    check_characters(header)
    unique_key = name in UNIQUE_KEYS
    try:
        schema = resource["schema"]
        columns = _columns(schema)
        key = schema.get("primaryKey") or KEYS.get(name, ())
        key = (key,) if isinstance(key, str) else tuple(key)
        unique_key = unique_key or "primaryKey" in schema
        if not set(key) <= set(header):
            key = ()
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("not a schema") from error
    if columns.keys().isdisjoint(header) or (name == "projects" and "project_id" not in header):
        raise ValueError("not the table that the schema describes")
    distinct = frozenset(records)
    repeated = {} if len(distinct) == len(records) else {r: n for r, n in Counter(records).items() if n > 1}
    return TableVersion(name, header, distinct, repeated, key, unique_key, columns)


def check_table(table: TableVersion) -> None:
    """Raise ValueError if the check would refuse the table.

    `compare_tables` does the same, but only for the records that differ from another version.
    """
    columns = [table.header.index(name) for name in table.key]
    keys: set[tuple[str, ...]] = set()
    records = iter(table.records)
    # A part of the records at a time: as cells they take several times the memory of their bytes.
    while part := list(islice(records, PART)):
        rows = rows_of(table, part)
        check_characters("\n".join(row) for row in rows)
        keys.update(tuple(row[column] for column in columns) for row in rows)
    if table.unique_key and table.key and (table.repeated or len(keys) < len(table.records)):
        raise ValueError(SAME_KEY)


PART = 1000
"""How many records are parsed at a time."""

SAME_KEY = "two records have the same key"

LFS_POINTER = "this is a pointer of Git LFS, not the table itself"


def check_characters(texts: Iterable[str]) -> None:
    """Raise ValueError if a text contains a character that the check refuses."""
    for text in texts:
        if has_forbidden(text):
            raise ValueError(f"a cell holds {forbidden_name(FORBIDDEN.findall(text)[0])}")


def described_tables(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, PastTable]:
    """The tables of a descriptor, which need not be valid: what it does not describe has no title and no columns."""
    tables = {}
    for name, resource in resources.items():
        try:
            columns = _columns(resource["schema"])
        except (LookupError, TypeError, AttributeError):
            columns = {}
        tables[name] = PastTable(_title(resource), columns)
    return tables


def _columns(schema: Mapping[str, Any]) -> dict[str, PastColumn]:
    """The columns of a schema, by name. Raises LookupError, TypeError or AttributeError if it is not valid."""
    return {
        str(field["name"]): PastColumn(
            str(field.get("type", "string")),
            str(field.get("format", "default")),
            missing_values(field, schema),
            _title(field),
        )
        for field in schema["fields"]
    }


def _title(described: Mapping[str, Any]) -> Bilingual:
    thai, english = (described.get(name) for name in ("title", "title_en"))
    return Bilingual(*(printable(text) if isinstance(text, str) else "" for text in (thai, english)))


def split_records(data: bytes) -> Iterator[bytes]:
    """The records of a CSV: a line that opens a quotation goes on until the quotation is closed.

    Raises ValueError where a quotation has no end, or there is no record.
    """
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    open_lines: list[bytes] = []
    is_empty = True
    for line in _lines(data):
        if open_lines:
            open_lines.append(line)
            if not _ends_in_quotation(line, starts_in_quotation=True):
                yield b"\n".join(open_lines)
                open_lines = []
        elif b'"' in line and _ends_in_quotation(line, starts_in_quotation=False):
            open_lines = [line]
        elif line:
            yield line
        is_empty = is_empty and not line
    if open_lines or is_empty:
        raise ValueError("a quotation has no end")


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines of `data`, one at a time: all together take as much memory again."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield data[start:end]
        start = end + 1
    yield data[start:]


def _ends_in_quotation(line: bytes, *, starts_in_quotation: bool) -> bool:
    """Whether a quotation is open at the end of a line. A quotation mark in the middle of a cell opens none."""
    in_quotation, position = starts_in_quotation, 0
    while True:
        if in_quotation:
            position = line.find(b'"', position)
            if position < 0:
                return True
            if line[position + 1 : position + 2] == b'"':
                position += 2
                continue
            in_quotation = False
        elif line[position : position + 1] == b'"':
            in_quotation, position = True, position + 1
            continue
        # Skip the rest of a cell without quotation marks, or what follows a quotation.
        position = line.find(b",", position) + 1
        if position == 0:
            return False


def parse_records(records: Iterable[bytes]) -> list[Row]:
    """The cells of records. Raises UnicodeDecodeError or csv.Error."""
    text = b"\n".join(records).decode("utf-8")
    return list(csv_reader(io.StringIO(text, newline="")))


def rows_of(table: TableVersion, records: Iterable[bytes]) -> list[Row]:
    """The cells of some records of a table. Raises ValueError if one has more or fewer cells than the header."""
    rows = parse_records(records)
    if any(len(row) != len(table.header) for row in rows):
        raise ValueError("a record is too long or too short")
    return rows


def by_key(rows: Iterable[Row], header: tuple[str, ...], key: tuple[str, ...]) -> RowsByKey | None:
    """The rows by the cells of their key; None if two have the same."""
    columns = [header.index(name) for name in key]
    rows_by_key: RowsByKey = {}
    for row in rows:
        cells = tuple(row[column] for column in columns)
        if cells in rows_by_key:
            return None
        rows_by_key[cells] = row
    return rows_by_key
