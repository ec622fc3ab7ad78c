"""The command line: exit codes, and problems as text, as JSON and as annotations."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from build import main

from tests.building import copy_program

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

ROOT = Path(__file__).parents[2]
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
    """A copy of the program, with a configuration and content of its own."""
    return copy_program(tmp_path / "repository")


def test_good_package_as_json_has_its_counts_and_no_problems(whole: SamplePackage) -> None:
    code, out, err = run("check", "--package", whole.root, "--format", "json")
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
        (["check", "--port", "1"], "unrecognized arguments: --port 1"),
        (["serve", "--patterns"], "unrecognized arguments: --patterns"),
        (["--port", "1"], "unrecognized arguments: --port 1"),
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
    (repository / "pyproject.toml").write_text('[tool.portal]\nlanguages = ["en"]\nname = 5\n')
    code, out, err = run("check", "--package", ROOT / "tests" / "sample", script=repository / "build.py")
    assert (code, out, err) == (2, "", "build.py: pyproject.toml: [tool.portal] name must be a text.\n")


@pytest.mark.parametrize("command", ["build", "check"])
def test_python_without_docstrings_is_refused_since_rules_are_published_with_theirs(
    tmp_path: Path, command: str
) -> None:
    said = "build.py: Python -OO (or PYTHONOPTIMIZE=2) removes the texts of public rules. Start Python without it.\n"
    assert run(command, "--output", tmp_path / "site", PYTHONOPTIMIZE="2") == (2, "", said)


def test_python_without_assertions_checks_as_ever(package: SamplePackage) -> None:
    assert run("check", "--package", package.root, PYTHONOPTIMIZE="1") == run("check", "--package", package.root)


def test_every_row_is_named_on_request(package: SamplePackage) -> None:
    package.set("projects", "fiscal_year", "2022", "2023")
    command = ("check", "--package", package.root)
    assert run(*command)[1].count("\n") == 1
    assert [line.split(", ")[1] for line in run(*command, "--all")[1].splitlines()] == ["row 2", "row 3"]
