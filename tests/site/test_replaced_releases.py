"""A release that was published stays known, also where its commit was replaced."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from portal.history.published_releases import read_releases

from tests.building import run_build
from tests.repository import Repository, small_repository

FIRST = "91000000-1001"


def run(repository: Repository, site: Path, *more: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """What the command says."""
    result = run_build(*more, "--package", repository.folder, "--output", site)
    assert result.returncode == code, result.stdout + result.stderr
    return result


def listed(site: Path) -> list[dict[str, Any]]:
    content = json.loads((site / "data" / "releases.json").read_text("utf-8"))
    releases: list[dict[str, Any]] = content["releases"]
    return releases


def words(site: Path, path: str) -> str:
    return " ".join(Html((site / path / "index.html").read_text("utf-8")).css_first("main").text().split())


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = small_repository(tmp_path / "repository")
    repository.git("tag", "one")
    repository.set("projects", {"project_id": FIRST}, budget_received="1000000")
    repository.describe(lambda content: content.update(version="1.1.0"))
    repository.commit("Cut the budget")
    return repository


def amend(repository: Repository) -> str:
    """Replace the last commit; returns the name of the release that was."""
    was = repository.git("rev-parse", "HEAD")
    repository.set("projects", {"project_id": FIRST}, budget_received="2000000")
    repository.git("add", "-A")
    repository.git("commit", "-q", "--amend", "-m", "Cut less")
    return f"2026-01-02-{was[:8]}"


def test_a_replaced_release_stops_the_build_until_it_is_accepted_and_then_stays_known(
    repository: Repository, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    run(repository, site)
    address = listed(site)[-1]["page"]
    name = amend(repository)
    assert address.endswith(f"/changes/{name}/")
    assert "differs" in run(repository, site, "verify", code=1).stdout
    before = (site / "build-info.json").read_bytes()
    result = run(repository, site, code=1)
    assert "The release of 2026-01-02 (version 1.1.0, " in result.stdout
    assert "no longer in the history" in result.stdout
    assert "--accept-rewritten" in result.stdout
    assert (site / "build-info.json").read_bytes() == before

    run(repository, site, "--accept-rewritten")
    for progress in ("3", ""):
        assert [release["state"] for release in listed(site) if release["page"] == address] == ["rewritten"]
        for page in ("changes", f"changes/{name}"):
            assert "2 มกราคม 2569 (รุ่น 1.1.0) ถูกแทนที่แล้ว" in words(site, page)
            assert "published on 2 January 2026 with version 1.1.0 was replaced" in words(site, f"en/{page}")
        if progress:
            repository.set("projects", {"project_id": FIRST}, progress_percent=progress)
            repository.commit("Go on")
            run(repository, site)
    run(repository, site, "verify")


def test_the_list_holds_every_release_with_its_page_and_its_zip(repository: Repository, tmp_path: Path) -> None:
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    site = tmp_path / "site"
    run(repository, site, "--base-url", "https://example.org/portal/")
    first, second = listed(site)
    commits = repository.git("log", "--reverse", "--format=%H").split()
    assert [first["commit"], second["commit"]] == commits
    base = "https://example.org/portal"
    assert first == {
        "commit": commits[0],
        "published": "2026-01-01T09:00:00+07:00",
        "version": "1.0.3",
        "tags": ["one"],
        "state": "current",
        "page": None,
        "archives": [f"{base}/data/releases/sample-projects-one.zip"],
    }
    assert (second["version"], second["page"]) == ("1.1.0", f"{base}/changes/2026-01-02-{commits[1][:8]}/")
    for address in (*first["archives"], second["page"]):
        assert (site / address.removeprefix(base + "/")).exists()


def test_a_shallow_clone_calls_no_release_replaced_and_keeps_the_list(repository: Repository, tmp_path: Path) -> None:
    site, clone = tmp_path / "site", tmp_path / "clone"
    run(repository, site)
    last = repository.git("rev-parse", "HEAD")
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    repository.commit("Go on")
    subprocess.run(["git", "clone", "-q", "--depth", "1", repository.root.as_uri(), clone], check=True)
    shallow = Repository(clone)
    run(shallow, site)
    assert [release["state"] for release in listed(site)] == ["unknown", "unknown", "current"]
    assert "ประวัติที่ไม่ครบ" in words(site, f"changes/2026-01-02-{last[:8]}")
    run(repository, site)
    assert [release["state"] for release in listed(site)] == ["current"] * 3


def test_a_package_of_another_city_replaces_no_release(repository: Repository, tmp_path: Path) -> None:
    site = tmp_path / "site"
    run(repository, site)
    other = small_repository(tmp_path / "other", "other-city")
    run(other, site)
    assert [release["state"] for release in listed(site)] == ["current"]
    assert "รุ่นที่เคยเผยแพร่ แต่" not in words(site, "changes")


ENTRY = {"commit": "a" * 40, "published": "2026-01-01T00:00:00+00:00", "page": "x", "state": "rewritten"}
ODD: dict[str, bytes] = {
    "no JSON": b"\xff{",
    "deep": b"[" * 100_000,
    "no object": b"[1]",
    "another type": b'{"package": "sample-projects", "releases": 5}',
    "huge number": b'{"package": 1, "releases": [' + b"9" * 5_000 + b"]}",
    "odd entries": json.dumps(
        {
            "package": "sample-projects",
            "releases": [
                1,
                {},
                ENTRY | {"commit": "../../../../tmp/x"},
                ENTRY | {"commit": ["a"]},
                ENTRY | {"published": "2026-01-01"},
                ENTRY | {"published": "../../x"},
                ENTRY | {"version": "\u202e1"},
                ENTRY | {"version": "9" * 10_000},
                ENTRY | {"tags": 5},
                ENTRY | {"tags": [None]},
                ENTRY | {"state": "gone"},
                ENTRY,
                ENTRY,
            ],
        }
    ).encode(),
}


@pytest.mark.parametrize("name", [*ODD, "a pipe", "a link"])
def test_an_odd_list_in_the_last_site_is_said_and_survived(tmp_path: Path, name: str) -> None:
    file = tmp_path / "releases.json"
    if name == "a pipe":
        os.mkfifo(file)
    elif name == "a link":
        file.symlink_to("/etc/passwd")
    else:
        file.write_bytes(ODD[name])
    published = read_releases(file)
    assert published.damage
    assert [entry.release.commit for entry in published.releases] == (["a" * 40] if name == "odd entries" else [])


def test_a_damaged_list_in_the_last_site_is_replaced_with_a_warning(repository: Repository, tmp_path: Path) -> None:
    site = tmp_path / "site"
    run(repository, site)
    (site / "data" / "releases.json").write_bytes(ODD["odd entries"])
    result = run(repository, site)
    assert "12 of its entries are no releases" in result.stderr
    assert [release["commit"] for release in listed(site)].count("a" * 40) == 1
    assert words(site, "changes/2026-01-01-aaaaaaaa")
