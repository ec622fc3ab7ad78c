"""`csv-metadata.json`: the CSVs as CSV on the Web has them, https://www.w3.org/TR/tabular-metadata/.

A program that knows the standard looks for this name beside a CSV (section 5.3 of the model,
https://www.w3.org/TR/tabular-data-model/) and then knows the types, keys and references of its columns.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.models import Field, Language, Resource
from portal.exports.catalogues.base import Catalogue, Described, texts, without_blanks

_TYPES: Mapping[str, str] = {
    "integer": "integer",
    "number": "decimal",
    "boolean": "boolean",
    "date": "date",
    "datetime": "dateTime",
    "year": "gYear",
}


_FORMS: Mapping[str, str] = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M:%S"}
"""The only way in which the standard writes a day or a moment without saying how."""


def csvw(catalogue: Catalogue) -> Described:
    """The group of all tables. Titles of columns are the names that head them; the labels of people stand beside."""
    package = catalogue.package
    return without_blanks(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": catalogue.language}],
            "@type": "TableGroup",
            "dc:title": texts(package.title, catalogue.language),
            "dc:description": texts(package.description, catalogue.language),
            "dc:license": {"@id": package.licence} if package.licence else None,
            "dc:modified": {"@value": package.created.isoformat(), "@type": "xsd:date"},
            "tables": [_table(resource, catalogue.language) for resource in package.resources.values()],
        }
    )


def _table(resource: Resource, first: Language) -> Described:
    schema = without_blanks(
        {
            "columns": [_column(field, first) for field in resource.fields.values()],
            "primaryKey": next((list(key) for key in resource.keys if _is_filled(resource, key)), None),
            "foreignKeys": [
                {"columnReference": name, "reference": {"resource": f"{target}.csv", "columnReference": key}}
                for name, (target, key) in resource.references.items()
            ],
        }
    )
    return without_blanks(
        {
            "url": f"{resource.name}.csv",
            "dc:title": texts(resource.title, first),
            "dc:description": texts(resource.description, first),
            "tableSchema": schema,
        }
    )


def _is_filled(resource: Resource, key: tuple[str, ...]) -> bool:
    """A key of the standard has no blank cell."""
    return all(resource.fields[name].filled == resource.rows for name in key)


def _column(field: Field, first: Language) -> Described:
    return without_blanks(
        {
            "name": field.name,
            "titles": field.name,
            "dc:title": texts(field.title, first),
            "dc:description": texts(field.description, first),
            "datatype": _datatype(field),
            "null": list(field.missing),
            "required": True if field.constraints.get("required") else None,
        }
    )


def _datatype(field: Field) -> str | Described:
    """The type and what the standard can say of its values; a form of its own makes a text of them."""
    base = _TYPES.get(field.type)
    if (
        base is None
        or field.format not in ("default", _FORMS.get(field.type))
        or not field.booleans.keys() <= {"true", "false", "1", "0"}
    ):
        return "string"
    limits = without_blanks({name: field.constraints.get(name) for name in ("minimum", "maximum")})
    return {"base": base, **limits} if limits and base not in ("boolean", "gYear") else base
