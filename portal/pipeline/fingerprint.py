"""What a site is made from, as sums: the package, the content, the program and the libraries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.core.config import SiteConfig
from portal.core.files import file_digest
from portal.core.models import ERASED, MAX_FILE
from portal.core.program import ROOT, code_digest, files_below, library_versions
from portal.history import history_digest


def input_sums(descriptor: Path, root: Path) -> dict[str, str]:
    """The SHA-256 of every file that the city edits, by name: the package, `content/` and `pyproject.toml`.

    `descriptor` is the package's datapackage.json; `root` the folder of the program. Of what is no package it is the
    descriptor alone: whoever validates it will say why.
    """
    folder = descriptor.parent
    package = {descriptor, folder / ERASED, *_resources(descriptor), *(folder / "content" / "projects").glob("*.md")}
    found = {_name(path, folder): path for path in package if path.is_file()}
    found |= {_name(path, root): path for path in files_below(root, ["pyproject.toml", "content"])}
    return {name: file_digest(found[name]) for name in sorted(found) if _is_readable(found[name])}


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


def build_fingerprint(descriptor: Path, config: SiteConfig, *, patterns: bool) -> dict[str, Any]:
    """What a site is made from: where this is the same, so is every byte of it."""
    return {
        "inputs": input_sums(descriptor, ROOT),
        "program": code_digest(),
        "versions": library_versions(),
        "history": history_digest(descriptor),
        "base_url": config.base_url,
        "patterns": patterns,
    }
