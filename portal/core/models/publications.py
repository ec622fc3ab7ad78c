"""What is published beside the pages: files to download, and how to cite them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.core.models.languages import Language, Text


@dataclass(frozen=True, slots=True)
class Download:
    """A published file of the open data."""

    name: str
    """Below `/data/`."""
    kind: str
    """The name of its form in `portal/exports/exporters.py`: csv, xlsx, parquet …"""
    media_type: str
    resource: str | None
    """The resource whose records it holds; None where it holds several, or something else."""
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Citation:
    """How to cite one release of the open data."""

    key: str
    author: Text
    title: Text
    publisher: Text
    language: Language
    """The first of the city's, in which the data are written."""
    version: str
    created: date
    as_of: str
    """The day or days to which the figures refer, in ISO 8601; "" where they are not known."""
    address: str
    sha256: str
    """Of the zip of the whole package."""
