"""A new city is made whole, or not at all."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from portal.core.problems import UsageError
from portal.imports import CsvMapping, NewCity, create_city

from tests.unit.scripts.test_docs import SETTINGS


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """For the block, this process can write no file of more bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def new_city(folder: Path) -> NewCity:
    file = folder / "theirs.csv"
    file.write_text("id,title\n1,Road\n", "utf-8")
    mapping = CsvMapping("projects", {"id": "project_id", "title": "title"}, {"source_id": "first-csv"})
    return NewCity(SETTINGS, ["en"], file, mapping, date(2026, 1, 1))


@pytest.mark.parametrize("size", [0, 50_000])
def test_what_cannot_be_written_is_named_and_leaves_nothing(tmp_path: Path, size: int) -> None:
    city = new_city(tmp_path)
    with files_up_to(size), pytest.raises(UsageError, match=r"File too large.*Nothing was written"):
        create_city(tmp_path / "city", city)
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.csv"]


def test_a_signal_in_the_moment_the_folder_is_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Path.mkdir

    def interrupted(path: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        make(path, mode, parents, exist_ok)
        signal.raise_signal(signal.SIGINT)

    city = new_city(tmp_path)
    monkeypatch.setattr(Path, "mkdir", interrupted)
    with pytest.raises(KeyboardInterrupt):
        create_city(tmp_path / "city", city)
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.csv"]
