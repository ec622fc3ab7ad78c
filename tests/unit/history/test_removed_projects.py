"""Projects that left the data, and versions under which other data were published."""

import io
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from build import main
from portal.core.models import Change, ChangeKind, History, Release, Thresholds, Withheld, project_index
from portal.history.changelog_items import ChangelogKind
from portal.history.changes import removed_ids
from portal.history.removed_projects import find_removed_projects
from portal.history.timeline import Timeline, build_timeline
from portal.history.versions import citable_version, same_version, with_citable_versions
from portal.history.withheld import withhold
from portal.package.reading import read_guard
from portal.rules.transitions import RuleTransitions, fields_of

from tests.conventions import CITY
from tests.repository import FEW, Repository, small_repository

GONE = FEW[1]
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return small_repository(tmp_path / "repository")


def leave(repository: Repository) -> None:
    for resource in ("monthly_results", "progress_reports", "evaluations", "revisions", "projects"):
        repository.edit(resource, lambda row: None if row["project_id"] == GONE else row)
    repository.commit("Leave")


def past_of(repository: Repository) -> Timeline:
    portal = repository.portal()
    history = withhold(repository.history(), portal, read_guard(repository.folder / "datapackage.json", CITY))
    return build_timeline(
        portal, history, RuleTransitions(Thresholds(), fields_of(portal.package), portal.package.conventions.fiscal)
    )


def check(repository: Repository) -> tuple[int, str]:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
        return main(["check", "--package", str(repository.folder)]), said.getvalue()


def test_what_is_withheld_of_a_project_that_left_stays_withheld(repository: Repository) -> None:
    repository.set("projects", {"project_id": GONE}, remarks="โทร 081-234-5678")
    repository.commit("Write a telephone number")
    leave(repository)
    (one,) = find_removed_projects(project_index(repository.portal()), past_of(repository))
    assert dict(one.values)["remarks"] is Withheld.WITHHELD
    assert "081-234" not in repr(one)
    assert str(one.left.published.date()) == "2026-01-03"
    assert one.agency_id == "91000000"


def test_a_project_of_which_nothing_may_be_published_has_no_last_page(repository: Repository) -> None:
    leave(repository)
    (repository.folder / "erased.csv").write_text(f"resource,key,field,release\nprojects,{GONE},,\n", "utf-8")
    assert find_removed_projects(project_index(repository.portal()), past_of(repository)) == ()


def test_an_id_that_differs_in_case_alone_or_makes_no_address_has_no_last_page() -> None:
    def release(commit: str, *ids: str) -> Release:
        kind = ChangeKind.REMOVED
        changes = tuple(Change("projects", (one,), one, "project_id", kind, one, "") for one in ids)
        return Release(commit, MOMENT, "", (), changes)

    releases = [release("a"), release("b", "A-1", "b-1", "B-1", "../x", "c-1")]
    assert removed_ids(releases, ["a-1"]) == {"B-1", "c-1"}


def test_a_later_day_of_the_same_values_is_no_entry(repository: Repository) -> None:
    repository.set("projects", {"project_id": FEW[0]}, as_of_date="2026-01-01")
    repository.commit("Read again")
    found = past_of(repository)
    assert FEW[0] not in found.project_changes
    assert [(one.is_listed, one.projects, one.items) for one in found.releases] == [(False, 0, ())]


def test_a_project_that_came_back_is_not_called_new(repository: Repository) -> None:
    row = next(row for row in repository.rows("projects") if row["project_id"] == GONE)
    leave(repository)
    repository.write("projects", [*repository.rows("projects"), row])
    repository.commit("Come back")
    (move,) = past_of(repository).releases[0].items
    assert move.kind is ChangelogKind.RETURNED
    assert move.last_published
    assert str(move.last_published.published.date()) == "2026-01-01"
    assert find_removed_projects(project_index(repository.portal()), past_of(repository)) == ()


def test_a_version_is_cited_alone_only_where_no_other_data_have_it(repository: Repository) -> None:
    def version() -> str:
        return citable_version(repository.portal().package, repository.history())

    first = repository.git("rev-parse", "HEAD")
    assert version() == "1.0.3"
    assert check(repository) == (0, "")
    repository.set("projects", {"project_id": FEW[0]}, budget_received="1000")
    package = repository.portal().package
    assert version() == f"1.0.3+{package.sha256[:8]}"
    said = f"The data differ from release 1.0.3 (commit {first[:8]}) but the version is the same. Raise "
    assert check(repository) == (0, f'{said}"version" in datapackage.json.\n')
    commit = repository.commit("Not raised")
    assert version() == f"1.0.3+{commit[:8]}"
    # The descriptor alone is no other data.
    repository.describe(lambda content: content.update(keywords=["x"]))
    repository.commit("Describe")
    assert version() == f"1.0.3+{commit[:8]}"
    repository.describe(lambda content: content.update(version="1.0.4"))
    assert version() == f"1.0.4+{package.sha256[:8]}"
    repository.commit("Raise")
    assert version() == "1.0.4"
    assert same_version(replace(package, version=""), repository.history()) is None


def test_two_states_that_are_not_committed_are_cited_apart_though_the_version_is_raised(
    repository: Repository, tmp_path: Path
) -> None:
    repository.describe(lambda content: content.update(version="1.1.0"))
    sums = []
    for budget in ("1000", "2000"):
        repository.set("projects", {"project_id": FEW[0]}, budget_received=budget)
        portal, history = repository.portal(), repository.history()
        alone = tmp_path / budget
        shutil.copytree(repository.folder, alone / "portal")
        without_git = Repository(alone)
        assert without_git.history() == History()
        version = citable_version(portal.package, history)
        assert citable_version(without_git.portal().package, without_git.history()) == version
        assert version == f"1.1.0+{portal.package.sha256[:8]}"
        assert with_citable_versions(portal.package, history).releases[-1].version == version
        sums.append(version)
    assert sums[0] != sums[1]
    repository.commit("Commit")
    assert citable_version(repository.portal().package, repository.history()) == "1.1.0"


def test_a_release_whose_version_was_not_raised_has_its_commit_on_its_own_page(repository: Repository) -> None:
    commits = []
    for budget, version in (("1000", "1.0.3"), ("2000", "1.1.0")):
        repository.set("projects", {"project_id": FEW[0]}, budget_received=budget)
        repository.describe(lambda content, version=version: content.update(version=version))  # type: ignore[misc]
        commits.append(repository.commit("Edit"))
    releases = with_citable_versions(repository.portal().package, repository.history()).releases
    assert [release.version for release in releases] == ["1.0.3", f"1.0.3+{commits[0][:8]}", "1.1.0"]


def test_in_a_history_that_is_not_complete_data_are_cited_with_their_commit(
    repository: Repository, tmp_path: Path
) -> None:
    repository.set("projects", {"project_id": FEW[0]}, budget_received="1000")
    commit = repository.commit("Not raised")
    repository.git("clone", "-q", "--depth", "1", repository.root.as_uri(), str(tmp_path / "shallow"))
    shallow = Repository(tmp_path / "shallow")
    assert citable_version(shallow.portal().package, shallow.history("shallow-cache")) == f"1.0.3+{commit[:8]}"


def test_a_clone_that_is_not_whole_is_said_with_how_to_make_it_whole(repository: Repository, tmp_path: Path) -> None:
    repository.describe(lambda content: content.update(version="1.0.3"))
    repository.set("projects", {"project_id": FEW[0]}, budget_received="1000")
    repository.commit("Next")
    repository.git("clone", "-q", "--depth", "1", repository.root.as_uri(), str(tmp_path / "shallow"))
    code, said = check(Repository(tmp_path / "shallow"))
    assert code == 0
    assert said.startswith("The history is incomplete: this clone knows it from 2026-01-02 on")
    assert "git fetch --unshallow" in said
