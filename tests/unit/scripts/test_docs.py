"""The documents say what is so: their commands, options, paths, names, links, tables and examples."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from build import COMMANDS, main
from portal.core.config import read_config
from portal.core.models import Thresholds
from portal.package.columns import COLUMNS, NEEDED

ROOT = Path(__file__).parents[3]
README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
DOCS = [README, CONTRIBUTING, *sorted((ROOT / "docs").glob("*.md"))]
ARCHITECTURE, ANOTHER_CITY, DATA_OFFICERS, HOSTING = (
    ROOT / "docs" / f"{name}.md" for name in ("architecture", "another-city", "data-officers", "hosting")
)
MADE_BY_THE_PROGRAM = ("site", ".cache", ".venv", "build")
"""Folders that are in no clone."""

each_document = pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)


def read(document: Path) -> str:
    return document.read_text("utf-8")


BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$|(?:(?<=\n\n)|^)((?: {4,}.*\n|\n)+)", re.M | re.S)
"""A block of code, between fences (its indent, language and text) or indented."""


def blocks(text: str, language: str = "") -> list[str]:
    """The texts of the blocks of code: all, or those of a language."""
    return [match[3] or match[4] or "" for match in BLOCK.finditer(text) if language in ("", match[2])]


def spans(text: str) -> list[str]:
    """What stands in backticks, outside of blocks of code; a cell's `\\|` is a `|`."""
    prose = re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.M | re.S)
    return [" ".join(span.replace("\\|", "|").split()) for span in re.findall(r"`([^`]+)`", prose)]


def table(document: Path, first_heading: str) -> list[list[str]]:
    """The rows of the table whose first heading is this, each as its cells, without the headings."""
    lines = iter(read(document).splitlines())
    for line in lines:
        if line.startswith(f"| {first_heading} |"):
            break
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    assert rows, f"{document.name} has no table that begins with {first_heading!r}"
    return rows[1:]


def tracked_files() -> list[str]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listing.splitlines() if (ROOT / name).is_file()]


# Links


def anchors(document: Path) -> set[str]:
    """The anchors of headings, as GitHub makes them."""
    prose = re.sub(r"^```.*?^```$", "", read(document), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)$", prose, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", [*DOCS, ROOT / "CHANGELOG.md"], ids=lambda path: path.name)
def test_every_link_within_the_repository_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", read(document))
    broken = []
    for link in links:
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if ":" not in link and (not target.exists() or (anchor and anchor not in anchors(target))):
            broken.append(link)
    assert broken == []


def test_the_readme_leads_to_every_document() -> None:
    assert set(re.findall(r"\]\((docs/[\w-]+\.md)", read(README))) == {f"docs/{path.name}" for path in DOCS[2:]}


# Paths and names


@each_document
def test_every_path_in_backticks_exists(document: Path) -> None:
    paths = [span for span in spans(read(document)) if re.fullmatch(r"[\w.<>-]+/[\w./<>*-]*", span)]
    patterns = [re.sub(r"<\w+>", "*", path) for path in paths if path.split("/")[0] not in MADE_BY_THE_PROGRAM]
    missing = [p for p in patterns if not any(any(folder.glob(p)) for folder in (ROOT, ROOT / "tests/sample"))]
    assert missing == []


@pytest.mark.parametrize("document", [CONTRIBUTING, ARCHITECTURE], ids=lambda path: path.name)
def test_every_name_in_backticks_is_one_of_the_program(document: Path) -> None:
    words = set[str]()
    for name in tracked_files():
        words |= {*re.findall(r"\w+", name)}
        if not name.endswith((".md", ".png", ".ttf", ".tsv", ".csv")):
            words |= {*re.findall(r"\w+", read(ROOT / name))}
    paths_left_out = [re.sub(r"[\w.<>-]+/[\w./<>*-]*", "", span) for span in spans(read(document))]
    names = {name for span in paths_left_out for name in re.findall(r"[A-Za-z_]\w+", span)}
    assert names - words == set()


# Commands


@pytest.fixture
def options_of(capsys: pytest.CaptureFixture[str]) -> Callable[[str], set[str]]:
    def options(command: str) -> set[str]:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        return {*re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out)} - {"--help"}

    return options


def commands(document: Path) -> Iterator[list[str]]:
    """The words of each command line that begins with make or with Python, without its comment."""
    lines = [line.strip() for block in blocks(read(document)) for line in block.splitlines()]
    for line in [*lines, *spans(read(document))]:
        found = re.match(r"(?:\$ )?(?:\w+=\d+ )?(?:make|(?:\.venv/bin/)?python3?) (?!3)", line)
        if found:
            yield shlex.split(line.removeprefix("$ "), comments=True)


@each_document
def test_every_make_command_names_targets_and_variables_of_the_makefile(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.M))
    unknown = []
    for words in commands(document):
        if words[0] == "make":
            variables = [word.split("=")[0] for word in words[1:] if "=" in word]
            unknown += [word for word in words[1:] if "=" not in word and word not in targets]
            unknown += [name for name in variables if not re.search(rf"^{name} \?=|\$\({name}\)", makefile, re.M)]
    assert unknown == []


@each_document
def test_every_build_command_has_a_subcommand_and_options_that_exist(
    document: Path, options_of: Callable[[str], set[str]]
) -> None:
    for words in commands(document):
        if words[1:2] == ["build.py"]:
            command = words[2] if words[2:] and not words[2].startswith("-") else "build"
            assert command in COMMANDS, words
            assert {word for word in words if word.startswith("--")} - {"--help"} <= options_of(command), words


@each_document
def test_every_module_and_test_that_is_started_exists(document: Path) -> None:
    started = [words[words.index("-m") + 1 :] for words in commands(document) if "-m" in words]
    modules = [rest[0].replace(".", "/") + ".py" for rest in started if rest[0] != "pytest"]
    modules += [word for rest in started for word in rest[1:] if word.endswith(".py")]
    assert [name for name in modules if not (ROOT / name).is_file()] == []


def test_the_readme_lists_every_subcommand() -> None:
    listed = [shlex.split(row[0].strip("`")) for row in table(README, "command")]
    assert {words[2] if words[2:] else "build" for words in listed} == {*COMMANDS}


def test_the_readme_lists_every_option_with_its_commands(options_of: Callable[[str], set[str]]) -> None:
    listed: dict[str, set[str]] = {command: set() for command in COMMANDS}
    for names, of, *_ in table(README, "option"):
        for command in COMMANDS if of == "all" else of.split(", "):
            listed[command] |= {*re.findall(r"--[a-z-]+", names)}
    assert listed == {command: options_of(command) for command in COMMANDS}


def test_the_workflow_is_described_as_the_targets_that_make_ci_has() -> None:
    (needed,) = re.findall(r"^ci: ([\w ]+?) *#", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert {row[0].strip("`") for row in table(CONTRIBUTING, "target")} == {*needed.split()}


# Tables


def test_the_rooms_are_those_of_the_import_contract_in_the_table_and_in_the_drawing() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in config["contracts"] if contract["type"] == "layers")
    rooms = [(str(len(layers) - i), room) for i, layer in enumerate(layers) for room in layer.split(" | ")]
    assert [(row[0], row[1].strip("`")) for row in table(ARCHITECTURE, "layer")] == rooms
    drawing = (ROOT / "docs" / "layers.svg").read_text("utf-8")
    assert re.findall(r'class="name"[^>]*>([^<]+)<', drawing) == ["build.py", *(room for _, room in rooms)]
    assert {path.parent.name for path in (ROOT / "portal").glob("*/__init__.py")} == {room for _, room in rooms}


def test_the_columns_that_the_portal_knows_are_listed_with_their_types() -> None:
    rows = {row[0].strip("`"): [spans(cell) for cell in row[1:3]] for row in table(ANOTHER_CITY, "table")}
    assert {name: tuple(needed) for name, (needed, _) in rows.items()} == NEEDED
    assert {name: {*needed, *others} for name, (needed, others) in rows.items()} == {
        name: {*columns} for name, columns in COLUMNS.items()
    }
    types = {
        column: spans(kind)[0] for kind, names in table(ANOTHER_CITY, "type in the schema") for column in spans(names)
    }
    columns = {column: kind for described in COLUMNS.values() for column, kind in described.items()}
    assert types == {column: kind for column, kind in columns.items() if kind != "string"}


SETTINGS: dict[str, Any] = {
    "languages": ["en"],
    "name": "Name",
    "city": "City",
    "base_url": "https://example.org/",
    "currency": "USD",
    "currency_name": "dollars",
    "calendar": "gregorian",
    "fiscal_year_start": "07-01",
    "fiscal_year_named_by": "end",
    "phone_region": "US",
    "personal_ids": ["us-ssn"],
    "collation": "en",
    "timezone": "America/Chicago",
    "projects_per_page": 20,
    "corrections_email": "office@example.org",
    "oc4ids_prefix": "oc4ids-a1b2c3",
    "ocds_prefix": "ocds-a1b2c3",
    "area": "District",
    "person_titles": ["นาย", "Mrs"],
    "ignore_columns": ["projects.remarks"],
    "year_in_budget_id": True,
}


def test_the_settings_of_a_city_are_those_that_the_program_accepts(tmp_path: Path) -> None:
    listed = [key for row in table(ANOTHER_CITY, "key of `[tool.portal]`") for key in spans(row[0])]
    assert listed == [*SETTINGS]
    limits = [spans(row[0])[0] for row in table(ANOTHER_CITY, "key of `[tool.portal.signals]`")]
    assert limits == [field.name for field in fields(Thresholds)]
    lines = [f"{key} = {json.dumps(SETTINGS[key], ensure_ascii=False)}" for key in listed]
    file = tmp_path / "pyproject.toml"
    file.write_text("\n".join(["[tool.portal]", *lines, "[tool.portal.signals]", *(f"{name} = 7" for name in limits)]))
    assert read_config(file).signals == Thresholds(**dict.fromkeys(limits, 7))
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["portal"]
    assert {key.removesuffix("_en") for key in shipped} - {"signals"} <= {*listed}


# Examples


def test_the_allowances_of_the_example_are_json_with_a_reason_each() -> None:
    (block,) = blocks(read(DATA_OFFICERS), "json")
    entries = json.loads(f"{{{block}}}")["personal_data_allowed"]
    assert [sorted(entry) for entry in entries] == [["field", "reason", "resource"], ["reason", "value"]]


def test_the_erasures_of_the_example_are_a_csv_of_tables_that_the_portal_knows() -> None:
    (block,) = blocks(read(DATA_OFFICERS), "csv")
    header, *rows = csv.reader(line.strip() for line in block.splitlines())
    assert header == ["resource", "key", "field", "release"]
    assert [len(row) for row in rows] == [4, 4, 4]
    assert {row[0] for row in rows} <= COLUMNS.keys()
    assert json.loads(rows[1][1]) == ["91000000-1001", "2026-01-31"]


def test_the_command_for_a_new_id_prints_one() -> None:
    (command,) = (span for span in spans(read(ANOTHER_CITY)) if "uuid4" in span)
    words = shlex.split(command)
    printed = subprocess.run([sys.executable, *words[1:]], check=True, capture_output=True, text=True).stdout
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}\n", printed)


def test_the_command_that_publishes_moves_the_link_to_the_newest_site(tmp_path: Path) -> None:
    (command,) = re.findall(r'ssh server "(.*)"', read(HOSTING))
    for release in ("20260101T000000", "20260201T000000"):
        (tmp_path / release).mkdir()
        script = command.replace("/srv/portal", str(tmp_path))
        subprocess.run(["sh", "-ec", script], check=True, env=os.environ | {"RELEASE": release})
        assert os.readlink(tmp_path / "current") == release
    assert sorted(path.name for path in tmp_path.iterdir()) == ["20260101T000000", "20260201T000000", "current"]
