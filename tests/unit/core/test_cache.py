"""Results that are kept between builds: whole or not at all, and never trusted."""

import gzip
from pathlib import Path

import pytest

from portal.core.cache import Cache


def test_a_value_is_found_again_under_its_name(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "cache")
    assert cache.get("year/2566") is None
    cache.put("year/2566", {"ก": [1, None, "x"]})
    assert cache.get("year/2566") == {"ก": [1, None, "x"]}


@pytest.mark.parametrize(
    "damage",
    [b"", b"no gzip", gzip.compress(b'{"half'), gzip.compress(b"\xff"), gzip.compress(b"x" * 99)[:20], b"\x1f\x8b" * 9],
)
def test_a_damaged_value_is_none(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(tmp_path)
    cache.put("a", [1])
    next(tmp_path.glob("a*")).write_bytes(damage)
    assert cache.get("a") is None


def test_a_folder_that_cannot_be_written_loses_the_value_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file")
    cache.put("a", 1)
    assert cache.get("a") is None


def test_the_same_value_is_the_same_bytes_and_leaves_no_other_file(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        Cache(tmp_path / folder).put("a", {"x": 1})
    (one,), (two,) = (list((tmp_path / folder).iterdir()) for folder in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_results_of_other_code_are_removed_and_those_of_the_same_code_stay(tmp_path: Path) -> None:
    stale = tmp_path / "kind" / "0123456789abcdef"
    stale.mkdir(parents=True)
    Cache(tmp_path).by_code("kind", "build.py").put("a", 1)
    assert not stale.exists()
    assert Cache(tmp_path).by_code("kind", "build.py").get("a") == 1
    assert Cache(tmp_path).by_code("kind", "portal/core").get("a") is None
