"""The open data as DCAT-AP 3 has it, https://semiceu.github.io/DCAT-AP/releases/3.0.0/, in JSON-LD 1.1.

The context stands in the file itself, so that a reader needs nothing from another host. Codes are those of the EU's
authority tables, as the profile wants them; what a code names is typed beside it, since the tables are not at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from babel.core import get_global

from portal.core.messages import Message
from portal.core.models import NO_TEXT, Download, Language, Source, Text
from portal.exports.catalogues.base import Catalogue, Described, texts, without_blanks
from portal.exports.catalogues.dcat_us import identifier

CONTEXT: Mapping[str, str] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

THEME = Message("Government and public sector")
"""What GOVE stands for in the EU's table of themes."""

FORMATS: Mapping[str, str] = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "parquet": "PARQUET",
    "json": "JSON",
    "zip": "ZIP",
    "geojson": "GEOJSON",
}
"""The code of a file's ending in the EU's table of file types, where it has one."""


def dcat_ap(catalogue: Catalogue, sources: Sequence[Source]) -> Described:
    """The catalogue: a dataset for the whole package, and one for each resource, which is a part of it."""
    package = catalogue.package
    parts = package.parts
    whole = _dataset(catalogue, None, package.title, package.description) | without_blanks(
        {
            "dct:conformsTo": {"@id": "https://datapackage.org/standard/data-package/", "@type": "dct:Standard"},
            "dct:provenance": [
                _labelled("dct:ProvenanceStatement", _origin(source, package.conventions.languages), catalogue.language)
                for source in sources
            ],
            "dct:hasPart": [{"@id": identifier(catalogue, part.name)} for part in parts],
        }
    )
    return {
        "@context": CONTEXT,
        "@id": f"{catalogue.file('catalog.jsonld')}#catalog",
        "@type": "dcat:Catalog",
        "dct:title": texts(catalogue.publisher, catalogue.language),
        "dct:description": texts(package.title, catalogue.language),
        "dct:publisher": {
            "@id": f"{catalogue.home}#publisher",
            "@type": "foaf:Agent",
            "foaf:name": texts(catalogue.publisher, catalogue.language),
            "foaf:homepage": {"@id": catalogue.home, "@type": "foaf:Document"},
        },
        "foaf:homepage": {"@id": catalogue.home},
        "dct:language": [_language(code) for code in package.conventions.languages],
        "dct:modified": _day(package.created),
        "dct:spatial": _place(catalogue),
        **_rights(catalogue),
        "dcat:dataset": [whole, *(_dataset(catalogue, part.name, part.title, part.description) for part in parts)],
    }


def _dataset(catalogue: Catalogue, resource: str | None, title: Text, description: Text) -> dict[str, object]:
    package = catalogue.package
    name = identifier(catalogue, resource)
    theme = THEME.text(package.conventions.languages)
    return without_blanks(
        {
            "@id": name,
            "@type": "dcat:Dataset",
            "dct:identifier": name,
            "dct:title": texts(title, catalogue.language),
            "dct:description": texts(description if description.first else title, catalogue.language),
            "dct:publisher": {"@id": f"{catalogue.home}#publisher"},
            "dct:creator": {
                "@id": f"{catalogue.home}#city",
                "@type": "foaf:Agent",
                "foaf:name": texts(catalogue.city, catalogue.language),
            },
            "dcat:contactPoint": _contact(catalogue),
            "dcat:keyword": list(package.keywords),
            "dcat:theme": _code("data-theme", "GOVE", "skos:Concept")
            | {"skos:prefLabel": texts(theme, catalogue.language)},
            "dct:spatial": _place(catalogue),
            "dct:temporal": _period(catalogue.covered) if resource in (None, "projects") else None,
            "dct:language": _language(catalogue.language),
            "dct:accessRights": _code("access-right", "PUBLIC", "dct:RightsStatement"),
            "dct:modified": _day(package.created),
            "dcat:version": package.version,
            "dcat:landingPage": {"@id": catalogue.page, "@type": "foaf:Document"},
            "dct:isPartOf": {"@id": identifier(catalogue, None)} if resource else None,
            "dcat:distribution": [_distribution(catalogue, file) for file in catalogue.files_of(resource)],
        }
    )


def _distribution(catalogue: Catalogue, file: Download) -> Described:
    package = catalogue.package
    ending = file.name.rsplit(".", 1)[-1]
    media = f"{_MEDIA_TYPES}{file.media_type}"
    return without_blanks(
        {
            "@id": f"{catalogue.page}#{file.name}",
            "@type": "dcat:Distribution",
            "dct:title": file.name,
            "dcat:accessURL": {"@id": catalogue.page},
            "dcat:downloadURL": {"@id": catalogue.file(file.name)},
            "dct:format": _code("file-type", FORMATS[ending], "dct:MediaTypeOrExtent") if ending in FORMATS else None,
            # A form without a code there has seldom a registered media type, such as JSON Lines.
            "dcat:mediaType": {"@id": media, "@type": "dct:MediaType"} if ending in FORMATS else None,
            "dcat:byteSize": {"@value": str(file.bytes), "@type": "xsd:nonNegativeInteger"},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
                "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
            },
            "dct:modified": _day(package.created),
            "dct:license": {"@id": package.licence, "@type": "dct:LicenseDocument"} if package.licence else None,
            "dct:rights": {"@id": f"{catalogue.page}#rights"} if package.licences else None,
        }
    )


def _rights(catalogue: Catalogue) -> Described:
    """What the package says of its licences, in one text to which every file refers; nothing where it says nothing."""
    licences = catalogue.package.licences
    if not licences:
        return {}
    languages = catalogue.package.conventions.languages
    rights = Text.of_each(languages, lambda language: " ".join(licence.title[language] for licence in licences))
    label = _labelled("dct:RightsStatement", rights, catalogue.language)
    return {"dct:rights": {"@id": f"{catalogue.page}#rights", **label}}


def _contact(catalogue: Catalogue) -> Described:
    email = {"@id": f"mailto:{catalogue.email}"} if catalogue.email else None
    return without_blanks(
        {
            "@id": f"{catalogue.home}#contact",
            "@type": "vcard:Kind",
            "vcard:fn": texts(catalogue.publisher, catalogue.language),
            "vcard:hasEmail": email,
            "vcard:hasURL": {"@id": catalogue.home},
        }
    )


def _place(catalogue: Catalogue) -> Described:
    return {
        "@id": f"{catalogue.home}#place",
        "@type": "dct:Location",
        "skos:prefLabel": texts(catalogue.city, catalogue.language),
    }


def _period(days: tuple[date, date] | None) -> Described | None:
    if days is None:
        return None
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(days[0]), "dcat:endDate": _day(days[1])}


def _origin(source: Source, languages: Sequence[Language]) -> Text:
    """A source and what is said of it."""
    parts = (source.title, source.note or NO_TEXT)
    return Text.of_each(languages, lambda language: " – ".join(filter(None, (part[language] for part in parts))))


def _code(table: str, code: str, kind: str) -> dict[str, object]:
    return {"@id": f"{_AUTHORITY}{table}/{code}", "@type": kind}


def _language(code: Language) -> dict[str, object]:
    """A language by its code of ISO 639-3, as the EU's table has it."""
    aliases = get_global("language_aliases")
    found = (a for a, short in aliases.items() if short == code and len(a) == 3 and a not in _OTHER_CODES)
    return _code("language", min(found, default=code).upper(), "dct:LinguisticSystem")


_OTHER_CODES = frozenset(
    [
        "alb",
        "arm",
        "baq",
        "bur",
        "chi",
        "cze",
        "dut",
        "fre",
        "geo",
        "ger",
        "gre",
        "ice",
        "mac",
        "mao",
        "may",
        "per",
        "rum",
        "slo",
        "tib",
        "wel",
        "cmn",
        "zsm",
    ]
)
"""The codes of ISO 639-2 that differ from those of ISO 639-3, and single languages of Chinese and Malay."""


def _labelled(kind: str, text: Text, first: Language) -> Described:
    return {"@type": kind, "rdfs:label": texts(text, first)}


def _day(value: date) -> Described:
    return {"@value": value.isoformat(), "@type": "xsd:date"}
