"""The records of a stored version are those of its bytes, and what it has in common with others is in memory once."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from hypothesis import example, given
from hypothesis import strategies as st

from portal.history.packs import PackEntry, Segment, StoredVersion
from portal.history.record_splitter import split_records
from portal.history.stored_records import SplitText

Part = bytes | tuple[int, int]
"""New bytes, or the place and the length of a part of the root."""

MARK = b"\xef\xbb\xbf"
ROOT = b"id,value\n1,one\n2,two\n3,three\n"

pieces = st.lists(st.sampled_from([b"a", b"a,b\n", b'"', b"\n", b"\r", b"\r\n", "ก".encode(), MARK]), max_size=12)
texts = pieces.map(b"".join)
parts = st.lists(texts | st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def version(root: bytes, parts: Sequence[Part]) -> tuple[StoredVersion, bytes]:
    """A version of these parts, and its bytes."""
    segments, ends, data = list[Segment](), list[int](), b""
    for part in parts:
        if isinstance(part, bytes):
            # As a part of a longer literal.
            segment = Segment(b"x" + part + b"\n", 1, 1 + len(part))
            data += part
        else:
            start, end = sorted((min(part[0], len(root)), min(sum(part), len(root))))
            segment = Segment(None, start, end)
            data += root[start:end]
        segments.append(segment)
        ends.append(len(data))
    return StoredVersion(PackEntry(0, 0), segments, ends), data


def outcome(function: Callable[[], Iterable[bytes]]) -> list[bytes] | str:
    """What a function returns, or the words of its error."""
    try:
        return list(function())
    except ValueError as error:
        return str(error)


@given(texts, parts, parts)
@example(b"a\n", [(0, 2), b"b\n"], [])
@example(b"a\nb", [(0, 3), b"c\nd"], [])
@example(b"a\r\nb\r\n", [(0, 2), b"x", (3, 6)], [(0, 6)])
@example(MARK + b"a\nb\n", [(4, 6), (0, 6)], [b"x\n", (0, 6)])
@example(b'a\n"b\nc"\n\n\nd\n', [b'"', (0, 40), b'"\n', (0, 40)], [(3, 40)])
def test_the_records_of_a_version_are_those_of_its_bytes(root: bytes, first: list[Part], second: list[Part]) -> None:
    try:
        text = SplitText([root[:3], root[3:]], {})
    except ValueError:
        return
    for part in (first, second):
        stored, data = version(root, part)
        assert outcome(partial(text.records_of, stored)) == outcome(partial(split_records, [data]))


def test_a_record_that_did_not_change_is_the_same_object() -> None:
    text = SplitText([ROOT], {})
    records = text.records_of(version(ROOT, [(0, 15), b"2,zwei\n", (21, 8)])[0])
    assert records == [b"id,value", b"1,one", b"2,zwei", b"3,three"]
    assert [record is other for record, other in zip(records, text.records, strict=True)] == [True, True, False, True]
    again = text.records_of(version(ROOT, [(0, 9), b"2,zwei\n", (21, 8)])[0])
    assert again[1] is records[2]


def test_a_record_of_another_table_is_the_same_object() -> None:
    shared = bytes(bytearray(b"2,two"))
    assert SplitText([ROOT], {shared: shared}).records[2] is shared


def test_a_record_moved_or_repeated_is_the_same_object() -> None:
    text = SplitText([ROOT], {})
    records = text.records_of(version(ROOT, [(0, 9), (21, 8), (9, 6), (9, 6)])[0])
    assert [text.records.index(record) for record in records] == [0, 3, 1, 1]
    assert all(any(record is other for other in text.records) for record in records)


def test_line_ends_of_windows_do_not_matter() -> None:
    root = ROOT.replace(b"\n", b"\r\n")
    text, start = SplitText([root], {}), root.index(b"2,two")
    records = text.records_of(version(root, [(0, start), b"new,record\r\n", (start, len(root))])[0])
    assert records == [b"id,value", b"1,one", b"new,record", b"2,two", b"3,three"]
    assert records[3] is text.records[2]
