"""What the descriptions for harvesters say of the city's data."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, Namespace, URIRef
from selectolax.lexbor import LexborHTMLParser as Html

ADDRESS = "https://projects.bangkok.example"


def loaded(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def unpacked(file: Path) -> Any:
    return json.loads(gzip.decompress(file.read_bytes()))


def addresses(catalogue: Any) -> Iterator[str]:
    for dataset in catalogue["dataset"]:
        yield dataset["landingPage"]
        yield dataset["describedBy"]
        yield from (distribution["downloadURL"] for distribution in dataset["distribution"])


def test_every_address_of_data_json_answers(real_site: Path) -> None:
    page = Html((real_site / "data" / "index.html").read_text("utf-8"))
    for address in addresses(loaded(real_site / "data.json")):
        path, _, fragment = address.removeprefix(f"{ADDRESS}/").partition("#")
        assert (real_site / path).exists(), address
        assert not fragment or page.css_first(f"[id='{fragment}']"), address


def test_a_distribution_says_where_the_file_is_how_large_and_its_sum(real_site: Path) -> None:
    graph = Graph().parse(real_site / "data" / "catalog.jsonld", format="json-ld")
    spdx = Namespace("http://spdx.org/rdf/terms#")
    sums = {line.split()[1]: line.split()[0] for line in (real_site / "data" / "SHA256SUMS").read_text().splitlines()}
    names = set()
    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        name = str(graph.value(distribution, DCAT.downloadURL)).removeprefix(f"{ADDRESS}/data/")
        assert int(str(graph.value(distribution, DCAT.byteSize))) == (real_site / "data" / name).stat().st_size
        assert str(graph.value(graph.value(distribution, spdx.checksum), spdx.checksumValue)).lower() == sums[name]
        assert graph.value(distribution, DCTERMS.license) is None
        names.add(name)
    whole = URIRef(f"{ADDRESS}/data/#package")
    assert {str(name) for name in graph.objects(whole, DCTERMS.title)} == {
        "โครงการของกรุงเทพมหานครและความคืบหน้า",
        "Bangkok's projects and their progress",
    }
    assert {"projects.csv", "bangkok-projects.xlsx", "projects.parquet", "bangkok-projects.zip"} <= names


def test_the_catalogues_cover_the_fiscal_years_of_the_projects(real_site: Path) -> None:
    graph = Graph().parse(real_site / "data" / "catalog.jsonld", format="json-ld")
    years = sorted(int(path.name) for path in (real_site / "years").iterdir() if path.is_dir() and path.name.isdigit())
    first, last = date(years[0] - 544, 10, 1), date(years[-1] - 543, 9, 30)
    period = graph.value(URIRef(f"{ADDRESS}/data/#package"), DCTERMS.temporal)
    assert graph.value(period, DCAT.startDate) == Literal(first)
    assert graph.value(period, DCAT.endDate) == Literal(last)
    assert loaded(real_site / "data.json")["dataset"][0]["temporal"] == f"{first}/{last}"
    page = Html((real_site / "data" / "index.html").read_text("utf-8"))
    assert json.loads(page.css_first("script[type='application/ld+json']").text())["temporalCoverage"] == (
        f"{first}/{last}"
    )


def test_data_json_claims_no_licence_where_none_covers_all(real_site: Path) -> None:
    real = loaded(real_site / "data.json")["dataset"][0]
    assert "license" not in real
    assert "MIT" in real["rights"]


def test_a_project_in_oc4ids_says_what_the_city_said_of_it(real_site: Path) -> None:
    projects = {project["id"]: project for project in unpacked(real_site / "data" / "oc4ids.json.gz")["projects"]}
    project = projects["04160000-6961"]
    assert project["budget"] == {"amount": {"amount": 1_500_000, "currency": "THB"}}
    assert project["period"] == {"startDate": "2022-10-01T00:00:00+07:00", "endDate": "2023-09-30T23:59:59+07:00"}
    assert project["publicAuthority"] == {"id": "04000000", "name": "สำนักปลัดกรุงเทพมหานคร"}
    metrics = {metric["id"]: metric["observations"] for metric in project["metrics"]}
    assert [observation["measure"] for observation in metrics["physicalProgress"]] == [45]
    assert [observation["value"]["amount"] for observation in metrics["financialProgress"]] == [1_500_000]
    assert [observation["measure"] for observation in metrics["results"]] == [45] * 6
    # The city reported no status; 45 % is none.
    assert "status" not in project
