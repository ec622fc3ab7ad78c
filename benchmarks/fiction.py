"""Make a fictional package of any size, its texts as long as the reference record's. It says that it is fictional.

python -m benchmarks.fiction FOLDER [--projects 10000] [--described 1]
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
YEARS = range(2564, 2570)
STATUSES = ("กำลังดำเนินการ", "ชะลอ", "ดำเนินการแล้วเสร็จ", "ยังไม่มีการรายงาน")
LEFT_OUT = ("tenders", "contracts", "suppliers", "payments")
"""The tables of the sample that the package does not have, as the real one."""
LENGTHS = {"rationale": 3671, "objectives": 497, "targets": 265}
"""Characters, as in the real package's reference record."""


def phrases() -> list[str]:
    """What stands between two spaces in the real package's texts, to be shuffled into nonsense of real words."""
    with (ROOT / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = {row[name] for row in rows for name in ("title", "rationale", "objectives", "targets")}
    return sorted({piece for text in texts for piece in re.split(r"[\s()]+", text) if 6 <= len(piece) <= 60})


def text(pick: random.Random, words: Sequence[str], length: int) -> str:
    """A text of `length` characters or a few less, of whole pieces."""
    found = pick.choice(words)
    while len(found) < length:
        found += (" " if pick.random() < 0.5 else "") + pick.choice(words)
    return found[:length].rstrip()


def write(folder: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV of the package."""
    with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def make(folder: Path, count: int, seed: int = 1, described: int = 1) -> None:
    """Write the package of `count` projects over six fiscal years, each with twelve months and four reports.

    One project in `described` has the long texts; the others have none, as most of the real ones.
    """
    pick, words = random.Random(seed), phrases()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    descriptor = json.loads((ROOT / "tests" / "sample" / "datapackage.json").read_text("utf-8"))
    descriptor |= {"name": "fiction", "title": "ข้อมูลสมมติสำหรับวัดความเร็ว", "title_en": "Fictional data for benchmarks"}
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] not in LEFT_OUT]
    (folder / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False, indent=2), "utf-8")
    headers = {r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in descriptor["resources"]}
    agencies = [
        (f"{91 + n:02}000000", f"สำนักสมมติที่ {n}", f"Fictional Office {n}", "department", "") for n in range(8)
    ] + [
        (f"80{n:02}0000", f"สำนักงานเขตสมมติที่ {n}", f"Fictional District {n}", "district_office", f"{n:02}")
        for n in range(50)
    ]
    areas = [(f"{n:02}", f"เขตสมมติที่ {n}", f"Fictional Area {n}", "", n % 8 + 1, n // 8 + 1) for n in range(50)]
    write(folder, "agencies", headers["agencies"], agencies)
    write(folder, "areas", headers["areas"], areas)
    write(folder, "project_areas", headers["project_areas"], [])
    write(folder, "sources", headers["sources"], [("fiction", "ข้อมูลสมมติ", "", "", "")])
    strategies = [text(pick, words, 40) for _ in range(7)]
    projects, months, reports, evaluations = [], [], [], []
    for number in range(count):
        year = YEARS[number % len(YEARS)]
        agency = pick.choice(agencies)[0]
        key = f"{agency}-{number:06}"
        budget = pick.randrange(10, 500_000) * 100
        progress = pick.choice((100, *range(0, 100, 5)))
        start = date(year - 544, 10, 1)
        row = {
            "project_id": key,
            "fiscal_year": year,
            "title": f"โครงการสมมติ{text(pick, words, 50)}",
            "agency_id": agency,
            "policy_id": pick.randrange(1, 60),
            "kpi_id": f"{agency[:4]}-{number:04}",
            "strategy": pick.choice(strategies),
            "budget_received": budget,
            "budget_spent": budget * pick.randrange(0, 101) // 100,
            "progress_percent": progress,
            "start_date": start,
            "finish_date": start + timedelta(days=364),
            "target_value": 100,
            "result_value": progress,
            "unit": "ร้อยละ",
            "as_of_date": date(year - 543, 8, 31),
            "source_id": "fiction",
        }
        if number % described == 0:
            row |= {name: f"กรุงเทพมหานคร {text(pick, words, length - 14)}" for name, length in LENGTHS.items()}
        projects.append([row.get(name, "") for name in headers["projects"]])
        months += [(key, month, progress * month // 12 if month < 12 else "") for month in range(1, 13)]
        for part in range(4):
            day = start + timedelta(days=60 + 75 * part)
            report = (key, day, progress * part // 4, STATUSES[part], text(pick, words, 80), text(pick, words, 120))
            reports.append(report)
        evaluations.append((key, year, 1, 100))
    write(folder, "projects", headers["projects"], projects)
    write(folder, "monthly_results", headers["monthly_results"], months)
    write(folder, "progress_reports", headers["progress_reports"], reports)
    write(folder, "evaluations", headers["evaluations"], evaluations)
    write(folder, "revisions", headers["revisions"], [])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--described", type=int, default=1, metavar="N", help="one project in N has long texts")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.projects, described=arguments.described)
