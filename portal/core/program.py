"""The version of the program: a checksum of its files, and the versions of the libraries that it uses."""

from __future__ import annotations

import hashlib
import platform
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from portal.core.files import file_digest

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the program."""

PROGRAM = ("build.py", "requirements.txt", "portal", "templates", "locales")
"""The files and folders of the program, relative to `ROOT`."""


def code_digest(*parts: str) -> str:
    """The SHA-256 of the files and folders `parts` of the program (without any: of all), and of the library versions.

    A cached result is used only while this is the same: the same code gives the same result for the same input.
    """
    lines = [
        f"{file_digest(path)}  {path.relative_to(ROOT).as_posix()}" for path in files_below(ROOT, parts or PROGRAM)
    ]
    lines += [f"{name} {number}" for name, number in library_versions().items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@cache
def library_versions() -> Mapping[str, str]:
    """The versions of Python and of the libraries in pyproject.toml, by name; "" where one is not installed."""
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
    """The files `names` below `root` and all files in the folders `names`, sorted by path."""
    files: list[Path] = []
    for name in names:
        path = root / name
        files += [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sorted(file for file in files if "__pycache__" not in file.parts)
