"""A new city is made whole, or not at all."""

from __future__ import annotations

import resource
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


@pytest.mark.parametrize("size", [0, 50_000])
def test_what_cannot_be_written_is_named_and_leaves_nothing(tmp_path: Path, size: int) -> None:
    file = tmp_path / "theirs.csv"
    file.write_text("id,title\n1,Road\n", "utf-8")
    mapping = CsvMapping("projects", {"id": "project_id", "title": "title"}, {"source_id": "first-csv"})
    city = NewCity(SETTINGS, ["en"], file, mapping, date(2026, 1, 1))
    with files_up_to(size), pytest.raises(UsageError, match=r"File too large.*Nothing was written"):
        create_city(tmp_path / "city", city)
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.csv"]
