"""The site's folder: written beside the published one, then put in its place whole."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
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


def build_info(stage: Path, about: Mapping[str, Any]) -> bytes:
    """`build-info.json`: what the site was made from, and one SHA-256 over the names and bytes of all its files."""
    manifest = hashlib.sha256()
    for path in sorted(p for p in stage.rglob("*") if p.is_file()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest.update(f"{digest}  {path.relative_to(stage).as_posix()}\n".encode())
    content = dict(about) | {"manifest_sha256": manifest.hexdigest()}
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
