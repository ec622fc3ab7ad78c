"""For each agency a page of what is missing of its projects, which is bounded, and a table, which has everything."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal.core import urls
from portal.core.config import read_config
from portal.core.models import History, Page, Portal, Thresholds, project_index
from portal.history import Timeline
from portal.pipeline.context import shared_by_pages
from portal.rules import RuleRunner, agency_values, missing_figures, quality_report
from portal.site.pages.missing import LISTED, MissingContext, MissingTableContext, plan_missing
from portal.site.renderer import Renderer

from tests.conventions import CITY

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

AGENCY = "91000000"
ROOT = Path(__file__).parents[3]


def planned(portal: Portal) -> dict[str, MissingContext | MissingTableContext]:
    """The pages and tables, by path."""
    runner = RuleRunner(portal, Thresholds(), Timeline(History(), {}, {}, ()), agency_values(portal.projects))
    for project in portal.projects:
        runner.observe(project)
    quality = quality_report(portal)
    missing = missing_figures(portal.projects, quality)
    plan = plan_missing(project_index(portal), quality, missing, runner.findings())
    return {path: context for path, _, context, _ in plan}


@pytest.fixture
def portal(whole: SamplePackage) -> Portal:
    return whole.portal()


def test_each_agency_has_a_page_and_a_table_also_without_a_project(portal: Portal) -> None:
    empty = replace(portal.agencies[0], agency_id="99000000")
    paths = planned(replace(portal, agencies=(*portal.agencies, empty)))
    ids = [agency.agency_id for agency in (*portal.agencies, empty)]
    assert list(paths) == [path for i in ids for path in (urls.missing(i), urls.missing_csv(i))]
    context = paths[urls.missing("99000000")]
    assert isinstance(context, MissingContext)
    assert (context.count, context.figures, context.lacking, context.example) == (0, (), (), None)


def test_the_page_is_cut_and_the_table_is_whole(portal: Portal) -> None:
    model = next(p for p in portal.projects if p.agency and p.agency.agency_id == AGENCY)
    many = [replace(model, project_id=f"{AGENCY}-x{i}", budget_received=None) for i in range(LISTED + 20)]
    paths = planned(replace(portal, projects=(*portal.projects, *many)))
    page, table = paths[urls.missing(AGENCY)], paths[urls.missing_csv(AGENCY)]
    assert isinstance(page, MissingContext)
    assert len(page.lacking) == LISTED
    assert page.lacking == table.lacking[:LISTED]
    assert page.incomplete == len(table.lacking) >= LISTED + 20


def test_the_counts_are_those_of_the_table(portal: Portal) -> None:
    for agency in portal.agencies:
        paths = planned(portal)
        page, table = paths[urls.missing(agency.agency_id)], paths[urls.missing_csv(agency.agency_id)]
        assert isinstance(page, MissingContext)
        for name, lacking in page.figures:
            assert lacking == sum(name in names for _, names in table.lacking)
        assert not {name for _, names in table.lacking for name in names} & {*page.never}


def test_the_example_is_of_a_project_with_an_observation_where_there_is_one(portal: Portal) -> None:
    pages = [context for context in planned(portal).values() if isinstance(context, MissingContext)]
    observed = [page for page in pages if page.observed]
    assert observed
    assert all(page.example in {project.project_id for project, _ in page.observations} for page in observed)
    assert all(page.example is not None for page in pages if page.count)


def test_a_title_that_is_a_formula_is_a_text_in_the_csv(portal: Portal) -> None:
    index = project_index(portal)
    site = shared_by_pages(read_config(ROOT / "pyproject.toml"), index, (), ())
    renderer = Renderer(site, ROOT / "templates")
    lacking = [(replace(index.projects[0], title=title), ("budget_received",)) for title in ('=1+"1"', "-2\n=3")]
    for language in CITY.languages:
        text = renderer.render(
            Page(urls.missing_csv(AGENCY), language, "feeds/missing.txt", MissingTableContext(tuple(lacking)))
        )
        assert text.startswith("\ufeff")
        _, *rows = csv.reader(text.splitlines(keepends=True), strict=True)
        assert [row[1] for row in rows] == ['\'=1+"1"', "'-2\n=3"]
        assert {len(row) for row in rows} == {6}
