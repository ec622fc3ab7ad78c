"""Whatever happens to a build, the published folder is wholly the old or wholly the new site."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.core.files import write_file
from portal.core.problems import UsageError
from portal.pipeline.publish import staged

from tests.building import BUILD, ROOT, SAMPLE, run_build
from tests.repository import Repository
from tests.site.stopping import (
    Disk,
    Ended,
    Running,
    Tree,
    default_signals,
    disk,
    names,
    tree,
    without_privileges,
)


@dataclass
class City:
    """Two packages that differ, with the site of each, and a cache of their own."""

    cache: Path
    packages: tuple[Path, Path]
    folders: tuple[Path, Path]
    sites: tuple[Tree, Tree]
    seconds: float
    """What a build takes that nobody disturbs, with an empty cache; it neither compiles templates nor draws."""

    def command(self, which: int, output: Path) -> list[str | Path]:
        own = ("--cache-dir", self.cache, "--jobs", "2")
        return [sys.executable, BUILD, "--package", self.packages[which], "--output", output, *own]

    def start(self, which: int, output: Path, before: str = "", **environment: str) -> Running:
        shutil.rmtree(self.cache, ignore_errors=True)
        return Running(self.command(which, output), before=before, **environment)

    def start_watched(self, which: int, output: Path, at: str, number: signal.Signals) -> Running:
        """A build that gets the signal `number` where it exchanges the sites, as `WATCH` says."""
        return self.start(which, output, WATCH, AT=at, WITH=str(int(number)), SITE=str(output))

    def publish(self, which: int, output: Path) -> None:
        shutil.copytree(self.folders[which], output)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("city")
    first = Repository(folder / "first")
    projects = first.folder / "data" / "projects.csv"
    projects.write_bytes(projects.read_bytes().replace("โครงการ".encode(), "งาน".encode(), 3))
    described = first.folder / "datapackage.json"
    described.write_text(described.read_text("utf-8").replace('"1.0.3"', '"1.0.4"', 1), "utf-8")
    first.commit("Change some titles")
    shutil.copytree(first.root, folder / "second")
    descriptor = folder / "second" / "portal" / "datapackage.json"
    descriptor.write_text(descriptor.read_text("utf-8").replace('"1.0.4"', '"1.0.5"', 1), "utf-8")
    made = City(
        folder / "cache",
        (first.folder, descriptor.parent),
        (folder / "one" / "site", folder / "two" / "site"),
        ({}, {}),
        0,
    )
    for which, site in enumerate(made.folders):
        assert made.start(which, site).end() == Ended(0, "")
        made.sites[which].update(tree(site))
    began = time.monotonic()
    assert made.start(0, folder / "three" / "site").end() == Ended(0, "")
    made.seconds = time.monotonic() - began
    assert made.sites[0] != made.sites[1]
    return made


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "site"


def assert_clean(running: Running, output: Path) -> None:
    """Nothing is left beside the site, and no process runs."""
    assert running.nobody_is_left()
    assert names(output.parent) == ["site"]


# Killed.


@pytest.mark.parametrize("part", range(3))
def test_a_build_killed_at_any_moment_leaves_the_old_site_or_the_new_one(city: City, output: Path, part: int) -> None:
    """Ten of thirty moments, spread evenly over the build; the package always differs from what is published."""
    city.publish(0, output)
    published = 0
    for moment in range(part, 30, 3):
        running = city.start(1 - published, output)
        time.sleep(city.seconds * (moment + 1) / 30)
        running.kill()
        found = tree(output)
        assert found in city.sites, f"killed at {moment + 1}/30"
        published = city.sites.index(found)
    # Without emptying the cache: what the killed builds kept in it must do no harm.
    assert Running(city.command(1 - published, output)).end() == Ended(0, "")
    assert tree(output) == city.sites[1 - published]
    assert names(output.parent) == ["site"]


WATCH = """
import os, signal, sys

AT, WITH, SITE = os.environ["AT"], int(os.environ["WITH"]), os.environ["SITE"]
leader, passed = os.getpid(), False

def watch(event, arguments):
    global passed
    if os.getpid() != leader or os.getpgid(0) != leader:
        return
    exchange = event == "ctypes.dlsym" and arguments[1] == "renameat2"
    if exchange and AT == "between":
        raise AttributeError("a system that cannot exchange folders")
    rename = event == "os.rename" and os.fspath(arguments[1]) == SITE
    if AT == "after" and passed and event in ("open", "os.listdir", "os.scandir", "shutil.rmtree"):
        os.kill(leader, WITH)
    elif exchange or rename:
        passed = True
        if AT != "after":
            os.kill(leader, WITH)

sys.addaudithook(watch)
"""
"""Stops a process when it is about to put the stage in the place of the site, or has just done so."""


@pytest.mark.parametrize(("at", "expected"), [("before", 0), ("after", 1)])
def test_there_is_no_moment_between_the_old_site_and_the_new_one(
    city: City, output: Path, at: str, expected: int
) -> None:
    city.publish(0, output)
    assert city.start_watched(1, output, at, signal.SIGKILL).end().code == -signal.SIGKILL
    assert tree(output) == city.sites[expected]
    assert len(names(output.parent)) > 1
    assert city.start(1 - expected, output).end() == Ended(0, "")
    assert tree(output) == city.sites[1 - expected]
    assert names(output.parent) == ["site"]


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_first_site_is_there_whole_or_not_at_all(city: City, output: Path, at: str) -> None:
    assert city.start_watched(1, output, at, signal.SIGKILL).end().code == -signal.SIGKILL
    assert (tree(output) == city.sites[1]) if at == "after" else not output.exists()


def test_where_folders_cannot_be_exchanged_the_next_build_first_brings_back_the_old_site(
    city: City, output: Path
) -> None:
    city.publish(0, output)
    running = city.start_watched(1, output, "between", signal.SIGKILL)
    assert running.end().code == -signal.SIGKILL
    assert not output.exists()
    with pytest.raises(ZeroDivisionError), staged(output):
        raise ZeroDivisionError
    assert tree(output) == city.sites[0]
    assert names(output.parent) == ["site"]


def test_what_killed_builds_left_goes_with_the_next_one_and_nothing_else(city: City, output: Path) -> None:
    for name in (".site.staging", ".site.staging-0123abcd", ".site.old", ".site.staging.other", ".sitemap.old"):
        (output.parent / name / "data").mkdir(parents=True)
    (output.parent / ".site.lock").touch()
    city.publish(0, output)
    assert city.start(1, output).end() == Ended(0, "")
    assert tree(output) == city.sites[1]
    assert names(output.parent) == [".site.staging.other", ".sitemap.old", "site"]


def test_a_build_whose_first_process_alone_is_killed_does_not_hinder_the_next(city: City, output: Path) -> None:
    city.publish(0, output)
    running = city.start(1, output)
    pagefind = running.until(running.pagefind)
    os.kill(running.pid, signal.SIGKILL)
    os.kill(pagefind.pid, signal.SIGCONT)
    running.end()
    assert tree(output) == city.sites[0]
    try:
        assert Running(city.command(1, output)).end() == Ended(0, "")
    finally:
        running.kill()
    assert tree(output) == city.sites[1]
    assert names(output.parent) == ["site"]


def test_no_process_outlives_a_build_whose_first_process_alone_is_killed(city: City, output: Path) -> None:
    running = city.start(1, output)
    running.until(running.pagefind)
    os.kill(running.pid, signal.SIGKILL)
    running.end()
    assert running.nobody_is_left()


# Stopped.


@pytest.mark.parametrize(
    ("number", "everyone", "code"),
    [
        (signal.SIGINT, True, 130),
        (signal.SIGINT, False, 130),
        (signal.SIGTERM, True, 143),
        (signal.SIGTERM, False, 143),
        (signal.SIGHUP, True, 129),
        (signal.SIGHUP, False, 129),
    ],
)
def test_a_stopped_build_says_so_in_one_line_and_leaves_nothing(
    city: City, output: Path, number: signal.Signals, everyone: bool, code: int
) -> None:
    """By Ctrl-C or a closed terminal, which reach every process of it, or by a service that asks the first process."""
    city.publish(0, output)
    for moment in (0.02, 0.3, 0.6):
        running = city.start(1, output)
        running.until(lambda: len(names(output.parent)) > 1)
        time.sleep(city.seconds * moment)
        if everyone:
            os.killpg(running.pid, number)
        else:
            os.kill(running.pid, number)
        ended = running.end()
        if ended == Ended(0, ""):
            assert tree(output) == city.sites[1]
            assert running.nobody_is_left()
            break
        try:
            assert ended == Ended(code, "build.py: stopped; nothing was published\n"), f"stopped at {moment}"
        finally:
            left = not running.nobody_is_left()
        assert not left
        assert tree(output) == city.sites[0]
        assert names(output.parent) == ["site"]


@pytest.mark.parametrize(
    ("number", "error"), [(signal.SIGINT, "KeyboardInterrupt"), (signal.SIGTERM, "Stopped"), (signal.SIGHUP, "Stopped")]
)
def test_a_request_to_stop_that_comes_amid_a_destructor_is_not_lost(number: signal.Signals, error: str) -> None:
    """Python drops what a destructor raises, and a build has many of them."""
    program = f"""
import signal, time
from portal.core.processes import silence_destructors, stop_on_request

class Slow:
    def __del__(self):
        signal.raise_signal({int(number)})

stop_on_request()
silence_destructors()
try:
    Slow()
    time.sleep(20)
except KeyboardInterrupt as error:
    print(type(error).__name__)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, preexec_fn=default_signals
    )
    assert (ended.stdout, ended.stderr) == (f"{error}\n", "")


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_build_that_is_about_to_publish_is_not_stopped_any_more(city: City, output: Path, at: str) -> None:
    city.publish(0, output)
    running = city.start_watched(1, output, at, signal.SIGINT)
    assert running.end() == Ended(0, "")
    assert tree(output) == city.sites[1]
    assert_clean(running, output)


# Crashed.


@pytest.mark.parametrize("indexing", [False, True])
def test_a_worker_that_dies_ends_the_build_in_words(city: City, output: Path, indexing: bool) -> None:
    city.publish(0, output)
    running = city.start(1, output)
    if indexing:
        pagefind = running.until(running.pagefind)
        os.kill(pagefind.parent, signal.SIGKILL)
        os.kill(pagefind.pid, signal.SIGCONT)
    else:
        worker = running.until(running.worker)
        os.kill(worker.pid, signal.SIGKILL)
    ended = running.end()
    left = not running.nobody_is_left()
    assert ended.code == 2, ended.said
    assert len(ended.said.splitlines()) == 1
    assert "process" in ended.said
    assert "memory" in ended.said
    assert not left
    assert tree(output) == city.sites[0]
    assert names(output.parent) == ["site"]


def test_a_pagefind_that_dies_ends_the_build_and_names_its_index(city: City, output: Path) -> None:
    # It may have done its work in the moment between being seen and being killed: then the build ends well.
    for _ in range(5):
        city.publish(0, output)
        running = city.start(1, output)
        pagefind = running.until(running.pagefind)
        os.kill(pagefind.pid, signal.SIGKILL)
        ended = running.end()
        if ended.code:
            break
    assert ended.code == 2, ended.said
    assert re.match(r"build\.py: Pagefind could not index (25\d\d|unknown): it was killed \(SIGKILL\)", ended.said)
    assert len(ended.said.splitlines()) == 1
    assert tree(output) == city.sites[0]
    assert_clean(running, output)


def test_a_bug_in_the_middle_leaves_nothing_behind(output: Path) -> None:
    def build() -> None:
        with staged(output) as stage:
            write_file(stage, "index.html", b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    assert names(output.parent) == []


# No room, no permission.


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    yield from disk(tmp_path / "disk")


def build_on(small: Disk, city: City, which: int) -> Ended:
    return Running(city.command(which, small.folder / "site"), small.server).end()


def fill(small: Disk, city: City, option: str, parts: list[float]) -> None:
    """Build with room for so much of another site, and at last with plenty."""
    city.publish(0, small.seen / "site")
    published = 0
    for part in parts:
        size, inodes = small.used()
        room = f"size={int(size * (1 + part))}" if option == "size" else f"nr_inodes={int(inodes * (1 + part))}"
        small.mount_again(room)
        before = tree(small.seen / "site")
        ended = build_on(small, city, 1 - published)
        if ended.code == 0 and part > 0:
            published = 1 - published
            assert tree(small.seen / "site") == city.sites[published]
        else:
            assert ended.code == 2, f"{room}: {ended.said}"
            assert ended.said.startswith(f"build.py: {small.folder}/")
            assert ended.said.endswith(": cannot be written: No space left on device.\n")
            assert len(ended.said.splitlines()) == 1
            assert tree(small.seen / "site") == before
        assert names(small.seen) == ["site"]
    small.mount_again("size=100m,nr_inodes=100k")
    assert build_on(small, city, 1 - published) == Ended(0, "")
    assert tree(small.seen / "site") == city.sites[1 - published]
    assert names(small.seen) == ["site"]


@pytest.mark.parametrize("overlay", [False, True])
def test_a_site_is_the_same_bytes_on_any_file_system(small: Disk, city: City, overlay: bool) -> None:
    """In memory, and on an overlay as in a container; the sites that it is compared with are on an ordinary disk."""
    folder = small.folder / "there"
    for name in ("there", "lower", "upper", "work"):
        (small.seen / name).mkdir()
    if overlay:
        options = ",".join(f"{name}dir={small.folder}/{name}" for name in ("lower", "upper", "work"))
        subprocess.run(small.inside("mount", "-t", "overlay", "overlay", "-o", options, folder), check=True)
    running = Running(small.inside(*city.command(0, folder / "site")), TMPDIR=str(folder))
    assert running.end() == Ended(0, "")
    assert tree(small.seen / "there" / "site") == city.sites[0]


@pytest.mark.parametrize("parts", [[0, 0.1, 0.35, 0.7], [0.03, 0.15, 0.45, 0.8], [0.06, 0.25, 0.6, 0.95]])
def test_a_disk_that_fills_up_is_said_in_words_and_leaves_the_old_site(
    small: Disk, city: City, parts: list[float]
) -> None:
    fill(small, city, "size", parts)


@pytest.mark.parametrize("parts", [[0, 0.05, 0.3], [0.1, 0.5, 0.9]])
def test_a_disk_without_inodes_is_said_in_words_and_leaves_the_old_site(
    small: Disk, city: City, parts: list[float]
) -> None:
    fill(small, city, "inodes", parts)


def test_a_disk_that_may_not_be_written_is_said_in_words(small: Disk, city: City) -> None:
    city.publish(0, small.seen / "site")
    small.mount_again("ro")
    ended = build_on(small, city, 1)
    assert ended == Ended(2, f"build.py: {small.folder}/.site.lock: cannot be written: Read-only file system.\n")
    assert tree(small.seen / "site") == city.sites[0]


def test_a_place_where_a_disk_is_mounted_is_refused_before_anything_is_done(small: Disk, city: City) -> None:
    ended = Running(city.command(0, small.folder), small.server).end()
    assert ended.code == 2
    assert "a file system is mounted here" in ended.said
    assert names(small.seen) == []


def test_a_folder_that_may_not_be_written_is_said_in_words(city: City, output: Path) -> None:
    city.publish(0, output)
    output.parent.chmod(0o555)
    try:
        ended = Running(without_privileges(*city.command(1, output))).end()
        assert ended == Ended(2, f"build.py: {output.parent}/.site.lock: cannot be written: Permission denied.\n")
        assert tree(output) == city.sites[0]
    finally:
        output.parent.chmod(0o755)
    assert Running(without_privileges(*city.command(1, output))).end() == Ended(0, "")
    assert tree(output) == city.sites[1]
    assert names(output.parent) == ["site"]


def test_an_old_site_that_may_not_be_removed_is_replaced_and_named_by_the_next_build(city: City, output: Path) -> None:
    city.publish(0, output)
    (output / "about").chmod(0o555)
    assert Running(without_privileges(*city.command(1, output))).end() == Ended(0, "")
    assert tree(output) == city.sites[1]
    [left, _] = names(output.parent)
    ended = Running(without_privileges(*city.command(0, output))).end()
    said = f"{output.parent / left}: an earlier build left this, and it cannot be removed. Remove it."
    assert ended == Ended(2, f"build.py: {said}\n")
    assert tree(output) == city.sites[1]


def test_what_a_library_says_of_a_full_disk_is_said_in_words(output: Path) -> None:
    with pytest.raises(UsageError, match="site: cannot be written: No space left on device"), staged(output):
        raise RuntimeError("could not write: No space left on device (os error 28)")
    with pytest.raises(RuntimeError, match="something else"), staged(output):
        raise RuntimeError("something else")


# Two at once.


def test_a_second_build_of_the_same_folder_says_so_and_does_not_disturb_the_first(city: City, output: Path) -> None:
    first = city.start(0, output)
    first.until(lambda: names(output.parent))
    second = Running(city.command(1, output))
    assert second.end() == Ended(2, f"build.py: {output}: another build is writing this folder. Wait for it to end.\n")
    assert first.end() == Ended(0, "")
    assert tree(output) == city.sites[0]
    assert_clean(first, output)


def test_of_builds_that_start_at_once_one_publishes(city: City, output: Path) -> None:
    together = [city.start(which, output) for which in (0, 1, 0)]
    codes = sorted(running.end().code for running in together)
    assert codes[0] == 0
    assert set(codes) <= {0, 2}
    assert tree(output) in city.sites
    assert names(output.parent) == ["site"]


# Where the site may be.


def test_a_site_may_be_in_a_folder_that_is_yet_to_be_made_or_behind_a_link(city: City, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert city.start(0, tmp_path / "link" / "new" / "site").end() == Ended(0, "")
    assert names(tmp_path) == ["link", "real"]
    assert names(tmp_path / "real" / "new") == ["site"]
    assert tree(tmp_path / "real" / "new" / "site") == city.sites[0]


def test_a_folder_that_is_not_the_sites_alone_is_refused(tmp_path: Path) -> None:
    package = shutil.copytree(SAMPLE, tmp_path / "package")
    before = tree(tmp_path)
    within = (package, package / "data", package / "datapackage.json")
    for output in (tmp_path, *within, Path("/"), tmp_path / "no" / "..", tmp_path / ("long" * 64)):
        result = run_build("--package", package, "--output", output)
        assert result.returncode == 2, output
        assert len(result.stderr.splitlines()) == 1
        assert tree(tmp_path) == before
        assert names(tmp_path) == ["package"]


def test_a_site_that_holds_the_package_is_refused(city: City, output: Path) -> None:
    city.publish(0, output)
    package = shutil.copytree(SAMPLE, output / "package")
    result = run_build("--package", package, "--output", output)
    assert result.returncode == 2
    assert f"this folder holds {package}" in result.stderr
    assert tree(package) == tree(SAMPLE)


def test_a_stage_refuses_to_replace_what_the_site_is_made_from(city: City, output: Path) -> None:
    city.publish(0, output)
    with pytest.raises(UsageError, match="this folder holds"), staged(output, SAMPLE, output / "data"):
        pass
    assert tree(output) == city.sites[0]


def test_a_published_file_that_the_stage_shares_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "published.html").write_bytes(b"old")
    (tmp_path / "stage").mkdir()
    os.link(tmp_path / "published.html", tmp_path / "stage" / "index.html")
    write_file(tmp_path / "stage", "index.html", b"new")
    assert (tmp_path / "published.html").read_bytes() == b"old"
