"""The new site takes the place of the last one whole, or not at all."""

import errno
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from portal.core.compression import pack
from portal.core.files import file_state, plain_file_digest, write_file
from portal.core.problems import UsageError
from portal.pipeline.manifest import FILES, MARKER, finish, is_whole, listed_files, read_info
from portal.pipeline.publish import foreign_files, look_through_spare, refuse_foreign_files, staged, take_spare


def publish(output: Path, text: bytes) -> None:
    with staged(output) as stage:
        write_file(stage, "index.html", text)
        write_file(stage, MARKER, b"{}")


def test_what_is_staged_takes_the_place_of_the_last_site(tmp_path: Path) -> None:
    for text in (b"old", b"new"):
        publish(tmp_path / "site", text)
    assert (tmp_path / "site" / "index.html").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_block_that_raises_leaves_the_last_site_and_nothing_beside_it(tmp_path: Path) -> None:
    publish(tmp_path / "site", b"old")

    def fail() -> None:
        with staged(tmp_path / "site") as stage:
            write_file(stage, "index.html", b"half")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert (tmp_path / "site" / "index.html").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def refused(output: Path, *sources: Path) -> str:
    with pytest.raises(UsageError) as caught, staged(output, *sources):
        pass
    return str(caught.value)


def test_a_folder_that_is_not_the_sites_alone_is_refused_as_it_was_named(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    assert refused(tmp_path / "mine") == (
        f"{tmp_path / 'mine'}: this folder holds other files. Give --output an empty or a new folder."
    )
    assert (tmp_path / "mine" / "letter.txt").read_text() == "x"
    assert "this is not a folder" in refused(tmp_path / "mine" / "letter.txt")
    (tmp_path / "link").symlink_to("mine")
    assert "this is not a folder" in refused(tmp_path / "link")


def test_a_site_that_would_take_its_own_sources_with_it_is_refused(tmp_path: Path) -> None:
    publish(tmp_path / "site", b"old")
    write_file(tmp_path / "site", "data/datapackage.json", b"{}")
    source = tmp_path / "site" / "data" / "datapackage.json"
    assert f"this folder holds {source}" in refused(tmp_path / "site", source)


def test_what_no_build_made_is_named(tmp_path: Path) -> None:
    publish(tmp_path / "site", b"old")
    for name in (".git/HEAD", ".git/config", ".env", ".a", ".b"):
        write_file(tmp_path / "site", name, b"mine")
    with pytest.raises(UsageError, match=r"holds what no build made: \.a, \.b, \.env and 1 more"):
        refuse_foreign_files(tmp_path / "site", foreign_files(tmp_path / "site"))
    assert foreign_files(tmp_path / "no site") == []


def test_a_second_build_of_the_same_folder_is_refused(tmp_path: Path) -> None:
    """Locks are of processes: the other build is one."""
    ready, begin = os.pipe()
    go, end = os.pipe()
    child = os.fork()
    if child == 0:
        with staged(tmp_path / "site"):
            os.write(begin, b"x")
            os.read(go, 1)
        os._exit(0)
    os.read(ready, 1)
    try:
        assert "another build is writing this folder. Wait for it to end." in refused(tmp_path / "site")
    finally:
        os.write(end, b"x")
        os.waitpid(child, 0)
    assert (tmp_path / "site").is_dir()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_what_cannot_be_written_is_named_as_it_would_be_in_the_site(tmp_path: Path, number: int) -> None:
    output = tmp_path / "site"

    def fail() -> None:
        with staged(output) as stage:
            raise OSError(number, os.strerror(number), str(stage / "data" / "projects.csv"))

    with pytest.raises(UsageError) as caught:
        fail()
    assert str(caught.value) == f"{output / 'data' / 'projects.csv'}: cannot be written: {os.strerror(number)}."


def test_what_a_library_says_of_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    def fail() -> None:
        with staged(tmp_path / "site"):
            try:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError as error:
                raise RuntimeError("the library failed") from error

    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        fail()


@pytest.fixture
def replaced(tmp_path: Path) -> Path:
    """A site that has replaced another one, with which it shares two pages in folders."""
    site, own = tmp_path / "site", tmp_path / "own"
    pages = ("projects/a/index.html", "projects/b/index.html", "projects/c/index.html", "agencies/a/index.html")
    with staged(site) as stage:
        for name in (*pages, "years/a/index.html", "index.html", "data/all.csv"):
            write_file(stage, name, b"old")
        finish(stage, {}, {name: plain_file_digest(stage / name) for name in (*pages, "years/a/index.html")}, ["data"])
    same = ("projects/a/index.html", "agencies/a/index.html", "index.html", "data/all.csv")
    with staged(site, shared=[name for name in same if name != "data/all.csv"]) as stage:
        # Meanwhile somebody has put links to their own folder, a pipe and a folder into the last site.
        write_file(own, "index.html", b"own")
        shutil.rmtree(site / "projects" / "c")
        (site / "projects" / "c").symlink_to(own)
        os.mkfifo(site / "projects" / "pipe")
        (site / "agencies" / "empty").mkdir()
        write_file(stage, MARKER, b"{}")
        write_file(stage, "projects/b/index.html", b"new")
        for name in same:
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(site / name, stage / name)
    return site


def saved(site: Path) -> list[str]:
    spare = site.with_name(".site.spare")
    return sorted(path.relative_to(spare).as_posix() for path in spare.rglob("*") if not path.is_dir())


def test_of_a_replaced_site_the_files_that_the_new_one_does_not_share_are_gone(replaced: Path) -> None:
    assert saved(replaced) == ["agencies/a/index.html", "projects/a/index.html", "projects/pipe"]
    assert (replaced.parent / "own" / "index.html").read_bytes() == b"own"


def test_of_what_was_saved_only_what_is_shared_is_left_once_it_is_looked_through(replaced: Path) -> None:
    (replaced / "agencies" / "a" / "index.html").unlink()
    assert look_through_spare(replaced) == ["projects"]
    assert saved(replaced) == ["projects/a/index.html"]
    assert sorted(path.name for path in replaced.with_name(".site.spare").rglob("*")) == ["a", "index.html", "projects"]
    assert (replaced.parent / "own" / "index.html").read_bytes() == b"own"


def test_the_next_stage_has_what_was_saved_and_the_site_only_what_is_of_it(replaced: Path) -> None:
    with staged(replaced) as stage:
        take_spare(stage, replaced, look_through_spare(replaced))
        assert (stage / "projects" / "a" / "index.html").samefile(replaced / "projects" / "a" / "index.html")
        write_file(stage, "projects/d/index.html", b"new")
        finish(stage, {}, {"projects/d/index.html": plain_file_digest(stage / "projects/d/index.html")}, ["data"])
    assert sorted(path.name for path in (replaced / "projects").iterdir()) == ["d"]
    assert not (replaced / "agencies").exists()
    assert [path.name for path in replaced.parent.glob(".*")] == []


def test_a_folder_in_which_something_cannot_be_removed_is_not_taken(
    replaced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = os.unlink

    def refuse(path: str) -> None:
        if path.endswith("pipe"):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), path)
        unlink(path)

    monkeypatch.setattr(os, "unlink", refuse)
    assert look_through_spare(replaced) == ["agencies"]


def test_a_link_in_the_place_of_the_spare_leads_nowhere(replaced: Path) -> None:
    own, spare = replaced.parent / "own", replaced.with_name(".site.spare")
    shutil.rmtree(spare)
    spare.symlink_to(own)
    write_file(own, "projects/a/index.html", b"own")
    assert look_through_spare(replaced) == []
    with staged(replaced, shared=["projects/a/index.html"]) as stage:
        write_file(stage, MARKER, b"{}")
    assert sorted(path.relative_to(own).as_posix() for path in own.rglob("*.html")) == [
        "index.html",
        "projects/a/index.html",
    ]


def test_a_list_of_files_that_somebody_wrote_removes_nothing_outside_the_site(tmp_path: Path) -> None:
    site, own = tmp_path / "site", tmp_path / "own" / "letter.txt"
    with staged(site) as stage:
        write_file(stage, "projects/a/index.html", b"old")
        write_file(stage, MARKER, b"{}")
    write_file(tmp_path, "own/letter.txt", b"own")
    names = ["projects/a/index.html", "projects/../../own/letter.txt", f"{own}", "projects/\0", "projects/", "/", ""]
    write_file(site, FILES, pack("".join(f"{name}\n" for name in names).encode()))
    with staged(site, shared=["projects/a/index.html"]) as stage:
        write_file(stage, MARKER, b"{}")
    assert saved(site) == ["projects/a/index.html"]
    assert own.read_bytes() == b"own"


def test_what_was_saved_of_a_site_that_was_deleted_is_gone_before_the_next_one_is_made(replaced: Path) -> None:
    shutil.rmtree(replaced)
    with staged(replaced) as stage:
        assert not replaced.with_name(".site.spare").exists()
        write_file(stage, MARKER, b"{}")


@pytest.mark.parametrize("processes", [False, True])
def test_a_site_has_the_files_of_all_its_folders_with_their_sizes_and_modes(tmp_path: Path, processes: bool) -> None:
    names = ("index.html", "projects/a/index.html", "en/projects/a/index.html", "data/en.csv")
    for number, name in enumerate(names):
        write_file(tmp_path, name, b"." * (1000 + number))
    (tmp_path / "en" / "projects" / "a").chmod(0o700)
    for folder in ("projects", "agencies"):
        write_file(tmp_path, f"{folder}/left/index.html", b"of an earlier site")
    known = {name: plain_file_digest(tmp_path / name) for name in names if "projects" in name}
    with ProcessPoolExecutor(2) if processes else nullcontext(None) as executor:
        states = finish(tmp_path, {}, known, ["data"], ["projects", "en/projects", "fr/projects"], executor)
    assert states == {
        path.relative_to(tmp_path).as_posix(): file_state(path.stat())
        for path in tmp_path.rglob("*.*")
        if path.is_file()
    }
    assert [states[name][0] for name in names] == [1000, 1001, 1002, 1003]
    assert listed_files(tmp_path) == {*names}
    assert [*tmp_path.rglob("left")] == []
    assert not (tmp_path / "agencies").exists()
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_dir()} == {0o755}
    assert is_whole(tmp_path, read_info(tmp_path))


def test_a_site_that_lacks_a_file_which_was_made_is_not_finished(tmp_path: Path) -> None:
    """As where the folder is on a network, and what a worker wrote there is not seen yet."""
    write_file(tmp_path, "index.html", b"home")
    with pytest.raises(FileNotFoundError, match=r"en/projects/a/index\.html"):
        finish(tmp_path, {}, {"en/projects/a/index.html": "sum"}, (), ["projects", "en/projects"])
    assert not (tmp_path / MARKER).exists()
