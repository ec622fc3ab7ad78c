"""The site's folder: written beside the published one, then put in its place whole."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from portal.problems import UsageError
from portal.processes import unstoppable

MARKER = "build-info.json"
"""The file by which a folder is known as a site of this program, which it may replace."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2

_OUT_OF_ROOM = tuple(os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT))
"""What the system says where nothing more can be written, in the words that libraries and programs pass on."""


def write_file(folder: Path, name: str, data: bytes) -> None:
    """Write `data` to the file `name` below `folder`, making folders as needed."""
    path = folder / name
    try:
        # A file that is there already may be a published one by another name, and must not be written into.
        file = path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("xb")
    except FileExistsError:
        path.unlink()
        file = path.open("xb")
    with file:
        file.write(data)


@contextmanager
def staged(output: Path, *sources: Path) -> Iterator[Path]:
    """An empty folder beside `output` that takes its place when the block ends well, in one step.

    When the block raises, or the process dies, `output` stays as it was; what is left over goes with the next build.
    Raises UsageError where `output` is not a site of this program, holds one of the `sources` that the site is made
    from, cannot be written, or another build is under way; and in place of what the block raises where that comes of a
    full disk.
    """
    given, stage = output, None
    try:
        output = _own_folder(output, sources)
        output.parent.mkdir(parents=True, exist_ok=True)
        with _beside(output, "lock").open("w") as handle:
            if not _locked(handle, _beside(output, "lock")):
                raise UsageError(f"{given}: another build is writing this folder. Wait for it to end.")
            try:
                _clean_up(output)
                # A name of its own: what a killed build's processes still write does not end up in this one's.
                stage = _beside(output, f"staging-{secrets.token_hex(4)}")
                stage.mkdir()
                yield stage
                _flush(stage)
                with unstoppable():
                    _swap(stage, output)
                    _remove_left_over(output)
            finally:
                with unstoppable():
                    _remove_left_over(output)
                    _beside(output, "lock").unlink(missing_ok=True)
    except Exception as error:
        if said := _in_words(error, given, output, stage):
            raise UsageError(said) from error
        raise


def _beside(output: Path, kind: str) -> Path:
    """The path of what a build keeps beside `output`."""
    return output.with_name(f".{output.name}.{kind}")


def _locked(handle: IO[str], lock: Path) -> bool:
    """Whether this process alone holds the lock; a file that its last holder removed meanwhile locks nothing."""
    try:
        # Not flock, which a killed build's workers would go on holding.
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(handle.fileno()), lock.stat())
    except (BlockingIOError, PermissionError, FileNotFoundError):
        return False


def _own_folder(given: Path, sources: Iterable[Path]) -> Path:
    """The folder that `given` names, without links and dots. Raises UsageError where it is not the site's alone."""
    output = given.resolve()
    if given.is_symlink() or (output.exists() and not output.is_dir()):
        raise UsageError(f"{given}: this is not a folder. Give --output a folder for the site alone.")
    if output.is_dir() and any(output.iterdir()) and not (output / MARKER).is_file():
        raise UsageError(f"{given}: this folder holds other files. Give --output an empty or a new folder.")
    if os.path.ismount(output):
        raise UsageError(f"{given}: a file system is mounted here. Give --output a folder within it.")
    for source in sources:
        if source.resolve().is_relative_to(output):
            raise UsageError(f"{given}: this folder holds {source}. Give --output a folder for the site alone.")
    return output


def _left_over(output: Path) -> list[Path]:
    """The folders beside `output` that builds left there."""
    names = re.compile(rf"\.{re.escape(output.name)}\.(staging(-[0-9a-f]{{8}})?|old)")
    return [path for path in output.parent.iterdir() if names.fullmatch(path.name)]


def _remove_left_over(output: Path) -> None:
    for folder in _left_over(output):
        shutil.rmtree(folder, ignore_errors=True)


def _clean_up(output: Path) -> None:
    """Undo what a killed build left. Raises UsageError where something cannot be removed."""
    old = _beside(output, "old")
    if old.is_dir() and not output.exists():
        old.rename(output)
    # Pagefind, orphaned by the kill, may be writing still.
    for _ in range(20):
        _remove_left_over(output)
        if not (left := _left_over(output)):
            return
        time.sleep(0.1)
    raise UsageError(f"{left[0]}: an earlier build left this, and it cannot be removed. Remove it.")


def _flush(folder: Path) -> None:
    """Have all of the file system of `folder` on the disk: a name must not get there before what it names.

    For 2,400 files it takes 0.04 s, where asking for each file takes 0.5 s. Raises OSError where something that seemed
    to be written was not.
    """
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(descriptor)


def _swap(stage: Path, output: Path) -> None:
    """Put `stage` in the place of `output`; on Linux both change places at once, so that no moment has neither."""
    if not output.exists():
        stage.rename(output)
    elif not _exchange(stage, output):
        old = _beside(output, "old")
        output.rename(old)
        try:
            stage.rename(output)
        except OSError:
            old.rename(output)
            raise
    # What was replaced may only go once the exchange is on the disk. It has happened, whatever is said of it here.
    with suppress(OSError):
        descriptor = os.open(output.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step (renameat2, Linux 3.15); False where the system or the file system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _in_words(error: Exception, given: Path, output: Path, stage: Path | None) -> str | None:
    """One sentence on what cannot be written, by the name that it would have in the site; None for another error."""
    if isinstance(error, OSError) and error.errno is not None:
        path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else given
        if stage is not None and path.is_relative_to(stage):
            path = given / path.relative_to(stage)
        return f"{path}: cannot be written: {error.strerror}."
    # Polars, XlsxWriter and Pagefind have errors of their own, which say what the system said, or come of what does.
    cause: BaseException | None = error
    while cause is not None:
        if words := next((words for words in _OUT_OF_ROOM if words in str(cause)), None):
            return f"{given}: cannot be written: {words}."
        cause = cause.__cause__ or cause.__context__
    return None


def site_info(about: Mapping[str, Any], stage: Path, known: Mapping[str, str] | None = None) -> bytes:
    """`build-info.json`: what the site was made from, and one SHA-256 over the names and sums of all its files.

    `known` are the sums of files that need not be read again.
    """
    content = dict(about) | {"manifest_sha256": manifest_sum(stage, known or {})}
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def read_info(folder: Path) -> dict[str, Any]:
    """The `build-info.json` of a site; empty where there is none that can be read."""
    try:
        content = json.loads((folder / MARKER).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def is_whole(folder: Path, info: Mapping[str, Any]) -> bool:
    """Whether every file of a site is as it was published, by its `build-info.json`."""
    try:
        return bool(info.get("manifest_sha256") == manifest_sum(folder, {}))
    except OSError:
        return False


def differences(published: Path, fresh: Path) -> list[tuple[str, str]]:
    """The files that are not the same in two sites, by name, each with what is the matter with it in the first."""
    found = []
    ours, theirs = ({*_names(folder), MARKER} for folder in (published, fresh))
    for name in sorted(ours | theirs):
        if name not in theirs:
            found.append((name, "is not made by a build"))
        elif name not in ours:
            found.append((name, "is missing"))
        elif not is_intact(published / name, file_sum(fresh / name)):
            found.append((name, "differs"))
    return found


def is_intact(file: Path, digest: str) -> bool:
    """Whether a file is there, and has this SHA-256."""
    try:
        return file_sum(file) == digest
    except OSError:
        return False


def manifest_sum(folder: Path, known: Mapping[str, str]) -> str:
    r"""The SHA-256 of what `sha256sum` prints of all files but `build-info.json`, in the order of their names.

    `find . -type f ! -name build-info.json -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum` in the
    folder makes the same.
    """
    names = sorted(_names(folder), key=os.fsencode)
    unknown = [name for name in names if name not in known]
    with ThreadPoolExecutor() as threads:
        sums = {**known, **dict(zip(unknown, threads.map(lambda name: file_sum(folder / name), unknown), strict=True))}
    return hashlib.sha256("".join(f"{sums[name]}  {name}\n" for name in names).encode()).hexdigest()


def file_sum(path: Path) -> str:
    """The SHA-256 of a file. Raises OSError where it cannot be read, or is but a link to one: no build makes links."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sizes_of(folder: Path) -> list[int]:
    """The bytes of each file of a site."""
    return [file.stat(follow_symlinks=False).st_size for _, file in _files(folder)]


def _names(folder: Path) -> Iterator[str]:
    """Every file of a site but the marker, relative to the folder."""
    return (name for name, _ in _files(folder) if name != MARKER)


def _files(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file below a folder, with its name relative to it."""
    below = [""]
    while below:
        at = below.pop()
        with os.scandir(folder / at) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    below.append(f"{at}{entry.name}/")
                else:
                    yield f"{at}{entry.name}", entry
