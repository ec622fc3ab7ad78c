"""Measure how long every form of the open data takes to write, and how much memory.

    python -m benchmarks.downloads [--projects 10000] [--jobs 2] [--keep FOLDER]

A fictional package is read and validated first. Then a process that knows only what the validation found about its
files has every form of them written, as a build does, below `/data/` and as the record of each project. That process
and its workers are what is measured.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.fiction import make
from benchmarks.memory import peak_memory
from portal.core.config import read_config
from portal.core.models import History, Package
from portal.core.program import ROOT
from portal.exports import EXPORTERS, ExportJob, write_form, write_package
from portal.history import find_record_versions
from portal.package import read_portal


def validated(folder: Path) -> Package:
    """What the validation finds about the files of the package in `folder`."""
    portal = read_portal(folder, read_config(ROOT / "pyproject.toml").conventions).portal
    assert portal is not None
    return portal.package


def measure(folder: Path, jobs: int) -> None:
    """Write the downloads of the package in `folder` beside it, and print what it took."""
    with ProcessPoolExecutor(1) as pool:
        package = pool.submit(validated, folder).result()
    stage = folder / "site"
    begin = time.perf_counter()
    with peak_memory() as peak, ProcessPoolExecutor(jobs) as pool:
        write_package(folder / "datapackage.json", package, stage)
        versions = find_record_versions(package, History(), {})
        order = ExportJob(package, "https://projects.example/", versions, "", stage)
        for form in [pool.submit(write_form, form, order) for form in EXPORTERS]:
            form.result()
    seconds = time.perf_counter() - begin
    size = sum(path.stat().st_size for path in (stage / "data").iterdir())
    rows = package.resources["projects"].rows
    print(f"{rows:,} projects, {jobs} processes: {size / 1e6:,.0f} MB below /data/, and the records")
    print(f"{seconds:.1f} s, {peak[0] / 1e6:,.0f} MB over all processes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="where the package and its downloads stay")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = arguments.keep or Path(temporary)
        if not (place / "datapackage.json").exists():
            make(place, arguments.projects)
        measure(place, arguments.jobs)
