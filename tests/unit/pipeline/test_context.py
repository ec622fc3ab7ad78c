"""What workers find in the stage."""

from dataclasses import replace
from pathlib import Path

import pytest

from portal.core.config import read_config
from portal.core.models import History, Portal, project_index
from portal.core.program import ROOT
from portal.history import Timeline
from portal.package import read_portal
from portal.pipeline.build_cache import SCRATCH, UNMODIFIED
from portal.pipeline.context import BuildContext, load_context, save_context, shared_by_pages, shared_digest
from portal.pipeline.executor import workers
from portal.rules import project_judge
from portal.site import project_pages

from tests.conventions import CITY

SAMPLE = ROOT / "tests" / "sample"
NO_HISTORY = Timeline(History(), {}, {}, ())


def context_of(portal: Portal | None, folder: Path) -> BuildContext:
    """That of a build of `portal` below `folder`, whose previous site has one file."""
    assert portal is not None
    config = read_config(ROOT / "pyproject.toml")
    site = shared_by_pages(config, project_index(portal), (), ())
    pages = project_pages(portal.package, NO_HISTORY, project_judge(portal.package, config.signals))
    (folder / "previous").mkdir(parents=True)
    (folder / "previous" / "page.html").write_text("page")
    (folder / "stage").mkdir()
    return BuildContext(site, pages, "program", folder / "stage", folder / "cache", folder / "previous")


@pytest.fixture
def context(tmp_path: Path) -> BuildContext:
    return context_of(read_portal(SAMPLE, CITY).portal, tmp_path)


def test_a_worker_reads_the_context_that_was_saved(context: BuildContext) -> None:
    save_context(context)
    assert load_context(context.stage) == context


def test_what_pages_share_has_the_same_name_whichever_process_read_which_table(tmp_path: Path) -> None:
    with workers(2) as processes:
        portals = [read_portal(SAMPLE, CITY).portal, read_portal(SAMPLE, CITY, processes).portal]
    digests = set()
    for number, portal in enumerate(portals):
        context = context_of(portal, tmp_path / str(number))
        save_context(context)
        digests.add(shared_digest(context.stage))
    assert len(digests) == 1


def test_a_worker_that_asks_too_early_for_what_is_unmodified_asks_again(context: BuildContext) -> None:
    # The sum is a wrong one, so that only what was compared before can say that the file is unmodified.
    files = {"page.html": "0" * 64}
    save_context(context)
    assert not context.reuses(files)
    (context.stage / SCRATCH / UNMODIFIED).write_text('["page.html"]')
    assert context.reuses(files)
    assert (context.stage / "page.html").samefile(context.stage.parent / "previous" / "page.html")


def test_a_build_of_every_file_uses_none_of_the_last_site(context: BuildContext) -> None:
    fresh = replace(context, previous=None)
    save_context(fresh)
    (fresh.stage / SCRATCH / UNMODIFIED).write_text('["page.html"]')
    assert not fresh.reuses({"page.html": "0" * 64})
