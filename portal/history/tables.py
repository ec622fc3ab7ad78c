"""The CSV of a table and its resource in the descriptor -> the version of the table, ready to be compared."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from portal.core.cells import missing_values
from portal.core.csv_reader import csv_reader
from portal.core.models import KEYS, OUTLINES, UNIQUE_KEYS, PastColumn, PastTable, Text
from portal.core.text import FORBIDDEN, forbidden_name, has_forbidden
from portal.history.outlines import SCHEMA, outline_records
from portal.history.record_splitter import split_records
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
    projects: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """By the id of a contract, that of its project: for a table whose rows name a contract and no project."""

    def without_records(self) -> TableVersion:
        """The same table without any record."""
        return replace(self, records=frozenset(), repeated={})


def projects_of_contracts(contracts: TableVersion | None) -> dict[str, str]:
    """The id of the project of each contract, by the contract's id; empty where the table does not say it.

    Raises ValueError as `rows_of`.
    """
    if contracts is None or not {"contract_id", "project_id"} <= set(contracts.header):
        return {}
    key, project = (contracts.header.index(name) for name in ("contract_id", "project_id"))
    return {row[key]: row[project] for row in rows_of(contracts, contracts.records) if row[project]}


def read_table(name: str, data: bytes, resource: Mapping[str, Any]) -> TableVersion:
    """Read a file. Raises ValueError if `data` is not a table, or `resource` has no valid schema for it."""
    return table_of(name, records_of(name, [data]), resource)


def records_of(name: str, pieces: Iterable[bytes]) -> Iterable[bytes]:
    """The records of the file of a resource, from its pieces; the header first. Raises ValueError."""
    return outline_records(b"".join(pieces)) if name == OUTLINES else split_records(pieces)


def table_of(name: str, records: Iterable[bytes], resource: Mapping[str, Any]) -> TableVersion:
    """The table of a CSV with these records, of which the first is the header. Raises ValueError as `read_table`."""
    first, *rest = records
    header = tuple(_parse_text(first.decode("utf-8"))[0])
    if len(set(header)) < len(header):
        raise ValueError("two columns have the same name")
    check_characters(header)
    unique_key = name in UNIQUE_KEYS
    try:
        schema = SCHEMA if name == OUTLINES else resource["schema"]
        columns = _columns(schema)
        key = schema.get("primaryKey") or KEYS.get(name, ())
        key = (key,) if isinstance(key, str) else tuple(key)
        unique_key = unique_key or "primaryKey" in schema
        if not set(key) <= set(header):
            key = ()
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("not a schema") from error
    if columns.keys().isdisjoint(header) or (name == "projects" and "project_id" not in header):
        raise ValueError(OTHER_COLUMNS)
    distinct = frozenset(rest)
    repeated = {} if len(distinct) == len(rest) else {r: n for r, n in Counter(rest).items() if n > 1}
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
        texts = [record.decode("utf-8") for record in part]
        rows = _rows_of_text(table, "\n".join(texts))
        check_characters(texts)
        keys.update(tuple(row[column] for column in columns) for row in rows)
    if table.unique_key and table.key and (table.repeated or len(keys) < len(table.records)):
        raise ValueError(SAME_KEY)


PART = 1000
"""How many records are parsed at a time."""

OTHER_COLUMNS = "not the table that the schema describes"

SAME_KEY = "two records have the same key"


def check_characters(texts: Iterable[str]) -> None:
    """Raise ValueError if a text contains a character that the check refuses."""
    for text in texts:
        # Nearly every text is one line of printable characters, and this test is the fastest.
        if not text.isprintable() and has_forbidden(text):
            raise ValueError(f"a cell holds {forbidden_name(FORBIDDEN.findall(text)[0])}")


def described_tables(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, PastTable]:
    """The tables of a descriptor, which need not be valid: what it does not describe has no title and no columns."""
    tables = {}
    for name, resource in resources.items():
        try:
            columns = _columns(SCHEMA if name == OUTLINES else resource["schema"])
        except (LookupError, TypeError, AttributeError):
            columns = {}
        tables[name] = PastTable(_title(resource), columns)
    return tables


def _columns(schema: Mapping[str, Any]) -> dict[str, PastColumn]:
    """The columns of a schema, by name. Raises LookupError, TypeError or AttributeError if it is not valid."""
    return {
        str(described["name"]): PastColumn(
            str(described.get("type", "string")),
            str(described.get("format", "default")),
            missing_values(described, schema),
            _title(described),
        )
        for described in schema["fields"]
    }


def _title(described: Mapping[str, Any]) -> Text:
    """The title, in whatever languages it is given: those of the city may have been others then."""
    return Text.read_all(described, "title").map(printable)


def _parse_text(text: str) -> list[Row]:
    """The cells of records. Raises csv.Error."""
    return list(csv_reader(io.StringIO(text, newline="")))


def rows_of(table: TableVersion, records: Iterable[bytes]) -> list[Row]:
    """The cells of some records of a table. Raises ValueError if one has more or fewer cells than the header."""
    return _rows_of_text(table, b"\n".join(records).decode("utf-8"))


def _rows_of_text(table: TableVersion, text: str) -> list[Row]:
    rows = _parse_text(text)
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
