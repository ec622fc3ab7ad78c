"""What differs between two versions of a table."""

import csv
import io
from typing import Any

import pytest

from portal.core.models import ChangeKind
from portal.history.diff import compare_tables
from portal.history.tables import TableVersion, read_table


def table(cell: str, **field: Any) -> TableVersion:
    """A table of one record with the key 1 and one more cell."""
    fields = [{"name": "id", "type": "string"}, {"name": "value", **field}]
    return read_table("things", f"id,value\n1,{cell}\n".encode(), {"schema": {"fields": fields, "primaryKey": "id"}})


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("1000", "1000.0", {"type": "number"}),
        ("07", "7", {"type": "integer"}),
        ("1/2/2026", "01/02/2026", {"type": "date", "format": "%d/%m/%Y"}),
        ("", "-", {"missingValues": ["", "-"]}),
    ],
)
def test_another_spelling_of_the_same_value_is_no_change_of_it(before: str, after: str, field: dict[str, Any]) -> None:
    (change,) = compare_tables(table(before, **field), table(after, **field))
    assert (change.kind, change.before, change.after) == (ChangeKind.REWRITTEN, before, after)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("1000", "1000.0", {"type": "string"}),
        ("soon", "later", {"type": "date"}),
        ("1/2/2026", "01/02/2026", {"type": "date", "format": "%d%d"}),
        ("1" * 50, "1" * 50 + ".0", {"type": "number"}),
    ],
)
def test_cells_that_are_not_read_as_the_same_value_are_a_change(before: str, after: str, field: dict[str, Any]) -> None:
    (change,) = compare_tables(table(before, **field), table(after, **field))
    assert (change.kind, change.before, change.after) == (ChangeKind.CHANGED, before, after)


def test_a_key_that_two_records_have_is_refused() -> None:
    description = {"schema": {"fields": [{"name": "id"}, {"name": "value"}], "primaryKey": "id"}}
    once = read_table("things", b"id,value\n1,a\n", description)
    twice = read_table("things", b"id,value\n1,a\n1,b\n", description)
    with pytest.raises(ValueError, match="two records have the same key"):
        compare_tables(once, twice)


@pytest.mark.parametrize(
    ("unchanged", "added"),
    [
        ("a,b,1", "a,b,2"),
        ('"a",b,1', "a,b,2"),
        ("a,b,1", '"a",b,2'),
        ('a,"b",1', "a,b,2"),
        ('a,"b,""c""",1', 'a,"b,""c""",2'),
        ("ก,b,1", "ก,b,2"),
    ],
)
def test_a_new_record_with_the_key_of_an_unchanged_one_is_refused(unchanged: str, added: str) -> None:
    for header in ("id,day,value", "day,value,id"):
        rows = [next(csv.reader([line])) for line in (unchanged, added)]
        if header != "id,day,value":
            # The key does not come first, and is written without needless quotation marks.
            file = io.StringIO()
            csv.writer(file, lineterminator="\n").writerows([day, value, key] for key, day, value in rows)
            unchanged, added = file.getvalue().splitlines()
        fields = [{"name": name} for name in header.split(",")]
        description = {"schema": {"fields": fields, "primaryKey": ["id", "day"]}}
        before = read_table("things", f"{header}\nx,y,z\n{unchanged}\n".encode(), description)
        after = read_table("things", f"{header}\nx,y,z\n{unchanged}\n{added}\n".encode(), description)
        with pytest.raises(ValueError, match="two records have the same key"):
            compare_tables(before, after)


def test_a_new_record_whose_key_begins_like_another_is_added() -> None:
    description = {"schema": {"fields": [{"name": "id"}, {"name": "value"}], "primaryKey": "id"}}
    before = read_table("things", b'id,value\n12,a\n"1,2",b\n', description)
    after = read_table("things", b'id,value\n12,a\n"1,2",b\n1,c\n2,d\n"1,",e\n', description)
    assert {change.record for change in compare_tables(before, after)} == {("1",), ("2",), ("1,",)}
