"""Every other form of the data: workbooks, Parquet, records of projects, zips, catalogues for harvesters, citations.

In: the validated package. Out: the files below `/data/`, each described as a `Download`.
"""

from portal.exports.catalogues import data_json, describe
from portal.exports.catalogues.base import Catalogue
from portal.exports.catalogues.oc4ids import OC4IDS, oc4ids, packed_projects
from portal.exports.citation import bibtex, cite, csl
from portal.exports.exporters import (
    EXPORTERS,
    ExportJob,
    TableWriter,
    publish,
    publish_release,
    table_lines,
    write_form,
    write_package,
    write_records,
    write_sums,
    write_whole_workbook,
)
from portal.exports.ocds import pack_releases, release_package
from portal.exports.procurement import Procurement
from portal.exports.records import ProjectRecords

__all__ = [
    "EXPORTERS",
    "OC4IDS",
    "Catalogue",
    "ExportJob",
    "Procurement",
    "ProjectRecords",
    "TableWriter",
    "bibtex",
    "cite",
    "csl",
    "data_json",
    "describe",
    "oc4ids",
    "pack_releases",
    "packed_projects",
    "publish",
    "publish_release",
    "release_package",
    "table_lines",
    "write_form",
    "write_package",
    "write_records",
    "write_sums",
    "write_whole_workbook",
]
