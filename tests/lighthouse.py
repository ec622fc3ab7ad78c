"""What Lighthouse says of a page on a phone of the middle price."""

from __future__ import annotations

import fcntl
import gzip
import io
import json
import os
import subprocess
from functools import cache
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

from benchmarks.browsers import CHROMIUM, executable

from tests.building import ROOT

PHONE = 1750 / 4
"""The `benchmarkIndex` of the phone that is simulated.

Lighthouse simulates one that is some times slower than the machine that it runs on; four times, unless it is told
otherwise, which makes a mid-tier phone (index 125 to 800) of a high-end desktop (1500 to 2000). On any other machine it
is to be calibrated: https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md#calibrating-the-cpu-slowdown
"""

TRIES = 6
"""On a virtual machine of two cores the search page blocked for 60 to 460 ms in six runs one after the other."""

ALL = dict.fromkeys(["performance", "accessibility", "best-practices", "seo"], 1)
"""The best scores."""


class GzipHandler(SimpleHTTPRequestHandler):
    """Compresses text and keeps connections open, as hosts do."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in {".html", ".css", ".js", ".json", ".svg", ".txt"} or not path.is_file():
            return super().send_head()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def on_a_phone(address: str, shared: Path) -> tuple[dict[str, float], str]:
    """The scores of the page at `address`, and what takes from them. `shared` is a folder of all test processes.

    Speed is estimated from what is measured on this machine, which others may keep busy: so one at a time, and the best
    of TRIES. The other scores do not depend on it.
    """
    with (shared / "lighthouse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        indexes, results = _indexes(), list[Any]()
        while len(results) < TRIES and not any(_speed(result) == 1 for result in results):
            if not indexes:
                indexes.append(_index(_run(address, "--only-audits=viewport")))
            slowdown = max(1, max(indexes) / PHONE)
            results.append(_run(address, f"--throttling.cpuSlowdownMultiplier={slowdown:.2f}"))
            indexes.append(_index(results[-1]))
    result = max(results, key=_speed)
    scores = {name: category["score"] for name, category in result["categories"].items()}
    counted = {audit["id"] for one in result["categories"].values() for audit in one["auditRefs"] if audit["weight"]}
    weak = [
        f"{name}: {audit['title']}, {audit.get('displayValue', '')}"
        for name, audit in result["audits"].items()
        if name in counted and audit["score"] not in (None, 1)
    ]
    return scores, "\n".join(weak)


@cache
def _indexes() -> list[float]:
    """The `benchmarkIndex` of this machine as often as it was measured; where others keep it busy, it is lower."""
    return []


def _run(address: str, *options: str) -> Any:
    """What Lighthouse reports of the page at `address`."""
    program: list[str | Path] = [ROOT / "node_modules" / ".bin" / "lighthouse", address, "--quiet"]
    flags = ["--no-enable-error-reporting", "--chrome-flags=--headless=new --no-sandbox", "--output=json", *options]
    environment = os.environ | {"CHROME_PATH": executable(*CHROMIUM)}
    return json.loads(subprocess.run([*program, *flags], check=True, capture_output=True, env=environment).stdout)


def _index(result: Any) -> float:
    return float(result["environment"]["benchmarkIndex"])


def _speed(result: Any) -> float:
    return float(result["categories"]["performance"]["score"])
