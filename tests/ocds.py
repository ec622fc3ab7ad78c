"""Contracting processes of a package as OCDS has them, and what the standard's own review tool finds in them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from portal.core.models import History
from portal.exports import Catalogue, Procurement, pack_releases, release_package, write_package
from portal.history import find_record_versions

from tests.sample_package import SamplePackage
from tests.texts import both

STANDARD = Path(__file__).parent / "site" / "standards" / "ocds"
"""The schema and the code lists of OCDS 1.1.5."""

BANGKOK = ZoneInfo("Asia/Bangkok")


def write_ocds(package: SamplePackage, folder: Path, prefix: str | None = None) -> dict[str, Path]:
    """Write the release packages of a package that has no problem, unpacked; returns the files by fiscal year."""
    described = package.portal().package
    write_package(package.descriptor, described, folder)
    names = both("พอร์ทัล"), both("เมือง")
    catalogue = Catalogue(described, None, *names, "https://city.example/", None, BANGKOK, prefix)
    procurement = Procurement(described, folder / "data", prefix)
    files = {}
    for year, releases in pack_releases(catalogue, procurement, find_record_versions(described, History(), {})).items():
        files[year] = folder / f"ocds-{year}.json"
        files[year].write_bytes(gzip.decompress(release_package(catalogue, year, releases)))
    return files


def releases_of(package: SamplePackage, folder: Path, prefix: str | None = None) -> dict[str, dict[str, Any]]:
    """The releases of a package by ocid."""
    files = write_ocds(package, folder, prefix).values()
    return {release["ocid"]: release for file in files for release in json.loads(file.read_text("utf-8"))["releases"]}


def ocds_findings(file: Path) -> dict[str, Any]:
    """What the data review tool of OCDS finds in a release package.

    It takes the standard as a zip, and downloads nothing. It runs by itself, since it changes jsonschema for all.
    """
    standard = file.with_name("standard.zip")
    with zipfile.ZipFile(standard, "w") as archive:
        archive.mkdir("standard")
        for path in sorted(STANDARD.rglob("*.*")):
            archive.write(path, f"standard/{path.relative_to(STANDARD).as_posix()}")
        # Of records alone, but the tool wants it.
        versioned = json.dumps({"$schema": "http://json-schema.org/draft-04/schema#"})
        archive.writestr("standard/schema/versioned-release-validation-schema.json", versioned)
    command = [sys.executable, "-m", "libcoveocds", str(file), "--standard-zip", str(standard)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found
