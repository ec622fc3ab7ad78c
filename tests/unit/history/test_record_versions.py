"""Which release the record of each project is of."""

from dataclasses import replace
from pathlib import Path

import pytest

from portal.core.models import RecordVersion
from portal.history.record_versions import RecordVersions, find_record_versions

from tests.repository import Repository

FIRST, SECOND, THIRD = "91000000-1001", "91000000-2001", "91000000-3001"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def versions(repository: Repository, archives: dict[str, str] | None = None) -> RecordVersions:
    return find_record_versions(repository.portal().package, repository.history(), archives or {})


def raise_version(repository: Repository, version: str) -> None:
    repository.describe(lambda content: content.update(version=version))


def test_without_history_a_record_is_of_the_package(repository: Repository) -> None:
    package = repository.portal().package
    own = find_record_versions(package, type(repository.history())(), {}).of(FIRST)
    assert own == RecordVersion(package.version, package.created, "", None)


def test_what_no_release_changed_is_of_the_first_that_is_known(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    version = repository.portal().package.version
    raise_version(repository, "9")
    repository.commit("Raise the version alone")
    own = versions(repository).of(FIRST)
    assert (own.version, str(own.released), own.commit, own.page) == (version, "2026-01-01", first, None)


@pytest.mark.parametrize(
    ("resource", "where", "cells"),
    [
        ("projects", {}, {"remarks": "x"}),
        ("monthly_results", {"month": "3"}, {"result": "3"}),
        ("progress_reports", {}, {"obstacles": "x"}),
        ("evaluations", {}, {"score": "1"}),
    ],
)
def test_a_value_of_any_table_makes_a_record_of_the_release_that_changed_it(
    repository: Repository, resource: str, where: dict[str, str], cells: dict[str, str]
) -> None:
    raise_version(repository, "9")
    repository.set(resource, {"project_id": FIRST, **where}, **cells)
    commit = repository.commit("Change a value")
    raise_version(repository, "10")
    repository.commit("Raise the version alone")
    own = versions(repository)
    assert own.of(FIRST) == RecordVersion("9", own.of(FIRST).released, commit, f"2026-01-02-{commit[:8]}")
    assert str(own.of(FIRST).released) == "2026-01-02"
    assert own.of(SECOND).page is None


def test_a_tender_without_a_project_has_a_day_of_its_own(repository: Repository) -> None:
    file = repository.folder / "data" / "tenders.csv"
    file.write_text(file.read_text("utf-8") + "T-8,,,จ้างสมมติ,,,,,\nT-9,,,จ้างสมมติ,,,,,\n", "utf-8")
    raise_version(repository, "9")
    repository.commit("Add two tenders")
    repository.set("tenders", {"tender_id": "T-9"}, title="จ้างอื่น")
    repository.set("tenders", {"tender_id": "T67-0001"}, title="จ้างอื่น")
    raise_version(repository, "10")
    repository.commit("Change one of them, and one with a project")
    days = {record: str(day) for record, day in versions(repository).shared.items()}
    assert days == {("tenders", "T-8"): "2026-01-02", ("tenders", "T-9"): "2026-01-03"}


def test_the_newest_release_that_changed_a_record_counts(repository: Repository) -> None:
    for day, cell in enumerate("xy", start=2):
        repository.set("projects", {"project_id": FIRST}, remarks=cell)
        commit = repository.commit(f"Say {cell}")
        assert (versions(repository).of(FIRST).commit, versions(repository).of(FIRST).released.day) == (commit, day)


def test_rows_in_another_order_and_a_number_written_otherwise_change_no_record(repository: Repository) -> None:
    for resource in ("projects", "monthly_results", "progress_reports"):
        repository.write(resource, repository.rows(resource)[::-1])
    budget = next(row["budget_received"] for row in repository.rows("projects") if row["project_id"] == THIRD)
    repository.set("projects", {"project_id": THIRD}, budget_received=f"{budget}.00")
    repository.commit("Sort, and write a number otherwise")
    assert {versions(repository).of(name).page for name in (FIRST, SECOND, THIRD)} == {None}


def test_a_new_project_is_of_the_release_that_added_it(repository: Repository) -> None:
    rows = repository.rows("projects")
    repository.write("projects", [rows[0] | {"project_id": "91000000-9001"}, *rows])
    commit = repository.commit("Add a project")
    own = versions(repository)
    assert (own.of("91000000-9001").commit, own.of(FIRST).page) == (commit, None)


def test_a_record_names_the_zip_of_its_release_alone(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.set("projects", {"project_id": FIRST}, remarks="x")
    repository.commit("Change a value")
    own = versions(repository, {first: "/data/releases/sample-2569-q1.zip"})
    assert (own.of(FIRST).archive, own.of(SECOND).archive) == (None, "/data/releases/sample-2569-q1.zip")


def test_a_release_whose_version_is_withheld_is_cited_by_its_commit(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, remarks="x")
    commit = repository.commit("Change a value")
    history = repository.history()
    releases = tuple(replace(release, version="", withheld=("version",)) for release in history.releases)
    own = find_record_versions(repository.portal().package, replace(history, releases=releases), {})
    assert (own.of(FIRST).version, own.of(SECOND).version) == (commit[:8], releases[0].commit[:8])


def test_what_is_not_committed_yet_is_a_release_without_a_commit(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, remarks="x")
    own = versions(repository)
    assert own.of(FIRST).commit == ""
    assert (own.of(FIRST).page or "").endswith("-working-copy")
