"""What pyproject.toml says of the portal of Bangkok, and what the command says of its package."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from portal.core.models import Thresholds

from tests.bangkok.shipped import descriptor, table_rows

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build.py"


def run(*arguments: str | Path, cwd: Path = ROOT, script: Path = BUILD, **variables: str) -> tuple[int, str, str]:
    """The exit code, the output and the errors of the real command."""
    result = subprocess.run(
        [sys.executable, script, *arguments], cwd=cwd, capture_output=True, env=os.environ | variables, timeout=60
    )
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def test_the_real_package_is_good() -> None:
    package = descriptor()
    tables = [table_rows(resource["name"]) for resource in package["resources"]]
    assert run("check") == (
        0,
        f"bangkok-projects {package['version']}: no problems in {sum(map(len, tables))} rows of {len(tables)} files "
        "and 10 content pages\n",
        "",
    )


def test_this_portal_writes_every_threshold_down() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["portal"]["signals"]
    assert table.keys() == dataclasses.asdict(Thresholds()).keys()
