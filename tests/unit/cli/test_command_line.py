"""The command line: exit codes, and problems as text, as JSON and as annotations."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from email import message_from_string
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from build import main
from portal.cli.reporter import Reporter
from portal.core.config import read_config
from portal.core.models import Thresholds
from portal.core.problems import Problem, UsageError

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

ROOT = Path(__file__).parents[3]
BUILD = ROOT / "build.py"


def run(*arguments: str | Path, cwd: Path = ROOT, script: Path = BUILD, **variables: str) -> tuple[int, str, str]:
    """The exit code, the output and the errors of the real command."""
    result = subprocess.run(
        [sys.executable, script, *arguments], cwd=cwd, capture_output=True, env=os.environ | variables, timeout=60
    )
    return result.returncode, result.stdout.decode(), result.stderr.decode()


@pytest.fixture
def broken(package: SamplePackage) -> SamplePackage:
    """A package with a mistake in each of two files, one of them below cells of several lines."""
    package.set("projects", "remarks", "one\ntwo", "three\n\nfour")
    package.set("projects", "fiscal_year", "100%, or: 2567", row=4)
    package.set("agencies", "kind", "departmen")
    return package


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of what the command needs, with a configuration and content of its own."""
    root = tmp_path / "repository"
    shutil.copytree(ROOT / "portal", root / "portal", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "content", root / "content")
    for name in ("build.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    return root


# Good


def test_the_real_package_is_good() -> None:
    assert run("check") == (
        0,
        "bangkok-projects 1.0.1: no problems in 695 rows of 7 files and 8 content pages\n",
        "",
    )


def test_good_package_as_json_has_its_counts_and_no_problems() -> None:
    code, out, err = run("check", "--package", "tests/sample", "--format", "json")
    content = json.loads(out)
    assert (code, err, content["problems"]) == (0, "", [])
    assert {"projects", "rows", "documents"} <= content.keys()


# Mistakes in the data


def test_mistakes_are_printed_one_a_line_and_counted(broken: SamplePackage) -> None:
    assert run("check", "--package", broken.root) == (
        1,
        'data/agencies.csv, row 2, kind: "departmen" is not one of the words allowed here. '
        'Did you mean "department"?\n'
        'data/projects.csv, row 4, fiscal_year: "100%, or: 2567" has a comma: a number is written without '
        "separators. Write it in this form, for example 2566, or leave the cell blank if it is not known.\n",
        "2 problems; nothing was published.\n",
    )


def test_mistakes_as_json_have_every_key(broken: SamplePackage) -> None:
    code, out, err = run("check", "--package", broken.root, "--format", "json")
    assert (code, err) == (1, "")
    assert json.loads(out) == {
        "problems": [
            {
                "place": "data/agencies.csv",
                "row": 2,
                "rows": [2],
                "count": 1,
                "line": 2,
                "field": "kind",
                "value": "departmen",
                "rule": "not-in-list",
                "message": '"departmen" is not one of the words allowed here.',
                "hint": 'Did you mean "department"?',
                "text": 'data/agencies.csv, row 2, kind: "departmen" is not one of the words allowed here. '
                'Did you mean "department"?',
            },
            {
                "place": "data/projects.csv",
                "row": 4,
                "rows": [4],
                "count": 1,
                "line": 7,
                "field": "fiscal_year",
                "value": "100%, or: 2567",
                "rule": "thousands-comma",
                "message": '"100%, or: 2567" has a comma: a number is written without separators.',
                "hint": "Write it in this form, for example 2566, or leave the cell blank if it is not known.",
                "text": 'data/projects.csv, row 4, fiscal_year: "100%, or: 2567" has a comma: a number is written '
                "without separators. Write it in this form, for example 2566, or leave the cell blank if it is not "
                "known.",
            },
        ]
    }


def test_annotations_are_on_the_line_of_the_file_as_the_working_directory_has_it(broken: SamplePackage) -> None:
    code, out, _ = run("check", "--package", "package", "--format", "github", cwd=broken.root.parent)
    assert (code, out.splitlines()) == (
        1,
        [
            "::error file=package/data/agencies.csv,line=2,title=not-in-list::data/agencies.csv, row 2, kind: "
            '"departmen" is not one of the words allowed here. Did you mean "department"?',
            "::error file=package/data/projects.csv,line=7,title=thousands-comma::data/projects.csv, row 4, "
            'fiscal_year: "100%25, or: 2567" has a comma: a number is written without separators. '
            "Write it in this form, for example 2566, or leave the cell blank if it is not known.",
        ],
    )
    lines = (broken.root / "data" / "projects.csv").read_text("utf-8").splitlines()
    assert "100%, or: 2567" in lines[7 - 1]


def reported(problems: Sequence[Problem], *, style: str = "text", every_row: bool = False) -> tuple[list[str], str]:
    out, err = io.StringIO(), io.StringIO()
    Reporter(style, out, err, every_row=every_row).problems(problems, Path())
    return out.getvalue().splitlines(), err.getvalue()


def test_one_kind_of_mistake_in_a_column_is_one_problem(package: SamplePackage) -> None:
    header, *rows = package.table("agencies")
    package.write("agencies", [header, *rows, *([[""] * len(header)] * 1_500)])
    amounts = ["78,459,000", "2,256,500", "1,598,800", "3,000,000"]
    package.set("projects", "budget_received", *amounts)
    package.set("projects", "fiscal_year", "2022", "2023", "x")
    problems = package.problems()
    assert reported(problems) == (
        [
            "data/agencies.csv, 1,500 rows (7, 8, 9, …): this row is blank. Delete it.",
            'data/projects.csv, 2 rows (2, 3), fiscal_year: in row 2, "2022" is in the common era; a fiscal year is '
            "B.E. Write 2565.",
            'data/projects.csv, 4 rows (2, 3, 4, …), budget_received: in row 2, "78,459,000" has a comma: a number is '
            "written without separators. Write 78459000.",
            'data/projects.csv, row 4, fiscal_year: "x" is not a whole number. Write it in this form, for example '
            "2566, or leave the cell blank if it is not known.",
        ],
        "4 problems in 1,507 places (--all names each); nothing was published.\n",
    )
    lines, end = reported(problems, every_row=True)
    assert len(lines) == 1_000 + 1 + 7
    assert [line.split("Write ")[1] for line in lines if "comma" in line] == [f"{a.replace(',', '')}." for a in amounts]
    assert end == "1,507 problems; nothing was published.\n"
    (first, *_), _ = reported(problems, style="github")
    assert first.startswith(
        "::error file=data/agencies.csv,line=7,title=blank-row::data/agencies.csv, 1%2C500 rows".replace("%2C", ",")
    )
    found = json.loads("\n".join(reported(problems, style="json")[0]))["problems"]
    assert [(p["count"], p["rows"]) for p in found] == [(1500, [7, 8, 9]), (2, [2, 3]), (4, [2, 3, 4]), (1, [4])]


def test_every_row_is_named_on_request(package: SamplePackage) -> None:
    package.set("projects", "fiscal_year", "2022", "2023")
    command = ("check", "--package", package.root)
    assert run(*command)[1].count("\n") == 1
    assert [line.split(", ")[1] for line in run(*command, "--all")[1].splitlines()] == ["row 2", "row 3"]


def annotation(problem: Problem, root: Path) -> str:
    out = io.StringIO()
    Reporter("github", out, io.StringIO()).problems([problem], root)
    return out.getvalue()


def test_annotation_escapes_what_would_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "50%, a:b"
    folder.mkdir()
    problem = Problem("x.csv", "a,b:c", "one\ntwo\r::error::100%", line=3)
    assert annotation(problem, folder) == (
        "::error file=50%25%2C a%3Ab/x.csv,line=3,title=a%2Cb%3Ac::x.csv, line 3: one\ufffdtwo\ufffd::error::100%25\n"
    )


def test_annotation_of_a_missing_file_is_in_the_package_and_of_a_content_page_in_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    package = ROOT / "tests" / "sample"
    missing = annotation(Problem("data/none.csv", "missing-file", "x"), package)
    assert missing.startswith("::error file=tests/sample/data/none.csv,title=")
    content = annotation(Problem("content/about.md", "picture", "x", line=5), package)
    assert content.startswith("::error file=content/about.md,line=5,title=")


@pytest.mark.parametrize("change", ["json", "csv", "missing", "binary", "list"])
def test_every_kind_of_mistake_ends_a_build_without_a_traceback_and_without_output(
    package: SamplePackage, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    match change:
        case "json":
            package.descriptor.write_text('{"name": }')
        case "csv":
            package.change("projects", lambda data: data + b'"half')
        case "missing":
            package.file("agencies").unlink()
        case "binary":
            package.change("agencies", lambda data: random.Random(2566).randbytes(1000))
        case "list":
            package.descriptor.write_text("[[[]]]")
    output = package.root.parent / "site"
    assert main(["--package", str(package.root), "--output", str(output)]) == 1
    out, err = capsys.readouterr()
    assert (out.count("\n"), err) == (1, "1 problem; nothing was published.\n")
    assert sorted(path.name for path in package.root.parent.iterdir()) == ["package"]


def test_mistakes_are_printed_where_the_terminal_has_no_thai(package: SamplePackage) -> None:
    package.set("agencies", "kind", "สำนัก")
    code, out, err = run("check", "--package", package.root, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (code, err) == (1, "1 problem; nothing was published.\n")
    assert '"สำนัก" is not one of the words allowed here.' in out


def test_reader_that_stops_early_gets_no_traceback(broken: SamplePackage) -> None:
    command: list[str | Path] = [sys.executable, BUILD, "check", "--package", broken.root]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, b"2 problems; nothing was published.\n")


# Mistakes in the content


def test_mistakes_in_content_and_data_are_told_together(repository: Path, broken: SamplePackage) -> None:
    (repository / "content" / "about.en.md").unlink()
    (repository / "content" / "contact.md").write_text("---\ntitle: x\n---\n\n![](x.png)\n")
    code, out, err = run(
        *("check", "--package", broken.root, "--format", "github"), cwd=repository, script=repository / "build.py"
    )
    assert (code, err) == (1, "4 problems; nothing was published.\n")
    assert [line.split("::")[1] for line in out.splitlines()] == [
        "error file=content/about.md,title=missing-translation",
        "error file=content/contact.md,line=5,title=picture",
        "error file=../package/data/agencies.csv,line=2,title=not-in-list",
        "error file=../package/data/projects.csv,line=7,title=thousands-comma",
    ]


# Wrong usage and configuration


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["publish"], "invalid choice: 'publish'"),
        (["check", "--colour"], "unrecognized arguments: --colour"),
        (["check", "--format", "xml"], "invalid choice: 'xml'"),
        (["--jobs", "0"], "--jobs must be 1 or more"),
        (["--jobs", "many"], "invalid int value: 'many'"),
        (["check", "--package", "nowhere"], "build.py: nowhere: no such file. Give --package the path of"),
        (["check", "--package", "tests"], "build.py: tests/datapackage.json: no such file."),
        (["check", "--base-url", "example.org"], "build.py: --base-url: 'example.org' is not the address of a site"),
        (["check", "--base-url", "https://["], "build.py: --base-url: 'https://[' is not the address of a site"),
    ],
)
def test_wrong_usage_exits_with_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(ROOT)
    try:
        code: object = main(arguments)
    except SystemExit as leave:
        code = leave.code
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert message in err


def test_wrong_configuration_exits_with_2(repository: Path) -> None:
    (repository / "pyproject.toml").write_text("[tool.portal]\nname = 5\n")
    code, out, err = run("check", "--package", ROOT / "tests" / "sample", script=repository / "build.py")
    assert (code, out, err) == (2, "", "build.py: pyproject.toml: [tool.portal] name must be a text.\n")


CONFIGURATION = """
[tool.portal]
name = "ก"
name_en = "A"
city = "ข"
city_en = "B"
base_url = "https://example.org/portal"
"""


def test_configuration_is_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION, "utf-8")
    config = read_config(tmp_path / "pyproject.toml")
    assert (config.name.en, config.base_url, config.base_path) == ("A", "https://example.org/portal/", "/portal/")


def test_thresholds_are_read_and_those_not_set_are_the_usual_ones(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(CONFIGURATION, "utf-8")
    assert read_config(pyproject).signals == Thresholds()
    pyproject.write_text(CONFIGURATION + "[tool.portal.signals]\nspending_ahead_points = 0\nsilent_months = 3", "utf-8")
    assert read_config(pyproject).signals == Thresholds(0, Thresholds().unspent_percent, 3)


def test_this_portal_writes_every_threshold_down() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["portal"]["signals"]
    assert table.keys() == dataclasses.asdict(Thresholds()).keys()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("spending_points = 30", "has no key spending_points"),
        ("spending_ahead_points = -1", "spending_ahead_points must be a whole number from 0 to 100"),
        ("unspent_percent = 101", "unspent_percent must be a whole number from 0 to 100"),
        ("unspent_percent = 10.0", "unspent_percent must be a whole number"),
        ("jump_from_percent = true", "jump_from_percent must be a whole number"),
        ('jump_from_percent = "50"', "jump_from_percent must be a whole number"),
        ("silent_months = 0", "silent_months must be a whole number from 1 to 12"),
        ("silent_months = 13", "silent_months must be a whole number from 1 to 12"),
    ],
)
def test_wrong_threshold_names_its_key(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"{CONFIGURATION}[tool.portal.signals]\n{line}", "utf-8")
    with pytest.raises(UsageError, match=rf"^pyproject.toml: \[tool.portal.signals\] {message}"):
        read_config(tmp_path / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CONFIGURATION + "signals = 5", r"\[tool.portal.signals\] must be a table"),
        ("[tool", "pyproject.toml: not valid TOML"),
        ("", r"the table \[tool.portal\] is missing"),
        ("tool = 5", r"the table \[tool.portal\] is missing"),
        ("[tool]\nportal = 5", r"the table \[tool.portal\] is missing"),
        (CONFIGURATION + "colour = 5", "has no key colour"),
        (CONFIGURATION.replace('"A"', '" "'), "name_en must be a text"),
        (CONFIGURATION.replace('"A"', "5"), "name_en must be a text"),
        (CONFIGURATION + "projects_per_page = 0", "projects_per_page must be a whole number"),
        (CONFIGURATION + "projects_per_page = true", "projects_per_page must be a whole number"),
        (CONFIGURATION + 'oc4ids_prefix = "oc4ids-A1"', "oc4ids_prefix must be as oc4ids-a1b2c3"),
        (CONFIGURATION + "oc4ids_prefix = 5", "oc4ids_prefix must be as oc4ids-a1b2c3"),
        (CONFIGURATION + 'ignore_columns = "projects.x"', "ignore_columns must be a list"),
        (CONFIGURATION + 'ignore_columns = ["x"]', "ignore_columns must be a list such as"),
        (CONFIGURATION.replace("/portal", "/a/../b"), "is not the address of a site"),
        (CONFIGURATION + 'projects_per_page = "50"', "projects_per_page must be a whole number"),
        (CONFIGURATION.replace("https://example.org", "ftp://example.org"), "is not the address of a site"),
        (CONFIGURATION.replace("/portal", "/portal?x"), "is not the address of a site"),
        (CONFIGURATION.replace("example.org", "example.org:x"), "is not the address of a site"),
    ],
)
def test_wrong_configuration_names_its_key(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=message):
        read_config(tmp_path / "pyproject.toml")


def test_configuration_that_is_not_there_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_config(tmp_path / "pyproject.toml")
    (tmp_path / "pyproject.toml").write_bytes(CONFIGURATION.encode("tis-620"))
    with pytest.raises(UsageError, match="not valid TOML"):
        read_config(tmp_path / "pyproject.toml")


@pytest.mark.parametrize("command", ["build", "check"])
def test_python_without_docstrings_is_refused_since_rules_are_published_with_theirs(
    tmp_path: Path, command: str
) -> None:
    said = "build.py: Python -OO (or PYTHONOPTIMIZE=2) leaves out the words of public rules. Start it without.\n"
    assert run(command, "--output", tmp_path / "site", PYTHONOPTIMIZE="2") == (2, "", said)


def test_python_without_assertions_checks_as_ever(package: SamplePackage) -> None:
    assert run("check", "--package", package.root, PYTHONOPTIMIZE="1") == run("check", "--package", package.root)


def test_pip_installs_the_libraries_of_a_cluster_and_no_copy_of_the_program(tmp_path: Path) -> None:
    """As README says, from a folder with all that a clone has at its top; pip resolves what is installed here."""
    for name in ("portal", "templates", "locales", "content", "data"):
        shutil.copytree(ROOT / name, tmp_path / "clone" / name)
    for name in ("pyproject.toml", "README.md", "build.py"):
        shutil.copy(ROOT / name, tmp_path / "clone")
    options: list[str | Path] = [
        "--no-index",
        "--no-build-isolation",
        "--disable-pip-version-check",
        "--prefix",
        tmp_path / "there",
    ]
    command = [sys.executable, "-m", "pip", "install", "--quiet", *options, ".[cluster]"]
    installed = subprocess.run(command, cwd=tmp_path / "clone", capture_output=True, text=True)
    assert installed.returncode == 0, installed.stderr
    [metadata] = (tmp_path / "there").rglob("METADATA")
    described = message_from_string(metadata.read_text("utf-8"))
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert [one for one in described.get_all("Requires-Dist", []) if "extra" not in one] == wanted["dependencies"]
    [cluster] = [one for one in described.get_all("Requires-Dist", []) if "extra" in one]
    assert cluster.startswith("distributed>=")
    assert {path.parent for path in (tmp_path / "there").rglob("*") if path.is_file()} == {metadata.parent}


def test_only_what_a_build_imports_is_installed_for_it() -> None:
    """A library that the tests alone import is no part of what a portal needs, and must be trusted with."""
    imported = set()
    for path in [BUILD, *(ROOT / "portal").rglob("*.py")]:
        imported |= set(re.findall(r"^\s*(?:import|from) (\w+)", path.read_text("utf-8"), re.MULTILINE))
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    distributions = packages_distributions()
    provided = {canonical(name) for module in imported for name in distributions.get(module, ())}
    assert {canonical(re.split(r"[><=]", one)[0]) for one in wanted} <= provided


def canonical(name: str) -> str:
    return name.lower().replace("_", "-")
