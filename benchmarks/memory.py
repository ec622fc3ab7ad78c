"""The memory of a process and all its children while something runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.sampling import sampled


def proportional_bytes(root: int) -> int:
    """What the process `root` and all below it hold now; a page that several share counts once (PSS of Linux)."""
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
            for task in Path(f"/proc/{process}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return total


@contextmanager
def peak_memory(process: int | None = None, every: float = 0.2) -> Iterator[list[int]]:
    """A list that holds, when the block has ended, the most bytes that were held at once; looked up `every` seconds.

    They are those of a `process` and all below it, or of this one.
    """
    peak: list[int] = []
    with sampled(partial(proportional_bytes, process or os.getpid()), every) as samples:
        yield peak
    peak.append(max(samples))
