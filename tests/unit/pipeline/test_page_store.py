"""What is written into the page store is what workers read from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.core.models import Page, Project, RecordVersion
from portal.package import read_portal
from portal.pipeline.page_store import (
    SHARED,
    ProjectEntry,
    ProjectShards,
    Shards,
    project_entry,
    read_entries,
    read_page_groups,
    read_projects,
    write_pages,
)
from portal.site import ProjectBackground
from portal.site.pages.neighbours import Neighbours

from tests.conventions import CITY

SAMPLE = Path(__file__).parents[2] / "sample"


@dataclass(frozen=True)
class Context:
    text: str


@pytest.fixture(scope="module")
def projects() -> tuple[Project, ...]:
    portal = read_portal(SAMPLE, CITY).portal
    assert portal is not None
    return portal.projects


def background(day: date = date(2026, 1, 1)) -> ProjectBackground:
    """Of a project that no release changed."""
    version = RecordVersion("1.0", day, "", None)
    return ProjectBackground(Neighbours(), (), (), {}, {}, version, day, None, None, ())


def write(folder: Path, projects: Sequence[Project], of_projects: ProjectBackground | None = None) -> Shards:
    folder.mkdir()
    written = Shards()
    for year in {project.fiscal_year for project in projects}:
        of_year = [project for project in projects if project.fiscal_year == year]
        with ProjectShards(folder, year, len(of_year), 2) as shards:
            for project in of_year:
                entry = project_entry(project, of_projects or background())
                shards.add(entry, [f"rule-of-{project.project_id}"])
        written.update(shards.written)
    return written


def entries(folder: Path, shards: Shards) -> list[ProjectEntry]:
    return [entry for shard in shards.by_size for entry in read_entries(folder, shard)]


def test_projects_are_read_as_they_were_written_in_the_order_of_their_ids(
    tmp_path: Path, projects: tuple[Project, ...]
) -> None:
    write(tmp_path / "store", projects)
    expected = [(project, (f"rule-of-{project.project_id}",)) for project in projects]
    assert list(read_projects(tmp_path / "store")) == expected
    for year in {project.fiscal_year for project in projects}:
        of_year = [pair for pair in expected if pair[0].fiscal_year == year]
        assert list(read_projects(tmp_path / "store", "unknown" if year is None else str(year))) == of_year


def test_a_worker_reads_a_project_and_its_background_as_they_were_written(
    tmp_path: Path, projects: tuple[Project, ...]
) -> None:
    shards = write(tmp_path / "store", projects)
    assert {entry.project_id: entry.load() for entry in entries(tmp_path / "store", shards)} == {
        project.project_id: (project, background()) for project in projects
    }
    assert sum(shards.pages.values()) == 2 * len(projects)


def test_the_same_content_has_the_same_digest_and_one_other_cell_another(
    tmp_path: Path, projects: tuple[Project, ...]
) -> None:
    first, again = write(tmp_path / "first", projects), write(tmp_path / "again", projects)
    assert first.digests == again.digests
    assert [entry.digest for entry in entries(tmp_path / "first", first)] == [
        entry.digest for entry in entries(tmp_path / "again", again)
    ]
    edited = (replace(projects[0], budget_spent=Decimal("12.34")), *projects[1:])
    other = write(tmp_path / "other", edited)
    year = str(projects[0].fiscal_year)
    assert {name for name in first.digests if first.digests[name] != other.digests[name]} == {year}
    of_each = [
        {entry.project_id: entry.digest for entry in entries(tmp_path / n, s)}
        for n, s in (("first", first), ("other", other))
    ]
    assert {i for i in of_each[0] if of_each[0][i] != of_each[1][i]} == {projects[0].project_id}


def test_what_pages_show_beside_the_record_leaves_the_digest_of_the_year_as_it_is(
    tmp_path: Path, projects: tuple[Project, ...]
) -> None:
    first, other = (
        write(tmp_path / "first", projects),
        write(tmp_path / "other", projects, background(date(2026, 1, 2))),
    )
    assert first.digests == other.digests
    assert entries(tmp_path / "first", first)[0].digest != entries(tmp_path / "other", other)[0].digest


def test_a_project_that_is_added_after_the_block_is_refused(tmp_path: Path, projects: tuple[Project, ...]) -> None:
    with ProjectShards(tmp_path, projects[0].fiscal_year, 1, 2) as shards:
        shards.add(entry := project_entry(projects[0], background()), [])
    with pytest.raises(ValueError, match="closed"):
        shards.add(entry, [])


def shared_pages(folder: Path, shards: Shards) -> list[Page]:
    return [page for shard in shards.by_size for group in read_page_groups(folder, shard) for page in group.load()]


def test_pages_of_no_project_are_no_projects(tmp_path: Path, projects: tuple[Project, ...]) -> None:
    write(tmp_path / "store", projects)
    shared = [Page(f"/{name}/", language, "page.html", Context(name)) for name in "abcd" for language in CITY.languages]
    written = write_pages(tmp_path / "store", "lists", shared, len(projects))
    assert sum(written.pages.values()) == 8
    assert {shard.partition("-")[0] for shard in written.pages} == {f"{SHARED}lists"}
    assert shared_pages(tmp_path / "store", written) == shared
    write_pages(tmp_path / "store", "data", [Page("/data/", "th", "data.html", Context("data"))], 1)
    assert [project for project, _ in read_projects(tmp_path / "store")] == list(projects)
    with pytest.raises(FileExistsError):
        write_pages(tmp_path / "store", "lists", shared, len(projects))


def test_a_page_stays_in_its_shard_while_other_projects_come(tmp_path: Path) -> None:
    pages = [Page(f"/projects/page/{number}/", "th", "page.html", Context("")) for number in range(200)]

    def shards(records: int) -> dict[str, str]:
        folder = tmp_path / str(records)
        folder.mkdir()
        written = write_pages(folder, "lists", pages, records)
        return {page.path: shard for shard in written.pages for page in shared_pages(folder, Shards({shard: 1}))}

    few, more = shards(2100), shards(3900)
    assert few == more
    assert len({*few.values()}) == 2
