"""Results that are kept between builds: whole or not at all, and never trusted."""

import gzip
import signal
from pathlib import Path

import pytest

from portal.core.cache import Cache


def test_a_value_is_found_again_under_its_name(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "cache")
    assert cache.get("year/2566") is None
    cache.put("year/2566", {"ก": [1, None, "x"]})
    assert cache.get("year/2566") == {"ก": [1, None, "x"]}


DAMAGES = {
    "empty": b"",
    "no gzip": b"no gzip",
    "half of a text": gzip.compress(b'{"half'),
    "no UTF-8": gzip.compress(b"\xff"),
    "half of a file": gzip.compress(b"x" * 99)[:12],
    "no deflate": gzip.compress(b"x" * 99)[:12] + b"\xff" * 20,
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_value_is_none(tmp_path: Path, name: str) -> None:
    cache = Cache(tmp_path)
    cache.put("a", [1])
    next(tmp_path.glob("a*")).write_bytes(DAMAGES[name])
    assert cache.get("a") is None


def test_a_folder_that_cannot_be_written_loses_the_value_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file")
    cache.put("a", 1)
    assert cache.get("a") is None


def test_a_signal_while_a_value_is_saved_leaves_the_one_before_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Cache(tmp_path).put("a", "before")
    monkeypatch.setattr("os.replace", lambda *paths: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        Cache(tmp_path).put("a", "after")
    assert Cache(tmp_path).get("a") == "before"
    assert len(list(tmp_path.iterdir())) == 1


def test_nobody_else_may_read_a_value(tmp_path: Path) -> None:
    Cache(tmp_path).put("a", "withheld")
    assert (tmp_path / "a.json.gz").stat().st_mode & 0o777 == 0o600


def test_the_same_value_is_the_same_bytes_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for moment, folder in ((1e9, "one"), (2e9, "two")):
        monkeypatch.setattr("time.time", lambda moment=moment: moment)
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
