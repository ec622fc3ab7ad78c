"""A CSV of the package -> the CSV that is published: without ignored columns, and without the names of persons."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping

from portal.core.csv_reader import csv_reader
from portal.core.ignored_columns import without_columns


def published_csv(data: bytes, ignored: Collection[str], hidden_names: Mapping[int, Mapping[str, str]]) -> bytes:
    """A CSV in UTF-8 without the columns `ignored`, and with other texts in place of names; else the same bytes.

    `hidden_names` are these texts, by the number of the row, the header being 1, and by column. A CSV that differs is
    written again, as `without_columns` says.
    """
    if hidden_names:
        data = _with_texts(data, hidden_names)
    return without_columns(data, ignored)


def _with_texts(data: bytes, texts: Mapping[int, Mapping[str, str]]) -> bytes:
    """The CSV with these texts in its cells, by the number of the row and by column."""
    rows = csv_reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    header = next(rows, [])
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(header)
    for number, row in enumerate(rows, start=2):
        of_row = texts.get(number, {})
        writer.writerow([of_row.get(name, cell) for name, cell in zip(header, row, strict=True)] if of_row else row)
    return written.getvalue().encode()
