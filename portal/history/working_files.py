"""A commit and the files of the work tree -> the files that differ, by their bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.history.git import Commit, Repository, blob_id, file_ids


def changed_files(repository: Repository, commit: Commit, paths: Sequence[str]) -> list[str]:
    """The files at or below `paths` that differ from those in `commit`; all relative to the top of the repository.

    Git itself is not asked: its index may be outdated, and reading the work tree would run the repository's filters.
    """
    top = repository.work_tree
    committed = {file: entry.id for path in paths for file, entry in repository.files_below(commit, path)}
    present = {file.relative_to(top).as_posix(): file for path in paths for file in _files_below(top / path)}
    names = committed.keys() | present.keys()
    return sorted(name for name in names if not _is_unchanged(present.get(name), committed.get(name)))


def _files_below(path: Path) -> Iterator[Path]:
    """The file or link at `path`, or all that are within that folder."""
    files = path.rglob("*") if path.is_dir() and not path.is_symlink() else [path]
    yield from (file for file in files if (file.is_file() or file.is_symlink()) and "__pycache__" not in file.parts)


def _is_unchanged(file: Path | None, blob: str | None) -> bool:
    """Whether a file has the bytes of a blob; None is a file that is not there."""
    if file is None or blob is None:
        return False
    if file.is_symlink():
        return blob == blob_id(os.fsencode(file.readlink()), like=blob)
    return blob in file_ids(file, like=blob)
