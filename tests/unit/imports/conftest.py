"""The sample package without contracts: an import adds resources, and looks for files that
are there but not described."""

from __future__ import annotations

import pytest

from tests.sample_package import SamplePackage


@pytest.fixture
def package(whole: SamplePackage) -> SamplePackage:
    whole.drop("payments", "contracts", "tenders", "suppliers")
    return whole
