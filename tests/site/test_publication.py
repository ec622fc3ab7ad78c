"""The published folder is replaced whole or not at all, and is the same for the same input."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building import ROOT, SAMPLE, run_build
from tests.site.stopping import tree


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "package"))


def test_a_mistake_in_the_data_leaves_the_last_good_site(package: Path, tmp_path: Path) -> None:
    output = tmp_path / "site"
    assert run_build("--package", package, "--output", output).returncode == 0
    good = tree(output)
    projects = package / "data" / "projects.csv"
    projects.write_text(projects.read_text("utf-8").replace("91000000,", "91000009,", 1), "utf-8")
    result = run_build("--package", package, "--output", output)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert tree(output) == good
    assert sorted(p.name for p in tmp_path.iterdir()) == ["package", "site"]


def test_two_builds_are_the_same_bytes_whatever_the_number_of_jobs(tmp_path: Path) -> None:
    for name, jobs in (("one", "1"), ("three", "3")):
        environment = os.environ | {"PYTHONHASHSEED": jobs, "TZ": "Asia/Bangkok" if jobs == "3" else "UTC"}
        result = run_build("--package", SAMPLE, "--output", tmp_path / name, "--jobs", jobs, env=environment)
        assert result.returncode == 0, result.stderr
    assert tree(tmp_path / "one") == tree(tmp_path / "three")


def test_a_folder_with_other_files_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    result = run_build("--package", SAMPLE, "--output", tmp_path)
    assert result.returncode == 2
    assert "holds other files" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_a_link_in_the_place_of_the_site_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "elsewhere")
    assert run_build("--package", SAMPLE, "--output", tmp_path / "site").returncode == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_output_names_no_path_of_the_machine(sample_site: Path) -> None:
    for name, data in tree(sample_site).items():
        assert str(ROOT).encode() not in data, name


def test_wrong_usage_ends_with_2() -> None:
    for argument in ("bild", "--jobs=0", "--package=nowhere", "--base-url=ftp://x/", "--base-url=x"):
        result = run_build(argument)
        assert result.returncode == 2, argument
        assert "Traceback" not in result.stderr


def test_a_broken_link_in_prose_names_its_file(tmp_path: Path) -> None:
    """The whole program in a folder of its own, as another city has it."""
    for name in ("portal", "templates", "locales", "content", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("build.py", "pyproject.toml", "datapackage.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    about = tmp_path / "content" / "about.md"
    about.write_text(about.read_text("utf-8") + "\n[ไป](/nowhere/) [มา](/projects/#nothing)\n", "utf-8")
    command: list[str | Path] = [sys.executable, tmp_path / "build.py"]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        'content/about.md: the link to "/nowhere/" leads nowhere. Mend the link.',
        'content/about.md: there is no "#nothing" on "/projects/". Mend the link.',
    ]
    assert not (tmp_path / "site").exists()
