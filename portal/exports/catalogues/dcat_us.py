"""`/data.json`: the open data as DCAT-US 1.1 has it, https://resources.data.gov/resources/dcat-us/.

Fields that only agencies of the United States' government have are left out, as its non-federal schema allows:
`bureauCode`, `programCode`, `primaryITInvestmentUII`, `systemOfRecords` and `dataQuality`. So is `issued`: the day of
the first release is not known. Texts are Thai, the language of the data.
"""

from __future__ import annotations

from portal.core.models import Download, Text
from portal.exports.catalogues.base import Catalogue, Described, without_blanks

SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"

LONGEST_RIGHTS = 255
"""Characters, by the standard."""


def dcat_us(catalogue: Catalogue) -> Described:
    """The catalogue: a dataset for the whole package, and one for each resource, which is a part of it."""
    package = catalogue.package
    parts = [_dataset(catalogue, resource.name, resource.title, resource.description) for resource in package.parts]
    return {
        "@context": f"{SCHEMA}/catalog.jsonld",
        "@id": f"{catalogue.home}data.json",
        "@type": "dcat:Catalog",
        "conformsTo": SCHEMA,
        "describedBy": f"{SCHEMA}/catalog.json",
        "dataset": [_dataset(catalogue, None, package.title, package.description), *parts],
    }


def identifier(catalogue: Catalogue, resource: str | None) -> str:
    """What names a dataset in every catalogue: its place on the data page."""
    return catalogue.page + ("#package" if resource is None else f"#resource-{resource}")


def _dataset(catalogue: Catalogue, resource: str | None, title: Text, description: Text) -> Described:
    package = catalogue.package
    rights = " ".join(licence.title.first for licence in package.licences)
    period = catalogue.covered if resource in (None, "projects") else None
    return without_blanks(
        {
            "@type": "dcat:Dataset",
            "identifier": identifier(catalogue, resource),
            "title": title.first,
            "description": description.first or title.first,
            "keyword": list(package.keywords) or [catalogue.city.first],
            "modified": package.created.isoformat(),
            "publisher": {
                "@type": "org:Organization",
                "name": catalogue.publisher.first,
                "subOrganizationOf": {"@type": "org:Organization", "name": catalogue.city.first},
            },
            "contactPoint": without_blanks(
                {
                    "@type": "vcard:Contact",
                    "fn": catalogue.publisher.first,
                    "hasEmail": f"mailto:{catalogue.email}" if catalogue.email else None,
                }
            ),
            "accessLevel": "public",
            "license": package.licence,
            "rights": rights if len(rights) <= LONGEST_RIGHTS else f"{rights[: LONGEST_RIGHTS - 1]}…",
            "spatial": catalogue.city.first,
            "temporal": f"{period[0]}/{period[1]}" if period else None,
            "language": [catalogue.language],
            "landingPage": identifier(catalogue, resource),
            "describedBy": catalogue.file("datapackage.json"),
            "describedByType": "application/json",
            "isPartOf": identifier(catalogue, None) if resource else None,
            "distribution": [_distribution(catalogue, file) for file in catalogue.files_of(resource)],
        }
    )


def _distribution(catalogue: Catalogue, file: Download) -> Described:
    return {
        "@type": "dcat:Distribution",
        "title": file.name,
        "downloadURL": catalogue.file(file.name),
        "mediaType": file.media_type,
    }
