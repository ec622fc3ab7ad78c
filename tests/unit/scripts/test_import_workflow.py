"""The workflow that imports: off until the city wants it, and what may write runs none of our code."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]


def jobs() -> Any:
    return yaml.safe_load((ROOT / ".github" / "workflows" / "import.yml").read_text("utf-8"))["jobs"]


def commands(job: Any) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_it_does_nothing_without_an_address() -> None:
    assert jobs()["import"]["if"] == "vars.IMPORT_ADDRESSES != ''"
    assert jobs()["commit"]["needs"] == "import"


def test_its_steps_are_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    called = re.findall(r"\bmake ([a-z]+)", commands(jobs()["import"]))
    assert called == ["tools", "fetch", "import", "check", "why"]
    assert set(called) <= targets


def test_what_it_imports_is_the_release_of_its_day_in_the_city() -> None:
    (step,) = (step for step in jobs()["import"]["steps"] if "make import" in step.get("run", ""))
    assert 'CREATED="$(date +%F)"' in step["run"]
    portal = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["portal"]
    assert step["env"]["TZ"] == portal["timezone"]


def test_only_the_job_that_runs_none_of_our_code_may_write() -> None:
    assert jobs()["import"]["permissions"] == {"contents": "read"}
    assert jobs()["commit"]["permissions"]["contents"] == "write"
    assert not re.search(r"\bmake\b|python|scripts", commands(jobs()["commit"]))
