"""Settings and a CSV -> the repository of a new city, with a site that builds; whole, or not at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.config import SiteConfig, read_config
from portal.core.files import FOLDER_MODE, UNFINISHED, remove_folder
from portal.core.problems import BuildError, Problem, UsageError
from portal.core.processes import ignore_signals
from portal.history import commit_first_release
from portal.imports.csv_mapping import import_csv
from portal.imports.mapping_file import mapping_toml
from portal.imports.new_city_files import (
    MAPPING,
    NewCity,
    copy_program,
    settings_toml,
    write_package,
    write_pages,
    write_readme,
    write_settings,
)
from portal.imports.results import ImportResult


@dataclass(frozen=True, slots=True)
class CreatedCity:
    """What was made for a new city."""

    imported: ImportResult
    pages: int
    """The pages of its site."""
    not_committed: str
    """Why its files are not committed, as the end of a sentence; "" where they are."""


def settings_problem(settings: Mapping[str, Any]) -> str:
    """What the program has to say against settings; "" where it accepts them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pyproject.toml"
        file.write_text(settings_toml(settings), "utf-8")
        try:
            read_config(file)
        except UsageError as error:
            return str(error)
    return ""


def check_target(target: Path) -> None:
    """Raise UsageError where a new city cannot be made in the folder `target`: it must be new or empty."""
    if not target.parent.is_dir():
        raise UsageError(f"{target}: there is no folder {target.parent}.")
    if os.path.lexists(target) and (target.is_symlink() or not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is there already. Name a folder that is new or empty; nothing is overwritten.")
    if not os.access(target.absolute().parent, os.W_OK | os.X_OK):
        raise UsageError(f"{target}: you may not write into {target.absolute().parent}.")


def create_city(target: Path, city: NewCity) -> CreatedCity:
    """Make the repository of a city in the folder `target`, import its CSV, commit it, and build its site.

    Raises BuildError with every problem of the data, or UsageError; then `target` is as it was.
    """
    check_target(target)
    try:
        with _unfinished(target.absolute()) as folder:
            config = _write_files(folder, city)
            imported = import_csv(city.file, folder / MAPPING, folder, config.person_titles, config.conventions)
            _run(folder, "check")
            not_committed = commit_first_release(folder, f"Publish the projects of {city.settings['city']}")
            built = _run(folder, "build")
    except OSError as error:
        raise UsageError(f"{_reason(error, target)}. Nothing was written.") from error
    return CreatedCity(imported, built["pages"], not_committed)


def _reason(error: OSError, target: Path) -> str:
    """The file that could not be written, and why; of several, as `shutil` collects them, the first."""
    if isinstance(error, shutil.Error):
        _, file, why = error.args[0][0]
        return f"{file}: {why}"
    return f"{error.filename or target}: {error.strerror}"


def _write_files(folder: Path, city: NewCity) -> SiteConfig:
    copy_program(folder)
    write_settings(folder, city.settings)
    config = read_config(folder / "pyproject.toml")
    write_pages(folder, city.languages)
    write_package(folder, city, config)
    write_readme(folder, city.settings)
    (folder / MAPPING).write_text(mapping_toml(city.mapping, f"What the columns of {city.file.name} are"), "utf-8")
    return config


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Yield a folder beside `target`, which takes its place after the block; if the block raises, it is deleted."""
    folder = target.with_name(f"{UNFINISHED}{target.name}-{secrets.token_hex(8)}")
    try:
        folder.mkdir(FOLDER_MODE)
        yield folder
        check_target(target)
        with ignore_signals():
            _take_place(folder, target)
    except BaseException:
        with ignore_signals():
            remove_folder(folder)
        raise


def _take_place(folder: Path, target: Path) -> None:
    """Make `folder` the folder `target`, or its files those of `target`, which may be where a shell stands."""
    if not target.exists():
        folder.rename(target)
        return
    for path in sorted(folder.iterdir()):
        path.rename(target / path.name)
    folder.rmdir()


def _run(folder: Path, command: str) -> dict[str, Any]:
    """What a command of the program in `folder` says as JSON. Raises BuildError with its problems."""
    started = [sys.executable, str(folder / "build.py"), command, "--format", "json"]
    done = subprocess.run(started, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == 2 or not done.stdout:
        raise UsageError(f"{command}: {done.stderr.strip() or f'ended with {done.returncode}'}")
    said: dict[str, Any] = json.loads(done.stdout)
    if done.returncode:
        names = ("place", "rule", "message", "hint", "row", "field", "value", "line", "count")
        raise BuildError(
            Problem(**{n: one[n] for n in names}, rows=tuple(one["rows"]) if one["count"] > 1 else ())
            for one in said["problems"]
        )
    return said
