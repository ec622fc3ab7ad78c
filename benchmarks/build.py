"""Measure whole builds: cold, unchanged, and after a change, beside plain Pagefind on the same pages.

    python -m benchmarks.build [--projects 10000] [--jobs 2] [--json FILE] [--keep FOLDER]
                               [--without-yardstick] [--only-cold]

A fictional package is made: six fiscal years, twelve months and four reports of each project, every text as long as the
reference record's. Then, each as a process of its own with the peak memory of all its processes:

- cold: nothing is there but the package. Validation, both languages, every download, the search; there is no history.
- unchanged: again, with the site in place.
- changed: one project in a hundred of the newest year has other figures, a new month and a new report.
- released: the same site with another version in the descriptor, which every page names. It has no limit to keep.
- yardstick: the plain Pagefind binary, extended, with its default options, over the rendered Thai pages.

Every ratio is to the yardstick of the same run. `--without-yardstick` is for packages for which Pagefind has not enough
memory: at 10,000 pages it takes 8 GB. `--only-cold` leaves the later builds out: at 100,000 projects they take an hour.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pagefind_bin_extended

from benchmarks.fiction import YEARS
from benchmarks.memory import peak_memory

ROOT = Path(__file__).resolve().parent.parent

LIMITS = {"cold": 1.5, "unchanged": 0.15, "changed": 0.35}
"""Of the yardstick, at most."""


def run(command: Sequence[str | Path]) -> tuple[float, int]:
    """Seconds and peak bytes of a command, which does not wait for what others have still to write to the disk."""
    os.sync()
    begin = time.perf_counter()
    with peak_memory() as peak:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin, peak[0]


def change(package: Path) -> int:
    """Give one project in a hundred of the newest year other figures, a month and a report; returns how many."""
    rows, header = read(package, "projects")
    newest = [row for row in rows if row["fiscal_year"] == str(max(YEARS))][::100]
    changed = {row["project_id"] for row in newest}
    for row in newest:
        row["budget_spent"] = str(int(row["budget_received"]) // 2)
        row["progress_percent"] = row["result_value"] = "55"
    write(package, "projects", header, rows)
    rows, header = read(package, "monthly_results")
    for row in rows:
        if row["project_id"] in changed and row["month"] == "12":
            row["result"] = "55"
    write(package, "monthly_results", header, rows)
    rows, header = read(package, "progress_reports")
    last = {row["project_id"]: row for row in rows if row["project_id"] in changed}
    day = f"{max(YEARS) - 543}-08-30"
    rows += [row | {"report_date": day, "progress_percent": "55"} for row in last.values()]
    write(package, "progress_reports", header, rows)
    return len(changed)


def release(package: Path) -> None:
    """Raise the version."""
    file = package / "datapackage.json"
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(content | {"version": "99.0.0"}, ensure_ascii=False, indent=2), "utf-8")


def read(package: Path, name: str) -> tuple[list[dict[str, str]], list[str]]:
    """The rows and the header of a CSV."""
    with (package / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader), list(reader.fieldnames or ())


def write(package: Path, name: str, header: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    """Write a CSV again."""
    with (package / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def thai_pages(site: Path, folder: Path) -> int:
    """Copy the rendered Thai pages to `folder`, and say how many there are."""
    pages = [path for path in site.rglob("*.html") if path.relative_to(site).parts[0] != "en"]
    for path in pages:
        copy = folder / path.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return len(pages)


def measure(work: Path, projects: int, jobs: int, *, yardstick: bool, only_cold: bool) -> dict[str, Any]:
    """Measure everything, printing as it goes; returns it as `--json` has it."""
    work = work.absolute()
    package, site = work / "package", work / "site"
    shutil.rmtree(site, ignore_errors=True)
    # By a process of its own, whose memory is not that of the builds.
    subprocess.run(
        [sys.executable, "-m", "benchmarks.fiction", package, "--projects", str(projects)], cwd=ROOT, check=True
    )
    seconds: dict[str, float | None] = {"yardstick": None}
    peaks: dict[str, int] = {}
    stages: dict[str, Any] = {}
    prepare = {"changed": change, "released": release}
    for name in ["cold"] if only_cold else ["cold", "unchanged", "changed", "released"]:
        if name in prepare:
            prepare[name](package)
        timings = work / f"{name}.json"
        command: list[str | Path] = [sys.executable, ROOT / "build.py", "--package", package, "--output", site]
        command += ["--jobs", str(jobs), "--timings", timings]
        seconds[name], peaks[name] = run(command)
        stages[name] = json.loads(timings.read_text("utf-8"))
        print(f"{name}: {seconds[name]:.1f} s, {peaks[name] / 1e9:.2f} GB", flush=True)
        if name == "cold" and yardstick:
            pages = work / "pages"
            count = thai_pages(site, pages)
            binary = pagefind_bin_extended.get_executable()
            seconds["yardstick"], peaks["yardstick"] = run([binary, "--site", pages])
            shutil.rmtree(pages)
            print(f"yardstick: {seconds['yardstick']:.1f} s for {count:,} pages", flush=True)
    unit = seconds["yardstick"]
    measured = {name: seconds.get(name) for name in LIMITS}
    ratios = {name: round(one / unit, 3) if one and unit else None for name, one in measured.items()}
    released = seconds.pop("released", None)
    return {
        "projects": projects,
        "seconds": {name: None if value is None else round(value, 2) for name, value in seconds.items()},
        "ratios": ratios,
        "peak_bytes": max(value for name, value in peaks.items() if name != "yardstick"),
        "peaks": peaks,
        "others": {} if released is None else {"released": round(released, 2)},
        "stages": stages,
    }


def table(result: dict[str, Any]) -> str:
    """What was measured as Markdown."""
    lines = ["| build | seconds | of the yardstick | at most | peak memory |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, value in {**result["seconds"], **result["others"]}.items():
        ratio, limit = result["ratios"].get(name), LIMITS.get(name)
        memory = f"{result['peaks'][name] / 1e9:.2f} GB" if name in result["peaks"] else "–"
        figures = (f"{one:.2f}" if one is not None else "–" for one in (value, ratio, limit))
        lines.append(f"| {name} | {' | '.join(figures)} | {memory} |")
    lines += ["", "| stage | cold | unchanged | changed |", "| --- | ---: | ---: | ---: |"]
    told = {
        name: told["stages"] | {f"workers: {task}": seconds for task, seconds in told["work"].items()}
        for name, told in result["stages"].items()
    }
    for stage in told["cold"]:
        lines.append(f"| {stage} | {' | '.join(str(told.get(name, {}).get(stage, '–')) for name in LIMITS)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where what was measured is written too")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the package and the site stay")
    parser.add_argument("--without-yardstick", action="store_true", help="leave Pagefind's own run out")
    parser.add_argument("--only-cold", action="store_true", help="leave the later builds out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        result = measure(
            arguments.keep or Path(temporary),
            arguments.projects,
            arguments.jobs,
            yardstick=not arguments.without_yardstick,
            only_cold=arguments.only_cold,
        )
    print(table(result))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
