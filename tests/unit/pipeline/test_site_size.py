"""About how large a site will be: as the last one, or as packages that were measured."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from portal.core.models import Package
from portal.pipeline.check import check
from portal.pipeline.hosts import SiteSize
from portal.pipeline.manifest import FILES, MARKER
from portal.pipeline.options import BuildOptions
from portal.pipeline.progress import Progress
from portal.pipeline.site_size import expected_size

from tests.sample_package import SamplePackage


def grown(package: Package, projects: int, csv_bytes: int) -> Package:
    """The package with so many projects, and so many bytes in the CSV of the projects, which is then the only one."""
    resource = replace(package.resources["projects"], rows=projects, bytes=csv_bytes)
    return replace(package, resources=MappingProxyType({"projects": resource}))


def write_site(folder: Path, package: str, files: Mapping[str, int]) -> None:
    """Write a site whose files have so many bytes."""
    for name, size in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x" * size)
    (folder / FILES).write_bytes(gzip.compress("".join(f"{name}\n" for name in files).encode()))
    (folder / MARKER).write_text(json.dumps({"package": package}))


@pytest.mark.parametrize(
    ("projects", "csv_bytes", "files", "size"),
    # Fictional projects with long texts for each, and for one in twenty (two sizes); Bangkok's.
    [
        (300, 4_922_230, 1_789, 55_182_971),
        (300, 1_213_520, 1_736, 40_487_146),
        (1_200, 4_822_667, 3_754, 122_804_650),
        (577, 337_099, 2_590, 49_467_027),
    ],
)
def test_a_site_is_about_as_large_as_packages_that_were_measured(
    package: SamplePackage, tmp_path: Path, projects: int, csv_bytes: int, files: int, size: int
) -> None:
    expected = expected_size(grown(package.portal().package, projects, csv_bytes), tmp_path / "none")
    assert expected.estimated
    assert expected.files == pytest.approx(files, rel=0.1)
    assert expected.bytes == pytest.approx(size, rel=0.1)


def test_suppliers_and_contracts_have_pages_too(package: SamplePackage, tmp_path: Path) -> None:
    """As a site of so many fictional ones was measured."""
    described = grown(package.portal().package, 2_025, 3_251_945)
    projects = described.resources["projects"]
    rows = {"suppliers": 2_005, "contracts": 10_007}
    tables = {name: replace(projects, rows=count, bytes=0) for name, count in rows.items()}
    described = replace(described, resources=MappingProxyType({"projects": projects} | tables))
    expected = expected_size(described, tmp_path / "none")
    assert expected.files == pytest.approx(9_645, rel=0.1)
    assert expected.bytes == pytest.approx(235_538_680, rel=0.1)


def test_the_last_site_of_the_package_grows_as_its_csvs_did(package: SamplePackage, tmp_path: Path) -> None:
    described = grown(package.portal().package, 3, 4_000)
    files = {"data/projects.csv": 2_000, "data/all.xlsx": 9_000, "index.html": 500}
    files |= {f"projects/{n}/index.html": 100 for n in range(20)}
    write_site(tmp_path / "site", described.name, files)
    own = sum((tmp_path / "site" / name).stat().st_size for name in (FILES, MARKER))
    assert expected_size(described, tmp_path / "site") == SiteSize(
        files=2 * (len(files) + 2), bytes=2 * (sum(files.values()) + own), largest=18_000, estimated=True
    )


def test_a_sample_of_the_last_site_stands_for_files_of_different_kinds(package: SamplePackage, tmp_path: Path) -> None:
    described = grown(package.portal().package, 3, 2_000)
    files = {"data/projects.csv": 2_000}
    # Two of each project, so that every second file is a small one.
    files |= {f"projects/{n}/{name}": size for n in range(900) for name, size in (("a", 4_000), ("b", 200))}
    write_site(tmp_path / "site", described.name, files)
    expected = expected_size(described, tmp_path / "site")
    assert expected.files == len(files) + 2
    assert expected.bytes == pytest.approx(sum(files.values()), rel=0.1)


@pytest.mark.parametrize("damage", ["other package", "no list", "file gone", "no csv"])
def test_what_is_no_site_of_the_package_says_nothing(package: SamplePackage, tmp_path: Path, damage: str) -> None:
    described, site = package.portal().package, tmp_path / "site"
    name = "data/other.csv" if damage == "no csv" else "data/projects.csv"
    write_site(site, "other" if damage == "other package" else described.name, {name: 2_000, "index.html": 10**6})
    if damage == "no list":
        (site / FILES).unlink()
    if damage == "file gone":
        (site / "index.html").unlink()
    assert expected_size(described, site) == expected_size(described, tmp_path / "none")


def test_the_check_names_the_hosts_that_would_refuse_the_site(package: SamplePackage, tmp_path: Path) -> None:
    site = tmp_path / "site"
    options = BuildOptions(package=package.root, output=site, cache=tmp_path / "cache")
    assert [notice.rule for notice in check(options, Progress()).notices] == []
    csv_bytes = package.file("projects").stat().st_size
    # A tenth of today's CSVs and 2,500 files: ten times as many today.
    files = {"data/projects.csv": csv_bytes // 10} | {f"projects/{n}.json": 1 for n in range(2_500)}
    write_site(site, package.portal().package.name, files)
    (notice,) = check(options, Progress()).notices
    assert (notice.place, notice.rule) == (str(site), "too-large-for-host")
    assert notice.text.startswith(f"{site}: Cloudflare Pages (free plan) would refuse this site: about ")
    assert notice.text.endswith(" files (at most 20,000). docs/hosting.md says how much each host takes.")
