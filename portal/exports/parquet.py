"""A validated CSV -> Parquet, typed by its schema. The only importer of Polars."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from portal.core.files import new_file
from portal.core.models import MAX_DIGITS, Field, Resource
from portal.exports.cells import TEXTS, reader

ROW_GROUP = 2_000
"""Rows that a reader must load at once; fixed, so that the same data make the same bytes on any machine."""

PLACES = 2
"""After the point, at least: satang."""


def write_parquet(resource: Resource, source: Path, file: Path) -> None:
    """Write the CSV `source` to `file`: decimals, whole numbers, days and times as such, everything else as text.

    Numbers keep every digit. A column whose numbers have more than 38 digits stays text. Zstandard compression.
    """
    fields = list(resource.fields.values())
    texts = pl.scan_csv(source, infer_schema=False, empty_string_is_null=False, glob=False)
    # A column may have a name of its own in the file's first line, such as one with a byte-order mark.
    names = texts.collect_schema().names()
    known = texts.select(
        pl.when(_is_value(pl.col(name), field)).then(pl.col(name)).alias(field.name)
        for name, field in zip(names, fields, strict=True)
    )
    digits = _digits(known, fields)
    typed = known.select(_typed(field, digits.get(field.name)) for field in fields)
    with new_file(file) as new:
        typed.sink_parquet(new, compression="zstd", row_group_size=ROW_GROUP, maintain_order=True)


def _is_value(column: pl.Expr, field: Field) -> pl.Expr:
    """As `cells.is_value` has it."""
    known = ~column.is_in(list(field.missing))
    return known & (column.str.strip_chars() != "") if field.type in TEXTS else known


_NUMBERS = ("number", "integer", "year")


def _digits(table: pl.LazyFrame, fields: Iterable[Field]) -> dict[str, tuple[int, int]]:
    """How many digits the numbers of each numeric column have at most, before the point and after it."""
    numbers = [field.name for field in fields if field.type in _NUMBERS]
    before = [pl.col(name).str.extract(r"^[+-]?(\d+)").str.len_chars().max().fill_null(1) for name in numbers]
    after = [pl.col(name).str.extract(r"\.(\d+)$").str.len_chars().max().fill_null(0) for name in numbers]
    found = [table.select(columns).collect().row(0) if numbers else () for columns in (before, after)]
    return dict(zip(numbers, zip(*found, strict=True), strict=True))


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
            # Polars has other letters than Python: of %f, %y and %z it makes other values.
            kind, read = (pl.Date() if field.type == "date" else pl.Datetime("us")), reader(field)
            return column.map_elements(read, return_dtype=kind)
    return column


def _number(column: pl.Expr, field: Field, whole: int, fraction: int) -> pl.Expr:
    """An exact type that holds every number of the column, and does not change with the data while it need not."""
    if field.type != "number" and whole < 19:
        return column.cast(pl.Int64)
    places = max(fraction, PLACES) if field.type == "number" else 0
    return column.cast(pl.Decimal(MAX_DIGITS, places)) if whole + places <= MAX_DIGITS else column
