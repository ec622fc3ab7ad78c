"""Areas: which of them a project is in, and keys that lead to none."""

from __future__ import annotations

from tests.sample_package import SamplePackage, places

AREAS = "data/areas.csv"


def placed(package: SamplePackage) -> dict[str, tuple[list[str], bool]]:
    """The areas of each project, and whether its agency placed it."""
    projects = package.portal().projects
    return {p.project_id: ([area.area_id for area in p.areas], p.is_placed_by_agency) for p in projects}


def test_a_project_is_in_the_areas_that_are_given_else_in_that_of_its_agency(whole: SamplePackage) -> None:
    of_agency = {row[0]: row[-1] for row in whole.table("agencies")[1:]}
    given = whole.table("project_areas")[1:]
    header, *rows = whole.table("projects")
    places_of = placed(whole)
    for row in rows:
        project_id, agency_id = row[header.index("project_id")], row[header.index("agency_id")]
        own = sorted(area_id for key, area_id in given if key == project_id)
        of_its_agency = [area_id for area_id in (of_agency[agency_id],) if area_id]
        assert places_of[project_id] == (own or of_its_agency, bool(of_its_agency) and not own)


def test_the_areas_of_a_project_come_from_its_own_row_too(whole: SamplePackage) -> None:
    header, *rows = whole.table("projects")
    district = next(row[0] for row in rows if row[header.index("agency_id")] == "95010000")
    cells = {"91000000-1001": "14", district: "12"}
    whole.write("projects", [[*header, "area_id"], *([*row, cells.get(row[0], "")] for row in rows)])
    whole.declare("projects", {"name": "area_id", "type": "string"})
    assert placed(whole)["91000000-1001"] == (["13", "14"], False)
    assert placed(whole)[district] == (["12"], False)


def test_a_package_without_areas_places_no_project(package: SamplePackage) -> None:
    assert all(value == ([], False) for value in placed(package).values())
    assert package.portal().areas == ()


def test_unknown_areas_name_the_row_and_suggest_a_match(whole: SamplePackage) -> None:
    whole.set("agencies", "area_id", "1l", row=4)
    whole.set("project_areas", "area_id", "zzzz")
    whole.set("areas", "parent_id", "02", row=3)
    assert places(whole.problems()) == [
        ("data/agencies.csv", 4, "area_id", "unknown-key"),
        (AREAS, 3, "parent_id", "unknown-key"),
        ("data/project_areas.csv", 2, "area_id", "unknown-key"),
    ]
    assert whole.problems()[1].text.startswith('data/areas.csv, row 3, parent_id: "02" is not in data/areas.csv.')


def test_parents_are_looked_up_without_a_foreign_key_in_the_descriptor(whole: SamplePackage) -> None:
    whole.demand_nothing()
    whole.set("areas", "parent_id", "99", row=3)
    whole.set("agencies", "area_id", "99", row=4)
    assert places(whole.problems()) == [
        ("data/agencies.csv", 4, "area_id", "unknown-key"),
        (AREAS, 3, "parent_id", "unknown-key"),
    ]


def test_an_area_has_a_name_and_an_id_of_its_own(whole: SamplePackage) -> None:
    whole.set("areas", "name", "", row=3)
    whole.set("areas", "area_id", "12", row=3)
    assert {(AREAS, 3, "name", "required"), (AREAS, 4, "area_id", "duplicate-key")} <= {*places(whole.problems())}


def test_the_same_area_of_a_project_twice_is_a_duplicate(whole: SamplePackage) -> None:
    whole.demand_nothing()
    whole.append("project_areas", ["91000000-2001", "12"])
    assert places(whole.problems()) == [("data/project_areas.csv", 5, "area_id", "duplicate-key")]
