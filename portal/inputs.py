"""What a site is made from, as sums: the package, the content, the program and the libraries."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

from portal.models import ERASED, MAX_FILE

PROGRAM = ("build.py", "requirements.txt", "portal", "templates", "locales")
"""The files and folders of the program: whatever it made is made anew where one of them is another."""


def input_sums(descriptor: Path, root: Path) -> dict[str, str]:
    """The SHA-256 of every file that the city edits, by name: the package, `content/` and `pyproject.toml`.

    `descriptor` is the package's datapackage.json; `root` the folder of the program. Of what is no package it is the
    descriptor alone: whoever validates it will say why.
    """
    folder = descriptor.parent
    package = {descriptor, folder / ERASED, *_resources(descriptor), *(folder / "content" / "projects").glob("*.md")}
    found = {_name(path, folder): path for path in package if path.is_file()}
    found |= {_name(path, root): path for path in _files(root, ["pyproject.toml", "content"])}
    return {name: _sum(found[name]) for name in sorted(found) if _is_readable(found[name])}


def _is_readable(path: Path) -> bool:
    """Whether a file is small enough to be read; whoever validates it says so where it is not."""
    return path.stat().st_size <= MAX_FILE


def _resources(descriptor: Path) -> Iterator[Path]:
    if not _is_readable(descriptor):
        return
    try:
        resources = json.loads(descriptor.read_bytes())["resources"]
        yield from [descriptor.parent / one["path"] for one in resources]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def program_sum(root: Path) -> str:
    """Names the program: the sums of its own files, and the versions of what it runs with."""
    lines = [f"{_sum(path)}  {_name(path, root)}" for path in _files(root, PROGRAM)]
    lines += [f"{name} {version}" for name, version in versions(root).items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def versions(root: Path) -> dict[str, str]:
    """The versions of Python and of the libraries that pyproject.toml names; "" for one that is not installed."""
    found = {"python": platform.python_version()}
    for wanted in (
        tomllib.loads((root / "pyproject.toml").read_text("utf-8")).get("project", {}).get("dependencies", ())
    ):
        name = re.split(r"[^A-Za-z0-9_-]", wanted, maxsplit=1)[0]
        try:
            found[name] = installed(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def _files(root: Path, names: Iterable[str]) -> list[Path]:
    found = []
    for name in names:
        path = root / name
        found += [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sorted(one for one in found if "__pycache__" not in one.parts)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
