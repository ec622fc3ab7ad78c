"""A city that counts otherwise than the sample in everything: dollars, years from July, the common era."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.building import SAMPLE, copy_program
from tests.repository import run_git

SETTINGS = {
    "name": '"ติดตามโครงการริเวอร์ตัน"',
    "name_en": '"Riverton Projects"',
    "city": '"ริเวอร์ตัน"',
    "city_en": '"Riverton"',
    "base_url": '"https://projects.riverton.example/"',
    "currency": '"USD"',
    "calendar": '"gregorian"',
    "fiscal_year_start": '"07-01"',
    "fiscal_year_named_by": '"end"',
    "phone_region": '"US"',
    "personal_ids": '["us-ssn"]',
    "collation": '"en"',
    "timezone": '"America/Chicago"',
}

WORDS = {
    "บาท": "ดอลลาร์",
    "baht": "dollars",
    "Baht": "Dollars",
    "พุทธศักราช": "คริสต์ศักราช",
    "พ.ศ.": "ค.ศ.",
    "Buddhist Era (B.E. = C.E. + 543)": "Common Era",
    "Buddhist Era": "Common Era",
    "B.E.": "C.E.",
    "1 October of the year before to 30 September": "1 July of the year before to 30 June",
    "1 ตุลาคมของปีก่อนหน้าถึง 30 กันยายน": "1 กรกฎาคมของปีก่อนหน้าถึง 30 มิถุนายน",
}
"""What the sample says of money and of years, and what this city says."""

BUDDHIST_YEAR = re.compile(r"(?<![0-9./-])25[4-7][0-9](?![0-9.])")


def make(root: Path, change: Callable[[Path], object] = lambda package: None, **settings: str) -> Path:
    """The program of the city in `root`, with its package and content, of two releases. Returns the package.

    `settings` replace those of `SETTINGS`, each as it is written in TOML; `change` changes the package before its first
    release.
    """
    program = copy_program(root / "program")
    pyproject = program / "pyproject.toml"
    begin, end = "[tool.portal]\n", "[tool.portal.signals]"
    before, text = pyproject.read_text("utf-8").split(begin)
    text, after = text.split(end)
    for key in ("currency_name", "currency_name_en"):
        text = re.sub(f"^{key} = .*\n", "", text, flags=re.M)
    for key, value in (SETTINGS | settings).items():
        text, count = re.subn(f"^{key} = .*$", f"{key} = {value}", text, flags=re.M)
        assert count == 1, key
    pyproject.write_text(f"{before}{begin}{text}{end}{after}", "utf-8")
    _write_content(program / "content")
    package = root / "city"
    shutil.copytree(SAMPLE, package)
    _translate(package)
    change(package)
    run_git(root, 1, "init", "-q", "-b", "main", "city")
    for day in (1, 2):
        if day == 2:
            _change(package)
        run_git(package, day, "add", "-A")
        run_git(package, day, "commit", "-qm", "Release")
    return package


def build(root: Path, *options: str) -> Path:
    """The site that the program of the city makes of its package."""
    site = root / "site"
    command: list[str | Path] = [
        sys.executable,
        root / "program" / "build.py",
        "build",
        "--package",
        root / "city",
        "--output",
        site,
    ]
    result = subprocess.run(
        [*command, "--cache-dir", root / "cache", "--jobs", "1", *options], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return site


def _write_content(folder: Path) -> None:
    """Pages of the city's own, which say nothing; those that speak of the portal are the portal's."""
    shutil.rmtree(folder)
    folder.mkdir()
    for order, slug in enumerate(("about", "contact"), 1):
        for name, title in ((f"{slug}.md", f"หน้า {order}"), (f"{slug}.en.md", f"Page {order}")):
            (folder / name).write_text(
                f"---\ntitle: {title}\ndescription: {title}\norder: {order}\n---\n\n{title}\n", "utf-8"
            )


def _translate(package: Path) -> None:
    """Say in the package what this city says, and number fiscal years in the common era."""
    for file in (*package.rglob("*.csv"), *package.rglob("*.md"), package / "datapackage.json"):
        text = file.read_text("utf-8-sig")
        for word, other in WORDS.items():
            text = text.replace(word, other)
        file.write_text(BUDDHIST_YEAR.sub(lambda year: str(int(year[0]) - 543), text), "utf-8")
    descriptor = package / "datapackage.json"
    content = json.loads(descriptor.read_text("utf-8"))
    for resource in content["resources"]:
        for field in resource["schema"]["fields"] if resource["name"] != "area_outlines" else ():
            if field["name"] == "fiscal_year":
                field.pop("constraints", None)
                field.pop("example", None)
            for name in ("description", "description_en"):
                field[name] = re.sub("October|September|December|ตุลาคม|กันยายน|ธันวาคม", "…", field.get(name, ""))
        for name in ("description", "description_en"):
            resource[name] = re.sub("October|ตุลาคม", "…", resource.get(name, ""))
    descriptor.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


def _change(package: Path) -> None:
    """A second release: budgets and a finish date of the first projects change."""
    file = package / "data" / "projects.csv"
    header, *rows = csv.reader(io.StringIO(file.read_text("utf-8"), newline=""))
    for row in rows[:3]:
        if row[header.index("budget_received")]:
            row[header.index("budget_received")] = str(float(row[header.index("budget_received")]) + 1_234_567)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    file.write_text(text.getvalue(), "utf-8")
    descriptor = package / "datapackage.json"
    content = json.loads(descriptor.read_text("utf-8"))
    content["version"] += ".1"
    descriptor.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
