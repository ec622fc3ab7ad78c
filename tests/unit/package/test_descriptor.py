"""The descriptor: its JSON, its properties, and the paths of its files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.package.descriptor import read_descriptor

from tests.conventions import CITY
from tests.sample_package import DESCRIPTOR, SamplePackage, assert_problem_of_property, places


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ('{\n  "name": "x",\n  "title" "y"\n}', "this is not valid JSON: Expecting ':' delimiter.", 3, 11),
        ('{"name": "x",\n}', None, None, None),
        ('{\n"name": "x', "this is not valid JSON: Unterminated string starting at.", 2, 9),
        ("[]", "a descriptor must be a JSON object.", None, None),
        ('["projects"]', "a descriptor must be a JSON object.", None, None),
        ("5", "a descriptor must be a JSON object.", None, None),
        ('{"name": NaN}', "this is not valid JSON: NaN is not a number.", None, None),
        ('{"name": "\\ud800"}', None, None, None),
        ('{"name": ' + "9" * 5000 + "}", None, None, None),
        ('{"a":' * 30 + "1" + "}" * 30, "this JSON is nested more than 20 levels deep.", None, None),
        ("[" * 100_000, "this JSON is nested more than 20 levels deep.", None, None),
        ('{"resources": ' + "[" * 300 + "]" * 300 + "}", "this JSON is nested more than 20 levels deep.", None, None),
    ],
    ids=[
        "missing-colon",
        "trailing-comma",
        "unclosed-text",
        "empty-list",
        "list",
        "number",
        "nan",
        "half-a-surrogate-pair",
        "huge-number",
        "deep-objects",
        "deeper-than-the-stack",
        "deep-resources",
    ],
)
def test_broken_json_is_one_problem_at_its_place(
    package: SamplePackage, text: str, message: str | None, line: int | None, column: int | None
) -> None:
    package.descriptor.write_text(text, "utf-8")
    (problem,) = package.problems()
    assert (problem.place, problem.rule) == (DESCRIPTOR, "invalid-json")
    if message is not None:
        assert (problem.message, problem.line, problem.column) == (message, line, column)
    problem.text.encode()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty-file"),
        (b" \n", "empty-file"),
        ("{}".encode("utf-16"), "wrong-encoding"),
        ('{"title": "กรุงเทพมหานคร"}'.encode("tis-620"), "wrong-encoding"),
    ],
    ids=["empty", "blank", "utf-16", "tis-620"],
)
def test_descriptor_that_is_no_text_is_refused(package: SamplePackage, data: bytes, rule: str) -> None:
    package.descriptor.write_bytes(data)
    (problem,) = package.problems()
    assert (problem.place, problem.rule) == (DESCRIPTOR, rule)
    assert "CSV" not in problem.hint


def test_descriptor_with_a_bom_and_crlf_is_good(package: SamplePackage) -> None:
    package.descriptor.write_bytes(b"\xef\xbb\xbf" + package.descriptor.read_bytes().replace(b"\n", b"\r\n"))
    assert package.problems() == ()


def test_empty_descriptor_is_told_what_it_lacks(package: SamplePackage) -> None:
    package.descriptor.write_text("{}")
    assert places(package.problems()) == [
        (DESCRIPTOR, None, "created", "missing-property"),
        (DESCRIPTOR, None, "name", "missing-property"),
        (DESCRIPTOR, None, "resources", "missing-resources"),
        (DESCRIPTOR, None, "title", "missing-property"),
        (DESCRIPTOR, None, "version", "missing-property"),
    ]


WRONG: list[tuple[str, Any, str, str]] = [
    ("name", 5, "name", "missing-property"),
    ("name", "../x", "name", "invalid-name"),
    ("name", "x" * 101, "name", "invalid-name"),
    ("title", "a\x00b", "title", "control-character"),
    ("licenses.0.title", "a\x1bb", "licenses[0].title", "control-character"),
    ("title", 5, "title", "missing-property"),
    ("title", " ", "title", "missing-property"),
    ("title_en", ["x"], "title_en", "wrong-type"),
    ("description", {}, "description", "wrong-type"),
    ("notice", 5, "notice", "wrong-type"),
    ("version", 1.0, "version", "missing-property"),
    ("created", None, "created", "missing-property"),
    ("created", "yesterday", "created", "wrong-type"),
    ("created", "2569-10-15T00:00:00Z", "created", "buddhist-era-date"),
    ("licenses", "CC0-1.0", "licenses", "wrong-type"),
    ("licenses", [5], "licenses", "wrong-type"),
    ("licenses.0.title", 5, "licenses[0].title", "wrong-type"),
    ("licenses.0.path", "https://[", "licenses[0].path", "invalid-address"),
    ("licenses.0.path", "https://a.example@b.example/", "licenses[0].path", "invalid-address"),
    ("created", "9999-12-31T23:59:59Z", "created", "out-of-range"),
    ("licenses.0.path", "javascript:alert(1)", "licenses[0].path", "invalid-address"),
    ("contributors.0.path", "//a.example/", "contributors[0].path", "invalid-address"),
    ("sources.0.source_id", [], "sources[0].source_id", "wrong-type"),
    ("contributors", {}, "contributors", "wrong-type"),
    ("sources.0.roles", "author", "sources[0].roles", "wrong-type"),
    ("resources", {}, "resources", "missing-resources"),
    ("resources", [], "resources", "missing-resources"),
    ("resources", "projects", "resources", "missing-resources"),
    ("resources.2", "agencies", "resources[2]", "wrong-type"),
    ("resources.2", None, "resources[2]", "wrong-type"),
    ("resources.2.name", 5, "resources[2].name", "invalid-name"),
    ("resources.2.name", "Agencies!", "resources[2].name", "invalid-name"),
    ("resources.2.name", "..", "resources[2].name", "invalid-name"),
    ("resources.2.name", "x" * 101, "resources[2].name", "invalid-name"),
    ("resources.2.name", "projects", "resources[2].name", "duplicate-resource"),
    ("resources.2.title", 5, "resources[2].title", "wrong-type"),
    ("resources.2.mediatype", 5, "resources[2]", "invalid-descriptor"),
    ("resources.2.encoding", "tis-620", "resources[2].encoding", "unsupported"),
    ("resources.2.encoding", 5, "resources[2].encoding", "unsupported"),
    ("resources.2.format", "xlsx", "resources[2].format", "unsupported"),
    ("resources.2.dialect", {"delimiter": ";"}, "resources[2].dialect", "unsupported"),
    ("resources.2.data", [{"agency_id": "1"}], "resources[2].data", "unsupported"),
    ("resources.2.compression", "gz", "resources[2].compression", "unsupported"),
    ("resources.2.path", None, "resources[2].path", "invalid-path"),
    ("resources.2.path", ["data/agencies.csv"], "resources[2].path", "invalid-path"),
]


@pytest.mark.parametrize(
    ("path", "value", "field", "rule"), WRONG, ids=[f"{path}={json.dumps(value)}" for path, value, _, _ in WRONG]
)
def test_property_of_a_wrong_kind_is_a_problem_at_its_path(
    package: SamplePackage, path: str, value: Any, field: str, rule: str
) -> None:
    assert_problem_of_property(package, path, value, field, rule)


def test_resource_and_field_that_the_portal_reads_are_missed_under_another_name(whole: SamplePackage) -> None:
    whole.describe("resources.1.name", "monthly_result")
    whole.describe("resources.3.schema.fields.0.name", "project")
    whole.describe("resources.5.schema.fields.1.name", "name_th")
    found = [(p.field, p.rule, p.hint) for p in read_descriptor(whole.descriptor, CITY.languages)[1]]
    assert ("resources", "unknown-resource", 'Did you mean "monthly_results"?') in found
    assert ("resources[3].schema.fields", "missing-field", 'Did you mean "project"?') in found
    assert ("resources[5].schema.fields", "missing-field", 'Did you mean "name_th"?') in found


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("../agencies.csv", "path-leaves-package"),
        ("data/../../agencies.csv", "path-leaves-package"),
        ("/etc/agencies.csv", "path-leaves-package"),
        ("data\\agencies.csv", "path-leaves-package"),
        ("C:/agencies.csv", "path-leaves-package"),
        ("C:\\agencies.csv", "path-leaves-package"),
        ("\\\\host\\share\\agencies.csv", "path-leaves-package"),
        ("//host/share/agencies.csv", "remote-path"),
        ("file:///etc/agencies.csv", "remote-path"),
        ("ftp://example.org/agencies.csv", "remote-path"),
        ("s3://bucket/agencies.csv", "remote-path"),
        ("data:text/csv,agency_id", "remote-path"),
        ("~/agencies.csv", "invalid-path"),
        ("./data/agencies.csv", "invalid-path"),
        ("data//agencies.csv", "invalid-path"),
        ("data/agencies.xlsx", "invalid-path"),
        ("data/agencies.csv\n", "invalid-path"),
        ("data/agencies\0.csv", "invalid-path"),
        ("data/" + "a" * 300 + ".csv", "invalid-path"),
        ("", "invalid-path"),
    ],
)
def test_path_that_is_not_of_a_file_in_the_package_is_refused(package: SamplePackage, path: str, rule: str) -> None:
    package.describe("resources.2.path", path)
    assert places(package.problems()) == [(DESCRIPTOR, None, "resources[2].path", rule)]


def test_link_that_leaves_the_package_is_refused(package: SamplePackage, tmp_path: Path) -> None:
    outside = package.file("agencies").rename(tmp_path / "outside.csv")
    package.file("agencies").symlink_to(outside)
    assert places(package.problems()) == [(DESCRIPTOR, None, "resources[2].path", "path-leaves-package")]


def test_folder_that_leads_out_of_the_package_is_refused(package: SamplePackage, tmp_path: Path) -> None:
    outside = (package.root / "data").rename(tmp_path / "outside")
    (package.root / "data").symlink_to(outside)
    assert {rule for _, _, _, rule in places(package.problems())} == {"path-leaves-package"}


def test_link_within_the_package_is_followed(package: SamplePackage) -> None:
    package.file("agencies").rename(package.root / "elsewhere.csv")
    package.file("agencies").symlink_to(package.root / "elsewhere.csv")
    assert package.problems() == ()


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to(path)], ids=["folder", "link-to-itself"])
def test_path_of_something_that_is_no_file_is_refused(package: SamplePackage, make: Callable[[Path], None]) -> None:
    package.file("agencies").unlink()
    make(package.file("agencies"))
    assert places(package.problems()) == [(DESCRIPTOR, None, "resources[2].path", "path-leaves-package")]
