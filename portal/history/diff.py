"""Two versions of a table -> what differs, cell by cell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.core.models import Change, ChangeKind, ChangeScope, PastColumn
from portal.history.tables import SAME_KEY, Row, RowsByKey, TableVersion, by_key, check_characters, rows_of
from portal.history.values import value_or_text


def compare_tables(before: TableVersion, after: TableVersion) -> list[Change]:
    """What differs, by record and in the order of the columns.

    Raises ValueError if what differs shows that the check would refuse a version.
    """
    same_columns = before.header == after.header and before.key == after.key
    lost = rows_of(before, _records_not_in(before, after) if same_columns else _all_records(before))
    gained = rows_of(after, _records_not_in(after, before) if same_columns else _all_records(after))
    check_characters("\n".join(row) for row in gained)
    if not same_columns and after.unique_key and after.key and by_key(gained, after.header, after.key) is None:
        raise ValueError(SAME_KEY)
    old_names = {} if same_columns else _renamed_columns(before, after, lost, gained)
    changes = [
        Change(after.name, (), None, name, ChangeKind.RENAMED, old_name, name)
        for name, old_name in sorted(old_names.items())
    ]
    # If the key itself changed, the columns that both keys have may still identify the records.
    key = tuple(name for name in after.key if old_names.get(name, name) in before.key)
    old_rows = by_key(lost, before.header, tuple(old_names.get(name, name) for name in key))
    new_rows = by_key(gained, after.header, key)
    has_same_key = key == after.key and same_columns
    if has_same_key and not _is_key_unique(old_rows, new_rows, before, after):
        if after.unique_key:
            raise ValueError(SAME_KEY)
        key = ()
    if not key or old_rows is None or new_rows is None:
        changes += _unkeyed_records(before, _rows_not_in(lost, gained, before, after), ChangeKind.REMOVED)
        changes += _unkeyed_records(after, _rows_not_in(gained, lost, after, before), ChangeKind.ADDED)
        return changes if same_columns else _with_scopes(changes, before, after, old_names)
    for record in sorted(old_rows.keys() | new_rows.keys()):
        if record not in new_rows:
            changes += _filled_cells(before, record, old_rows[record], ChangeKind.REMOVED)
        elif record not in old_rows:
            changes += _filled_cells(after, record, new_rows[record], ChangeKind.ADDED)
        else:
            changes += _cell_changes(before, after, old_names, record, old_rows[record], new_rows[record])
    return changes


def _is_key_unique(
    old_rows: RowsByKey | None, new_rows: RowsByKey | None, before: TableVersion, after: TableVersion
) -> bool:
    """Whether no two records have the same key: of those that differ, nor one of these and one that did not change.

    `old_rows` and `new_rows` are those that differ, None if two of them have the same key.
    """
    if old_rows is None or new_rows is None:
        return False
    keys = old_rows.keys() ^ new_rows.keys()
    if not keys:
        return True
    unchanged = [record for record in _records_of_keys(after, keys) if record in before.records]
    columns = [after.header.index(name) for name in after.key]
    return not any(tuple(row[column] for column in columns) in keys for row in rows_of(after, unchanged))


def _records_of_keys(table: TableVersion, keys: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
    """The records of a table that may have one of `keys`: every one that has, and some others."""
    count = len(table.key)
    if table.header[:count] != table.key or table.header == table.key:
        yield from table.records
        return
    # Mostly the key comes first and needs no quotation marks; then the rest of a record need not be parsed.
    by_length: defaultdict[int, set[bytes]] = defaultdict(set)
    for key in keys:
        beginning = "".join(f"{cell}," for cell in key).encode()
        by_length[len(beginning)].add(beginning)
    for length, beginnings in by_length.items():
        yield from (record for record in table.records if record[:length] in beginnings)
    yield from (record for record in table.records if b'"' in record and b'"' in _first_cells(record, count))


def _first_cells(record: bytes, count: int) -> bytes:
    """A record up to its comma number `count`."""
    end = -1
    for _ in range(count):
        end = record.find(b",", end + 1)
    return record[:end]


def _all_records(table: TableVersion) -> list[bytes]:
    """Every record, sorted so that the order is the same in every run."""
    return sorted([*table.records, *(record for record, n in table.repeated.items() for _ in range(n - 1))])


def _records_not_in(table: TableVersion, other: TableVersion) -> list[bytes]:
    """The records that `other` does not have, or not as often."""
    missing = [*(table.records - other.records)]
    for record, count in table.repeated.items():
        other_count = other.repeated.get(record, int(record in other.records))
        missing += [record] * (count - max(other_count, 1))
    return sorted(missing)


def _rows_not_in(rows: Sequence[Row], others: Sequence[Row], table: TableVersion, other: TableVersion) -> list[Row]:
    """The rows for which `others` has no row with the same cells; all of them if the columns differ."""
    if set(table.header) != set(other.header):
        return list(rows)
    columns = [other.header.index(name) for name in table.header]
    unmatched = Counter(tuple(row[column] for column in columns) for row in others)
    missing = []
    for row in rows:
        if unmatched[tuple(row)]:
            unmatched[tuple(row)] -= 1
        else:
            missing.append(row)
    return missing


def _renamed_columns(
    before: TableVersion, after: TableVersion, old_rows: Sequence[Row], new_rows: Sequence[Row]
) -> dict[str, str]:
    """The old name of each column that was renamed; `old_rows` and `new_rows` are all rows of the two versions.

    A new column is a removed one under another name if, of the records that both versions have and that are filled in
    one of the two columns, more than half have the same cell in both.
    """
    removed = [name for name in before.header if name not in after.header]
    added = [name for name in after.header if name not in before.header]
    if not removed or not added:
        return {}
    key = tuple(name for name in after.key if name in before.header and name in after.header)
    old, new = by_key(old_rows, before.header, key), by_key(new_rows, after.header, key)
    if not key or old is None or new is None:
        # Without a key, rows are matched by their order.
        old, new = _by_number(old_rows), _by_number(new_rows)
    shared = old.keys() & new.keys()
    old_names: dict[str, str] = {}
    for name in added:
        column = after.header.index(name)
        for old_name in removed:
            old_column = before.header.index(old_name)
            pairs = [(old[record][old_column], new[record][column]) for record in shared]
            filled = [pair for pair in pairs if pair != ("", "")]
            is_same = filled and 2 * sum(old_cell == cell for old_cell, cell in filled) > len(filled)
            if is_same and old_name not in old_names.values():
                old_names[name] = old_name
                break
    return old_names


def _by_number(rows: Iterable[Row]) -> RowsByKey:
    return {(str(number),): row for number, row in enumerate(rows)}


def _cell_changes(
    before: TableVersion,
    after: TableVersion,
    old_names: Mapping[str, str],
    record: tuple[str, ...],
    old_row: Row,
    new_row: Row,
) -> Iterator[Change]:
    """The cells that differ between two versions of a record."""
    project_id = _project_id(after, new_row)
    old_cells = dict(zip(before.header, old_row, strict=True))
    for field, cell in zip(after.header, new_row, strict=True):
        old_name = old_names.get(field, field)
        old_cell = old_cells.pop(old_name, "")
        if old_cell != cell:
            is_same = _value(before, old_name, old_cell) == _value(after, field, cell)
            kind = ChangeKind.REWRITTEN if is_same else ChangeKind.CHANGED
            scope = ChangeScope.CELL if old_name in before.header else ChangeScope.COLUMN
            yield Change(after.name, record, project_id, field, kind, old_cell, cell, scope=scope)
    for field, old_cell in old_cells.items():
        if old_cell:
            kind = ChangeKind.CHANGED
            yield Change(after.name, record, project_id, field, kind, old_cell, "", scope=ChangeScope.COLUMN)


def _unkeyed_records(table: TableVersion, rows: Iterable[Row], kind: ChangeKind) -> Iterator[Change]:
    """Records without a key, numbered in the order of their cells."""
    for number, row in enumerate(sorted(rows), start=1):
        yield from _filled_cells(table, (f"#{number}",), row, kind)


def _with_scopes(
    changes: Sequence[Change], before: TableVersion, after: TableVersion, old_names: Mapping[str, str]
) -> list[Change]:
    """The changes of records without a key between two versions that have other columns.

    Every record is removed and added then. Those that are the same in the columns that both versions have were not
    edited: their changes have the scope of the columns.
    """
    new_names = {old: new for new, old in old_names.items()}
    shared = {new_names.get(name, name) for name in before.header} & set(after.header)
    cells: defaultdict[tuple[ChangeKind, tuple[str, ...]], dict[str, str]] = defaultdict(dict)
    for change in changes:
        name = new_names.get(change.field, change.field) if change.kind is ChangeKind.REMOVED else change.field
        if change.kind is not ChangeKind.RENAMED and name in shared:
            cells[change.kind, change.record][name] = change.before or change.after
    by_content: dict[ChangeKind, defaultdict[frozenset[tuple[str, str]], list[tuple[str, ...]]]] = {
        kind: defaultdict(list) for kind in (ChangeKind.REMOVED, ChangeKind.ADDED)
    }
    for (kind, record), content in cells.items():
        by_content[kind][frozenset(content.items())].append(record)
    unedited: set[tuple[ChangeKind, tuple[str, ...]]] = set()
    for content_key, removed in by_content[ChangeKind.REMOVED].items():
        for old_record, new_record in zip(removed, by_content[ChangeKind.ADDED][content_key], strict=False):
            unedited |= {(ChangeKind.REMOVED, old_record), (ChangeKind.ADDED, new_record)}
    return [
        replace(change, scope=ChangeScope.COLUMN) if (change.kind, change.record) in unedited else change
        for change in changes
    ]


def _filled_cells(table: TableVersion, record: tuple[str, ...], row: Row, kind: ChangeKind) -> Iterator[Change]:
    """A change for each filled cell of a record that was added or removed."""
    project_id, is_added = _project_id(table, row), kind is ChangeKind.ADDED
    for field, cell in zip(table.header, row, strict=True):
        if cell:
            before, after = ("", cell) if is_added else (cell, "")
            yield Change(table.name, record, project_id, field, kind, before, after)


def _project_id(table: TableVersion, row: Row) -> str | None:
    """The project to which a row belongs: the one that it names, or that of the contract that it names."""
    if "project_id" in table.header:
        return row[table.header.index("project_id")]
    return table.projects.get(row[table.header.index("contract_id")]) if table.projects else None


def _value(table: TableVersion, field: str, cell: str) -> Any:
    """The value of a cell by the schema of its own commit."""
    return value_or_text(table.columns.get(field, _TEXT), cell)


_TEXT = PastColumn()
"""Of a column that the schema does not describe."""
