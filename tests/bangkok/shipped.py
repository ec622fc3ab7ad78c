"""The shipped package as its files have it, read without the program."""

import csv
import json
from typing import Any

from tests.building import ROOT


def table_rows(name: str) -> list[dict[str, str]]:
    """The rows of a table, in the order of its file."""
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def descriptor() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / "datapackage.json").read_text("utf-8"))
    return content
