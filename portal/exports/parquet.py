"""A validated CSV -> Parquet, typed by its schema. The only importer of Polars."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

# Polars would keep 130 MB that it has freed, until it is used again. Its allocator reads this once, at the import.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:50,muzzy_decay_ms:0")

import polars as pl

from portal.core.cells import TEXT_TYPES, value_reader
from portal.core.files import new_file
from portal.core.models import MAX_DIGITS, Field, Resource
from portal.core.text import UNSEEN

ROW_GROUP = 2_000
"""Rows that a reader must load together. The number is fixed, so that every machine writes the same bytes."""

PLACES = 2
"""Digits after the point that a column of decimals has at least: satang."""


def write_parquet(resource: Resource, source: Path, file: Path) -> None:
    """Write the CSV `source` to `file`: numbers, booleans, dates and times with their types, everything else as text.

    Numbers have all their digits. A column whose numbers have more than 38 digits stays text. Zstandard compression.
    """
    fields = list(resource.fields.values())
    texts = pl.scan_csv(source, infer_schema=False, empty_string_is_null=False, glob=False)
    # The header may name a column otherwise than the schema, such as with a byte-order mark.
    names = texts.collect_schema().names()
    filled = texts.select(
        pl.when(_has_value(pl.col(name), field)).then(pl.col(name)).alias(field.name)
        for name, field in zip(names, fields, strict=True)
    )
    digits = _digits(filled, fields)
    typed = filled.select(_typed(field, digits.get(field.name)) for field in fields)
    with new_file(file) as new:
        typed.sink_parquet(new, compression="zstd", row_group_size=ROW_GROUP, maintain_order=True)


def _has_value(column: pl.Expr, field: Field) -> pl.Expr:
    """The same as `has_value` of `portal/core/cells.py`, for a whole column."""
    filled = ~column.is_in(list(field.missing))
    return filled & column.str.contains(f"[^{UNSEEN}]") if field.type in TEXT_TYPES else filled


_NUMBERS = ("number", "integer", "year")


def _digits(table: pl.LazyFrame, fields: Iterable[Field]) -> dict[str, tuple[int, int]]:
    """The largest number of digits before and after the point, by numeric column."""
    numbers = [field.name for field in fields if field.type in _NUMBERS]
    before = [pl.col(name).str.extract(r"^[+-]?(\d+)").str.len_chars().max().fill_null(1) for name in numbers]
    after = [pl.col(name).str.extract(r"\.(\d+)$").str.len_chars().max().fill_null(0) for name in numbers]
    counts = [table.select(columns).collect().row(0) if numbers else () for columns in (before, after)]
    return dict(zip(numbers, zip(*counts, strict=True), strict=True))


def _typed(field: Field, digits: tuple[int, int] | None) -> pl.Expr:
    column = pl.col(field.name)
    if digits is not None:
        return _number(column.str.strip_prefix("+"), field, *digits)
    match field.type:
        case "boolean":
            return column.replace_strict(field.booleans, return_dtype=pl.Boolean)
        case "date" if field.format == "default":
            return column.str.to_date("%Y-%m-%d")
        case "datetime" if field.format == "default":
            return column.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", time_zone=None)
        case "date" | "datetime":
            # Polars does not read %f, %y and %z as Python does.
            kind, read = (pl.Date() if field.type == "date" else pl.Datetime("us")), value_reader(field)
            return column.map_elements(read, return_dtype=kind)
    return column


def _number(column: pl.Expr, field: Field, whole: int, fraction: int) -> pl.Expr:
    """The column with an exact numeric type that holds all its numbers; the same type for most data.

    `whole` and `fraction` are the largest numbers of digits before and after the point.
    """
    if field.type != "number" and whole < 19:
        return column.cast(pl.Int64)
    places = max(fraction, PLACES) if field.type == "number" else 0
    return column.cast(pl.Decimal(MAX_DIGITS, places)) if whole + places <= MAX_DIGITS else column
