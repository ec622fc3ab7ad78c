"""Measure how long the history of a package takes to read, when nothing of it is known and when all is.

    python -m benchmarks.history [--projects 10000] [--days 365] [--packed] [--keep FOLDER]

A fictional package gets a commit a day: each day one project in a hundred has new figures and an altered month, and
each week a hundred have a new report. One project in twenty has the long texts of the reference record, which is more
than in the real package. `--packed` has git pack the repository first.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.fiction import make
from benchmarks.memory import peak_memory
from portal.core.cache import Cache
from portal.history import read_history
from portal.package import read_portal


def git(folder: Path, *arguments: str, day: date | None = None) -> None:
    """Run git in `folder`, as nobody, on a day."""
    moment = (
        datetime(2025, 1, 1, 18, tzinfo=UTC) if day is None else datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    )
    who = {f"GIT_{role}_{what}": "fiction" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    when = {f"GIT_{role}_DATE": moment.isoformat() for role in ("AUTHOR", "COMMITTER")}
    subprocess.run(
        ["git", "-c", "core.compression=1", "-C", folder, *arguments], check=True, env=os.environ | who | when
    )


def read(file: Path) -> list[list[str]]:
    """The rows of a CSV, its header first."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def write(file: Path, rows: list[list[str]]) -> None:
    """Write a CSV."""
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(rows)


def commit_days(folder: Path, days: int) -> None:
    """Make a repository of `folder`, and a commit for each day."""
    pick = random.Random(2)
    git(folder, "init", "-q")
    git(folder, "add", "datapackage.json", "data")
    git(folder, "commit", "-qm", "Begin")
    files = {name: folder / "data" / f"{name}.csv" for name in ("projects", "monthly_results", "progress_reports")}
    tables = {name: read(file) for name, file in files.items()}
    projects, months, reports = tables.values()
    column = {name: number for number, name in enumerate(projects[0])}
    for number in range(1, days + 1):
        for row in pick.sample(projects[1:], max(1, len(projects) // 100)):
            row[column["progress_percent"]] = str(pick.randrange(101))
            row[column["budget_spent"]] = str(pick.randrange(10**7))
        for row in pick.sample(months[1:], max(1, len(projects) // 100)):
            row[2] = str(pick.randrange(101))
        write(files["projects"], projects)
        write(files["monthly_results"], months)
        if number % 7 == 0:
            reports += [
                [*row[:1], f"20{30 + number % 60}-{1 + number % 12:02}-01", *row[2:]] for row in reports[1:401:4]
            ]
            write(files["progress_reports"], reports)
        git(folder, "commit", "-qam", f"Day {number}", day=date(2025, 1, 1) + timedelta(days=number))


def measure(folder: Path, label: str) -> None:
    """Read the history of the package in `folder` twice, and print what it took."""
    package = read_portal(folder).portal
    assert package is not None
    for state in ("cold", "warm"):
        begin = time.perf_counter()
        with peak_memory() as peak:
            history = read_history(folder / "datapackage.json", package.package, Cache(folder / ".cache"))
        seconds = time.perf_counter() - begin
        changes = sum(len(release.changes) for release in history.releases)
        print(f"{label}, {state}: {seconds:.1f} s, {peak[0] / 1e6:,.0f} MB (the package included),", end=" ")
        print(f"{len(history.releases)} releases, {changes:,} changes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--packed", action="store_true")
    parser.add_argument("--keep", type=Path, help="where the repository stays")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = arguments.keep or Path(temporary)
        if not (place / ".git").exists():
            make(place, arguments.projects, described=20)
            commit_days(place, arguments.days)
        if arguments.packed:
            git(place, "gc", "-q")
        measure(place, "packed" if arguments.packed else "as committed")
