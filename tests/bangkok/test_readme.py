"""The README's example of a mistake, made in a copy of the package."""

import csv
import re
import shutil
from pathlib import Path

from tests.building import ROOT, run_build

EXAMPLE = re.compile(r"^    \$ python build\.py check\n((?:    .*\n)+)", re.M)


def test_the_check_says_of_the_mistake_what_the_readme_says(tmp_path: Path) -> None:
    (example,) = EXAMPLE.findall((ROOT / "README.md").read_text("utf-8"))
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copy(ROOT / "datapackage.json", tmp_path)
    projects = tmp_path / "data" / "projects.csv"
    rows = list(csv.reader(projects.read_text("utf-8-sig").splitlines(keepends=True)))
    rows[11][rows[0].index("agency_id")] = "5009000"
    with projects.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    result = run_build("check", "--package", tmp_path)
    assert result.returncode == 1
    assert result.stdout + result.stderr == re.sub("^    ", "", example, flags=re.M)
