"""The fictional packages that builds are measured with."""

from __future__ import annotations

from pathlib import Path

from benchmarks import releases
from benchmarks.fiction import make

from tests.building import run_build


def test_the_fictional_package_has_no_problem_in_its_first_state_and_after_a_daily_release(tmp_path: Path) -> None:
    package = tmp_path / "package"
    make(package, 60)
    releases.commit_releases(package, 2)
    check = ("check", "--package", package, "--cache-dir", tmp_path / "cache")
    first = run_build(*check)
    releases.write(package, releases.release(releases.read(package), 3, added=10))
    releases.commit(package, 3)
    second = run_build(*check)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
