"""Files of the site: how each is written, and how it is compared with the file that was published.

The folder in which a build writes (the stage) holds files of the published site as hard links: the same file under a
second name. So an existing file is never opened for writing. A new one is written under another name, and renamed.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILE_MODE = 0o644
"""The mode of every published file, whatever the umask: a web server runs as another user."""

FOLDER_MODE = 0o755
"""The mode of every published folder."""

UNFINISHED = ".new-"
"""The first characters in the name of a file that is being written."""


@contextmanager
def new_file(path: Path, mode: int = FILE_MODE) -> Iterator[Path]:
    """Yield another path, at which the block writes a file; after the block it has this mode and the name `path`.

    Makes the folder where it is missing. If the block raises, the unfinished file is deleted. Every published file is
    written so, also those that libraries and programs write.
    """
    folder = os.path.dirname(path) or os.curdir
    make_folder(folder)
    unfinished = _unfinished(folder)
    try:
        yield Path(unfinished)
        os.chmod(unfinished, mode)
        os.replace(unfinished, path)
    except BaseException:
        _delete(unfinished)
        raise


def write_file(folder: Path, name: str, data: bytes) -> None:
    """Write `data` to the file `name` below `folder`, as `new_file` does.

    Called for every page. So it uses the functions of `os`, which take half the time of those of `pathlib`.
    """
    path = os.path.join(folder, name)
    parent = os.path.dirname(path)
    unfinished = _unfinished(parent)
    try:
        try:
            file = _create(unfinished)
        except FileNotFoundError:
            make_folder(parent)
            file = _create(unfinished)
        try:
            # One call may write a part alone.
            written = 0
            while written < len(data):
                written += os.write(file, memoryview(data)[written:])
            os.fchmod(file, FILE_MODE)
        finally:
            os.close(file)
        os.replace(unfinished, path)
    except BaseException:
        _delete(unfinished)
        raise


def make_folder(folder: str) -> None:
    """Make a folder and those above it, where they are missing."""
    try:
        os.mkdir(folder)
    except FileExistsError:
        return
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)


def remove_folder(folder: Path) -> bool:
    """Remove a folder in which a process of a build that has ended may be writing a last file; whether it is gone."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return True
        time.sleep(0.1)
    return False


def _unfinished(folder: str) -> str:
    return os.path.join(folder, f"{UNFINISHED}{secrets.token_hex(8)}")


def _create(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)


def _delete(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file; a link is followed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plain_file_digest(path: Path) -> str:
    """The SHA-256 of a plain file. Raises OSError where it cannot be read, or is a link, a pipe or a device."""
    return _digest_and_mode(path)[0]


def difference(path: Path, digest: str) -> str | None:
    """How a file differs from the published one with this SHA-256, as the end of a sentence; None where it does not."""
    try:
        found, mode = _digest_and_mode(path)
    except FileNotFoundError:
        return "is missing"
    except OSError:
        return "is not a plain file that can be read"
    if found != digest:
        return "differs"
    return None if mode == FILE_MODE else f"has the mode {mode:o}, not {FILE_MODE:o}"


_PART = 1 << 20
"""Bytes that are read at a time, at most."""


def _digest_and_mode(path: Path) -> tuple[str, int]:
    """The SHA-256 and the mode of a plain file; see `plain_file_digest`.

    For the files of a site, most of them small, it takes two thirds of the time of `hashlib.file_digest`.
    """
    descriptor = _open_plain(path)
    try:
        status, digest = os.fstat(descriptor), hashlib.sha256()
        # The file is asked once more after its last byte.
        while part := os.read(descriptor, min(status.st_size + 1, _PART)):
            digest.update(part)
    finally:
        os.close(descriptor)
    return digest.hexdigest(), stat.S_IMODE(status.st_mode)


def is_unmodified(path: Path, digest: str) -> bool:
    """Whether a file is still the published one with this SHA-256, and has the mode of published files."""
    return difference(path, digest) is None


FileState = tuple[int, int, int, int]
"""What the file system says of a file: its bytes, its number, and when it was written and last changed in any way (ns).

No program can set the last on the file systems of Linux and macOS: where all four are the same as before, so are the
bytes, as Git assumes of its index too.
"""


def file_state(status: os.stat_result) -> FileState:
    """The state of a file with this status."""
    return status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def is_same_file(path: str, other: str) -> bool:
    """Whether two paths name the same plain file; a link is not followed."""
    try:
        status = os.lstat(path)
        return stat.S_ISREG(status.st_mode) and os.path.samestat(status, os.lstat(other))
    except OSError:
        return False


@contextmanager
def open_plain(path: Path) -> Iterator[io.FileIO]:
    """Open a plain file to read. Raises OSError where it cannot be read, or is a link, a pipe or a device.

    The ordinary `open` waits at a pipe until another program writes to it.
    """
    with io.FileIO(_open_plain(path)) as file:
        yield file


def _open_plain(path: Path) -> int:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is not a plain file")
    return descriptor
