"""The open data -> descriptions that harvesters and other programs read without knowing this portal. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.core.models import Source
from portal.exports.catalogues.base import Catalogue, as_json
from portal.exports.catalogues.csvw import csvw
from portal.exports.catalogues.dcat_ap import dcat_ap
from portal.exports.catalogues.dcat_us import dcat_us
from portal.exports.catalogues.oc4ids import OC4IDS as OC4IDS
from portal.exports.catalogues.oc4ids import oc4ids

__all__ = ["OC4IDS", "Catalogue", "data_json", "describe", "oc4ids"]


def data_json(catalogue: Catalogue) -> bytes:
    """`/data.json`, which harvesters look for at the root of a site: DCAT-US."""
    return as_json(dcat_us(catalogue))


def describe(catalogue: Catalogue, sources: Sequence[Source]) -> Mapping[str, tuple[str, bytes]]:
    """The other descriptions of the files, which stand below `/data/`: the name and content of each, by kind."""
    return {
        "dcat-ap": ("catalog.jsonld", as_json(dcat_ap(catalogue, sources))),
        "csvw": ("csv-metadata.json", as_json(csvw(catalogue))),
    }
