"""Fixtures of all tests: copies of the fictional package, and sites that are built once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.sample_package import SamplePackage, little_package

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

pytest_plugins = ["tests.sites"]

# How long an example takes says more of what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

TOGETHER = (
    *("bangkok/test_browser", "bangkok/test_search_page", "site/test_absent_values", "site/test_daily_release"),
    *("site/test_dollar_city", "site/test_foreign_city", "site/test_hostile", "site/test_interrupted_builds"),
    *("site/test_languages", "site/test_names_of_persons", "site/test_nearby", "site/test_new_city"),
    *("site/test_outlines", "site/test_search_scripts", "site/test_serve_requests", "site/test_spanish_city"),
)
"""The files whose tests share something costly that each process would make anew: one process runs them all."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process more than there are cores: two processes on two of them wait 38 % of the time, for browsers."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Spread the tests over the processes of `pytest -n` one by one, but for those of the files above."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file.removeprefix("tests/").removesuffix(".py") in TOGETHER else nodeid

    return Scheduling(config, log)


@pytest.fixture
def whole(tmp_path: Path) -> SamplePackage:
    """The whole sample package."""
    return SamplePackage(tmp_path / "package")


@pytest.fixture
def package(tmp_path: Path) -> SamplePackage:
    """The sample package with three of its resources and a few of its columns."""
    return little_package(tmp_path / "package")
