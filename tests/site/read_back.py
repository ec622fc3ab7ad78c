"""Read every form of a published package with programs that are not ours, and compare each value with the CSV.

    python -I read_back.py FOLDER    where FOLDER is the site's data/

Prints what differs. Nothing of the portal is imported: the only authority is datapackage.json.
"""

import csv
import gzip
import json
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl

LONGEST_CELL = 32_767

Field = dict[str, Any]
Row = Sequence[Any]


def typed(field: Field, cell: str) -> Any:
    if cell in field.get("missingValues", [""]) or (field["type"] in ("string", "any") and not cell.strip()):
        return None
    kinds: dict[str, Callable[[str], Any]] = {
        "number": Decimal,
        "integer": int,
        "boolean": {"true": True, "false": False}.get,
    }
    kinds |= {"date": date.fromisoformat, "datetime": datetime.fromisoformat}
    return kinds.get(field["type"], str)(cell)


def from_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def from_excel(value: Any) -> Any:
    """What a cell of Excel must hold: a number is a double, a day has a time of day."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def sheet_rows(file: Path, resource: dict[str, Any], names: list[str]) -> list[Row]:
    book, name = openpyxl.load_workbook(file), resource["name"]
    titles, head, *rows = book[name].iter_rows()
    columns = [[cell.value for cell in head].index(one) for one in names]
    for field in resource["schema"]["fields"]:
        assert titles[columns[names.index(field["name"])]].value == field["title"], field["name"]
    assert all(title.value for title in titles)
    assert book[name].freeze_panes == "B3", book[name].freeze_panes
    assert "dictionary" in book.sheetnames
    assert all(cell.data_type != "f" for row in rows for cell in row), f"{file}: a formula"
    values = [[row[i].value for i in columns] for row in rows]
    return [[float(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in row] for row in values]


def differences(folder: Path) -> Iterator[str]:
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    whole = next(file.stem for file in folder.glob("*.zip"))
    records = {record["project_id"]: record for record in read_records(folder)}
    for resource in (one for one in package["resources"] if "schema" in one):
        described = {field["name"]: field for field in resource["schema"]["fields"]}
        with (folder / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
            names, *cells = csv.reader(file)
        fields = [described.get(name, {"name": name, "type": "string"}) for name in names]
        wanted = [[typed(field, cell) for field, cell in zip(fields, row, strict=True)] for row in cells]
        yield from tables(folder / resource["name"], cells, wanted)
        if "project_id" in names:
            yield from recorded(resource["name"], names, wanted, records)
        excel = [[from_excel(value) for value in row] for row in wanted]
        yield from compare(f"{whole}.xlsx", excel, sheet_rows(folder / f"{whole}.xlsx", resource, names))
        yield from archived(folder, whole, resource["path"])
    yield from archived(folder, whole, "datapackage.json")


def tables(stem: Path, cells: Sequence[Row], wanted: Sequence[Row]) -> Iterator[str]:
    """Polars and DuckDB on the Parquet, DuckDB on the CSV."""
    yield from compare(f"{stem}.parquet in Polars", wanted, pl.read_parquet(f"{stem}.parquet").rows())
    yield from compare(f"{stem}.parquet in DuckDB", wanted, duckdb.read_parquet(f"{stem}.parquet").fetchall())
    table = duckdb.read_csv(f"{stem}.csv", all_varchar=True, header=True, na_values="")
    yield from compare(f"{stem}.csv in DuckDB", [[cell or None for cell in row] for row in cells], table.fetchall())


def read_records(folder: Path) -> Iterator[dict[str, Any]]:
    for file in folder.glob("projects-*.jsonl.gz"):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line, parse_float=Decimal) for line in lines)


def recorded(
    resource: str, names: list[str], wanted: Sequence[Row], records: dict[str, dict[str, Any]]
) -> Iterator[str]:
    """The rows of a resource in the records of projects, which have them in an order of their own."""
    place = names.index("project_id")
    others = [name for name in names if name != "project_id"]
    by_project: dict[str, list[Row]] = {}
    for row in wanted:
        values = [from_json(value) for value in row]
        by_project.setdefault(values.pop(place), []).append(values)
    for project_id, rows in by_project.items():
        record = records.get(project_id)
        if record is None:
            yield f"{project_id} has no record"
            continue
        own = [record] if resource == "projects" else record[resource]
        if resource != "projects" and any(list(entry) != others for entry in own):
            yield f"{resource} of {project_id}: other names"
        found = [[entry[name] for name in others] for entry in own]
        yield from compare(f"{resource} of {project_id}", sorted(rows, key=repr), sorted(found, key=repr))


def archived(folder: Path, archive: str, name: str) -> Iterator[str]:
    with zipfile.ZipFile(folder / f"{archive}.zip") as contents:
        if contents.read(f"{archive}/{name}") != (folder / name).read_bytes():
            yield f"{name} is another one in {archive}.zip"


def compare(where: str, wanted: Sequence[Row], found: Sequence[Row]) -> Iterator[str]:
    if len(wanted) != len(found):
        yield f"{where}: {len(found)} rows, not {len(wanted)}"
    for number, (one, other) in enumerate(zip(wanted, found, strict=False), start=2):
        for want, got in zip(one, other, strict=True):
            cut = isinstance(want, str) and where.endswith(".xlsx") and len(want) > LONGEST_CELL
            if (got[:30_000] != want[:30_000] or "CSV" not in got[-80:]) if cut else got != want:
                yield f"{where}, row {number}: {str(got)[:80]!r}, not {str(want)[:80]!r}"


if __name__ == "__main__":
    found = list(differences(Path(sys.argv[1])))
    print("\n".join(found[:50]))
    sys.exit(bool(found))
