"""The records of a CSV, read strictly, with a limit of the length of a cell; and files that only point to a CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _csv import Reader

UNLIMITED = 2**31 - 1
"""Characters: the highest limit of a cell that `csv` accepts on every system."""


def csv_reader(lines: Iterable[str], max_cell: int = UNLIMITED, separator: str = ",") -> Reader:
    """The records of `lines`, which were opened with `newline=""`, as lists of cells, which `separator` parts.

    Raises csv.Error at a quotation mark that is not closed or not doubled, and at a cell of more than `max_cell`
    characters. This limit belongs to the whole process, so that only one table must be read at a time.
    """
    csv.field_size_limit(max_cell)
    return csv.reader(lines, strict=True, delimiter=separator)


def is_lfs_pointer(data: bytes) -> bool:
    """Whether the bytes of a file only say where Git LFS stores it, since it was not downloaded."""
    return data.startswith(b"version https://git-lfs.github.com/spec/")
