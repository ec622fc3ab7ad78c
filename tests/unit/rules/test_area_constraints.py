"""The constraints of areas: what stops a build although every cell is valid in itself."""

from __future__ import annotations

import json

import pytest

from tests.sample_package import SamplePackage, places

AREAS = "data/areas.csv"


@pytest.fixture
def free(whole: SamplePackage) -> SamplePackage:
    """The sample with a descriptor that demands nothing, so that only the portal's own rules are left."""
    whole.demand_nothing()
    return whole


def test_two_areas_on_one_tile_name_the_first(free: SamplePackage) -> None:
    free.set("areas", "tile_column", "1", row=4)
    (problem,) = free.problems()
    assert problem.text == (
        'data/areas.csv, row 4, tile_column: column 1, row 1 is the tile of "บางตัวอย่าง" already (row 3). '
        "Give each area a tile of its own."
    )
    assert problem.rule == "duplicate-tile"


@pytest.mark.parametrize("place", ["-1", "0", "41", "1000000000000"])
def test_a_tile_is_not_outside_of_the_map(free: SamplePackage, place: str) -> None:
    free.set("areas", "tile_row", place, row=4)
    assert places(free.problems()) == [(AREAS, 4, "tile_row", "out-of-range")]
    assert free.problems()[0].message == f'"{place}" is not from 1 to 40.'


@pytest.mark.parametrize(("given", "missing"), [("tile_column", "tile_row"), ("tile_row", "tile_column")])
def test_a_tile_has_a_column_and_a_row(free: SamplePackage, given: str, missing: str) -> None:
    free.set("areas", missing, "", row=4)
    (problem,) = free.problems()
    assert (problem.row, problem.field, problem.rule) == (4, missing, "half-a-tile")
    assert problem.message == f"the tile has a {given}, but no {missing}."


def test_parents_that_make_a_circle_are_named_once(free: SamplePackage) -> None:
    free.set("areas", "parent_id", "11", row=2)
    assert [p.text for p in free.problems()] == [
        "data/areas.csv, row 2, parent_id: the parents make a circle: 01 → 11 → 01. Leave parent_id blank at the "
        "largest of them."
    ]
    free.set("areas", "parent_id", "", "11")
    assert [p.message for p in free.problems()] == ["the parents make a circle: 11 → 11."]


def test_areas_that_lead_to_a_circle_without_being_in_it_are_no_problem_of_their_own(free: SamplePackage) -> None:
    free.set("areas", "parent_id", "11", "01", "11", row=2)
    assert places(free.problems()) == [(AREAS, 2, "parent_id", "circle")]


def test_area_ids_without_a_table_of_areas_say_how_to_describe_it(free: SamplePackage) -> None:
    content = free.described()
    content["resources"] = [r for r in content["resources"] if r["name"] != "areas"]
    free.descriptor.write_text(json.dumps(content), "utf-8")
    assert places(free.problems()) == [
        ("data/agencies.csv", 1, "area_id", "missing-resource"),
        ("data/project_areas.csv", 1, "area_id", "missing-resource"),
    ]
    assert all("Describe data/areas.csv in datapackage.json" in problem.hint for problem in free.problems())


def test_an_area_id_becomes_an_address(free: SamplePackage) -> None:
    free.set("areas", "area_id", "a/b", row=6)
    assert places(free.problems()) == [(AREAS, 6, "area_id", "unsafe-id")]


def test_what_stands_on_a_tile_is_short(free: SamplePackage) -> None:
    free.set("areas", "name", "ก" * 101, row=6)
    assert places(free.problems()) == [(AREAS, 6, "name", "name-too-long")]
