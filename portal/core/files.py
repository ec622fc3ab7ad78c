"""Files of a site: how each is written, and what a file that was published is known by.

The stage of a build holds files of the published site under other names (hard links). So a name that is there is
replaced, and never opened for writing.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_MODE = 0o644
"""Of every file that is published, whatever the umask: a web server runs as another user."""

FOLDER_MODE = 0o755

UNFINISHED = ".new-"
"""Begins the name of a file that is being written."""


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A path at which the block writes a file, which gets the name `path` when the block ends well.

    Makes folders as needed, and leaves nothing when the block raises. Everything that is published is written so, also
    by libraries and programs.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{UNFINISHED}{secrets.token_hex(8)}")
    try:
        yield unfinished
        unfinished.chmod(FILE_MODE)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_file(folder: Path, name: str, data: bytes) -> None:
    """Write `data` to the file `name` below `folder`, making folders as needed."""
    with new_file(folder / name) as path:
        path.write_bytes(data)


def file_sum(path: Path) -> str:
    """The SHA-256 of a plain file. Raises OSError where it cannot be read, or is a link, a pipe or a device."""
    with open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def difference(path: Path, digest: str) -> str | None:
    """How a file is not as it was published, with this SHA-256; None where it is."""
    try:
        with open_plain(path) as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                return "differs"
    except FileNotFoundError:
        return "is missing"
    except OSError:
        return "is not a plain file that can be read"
    return None if mode == FILE_MODE else f"has the mode {mode:o}, not {FILE_MODE:o}"


def is_unmodified(path: Path, digest: str) -> bool:
    """Whether a file is as it was published, with this SHA-256."""
    return difference(path, digest) is None


@contextmanager
def open_plain(path: Path) -> Iterator[io.FileIO]:
    """A plain file to read. Raises OSError where it cannot be read, or is a link, a pipe or a device.

    To open a pipe in the ordinary way is to wait for somebody to write into it.
    """
    with io.FileIO(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path} is not a plain file")
        yield file
