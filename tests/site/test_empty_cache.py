"""A site is judged by what a build without any cache makes."""

import gzip
import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from repository import Repository
from stopping import tree

from build import Options, build, verify
from portal.reporting import Reporter

PROJECT = "92000000-3001"
RESOURCES = ("monthly_results", "progress_reports", "evaluations", "revisions", "projects")


def options_of(repository: Repository, output: Path, cache: Path) -> Options:
    return Options(
        repository.folder, output, None, 1, "json", "", 0, patterns=False, scheduler=None, timings=None, cache=cache
    )


@pytest.fixture
def reporter() -> Reporter:
    return Reporter("json", io.StringIO(), sys.stderr)


def fall_silent(repository: Repository) -> None:
    repository.set("projects", {"project_id": PROJECT}, progress_percent="0")
    repository.edit("monthly_results", lambda row: row | {"result": ""} if row["project_id"] == PROJECT else row)
    repository.edit("progress_reports", lambda row: None if row["project_id"] == PROJECT else row)


def remove(repository: Repository) -> None:
    for name in RESOURCES:
        repository.edit(name, lambda row: None if row["project_id"] == PROJECT else row)


def put_back(repository: Repository) -> None:
    for name in RESOURCES:
        repository.git("checkout", "-q", "HEAD^", "--", f"portal/data/{name}.csv")


def test_a_site_built_release_by_release_is_that_of_a_clean_clone(tmp_path: Path, reporter: Reporter) -> None:
    repository = Repository(tmp_path / "repository")
    shared = options_of(repository, tmp_path / "site", tmp_path / "shared")
    for step in (fall_silent, remove, put_back):
        step(repository)
        repository.commit(step.__name__)
        build(shared, reporter)
    build(options_of(repository, tmp_path / "fresh", tmp_path / "empty"), reporter)
    assert tree(tmp_path / "site") == tree(tmp_path / "fresh")


def test_verify_neither_reads_nor_writes_the_cache(tmp_path: Path, reporter: Reporter) -> None:
    repository = Repository(tmp_path / "repository")
    fall_silent(repository)
    repository.commit("Fall silent")
    options = options_of(repository, tmp_path / "site", tmp_path / "cache")
    build(options, reporter)
    assert verify(options, reporter)
    (kept,) = (tmp_path / "cache" / "transitions").rglob("*.json.gz")
    lie = {digest: [] for digest in json.loads(gzip.decompress(kept.read_bytes()))}
    kept.write_bytes(gzip.compress(json.dumps(lie).encode()))
    shutil.rmtree(tmp_path / "site")
    build(options, reporter)
    before = tree(tmp_path / "cache")
    assert not verify(options, reporter)
    assert tree(tmp_path / "cache") == before
