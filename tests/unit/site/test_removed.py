"""The page of a project that left the data: what it last gave, though what that names may have left too."""

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser as Html

from portal.core.config import read_config
from portal.core.models import Page, project_index
from portal.history.removed_projects import find_removed_projects
from portal.pipeline.context import shared_by_pages
from portal.site.pages.removed import plan_removed
from portal.site.renderer import Renderer, read_assets

from tests.conventions import CITY
from tests.repository import FEW, Repository, small_repository

ROOT = Path(__file__).parents[3]
GONE = FEW[3]


def page_of(repository: Repository) -> Html:
    """The page in English."""
    index, timeline = project_index(repository.portal()), repository.timeline()
    assets = read_assets(ROOT / "templates" / "assets")
    renderer = Renderer(shared_by_pages(read_config(ROOT / "pyproject.toml"), index, (), assets), ROOT / "templates")
    planned = plan_removed(index, timeline, find_removed_projects(index, timeline))
    (path, template, context, _) = next(planned)
    return Html(renderer.render(Page(path, CITY.languages[1], template, context)))


def test_it_names_its_agency_whether_or_not_that_is_in_the_data(tmp_path: Path) -> None:
    repository = small_repository(tmp_path / "repository")
    agency = next(row["agency_id"] for row in repository.rows("projects") if row["project_id"] == GONE)
    for resource in ("monthly_results", "progress_reports", "evaluations", "revisions", "projects"):
        repository.edit(resource, lambda row: None if row["project_id"] == GONE else row)
    repository.commit("Leave")
    name = next(row["name_en"] for row in repository.rows("agencies") if row["agency_id"] == agency)
    assert page_of(repository).css_first(f'.who a[href$="/agencies/{agency}/"]').text() == name
    others = [row for row in repository.rows("projects") if row["agency_id"] == agency]
    assert others == []
    repository.edit("agencies", lambda row: None if row["agency_id"] == agency else row)
    repository.commit("Close the agency")
    page = page_of(repository)
    assert name in page.css_first(".who").text()
    assert page.css(".who a") == []
