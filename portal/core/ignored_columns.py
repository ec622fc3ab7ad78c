"""A CSV without some of its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Container


def without_columns(data: bytes, names: Container[str]) -> bytes:
    """The UTF-8 bytes of a CSV without the columns called `names`; the same bytes where it has none of them.

    What remains is written anew: without a byte-order mark, with LF, and with quotation marks only where a cell needs
    them.
    """
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    header = next(rows, [])
    places = [index for index, name in enumerate(header) if name not in names]
    if len(places) == len(header):
        return data
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([header[index] for index in places])
    writer.writerows([row[index] for index in places if index < len(row)] for row in rows)
    return text.getvalue().encode()


def ignored_in(resource: str, ignored: Container[str], header: tuple[str, ...]) -> frozenset[str]:
    """The columns of a table that `ignored` names as `resource.column`."""
    return frozenset(name for name in header if f"{resource}.{name}" in ignored)
