"""A CSV is split into the same records wherever the pieces end in which it is read."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.history.record_splitter import LFS_POINTER, RecordSplitter, split_records

MARK = b"\xef\xbb\xbf"
LETTER = "ก".encode()

texts = st.lists(st.sampled_from([b"a", b",", b'"', b"\n", b"\r", b"\r\n", LETTER, MARK]), max_size=20).map(b"".join)


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """The pieces between some places, which may be empty."""
    ends = sorted(place % (len(data) + 1) for place in places)
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


def result(pieces: Sequence[bytes]) -> list[bytes] | str:
    """The records, or the words of the error."""
    try:
        return list(split_records(pieces))
    except ValueError as error:
        return str(error)


@given(texts, st.lists(st.integers(0, 1000), max_size=6))
@example(MARK + b"a\r\n" + LETTER + b"\r\n", [1, 2, 5, 7])
@example(b'a\n"b\r\n""c,\n",d\r', [4, 6, 7, 9])
def test_the_places_where_pieces_end_do_not_matter(data: bytes, places: list[int]) -> None:
    assert result(cut(data, places)) == result([data])


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@given(st.lists(st.lists(st.text('a",\nก ', max_size=5), min_size=2, max_size=3), min_size=1), st.integers(1, 7))
def test_the_records_have_the_cells_that_csv_reads(line_end: str, rows: list[list[str]], size: int) -> None:
    file = io.StringIO()
    csv.writer(file, lineterminator=line_end).writerows(rows)
    data = file.getvalue().encode()
    records = split_records([data[start : start + size] for start in range(0, len(data), size)])
    assert [next(csv.reader(io.StringIO(record.decode(), newline=""), strict=True)) for record in records] == rows


@pytest.mark.parametrize(
    ("pieces", "records"),
    [
        ([b"a,b\n1", b"2,3\n"], [b"a,b", b"12,3"]),
        ([b"a,b\r", b"\n1,2\r", b"\n"], [b"a,b", b"1,2"]),
        ([b"a,b\r", b"1,2\r"], [b"a,b", b"1,2"]),
        ([b"a,b\n", LETTER[:1], LETTER[1:] + b",2"], [b"a,b", LETTER + b",2"]),
        ([b'a,b\n"1\r', b'\n2"', b'"",3",4\n'], [b"a,b", b'"1\n2""",3",4']),
        ([b"a,b\n", b"", b"\n\n1,2\n", b"1,2"], [b"a,b", b"1,2", b"1,2"]),
        ([MARK[:2], MARK[2:] + b"a\n", MARK + b"1"], [b"a", MARK + b"1"]),
        ([MARK, b"\r\n", b"a"], [b"a"]),
    ],
)
def test_a_record_may_span_pieces(pieces: list[bytes], records: list[bytes]) -> None:
    assert list(split_records(pieces)) == records


@pytest.mark.parametrize("pieces", [[], [b""], [MARK], [b"\n", b"\r\n"], [b'a\n"1', b"\n"]])
def test_what_has_no_record_or_no_end_of_a_quotation_is_refused(pieces: list[bytes]) -> None:
    assert result(pieces) == "a quotation has no end"


def test_a_pointer_of_lfs_is_recognised_in_pieces() -> None:
    assert result([b"version https://git-lfs", b".github.com/spec/v1\noid 1\n"]) == LFS_POINTER


@given(texts, st.lists(st.integers(0, 1000), max_size=6))
def test_the_bytes_of_all_records_are_the_file(data: bytes, places: list[int]) -> None:
    splitter, whole = RecordSplitter(), b""
    try:
        for piece in cut(data, places):
            whole += b"".join(made_from for _, made_from in splitter.feed(piece))
        whole += b"".join(made_from for _, made_from in splitter.finish())
    except ValueError:
        return
    assert whole == data
