"""The open data as they are published, read by programs that are not ours."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import pytest
from building import ROOT
from selectolax.lexbor import LexborHTMLParser as Html

from portal.downloads import write_package
from portal.problems import UsageError


def test_every_file_is_published_byte_for_byte_with_its_sum(real_site: Path) -> None:
    shipped = json.loads((ROOT / "datapackage.json").read_text("utf-8"))
    published = json.loads((real_site / "data" / "datapackage.json").read_text("utf-8"))
    assert [r["name"] for r in published["resources"]] == [r["name"] for r in shipped["resources"]]
    for before, after in zip(shipped["resources"], published["resources"], strict=True):
        data = (real_site / "data" / after["path"]).read_bytes()
        assert data == (ROOT / before["path"]).read_bytes()
        assert (after["bytes"], after["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
        assert {**after, "path": 0, "bytes": 0, "hash": 0} == {**before, "path": 0, "bytes": 0, "hash": 0}


def test_frictionless_validates_the_published_package_over_http(real_site: Path, served: Callable[[Path], str]) -> None:
    report = frictionless.validate(f"{served(real_site)}/data/datapackage.json")
    assert report.valid, report.flatten(["name", "message"])
    assert {task.name for task in report.tasks} >= {"projects", "agencies", "monthly_results"}


@pytest.mark.parametrize("prefix", ["", "en"])
def test_the_data_page_names_every_file_field_and_sum(real_site: Path, prefix: str) -> None:
    html = Html((real_site / prefix / "data" / "index.html").read_text("utf-8"))
    text = html.css_first("main").text()
    links = {node.attributes["href"] for node in html.css("main a[download]")}
    published = json.loads((real_site / "data" / "datapackage.json").read_text("utf-8"))
    assert links == {"/data/datapackage.json", *(f"/data/{r['path']}" for r in published["resources"])}
    for resource in published["resources"]:
        assert resource["hash"].removeprefix("sha256:") in text
        assert all(field["name"] in text for field in resource["schema"]["fields"])
    described: dict[str, Any] = json.loads(html.css_first("script[type='application/ld+json']").text())
    assert described["@type"] == "Dataset"
    assert len(described["distribution"]) == len(links)


def test_a_record_says_what_the_package_says_of_its_project(real_site: Path) -> None:
    record = json.loads((real_site / "projects" / "04160000-6961" / "project.json").read_text("utf-8"))
    assert (record["budget_spent"], record["as_of_date"], record["agency_id"]) == (1_500_000, None, "04000000")
    assert record["finish_date"] == "2023-09-30"
    assert [month["result"] for month in record["monthly_results"]] == [45] * 5 + [None] * 7


def test_a_file_that_changed_since_it_was_validated_is_not_published(whole: Any, tmp_path: Path) -> None:
    portal = whole.read().portal
    write_package(whole.descriptor, portal.package, tmp_path / "as-validated")
    assert (tmp_path / "as-validated" / "data" / "projects.csv").read_bytes() == whole.file("projects").read_bytes()
    whole.change("projects", lambda data: data + b"x")
    with pytest.raises(UsageError, match=r"data/projects.csv: changed while the site was being built"):
        write_package(whole.descriptor, portal.package, tmp_path / "later")
