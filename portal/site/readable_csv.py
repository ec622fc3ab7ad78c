"""A row of a table -> a line of a CSV that people open in a spreadsheet, as the search page writes it too."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a text begins that a spreadsheet would compute."""


def csv_line(cells: Sequence[object]) -> str:
    """The cells as a line of a CSV, None as a blank cell.

    A text that begins like a formula gets an apostrophe in front, so that no spreadsheet computes it.
    """
    line = io.StringIO()
    csv.writer(line).writerow([_cell(cell) for cell in cells])
    return line.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
