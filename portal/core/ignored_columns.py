"""Columns that are not published: which they are, and a CSV without them."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Container

from portal.core.csv_reader import csv_reader


def without_columns(data: bytes, names: Collection[str]) -> bytes:
    """A CSV in UTF-8 without the columns `names`; the same bytes where it has none of them.

    Otherwise it is written again: without a byte-order mark, with LF at the end of lines, and with quotation marks
    only where a cell needs them.
    """
    if not names:
        return data
    rows = csv_reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    header = next(rows, [])
    published = [index for index, name in enumerate(header) if name not in names]
    if len(published) == len(header):
        return data
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([header[index] for index in published])
    writer.writerows([row[index] for index in published if index < len(row)] for row in rows)
    return text.getvalue().encode()


def ignored_in(resource: str, ignored: Container[str], header: tuple[str, ...]) -> frozenset[str]:
    """The columns in the `header` of the table `resource` that `ignored` lists, as `resource.column`."""
    return frozenset(name for name in header if f"{resource}.{name}" in ignored)
