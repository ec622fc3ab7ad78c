"""The program itself, as sums: its own files, and the libraries that it runs with."""

from __future__ import annotations

import hashlib
import platform
import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the program."""

PROGRAM = ("build.py", "requirements.txt", "portal", "templates", "locales")
"""Its files and folders, relative to `ROOT`."""


def code_digest(*parts: str) -> str:
    """The SHA-256 of some files and folders of the program (`parts`; none: all), and of the versions of its libraries.

    This is what a cached result is known to be stale by: the same code makes the same of the same input.
    """
    lines = [
        f"{file_digest(path)}  {path.relative_to(ROOT).as_posix()}" for path in files_below(ROOT, parts or PROGRAM)
    ]
    lines += [f"{name} {number}" for name, number in library_versions().items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def library_versions() -> dict[str, str]:
    """The versions of Python and of the libraries that pyproject.toml names; "" for one that is not installed."""
    versions = {"python": platform.python_version()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8")).get("project", {})
    for requirement in project.get("dependencies", ()):
        name = re.split(r"[^A-Za-z0-9_-]", requirement, maxsplit=1)[0]
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = ""
    return versions


def files_below(root: Path, names: Iterable[str]) -> list[Path]:
    """The files that these names below `root` stand for, those in folders included, in the order of their paths."""
    files: list[Path] = []
    for name in names:
        path = root / name
        files += [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sorted(file for file in files if "__pycache__" not in file.parts)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
