"""What a package gives when it is read: its records, or every problem of all its files."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.core.problems import UsageError, grouped, in_order
from portal.package.csv_files import MAX_PROBLEMS
from portal.package.reading import read_portal

from tests.conventions import CITY
from tests.sample_package import AGENCIES, DESCRIPTOR, EVALUATIONS, PROJECTS, SamplePackage, places, records


def test_the_sample_has_no_problems(whole: SamplePackage) -> None:
    assert whole.read().problems == ()


def test_the_descriptor_and_its_folder_are_the_same_package(package: SamplePackage) -> None:
    assert read_portal(package.descriptor, CITY) == read_portal(package.root, CITY)


def test_no_package_is_a_wrong_command(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"datapackage\.json: no such file\. Give --package"):
        read_portal(tmp_path / "datapackage.json", CITY)


def test_the_order_of_columns_is_free(package: SamplePackage) -> None:
    before = package.read()
    for resource in ("projects", "agencies"):
        package.write(resource, [row[::-1] for row in package.table(resource)])
    after = package.read()
    assert before.portal is not None
    assert after.portal is not None
    assert (after.problems, after.portal.projects) == ((), before.portal.projects)


def test_another_table_altogether_is_one_problem(package: SamplePackage) -> None:
    package.file("agencies").write_text("<!DOCTYPE html>\n<title>404</title>\n")
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.rule) == (AGENCIES, 1, "missing-header")
    assert problem.hint == "It must begin like this: agency_id,name,name_en,kind"


def test_swapped_files_are_refused(package: SamplePackage) -> None:
    package.describe("resources.0.path", AGENCIES)
    package.describe("resources.2.path", PROJECTS)
    found = places(package.problems())
    assert (AGENCIES, 1, "project_id", "missing-column") in found
    assert (PROJECTS, 1, "name", "missing-column") in found


@pytest.mark.parametrize("end", ["\n", ""], ids=["line-end", "no-line-end"])
def test_file_with_only_a_header_is_a_table_without_rows(package: SamplePackage, end: str) -> None:
    header = ",".join(package.table("evaluations")[0])
    package.file("evaluations").write_text(header + end)
    reading = package.read()
    assert reading.portal is not None
    assert (reading.problems, reading.portal.package.resources["evaluations"].rows) == ((), 0)


def test_package_without_projects_is_good(package: SamplePackage) -> None:
    for resource in ("projects", "evaluations", "agencies"):
        package.write(resource, package.table(resource)[:1])
    reading = package.read()
    assert reading.portal is not None
    assert (reading.problems, reading.portal.projects) == ((), ())


def test_problems_of_all_files_come_at_once_in_file_row_and_field_order(package: SamplePackage) -> None:
    package.set("projects", "progress_percent", "200", row=10)
    package.set("projects", "budget_received", "x", row=10)
    package.set("projects", "finish_date", "1999-01-01", row=9)
    package.set("evaluations", "score", "101", row=2)
    package.set("agencies", "kind", "districtoffice", row=6)
    package.set("agencies", "name", "", row=6)
    package.describe("version", "")
    assert places(package.problems()) == [
        (AGENCIES, 6, "name", "required"),
        (AGENCIES, 6, "kind", "not-in-list"),
        (EVALUATIONS, 2, "score", "out-of-range"),
        (PROJECTS, 9, "finish_date", "finish-before-start"),
        (PROJECTS, 10, "budget_received", "wrong-type"),
        (PROJECTS, 10, "progress_percent", "out-of-range"),
        (DESCRIPTOR, None, "version", "missing-property"),
    ]


@pytest.mark.parametrize(("cell", "rule"), [("x", "wrong-type"), ("\x01", "control-character")])
def test_of_many_problems_of_a_kind_the_rest_is_counted_and_no_other_kind_is_hidden(
    package: SamplePackage, cell: str, rule: str
) -> None:
    header, *rows = package.table("evaluations")
    table = [[rows[0][0], "2567", str(i), cell] for i in range(MAX_PROBLEMS + 500)]
    package.write("evaluations", [header, *table, [rows[0][0], "2024", "1", "5"]])
    package.describe("resources.1.schema.fields.2.constraints", {})
    problems = in_order(package.read().problems)
    assert [(p.rule, p.count) for p in problems[MAX_PROBLEMS:]] == [(rule, 500), ("common-era-year", 1)]
    assert {(p.rule, p.count) for p in problems[:MAX_PROBLEMS]} == {(rule, 1)}
    assert [(p.rule, p.count, p.rows) for p in grouped(problems)] == [
        (rule, MAX_PROBLEMS + 500, (2, 3, 4)),
        ("common-era-year", 1, ()),
    ]


def test_a_file_with_too_many_problems_is_read_no_further(
    package: SamplePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a lower limit: to explain as many problems as the real one allows takes half a minute."""
    monkeypatch.setattr("portal.package.csv_files.MAX_IN_FILE", 3)
    package.write("agencies", [*package.table("agencies"), *[[""] * 4] * 5])
    assert [(p.row, p.rule) for p in package.problems()] == [
        (7, "blank-row"),
        (8, "blank-row"),
        (9, "too-many-problems"),
        (9, "blank-row"),
    ]


def test_package_without_the_resource_of_projects_is_refused(package: SamplePackage) -> None:
    package.describe("resources.0.name", "project")
    reading = package.read()
    assert reading.portal is None
    assert (DESCRIPTOR, None, "resources", "missing-resource") in places(reading.problems)


def test_optional_resources_may_be_absent(package: SamplePackage) -> None:
    content = package.described()
    content["resources"] = content["resources"][:1]
    content["resources"][0]["schema"].pop("foreignKeys")
    package.descriptor.write_text(json.dumps(content))
    projects, agencies = records(package)
    assert projects[0].agency is not None
    assert (projects[0].agency.agency_id, agencies) == ("91000000", ())


def test_no_damage_to_a_table_gives_a_traceback(package: SamplePackage) -> None:
    chance = random.Random(2566)
    good = package.file("agencies").read_bytes()
    for _ in range(40):
        data = bytearray(good)
        for _ in range(chance.choice((1, 3, 20))):
            begin = chance.randrange(len(data))
            end = begin + chance.choice((0, 1, 5, 50))
            data[begin:end] = chance.choice((b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", chance.randbytes(9)))
        package.file("agencies").write_bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])
        for problem in package.problems():
            assert problem.text.encode()
            assert problem.hint


def nodes(content: Any, way: tuple[str, ...] = ()) -> Iterator[str]:
    """The dotted paths of everything in a JSON value."""
    members = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in members:
        yield ".".join((*way, str(key)))
        yield from nodes(value, (*way, str(key)))


def test_no_damage_to_the_descriptor_gives_a_traceback(package: SamplePackage) -> None:
    chance = random.Random(2566)
    good = package.descriptor.read_text("utf-8")
    paths = sorted(nodes(json.loads(good)))
    odd: list[Any] = [None, True, 5, -1e308, "", "x", "\0", [], {}, [5], ["x"], [[]], [{}], {"x": 5}, [None]]
    for path in chance.sample(paths, 40):
        package.descriptor.write_text(good, "utf-8")
        package.describe(path, chance.choice(odd))
        for problem in package.problems():
            assert problem.text.encode()
            assert problem.hint
