"""Each part of a build, stopped at every write, in a stage whose files are those of the published site.

    python tests/site/stop_at_writes.py PACKAGE SITE SCRATCH

A child process does the part, and ends without a word when it is about to open a file of the stage for writing, or to
give it its name, for the nth time, for n = 1, 2, … until it comes to its end. Then it does the part with files limited
to some bytes, as on a full disk.
Prints a line of JSON for each part: how often it was stopped, and which published files were harmed.
"""

import json
import os
import resource
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from portal.core.files import write_file  # noqa: E402
from portal.core.models import History  # noqa: E402
from portal.core.urls import year_name  # noqa: E402
from portal.exports.exporters import (  # noqa: E402
    EXPORTERS,
    ExportJob,
    TableWriter,
    publish,
    publish_release,
    write_form,
    write_package,
    write_whole_workbook,
)
from portal.history import find_record_versions  # noqa: E402
from portal.package.reading import read_portal  # noqa: E402
from portal.search.index import index_shard  # noqa: E402

from tests.conventions import CITY  # noqa: E402

STOPPED, FAILED = 9, 8


def parts(package: Path, stage: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """What writes files of a site, by name."""
    portal = read_portal(package, CITY).portal
    assert portal is not None
    versions = find_record_versions(portal.package, History(), {})
    order = ExportJob(portal.package, "https://city.example/", versions, "readme", stage)
    pages = [path.relative_to(stage).as_posix() for path in stage.rglob("*.html")]
    year = max(project.fiscal_year or 0 for project in portal.projects)
    projects = [(project, ()) for project in portal.projects if project.fiscal_year == year]
    archive = next(f"/{path.relative_to(stage).as_posix()}" for path in stage.glob("data/*.zip"))
    yield "package", lambda: write_package(package / "datapackage.json", portal.package, stage)
    yield "workbook", lambda: write_whole_workbook(order)
    for form in EXPORTERS:
        yield form, partial(write_form, form, order)
    yield "texts", lambda: [publish(stage, name, "quality", b"new") for name in ("quality.json", "SHA256SUMS")]
    yield "tables", lambda: write_table(stage)
    yield "archive", lambda: publish_release(stage, archive, "x", date(2026, 1, 2), {"projects.csv": b"new"})
    yield "pages", partial(rewrite, stage, pages[:5])
    yield "index", lambda: index_shard(year_name(year), projects, stage / "pagefind")


def write_table(stage: Path) -> None:
    with TableWriter(stage, "changes.csv", "changes", ["a"]) as table:
        table.write([["b"]])


def rewrite(stage: Path, pages: list[str]) -> None:
    for page in pages:
        write_file(stage, page, b"new")


def in_child(part: Callable[[], object], stage: Path, *, at: int = 0, limit: int | None = None) -> int:
    """Do a part in a process that ends at its write number `at`, or whose files have at most `limit` bytes."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    writes = 0

    def stop(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal writes
        if event not in ("open", "os.rename") or str(stage) not in str(arguments[:2]):
            return
        is_open = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if is_open or event == "os.rename":
            writes += 1
            if writes == at:
                os._exit(STOPPED)

    try:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        sys.addaudithook(stop)
        part()
    except BaseException:
        os._exit(FAILED)
    os._exit(0)


def link_all(site: Path, stage: Path) -> None:
    """Make the stage anew, each of its files being one of the site."""
    shutil.rmtree(stage, ignore_errors=True)
    shutil.copytree(site, stage, copy_function=os.link)


def harmed(site: Path, before: Mapping[str, bytes]) -> list[str]:
    now = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def main(package: Path, site: Path, scratch: Path) -> None:
    """Stop every part at each of its writes."""
    stage = scratch / "stage"
    before = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    link_all(site, stage)
    for name, part in parts(package, stage):
        found: set[str] = set()
        stops, limited = 0, 0
        while True:
            link_all(site, stage)
            code = in_child(part, stage, at=stops + 1)
            found.update(harmed(site, before))
            if code != STOPPED:
                break
            stops += 1
        for limit in (0, 300, 5_000):
            link_all(site, stage)
            limited += in_child(part, stage, limit=limit) == FAILED
            found.update(harmed(site, before))
        print(json.dumps({"part": name, "code": code, "stops": stops, "limited": limited, "harmed": sorted(found)}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
