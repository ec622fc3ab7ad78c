"""Problems as text and as annotations: one line each, counted where many rows have the same."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal.cli.reporter import Reporter
from portal.core.problems import Problem

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

ROOT = Path(__file__).parents[3]


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


def published(sizes: Sequence[int], style: str = "text") -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    reporter = Reporter(style, out, err)
    reporter.stage("publish")
    reporter.done(2, 5, 3, sizes, Path("site"))
    return out.getvalue(), err.getvalue()


def test_the_end_of_a_build_names_each_host_that_would_refuse_the_site_in_one_line() -> None:
    assert published([1_000_000, 2_000_000])[1] == ""
    out, err = published([600_000_000, 600_000_000])
    assert out.startswith("site: 5 pages of 2 projects (3 made), 2 files, 1,200 MB, published in ")
    assert err.splitlines()[:2] == [
        "site: GitHub Pages would refuse this site: 1,200 MB (at most 1 GB)",
        "site: GitLab Pages would refuse this site: 1,200 MB (at most 1 GB)",
    ]
    assert len(err.splitlines()) == 4


def test_github_shows_a_host_that_would_refuse_the_site_as_a_notice() -> None:
    _, err = published([1] * 20_001, "github")
    assert err == (
        "::notice::site: Cloudflare Pages (free plan) would refuse this site: 20,001 files (at most 20,000)\n"
    )


def test_json_has_the_size_of_the_site_and_the_hosts_that_would_refuse_it() -> None:
    out, err = published([1] * 20_001, "json")
    said = json.loads(out)
    assert (said["files"], said["bytes"]) == (20_001, 20_001)
    assert said["refused_by"] == [{"host": "Cloudflare Pages (free plan)", "reason": "20,001 files (at most 20,000)"}]
    assert err == ""
    assert json.loads(published([1], "json")[0])["refused_by"] == []
