"""A repository like that of a foreign city: no report tables, and 15 releases in which much vanishes and returns."""

import csv
import json
import os
import random
import subprocess
from datetime import date, timedelta
from pathlib import Path

TYPES = {
    "project_id": "string",
    "title": "string",
    "budget_received": "number",
    "progress_percent": "number",
    "finish_date": "date",
    "as_of_date": "date",
}
PROJECTS, RELEASES, LOSS = 60, 15, 3
"""`LOSS` is the release in which most budgets vanish."""

Rows = dict[str, dict[str, str]]


def make(root: Path) -> list[str]:
    """Make the repository in `root`; returns its commits, the oldest first. The version is not raised in the last."""
    chance, rows, away = random.Random(15), _rows(), Rows()
    subprocess.run(["git", "init", "-q", "-b", "main", root], check=True)
    commits = []
    for number in range(1, RELEASES + 1):
        day = date(2026, 1, 1) + timedelta(number)
        if number == LOSS:
            for row in list(rows.values())[:55]:
                row["budget_received"] = ""
            for row in list(rows.values())[5:57]:
                row["finish_date"] = ""
        elif number > LOSS:
            _go_on(chance, rows, away, number)
        for row in rows.values():
            row["as_of_date"] = day.isoformat()
        _write(root, rows, day, f"1.{min(number, RELEASES - 1)}.0")
        commits.append(_commit(root, day))
    return commits


def _rows() -> Rows:
    chance = random.Random(378)
    return {
        key: {
            "project_id": key,
            "title": f"Street {key}",
            "budget_received": str(chance.randrange(10_000, 2_000_000_000, 10_000)),
            "progress_percent": str(chance.randrange(90)),
            "finish_date": (date(2026, 6, 1) + timedelta(chance.randrange(900))).isoformat(),
            "as_of_date": "",
        }
        for key in (f"C-{number:03}" for number in range(1, PROJECTS + 1))
    }


def _go_on(chance: random.Random, rows: Rows, away: Rows, number: int) -> None:
    """Some projects leave, some that left come back, a new one comes, and some values move, vanish or return."""
    for key in chance.sample(sorted(away), len(away) // 2):
        rows[key] = away.pop(key)
    for key in chance.sample(sorted(rows), 3):
        away[key] = rows.pop(key)
    new = dict(next(iter(rows.values())))
    rows[f"N-{number:03}"] = new | {"project_id": f"N-{number:03}", "title": f"Bridge {number}"}
    for row in chance.sample(list(rows.values()), 6):
        row["budget_received"] = chance.choice(["", str(chance.randrange(10_000, 90_000_000, 10_000))])
    for row in chance.sample(list(rows.values()), 6):
        row["finish_date"] = chance.choice(["", (date(2027, 1, 1) + timedelta(chance.randrange(500))).isoformat()])
    for row in chance.sample(list(rows.values()), 4):
        row["progress_percent"] = str(chance.randrange(90))


def _write(root: Path, rows: Rows, day: date, version: str) -> None:
    with (root / "projects.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(TYPES), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[key] for key in sorted(rows))
    fields = [{"name": name, "type": kind, "title": name} for name, kind in TYPES.items()]
    schema = {"fields": fields, "primaryKey": "project_id"}
    content = {
        "name": "foreign-city",
        "title": "Foreign city",
        "version": version,
        "created": f"{day}T00:00:00Z",
        "resources": [{"name": "projects", "path": "projects.csv", "schema": schema}],
    }
    (root / "datapackage.json").write_text(json.dumps(content, indent=1), "utf-8")


def _commit(root: Path, day: date) -> str:
    who = {f"GIT_{role}_{what}": "o@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    when = {f"GIT_{role}_DATE": f"{day}T09:00:00+07:00" for role in ("AUTHOR", "COMMITTER")}
    for command in (["add", "-A"], ["commit", "-qm", "Release"]):
        subprocess.run(["git", "-C", root, *command], check=True, env=os.environ | who | when)
    return subprocess.run(
        ["git", "-C", root, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
