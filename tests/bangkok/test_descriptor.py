"""The shipped package, read by other programs than ours."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.package.notices import find_notices
from portal.package.reading import read_portal

from tests.conventions import CITY

ROOT = Path(__file__).parents[2]
PACKAGES = {"bangkok": ROOT, "sample": ROOT / "tests" / "sample"}


def test_the_package_has_no_problems_and_nothing_to_look_at() -> None:
    reading = read_portal(ROOT, CITY)
    assert reading.problems == ()
    assert reading.portal is not None
    assert find_notices(reading.portal.package) == []


def descriptor(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((PACKAGES[name] / "datapackage.json").read_text("utf-8"))
    return content


@pytest.mark.parametrize("name", PACKAGES)
def test_frictionless_own_command_finds_the_package_valid(name: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "frictionless", "validate", "datapackage.json", "--json"]
    result = subprocess.run(command, cwd=PACKAGES[name], capture_output=True, text=True, encoding="utf-8")
    report = json.loads(result.stdout)
    tables = len(descriptor(name)["resources"])
    assert (result.returncode, report["valid"], report["stats"]["tasks"]) == (0, True, tables), result.stdout


DPLIB = """
import json, sys
from pathlib import Path
import dplib.helpers.profile
from dplib.actions.metadata.check import check_metadata
from dplib.models import Package

profiles = Path(dplib.helpers.profile.__file__).parents[1] / "profiles" / "2.0"
dplib.helpers.profile.read_file = lambda url: (profiles / url.rsplit("/", 1)[1]).read_text("utf-8")
package = json.loads(Path("datapackage.json").read_text("utf-8"))
parts = [("package", package)]
for resource in package["resources"]:
    parts += [("resource", resource), ("schema", resource["schema"])]
for kind, part in parts:
    for error in check_metadata(part, type=kind):
        sys.exit(f"{kind}: {error}")
model = Package.from_path("datapackage.json")
print(len(model.resources), sum(len(resource.get_schema().fields) for resource in model.resources))
"""


@pytest.mark.parametrize("name", PACKAGES)
def test_a_second_implementation_finds_the_descriptor_valid(name: str) -> None:
    """dplib, the Data Package working group's library, with the profiles that come with it: nothing is fetched."""
    command = [sys.executable, "-W", "ignore", "-c", DPLIB]
    result = subprocess.run(command, cwd=PACKAGES[name], capture_output=True, text=True, encoding="utf-8")
    resources = descriptor(name)["resources"]
    fields = sum(len(resource["schema"]["fields"]) for resource in resources)
    assert (result.stdout.split(), result.stderr) == ([str(len(resources)), str(fields)], "")


@pytest.mark.parametrize("name", PACKAGES)
def test_the_descriptor_is_complete_in_both_languages(name: str) -> None:
    content = descriptor(name)
    wanted = {"$schema", "name", "id", "title", "title_en", "description", "description_en", "version", "created"}
    assert wanted | {"keywords", "licenses", "sources", "contributors"} <= content.keys()
    for resource in content["resources"]:
        assert {"path", "format", "mediatype", "encoding", "title_en", "description_en"} <= resource.keys()
        with (PACKAGES[name] / resource["path"]).open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        for field in resource["schema"]["fields"]:
            assert all(field.get(key) for key in ("type", "title", "title_en", "description", "description_en")), field


def without_texts(value: Any) -> Any:
    """A part of a descriptor without its titles and descriptions, which name the city."""
    if isinstance(value, list):
        return [without_texts(item) for item in value]
    if isinstance(value, dict):
        texts = ("title", "title_en", "description", "description_en")
        return {key: without_texts(item) for key, item in value.items() if key not in texts}
    return value


def test_the_sample_has_the_columns_of_the_real_package_and_some_more() -> None:
    real, sample = ({r["name"]: r["schema"] for r in descriptor(name)["resources"]} for name in PACKAGES)
    extra = sample["projects"]["fields"].pop()
    assert extra["name"] == "contractor"
    assert sample.pop("project_areas")["primaryKey"] == ["project_id", "area_id"]
    for procurement in ("tenders", "contracts", "suppliers", "payments"):
        del sample[procurement]
    # The codes of fictional areas are not those of districts, and their names are short.
    areas = [{field["name"]: field["type"] for field in tables.pop("areas")["fields"]} for tables in (sample, real)]
    assert areas[0].items() <= areas[1].items()
    assert without_texts(real) == without_texts(sample)
