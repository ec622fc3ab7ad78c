"""The site's folder: written beside the published one, then put in its place whole."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from portal.problems import UsageError

MARKER = "build-info.json"
"""The file by which a folder is known as a site of this program, which it may replace."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def write_file(folder: Path, name: str, data: bytes) -> None:
    """Write `data` to the file `name` below `folder`, making folders as needed."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """An empty folder beside `output` that takes its place when the block ends well, in one step.

    When the block raises, or the process dies, `output` stays as it was; what is left over goes with the next build.
    Raises UsageError where `output` is not a site of this program, cannot be written, or another build is under way.
    """
    output = output.absolute()
    _refuse_foreign(output)
    stage = output.with_name(f".{output.name}.staging")
    lock = output.with_name(f".{output.name}.lock")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as handle:
            if not _locked(handle, lock):
                raise UsageError(f"{output}: another build is writing this folder. Wait for it to end.")
            shutil.rmtree(stage, ignore_errors=True)
            stage.mkdir()
            try:
                yield stage
                _swap(stage, output)
            finally:
                shutil.rmtree(stage, ignore_errors=True)
                lock.unlink(missing_ok=True)
    except OSError as error:
        if error.errno is None:
            raise
        raise UsageError(f"{error.filename or output}: cannot be written: {error.strerror or error}.") from error


def _locked(handle: IO[str], lock: Path) -> bool:
    """Whether this process alone holds the lock; a file that its last holder removed meanwhile locks nothing."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(handle.fileno()), lock.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _refuse_foreign(output: Path) -> None:
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise UsageError(f"{output}: this is not a folder. Give --output a folder for the site alone.")
    if output.is_dir() and any(output.iterdir()) and not (output / MARKER).is_file():
        raise UsageError(f"{output}: this folder holds other files. Give --output an empty or a new folder.")


def _swap(stage: Path, output: Path) -> None:
    """Put `stage` in the place of `output`; on Linux both change places at once, so that no moment has neither."""
    if not output.exists():
        stage.rename(output)
        return
    if not _exchange(stage, output):
        old = output.with_name(f".{output.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        output.rename(old)
        stage.rename(output)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Whether the system could exchange the two folders in one step (renameat2, Linux 3.15)."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    result: int = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return result == 0


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
    return bool(info.get("manifest_sha256") == manifest_sum(folder, {}))


def differences(published: Path, fresh: Path) -> list[tuple[str, str]]:
    """The files that are not the same in two sites, by name, each with what is the matter with it in the first."""
    found = []
    ours, theirs = ({*_names(folder), MARKER} for folder in (published, fresh))
    for name in sorted(ours | theirs):
        if name not in theirs:
            found.append((name, "is not made by a build"))
        elif name not in ours:
            found.append((name, "is missing"))
        elif file_sum(published / name) != file_sum(fresh / name):
            found.append((name, "differs"))
    return found


def manifest_sum(folder: Path, known: Mapping[str, str]) -> str:
    r"""The SHA-256 of what `sha256sum` prints of all files but `build-info.json`, in the order of their names.

    `find . -type f ! -name build-info.json -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum` in the
    folder makes the same.
    """
    names = sorted(_names(folder), key=os.fsencode)
    with ThreadPoolExecutor() as threads:
        sums = threads.map(lambda name: known.get(name) or file_sum(folder / name), names, chunksize=64)
        manifest = hashlib.sha256()
        for name, digest in zip(names, sums, strict=True):
            manifest.update(f"{digest}  {name}\n".encode())
    return manifest.hexdigest()


def file_sum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb", buffering=0) as file:
        return hashlib.sha256(file.read()).hexdigest()


def _names(folder: Path) -> Iterator[str]:
    """Every file of a site but the marker, relative to the folder."""
    for path, _, files in os.walk(folder):
        below = os.path.relpath(path, folder)
        yield from (name if below == "." else f"{below}/{name}" for name in files if below != "." or name != MARKER)
