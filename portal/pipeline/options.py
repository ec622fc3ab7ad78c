"""What a build is asked to do."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from portal.core.program import ROOT


def available_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What the command line asks for."""

    package: Path = ROOT
    """A datapackage.json or the folder that holds one."""
    output: Path = ROOT / "site"
    """The folder that is published."""
    base_url: str | None = None
    """The address of the site; None: that of pyproject.toml."""
    jobs: int = field(default_factory=available_cores)
    """Worker processes."""
    scheduler: str | None = None
    """The address of a Dask cluster that works instead of processes."""
    patterns: bool = False
    """Whether the page of all components is built too."""
    accept_rewritten: bool = False
    """Whether a site is built although a published release is no longer in the history."""
    reuse: bool = True
    """Whether files of the previous site are used again where they would be made the same."""
    cache: Path = ROOT / ".cache"
    """The folder of results of earlier builds."""
    published: Path | None = None
    """The site whose list of releases is continued; None: the one that is replaced."""
