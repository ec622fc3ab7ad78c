"""What the feeds put first, and what they say of the entries that are cut off."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from portal.core.models import Thresholds, project_index
from portal.rules import RuleRunner, agency_values
from portal.site.pages.feeds import FeedContext, plan_feeds

from tests.repository import Repository

PATH = "/agencies/{}/feed.xml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def feeds(repository: Repository) -> dict[str, FeedContext]:
    portal = repository.portal()
    runner = RuleRunner(portal, Thresholds(), repository.timeline(), agency_values(portal.projects))
    for project in portal.projects:
        runner.observe(project)
    return {path: context for path, _, context, _ in plan_feeds(project_index(portal), runner.findings(), ())}


def test_a_release_that_empties_many_budgets_begins_the_feed_of_the_agency_with_their_sum(
    repository: Repository,
) -> None:
    rows = [row for row in repository.rows("projects") if row["budget_received"]]
    agency = Counter(row["agency_id"] for row in rows).most_common(1)[0][0]
    lost = {row["project_id"]: Decimal(row["budget_received"]) for row in rows if row["agency_id"] == agency}
    assert len(lost) > 5
    repository.edit("projects", lambda row: row | {"budget_received": ""} if row["project_id"] in lost else row)
    repository.commit("Lose the budgets")
    summary, *entries = feeds(repository)[PATH.format(agency)].entries
    assert summary.title is None
    (sentence,) = (one for one in summary.summary if one.field == "budget_received")
    assert (sentence.projects, sentence.amount) == (len(lost), sum(lost.values()))
    # The largest loss first, and of equal ones that with the lower id.
    expected = sorted(lost, key=lambda project_id: (-lost[project_id], project_id))
    assert [entry.items[0].project_id for entry in entries] == expected


def test_a_release_that_changed_a_few_projects_has_an_entry_for_each_and_no_other(repository: Repository) -> None:
    row = next(row for row in repository.rows("projects") if row["budget_received"])
    repository.set("projects", {"project_id": row["project_id"]}, budget_received="1")
    repository.commit("Cut one budget")
    (entry,) = feeds(repository)[PATH.format(row["agency_id"])].entries
    assert entry.title is not None
    assert entry.title.first == row["title"]


def test_of_one_day_the_observations_on_the_largest_budgets_come_first(repository: Repository) -> None:
    budgets = {row["project_id"]: Decimal(row["budget_received"] or 0) for row in repository.rows("projects")}
    entries = feeds(repository)["/signals/feed.xml"].entries
    shown = [budgets[entry.path.split("/")[2]] for entry in entries]
    assert len({entry.updated for entry in entries}) == 1
    assert len(shown) > 5
    assert shown == sorted(shown, reverse=True)
