"""The search's side of the build: folding, clusters, tokens, and what of a project is searched."""

import csv
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.datapackage import read_portal
from portal.models import Agency, Bilingual, Project
from portal.search import TABLE, document, field_texts, fold, index_shard, runs, shard_name, tokens

ROOT = Path(__file__).parent.parent
VECTORS: list[dict[str, Any]] = json.loads((ROOT / "tests" / "search_vectors.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[repr(vector["text"]) for vector in VECTORS])
def test_text_becomes_the_tokens_of_the_specification(vector: dict[str, Any]) -> None:
    assert (fold(vector["text"]), runs(vector["text"]), tokens(vector["text"])) == (
        vector["folded"],
        vector["runs"],
        vector["tokens"],
    )


def test_a_code_begins_with_no_letter_that_ends_or_names_a_token() -> None:
    every = "".join(map(chr, range(0x0E01, 0x0E3B))) + "".join(map(chr, range(0x0E40, 0x0E4F))) + "az09"
    assert all(token[i] < "z" for token in tokens(" ".join(every)) for i in range(0, len(token) - 1, 2))


def test_every_text_of_every_real_project_is_searched() -> None:
    portal = read_portal(ROOT).portal
    assert portal is not None
    searched = {p.project_id: "\n".join(text for _, _, text in field_texts(p)) for p in portal.projects}
    with (ROOT / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            missing = [name for name, cell in row.items() if cell and cell not in searched[row["project_id"]]]
            assert missing == []


def test_reports_revisions_and_unknown_columns_are_searched() -> None:
    portal = read_portal(ROOT / "tests" / "sample").portal
    assert portal is not None
    for project in portal.projects:
        searched = "\n".join(text for _, _, text in field_texts(project))
        texts = [report.obstacles for report in project.progress_reports]
        texts += [revision.user for revision in project.revisions] + list(project.extra.values())
        assert all(text in searched for text in texts if text)


def test_fields_come_by_weight_and_a_phrase_cannot_cross_them() -> None:
    agency = Agency("1", Bilingual("ก", "A"))
    project = Project("p-1", "ขคง", agency=agency, objectives="จ", budget_received=Decimal("1500000.50"))
    assert [(name, weight) for name, weight, _ in field_texts(project)][:4] == [
        ("title", 10),
        ("agency", 7),
        ("project_id", 6),
        ("objectives", 3),
    ]
    html = document(project)
    assert html.index("zftitle") < html.index("zfagencyid") < html.index("zfobjectives")
    assert f"{tokens('ขคง')[-1]}</p>" in html


def test_an_index_holds_one_table_of_its_projects(tmp_path: Path) -> None:
    projects = [Project("p-1", "ก & <ข>", progress_percent=Decimal(0)), Project("p-2", "ค")]
    index_shard(shard_name(projects[0]), projects, tmp_path)
    table = json.loads(gzip.decompress((tmp_path / "unknown" / TABLE).read_bytes()))
    assert sorted((row["url"], row["title"], row.get("progress_percent")) for row in table.values()) == [
        ("/projects/p-1/", "ก & <ข>", "0"),
        ("/projects/p-2/", "ค", None),
    ]
    assert {path.name for path in (tmp_path / "unknown").glob("*.*s")} == {"pagefind.js", "pagefind-worker.js"}


def test_an_index_is_the_same_bytes_for_the_same_projects(tmp_path: Path) -> None:
    portal = read_portal(ROOT / "tests" / "sample").portal
    assert portal is not None
    trees = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        index_shard("all", portal.projects, tmp_path / name)
        files = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file())
        trees.append([(p.relative_to(tmp_path / name), p.read_bytes()) for p in files])
    assert trees[0] == trees[1]
