"""A release changes the files that say something new; a build over the last site is the same as one from nothing."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.building import copy_program, run_build
from tests.repository import FEW, Repository, small_repository

EDITED, ADDED = FEW[0], "91000000-9001"
BY_ORDER = ("by-name", "largest", "least-progress", "latest-reports")

OF_THE_DATA = ("data/", "data.json", "changes/", "search/", "index.html")
"""Where the newest release is named, or the data themselves stand."""


@dataclass(frozen=True)
class Release:
    """What a release changed in the site."""

    files: Mapping[str, str]
    """By name, without the language, what happened to each file."""
    unlike_cold: str
    """The files in which a build over the last site differs from one from nothing."""
    new_records: frozenset[str]
    """The files of records that are no files of the last site under a second name."""

    def besides(self, *names: str) -> set[str]:
        """The files that differ but for those that begin with `names`, or are of the data."""
        return {name for name in self.files if not name.startswith((*names, *OF_THE_DATA))}


def raise_version(repository: Repository) -> None:
    def edit(content: dict[str, object]) -> None:
        content["version"] = f"{content['version']}.1"
        content["created"] = f"2026-10-{repository.day + 15}T00:00:00Z"

    repository.describe(edit)


def edit_figure(repository: Repository) -> None:
    repository.set("projects", {"project_id": EDITED}, budget_spent="1000000")
    raise_version(repository)


def sort_rows(repository: Repository) -> None:
    for resource in ("projects", "monthly_results", "progress_reports", "evaluations"):
        repository.write(resource, repository.rows(resource)[::-1])
    raise_version(repository)


def add_project_at_the_top(repository: Repository) -> None:
    rows = repository.rows("projects")
    own = {"project_id": ADDED, "title": "โครงการใหม่ (สมมติ)"}
    repository.write("projects", [rows[0] | own, *rows])
    raise_version(repository)


def remove_project(repository: Repository) -> None:
    repository.edit("projects", lambda row: None if row["project_id"] == ADDED else row)
    raise_version(repository)


EDITS: Mapping[str, Callable[[Repository], None]] = {
    "figure": edit_figure,
    "version": raise_version,
    "sorted": sort_rows,
    "added": add_project_at_the_top,
    "removed": remove_project,
}


def build(package: Path, output: Path, cache: Path) -> None:
    result = run_build("--package", package, "--output", output, "--cache-dir", cache, "--format", "json")
    assert result.returncode == 0, result.stdout + result.stderr


def diff(older: Path, newer: Path) -> str:
    result = run_build("diff", older, newer)
    assert result.returncode == 0, result.stderr
    return result.stdout


def records(site: Path) -> set[tuple[str, int]]:
    """The files of a site that hold the records of a fiscal year, each with its number on the disk."""
    return {(file.name, file.stat().st_ino) for file in site.glob("data/projects-*.jsonl.gz")}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Release]:
    folder = tmp_path_factory.mktemp("daily")
    repository = small_repository(folder / "repository")
    build(repository.folder, folder / "site", folder / "cache")
    build(repository.folder, folder / "first", folder / "cold-first")
    last, made = folder / "first", {}
    for name, edit in EDITS.items():
        edit(repository)
        repository.commit(name)
        before = records(folder / "site")
        build(repository.folder, folder / "site", folder / "cache")
        new_records = frozenset(name for name, _ in records(folder / "site") - before)
        build(repository.folder, folder / name, folder / f"cold-{name}")
        lines = (line.split(maxsplit=1) for line in diff(last, folder / name).splitlines())
        files = {file.removeprefix("en/"): happened for happened, file in lines}
        made[name] = Release(files, diff(folder / "site", folder / name), new_records)
        last = folder / name
    return made


@pytest.mark.parametrize("name", EDITS)
def test_a_build_over_the_last_site_is_that_from_nothing(releases: dict[str, Release], name: str) -> None:
    assert releases[name].unlike_cold == ""


def test_a_changed_figure_changes_its_project_and_what_counts_it(releases: dict[str, Release]) -> None:
    release = releases["figure"]
    others = release.besides("agencies/", "areas/", "years/", "policies/", "strategies/", "signals/", "pagefind/")
    assert others == {
        "sitemap.xml",
        *(f"projects/{EDITED}/{file}" for file in ("index.html", "feed.xml")),
        # The figure makes an observation, which the row of the project in each list counts.
        *(f"projects/{order}index.html" for order in ("", *(f"{name}/" for name in BY_ORDER))),
    }
    assert release.files[f"projects/{EDITED}/feed.xml"] == "added"
    of_agencies = {name.split("/")[1] for name in release.files if name.startswith("agencies/")}
    assert of_agencies == {"index.html", EDITED.split("-")[0]}


def test_the_records_of_a_year_are_written_again_only_where_one_changed(releases: dict[str, Release]) -> None:
    newest = {"projects-2569.jsonl.gz"}
    assert {name: release.new_records for name, release in releases.items()} == {
        "figure": {"projects-2567.jsonl.gz"},
        "version": set(),
        # Records stand in the order of the rows, and two of the four projects are of one year.
        "sorted": newest,
        "added": newest,
        "removed": newest,
    }


@pytest.mark.parametrize("name", ["version", "sorted"])
def test_a_version_or_an_order_of_rows_changes_the_pages_of_the_data_alone(
    releases: dict[str, Release], name: str
) -> None:
    assert releases[name].besides() == {"sitemap.xml"}
    assert {name for name in releases[name].files if name.startswith("changes/")} <= {
        "changes/index.html",
        "changes/feed.xml",
    }


@pytest.mark.parametrize("name", ["added", "removed"])
def test_a_project_that_comes_or_goes_changes_no_page_of_another_but_those_that_name_it(
    releases: dict[str, Release], name: str
) -> None:
    own = {file for file in releases[name].files if file.startswith(f"projects/{ADDED}/")}
    assert {Path(file).name for file in own} == {"index.html", "feed.xml"}
    of_others = {file for file in releases[name].files if file.startswith("projects/9")} - own
    assert {Path(file).name for file in of_others} <= {"index.html"}


def test_a_release_takes_the_folders_that_the_two_sites_before_it_share(tmp_path: Path) -> None:
    repository, site = small_repository(tmp_path / "repository"), tmp_path / "site"
    page, spare = "projects/{}/index.html", tmp_path / ".site.spare"
    build(repository.folder, site, tmp_path / "cache")
    assert not spare.exists()
    for day, edit in enumerate((edit_figure, raise_version)):
        folders = {path.parent.name: path.parent.stat().st_ino for path in spare.glob(page.format("9*"))}
        edit(repository)
        repository.commit(f"Release {day}")
        build(repository.folder, site, tmp_path / "cache")
    assert folders.keys() == {*FEW} - {EDITED}
    assert all((site / page.format(name)).parent.stat().st_ino == number for name, number in folders.items())
    saved = [path.relative_to(spare) for path in spare.rglob("*") if path.is_file()]
    assert {path.as_posix() for path in saved} >= {page.format(name) for name in FEW}
    assert all((site / path).samefile(spare / path) for path in saved)
    assert not (spare / "data").exists()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the program, which can be edited."""
    return copy_program(tmp_path / "program")


def test_an_edited_template_or_translation_and_any_number_of_jobs_leave_no_trace(program: Path, tmp_path: Path) -> None:
    package = small_repository(tmp_path / "repository").folder

    def build_with(jobs: int, output: str, cache: str) -> Path:
        command: list[str | Path] = [sys.executable, program / "build.py", "--package", package]
        command += ["--output", tmp_path / output, "--jobs", str(jobs), "--cache-dir", tmp_path / cache]
        subprocess.run([*command, "--format", "json"], check=True, capture_output=True)
        return tmp_path / output

    def edit(file: str, old: str, new: str) -> None:
        text = (program / file).read_text("utf-8")
        assert old in text
        (program / file).write_text(text.replace(old, new), "utf-8")

    first = build_with(1, "site", "cache")
    edit("templates/components/no_data.html", "no-data", "nothing")
    edit("locales/th/LC_MESSAGES/portal.po", 'msgstr "ไม่มีข้อมูล"', 'msgstr "ว่าง"')
    cold = build_with(2, "cold", "other-cache")
    assert diff(first, cold) != ""
    assert diff(build_with(1, "site", "cache"), cold) == ""
