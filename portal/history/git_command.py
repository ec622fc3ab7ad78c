"""Finds the repository that a folder is in, and runs git on it: the only code that starts git on one that others made.

A package that somebody sent may bring a repository whose settings, attributes and hooks name programs. None of these
programs runs: git reads objects and references only, never the index or the files of the work tree, so it filters,
refreshes and writes nothing; it does not fetch what a partial clone left out; and the settings that could still name a
program are overridden. So the owner of a repository need not be trusted. Nor is `safe.directory` needed: git does not
check it where `--git-dir` is given, such as in a container of CI whose checkout belongs to another user.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portal.core.problems import UsageError, shorten

_SETTINGS = (
    "advice.graftFileDeprecated=false",
    "core.attributesFile=",
    "core.bare=false",
    "core.commitGraph=false",
    "core.deltaBaseCacheLimit=300m",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.pager=cat",
    "core.sshCommand=false",
    "credential.helper=",
    "diff.external=",
    "diff.renameLimit=0",
    "log.mailmap=false",
    "log.showSignature=false",
    "protocol.allow=never",
)
"""Overrides for settings that could run a program, or show another history than the commits: see git-config(1)."""

_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
"""With these, git ignores the user's settings, grafts and replacements: the site depends on the commits alone."""


@dataclass(frozen=True, slots=True)
class RepositoryFolders:
    """The folders of a repository that has a work tree."""

    work_tree: Path
    """The top folder of the work tree."""
    git: Path
    """Git's own folder, mostly `.git`; of a linked work tree (`git worktree`) it is below `common`."""
    common: Path
    """The folder with the objects and the references; the same as `git` but for a linked work tree."""


def find_repository(folder: Path) -> RepositoryFolders | None:
    """The repository whose work tree contains `folder`, an absolute path without links; None if there is none.

    Raises UsageError if the `.git` found there is not the repository of this work tree: a file `.git` or a link may
    lead to any other repository on the machine, whose commits must not be published.
    """
    work_tree = next((parent for parent in (folder, *folder.parents) if os.path.lexists(parent / ".git")), None)
    if work_tree is None:
        return None
    git = _follow_pointer(work_tree / ".git")
    pointer = _read_path(git / "commondir")
    common = git if pointer is None else (git / pointer).resolve()
    folders = RepositoryFolders(work_tree, git, common)
    if not _is_trusted(common, folder):
        raise UsageError(
            f"{common} belongs neither to you nor to the owner of {folder}: it is not read. "
            f"Move it away, or have the package and its repository belong to one user."
        )
    if not _belongs_to_work_tree(folders):
        raise UsageError(
            f"{work_tree / '.git'} leads to the repository {git}, which does not name {work_tree} as its work tree: "
            f"nothing of it is published. Run `git worktree repair` if it is one, set its core.worktree if the "
            f"repository is in another folder, or else remove {work_tree / '.git'}."
        )
    return folders


def _follow_pointer(entry: Path) -> Path:
    """The repository's folder: `entry` itself, or where that file or link points. See gitrepository-layout(5)."""
    if not entry.is_file():
        return entry.resolve()
    try:
        text = os.fsdecode(entry.read_bytes()[: 1 << 16]).rstrip("\r\n")
        return (entry.parent / text.removeprefix("gitdir: ")).resolve()
    except (OSError, ValueError) as error:
        raise UsageError(f"{entry} cannot be read: {error}. Mend or remove it.") from error


def _read_path(file: Path) -> str | None:
    """The path that `file` contains, as its only text; None if the file cannot be read."""
    try:
        return os.fsdecode(file.read_bytes()[: 1 << 16]).rstrip("\r\n").replace("\0", "")
    except OSError:
        return None


def _is_trusted(common: Path, folder: Path) -> bool:
    """Whether the repository belongs to this user, to root, or to the owner of the package's folder.

    Another user may have put a repository into a folder above that everybody may write to, such as /tmp.
    """
    if not hasattr(os, "geteuid") or not common.exists():
        return True
    return common.stat().st_uid in {0, os.geteuid(), folder.stat().st_uid}


def _belongs_to_work_tree(folders: RepositoryFolders) -> bool:
    """Whether the repository is within its work tree, or itself names that work tree; and is not spread over links."""
    parts = ("HEAD", "commondir", "objects", "packed-refs", "refs")
    if any((folders.common / part).is_symlink() for part in parts) or (folders.common / "commondir").exists():
        return False
    entry = folders.work_tree / ".git"
    if folders.common != folders.git:
        is_linked = folders.git.parent == folders.common / "worktrees"
        named_entry = _read_path(folders.git / "gitdir")
        if not is_linked or named_entry is None or entry.is_symlink():
            return False
        return (folders.git / named_entry).resolve() == entry
    if folders.git == entry:
        return True
    work_tree = os.fsdecode(run(folders, "config", "--get", "core.worktree", allow_no_answer=True)).rstrip("\n")
    return bool(work_tree) and (folders.git / work_tree).resolve() == folders.work_tree


def run(folders: RepositoryFolders, *arguments: str, allow_no_answer: bool = False) -> bytes:
    """Run git and return its output. Raises UsageError if git fails.

    With `allow_no_answer`, exit code 1 is no failure: git uses it for "nothing found".
    """
    process = start(folders, *arguments)
    output, error_output = process.communicate()
    if process.returncode and not (allow_no_answer and process.returncode == 1):
        raise failure(folders, error_output.decode("utf-8", "replace"))
    return output


def start(folders: RepositoryFolders, *arguments: str) -> subprocess.Popen[bytes]:
    """Start git with pipes for input, output and errors. Raises UsageError if git is not installed."""
    command = ["git", "--no-pager", f"--git-dir={folders.git}", f"--work-tree={folders.work_tree}"]
    command += [word for setting in _SETTINGS for word in ("-c", setting)]
    # The caller's GIT_… variables may name another repository, or a program.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=inherited | _ENVIRONMENT,
            pipesize=1 << 20,
        )
    except OSError as error:
        raise UsageError(
            f"git cannot be run ({error.strerror}), but {folders.work_tree / '.git'} holds the history of the data. "
            "Install git, or put it on the PATH."
        ) from error


def failure(folders: RepositoryFolders, error_output: str) -> UsageError:
    """The error to raise when git cannot read the repository; `error_output` is what git printed."""
    lines = [line.strip().removeprefix("fatal: ") for line in error_output.splitlines() if line.strip()]
    reason = shorten("; ".join(lines[-3:]), 400).rstrip(".") or "it ended without a message"
    return UsageError(
        f"git cannot read the repository of {folders.work_tree}: {reason}. Mend it or clone it again, with all of its "
        f"history; without {folders.work_tree / '.git'} the site is built without history, and the addresses of its "
        "releases go."
    )
