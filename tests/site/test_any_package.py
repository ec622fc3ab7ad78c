"""Whatever a package holds, a build ends with a good site or with problems, and never with a traceback.

Hypothesis makes the packages, the same ones at each run. For others, and fifty times as many:

    HOSTILE_TIMES=50 python -m pytest tests/site/test_any_package.py
"""

from __future__ import annotations

import contextlib
import copy
import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build import main
from portal.core.text import FORBIDDEN

from tests.building import SAMPLE, run_build

TIMES = int(os.environ.get("HOSTILE_TIMES", "1"))
PROJECTS = ("91000000-1001", "91000000-3001", "92000000-3001", "S69-0101-P02-9200")


def examples(count: int) -> settings:
    """So many packages; the same at each run, or `HOSTILE_TIMES` as many others."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(
        max_examples=count * TIMES, derandomize=TIMES == 1, deadline=None, database=None, suppress_health_check=slow
    )


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with four of its projects, and what refers to no other."""
    root = tmp_path_factory.mktemp("tiny") / "package"
    shutil.copytree(SAMPLE, root)
    resources = {one["name"]: one for one in json.loads((root / "datapackage.json").read_bytes())["resources"]}
    texts = {name: (root / one["path"]).read_text("utf-8") for name, one in resources.items()}
    tables = {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}
    headers = {name: list(rows[0]) for name, rows in tables.items()}
    tables["projects"] = [row for row in tables["projects"] if row["project_id"] in PROJECTS]
    before = 0
    while before != (before := sum(map(len, tables.values()))):
        for name, resource in resources.items():
            for key in resource["schema"].get("foreignKeys", ()):
                ((own,), (other,)) = key["fields"], key["reference"]["fields"]
                there = {"", *(row[other] for row in tables[key["reference"].get("resource") or name])}
                tables[name] = [row for row in tables[name] if row[own] in there]
    for name, rows in tables.items():
        with (root / resources[name]["path"]).open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, headers[name], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return root


# What stands in cells and texts

WORDS = (
    *(
        "",
        " ",
        "\t",
        "0",
        "-0",
        "1",
        "-1",
        "0.1",
        "100",
        "100.01",
        "1e9",
        "1e999",
        "NaN",
        "Infinity",
        "1_000",
        "๑๒",
        "1,5",
    ),
    *("9" * 31, "9" * 400, "0." + "0" * 40 + "1", "0001-01-01", "9999-12-31", "2569-01-01", "2024-02-30", "2024-02-29"),
    *("0001-01-01T00:00:00", "9999-12-31T23:59:59", "2023-10-01", "2567", "0", "1", "12", "13", "4", "true", "false"),
    *("กำลังดำเนินการ", "ดำเนินการแล้วเสร็จ", "ล่าช้า", *PROJECTS, "91000000", "sample-budget", "page", "CON", "..", "a/b"),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "%(x)s %", "{0}", "=1+1", "@x", "'"),
    *(
        "\u202eabc",
        "\u200b",
        "\ufeff",
        "\uffff",
        "\0",
        "\x1b[2J",
        "\r",
        "\n",
        "\r\n",
        "\u2028",
        "e\u0301",
        "ก็็็",
        "😀",
        "\u00ad",
    ),
    *(
        "https://example.org/",
        "javascript:alert(1)",
        "//x",
        "https://[",
        "a" * 600,
        "ก" * 3000,
        "(",
        "[",
        "a\\",
        "$(id)",
    ),
)
LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = (
    st.sampled_from(WORDS) | st.text(LETTERS, max_size=20) | st.lists(st.sampled_from(WORDS), max_size=3).map("".join)
)
FIT = TEXTS.filter(lambda text: not FORBIDDEN.search(text))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(TEXTS, part, max_size=3),
    max_leaves=6,
)
PROPERTIES = (
    *(
        "type",
        "format",
        "constraints",
        "missingValues",
        "trueValues",
        "falseValues",
        "title",
        "title_en",
        "unit",
        "enum_labels",
    ),
    *(
        "primaryKey",
        "foreignKeys",
        "uniqueKeys",
        "required",
        "unique",
        "enum",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
    ),
    *("name", "path", "schema", "fields", "reference", "resource", "example", "categories", "fieldsMatch", "rdfType"),
    *(
        "licenses",
        "sources",
        "contributors",
        "keywords",
        "created",
        "version",
        "notice",
        "image",
        "personal_data_allowed",
    ),
)
TYPES: tuple[str, ...] = (
    "string",
    "number",
    "integer",
    "boolean",
    "object",
    "array",
    "list",
    "date",
    "time",
    "datetime",
    "year",
    "yearmonth",
)
TYPES += ("duration", "geopoint", "geojson", "any", "uri", "email", "default", "%d/%m/%Y", "%Y", "topojson", "x")


# What is done to a package


def a_cell(draw: Any, root: Path) -> None:
    """One cell is another text."""
    file = draw(st.sampled_from(sorted((root / "data").glob("*.csv"))))
    table = list(csv.reader(io.StringIO(file.read_text("utf-8", "replace"), newline="")))
    row = draw(st.integers(0 if draw(st.integers(0, 9)) == 0 else 1, max(len(table) - 1, 1))) if len(table) > 1 else 0
    if table and row < len(table) and table[row]:
        table[row][draw(st.integers(0, len(table[row]) - 1))] = draw(TEXTS)
        with file.open("w", encoding="utf-8", errors="replace", newline="") as text:
            csv.writer(text, lineterminator=draw(st.sampled_from(["\n", "\r\n"]))).writerows(table)


NUMBERS = ("", "", "0", "-0", "0.0", "100", "0.1", "99.999999999999999999", "7", "1000000000000000", "999999999999.99")
KINDS = {
    "number": NUMBERS,
    "integer": ("", "0", "1", "12", "4", "2567", "2999", "2400", "100"),
    "date": (
        "",
        "0001-01-01",
        "1899-12-31",
        "1900-02-28",
        "2000-02-29",
        "2023-10-01",
        "2026-10-15",
        "2399-12-31",
        "9999-12-31",
    ),
    "datetime": ("0001-01-01T00:00:00", "2026-10-15T23:59:59", "1969-12-31T23:59:59", "9999-12-31T23:59:59"),
}
"""Cells that are of their type at least, so that more than the reader has to bear them."""


def fitting_cells(draw: Any, root: Path) -> None:
    """Cells at the edge of what their columns may hold."""
    content = json.loads((root / "datapackage.json").read_text("utf-8"))
    for resource in draw(st.lists(st.sampled_from(content["resources"]), min_size=1, max_size=6)):
        file = root / resource["path"]
        table = list(csv.reader(io.StringIO(file.read_text("utf-8"), newline="")))
        described = draw(st.sampled_from(resource["schema"]["fields"]))
        fitting = FIT if described["type"] == "string" else st.sampled_from(KINDS[described["type"]])
        if not described["name"].endswith("_id"):
            table[draw(st.integers(1, len(table) - 1))][table[0].index(described["name"])] = draw(fitting)
        with file.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text, lineterminator="\n").writerows(table)


def a_row(draw: Any, root: Path) -> None:
    """A row comes twice, goes, or is cut in the middle."""
    file = draw(st.sampled_from(sorted((root / "data").glob("*.csv"))))
    lines = file.read_text("utf-8", "replace").splitlines(keepends=True)
    if lines:
        at = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        lines[at : at + 1] = draw(
            st.sampled_from([[line, line], [], [line[: len(line) // 2]], [line[: len(line) // 2] + "\n"]])
        )
        file.write_text("".join(lines), "utf-8", newline="")


def some_bytes(draw: Any, root: Path) -> None:
    """Random bytes stand in a file."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    file = draw(st.sampled_from(files))
    data = file.read_bytes()
    at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
    file.write_bytes(data[:at] + draw(st.binary(max_size=20)) + data[at + length :])


def a_property(draw: Any, root: Path) -> None:
    """A part of the descriptor goes, comes, or is of another kind."""
    file = root / "datapackage.json"
    try:
        content = json.loads(file.read_text("utf-8"))
    except ValueError:
        return
    parts = [part for part in walk(content) if part]
    if not parts:
        return
    parent = draw(st.sampled_from(parts))
    key = draw(st.sampled_from(list(parent) if isinstance(parent, dict) else list(range(len(parent)))))
    match draw(st.sampled_from(["replace", "delete", "add", "type", "move"])):
        case "replace":
            parent[key] = draw(JSON)
        case "delete":
            del parent[key]
        case "add" if isinstance(parent, dict):
            parent[draw(st.sampled_from(PROPERTIES) | TEXTS)] = draw(JSON)
        case "type" if isinstance(parent, dict):
            parent[draw(st.sampled_from(["type", "format"]))] = draw(st.sampled_from(TYPES))
        case "move":
            parent[key] = copy.deepcopy(draw(st.sampled_from(parts)))
    file.write_bytes(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))


def walk(content: Any) -> Iterator[Any]:
    """Every object and list within."""
    if isinstance(content, dict | list):
        yield content
        for part in content.values() if isinstance(content, dict) else content:
            yield from walk(part)


def no_demand(draw: Any, root: Path) -> None:
    """The descriptor demands nothing, so that the portal's own rules must hold."""
    file = root / "datapackage.json"
    try:
        content = json.loads(file.read_text("utf-8"))
        for resource in content["resources"]:
            fields = [{k: v for k, v in f.items() if k != "constraints"} for f in resource["schema"]["fields"]]
            resource["schema"] = {"fields": fields}
    except (ValueError, LookupError, TypeError, AttributeError):
        return
    file.write_text(json.dumps(content), "utf-8")


def a_note(draw: Any, root: Path) -> None:
    """A note is another text, with front matter or without."""
    marks = st.sampled_from(
        ["---\n", "\n", "date: 2024-10-20\n", "name: x\n", "office: x\n", "## ", "[x](", "/projects/", ")"]
    )
    file = root / "content" / "projects" / draw(st.sampled_from(["91000000-1001.md", "91000000-3001.md", "x.md"]))
    begin = draw(st.sampled_from(["---\ndate: 2024-10-20\nname: x\noffice: x\n---\n", ""]))
    text = begin + "".join(draw(st.lists(marks | TEXTS, min_size=1, max_size=8)))
    file.write_bytes(text.encode("utf-8", "replace"))


GENTLE: tuple[Callable[[Any, Path], None], ...] = (a_cell, a_property, a_note)
ROUGH = (a_cell, a_cell, a_cell, no_demand, a_note, a_row, some_bytes, a_property, a_property)


def check(root: Path) -> tuple[int, str, str]:
    """The exit code of a check, and what it prints to both outputs."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["check", "--package", str(root), "--jobs", "1"])
    return code, out.getvalue(), err.getvalue()


def holds(code: int, out: str, err: str) -> None:
    """All is well, or every line of the report names a place; the files are there, so the command is not wrong."""
    assert code in (0, 1), err
    if code == 1:
        *lines, end = out.split("\n")
        assert (bool(lines), end) == (True, "")
        for line in lines:
            assert line.isprintable(), line
            assert line.startswith(("data", "content/projects/")), line
            assert ": " in line


def test_the_package_from_which_the_others_are_made_has_no_problem(tiny: Path) -> None:
    """Else no build of another would come further than its check."""
    code, out, _ = check(tiny)
    assert code == 0, out


@examples(105)
@given(draw=st.data())
def test_a_check_of_any_package_ends_well_or_with_problems(tiny: Path, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(tiny, Path(folder) / "package"))
        for change in draw.draw(st.lists(st.sampled_from(ROUGH), min_size=1, max_size=4)):
            change(draw.draw, root)
        holds(*check(root))


@examples(15)
@given(draw=st.data())
def test_a_build_of_any_package_ends_with_a_good_site_or_with_problems(tiny: Path, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(tiny, Path(folder) / "package"))
        # The descriptor is not changed before what reads it here; most packages hold nothing else, and become a site.
        for change in (
            no_demand,
            fitting_cells,
            *draw.draw(st.just(()) | st.lists(st.sampled_from(GENTLE), max_size=1)),
        ):
            change(draw.draw, root)
        result = run_build("--package", root, "--output", root.parent / "site")
        code = result.returncode
        holds(code, result.stdout, result.stderr)
        site = root.parent / "site"
        assert (site / "index.html").is_file() is (site / "build-info.json").is_file() is (code == 0)
        assert {path.name for path in root.parent.iterdir()} == {"package", *(["site"] if code == 0 else [])}
