"""A line of a CSV for spreadsheets can be read back, and nothing in it is computed."""

import csv

import pytest

from portal.site.readable_csv import csv_line


def read(line: str) -> list[str]:
    (row,) = csv.reader([line], strict=True)
    return row


@pytest.mark.parametrize("text", ["=1+1", "+66", "-2+3", "@SUM(1)", "\t=1", "\r=1"])
def test_a_text_that_begins_like_a_formula_has_an_apostrophe_in_front(text: str) -> None:
    assert read(csv_line([text, "a"])) == [f"'{text}", "a"]


def test_every_other_text_is_as_it_was() -> None:
    cells = ['คลอง "ก", ข', "a=b", "two\nlines", "", "  spaces "]
    assert read(csv_line(cells)) == cells


def test_none_is_a_blank_cell_and_zero_is_not() -> None:
    assert csv_line([None, 0, 2566]) == ",0,2566\r\n"
