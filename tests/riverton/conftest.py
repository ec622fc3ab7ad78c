"""The fictional city of `examples/riverton`: its repository and its site, made once for all test processes."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building import ROOT


def make(folder: Path, **environment: str) -> Path:
    """Make the repository and the site as `make example` does."""
    command: list[str | Path] = [sys.executable, "-m", "scripts.example", folder]
    result = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@pytest.fixture(scope="session")
def riverton(shared: Path) -> Path:
    """The repository of the city; its site is in the folder `site` of it."""
    folder = shared / "riverton"
    with (shared / "riverton.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return folder if (folder / "site").exists() else make(folder)


@pytest.fixture(scope="session")
def any_site(riverton: Path) -> Path:
    return riverton / "site"


@pytest.fixture(scope="session")
def any_content(riverton: Path) -> Path:
    return riverton / "content"
