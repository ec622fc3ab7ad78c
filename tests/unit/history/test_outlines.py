"""What releases changed of the outlines of areas: an area is a record, and its value is a checksum of its outline."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.core.models import OUTLINES, Change, ChangeKind, ChangeScope
from portal.history.outlines import outline_records
from portal.history.record_versions import find_record_versions
from portal.history.releases import release_files
from portal.history.versions import citable_version

from tests.repository import Repository
from tests.sample_package import OUTLINES_PATH, SamplePackage


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The outlines come with the second release."""
    repository = Repository(tmp_path / "repository")
    SamplePackage(repository.folder, is_new=False).describe_outlines()
    repository.commit("Add the outlines")
    return repository


def edit(repository: Repository, change: Callable[[Any], object]) -> None:
    file = repository.folder / OUTLINES_PATH
    content = json.loads(file.read_bytes())
    change(content["features"])
    file.write_text(json.dumps(content), "utf-8")


def move(features: Any) -> None:
    features[2]["geometry"]["coordinates"][0][1] = [100.472, 13.745]


def kinds(changes: list[Change]) -> list[tuple[str, tuple[str, ...], ChangeKind]]:
    return [(c.resource, c.record, c.kind) for c in changes if c.field == "geometry"]


def test_outlines_that_come_are_a_table_that_comes(repository: Repository) -> None:
    changes = repository.last()
    assert {(c.resource, c.scope) for c in changes} == {(OUTLINES, ChangeScope.TABLE)}
    assert kinds(changes) == [(OUTLINES, (area_id,), ChangeKind.ADDED) for area_id in ("11", "12", "13", "14")]
    (changelog,) = repository.timeline().releases
    assert [(s.title["en"], s.count) for s in changelog.summary] == [("Outlines of areas (fictional)", 4)]


def test_one_outline_that_changes_is_a_change_of_its_area_alone(repository: Repository) -> None:
    edit(repository, move)
    repository.commit("Move a corner")
    assert kinds(repository.last()) == [(OUTLINES, ("13",), ChangeKind.CHANGED)]
    (change,) = repository.last()
    assert change.before.startswith("sha256:")
    assert change.before != change.after
    day = repository.history().releases[-1].published.date()
    versions = find_record_versions(repository.portal().package, repository.history(), {})
    assert versions.changed("x", None, None, ["13"], outlined="13") == day
    assert versions.changed("x", None, None, ["13"]) < day
    assert versions.changed("x", None, None, ["11"], outlined="11") < day


def test_the_same_outlines_written_otherwise_are_no_change(repository: Repository) -> None:
    edit(repository, lambda features: features.reverse())
    file = repository.folder / OUTLINES_PATH
    file.write_text(json.dumps(json.loads(file.read_bytes()), indent=1).replace("100.48,", "100.480,"), "utf-8")
    repository.commit("Write it otherwise")
    assert repository.last() == []


def test_outlines_that_are_not_committed_are_a_release_and_give_the_version_a_name_of_its_own(
    repository: Repository,
) -> None:
    repository.describe(lambda content: content.update(version="2"))
    repository.commit("Raise the version")
    assert citable_version(repository.portal().package, repository.history()) == "2"
    edit(repository, move)
    history, package = repository.history(), repository.portal().package
    assert (history.releases[-1].commit, kinds(list(history.releases[-1].changes))) == (
        "",
        [(OUTLINES, ("13",), ChangeKind.CHANGED)],
    )
    assert citable_version(package, history) == f"2+{package.sha256[:8]}"


def test_a_commit_whose_outlines_the_check_refuses_is_passed_over(repository: Repository) -> None:
    edit(repository, lambda features: features[0]["properties"].update(tel="081 234 5678"))
    repository.commit("Add a phone number")
    edit(repository, lambda features: features[0]["properties"].pop("tel"))
    edit(repository, move)
    repository.commit("Remove it again")
    history = repository.history()
    assert [commit.reason for commit in history.passed_over] == [
        f'{OUTLINES_PATH}: feature 1: "tel" is not described, so it is not published.'
    ]
    assert kinds(list(history.releases[-1].changes)) == [(OUTLINES, ("13",), ChangeKind.CHANGED)]


def test_a_release_has_its_outlines_to_the_byte(repository: Repository) -> None:
    before = (repository.folder / OUTLINES_PATH).read_bytes()
    edit(repository, move)
    repository.commit("Move a corner")
    first, second, third = repository.history().releases
    descriptor = repository.folder / "datapackage.json"
    assert release_files(descriptor, second)["area_outlines.geojson"] == before
    assert release_files(descriptor, third)["area_outlines.geojson"] != before
    assert "area_outlines.geojson" not in release_files(descriptor, first)


def test_outlines_are_read_from_packs_too(repository: Repository) -> None:
    edit(repository, move)
    repository.commit("Move a corner")
    loose = repository.history().releases
    repository.git("gc", "-q")
    shutil.rmtree(repository.root.parent / "cache")
    assert repository.history().releases == loose


def test_a_file_that_is_no_geojson_is_refused() -> None:
    for data in (b"", b"\xef\xbb\xbf{}", b"\xff", b"version https://git-lfs.github.com/spec/v1"):
        with pytest.raises(ValueError, match=r"."):
            outline_records(data)
