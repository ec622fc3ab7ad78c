"""A site is judged by what a build without any cache makes."""

import gzip
import json
import shutil
from pathlib import Path

from portal.pipeline.build import build
from portal.pipeline.check import verify
from portal.pipeline.options import BuildOptions
from portal.pipeline.progress import Progress

from tests.repository import Repository, small_repository
from tests.site.stopping import tree

PROJECT = "92000000-3001"
RESOURCES = ("monthly_results", "progress_reports", "evaluations", "revisions", "projects")


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


def test_a_site_built_step_by_step_is_judged_by_a_build_that_neither_reads_nor_writes_the_cache(tmp_path: Path) -> None:
    repository, cache = small_repository(tmp_path / "repository"), tmp_path / "cache"
    options = BuildOptions(repository.folder, tmp_path / "site", jobs=1, cache=cache)
    progress = Progress()
    fall_silent(repository)
    repository.commit("Fall silent")
    build(options, progress)
    for step in (remove, put_back):
        step(repository)
        repository.commit(step.__name__)
    build(options, progress)
    assert not verify(options).differences
    # Where the cache lies, the site does; and verify says so.
    (kept,) = (cache / "transitions").rglob("*.json.gz")
    lie: dict[str, list[object]] = {digest: [] for digest in json.loads(gzip.decompress(kept.read_bytes()))}
    kept.write_bytes(gzip.compress(json.dumps(lie).encode()))
    shutil.rmtree(tmp_path / "site")
    build(options, progress)
    before = tree(cache)
    assert verify(options).differences
    assert tree(cache) == before
