"""Folders as the bytes of their files: made once, and written wherever a test needs a copy."""

from collections.abc import Mapping
from pathlib import Path


def read_folder(root: Path) -> dict[str, bytes]:
    """The bytes of every file below `root`, by its path from there."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def write_folder(root: Path, files: Mapping[str, bytes]) -> None:
    """Write files, by their paths from `root`, and the folders that they need."""
    for folder in {(root / name).parent for name in files}:
        folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (root / name).write_bytes(data)
