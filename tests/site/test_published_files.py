"""The files that are published: nobody writes into them, everybody can read them, and what is not a build's stays."""

import ctypes
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.core.files import write_file
from portal.pipeline.manifest import differences, listed_files

from tests.building import BUILD, SAMPLE, run_build
from tests.repository import Repository
from tests.site.stopping import Running, mounted, names, tree


@pytest.fixture
def site(tmp_path: Path, sample_site: Path) -> Path:
    return Path(shutil.copytree(sample_site, tmp_path / "site"))


def build(site: Path, *more: str | Path, package: Path = SAMPLE) -> str:
    """Build, and return what the command says; it must succeed."""
    result = run_build("--package", package, "--output", site, *more)
    assert result.returncode == 0, result.stderr
    return result.stdout


# Never written into.


def test_no_part_of_a_build_harms_a_published_file_at_whichever_write_it_is_stopped(site: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command: list[str | Path] = [sys.executable, Path(__file__).with_name("stop_at_writes.py"), SAMPLE, site, scratch]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    parts = {part.pop("part"): part for part in map(json.loads, output.splitlines())}
    assert {name: part["harmed"] for name, part in parts.items() if part["harmed"]} == {}
    # The sample has no coordinates, and so no file of them.
    assert parts.pop("geojson")["stops"] == 0
    assert all(part["code"] == 0 and part["stops"] >= 2 and part["limited"] for part in parts.values()), parts
    forms = {"workbook", "parquet", "zip"}
    assert parts.keys() >= {"package", *forms, "archive", "index", "pages"}


IN_MODIFY, IN_CLOSE_WRITE = 0x2, 0x8


class WriteWatch:
    """Which of some files are opened for writing, under whatever name: inotify(7) watches the file, not its name."""

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = libc.inotify_init1(os.O_NONBLOCK)
        self._names: dict[int, str] = {}
        for path in folder.rglob("*"):
            if path.is_file():
                number = libc.inotify_add_watch(self._descriptor, os.fsencode(path), IN_MODIFY | IN_CLOSE_WRITE)
                assert number >= 0, os.strerror(ctypes.get_errno())
                self._names[number] = path.relative_to(folder).as_posix()

    def written(self) -> set[str]:
        found: set[str] = set()
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except BlockingIOError:
                return found
            while data:
                number, mask, _, length = struct.unpack_from("iIII", data)
                if mask & (IN_MODIFY | IN_CLOSE_WRITE):
                    found.add(self._names[number])
                data = data[16 + length :]


def test_no_published_file_is_opened_for_writing_though_one_of_each_form_is_damaged(
    history_site: Path, repository: Repository, tmp_path: Path
) -> None:
    """What is damaged is made anew, and so is all that is made with it; all else is the last site's, linked."""
    site = tmp_path / "site"
    arguments = ("--base-url", "https://city.example/")
    build(site, *arguments, package=repository.folder)
    forms = [next(site.glob(f"data/{one}")) for one in ("*.xlsx", "*.parquet", "*.zip")]
    for file in (
        *forms,
        next(site.glob("data/projects-*.jsonl.gz")),
        next(site.glob("pagefind/*/*.gz")),
        site / "index.html",
        site / "data" / "changes.csv",
    ):
        with file.open("ab") as damaged:
            damaged.write(b"!")
    (site / "data" / "datapackage.json").unlink()
    watch = WriteWatch(site)
    build(site, *arguments, package=repository.folder)
    assert watch.written() == set()
    assert tree(site) == tree(history_site)


# Modes.


def modes(folder: Path) -> set[tuple[str, str]]:
    return {("d" if p.is_dir() else "f", f"{p.stat().st_mode & 0o7777:o}") for p in (folder, *folder.rglob("*"))}


def test_modes_are_the_same_whatever_the_umask_and_are_verified_and_mended(tmp_path: Path, sample_site: Path) -> None:
    site = tmp_path / "site"
    command: list[str | Path] = [sys.executable, BUILD, "--package", SAMPLE, "--output", site]
    subprocess.run(command, check=True, umask=0o077, capture_output=True)
    assert modes(site) == {("d", "755"), ("f", "644")}
    (site / "index.html").chmod(0o600)
    (site / "data").chmod(0o700)
    found = [("data", "has the mode 700, not 755"), ("index.html", "has the mode 600, not 644")]
    assert differences(site, sample_site) == found
    assert "unchanged" not in build(site)
    assert modes(site) == {("d", "755"), ("f", "644")}


# What no build made.


FOREIGN: dict[str, Callable[[Path], object]] = {
    ".git": lambda site: subprocess.run(["git", "init", "-q", site], check=True),
    "CNAME": lambda site: (site / "CNAME").write_text("city.example"),
    "data/notes": lambda site: write_file(site, "data/notes/a.txt", b""),
    "pipe": lambda site: os.mkfifo(site / "pipe"),
    "link": lambda site: (site / "link").symlink_to("/"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_no_build_made_is_named_and_not_removed(site: Path, name: str) -> None:
    FOREIGN[name](site)
    before = sorted(site.rglob("*"))
    for _ in range(2):
        result = run_build("--package", SAMPLE, "--output", site)
        assert (result.returncode, result.stdout) == (2, "")
        assert f"holds what no build made: {name}." in result.stderr
        assert sorted(site.rglob("*")) == before
    assert names(site.parent) == ["site"]


def test_in_a_site_that_does_not_list_its_files_what_begins_with_a_dot_is_not_of_a_build(site: Path) -> None:
    (site / "build-files.txt.gz").unlink()
    (site / ".git").mkdir()
    (site / ".git" / "HEAD").touch()
    assert "holds what no build made: .git." in run_build("--package", SAMPLE, "--output", site).stderr


def test_what_file_managers_leave_hinders_nobody(site: Path) -> None:
    (site / "data" / ".DS_Store").touch()
    build(site)
    assert not (site / "data" / ".DS_Store").exists()


def test_a_site_lists_its_files(sample_site: Path) -> None:
    assert listed_files(sample_site) == tree(sample_site).keys() - {"build-info.json", "build-files.txt.gz"}


@pytest.mark.parametrize("file", ["index.html", "data/sources.parquet", "build-files.txt.gz", "build-info.json"])
def test_a_pipe_in_the_place_of_a_file_hinders_no_build(site: Path, sample_site: Path, file: str) -> None:
    (site / file).unlink()
    os.mkfifo(site / file)
    running = Running([sys.executable, BUILD, "--package", SAMPLE, "--output", site])
    ended = running.end()
    if file == "build-info.json":
        assert (ended.code, "holds other files" in ended.said) == (2, True)
    else:
        assert ended.code == 0
        assert differences(site, sample_site) == []


def test_a_pipe_in_the_place_of_what_a_site_says_of_itself_hinders_no_verification(site: Path) -> None:
    (site / "build-info.json").unlink()
    os.mkfifo(site / "build-info.json")
    ended = Running([sys.executable, BUILD, "verify", "--package", SAMPLE, "--output", site]).end(10)
    assert (ended.code, "there is no site of this program" in ended.said) == (2, True)


# A folder that can be removed, but not renamed.


@pytest.fixture
def overlay(tmp_path: Path, sample_site: Path) -> Iterator[list[str | Path]]:
    """A site in the lower layer of an overlay, as in a container's image; yields what runs a command that sees it."""
    for name in ("lower", "top/upper", "top/work", "merged"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copytree(sample_site, tmp_path / "lower" / "site")
    script = (
        'cd "$0" && mount -t tmpfs tmpfs top && mkdir top/upper top/work && '
        "mount -t overlay overlay -o lowerdir=lower,upperdir=top/upper,workdir=top/work merged"
    )
    with mounted(script, tmp_path) as holder:
        namespaces = ["--mount"] if os.geteuid() == 0 else ["--user", "--preserve-credentials", "--mount"]
        yield ["nsenter", "--target", str(holder.pid), *namespaces, "env", "-C", tmp_path / "merged"]


def test_a_site_in_the_image_of_a_container_is_replaced(overlay: list[str | Path], tmp_path: Path) -> None:
    address = ("--base-url", "https://other.example/")
    command: list[str | Path] = [sys.executable, BUILD, "--package", SAMPLE, "--output", "site", *address]
    result = subprocess.run([*overlay, *command], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    listed = subprocess.run([*overlay, "ls", "-A"], capture_output=True, text=True, check=True).stdout
    assert listed.split() == ["site"]
    build(tmp_path / "fresh", *address)
    compared = subprocess.run([*overlay, "diff", "-r", "site", tmp_path / "fresh"], capture_output=True, text=True)
    assert compared.stdout == ""


KILL_WHILE_REMOVING = """
import os, signal, sys

def watch(event, arguments):
    if event == "shutil.rmtree" and os.path.basename(os.fspath(arguments[0])) == "site":
        os.unlink(os.path.join(arguments[0], "index.html"))
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
"""


def test_a_build_killed_while_it_removes_such_a_site_is_undone_by_the_next(
    overlay: list[str | Path], tmp_path: Path, sample_site: Path
) -> None:
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(KILL_WHILE_REMOVING, "utf-8")
    command: list[str | Path] = [sys.executable, BUILD, "--package", SAMPLE, "--output", "site"]
    watched: list[str | Path] = ["env", f"PYTHONPATH={tmp_path / 'watch'}"]
    killed = subprocess.run([*overlay, *watched, *command, "--base-url", "https://other.example/"], capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert b"index.html" not in subprocess.run([*overlay, "ls", "site"], capture_output=True, check=True).stdout
    broken = subprocess.run([*overlay, *command, "--jobs", "1", "--base-url", "nonsense"], capture_output=True)
    assert broken.returncode == 2
    again = subprocess.run([*overlay, *command], capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    compared = subprocess.run([*overlay, "diff", "-r", "site", sample_site], capture_output=True, text=True)
    assert compared.stdout == ""
    assert subprocess.run([*overlay, "ls", "-A"], capture_output=True, text=True).stdout.split() == ["site"]
