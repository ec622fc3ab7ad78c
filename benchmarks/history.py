"""Measure how long the history of a package takes to read, when nothing of it is cached and when all is.

    python -m benchmarks.history [--projects 10000] [--described 20] [--releases 365] [--keep FOLDER]

The history of the fictional package is daily releases, see `benchmarks/releases.py`. One project in twenty has the long
texts of the reference record, which is more than in the real package.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.fiction import make
from benchmarks.memory import peak_memory
from benchmarks.releases import commit_releases
from portal.core.cache import Cache
from portal.core.config import read_config
from portal.core.program import ROOT
from portal.history import read_history
from portal.package import read_portal


def measure(folder: Path) -> None:
    """Read the history of the package in `folder` twice, and print what it took."""
    package = read_portal(folder, read_config(ROOT / "pyproject.toml").conventions).portal
    assert package is not None
    with tempfile.TemporaryDirectory() as cache:
        for state in ("cold", "warm"):
            begin = time.perf_counter()
            with peak_memory() as peak:
                history = read_history(folder / "datapackage.json", package.package, Cache(Path(cache)))
            seconds = time.perf_counter() - begin
            changes = sum(len(release.changes) for release in history.releases)
            print(f"{state}: {seconds:.1f} s, {peak[0] / 1e6:,.0f} MB (the package included),", end=" ")
            print(f"{len(history.releases)} releases, {changes:,} changes", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--described", type=int, default=20, metavar="N", help="one project in N has long texts")
    parser.add_argument("--releases", type=int, default=365)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the repository stays, and is used again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = arguments.keep or Path(temporary)
        if not (place / ".git").exists():
            make(place, arguments.projects, described=arguments.described)
            commit_releases(place, arguments.releases)
        measure(place)
