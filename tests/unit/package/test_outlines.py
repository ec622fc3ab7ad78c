"""The optional GeoJSON of the outlines of areas, as a resource of the package."""

import hashlib
import json
import os
from typing import Any

import pytest

from portal.package.outlines import MAX_BYTES

from tests.sample_package import DESCRIPTOR, OUTLINES_PATH, SamplePackage, places

INDEX = 13
"""Of the resource in the descriptor."""


@pytest.fixture
def outlined(whole: SamplePackage) -> SamplePackage:
    whole.describe_outlines()
    return whole


def test_the_outlines_are_read_and_described(outlined: SamplePackage) -> None:
    portal = outlined.portal()
    assert [outline.area_id for outline in portal.outlines] == ["11", "12", "13", "14"]
    assert {outline.area_id: len(outline.polygons) for outline in portal.outlines}["14"] == 2
    file, data = portal.package.outlines, (outlined.root / OUTLINES_PATH).read_bytes()
    assert file is not None
    assert (file.title["en"], file.outlines, file.bytes) == ("Outlines of areas (fictional)", 4, len(data))
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert "area_outlines" not in portal.package.resources


def test_a_package_without_the_resource_has_no_outlines(whole: SamplePackage) -> None:
    portal = whole.portal()
    assert (portal.outlines, portal.package.outlines) == ((), None)


def test_the_checksum_of_the_package_is_that_of_the_lines_of_all_files(outlined: SamplePackage) -> None:
    package = outlined.portal().package
    lines = sorted(f"{digest}  {name}\n" for name, digest in package.sums.items())
    by_name = sorted(lines, key=lambda line: line[66:])
    assert package.sha256 == hashlib.sha256("".join(by_name).encode()).hexdigest()
    outlined.change_outlines(lambda content: content["features"].pop())
    assert outlined.portal().package.sha256 != package.sha256


def test_an_unknown_area_is_named_with_the_one_that_is_meant(outlined: SamplePackage) -> None:
    outlined.change_outlines(lambda content: content["features"][1]["properties"].update(area_id="12x"))
    (problem,) = outlined.problems()
    assert problem.text == (
        f'{OUTLINES_PATH}, features[1].properties.area_id: feature 2: "12x" is not in the table areas. '
        'Did you mean "12"?'
    )


def test_outlines_need_a_table_of_areas(package: SamplePackage) -> None:
    package.describe_outlines()
    assert places(package.problems()) == [(OUTLINES_PATH, None, None, "missing-resource")]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty-file"),
        (b" \n", "empty-file"),
        (b"\xef\xbb\xbf" + b'{"type":"FeatureCollection","features":[]}', "byte-order-mark"),
        ('{"x": "เมือง"}'.encode("cp874"), "wrong-encoding"),
        ('{"type": "FeatureCollection"}'.encode("utf-16"), "wrong-encoding"),
        (b"PK\x03\x04", "wrong-encoding"),
        (b"version https://git-lfs.github.com/spec/v1\n", "lfs-pointer"),
        (b" " * (MAX_BYTES + 1), "file-too-large"),
        (b"area_id,name\n11,x\n", "invalid-json"),
    ],
)
def test_a_file_that_is_no_geojson_is_one_problem_of_its_kind(outlined: SamplePackage, data: bytes, rule: str) -> None:
    (outlined.root / OUTLINES_PATH).write_bytes(data)
    problems = outlined.problems()
    assert (problems[0].place, problems[0].rule) == (OUTLINES_PATH, rule)
    assert all(problem.hint for problem in problems)


@pytest.mark.parametrize(
    ("property_", "value", "rule"),
    [
        ("format", "csv", "unsupported"),
        ("schema", {"fields": []}, "unsupported"),
        ("type", "table", "unsupported"),
        ("encoding", "tis-620", "unsupported"),
        ("path", "data/areas.csv", "invalid-path"),
        ("path", "data/area_outlines.json", "invalid-path"),
        ("path", "../area_outlines.geojson", "path-leaves-package"),
        ("path", "https://example.org/x.geojson", "remote-path"),
        ("title", 5, "wrong-type"),
    ],
)
def test_a_wrong_description_is_a_problem_of_the_property(
    outlined: SamplePackage, property_: str, value: Any, rule: str
) -> None:
    outlined.describe(f"resources.{INDEX}.{property_}", value)
    assert places(outlined.problems()) == [(DESCRIPTOR, None, f"resources[{INDEX}].{property_}", rule)]


def test_only_the_outlines_are_geojson(whole: SamplePackage) -> None:
    whole.describe("resources.5.path", OUTLINES_PATH)
    (problem,) = (p for p in whole.problems() if p.field == "resources[5].path")
    assert problem.rule == "invalid-path"
    assert "Only the resource area_outlines is GeoJSON." in problem.hint


def test_nearly_the_right_name_is_suggested(whole: SamplePackage) -> None:
    resource = json.loads(json.dumps(whole.described()["resources"][7])) | {"name": "area_outline"}
    whole.describe("resources", [*whole.described()["resources"], resource])
    problems = [p for p in whole.problems() if p.rule == "unknown-resource"]
    assert [p.hint for p in problems] == ['Did you mean "area_outlines"?']


def test_a_link_out_of_the_package_is_not_followed(outlined: SamplePackage) -> None:
    file = outlined.root / OUTLINES_PATH
    file.unlink()
    os.symlink("/etc/hostname", file)
    assert places(outlined.problems()) == [(DESCRIPTOR, None, f"resources[{INDEX}].path", "path-leaves-package")]


def test_a_file_that_is_not_there_is_a_problem(outlined: SamplePackage) -> None:
    (outlined.root / OUTLINES_PATH).unlink()
    assert places(outlined.problems()) == [(OUTLINES_PATH, None, None, "missing-file")]
