"""Two versions of a table -> what differs, cell by cell."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.core.models import KEYS, Change, ChangeKind
from portal.core.text import FORBIDDEN, forbidden_name, has_forbidden

_STRICT = ("projects", "monthly_results", "agencies", "sources")
"""Tables whose keys validation holds to be unique, whatever their schema says."""

_PROJECT = "project_id"

_Row = list[str]
_Records = dict[tuple[str, ...], _Row]


@dataclass(frozen=True, slots=True)
class Version:
    """A table as it stood in a commit."""

    name: str
    header: tuple[str, ...]
    records: frozenset[bytes]
    """The bytes of each record."""
    repeated: Mapping[bytes, int]
    """How often a record occurs that occurs more than once."""
    key: tuple[str, ...]
    """The fields that tell records apart; () where none do."""
    strict: bool
    """Whether a version in which two records have the same key cannot have been published."""
    types: Mapping[str, str]
    """The type of each field that has one, as Table Schema calls it."""
    missing: Mapping[str, frozenset[str]]
    """The cells that stand for no value, by field."""


def read_version(name: str, data: bytes, described: Mapping[str, Any]) -> Version:
    """A CSV and its resource in the descriptor. ValueError where it is no table, or its schema none."""
    if data.startswith(b"version https://git-lfs.github.com/spec/"):
        raise ValueError("this is a pointer of Git LFS, not the table itself")
    head, *records = _split(data.removeprefix(b"\xef\xbb\xbf"))
    header = tuple(_parse([head])[0])
    if len(set(header)) < len(header):
        raise ValueError("two columns have the same name")
    _check_characters(header)
    strict = name in _STRICT
    try:
        schema = described["schema"]
        fields = {field["name"]: field for field in schema["fields"]}
        key = schema.get("primaryKey") or KEYS.get(name, ())
        key = (key,) if isinstance(key, str) else tuple(key)
        strict = strict or "primaryKey" in schema
        types = {field: str(one.get("type", "string")) for field, one in fields.items()}
        missing = {
            field: _missing(one.get("missingValues", schema.get("missingValues", [""])))
            for field, one in fields.items()
        }
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("not a schema") from error
    if fields.keys().isdisjoint(header) or (name == "projects" and _PROJECT not in header):
        raise ValueError("not the table that the schema describes")
    distinct = frozenset(records)
    repeated = {} if len(distinct) == len(records) else {r: n for r, n in Counter(records).items() if n > 1}
    return Version(name, header, distinct, repeated, key if set(key) <= set(header) else (), strict, types, missing)


def check_version(version: Version) -> None:
    """ValueError where a table could not have been published; `compare` finds the same of what differs from another."""
    rows = _rows(version.records, version)
    doubled = version.repeated or _by_key(rows, version.header, version.key) is None
    if version.strict and version.key and doubled:
        raise ValueError(_DOUBLED)
    _check_characters("\n".join(row) for row in rows)


_DOUBLED = "two records have the same key"


def _check_characters(texts: Iterable[str]) -> None:
    for text in texts:
        if has_forbidden(text):
            raise ValueError(f"a cell holds {forbidden_name(FORBIDDEN.findall(text)[0])}")


def _missing(values: Iterable[Any]) -> frozenset[str]:
    return frozenset(str(one["value"]) if isinstance(one, dict) else str(one) for one in values)


def _split(data: bytes) -> list[bytes]:
    """The records of a CSV: a line that opens a quotation goes on until it is closed."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = data.split(b"\n")
    if b'"' not in data:
        return [line for line in lines if line]
    records: list[bytes] = []
    waiting: list[bytes] = []
    for line in lines:
        if waiting:
            waiting.append(line)
            if not _is_open(line, inside=True):
                records.append(b"\n".join(waiting))
                waiting = []
        elif b'"' in line and _is_open(line, inside=False):
            waiting = [line]
        elif line:
            records.append(line)
    if waiting or not records:
        raise ValueError("a quotation has no end")
    return records


def _is_open(line: bytes, *, inside: bool) -> bool:
    """Whether a line ends within a quotation; `inside`: it begins in one. A mark within a cell opens none."""
    at = 0
    while True:
        if inside:
            at = line.find(b'"', at)
            if at < 0:
                return True
            if line[at + 1 : at + 2] == b'"':
                at += 2
                continue
            inside = False
        elif line[at : at + 1] == b'"':
            inside, at = True, at + 1
            continue
        # The rest of a cell that is not quoted, or whose quotation has ended.
        at = line.find(b",", at) + 1
        if at == 0:
            return False


def _parse(records: Iterable[bytes]) -> list[_Row]:
    csv.field_size_limit(2**31 - 1)
    text = b"\n".join(records).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def compare_tables(before: Version, after: Version) -> list[Change]:
    """What differs, by record and in the order of the columns. ValueError where a version is no table."""
    alike = before.header == after.header and before.key == after.key
    lost = _rows(_less(before, after) if alike else _all(before), before)
    gained = _rows(_less(after, before) if alike else _all(after), after)
    _check_characters("\n".join(row) for row in gained)
    if not alike and after.strict and after.key and _by_key(gained, after.header, after.key) is None:
        raise ValueError(_DOUBLED)
    names = {} if alike else _renamed(before, after, lost, gained)
    found = [
        Change(after.name, (), None, name, ChangeKind.RENAMED, earlier, name) for name, earlier in sorted(names.items())
    ]
    # Where the key itself changed, what both keys have may still tell the records apart.
    key = tuple(name for name in after.key if names.get(name, name) in before.key)
    one, other = _by_key(lost, before.header, tuple(names.get(n, n) for n in key)), _by_key(gained, after.header, key)
    if key == after.key and alike and (one is None or other is None or _is_taken(one, other, before, after)):
        if after.strict:
            raise ValueError(_DOUBLED)
        key = ()
    if not key or one is None or other is None:
        found += _whole(before, _unlike(lost, gained, before, after), ChangeKind.REMOVED)
        found += _whole(after, _unlike(gained, lost, after, before), ChangeKind.ADDED)
        return found
    for record in sorted(one.keys() | other.keys()):
        if record not in other:
            found += _cells(before, record, one[record], ChangeKind.REMOVED)
        elif record not in one:
            found += _cells(after, record, other[record], ChangeKind.ADDED)
        else:
            found += _differences(before, after, names, record, one[record], other[record])
    return found


def _is_taken(one: _Records, other: _Records, before: Version, after: Version) -> bool:
    """Whether a record that came or went has the key of one that stayed."""
    moved = one.keys() ^ other.keys()
    if not moved:
        return False
    stayed = before.records & after.records
    count = len(after.key)
    if after.header[:count] == after.key:
        # Mostly the key comes first and needs no quotation marks; then the rest of a record need not be read.
        wanted = {tuple(cell.encode() for cell in key) for key in moved}
        heads = {tuple(record.split(b",", count)[:count]): record for record in stayed}
        if not wanted.isdisjoint(heads):
            return True
        stayed = frozenset(record for head, record in heads.items() if any(b'"' in cell for cell in head))
    places = [after.header.index(name) for name in after.key]
    return any(tuple(row[i] for i in places) in moved for row in _rows(stayed, after))


def _all(version: Version) -> list[bytes]:
    """Every record, in an order that does not depend on chance."""
    return sorted([*version.records, *(one for one, n in version.repeated.items() for _ in range(n - 1))])


def _less(version: Version, other: Version) -> list[bytes]:
    """The records that the other version has not, or not as often."""
    found = [*(version.records - other.records)]
    for record, count in version.repeated.items():
        there = other.repeated.get(record, int(record in other.records))
        found += [record] * (count - max(there, 1))
    return sorted(found)


def _rows(records: Iterable[bytes], version: Version) -> list[_Row]:
    rows = _parse(records)
    if any(len(row) != len(version.header) for row in rows):
        raise ValueError("a record is too long or too short")
    return rows


def _unlike(rows: Sequence[_Row], others: Sequence[_Row], version: Version, other: Version) -> list[_Row]:
    """The rows that the other version has not, cell for cell; where the columns differ all of them."""
    if set(version.header) != set(other.header):
        return list(rows)
    order = [other.header.index(name) for name in version.header]
    known = Counter(tuple(row[i] for i in order) for row in others)
    found = []
    for row in rows:
        if known[tuple(row)]:
            known[tuple(row)] -= 1
        else:
            found.append(row)
    return found


def _by_key(rows: Iterable[_Row], header: Sequence[str], key: Sequence[str]) -> _Records | None:
    """The rows by their key; None where two have the same."""
    places = [header.index(name) for name in key]
    found: _Records = {}
    for row in rows:
        name = tuple(row[i] for i in places)
        if name in found:
            return None
        found[name] = row
    return found


def _renamed(before: Version, after: Version, rows: Sequence[_Row], others: Sequence[_Row]) -> dict[str, str]:
    """The earlier name of each column that was renamed; `rows` and `others` are all rows of the two versions.

    A column that came and one that went are one where most of the records that both versions have hold the same in it,
    and at least one of them holds something.
    """
    went = [name for name in before.header if name not in after.header]
    came = [name for name in after.header if name not in before.header]
    if not went or not came:
        return {}
    key = [name for name in after.key if name in before.header and name in after.header]
    old, new = _by_key(rows, before.header, key), _by_key(others, after.header, key)
    if not key or old is None or new is None:
        # Without a key the order of the file is the best that there is.
        old, new = _numbered(rows), _numbered(others)
    shared = old.keys() & new.keys()
    names: dict[str, str] = {}
    for name in came:
        here = after.header.index(name)
        for earlier in went:
            there = before.header.index(earlier)
            pairs = [(old[record][there], new[record][here]) for record in shared]
            filled = [pair for pair in pairs if pair != ("", "")]
            if filled and 2 * sum(a == b for a, b in filled) > len(filled) and earlier not in names.values():
                names[name] = earlier
                break
    return names


def _numbered(rows: Iterable[_Row]) -> _Records:
    return {(str(number),): row for number, row in enumerate(rows)}


def _differences(
    before: Version, after: Version, names: Mapping[str, str], record: tuple[str, ...], old: _Row, new: _Row
) -> Iterator[Change]:
    project = _project(after, new)
    cells = dict(zip(before.header, old, strict=True))
    for field, cell in zip(after.header, new, strict=True):
        earlier = cells.pop(names.get(field, field), "")
        if earlier != cell:
            same = _meaning(before, names.get(field, field), earlier) == _meaning(after, field, cell)
            kind = ChangeKind.REWRITTEN if same else ChangeKind.CHANGED
            yield Change(after.name, record, project, field, kind, earlier, cell)
    for field, cell in cells.items():
        if cell:
            yield Change(after.name, record, project, field, ChangeKind.CHANGED, cell, "")


def _whole(version: Version, rows: Iterable[_Row], kind: ChangeKind) -> Iterator[Change]:
    """Records without a key, numbered in the order of their cells."""
    for number, row in enumerate(sorted(rows), start=1):
        yield from _cells(version, (f"#{number}",), row, kind)


def _cells(version: Version, record: tuple[str, ...], row: _Row, kind: ChangeKind) -> Iterator[Change]:
    project, added = _project(version, row), kind is ChangeKind.ADDED
    for field, cell in zip(version.header, row, strict=True):
        if cell:
            yield Change(version.name, record, project, field, kind, "" if added else cell, cell if added else "")


def _project(version: Version, row: _Row) -> str | None:
    return row[version.header.index(_PROJECT)] if _PROJECT in version.header else None


def _meaning(version: Version, field: str, cell: str) -> object:
    """What a cell stands for, as far as two ways of writing one value are told apart."""
    if cell in version.missing.get(field, ("",)) or not cell.strip():
        return None
    convert = _MEANINGS.get(version.types.get(field, "string"))
    try:
        return convert(cell) if convert else cell
    except (ValueError, InvalidOperation):
        return cell


_MEANINGS: Mapping[str, Callable[[str], object]] = {"integer": int, "year": int, "number": Decimal}
