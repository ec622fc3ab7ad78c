"""What the command says: progress on a terminal, one line in a pipe, and problems in three formats."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as ProgressBar

from portal.core.models import Package, PassedOver, Portal, Release, UnreadCause, UnreadCommits
from portal.core.problems import Problem, grouped, shorten
from portal.pipeline import Progress, SiteSize, refusals

if TYPE_CHECKING:
    from portal.imports import CreatedCity, ImportResult

REPOSITORY = Path(__file__).resolve().parents[2]

FORMATS = ("text", "json", "github")

PASSED_OVER_SHOWN = 20
"""Lines on commits that are passed over: a history of years may have thousands."""


class Reporter(Progress):
    """Speaks to a person at a terminal, to a pipe, or to GitHub's annotations."""

    def __init__(self, style: str, out: IO[str], err: IO[str], *, every_row: bool = False) -> None:
        """`style` is one of FORMATS; results go to `out`, progress and wrong usage to `err`.

        With `every_row`, a mistake that many rows have is said of each.
        """
        self.style = style
        self.every_row = every_row
        self.out = out
        self.err = err
        for stream in (out, err):
            # Thai must be printable where the terminal's own encoding does not have it.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        self.started = time.monotonic()
        # Without a thread of its own: the build forks its workers.
        self.bar = ProgressBar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(file=err),
            auto_refresh=False,
            disable=not err.isatty(),
            transient=True,
        )
        self.task: TaskID | None = None
        self.stages: list[tuple[str, float]] = []
        """The name of each stage, and when it began."""
        self.seconds: Mapping[str, float] = {}
        self.extra: dict[str, object] = {}
        """What JSON says besides the results."""

    def stage(self, name: str) -> None:
        """A new stage of the build has begun."""
        self.stages.append((name, time.monotonic()))
        if self.task is None:
            self.bar.start()
        else:
            self.bar.remove_task(self.task)
        self.task = self.bar.add_task(name, total=None)
        self.bar.refresh()

    def progress(self, done: int, total: int) -> None:
        """So much of the stage is done."""
        if self.task is not None:
            self.bar.update(self.task, completed=done, total=total, refresh=True)

    def work(self, seconds: Mapping[str, float]) -> None:
        """How long the workers took for each kind of task, added up."""
        self.seconds = seconds

    def timings(self) -> dict[str, Any]:
        """What took how many seconds: in all, each stage by the clock, and the tasks of the workers."""
        ends = [begin for _, begin in self.stages[1:]] + [time.monotonic()]
        stages = {name: round(end - begin, 2) for (name, begin), end in zip(self.stages, ends, strict=True)}
        work = {name: round(seconds, 2) for name, seconds in sorted(self.seconds.items())}
        return {"seconds": round(time.monotonic() - self.started, 2), "stages": stages, "work": work}

    def done(self, projects: int, pages: int, rendered: int, sizes: Sequence[int], output: Path) -> None:
        """The site was published; the pages that are not `rendered` are those of the last site. `sizes` in bytes.

        The hosts that would refuse a site so large are named too.
        """
        self.bar.stop()
        timings = self.timings()
        size = SiteSize.of(sizes)
        if self.style == "json":
            about = {"projects": projects, "pages": pages, "made": rendered, "output": str(output)}
            refused = [{"host": refusal.host, "reason": refusal.reason} for refusal in refusals(size)]
            self._json([], about | {"files": size.files, "bytes": size.bytes, "refused_by": refused})
            return
        if self.err.isatty():
            for kind in ("stages", "work"):
                for name, seconds in timings[kind].items():
                    label = name if kind == "stages" else f"workers: {name}"
                    print(f"{label:>28} {seconds:8.1f} s", file=self.err)
        self._print(
            f"{output}: {_counted(pages, 'page')} of {_counted(projects, 'project')} ({rendered:,} made), "
            f"{_counted(size.files, 'file')}, {size.bytes / 1e6:,.0f} MB, published in {timings['seconds']:.1f} s"
        )
        for refusal in refusals(size):
            self.warning(f"{output}: {refusal.text}", "notice")

    def unchanged(self, output: Path) -> None:
        """The site is what would be published."""
        self.bar.stop()
        if self.style == "json":
            self._json([], {"unchanged": True, "output": str(output)})
        else:
            self._print(f"{output}: nothing has changed, in {self.timings()['seconds']:.1f} s")

    def verified(self, output: Path, differences: Sequence[tuple[str, str]], *, same_program: bool) -> None:
        """A site was compared with a fresh build: the files that are not the same, each with what is the matter."""
        self.bar.stop()
        if self.style == "json":
            files = [{"file": name, "is": matter} for name, matter in differences]
            self._json([], {"output": str(output), "same_program": same_program, "differences": files})
            return
        for name, matter in differences:
            self._print(f"{output / name}: {matter}")
        if not differences:
            self._print(f"{output}: every file is as a fresh build makes it")
        elif not same_program:
            print("It was built by another version of the program or of its libraries.", file=self.err)

    def checked(self, portal: Portal, documents: int) -> None:
        """The data and the content have no problem."""
        rows = sum(resource.rows for resource in portal.package.resources.values())
        if self.style == "json":
            self._json([], {"projects": len(portal.projects), "rows": rows, "documents": documents})
        else:
            package = portal.package
            self._print(
                f"{package.name} {package.version}: no problems in {_counted(rows, 'row')} of "
                f"{_counted(len(package.resources), 'file')} and {_counted(documents, 'content page')}"
            )

    def imported(self, result: ImportResult) -> None:
        """Data were imported: what of each table is new, has changed or was removed."""
        self.bar.stop()
        if self.style == "json":
            self._json(
                [], {"records": result.records, "tables": [asdict(t) for t in result.tables], "written": result.written}
            )
            return
        for table in result.tables:
            parts = {"new": table.added, "changed": table.changed, "removed": table.removed}
            shown = ", ".join(f"{count:,} {name}" for name, count in parts.items() if count)
            self._print(f"{table.place}: {_counted(table.rows, 'row')}{f', {shown}' if shown else ', as before'}")
        what = ", ".join(result.written) if result.written else "nothing: all is as it was"
        self._print(
            f"{_counted(result.records, 'record')} imported in {time.monotonic() - self.started:.1f} s; written: {what}"
        )

    def created(self, folder: Path, created: CreatedCity) -> None:
        """The repository of a new city is made, and its site is built."""
        self.bar.stop()
        projects = created.imported.records
        self._print(
            f"{folder}: {_counted(created.pages, 'page')} of {_counted(projects, 'project')}, "
            f"made in {time.monotonic() - self.started:.1f} s"
        )

    def line(self, text: str) -> None:
        """A line of a conversation."""
        self._print(text)

    def problems(self, problems: Sequence[Problem], root: Path, outcome: str = "published") -> None:
        """Print every kind of problem, or with `every_row` every problem; `root` is what places are relative to.

        `outcome` is what was done with nothing, at the end.
        """
        self.bar.stop()
        shown = problems if self.every_row else grouped(problems)
        if self.style == "json":
            self._json(shown, {})
            return
        for problem in shown:
            self._print(_annotation(problem, root) if self.style == "github" else problem.text)
        places = sum(problem.count for problem in problems)
        total = places if self.every_row else len(shown)
        count = _counted(total, "problem")
        if total < places:
            count += f" in {places:,} places (--all names each)"
        print(f"{count}; nothing was {outcome}.", file=self.err)

    def passed_over(self, commits: Sequence[PassedOver]) -> None:
        """Name the commits that are no releases, a line each on `err`; of very many the newest. JSON has them all."""
        self.extra["passed_over"] = [
            {"commit": one.commit, "tags": list(one.tags), "reason": one.reason, "next_step": one.next_step}
            for one in commits
        ]
        if len(commits) > PASSED_OVER_SHOWN:
            self.warning(f"{len(commits):,} commits are passed over; the newest {PASSED_OVER_SHOWN} are named.")
        for one in commits[-PASSED_OVER_SHOWN:]:
            self.warning(_passed_over(one))

    def unread(self, groups: Sequence[UnreadCommits]) -> None:
        """Say in one line how many commits from before the package began cannot be read, when they were, and why."""
        self.extra["unread"] = [
            {
                "cause": group.cause.value,
                "commits": list(group.commits),
                "first": group.first.isoformat(),
                "last": group.last.isoformat(),
                "example": group.example,
                "tags": list(group.tags),
            }
            for group in groups
        ]
        if groups:
            self.warning(_unread(groups))

    def notices(self, notices: Sequence[Problem]) -> None:
        """What to look at, though it keeps nothing from being published: a line each on `err`; JSON has it too."""
        self.extra["notices"] = [one.as_dict() for one in notices]
        for one in notices:
            self.warning(one.text)

    def incomplete(self, first: Release | None) -> None:
        """The history begins with `first`, which is not the first release that there was; None if none can be read."""
        start = f"this clone knows it from {first.published.date()} on" if first else "this clone can read no release"
        self.warning(
            f"The history is incomplete: {start}, and pages cannot say what changed before. "
            'Fetch it with "git fetch --unshallow" (in GitHub Actions: "fetch-depth: 0").'
        )

    def same_version(self, package: Package, other: Release) -> None:
        """Other data were published under the version of `package`, with the release `other`."""
        version = shorten(package.version)
        self.warning(
            f"The data differ from release {version} (commit {other.commit[:8]}) but the version is the same. Raise "
            '"version" in datapackage.json.'
            if version
            else f'The data differ from those of commit {other.commit[:8]} and have no version. Give "version" in '
            "datapackage.json, and raise it with every change."
        )

    def warning(self, line: str, level: str = "warning") -> None:
        """Something to know, which keeps nothing from being published. `level` is how GitHub marks it."""
        if self.err.isatty():
            # Above the bar, which would be left standing half written.
            self.bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            print(f"::{level}::{_escaped(line)}" if self.style == "github" else line, file=self.err, flush=True)

    def usage(self, message: str) -> None:
        """The command or the configuration is wrong."""
        self.bar.stop()
        print(f"build.py: {message}", file=self.err)

    def _json(self, problems: Sequence[Problem], about: dict[str, object]) -> None:
        content = self.extra | about | {"problems": [problem.as_dict() for problem in problems]}
        self._print(json.dumps(content, ensure_ascii=False, indent=2))

    def _print(self, text: str) -> None:
        try:
            print(text, file=self.out, flush=True)
        except BrokenPipeError:
            # The reader, such as `head`, has seen enough: the rest goes nowhere, and the exit code stays.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.out.fileno())


def _counted(number: int, noun: str) -> str:
    """A number with its noun: `1 project`, `2,000 projects`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


UNREAD: Mapping[UnreadCause, str] = {
    UnreadCause.CELLS: "with cells that cannot be read",
    UnreadCause.COLUMNS: "without a column that must be there",
    UnreadCause.ELSEWHERE: "with the file of the projects in another folder",
    UnreadCause.UNREADABLE: "with a file that is no table",
}


def _unread(groups: Sequence[UnreadCommits]) -> str:
    count = sum(len(group.commits) for group in groups)
    first, last = min(group.first for group in groups), max(group.last for group in groups)
    days = f"of {first.date()}" if first.date() == last.date() else f"from {first.date()} to {last.date()}"
    causes = "; ".join(
        f"{len(group.commits):,} {UNREAD[group.cause]} ({shorten(group.example, 300)}, in {group.commits[0][:8]})"
        for group in groups
    )
    fit = "fits" if count == 1 else "fit"
    line = f"{_counted(count, 'commit')} {days}, before the first package, {fit} no later datapackage.json: {causes}."
    if tags := [tag for group in groups for tag in group.tags]:
        line += f" Nothing is published of the tags {shorten(', '.join(tags), 200)}."
    return line


def _passed_over(one: PassedOver) -> str:
    if one.is_tag:
        return f"a tag of commit {one.commit[:8]} is passed over: {shorten(one.reason, 1_000)}"
    what = f"commit {one.commit[:8]} is passed over" if one.commit else "the files as they are cannot be compared"
    parts = [f"{what}: {shorten(one.reason, 1_000)}"]
    if one.commit:
        parts.append(one.next_step or "What it changed is shown with the next release; nothing need be done.")
    if one.tags:
        parts.append(
            f"No files are published for the tag {shorten(', '.join(one.tags), 200)}: set it on a later commit."
        )
    return " ".join(parts)


def _annotation(problem: Problem, root: Path) -> str:
    """A workflow command of GitHub Actions, on the line of the file as the checkout has it."""
    # Places are relative to the package's folder; those of content pages to the repository.
    path = next(
        (path for path in (root / problem.place, REPOSITORY / problem.place) if path.exists()), root / problem.place
    )
    file = Path(os.path.relpath(path)).as_posix()
    properties = {"file": file, "line": problem.line, "title": problem.rule}
    written = ",".join(
        f"{key}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
        if value is not None
    )
    return f"::error {written}::{_escaped(problem.text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
