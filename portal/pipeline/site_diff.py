"""Two sites -> the files that differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.core.files import plain_file_digest
from portal.core.problems import UsageError
from portal.pipeline.manifest import FILES, MARKER, files_of


def compare_sites(older: Path, newer: Path) -> Iterator[tuple[str, str]]:
    """Each file that differs, by name, with what happened to it: "added", "removed" or "changed".

    What a site says of its own build is left out. Raises UsageError for a folder that is no site of this program.
    """
    for folder in (older, newer):
        if not (folder / MARKER).is_file():
            raise UsageError(f"{folder}: this is no site of this program: it has no {MARKER}.")
    before, after = ({name for name, _ in files_of(folder)} - {MARKER, FILES} for folder in (older, newer))
    for name in sorted(before | after):
        if name not in after:
            yield name, "removed"
        elif name not in before:
            yield name, "added"
        elif not _is_same(older / name, newer / name):
            yield name, "changed"


def _is_same(older: Path, newer: Path) -> bool:
    """Whether two files have the same bytes, whatever their modes; what is no plain file is the same as nothing."""
    try:
        return plain_file_digest(older) == plain_file_digest(newer)
    except OSError:
        return False
