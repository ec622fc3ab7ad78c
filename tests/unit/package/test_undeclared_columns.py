"""Columns that the descriptor does not describe, or that the portal does not know."""

from __future__ import annotations

import json

import frictionless
import pytest

from portal.package.reading import read_portal

from tests.conventions import CITY
from tests.sample_package import PROJECTS, SamplePackage, places


@pytest.mark.parametrize("heading", ["note\u200b", "no\u00a0te", "note ", "\ufeffnote"])
def test_unseen_character_of_an_undeclared_heading_is_named_with_a_field_to_paste_that_is_right(
    package: SamplePackage, heading: str
) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [[*header, heading], *([*row, "x"] for row in rows)])
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.column) == (PROJECTS, 1, len(header) + 1)
    assert problem.message.startswith('the heading "note" holds ')
    assert problem.hint.startswith(
        'Delete the cell and type note. Then add {"name": "note", "type": "string", "title": "Note"} to the fields'
    )
    # Who does both has a valid package.
    package.write("projects", [[*header, "note"], *([*row, "x"] for row in rows)])
    package.declare("projects", {"name": "note", "type": "string", "title": "Note"})
    assert package.problems() == ()


def test_undeclared_heading_of_a_script_that_needs_joiners_is_not_said_to_be_wrong(package: SamplePackage) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [[*header, "می\u200cشود"], *([*row, "x"] for row in rows)])
    (problem,) = package.problems()
    assert problem.message.endswith("is not described in datapackage.json.")
    field = json.loads(problem.hint.removeprefix("Add ").partition(" to the fields")[0])
    assert field["name"] == "می\u200cشود"


@pytest.mark.parametrize("name", ["contractor", "ผู้รับจ้าง", "agency", "source", "row", "extra", "agencies", "revisions"])
def test_extra_column_is_kept_for_the_page_whatever_its_name(package: SamplePackage, name: str) -> None:
    package.declare("projects", {"name": name})
    header, first, *rows = package.table("projects")
    package.write("projects", [[*header, name], [*first, "บริษัท ก"], *([*row, ""] for row in rows)])
    reading = package.read()
    assert reading.problems == ()
    assert reading.portal is not None
    assert [project.extra for project in reading.portal.projects[:2]] == [{name: "บริษัท ก"}, {name: None}]
    field = reading.portal.package.resources["projects"].fields[name]
    assert (field.type, field.title.first) == ("string", name)


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("contract_value", ("1500", "0", "-3"), "integer"),
        ("rate", ("1.5", "2"), "number"),
        ("branch", ("0701", "12"), "string"),
        ("signed", ("2024-02-29",), "date"),
        ("signed", ("2023-02-29",), "string"),
        ("checked_at", ("2024-02-29T08:30:00",), "datetime"),
        ("ผู้รับจ้าง", ("true", "false"), "boolean"),
        ("nothing", (), "string"),
        ("weight", ("2.5",), "number"),
        ("remark", ('งาน, "ดี"',), "string"),
    ],
)
def test_undeclared_column_stops_with_the_field_to_paste(
    package: SamplePackage, name: str, cells: tuple[str, ...], kind: str
) -> None:
    header, *rows = package.table("projects")
    filled = [*cells, *[""] * (len(rows) - len(cells))]
    package.write("projects", [[*header, name], *([*row, cell] for row, cell in zip(rows, filled, strict=True))])
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.rule) == (PROJECTS, 1, "undeclared-column")
    assert (problem.field, problem.column) == (name, len(header) + 1)
    assert f'"projects.{name}" to ignore_columns' in problem.hint
    field = json.loads(problem.hint.removeprefix("Add ").partition(" to the fields")[0])
    assert field == {"name": name, "type": kind, "title": name.replace("_", " ").capitalize()}
    package.declare("projects", field)
    assert package.problems() == ()
    assert frictionless.validate(str(package.descriptor)).valid


def test_ignored_column_is_in_nothing_that_is_read(package: SamplePackage) -> None:
    before = package.read().portal
    header, *rows = package.table("projects")
    package.write("projects", [["secret", *header], *(["0812345678", *row] for row in rows)])
    reading = read_portal(package.root, CITY, ignored={"projects.secret"})
    assert (reading.problems, before is not None, reading.portal is not None) == ((), True, True)
    assert reading.portal.projects == before.projects  # type: ignore[union-attr]
    one, was = (portal.package.resources["projects"] for portal in (reading.portal, before))  # type: ignore[union-attr]
    assert (one.fields, one.sha256, one.bytes, one.ignored) == (was.fields, was.sha256, was.bytes, ("secret",))


def test_a_described_column_cannot_be_ignored(package: SamplePackage) -> None:
    (problem,) = read_portal(package.root, CITY, ignored={"projects.remarks"}).problems
    assert (problem.place, problem.rule, problem.field) == ("datapackage.json", "ignored-column", "projects.remarks")


@pytest.mark.parametrize("name", ["evaluations", "provenance"])
def test_column_of_projects_is_not_called_as_what_stands_beside_it_in_their_json(
    package: SamplePackage, name: str
) -> None:
    header, *rows = package.table("projects")
    package.write("projects", [[*header, name], *([*row, "x"] for row in rows)])
    (problem,) = package.problems()
    assert (problem.place, problem.row, problem.field, problem.rule) == (PROJECTS, 1, name, "reserved-name")
    assert problem.column == len(header) + 1
    assert problem.hint == "Give the column another name."


def test_extra_column_that_the_portal_knows_has_its_type(package: SamplePackage) -> None:
    header, first, *rows = package.table("projects")
    package.write("projects", [[*header, "weight"], [*first, "1e3"], *([*row, "2.5"] for row in rows)])
    assert places(package.problems()) == [
        (PROJECTS, 1, "weight", "undeclared-column"),
        (PROJECTS, 2, "weight", "wrong-type"),
    ]
