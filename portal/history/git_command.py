"""Where the repository of a folder is, and the only place that starts git.

A package that somebody sent may bring a repository whose settings, attributes and hooks name programs. None of them
runs: only objects and references are read, never the index nor the files of the work tree, so that nothing is filtered,
refreshed or written; what a partial clone left out is not fetched; and settings that could still name a program are
overridden. So the owner of a repository need not be trusted, and `safe.directory` need not be set: it is not asked for
where `--git-dir` is given, as in a container of CI whose checkout belongs to somebody else.
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
    "core.deltaBaseCacheLimit=512m",
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
"""What a repository may set that would run a program, or tell another history than its commits: see git-config(1)."""

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
"""Neither the user's settings nor grafts nor replacements change what a site says: it depends on the commits alone."""


@dataclass(frozen=True, slots=True)
class Place:
    """A repository that has a work tree."""

    top: Path
    """The uppermost folder of the work tree."""
    git: Path
    """The repository's own folder; that of a linked work tree is within the one that it shares."""
    common: Path
    """Where the objects and the references are."""


def place_of(folder: Path) -> Place | None:
    """The repository whose work tree holds `folder`, an absolute path without links; None where there is none.

    Raises UsageError where what stands there is not a repository of this work tree: a file `.git` or a link may lead to
    any repository of the machine, whose commits are nobody's to publish.
    """
    top = next((one for one in (folder, *folder.parents) if os.path.lexists(one / ".git")), None)
    if top is None:
        return None
    git = _pointed_to(top / ".git")
    common = _common(git)
    place = Place(top, git, common)
    if not _is_trusted(common, folder):
        raise UsageError(
            f"{common} belongs neither to you nor to the owner of {folder}: it is not read. "
            f"Move it away, or have the package and its repository belong to one user."
        )
    if not _is_own(place):
        raise UsageError(
            f"{top / '.git'} leads to the repository {git}, which does not name {top} as its work tree: nothing of it "
            f"is published. Run `git worktree repair` if it is one, set its core.worktree if the repository is kept "
            f"apart, or else remove {top / '.git'}."
        )
    return place


def _pointed_to(entry: Path) -> Path:
    """The folder that is a repository: `entry`, or where that file or link leads. See gitrepository-layout(5)."""
    if not entry.is_file():
        return entry.resolve()
    try:
        text = os.fsdecode(entry.read_bytes()[: 1 << 16]).rstrip("\r\n")
        return (entry.parent / text.removeprefix("gitdir: ")).resolve()
    except (OSError, ValueError) as error:
        raise UsageError(f"{entry} cannot be read: {error}. Mend or remove it.") from error


def _common(git: Path) -> Path:
    pointer = _line(git / "commondir")
    return git if pointer is None else (git / pointer).resolve()


def _line(file: Path) -> str | None:
    """The path that is all that a file holds; None where there is no such file."""
    try:
        return os.fsdecode(file.read_bytes()[: 1 << 16]).rstrip("\r\n").replace("\0", "")
    except OSError:
        return None


def _is_trusted(common: Path, folder: Path) -> bool:
    """Whether nobody else has put the repository into a folder above, such as /tmp, where all may write."""
    if not hasattr(os, "geteuid") or not common.exists():
        return True
    return common.stat().st_uid in {0, os.geteuid(), folder.stat().st_uid}


def _is_own(place: Place) -> bool:
    """Whether the repository is within its work tree, or says itself where that is; and is all in one place."""
    parts = ("HEAD", "commondir", "objects", "packed-refs", "refs")
    if any((place.common / part).is_symlink() for part in parts) or (place.common / "commondir").exists():
        return False
    entry = place.top / ".git"
    if place.common != place.git:
        back, within = _line(place.git / "gitdir"), place.git.parent == place.common / "worktrees"
        return within and back is not None and not entry.is_symlink() and (place.git / back).resolve() == entry
    if place.git == entry:
        return True
    back = os.fsdecode(run(place, "config", "--get", "core.worktree", nothing=True)).rstrip("\n")
    return bool(back) and (place.git / back).resolve() == place.top


def run(place: Place, *arguments: str, nothing: bool = False) -> bytes:
    """What git prints. Raises UsageError where it fails; exit code 1 is no failure where `nothing` is an answer."""
    process = start(place, *arguments)
    out, said = process.communicate()
    if process.returncode and not (nothing and process.returncode == 1):
        raise failure(place, said.decode("utf-8", "replace"))
    return out


def start(place: Place, *arguments: str) -> subprocess.Popen[bytes]:
    """A process of git, with pipes to and from it. Raises UsageError where git is not installed."""
    command = ["git", "--no-pager", f"--git-dir={place.git}", f"--work-tree={place.top}"]
    command += [word for setting in _SETTINGS for word in ("-c", setting)]
    # Whoever started this may have pointed git to another repository, or to a program.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=kept | _ENVIRONMENT,
            pipesize=1 << 20,
        )
    except OSError as error:
        raise UsageError(
            f"git cannot be run ({error.strerror}), but {place.top / '.git'} holds the history of the data. "
            "Install git, or put it on the PATH."
        ) from error


def failure(place: Place, said: str) -> UsageError:
    """What to raise where git cannot read the repository, with what it `said`."""
    lines = [line.strip().removeprefix("fatal: ") for line in said.splitlines() if line.strip()]
    reason = shorten("; ".join(lines[-3:]), 400).rstrip(".") or "it ended without a word"
    return UsageError(
        f"git cannot read the repository of {place.top}: {reason}. Mend it or clone it again, with all of its history; "
        f"without {place.top / '.git'} the site is built without history, and the addresses of its releases go."
    )
