"""A validated descriptor and its tables -> the `Package` that describes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portal.core.cells import missing_values
from portal.core.models import (
    OUTLINES_FILE,
    Allowance,
    Conventions,
    Field,
    Language,
    Licence,
    OutlineFile,
    Package,
    Resource,
    Text,
    names_in,
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
    content, languages = descriptor.content, conventions.languages
    allowances = objects(content.get(PROPERTY))
    return Package(
        name=str(content.get("name", "")),
        title=text_of(content, "title", languages, str(content.get("name", ""))),
        description=text_of(content, "description", languages),
        version=str(content.get("version", "")),
        created=descriptor.created,
        notice=text_of(content, "notice", languages) if content.get("notice") else None,
        licences=tuple(_licence(licence, languages) for licence in objects(content.get("licenses"))),
        keywords=_texts(content.get("keywords")),
        allowances=tuple(map(_allowance, allowances)),
        searched=searched(tables, allowances),
        resources={
            resource["name"]: _resource(
                resource,
                tables[resource["name"]],
                *sizes[resource["name"]],
                hidden_names if resource["name"] == SUPPLIERS else {},
                languages,
            )
            for resource in descriptor.resources
            if resource["name"] in tables
        },
        conventions=conventions,
        sha256=_digest(sizes, outlines),
        ignored=tuple(sorted(ignored)),
        creator=next(
            (text_of(c, "title", languages) for c in objects(content.get("contributors")) if _is_creator(c)), None
        ),
        outlines=outlines,
    )


def _is_creator(contributor: Mapping[str, Any]) -> bool:
    return "creator" in _texts(contributor.get("roles")) and not is_blank(str(contributor.get("title") or ""))


def _resource(
    described: Mapping[str, Any],
    table: Table,
    size: int,
    sha256: str,
    hidden_names: HiddenNames,
    languages: Sequence[Language],
) -> Resource:
    return Resource(
        table.name,
        table.path,
        text_of(described, "title", languages, table.name),
        text_of(described, "description", languages),
        {field["name"]: _field(field, described["schema"], table, languages) for field in table.fields},
        len(table.rows),
        size,
        sha256,
        _keys(described["schema"]),
        _references(described),
        tuple(sorted(table.ignored)),
        hidden_names,
    )


def _licence(described: Mapping[str, Any], languages: Sequence[Language]) -> Licence:
    title = text_of(described, "title", languages, str(described.get("name") or described.get("path")))
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


def text_of(described: Mapping[str, Any], name: str, languages: Sequence[Language], default: str = "") -> Text:
    """The text of the property `name`, and of those of the other languages, such as `name_en`."""
    texts = {key: str(described.get(key) or "") for key in names_in(name, languages)}
    return Text.read({key: text for key, text in texts.items() if not is_blank(text)}, name, languages, default)


def _field(
    described: Mapping[str, Any], schema: Mapping[str, Any], table: Table, languages: Sequence[Language]
) -> Field:
    name = described["name"]
    return Field(
        name,
        str(described.get("type", "string")),
        text_of(described, "title", languages, name),
        text_of(described, "description", languages),
        _labels(described.get("enum_labels"), languages),
        text_of(described, "unit", languages) if described.get("unit") else None,
        str(described.get("format", "default")),
        described.get("constraints", {}),
        missing_values(described, schema),
        _booleans(described),
        len(table.rows) - [row[name] for _, row in table.rows].count(None),
        str(described["example"]) if "example" in described else table.examples.get(name),
    )


def _labels(described: Any, languages: Sequence[Language]) -> dict[str, Text]:
    """What each code of a closed list means; the words are given by language."""
    first, *others = languages
    return {
        str(code): Text(
            str(label.get(first, code)), tuple((other, str(label[other])) for other in others if label.get(other))
        )
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
