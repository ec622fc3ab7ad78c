"""What is published beside the pages: files to download, and how to cite them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.core.models.languages import Bilingual


@dataclass(frozen=True, slots=True)
class Download:
    """A published file of the open data."""

    name: str
    """Below `/data/`."""
    kind: str
    """Which of the forms of `downloads` it is: csv, xlsx, parquet …"""
    media_type: str
    resource: str | None
    """The resource that it holds; None: the whole package, or what no one resource holds."""
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Citation:
    """What names one release of the open data."""

    key: str
    author: Bilingual
    title: Bilingual
    publisher: Bilingual
    version: str
    created: date
    as_of: str
    """The day or days on which the figures were true, as ISO 8601 has it; "" where they are not known."""
    address: str
    sha256: str
    """Of the zip of the whole package."""
