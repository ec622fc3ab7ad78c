"""Copies of the small fictional package, to break one thing in and hear what is said about it."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from portal.core.models import OUTLINES, Agency, Portal, Project
from portal.core.problems import Problem, in_order
from portal.package.descriptor import read_descriptor
from portal.package.reading import Reading, read_portal, with_lines
from portal.rules.constraints import check_portal

from tests.conventions import CITY
from tests.folders import read_folder, write_folder

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests" / "sample"

AGENCIES = "data/agencies.csv"
EVALUATIONS = "data/evaluations.csv"
PROJECTS = "data/projects.csv"
DESCRIPTOR = "datapackage.json"
OUTLINES_PATH = "data/area_outlines.geojson"

FEW_RESOURCES = ("projects", "evaluations", "agencies")
FEW_FIELDS = (
    "project_id",
    "fiscal_year",
    "title",
    "agency_id",
    "budget_received",
    "progress_percent",
    "start_date",
    "finish_date",
    "remarks",
)


class SamplePackage:
    """A copy of tests/sample. Rows are counted as everywhere: the header is row 1."""

    def __init__(self, root: Path, is_new: bool = True) -> None:
        """A new one; or, if it is not new, that which is at `root` already."""
        self.root = root
        if is_new:
            write_folder(root, _sample())

    def file(self, resource: str) -> Path:
        return self.root / "data" / f"{resource}.csv"

    def table(self, resource: str) -> list[list[str]]:
        text = self.file(resource).read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))

    def write(self, resource: str, table: Iterable[Sequence[str]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(table)
        self.file(resource).write_bytes(text.getvalue().encode())

    def set(self, resource: str, field: str, *cells: str, row: int = 2) -> None:
        """Write cells into a column, downwards from `row`."""
        table = self.table(resource)
        column = table[0].index(field)
        for number, cell in enumerate(cells, start=row):
            table[number - 1][column] = cell
        self.write(resource, table)

    def append(self, resource: str, *rows: Sequence[str]) -> None:
        self.write(resource, [*self.table(resource), *rows])

    def change(self, resource: str, change: Callable[[bytes], bytes]) -> None:
        self.file(resource).write_bytes(change(self.file(resource).read_bytes()))

    @property
    def descriptor(self) -> Path:
        return self.root / "datapackage.json"

    def describe(self, path: str, value: Any) -> None:
        """Write a value into the descriptor; `path` is dotted, with numbers for the members of lists."""
        content: Any = json.loads(self.descriptor.read_text("utf-8"))
        *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
        parent = content
        for part in way:
            parent = parent[part]
        parent[last] = value
        self.descriptor.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")

    def described(self) -> Any:
        return json.loads(self.descriptor.read_text("utf-8"))

    def declare(self, resource: str, *fields: dict[str, Any]) -> None:
        """Describe new columns."""
        index = [one["name"] for one in self.described()["resources"]].index(resource)
        path = f"resources.{index}.schema.fields"
        self.describe(path, [*self.described()["resources"][index]["schema"]["fields"], *fields])

    def drop(self, *resources: str) -> None:
        """Leave tables out, to which no other refers."""
        self.describe("resources", [one for one in self.described()["resources"] if one["name"] not in resources])
        for resource in resources:
            self.file(resource).unlink()

    def describe_outlines(self) -> None:
        """Describe the outlines of the areas, which are beside the tables."""
        resource = {
            "name": OUTLINES,
            "path": OUTLINES_PATH,
            "format": "geojson",
            "mediatype": "application/geo+json",
            "encoding": "utf-8",
            "title": "แนวเขตพื้นที่ (ข้อมูลสมมติ)",
            "title_en": "Outlines of areas (fictional)",
            "description": "แนวเขตสมมติของพื้นที่ในเมืองตัวอย่าง วาดด้วยมือ",
            "description_en": "Invented outlines of the areas of Sample City, drawn by hand.",
        }
        self.describe("resources", [*self.described()["resources"], resource])

    def change_outlines(self, change: Callable[[Any], object]) -> None:
        """Change the JSON of the outlines."""
        file = self.root / OUTLINES_PATH
        content = json.loads(file.read_bytes())
        change(content)
        file.write_text(json.dumps(content), "utf-8")

    def place_projects(self, coordinates: Mapping[str, tuple[float, float]]) -> None:
        """Give projects, by their ids, their latitude and longitude; the others have none."""
        names = ("latitude", "longitude")
        self.declare("projects", *({"name": name, "type": "number", "title": name} for name in names))
        header, *rows = self.table("projects")
        cells = ([str(degrees) for degrees in coordinates.get(row[0], ("", ""))] for row in rows)
        self.write("projects", [[*header, *names], *(row + cell for row, cell in zip(rows, cells, strict=True))])

    def demand_nothing(self) -> None:
        """Leave no constraint and no key in the descriptor."""
        content = self.described()
        for resource in content["resources"]:
            fields = [{k: v for k, v in f.items() if k != "constraints"} for f in resource["schema"]["fields"]]
            resource["schema"] = {"fields": fields}
        self.descriptor.write_text(json.dumps(content), "utf-8")

    def keep_little(self, more_resources: Sequence[str] = (), more_fields: Sequence[str] = ()) -> None:
        """Keep three resources and nine columns: what most tests need, read four times as fast. And more, if named."""
        content = self.described()
        resources, fields = (*FEW_RESOURCES, *more_resources), (*FEW_FIELDS, *more_fields)
        by_name = {resource["name"]: resource for resource in content["resources"]}
        content["resources"] = [by_name[name] for name in resources]
        schema = by_name["projects"]["schema"]
        schema["fields"] = [field for field in schema["fields"] if field["name"] in fields]
        schema["foreignKeys"] = [
            key
            for key in schema["foreignKeys"]
            if key["fields"][0] in fields and key["reference"]["resource"] in resources
        ]
        if "areas" not in resources:
            # An agency cannot be in an area that there is no table of.
            schema = by_name["agencies"]["schema"]
            schema["fields"] = [field for field in schema["fields"] if field["name"] != "area_id"]
            del schema["foreignKeys"]
            self.write("agencies", [row[:-1] for row in self.table("agencies")])
        self.descriptor.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")
        header, *rows = self.table("projects")
        columns = [header.index(name) for name in fields]
        self.write("projects", [[row[i] for i in columns] for row in [header, *rows]])

    def read(self) -> Reading:
        return read_portal(self.root, CITY)

    def portal(self) -> Portal:
        """What is read of a package that has no problem."""
        reading = self.read()
        assert reading.portal is not None
        assert [*reading.problems, *check_portal(reading.portal)] == []
        return reading.portal

    def problems(self) -> tuple[Problem, ...]:
        """Every problem, as the command line reports them."""
        reading = self.read()
        found = [*reading.problems, *(check_portal(reading.portal) if reading.portal else ())]
        return in_order(with_lines(found, self.root))


@cache
def _sample() -> dict[str, bytes]:
    return read_folder(SAMPLE)


@cache
def _little_sample() -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        package = SamplePackage(Path(folder))
        package.keep_little()
        return read_folder(package.root)


def little_package(root: Path) -> SamplePackage:
    """A new package at `root` with three resources and a few of the columns."""
    write_folder(root, _little_sample())
    return SamplePackage(root, is_new=False)


Place = tuple[str, int | None, str | None, str]


def places(problems: Iterable[Problem]) -> list[Place]:
    """The file, the row, the field and the rule of each problem."""
    return [(p.place, p.row, p.field, p.rule) for p in problems]


def assert_problem_of_property(package: SamplePackage, path: str, value: Any, field: str, rule: str) -> None:
    """That the descriptor has a problem at `field` once its property at `path` is `value`, and each a next step."""
    package.describe(path, value)
    _, problems = read_descriptor(package.descriptor, CITY.languages)
    assert (DESCRIPTOR, None, field, rule) in places(tuple(problems))
    assert all(problem.hint for problem in problems)


def hints(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """The rule and the next step of each problem."""
    return [(p.rule, p.hint) for p in problems]


def records(package: SamplePackage) -> tuple[tuple[Project, ...], tuple[Agency, ...]]:
    """The projects and the agencies of a package that has no problem."""
    reading = package.read()
    assert reading.problems == ()
    assert reading.portal is not None
    return tuple(reading.portal.projects), reading.portal.agencies
