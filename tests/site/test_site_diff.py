"""`diff SITE SITE` lists the files in which two sites differ."""

import shutil
from pathlib import Path

import pytest

from tests.building import run_build


@pytest.fixture
def newer(sample_site: Path, tmp_path: Path) -> Path:
    """A copy of the site, to change."""
    return Path(shutil.copytree(sample_site, tmp_path / "newer"))


def diff(older: Path, newer: Path) -> list[str]:
    result = run_build("diff", older, newer)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.splitlines()


def test_a_site_does_not_differ_from_its_copy_whatever_the_modes(sample_site: Path, newer: Path) -> None:
    (newer / "index.html").chmod(0o600)
    assert diff(sample_site, newer) == []


def test_each_file_that_differs_is_named_in_order_with_what_happened_to_it(sample_site: Path, newer: Path) -> None:
    (newer / "index.html").write_text("new")
    (newer / "404.html").unlink()
    (newer / "en" / "new.html").write_text("new")
    assert diff(sample_site, newer) == ["removed  404.html", "added    en/new.html", "changed  index.html"]


def test_what_a_site_says_of_its_own_build_is_no_difference(sample_site: Path, newer: Path) -> None:
    (newer / "build-info.json").write_text("{}")
    (newer / "build-files.txt.gz").unlink()
    assert diff(sample_site, newer) == []


def test_a_link_in_place_of_a_file_is_a_change_and_is_not_followed(sample_site: Path, newer: Path) -> None:
    (newer / "index.html").unlink()
    (newer / "index.html").symlink_to(sample_site / "index.html")
    assert diff(sample_site, newer) == ["changed  index.html"]


def test_a_folder_that_is_no_site_is_wrong_usage(sample_site: Path, tmp_path: Path) -> None:
    for sides in ((sample_site, tmp_path), (tmp_path / "nothing", sample_site)):
        result = run_build("diff", *sides)
        assert (result.returncode, result.stdout) == (2, "")
        assert "this is no site of this program: it has no build-info.json" in result.stderr


def test_three_sides_are_wrong_usage() -> None:
    result = run_build("diff", "a", "b", "c")
    assert (result.returncode, result.stdout) == (2, "")
    assert "diff takes a commit, or two sites" in result.stderr
