"""Fixtures of all tests: copies of the fictional package, and sites that are built once."""

from pathlib import Path

import pytest

from tests.sample_package import SamplePackage, little_package

pytest_plugins = ["tests.sites"]


@pytest.fixture
def whole(tmp_path: Path) -> SamplePackage:
    """The whole sample package."""
    return SamplePackage(tmp_path / "package")


@pytest.fixture
def package(tmp_path: Path) -> SamplePackage:
    """The sample package with three of its resources and a few of its columns."""
    return little_package(tmp_path / "package")
