"""The open data -> descriptions that harvesters and other programs read without knowing this portal. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from portal.catalogues.base import Catalogue, as_json, covered
from portal.catalogues.csvw import csvw
from portal.catalogues.dcat_ap import dcat_ap
from portal.catalogues.dcat_us import dcat_us
from portal.catalogues.oc4ids import oc4ids
from portal.models import Portal

__all__ = ["Catalogue", "covered", "data_json", "describe"]


def data_json(catalogue: Catalogue) -> bytes:
    """`/data.json`, which harvesters look for at the root of a site: DCAT-US."""
    return as_json(dcat_us(catalogue))


def describe(catalogue: Catalogue, portal: Portal, oc4ids_prefix: str | None) -> Mapping[str, tuple[str, bytes]]:
    """Each description that stands below `/data/`: its file's name and content, by kind."""
    infrastructure = oc4ids(catalogue, portal.projects, oc4ids_prefix)
    return {
        "dcat-ap": ("catalog.jsonld", as_json(dcat_ap(catalogue, portal.sources))),
        "csvw": ("csv-metadata.json", as_json(csvw(catalogue))),
        **({"oc4ids": ("oc4ids.json", as_json(infrastructure))} if infrastructure else {}),
    }
