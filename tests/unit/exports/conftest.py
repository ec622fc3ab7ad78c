"""The fictional package as its exports take it: what is known of it, and a folder of its CSVs by resource."""

import shutil
from pathlib import Path

import pytest

from portal.core.models import Package

from tests.sample_package import SAMPLE, SamplePackage


@pytest.fixture(scope="session")
def described(tmp_path_factory: pytest.TempPathFactory) -> Package:
    portal = SamplePackage(tmp_path_factory.mktemp("sample") / "package").read().portal
    assert portal is not None
    return portal.package


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the CSVs, to write beside."""
    return Path(shutil.copytree(SAMPLE / "data", tmp_path / "data"))
