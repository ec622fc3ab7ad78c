"""Contracting processes as OCDS on a published site: valid by the standard's own tool, listed, and made once."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.building import SAMPLE, run_build
from tests.ocds import ocds_findings

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

YEARS = ("2569", "2568", "2567")


def published(site: Path, year: str) -> Any:
    return json.loads(gzip.decompress((site / "data" / f"ocds-{year}.json.gz").read_bytes()))


def findings(package: Any, folder: Path) -> dict[str, Any]:
    (folder / "ocds.json").write_text(json.dumps(package), "utf-8")
    return ocds_findings(folder / "ocds.json")


@pytest.mark.parametrize("year", YEARS)
def test_the_review_tool_of_ocds_finds_nothing(sample_site: Path, tmp_path: Path, year: str) -> None:
    package = published(sample_site, year)
    found = findings(package, tmp_path)
    assert found["validation_errors"] == []
    assert found["additional_closed_codelist_values"] == found["additional_open_codelist_values"] == {}
    # The standard allows a name in another language so; the tool does not look.
    assert {(one["path"], one["field"]) for one in found["additional_fields"]} == {("/releases/parties", "name_en")}
    assert found["deprecated_fields"] == []
    assert found["additional_checks"] == {}
    assert found["version_used"] == "1.1"
    # Nobody gave the fictional city a prefix, so that contracts without an ocid have none.
    bad = found["conformance_errors"].get("ocds_prefixes_bad_format", [])
    assert {ocid for ocid, _ in bad} == {r["ocid"] for r in package["releases"] if not r["ocid"].startswith("ocds-")}


def test_the_review_tool_names_what_is_broken(sample_site: Path, tmp_path: Path) -> None:
    package = published(sample_site, "2567")
    release = package["releases"][-1]
    release["tender"] |= {"procurementMethod": "e-bidding", "numberOfTenderers": "3"}
    release["contracts"][0]["dateSigned"] = "2567-01-15"
    del release["initiationType"]
    found = findings(package, tmp_path)
    assert sorted(error["path"].removeprefix("releases/2/") for error in found["validation_errors"]) == [
        "contracts/0/dateSigned",
        "releases/2",
        "tender/numberOfTenderers",
    ]
    assert len(found["additional_closed_codelist_values"]) == 1


def test_a_package_says_who_published_it_and_under_which_licence(sample_site: Path) -> None:
    package = published(sample_site, "2567")
    releases = package.pop("releases")
    created = json.loads((SAMPLE / "datapackage.json").read_text("utf-8"))["created"]
    home = json.loads((sample_site / "data.json").read_text("utf-8"))["@id"].removesuffix("data.json")
    assert package == {
        "uri": f"{home}data/ocds-2567.json.gz",
        "version": "1.1",
        "publishedDate": f"{created[:10]}T00:00:00+07:00",
        "publisher": {"name": package["publisher"]["name"], "uri": home},
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "publicationPolicy": f"{home}data/",
    }
    assert len(releases) == 3


def test_the_files_are_listed_wherever_the_data_are(sample_site: Path) -> None:
    names = {f"ocds-{year}.json.gz" for year in YEARS}
    sums = dict(line.split("  ")[::-1] for line in (sample_site / "data" / "SHA256SUMS").read_text().splitlines())
    for name in names:
        assert sums[name] == hashlib.sha256((sample_site / "data" / name).read_bytes()).hexdigest()
    whole = json.loads((sample_site / "data.json").read_text("utf-8"))["dataset"][0]
    assert names <= {file["title"] for file in whole["distribution"]}
    assert names <= {
        file["dct:title"]
        for dataset in json.loads((sample_site / "data" / "catalog.jsonld").read_text("utf-8"))["dcat:dataset"]
        for file in dataset["dcat:distribution"]
    }
    for page in ("data/index.html", "en/data/index.html"):
        links = LexborHTMLParser((sample_site / page).read_text("utf-8")).css("#machines ~ ul a")
        assert names <= {(link.attributes["href"] or "").rpartition("/")[2] for link in links}


def test_a_package_without_tenders_and_contracts_has_no_such_file(whole: SamplePackage, tmp_path: Path) -> None:
    whole.drop("payments", "contracts", "tenders", "suppliers")
    assert run_build("--package", whole.root, "--output", tmp_path / "site").returncode == 0
    assert not [*(tmp_path / "site" / "data").glob("ocds-*")]
    assert "OCDS" not in (tmp_path / "site" / "data" / "index.html").read_text("utf-8")


def test_the_same_bytes_are_made_by_one_process_and_used_again(whole: SamplePackage, tmp_path: Path) -> None:
    def build(site: str, jobs: str) -> dict[str, bytes]:
        folder = tmp_path / site
        cache = tmp_path / f"cache-{site}"
        result = run_build("--package", whole.root, "--output", folder, "--cache-dir", cache, "--jobs", jobs)
        assert result.returncode == 0, result.stdout + result.stderr
        return {path.name: path.read_bytes() for path in (folder / "data").glob("ocds-*")}

    before = build("site", "2")
    # A new day of the package, and a remark on a project without contracts: only the head of each file differs.
    whole.describe("created", "2099-01-01T00:00:00Z")
    whole.set("projects", "remarks", "ใหม่", row=4)
    after = build("site", "2")
    assert after == build("fresh", "1")
    assert before.keys() == after.keys()
    for year in YEARS:
        package = published(tmp_path / "site", year)
        assert package["publishedDate"] == "2099-01-01T00:00:00+07:00"
