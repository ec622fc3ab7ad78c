"""The example that is published of each field."""

from __future__ import annotations

import json

from tests.sample_package import SamplePackage


def test_example_in_a_form_that_no_cell_may_have_is_shown_all_the_same(package: SamplePackage) -> None:
    content, example = package.described(), "2024-01-01T00:00:00Z"
    content["resources"][0]["schema"]["fields"].append({"name": "opened", "type": "datetime", "example": example})
    package.descriptor.write_text(json.dumps(content), "utf-8")
    package.write("projects", [[*row, "" if i else "opened"] for i, row in enumerate(package.table("projects"))])
    reading = package.read()
    assert reading.problems == ()
    assert reading.portal is not None
    assert reading.portal.package.resources["projects"].fields["opened"].example == example


def test_example_of_a_field_is_a_cell_as_it_stands_in_the_file(whole: SamplePackage) -> None:
    content = whole.described()
    content["resources"][0]["schema"]["fields"].append({"name": "outdoors", "type": "boolean"})
    whole.descriptor.write_text(json.dumps(content), "utf-8")
    header, *rows = whole.table("projects")
    whole.write("projects", [[*header, "outdoors"], *([*row, "true"] for row in rows)])
    whole.set("projects", "budget_received", "+1500.50")
    whole.set("projects", "remarks", "สอง\nบรรทัด", "ก" * 81, "สั้น", row=2)
    whole.set("projects", "title", *["ก" * 81] * len(rows))
    whole.set("revisions", "revised_at", "2025-10-20T11:00:00")
    portal = whole.read().portal
    assert portal is not None
    fields = portal.package.resources["projects"].fields
    assert portal.package.resources["revisions"].fields["revised_at"].example == "2025-10-20T11:00:00"
    assert [fields[name].example for name in ("outdoors", "budget_received", "remarks", "title", "as_of_date")] == [
        *("true", "+1500.50", "สั้น", "ก" * 79 + "…"),
        next((row[header.index("as_of_date")] for row in rows if row[header.index("as_of_date")]), None),
    ]
