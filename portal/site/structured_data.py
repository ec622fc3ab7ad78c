"""Records -> schema.org descriptions (JSON-LD), for search engines and other programs that read pages. Pure.

https://schema.org/Project, /Organization, /MonetaryGrant, /ItemList, /BreadcrumbList. What is not known is
left out: a blank is never published as a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.core.models import (
    NATURAL_PERSON,
    Agency,
    Citation,
    Download,
    Language,
    Package,
    Project,
    Supplier,
    Text,
)

Described = Mapping[str, Any]

CONTEXT = "https://schema.org"


def project(
    value: Project, changed: date, address: str, agency_address: str | None, currency: str, language: Language
) -> Described:
    """The page of a project: what it is, whose, the money that it received, and when its record changed.

    `currency` is a code of ISO 4217.
    """
    grant = None
    if value.budget_received is not None:
        amount = {"@type": "MonetaryAmount", "currency": currency, "value": str(value.budget_received)}
        grant = {"@type": "MonetaryGrant", "amount": amount}
    about = {
        "@type": "Project",
        "name": value.title,
        "identifier": value.project_id,
        "parentOrganization": agency(value.agency, agency_address, language) if value.agency else None,
        "funding": grant,
    }
    return _page(
        "WebPage",
        address,
        inLanguage=language,
        dateModified=changed.isoformat(),
        mainEntity=_without_blanks(about),
    )


def agency(value: Agency, address: str | None, language: Language) -> Described:
    """An agency of the city."""
    name = value.name[language]
    return _without_blanks(
        {
            "@type": "GovernmentOrganization",
            "name": name,
            "alternateName": _other_names(value.name, name),
            "identifier": value.agency_id,
            "url": address,
        }
    )


def _other_names(text: Text, name: str) -> str | list[str] | None:
    """The names in other languages; as schema.org has it, one is no list."""
    others = [other for other in dict.fromkeys(text) if other and other != name]
    return others if len(others) > 1 else next(iter(others), None)


def supplier(value: Supplier, address: str, language: Language) -> Described:
    """The page of a supplier: what it is called."""
    name = value.name[language]
    kind = {"state_body": "GovernmentOrganization", NATURAL_PERSON: "Person"}.get(value.kind or "", "Organization")
    about = {
        "@type": kind,
        "name": name,
        "alternateName": _other_names(value.name, name),
        "identifier": value.supplier_id,
    }
    return _page("WebPage", address, inLanguage=language, mainEntity=_without_blanks(about))


def overview(name: str, address: str, language: Language, addresses: Iterable[str]) -> Described:
    """A page that lists the things at some addresses.

    Their names are left out: the pages at the addresses have them, and search engines ask for no more
    (https://developers.google.com/search/docs/appearance/structured-data/carousel).
    """
    listed = [{"@type": "ListItem", "position": position, "url": item} for position, item in enumerate(addresses, 1)]
    main_entity = {"@type": "ItemList", "numberOfItems": len(listed), "itemListElement": listed}
    return _page("CollectionPage", address, name=name, inLanguage=language, mainEntity=main_entity)


def dataset(
    package: Package,
    citation: Citation,
    covered: tuple[date, date] | None,
    city: Text,
    address: str,
    files: Iterable[tuple[Download, str]],
    language: Language,
) -> Described:
    """The open data of a city: how they are cited, the days (C.E.) that they cover, and the address of each file."""
    return _page(
        "Dataset",
        address,
        name=package.title[language],
        description=package.description[language] or package.title[language],
        version=package.version or None,
        dateModified=package.created.isoformat(),
        inLanguage=language,
        creator={"@type": "Organization", "name": citation.author[language]},
        publisher={"@type": "Organization", "name": citation.publisher[language]},
        spatialCoverage={"@type": "Place", "name": city[language]},
        temporalCoverage=f"{covered[0]}/{covered[1]}" if covered else None,
        keywords=list(package.keywords) or None,
        isAccessibleForFree=True,
        license=package.licence,
        distribution=[
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": file.media_type,
                "contentUrl": link,
                "contentSize": f"{file.bytes} B",
                "sha256": file.sha256,
            }
            for file, link in files
        ],
    )


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> Described:
    """The way to a page; `steps` are (name, address), the page itself not among them."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(steps, start=1)
    ]
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": items}


def _page(kind: str, address: str, **described: Any) -> Described:
    """What is at an address; what is None is left out."""
    return _without_blanks({"@context": CONTEXT, "@type": kind, "@id": address, "url": address, **described})


def _without_blanks(values: Described) -> Described:
    return {name: value for name, value in values.items() if value is not None}
