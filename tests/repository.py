"""A small repository with the fictional package in it, to commit to and to read back."""

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from portal.core.cache import Cache
from portal.core.models import Change, History, Portal, Thresholds
from portal.history.releases import read_history
from portal.history.timeline import Timeline, build_timeline
from portal.package.reading import read_portal
from portal.rules.needs import PROCUREMENT_TABLES
from portal.rules.transitions import RuleTransitions, fields_of

from tests.conventions import CITY
from tests.folders import read_folder, write_folder

SAMPLE = Path(__file__).parent / "sample"
FEW = ("91000000-1001", "91000000-2001", "91000000-3001", "92000000-3001")


_portals: dict[tuple[tuple[str, bytes], ...], Portal] = {}
"""What was read, by the files of its package: most tests need it several times, and a state that others have too."""


def run_git(root: Path, day: int, *arguments: str) -> str:
    """What git prints in the folder `root`; what it commits, it does on that day of January 2026."""
    moment = f"2026-01-{max(day, 1):02}T09:00:00+07:00"
    who = {f"GIT_{r}_{w}": "Officer" for r in ("AUTHOR", "COMMITTER") for w in ("NAME", "EMAIL")}
    when = {f"GIT_{r}_DATE": moment for r in ("AUTHOR", "COMMITTER")}
    command = ["git", "-C", str(root), *arguments]
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | who | when)
    return result.stdout.strip()


@cache
def _first_commit() -> dict[str, bytes]:
    """The files of a repository with the sample as its only commit. Git is started for the first one alone."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(SAMPLE, root / "portal")
        for command in ("init -q -b main", "add -A", "commit -qm Begin"):
            run_git(root, 1, *command.split())
        shutil.rmtree(root / ".git" / "hooks")
        return read_folder(root)


class Repository:
    """A repository of the fictional package, a commit a day from 1 January 2026."""

    def __init__(self, root: Path) -> None:
        """A new one; or that which is at `root` already."""
        self.root, self.folder, self.day = root, root / "portal", 0
        self.paths: dict[str, str] = {}
        if not root.exists():
            write_folder(root, _first_commit())
            self.day = 1

    def git(self, *arguments: str) -> str:
        return run_git(self.root, self.day, *arguments)

    def commit(self, message: str) -> str:
        """Commit everything; returns the id of the commit."""
        self.day += 1
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        branch = (self.root / ".git" / "HEAD").read_text("utf-8").strip().removeprefix("ref: ")
        return (self.root / ".git" / branch).read_text("ascii").strip()

    def file(self, resource: str) -> Path:
        return self.folder / self.paths.get(resource, f"data/{resource}.csv")

    def rows(self, resource: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.file(resource).read_text("utf-8-sig"), newline="")))

    def write(self, resource: str, rows: Iterable[dict[str, str]]) -> None:
        rows = list(rows)
        with self.file(resource).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def edit(self, resource: str, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
        self.write(resource, [new for row in self.rows(resource) if (new := change(dict(row))) is not None])

    def set(self, resource: str, where: dict[str, str], **cells: str) -> None:
        self.edit(resource, lambda row: row | cells if where.items() <= row.items() else row)

    def describe(self, change: Callable[[dict[str, object]], None]) -> None:
        file = self.folder / "datapackage.json"
        content = json.loads(file.read_text("utf-8"))
        change(content)
        file.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")

    def portal(self) -> Portal:
        files = tuple(sorted(read_folder(self.folder).items()))
        if files not in _portals:
            portal = read_portal(self.folder, CITY).portal
            assert portal is not None
            _portals[files] = portal
        return _portals[files]

    def history(self, cache: str = "cache") -> History:
        return read_history(self.folder / "datapackage.json", self.portal().package, Cache(self.root.parent / cache))

    def timeline(self) -> Timeline:
        portal = self.portal()
        return build_timeline(
            portal,
            self.history(),
            RuleTransitions(Thresholds(), fields_of(portal.package), portal.package.conventions.fiscal),
        )

    def last(self) -> list[Change]:
        return list(self.history().releases[-1].changes)


class UndescribedRepository(Repository):
    """A repository of the sample's CSVs, whose descriptor is committed last."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True)
        run_git(root, 1, "init", "-q", "-b", "main")
        super().__init__(root)
        self.folder.mkdir()
        shutil.copytree(SAMPLE / "data", self.folder / "data")
        self.descriptor = (SAMPLE / "datapackage.json").read_text("utf-8")

    def describe_it(self) -> str:
        """Write the descriptor and commit it."""
        (self.folder / "datapackage.json").write_text(self.descriptor, "utf-8")
        return self.commit("Describe the data")


def _without_procurement(content: dict[str, Any]) -> None:
    content["resources"] = [r for r in content["resources"] if r["name"] not in PROCUREMENT_TABLES]


def small_repository(root: Path, name: str = "sample-projects") -> Repository:
    """A repository of a package with four projects, whose site is built in a moment."""
    repository = Repository(root)
    for resource in ("monthly_results", "progress_reports", "evaluations", "revisions", "projects"):
        repository.edit(resource, lambda row: row if row["project_id"] in FEW else None)
    repository.describe(_without_procurement)
    for resource in PROCUREMENT_TABLES:
        repository.file(resource).unlink()
    repository.describe(lambda content: content.update(name=name))
    repository.git("add", "-A")
    repository.git("commit", "-q", "--amend", "-m", "Begin")
    return repository
