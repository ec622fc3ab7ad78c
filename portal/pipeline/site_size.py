"""About how large a site will be, before it is built: as the last one, or as packages that were measured."""

from __future__ import annotations

import random
from pathlib import Path

from portal.core import urls
from portal.core.models import Package
from portal.pipeline.hosts import SiteSize
from portal.pipeline.manifest import FILES, MARKER, listed_files, read_info

SAMPLE = 1_000
"""Files of the last site whose bytes are looked up, beside those of the data."""

# Measured in November 2026 on the sites of 300 and 1,200 fictional projects (`benchmarks.fiction`, with long texts for
# each or for one in twenty) and of the 577 of the shipped package: files and bytes of each differ from these figures
# by 10 % at most.
BASE_FILES = 1_000
FILES_OF_A_PROJECT = 2.5
BASE_BYTES = 13_000_000
BYTES_OF_A_PROJECT = 68_000
# On that of 10,000 contracts with 2,000 fictional suppliers.
FILES_OF_A_SUPPLIER = 2
FILES_OF_A_CONTRACT = 0.04
BYTES_OF_A_SUPPLIER = 12_500
BYTES_OF_A_CONTRACT = 3_700
BYTES_OF_A_CSV_BYTE = 4
"""Bytes of all files together for each byte of the CSVs: the texts stand on pages, in the data and in the search."""
LARGEST_OF_A_PROJECT = 3_000
"""Bytes of a project in the largest file, where that is no CSV of the package."""


def expected_size(package: Package, output: Path) -> SiteSize:
    """About how large the site of a package will be.

    Where `output` is its last site, as large as that, grown as much as the CSVs have since then.
    """
    return _as_last_site(package, output) or _as_measured(package)


def _as_last_site(package: Package, output: Path) -> SiteSize | None:
    """None where `output` is no site of this package, or files of it cannot be read."""
    names = listed_files(output)
    if not names or read_info(output).get("package") != package.name:
        return None
    # The largest files are among these. The others are many and alike, and a sample says about how large they are.
    singular = {name for name in names if name.startswith(urls.DATA[1:]) or "/" not in name} | {FILES, MARKER}
    others = sorted(names - singular)
    # Not each n-th of them: the files of a project follow each other in a regular order.
    sample = random.Random(0).sample(others, min(SAMPLE, len(others)))
    try:
        sizes = {name: (output / name).lstat().st_size for name in (*singular, *sample)}
    except (OSError, ValueError):
        return None
    csvs = (urls.output_path(urls.data_file(f"{name}.csv")) for name in package.resources)
    if not (before := sum(sizes.get(name, 0) for name in csvs)):
        return None
    growth = _csv_bytes(package) / before
    of_sample = sum(sizes[name] for name in sample) * len(others) / max(len(sample), 1)
    size = sum(sizes[name] for name in singular) + of_sample
    files = len(singular) + len(others)
    return SiteSize(round(files * growth), round(size * growth), round(max(sizes.values()) * growth), estimated=True)


def _as_measured(package: Package) -> SiteSize:
    projects, suppliers, contracts = (
        package.resources[name].rows if name in package.resources else 0
        for name in ("projects", "suppliers", "contracts")
    )
    csv_bytes = _csv_bytes(package)
    files = FILES_OF_A_PROJECT * projects + FILES_OF_A_SUPPLIER * suppliers + FILES_OF_A_CONTRACT * contracts
    pages = BYTES_OF_A_PROJECT * projects + BYTES_OF_A_SUPPLIER * suppliers + BYTES_OF_A_CONTRACT * contracts
    return SiteSize(
        BASE_FILES + round(files),
        BASE_BYTES + round(pages + BYTES_OF_A_CSV_BYTE * csv_bytes),
        max(LARGEST_OF_A_PROJECT * projects, *(resource.bytes for resource in package.resources.values())),
        estimated=True,
    )


def _csv_bytes(package: Package) -> int:
    return sum(resource.bytes for resource in package.resources.values())
