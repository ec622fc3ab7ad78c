"""Every text of the city's projects is searched."""

import csv
from pathlib import Path

from portal.package.reading import read_portal
from portal.search.documents import field_texts

from tests.conventions import CITY

ROOT = Path(__file__).parents[2]


def test_every_text_of_every_real_project_is_searched() -> None:
    portal = read_portal(ROOT, CITY).portal
    assert portal is not None
    searched = {p.project_id: "\n".join(text for _, _, text in field_texts(p)) for p in portal.projects}
    with (ROOT / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            missing = [name for name, cell in row.items() if cell and cell not in searched[row["project_id"]]]
            assert missing == []
