"""The schemas of a descriptor: their fields, constraints and keys."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sample_package import DESCRIPTOR, SamplePackage, assert_problem_of_property

WRONG: list[tuple[str, Any, str, str]] = [
    ("resources.0.schema.fields.0.title", "\x7f", "resources[0].schema.fields[0].title", "control-character"),
    (
        "resources.0.schema.fields.0.description",
        "\x08",
        "resources[0].schema.fields[0].description",
        "control-character",
    ),
    ("resources.2.schema", None, "resources[2].schema", "missing-schema"),
    ("resources.2.schema", [], "resources[2].schema", "missing-schema"),
    ("resources.2.schema", "schema.json", "resources[2].schema", "missing-schema"),
    ("resources.2.schema.fields", {}, "resources[2].schema", "missing-schema"),
    ("resources.2.schema.fields", [], "resources[2].schema", "missing-schema"),
    ("resources.2.schema.fields.1", "name", "resources[2].schema.fields[1]", "wrong-type"),
    ("resources.2.schema.fields.1", {}, "resources[2].schema.fields[1]", "wrong-type"),
    ("resources.2.schema.fields.1.name", 5, "resources[2].schema.fields[1]", "wrong-type"),
    ("resources.2.schema.fields.1.name", "kind", "resources[2].schema.fields[3]", "duplicate-field"),
    ("resources.2.schema.fields.1.title", 5, "resources[2].schema.fields[1].title", "wrong-type"),
    ("resources.2.schema.fields.1.description", [], "resources[2].schema.fields[1].description", "wrong-type"),
    ("resources.2.schema.fields.1.type", "text", "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.type", ["string"], "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.type", "integer", "resources[2].schema.fields[1].type", "wrong-type"),
    ("resources.2.schema.fields.1.format", 5, "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.0.schema.fields.6.format", "any", "resources[0].schema.fields[6].format", "unsupported"),
    ("resources.0.schema.fields.4.groupChar", ",", "resources[0].schema.fields[4].groupChar", "unsupported"),
    ("resources.0.schema.fields.4.floatNumber", True, "resources[0].schema.fields[4].floatNumber", "unsupported"),
    ("resources.2.schema.fields.1.constraints", [], "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints", "required", "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints.required", "yes", "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints.minimum", 1, "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints.pattern", 5, "resources[2].schema.fields[1]", "invalid-schema"),
    (
        "resources.2.schema.fields.1.constraints.pattern",
        "[a-z",
        "resources[2].schema.fields[1].constraints.pattern",
        "invalid-schema",
    ),
    (
        "resources.2.schema.fields.1.constraints.pattern",
        "(?i)a",
        "resources[2].schema.fields[1].constraints.pattern",
        "invalid-schema",
    ),
    ("resources.2.schema.fields.1.constraints.enum", "x", "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.2.schema.fields.1.constraints.enum", [5], "resources[2].schema.fields[1]", "invalid-schema"),
    ("resources.0.schema.fields.4.constraints.minimum", "zero", "resources[0].schema.fields[4]", "invalid-schema"),
    *(
        ("resources.0.schema.fields.4.constraints", {name: value}, "resources[0].schema.fields[4]", "invalid-schema")
        for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        for value in ("NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "1e999999999", "1_000")
    ),
    (
        "resources.0.schema.fields.4.constraints",
        {"enum": ["1", "sNaN"]},
        "resources[0].schema.fields[4]",
        "invalid-schema",
    ),
    (
        "resources.2.schema.fields.3",
        {"name": "kind", "type": "datetime", "constraints": {"minimum": "2024-01-01T00:00:00Z"}},
        "resources[2].schema.fields[3]",
        "invalid-schema",
    ),
    ("resources.0.schema.fields.4.constraints.maximum", {}, "resources[0].schema.fields[4]", "invalid-schema"),
    ("resources.0.schema.fields.6.constraints.minimum", "1/1/50", "resources[0].schema.fields[6]", "invalid-schema"),
    ("resources.2.schema.fields.3.enum_labels", "x", "resources[2].schema.fields[3].enum_labels", "wrong-type"),
    (
        "resources.2.schema.fields.3.enum_labels.department",
        {"th": 5},
        "resources[2].schema.fields[3].enum_labels",
        "wrong-type",
    ),
    ("resources.2.schema.missingValues", "x", "resources[2].schema", "invalid-schema"),
    ("resources.2.schema.missingValues", [5], "resources[2].schema", "invalid-schema"),
    ("resources.2.schema.primaryKey", 5, "resources[2].schema.primaryKey", "invalid-schema"),
    ("resources.2.schema.primaryKey", {}, "resources[2].schema.primaryKey", "invalid-schema"),
    ("resources.2.schema.primaryKey", [[]], "resources[2].schema.primaryKey", "invalid-schema"),
    ("resources.2.schema.primaryKey", "id", "resources[2].schema.primaryKey", "unknown-field"),
    ("resources.2.schema.uniqueKeys", "name", "resources[2].schema.uniqueKeys", "invalid-schema"),
    ("resources.2.schema.uniqueKeys", [5], "resources[2].schema.uniqueKeys", "invalid-schema"),
    ("resources.2.schema.uniqueKeys", [[5]], "resources[2].schema.uniqueKeys", "invalid-schema"),
    ("resources.2.schema.uniqueKeys", [["id"]], "resources[2].schema.uniqueKeys", "unknown-field"),
    ("resources.0.schema.foreignKeys", "agency_id", "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys", [{}], "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys", ["agency_id"], "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys.0.fields", ["x"], "resources[0].schema.foreignKeys", "unknown-field"),
    ("resources.0.schema.foreignKeys.0.reference", None, "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys.0.reference", "agencies", "resources[0].schema.foreignKeys", "invalid-schema"),
    ("resources.0.schema.foreignKeys.0.reference.fields", [], "resources[0].schema.foreignKeys", "invalid-schema"),
    (
        "resources.0.schema.foreignKeys.0.reference.fields",
        ["agency_id", "name"],
        "resources[0].schema.foreignKeys",
        "invalid-schema",
    ),
    ("resources.0.schema.foreignKeys.0.reference.resource", 5, "resources[0].schema", "invalid-schema"),
]


@pytest.mark.parametrize(
    ("path", "value", "field", "rule"), WRONG, ids=[f"{path}={json.dumps(value)}" for path, value, _, _ in WRONG]
)
def test_property_of_a_wrong_kind_is_a_problem_at_its_path(
    package: SamplePackage, path: str, value: Any, field: str, rule: str
) -> None:
    assert_problem_of_property(package, path, value, field, rule)


def test_reference_to_nothing_gets_a_suggestion(package: SamplePackage) -> None:
    package.describe("resources.0.schema.foreignKeys.0.reference.resource", "agency")
    package.describe("resources.1.schema.foreignKeys.0.reference.fields", ["project"])
    package.describe("resources.2.schema.primaryKey", ["agencyid"])
    assert [(p.field, p.rule, p.message, p.hint) for p in package.problems() if p.place == DESCRIPTOR] == [
        (
            "resources[0].schema.foreignKeys",
            "unknown-resource",
            '"agency" is not a resource of the package.',
            'Did you mean "agencies"?',
        ),
        (
            "resources[1].schema.foreignKeys",
            "unknown-field",
            '"project" is not a field of projects.',
            'Did you mean "project_id"?',
        ),
        (
            "resources[2].schema.primaryKey",
            "unknown-field",
            '"agencyid" is not a field of this schema.',
            'Did you mean "agency_id"?',
        ),
    ]
