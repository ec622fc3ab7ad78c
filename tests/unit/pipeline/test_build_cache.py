"""What is known of the files of the last site, and when one of them stands in the new site as it is."""

import gzip
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.core.cache import Cache
from portal.core.files import FileState, file_state, plain_file_digest, write_file
from portal.pipeline.build_cache import (
    CURRENT,
    PREVIOUS,
    SCRATCH,
    CachedPage,
    ShardManifest,
    cached_pages,
    certain_states,
    compare_previous,
    forget_states,
    load_cache,
    previous_pages,
    read_unmodified,
    reuse_files,
    save_cache,
    save_states,
    shared_files,
)
from portal.pipeline.manifest import MARKER
from portal.pipeline.publish import staged
from portal.site import PageLinks

PAGE = CachedPage("key", "0" * 64, PageLinks("/a/", "th", ["top"], ["/b/", "/c/"]))


def manifest(*names: str) -> Any:
    """The content of a shard whose files with these names are all the same page."""
    shard = ShardManifest()
    for name in names:
        shard.add(name, PAGE)
    return shard.content()


def test_pages_are_read_back_as_they_were_noted() -> None:
    content = json.loads(json.dumps(manifest("a/index.html", "en/a/index.html")))
    assert cached_pages(content) == {"a/index.html": PAGE, "en/a/index.html": PAGE}


@pytest.mark.parametrize(
    "content",
    [
        *(None, [], {}, 5, {"names": []}),
        {"names": [], "pages": {"a": ["key"]}},
        {"names": [], "pages": {"a": 5}},
        {"names": [], "pages": {"a": ["key", "sum", "/a/", "th", [0], []]}},
    ],
)
def test_a_damaged_manifest_knows_no_page(content: Any) -> None:
    assert cached_pages(content) == {}


def test_pages_are_found_after_their_year_is_cut_into_other_parts(tmp_path: Path) -> None:
    cache = Cache(tmp_path / PREVIOUS)
    cache.put("2569-2-0000", manifest("a/index.html"))
    cache.put("2569-2-0001", manifest("b/index.html"))
    cache.put("2568-1-0000", manifest("c/index.html"))
    assert previous_pages(tmp_path, "2569-2-0001").keys() == {"b/index.html"}
    assert previous_pages(tmp_path, "2569-4-0003").keys() == {"a/index.html", "b/index.html"}
    assert previous_pages(tmp_path, "2567-1-0000") == {}


@pytest.fixture
def former(tmp_path: Path) -> Path:
    for name in ("index.html", "a/index.html"):
        write_file(tmp_path / "site", name, name.encode())
    return tmp_path / "site"


def sums(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): plain_file_digest(path) for path in site.rglob("*") if path.is_file()}


def test_files_as_they_were_published_are_the_same_files_in_the_new_site(former: Path, tmp_path: Path) -> None:
    assert reuse_files(former, sums(former), tmp_path / "stage", ())
    for name in sums(former):
        assert os.path.samefile(former / name, tmp_path / "stage" / name)


def test_where_one_file_was_altered_none_is_taken_over(former: Path, tmp_path: Path) -> None:
    known = sums(former)
    (former / "a" / "index.html").write_bytes(b"altered")
    assert not reuse_files(former, known, tmp_path / "stage", ())
    assert not (tmp_path / "stage").exists()


def test_where_one_file_goes_missing_none_is_taken_over(former: Path, tmp_path: Path) -> None:
    """It was compared, and removed a moment later."""
    known = dict(sorted(sums(former).items()))
    assert list(known) == ["a/index.html", "index.html"]
    (former / "index.html").unlink()
    assert not reuse_files(former, known, tmp_path / "stage", known)
    assert [path for path in (tmp_path / "stage").rglob("*") if path.is_file()] == []


def scratch_of(tmp_path: Path, states: Any) -> Path:
    """What a build finds in its stage, where the sums of pages are wrong ones."""
    scratch = tmp_path / "scratch"
    Cache(scratch / PREVIOUS).put("2569-1-0000", manifest("index.html", "a/index.html"))
    Cache(scratch / PREVIOUS).put("states", states)
    return scratch


def states_of(site: Path) -> dict[str, FileState]:
    return {name: file_state((site / name).stat()) for name in sums(site)}


def test_a_file_with_the_state_in_which_it_was_published_is_not_read(former: Path, tmp_path: Path) -> None:
    scratch = scratch_of(tmp_path, states_of(former))
    compare_previous(former, scratch)
    assert read_unmodified(scratch) == {"index.html", "a/index.html"}


def test_a_file_that_was_written_to_is_read_though_it_says_that_it_was_not(former: Path, tmp_path: Path) -> None:
    file = former / "a" / "index.html"
    scratch, before = scratch_of(tmp_path, states_of(former)), file.stat()
    # A tick of the clock, by which the system counts.
    time.sleep(0.02)
    file.write_bytes(file.read_bytes().upper())
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    compare_previous(former, scratch)
    assert read_unmodified(scratch) == {"index.html"}


def test_a_file_that_is_gone_or_was_replaced_is_not_as_it_was_published(former: Path, tmp_path: Path) -> None:
    (former / "index.html").rename(former / "other.html")
    (former / "index.html").symlink_to(former / "other.html")
    state = file_state((former / "other.html").stat())
    scratch = scratch_of(tmp_path, {"other.html": state, "index.html": state, "a/index.html": state})
    (former / "a" / "index.html").unlink()
    compare_previous(former, scratch)
    assert read_unmodified(scratch) == {"other.html"}


def test_every_file_is_read_once_something_was_damaged(former: Path, tmp_path: Path) -> None:
    scratch = scratch_of(tmp_path, states_of(former))
    forget_states(scratch)
    compare_previous(former, scratch)
    assert read_unmodified(scratch) == frozenset()
    forget_states(tmp_path / "no build before")


@pytest.mark.parametrize("states", [None, [], 5, "text", {"index.html": 5, "a/index.html": [1, 2]}, {"": None}])
def test_where_states_are_lost_files_are_read(former: Path, tmp_path: Path, states: Any) -> None:
    scratch = scratch_of(tmp_path, states)
    Cache(scratch / PREVIOUS).put("2569-1-0000", read_shard("index.html", sums(former)["index.html"]))
    compare_previous(former, scratch)
    assert read_unmodified(scratch) == {"index.html"}


def read_shard(name: str, digest: str) -> Any:
    shard = ShardManifest()
    shard.add(name, replace(PAGE, sha256=digest))
    return shard.content()


SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("written", "changed", "made", "is_certain"),
    [
        # Seconds after the build began, which ends after 60. A file of the last site, one that was made, and others
        # that somebody wrote into, in the last moment or while the build had the file already.
        (-900, 30, False, True),
        (30, 30, True, True),
        (59, 59, True, False),
        (-900, 59, False, False),
        (30, 30, False, False),
        (-1, -1, False, False),
    ],
)
def test_a_state_is_kept_where_a_change_would_show(written: int, changed: int, made: bool, is_certain: bool) -> None:
    state = (5, 7, written * SECOND, changed * SECOND)
    states = certain_states({"a": state}, {"a"} if made else (), 0, 60 * SECOND)
    assert states == ({"a": state} if is_certain else {})


def test_files_from_before_the_build_are_shared_but_for_those_that_each_build_makes_anew() -> None:
    written = {"index.html": -1, "a/index.html": -1, "a/new.html": 0, "data/all.csv": -1, "database/a": -1}
    states = {name: (5, 7, at, 60) for name, at in written.items()}
    assert shared_files(states, 0, ["data"]) == {"index.html", "a/index.html", "database/a"}


def test_the_next_build_finds_the_states_that_were_saved(stage: Path, former: Path, tmp_path: Path) -> None:
    assert save_cache(stage, former, tmp_path / "cache")
    save_states(states_of(former), former, tmp_path / "cache")
    load_cache(former, tmp_path / "cache", tmp_path / "next")
    compare_previous(former, tmp_path / "next" / SCRATCH)
    assert read_unmodified(tmp_path / "next" / SCRATCH) == {"index.html", "a/index.html"}


def test_a_build_knows_that_nothing_was_saved(stage: Path, former: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    assert not save_cache(stage, former, tmp_path / "cache")


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """A stage in which the pages of a build were noted, as its workers note them."""
    stage = tmp_path / "stage"
    save_noted(stage, manifest("index.html"))
    return stage


def save_noted(stage: Path, content: Any) -> None:
    file = stage / SCRATCH / CURRENT / "shard.json.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(json.dumps(content).encode()))


def loaded(output: Path, cache: Path, stage: Path) -> dict[str, bytes]:
    """What a build finds in its stage, but for the note of which site it is."""
    load_cache(output, cache, stage)
    return {path.name: path.read_bytes() for path in stage.rglob("*.json.gz")}


def test_the_next_build_finds_what_was_known_of_its_own_site_alone(stage: Path, tmp_path: Path) -> None:
    site, cache = tmp_path / "site", tmp_path / "cache"
    site.mkdir()
    noted = next(stage.rglob("*.json.gz")).read_bytes()
    save_cache(stage, site, cache)
    assert loaded(site, cache, tmp_path / "next") == {"shard.json.gz": noted}
    assert loaded(tmp_path / "other", cache, tmp_path / "another") == {}


def test_what_was_known_is_replaced_and_not_added_to(stage: Path, tmp_path: Path) -> None:
    site, cache = tmp_path / "site", tmp_path / "cache"
    site.mkdir()
    save_cache(stage, site, cache)
    save_noted(tmp_path / "later", manifest("other.html"))
    save_cache(tmp_path / "later", site, cache)
    (data,) = loaded(site, cache, tmp_path / "next").values()
    assert cached_pages(json.loads(gzip.decompress(data))).keys() == {"other.html"}


def test_nothing_is_kept_of_a_site_that_is_gone(tmp_path: Path) -> None:
    cache, gone, here = tmp_path / "cache", tmp_path / "gone", tmp_path / "here"
    for site in (gone, here):
        site.mkdir()
        save_noted(tmp_path / "stage", manifest("index.html"))
        save_cache(tmp_path / "stage", site, cache)
    assert loaded(gone, cache, tmp_path / "before") != {}
    gone.rmdir()
    save_noted(tmp_path / "stage", manifest("index.html"))
    save_cache(tmp_path / "stage", here, cache)
    assert loaded(gone, cache, tmp_path / "next") == {}
    assert loaded(here, cache, tmp_path / "other") != {}


def test_what_is_known_of_a_site_whose_first_build_is_under_way_stays(stage: Path, tmp_path: Path) -> None:
    cache, first, here = tmp_path / "cache", tmp_path / "first", tmp_path / "here"
    here.mkdir()
    with staged(first) as unpublished:
        save_cache(stage, first, cache)
        save_noted(stage, manifest("index.html"))
        save_cache(stage, here, cache)
        write_file(unpublished, MARKER, b"{}")
    assert loaded(first, cache, tmp_path / "next") != {}


def test_a_cache_that_cannot_be_written_stops_no_build(stage: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    save_cache(stage, tmp_path / "site", tmp_path / "cache")
    assert loaded(tmp_path / "site", tmp_path / "cache", tmp_path / "next") == {}
