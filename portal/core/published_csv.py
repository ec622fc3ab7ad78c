"""A CSV of the package -> the CSV that is published: without ignored columns, and without the names of persons."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping

from portal.core.csv_reader import csv_reader


def published_csv(data: bytes, ignored: Collection[str], hidden_names: Mapping[int, Mapping[str, str]]) -> bytes:
    """A CSV in UTF-8 without the columns `ignored`, and with other texts in place of names; else the same bytes.

    `hidden_names` are these texts, by the number of the row, the header being 1, and by column. A CSV that differs is
    written again: without a byte-order mark, with LF at the end of lines, and with quotation marks only where a cell
    needs them.
    """
    if not ignored and not hidden_names:
        return data
    rows = csv_reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    header = next(rows, [])
    published = [index for index, name in enumerate(header) if name not in ignored]
    if len(published) == len(header) and not hidden_names:
        return data
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([header[index] for index in published])
    for number, row in enumerate(rows, start=2):
        texts = hidden_names.get(number)
        cells = [texts.get(name, cell) for name, cell in zip(header, row, strict=True)] if texts else row
        writer.writerow([cells[index] for index in published if index < len(cells)])
    return text.getvalue().encode()
