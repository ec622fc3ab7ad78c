"""Make the repository of the fictional city in `examples/riverton`, with its history, and build its site.

The commits have authors and dates of the story, so they have the same ids on every machine. The program stands in the
folder beside the data, as in the repository of any city, and is in no commit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from portal.core.program import PROGRAM, ROOT
from scripts.example_story import CITY, DESCRIPTOR, Release, files_at, releases

FOLDER = ROOT / "build" / "riverton"

OWN = ("content", "data", DESCRIPTOR, "pyproject.toml")
"""What is in the commits."""

MARK = ".git/made-by-scripts-example"

OFFICER = "Records Office of Riverton"
ADDRESS = "records@riverton.example"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns the exit code of the build, or 2 where the folder is somebody else's."""
    parser = argparse.ArgumentParser(prog="python -m scripts.example", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="(default: build/riverton)")
    parser.add_argument("--write", action="store_true", help="only write the newest data to examples/riverton")
    values = parser.parse_args(arguments)
    if values.write:
        write_files(CITY, files_at(releases()[-1]))
        return 0
    folder = values.folder.absolute()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        print(f"{folder} is there already, and not made by this command. Name another folder.", file=sys.stderr)
        return 2
    make_repository(folder)
    return subprocess.run([sys.executable, folder / "build.py"]).returncode


def make_repository(folder: Path) -> None:
    """Make the repository in `folder`, which is emptied, and put the program there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _git(folder, "init", "-q", "-b", "main", "--object-format=sha1", "--template=")
    (folder / MARK).touch()
    # The program is not the city's: an update of it is no release.
    (folder / ".git" / "info").mkdir()
    (folder / ".git" / "info" / "exclude").write_text("*\n" + "".join(f"!/{name}\n" for name in OWN) + "!/*/**\n")
    for release in releases():
        _commit(folder, release)
    for name in PROGRAM:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths below `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _commit(folder: Path, release: Release) -> None:
    """Commit a release. The first one has only data: the city described them later."""
    files = files_at(release)
    if release.number == 1:
        del files[DESCRIPTOR]
    else:
        shutil.copytree(CITY / "content", folder / "content", dirs_exist_ok=True)
        shutil.copy(CITY / "pyproject.toml", folder)
    write_files(folder, files)
    _git(folder, "add", "-A", release=release)
    _git(folder, "commit", "-q", "--no-verify", "-m", release.message, release=release)
    if release.tag:
        _git(folder, "tag", release.tag, release=release)


def _git(folder: Path, *arguments: str, release: Release | None = None) -> None:
    """Run git without any setting of this machine, by the officer at nine on the day of the release."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    if release is not None:
        for role in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{role}_NAME": OFFICER, f"GIT_{role}_EMAIL": ADDRESS}
            environment[f"GIT_{role}_DATE"] = f"{release.day}T09:00:00-05:00"
    subprocess.run(["git", "-C", folder, *arguments], check=True, env=environment)


if __name__ == "__main__":
    sys.exit(main())
