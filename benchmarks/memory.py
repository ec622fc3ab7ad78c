"""The memory of a process and all its children while something runs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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

    They are those of a `process` and all below it, or of this one. To look at much memory takes long and holds up what
    uses it: it never takes more than a twentieth of the time.
    """
    root = process or os.getpid()
    peak, stop = [proportional_bytes(root)], threading.Event()

    def watch() -> None:
        pause = every
        while not stop.wait(pause):
            begin = time.perf_counter()
            peak[0] = max(peak[0], proportional_bytes(root))
            pause = max(every, 19 * (time.perf_counter() - begin))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()
