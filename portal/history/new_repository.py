"""The repository of a new city: its files become the first release of its history.

The folder is the program's own, just made, so git may be what its user has set it to be: it asks who commits.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from portal.core.problems import shorten


def commit_first_release(folder: Path, message: str) -> str:
    """Make a folder a repository, whose branch `main` has all its files in one commit, by the user of this machine.

    Returns "", or why there is no commit, as the end of a sentence; without git there is no repository either.
    """
    if shutil.which("git") is None:
        return "git is not installed"
    steps = (("init", "-q", "-b", "main"), ("config", "user.name"), ("config", "user.email"), ("add", "-A"))
    for step in (*steps, ("-c", "commit.gpgsign=false", "commit", "-q", "-m", message)):
        done = _git(folder, *step)
        if done.returncode and step[0] == "config":
            return "git does not know your name and address yet"
        if done.returncode:
            return f"git says: {shorten(done.stderr, 200)}"
    return ""


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Those of a hook or another repository would lead git to that one.
    elsewhere = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in elsewhere}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", env=environment, stdin=subprocess.DEVNULL
    )
