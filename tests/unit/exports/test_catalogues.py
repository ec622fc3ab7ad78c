"""The descriptions for harvesters: they name every file, and leave out what nobody said."""

import gzip
import json
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from portal.core.models import Agency, Package, Project
from portal.exports.catalogues.base import Catalogue, as_json, texts, without_blanks
from portal.exports.catalogues.csvw import csvw
from portal.exports.catalogues.dcat_ap import dcat_ap
from portal.exports.catalogues.dcat_us import dcat_us
from portal.exports.catalogues.oc4ids import oc4ids, packed_projects

from tests.texts import both

HOME = "https://city.example/"


@pytest.fixture
def catalogue(described: Package) -> Catalogue:
    period = date(2023, 10, 1), date(2026, 9, 30)
    names = both("พอร์ทัล", "Portal"), both("เมือง", "City")
    return Catalogue(described, period, *names, HOME, None, ZoneInfo("Asia/Bangkok"))


def test_what_has_no_value_is_left_out_and_zero_is_not() -> None:
    assert without_blanks({"a": None, "b": "", "c": [], "d": 0, "e": False}) == {"d": 0, "e": False}
    assert texts(both("ก"), "th") == [{"@value": "ก", "@language": "th"}]
    assert texts(both("ก", "a"), "th")[1] == {"@value": "a", "@language": "en"}


def test_a_file_is_json_that_people_can_read() -> None:
    assert as_json({"a": "ก"}) == '{\n  "a": "ก"\n}\n'.encode()


def test_data_json_has_a_dataset_for_the_whole_and_for_each_resource(described: Package, catalogue: Catalogue) -> None:
    whole, *parts = json.loads(as_json(dcat_us(catalogue)))["dataset"]
    assert len(parts) == len(described.resources)
    assert {part["isPartOf"] for part in parts} == {whole["identifier"]}
    assert whole["temporal"] == "2023-10-01/2026-09-30"


def test_the_european_catalogue_has_a_dataset_for_the_whole_and_for_each_resource(
    described: Package, catalogue: Catalogue
) -> None:
    text = as_json(dcat_ap(catalogue, ())).decode()
    for name in described.resources:
        assert f"#resource-{name}" in text
    assert "#package" in text


def test_csv_on_the_web_describes_each_table_and_each_column(described: Package, catalogue: Catalogue) -> None:
    tables = json.loads(as_json(csvw(catalogue)))["tables"]
    assert [[column["name"] for column in table["tableSchema"]["columns"]] for table in tables] == [
        list(resource.fields) for resource in described.resources.values()
    ]


def test_no_project_makes_no_file_of_the_standard_for_infrastructure(catalogue: Catalogue) -> None:
    assert oc4ids(catalogue, [packed_projects(catalogue, [], None)]) == b""


def test_the_file_of_the_standard_for_infrastructure_joins_its_parts(catalogue: Catalogue) -> None:
    agency = Agency("91", both("สำนัก"))
    first, second, unfit = (
        Project("1", "ก", agency=agency, budget_spent=Decimal(5)),
        Project("2", "ข", agency=agency, budget_spent=Decimal("0.5")),
        Project("3", "ค"),
    )
    parts = [packed_projects(catalogue, projects, None) for projects in ([unfit], [first], [], [second, first])]
    content = json.loads(gzip.decompress(oc4ids(catalogue, parts)))
    assert [project["id"] for project in content["projects"]] == ["1", "2", "1"]
    assert content["version"] == "0.9"
