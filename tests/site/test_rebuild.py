"""Building again: what would be made the same is taken over, and every site is what a fresh build makes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.core.cache import Cache
from portal.core.files import file_state
from portal.pipeline.build_cache import SITE, cache_folder, cached_pages
from portal.pipeline.manifest import read_info

from tests.building import ROOT, SAMPLE, run_build
from tests.site.stopping import tree


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "package"))


CACHES = ROOT / ".cache" / "sites"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where a site is to be built."""
    return tmp_path / "site"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first site of a package without history, which the tests have copies of."""
    folder = tmp_path_factory.mktemp("first")
    build(shutil.copytree(SAMPLE, folder / "package"), folder / "site")
    return folder / "site"


@pytest.fixture
def published(first: Path, site: Path) -> Path:
    """The first site of the package, with what is known of it, as a workflow brings both from the last run."""
    shutil.copytree(first, site)
    known = cache_folder(site, CACHES)
    shutil.copytree(cache_folder(first, CACHES), known)
    (known / SITE).write_bytes(os.fsencode(site))
    return site


def build(package: Path, site: Path, *more: str | Path) -> dict[str, object]:
    """Build, and return what the command says of it."""
    result = run_build("--package", package, "--output", site, "--format", "json", *more)
    assert result.returncode == 0, result.stdout + result.stderr
    summary: dict[str, object] = json.loads(result.stdout)
    return summary


def edit(package: Path, resource: str, before: str, after: str) -> None:
    file = package / "data" / f"{resource}.csv"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")


def assert_fresh(package: Path, site: Path, tmp_path: Path, *more: str | Path) -> None:
    """That the site is, byte for byte, what a build in another folder makes of the package."""
    fresh = tmp_path / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    build(package, fresh, *more)
    assert tree(site) == tree(fresh)


def test_a_site_of_which_nothing_changed_is_left_alone(package: Path, site: Path) -> None:
    build(package, site)
    before = {path: path.stat().st_mtime_ns for path in (site, *site.rglob("*"))}
    assert build(package, site) == {"problems": [], "unchanged": True, "output": str(site)}
    assert {path: path.stat().st_mtime_ns for path in (site, *site.rglob("*"))} == before


@pytest.mark.parametrize(("first", "then"), [("2", "2"), ("2", "1"), ("1", "3")])
def test_a_change_of_one_note_makes_few_pages_anew_and_misses_none(
    package: Path, site: Path, tmp_path: Path, first: str, then: str
) -> None:
    pages = build(package, site, "--jobs", first)["pages"]
    note = min((package / "content").rglob("*.md"))
    note.write_text(note.read_text("utf-8") + "\nเพิ่มเติม\n", "utf-8")
    summary = build(package, site, "--jobs", then)
    assert isinstance(pages, int)
    assert isinstance(summary["made"], int)
    assert 0 < summary["made"] < pages / 2
    assert_fresh(package, site, tmp_path)


def test_other_data_without_history_change_the_citation_of_every_project_and_no_page_that_names_none(
    package: Path, published: Path, tmp_path: Path
) -> None:
    before = tree(published)
    edit(package, "projects", "โครงการ", "โครงการใหม่")
    build(package, published)
    after = tree(published)
    changed = {name for name in before if before[name] != after.get(name)}
    assert {name for name in before if Path(name).match("projects/9*/index.html")} <= changed
    assert changed & {f"{text.name.split('.')[0]}/index.html" for text in (ROOT / "content").glob("*.md")} == set()
    assert_fresh(package, published, tmp_path)


@pytest.mark.parametrize("resource", ["projects", "monthly_results", "progress_reports", "evaluations", "agencies"])
def test_a_record_that_is_gone_leaves_no_trace(package: Path, published: Path, tmp_path: Path, resource: str) -> None:
    file = package / "data" / f"{resource}.csv"
    *rows, last = file.read_text("utf-8").splitlines(keepends=True)
    key = last.split(",")[0]
    keys = {key}
    # In the order of the names: contracts come before payments, which name nothing else.
    for other in sorted((package / "data").glob("*.csv")):
        if resource in ("projects", "agencies"):
            all_rows = other.read_text("utf-8").splitlines(keepends=True)
            others = [row for row in all_rows if not any(key in row for key in keys)]
            other.write_text("".join(others), "utf-8")
            if other.name == "contracts.csv":
                keys |= {row.split(",")[0] for row in {*all_rows} - {*others}}
    if resource not in ("projects", "agencies"):
        file.write_text("".join(rows), "utf-8")
    build(package, published)
    assert_fresh(package, published, tmp_path)


def assert_each_page_is_in_one_shard(site: Path, caches: Path) -> None:
    """Else two workers would write one file, and what is saved of it would be of the one that said so last."""
    known = cache_folder(site, caches)
    shards = [file.name.removesuffix(".json.gz") for file in known.glob("*.json.gz")]
    names = Counter(name for shard in shards for name in cached_pages(Cache(known).get(shard)))
    assert {*names.values()} == {1}
    assert {name for name in tree(site) if name.endswith(".html")} <= names.keys()


def test_each_page_is_in_one_shard(published: Path) -> None:
    assert_each_page_is_in_one_shard(published, CACHES)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_no_build_made_stays_where_it_is(package: Path, published: Path, jobs: str) -> None:
    mine = published / "projects" / "mine" / "notes.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    before = tree(published)
    edit(package, "projects", "โครงการ", "โครงการใหม่")
    result = run_build("--package", package, "--output", published, "--jobs", jobs)
    assert result.returncode == 2
    assert f"{published}: holds what no build made: projects/mine. A build replaces the whole folder." in result.stderr
    assert tree(published) == before
    assert sorted(file.name for file in published.parent.iterdir()) == ["package", "site"]


def test_another_address_makes_every_page_anew(package: Path, published: Path, tmp_path: Path) -> None:
    summary = build(package, published, "--base-url", "https://example.org/portal/")
    assert summary["made"] == summary["pages"]
    assert_fresh(package, published, tmp_path, "--base-url", "https://example.org/portal/")


@pytest.mark.parametrize("which", ["projects/*/index.html", "data/projects-*.jsonl.gz", "data/projects.parquet"])
@pytest.mark.parametrize("harm", ["changed", "gone", "link"])
def test_a_site_that_somebody_altered_is_mended_though_nothing_else_changed(
    package: Path, published: Path, tmp_path: Path, harm: str, which: str
) -> None:
    good = tree(published)
    file = next(published.glob(which))
    match harm:
        case "changed":
            file.write_bytes(file.read_bytes() + b"<script>")
        case "gone":
            file.unlink()
        case "link":
            data = file.read_bytes()
            file.unlink()
            (tmp_path / "elsewhere").write_bytes(data)
            file.symlink_to(tmp_path / "elsewhere")
    assert "unchanged" not in build(package, published)
    assert tree(published) == good
    assert not any(path.is_symlink() for path in published.rglob("*"))


def test_a_damage_that_does_not_show_in_the_state_of_a_file_is_mended_by_the_next_build(
    package: Path, published: Path
) -> None:
    """As where a disk forgets: the system knows of no change."""
    good = tree(published)
    page = next(published.glob("projects/*/index.html"))
    page.write_bytes(page.read_bytes().replace(b"<h1", b"<h2"))
    states = {name: file_state((published / name).lstat()) for name in good}
    Cache(cache_folder(published, CACHES)).put("states", states)
    assert "unchanged" not in build(package, published)
    assert tree(published) == good


def test_the_files_that_stay_over_some_builds_are_known_by_their_states(package: Path, published: Path) -> None:
    for _ in range(2):
        edit(package, "agencies", "สำนัก", "สำนักงาน")
        build(package, published)
        time.sleep(2)
    edit(package, "agencies", "สำนัก", "สำนักงาน")
    build(package, published)
    states = Cache(cache_folder(published, CACHES)).get("states")
    assert [name for name, state in states.items() if [*file_state((published / name).lstat())] != state] == []
    assert len([name for name in states if name.endswith("index.html")]) > 50


def test_what_was_noted_of_the_last_site_may_be_lost_or_damaged(package: Path, published: Path, tmp_path: Path) -> None:
    edit(package, "projects", "โครงการ", "โครงการใหม่")
    for number, file in enumerate(sorted(cache_folder(published, CACHES).glob("*.gz"))):
        file.write_bytes([b"", b"no gzip", file.read_bytes()[:40]][number % 3])
    build(package, published)
    assert_fresh(package, published, tmp_path)


def test_compiled_templates_are_used_again_and_not_where_they_were_altered(
    package: Path, published: Path, tmp_path: Path
) -> None:
    compiled = cache_folder(published, CACHES) / "templates"
    good = tree(compiled)
    assert good
    edit(package, "projects", "โครงการ", "โครงการใหม่")
    build(package, published)
    assert tree(compiled).items() >= good.items()
    for name, code in good.items():
        (compiled / name).write_bytes(code.replace("สมมติ".encode(), "จริงๆ".encode()))
    edit(package, "projects", "โครงการ", "โครงการใหม่")
    build(package, published)
    assert_fresh(package, published, tmp_path)


def test_a_page_is_never_written_into_the_published_one(package: Path, published: Path) -> None:
    page = published / "projects" / "91000000-001" / "index.html"
    page = page if page.exists() else next(published.glob("projects/*/index.html"))
    with page.open("rb") as opened:
        before = page.read_bytes()
        edit(package, "projects", "โครงการ", "โครงการใหม่")
        build(package, published)
        assert opened.read() == before


def test_builds_in_other_folders_zones_and_orders_are_the_same_bytes(package: Path, site: Path, tmp_path: Path) -> None:
    build(package, site, "--jobs", "1")
    far = tmp_path / "another" / "folder ก"
    copy = shutil.copytree(package, far / "package")
    for number, path in enumerate(sorted(copy.rglob("*"))):
        os.utime(path, (946_684_800 + number, 946_684_800 + number))
    arguments = ("--package", copy, "--output", far / "site", "--jobs", "3")
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Bangkok", "LC_ALL": "C", "HOME": str(tmp_path)}
    result = run_build(*arguments, env=environment, cwd=far)
    assert result.returncode == 0, result.stderr
    assert tree(site) == tree(far / "site")


# What a site says of itself, and whether it is true


def test_the_manifest_is_what_anybody_can_make_with_sha256sum(sample_site: Path) -> None:
    find = "find . -type f ! -name build-info.json -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"
    printed = subprocess.run(find, shell=True, cwd=sample_site, capture_output=True, text=True, check=True).stdout
    assert printed.split()[0] == read_info(sample_site)["manifest_sha256"]


def test_a_site_says_what_it_was_made_from(sample_site: Path) -> None:
    info = read_info(sample_site)
    assert {"data/projects.csv", "datapackage.json", "pyproject.toml", "content/about.md"} <= info["inputs"].keys()
    assert info["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert info["versions"]["pagefind-bin"]


def test_verify_finds_what_no_build_would_have_made(package: Path, site: Path) -> None:
    build(package, site, "--base-url", "https://example.org/")
    result = run_build("verify", "--package", package, "--output", site)
    assert (result.returncode, result.stdout) == (0, f"{site}: every file is as a fresh build makes it\n")
    (site / "index.html").write_text("forged")
    (site / "robots.txt").unlink()
    (site / "extra.html").write_text("extra")
    result = run_build("verify", "--package", package, "--output", site)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        f"{site}/extra.html: is not made by a build",
        f"{site}/index.html: differs",
        f"{site}/robots.txt: is missing",
    ]
    result = run_build("verify", "--package", package, "--output", site, "--format", "json")
    assert [difference["file"] for difference in json.loads(result.stdout)["differences"]] == [
        "extra.html",
        "index.html",
        "robots.txt",
    ]
    assert (site / "index.html").read_text() == "forged"


def test_verify_of_no_site_is_wrong_usage(package: Path, tmp_path: Path) -> None:
    result = run_build("verify", "--package", package, "--output", tmp_path / "nowhere")
    assert (result.returncode, result.stdout) == (2, "")
    assert "there is no site of this program" in result.stderr


def test_the_cache_stands_where_it_is_asked_for(package: Path, site: Path, tmp_path: Path) -> None:
    build(package, site, "--cache-dir", tmp_path / "cache")
    assert {path.name for path in (tmp_path / "cache").iterdir()} >= {"sites"}
    assert os.fsencode(site) not in {file.read_bytes() for file in (ROOT / ".cache" / "sites").glob("*/site")}


def test_timings_are_written_as_json(package: Path, site: Path, tmp_path: Path) -> None:
    build(package, site, "--timings", tmp_path / "timings.json")
    timings = json.loads((tmp_path / "timings.json").read_text())
    assert {"read", "analyse", "render", "publish"} <= timings["stages"].keys()
    assert {"render", "index", "exports"} <= timings["work"].keys()
    assert timings["seconds"] >= sum(timings["stages"].values()) * 0.9
    result = run_build("--package", package, "--output", site, "--timings", tmp_path)
    assert result.returncode == 2
    assert "The site is published." in result.stderr


# On a cluster


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a Dask scheduler on this machine, and its two workers, each a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_scheduler"]
    file = tmp_path / "scheduler.json"
    started = [
        subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    ]
    try:
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        worker = [sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_worker", address, "--nthreads", "1"]
        worker += ["--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--local-directory", str(tmp_path)]
        started += [
            subprocess.Popen(worker, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def has_pages(folder: Path) -> bool:
    """Whether the first page of a site is in its stage; folders come and go meanwhile."""
    try:
        return any(folder.glob(".site.staging-*/projects/*/index.html"))
    except FileNotFoundError:
        return False


def test_a_cluster_makes_the_same_bytes_also_when_one_of_its_workers_dies(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], package: Path, site: Path, tmp_path: Path
) -> None:
    address, workers = cluster
    command: list[str | Path] = [
        sys.executable,
        ROOT / "build.py",
        "--package",
        package,
        "--output",
        site,
        "--scheduler",
        address,
    ]
    building = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    # In the midst: the first page is written, and the site is not there yet.
    while not has_pages(tmp_path):
        assert building.poll() is None, building.communicate()[1]
        time.sleep(0.005)
    workers[0].send_signal(signal.SIGKILL)
    assert not site.exists()
    _, errors = building.communicate(timeout=120)
    assert building.returncode == 0, errors
    assert_fresh(package, site, tmp_path)
    (site / "mine.txt").write_text("mine")
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "holds what no build made: mine.txt." in refused.stderr
    assert (site / "mine.txt").read_text() == "mine"


def test_a_cluster_that_is_not_there_is_wrong_usage(package: Path, site: Path) -> None:
    result = run_build("--package", package, "--output", site, "--scheduler", "tcp://127.0.0.1:9")
    assert result.returncode == 2
    assert "no cluster answers at tcp://127.0.0.1:9" in result.stderr
    assert not site.exists()
