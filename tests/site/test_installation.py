"""What is installed for a build: the libraries that it imports, and no copy of the program."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from email import message_from_string
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build.py"


def test_pip_installs_the_libraries_of_a_cluster_and_no_copy_of_the_program(tmp_path: Path) -> None:
    """As README says, from a folder with all that a clone has at its top; pip resolves what is installed here."""
    for name in ("portal", "templates", "locales", "content", "data"):
        shutil.copytree(ROOT / name, tmp_path / "clone" / name)
    for name in ("pyproject.toml", "README.md", "build.py"):
        shutil.copy(ROOT / name, tmp_path / "clone")
    options: list[str | Path] = [
        "--no-index",
        "--no-build-isolation",
        "--disable-pip-version-check",
        "--prefix",
        tmp_path / "there",
    ]
    command = [sys.executable, "-m", "pip", "install", "--quiet", *options, ".[cluster]"]
    installed = subprocess.run(command, cwd=tmp_path / "clone", capture_output=True, text=True)
    assert installed.returncode == 0, installed.stderr
    [metadata] = (tmp_path / "there").rglob("METADATA")
    described = message_from_string(metadata.read_text("utf-8"))
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert [one for one in described.get_all("Requires-Dist", []) if "extra" not in one] == wanted["dependencies"]
    [cluster] = [one for one in described.get_all("Requires-Dist", []) if "extra" in one]
    assert cluster.startswith("distributed>=")
    assert {path.parent for path in (tmp_path / "there").rglob("*") if path.is_file()} == {metadata.parent}


def test_only_what_a_build_imports_is_installed_for_it() -> None:
    """A library that the tests alone import is no part of what a portal needs, and must be trusted with."""
    imported = set()
    for path in [BUILD, *(ROOT / "portal").rglob("*.py")]:
        imported |= set(re.findall(r"^\s*(?:import|from) (\w+)", path.read_text("utf-8"), re.MULTILINE))
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    distributions = packages_distributions()
    provided = {canonical(name) for module in imported for name in distributions.get(module, ())}
    # `zoneinfo` reads it where the system has no time zones.
    provided.add("tzdata")
    assert {canonical(re.split(r"[><=]", one)[0]) for one in wanted} <= provided


def canonical(name: str) -> str:
    return name.lower().replace("_", "-")
