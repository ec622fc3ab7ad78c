"""A validated descriptor and its tables -> the `Package` that describes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from portal.core.cells import missing_values
from portal.core.models import (
    OUTLINES_FILE,
    Allowance,
    Bilingual,
    Conventions,
    Field,
    Licence,
    OutlineFile,
    Package,
    Resource,
)
from portal.core.text import is_blank
from portal.package.descriptor import Descriptor
from portal.package.personal_data.allowances import PROPERTY
from portal.package.personal_data.guard import searched
from portal.package.personal_data.natural_persons import SUPPLIERS, HiddenNames
from portal.package.schemas import key_fields, reference_of
from portal.package.tables import Table


def build_package(
    descriptor: Descriptor,
    tables: Mapping[str, Table],
    sizes: Mapping[str, tuple[int, str]],
    ignored: Iterable[str],
    hidden_names: HiddenNames,
    conventions: Conventions,
    outlines: OutlineFile | None = None,
) -> Package:
    """The package of a descriptor. `sizes` are the bytes and the SHA-256 of each published CSV, by resource.

    `hidden_names` are those of suppliers that are not published.
    """
    content = descriptor.content
    allowances = objects(content.get(PROPERTY))
    return Package(
        name=str(content.get("name", "")),
        title=bilingual(content, "title", str(content.get("name", ""))),
        description=bilingual(content, "description"),
        version=str(content.get("version", "")),
        created=descriptor.created,
        notice=bilingual(content, "notice") if content.get("notice") else None,
        licences=tuple(map(_licence, objects(content.get("licenses")))),
        keywords=_texts(content.get("keywords")),
        allowances=tuple(map(_allowance, allowances)),
        searched=searched(tables, allowances),
        resources={
            resource["name"]: _resource(
                resource,
                tables[resource["name"]],
                *sizes[resource["name"]],
                hidden_names if resource["name"] == SUPPLIERS else {},
            )
            for resource in descriptor.resources
            if resource["name"] in tables
        },
        conventions=conventions,
        sha256=_digest(sizes, outlines),
        ignored=tuple(sorted(ignored)),
        creator=next((bilingual(c, "title") for c in objects(content.get("contributors")) if _is_creator(c)), None),
        outlines=outlines,
    )


def _is_creator(contributor: Mapping[str, Any]) -> bool:
    return "creator" in _texts(contributor.get("roles")) and not is_blank(str(contributor.get("title") or ""))


def _resource(
    described: Mapping[str, Any], table: Table, size: int, sha256: str, hidden_names: HiddenNames
) -> Resource:
    return Resource(
        table.name,
        table.path,
        bilingual(described, "title", table.name),
        bilingual(described, "description"),
        {field["name"]: _field(field, described["schema"], table) for field in table.fields},
        len(table.rows),
        size,
        sha256,
        _keys(described["schema"]),
        _references(described),
        tuple(sorted(table.ignored)),
        hidden_names,
    )


def _licence(described: Mapping[str, Any]) -> Licence:
    title = bilingual(described, "title", str(described.get("name") or described.get("path")))
    return Licence(title, described.get("path"), _texts(described.get("source_ids")))


def _allowance(described: Mapping[str, Any]) -> Allowance:
    subject = described.get("value") or f"{described.get('resource')}.{described.get('field')}"
    return Allowance(str(subject), str(described.get("reason")))


def _digest(sizes: Mapping[str, tuple[int, str]], outlines: OutlineFile | None) -> str:
    """One checksum for all files, which readers can compute from the published ones: see `Package.sha256`."""
    digests = [(f"{name}.csv", digest) for name, (_, digest) in sorted(sizes.items())]
    digests = sorted([*digests, (OUTLINES_FILE, outlines.sha256)]) if outlines else digests
    lines = (f"{digest}  {name}\n" for name, digest in digests)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The JSON objects in a list of a descriptor; none where `value` is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str) and text.strip()) if isinstance(value, list) else ()


def bilingual(described: Mapping[str, Any], name: str, default: str = "") -> Bilingual:
    """The texts of the properties `name` (Thai) and `name_en` (English)."""
    texts = [str(described.get(key) or "") for key in (name, f"{name}_en")]
    thai, english = ("" if is_blank(text) else text for text in texts)
    return Bilingual(thai or default, english)


def _field(described: Mapping[str, Any], schema: Mapping[str, Any], table: Table) -> Field:
    name = described["name"]
    return Field(
        name,
        str(described.get("type", "string")),
        bilingual(described, "title", name),
        bilingual(described, "description"),
        _labels(described.get("enum_labels")),
        bilingual(described, "unit") if described.get("unit") else None,
        str(described.get("format", "default")),
        described.get("constraints", {}),
        missing_values(described, schema),
        _booleans(described),
        len(table.rows) - [row[name] for _, row in table.rows].count(None),
        str(described["example"]) if "example" in described else table.examples.get(name),
    )


def _labels(described: Any) -> dict[str, Bilingual]:
    """What each code of a closed list means."""
    return {
        str(code): Bilingual(str(label.get("th", code)), str(label.get("en", "")))
        for code, label in (described if isinstance(described, dict) else {}).items()
        if isinstance(label, dict)
    }


def _booleans(described: Mapping[str, Any]) -> dict[str, bool]:
    """What each word of a boolean field means: the words of the field, otherwise those of the standard."""
    if described.get("type") != "boolean":
        return {}
    true = described.get("trueValues", ["true", "True", "TRUE", "1"])
    false = described.get("falseValues", ["false", "False", "FALSE", "0"])
    return dict.fromkeys(true, True) | dict.fromkeys(false, False)


def _keys(schema: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    keys = [key_fields(schema.get("primaryKey")), *map(key_fields, schema.get("uniqueKeys", []))]
    return tuple(tuple(key) for key in keys if key)


def _references(described: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The foreign keys of one field: the resource and the field that each refers to."""
    references = {}
    for key in described["schema"].get("foreignKeys", []):
        fields, target = key_fields(key["fields"]), key_fields(key["reference"]["fields"])
        if fields and target and len(fields) == len(target) == 1:
            references[fields[0]] = (reference_of(described, key), target[0])
    return references
