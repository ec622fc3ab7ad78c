"""The files of a new city's repository: the program, the settings, the description of the data, pages and a README."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from portal.core.config import SiteConfig
from portal.core.program import ROOT
from portal.imports.mapping_file import CsvMapping, linked_table, toml_text
from portal.imports.package_tables import RESOURCES, in_words_of
from portal.package import COLUMNS

_FOLDER = Path(__file__).parent

TABLES: Mapping[str, Any] = json.loads((_FOLDER / "new_city_tables.json").read_text("utf-8"))
"""The tables of a new package as they are described, with every column that the portal knows of `projects`."""

PROGRAM = (
    *(".github", ".gitignore", ".npmrc", ".pre-commit-config.yaml", "CONTRIBUTING.md", "LICENSE", "Makefile"),
    *("benchmarks", "build.py", "docs", "examples", "locales", "package-lock.json", "package.json"),
    *("portal", "pyproject.toml", "scripts", "templates"),
    *("requirements-benchmarks.txt", "requirements-dev.txt", "requirements-standards.txt", "requirements.txt"),
    *("tests/*.json", "tests/*.py", "tests/riverton", "tests/sample", "tests/site", "tests/unit"),
)
"""What a new city takes from the program's folder as it is; its tests without those of the shipped package."""

OWN = ("CHANGELOG.md", "README.md", "content", "data", "datapackage.json")
"""What it has of its own, beside the settings and the mapping."""

CITY_PAGES = ("about", "contact")
"""The pages that speak of a city, which nobody can write for another."""

MAPPING = "MAPPING.toml"
FIRST_SOURCE = "first-csv"
"""The `source_id` of all rows of a new package."""


@dataclass(frozen=True, slots=True)
class NewCity:
    """What a new city begins with."""

    settings: Mapping[str, Any]
    """The keys of `[tool.portal]`."""
    languages: Sequence[str]
    file: Path
    """The CSV of its projects."""
    mapping: CsvMapping
    created: date
    """The day of its first release."""


def copy_program(folder: Path) -> None:
    """Copy the program into a folder, without what belongs to the city that it came with."""
    for source in sorted(path for pattern in PROGRAM for path in ROOT.glob(pattern)):
        target = folder / source.relative_to(ROOT)
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def settings_toml(settings: Mapping[str, Any]) -> str:
    """The table `[tool.portal]`, whose values are texts and lists of texts."""
    lines = (
        f"{key} = {toml_text(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in settings.items()
    )
    return "\n".join(["[tool.portal]", *lines]) + "\n"


def write_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    """Write the settings of a city in place of those in the `pyproject.toml` of the folder, and its time zone.

    The limits of observations, some of which are amounts of money, are those that every city begins with.
    """
    file = folder / "pyproject.toml"
    # Up to the comment before the next table of another tool.
    table = re.compile(r"^\[tool\.portal\]\n.*?(?=^(?:#[^\n]*\n)*\[(?!tool\.portal))", re.M | re.S)
    text = table.sub(lambda _: settings_toml(settings) + "\n", file.read_text("utf-8"), count=1)
    file.write_text(text, "utf-8")
    workflow = folder / ".github" / "workflows" / "import.yml"
    if workflow.exists():
        zone = re.sub(r"(?m)^( *TZ: )\S+", lambda found: found[1] + settings["timezone"], workflow.read_text("utf-8"))
        workflow.write_text(re.sub(r'(- cron: "[^"]*").*', r"\1", zone), "utf-8")


def write_pages(folder: Path, languages: Sequence[str]) -> None:
    """Write the pages that speak of a city, which are its own to write; those of the portal are in the program."""
    content = folder / "content"
    content.mkdir()
    for language in languages:
        for page in CITY_PAGES:
            text = _first_file(_FOLDER / "new_city_pages", [f"{page}.{language}.md", f"{page}.en.md"])
            _write_page(content, page, language, languages, text)


def _write_page(content: Path, page: str, language: str, languages: Sequence[str], text: str) -> None:
    name = f"{page}.md" if language == languages[0] else f"{page}.{language}.md"
    (content / name).write_text(text, "utf-8")


def _first_file(folder: Path, names: Sequence[str]) -> str:
    return next((folder / name).read_text("utf-8") for name in names if (folder / name).exists())


def write_package(folder: Path, city: NewCity, config: SiteConfig) -> None:
    """Write `datapackage.json` and its tables, which have no rows yet but for the one source."""
    described = in_words_of({**RESOURCES, **TABLES}, config.conventions, config.conventions.fiscal.calendar)
    linked = [linked_table(column) for column in city.mapping.linked_names()]
    resources = [_projects(described, city.mapping, linked)]
    resources += [described[name] for name in (*linked, "sources")]
    name, source = city.settings["name"], f"{city.file.name} ({city.created})"
    slug = re.sub("[^a-z0-9]+", "-", city.settings.get("city_en", city.settings["city"]).lower()).strip("-")
    content = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"{slug}-projects" if slug else "city-projects",
        "id": uuid.uuid4().urn,
        "title": name,
        **{key.replace("name", "title"): text for key, text in city.settings.items() if key.startswith("name_")},
        "version": "1.0.0",
        "created": f"{city.created}T00:00:00Z",
        "resources": resources,
    }
    (folder / "datapackage.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    (folder / "data").mkdir()
    for resource in content["resources"]:
        columns = [each["name"] for each in resource["schema"]["fields"]]
        values = {"source_id": FIRST_SOURCE, "title": source}
        rows = [[values.get(column, "") for column in columns]] if resource["name"] == "sources" else []
        (folder / resource["path"]).write_text(_csv([columns, *rows]), "utf-8")


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _projects(described: Mapping[str, Any], mapping: CsvMapping, linked: Collection[str]) -> dict[str, Any]:
    """The description of `projects`: the columns that the mapping fills, first those that the portal knows."""
    table: dict[str, Any] = dict(described["projects"])
    keys = {described[name]["schema"]["primaryKey"][0] for name in linked}
    filled = {"project_id", "source_id", *mapping.plain_columns().values(), *keys}
    schema = table["schema"]
    own = [
        {"name": column, "type": "string", "title": heading}
        for heading, column in mapping.plain_columns().items()
        if column not in COLUMNS["projects"]
    ]
    fields = [each for each in schema["fields"] if each["name"] in filled]
    foreign_keys = [key for key in schema["foreignKeys"] if key["fields"][0] in {*keys, "source_id"}]
    return {**table, "schema": {**schema, "fields": [*fields, *own], "foreignKeys": foreign_keys}}


README = """# {name}

The open data of {city} on its projects, and the program that makes a website of them.

    make serve   # build the site and look at it on this machine
    make check   # validate the data and the pages

- `data/` and `datapackage.json`: the data. [How to edit, check and release them](docs/data-officers.md).
- `content/`: the pages of prose. `about` and `contact` are yours to write; `make check` names what is missing.
- `{mapping}`: which column of the CSV is which of the data. A newer file is brought in with

      .venv/bin/python build.py import csv FILE --mapping {mapping} --created DAY

- `[tool.portal]` in `pyproject.toml`: the settings. [All of them](docs/another-city.md#the-settings).
- [How to publish the site](docs/hosting.md): first set `base_url` to its address, and state the licence of the data as
  `licenses` in `datapackage.json`.

Code and text of the portal are under the [MIT licence](LICENSE).
"""

CHANGELOG = """# Changelog

## [Unreleased]

- The first data of {city}.
"""


def write_readme(folder: Path, settings: Mapping[str, Any]) -> None:
    """Write the documents with which a repository begins."""
    words = {"name": settings["name"], "city": settings["city"], "mapping": MAPPING}
    for name, text in (("README.md", README), ("CHANGELOG.md", CHANGELOG)):
        (folder / name).write_text(text.format(**words), "utf-8")
