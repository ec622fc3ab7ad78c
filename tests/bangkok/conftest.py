"""The site of the shipped package, built once for all test processes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.building import ROOT


@pytest.fixture(scope="session")
def real_site(built: Callable[..., Path]) -> Path:
    return built("real", "--base-url", "https://projects.bangkok.example/")


@pytest.fixture(scope="session")
def any_site(real_site: Path) -> Path:
    return real_site


@pytest.fixture(scope="session")
def real_package() -> dict[str, object]:
    content: dict[str, object] = json.loads((ROOT / "datapackage.json").read_text("utf-8"))
    return content
