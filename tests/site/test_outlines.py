"""The outlines of areas on the published site: as files, on the pages of areas and on those of projects."""

import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser

from tests.building import run_build
from tests.pages import page, text
from tests.repository import Repository, small_repository
from tests.sample_package import OUTLINES_PATH, SamplePackage
from tests.site.test_accessibility import MODULES, faults, in_languages, opened

IN_13, IN_11, BESIDE, NOWHERE = "91000000-1001", "91000000-2001", "91000000-3001", "92000000-3001"
PLACES = {IN_13: (13.745, 100.49), IN_11: (13.77, 100.485), BESIDE: (13.9, 100.9)}
"""Latitude and longitude; the last is beside the outline of its area, and one project gives no place."""


def move_a_corner(repository: Repository) -> None:
    """Change the outline of area 13, and of no other."""
    file = repository.folder / OUTLINES_PATH
    content = json.loads(file.read_bytes())
    content["features"][2]["geometry"]["coordinates"][0][1] = [100.473, 13.747]
    file.write_text(json.dumps(content), "utf-8")


@dataclass(frozen=True)
class Sites:
    before: Path
    after: Path
    """Once the outline of area 13 was changed."""
    outlines: tuple[bytes, bytes]
    """The file, before and after."""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    folder = tmp_path_factory.mktemp("outlines")
    repository = small_repository(folder / "repository")
    package = SamplePackage(repository.folder, is_new=False)
    package.describe_outlines()
    package.place_projects(PLACES)
    package.append("project_areas", [BESIDE, "12"])
    repository.commit("Add the outlines")
    repository.git("tag", "first")
    outlines = []
    for name in ("before", "after"):
        outlines.append((repository.folder / OUTLINES_PATH).read_bytes())
        output, cache = folder / name, folder / "cache"
        result = run_build("--package", repository.folder, "--output", output, "--cache-dir", cache, "--patterns")
        assert result.returncode == 0, result.stdout + result.stderr
        if name == "before":
            shutil.copytree(output, folder / "after")
            move_a_corner(repository)
            repository.commit("Move a corner")
    return Sites(folder / "before", folder / "after", (outlines[0], outlines[1]))


@pytest.fixture
def site(sites: Sites) -> Path:
    return sites.before


def figure(site: Path, path: str) -> Any:
    return page(site, f"{path}/index.html").css_first("figure.place")


def test_the_file_is_published_as_it_is_in_the_zip_too(site: Path, sites: Sites) -> None:
    file = site / "data" / "area_outlines.geojson"
    assert file.read_bytes() == sites.outlines[0]
    (whole,) = (site / "data").glob("sample-projects.zip")
    with zipfile.ZipFile(whole) as archive:
        assert archive.read("sample-projects/area_outlines.geojson") == sites.outlines[0]
    folder = site.parent / "unpacked"
    shutil.unpack_archive(whole, folder)
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    subprocess.run(command, cwd=folder / "sample-projects", check=True, capture_output=True)


def test_the_checksum_of_the_package_is_made_as_the_quality_page_says(site: Path) -> None:
    quality = page(site, "en/data/quality/index.html")
    command = next(text(code) for code in quality.css("code") if "SHA256SUMS" in text(code))
    with zipfile.ZipFile(site / "data" / "sample-projects.zip") as archive:
        archive.extract("sample-projects/SHA256SUMS", site.parent)
    folder = site.parent / "sample-projects"
    result = subprocess.run(["sh", "-c", command], cwd=folder, check=True, capture_output=True, text=True)
    about = json.loads((site / "build-info.json").read_text("utf-8"))
    assert result.stdout.split()[0] == about["package_sha256"]


def test_the_descriptor_and_the_catalogues_say_where_it_is(site: Path, sites: Sites) -> None:
    described = json.loads((site / "data" / "datapackage.json").read_text("utf-8"))["resources"][-1]
    digest = hashlib.sha256(sites.outlines[0]).hexdigest()
    assert (described["name"], described["path"]) == ("area_outlines", "area_outlines.geojson")
    assert (described["hash"], described["bytes"]) == (f"sha256:{digest}", len(sites.outlines[0]))
    us = json.loads((site / "data.json").read_text("utf-8"))["dataset"]
    (own,) = (dataset for dataset in us if dataset["identifier"].endswith("#resource-area_outlines"))
    assert [file["mediaType"] for file in own["distribution"]] == ["application/geo+json"]
    ap = json.loads((site / "data" / "catalog.jsonld").read_text("utf-8"))["dcat:dataset"]
    (own,) = (dataset for dataset in ap if dataset["@id"].endswith("#resource-area_outlines"))
    (file,) = own["dcat:distribution"]
    assert file["spdx:checksum"]["spdx:checksumValue"]["@value"] == digest
    tables = json.loads((site / "data" / "csv-metadata.json").read_text("utf-8"))["tables"]
    assert "area_outlines" not in json.dumps(tables)


def test_the_data_page_has_it_where_the_catalogues_say(site: Path) -> None:
    entry = page(site, "en/data/index.html").css_first("#resource-area_outlines")
    assert text(entry).startswith("Outlines of areas (fictional) (GeoJSON)")
    assert "The outlines of 4 areas, for maps" in text(entry)
    assert entry.css_first("a").attributes["href"] == "/data/area_outlines.geojson"


def test_an_earlier_release_has_its_own(sites: Sites) -> None:
    (archive,) = sites.after.glob("data/**/*first*.zip")
    with zipfile.ZipFile(archive) as opened_archive:
        (name,) = (name for name in opened_archive.namelist() if name.endswith("area_outlines.geojson"))
        assert opened_archive.read(name) == sites.outlines[0]
    assert (sites.after / "data" / "area_outlines.geojson").read_bytes() == sites.outlines[1] != sites.outlines[0]


def test_a_project_is_a_point_on_the_outline_of_its_area(site: Path) -> None:
    for prefix, label in (("", "ที่ตั้งของโครงการในทุ่งทดลอง"), ("en/", "Where the project is in Thung Thotlong")):
        picture = figure(site, f"{prefix}projects/{IN_13}").css_first("svg")
        assert (picture.attributes["role"], picture.attributes["aria-label"]) == ("img", label)
        assert len(picture.css("circle")) == 1
        assert len(picture.html) < 800


def test_of_several_areas_the_others_stay_on_the_map_of_squares(site: Path) -> None:
    place = figure(site, f"en/projects/{IN_11}")
    assert place.css_first("svg").attributes["aria-label"] == "Where the project is in Bang Tuayang"
    assert [image.attributes["src"] for image in place.css("img")] == ["/areas/12/map.svg"]


def test_a_place_beside_the_outline_is_shown_by_the_square_of_the_area(site: Path) -> None:
    place = figure(site, f"en/projects/{BESIDE}")
    assert place.css_first("svg") is None
    assert [image.attributes["src"] for image in place.css("img")] == ["/areas/12/map.svg"]
    assert figure(site, f"en/projects/{NOWHERE}") is None


def test_the_page_of_an_area_shows_its_outline(site: Path) -> None:
    picture = figure(site, "en/areas/14").css_first("svg")
    assert picture.attributes["aria-label"] == "Outline of Nong Sommut"
    assert picture.css_first("path").attributes["d"].count("M") == 2
    assert picture.css_first("circle") is None
    assert figure(site, "en/areas/01") is None


def differing(sites: Sites) -> Mapping[str, str]:
    result = run_build("diff", sites.before, sites.after)
    lines = (line.split(maxsplit=1) for line in result.stdout.splitlines())
    return {file.removeprefix("en/"): happened for happened, file in lines}


def test_another_outline_changes_the_pages_that_show_it_and_those_that_name_releases(sites: Sites) -> None:
    releases = ("data/", "data.json", "changes/", "search/", "index.html", "sitemap.xml", "patterns/")
    assert {name for name in differing(sites) if not name.startswith(releases)} == {
        "areas/13/index.html",
        f"projects/{IN_13}/index.html",
    }


def test_a_changed_outline_is_told_among_the_changes(sites: Sites) -> None:
    assert "Outlines of areas (fictional): 1 row changed" in text(page(sites.after, "en/changes/index.html").body)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_and_a_phone_loses_no_text(
    site: Path, served: Callable[[Path], str], chromium: Browser, scheme: Literal["light", "dark"]
) -> None:
    paths = [f"/projects/{IN_13}/", f"/projects/{IN_11}/", "/areas/14/", "/data/"]
    addresses = in_languages("outlines", served(site), paths)
    with opened(chromium, 360, 800, color_scheme=scheme) as (context, tab):
        context.add_init_script(path=MODULES / "axe-core" / "axe.min.js")
        faulty = faults(tab, addresses, "axe", "space", "lost")
    assert not faulty, faulty
