"""How long the import of OCDS takes, and how much memory: a fictional file in the shape that Bangkok publishes.

python -m benchmarks.ocds [--megabytes 100]

The file is made anew in a temporary folder, and imported into a copy of the sample package by the command itself. It is
fictional, and says so.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
AGENCY = {"id": "91000000", "name": "สำนักสมมติ"}
METHODS = ("open", "selective", "limited", "direct")


def money(amount: float) -> dict[str, Any]:
    """An amount of baht."""
    return {"amount": amount, "currency": "THB"}


def release(pick: random.Random, number: int) -> dict[str, Any]:
    """A process; every tenth shares its budget line with the one before it."""
    line = f"{pick.choice((65, 66, 67, 68))}{number - (number % 10 == 9):010}"
    ocid, price = f"ocds-bq4ldt-{line}-{number}", pick.randrange(10_000, 90_000_000)
    supplier = {"id": f"S{number % 3000}", "name": f"บริษัทสมมติ {number % 3000} จำกัด"}
    days = [f"2025-{month:02}-{pick.randrange(1, 28):02}T00:00:00+07:00" for month in range(1, 10)]
    items = [
        {"id": str(n), "description": "รายการสมมติ " * 6, "classification": {"scheme": "UNSPSC", "id": "72000000"}}
        for n in range(pick.randrange(1, 8))
    ]
    return {
        "ocid": ocid,
        "id": f"{ocid}-release",
        "date": "2026-11-20T00:00:00Z",
        "tag": ["compiled"],
        "initiationType": "tender",
        "buyer": AGENCY,
        "parties": [
            {**AGENCY, "roles": ["buyer"], "address": {"region": "เมืองสมมติ"}},
            {**supplier, "roles": ["supplier"], "identifier": {"scheme": "TH-TIN", "id": f"010553{number % 3000:07}"}},
        ],
        "planning": {"budget": {"id": line, "project": f"โครงการสมมติ {line}", "amount": money(1_000_000)}},
        "tender": {
            "id": ocid,
            "title": f"จ้างงานสมมติ {number} " * 3,
            "procurementMethod": pick.choice(METHODS),
            "numberOfTenderers": pick.randrange(1, 9),
            "tenderPeriod": {"startDate": days[0], "endDate": days[1]},
            "value": money(price),
            "items": items,
        },
        "awards": [{"id": "1", "title": "ผู้ชนะสมมติ", "value": money(price), "suppliers": [supplier]}],
        "contracts": [
            {
                "id": "1",
                "awardID": "1",
                "status": "active",
                "value": money(price - 0.5),
                "dateSigned": days[2],
                "period": {"startDate": days[3], "endDate": days[8]},
                "implementation": {
                    "transactions": [{"id": str(n), "date": days[n + 3], "value": money(price // 10)} for n in range(5)]
                },
            }
        ],
    }  # fmt: skip


def make(path: Path, size: int, seed: int = 1) -> int:
    """Write a release package of `size` bytes; returns the number of its releases."""
    pick, number = random.Random(seed), 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"version": "1.1", "publisher": {"name": "เมืองสมมติ (ข้อมูลสมมติเพื่อวัดความเร็ว)"}, "releases": [')
        while file.tell() < size:
            file.write((",\n" if number else "\n") + json.dumps(release(pick, number), ensure_ascii=False, indent=1))
            number += 1
        file.write("\n]}\n")
    return number


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the file, import it, and say what that took."""
    parser = argparse.ArgumentParser(prog="benchmarks.ocds", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100, metavar="N", help="the size of the file (default: 100)")
    size = parser.parse_args(arguments).megabytes * 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        file, package = Path(folder, "ocds.json"), Path(folder, "package")
        print(f"{make(file, size):,} releases, {file.stat().st_size / 1e6:,.0f} MB")
        copytree(ROOT / "tests" / "sample", package)
        for name in ("first import", "the same again"):
            begin = time.perf_counter()
            command = [sys.executable, str(ROOT / "build.py"), "import", "ocds", str(file), "--package", str(package)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            said = process.stdout.read().splitlines() if process.stdout else []
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.perf_counter() - begin
            print(f"{name}: {seconds:.1f} s, at most {usage.ru_maxrss / 1024:,.0f} MB, exit code {process.returncode}")
            print(f"  {said[-1] if said else 'nothing was said'}")


if __name__ == "__main__":
    main()
