"""A value is the same after it was bytes, and the same content is the same bytes."""

import copy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.core.models import Change, ChangeKind, Project, Release
from portal.package import read_portal
from portal.pipeline.serialise import deserialise, serialise, serialise_by_content
from portal.rules import OBSERVATIONS

from tests.conventions import CITY

SAMPLE = Path(__file__).parents[2] / "sample"


@pytest.fixture(scope="module")
def projects() -> tuple[Project, ...]:
    portal = read_portal(SAMPLE, CITY).portal
    assert portal is not None
    return portal.projects


def test_records_come_back_as_they_were(projects: tuple[Project, ...]) -> None:
    assert deserialise(serialise(projects)) == projects
    assert any(project.monthly_results and project.progress_reports and project.revisions for project in projects)


def test_the_same_content_is_the_same_bytes(projects: tuple[Project, ...]) -> None:
    for project in projects:
        assert serialise(deserialise(serialise(project))) == serialise(copy.deepcopy(project))


def test_equal_parts_are_the_same_bytes_be_they_one_object_or_two(projects: tuple[Project, ...]) -> None:
    text = projects[0].title
    again = "".join([text[:1], text[1:]])
    assert (text, text) == (text, again)
    assert text is not again
    assert serialise_by_content((text, text)) == serialise_by_content((text, again))
    assert serialise((text, text)) != serialise((text, again))
    for project in projects:
        assert deserialise(serialise_by_content(project)) == project


def test_a_rule_is_named_and_is_the_registered_one_again() -> None:
    for rule in OBSERVATIONS:
        data = serialise(rule)
        assert deserialise(data) is rule
        assert rule.title.source.encode() not in data


def test_what_a_release_changed_is_left_out() -> None:
    change = Change("projects", ("p1",), "p1", "budget_received", ChangeKind.CHANGED, "1", "2")
    release = Release("abc", datetime(2026, 1, 1, tzinfo=UTC), "1.0.0", ("v1",), (change,))
    assert deserialise(serialise(release)) == Release("abc", release.published, "1.0.0", ("v1",), ())
