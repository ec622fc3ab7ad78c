"""Whatever happened to a package, what is said of its past depends on its commits and its descriptor alone.

Hypothesis makes the histories, the same ones at each run. For others, and fifty times as many:

    HOSTILE_TIMES=50 python -m pytest tests/site/test_any_history.py
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from portal.core.cache import Cache
from portal.core.config import read_config
from portal.core.program import ROOT
from portal.history.timeline import Timeline
from portal.package.reading import read_portal
from portal.pipeline.analyse import load_timeline
from portal.pipeline.load import load_history
from portal.rules.agencies import agency_values
from portal.rules.findings import Findings, RuleRunner

from tests.conventions import CITY

TIMES = int(os.environ.get("HOSTILE_TIMES", "1"))
CONFIG = read_config(ROOT / "pyproject.toml", None)
PROJECTS = ("p1", "p2")
NUMBERS = ("", "0", "10", "10.0", "60", "90", "100", "-")
DAYS = ("", "2023-10-01", "2023-11-15", "2024-01-31", "2024-06-30", "2024-09-30")
STATUSES = ("", "กำลังดำเนินการ", "ดำเนินการแล้วเสร็จ", "ยกเลิก", "ยังไม่มีการรายงาน")
MISSING = ([""], ["", "-"], ["", "100"], ["", "10", "-"])

Table = dict[tuple[str, ...], dict[str, str]]
"""Records by their key."""


def schema(**types: str) -> dict[str, Any]:
    return {"fields": [{"name": name, "type": kind} for name, kind in types.items()], "missingValues": ["", "-"]}


@dataclass
class State:
    """A package of two projects: its descriptor, and the records of its tables."""

    descriptor: dict[str, Any] = field(
        default_factory=lambda: {
            "name": "small",
            "title": "เล็ก",
            "version": "1",
            "created": "2024-09-30T00:00:00Z",
            "licenses": [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}],
            "resources": [
                {"name": name, "path": f"{name}.csv", "schema": described}
                for name, described in {
                    "projects": schema(
                        project_id="string",
                        title="string",
                        fiscal_year="integer",
                        budget_received="number",
                        budget_spent="number",
                        progress_percent="number",
                        start_date="date",
                        finish_date="date",
                        as_of_date="date",
                    ),
                    "monthly_results": schema(project_id="string", month="integer", result="number"),
                    "progress_reports": schema(
                        project_id="string", report_date="date", progress_percent="number", status="string"
                    ),
                }.items()
            ],
        }
    )
    tables: dict[str, Table] = field(
        default_factory=lambda: {
            "projects": {
                (key,): {
                    "project_id": key, "title": f"โครงการ {key}", "fiscal_year": "2567", "budget_received": "100",
                    "budget_spent": "10", "progress_percent": "10", "start_date": "2023-10-01",
                    "finish_date": "2024-06-30", "as_of_date": "2023-11-15",
                }
                for key in PROJECTS
            },
            "monthly_results": {("p1", "1"): {"project_id": "p1", "month": "1", "result": "10"}},
            "progress_reports": {
                ("p1", "2023-11-15"): {
                    "project_id": "p1", "report_date": "2023-11-15", "progress_percent": "10", "status": STATUSES[1]
                }
            },
        }
    )  # fmt: skip
    away: dict[str, dict[str, Table]] = field(default_factory=dict)
    """The records of projects that were removed."""

    def fields(self, resource: str) -> list[dict[str, Any]]:
        described = next(entry for entry in self.descriptor["resources"] if entry["name"] == resource)
        fields: list[dict[str, Any]] = described["schema"]["fields"]
        return fields

    def files(self) -> dict[str, bytes]:
        files = {"datapackage.json": json.dumps(self.descriptor, ensure_ascii=False).encode()}
        for name, records in self.tables.items():
            text, header = io.StringIO(), [described["name"] for described in self.fields(name)]
            writer = csv.DictWriter(text, header, lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows(records[key] for key in sorted(records))
            files[f"{name}.csv"] = text.getvalue().encode()
        return files


Edit = Callable[[State], None]


def set_cell(project: str, name: str, cell: str) -> Edit:
    def edit(state: State) -> None:
        if (record := state.tables["projects"].get((project,))) and name in record:
            record[name] = cell

    return edit


def report(project: str, day: str, progress: str, status: str) -> Edit:
    def edit(state: State) -> None:
        record = {"project_id": project, "report_date": day, "progress_percent": progress, "status": status}
        if (project,) in state.tables["projects"]:
            state.tables["progress_reports"][project, day] = record

    return edit


def report_month(project: str, month: str, result: str) -> Edit:
    def edit(state: State) -> None:
        if (project,) in state.tables["projects"]:
            record = {"project_id": project, "month": month, "result": result}
            state.tables["monthly_results"][project, month] = record

    return edit


def stop_reports(project: str, *resources: str) -> Edit:
    def edit(state: State) -> None:
        for name in resources:
            state.tables[name] = {key: record for key, record in state.tables[name].items() if key[0] != project}

    return edit


def remove_or_put_back(project: str) -> Edit:
    def edit(state: State) -> None:
        if project in state.away:
            for name, records in state.away.pop(project).items():
                state.tables[name] |= records
        else:
            state.away[project] = {
                name: {key: record for key, record in records.items() if key[0] == project}
                for name, records in state.tables.items()
            }
            stop_reports(project, *state.tables)(state)

    return edit


def declare_missing(resource: str, cells: list[str]) -> Edit:
    def edit(state: State) -> None:
        described = next(entry for entry in state.descriptor["resources"] if entry["name"] == resource)
        described["schema"]["missingValues"] = cells

    return edit


def declare_type(name: str, kind: str) -> Edit:
    def edit(state: State) -> None:
        for described in state.fields("projects"):
            if described["name"] == name:
                described["type"] = kind

    return edit


def rename(name: str, other: str) -> Edit:
    """Rename a column, or give it its name back."""

    def edit(state: State) -> None:
        names = {name: other, other: name}
        for described in state.fields("projects"):
            described["name"] = names.get(described["name"], described["name"])
        for records in (state.tables["projects"], *(away["projects"] for away in state.away.values())):
            for key, record in records.items():
                records[key] = {names.get(k, k): cell for k, cell in record.items()}

    return edit


def raise_version(version: str) -> Edit:
    return lambda state: state.descriptor.update(version=version)


def each(make: Callable[..., Edit], *choices: Sequence[Any]) -> st.SearchStrategy[Edit]:
    return st.builds(make, *map(st.sampled_from, choices))


AMOUNTS = ("fiscal_year", "budget_received", "budget_spent", "progress_percent")
DATA = st.one_of(
    each(set_cell, PROJECTS, AMOUNTS[1:], NUMBERS),
    each(set_cell, PROJECTS, ("start_date", "finish_date", "as_of_date"), DAYS),
    each(report, PROJECTS, DAYS[1:], NUMBERS, STATUSES),
    each(report_month, PROJECTS, ("1", "2", "9"), NUMBERS),
    each(stop_reports, PROJECTS, ("monthly_results", "progress_reports")),
    each(remove_or_put_back, PROJECTS),
    each(raise_version, ("2", "3")),
)
DESCRIPTION = st.one_of(
    each(declare_missing, ("projects", "monthly_results", "progress_reports"), MISSING),
    each(declare_type, ("budget_spent", "progress_percent"), ("number", "string", "integer")),
    each(rename, ("budget_spent", "as_of_date"), ("other",)),
)


def steps_of(edits: st.SearchStrategy[Edit]) -> st.SearchStrategy[list[list[Edit]]]:
    """Edits, commit by commit; in every second history a project is away for a while."""
    some = st.lists(st.lists(edits, min_size=1, max_size=3), min_size=1, max_size=3)
    away = [remove_or_put_back("p1")]
    return st.tuples(some, some).map(lambda parts: [*parts[0], *parts[1]]) | st.tuples(some, some).map(
        lambda parts: [*parts[0], away, away, *parts[1]]
    )


FALLS_SILENT = [
    [report("p1", "2023-11-15", "10", STATUSES[1])],
    [set_cell("p1", "as_of_date", "2024-06-30")],
]
AWAY = [[remove_or_put_back("p1")], [remove_or_put_back("p1")]]
OTHER_MISSING = [
    [set_cell("p1", "budget_spent", "100"), set_cell("p1", "budget_received", "90")],
    [set_cell("p1", "budget_spent", "10")],
    [declare_missing("projects", ["", "100"])],
]
OTHER_MEANING = [
    [set_cell("p1", "budget_received", "90")],
    [declare_missing("projects", ["", "-", "10"])],
    [set_cell("p1", "budget_spent", "10.0")],
]


class Steps:
    """A repository with a commit for each state, any of which can be checked out."""

    def __init__(self, folder: Path, states: Sequence[dict[str, bytes]]) -> None:
        self.folder, self.states = folder, states
        subprocess.run(["git", "init", "-q", folder], check=True)
        stream = b"".join(self._commit(number, files) for number, files in enumerate(states, start=1))
        subprocess.run(["git", "-C", folder, "fast-import", "--quiet", "--force"], input=stream, check=True)
        command: list[str | Path] = ["git", "-C", folder, "log", "--reverse", "--format=%H", "refs/heads/made"]
        self.commits = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    @staticmethod
    def _commit(number: int, files: dict[str, bytes]) -> bytes:
        lines = [b"commit refs/heads/made\ncommitter o <o@example.org> %d +0700\ndata 1\nx\n" % (number * 86_400)]
        lines += [b"M 644 inline %b\ndata %d\n%b\n" % (n.encode(), len(d), d) for n, d in files.items()]
        return b"".join(lines)

    def at(self, number: int, cache: Path) -> tuple[Timeline, Findings] | None:
        """What is found out at a commit; None where its package has a problem."""
        (self.folder / ".git" / "HEAD").write_text(self.commits[number] + "\n")
        for name, data in self.states[number].items():
            (self.folder / name).write_bytes(data)
        if "datapackage.json" not in self.states[number]:
            return None
        reading = read_portal(self.folder, CITY)
        if reading.portal is None or reading.problems:
            return None
        history = load_history(reading.portal, self.folder / "datapackage.json", Cache(cache))
        values = agency_values(reading.portal.projects)
        portal, timeline = load_timeline(reading.portal, history, CONFIG, Cache(cache), values)
        runner = RuleRunner(portal, CONFIG.signals, timeline, values)
        for project in portal.projects:
            runner.observe(project)
        return timeline, runner.findings()


def states_of(steps: Sequence[Sequence[Edit]]) -> list[dict[str, bytes]]:
    state = State()
    states = [state.files()]
    for edits in steps:
        for edit in edits:
            edit(state := deepcopy(state))
        states.append(state.files())
    return states


UNDESCRIBED = st.lists(st.sampled_from((None, b"{", b'{"resources": []}')), max_size=2)
"""What stands for a descriptor in the first commits, which were made before there was a portal; None: nothing."""


def undescribed(states: list[dict[str, bytes]], descriptors: Sequence[bytes | None]) -> list[dict[str, bytes]]:
    """The states, the first ones without a descriptor of their own."""
    for state, descriptor in zip(states, descriptors, strict=False):
        del state["datapackage.json"]
        if descriptor is not None:
            state["datapackage.json"] = descriptor
    return states


def examples(count: int) -> settings:
    """So many histories; the same at each run, or `HOSTILE_TIMES` as many others."""
    return settings(
        phases=[Phase.explicit, Phase.generate],
        max_examples=count * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


@example([*FALLS_SILENT, *AWAY], [])
@example(OTHER_MISSING, [])
@example(OTHER_MEANING, [])
@example(OTHER_MEANING, [None, b"{"])
@given(steps_of(DATA | DESCRIPTION), UNDESCRIBED)
@examples(20)
def test_a_past_learnt_step_by_step_is_that_learnt_at_once(
    steps: list[list[Edit]], descriptors: list[bytes | None]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = Steps(Path(folder) / "package", undescribed(states_of(steps), descriptors))
        analyses = [history.at(number, Path(folder) / "shared") for number in range(len(history.commits))]
        # An edit may have broken the package for good.
        assume(any(analyses))
        last = max(number for number, analysis in enumerate(analyses) if analysis)
        assert analyses[last] == history.at(last, Path(folder) / "empty")


@example([*FALLS_SILENT, *AWAY], [])
@example([*FALLS_SILENT, *AWAY], [None, None])
@given(steps_of(DATA), UNDESCRIBED)
@examples(20)
def test_what_is_said_of_a_release_stays_whatever_comes_after_it(
    steps: list[list[Edit]], descriptors: list[bytes | None]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = Steps(Path(folder) / "package", undescribed(states_of(steps), descriptors))
        analyses = [history.at(number, Path(folder) / f"cache-{number}") for number in range(len(history.commits))]
        said: dict[tuple[str, str, tuple[str, ...]], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for past, findings in filter(None, analyses):
            # Of a table that lost its last row, or got its first, other rules can be judged from then on.
            rules = tuple(outcome.rule.name for outcome in findings.rules if not outcome.absent)
            for project_id, entries in past.project_changes.items():
                for entry in entries:
                    now = entry.began, entry.ended
                    assert said.setdefault((entry.release.commit, project_id, rules), now) == now
